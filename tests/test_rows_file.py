"""Files of rows: what is written is read, by place; what is damaged is noticed; only values are read."""

import datetime as dt
import os
import pickle
import struct
import zlib
from pathlib import Path

import pyarrow as pa
import pytest

from normaliser import rows_file
from normaliser.rows_file import Entry, RowsDamaged, Tables

OWN: Tables = {"captures": [("a",), (dt.datetime(2020, 3, 23, tzinfo=dt.UTC),), (True,)]}
ROWS: Tables = {
    "plan_steps": [("21000000-3137",), (1,), (12.5,), (None,)],
    "field_lines": [("ก",), (dt.date(2020, 3, 23),)],
    "strategy_links": [("project",), ("21000000-3137",)],
}


def entry(capture_id: str = "a" * 16) -> Entry:
    return Entry(
        capture_id=capture_id,
        page_bytes=50_000,
        page=("project", "21000000-3137"),
        rank=(False, False, -1.5, capture_id),
        site="monitor.bangkok.go.th/mobile",
        captured_at=1.5,
        left_out=None,
        outcome="ok",
        severities={"warning": 2},
        offset=0,
        lengths=(0, 0, 0, 0),
    )


def part(path: Path, found: Entry, number: int) -> Tables:
    offset = found.offset + sum(found.lengths[:number])
    return rows_file.tables(path.read_bytes()[offset : offset + found.lengths[number]])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "0.rows"
    with rows_file.writing(path) as writer:
        writer.add(entry(), OWN, ROWS)
        writer.add(entry("b" * 16), OWN, {})
    return path


def test_each_part_holds_the_rows_of_the_tables_of_its_order(path: Path) -> None:
    first, second = rows_file.entries(path)
    assert part(path, first, 0) == part(path, second, 0) == OWN
    assert part(path, first, 1) == {"field_lines": ROWS["field_lines"]}
    assert part(path, first, 2) == {"strategy_links": ROWS["strategy_links"]}
    assert part(path, first, 3) == {"plan_steps": ROWS["plan_steps"]}
    assert second.lengths[1:] == (0, 0, 0)


def test_entries_are_read_as_they_were_added_with_their_places(path: Path) -> None:
    first, second = rows_file.entries(path)
    assert first == entry()._replace(lengths=first.lengths)
    assert second.offset == sum(first.lengths)


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), rows_file.writing(tmp_path / "0.rows") as writer:
        writer.add(entry(), OWN, ROWS)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_cut_at_any_byte_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        with pytest.raises(RowsDamaged):
            rows_file.entries(path)


def test_another_byte_anywhere_is_noticed_when_it_is_read(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        with pytest.raises(RowsDamaged):
            for found in rows_file.entries(path):
                for number in range(4):
                    if found.lengths[number]:
                        part(path, found, number)


def test_a_file_that_would_run_something_is_refused() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    data = pickle.dumps(Trap())
    packed = pa.Codec("lz4").compress(data, asbytes=True)
    with pytest.raises(RowsDamaged, match="system"):
        rows_file.tables(struct.pack("<II", len(data), zlib.crc32(packed, len(data))) + packed)
