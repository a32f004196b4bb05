"""Chunks through a file: they come out as they went in, and no file is left, whatever happens."""

from pathlib import Path

import pyarrow as pa
import pytest

from normaliser.chunk_file import ChunkFile, writing
from normaliser.writers import Chunk

SCHEMA = pa.schema([("text", pa.string()), ("number", pa.int64())])


def chunk(table: str, *texts: str) -> Chunk:
    batch = pa.record_batch([pa.array(texts), pa.array(range(len(texts)))], SCHEMA)
    return Chunk(table, batch.serialize(), pa.py_buffer("\n".join(texts).encode()))


CHUNKS = [chunk("projects", "คลอง", "ถนน"), chunk("captures"), chunk("projects", "ก" * 100_000)]


def written(folder: Path, chunks: list[Chunk]) -> ChunkFile:
    with writing(folder, ".once") as file:
        for each in chunks:
            file.write(each)
    return file.written


def as_bytes(chunks: list[Chunk]) -> list[tuple[str, bytes, bytes]]:
    return [(each.table, each.batch.to_pybytes(), each.csv.to_pybytes()) for each in chunks]


@pytest.mark.parametrize("number", range(len(CHUNKS) + 1))
def test_chunks_come_out_as_they_went_in(tmp_path: Path, number: int) -> None:
    file = written(tmp_path, CHUNKS[:number])
    assert file.path.suffix == ".once"
    assert as_bytes(list(file.take())) == as_bytes(CHUNKS[:number])


def test_a_file_is_gone_once_it_is_taken_and_its_chunks_stay(tmp_path: Path) -> None:
    taken = written(tmp_path, CHUNKS).take()
    first = next(taken)
    assert list(tmp_path.iterdir()) == []
    rest = list(taken)
    assert as_bytes([first, *rest]) == as_bytes(CHUNKS)


def test_two_files_of_one_folder_are_two(tmp_path: Path) -> None:
    first, second = written(tmp_path, CHUNKS[:1]), written(tmp_path, CHUNKS[1:])
    assert as_bytes([*second.take(), *first.take()]) == as_bytes([*CHUNKS[1:], *CHUNKS[:1]])


def test_an_exception_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path, ".once") as file:
        file.write(CHUNKS[0])
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []
