"""Where a redirect leads, and whether it may be followed."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from scraper.http_message import header, status_of
from scraper.session import Answer
from scraper.sites import identify

_STATUSES = frozenset({301, 302, 303, 307, 308})
_LOGIN = re.compile(r"(?<![a-z])(log-?in|sign-?in|logon)(?![a-z])", re.IGNORECASE)


class Refusal(NamedTuple):
    """Why a redirect is not followed, and how the page reads whose last answer it is."""

    outcome: str
    reason: str


def target(answer: Answer) -> str | None:
    """The URL that an answer redirects to, without fragment; None where it does not redirect."""
    exchange = answer.exchange
    return None if exchange.failure is not None else target_of(exchange.url, exchange.response_head)


def target_of(url: str, head: bytes) -> str | None:
    """The same for the answer for ``url`` that has this head."""
    location = header(head, "Location")
    if status_of(head) not in _STATUSES or not location:
        return None
    with suppress(
        UnicodeError
    ):  # nothing says what the bytes of a header mean, but UTF-8 where they are that
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        return location


def refusal(
    url: str, to: str, seen: Collection[str], allowed_hosts: Collection[str], most_hops: int
) -> Refusal | None:
    """Why the redirect from ``url`` is not followed; None where it may be.

    ``seen`` are the URLs asked for on the way here, ``url`` included; ``allowed_hosts`` are written as in a
    site: with the port where that is not the scheme's own.
    """
    site = identify(to).site
    if site is None:
        return Refusal("wrong_page", f"redirected to what is no web address: {to[:200]!r}")
    if _LOGIN.search(unquote(urlsplit(to).path + "?" + urlsplit(to).query)):
        return Refusal("login_redirect", f"redirected to a login page: {to}")
    if "@" in urlsplit(to).netloc:
        return Refusal("wrong_page", f"redirected with a user or password: {to}")
    if site.partition("/")[0] not in allowed_hosts:
        return Refusal("wrong_page", f"redirected to another host: {to}")
    if url.startswith("https:") and to.startswith("http:"):
        return Refusal("wrong_page", f"redirected from https to http: {to}")
    if to in seen:
        return Refusal("wrong_page", f"redirected in a circle: {to}")
    if len(seen) > most_hops:
        return Refusal("wrong_page", f"redirected more than {most_hops} times: {to}")
    return None
