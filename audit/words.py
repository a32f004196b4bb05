"""How findings print values: numbers, days and texts of pages, in Thai and in English sentences.

A text of a page is untrusted: it is cut, and loses what a terminal would take for commands.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from typing import Any, NamedTuple

from pythainlp.util.date import thai_full_months

import parsers.thai  # noqa: F401, first: it keeps pythainlp from making a folder in the user's home

QUOTE_LIMIT = 80
"""Characters of a page's text that a sentence quotes; its lines lead to the rest."""
VALUE_LIMIT = 300
"""Characters of a text that the columns `value` and `expected` hold."""
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_DECIMALS = 4
_MOST_KEPT = 4_096
"""Values whose text is kept: figures and days are the same again and again."""


class Text(NamedTuple):
    """The same said in Thai and in English."""

    th: str
    en: str


def value_text(value: Any) -> str | None:
    """A value as the columns `value` and `expected` hold it: `45`, `11.0219`, `2020-03-23`; null as None."""
    if value is None or value != value:  # NaN and NaT are unlike themselves
        return None
    if isinstance(value, dt.datetime):  # a day, as pandas holds it
        return value.date().isoformat()
    if isinstance(value, float):
        return _trimmed(f"{value:.{_DECIMALS}f}")
    return _quoted(value, VALUE_LIMIT) if isinstance(value, str) else str(value)


@lru_cache(_MOST_KEPT, typed=True)
def thai(value: Any) -> str:
    """A value within a Thai sentence: days with their Buddhist year, `23 มีนาคม 2563`."""
    if isinstance(value, dt.date) and value == value:
        return f"{value.day} {thai_full_months[value.month - 1]} {value.year + 543}"
    return english(value)


def thai_day(text: str) -> str:
    """A text that begins with an ISO day, with it as `thai` has days: `23 มีนาคม 2563 #2`; any other as is."""
    day = _ISO_DAY.match(text)
    return thai(dt.date.fromisoformat(day[0])) + text[day.end() :] if day else text


@lru_cache(_MOST_KEPT, typed=True)
def english(value: Any) -> str:
    """A value within an English sentence: figures with two decimals at most, days as `2020-03-23`."""
    if isinstance(value, float) and math.isfinite(value):
        return _trimmed(f"{value:,.2f}")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        return _quoted(value, QUOTE_LIMIT)
    return value_text(value) or "-"


def _trimmed(figure: str) -> str:
    trimmed = figure.rstrip("0").rstrip(".")
    return "0" if trimmed == "-0" else trimmed


def _quoted(text: str, limit: int) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:limit])
    return shown if len(text) <= limit else f"{shown}…"
