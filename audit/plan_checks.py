"""Checks of plans, and of reports against the plan."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.plan import planned_on, why_not_judged
from audit.report_checks import pages_without
from audit.tables import Tables
from audit.words import Text

POINTS = Text("จุดร้อยละ", "percentage points")


def against_plan(tables: Tables) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The reports that can be judged by a plan, with `planned` and `ahead`, and the pages that cannot."""
    steps, reports = tables.frame("plan_steps"), tables.frame("progress_reports")
    reasons = why_not_judged(steps)
    judged = reports[reports["page_code"].isin(set(steps["page_code"]) - set(reasons.index))]
    undated, no_percent = judged["report_date"].isna(), judged["progress_percent"].isna()
    rows = judged[~undated & ~no_percent].assign(day=lambda frame: frame["report_date"])
    rows["planned"] = planned_on(rows, steps)
    rows["ahead"] = rows["progress_percent"] - rows["planned"]
    pages = tables.kinds("project").set_index("page_code", drop=False)
    return rows, [
        *pages_without(tables, reports, "no_reports"),
        *pages_without(tables, steps, "no_plan"),
        *(unjudged(pages.loc[reasons.index[reasons == reason]], reason) for reason in reasons.unique()),
        unjudged(judged[undated], "no_report_date"),
        unjudged(judged[no_percent], "no_percent"),
    ]


PLAN_REASONS = (
    "reduced_copy",
    "no_reports",
    "no_report_date",
    "no_percent",
    "no_plan",
    "no_weight",
    "no_step_date",
    "step_ends_before_start",
    "weights_not_100",
)


@check(
    severity="warning",
    title=Text("รายงานเร็วกว่าแผน", "Reported ahead of plan"),
    meaning_th=(
        "ร้อยละที่รายงานสูงกว่าร้อยละตามแผนของวันนั้นเกินเกณฑ์ ร้อยละตามแผนคือผลรวมของน้ำหนักแต่ละขั้นตอนคูณส่วนของจำนวนวันที่ผ่านไป"
    ),
    not_proof=Text(
        "งานอาจเสร็จเร็วกว่าแผนจริง แผนไม่ได้บอกว่างานในขั้นตอนกระจายเท่ากันทุกวัน",
        "Work may truly be early, and no plan says that the work of a step is spread evenly over its days.",
    ),
    reasons=PLAN_REASONS,
    threshold=Threshold(10.0, POINTS),
)
def ahead_of_plan(tables: Tables, limit: float) -> Result:
    """A report's percent is above the planned percent of its day by more than the threshold.

    The planned percent is each step's weight times the share of its days that has passed, summed up.
    """
    rows, others = against_plan(tables)
    found = rows[rows["ahead"].round(4) > limit].copy()
    stated = found["problems_stated"].eq(True) | found["obstacles_stated"].eq(True)
    found["th"] = stated.map({True: " ทั้งที่รายงานเดียวกันระบุปัญหาหรืออุปสรรค", False: ""})
    found["en"] = stated.map({True: ", while the same report states a problem or obstacle", False: ""})
    return Result(
        [
            finds(
                found,
                table="progress_reports",
                column="progress_percent",
                value="progress_percent",
                expected="planned",
                says=Text(
                    "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} "
                    "แผนของวันนั้นคือร้อยละ {planned} เร็วกว่าแผน {ahead} จุด{th}",
                    "The report of {report_date} says {progress_percent} %; the plan for that day is "
                    "{planned} %, so it is {ahead} points ahead{en}.",
                ),
            )
        ],
        others,
    )
