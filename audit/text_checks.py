"""Checks of texts: narratives that were copied, texts that the site cut."""

from __future__ import annotations

import numpy as np
import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.narratives import Narratives
from audit.reports import UNTOLD, in_time, untold
from audit.tables import Tables
from audit.words import Text

SIMILARITY = Text("ความคล้าย (0 ถึง 1)", "similarity, 0 to 1")


def _narratives(tables: Tables) -> tuple[Narratives, pd.DataFrame, list[pd.DataFrame]]:
    """All narratives, the reports that can be judged, and the pages with one that cannot.

    Reports stand as `in_time` has them, each with its text, `text_id`, and that of the report before it.
    """
    reports = tables.frame("progress_reports")
    narratives = tables.folder.once("narratives", lambda: Narratives(tables.folder))
    texts = pd.Series(narratives.texts_of(tables), reports.index, "Int64")
    told = in_time(reports.assign(text_id=texts.mask(texts < 0)))
    told["before_text_id"] = told.groupby("page_code")["text_id"].shift(1)
    silent = told[told["text_id"].isna()]
    return narratives, told, [*untold(tables, reports), unjudged(silent, "no_narrative")]


@check(
    severity="warning",
    title=Text("คำบรรยายซ้ำกับรายงานก่อนหน้า", "Narrative repeats the report before it"),
    meaning_th=(
        "คำบรรยายคล้ายกับรายงานก่อนหน้าของโครงการเดียวกันตั้งแต่เกณฑ์ขึ้นไป ทั้งที่ร้อยละเพิ่มขึ้น "
        "ความคล้ายคือสัดส่วนของชุดคำสามคำติดกันที่มีในทั้งสองข้อความ"
    ),
    not_proof=Text(
        "ว่าความคืบหน้าไม่จริง เพียงว่าข้อความไม่ได้บอกว่ามีสิ่งใดเพิ่มขึ้น",
        "That nothing was done; only that the text does not tell what was added.",
    ),
    reasons=(*UNTOLD, "no_narrative"),
    threshold=Threshold(0.9, SIMILARITY, 1.0),
)
def narrative_repeats_report_before(tables: Tables, least: float) -> Result:
    """A narrative is as similar to the report before it as the threshold, or more, and the percent rises.

    The similarity is the share of runs of three words that both texts have among those that either has.
    """
    narratives, reports, others = _narratives(tables)
    rows = reports.dropna(subset=["text_id", "before_text_id"])
    rows = rows[rows["rise"] > 0]
    pairs = rows[["text_id", "before_text_id"]].to_numpy(np.int64)
    rows = rows.assign(similarity=narratives.alike(pairs, [tables]), least=least)
    says = Text(
        "คำบรรยายของรายงานวันที่ {report_date} คล้ายกับรายงานก่อนหน้า ({before_date}) ที่ระดับ {similarity} "
        "ขณะที่ร้อยละเพิ่มจาก {before_percent} เป็น {progress_percent}",
        "The narrative of {report_date} has a similarity of {similarity} with that of the report before it "
        "({before_date}), while the percent rises from {before_percent} to {progress_percent}.",
    )
    found = finds(
        rows[rows["similarity"] >= least],
        table="progress_reports",
        column="narrative",
        value="similarity",
        expected="least",
        says=says,
    )
    return Result([found], others)


@check(
    severity="info",
    title=Text("คำบรรยายเหมือนโครงการอื่น", "Narrative like another project's"),
    meaning_th=(
        "คำบรรยาย (ตั้งแต่ 40 ตัวอักษร) คล้ายกับรายงานของโครงการอื่นที่ลงวันที่ก่อนหน้าหรือวันเดียวกัน "
        "ตั้งแต่เกณฑ์ขึ้นไป ทั้งที่ร้อยละของโครงการนี้เพิ่มขึ้น"
    ),
    not_proof=Text(
        "ว่าคัดลอกโดยไม่ได้ทำงาน หลายเขตทำกิจกรรมเดียวกันและใช้ข้อความร่วมกันได้ ข้อความที่แก้ไขมากอาจไม่พบ",
        "Copying without work: districts run the same programme and may share its wording. And a text that "
        "was changed much may be missed.",
    ),
    reasons=(*UNTOLD, "no_narrative"),
    threshold=Threshold(0.9, SIMILARITY, 1.0),
)
def narrative_like_other_project(tables: Tables, least: float) -> Result:
    """A narrative is as similar as the threshold, or more, to an earlier one of another project.

    Judged are narratives of 40 characters or more, of reports whose percent rises, beside reports of other
    projects of the same day or earlier; stated is the earliest of the most similar ones that were compared.
    """
    narratives, reports, others = _narratives(tables)
    pairs, firsts = tables.folder.once(
        f"narratives of others {least}", lambda: (narratives.of_others(least), narratives.firsts())
    )
    rows = reports[reports["rise"] > 0].dropna(subset=["text_id"]).astype({"text_id": np.int64})
    pairs = pairs[pairs["text_id"].isin(rows["text_id"])]
    told = rows.merge(pairs, on="text_id").merge(
        _as_other(tables, firsts[firsts["text_id"].isin(pairs["other_id"])]), on="other_id"
    )
    told = told[(told["other_code"] != told["page_code"]) & (told["other_date"] <= told["report_date"])]
    same_day = (told["other_date"] == told["report_date"]) & (told["other_code"] > told["page_code"])
    told = told[~same_day].sort_values(
        ["similarity", "other_date", "other_code", "other_position"], ascending=[False, True, True, True]
    )
    says = Text(
        "คำบรรยายของรายงานวันที่ {report_date} คล้ายกับของโครงการ {other_code} (วันที่ {other_date}) "
        "ที่ระดับ {similarity} ขณะที่ร้อยละเพิ่มจาก {before_percent} เป็น {progress_percent}",
        "The narrative of {report_date} has a similarity of {similarity} with that of project {other_code} "
        "({other_date}), while the percent rises from {before_percent} to {progress_percent}.",
    )
    found = finds(
        told.drop_duplicates(["page_code", "position"]).sort_values(["page_code", "position"]),
        table="progress_reports",
        column="narrative",
        value="similarity",
        expected="other_code",
        says=says,
    )
    return Result([found], others)


