"""Where pages live: from a URL, or the name of a saved file, to site, kind and code; and back to a URL.

The same application has answered on several hosts, and mirrors and tests have others: a page's identity
is (kind, code), read from path and parameters, never from the host. All of it is declared in `HOSTS` and
`PAGES`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from scraper.errors import BadClaim


class Identity(NamedTuple):
    """What a URL says of a page; each part is None where the URL does not say it.

    ``site`` is host and application path (``monitor.bangkok.go.th/mobile``): the host in lower case as it
    is written (``www.`` stays), the port only where it is not the scheme's own, the path without the
    script. It is None for anything but an http or https URL.
    """

    site: str | None
    kind: str | None
    code: str | None


class Host(NamedTuple):
    """A host that the application has answered on.

    ``applications`` are the paths proven for it; on ``expected`` ones it has to be looked for.
    """

    name: str
    scheme: str
    applications: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()


HOSTS = (
    Host("monitor.bangkok.go.th", "http", ("mobile", "mobile62")),
    Host("dp.bangkok.go.th", "https", ("dp/frontend/web",)),
    Host("dp1.bangkok.go.th", "http", expected=("mobile",)),
    Host("dp2.bangkok.go.th", "http", expected=("mobile",)),
    Host("policy.bangkok.go.th", "https", expected=("bs2568/frontend/web",)),
    Host("bmavisions.com", "http", expected=("mobile",)),
    Host("www.bmavisions.com", "http", expected=("mobile",)),
)
"""The hosts seen so far, in the order in which they are asked. No page is known or unknown by its host."""

_PROJECT_CODE = re.compile(r"[0-9]{8}-[0-9]{4}")
_SMALL_INTEGER = re.compile(r"[0-9]{1,6}")

CODE_PATTERNS: dict[str, re.Pattern[str]] = {
    "project": _PROJECT_CODE,
    "indicator": re.compile(r"[0-9]{4}-[0-9]{3,4}"),
    "city_indicator": _SMALL_INTEGER,
    "agency_summary": re.compile(r"[0-9]{8}-[123](-[0-9]{4})?"),
    "it_review": _SMALL_INTEGER,
    "plan_record": _PROJECT_CODE,
}
"""The form of a page's code, by kind, for ``fullmatch``. The keys are all the kinds there are.

ASCII digits only: other digits, blanks or anything behind the code make it no code."""


class PageAddress(NamedTuple):
    """Where pages of one kind live: ``DIRECTORY/SCRIPT?PARAMETER=CODE``.

    ``directory`` matches the whole application path, and ``application`` is the usual one. ``route`` is what
    the parameter ``r`` must be, where many pages share one script. ``dimension`` is appended to the code; so
    is the value of the parameter ``year`` where the URL has one.
    """

    kind: str
    directory: re.Pattern[str]
    application: str
    script: str
    parameter: str
    route: str | None = None
    dimension: str | None = None
    year: str | None = None


_MOBILE = re.compile(r"(.+/)?mobile[0-9]*")  # digits: a frozen copy, as mobile62
_FROZEN = re.compile(r"(.+/)?mobile[0-9]+")
_YII = re.compile(r"(.+/)?frontend/web")

PAGES = (
    PageAddress("project", _MOBILE, "mobile", "myproject.php", "pid"),
    PageAddress("indicator", _MOBILE, "mobile", "mykpi.php", "pid"),
    PageAddress("city_indicator", _MOBILE, "mobile", "mykpi2563.php", "pid"),
    PageAddress("agency_summary", _MOBILE, "mobile", "index101.php", "selDEP", dimension="1", year="selYear"),
    PageAddress("agency_summary", _MOBILE, "mobile", "index102.php", "selDEP", dimension="2", year="selYear"),
    PageAddress("agency_summary", _MOBILE, "mobile", "index103.php", "selDEP", dimension="3", year="selYear"),
    PageAddress("it_review", _MOBILE, "mobile", "myprojectit.php", "pid"),
    PageAddress(
        "plan_record", _YII, "dp/frontend/web", "index.php", "project_id", route="tbl-project-main/view"
    ),
)
"""Where each kind of page lives."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_NOTHING = (None, None)


def identify(url: str) -> Identity:
    """Read site, kind and code from a URL; never raises.

    A known page whose code has not its kind's form (or stands twice, differently) has kind and no code.
    """
    parts = _split(url)
    if parts is None:
        return Identity(None, None, None)
    folder, _, script = parts.path.rpartition("/")
    directory = "/".join(name for name in folder.split("/") if name not in ("", "."))
    site = f"{_host(parts)}/{directory}" if directory else _host(parts)
    return Identity(site, *_page(script, parts.query, directory))


def code_in_name(file_name: str) -> tuple[str, str] | None:
    """The kind and code that the name of a saved file tells, or None.

    Programs that save pages keep the script and its parameters in the name, each with its own
    replacement of the question mark (``myproject.php@pid=21000000-3137.html``); people write a project's
    or an indicator's code, standing alone. Two different codes tell nothing. Folders do not count.
    """
    name = unquote(re.split(r"[/\\]", file_name)[-1])
    found = {(kind, code) for kind, pattern in _ALONE.items() for code in pattern.findall(name)}
    script = _SCRIPT_IN_NAME.search(name)
    if script is not None:
        kind, code = _page(script[1], _ENDING.sub("", script[2]))
        if kind is not None:
            others = {other for _, other in found} - {code}
            return None if code is None or others else (kind, code)
    return found.pop() if len(found) == 1 else None


