"""Which pages of the system a page links to, whatever its markup: what is known beyond the codes at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from scraper.sites import identify

_UNKNOWN_PLACE = "http://unknown.invalid/mobile/page.php"
"""Where a page may have stood whose own address is not known: links are told by script and parameters."""

_ATTRIBUTES = ("href", "src", "action", "data-href", "data-url")
_SCRIPTS = ("onclick", "onchange")
_QUOTED = re.compile(r"""(["'])(.+?)\1""")
_LONGEST = 2_000


def linked_pages(html: str, url: str | None = None) -> Iterator[tuple[str, str]]:
    """Kind and code of each page that the HTML links to, in page order, as often as it does.

    ``url`` is the page's own address, against which links are resolved. Links are those of any element, and
    addresses within the little scripts of a click. Plain text has none. The text has to be decoded already:
    given bytes of a wrong declared encoding BeautifulSoup returns half a page without an error.
    """
    soup = BeautifulSoup(html, "lxml")
    for element in soup.find_all(True):
        for target in _targets(element.attrs):
            identity = _identity(target, url or _UNKNOWN_PLACE)
            if identity is not None:
                yield identity


def _targets(attributes: Mapping[str, object]) -> Iterator[str]:
    for name in _ATTRIBUTES:
        value = attributes.get(name)
        if isinstance(value, str):
            yield value.strip()
    for name in _SCRIPTS:
        value = attributes.get(name)
        if isinstance(value, str):
            yield from (match[2] for match in _QUOTED.finditer(value[:_LONGEST]))


def _identity(target: str, url: str) -> tuple[str, str] | None:
    if not target or target.startswith("#") or len(target) > _LONGEST:
        return None
    try:
        found = identify(urljoin(url, target))
    except ValueError:  # such as an unclosed [
        return None
    return (found.kind, found.code) if found.kind and found.code else None
