"""Checks of plans, and of reports against the plan."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.plan import WEIGHT_TOLERANCE, planned_on, weight_sums, why_not_judged
from audit.report_checks import POINTS, and_a_problem
from audit.reports import UNTOLD, in_time, pages_without, untold
from audit.tables import Tables
from audit.words import Text
from audit.years import with_project_year


@check(
    severity="warning",
    title=Text("น้ำหนักของแผนรวมกันไม่เท่ากับ 100", "Plan weights that do not sum to 100"),
    meaning_th="ผลรวมน้ำหนักของทุกขั้นตอนต่างจากร้อยละ 100 เกินเกณฑ์",
    not_proof=Text(
        "ว่าขั้นตอนใดผิด หรือว่ามีขั้นตอนที่ขาดไป",
        "Which step is wrong, or whether one is missing.",
    ),
    reasons=("reduced_copy", "no_plan", "no_weight"),
    threshold=Threshold(WEIGHT_TOLERANCE, POINTS, 100.0),
)
def weights_do_not_sum_to_100(tables: Tables, limit: float) -> Result:
    """The weights of all steps together miss 100 by more than the threshold."""
    steps = tables.frame("plan_steps")
    unknown = steps[steps["weight_percent"].isna()]
    by_page = steps.groupby("page_code")
    plans = steps.sort_values(["page_code", "position"]).drop_duplicates("page_code")
    plans = plans.drop(columns="line_last").join(
        by_page.agg(steps=("position", "size"), line_last=("line_last", "max")), on="page_code"
    )
    plans = plans.join(weight_sums(steps).rename("sum"), on="page_code").assign(position=None, whole=100.0)
    missed = (plans["sum"] - 100).abs().round(4) > limit
    says = Text(
        "น้ำหนักของ {steps} ขั้นตอนรวมกันได้ {sum} ไม่ใช่ 100",
        "The weights of the {steps} steps sum to {sum}, not to 100.",
    )
    return Result(
        [
            finds(
                plans[missed & ~plans["page_code"].isin(unknown["page_code"])],
                table="plan_steps",
                column="weight_percent",
                value="sum",
                expected="whole",
                says=says,
            )
        ],
        [*pages_without(tables, steps, "no_plan"), unjudged(unknown, "no_weight")],
    )


def _undated(tables: Tables, steps: pd.DataFrame) -> list[pd.DataFrame]:
    undated = steps["start_date"].isna() | steps["end_date"].isna()
    return [*pages_without(tables, steps, "no_plan"), unjudged(steps[undated], "no_step_date")]


@check(
    severity="error",
    title=Text("ขั้นตอนสิ้นสุดก่อนเริ่มต้น", "A step that ends before it starts"),
    meaning_th="วันสิ้นสุดของขั้นตอนอยู่ก่อนวันเริ่มต้น",
    not_proof=Text("ว่าวันใดผิด", "Which of the two days is wrong."),
    reasons=("reduced_copy", "no_plan", "no_step_date"),
)
def step_ends_before_start(tables: Tables, _: float) -> Result:
    """The last day of a step is before its first."""
    steps = tables.frame("plan_steps")
    says = Text(
        "ขั้นตอนที่ {position} ของแผนเริ่มต้นวันที่ {start_date} แต่สิ้นสุดวันที่ {end_date}",
        "Step {position} of the plan starts on {start_date} and ends on {end_date}.",
    )
    return Result(
        [
            finds(
                steps[steps["end_date"] < steps["start_date"]],
                table="plan_steps",
                column="end_date",
                value="end_date",
                expected="start_date",
                says=says,
            )
        ],
        _undated(tables, steps),
    )


@check(
    severity="warning",
    title=Text("ขั้นตอนอยู่นอกปีงบประมาณ", "A step outside the fiscal year"),
    meaning_th="ขั้นตอนเริ่มก่อนวันแรกหรือสิ้นสุดหลังวันสุดท้ายของปีงบประมาณของหน้า",
    not_proof=Text(
        "ว่ามีสิ่งใดผิด โครงการอาจได้รับอนุมัติให้ดำเนินการข้ามปี",
        "A fault: a project may be allowed to run over the year's end.",
    ),
    reasons=("reduced_copy", "no_plan", "no_step_date", "no_fiscal_year"),
)
def step_outside_year(tables: Tables, _: float) -> Result:
    """A step starts before the first, or ends after the last day of the page's fiscal year."""
    steps = with_project_year(tables.frame("plan_steps"), tables.frame("projects"))
    starts = Text(
        "ขั้นตอนที่ {position} เริ่มต้นวันที่ {start_date} ก่อนปีงบประมาณ {fiscal_year_be} ซึ่งเริ่ม {year_first}",
        "Step {position} starts on {start_date}, before the fiscal year {fiscal_year_be}, which begins on "
        "{year_first}.",
    )
    ends = Text(
        "ขั้นตอนที่ {position} สิ้นสุดวันที่ {end_date} หลังปีงบประมาณ {fiscal_year_be} ซึ่งสิ้นสุด {year_last}",
        "Step {position} ends on {end_date}, after the fiscal year {fiscal_year_be}, which ends on "
        "{year_last}.",
    )
    return Result(
        [
            finds(
                steps[steps["start_date"] < steps["year_first"]],
                table="plan_steps",
                column="start_date",
                value="start_date",
                expected="year_first",
                says=starts,
            ),
            finds(
                steps[steps["end_date"] > steps["year_last"]],
                table="plan_steps",
                column="end_date",
                value="end_date",
                expected="year_last",
                says=ends,
            ),
        ],
        [*_undated(tables, steps), unjudged(steps[steps["year_first"].isna()], "no_fiscal_year")],
    )


