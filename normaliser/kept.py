"""What a build leaves for the next one: the rows that it read, and of what its tables were made.

Both lie in a folder of their own, which may be deleted at any time. Rows lie there in the files of
`normaliser.shares`, whose names say what they were made of; so whatever has changed, captures, files of the
archive or this program, is not found there and is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from normaliser import rows_file
from normaliser.shares import KEPT, ONCE

_PACKAGES = ("parsers", "scraper", "normaliser")
_LIBRARIES = ("lxml", "beautifulsoup4", "pythainlp", "pyarrow")
_BUILT = "built-"

Marks = dict[str, tuple[int, int] | None]
"""Size and time of change (ns) of files, by name; None for one that is not there."""


@cache
def program() -> str:
    """A hash of what decides, beside the captures, which bytes the tables are: code and libraries."""
    hashed = hashlib.sha256(f"Python {platform.python_version()}\n".encode())
    for library in _LIBRARIES:
        hashed.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    for package in _PACKAGES:
        folder = Path(__file__).parents[1] / package
        for path in sorted(path for form in ("*.py", "*.csv", "*.toml") for path in folder.rglob(form)):
            hashed.update(f"{package}/{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return hashed.hexdigest()


class Kept:
    """The folder, while this process has it for itself; see `kept`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unchanged(self, out: Path, made_of: Mapping[str, Any]) -> dict[str, Any] | None:
        """What `remember` was told of the tables in ``out``, where they are those and made of just that."""
        try:
            built = json.loads(self._state(out).read_text(encoding="utf-8"))
            if built["made_of"] != _as_json(made_of) or built["files"] != _as_json(
                marks(out, built["files"])
            ):
                return None
            told: dict[str, Any] = built["told"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return told

    def remember(
        self, out: Path, made_of: Mapping[str, Any], files: Collection[str], told: Mapping[str, Any]
    ) -> None:
        """Note of what the tables in ``out`` were made, so that they need not be made of the same again."""
        state = {"made_of": made_of, "files": marks(out, files), "told": told}
        with suppress(OSError):  # then they are made again, which is all
            self._state(out).write_text(json.dumps(state), encoding="utf-8")

    def sweep(self, used: Collection[str]) -> None:
        """Remove all rows but those in these files that serve other builds too."""
        for path in self.folder.iterdir():
            is_ours = path.suffix in (KEPT, ONCE, rows_file.UNFINISHED)
            if is_ours and not (path.suffix == KEPT and path.name in used):
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove all rows, and forget of what tables were made."""
        self.sweep(())
        for path in self.folder.glob(f"{_BUILT}*.json"):
            path.unlink(missing_ok=True)

    def _state(self, out: Path) -> Path:
        name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]
        return self.folder / f"{_BUILT}{name}.json"


@contextmanager
def kept(folder: Path | None) -> Iterator[Kept | None]:
    """The folder of what is kept, which is made where needed; None where it cannot be, or another has it."""
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a medium that cannot be written
        folder = None
    if folder is None or not os.access(folder, os.W_OK):
        yield None
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield Kept(folder)
    finally:
        os.close(descriptor)


def marks(folder: Path, names: Collection[str]) -> Marks:
    """Size and time of change of files."""
    found: Marks = dict.fromkeys(names)
    for name in found:
        with suppress(OSError):
            stat = (folder / name).stat()
            found[name] = (stat.st_size, stat.st_mtime_ns)
    return found


def _as_json(value: object) -> object:
    """A value as it is read again."""
    return json.loads(json.dumps(value))
