"""Run the notebooks of this folder from nothing, and keep what they print: ``python examples/execute.py``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))


def executed(notebook: Path, folder: Path) -> nbformat.NotebookNode:
    """The notebook as it looks after a run in an empty folder, without times and machine."""
    node = nbformat.read(notebook, as_version=4)
    NotebookClient(
        node,
        timeout=300,
        coalesce_streams=True,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    node.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(node.cells, 1):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    return node


def main() -> None:
    """Run all of them."""
    for notebook in NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            node = executed(notebook, Path(folder))
        nbformat.write(node, notebook)
        print(f"{notebook.name}: {len(node.cells)} cells", file=sys.stderr)


if __name__ == "__main__":
    main()
