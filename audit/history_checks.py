"""Checks of what changed after publication, from the table ``changes`` of ``bma build --history``."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, check, finds, unjudged
from audit.tables import Tables
from audit.words import Text, thai_day

_ALL_KINDS = ("project", "indicator", "city_indicator", "agency_summary", "it_review", "plan_record")
_DAYS = ("report_date", "narrative_date", "start_date", "end_date", "finish_date")
"""Columns of the tables that hold days."""
_SAME_TIME = pd.Timedelta(hours=24)
_REASONS = ("no_history", "history_of_others", "one_capture")
_REASONS_OF_REPORTS = ("no_history", "history_of_others", "one_full_capture")
_REDUCED = ("reduced_text", "reduced_html")
_NOT_A_FAULT = Text(
    "ว่ามีเจตนาปกปิด การแก้ไขอาจเป็นการแก้คำผิดหรือปรับให้ถูกต้อง",
    "An intent: what was corrected may have been wrong before.",
)


def _changes(
    tables: Tables, kinds: tuple[str, ...], *, of_full: bool = False
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """What changed on pages of these kinds, on one site; and the pages that have no two captures on one.

    Of full copies where reduced ones cannot tell, since they have lost the reports.
    """
    pages = tables.kinds(*kinds)
    changes, missing = tables.changes()
    if missing is not None:
        return changes, [unjudged(pages, missing)]
    compared = _compared(tables.captures)
    if of_full:
        compared = compared[~compared["copy_kind"].isin(_REDUCED)]
    counts = compared.groupby(["page_kind", "page_code", "site"]).size().rename("captures")
    most = counts.groupby(["page_kind", "page_code"]).max()
    held = pages.join(most, on=["page_kind", "page_code"])["captures"].fillna(0)
    rows = changes[changes["page_kind"].isin(kinds) & changes["kind"].ne("sites_differ")]
    reason = "one_full_capture" if of_full else "one_capture"
    return _as_rows(rows), [unjudged(pages[held.to_numpy() < 2], reason)]


def _compared(captures: pd.DataFrame) -> pd.DataFrame:
    """The captures that a history compares: sound ones of which site and time are proven."""
    return captures[
        captures["outcome"].eq("ok")
        & captures["site"].notna()
        & captures["captured_at_source"].ne("file_time")
    ]


def _as_rows(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes with the columns that findings take: the newer capture's lines, the older as `before`."""
    is_day = changes["column"].isin(_DAYS)
    return changes.assign(
        table_name=changes["table"],
        capture_id=changes["new_capture_id"],
        capture_id_before=changes["old_capture_id"],
        line_first=changes["new_line_first"],
        line_last=changes["new_line_last"],
        old_on=_local_day(changes["old_captured_at"]),
        new_on=_local_day(changes["new_captured_at"]),
        position=None,
        row_th=_with_thai_days(changes["row_key"], changes["table"].eq("progress_reports")),
        old_th=_with_thai_days(changes["old"], is_day),
        new_th=_with_thai_days(changes["new"], is_day),
    )


def _with_thai_days(texts: pd.Series[str], are_days: pd.Series[bool]) -> pd.Series[str]:
    """Texts for Thai sentences: days among them with their Buddhist year, what a page says as it stands."""
    return texts.where(~are_days, texts.map(thai_day, na_action="ignore"))


