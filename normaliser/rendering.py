"""From the rows of captures to chunks of tables: the second part of a build's work that processes share.

Captures come in ranges, each a piece of the order in which some tables are sorted. A range gives the same
chunks wherever it is rendered, and where ranges end depends on the captures alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import NamedTuple, get_args

from normaliser.changes import changes_of_page
from normaliser.chunk_file import ChunkFile, ChunkFileWriter, writing
from normaliser.compared import reading
from normaliser.derived import Change
from normaliser.directory import Placed
from normaliser.free_text import CountingFilter, TextFilter
from normaliser.page_check import Columns
from normaliser.rows_file import PARTS, RowsDamaged, Tables, tables
from normaliser.schema import Order, layout
from normaliser.shares import ONCE
from normaliser.writers import BATCH_BYTES, Chunk, TableRows
from parsers.records import TABLES
from scraper.open_files import OpenFiles

_RANGE = 64
"""Captures of a range: rows of some megabytes."""
_PART_OF: dict[Order, slice] = {
    order: slice(PARTS.index(order), PARTS.index(order) + 1) for order in get_args(Order)
}
_IS_LATEST = layout("captures").names.index("is_latest")

Page = tuple[str, str]


class Rendered(NamedTuple):
    """Chunks of several tables, those of each in its order, and what the filter of their texts counted."""

    chunks: ChunkFile
    marking: CountingFilter


class RenderedChanges(NamedTuple):
    """Chunks of `changes`, with the changes by kind and the rows that are missing without proof."""

    rendered: Rendered
    kinds: Counter[str]
    rows_not_proven: int


@dataclass(frozen=True, slots=True)
class Rendering:
    """How rows are rendered: they lie in ``folder``, and their free texts go through ``text_filter``.

    Files of chunks are made in ``folder`` too.
    """

    folder: Path
    plain_csv: bool = False
    text_filter: TextFilter | None = None

    def main_tables(self, order: Order, captures: list[Placed]) -> Rendered:
        """The tables of an order, of captures in that order."""
        names = [name for name in TABLES if layout(name).order == order]
        return self._tables(names, captures, order)

    def all_tables(self, captures: list[Placed]) -> Rendered:
        """All tables of a history, of captures by capture_id."""
        return self._tables(list(TABLES), captures, None)

    def changes(self, pages: list[tuple[Page, list[Placed]]]) -> RenderedChanges:
        """What changed on pages, in their order; the captures of each come by time."""
        kinds: Counter[str] = Counter()
        rows_not_proven = 0
        with _Rows(self.folder) as rows, writing(self.folder, ONCE) as file:
            said = _Chunks(file, self, ["changes"], history=True)
            for (page_kind, page_code), captures in pages:
                readings = (reading(rows.all_of(capture)) for capture in captures)
                found, not_proven = changes_of_page(page_kind, page_code, readings)
                rows_not_proven += not_proven
                if found:
                    kinds.update(change.kind for change in found)
                    size = sum(len(change.old or "") + len(change.new or "") for change in found)
                    said.add("changes", _as_columns(found), size)
            return RenderedChanges(said.rendered(), kinds, rows_not_proven)

    def _tables(self, names: list[str], captures: list[Placed], order: Order | None) -> Rendered:
        with _Rows(self.folder) as rows, writing(self.folder, ONCE) as file:
            said = _Chunks(file, self, names, history=order is None)
            for capture in captures:
                found = rows.all_of(capture) if order is None else rows.of(capture, order)
                if "captures" in found:
                    found["captures"][_IS_LATEST] = (capture.is_shown,)
                for name, columns in found.items():
                    said.add(name, columns, capture.page_bytes)
            return said.rendered()


class _Chunks:
    """The chunks of some tables, which go into a file as they become full."""

    def __init__(self, file: ChunkFileWriter, rendering: Rendering, names: list[str], history: bool) -> None:
        self._file = file
        self._marking = CountingFilter(rendering.text_filter)
        self._rows = {
            name: TableRows(name, plain_csv=rendering.plain_csv, history=history, text_filter=self._marking)
            for name in names
        }

    def add(self, name: str, columns: Columns, page_bytes: int) -> None:
        for chunk in self._rows[name].add(columns, page_bytes):
            self._file.write(chunk)

    def rendered(self) -> Rendered:
        for rows in self._rows.values():
            for chunk in rows.rest():
                self._file.write(chunk)
        return Rendered(self._file.written, self._marking)


class _Rows:
    """A context that reads the rows of captures from the files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._files = OpenFiles(folder)

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def of(self, capture: Placed, order: Order) -> Tables:
        """The rows of the tables of an order; of a capture that is not shown only what every one adds."""
        own_and_order = slice(0, 2 if capture.is_shown else 1)
        return self._read(capture, own_and_order if order == "capture" else _PART_OF[order])

    def all_of(self, capture: Placed) -> Tables:
        """All its rows."""
        return self._read(capture, slice(0, len(PARTS)))

    def _read(self, capture: Placed, parts: slice) -> Tables:
        """The rows of parts that lie one behind the other."""
        lengths = capture.lengths[parts]
        offset = capture.offset + sum(capture.lengths[: parts.start])
        packed = memoryview(self._files.read(capture.file, sum(lengths), offset))
        if len(packed) < sum(lengths):
            raise RowsDamaged(capture.file)
        found: Tables = {}
        for length in lengths:
            if length:
                found |= tables(packed[:length])
                packed = packed[length:]
        return found


def counted(parts: Iterable[Rendered], marking: CountingFilter) -> Iterator[Chunk]:
    """The chunks of all parts, whose counts ``marking`` takes over."""
    for chunks, counts in parts:
        marking.include(counts)
        yield from chunks.take()


def ranges(captures: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Captures in pieces of some megabytes of rows."""
    held: list[Placed] = []
    size = 0
    for capture in captures:
        held.append(capture)
        size += capture.page_bytes
        if len(held) >= _RANGE or size >= BATCH_BYTES:
            yield held
            held, size = [], 0
    if held:
        yield held


def ranges_of_pages(captures: Iterable[tuple[Page, Placed]]) -> Iterator[list[tuple[Page, list[Placed]]]]:
    """The same for captures that come by page: all captures of a page stay together."""
    held: list[tuple[Page, list[Placed]]] = []
    count = 0
    for page, group in groupby(captures, key=itemgetter(0)):
        of_page = [placed for _, placed in group]
        held.append((page, of_page))
        count += len(of_page)
        if count >= _RANGE:
            yield held
            held, count = [], 0
    if held:
        yield held


def _as_columns(records: Iterable[Change]) -> Columns:
    read = attrgetter(*layout("changes").names)
    return list(zip(*map(read, records), strict=True))
