"""Checks of indicators: of projects, of pages of their own, and of agencies' summaries."""

from __future__ import annotations

import pandas as pd

from audit.check import Result, check, finds, unjudged
from audit.tables import Tables
from audit.words import Text
from audit.years import with_year

_KINDS = ("project", "indicator", "agency_summary")
_PAIRS = {"indicators": "indicator_quarters", "agency_indicators": "agency_indicator_quarters"}
"""The tables of indicators, and of their quarters."""
_OF_INDICATOR = ["page_kind", "page_code", "indicator_position"]
_QUARTERS = 4
_TOLERANCE = 0.005
"""Results are printed with four decimals, those of quarters with two: half of the last digit may differ."""
_UNCLEAR = "ลด|นาที|ไม่เกิน"
"""Units of which less may be better (a reduction, minutes, `at most`): no page says which way is good."""


def _indicators(tables: Tables) -> pd.DataFrame:
    """All indicators, each with its `table_name`."""
    return _both(tables, *_PAIRS)


def _both(tables: Tables, *names: str) -> pd.DataFrame:
    """Tables one after the other, each row with its `table_name`."""
    return pd.concat([tables.frame(name).assign(table_name=name) for name in names], ignore_index=True)


def _quarters(tables: Tables) -> pd.DataFrame:
    """The quarters of all indicators in order, with `table_name`, `is_read`, and `is_reported`.

    A quarter counts as reported unless its pair of criteria is 0 / 0.
    """
    rows = _both(tables, *_PAIRS.values())
    pair = rows[["criterion_2_1", "criterion_2_2"]].astype(float)
    return rows.assign(
        is_read=pair.notna().all(axis=1) & rows["quarter"].notna(),
        is_reported=pair.notna().all(axis=1) & (pair != 0).any(axis=1),
    ).sort_values(["page_kind", "page_code", "indicator_position", "quarter"])


def _unread(quarters: pd.DataFrame) -> pd.DataFrame:
    """The quarters that were not read completely, and those of tables where one is missing."""
    known = quarters["is_read"] & (quarters["result_value"].notna() | ~quarters["is_reported"])
    of_indicator = known.groupby([quarters[column] for column in _OF_INDICATOR])
    return quarters[of_indicator.transform("sum") != _QUARTERS]


