"""Checks of what progress reports say: percents and problems."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.reports import UNTOLD, in_time, pages_without, untold
from audit.tables import Tables
from audit.words import Text

POINTS = Text("จุดร้อยละ", "percentage points")


@check(
    severity="warning",
    title=Text("ร้อยละที่หัวหน้าไม่ตรงกับรายงานล่าสุด", "Headline percent unlike the newest report"),
    meaning_th="ร้อยละความคืบหน้าที่หัวหน้าเป็นคนละค่ากับรายงานล่าสุด คือรายงานแรกที่พิมพ์บนหน้า",
    not_proof=Text(
        "ว่าค่าใดถูกต้อง หัวหน้าอาจได้รับการปรับโดยไม่มีรายงานใหม่",
        "Which of the two is right; the head may have been updated without a report.",
    ),
    reasons=("reduced_copy", "no_headline", "no_reports", "no_percent"),
)
def headline_unlike_newest_report(tables: Tables, _: float) -> Result:
    """The percent in the page's head is another than that of the newest report, the first one printed."""
    reports = tables.frame("progress_reports")
    newest = reports[reports["position"] == 1][["page_code", "progress_percent", "report_date"]]
    both = tables.frame("projects").merge(
        newest.rename(columns={"progress_percent": "reported"}), on="page_code"
    )
    no_headline, no_percent = both["progress_percent"].isna(), both["reported"].isna()
    differ = both[~no_headline & ~no_percent & (both["progress_percent"] != both["reported"])]
    says = Text(
        "หัวหน้าแสดงความคืบหน้าร้อยละ {progress_percent} แต่รายงานล่าสุด (วันที่ {report_date}) แสดงร้อยละ {reported}",
        "The head of the page says {progress_percent} %, the newest report ({report_date}) {reported} %.",
    )
    return Result(
        [
            finds(
                differ,
                table="projects",
                column="progress_percent",
                value="progress_percent",
                expected="reported",
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(both[no_headline], "no_headline"),
            unjudged(both[no_percent], "no_percent"),
        ],
    )


_PERCENTS = {"projects": "no_headline", "progress_reports": "no_percent", "plan_records": "no_percent"}
"""The tables with a reported percent, and the reason where it is null."""


@check(
    severity="error",
    kinds=("project", "plan_record"),
    title=Text("ร้อยละอยู่นอกช่วง 0 ถึง 100", "Percent outside 0 to 100"),
    meaning_th="ร้อยละความคืบหน้าที่รายงานน้อยกว่า 0 หรือมากกว่า 100",
    not_proof=Text(
        "ว่าค่าที่ถูกต้องคือเท่าใด อาจเป็นการพิมพ์ผิด",
        "What the right value is; it may be a slip of the keyboard.",
    ),
    reasons=("no_headline", "no_percent"),
)
def percent_out_of_range(tables: Tables, _: float) -> Result:
    """A reported percent is below 0 or above 100."""
    result = Result()
    says = Text(
        "ร้อยละความคืบหน้าที่แสดงคือ {progress_percent} ซึ่งอยู่นอกช่วง 0 ถึง 100",
        "The reported percent is {progress_percent}, outside 0 to 100.",
    )
    for table, reason in _PERCENTS.items():
        rows = tables.frame(table).assign(range="0 to 100")
        percent = rows["progress_percent"]
        result.found.append(
            finds(
                rows[(percent < 0) | (percent > 100)],
                table=table,
                column="progress_percent",
                value="progress_percent",
                expected="range",
                says=says,
            )
        )
        result.unjudged.append(unjudged(rows[percent.isna()], reason))
    return result


@check(
    severity="warning",
    title=Text("ความคืบหน้าลดลง", "Progress falls"),
    meaning_th="รายงานหนึ่งแสดงร้อยละต่ำกว่ารายงานก่อนหน้าตามลำดับวันที่",
    not_proof=Text(
        "ว่างานถอยหลัง อาจเป็นการแก้รายงานเดิมที่สูงเกินจริง หรือแผนเปลี่ยนไป",
        "That something was undone: it may correct a report that said too much, or the plan has changed.",
    ),
    reasons=UNTOLD,
    threshold=Threshold(0.0, POINTS, 100.0),
)
def progress_falls(tables: Tables, limit: float) -> Result:
    """A report says less than the report before it, in order of their dates, by more than the threshold."""
    reports = tables.frame("progress_reports")
    told = in_time(reports)
    told["fall"] = -told["rise"]
    says = Text(
        "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} ต่ำกว่ารายงานก่อนหน้า "
        "(วันที่ {before_date} ร้อยละ {before_percent}) อยู่ {fall} จุด",
        "The report of {report_date} says {progress_percent} %, {fall} points less than the report before "
        "it ({before_date}, {before_percent} %).",
    )
    return Result(
        [
            finds(
                told[told["fall"] > limit],
                table="progress_reports",
                column="progress_percent",
                value="progress_percent",
                expected="before_percent",
                says=says,
            )
        ],
        untold(tables, reports),
    )


@check(
    severity="info",
    title=Text("รายงานร้อยละ 100 ทั้งที่ยังระบุปัญหา", "100 % reported while a problem is stated"),
    meaning_th="รายงานแสดงร้อยละ 100 และรายงานเดียวกันระบุปัญหาหรืออุปสรรค",
    not_proof=Text(
        "ว่ายังมีงานเหลือ ปัญหาอาจแก้ไขแล้วและเขียนไว้เป็นบทเรียน",
        "That work is left: the problem may be solved and told in retrospect.",
    ),
    reasons=("reduced_copy", "no_reports", "no_percent", "no_problem_line"),
)
def done_with_problem(tables: Tables, _: float) -> Result:
    """A report says 100 %, and states a problem or an obstacle."""
    reports = tables.frame("progress_reports")
    done = reports[reports["progress_percent"] >= 100].assign(none=None)
    stated, silent = _stated(done), done["problems_stated"].isna() | done["obstacles_stated"].isna()
    says = Text(
        "รายงานวันที่ {report_date} แสดงร้อยละ {progress_percent} แต่ยังระบุปัญหาหรืออุปสรรคไว้",
        "The report of {report_date} says {progress_percent} %, and states a problem or an obstacle.",
    )
    return Result(
        [
            finds(
                done[stated],
                table="progress_reports",
                column="progress_percent",
                value="progress_percent",
                expected=None,
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(reports[reports["progress_percent"].isna()], "no_percent"),
            unjudged(done[silent & ~stated], "no_problem_line"),
        ],
    )


def _stated(reports: pd.DataFrame) -> pd.Series[bool]:
    """Whether each report states a problem or an obstacle."""
    return reports["problems_stated"].eq(True) | reports["obstacles_stated"].eq(True)


def and_a_problem(reports: pd.DataFrame) -> pd.DataFrame:
    """Reports with the half-sentences `problem_th` and `problem_en`, empty where no problem is stated."""
    stated = _stated(reports)
    return reports.assign(
        problem_th=stated.map({True: " ทั้งที่รายงานเดียวกันระบุปัญหาหรืออุปสรรค", False: ""}),
        problem_en=stated.map({True: ", while the same report states a problem or an obstacle", False: ""}),
    )
