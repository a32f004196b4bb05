"""The commands about the archive: what is held, whether it is whole, and one page as it was."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.archive import Archive
from scraper.exchange import Exchange
from tests import test_cli
from tests.exchanges import PAGE, TIME, exchange, failed, head
from tests.test_cli import CODE, Run
from tests.test_cli import PAGE as SAVED

run = test_cli.bma  # the fixture
BODY = SAVED.read_bytes()
MISSING = "50400000-9999"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


@pytest.fixture
def held(run: Run, raw: Path) -> Path:
    """An archive with a saved page, three captures of it from the web, and one that failed."""
    run("import", SAVED)
    packed = gzip.compress(BODY, mtime=0)
    with Archive(raw, writable=True) as archive:

        def keep(made: Exchange, code: str, outcome: str | None) -> None:
            archive.store(made, source="live", page_kind="project", page_code=code, outcome=outcome)

        for day in range(2):
            keep(
                exchange(
                    packed,
                    url=PAGE + CODE,
                    started_at=TIME + dt.timedelta(days=day),
                    response_head=head(Content_Encoding="gzip", Server="Apache\x1b[31m"),
                ),
                CODE,
                "ok",
            )
        keep(
            exchange(b"<html>maintenance</html>", url=PAGE + CODE, started_at=TIME + dt.timedelta(days=2)),
            CODE,
            "unknown_kind",
        )
        gone = failed("timeout", url=PAGE + MISSING, detail="30 seconds")
        keep(gone, MISSING, None)
        keep(replace(gone, attempt=2), MISSING, "transport_error")
    return raw


# Status, verify, reindex


def test_status_says_what_is_held_and_what_failed_by_host(run: Run, held: Path) -> None:
    result = run("status")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("Archive data/raw: 5 captures of 2 pages, 5 exchanges, 2 WARC files, ")
    assert [line.split()[:3] for line in lines[1:]] == [
        ["1", "ok", "bma-progress.example"],
        ["2", "ok", "monitor.bangkok.go.th"],
        ["1", "transport_error", "monitor.bangkok.go.th"],
        ["1", "unknown_kind", "monitor.bangkok.go.th"],
        ["2", "timeout", "monitor.bangkok.go.th:"],
    ]
    assert "no byte came for too long; such as: 30 seconds" in lines[-1]


def test_status_for_scripts(run: Run, held: Path) -> None:
    facts = json.loads(run("status", "--json").out)
    assert facts["held"][1] == {
        "host": "monitor.bangkok.go.th",
        "outcome": "ok",
        "captures": 2,
        "newest": "2026-01-03T03:04:07Z",
    }
    assert facts["failures"][0]["exchanges"] == 2
    assert (facts["torn"], facts["damage"]) == ([], [])


def test_commands_about_the_archive_say_where_there_is_none(run: Run) -> None:
    for command in (["status"], ["verify"], ["reindex"], ["captures", CODE], ["show", CODE]):
        result = run(*command)
        assert (result.code, result.err) == (
            2,
            "bma: there is no archive in data/raw: import or fetch pages first\n",
        )


@pytest.mark.parametrize("options", [[], ["--deep"]])
def test_verify_passes_what_is_sound_and_names_what_is_not(run: Run, held: Path, options: list[str]) -> None:
    sound = run("verify", *options)
    assert (sound.code, sound.out) == (0, "2 WARC files, 5 captures, 0 faults\n")
    path = max(held.glob("*.warc.gz"))
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    broken = run("verify", *options)
    assert broken.code == 1
    assert f"{path.name}, byte 0: the file has not the SHA-256 of SHA256SUMS" in broken.out
    assert "not a whole gzip member" in broken.out
    faults = json.loads(run("verify", "--json", *options).out)["faults"]
    assert [f"{fault['file']}, byte {fault['offset']}: {fault['reason']}" for fault in faults] == (
        broken.out.splitlines()[:-1]
    )


def test_verify_says_which_files_are_not_finished(run: Run, held: Path) -> None:
    lines = (held / "SHA256SUMS").read_text(encoding="utf-8").splitlines(keepends=True)
    (held / "SHA256SUMS").write_text(lines[0], encoding="utf-8")
    name = lines[1].split()[1]
    result = run("verify")
    assert result.code == 0
    assert f"{name} is not finished: a run is writing it, or was killed" in result.out
    assert json.loads(run("verify", "--json").out)["open_files"] == [name]


def test_reindex_makes_the_index_anew_and_reads_outcomes_again(run: Run, held: Path) -> None:
    with Archive(held, writable=True) as archive:
        misread = exchange(b"<html>away</html>", url=PAGE + CODE, started_at=TIME + dt.timedelta(days=3))
        archive.store(misread, source="live", page_kind="project", page_code=CODE, outcome="ok")
    first = run("reindex")
    assert first.code == 0
    assert first.last_line == "6 captures, 6 exchanges; 1 read otherwise than when they were stored"
    outcomes = {row["outcome"] for row in json.loads(run("captures", CODE, "--json").out)}
    assert outcomes == {"ok", "unknown_kind"}
    for path in held.glob("index.sqlite*"):
        path.unlink()
    assert json.loads(run("reindex", "--json").out) == {
        "captures": 6,
        "exchanges": 6,
        "changed": 1,
        "damage": [],
    }


def test_build_takes_fetched_pages_as_it_takes_saved_ones(run: Run, held: Path) -> None:
    built = run("build", "--json")
    assert json.loads(built.out)["outcomes"] == {"ok": 3, "transport_error": 1, "unknown_kind": 1}
    assert built.code == 1


# Captures


def test_captures_lists_a_page_oldest_first(run: Run, held: Path) -> None:
    lines = run("captures", CODE).out.splitlines()
    assert [line.split()[2:4] for line in lines] == [
        ["file", "ok"],
        ["live", "ok"],
        ["live", "ok"],
        ["live", "unknown_kind"],
    ]
    assert sum(line.endswith("body as before") for line in lines) == 1
    rows = json.loads(run("captures", CODE, "--json").out)
    assert [row["captured_at"] for row in rows] == sorted(row["captured_at"] for row in rows)
    again = [row for row in rows if row["same_body_as"]]
    assert [row["captured_at"] for row in again] == ["2026-01-03T03:04:07Z"]


def test_a_code_that_is_not_held_is_a_usage_error(run: Run, held: Path) -> None:
    for command in ("captures", "show"):
        result = run(command, "21000000-0000")
        assert result.code == 2
        assert "the archive holds no capture of 21000000-0000; bma status says" in result.err


# Show


def test_show_prints_the_newest_good_capture_with_its_numbered_lines(
    run: Run, held: Path, tmp_path: Path
) -> None:
    out = run("show", CODE).out
    assert f"SHA-256 {hashlib.sha256(BODY).hexdigest()}" in out
    assert "of 2026-01-03T03:04:07Z, live" in out
    numbered = run("text", SAVED).out
    assert out.endswith(numbered)
    assert out.startswith("# capture ")


def test_show_at_a_date_takes_the_newest_until_the_end_of_that_day_in_bangkok(run: Run, held: Path) -> None:
    def shown(at: str) -> str:
        return run("show", CODE, "--at", at).out.splitlines()[0].split(" of ")[1].split(",")[0]

    assert shown("2026-01-02") == "2026-01-02T03:04:07Z"
    assert shown("2026-01-03T03:04:07Z") == "2026-01-03T03:04:07Z"
    assert shown("2026-01-03T10:04:06+07:00") == "2026-01-02T03:04:07Z"
    early = run("show", CODE, "--at", "2001-01-01")
    assert early.code == 2
    assert "was not captured before 2001-01-01T16:59:59Z; the first is of" in early.err
    assert run("show", CODE, "--at", "yesterday").code == 2


def test_show_takes_a_capture_id_too(run: Run, held: Path) -> None:
    rows = json.loads(run("captures", CODE, "--json").out)
    bad = next(row for row in rows if row["outcome"] == "unknown_kind")
    assert "maintenance" in run("show", bad["capture_id"]).out


def test_show_raw_gives_the_very_bytes(held: Path) -> None:
    command = [sys.executable, "-m", "bma.cli", "show", CODE, "--raw", "--at", "2026-01-02"]
    arguments = [*command, "--data", str(held.parent)]
    assert subprocess.run(arguments, cwd=ROOT, capture_output=True, check=True).stdout == BODY


def on_a_terminal(*arguments: str) -> tuple[int, bytes]:
    """Run a command with a real terminal as its output; exit code and what the terminal got."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bma.cli", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # the other end is closed
            while part := os.read(ours, 65_536):
                said += part
    os.close(ours)
    return process.returncode, said.replace(b"\r\n", b"\n")


