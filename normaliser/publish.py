"""Finished files into a folder of tables: all of them or none, and one writer at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from normaliser import package
from normaliser.errors import BuildError

_UNFINISHED = ".building"


@contextmanager
def folder_within(out: Path) -> Iterator[Path]:
    """A folder for unfinished files, on the disk of ``out``; gone at the end, whatever happens.

    Raises BuildError where another build or audit has one there.
    """
    is_new = not out.exists()
    folder = out / _UNFINISHED
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(f"another build is writing into {out}") from None
        for left in folder.iterdir():  # by a build that was killed
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            if is_new:
                with suppress(OSError):
                    out.rmdir()  # empty where the build failed
    finally:
        os.close(descriptor)


def publish(folder: Path, out: Path) -> None:
    """Move the finished files into place, description and manifest last, and remove those they supersede.

    Files that the description names and that are not among the finished ones are in ``out`` already.
    """
    out.mkdir(exist_ok=True)
    before = package.files(out)
    described = package.files(folder)
    names = [name for name in described if (folder / name).exists()]
    for name in names:
        _sync(folder / name)
    for name in names:
        (folder / name).replace(out / name)
    for name in set(before).difference(described):
        (out / name).unlink(missing_ok=True)
    _sync(out)


def remove_history(folder: Path) -> bool:
    """Remove a history's files, and its folder if nothing else is in it; False where there is none."""
    if not package.is_history(folder):
        return False
    for name in package.files(folder):
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return True


def _sync(path: Path) -> None:
    """Return when a file's bytes, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