def _local_day(times: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    return times.dt.tz_convert("Asia/Bangkok").dt.tz_localize(None).dt.normalize()


def _found(rows: pd.DataFrame, says: Text, value: str = "new", expected: str = "old") -> list[pd.DataFrame]:
    """Findings on these changes, each under the column that changed."""
    return [
        finds(part, column=None if column is None else str(column), value=value, expected=expected, says=says)
        for column, part in [(None, rows[rows["column"].isna()]), *rows.groupby("column")]
    ]


@check(
    severity="warning",
    title=Text("รายงานถูกแก้ไขหลังเผยแพร่", "Report edited after publication"),
    meaning_th="รายงานที่เผยแพร่แล้วมีข้อความหรือค่าต่างไปในสำเนาถัดมาของเว็บไซต์เดียวกัน (ไม่นับวันที่และร้อยละ)",
    not_proof=_NOT_A_FAULT,
    reasons=_REASONS_OF_REPORTS,
)
def report_edited(tables: Tables, _: float) -> Result:
    """A report says otherwise in a later capture of the same site, in anything but its date and percent."""
    changes, others = _changes(tables, ("project",), of_full=True)
    of_reports = changes["table"].eq("progress_reports") & changes["column"].notna()
    own = changes["column"].isin(("report_date", "progress_percent", "problems_stated", "obstacles_stated"))
    says = Text(
        "รายงาน {row_th} ถูกแก้ไขในคอลัมน์ {column} ระหว่างวันที่ {old_on} ถึง {new_on} เดิม “{old_th}” ใหม่ “{new_th}”",
        "The report {row_key} was edited between {old_on} and {new_on} ({column}): from “{old}” to “{new}”.",
    )
    return Result(_found(changes[of_reports & ~own], says), others)


@check(
    severity="warning",
    title=Text("รายงานหายไปหลังเผยแพร่", "Report removed after publication"),
    meaning_th="รายงานที่เผยแพร่แล้วไม่ปรากฏในสำเนาเต็มถัดมาของเว็บไซต์เดียวกัน",
    not_proof=_NOT_A_FAULT,
    reasons=_REASONS_OF_REPORTS,
)
def report_removed(tables: Tables, _: float) -> Result:
    """A report is not there any more in a later full capture of the same site."""
    changes, others = _changes(tables, ("project",), of_full=True)
    gone = changes["table"].eq("progress_reports") & changes["kind"].eq("removed") & changes["column"].isna()
    says = Text(
        "รายงาน {row_th} ที่อยู่บนหน้าเมื่อวันที่ {old_on} (บรรทัด {old_line_first}-{old_line_last}) "
        "ไม่มีบนหน้าเมื่อวันที่ {new_on}",
        "The report {row_key} stood on the page on {old_on} (lines {old_line_first}-{old_line_last}), and "
        "does not on {new_on}.",
    )
    return Result(_found(changes[gone], says, value="row_key"), others)


@check(
    severity="warning",
    title=Text("วันที่รายงานถูกเปลี่ยนหลังเผยแพร่", "Report re-dated after publication"),
    meaning_th="รายงานที่เผยแพร่แล้วมีวันที่ต่างไปในสำเนาถัดมาของเว็บไซต์เดียวกัน",
    not_proof=_NOT_A_FAULT,
    reasons=_REASONS_OF_REPORTS,
)
def report_redated(tables: Tables, _: float) -> Result:
    """A report has another date in a later capture of the same site."""
    changes, others = _changes(tables, ("project",), of_full=True)
    moved = changes["table"].eq("progress_reports") & changes["column"].eq("report_date")
    says = Text(
        "วันที่ของรายงานเปลี่ยนจาก {old} เป็น {new} ระหว่างวันที่ {old_on} ถึง {new_on}",
        "The date of a report was changed from {old} to {new} between {old_on} and {new_on}.",
    )
    rows = changes[moved]
    dated = rows.assign(old=pd.to_datetime(rows["old"]), new=pd.to_datetime(rows["new"]))
    return Result(_found(dated, says), others)


@check(
    severity="warning",
    kinds=("project", "plan_record"),
    title=Text("ร้อยละถูกปรับลดหลังเผยแพร่", "Percent taken back"),
    meaning_th="ร้อยละความคืบหน้าที่หัวหน้าหรือในรายงานเดิมต่ำลงในสำเนาถัดมาของเว็บไซต์เดียวกัน",
    not_proof=_NOT_A_FAULT,
    reasons=_REASONS,
)
def percent_taken_back(tables: Tables, _: float) -> Result:
    """The percent in the head, or of the same report, is lower in a later capture of the same site."""
    changes, others = _changes(tables, ("project", "plan_record"))
    percents = changes[
        changes["column"].eq("progress_percent") & changes["old"].notna() & changes["new"].notna()
    ]
    percents = percents.assign(old=percents["old"].astype(float), new=percents["new"].astype(float))
    says = Text(
        "ร้อยละความคืบหน้า ({table}, {row_th}) ลดจาก {old} (สำเนาวันที่ {old_on}) เป็น {new} (สำเนาวันที่ {new_on})",
        "The percent ({table}, {row_key}) fell from {old} (captured {old_on}) to {new} (captured {new_on}).",
    )
    return Result(_found(percents[percents["new"] < percents["old"]], says), others)


@check(
    severity="info",
    kinds=_ALL_KINDS,
    title=Text("เว็บไซต์แสดงข้อมูลไม่ตรงกัน", "Sites that disagree"),
    meaning_th="สองเว็บไซต์แสดงค่าต่างกันสำหรับหน้าเดียวกันในสำเนาที่จัดเก็บห่างกันไม่เกิน 24 ชั่วโมง",
    not_proof=Text(
        "ว่ามีการแก้ไข เว็บไซต์หนึ่งอาจปรับข้อมูลช้ากว่า",
        "That anything was edited: one site may simply be updated later.",
    ),
    reasons=("no_history", "history_of_others", "one_site"),
)
def sites_disagree(tables: Tables, _: float) -> Result:
    """Two sites say different things of a page, in captures at most 24 hours apart."""
    pages = tables.kinds(*_ALL_KINDS)
    changes, missing = tables.changes()
    if missing is not None:
        return Result([], [unjudged(pages, missing)])
    rows = _as_rows(changes[changes["kind"].eq("sites_differ")])
    sites = tables.captures.set_index("capture_id")["site"]
    rows["site_before"] = rows["capture_id_before"].map(sites).fillna("-")
    compared = _captured_together(tables.captures)
    keys = pd.MultiIndex.from_frame(pages[["page_kind", "page_code"]])
    says = Text(
        "{table} ({row_th}): {site_before} แสดง “{old_th}” ส่วน {site} แสดง “{new_th}” "
        "(สำเนาวันที่ {old_on} และ {new_on})",
        "{table} ({row_key}): {site_before} says “{old}”, {site} says “{new}” ({old_on} and {new_on}).",
    )
    return Result(_found(rows, says), [unjudged(pages[~keys.isin(compared)], "one_site")])


def _captured_together(captures: pd.DataFrame) -> pd.MultiIndex:
    """The pages with sound captures of two sites at most 24 hours apart: neighbours in order of time."""
    rows = _compared(captures).sort_values(["page_kind", "page_code", "captured_at"])
    last = rows.groupby(["page_kind", "page_code"])[["site", "captured_at"]].shift(1)
    near = (rows["captured_at"] - last["captured_at"] <= _SAME_TIME) & rows["site"].ne(last["site"])
    return pd.MultiIndex.from_frame(rows.loc[near, ["page_kind", "page_code"]].drop_duplicates())
