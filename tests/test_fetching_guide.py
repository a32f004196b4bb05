"""The guide to fetching says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parsers.columns import OUTCOMES
from scraper.asking import PASSING_STATUSES, Policy
from scraper.exchange import FAILURES
from scraper.robots import PRODUCT
from scraper.session import Limits
from scraper.sites import CODE_PATTERNS, HOSTS

GUIDE = (Path(__file__).parent.parent / "docs" / "fetching.md").read_text(encoding="utf-8")


def first_cells() -> set[str]:
    """What stands in backquotes in the first cell of any row."""
    cells = re.findall(r"^\| ([^|]+) \|", GUIDE, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}


def test_every_outcome_and_every_failure_has_its_advice_and_no_other() -> None:
    assert first_cells() == {*OUTCOMES, *FAILURES}


def test_every_kind_and_every_host_is_named() -> None:
    assert all(kind in GUIDE for kind in CODE_PATTERNS)
    assert all(host.name.removesuffix(".bangkok.go.th") in GUIDE for host in HOSTS)


@pytest.mark.parametrize(
    "said",
    [
        f"{Limits().idle:.0f} seconds of silence, {Limits().total:.0f} seconds in all",
        f"{Limits().decoded_bytes // 2**20} MiB unpacked",
        ", ".join(map(str, sorted(PASSING_STATUSES))),
        {3: "At most three attempts"}[Policy().attempts],
        {5: "five pages in a row without a whole answer"}[Policy().failures_in_a_row],
        {3: "refuses three pages in a row"}[Policy().blocks_in_a_row],
        {5: "at most five"}[Policy().most_hops],
        {300: "more than five minutes between pages"}[Policy().longest_delay],
        {600: "asks for more than ten minutes"}[Policy().longest_freeze],
        PRODUCT,
    ],
)
def test_the_numbers_are_those_of_the_code(said: str) -> None:
    assert said in " ".join(GUIDE.split())