def kinds_of(code: str) -> tuple[str, ...]:
    """The kinds that a code may be of by its form, the likeliest first; empty where it is no code."""
    return tuple(kind for kind, pattern in CODE_PATTERNS.items() if pattern.fullmatch(code))


def bases(kind: str, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Where pages of a kind are asked for, such as ``http://monitor.bangkok.go.th/mobile``, in order.

    First the paths that are proven, then those that are expected, each in the order of `HOSTS`; a frozen copy
    (``mobile62``) comes last. ``only`` picks hosts (``monitor.bangkok.go.th``) or sites
    (``monitor.bangkok.go.th/mobile62``); BadClaim where one of them is not known for this kind.
    """
    pages = [page for page in PAGES if page.kind == kind]
    sites = [
        (is_expected, bool(_FROZEN.fullmatch(application)), host, application)
        for host in HOSTS
        for is_expected, applications in ((False, host.applications), (True, host.expected))
        for application in applications
        if any(page.directory.fullmatch(application) for page in pages)
    ]
    sites.sort(key=lambda site: (site[1], site[0]))  # stable: the order of HOSTS otherwise
    names = {f"{host.name}/{application}": host for _, _, host, application in sites}
    if unknown := [
        pick for pick in only if not any(pick in (name, host.name) for name, host in names.items())
    ]:
        raise BadClaim(f"no {kind} pages are known on {unknown[0]!r}; known are {', '.join(names)}")
    return tuple(
        f"{host.scheme}://{name}"
        for name, host in names.items()
        if not only or name in only or host.name in only
    )


def base_on(mirror: str, kind: str) -> str:
    """Where pages of a kind live on a mirror: at its path where that is an application's, or else below it.

    Raises BadClaim where ``mirror`` is not such a URL as ``http://127.0.0.1:8000``.
    """
    parts = _split(mirror)
    if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadClaim(
            f"not the URL of a mirror: {mirror[:200]!r}; write it as http://HOST or http://HOST/PATH, "
            "without user, query and fragment"
        )
    path = parts.path.strip("/")
    page = next(page for page in PAGES if page.kind == kind)
    if not page.directory.fullmatch(path):
        path = f"{path}/{page.application}".lstrip("/")
    return f"{parts.scheme}://{_host(parts)}/{path}"


def page_url(base: str, kind: str, code: str) -> str:
    """The URL of a page below one of the `bases`; ValueError where the code is not one of its kind.

    `identify` reads kind and code back from it.
    """
    if not CODE_PATTERNS[kind].fullmatch(code):
        raise ValueError(f"{code!r} is not the code of a page of kind {kind}")
    value, dimension, year = code, None, ""
    if kind == "agency_summary":
        value, dimension, year = (*code.split("-"), "")[:3]
    page = next(page for page in PAGES if (page.kind, page.dimension) == (kind, dimension))
    parameters = {page.parameter: value}
    if page.year and year:
        parameters[page.year] = year
    if page.route:
        parameters["r"] = page.route
    return f"{base}/{page.script}?{urlencode(parameters)}"


_LETTER = r"[^\W_]"  # or digit, of any script
_ALONE = {
    # A number or date may be joined on with a dash; only a UUID begins as a project code does.
    "project": re.compile(
        rf"(?<!{_LETTER}){_PROJECT_CODE.pattern}(?!{_LETTER}|-[0-9a-fA-F]{{4}}-[0-9a-fA-F]{{4}}-)"
    ),
    # With dashes before or behind there is no telling which of the numbers are the code.
    "indicator": re.compile(
        rf"(?<!{_LETTER})(?<![0-9]-){CODE_PATTERNS['indicator'].pattern}(?!{_LETTER}|-[0-9])"
    ),
}
_SCRIPT_IN_NAME = re.compile(
    rf"(?<!{_LETTER})({'|'.join(sorted({re.escape(page.script) for page in PAGES}))})[^0-9A-Za-z.](.+)"
)
_ENDING = re.compile(r"( ?\([0-9]+\))?(\.[0-9A-Za-z]+)*$")  # " (1).html": a browser's second copy


def _split(url: str) -> SplitResult | None:
    r"""The parts of an http or https URL, or None; urlsplit itself would drop line feeds and tabs.

    A backslash is refused: in ``http://a\@b/`` some programs see the host a, and others b.
    """
    if _BLANK.search(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in _DEFAULT_PORTS and _host(parts) else None
    except ValueError:  # such as a port that is no number, or an unclosed [
        return None


def _host(parts: SplitResult) -> str:
    """Host and, where it is not the scheme's own, port; without user and password."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _page(script: str, query: str, directory: str | None = None) -> tuple[str | None, str | None]:
    """Kind and code by the table; any directory will do where none is given (a file's name has none)."""
    parameters = _parameters(query)
    for page in PAGES:
        if (
            script == page.script
            and page.parameter in parameters
            and (directory is None or page.directory.fullmatch(directory))
            and (page.route is None or parameters.get("r") == page.route)
        ):
            year = parameters.get(page.year, "") if page.year else ""
            code = "-".join(part for part in (parameters[page.parameter], page.dimension, year) if part)
            return page.kind, code if CODE_PATTERNS[page.kind].fullmatch(code) else None
    return _NOTHING


def _parameters(query: str) -> dict[str, str]:
    """Parameters by name; one that stands twice with different values has a value that fits nothing."""
    parameters: dict[str, str] = {}
    try:
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=50):
            parameters[name] = value if parameters.get(name, value) == value else "?"
    except ValueError:  # more fields than any page of ours has
        return {}
    return parameters