def _as_other(tables: Tables, firsts: pd.DataFrame) -> pd.DataFrame:
    """Reports by the numbers of their pages, with the columns that a finding takes of the other project."""
    pages = tables.folder.once("shown projects", tables.folder.shown_projects).take(firsts["page"].to_numpy())
    return pd.DataFrame(
        {
            "other_id": firsts["text_id"].astype(np.int64).to_numpy(),
            "other_code": pages["page_code"].to_pylist(),
            "other_date": pd.to_datetime(firsts["day"].to_numpy(), unit="D"),
            "other_position": firsts["position"].to_numpy(),
            "capture_id_before": pages["capture_id"].to_pylist(),
        }
    )


def _without_links(tables: Tables, links: pd.DataFrame) -> pd.DataFrame:
    """The pages that should have lines of the strategy, and have none."""
    pages = tables.kinds("project", "city_indicator")
    return pages[~pages["capture_id"].isin(links["capture_id"])]


_LINE_LIMIT = 100
"""Characters after which the site cuts a line of the strategy; a blank at the cut is lost."""
_UNIT_LIMIT = 50
"""Characters after which it cuts a unit."""


@check(
    severity="info",
    kinds=("project", "indicator", "city_indicator", "agency_summary"),
    title=Text("ข้อความถูกตัดบนเว็บไซต์", "Text that the site cut"),
    meaning_th="บรรทัดเป้าหมายของยุทธศาสตร์ยาวพอดี 100 ตัวอักษร หรือหน่วยนับยาวพอดี 50 ตัวอักษร ซึ่งเป็นจุดที่เว็บไซต์ตัดข้อความ",
    not_proof=Text(
        "ว่าข้อความขาดจริง ข้อความอาจยาวเท่านั้นพอดี",
        "That text is missing: it may by chance be exactly so long.",
    ),
    reasons=("no_strategy_text", "no_unit"),
)
def text_cut_by_site(tables: Tables, _: float) -> Result:
    """A goal line of the strategy has 100 characters, or a unit 50, which is where the site cuts them."""
    links = tables.frame("strategy_links")
    goals = links[links["level"] == 3].copy()
    printed = goals["level_name"] + "ที่ " + goals["number"] + " " + goals["title"]
    goals["length"] = printed.str.len()
    goals["limit"] = _LINE_LIMIT
    unread = links[links[["level", "number", "title"]].isna().any(axis=1)]
    result = Result(
        [
            finds(
                goals[goals["length"].isin((_LINE_LIMIT - 1, _LINE_LIMIT))],
                table="strategy_links",
                column="title",
                value="length",
                expected=None,
                says=Text(
                    "บรรทัดเป้าหมายที่ {number} ยาว {length} ตัวอักษร เว็บไซต์ตัดที่ {limit} ข้อความจึงน่าจะไม่ครบ",
                    "The line of goal {number} has {length} characters; the site cuts at {limit}, so it is "
                    "probably not complete.",
                ),
            )
        ],
        [unjudged(rows, "no_strategy_text") for rows in (_without_links(tables, links), unread)],
    )
    for table in ("indicators", "agency_indicators"):
        rows = tables.frame(table)
        rows["length"] = rows["unit"].str.len()
        rows["limit"] = _UNIT_LIMIT
        says = Text(
            "หน่วยนับของตัวชี้วัดลำดับที่ {position} ยาว {length} ตัวอักษร เว็บไซต์ตัดที่ {limit} ข้อความจึงน่าจะไม่ครบ",
            "The unit of indicator {position} has {length} characters; the site cuts at {limit}, so it is "
            "probably not complete.",
        )
        cut = rows[rows["length"] == _UNIT_LIMIT]
        result.found.append(finds(cut, table=table, column="unit", value="length", expected=None, says=says))
        result.unjudged.append(unjudged(rows[rows["unit"].isna()], "no_unit"))
    return result