_AGAINST_PLAN = (
    *UNTOLD,
    "no_plan",
    "no_weight",
    "no_step_date",
    "step_ends_before_start",
    "weights_not_100",
)


def _against_plan(tables: Tables) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The reports of plans that can be judged, with `planned` and `ahead`, and the pages that cannot."""
    steps, reports = tables.frame("plan_steps"), tables.frame("progress_reports")
    reasons = why_not_judged(steps)
    rows = reports.dropna(subset=["report_date", "progress_percent"])
    rows = rows[rows["page_code"].isin(set(steps["page_code"]) - set(reasons.index))]
    rows = rows.assign(planned=planned_on(rows.assign(day=rows["report_date"]), steps))
    rows["ahead"] = (rows["progress_percent"] - rows["planned"]).round(4)
    rows["behind"] = -rows["ahead"]
    pages = tables.kinds("project")
    reason = pages["page_code"].map(reasons)
    return and_a_problem(rows), [
        *untold(tables, reports),
        *pages_without(tables, steps, "no_plan"),
        *(unjudged(pages[reason == each], each) for each in sorted(set(reasons))),
    ]


@check(
    severity="warning",
    title=Text("รายงานเร็วกว่าแผน", "Reported ahead of plan"),
    meaning_th=(
        "ร้อยละที่รายงานสูงกว่าร้อยละตามแผนของวันนั้นเกินเกณฑ์ ร้อยละตามแผนคือผลรวมของ"
        "น้ำหนักแต่ละขั้นตอนคูณสัดส่วนจำนวนวันที่ผ่านไป นับวันแรก วันสุดท้าย และวันที่รายงานด้วย"
    ),
    not_proof=Text(
        "ว่ารายงานผิด งานอาจเสร็จเร็วกว่าแผนจริง และไม่มีแผนใดบอกว่างานของขั้นตอนกระจายเท่ากันทุกวัน",
        "That the report is wrong: work may be early, and no plan says that the work of a step is spread "
        "evenly over its days.",
    ),
    reasons=_AGAINST_PLAN,
    threshold=Threshold(10.0, POINTS, 100.0),
)
def ahead_of_plan(tables: Tables, limit: float) -> Result:
    """A report's percent is above the planned percent of its day by more than the threshold.

    The planned percent is the sum over the steps of each one's weight times the share of its days that has
    passed; the first day, the last day and the report's day count.
    """
    rows, others = _against_plan(tables)
    says = Text(
        "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} แผนของวันนั้นคือร้อยละ {planned} "
        "รายงานจึงเร็วกว่าแผน {ahead} จุด{problem_th}",
        "The report of {report_date} says {progress_percent} %; the plan for that day is {planned} %, so the "
        "report is {ahead} points ahead{problem_en}.",
    )
    return Result([_beside_plan(rows[rows["ahead"] > limit], says)], others)


@check(
    severity="warning",
    title=Text("รายงานช้ากว่าแผน", "Reported behind plan"),
    meaning_th="ร้อยละที่รายงานต่ำกว่าร้อยละตามแผนของวันนั้นเกินเกณฑ์ (คำนวณเช่นเดียวกับ ahead_of_plan)",
    not_proof=Text(
        "ว่าโครงการล่าช้าจริง รายงานอาจยังไม่ครบ หรืองานของขั้นตอนอยู่ช่วงท้าย",
        "That the work is late: the report may be incomplete, or the work of a step lie at its end.",
    ),
    reasons=_AGAINST_PLAN,
    threshold=Threshold(10.0, POINTS, 100.0),
)
def behind_plan(tables: Tables, limit: float) -> Result:
    """A report's percent is below the planned percent of its day (as in ahead_of_plan) by more than that."""
    rows, others = _against_plan(tables)
    says = Text(
        "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} แผนของวันนั้นคือร้อยละ {planned} "
        "รายงานจึงช้ากว่าแผน {behind} จุด{problem_th}",
        "The report of {report_date} says {progress_percent} %; the plan for that day is {planned} %, so the "
        "report is {behind} points behind{problem_en}.",
    )
    return Result([_beside_plan(rows[rows["behind"] > limit], says)], others)


def _beside_plan(rows: pd.DataFrame, says: Text) -> pd.DataFrame:
    return finds(
        rows,
        table="progress_reports",
        column="progress_percent",
        value="progress_percent",
        expected="planned",
        says=says,
    )


