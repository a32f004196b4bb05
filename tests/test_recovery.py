"""Crashes and damage: what is whole is read, what is not is named and kept, nothing else is lost."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import sums
from scraper.archive import Archive
from scraper.errors import ArchiveDamaged, ArchiveError
from scraper.walk import Damage, Record, read_stored, walk
from tests.exchanges import PAGE, a_run, code, failed, keep, page, page_body
from tests.test_store import index_content, without_index

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("*.warc.gz")
    path.chmod(0o644)
    return path


def left_open(folder: Path) -> None:
    """As a run leaves an archive that was killed: nothing finished, the index behind."""
    (folder / "SHA256SUMS").unlink()
    without_index(folder)


def bodies(archive: Archive) -> dict[str | None, bytes]:
    """The bodies that can be read, by code."""
    found = {}
    for capture in archive.captures():
        try:
            found[capture.page_code] = archive.body(capture.capture_id)
        except ArchiveDamaged:
            continue
    return found


def spans(path: Path) -> dict[str, tuple[int, int]]:
    """Where the answer and the metadata of each page lie, both of which it needs, by code."""
    found: dict[str, tuple[int, int]] = {}
    for item in read_stored(path):
        assert not isinstance(item, Damage)
        capture = getattr(item, "capture", None)
        if capture is not None:
            found[capture.capture.page_code] = (capture.offset, capture.end)
    return found


# Torn tails


def test_the_next_writer_sets_a_torn_tail_aside_and_goes_on(folder: Path) -> None:
    a_run(folder, 4)
    path = only_file(folder)
    data = path.read_bytes()
    left_open(folder)
    os.truncate(path, len(data) - 10)
    with Archive(folder, writable=True) as archive:
        assert list(bodies(archive)) == [code(0), code(1), code(2)]
        assert archive.damage == []
        keep(archive, page(3), 3)
    (kept,) = folder.glob("*.torn-*")
    offset = int(kept.name.rpartition("-")[2])
    assert kept.name == f"{path.name}.torn-{offset}"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert path.read_bytes() + kept.read_bytes() == data[:-10]
    assert len(sums.read(folder)) == 2
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0
    with Archive(folder) as archive:
        assert bodies(archive) == {code(number): page_body(number) for number in range(4)}


def test_a_reader_names_a_torn_tail_and_leaves_it_where_it_is(folder: Path) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    left_open(folder)
    os.truncate(path, path.stat().st_size - 10)
    before = path.read_bytes()
    with Archive(folder) as archive:
        assert archive.damage[-1].reason == "the file ends within a record"
        assert list(bodies(archive)) == [code(0)]
    assert path.read_bytes() == before
    with Archive(folder, writable=True) as archive:
        assert archive.damage == []
    assert path.read_bytes() == before[: path.stat().st_size]


def test_an_index_that_knows_a_torn_tail_forgets_it_when_it_is_set_aside(folder: Path) -> None:
    a_run(folder, 3)
    path = only_file(folder)
    left_open(folder)
    os.truncate(path, path.stat().st_size - 10)
    with Archive(folder):
        pass
    with Archive(folder, writable=True):
        pass
    seen = index_content(folder)
    without_index(folder)
    with Archive(folder):
        pass
    assert index_content(folder) == seen


@pytest.mark.parametrize("cut", [0, 1, 30, 300])
def test_a_file_of_which_nothing_is_whole_is_kept_as_a_torn_tail_alone(folder: Path, cut: int) -> None:
    a_run(folder, 1)
    path = only_file(folder)
    left_open(folder)
    first = next(walk(path))
    os.truncate(path, min(cut, first.length - 1))
    before = path.read_bytes()
    with Archive(folder, writable=True) as archive:
        assert archive.count() == 0
        assert archive.damage == []
    assert not path.exists()
    kept = path.with_name(path.name + ".torn-0")
    assert kept.exists() == bool(cut)
    assert not cut or kept.read_bytes() == before


def test_a_whole_answer_without_its_metadata_is_a_torn_tail(folder: Path) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    left_open(folder)
    *_, request, answer, metadata = walk(path)
    os.truncate(path, metadata.offset)
    with Archive(folder, writable=True) as archive:
        assert list(bodies(archive)) == [code(0)]
        assert archive.damage == []
    assert path.with_name(f"{path.name}.torn-{request.offset}").stat().st_size == (
        request.length + answer.length
    )


def test_a_file_that_was_left_open_whole_is_finished(folder: Path) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    before = path.read_bytes()
    left_open(folder)
    with Archive(folder, writable=True):
        pass
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert sums.read(folder) == {path.name: sums.of_file(path)}
    assert not list(folder.glob("*.torn-*"))


def test_a_finished_file_is_never_cut_whatever_happened_to_it(folder: Path) -> None:
    a_run(folder, 3)
    path = only_file(folder)
    os.truncate(path, path.stat().st_size - 10)
    before = path.read_bytes()
    without_index(folder)
    with Archive(folder, writable=True) as archive:
        assert list(bodies(archive)) == [code(0), code(1)]
        assert archive.damage
    assert path.read_bytes() == before
    assert not list(folder.glob("*.torn-*"))


def test_damage_in_the_middle_of_an_open_file_is_no_tail(folder: Path) -> None:
    a_run(folder, 4)
    path = only_file(folder)
    left_open(folder)
    start, end = spans(path)[code(1)]
    data = bytearray(path.read_bytes())
    data[(start + end) // 2] ^= 1
    path.write_bytes(data)
    with Archive(folder, writable=True) as archive:
        assert list(bodies(archive)) == [code(0), code(2), code(3)]
        assert archive.damage
    assert path.read_bytes() == data


# Random damage


def test_200_random_truncations_lose_nothing_that_is_whole(folder: Path, tmp_path: Path) -> None:
    held = a_run(folder, 6, size=400)
    path = only_file(folder)
    data = path.read_bytes()
    ends = [end for _, end in spans(path).values()]
    dice = random.Random(4)
    copy = tmp_path / "cut"
    for cut in dice.sample(range(len(data)), 200):
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        (copy / path.name).write_bytes(data[:cut])
        whole = {code(number): held[number] for number, end in enumerate(ends) if end <= cut}
        with Archive(copy) as archive:
            assert bodies(archive) == whole
            named = sum(damage.length for damage in archive.damage)
        with Archive(copy, writable=True) as archive:
            assert bodies(archive) == whole
            assert archive.damage == []
        tails = list(copy.glob("*.torn-*"))
        assert sum(tail.stat().st_size for tail in tails) == named
        kept = b"".join(file.read_bytes() for file in sorted(copy.glob("bma-*")))
        assert kept == data[:cut]


def test_200_random_byte_flips_cost_one_exchange_at_most_and_are_named(folder: Path, tmp_path: Path) -> None:
    held = a_run(folder, 6, size=400)
    path = only_file(folder)
    data = path.read_bytes()
    of_page = spans(path)
    total = len(list(read_stored(path)))
    dice = random.Random(5)
    copy = tmp_path / "flipped"
    copy.mkdir()
    harmless = 0
    for _ in range(200):
        place = dice.randrange(len(data))
        flipped = bytearray(data)
        flipped[place] ^= 1 << dice.randrange(8)
        without_index(copy)
        (copy / path.name).write_bytes(flipped)
        with Archive(copy) as archive:
            found = bodies(archive)
            damage = archive.damage
            exchanges = len(list(archive.exchanges()))
        hit = {name for name, (start, end) in of_page.items() if start <= place < end}
        expected = {code(number): held[number] for number in range(6)}
        if damage:
            assert any(part.offset <= place < part.offset + part.length for part in damage)
            assert {name: body for name, body in expected.items() if name not in hit}.items() <= found.items()
            assert exchanges >= total - 1
        else:  # a member's time and operating system mean nothing
            assert (found, exchanges) == (expected, total)
            harmless += 1
        assert found.items() <= expected.items()
    assert harmless < 40


# Runs that are killed

WRITER = """
import sys
sys.path.insert(0, {root!r})
from scraper import archive as module
from tests.exchanges import failed, keep, page
module.ROTATE_BYTES = 30_000
with module.Archive({folder!r}, writable=True) as archive:
    for number in range({first}, {last}):
        keep(archive, failed("timeout", url=page(number).url), number, None)
        stored = keep(archive, page(number), number)
        print(number, stored.capture_id, flush=True)
