"""The guide to verifying an archive: its commands are run as they stand."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.archive import Archive
from scraper.exchange_record import FIELDS, TRUNCATED
from tests.exchanges import a_run, failed, keep, packed, page_body

GUIDE = (Path(__file__).parents[1] / "docs" / "verifying.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
COMMON = [block for block in BLOCKS if not block.startswith("bma ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    a_run(tmp_path / "raw", 3)
    a_run(tmp_path / "raw", 1)
    with Archive(tmp_path / "raw", writable=True) as archive:
        keep(archive, failed("bad_head", b"?"), 8, "transport_error")
    return tmp_path / "raw"


def run(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A block in the archive's folder, with the programs of this environment."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_commands_of_both_sorts() -> None:
    assert (len(COMMON), len(BLOCKS)) == (4, 5)


@pytest.mark.parametrize("block", COMMON)
def test_its_commands_pass_a_sound_archive(folder: Path, block: str) -> None:
    done = run(block, folder)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_first_ones_find_a_changed_byte_and_a_cut_file(folder: Path) -> None:
    path = min(folder.glob("*.warc.gz"))
    path.chmod(0o644)
    data = path.read_bytes()
    for broken in (data[:-9], data[:800] + bytes([data[800] ^ 1]) + data[801:]):
        path.write_bytes(broken)
        for line in COMMON[0].splitlines():
            assert run(line, folder).returncode != 0


def test_they_list_pages_and_hashes(folder: Path) -> None:
    said = run(COMMON[1], folder).stdout
    assert "WARC-Target-URI: http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-0002" in said
    assert "failure: bad_head" in said
    with Archive(folder) as archive:
        for capture in archive.captures():
            assert f"body_sha256: {capture.body_sha256}" in said


def test_the_body_of_a_page_is_extracted_with_its_hash(tmp_path: Path) -> None:
    with Archive(tmp_path, writable=True) as archive:
        keep(archive, packed(1), 1)
    done = run(COMMON[3], tmp_path)
    assert done.stdout.split()[0] == hashlib.sha256(page_body(1)).hexdigest()


def test_it_names_what_stands_in_the_metadata_and_nothing_else() -> None:
    table = GUIDE.split("| in the metadata |")[1].split("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    others = {"fetchTimeMs", "captured_at", "body_sha256", "size_bytes", "payload_digest"}
    assert named - others == set(FIELDS)


def test_it_names_the_reasons_of_a_cut() -> None:
    assert set(re.findall(r"`(\w+)`", GUIDE.split("says by what: ")[1].split(".")[0])) == set(
        TRUNCATED.values()
    )


@pytest.mark.parametrize(
    "command", [line for block in BLOCKS if block.startswith("bma ") for line in block.splitlines()]
)
def test_its_commands_of_ours_are_there(command: str) -> None:
    words = command.partition("#")[0].split()
    done = subprocess.run(
        [sys.executable, "-m", "bma.cli", words[1], "--help"], capture_output=True, text=True, check=True
    )
    for word in words[2:]:
        assert not word.startswith("--") or word in done.stdout
