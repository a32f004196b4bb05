"""From a folder of tables to its tables ``findings`` and ``check_results``, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from audit.check import Check, joined
from audit.errors import AuditError
from audit.run import Checked, run_checks
from audit.tables import Tables
from normaliser import package
from normaliser.publish import folder_within, publish
from normaliser.schema import layout
from normaliser.writers import TableWriter

_ROWS_TOGETHER = 2_000


@dataclass(slots=True)
class CheckCounts:
    """What one check found: findings, and pages by how they were judged."""

    check: Check
    findings: int
    pages: dict[str, int]


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
    folder: Path, out: Path, checks: Sequence[Check], limits: Mapping[str, float]
) -> AuditReport:
    """Run checks on the tables in ``folder`` and write what they say into ``out``, with the data package.

    Files appear in ``out`` when all are complete. Raises AuditError where the tables cannot be used, and
    BuildError where another program is writing into ``out``.
    """
    tables = Tables(folder)
    report = AuditReport()
    with folder_within(out) as unfinished:
        plain, base = _package_of(folder, out)
        rows = _write(tables, sorted(checks, key=lambda each: each.name), limits, unfinished, plain, report)
        package.extend(unfinished, base, rows, plain_csv=plain)
        publish(unfinished, out)
    return report


def _package_of(folder: Path, out: Path) -> tuple[bool, Path | None]:
    """Whether the tables' CSV is plain, and the folder whose package the findings join, if it is ``out``."""
    try:
        plain = package.plain_csv(folder)
        return plain, folder if out.resolve() == folder.resolve() else None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AuditError(
            f"{folder / package.FILE_NAME} cannot be read ({error}): build the tables with `bma build`"
        ) from error


def _write(
    tables: Tables,
    checks: Sequence[Check],
    limits: Mapping[str, float],
    folder: Path,
    plain: bool,
    report: AuditReport,
) -> dict[str, int]:
    """Write both tables, results check by check, findings at the end; returns their numbers of rows."""
    with ExitStack() as stack:
        findings = stack.enter_context(TableWriter("findings", folder, plain_csv=plain))
        results = stack.enter_context(TableWriter("check_results", folder, plain_csv=plain))
        found = []
        for checked in run_checks(tables, checks, limits):
            found.append(checked.findings)
            _add(results, checked.results)
            report.counts.append(_counts(checked))
        rows = joined(found, list(layout("findings").names))
        _add(findings, rows.sort_values("finding_id"))
    return {"findings": findings.rows, "check_results": results.rows}


def _add(writer: TableWriter, rows: pd.DataFrame) -> None:
    """Add a frame's rows, nulls as None, a batch at a time."""
    for start in range(0, len(rows), _ROWS_TOGETHER):
        batch = rows.iloc[start : start + _ROWS_TOGETHER].astype(object)
        batch = batch.where(batch.notna(), None)
        writer.add([batch[name].tolist() for name in layout(writer.name).names])


def _counts(checked: Checked) -> CheckCounts:
    pages = checked.results["status"].value_counts()
    by_status = {status: int(pages.get(status, 0)) for status in ("found", "passed", "not_checked")}
    return CheckCounts(checked.check, len(checked.findings), by_status)


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
