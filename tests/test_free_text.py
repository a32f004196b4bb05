"""`bma build --redact`: names and numbers are marked in every free text of every table, and counted."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from normaliser.free_text import CountingFilter, is_free
from normaliser.schema import layout
from parsers.redaction import MARKS, redact
from tests import test_cli
from tests.exported import NARRATIVE, NARRATIVE_MARKED, named_page, tables_in
from tests.test_cli import Run

bma = test_cli.bma  # the fixture
PERSON = "สมมุติ ตัวอย่างดี"


@pytest.fixture
def build(bma: Run, tmp_path: Path) -> Callable[..., test_cli.Result]:
    """Two captures of a page whose narrative names somebody, built in a way."""
    site = "http://monitor.bangkok.go.th/mobile/myproject.php?pid=50030000-0002"
    later = named_page().replace(NARRATIVE, f"{NARRATIVE} และนางสาวสมหญิง ตัวอย่างงาม")
    for name, page, day in (("a.txt", named_page(), "2023-04-01"), ("b.txt", later, "2023-05-01")):
        claims = {"url": site, "captured_at": f"{day}T00:00:00Z"}
        test_cli.a_page(tmp_path, name, page.encode(), **claims)
    bma("import", "a.txt", "b.txt", test_cli.SAMPLES)
    return lambda *options: bma("build", *options)


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return found


def marks_in(folder: Path) -> tuple[int, int]:
    """How many texts of a folder's tables hold a mark, and how many marks there are."""
    anywhere = re.compile("|".join(map(re.escape, MARKS.values())))
    texts = marks = 0
    for name in tables_in(folder):
        for column in pq.read_table(folder / f"{name}.parquet").columns:
            found = [len(anywhere.findall(text)) for text in column.to_pylist() if isinstance(text, str)]
            texts += sum(map(bool, found))
            marks += sum(found)
    return texts, marks


def test_a_build_keeps_texts_as_printed_unless_it_is_asked(
    build: Callable[..., test_cli.Result], tmp_path: Path
) -> None:
    done = build()
    clean = tmp_path / "data" / "clean"
    assert "Marked" not in done.out
    assert PERSON in (clean / "progress_reports.csv").read_text(encoding="utf-8")
    assert package(clean)["bma:redaction"] == {"applied": False}


def test_every_file_of_every_table_is_marked_and_the_package_counts_it(
    build: Callable[..., test_cli.Result], tmp_path: Path
) -> None:
    done = build("--redact", "--history", "--json")
    clean = tmp_path / "data" / "clean"
    for path in (*clean.rglob("*.csv"), *clean.rglob("*.json")):
        assert PERSON not in path.read_text(encoding="utf-8"), path.name
    for folder in (clean, clean / "history"):
        told = package(folder)["bma:redaction"]
        assert told["applied"] and told["marks"].keys() == {"person", "telephone"}
        assert (told["values"], sum(told["marks"].values())) == marks_in(folder)
    assert json.loads(done.out)["redacted"] == package(clean)["bma:redaction"]["marks"]
    changes = pq.read_table(clean / "history" / "changes.parquet").to_pylist()
    assert [(row["old"], row["new"]) for row in changes if row["column"] == "narrative"] == [
        (NARRATIVE_MARKED, f"{NARRATIVE_MARKED} และ[ชื่อบุคคล]")
    ]


def test_tables_stay_the_same_but_for_their_free_texts(
    build: Callable[..., test_cli.Result], tmp_path: Path
) -> None:
    build("--out", "plain", "--history")
    build("--out", "marked", "--history", "--redact")
    for part in (".", "history"):
        for name in tables_in(tmp_path / "plain" / part):
            plain = pq.read_table(tmp_path / "plain" / part / f"{name}.parquet")
            marked = pq.read_table(tmp_path / "marked" / part / f"{name}.parquet")
            assert plain.schema.equals(marked.schema, check_metadata=True)
            for column in plain.column_names:
                texts = plain[column].to_pylist()
                if is_free(name, column):
                    texts = [None if text is None else redact(text).text for text in texts]
                assert marked[column].to_pylist() == texts, (name, column)


def test_csv_and_parquet_have_the_same_marks(build: Callable[..., test_cli.Result], tmp_path: Path) -> None:
    build("--redact", "--plain-csv")
    clean = tmp_path / "data" / "clean"
    with (clean / "progress_reports.csv").open(encoding="utf-8", newline="") as file:
        narratives = [row["narrative"] or None for row in csv.DictReader(file)]
    assert narratives == pq.read_table(clean / "progress_reports.parquet")["narrative"].to_pylist()
    assert f"{NARRATIVE_MARKED} และ[ชื่อบุคคล]" in narratives


def test_findings_of_marked_tables_are_marked_and_the_package_still_says_so(
    build: Callable[..., test_cli.Result], bma: Run, tmp_path: Path
) -> None:
    build("--redact")
    clean = tmp_path / "data" / "clean"
    before = package(clean)["bma:redaction"]
    bma("audit")
    assert "findings" in tables_in(clean)
    assert PERSON not in (clean / "findings.csv").read_text(encoding="utf-8")
    assert package(clean)["bma:redaction"] == before
    bma("audit", "--out", "elsewhere")
    assert package(tmp_path / "elsewhere")["bma:redaction"] == before


def test_an_export_of_marked_tables_says_that_the_build_marked_them(
    build: Callable[..., test_cli.Result], bma: Run
) -> None:
    build("--redact")
    assert "Marked   nothing more: bma build has done it" in bma("export", "--sqlite", "a.db").out
    assert (
        "Marked   nothing more: bma build has done it" in bma("export", "--sqlite", "b.db", "--no-redact").out
    )


def test_a_filter_counts_texts_and_marks_and_leaves_other_columns_alone() -> None:
    marking = CountingFilter(redact)
    names = layout("progress_reports").names
    places = marking.places("progress_reports", names)
    assert [names[place] for place in places] == ["narrative", "problems", "obstacles"]
    assert marking.places("agencies", layout("agencies").names) == []
    assert marking.texts([NARRATIVE, None, "ไม่มีใคร", NARRATIVE]) == [
        NARRATIVE_MARKED,
        None,
        "ไม่มีใคร",
        NARRATIVE_MARKED,
    ]
    assert (marking.values, dict(marking.counts)) == (2, {"person": 2, "telephone": 2})
    assert CountingFilter(None).places("progress_reports", names) == []
