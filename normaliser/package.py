"""``datapackage.json``: the folder of tables as a Data Package (version 2), for people and programs.

Every table is two resources, ``<table>`` (CSV) and ``<table>_parquet``, whose foreign keys name resources of
the same format. Nothing in it depends on when or where it was made. ``SHA256SUMS`` lists the hashes of all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from normaliser import csv_text, in_thai, manifest
from normaliser.errors import BuildError
from normaliser.free_text import CountingFilter
from normaliser.provenance import provenance
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
_FORMAT_NAMES = [form.properties["format"] for form in _FORMATS]


def write(
    folder: Path,
    rows: Mapping[str, int],
    *,
    plain_csv: bool,
    history: bool = False,
    marking: CountingFilter | None = None,
) -> None:
    """Describe the finished tables of a folder, with their numbers of rows, in its ``datapackage.json``.

    ``marking`` is what their free texts went through.
    """
    _write(folder, describe(folder, rows, plain_csv=plain_csv, history=history, marking=marking))


def _write(folder: Path, package: Mapping[str, Any]) -> None:
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    manifest.write(folder, _hashes(package["resources"]), FILE_NAME)


def _hashes(resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The SHA-256 (hex) of each file as its resource has it, by name."""
    own = {form.properties["format"]: form.own for form in _FORMATS}
    hashes = ((each["path"], each[f"{own[each['format']]}hash"]) for each in resources)
    return {path: digest.removeprefix("sha256:") for path, digest in hashes}


