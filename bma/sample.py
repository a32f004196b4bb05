"""`bma sample`: the bundled pages, from their bytes to tables, and what to look at first."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bma.options import clean, raw

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROJECT_COLUMNS = ("project_code", "fiscal_year_be", "progress_percent", "name")
_BAR_WIDTH = 10


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bma-sample"),
    show_default=True,
    help="Folder to fill, with raw/ and clean/ inside.",
)
def sample(out: Path) -> None:
    """Import the bundled sample pages, build their tables and show them.

    The pages are invented; their form is that of the real ones, in four HTML layouts and two kinds of
    text copy.
    """
    from bma.pages import import_pages
    from bma.tables import build_tables, last_line
    from scraper.saved import saved_pages

    with resources.as_file(resources.files("bma.sample_pages")) as folder:
        counts = import_pages(saved_pages([folder]), raw(out))
    report = build_tables(out, clean(out))
    _show(clean(out))
    click.echo(f"Archive  {raw(out)}: {counts['imported']} pages imported, {counts['held']} already held")
    filled = ", ".join(f"{name} {rows}" for name, rows in report.rows.items() if rows)
    click.echo(f"Tables   {clean(out)}: {filled}")
    click.echo(f'Open     pandas.read_parquet("{clean(out) / "projects.parquet"}")')
    click.echo(last_line(report))


def _show(tables: Path) -> None:
    """Print a line a project with its progress as a bar, and the issues by kind."""
    import shutil
    from collections import Counter

    from rich.cells import set_cell_size

    newest = {
        row["project_code"]: row["report_date"].isoformat()
        for row in _rows(tables, "progress_reports", ("project_code", "position", "report_date"))
        if row["position"] == 1 and row["report_date"]
    }
    layout = f"{{:<13}}  {{:<4}}  {{:<{_BAR_WIDTH + 7}}}  {{:<10}}  "
    heading = layout.format("Project", "Year", "Progress", "Newest") + "Name"
    name_width = max(shutil.get_terminal_size().columns - len(heading), 0) + len("Name")
    click.echo(heading)
    for code, year, percent, name in map(dict.values, _rows(tables, "projects", _PROJECT_COLUMNS)):
        line = layout.format(code, year or "-", _bar(percent), newest.get(code, "-"))
        click.echo(line + set_cell_size(name or "(not on the reduced copy)", name_width).rstrip())
    click.echo()
    issues = Counter(
        (row["severity"], row["code"]) for row in _rows(tables, "parse_issues", ("severity", "code"))
    )
    for (severity, code), count in sorted(issues.items()):
        click.echo(f"Issue    {severity} {code}: {count}")


def _rows(tables: Path, name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of a Parquet table as dictionaries with the named columns, in that order."""
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = pq.read_table(tables / f"{name}.parquet", columns=list(columns)).to_pylist()
    return found


def _bar(percent: float | None) -> str:
    """A percent as a bar of `_BAR_WIDTH` characters with its number; a page without one as a dash."""
    if percent is None:
        return "-"
    filled = round(min(max(percent, 0), 100) / 100 * _BAR_WIDTH)
    return f"{'█' * filled}{'░' * (_BAR_WIDTH - filled)} {percent:g} %"
