"""The planned percent: what a plan says should be done by a day."""

import datetime as dt

import pandas as pd
import pytest

from audit.plan import planned_on, planned_percent, planned_series, weight_sums, why_not_judged


def steps(*rows: tuple[float | None, str | None, str | None], project: str = "50030000-0001") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["weight_percent", "start_date", "end_date"])
    for column in ("start_date", "end_date"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.astype({"weight_percent": float}).assign(project_code=project)


REAL = steps(
    (5, "2019-10-01", "2019-10-31"),
    (5, "2019-11-01", "2019-11-29"),
    (10, "2019-12-16", "2020-01-14"),
    (20, "2020-01-15", "2020-05-15"),
    (10, "2020-05-15", "2020-06-30"),
    (10, "2020-02-17", "2020-06-30"),
    (5, "2020-06-30", "2020-07-15"),
    (25, "2020-07-01", "2020-07-31"),
    (5, "2020-08-01", "2020-08-31"),
    (5, "2020-09-01", "2020-09-30"),
)
"""The plan of project 21000000-3137."""


def test_the_plan_of_the_real_page_is_at_33_98_percent_on_23_march_2020() -> None:
    by_hand = 20 + 20 * 69 / 122 + 10 * 36 / 135
    assert planned_percent(REAL, dt.date(2020, 3, 23)) == pytest.approx(by_hand)
    assert round(by_hand, 2) == 33.98


@pytest.mark.parametrize(
    ("day", "percent"),
    [("2023-02-28", 0), ("2023-03-01", 10), ("2023-03-05", 50), ("2023-03-10", 100), ("2023-03-11", 100)],
)
def test_the_first_day_the_last_day_and_the_day_itself_count(day: str, percent: float) -> None:
    assert planned_percent(steps((100, "2023-03-01", "2023-03-10")), pd.Timestamp(day)) == pytest.approx(
        percent
    )


def test_a_step_of_one_day_is_done_on_that_day() -> None:
    assert planned_percent(steps((100, "2023-03-01", "2023-03-01")), dt.date(2023, 3, 1)) == 100


def test_steps_that_overlap_add_up() -> None:
    plan = steps((50, "2023-03-01", "2023-03-10"), (50, "2023-03-06", "2023-03-10"))
    assert planned_percent(plan, dt.date(2023, 3, 6)) == pytest.approx(50 * 6 / 10 + 50 * 1 / 5)


def test_a_series_runs_over_the_days_of_the_plan_and_never_falls() -> None:
    series = planned_series(REAL)
    assert (series.index[0], series.index[-1]) == (pd.Timestamp("2019-10-01"), pd.Timestamp("2020-09-30"))
    assert series.is_monotonic_increasing
    assert series.iloc[-1] == pytest.approx(100)
    assert series["2020-03-23"] == pytest.approx(planned_percent(REAL, dt.date(2020, 3, 23)))


def test_a_series_may_run_over_other_days() -> None:
    series = planned_series(REAL, dt.date(2019, 9, 30), dt.date(2019, 10, 2))
    assert series.tolist() == pytest.approx([0, 5 / 31, 10 / 31])


def test_many_projects_are_planned_at_once_as_each_alone() -> None:
    other = steps((100, "2020-03-01", "2020-03-31"), project="50040000-0002")
    days = pd.DataFrame(
        {
            "project_code": ["50040000-0002", "50030000-0001", "99999999-9999", "50030000-0001"],
            "day": pd.to_datetime(["2020-03-23", "2020-03-23", "2020-03-23", "2019-10-01"]),
        },
        index=[7, 3, 5, 1],
    )
    planned = planned_on(days, pd.concat([REAL, other]))
    assert planned.index.tolist() == [7, 3, 5, 1]
    assert planned[7] == pytest.approx(100 * 23 / 31)
    assert planned[3] == pytest.approx(planned_percent(REAL, dt.date(2020, 3, 23)))
    assert planned[1] == pytest.approx(5 / 31)
    assert pd.isna(planned[5])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "2023-03-01", "2023-03-10"), "no_weight"),
        ((60, None, "2023-03-10"), "no_step_date"),
        ((60, "2023-03-01", None), "no_step_date"),
        ((60, "2023-03-10", "2023-03-01"), "step_ends_before_start"),
        ((60.51, "2023-03-01", "2023-03-10"), "weights_not_100"),
        ((59.49, "2023-03-01", "2023-03-10"), "weights_not_100"),
    ],
)
def test_a_plan_with_a_fault_cannot_be_judged(
    row: tuple[float | None, str | None, str | None], reason: str
) -> None:
    faulty = steps((40, "2023-02-01", "2023-02-10"), row)
    sound = steps(
        (40, "2023-02-01", "2023-02-10"), (60.5, "2023-03-01", "2023-03-10"), project="50040000-0002"
    )
    assert why_not_judged(pd.concat([faulty, sound])).to_dict() == {"50030000-0001": reason}


def test_weights_sum_by_project_to_the_hundredth() -> None:
    thirds = steps(*[(33.333, "2023-03-01", "2023-03-10")] * 3)
    assert weight_sums(thirds).to_dict() == {"50030000-0001": 100.0}
