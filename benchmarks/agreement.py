"""Whether the plain script and the build read the same from the same pages."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq

COLUMNS = {
    "projects": "project_code name agency_name fiscal_year_be progress_percent rationale goals",
    "strategy_links": "project_code position level_name number title",
    "progress_reports": "project_code position report_date progress_percent narrative problems",
    "plan_steps": "project_code position step description weight_percent start_date end_date",
    "indicators": "page_code position indicator_code name unit target_value result_value result_level",
    "indicator_quarters": "page_code indicator_position position quarter result_value score criterion_2_1",
}


def differences(built: Path, plain: Path) -> list[str]:
    """Tables whose compared columns differ, with the first row that does; empty where all agree."""
    found = []
    for name, columns in COLUMNS.items():
        ours = _of_parquet(built / f"{name}.parquet", columns.split())
        theirs = _of_csv(plain / f"{name}.csv", columns.split())
        if ours != theirs:
            only = min(ours.symmetric_difference(theirs))
            found.append(f"{name}: {len(ours)} and {len(theirs)} rows, not in both: {only}")
    return found


def _of_parquet(path: Path, columns: list[str]) -> set[tuple[str, ...]]:
    values = pq.read_table(path, columns=columns).to_pydict().values()
    texts = (["" if value is None else str(value) for value in column] for column in values)
    return set(zip(*texts, strict=True))


def _of_csv(path: Path, columns: list[str]) -> set[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {tuple(row[column] for column in columns) for row in csv.DictReader(file)}
