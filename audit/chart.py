"""The chart of a project's curve, for a page of the report and alone: the same function draws both.

One Vega-Lite chart, drawn without a browser. Where it is told both languages, as for a page of the report,
both stand in it, in groups of the classes ``th`` and ``en``, of which the page shows one. The layout does
not depend on the width of any text, so that the same project gives the same bytes whatever fonts there are.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from audit import wording
from audit.curve import Curve, month_starts
from audit.facts import Row
from audit.wording import LANGUAGES, Language, in_language
from audit.words import Text

Spec = dict[str, Any]

VEGA_LITE = "6.4"
"""The version that the charts are written for; the renderer has several."""

_PLAN_COLOUR, _REPORT_COLOUR, _PROBLEM_COLOUR = "#8a5a00", "#0b5cad", "#b3261e"
_INK, _GRID = "#333333", "#d9d9d9"
_WIDTH, _HEIGHT = 720, 250
_LEFT, _RIGHT, _TOP, _BELOW, _BAR = 52, 24, 34, 30, 17
_LINE = 21
_MOST_MONTH_NAMES = 13

_PLANNED_MARK = {"type": "line", "stroke": _PLAN_COLOUR, "strokeWidth": 2, "strokeDash": [7, 4]}
_REPORTED_MARK = {"type": "line", "stroke": _REPORT_COLOUR, "strokeWidth": 2.5}
_POINT: Spec = {"type": "point", "filled": True, "opacity": 1}
_REPORT_MARK = {**_POINT, "shape": "circle", "size": 70, "fill": _REPORT_COLOUR}
_PROBLEM_MARK = {**_POINT, "shape": "diamond", "size": 150, "fill": _PROBLEM_COLOUR}
_STEP_MARK = {"type": "rect", "fill": _PLAN_COLOUR, "fillOpacity": 0.55, "cornerRadius": 2}


class Heading(NamedTuple):
    """What stands above a curve that stands alone: a title in lines, a line below it, the font's name."""

    title: Sequence[str]
    below: str
    font: str


