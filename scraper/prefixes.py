"""The prefixes by which an index is asked for all pages of a kind at once, or for those of an agency."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scraper.codes import Wanted
from scraper.errors import BadClaim
from scraper.sites import PAGES, bases

AGENCY_DIGITS = {"project": 8, "plan_record": 8, "agency_summary": 8, "indicator": 4}
"""So many digits of an agency's code begin the codes of a kind; those of other kinds tell no agency."""

_AGENCY = re.compile(r"[0-9]{8}")


def prefixes(kinds: Collection[str], agencies: Collection[str] = ()) -> list[str]:
    """Host, path, and where that narrows it the parameter, without a scheme; each once.

    Hosts with and without ``www.`` share the key in every index. Without agencies the parameters are left
    out, since others may stand before ours in a key; only a script that serves many kinds keeps its own. By
    agencies, captures with such others are not found.
    """
    return list(dict.fromkeys(_prefixes(kinds, agencies)))


def _prefixes(kinds: Collection[str], agencies: Collection[str]) -> Iterator[str]:
    for kind in kinds:
        pages = [page for page in PAGES if page.kind == kind]
        for base in bases(kind):
            place = base.partition("://")[2].removeprefix("www.")
            for page in pages:
                script = f"{place}/{page.script}"
                if agencies:
                    digits = AGENCY_DIGITS.get(kind, 0)
                    yield from (
                        f"{script}?{page.parameter}={agency[:digits]}" for agency in agencies if digits
                    )
                else:
                    yield f"{script}?{page.parameter}=" if page.route else script


def folders(kinds: Collection[str]) -> list[str]:
    """The applications' folders in which pages of these kinds lie, each once."""
    return list(dict.fromkeys(prefix.rpartition("/")[0] + "/" for prefix in prefixes(kinds)))


def checked_agencies(agencies: Collection[str]) -> tuple[str, ...]:
    """Agency codes, each once; BadClaim where one is none."""
    for agency in agencies:
        if not _AGENCY.fullmatch(agency):
            raise BadClaim(f"not the code of an agency: {agency[:60]!r}; it has eight digits, as 21000000")
    return tuple(dict.fromkeys(agencies))


def is_of(page: Wanted, kinds: Collection[str], agencies: Collection[str]) -> bool:
    """Whether a page is of one of these kinds, and its code that of one of these agencies (empty: of any)."""
    digits = AGENCY_DIGITS.get(page.kind, 0)
    return page.kind in kinds and (
        not agencies or (digits > 0 and any(page.code.startswith(agency[:digits]) for agency in agencies))
    )
