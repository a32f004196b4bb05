"""A folder of tables as its ``datapackage.json`` describes it, read in batches.

Everything that an export needs to know of a table stands in the package: types, keys, titles. So a table that
is in the package is in every export, and one that is not is in none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from normaliser import package
from normaliser.errors import ExportError
from normaliser.free_text import CountingFilter, TextFilter

BATCH_ROWS = 2_000
_SUFFIX = "_parquet"


class ExportColumn(NamedTuple):
    """A column; ``type`` is a name of Table Schema, ``unit`` is "" where there is none."""

    name: str
    type: str
    required: bool
    title: str
    title_th: str
    description: str
    description_th: str
    unit: str

    @property
    def comment(self) -> str:
        """Titles, unit and meaning, in Thai and in English."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.title_th}: {self.description_th}\n{self.title}{unit}: {self.description}"


class ExportKey(NamedTuple):
    """``columns`` name a row of the table ``parent`` by its ``parent_columns``."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of the package, and the open file of its rows."""

    name: str
    title: str
    title_th: str
    description: str
    description_th: str
    columns: tuple[ExportColumn, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ExportKey, ...]
    rows: int
    file: pq.ParquetFile

    @property
    def comment(self) -> str:
        """Titles and meaning, in Thai and in English."""
        return f"{self.title_th}: {self.description_th}\n{self.title}: {self.description}"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)


class Source:
    """The tables of a folder, parents before children, and the filter that their free texts go through.

    A context: all files are opened at once, so that a build that replaces them meanwhile makes no mixture.
    Raises ExportError where the folder has no readable package, or one that does not fit its files.
    """

    def __init__(self, folder: Path, text_filter: TextFilter | None = None) -> None:
        self.filter = CountingFilter(text_filter)
        self.package = _package(folder)
        self._files: list[pq.ParquetFile] = []
        try:
            tables = [self._table(folder, resource) for resource in _resources(self.package)]
        except BaseException:
            self.close()
            raise
        self.tables = _parents_first({table.name: table for table in tables})

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()

    def _table(self, folder: Path, resource: Mapping[str, Any]) -> ExportTable:
        try:
            name, path = str(resource["name"]).removesuffix(_SUFFIX), folder / Path(resource["path"]).name
        except (LookupError, TypeError) as error:
            raise ExportError(f"{folder / package.FILE_NAME} lacks {error}; build the tables anew") from None
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowException) as error:
            raise ExportError(f"{path} cannot be read ({error}); build the tables anew") from error
        self._files.append(file)
        try:
            table = _table_of(name, resource, file)
        except (LookupError, TypeError) as error:
            raise ExportError(f"{package.FILE_NAME} lacks {error} of {name}; build the tables anew") from None
        if tuple(file.schema_arrow.names) != table.names or file.metadata.num_rows != table.rows:
            raise ExportError(
                f"{path} is not the file that {package.FILE_NAME} describes; build the tables anew"
            )
        return table

    @property
    def is_redacted(self) -> bool:
        """Whether names and numbers were marked when the tables were built."""
        return bool(package.redaction(self.package)["applied"])

    @property
    def redacted_before(self) -> Counter[str]:
        """The marks that were set when the tables were built, by kind."""
        return Counter(package.redaction(self.package).get("marks", {}))

    def needed(self, name: str) -> ExportTable:
        """The table of that name; raises ExportError where the package has none."""
        if name not in self.tables:
            raise ExportError(f"the tables lack {name}; build them anew")
        return self.tables[name]

    def batches(self, table: ExportTable) -> Iterator[pa.RecordBatch]:
        """The rows of a table in order, a few thousand at a time, free texts filtered, times in UTC."""
        places = self.filter.places(table.name, table.names)
        for batch in table.file.iter_batches(BATCH_ROWS):
            columns = list(batch.columns)
            for place in places:
                texts = self.filter.texts(columns[place].to_pylist())
                columns[place] = pa.array(texts, columns[place].type)
            yield pa.RecordBatch.from_arrays(columns, schema=batch.schema)

    def rows(self, table: ExportTable) -> Iterator[tuple[Any, ...]]:
        """The rows of a table in order, as Python values."""
        for batch in self.batches(table):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def facts(self) -> list[tuple[str, str]]:
        """What is said of the whole: title, origin, licence, and what was redacted as far as it was read."""
        redacted = self.redacted_before + self.filter.counts
        done = self.filter.inner is not None or self.is_redacted
        counts = ", ".join(f"{kind} {number:,}" for kind, number in sorted(redacted.items())) or "none found"
        names = ("title", "title_th", "description", "description_th")
        try:
            about = [(name, str(self.package[name])) for name in names]
            licence = self.package["bma:licence"]
            terms = [("licence", str(licence["en"])), ("licence_th", str(licence["th"]))]
        except (LookupError, TypeError) as error:
            raise ExportError(f"{package.FILE_NAME} lacks {error}; build the tables anew") from None
        source = "Progress pages of the Bangkok Metropolitan Administration; captures lists each one."
        marked = f"marked in free text: {counts}" if done else "texts as printed; may name people"
        return [*about, ("source", source), *terms, ("personal data", marked)]


def _package(folder: Path) -> dict[str, Any]:
    path = folder / package.FILE_NAME
    try:
        found = package.read(folder)
    except FileNotFoundError:
        raise ExportError(f"{folder} holds no tables (no {package.FILE_NAME}); run: bma build") from None
    except ValueError as error:
        raise ExportError(f"{path} is no data package ({error}); build the tables anew") from error
    if not _resources(found):
        raise ExportError(f"{path} names no Parquet tables; build the tables anew")
    return found


def _resources(package: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    resources = package.get("resources", ())
    return [resource for resource in resources if resource.get("format") == "parquet"]


def _table_of(name: str, resource: Mapping[str, Any], file: pq.ParquetFile) -> ExportTable:
    schema = resource["schema"]
    return ExportTable(
        name,
        resource["title"],
        resource["title_th"],
        resource["description"],
        resource["description_th"],
        tuple(
            ExportColumn(
                field["name"],
                field["type"],
                bool(field.get("constraints", {}).get("required", False)),
                field["title"],
                field["title_th"],
                field["description"],
                field["description_th"],
                field.get("unit", ""),
            )
            for field in schema["fields"]
        ),
        tuple(schema["primaryKey"]),
        tuple(
            ExportKey(
                tuple(key["fields"]),
                key["reference"]["resource"].removesuffix(_SUFFIX) or name,
                tuple(key["reference"]["fields"]),
            )
            for key in schema.get("foreignKeys", ())
        ),
        resource["rows"],
        file,
    )


def _parents_first(tables: dict[str, ExportTable]) -> dict[str, ExportTable]:
    """The tables so ordered that each stands behind those that its rows name, else as they were."""
    ordered: dict[str, ExportTable] = {}

    def place(table: ExportTable) -> None:
        for key in table.foreign_keys:
            if key.parent in tables and key.parent not in ordered and key.parent != table.name:
                place(tables[key.parent])
        ordered.setdefault(table.name, table)

    for table in tables.values():
        place(table)
    return ordered
