"""What an answer of a server is: a reading of its status and bytes, which can be redone at any time."""

from __future__ import annotations

from parsers.reading import read_page

_BY_STATUS = {
    401: "blocked",
    403: "blocked",
    404: "not_found",
    410: "not_found",
    429: "blocked",  # we ask too often
    451: "blocked",
}
_PARTIAL, _REDIRECT, _CLIENT_ERROR, _SERVER_ERROR = 206, 300, 400, 500


def classify(body: bytes, *, kind: str | None, code: str | None, status: int | None = None) -> str:
    """One of `parsers.columns.OUTCOMES` for a body that came for a page of this kind and code.

    As `with_status` has it of what `parsers.parse` reads.
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return with_status(read_page(body, kind=kind, code=code).outcome, status)


def with_status(outcome: str, status: int | None) -> str:
    """The outcome of a page that reads so and came with an HTTP status.

    A page is `ok` only with a status of success, or without one (a saved file). Some statuses decide alone,
    as 404; with others the text does. A redirect that was not followed is another page than was asked for,
    and a partial answer (206) is truncated.
    A server's error without a text that says more is a `transport_error`:
    nothing is known of the page, and it may be there later.
    """
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status == _PARTIAL:  # nobody asked for a part
        return "truncated"
    if status is not None and _REDIRECT <= status < _CLIENT_ERROR:
        return outcome if outcome == "login_redirect" else "wrong_page"
    if status is None or status < _CLIENT_ERROR or outcome in ("php_error", "login_redirect", "blocked"):
        return outcome
    return "transport_error" if status >= _SERVER_ERROR else "unknown_kind"
