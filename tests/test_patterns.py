"""No pattern of the parsers looks at a long line again and again: its time grows as the line does."""

import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

import parsers
from tests.conftest import PROFILE

LENGTH = 25_000 if PROFILE == "thorough" else 6_000
AT_ONCE = 0.03
"""Seconds for the whole line that need no second look: a quadratic pattern takes a second or more."""
MOST_GROWTH = 8
"""Of the time, from a quarter of the line to the whole: 4 is in proportion, 16 is quadratic."""
FILLERS = (
    *(
        " ",
        "0",
        "๐",
        "ก",
        "x",
        "-",
        ":",
        "(",
        ")",
        "/",
        ".",
        ",",
        "*",
        "&",
        "%",
        "<",
        ">",
        "\n",
        "\u0e4d",
        '"',
    ),
    *(
        ": ",
        " :",
        "0 ",
        "0-",
        "0,",
        "0.",
        "00,",
        "1/",
        "ก:",
        "ก ",
        "- ",
        "*:",
        "()",
        "(0",
        "a=' ",
        "<p ",
        "x:\n",
    ),
)
_CALLED = re.compile(r"\b([A-Za-z_]+)\.(search|match|fullmatch|sub|split|findall|finditer)\b")
_SEARCHING = {"sub", "split", "findall", "finditer"}
CALLED_OTHERWISE = {"contact._TELEPHONE": {"search"}, "contact._HONORIFIC": {"search"}}
"""Patterns that are called by another name than their own; one that is handed on is for whole lines."""
CUT = {"kinds.PHP_ERROR": "is given the first thousand characters of a line"}
"""Patterns that need not be fast, each with the reason."""


def found_in(value: object) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from itertools.chain.from_iterable(map(found_in, [*value.keys(), *value.values()]))
    elif isinstance(value, tuple | list | set | frozenset):
        yield from itertools.chain.from_iterable(map(found_in, value))


def patterns() -> dict[str, re.Pattern]:
    """Every compiled pattern of a module, also those within its tables, by the name that it has there."""
    names = {}
    for module in pkgutil.iter_modules(parsers.__path__):
        for name, value in vars(importlib.import_module(f"parsers.{module.name}")).items():
            for place, pattern in enumerate(found_in(value)):
                names.setdefault(pattern, f"{module.name}.{name}" + (f"[{place}]" if place else ""))
    return {name: pattern for pattern, name in names.items()}


PATTERNS = patterns()


def methods(name: str) -> set[str]:
    """How the parsers call a pattern; `sub` and the like look for it as `search` does."""
    own = name.partition(".")[2].partition("[")[0]
    called = {
        "search" if method in _SEARCHING else method
        for path in Path(parsers.__path__[0]).glob("*.py")
        for known_as, method in _CALLED.findall(path.read_text(encoding="utf-8"))
        if known_as == own
    }
    return CALLED_OTHERWISE.get(name) or called or {"fullmatch"}


def literals(pattern: re.Pattern) -> list[str]:
    """What stands in a pattern as it is: words to begin a line with, so that it nearly matches."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    words = re.findall(r"[^\\^$.|?*+()\[\]{}]{2,}", re.sub(r"\(\?P<\w+>|\(\?[:=!<]+|\\.", "|", source))
    return list(dict.fromkeys(word for word in words if not word.isascii() or word.isalpha()))[:12]


def lines(pattern: re.Pattern, length: int) -> Iterator[str]:
    """Lines that a pattern may match nearly: its own words again and again, and fillers around them."""
    words = literals(pattern)
    for unit in (*words, *FILLERS, *map("".join, itertools.pairwise(words))):
        yield unit * (length // len(unit))
    for word, filler in itertools.product(("", *words[:4], "0", "(0)", ": "), FILLERS):
        yield word + filler * (length // len(filler)) + "฿"
    for word, filler in itertools.product(words[:4], (" ", "0", ":", "-", "ก", "(")):
        unit = word + filler
        yield unit * (length // len(unit)) + "฿"


def seconds(call: Callable[[str | bytes], object], line: str | bytes, times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        call(line)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", [name for name in PATTERNS if name not in CUT])
def test_a_pattern_takes_time_in_proportion_to_the_line(name: str) -> None:
    pattern = PATTERNS[name]
    is_text = isinstance(pattern.pattern, str)
    calls = [getattr(pattern, method) for method in methods(name)]
    for line in lines(pattern, 2 * LENGTH):
        quarter, whole = (
            text if is_text else text.encode() for text in (line[: len(line) // 4] + line[-1], line)
        )
        for call in calls:
            if seconds(call, whole, 1) > AT_ONCE:
                growth = seconds(call, whole, 3) / seconds(call, quarter, 3)
                assert growth < MOST_GROWTH, (call.__name__, line[:60])


def test_a_pattern_that_looks_again_and_again_would_be_seen() -> None:
    slow = re.compile(r"\s+:$")
    line = next(line for line in lines(slow, 20_000) if line.isspace())
    assert seconds(slow.search, line, 1) > AT_ONCE
    assert seconds(slow.search, line, 3) / seconds(slow.search, line[:5_000], 3) > MOST_GROWTH


def test_every_module_that_reads_lines_has_its_patterns_here() -> None:
    modules = {name.partition(".")[0] for name in PATTERNS}
    assert {"text", "mhtml", "thai", "walk", "kinds", "project", "project_head", "reports", "plan"} <= modules
    assert len(PATTERNS) > 50


def test_every_pattern_named_here_is_one_of_the_parsers() -> None:
    assert {*CUT, *CALLED_OTHERWISE} <= set(PATTERNS)
