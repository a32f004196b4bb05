"""A packet of evidence: whole, the same bytes each time, and verified with nothing but common programs."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import fastwarc.warc
import pytest
from warcio.archiveiterator import ArchiveIterator

from bma.evidence_readme import COMMANDS
from scraper.archive import Archive
from scraper.exchange import Exchange
from tests import test_cli
from tests.exchanges import PAGE, TIME, exchange, failed, head
from tests.test_cli import CODE, Run, project_page
from tests.test_cli import PAGE as SAVED

run = test_cli.bma  # the fixture
BODY = SAVED.read_bytes()
OTHER = "50400000-9999"


@pytest.fixture
def raw(run: Run, tmp_path: Path) -> Path:
    """An archive of two runs with two pages, one of them behind a hop and a failed attempt."""
    folder = tmp_path / "data" / "raw"
    run("import", SAVED)
    with Archive(folder, writable=True) as archive:

        def keep(made: Exchange, code: str, outcome: str | None) -> None:
            archive.store(made, source="live", page_kind="project", page_code=code, outcome=outcome)

        url = PAGE + CODE
        hop = exchange(
            b"",
            url=url.replace("http:", "https:"),
            status=302,
            response_head=head("302 Found", Location=url, Content_Length=0),
        )
        keep(hop, CODE, None)
        keep(failed("reset", url=url, via=hop.url), CODE, None)
        keep(exchange(project_page(OTHER), url=PAGE + OTHER), OTHER, "ok")
        packed = gzip.compress(BODY, mtime=0)
        keep(exchange(packed, url=url, response_head=head(Content_Encoding="gzip")), CODE, "ok")
        keep(failed("timeout", url=url, started_at=TIME + dt.timedelta(days=1)), CODE, "transport_error")
    return folder


@pytest.fixture
def packet(run: Run, raw: Path, tmp_path: Path) -> Path:
    """The packet of the page, unpacked."""
    result = run("evidence", CODE, "--out", "packet.zip")
    assert result.code == 0
    assert result.out.startswith(f"packet.zip: 3 captures of {CODE}, ")
    folder = tmp_path / "packet"
    with zipfile.ZipFile(tmp_path / "packet.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def test_the_commands_of_its_readme_verify_it(packet: Path) -> None:
    text = (packet / "README.txt").read_text(encoding="utf-8")
    printed = {line.strip() for line in text.splitlines() if line.startswith("  $ ")}
    assert printed == set(COMMANDS.splitlines())
    said = [
        subprocess.run(
            ["bash", "-o", "pipefail", "-c", line.removeprefix("$ ")],
            cwd=packet,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for line in COMMANDS.splitlines()
    ]
    assert len(said[0]) == len([path for path in packet.rglob("*") if path.is_file()]) - 1
    assert all(line.endswith(": OK") for line in said[0])
    assert said[1:] == [[], ["14"]]  # two warcinfo, two of the saved page, 3 + 2 + 3 + 2 of the exchanges


def test_a_changed_file_is_found(packet: Path) -> None:
    page = next(packet.glob("*/page.html"))
    page.write_bytes(page.read_bytes() + b" ")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=packet, capture_output=True, check=False)
    assert done.returncode == 1


def test_its_warc_file_is_one_for_other_programs(packet: Path) -> None:
    path = packet / "pages.warc.gz"
    with path.open("rb") as file:
        kinds = [
            (record.rec_type, record.raw_stream.read() and record.rec_type)
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _ in kinds] == [
        *("warcinfo", "resource", "metadata"),
        *("warcinfo", "request", "response", "metadata", "request", "metadata"),
        *("request", "response", "metadata", "request", "metadata"),
    ]
    with path.open("rb") as file:
        assert all(
            record.verify_block_digest(consume=True)
            for record in fastwarc.warc.ArchiveIterator(file, parse_http=False)
        )
    command = [sys.executable, "-m", "warcio.cli", "check", str(path)]
    assert subprocess.run(command, check=False).returncode == 0


def test_the_bytes_lines_and_rows_of_each_capture_are_there(packet: Path, run: Run) -> None:
    facts = json.loads((packet / "captures.json").read_text(encoding="utf-8"))
    assert [capture["failure"] for capture in facts["captures"]] == [None, None, "timeout"]
    for capture in facts["captures"][:2]:
        folder = packet / capture["capture_id"]
        (page,) = folder.glob("page.*")
        assert hashlib.sha256(page.read_bytes()).hexdigest() == capture["body_sha256"]
        assert page.read_bytes() == BODY
        assert (folder / "lines.txt").read_text(encoding="utf-8") == run("text", SAVED).out
        rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
        assert rows["tables"]["projects"][0]["project_code"] == CODE
    assert not (packet / facts["captures"][2]["capture_id"]).exists()
    assert [held["failure"] for held in facts["exchanges"]] == [None, "reset", None, "timeout"]


def test_its_records_can_be_cut_out_of_the_archive_where_it_says(packet: Path, raw: Path) -> None:
    facts = json.loads((packet / "captures.json").read_text(encoding="utf-8"))
    packed = (packet / "pages.warc.gz").read_bytes()
    for place in (*facts["captures"], *facts["exchanges"]):
        command = (
            f"tail -c +$(({place['warc_offset']} + 1)) {place['warc_file']} | head -c {place['warc_length']}"
        )
        cut = subprocess.run(["bash", "-c", command], cwd=raw, capture_output=True, check=True).stdout
        assert len(cut) == place["warc_length"]
        assert cut in packed
    listed = (packet / "archive-SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert listed == (raw / "SHA256SUMS").read_text(encoding="utf-8").splitlines()


def test_pages_of_other_codes_are_not_in_it(packet: Path) -> None:
    assert OTHER.encode() not in gzip.decompress((packet / "pages.warc.gz").read_bytes())
    assert OTHER not in (packet / "captures.json").read_text(encoding="utf-8")


def test_the_same_archive_gives_the_same_bytes(run: Run, raw: Path, tmp_path: Path) -> None:
    run("evidence", CODE, "--out", "a.zip")
    for path in raw.glob("index.sqlite*"):
        path.unlink()
    os.utime(next(raw.glob("*.warc.gz")), (0, 0))
    run("reindex")
    run("evidence", CODE, "--out", "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_its_pages_can_be_imported_again(run: Run, packet: Path) -> None:
    result = run("import", packet / "pages.warc.gz", "--data", "again")
    assert result.last_line.startswith("2 pages imported, 0 already held, 0 not readable")
    rows = json.loads(run("captures", CODE, "--json", "--data", "again").out)
    assert {row["body_sha256"] for row in rows} == {hashlib.sha256(BODY).hexdigest()}


def test_evidence_of_damaged_bytes_is_refused_and_nothing_written(
    run: Run, raw: Path, tmp_path: Path
) -> None:
    path = max(raw.glob("*.warc.gz"))
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    results = [run("evidence", code, "--out", "packet.zip") for code in (CODE, OTHER)]
    assert 2 in {result.code for result in results}
    assert any(f"{path.name}, byte" in result.err for result in results)
    assert not list(tmp_path.glob(".packet*"))


def test_a_page_that_is_not_held_is_a_usage_error(run: Run, raw: Path) -> None:
    result = run("evidence", "21000000-0000", "--out", "packet.zip")
    assert result.code == 2
    assert not Path("packet.zip").exists()