@check(
    severity="warning",
    title=Text(
        "ความคืบหน้าเพิ่มขึ้นมากโดยไม่มีขั้นตอนใดครบกำหนด",
        "A jump without a finished step",
    ),
    meaning_th="ร้อยละเพิ่มจากรายงานก่อนหน้าเกินเกณฑ์ โดยไม่มีขั้นตอนใดของแผนสิ้นสุดในระหว่างนั้น",
    not_proof=Text(
        "ว่าตัวเลขไม่จริง งานหลายขั้นตอนอาจเดินหน้าพร้อมกัน",
        "That the figure is wrong: several steps may have moved on together.",
    ),
    reasons=(*UNTOLD, "no_plan", "no_step_date"),
    threshold=Threshold(20.0, POINTS, 100.0),
)
def jump_without_finished_step(tables: Tables, limit: float) -> Result:
    """The percent rises from one report to the next by more than the threshold, and no step ends between."""
    reports, steps = tables.frame("progress_reports"), tables.frame("plan_steps")
    told = in_time(reports)
    jumps = told[told["rise"] > limit]
    undated = steps["page_code"].isin(steps.loc[steps["end_date"].isna(), "page_code"])
    ends = jumps.reset_index().merge(steps.loc[~undated, ["page_code", "end_date"]], on="page_code")
    within = (ends["end_date"] > ends["before_date"]) & (ends["end_date"] <= ends["report_date"])
    with_plan = jumps["page_code"].isin(steps.loc[~undated, "page_code"])
    says = Text(
        "ร้อยละเพิ่มขึ้น {rise} จุด จากร้อยละ {before_percent} ({before_date}) เป็นร้อยละ "
        "{progress_percent} ({report_date}) โดยไม่มีขั้นตอนของแผนสิ้นสุดในระหว่างนั้น",
        "The percent rises by {rise} points, from {before_percent} % ({before_date}) to {progress_percent} % "
        "({report_date}), and no step of the plan ends between.",
    )
    return Result(
        [
            finds(
                jumps[with_plan & ~jumps.index.isin(ends.loc[within, "index"])],
                table="progress_reports",
                column="progress_percent",
                value="progress_percent",
                expected="before_percent",
                says=says,
            )
        ],
        [
            *untold(tables, reports),
            unjudged(jumps[~jumps["page_code"].isin(steps["page_code"])], "no_plan"),
            unjudged(jumps[jumps["page_code"].isin(steps.loc[undated, "page_code"])], "no_step_date"),
        ],
    )


@check(
    severity="warning",
    title=Text(
        "รายงานร้อยละ 100 ทั้งที่ยังมีขั้นตอนที่ไม่ถึงกำหนดเริ่ม",
        "100 % reported while steps have not begun",
    ),
    meaning_th="รายงานแรกที่แสดงร้อยละ 100 ลงวันที่ก่อนวันเริ่มต้นของขั้นตอนอย่างน้อยหนึ่งขั้นตอนในแผน",
    not_proof=Text(
        "ว่างานไม่เสร็จ ขั้นตอนอาจทำเสร็จก่อนกำหนดหรือถูกยกเลิก",
        "That work is left: a step may have been done early or dropped.",
    ),
    reasons=(*UNTOLD, "no_plan", "no_step_date"),
)
def done_before_steps_begin(tables: Tables, _: float) -> Result:
    """The first report of 100 % is dated before the first day of a step of the plan, or of several."""
    reports, steps = tables.frame("progress_reports"), tables.frame("plan_steps")
    told = in_time(reports)
    done = told[told["progress_percent"] >= 100].drop_duplicates("page_code")
    starts = steps[["page_code", "position", "start_date"]].rename(columns={"position": "step"})
    pairs = done[["page_code", "report_date"]].merge(starts, on="page_code")
    pairs["not_begun"] = pairs["start_date"] > pairs["report_date"]
    counts = pairs.groupby("page_code").agg(left=("not_begun", "sum"), steps=("step", "size"))
    later = pairs[pairs["not_begun"]].sort_values(["start_date", "step"]).drop_duplicates("page_code")
    found = done.merge(later[["page_code", "start_date", "step"]], on="page_code").join(
        counts, on="page_code"
    )
    says = Text(
        "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} แต่ {left} จาก {steps} ขั้นตอนของแผน"
        "ยังไม่ถึงวันเริ่มต้น ขั้นตอนแรกในจำนวนนั้นคือขั้นตอนที่ {step} เริ่ม {start_date}",
        "The report of {report_date} says {progress_percent} %, and {left} of {steps} steps of the plan "
        "begin later, first of them step {step} on {start_date}.",
    )
    planned, undated = steps["page_code"], steps.loc[steps["start_date"].isna(), "page_code"]
    return Result(
        [
            finds(
                found,
                table="progress_reports",
                column="progress_percent",
                value="progress_percent",
                expected=None,
                says=says,
            )
        ],
        [
            *untold(tables, reports),
            unjudged(done[~done["page_code"].isin(planned)], "no_plan"),
            unjudged(done[done["page_code"].isin(undated)], "no_step_date"),
        ],
    )
