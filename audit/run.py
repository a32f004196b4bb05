"""Running checks over tables, and telling found, passed and not checked apart for each page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from audit.check import FOUND, PAGE, Check, joined
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


class Checked(NamedTuple):
    """What a check says of all pages of its kinds.

    findings has the columns of the table, sorted by nothing yet; results those of ``check_results``, sorted.
    """

    check: Check
    findings: pd.DataFrame
    results: pd.DataFrame


def run_checks(tables: Tables, checks: Iterable[Check], limits: Mapping[str, float]) -> Iterator[Checked]:
    """Run checks one after the other; ``limits`` are the thresholds by check, of those that have one."""
    for each in checks:
        said = each.run(tables, limits.get(each.name, 0.0))
        found, unjudged = joined(said.found, FOUND), joined(said.unjudged, [*PAGE, "reason"])
        undeclared = set(unjudged["reason"]) - set(each.reasons)
        assert not undeclared, f"{each.name} does not declare {undeclared}"
        yield Checked(each, _findings(each, found, tables), _results(each, found, unjudged, tables))


def _findings(check: Check, found: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    rows = found.assign(check=check.name, severity=check.severity)
    rows = rows.merge(tables.captures[["capture_id", "site"]], on="capture_id", how="left")
    is_project = rows["page_kind"].isin(("project", "plan_record"))
    rows["project_code"] = rows["page_code"].where(is_project, None)
    for column in ("position", "line_first", "line_last"):
        rows[column] = rows[column].astype("Int64")
    rows = _with_single_lines(rows, tables)
    rows["finding_id"] = _ids(rows)
    return rows[list(layout("findings").names)]


def _with_single_lines(rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The lines of the one value where ``field_lines`` has them: a record's own may span the page."""
    if rows.empty:
        return rows
    keys = ["capture_id", "table_name", "position", "column"]
    single = tables.once("field_lines", lambda: _single_lines(tables))
    wanted = rows[keys].assign(
        position=rows["position"].fillna(1), column=rows["column"].replace(_PRINTED_AS)
    )
    lines = wanted.merge(single, on=keys, how="left").set_index(rows.index)
    rows["line_first"] = lines["first"].astype("Int64").fillna(rows["line_first"])
    rows["line_last"] = lines["last"].astype("Int64").fillna(rows["line_last"])
    return rows


def _single_lines(tables: Tables) -> pd.DataFrame:
    lines = tables.read("field_lines").rename(columns={"line_first": "first", "line_last": "last"})
    return lines.astype({"position": "Int64"})


def _ids(rows: pd.DataFrame) -> list[str]:
    """An id for each finding; where two are the same in all parts, the second's says that it is one."""
    parts = rows[_ID_PARTS].astype(object).where(rows[_ID_PARTS].notna(), None)
    taken: dict[tuple[object, ...], int] = {}
    ids = []
    for key in parts.itertuples(index=False, name=None):
        number = taken[key] = taken.get(key, 0) + 1
        again = () if number == 1 else (number,)
        ids.append(hashlib.sha256(repr((*key, *again)).encode()).hexdigest()[:16])
    return ids


def _results(check: Check, found: pd.DataFrame, unjudged: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """A row for each page of the check's kinds, also of those that the tables do not show."""
    known = tables.captures[tables.captures["page_kind"].isin(check.kinds)].dropna(subset=["page_code"])
    pages = known.groupby(PAGE)["is_latest"].any().reset_index()
    never = pages[~pages["is_latest"]].assign(reason=_NEVER_SHOWN)[[*PAGE, "reason"]]
    why = joined([unjudged, never], [*PAGE, "reason"]).drop_duplicates()
    counts = found.groupby(PAGE).size().rename("findings")
    rows = pages[PAGE].join(counts, on=PAGE).join(_said(why), on=PAGE)
    rows["findings"] = rows["findings"].fillna(0).astype("int64")
    rows["status"] = "passed"
    rows.loc[rows["reason_en"].notna(), "status"] = "not_checked"
    rows.loc[rows["findings"] > 0, "status"] = "found"
    rows["check"] = check.name
    return rows.sort_values(PAGE)[list(layout("check_results").names)]


def _said(why: pd.DataFrame) -> pd.DataFrame:
    """The reasons of each page as one sentence in each language, always in the same order."""
    order = {name: place for place, name in enumerate(REASONS)}
    whys = why.assign(order=why["reason"].map(order)).sort_values("order")
    said = whys.groupby(PAGE)["reason"].agg(tuple)
    sentences = {reasons: [REASONS[name] for name in reasons] for reasons in set(said)}
    return pd.DataFrame(
        {
            "reason_th": said.map({key: "; ".join(each.th for each in v) for key, v in sentences.items()}),
            "reason_en": said.map({key: "; ".join(each.en for each in v) for key, v in sentences.items()}),
        },
        index=said.index,
    )
