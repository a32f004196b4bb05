"""``datapackage.json``: the folder of tables as a Data Package (version 2), for people and programs.

Every table is two resources, ``<table>`` (CSV) and ``<table>_parquet``, whose foreign keys name resources of
the same format. Nothing in it depends on when or where it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from normaliser import csv_text
from normaliser.schema import layout, table_schema

FILE_NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


class _Format(NamedTuple):
    """What the resources of a format share.

    suffix ends their names; nulls are the missing values. own begins the names of the properties with a
    file's size and hash: frictionless does not count the bytes of Parquet and would report that as a wrong
    count, so they are not the standard's there.
    """

    suffix: str
    own: str
    nulls: list[str]
    properties: dict[str, Any]


_FORMATS = (
    _Format(
        suffix="",
        own="",
        nulls=[""],
        properties={
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {
                "header": True,
                "delimiter": ",",
                "lineTerminator": "\n",
                "quoteChar": '"',
                "doubleQuote": True,
                "skipInitialSpace": False,
            },
        },
    ),
    _Format(
        suffix="_parquet",
        own="bma:",
        nulls=["", "nan", "NaT"],  # what a null has become in a program that reads it through pandas
        properties={"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
    ),
)


def write(folder: Path, rows: Mapping[str, int], *, plain_csv: bool, history: bool = False) -> None:
    """Describe the finished tables of a folder, with their numbers of rows, in its ``datapackage.json``."""
    package = describe(folder, rows, plain_csv=plain_csv, history=history)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


_ABOUT = {
    "name": "bma-progress",
    "title": "BMA project progress",
    "title_th": "ความคืบหน้าโครงการของกรุงเทพมหานคร",
    "description": (
        "What the progress pages of the Bangkok Metropolitan Administration say, with the capture and "
        "the lines that every row was read from."
    ),
}
_ABOUT_HISTORY = {
    "name": "bma-progress-history",
    "title": "BMA project progress: history",
    "title_th": "ประวัติความคืบหน้าโครงการของกรุงเทพมหานคร",
    "description": (
        "What every sound capture of the progress pages of the Bangkok Metropolitan Administration says, "
        "rows keyed by capture, and what changed from one capture of a page to the next."
    ),
}


def describe(
    folder: Path, rows: Mapping[str, int], *, plain_csv: bool, history: bool = False
) -> dict[str, Any]:
    """The Data Package of the tables (of a history) in a folder, given the number of rows of each."""
    return {
        "$schema": PROFILE,
        **(_ABOUT_HISTORY if history else _ABOUT),
        "bma:csvGuard": csv_guard(plain=plain_csv),
        "resources": [
            _resource(folder, name, count, form, history=history)
            for form in _FORMATS
            for name, count in rows.items()
        ],
    }


def _resource(folder: Path, name: str, rows: int, form: _Format, *, history: bool) -> dict[str, Any]:
    shape = layout(name)
    path = folder / f"{name}.{form.properties['format']}"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": name + form.suffix,
        "type": "table",
        "path": path.name,
        "title": shape.table.title_en,
        "title_th": shape.table.title_th,
        "description": shape.description,
        **form.properties,
        f"{form.own}bytes": path.stat().st_size,
        f"{form.own}hash": f"sha256:{digest}",
        "rows": rows,
        "schema": {
            **table_schema(name, suffix=form.suffix, history=history),
            "missingValues": form.nulls,
        },
    }


def csv_guard(*, plain: bool) -> dict[str, Any]:
    """What was done to text cells of the CSV files so that no spreadsheet runs them, and how to undo it."""
    if plain:
        return {"applied": False}
    return {
        "applied": True,
        "characters": list(csv_text.GUARDED),
        "prefix": "'",
        "undo": "Take one ' off every cell of a string column that begins with '.",
        "description": (
            "A cell of a string column that begins with one of these characters has one ' in front, so that "
            "a spreadsheet does not run text of a page as a formula. The Parquet files hold the text as is."
        ),
    }


def files(folder: Path) -> list[str]:
    """Names of the files that the package in a folder consists of, its description last; none without one."""
    try:
        package = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        paths = [Path(resource["path"]) for resource in package["resources"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    plain = [path.name for path in paths if path.suffix in (".csv", ".parquet") and path == Path(path.name)]
    return [*plain, FILE_NAME]
