"""What several commands share: options, the folders under --data, JSON, the progress bar."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

KINDS = ("project", "indicator", "city_indicator", "agency_summary", "it_review", "plan_record")
"""The kinds of pages, as `scraper.sites.CODE_PATTERNS` has them; named here to import nothing for help."""

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Folder with raw/ (the archive) and clean/ (the tables).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
redact_option = click.option(
    "--redact",
    is_flag=True,
    help="Mark names, telephone numbers and the like in free text; see docs/personal-data.md.",
)


def raw(data: Path) -> Path:
    """The archive's folder."""
    return data / "raw"


def clean(data: Path) -> Path:
    """The tables' folder."""
    return data / "clean"


def share_memory() -> None:
    """Let pyarrow take its memory where frames can use it again; to be called before it is imported.

    Its own allocators keep what they once held. Who has named one in the environment, gets that one.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def kept_rows(data: Path) -> Path:
    """The folder of what a build keeps for the next one; it may be deleted."""
    return data / ".rows"


def printable(text: str) -> str:
    """What a host sent, as text that no terminal takes for commands."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)


def counted(counts: Mapping[str, int]) -> str:
    """`person 3, telephone 1`; empty where nothing was counted."""
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def print_json(value: Any) -> None:
    """Print a value as JSON, Thai unescaped."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """A function that shows how many pages of how many are done; on stderr, and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
