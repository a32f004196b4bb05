"""The licences of what is installed with the program: ``python docs/licences.py > docs/licences.md``."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]

# What the metadata say in words of their own, as SPDX has it.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "BSD License": "BSD-3-Clause",
    "MPL 2.0": "MPL-2.0",
}

_HEAD = """# Licences of dependencies

bma-progress is under the MIT licence. What is installed with it comes under these, as the packages' own
metadata say; none of it is part of its distributions. `make docs-generated` writes this page.

| package | licence (SPDX) |
|---|---|
"""


def installed_with_the_program() -> list[Distribution]:
    """The locked run-time packages, and those of the extras, that are installed here, by name."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    for extra in project["project"].get("optional-dependencies", {}).values():
        names.update(re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in extra)
    names.difference_update(
        re.split(r"[^a-z]", requirement)[0] for requirement in project["dependency-groups"]["build"]
    )
    found = []
    for name in sorted(names):
        try:
            found.append(distribution(name))
        except PackageNotFoundError:  # of another system, as colorama
            continue
    return found


def licence(package: Distribution) -> str:
    """The SPDX expression of a package's licence; `?` where its metadata do not say."""
    said = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    if not said or "\n" in said:
        classifiers = package.metadata.get_all("Classifier") or []
        said = next((each.rsplit(" :: ", 1)[1] for each in classifiers if each.startswith("License ::")), "?")
    return _SPDX.get(said, said)


def page() -> str:
    """The page as Markdown."""
    rows = (
        f"| {package.metadata['Name']} | {licence(package)} |\n" for package in installed_with_the_program()
    )
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(page(), end="")
