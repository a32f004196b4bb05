"""Running checks over tables, and telling found, passed and not checked apart for each page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from audit.check import FOUND, PAGE, Check, Result, joined
from audit.reasons import REASONS
from audit.tables import Tables
from normaliser.schema import layout

_ID_PARTS = [
    "check",
    "capture_id",
    "capture_id_before",
    "table_name",
    "position",
    "column",
    "value",
    "expected",
]
"""What a finding's id is made of: nothing that other rows or pages could move."""
_PRINTED_AS = {"result_value": "result_text", "target_value": "target_text"}
"""The columns that ``field_lines`` has under the name of the text that the value was read from."""
_NEVER_SHOWN = "no_capture"
_BITS = {name: 1 << place for place, name in enumerate(REASONS)}
"""A bit for each reason: all of a page are one number, and always told in the same order."""


class Checked(NamedTuple):
    """What a check says of all pages of its kinds.

    findings has the columns of the table, sorted by nothing yet; results those of ``check_results``, sorted.
    """

    check: Check
    findings: pd.DataFrame
    results: pd.DataFrame


class _Pages(NamedTuple):
    """The pages of some kinds, sorted: their keys, the place of each, and which have no capture shown."""

    keys: pd.DataFrame
    places: dict[tuple[str, str], int]
    never_shown: pd.Series[bool]


def run_checks(tables: Tables, checks: Iterable[Check], limits: Mapping[str, float]) -> Iterator[Checked]:
    """Run checks one after the other; ``limits`` are the thresholds by check, of those that have one."""
    for each in checks:
        said = each.run(tables, limits.get(each.name, 0.0))
        found = joined(said.found, FOUND)
        yield Checked(each, _findings(each, found, tables), _results(each, said, found, tables))


def _findings(check: Check, found: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    if found.empty:
        return pd.DataFrame(columns=list(layout("findings").names))
    rows = found.assign(check=check.name, severity=check.severity)
    sites = tables.once("sites", lambda: tables.captures.set_index("capture_id")["site"].to_dict())
    rows["site"] = rows["capture_id"].map(sites)
    is_project = rows["page_kind"].isin(("project", "plan_record"))
    rows["project_code"] = rows["page_code"].where(is_project, None)
    for column in ("position", "line_first", "line_last"):
        rows[column] = rows[column].astype("Int64")
    rows = _with_single_lines(rows, tables)
    rows["finding_id"] = _ids(rows)
    return rows[list(layout("findings").names)]


def _with_single_lines(rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The lines of the one value where ``field_lines`` has them: a record's own may span the page."""
    keys = ["capture_id", "table_name", "position", "column"]
    single = tables.once("field_lines", lambda: _single_lines(tables))
    wanted = rows[keys].assign(
        position=rows["position"].fillna(1), column=rows["column"].replace(_PRINTED_AS)
    )
    held = wanted["table_name"].isin(single["table_name"].unique())
    lines = wanted[held].merge(single, on=keys, how="left").set_index(rows.index[held])
    rows["line_first"] = lines["first"].reindex(rows.index).astype("Int64").fillna(rows["line_first"])
    rows["line_last"] = lines["last"].reindex(rows.index).astype("Int64").fillna(rows["line_last"])
    return rows


def _single_lines(tables: Tables) -> pd.DataFrame:
    lines = tables.field_lines().rename(columns={"line_first": "first", "line_last": "last"})
    return lines.astype({"position": "Int64"})


def _ids(rows: pd.DataFrame) -> list[str]:
    """An id for each finding; where two are the same in all parts, the second's says that it is one."""
    parts = rows[_ID_PARTS].astype(object).where(rows[_ID_PARTS].notna(), None)
    taken: dict[tuple[object, ...], int] = {}
    ids = []
    for key in zip(*(parts[name].tolist() for name in _ID_PARTS), strict=True):
        number = taken[key] = taken.get(key, 0) + 1
        again = () if number == 1 else (number,)
        ids.append(hashlib.sha256(repr((*key, *again)).encode()).hexdigest()[:16])
    return ids


def _results(check: Check, said: Result, found: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """A row for each page of the check's kinds, also of those that the tables do not show."""
    pages = tables.once(f"pages of {check.kinds}", lambda: _pages(tables, check.kinds))
    counts = np.bincount(_places(found, pages), minlength=len(pages.keys))
    why = np.where(pages.never_shown, _BITS[_NEVER_SHOWN], 0)
    for reason, rows in _by_reason(said.unjudged):
        assert reason in check.reasons, f"{check.name} does not declare {reason}"
        why[_places(rows, pages)] |= _BITS[reason]
    known, which = np.unique(why, return_inverse=True)
    sentences = [_sentences(int(bits)) for bits in known]
    status = np.where(counts > 0, "found", np.where(why > 0, "not_checked", "passed"))
    return pages.keys.assign(
        check=check.name,
        status=status,
        findings=counts,
        reason_th=np.array([th for th, _ in sentences], object)[which],
        reason_en=np.array([en for _, en in sentences], object)[which],
    )[list(layout("check_results").names)]


def _pages(tables: Tables, kinds: tuple[str, ...]) -> _Pages:
    known = tables.captures[tables.captures["page_kind"].isin(kinds)].dropna(subset=["page_code"])
    pages = known.groupby(PAGE)["is_latest"].any().reset_index()
    places = {key: place for place, key in enumerate(zip(*(pages[name] for name in PAGE), strict=True))}
    return _Pages(pages[PAGE], places, ~pages["is_latest"].astype(bool))


def _places(rows: pd.DataFrame, pages: _Pages) -> list[int]:
    return [pages.places[key] for key in zip(*(rows[name].tolist() for name in PAGE), strict=True)]


def _by_reason(unjudged: Iterable[pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Frames of pages with the reason that all rows of each have."""
    for rows in unjudged:
        if len(rows):
            yield rows["reason"].iloc[0], rows


def _sentences(why: int) -> tuple[str | None, str | None]:
    """The reasons of a page as one sentence in each language; None where there is none."""
    texts = [REASONS[name] for name, bit in _BITS.items() if why & bit]
    if not texts:
        return None, None
    return "; ".join(each.th for each in texts), "; ".join(each.en for each in texts)
