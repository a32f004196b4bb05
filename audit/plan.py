"""The planned percent on a day: what a project's plan says should be done by then.

Each step adds its weight times the share of its days that has passed. The first day, the last day and the
day itself count, so that a step of 1 to 10 March is at one tenth on 1 March and whole on 10 March. Steps
may overlap. Assumed is that the work of a step is spread evenly over its days, weekends and holidays
included, and that the weights are percents of the whole: no plan says so.

A plan is judged only where every step has a weight and both days, none ends before it starts, and the
weights sum to 100 give or take `WEIGHT_TOLERANCE`. Weights are never scaled to 100: which step the missing
points belong to, no plan says.

Frames of steps have the columns `weight_percent`, `start_date` and `end_date` of the table ``plan_steps``.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

WEIGHT_TOLERANCE = 0.5
"""Points by which weights may miss 100: plans of many steps print rounded ones."""

Day = dt.date | pd.Timestamp


def planned_percent(steps: pd.DataFrame, day: Day) -> float:
    """The percent of one project that should be done at the end of a day; its plan must be judgeable."""
    passed = (pd.Timestamp(day) - steps["start_date"]).dt.days + 1
    return float((steps["weight_percent"] * _share(passed, steps)).sum())


def planned_series(
    steps: pd.DataFrame, first: Day | None = None, last: Day | None = None
) -> pd.Series[float]:
    """The planned percent of one project on each day from first to last: by default the plan's own days."""
    begin = steps["start_date"].min() if first is None else pd.Timestamp(first)
    end = steps["end_date"].max() if last is None else pd.Timestamp(last)
    days = pd.date_range(begin, end, name="day")
    return pd.Series([planned_percent(steps, day) for day in days], days, float, name="planned_percent")


def planned_on(days: pd.DataFrame, steps: pd.DataFrame) -> pd.Series[float]:
    """The planned percent for each row of ``days``: a `project_code`, and a `day`; null without a plan.

    ``steps`` are those of many projects, each with its `project_code`, and judgeable.
    """
    wanted = days[["project_code", "day"]].rename_axis("row").reset_index()
    pairs = wanted.merge(steps, on="project_code")
    share = _share((pairs["day"] - pairs["start_date"]).dt.days + 1, pairs)
    return (pairs["weight_percent"] * share).groupby(pairs["row"]).sum().reindex(days.index)


def _share(passed: pd.Series[int], steps: pd.DataFrame) -> pd.Series[float]:
    """The share of each step's days that has passed, 0 to 1."""
    length = (steps["end_date"] - steps["start_date"]).dt.days + 1
    return passed.clip(lower=0).clip(upper=length) / length


def why_not_judged(steps: pd.DataFrame) -> pd.Series[str]:
    """For each project of ``steps`` whose plan cannot be judged, the first reason (`audit.reasons`)."""
    project = steps["project_code"]
    faults = {
        "no_weight": steps["weight_percent"].isna(),
        "no_step_date": steps["start_date"].isna() | steps["end_date"].isna(),
        "step_ends_before_start": steps["end_date"] < steps["start_date"],
        "weights_not_100": (
            steps.groupby("project_code")["weight_percent"].transform("sum").round(2) - 100
        ).abs()
        > WEIGHT_TOLERANCE,
    }
    reasons: dict[str, str] = {}
    for reason, fault in faults.items():
        for code in project[fault].unique():
            reasons.setdefault(code, reason)
    return pd.Series(reasons, dtype=str)


def weight_sums(steps: pd.DataFrame) -> pd.Series[float]:
    """The sum of the weights by project, to the hundredth of a point; missing ones count nothing."""
    return steps.groupby("project_code")["weight_percent"].sum().round(2)