"""


def killed_run(folder: Path, first: int, after: float, dice: random.Random) -> list[str]:
    """Write pages until a kill -9 comes, at a random moment; those that were said to be stored."""
    script = WRITER.format(root=str(ROOT), folder=str(folder), first=first, last=first + 10_000)
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = bytearray(process.stdout.readline())  # it has begun; then the time of the kill is any
        select.select([], [], [], after * dice.random())
        process.send_signal(signal.SIGKILL)
        said += process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    return [line for line in said.decode().splitlines(keepends=True) if line.endswith("\n")]


def test_what_was_said_to_be_stored_is_there_after_any_kill(folder: Path) -> None:
    dice = random.Random(6)
    stored: dict[int, str] = {}
    first = 0
    for _ in range(12):
        for line in killed_run(folder, first, 0.12, dice):
            number, capture_id = line.split()
            stored[int(number)] = capture_id
        with Archive(folder) as archive:
            for number, capture_id in stored.items():
                assert archive.body(capture_id) == page_body(number)
        first = max(stored) + 2
    with Archive(folder, writable=True) as archive:
        assert archive.damage == []
        assert archive.count() >= len(stored)
    seen = index_content(folder)
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.damage == []
    assert index_content(folder) == seen
    assert len(sums.read(folder)) == len(list(folder.glob("*.warc.gz")))
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0


def test_a_kill_at_every_step_of_finishing_a_file_is_made_good(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    for step in ("chmod", "replace"):
        left_open(folder)

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Path, step, killed)
            with pytest.raises(KeyboardInterrupt):
                Archive(folder, writable=True)
        with Archive(folder, writable=True) as archive:
            assert len(bodies(archive)) == 2
        assert sums.read(folder) == {path.name: sums.of_file(path)}


# A full disk

FULL_DISK = """
import resource, sys
sys.path.insert(0, {root!r})
from scraper.archive import Archive
from scraper.errors import ArchiveError
from tests.exchanges import keep, page
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
stored = 0
try:
    with Archive({folder!r}, writable=True) as archive:
        for number in range(40):
            keep(archive, page(number, size={size}), number)
            stored += 1
