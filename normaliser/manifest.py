"""``SHA256SUMS``: the hash of every file of a package, to be checked by ``sha256sum -c SHA256SUMS``.

The hashes of tables are those of the package's description, taken when they were written and not read anew: a
file that was edited since then does not become right by an audit, which writes the manifest again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "SHA256SUMS"


def write(folder: Path, described: Mapping[str, str], description: str) -> None:
    """Write the manifest of a package into a folder.

    ``described`` are the hashes (hex) of its files by name; ``description`` is the name of the file in the
    folder that describes them, which is listed last.
    """
    own = hashlib.sha256((folder / description).read_bytes()).hexdigest()
    lines = (f"{digest}  {name}\n" for name, digest in (*sorted(described.items()), (description, own)))
    (folder / FILE_NAME).write_text("".join(lines), encoding="utf-8", newline="\n")
