"""Checks of the dates and numbers of progress reports."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.reports import pages_without
from audit.tables import Tables
from audit.words import Text
from audit.years import with_project_year

DAYS = Text("วัน", "days")
_DATES = {"report_date": "no_report_date", "narrative_date": "no_narrative_date"}
"""The dates of a report, and the reason where one is null."""


@check(
    severity="info",
    title=Text("วันที่รายงานไม่ตรงกับวันที่ในคำบรรยาย", "Report date and narrative date differ"),
    meaning_th="วันที่ในบรรทัดแรกของรายงานไม่ตรงกับวันที่ที่ขึ้นต้นคำบรรยาย",
    not_proof=Text(
        "ว่าวันใดถูกต้อง อาจเป็นวันบันทึกกับวันทำงาน",
        "Which of the two is right; they may be the days of typing and of the work.",
    ),
    reasons=("reduced_copy", "no_reports", "no_report_date", "no_narrative_date"),
)
def dates_differ(tables: Tables, _: float) -> Result:
    """The date on a report's first line is another than the one that opens its narrative."""
    reports = tables.frame("progress_reports")
    told = reports.dropna(subset=list(_DATES))
    says = Text(
        "รายงานลงวันที่ {report_date} แต่คำบรรยายขึ้นต้นด้วยวันที่ {narrative_date}",
        "The report is dated {report_date}, its narrative {narrative_date}.",
    )
    return Result(
        [
            finds(
                told[told["report_date"] != told["narrative_date"]],
                table="progress_reports",
                column="narrative_date",
                value="narrative_date",
                expected="report_date",
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            *(unjudged(reports[reports[date].isna()], reason) for date, reason in _DATES.items()),
        ],
    )


@check(
    severity="error",
    title=Text("วันที่อยู่ในอนาคตของวันที่จัดเก็บหน้า", "Date in the future of its capture"),
    meaning_th="วันที่ของรายงานหรือของคำบรรยายอยู่หลังวันที่จัดเก็บหน้า (เวลาประเทศไทย)",
    not_proof=Text(
        "ว่าเกิดจากอะไร และเวลาที่จัดเก็บถูกต้องเท่าที่แหล่งที่มาบอก (`captured_at_source`)",
        "How it came about; and the time of the capture is as good as its source (`captured_at_source`).",
    ),
    reasons=("reduced_copy", "no_reports", "no_report_date", "no_narrative_date", "no_capture_day"),
)
def date_after_capture(tables: Tables, _: float) -> Result:
    """A report's or narrative's date is later than the local day on which the page was captured."""
    reports = tables.frame("progress_reports")
    says = Text(
        "รายงานมีวันที่ {date} ซึ่งอยู่หลังวันที่จัดเก็บหน้า ({captured_on})",
        "The report has the date {date}, which is after the day of the capture ({captured_on}).",
    )
    return Result(
        [
            finds(
                rows[rows["date"] > rows["captured_on"]],
                table="progress_reports",
                column=column,
                value="date",
                expected="captured_on",
                says=says,
            )
            for column, rows in _each_date(reports)
        ],
        [*_undated(tables, reports), unjudged(reports[reports["captured_on"].isna()], "no_capture_day")],
    )


@check(
    severity="warning",
    title=Text("วันที่รายงานอยู่นอกปีงบประมาณ", "Date outside the fiscal year"),
    meaning_th="วันที่ของรายงานหรือของคำบรรยายอยู่นอกปีงบประมาณของหน้า (1 ตุลาคม ถึง 30 กันยายน)",
    not_proof=Text(
        "ว่ามีสิ่งใดผิด โครงการอาจเริ่มก่อน หรือรายงานปิดหลังสิ้นปีได้โดยชอบ",
        "A fault: work may begin early, and a last report may rightly come after the year's end.",
    ),
    reasons=("reduced_copy", "no_reports", "no_report_date", "no_narrative_date", "no_fiscal_year"),
)
def date_outside_year(tables: Tables, _: float) -> Result:
    """A report's or narrative's date lies outside the page's fiscal year, 1 October to 30 September."""
    reports = with_project_year(tables.frame("progress_reports"), tables.frame("projects"))
    first, last = (reports[day].dt.strftime("%Y-%m-%d") for day in ("year_first", "year_last"))
    reports["year"] = first + " to " + last
    says = Text(
        "รายงานมีวันที่ {date} ซึ่งอยู่นอกปีงบประมาณ {fiscal_year_be} ({year_first} ถึง {year_last})",
        "The report has the date {date}, outside the fiscal year {fiscal_year_be} "
        "({year_first} to {year_last}).",
    )
    return Result(
        [
            finds(
                rows[(rows["date"] < rows["year_first"]) | (rows["date"] > rows["year_last"])],
                table="progress_reports",
                column=column,
                value="date",
                expected="year",
                says=says,
            )
            for column, rows in _each_date(reports)
        ],
        [*_undated(tables, reports), unjudged(reports[reports["year_first"].isna()], "no_fiscal_year")],
    )


def _each_date(reports: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The reports by the columns of dates, with `date`; a narrative's only where it is another."""
    other = reports[reports["narrative_date"] != reports["report_date"]]
    return [
        ("report_date", reports.assign(date=reports["report_date"])),
        ("narrative_date", other.assign(date=other["narrative_date"])),
    ]


def _undated(tables: Tables, reports: pd.DataFrame) -> list[pd.DataFrame]:
    return [
        *pages_without(tables, reports, "no_reports"),
        *(unjudged(reports[reports[date].isna()], reason) for date, reason in _DATES.items()),
    ]


@check(
    severity="warning",
    title=Text("เลขลำดับรายงานไม่ต่อเนื่อง", "Report numbers with gaps"),
    meaning_th="เลขลำดับที่พิมพ์หน้ารายงานไม่ได้เรียง 1, 2, 3 … จากบนลงล่าง",
    not_proof=Text(
        "ว่ามีรายงานถูกลบ เลขอาจพิมพ์ผิด แต่ควรเทียบกับสำเนาอื่น",
        "That a report was removed: compare with other captures of the page.",
    ),
    reasons=("reduced_copy", "no_reports", "no_sequence"),
)
def report_numbers_with_gaps(tables: Tables, _: float) -> Result:
    """The printed numbers of the reports do not run 1, 2, 3 … from the top of the page down."""
    reports = tables.frame("progress_reports").sort_values(["page_code", "position"])
    above = reports.groupby("page_code")["sequence"].shift(1)
    reports["next"] = above.where(reports["position"] > 1, 0.0) + 1
    told = reports.dropna(subset=["sequence", "next"])
    says = Text(
        "รายงานลำดับที่พิมพ์ว่า ({sequence}) อยู่ในตำแหน่งที่ควรเป็น ({next})",
        "The report with the printed number ({sequence}) stands where ({next}) should.",
    )
    return Result(
        [
            finds(
                told[told["sequence"] != told["next"]],
                table="progress_reports",
                column="sequence",
                value="sequence",
                expected="next",
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(reports[reports["sequence"].isna()], "no_sequence"),
        ],
    )


@check(
    severity="warning",
    title=Text("รายงานไม่เรียงตามวันที่", "Reports out of date order"),
    meaning_th="รายงานที่พิมพ์ต่ำกว่า (เก่ากว่า) มีวันที่ใหม่กว่ารายงานที่อยู่เหนือขึ้นไป",
    not_proof=Text(
        "ว่าวันที่ใดผิด ลำดับอาจเป็นลำดับการบันทึก",
        "Which date is wrong, if one is: the order may be that of typing.",
    ),
    reasons=("reduced_copy", "no_reports", "no_report_date"),
)
def reports_out_of_order(tables: Tables, _: float) -> Result:
    """A report has a later date than the one printed above it, though the page prints the newest first."""
    reports = tables.frame("progress_reports").sort_values(["page_code", "position"])
    reports["above"] = reports.groupby("page_code")["report_date"].shift(1)
    says = Text(
        "รายงานวันที่ {report_date} พิมพ์อยู่ใต้รายงานวันที่ {above} ซึ่งเก่ากว่า",
        "The report of {report_date} is printed below that of {above}, which is older.",
    )
    return Result(
        [
            finds(
                reports[reports["report_date"] > reports["above"]],
                table="progress_reports",
                column="report_date",
                value="report_date",
                expected="above",
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(reports[reports["report_date"].isna()], "no_report_date"),
        ],
    )


@check(
    severity="info",
    title=Text("มีหลายรายงานในวันเดียว", "Several reports on one day"),
    meaning_th="มีรายงานมากกว่าหนึ่งรายการลงวันที่เดียวกัน",
    not_proof=Text(
        "ว่ามีสิ่งใดผิด อาจบันทึกย้อนหลังหลายงวดในวันเดียว",
        "A fault: several steps may have been reported together.",
    ),
    reasons=("reduced_copy", "no_reports", "no_report_date"),
)
def several_reports_on_one_day(tables: Tables, _: float) -> Result:
    """More than one report has the same date."""
    reports = tables.frame("progress_reports").sort_values(["page_code", "position"])
    of_day = reports.groupby(["page_code", "report_date"])
    reports["reports"] = of_day["position"].transform("size")
    reports["one"] = 1
    newest = reports[(reports["reports"] > 1) & (of_day.cumcount() == 0)].copy()
    several = reports[reports["reports"] > 1]
    printed = several["progress_percent"].map("{:g}".format, na_action="ignore").fillna("-")
    listed = printed.groupby([several["page_code"], several["report_date"]]).agg(", ".join)
    newest = newest.join(listed.rename("percents"), on=["page_code", "report_date"])
    says = Text(
        "มี {reports} รายงานลงวันที่ {report_date} (ร้อยละ {percents})",
        "{reports} reports have the date {report_date} (percents {percents}).",
    )
    return Result(
        [
            finds(
                newest,
                table="progress_reports",
                column="report_date",
                value="reports",
                expected="one",
                says=says,
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(reports[reports["report_date"].isna()], "no_report_date"),
        ],
    )


@check(
    severity="warning",
    title=Text("ไม่มีรายงานเป็นเวลานาน", "No report for a long time"),
    meaning_th=(
        "โครงการที่ยังไม่ถึงร้อยละ 100 ไม่มีรายงานนานกว่าเกณฑ์ "
        "นับจากรายงานล่าสุด (หรือวันแรกของปีงบประมาณหากไม่มีรายงาน) "
        "ถึงวันที่จัดเก็บหน้าหรือวันสิ้นปีงบประมาณ แล้วแต่วันใดถึงก่อน"
    ),
    not_proof=Text(
        "ว่าไม่มีการทำงาน เพียงว่าไม่มีการรายงานบนหน้า", "That no work was done; only that none was reported."
    ),
    reasons=("reduced_copy", "no_report_date", "no_capture_day", "no_fiscal_year"),
    threshold=Threshold(90.0, DAYS),
)
def no_report_for_long(tables: Tables, limit: float) -> Result:
    """A project below 100 % has no report for more days than the threshold.

    Counted from its newest report, or the fiscal year's first day where it has none, to the day of the
    capture or the year's end, whichever comes first.
    """
    reports = tables.frame("progress_reports")
    projects = tables.frame("projects")
    rows = with_project_year(projects, projects)
    by_page = reports.groupby("page_code")
    told = by_page.agg(newest=("report_date", "max"), most=("progress_percent", "max"))
    rows = rows.join(told, on="page_code")
    rows["until"] = rows[["captured_on", "year_last"]].min(axis=1)
    rows["since"] = rows["newest"].fillna(rows["year_first"])
    rows["days"] = (rows["until"] - rows["since"]).dt.days.astype(float)
    rows["limit"] = limit
    undated = rows["page_code"].isin(reports.loc[reports["report_date"].isna(), "page_code"])
    done = (rows["progress_percent"] >= 100) | (rows["most"] >= 100)
    lost = rows["is_reduced"] & rows["newest"].isna()
    unknown = {
        "reduced_copy": lost,
        "no_report_date": undated,
        "no_capture_day": rows["captured_on"].isna(),
        "no_fiscal_year": rows["year_last"].isna(),
    }
    judged = rows[~done & ~pd.DataFrame(unknown).any(axis=1) & (rows["days"] > limit)]
    says_since = Text(
        "รายงานล่าสุดคือวันที่ {newest} ห่างจากวันที่ {until} อยู่ {days} วัน (เกณฑ์ {limit} วัน)",
        "The newest report is of {newest}, {days} days before {until} (threshold {limit} days).",
    )
    says_none = Text(
        "ไม่มีรายงานเลยตั้งแต่วันที่ {since} ถึงวันที่ {until} รวม {days} วัน (เกณฑ์ {limit} วัน)",
        "There is no report from {since} to {until}, {days} days (threshold {limit} days).",
    )
    newest = reports.merge(
        judged[["page_code", "newest", "until", "days", "limit"]],
        left_on=["page_code", "report_date"],
        right_on=["page_code", "newest"],
    ).drop_duplicates("page_code")
    return Result(
        [
            finds(
                newest,
                table="progress_reports",
                column="report_date",
                value="days",
                expected="limit",
                says=says_since,
            ),
            finds(
                judged[judged["newest"].isna()],
                table="projects",
                column=None,
                value="days",
                expected="limit",
                says=says_none,
            ),
        ],
        [unjudged(rows[~done & fault], reason) for reason, fault in unknown.items()],
    )