except ArchiveError as error:
    print(stored, error)
"""


@pytest.mark.parametrize("size", [60_000, 500])
def test_a_full_disk_ends_the_run_with_a_clear_error_and_loses_nothing(folder: Path, size: int) -> None:
    script = FULL_DISK.format(root=str(ROOT), folder=str(folder), limit=200_000, size=size)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    stored, _, said = done.stdout.partition(" ")
    assert "make room" in said.lower()
    assert 0 < int(stored) < 40
    with Archive(folder, writable=True) as archive:
        found = bodies(archive)
        assert archive.damage == []
        assert found == {code(number): page_body(number, size) for number in range(len(found))}
        assert len(found) - int(stored) in (0, 1)
        keep(archive, page(len(found), size=size), len(found))


def test_a_tail_that_cannot_be_set_aside_is_left_where_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_run(folder, 2)
    path = only_file(folder)
    left_open(folder)
    os.truncate(path, path.stat().st_size - 10)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ArchiveError, match=r"cannot finish .* No space left"):
            Archive(folder, writable=True)
    assert path.read_bytes() == before
    with Archive(folder, writable=True) as archive:
        assert list(bodies(archive)) == [code(0)]


def test_a_damaged_request_costs_no_page(folder: Path) -> None:
    with Archive(folder, writable=True) as archive:
        keep(archive, page(0), 0)
        keep(archive, failed("reset", url=PAGE + code(1)), 1, "transport_error")
    path = only_file(folder)
    requests = [
        record
        for record in walk(path)
        if isinstance(record, Record) and record.head["warc-type"] == "request"
    ]
    data = bytearray(path.read_bytes())
    data[requests[0].offset + requests[0].length // 2] ^= 1
    path.write_bytes(data)
    without_index(folder)
    with Archive(folder) as archive:
        assert bodies(archive) == {code(0): page_body(0), code(1): b""}
        (damage,) = archive.damage
        assert (damage.offset, damage.length) == (requests[0].offset, requests[0].length)
