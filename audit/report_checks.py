"""Checks of progress reports: percents, dates, numbers."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, check, finds, unjudged
from audit.tables import Tables
from audit.words import Text

_COLUMNS = ["position", "sequence", "report_date", "progress_percent", "narrative_date", "problems_stated"]


def pages_without(tables: Tables, rows: pd.DataFrame, reason: str) -> list[pd.DataFrame]:
    """The project pages without any of these rows, as not judged; a reduced copy has lost them."""
    pages = tables.kinds("project")
    bare = pages[~pages["page_code"].isin(rows["page_code"])]
    return [
        unjudged(bare[bare["is_reduced"]], "reduced_copy"),
        unjudged(bare[~bare["is_reduced"]], reason),
    ]


@check(
    severity="warning",
    title=Text(
        "ร้อยละที่หัวหน้าไม่ตรงกับรายงานล่าสุด",
        "Headline percent unlike the newest report",
    ),
    meaning_th="ร้อยละความคืบหน้าที่หัวหน้าเป็นคนละค่ากับรายงานล่าสุด (รายงานแรกที่พิมพ์บนหน้า)",
    not_proof=Text(
        "ไม่ได้บอกว่าค่าใดถูก หัวหน้าอาจถูกปรับโดยไม่มีรายงานใหม่",
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
    return Result(
        [
            finds(
                differ,
                table="projects",
                column="progress_percent",
                value="progress_percent",
                expected="reported",
                says=Text(
                    "หัวหน้าแสดงความคืบหน้าร้อยละ {progress_percent} "
                    "แต่รายงานล่าสุดวันที่ {report_date} แสดงร้อยละ {reported}",
                    "The head of the page says {progress_percent} %, the newest report, "
                    "of {report_date}, says {reported} %.",
                ),
            )
        ],
        [
            *pages_without(tables, reports, "no_reports"),
            unjudged(both[no_headline], "no_headline"),
            unjudged(both[no_percent], "no_percent"),
        ],
    )
