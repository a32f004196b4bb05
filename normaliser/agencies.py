"""The agencies behind the codes: reference data, and what the pages of an archive print beside it.

A code is eight digits: the office, or ``50`` and a district's number, in the first four. Codes change in
time (18 was the city-planning office in 2563-2566, a later list gives it 25), so a name holds for a code and
years, never for the code alone; and a name that no page prints is not confirmed.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from importlib.resources import files
from operator import attrgetter
from pathlib import Path

import pyarrow.parquet as pq

from normaliser.derived import Agency
from normaliser.schema import layout
from normaliser.writers import TableWriter
from parsers.thai import comparison_form

_ROWS_TOGETHER = 2_000
_SEEN_IN_PROJECTS = ("agency_code", "agency_name", "subagency_name", "fiscal_year_be")


@cache
def listed() -> tuple[Agency, ...]:
    """The reference data (``agencies.csv`` beside this module), by code."""
    text = files(__package__).joinpath("agencies.csv").read_text(encoding="utf-8")
    return tuple(
        Agency(
            agency_code=row["agency_code"],
            name=row["name"],
            agency_kind=row["agency_kind"],
            first_year_be=int(row["first_year_be"]) if row["first_year_be"] else None,
            last_year_be=int(row["last_year_be"]) if row["last_year_be"] else None,
            district_code=row["district_code"] or None,
            listed=True,
            confirmed=row["confirmed"] == "true",
        )
        for row in csv.DictReader(text.splitlines())
    )


class Seen:
    """The agencies that pages print, as they are read one by one, in any order."""

    def __init__(self) -> None:
        self._codes: set[str] = set()
        self._seen: dict[tuple[str, str], Agency] = {}

    def add(self, agency_code: str | None, name: str | None, year_be: int | None) -> None:
        """Count one page that prints a code (the first eight digits of its own), a name and a fiscal year."""
        if agency_code is None:
            return
        self._codes.add(agency_code)
        if name is None:
            return
        first = Agency(agency_code=agency_code, name=name, listed=False, confirmed=True)
        agency = self._seen.setdefault((agency_code, comparison_form(name)), first)
        agency.name = min(agency.name, name)
        agency.pages_seen += 1
        if year_be is not None:
            agency.first_year_seen_be = min(agency.first_year_seen_be or year_be, year_be)
            agency.last_year_seen_be = max(agency.last_year_seen_be or year_be, year_be)

    def unknown(self) -> list[str]:
        """The codes that pages have and the reference data do not, sorted."""
        return sorted(self._codes.difference(agency.agency_code for agency in listed()))

    def rows(self) -> list[Agency]:
        """All agencies, listed or seen, by code and name.

        A listed name that a page prints is confirmed. A name that a page prints and the list has not is a
        row of its own, confirmed and not listed.
        """
        rows = dict(self._seen)
        for agency in listed():
            place = (agency.agency_code, comparison_form(agency.name))
            seen = rows.get(place)
            rows[place] = agency if seen is None else _confirmed(agency, seen)
        return sorted(rows.values(), key=lambda agency: (agency.agency_code, agency.name))


def _confirmed(agency: Agency, seen: Agency) -> Agency:
    """A listed agency that pages print."""
    return replace(
        agency,
        confirmed=True,
        first_year_seen_be=seen.first_year_seen_be,
        last_year_seen_be=seen.last_year_seen_be,
        pages_seen=seen.pages_seen,
    )


def write_agencies(folder: Path, *, plain_csv: bool) -> tuple[int, list[str]]:
    """Write the table `agencies` beside the finished table of projects in a folder.

    Returns its number of rows, and the codes of projects that the reference data do not have.
    """
    seen = Seen()
    with pq.ParquetFile(folder / "projects.parquet") as projects:
        for batch in projects.iter_batches(
            _ROWS_TOGETHER, columns=list(_SEEN_IN_PROJECTS), use_threads=False
        ):
            for code, agency, subagency, year in zip(
                *(batch[name].to_pylist() for name in _SEEN_IN_PROJECTS), strict=True
            ):
                seen.add(code, agency if code is None or _is_whole(code) else subagency or agency, year)
    columns = zip(*map(attrgetter(*layout("agencies").names), seen.rows()), strict=True)
    with TableWriter("agencies", folder, plain_csv=plain_csv) as writer:
        writer.add(list(columns))
    return writer.rows, seen.unknown()


def _is_whole(agency_code: str) -> bool:
    """Whether a code is that of a whole office or district: the code of a part goes with the part's name."""
    return agency_code.endswith("0000" if agency_code.startswith("50") else "000000")
