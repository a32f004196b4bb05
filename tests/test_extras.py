"""What came beside an answer: kept as records of their own, through every reader, check and crash."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from itertools import combinations
from pathlib import Path

import fastwarc.warc
import pytest
from warcio.archiveiterator import ArchiveIterator

from scraper.archive import Archive
from scraper.exchange import Exchange
from scraper.exchange_record import EXTRAS
from scraper.verify import verify
from scraper.walk import FoundExchange, Record, read_stored, walk
from tests import test_cli
from tests.exchanges import PAGE, TIME, code, exchange, failed, head, keep, page, page_body
from tests.test_cli import Run
from tests.test_store import index_content, without_index

bma = test_cli.bma  # the fixture

INTERIM = head("103 Early Hints", Link="</style.css>; rel=preload") + head("100 Continue")
SURPLUS = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc\x00\xff"
ROOT = Path(__file__).parents[1]

MADE = {
    "both": exchange(interim=INTERIM, surplus=SURPLUS),
    "heads before": exchange(interim=INTERIM),
    "bytes behind": exchange(surplus=SURPLUS),
    "cut within the chunks": exchange(failure="bad_chunk", surplus=b"zz\r\nno chunk"),
    "heads and no answer": failed("reset", interim=INTERIM, peer="192.0.2.7:80"),
}
EACH = pytest.mark.parametrize("made", MADE.values(), ids=MADE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


def kept(folder: Path, made: Exchange, robots: str | None = None) -> Path:
    """An archive of one exchange between two plain ones; its file."""
    with Archive(folder, writable=True, robots=robots) as archive:
        keep(archive, page(0), 0)
        keep(archive, made, 1, "transport_error" if made.failure else "ok")
        keep(archive, page(2), 2)
    (path,) = folder.glob("*.warc.gz")
    return path


def beside(made: Exchange) -> dict[str, bytes]:
    """What came beside an answer, by the content type that its record has."""
    return {content_type: extra for name, content_type in EXTRAS.items() if (extra := getattr(made, name))}


@EACH
def test_warcio_and_fastwarc_give_them_back(folder: Path, made: Exchange) -> None:
    path = kept(folder, made)
    with path.open("rb") as file:
        by_warcio = {
            record.rec_headers["Content-Type"]: record.raw_stream.read()
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "resource"
        }
    with path.open("rb") as file:
        by_fastwarc = {
            record.headers["Content-Type"]: record.reader.read()
            for record in fastwarc.warc.ArchiveIterator(
                file, record_types=fastwarc.warc.WarcRecordType.resource
            )
        }
    assert by_warcio == by_fastwarc == beside(made) != {}
    command = [sys.executable, "-m", "warcio.cli", "check", str(path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@EACH
def test_the_index_made_anew_knows_the_same_exchange(folder: Path, made: Exchange) -> None:
    kept(folder, made)
    before = index_content(folder)
    with Archive(folder, writable=True) as archive:
        archive.rebuild_index()
        assert archive.damage == []
        assert archive.count_exchanges() == 3
    assert index_content(folder) == before
    without_index(folder)
    with Archive(folder) as archive:
        assert archive.damage == []
    assert index_content(folder) == before


@EACH
def test_verify_passes_them_and_names_a_changed_byte_of_each(folder: Path, made: Exchange) -> None:
    path = kept(folder, made)
    with Archive(folder) as archive:
        assert list(verify(archive, deep=True)) == []
    records = [record for record in walk(path) if isinstance(record, Record)]
    extras = [record for record in records if record.head["content-type"] in EXTRAS.values()]
    assert len(extras) == len(beside(made))
    data = path.read_bytes()
    path.chmod(0o644)
    for record in extras:
        place = record.offset + record.length // 2
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with Archive(folder) as archive:
            assert record.offset in {fault.offset for fault in verify(archive)}


@EACH
def test_a_tail_torn_anywhere_costs_no_other_exchange(folder: Path, made: Exchange) -> None:
    path = kept(folder, made)
    data = path.read_bytes()
    records = [record for record in walk(path) if isinstance(record, Record)]
    stored = [found for found in read_stored(path) if isinstance(found, FoundExchange)]
    middle = stored[1]
    inside = [record for record in records if middle.offset <= record.offset < middle.end]
    cuts = {place for record in inside for place in (record.offset, record.offset + record.length // 2)}
    for cut in sorted(cuts):
        (folder / "SHA256SUMS").unlink(missing_ok=True)
        for aside in folder.glob("*.torn-*"):
            aside.unlink()
        without_index(folder)
        path.chmod(0o644)
        path.write_bytes(data[:cut])
        with Archive(folder, writable=True) as archive:
            assert archive.count_exchanges() == 1
            assert [archive.body(capture.capture_id) for capture in archive.captures()] == [page_body(0)]
        assert path.read_bytes() == data[: middle.offset]
        torn = [aside.read_bytes() for aside in folder.glob("*.torn-*")]
        assert torn == ([data[middle.offset : cut]] if cut > middle.offset else [])


@pytest.mark.parametrize("lost", [*combinations(range(4), 1), *combinations(range(4), 2)])
def test_an_answer_is_read_whatever_was_lost_around_it(folder: Path, lost: tuple[int, ...]) -> None:
    """Of request, answer and the two beside it; only where the answer itself is lost there is no page."""
    path = kept(folder, MADE["both"])
    records = [record for record in walk(path) if isinstance(record, Record)]
    data = bytearray(path.read_bytes())
    path.chmod(0o644)
    own = records[4:9]
    assert [record.head["warc-type"] for record in own] == [
        *("request", "response", "resource", "resource"),
        "metadata",
    ]
    for number in lost:
        data[own[number].offset + 12] ^= 0xFF
    path.write_bytes(data)
    without_index(folder)
    with Archive(folder) as archive:
        read = {capture.page_code for capture in archive.captures()}
        named = {damage.offset for damage in archive.damage}
    assert read == {code(0), code(2)} | (set() if 1 in lost else {code(1)})
    assert named >= {own[lost[0]].offset}


def test_show_headers_mentions_them_and_evidence_packs_them(bma: Run, folder: Path, tmp_path: Path) -> None:
    kept(folder, MADE["both"])
    shown = bma("show", code(1), "--headers").out
    assert "Before that came:\nHTTP/1.1 103 Early Hints\nLink: </style.css>; rel=preload" in shown
    assert f"Beside that came {len(SURPLUS)} bytes" in shown
    assert bma("evidence", code(1), "--out", "e.zip").code == 0
    with zipfile.ZipFile(tmp_path / "e.zip") as packed:
        plain = gzip.decompress(packed.read("pages.warc.gz"))
        (facts,) = json.loads(packed.read("captures.json"))["exchanges"]
    assert INTERIM in plain
    assert SURPLUS in plain
    assert facts["received_bytes"] == len(MADE["both"].body)


def test_the_guide_to_verifying_names_them() -> None:
    guide = (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
    for content_type in EXTRAS.values():
        assert content_type.partition("; ")[2] in guide


# What else a file says of itself, and of a page's sites


@pytest.mark.parametrize("robots", ["classic", "ignore", None])
def test_a_files_first_record_says_how_robots_txt_was_treated(folder: Path, robots: str | None) -> None:
    path = kept(folder, exchange(), robots)
    first = next(record for record in walk(path) if isinstance(record, Record))
    fields = dict(line.split(": ", 1) for line in first.block.decode().splitlines() if line)
    assert fields.get("robots") == robots
    with path.open("rb") as file:
        assert next(iter(ArchiveIterator(file))).rec_type == "warcinfo"


def test_the_frozen_copy_is_another_site_of_the_same_host(folder: Path) -> None:
    frozen = PAGE.replace("/mobile/", "/mobile62/")
    with Archive(folder, writable=True) as archive:
        keep(archive, page(1, url=frozen + code(1)), 1)
        keep(archive, exchange(b"<h3></h3>", url=PAGE + code(1), started_at=TIME), 1, "soft_not_found")
        found = archive.last_outcomes("project", code(1))
    assert {site: last.outcome for site, last in found.items()} == {
        "monitor.bangkok.go.th/mobile62": "ok",
        "monitor.bangkok.go.th/mobile": "soft_not_found",
    }


def test_a_redirect_from_one_to_the_other_counts_for_both(folder: Path) -> None:
    frozen = PAGE.replace("/mobile/", "/mobile62/")
    with Archive(folder, writable=True) as archive:
        keep(archive, page(1, response_head=head("302 Found"), status=302), 1, None)
        keep(archive, page(1, url=frozen + code(1), via=PAGE + code(1)), 1)
        found = archive.last_outcomes("project", code(1))
    assert {site: last.outcome for site, last in found.items()} == {
        "monitor.bangkok.go.th/mobile": "ok",
        "monitor.bangkok.go.th/mobile62": "ok",
    }
