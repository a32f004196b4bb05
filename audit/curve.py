"""What the curve of a project shows: planned against reported progress over its fiscal year, and its steps.

The planned percents are those that the checks compare with (`audit.plan`); a plan that cannot be judged has
none, and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from audit.facts import Project, Row
from audit.reasons import REASONS
from audit.words import Text

_NEAR_MONTHS = 18
"""A date further away is a misprint, and would press the year into a corner: it is left out."""
_MOST_STEPS = 60


class Point(NamedTuple):
    """A report as it is drawn."""

    day: dt.date
    percent: float
    has_problem: bool


class Curve(NamedTuple):
    """What is drawn: from the first to the last day, planned percents by day, reports, steps.

    left_out counts the reports and steps that cannot be drawn: without a day, a percent, or far outside.
    """

    first: dt.date
    last: dt.date
    planned: Sequence[tuple[dt.date, float]]
    reports: Sequence[Point]
    steps: Sequence[Row]
    left_out: int


class Progress(NamedTuple):
    """A project's progress against its plan.

    curve is None where there is nothing to draw; planned is the percent planned on each report's date, by
    the report's position; unjudged says why there are no planned percents, None where there are.
    """

    curve: Curve | None
    planned: Mapping[int, float]
    unjudged: Text | None


def progress_of(projects: Sequence[Project]) -> list[Progress]:
    """The progress of some projects, computed together."""
    spans = [span(project) for project in projects]
    unjudged = _unjudged(projects)
    days = {
        project.code: _days(project, *between)
        for project, between in zip(projects, spans, strict=True)
        if project.code not in unjudged
    }
    planned = _planned(projects, days)
    return [
        _progress(project, *between, planned.get(project.code, {}), unjudged.get(project.code))
        for project, between in zip(projects, spans, strict=True)
    ]


def span(project: Project) -> tuple[dt.date, dt.date]:
    """The first and the last day of a curve: the fiscal year, in whole months longer where dates lie near it.

    Without a fiscal year, the months of the dates; without any date, an arbitrary month (there is no curve).
    """
    columns = (
        (project.progress_reports, ("report_date",)),
        (project.plan_steps, ("start_date", "end_date")),
    )
    days = sorted(
        row[name] for rows, names in columns for row in rows for name in names if row[name] is not None
    )
    year = project.row["fiscal_year_be"]
    if year is not None:
        first, last = dt.date(year - 544, 10, 1), dt.date(year - 543, 9, 30)
    else:
        first = last = days[len(days) // 2] if days else dt.date(2000, 1, 1)
    near = [day for day in days if abs(_months(first, day)) <= _NEAR_MONTHS]
    return min([first, *near]).replace(day=1), _month_end(max([last, *near]))


def _days(project: Project, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days whose planned percent is asked for: those of the reports, and where its slope changes.

    Between these it is a straight line: from the eve of a step to its last day.
    """
    days = {first, last}
    for step in project.plan_steps:
        turns = (_eve(step["start_date"]), step["end_date"])
        days.update(day for day in turns if first <= day <= last)
    days.update(row["report_date"] for row in project.progress_reports if row["report_date"])
    return sorted(days)


def _unjudged(projects: Sequence[Project]) -> dict[str, Text]:
    """Why the plan of a project cannot be judged, by code."""
    from audit.plan import why_not_judged

    reasons = {project.code: "no_plan" for project in projects if not project.plan_steps}
    steps = [row for project in projects for row in project.plan_steps]
    if steps:
        found = why_not_judged(_frame(steps, "plan_steps"))
        reasons |= dict(zip(found.index.tolist(), found.tolist(), strict=True))
    return {code: REASONS[reason] for code, reason in reasons.items()}


def _planned(
    projects: Sequence[Project], days: Mapping[str, list[dt.date]]
) -> dict[str, dict[dt.date, float]]:
    """The planned percent of each project on each of its days."""
    from audit.plan import planned_on

    wanted = [(code, day) for code, its_days in days.items() for day in its_days]
    if not wanted:
        return {}
    steps = [row for project in projects if project.code in days for row in project.plan_steps]
    percents = planned_on(
        _frame([{"project_code": code, "day": day} for code, day in wanted]), _frame(steps, "plan_steps")
    ).tolist()
    planned: dict[str, dict[dt.date, float]] = {}
    for (code, day), percent in zip(wanted, percents, strict=True):
        planned.setdefault(code, {})[day] = percent
    return planned


def _frame(rows: list[Row], table: str | None = None) -> Any:
    """Rows as a frame whose days are datetimes, as the checks have them."""
    import pyarrow as pa

    from normaliser.schema import arrow_schema

    schema = arrow_schema(table) if table else None
    return pa.Table.from_pylist(rows, schema).to_pandas(date_as_object=False)


def _progress(
    project: Project,
    first: dt.date,
    last: dt.date,
    planned: Mapping[dt.date, float],
    unjudged: Text | None,
) -> Progress:
    at_reports = {
        row["position"]: planned[row["report_date"]]
        for row in project.progress_reports
        if row["report_date"] in planned
    }
    points = sorted(
        Point(row["report_date"], row["progress_percent"], has_problem(row))
        for row in project.progress_reports
        if row["progress_percent"] is not None and _within(first, last, row["report_date"])
    )
    steps = [
        step
        for step in project.plan_steps[:_MOST_STEPS]
        if _within(first, last, step["start_date"], step["end_date"])
    ]
    if not points and not steps:
        return Progress(None, at_reports, unjudged)
    left_out = len(project.progress_reports) - len(points) + len(project.plan_steps) - len(steps)
    line = [(day, percent) for day, percent in planned.items() if first <= day <= last]
    return Progress(Curve(first, last, line, points, steps, left_out), at_reports, unjudged)


def has_problem(report: Row) -> bool:
    """Whether a report states a problem or an obstacle."""
    return bool(report["problems_stated"] or report["obstacles_stated"])


def _within(first: dt.date, last: dt.date, *days: dt.date | None) -> bool:
    """Whether these days are all there, in order, and within the curve."""
    known = [day for day in days if day is not None]
    return len(known) == len(days) and sorted(known) == known and first <= known[0] and known[-1] <= last


def month_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of the months from one day to another."""
    numbers: Iterable[int] = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


def _months(first: dt.date, day: dt.date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def _month_end(day: dt.date) -> dt.date:
    year, month = divmod(day.year * 12 + day.month, 12)
    return dt.date.max if year > dt.MAXYEAR else dt.date(year, month + 1, 1) - dt.timedelta(1)


def _eve(day: dt.date) -> dt.date:
    return day if day == dt.date.min else day - dt.timedelta(1)