def _without_quarters(indicators: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """The indicators that have no quarter table, which a reduced copy has lost."""
    keys = quarters[_OF_INDICATOR].drop_duplicates().assign(has_quarters=True)
    both = indicators.rename(columns={"position": "indicator_position"}).merge(
        keys, on=_OF_INDICATOR, how="left"
    )
    return both[both["has_quarters"].isna()]


def _pages_without(tables: Tables, indicators: pd.DataFrame) -> list[pd.DataFrame]:
    """The pages without any indicator, as not judged."""
    pages = tables.kinds(*_KINDS).merge(
        indicators[["capture_id"]].drop_duplicates().assign(has=True), how="left"
    )
    bare = pages[pages["has"].isna()]
    return [
        unjudged(bare[bare["is_reduced"]], "reduced_copy"),
        unjudged(bare[~bare["is_reduced"]], "no_indicators"),
    ]


@check(
    severity="warning",
    kinds=_KINDS,
    title=Text(
        "ผลงานของตัวชี้วัดไม่ตรงกับไตรมาสล่าสุดที่รายงาน",
        "Indicator result unlike its latest reported quarter",
    ),
    meaning_th="ผลงานที่ทำได้ไม่ตรงกับผลงานของไตรมาสล่าสุดที่รายงาน ไตรมาสถือว่ารายงานแล้วเว้นแต่คู่คะแนนเป็น 0 / 0",
    not_proof=Text(
        "ว่าค่าใดผิด ผลงานรวมอาจเป็นผลรวมหรือค่าเฉลี่ยของไตรมาส",
        "Which is wrong: the result may be a sum or a mean over the quarters.",
    ),
    reasons=(
        "reduced_copy",
        "no_indicators",
        "no_result",
        "no_quarters",
        "unread_quarter",
        "no_reported_quarter",
    ),
)
def result_unlike_latest_quarter(tables: Tables, _: float) -> Result:
    """The result is another than that of the latest quarter that is reported (its pair is not 0 / 0)."""
    indicators, quarters = _indicators(tables), _quarters(tables)
    latest = quarters[quarters["is_reported"]].drop_duplicates(_OF_INDICATOR, keep="last")
    both = indicators.merge(
        latest[[*_OF_INDICATOR, "quarter", "result_value"]].rename(
            columns={"indicator_position": "position", "result_value": "of_quarter"}
        ),
        on=["page_kind", "page_code", "position"],
        how="left",
    )
    differ = (both["result_value"] - both["of_quarter"]).abs() > _TOLERANCE
    says = Text(
        "ตัวชี้วัดลำดับที่ {position} แสดงผลงาน {result_value} แต่ไตรมาสที่ {quarter} "
        "ซึ่งเป็นไตรมาสล่าสุดที่รายงานแสดง {of_quarter}",
        "Indicator {position} has the result {result_value}; quarter {quarter}, the latest reported, has "
        "{of_quarter}.",
    )
    unread = _unread(quarters)
    without = _without_quarters(indicators, quarters)
    reported = both["quarter"].notna()
    has_quarters = ~both["capture_id"].isin(without["capture_id"]) & ~both["capture_id"].isin(
        unread["capture_id"]
    )
    return Result(
        [
            finds(
                both[differ],
                column="result_value",
                value="result_value",
                expected="of_quarter",
                says=says,
            )
        ],
        [
            *_pages_without(tables, indicators),
            unjudged(both[both["result_value"].isna()], "no_result"),
            unjudged(without, "no_quarters"),
            unjudged(unread, "unread_quarter"),
            unjudged(both[~reported & has_quarters], "no_reported_quarter"),
        ],
    )


@check(
    severity="warning",
    kinds=_KINDS,
    title=Text("ผลงานของตัวชี้วัดลดลงระหว่างไตรมาส", "An indicator that fell between reported quarters"),
    meaning_th="ผลงานของไตรมาสที่รายงานต่ำกว่าผลงานของไตรมาสที่รายงานก่อนหน้า",
    not_proof=Text(
        "ว่าผลงานแย่ลง ตัวชี้วัดบางตัวยิ่งน้อยยิ่งดี และบางตัวรายงานเฉพาะงานของไตรมาสนั้น",
        "That it got worse: of some indicators less is better, and some count each quarter by itself.",
    ),
    reasons=("reduced_copy", "no_indicators", "no_quarters", "unread_quarter"),
)
def indicator_falls(tables: Tables, _: float) -> Result:
    """The result of a reported quarter is below that of the reported quarter before it."""
    indicators, quarters = _indicators(tables), _quarters(tables)
    told = quarters[quarters["is_reported"] & quarters["result_value"].notna()].copy()
    before = told.groupby(_OF_INDICATOR)
    told["before"], told["quarter_before"] = before["result_value"].shift(1), before["quarter"].shift(1)
    says = Text(
        "ผลงานของตัวชี้วัดลำดับที่ {indicator_position} ลดจาก {before} (ไตรมาสที่ {quarter_before}) "
        "เป็น {result_value} (ไตรมาสที่ {quarter})",
        "The result of indicator {indicator_position} falls from {before} (quarter {quarter_before}) to "
        "{result_value} (quarter {quarter}).",
    )
    unread = _unread(quarters)
    return Result(
        [
            finds(
                told[told["result_value"] < told["before"]],
                column="result_value",
                value="result_value",
                expected="before",
                says=says,
            )
        ],
        [
            *_pages_without(tables, indicators),
            unjudged(_without_quarters(indicators, quarters), "no_quarters"),
            unjudged(unread, "unread_quarter"),
        ],
    )


@check(
    severity="warning",
    kinds=_KINDS,
    title=Text("ตัวชี้วัดไม่ถึงเป้าหมายเมื่อสิ้นปี", "Target missed at the year's end"),
    meaning_th="หน้าที่จัดเก็บหลังสิ้นปีงบประมาณแสดงผลงานต่ำกว่าเป้าหมาย",
    not_proof=Text(
        "ว่างานไม่สำเร็จ หน้าอาจยังไม่ได้ปรับผลงานขั้นสุดท้าย",
        "That the work failed: the last result may not be on the page yet.",
    ),
    reasons=(
        "reduced_copy",
        "no_indicators",
        "no_fiscal_year",
        "no_capture_day",
        "year_not_over",
        "no_target",
        "no_result",
        "unclear_direction",
    ),
)
def target_missed(tables: Tables, _: float) -> Result:
    """A page that was captured after the end of its fiscal year has a result below the target."""
    rows = _indicators(tables)
    of_project = tables.frame("projects").set_index("capture_id")["fiscal_year_be"]
    rows = with_year(rows, rows["fiscal_year_be"].astype(float).fillna(rows["capture_id"].map(of_project)))
    faults = {
        "no_fiscal_year": rows["year_last"].isna(),
        "no_capture_day": rows["captured_on"].isna(),
        "year_not_over": rows["captured_on"] <= rows["year_last"],
        "no_target": rows["target_value"].isna(),
        "no_result": rows["result_value"].isna(),
        "unclear_direction": rows["unit"].str.contains(_UNCLEAR).eq(True),
    }
    judged = rows[~pd.DataFrame(faults).any(axis=1)]
    says = Text(
        "ตัวชี้วัดลำดับที่ {position} มีผลงาน {result_value} ต่ำกว่าเป้าหมาย {target_value} "
        "บนหน้าที่จัดเก็บวันที่ {captured_on} หลังสิ้นปีงบประมาณ {fiscal_year_be}",
        "Indicator {position} has the result {result_value}, below the target {target_value}, on the page as "
        "of {captured_on}, after the fiscal year {fiscal_year_be}.",
    )
    return Result(
        [
            finds(
                judged[judged["result_value"] < judged["target_value"]],
                column="result_value",
                value="result_value",
                expected="target_value",
                says=says,
            )
        ],
        [
            *_pages_without(tables, rows),
            *(unjudged(rows[fault], reason) for reason, fault in faults.items()),
        ],
    )


@check(
    severity="warning",
    kinds=_KINDS,
    title=Text("มีคะแนนประเมินทั้งที่ยังไม่มีการรายงาน", "Score given while nothing was reported"),
    meaning_th=(
        "โครงการมีคะแนนประเมินทั้งที่หน้าไม่มีรายงานความคืบหน้าเลย ตัวชี้วัดมีคะแนนทั้งที่ทุกคู่คะแนนเป็น 0 / 0 "
        "หรือไตรมาสมีคะแนนทั้งที่คู่คะแนนของไตรมาสนั้นเป็น 0 / 0"
    ),
    not_proof=Text(
        "ว่าคะแนนไม่ชอบ การประเมินอาจอาศัยเอกสารอื่น",
        "That the score is undue: it may rest on other papers.",
    ),
    reasons=("reduced_copy", "no_quarters", "unread_quarter"),
)
def score_without_report(tables: Tables, _: float) -> Result:
    """A score above 0 stands where nothing was reported.

    A project's on a page without any report; an indicator's with all pairs 0 / 0; a quarter's beside 0 / 0.
    """
    projects, quarters = tables.frame("projects"), _quarters(tables)
    scored = projects[projects["evaluation_score"] > 0]
    silent = scored[~scored["page_code"].isin(tables.frame("progress_reports")["page_code"])]
    indicators = tables.frame("indicators").assign(table_name="indicators")
    judged = indicators[indicators["evaluation_score"] > 0]
    without = _without_quarters(judged, quarters)
    reported = quarters[quarters["is_reported"]]
    unread = _unread(quarters)
    idle = judged[
        ~judged["capture_id"].isin(reported["capture_id"])
        & ~judged["capture_id"].isin(unread["capture_id"])
        & ~judged["capture_id"].isin(without["capture_id"])
    ]
    beside = quarters[quarters["is_read"] & ~quarters["is_reported"] & (quarters["score"] > 0)]
    says_project = Text(
        "โครงการได้คะแนนประเมิน {evaluation_score} ทั้งที่หน้าไม่มีรายงานความคืบหน้า",
        "The project has the score {evaluation_score}, and its page has no progress report.",
    )
    says_indicator = Text(
        "ตัวชี้วัดได้คะแนนประเมิน {evaluation_score} ทั้งที่ทุกไตรมาสมีคู่คะแนน 0 / 0",
        "The indicator has the score {evaluation_score}, and all its quarters have the pair 0 / 0.",
    )
    says_quarter = Text(
        "ไตรมาสที่ {quarter} ของตัวชี้วัดลำดับที่ {indicator_position} มีคะแนน {score} ทั้งที่คู่คะแนนเป็น 0 / 0",
        "Quarter {quarter} of indicator {indicator_position} has the score {score} beside the pair 0 / 0.",
    )
    score = "evaluation_score"
    return Result(
        [
            finds(
                silent[~silent["is_reduced"]],
                table="projects",
                column=score,
                value=score,
                expected=None,
                says=says_project,
            ),
            finds(idle, column=score, value=score, expected=None, says=says_indicator),
            finds(beside, column="score", value="score", expected=None, says=says_quarter),
        ],
        [
            unjudged(silent[silent["is_reduced"]], "reduced_copy"),
            unjudged(without, "no_quarters"),
            unjudged(unread, "unread_quarter"),
        ],
    )
