"""`bma audit`: from tables to findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bma.options import clean, data_option, json_option, print_json, share_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from audit.check import Check
    from audit.findings import AuditReport, CheckCounts

_SEVERITIES = ("error", "warning", "info")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@data_option
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder [default: DATA/clean].")
@click.option("--check", "names", metavar="NAME", multiple=True, help="Run this check only; may be repeated.")
@click.option("--thresholds", "file", type=_FILE, help="TOML file with checks' names and their thresholds.")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="Exit with 1 where there is a finding of this severity or a higher one.",
)
@json_option
def audit(
    data: Path,
    out: Path | None,
    names: tuple[str, ...],
    file: Path | None,
    fail_on: str | None,
    as_json: bool,
) -> None:
    """Check the tables and write what does not add up into the table findings.

    check_results says of each page whether a check found something, passed it, or could not judge it.
    """
    share_memory()
    from audit import findings
    from audit.thresholds import thresholds

    limits = thresholds(file)
    report = findings.audit_tables(clean(data), out or clean(data), _chosen(names), limits)
    if as_json:
        print_json(findings.as_json(report, limits))
    else:
        _show(report, limits, out or clean(data))
    if fail_on and report.findings(*_SEVERITIES[: _SEVERITIES.index(fail_on) + 1]):
        raise SystemExit(1)


def _chosen(names: Sequence[str]) -> list[Check]:
    from audit.all_checks import CHECKS

    for name in names:
        if name not in CHECKS:
            raise click.BadParameter(f"no check is named {name}; the checks are {', '.join(sorted(CHECKS))}")
    return [CHECKS[name] for name in dict.fromkeys(names or CHECKS)]


def _show(report: AuditReport, limits: Mapping[str, float], folder: Path) -> None:
    """A line for each check, the gravest first, then a line in all."""
    click.echo(f"{'findings':>8} {'pages':>7} {'passed':>7} {'not checked':>12}")
    for severity in _SEVERITIES:
        chosen = [each for each in report.counts if each.check.severity == severity]
        if chosen:
            click.echo(f"{severity}: {report.findings(severity):,}")
        for each in chosen:
            click.echo(_line(each, limits))
    counts = ", ".join(f"{report.findings(each):,} {each}" for each in _SEVERITIES)
    click.echo(f"{report.findings():,} findings ({counts}) in {folder / 'findings.csv'}")


def _line(each: CheckCounts, limits: Mapping[str, float]) -> str:
    check, pages = each.check, each.pages
    limit = f" [{limits[check.name]:g} {check.threshold.unit.en}]" if check.threshold else ""
    return (
        f"{each.findings:>8,} {pages['found']:>7,} {pages['passed']:>7,} {pages['not_checked']:>12,}  "
        f"{check.name}{limit}\n{'':>38} {check.title.en} · {check.title.th}"
    )
