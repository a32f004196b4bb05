"""The list of finished files: ``SHA256SUMS``, in the form that ``sha256sum -c`` reads."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

NAME = "SHA256SUMS"
READ_ONLY = 0o444

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([^/]+)")


def read(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that is listed, by its name; empty where there is no list.

    A line that is none of a list is passed over here; `verify` names it.
    """
    found = (_LINE.fullmatch(line) for line in lines(folder))
    return {match[2]: match[1] for match in found if match}


def lines(folder: Path) -> list[str]:
    """The lines of the list as they stand."""
    try:
        return (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def is_entry(line: str) -> bool:
    """Whether a line is one of such a list."""
    return _LINE.fullmatch(line) is not None


def of_file(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def finish(path: Path, sha256: str) -> None:
    """Make a file read-only and enter it into the list of its folder; safe to be done again."""
    path.chmod(READ_ONLY)
    listed = path.with_name(NAME)
    entry = f"{sha256}  {path.name}"
    before = lines(path.parent)
    if entry in before:
        return
    unfinished = listed.with_name(NAME + ".new")
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in (*before, entry))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(listed)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
