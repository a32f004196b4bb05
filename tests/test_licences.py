"""The licences of dependencies: listed, known, and compatible with ours."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
OUTBOUND = {
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "Apache-2.0",
    "PSF-2.0",
    "Zlib",
    "CC0-1.0",
    "MPL-2.0",
}
"""Licences under which something may be needed by a program under MIT. MPL-2.0 binds its own files alone."""


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "licences.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(licences: ModuleType) -> None:
    """`make docs-generated` writes it."""
    assert (ROOT / "docs" / "licences.md").read_text(encoding="utf-8") == licences.page()


def test_every_dependency_has_a_licence_that_ours_can_live_with(licences: ModuleType) -> None:
    packages = licences.installed_with_the_program()
    assert len(packages) > 15
    for package in packages:
        parts = re.split(r" AND | OR |[()]", licences.licence(package))
        assert {part for part in parts if part} <= OUTBOUND, package.metadata["Name"]
