"""The notebooks of examples/: they run from nothing, and print what they say they print."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

from audit.errors import AuditError
from audit.fonts import thai_font

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def execute() -> ModuleType:
    spec = importlib.util.spec_from_file_location("execute", EXAMPLES / "execute.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(notebook: nbformat.NotebookNode) -> list[str]:
    """What each cell prints, without the sizes of packed files, which hold the time and new record ids."""
    texts = [
        output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]
    return [re.sub(r"[0-9,]+ bytes", "… bytes", text) for text in texts]


def pictures(notebook: nbformat.NotebookNode) -> int:
    return sum(
        "image/png" in output.get("data", ()) for cell in notebook.cells for output in cell.get("outputs", ())
    )


@pytest.mark.parametrize("name", ["auditor", "researcher"])
def test_a_notebook_runs_from_nothing_and_prints_what_it_shows(
    name: str, execute: ModuleType, tmp_path: Path
) -> None:
    """`make examples` writes what they print anew."""
    if name == "researcher":
        try:
            thai_font()
        except AuditError as error:
            pytest.skip(str(error))
    path = EXAMPLES / f"{name}.ipynb"
    shown = nbformat.read(path, as_version=4)
    again = execute.executed(path, tmp_path)
    assert printed(again) == printed(shown)
    assert pictures(again) == pictures(shown) == {"auditor": 0, "researcher": 2}[name]


def test_every_notebook_is_run_here() -> None:
    assert [path.stem for path in sorted(EXAMPLES.glob("*.ipynb"))] == ["auditor", "researcher"]
