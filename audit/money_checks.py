"""Checks of plan records: money received and spent beside the percent."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, Threshold, check, finds, unjudged
from audit.tables import Tables
from audit.words import Text

_RECORDS = ("plan_record",)


def _records(tables: Tables, *needed: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The plan records that have these columns, and the pages of those that have not."""
    rows = tables.frame("plan_records")
    return rows.dropna(subset=list(needed)), [
        unjudged(rows[rows[column].isna()], "no_percent" if column == "progress_percent" else "no_money")
        for column in needed
    ]


@check(
    severity="error",
    kinds=_RECORDS,
    title=Text("ใช้จ่ายเกินงบประมาณที่ได้รับ", "Spent more than received"),
    meaning_th="งบประมาณที่ใช้ไปสูงกว่างบประมาณที่ได้รับบนหน้าเดียวกัน",
    not_proof=Text(
        "ว่ามีการใช้จ่ายโดยมิชอบ อาจมีการโอนหรือเพิ่มงบประมาณที่ยังไม่ได้ปรับบนหน้า",
        "Misuse: money may have been moved or added that the page does not show.",
    ),
    reasons=("no_money",),
)
def spent_over_received(tables: Tables, _: float) -> Result:
    """The money spent is more than the money received, on the same page."""
    rows, others = _records(tables, "budget_spent_thb", "budget_received_thb")
    rows["over"] = rows["budget_spent_thb"] - rows["budget_received_thb"]
    says = Text(
        "ใช้จ่าย {budget_spent_thb} บาท จากที่ได้รับ {budget_received_thb} บาท เกิน {over} บาท",
        "{budget_spent_thb} baht are spent of {budget_received_thb} baht received, {over} baht too many.",
    )
    found = finds(
        rows[rows["over"] > 0],
        table="plan_records",
        column="budget_spent_thb",
        value="budget_spent_thb",
        expected="budget_received_thb",
        says=says,
    )
    return Result([found], others)


@check(
    severity="warning",
    kinds=_RECORDS,
    title=Text("มีความคืบหน้าแต่ไม่มีการใช้จ่าย", "Progress without spending"),
    meaning_th="ร้อยละความคืบหน้าสูงกว่าเกณฑ์ ทั้งที่ได้รับงบประมาณแต่ยังไม่ได้ใช้เลย",
    not_proof=Text(
        "ว่าความคืบหน้าไม่จริง การเบิกจ่ายอาจตามมาภายหลังหรืองานไม่ต้องใช้เงิน",
        "That the progress is untrue: payment may follow later, or the work cost nothing.",
    ),
    reasons=("no_money", "no_percent"),
    threshold=Threshold(50.0, Text("ร้อยละความคืบหน้า", "percent done"), 100.0),
)
def progress_without_spending(tables: Tables, limit: float) -> Result:
    """The percent done is above the threshold, money was received, and none of it is spent."""
    rows, others = _records(tables, "budget_spent_thb", "budget_received_thb", "progress_percent")
    idle = (rows["budget_received_thb"] > 0) & (rows["budget_spent_thb"] == 0)
    says = Text(
        "คืบหน้าร้อยละ {progress_percent} แต่ยังไม่ได้ใช้งบประมาณ {budget_received_thb} บาทที่ได้รับ",
        "{progress_percent} % are done, and nothing of the {budget_received_thb} baht received is spent.",
    )
    found = finds(
        rows[idle & (rows["progress_percent"] > limit)],
        table="plan_records",
        column="budget_spent_thb",
        value="budget_spent_thb",
        expected=None,
        says=says,
    )
    return Result([found], others)


@check(
    severity="warning",
    kinds=_RECORDS,
    title=Text("มีการใช้จ่ายแต่ไม่มีความคืบหน้า", "Spending without progress"),
    meaning_th="ใช้งบประมาณไปแล้วเกินสัดส่วนตามเกณฑ์ ทั้งที่ความคืบหน้ายังเป็นร้อยละ 0",
    not_proof=Text(
        "ว่าเงินสูญเปล่า อาจจ่ายล่วงหน้าหรือยังไม่ได้รายงานความคืบหน้า",
        "That the money is lost: it may be an advance, or the progress not yet reported.",
    ),
    reasons=("no_money", "no_percent"),
    threshold=Threshold(10.0, Text("ร้อยละของงบประมาณที่ได้รับ", "percent of the money received")),
)
def spending_without_progress(tables: Tables, limit: float) -> Result:
    """More of the money received than the threshold is spent, and the percent done is 0."""
    rows, others = _records(tables, "budget_spent_thb", "budget_received_thb", "progress_percent")
    rows = rows[(rows["budget_received_thb"] > 0) & (rows["progress_percent"] == 0)].copy()
    rows["share"] = (rows["budget_spent_thb"] / rows["budget_received_thb"] * 100).round(4)
    says = Text(
        "ใช้จ่าย {budget_spent_thb} บาท (ร้อยละ {share} ของ {budget_received_thb} บาทที่ได้รับ) "
        "แต่ความคืบหน้าเป็นร้อยละ 0",
        "{budget_spent_thb} baht are spent ({share} % of {budget_received_thb} received), and 0 % is done.",
    )
    found = finds(
        rows[rows["share"] > limit],
        table="plan_records",
        column="progress_percent",
        value="progress_percent",
        expected=None,
        says=says,
    )
    return Result([found], others)