_ABOUT = {
    "name": "bma-progress",
    "title": "BMA project progress",
    "title_th": "ความคืบหน้าโครงการของกรุงเทพมหานคร",
    "description": (
        "What the progress pages of the Bangkok Metropolitan Administration say, with the capture and "
        "the lines that every row was read from."
    ),
    "description_th": (
        "ข้อความและตัวเลขจากหน้าความคืบหน้าโครงการของกรุงเทพมหานคร พร้อมฉบับที่จัดเก็บและบรรทัดที่เป็นที่มาของแต่ละแถว"
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
    "description_th": (
        "ข้อความและตัวเลขจากหน้าความคืบหน้าโครงการของกรุงเทพมหานครทุกฉบับที่จัดเก็บ และสิ่งที่เปลี่ยนไปจากฉบับหนึ่งถึงฉบับถัดไป"
    ),
}


def describe(
    folder: Path,
    rows: Mapping[str, int],
    *,
    plain_csv: bool,
    history: bool = False,
    marking: CountingFilter | None = None,
) -> dict[str, Any]:
    """The Data Package of the tables (of a history) in a folder, given the number of rows of each."""
    about = _ABOUT_HISTORY if history else _ABOUT
    redaction = _redaction(marking)
    return {
        "$schema": PROFILE,
        **about,
        **provenance(folder, about),
        "bma:csvGuard": csv_guard(plain=plain_csv),
        "bma:redaction": redaction,
        "resources": _resources(folder, rows, rows, history=history),
    }


def extend(folder: Path, base: Mapping[str, Any], rows: Mapping[str, int], *, beside: bool) -> None:
    """Describe further tables in ``folder``, with their numbers of rows, made from those of a package.

    ``base`` is that package; what it says of the whole holds for them too. They stand ``beside`` its tables,
    of which those of the same names are replaced, or alone. Raises BuildError where ``base`` lacks a part.
    """
    try:
        held = base["resources"] if beside else []
        others = [each for each in held if each["name"].removesuffix("_parquet") not in rows]
        tables = [*(each["name"] for each in others if each["format"] == "csv"), *rows]
        resources = [*others, *_resources(folder, rows, tables)]
        resources.sort(key=lambda each: _FORMAT_NAMES.index(each["format"]))
        _write(folder, {**base, "resources": resources})
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BuildError(
            f"{FILE_NAME} of the tables is damaged ({error}): build them with bma build"
        ) from error


def read(folder: Path) -> dict[str, Any]:
    """The package of a folder; raises OSError or ValueError where it has none."""
    package = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
    if not isinstance(package, dict):
        raise ValueError("it is no JSON object")
    return package


def plain_csv(package: Mapping[str, Any]) -> bool:
    """Whether a package has CSV without guard; raises LookupError where it does not say."""
    return not package["bma:csvGuard"]["applied"]


def _resources(
    folder: Path, rows: Mapping[str, int], tables: Collection[str], *, history: bool = False
) -> list[dict[str, Any]]:
    wanted = [(form, name) for form in _FORMATS for name in rows]
    paths = [folder / f"{name}.{form.properties['format']}" for form, name in wanted]
    with ThreadPoolExecutor() as threads:  # hashing leaves Python's lock to others
        digests = threads.map(_sha256, paths)
        return [
            _resource(path, digest, name, rows[name], form, tables, history=history)
            for (form, name), path, digest in zip(wanted, paths, digests, strict=True)
        ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _resource(
    path: Path, digest: str, name: str, rows: int, form: _Format, tables: Collection[str], *, history: bool
) -> dict[str, Any]:
    """One file; ``tables`` are those of the package: a foreign key into another one could not be followed."""
    shape = layout(name)
    schema = table_schema(name, suffix=form.suffix, history=history)
    parents = [each + form.suffix for each in tables]
    schema["foreignKeys"] = [key for key in schema["foreignKeys"] if key["reference"]["resource"] in parents]
    return {
        "name": name + form.suffix,
        "type": "table",
        "path": path.name,
        "title": shape.table.title_en,
        "title_th": shape.table.title_th,
        "description": shape.description,
        "description_th": in_thai.of_table(name),
        **form.properties,
        f"{form.own}bytes": path.stat().st_size,
        f"{form.own}hash": f"sha256:{digest}",
        "rows": rows,
        "schema": {**schema, "missingValues": form.nulls},
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
        "description_th": (
            "ช่องข้อความที่ขึ้นต้นด้วยอักขระเหล่านี้มี ' นำหน้าหนึ่งตัว เพื่อไม่ให้โปรแกรมตารางคำนวณถือข้อความของหน้าเว็บเป็นสูตร "
            "ไฟล์ Parquet เก็บข้อความตามเดิม"
        ),
    }


def _redaction(marking: CountingFilter | None) -> dict[str, Any]:
    """How many free texts were changed so that they name nobody, and by which marks."""
    if marking is None or marking.inner is None:
        return {"applied": False}
    return {
        "applied": True,
        "values": marking.values,
        "marks": dict(sorted(marking.counts.items())),
        "description": (
            "Names of persons, telephone numbers and the like in free texts (values) were replaced by marks, "
            "as far as patterns find them: docs/personal-data.md says what is missed."
        ),
        "description_th": (
            "ชื่อบุคคล หมายเลขโทรศัพท์ และข้อมูลทำนองเดียวกันในข้อความอิสระ (values คือจำนวนข้อความ) ถูกแทนด้วยเครื่องหมาย "
            "เท่าที่รูปแบบตรวจพบ docs/personal-data.md บอกว่าพลาดสิ่งใดได้บ้าง"
        ),
    }


def redaction(package: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a package says of marks in its free texts: ``applied``, and ``marks`` by kind."""
    found: Mapping[str, Any] = package.get("bma:redaction", {"applied": False})
    return found


def is_another(folder: Path) -> bool:
    """Whether a folder that is meant for a history holds another package."""
    return (folder / FILE_NAME).exists() and not is_history(folder)


def is_history(folder: Path) -> bool:
    """Whether the package in a folder is a history, as `write` describes one."""
    try:
        return bool(read(folder)["name"] == _ABOUT_HISTORY["name"])
    except (OSError, ValueError, LookupError):
        return False


def files(folder: Path) -> list[str]:
    """Names of the files that the package in a folder consists of, its description and the manifest last.

    None where there is no package.
    """
    tables = table_files(folder)
    return [*tables, FILE_NAME, manifest.FILE_NAME] if tables else []


def table_files(folder: Path) -> list[str]:
    """Names of the tables' files that the description in a folder names; none without one."""
    try:
        paths = [Path(resource["path"]) for resource in read(folder)["resources"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    return [path.name for path in paths if path.suffix in (".csv", ".parquet") and path == Path(path.name)]


def is_whole(folder: Path) -> bool:
    """Whether a folder has a description of tables, and the manifest beside it."""
    return bool(table_files(folder)) and (folder / manifest.FILE_NAME).exists()
