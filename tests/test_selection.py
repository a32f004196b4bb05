"""Which capture of a page the main tables show."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from normaliser.directory import Directory
from normaliser.rows_file import Entry
from normaliser.selection import may_be_shown, rank
from parsers.records import Capture

LIVE = "monitor.bangkok.go.th/mobile"
FROZEN = "monitor.bangkok.go.th/mobile62"


def shown(captures: Iterable[Capture]) -> str | None:
    """The capture_id of the one that a build keeps of these captures of one page, coming in this order."""
    with Directory(Path(":memory:")) as directory:
        for number, found in enumerate(filter(may_be_shown, captures)):
            directory.add(found.capture_id, [entry(found, number)])
        return next((placed.file for placed in directory.read("code")), None)


def entry(found: Capture, number: int) -> Entry:
    return Entry(
        capture_id=found.capture_id,
        page_bytes=0,
        page=(found.page_kind, found.page_code or ""),
        rank=rank(found),
        site=None,
        captured_at=None,
        left_out=None,
        outcome=found.outcome,
        severities={},
        offset=number,
        lengths=(0, 0, 0, 0),
    )


def capture(
    capture_id: str = "a",
    year: int | None = 2020,
    copy: str | None = "html",
    site: str | None = LIVE,
    outcome: str = "ok",
) -> Capture:
    return Capture(
        capture_id=capture_id,
        site=site,
        page_kind="project",
        page_code="21000000-3137",
        source="file",
        captured_at=None if year is None else dt.datetime(year, 1, 1, tzinfo=dt.UTC),
        captured_at_source="user",
        outcome=outcome,
        copy_kind=copy,
        body_sha256="0" * 64,
        size_bytes=0,
        lines_total=0,
        lines_parsed=0,
        lines_known=0,
        lines_unparsed=0,
        is_latest=False,
    )


@pytest.mark.parametrize(
    ("best", "others"),
    [
        pytest.param(capture("b", 2021), [capture("a", 2020)], id="the newest"),
        pytest.param(
            capture("b", 1960), [capture("a", None)], id="a capture without a time is older than any"
        ),
        pytest.param(
            capture("b", 2019, "text"), [capture("a", 2021, "reduced_text")], id="full before reduced"
        ),
        pytest.param(capture("b", None), [capture("a", 2021, "reduced_html")], id="full without a time, too"),
        pytest.param(
            capture("b", 2021, "reduced_text"),
            [capture("a", 2020, "reduced_html")],
            id="of reduced copies the newest",
        ),
        pytest.param(capture("b", 2019), [capture("a", 2021, site=FROZEN)], id="the frozen copy never wins"),
        pytest.param(
            capture("b", 2019, site=None), [capture("a", 2021, site=FROZEN)], id="nor against a file"
        ),
        pytest.param(
            capture("b", 2019, "reduced_text"),
            [capture("a", 2021, site=FROZEN)],
            id="nor against a reduced copy",
        ),
        pytest.param(
            capture("b", 2021, site=FROZEN), [capture("a", 2020, site=FROZEN)], id="of frozen ones the newest"
        ),
        pytest.param(
            capture("b", 2020, site="dp1.bangkok.go.th/mobile"), [capture("c", 2020)], id="ties: smaller id"
        ),
        pytest.param(capture("b", None), [capture("c", None)], id="ties without a time"),
        pytest.param(
            capture("c", 2018),
            [capture("a", 2021, outcome="truncated"), capture("b", 2020, outcome="soft_not_found")],
            id="what is not the page does not count",
        ),
    ],
)
def test_one_capture_is_shown_whatever_their_order(best: Capture, others: list[Capture]) -> None:
    for order in permutations([best, *others]):
        assert shown(order) == best.capture_id


def test_only_a_page_of_known_kind_and_code_that_reads_well_may_be_shown() -> None:
    good = capture()
    assert may_be_shown(good)
    assert not may_be_shown(replace(good, outcome="truncated"))
    assert not may_be_shown(replace(good, page_code=None))
    assert not may_be_shown(replace(good, page_kind="unknown"))


def test_none_is_shown_where_none_may_be() -> None:
    assert shown([]) is None
    assert shown([capture(outcome="truncated"), capture(outcome="not_found")]) is None


def test_no_two_captures_rank_alike() -> None:
    captures = [
        capture(capture_id, year, copy, site)
        for capture_id, year, copy, site in zip(
            "abcdefgh",
            [2020, None] * 4,
            ["html", "reduced_html"] * 4,
            [LIVE, FROZEN, None, LIVE] * 2,
            strict=True,
        )
    ]
    assert len({rank(each) for each in captures}) == len(captures)
