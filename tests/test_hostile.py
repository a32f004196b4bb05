"""Whatever a body holds it is read without an exception, and every line of it is accounted for.

The thorough profile searches for `SECONDS`, shared by the kinds of bodies. What it finds is written, as
small as hypothesis could make it, into ``fixtures/hostile``, whose files every profile reads again.
"""

import hashlib
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings

import parsers
from normaliser.page_check import checked_columns
from parsers.reading import MOST_LINES
from scraper.sites import CODE_PATTERNS
from tests.account import check_account
from tests.conftest import PROFILE
from tests.hostile import BODIES, HINTS, LINES, PAGES, SAMPLE_HINTS

SECONDS = 600
FOLDER = Path(__file__).parent / "fixtures" / "hostile"
FINDS = sorted(FOLDER.iterdir())
EXAMPLES = 50 if PROFILE == "ordinary" else 1_000


def check(body: bytes, kind: str | None, code: str | None) -> None:
    """Read a body, and assert all that holds of any."""
    page = parsers.parse(body, kind=kind, code=code)
    check_account(page)
    for line in page.lines:
        assert line == line.strip()
        assert line.isprintable() or not any(unicodedata.category(char) in ("Cc", "Cs") for char in line)
    if page.outcome == "ok":
        checked_columns(page, "capture")  # raises where the tables could not take a row
    assert parsers.parse(body, kind=kind, code=code) == page


@pytest.mark.parametrize("bodies", BODIES)
def test_any_body_is_read_and_accounted_for(bodies: str) -> None:
    failing: list[bytes] = []

    @settings(max_examples=EXAMPLES)
    @given(BODIES[bodies], HINTS)
    def search(body: bytes, hints: tuple[str | None, str | None]) -> None:
        try:
            check(body, *hints)
        except BaseException:
            failing[:] = [body]  # hypothesis ends with the smallest
            raise

    end = time.monotonic() + SECONDS / len(BODIES)
    try:
        search()
        while PROFILE == "thorough" and time.monotonic() < end:
            search()
    except BaseException:
        for body in failing:
            name = f"found-{hashlib.sha256(body).hexdigest()[:12]}"
            (FOLDER / name).write_bytes(body)
        raise


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.name)
def test_what_was_found_or_thought_up_is_read_and_accounted_for(path: Path) -> None:
    for hints in SAMPLE_HINTS:
        check(path.read_bytes(), *hints)


def test_the_search_has_something_to_search_with() -> None:
    """Fragments of every kind of page, a hint for every kind, and fixtures that were thought up."""
    assert len(LINES) > 500
    assert {"html", "txt"} == {name.rpartition(".")[2] for name in PAGES}
    assert len(PAGES) >= 30
    assert [kind for kind, _ in SAMPLE_HINTS[1:]] == [*CODE_PATTERNS]
    assert all(CODE_PATTERNS[kind].fullmatch(code) for kind, code in SAMPLE_HINTS if kind and code)
    assert len(FINDS) >= 12
    assert all(path.stat().st_size < 100_000 for path in FINDS)


def test_no_entity_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.NamedTemporaryFile() as file:
        file.write(b"what a file says")
        file.flush()
        server.setblocking(False)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        for outside in (url, Path(file.name).as_uri()):
            for html in ("<html><body><p>&x;", "<html xmlns:xi='http://www.w3.org/2001/XInclude'><body><p>"):
                body = (
                    f'<?xml version="1.0"?><?xml-stylesheet href="{outside}"?>'
                    f'<!DOCTYPE html SYSTEM "{outside}" [<!ENTITY % y SYSTEM "{outside}"> %y;'
                    f' <!ENTITY x SYSTEM "{outside}">]>{html}'
                    f'<xi:include href="{outside}" parse="text"/><img src="{outside}">'
                    f'<base href="{outside}">ก'
                )
                page = parsers.parse(body.encode())
                assert not any("what a file says" in line for line in page.lines)
                assert page.lines[-1].endswith("ก")
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_page_of_more_lines_than_any_has_is_not_read_and_says_so() -> None:
    heading = "โครงการตัวอย่าง : 21000000-9001\nความคืบหน้าโครงการ ร้อยละ 45.00\n"
    most = parsers.parse((heading + "ก\n\n" * (MOST_LINES - 2)).encode())
    assert (most.kind, most.lines_total) == ("project", MOST_LINES)
    more = parsers.parse(
        (heading + "ก\n\n" * (MOST_LINES - 1)).encode(), kind="project", code="21000000-9001"
    )
    check_account(more)
    assert (more.kind, more.outcome, more.records) == ("unknown", "unknown_kind", {})
    assert (len(more.lines), more.lines_unparsed) == (2 * MOST_LINES, MOST_LINES + 1)
    assert [found.code for found in more.issues] == ["too_many_lines"]
    assert f"{MOST_LINES + 1} lines" in more.issues[0].message


def test_a_file_too_large_for_a_page_is_refused_with_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "huge.html"
    with file.open("wb") as sparse:
        sparse.truncate(40_000_000)
    for command in ("parse", "text", "import"):
        call = [sys.executable, "-m", "bma.cli", command, str(file)]
        done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr.endswith(f"{file}: it has more than 32 MiB, which no page has\n")
