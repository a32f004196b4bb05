"""From a folder of tables to its tables ``findings`` and ``check_results``, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from audit.check import Check
from audit.errors import AuditError
from audit.parts import Parts
from audit.run import Checked, run_checks
from audit.tables import PAGES_TOGETHER, Folder
from normaliser import package
from normaliser.publish import folder_within, publish
from normaliser.schema import arrow_schema
from normaliser.writers import TableWriter

_ROWS_TOGETHER = 2_000
_DIGITS = 1
"""Digits of a finding's id that divide findings into parts: each is sorted in memory."""
_STATUSES = ("found", "passed", "not_checked")


@dataclass(slots=True)
class CheckCounts:
    """What one check found: findings, and pages by how they were judged."""

    check: Check
    findings: int = 0
    pages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_STATUSES, 0))

    def add(self, checked: Checked) -> None:
        """Count what it says of some pages."""
        self.findings += len(checked.findings)
        for status, pages in checked.results["status"].value_counts().items():
            self.pages[str(status)] += pages


@dataclass(slots=True)
class AuditReport:
    """What was found: a row for each check, in the order of their names."""

    counts: list[CheckCounts] = field(default_factory=list)

    def findings(self, *severities: str) -> int:
        """How many findings there are of these severities; of all where none is named."""
        return sum(
            each.findings for each in self.counts if not severities or each.check.severity in severities
        )


def audit_tables(
    folder: Path,
    out: Path,
    checks: Sequence[Check],
    limits: Mapping[str, float],
    *,
    pages_together: int = PAGES_TOGETHER,
) -> AuditReport:
    """Run checks on the tables in ``folder`` and write what they say into ``out``, with the data package.

    Files appear in ``out`` when all are complete; they do not depend on how many pages are looked at
    together. Raises AuditError where the tables cannot be used, and BuildError where another program is
    writing into ``out``.
    """
    tables = Folder(folder)
    report = AuditReport([CheckCounts(each) for each in sorted(checks, key=lambda each: each.name)])
    with folder_within(out) as unfinished:
        base = _package_of(folder)
        plain = package.plain_csv(base)
        spill = unfinished / "spill"
        spill.mkdir()
        tables.divide(spill, pages_together)
        said = _run(tables, limits, report)
        rows = _write(said, len(checks), unfinished, plain)
        package.extend(unfinished, base, rows, beside=out.resolve() == folder.resolve())
        publish(unfinished, out)
    return report


def _package_of(folder: Path) -> dict[str, Any]:
    """The package of the tables, which says whether their CSV is plain."""
    try:
        found = package.read(folder)
        package.plain_csv(found)
        return found
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AuditError(
            f"{folder / package.FILE_NAME} cannot be read ({error}): build the tables with `bma build`"
        ) from error


class _Said(NamedTuple):
    """What was found, in parts by the begin of its id; and the results, in parts by check."""

    findings: Parts
    results: Parts


def _run(folder: Folder, limits: Mapping[str, float], report: AuditReport) -> _Said:
    """Run the checks on some pages after others."""
    said = _Said(Parts(folder.spill, "findings"), Parts(folder.spill, "results"))
    for tables in folder.parts():
        found = []
        for number, checked in enumerate(run_checks(tables, [each.check for each in report.counts], limits)):
            found.append(_arrow(checked.findings, "findings"))
            said.results.add(number, _arrow(checked.results, "check_results"))
            report.counts[number].add(checked)
        _divide(said.findings, pa.concat_tables(found))
    return said


def _divide(parts: Parts, findings: pa.Table) -> None:
    """Add findings to parts by the first digits of their ids, which are spread evenly."""
    findings = findings.sort_by("finding_id")
    begins = pc.utf8_slice_codeunits(findings["finding_id"], 0, _DIGITS).to_numpy()
    ends = [*np.flatnonzero(begins[1:] != begins[:-1]) + 1, len(begins)]
    for first, end in pairwise([0, *ends]):
        if first < end:
            parts.add(int(begins[first], 16), findings.slice(first, end - first))


def _write(said: _Said, checks: int, folder: Path, plain: bool) -> dict[str, int]:
    """Write both tables in order; returns their numbers of rows."""
    with ExitStack() as stack:
        findings = stack.enter_context(TableWriter("findings", folder, plain_csv=plain))
        results = stack.enter_context(TableWriter("check_results", folder, plain_csv=plain))
        for number in range(checks):
            _add(results, said.results.read(number))
        _add(findings, _sorted(said.findings))
    return {"findings": findings.rows, "check_results": results.rows}


def _arrow(rows: pd.DataFrame, name: str) -> pa.Table:
    schema = arrow_schema(name).remove_metadata()
    return pa.Table.from_pandas(rows, schema, preserve_index=False)


def _sorted(findings: Parts) -> Iterator[pa.RecordBatch]:
    for number in range(16**_DIGITS):
        if some := list(findings.read(number)):
            yield from pa.Table.from_batches(some).sort_by("finding_id").to_batches()


def _add(writer: TableWriter, batches: Iterable[pa.RecordBatch]) -> None:
    """Add rows, always as many at a time, however they come."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        while sum(map(len, held)) >= _ROWS_TOGETHER:
            rows = pa.Table.from_batches(held)
            writer.add([column.to_pylist() for column in rows.slice(0, _ROWS_TOGETHER).columns])
            held = rows.slice(_ROWS_TOGETHER).to_batches()
    if held:
        writer.add([column.to_pylist() for column in pa.Table.from_batches(held).columns])


def as_json(report: AuditReport, limits: Mapping[str, float]) -> dict[str, object]:
    """The summary for programs, with the thresholds that were in effect."""
    return {
        "findings": report.findings(),
        "severities": {each: report.findings(each) for each in ("error", "warning", "info")},
        "thresholds": {
            each.check.name: limits[each.check.name] for each in report.counts if each.check.name in limits
        },
        "checks": [
            {
                "check": each.check.name,
                "severity": each.check.severity,
                "title_th": each.check.title.th,
                "title_en": each.check.title.en,
                "findings": each.findings,
                "pages": each.pages,
            }
            for each in report.counts
        ],
    }
