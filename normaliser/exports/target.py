"""The file of an export: whole or not at all, and none of anybody else's overwritten."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from normaliser.errors import ExportError


@dataclass(slots=True)
class ExportReport:
    """What an export holds.

    ``rows`` written, by table; ``redacted``, the marks set in free text, by kind; ``notes``, what a reader
    must know besides, a sentence each; ``complete``, whether every row of the tables is there.
    """

    rows: dict[str, int] = field(default_factory=dict)
    redacted: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    complete: bool = True


def check_target(target: Path, *, force: bool) -> None:
    """Raise ExportError where ``target`` may not be written, so that it is known before any work is done."""
    if target.is_dir():
        raise ExportError(f"{target} is a folder; name a file in it")
    if target.exists() and not force:
        raise ExportError(f"{target} exists; --force replaces it")
    if not target.parent.is_dir():
        raise ExportError(f"{target.parent} is no folder; make it first")


@contextmanager
def written_whole(target: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """A name to write under, in a folder of its own beside ``target``, which the file becomes at the end.

    Whatever happens, nothing else is left; a failure leaves ``target`` as it was. ``mode`` says who may read
    it, as far as the umask lets. Errors of the disk become ExportError.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=".bma-export-", dir=target.parent))
        try:
            unfinished = folder / target.name
            yield unfinished
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.chmod(mode & ~_umask())
            unfinished.replace(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