def test_show_raw_writes_no_bytes_on_a_terminal_unless_forced(held: Path) -> None:
    command = ("show", CODE, "--raw", "--data", str(held.parent))
    code, said = on_a_terminal(*command)
    assert code == 2
    assert b"redirect them to a file, or add --force" in said
    assert on_a_terminal(*command, "--force") == (0, BODY.replace(b"\r\n", b"\n"))


def test_show_headers_prints_what_was_said_and_noted(run: Run, held: Path) -> None:
    out = run("show", CODE, "--headers", "--at", "2026-01-02").out
    assert out.startswith(f"GET /mobile/myproject.php?pid={CODE} HTTP/1.1\n")
    assert "\nHTTP/1.1 200 OK\nContent-Encoding: gzip\n" in out
    assert "\nstarted_at: 2026-01-02T03:04:05.678901Z\n" in out
    assert "\x1b" not in out
    assert "\nfailure: timeout\n" in run("show", MISSING, "--headers").out


def test_show_of_a_page_that_could_not_be_fetched_says_so(run: Run, held: Path) -> None:
    result = run("show", MISSING)
    assert result.code == 1
    assert "could not be fetched (timeout); --headers shows what came" in result.out


def test_show_open_hands_the_page_to_the_desktop(
    run: Run, held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/opened\n', encoding="utf-8")
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{opener.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run("show", CODE, "--open", "--at", "2026-01-02").code == 0
    assert (tmp_path / "opened").read_bytes() == BODY