def svg(drawn: Curve, languages: Sequence[Language] = LANGUAGES, heading: Heading | None = None) -> str:
    """The curve as SVG, its texts as text, in these languages; with a heading one that stands alone."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(
        json.dumps(spec(drawn, languages, heading)), vl_version=VEGA_LITE, allowed_base_urls=[]
    )
    for language in LANGUAGES:
        text = re.sub(
            rf'class="([^"]*\b\w+_{language}_marks)"', rf'class="\1 {language}" lang="{language}"', text
        )
    if heading is None:
        return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    (language,) = languages
    label = escape(" ".join((*heading.title, heading.below)))
    about = escape(description(drawn, language))
    head, rest = text.split(">", 1)
    named = f'{head} role="img" lang="{language}" aria-labelledby="title desc">'
    return f'{named}<title id="title">{label}</title><desc id="desc">{about}</desc>{rest}'


def description(drawn: Curve, language: Language) -> str:
    """The curve in words: its reports, the oldest first."""
    reported, problem = (in_language(text, language) for text in (wording.REPORTED, wording.WITH_PROBLEMS))
    return "; ".join(
        f"{in_language(wording.date(point.day), language)}: {reported} {point.percent:g} %"
        + (f" ({problem})" if point.has_problem else "")
        for point in drawn.reports
    )


def spec(drawn: Curve, languages: Sequence[Language] = LANGUAGES, heading: Heading | None = None) -> Spec:
    """The Vega-Lite specification of a curve; every text of a page in it is data."""
    days = (drawn.last - drawn.first).days
    highest = max([100.0, *(point.percent for point in drawn.reports)])
    lowest = min([0.0, *(point.percent for point in drawn.reports)])
    title_height = 0 if heading is None else _LINE * (len(heading.title) + 1) + 16
    below = _BELOW + _BAR * len(drawn.steps) + (10 if drawn.steps else 0)
    months = month_starts(drawn.first, drawn.last)
    scales = {
        "x": {"domain": [0, days], "nice": False, "zero": False},
        "y": {"domain": [lowest, highest], "nice": False},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": _WIDTH,
        "height": _HEIGHT,
        "padding": {"left": _LEFT, "right": _RIGHT, "top": _TOP + title_height, "bottom": below},
        "autosize": {"type": "none"},
        "background": "transparent" if heading is None else "white",
        "config": {
            "aria": False,
            "font": "sans-serif" if heading is None else f"{heading.font}, Roboto, sans-serif",
            "text": {"fill": _INK, "fontSize": 12},
            "view": {"stroke": None},
        },
        "layer": [
            *_heading(heading, languages),
            *_legend(drawn, languages),
            *_month_names(drawn, months, languages),
            *_steps(drawn, scales),
            *_curves(drawn, scales, [(month - drawn.first).days for month in months]),
        ],
    }


def _curves(drawn: Curve, scales: Spec, ticks: list[int]) -> list[Spec]:
    """The two lines, the points on them, and the axes."""

    def place(day: dt.date) -> int:
        return (day - drawn.first).days

    x = {
        "field": "x",
        "type": "quantitative",
        "scale": scales["x"],
        "axis": {
            "title": None,
            "labels": False,
            "values": ticks,
            "tickColor": _GRID,
            "gridColor": _GRID,
            "domainColor": _INK,
        },
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": scales["y"],
        "axis": {
            "title": None,
            "tickCount": 5,
            "labelExpr": "datum.label + ' %'",
            "labelFontSize": 12,
            "labelColor": _INK,
            "gridColor": _GRID,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
    }
    planned = [{"x": place(day), "y": percent} for day, percent in drawn.planned]
    reported = [{"x": place(point.day), "y": point.percent} for point in drawn.reports]
    problems = [at for at, point in zip(reported, drawn.reports, strict=True) if point.has_problem]
    plain = [at for at, point in zip(reported, drawn.reports, strict=True) if not point.has_problem]
    at = {"x": x, "y": y}
    return [
        _layer("planned", planned, _PLANNED_MARK, at),
        _layer("reported", reported, _REPORTED_MARK, at),
        _layer("report", plain, _REPORT_MARK, at),
        _layer("problem", problems, _PROBLEM_MARK, at),
    ]


def _steps(drawn: Curve, scales: Spec) -> list[Spec]:
    """A bar for each step, below the names of the months, its number before and its weight behind it."""
    bars = [
        {
            "x": (step["start_date"] - drawn.first).days,
            "x2": (step["end_date"] - drawn.first).days + 1,
            "top": _HEIGHT + _BELOW + _BAR * place,
            "bottom": _HEIGHT + _BELOW + _BAR * place + _BAR - 5,
            "middle": _HEIGHT + _BELOW + _BAR * place + (_BAR - 5) / 2,
            "number": "" if step["step"] is None else f"{step['step']}",
            "weight": "" if step["weight_percent"] is None else f"{step['weight_percent']:g} %",
        }
        for place, step in enumerate(drawn.steps)
    ]
    if not bars:
        return []
    x = {"field": "x", "type": "quantitative", "scale": scales["x"]}
    middle = _pixels("middle")
    end = (drawn.last - drawn.first).days
    right = [bar for bar in bars if bar["x2"] <= 0.9 * end]
    left = [bar for bar in bars if bar["x2"] > 0.9 * end]
    small = {"type": "text", "fontSize": 11, "baseline": "middle"}
    return [
        _layer(
            "step",
            bars,
            _STEP_MARK,
            {"x": x, "x2": {"field": "x2"}, "y": _pixels("top"), "y2": {"field": "bottom"}},
        ),
        _layer(
            "step_number",
            bars,
            {**small, "align": "right"},
            {"x": {"value": -8}, "y": middle, "text": {"field": "number"}},
        ),
        _layer(
            "weight",
            right,
            {**small, "align": "left", "dx": 5},
            {"x": {**x, "field": "x2"}, "y": middle, "text": {"field": "weight"}},
        ),
        _layer(
            "weight_before",
            left,
            {**small, "align": "right", "dx": -5},
            {"x": x, "y": middle, "text": {"field": "weight"}},
        ),
    ]


def _legend(drawn: Curve, languages: Sequence[Language]) -> list[Spec]:
    """Keys of what is drawn, above it, each at its own place."""
    has_problems = any(point.has_problem for point in drawn.reports)
    line, point, box = [(0, -16), (26, -16)], [(13, -16)], [(0, -21)]
    keys = [
        (0, "planned", wording.PLANNED, _PLANNED_MARK, line, bool(drawn.planned)),
        (130, "reported", wording.REPORTED, _REPORTED_MARK, line, bool(drawn.reports)),
        (265, "problem", wording.WITH_PROBLEMS, _PROBLEM_MARK, point, has_problems),
        (540, "step", wording.STEPS, _STEP_MARK, box, bool(drawn.steps)),
    ]
    layers: list[Spec] = []
    for left, name, text, mark, spots, is_drawn in keys:
        if is_drawn:
            at = [{"x": left + x, "y": y, "x2": left + x + 26, "y2": y + 10} for x, y in spots]
            corner = {"x2": {"field": "x2"}, "y2": {"field": "y2"}} if mark is _STEP_MARK else {}
            layers.append(_layer(f"key_{name}", at, mark, {"x": _pixels("x"), "y": _pixels("y"), **corner}))
            layers += _texts(f"name_{name}", [(left + 33, -16, text)], languages)
    return layers


def _month_names(drawn: Curve, months: Sequence[dt.date], languages: Sequence[Language]) -> list[Spec]:
    """The names of the months below the axis, so many as have room."""
    each = -(-len(months) // _MOST_MONTH_NAMES)
    wide = _WIDTH / max(1, (drawn.last - drawn.first).days)
    names = [
        ((month - drawn.first).days * wide + 3, _HEIGHT + 14, wording.month(month))
        for month in months[::each]
    ]
    return _texts("month", names, languages, size=11)


def _heading(heading: Heading | None, languages: Sequence[Language]) -> list[Spec]:
    if heading is None:
        return []
    lines = [*heading.title, heading.below]
    top = -_TOP - _LINE * len(lines) + 6
    texts = [(0.0, float(top + _LINE * place), Text(line, line)) for place, line in enumerate(lines)]
    return [
        *_texts("title", texts[:-1], languages, size=16),
        *_texts("below", texts[-1:], languages, size=12),
    ]


def _texts(
    name: str, texts: Iterable[tuple[float, float, Text]], languages: Sequence[Language], size: int = 12
) -> list[Spec]:
    """Texts at places, in pixels from the corner of the chart, a layer for each language."""
    placed = list(texts)
    return [
        _layer(
            f"{name}_{language}",
            [{"x": x, "y": y, "text": in_language(text, language)} for x, y, text in placed],
            {"type": "text", "align": "left", "baseline": "middle", "fontSize": size},
            {"x": _pixels("x"), "y": _pixels("y"), "text": {"field": "text"}},
        )
        for language in languages
    ]


def _layer(name: str, rows: Sequence[Row], mark: Spec, encoding: Spec) -> Spec:
    return {"name": name, "data": {"values": rows}, "mark": mark, "encoding": encoding}


def _pixels(field: str) -> Spec:
    return {"field": field, "type": "quantitative", "scale": None}


def drawable(text: str) -> str:
    """A text of a page without what no picture can show: controls, invisible marks, ends of lines."""
    return " ".join(
        "".join(c if unicodedata.category(c)[0] != "C" else " " * (c in "\n\t") for c in text).split()
    )
