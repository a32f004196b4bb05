"""What counts as a change between captures of a page, and what does not: each rule with its opposite."""

import datetime as dt
import json
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normaliser.derived import CHANGE_KINDS, Change
from parsers.records import TABLES_OF_KIND
from tests.edited import edited_page, edits
from tests.layouts import LAYOUTS
from tests.printing import Line, Part, Sheet, text_copy, truth
from tests.readings import OTHER_SITE, SITE, changes, changes_of, read_capture, told
from tests.reduce import reduced_copy
from tests.render import project_page
from tests.render_kinds import KIND_PAGES
from tests.steps import steps_of
from tests.template import (
    BARE,
    CODE,
    CONTACT,
    EVALUATION,
    GOALS,
    HEADLINE,
    INDICATOR,
    OBJECTIVES,
    ORG_CODES,
    PLAN,
    RATIONALE,
    RULE,
    STRATEGY,
    THAI_DIGITS,
    copy,
    edit,
)

PAGE = copy()


def report(number: int, day: str, percent: str, narrative: str, problems: str = "ไม่มี") -> str:
    """A progress entry; the day is given as 2020-03-23."""
    year, month, of_month = day.split("-")
    told_day = f"{int(of_month)}/{int(month)}/{int(year) + 543}"
    return (
        f"({number}) ความคืบหน้าโครงการฯ ร้อยละ {percent} ({day})\n{percent}\n{told_day} : {narrative}\n"
        f"** ปัญหาของโครงการ :{problems}\n** อุปสรรคของโครงการ :ไม่มี\n{RULE}"
    )


def reports(*entries: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """A page with these entries, numbered from the top."""
    return copy(reports="\n".join(report(number, *entry) for number, entry in enumerate(entries, 1)))


def percent(value: str) -> str:
    return copy({BARE: value, HEADLINE: f"ความคืบหน้าโครงการ ร้อยละ {value}"})


def reduced(value: str = "45.00", *, rationale: str = RATIONALE, org_codes: str = ORG_CODES) -> str:
    """What an extractor leaves: no headings, names, numbers of their own, scores or tables."""
    return "\n".join(
        [
            f"ความคืบหน้าโครงการ ร้อยละ {value}",
            *(CONTACT, "ดูโครงการแผนปีฯ : พิมพ์ข้อมูล", "*** สยป. ประเมินโครงการ : ไตรมาสที่ 1"),
            *(rationale, org_codes, OBJECTIVES, GOALS, STRATEGY),
        ]
    )


MARCH = ("2020-03-23", "45.00", "ก่อสร้างทางเดินช่วงแรกแล้วเสร็จ")
FEBRUARY = ("2020-02-20", "30.00", "ลงนามในสัญญา")
JANUARY = ("2020-01-15", "10.00", "ขออนุมัติโครงการ")


# What is no change


def test_a_page_that_stays_as_it_is_has_no_changes() -> None:
    assert changes(PAGE, PAGE, PAGE) == []


@pytest.mark.parametrize(
    "other",
    [
        percent("45"),
        PAGE.translate(THAI_DIGITS),
        copy({RATIONALE: RATIONALE.replace(" ", "  ") + "\u200b"}),
        copy({RATIONALE: RATIONALE.replace("ทางเดิน", "ทาง\u00adเดิน")}),
        copy({EVALUATION: "*** สยป. ประเมินโครงการ : ไตรมาสที่ 3 : 100.0000"}),
        copy({EVALUATION: "*** สยป. ประเมินโครงการ : ไตรมาสที่ 1 : 100"}),
        copy(indicators=edit(INDICATOR, "80.0000", "80")),
        copy({CONTACT: "นายสมมุติ นามแฝง โทร. 0 0000 0000"}),
        edit(PAGE, "Back Home\n", ""),
    ],
    ids=[
        *("fewer decimals", "Thai digits", "blanks and marks nobody sees", "a soft hyphen"),
        *(
            "the site's quarter",
            "a score's decimals",
            "a target's decimals",
            "another person",
            "the template",
        ),
    ],
)
def test_another_way_of_printing_the_same_is_no_change(other: str) -> None:
    assert other != PAGE
    assert changes(PAGE, other, PAGE) == []


def test_sara_am_in_one_character_or_two_is_no_change() -> None:
    one, two = (copy({RATIONALE: f"ส{am}นักงานท{am}งาน"}) for am in ("\u0e33", "\u0e4d\u0e32"))
    assert changes(one, two) == []


# Values


def test_another_value_is_changed_and_says_where_it_stood_and_stands() -> None:
    (change,) = changes(PAGE, percent("50.00"))
    assert told([change]) == [("changed", "projects", CODE, "progress_percent", "45.0", "50.0")]
    assert (change.old_line_first, change.old_line_last) == (7, 7)
    assert (change.new_line_first, change.new_line_last) == (7, 7)
    assert (change.site, change.page_kind, change.page_code, change.position) == (SITE, "project", CODE, 1)
    assert change.old_captured_at < change.new_captured_at
    assert change.old_capture_id != change.new_capture_id


def test_there_and_back_again_are_two_changes() -> None:
    found = told(changes(PAGE, percent("50.00"), PAGE))
    assert [change[0] for change in found] == ["changed", "reverted"]
    assert [change[4:] for change in found] == [("45.0", "50.0"), ("50.0", "45.0")]


def test_a_value_that_was_never_there_is_not_reverted() -> None:
    found = told(changes(PAGE, percent("50.00"), percent("60.00"), percent("50")))
    assert [change[0] for change in found] == ["changed", "changed", "reverted"]


def test_a_value_that_comes_is_added_and_one_that_goes_is_removed() -> None:
    without = copy({ORG_CODES: ""})
    came, went = told(changes(without, PAGE)), told(changes(PAGE, without))
    assert came == [
        ("added", "projects", CODE, "org_code_first", None, "50990100"),
        ("added", "projects", CODE, "org_code_second", None, "50990200"),
    ]
    assert went == [("removed", *change[1:4], change[5], change[4]) for change in came]
    assert {change[0] for change in told(changes(PAGE, without, PAGE))} == {"removed", "reverted"}


def test_a_value_that_went_has_lines_where_it_was() -> None:
    change, _ = changes(PAGE, copy({ORG_CODES: ""}))
    assert (change.old_line_first, change.old_line_last) == (13, 13)
    assert (change.new_line_first, change.new_line_last) == (None, None)


def test_a_value_that_cannot_be_read_is_not_removed() -> None:
    damaged = copy(reports=report(1, *MARCH).replace("(2020-03-23)", "(2020-33-23)"))
    assert changes(PAGE.replace("ฝนตกหนัก", "ไม่มี"), damaged) == []


def test_a_value_that_could_not_be_read_before_is_not_added() -> None:
    damaged = copy(reports=report(1, *MARCH).replace("(2020-03-23)", "(2020-33-23)"))
    assert changes(damaged, copy(reports=report(1, *MARCH))) == []


def test_a_damaged_value_leaves_the_one_before_to_be_compared_with() -> None:
    damaged = copy({BARE: "45.OO", HEADLINE: "ความคืบหน้าโครงการ ร้อยละ 45.OO"})
    found = changes(PAGE, damaged, percent("50.00"))
    assert told(found) == [("changed", "projects", CODE, "progress_percent", "45.0", "50.0")]
    assert found[0].old_capture_id == read_capture(PAGE).source.capture_id


# Progress reports


def test_a_new_report_is_added_as_a_whole_and_numbers_that_shift_are_no_change() -> None:
    (change,) = changes(reports(FEBRUARY, JANUARY), reports(MARCH, FEBRUARY, JANUARY))
    assert (change.kind, change.table, change.row_key) == ("added", "progress_reports", "2020-03-23")
    assert (change.column, change.old) == (None, None)
    assert json.loads(change.new or "") == {
        "report_date": "2020-03-23",
        "progress_percent": 45.0,
        "narrative_date": "2020-03-23",
        "narrative": "ก่อสร้างทางเดินช่วงแรกแล้วเสร็จ",
        "problems_stated": False,
        "obstacles_stated": False,
    }
    assert change.new_line_first is not None


def test_a_report_that_vanished_is_removed() -> None:
    (change,) = changes(reports(MARCH, FEBRUARY, JANUARY), reports(MARCH, JANUARY))
    assert (change.kind, change.row_key, change.column, change.new) == ("removed", "2020-02-20", None, None)
    assert json.loads(change.old or "")["narrative"] == "ลงนามในสัญญา"


def test_an_old_report_that_is_edited_shows_as_itself_under_a_new_one() -> None:
    edited = (*FEBRUARY[:2], "ลงนามในสัญญาแล้ว และเริ่มงาน")
    found = told(changes(reports(FEBRUARY, JANUARY), reports(MARCH, edited, JANUARY)))
    assert [change[:4] for change in found] == [
        ("added", "progress_reports", "2020-03-23", None),
        ("changed", "progress_reports", "2020-02-20", "narrative"),
    ]
    assert found[1][4:] == ("ลงนามในสัญญา", "ลงนามในสัญญาแล้ว และเริ่มงาน")


def test_a_raised_percent_shows_as_itself() -> None:
    found = told(changes(reports(MARCH, FEBRUARY), reports(MARCH, (FEBRUARY[0], "35.00", FEBRUARY[2]))))
    assert found == [("changed", "progress_reports", "2020-02-20", "progress_percent", "30.0", "35.0")]


def test_a_moved_date_shows_as_itself_even_where_it_passes_another_report() -> None:
    found = told(
        changes(reports(MARCH, FEBRUARY, JANUARY), reports(MARCH, JANUARY, ("2020-01-02", *FEBRUARY[1:])))
    )
    assert found == [
        ("changed", "progress_reports", "2020-01-02", "report_date", "2020-02-20", "2020-01-02"),
        ("changed", "progress_reports", "2020-01-02", "narrative_date", "2020-02-20", "2020-01-02"),
    ]


def test_a_report_of_which_one_fact_is_left_between_its_neighbours_is_the_same() -> None:
    rewritten = ("2020-02-21", "30.00", "ลงนามแล้ว")
    found = told(changes(reports(MARCH, FEBRUARY, JANUARY), reports(MARCH, rewritten, JANUARY)))
    assert [change[3] for change in found] == ["report_date", "narrative_date", "narrative"]


def test_a_report_with_a_new_one_beside_it_is_the_one_that_shares_a_fact() -> None:
    """A date and a narrative are edited in the week in which the next report comes."""
    rewritten = ("2020-02-22", "30.00", "ลงนามแล้ว")
    found = told(changes(reports(FEBRUARY, JANUARY), reports(MARCH, rewritten, JANUARY)))
    assert [change[:4] for change in found] == [
        ("added", "progress_reports", "2020-03-23", None),
        ("changed", "progress_reports", "2020-02-22", "report_date"),
        ("changed", "progress_reports", "2020-02-22", "narrative_date"),
        ("changed", "progress_reports", "2020-02-22", "narrative"),
    ]


def test_where_two_share_a_fact_with_a_report_that_is_gone_neither_is_taken_for_it() -> None:
    two = [("2020-03-23", "30.00", "งานหนึ่ง"), ("2020-03-02", "30.00", "งานสอง")]
    found = told(changes(reports(FEBRUARY, JANUARY), reports(*two, JANUARY)))
    assert [change[:4] for change in found] == [
        ("added", "progress_reports", "2020-03-23", None),
        ("added", "progress_reports", "2020-03-02", None),
        ("removed", "progress_reports", "2020-02-20", None),
    ]


def test_of_two_reports_that_are_the_same_one_may_vanish() -> None:
    (change,) = changes(reports(MARCH, MARCH, JANUARY), reports(MARCH, JANUARY))
    assert (change.kind, change.row_key) == ("removed", "2020-03-23 #2")


def test_a_report_that_is_put_in_between_is_added_and_nothing_else() -> None:
    found = told(changes(reports(MARCH, JANUARY), reports(MARCH, FEBRUARY, JANUARY)))
    assert [change[:4] for change in found] == [("added", "progress_reports", "2020-02-20", None)]


def test_a_report_of_which_nothing_is_left_is_another() -> None:
    other = ("2020-02-21", "31.00", "ลงนามแล้ว")
    found = told(changes(reports(MARCH, FEBRUARY, JANUARY), reports(MARCH, other, JANUARY)))
    assert [change[:4] for change in found] == [
        ("added", "progress_reports", "2020-02-21", None),
        ("removed", "progress_reports", "2020-02-20", None),
    ]


def test_one_that_went_and_one_that_came_elsewhere_with_the_same_words_are_two() -> None:
    """Narratives are often boilerplate: the words alone do not make two reports the same."""
    words = "อยู่ระหว่างดำเนินการ"
    old = reports(MARCH, FEBRUARY, ("2020-01-15", "10.00", words))
    new = reports(("2020-04-20", "60.00", words), MARCH, FEBRUARY)
    assert [change[0] for change in told(changes(old, new))] == ["added", "removed"]


def test_reports_of_one_day_are_told_apart_by_what_they_say_then_by_their_order() -> None:
    first, second = ("2020-03-23", "40.00", "งานช่วงเช้า"), ("2020-03-23", "35.00", "งานช่วงบ่าย")
    edited = (*second[:2], "งานช่วงบ่ายแล้วเสร็จ")
    found = told(changes(reports(first, second), reports(first, edited)))
    assert found == [
        ("changed", "progress_reports", "2020-03-23 #2", "narrative", "งานช่วงบ่าย", "งานช่วงบ่ายแล้วเสร็จ")
    ]
    assert [change[:3] for change in told(changes(reports(first, second), reports(second)))] == [
        ("removed", "progress_reports", "2020-03-23")
    ]
    assert [change[:3] for change in told(changes(reports(second), reports(first, edited)))] == [
        ("added", "progress_reports", "2020-03-23"),
        ("changed", "progress_reports", "2020-03-23 #2"),
    ]


def test_reports_of_one_day_in_another_order_are_no_change() -> None:
    first, second = ("2020-03-23", "40.00", "จัดประชุม"), ("2020-03-23", "45.00", "จัดประชุม")
    assert changes(reports(first, second), reports(second, first)) == []


def test_a_report_that_comes_back_as_it_was_is_reverted_and_one_that_says_otherwise_is_added() -> None:
    both, one = reports(MARCH, FEBRUARY), reports(MARCH)
    assert [change[0] for change in told(changes(both, one, both))] == ["removed", "reverted"]
    other = reports(MARCH, (*FEBRUARY[:2], "ยังไม่ลงนามในสัญญา"))
    assert [change[0] for change in told(changes(both, one, other))] == ["removed", "added"]


def test_a_report_that_comes_back_as_it_was_before_it_was_edited_is_reverted_too() -> None:
    edited = (FEBRUARY[0], "33.00", FEBRUARY[2])
    pages = [reports(MARCH, FEBRUARY), reports(MARCH, edited), reports(MARCH)]
    for last in pages[:2]:
        found = told(changes(*pages, last, reports(MARCH), last))
        assert [change[0] for change in found] == ["changed", "removed", "reverted", "removed", "reverted"]


def test_a_report_of_which_next_to_nothing_can_be_read_is_the_same_in_the_next_capture() -> None:
    damaged = reports(MARCH, FEBRUARY).replace("20/2/2563 : ลงนามในสัญญา\n", "").replace("(2020-02-20)", "")
    assert damaged.count("ลงนาม") == 0
    assert changes(damaged, damaged) == []


def test_a_problem_that_is_told_no_more_was_removed_and_one_that_is_told_now_was_added() -> None:
    none, told_now = reports(MARCH), reports((*MARCH, "ฝนตกหนัก"))
    assert told(changes(none, told_now)) == [
        ("added", "progress_reports", "2020-03-23", "problems", None, "ฝนตกหนัก"),
        ("changed", "progress_reports", "2020-03-23", "problems_stated", "false", "true"),
    ]
    assert [change[:4] for change in told(changes(told_now, none))] == [
        ("removed", "progress_reports", "2020-03-23", "problems"),
        ("changed", "progress_reports", "2020-03-23", "problems_stated"),
    ]


def test_very_many_reports_that_come_go_and_are_rewritten_take_work_in_proportion() -> None:
    """Every other one is rewritten, its percent alone the same: what it is, its neighbours must tell."""

    def steps(count: int) -> int:
        days = [str(dt.date(2010, 1, 1) + dt.timedelta(days=number)) for number in range(count)]
        many = reports(*((day, "45.00", f"งานของวันที่ {day}") for day in days))
        rewritten = reports(
            *(
                (f"1996{day[4:]}", "45.00", f"งานที่แก้ไขของวันที่ {day}")
                if number % 2 == 0
                else (day, "45.00", f"งานของวันที่ {day}")
                for number, day in enumerate(days)
            )
        )
        damaged = "\n".join(line for line in many.splitlines() if "ความคืบหน้าโครงการฯ" not in line)
        pages = [
            read_capture(page, hours)
            for hours, page in enumerate((many, PAGE, many, damaged, reduced(), rewritten, many))
        ]
        found: list[Change] = []
        taken = steps_of(lambda: found.extend(changes_of(pages)))
        reverted = Counter(change.column for change in found if change.kind == "reverted")
        assert (reverted[None], reverted["narrative"]) == (count, count // 2)
        return taken

    assert steps(1000) < 4.5 * steps(250)


# Other rows


def test_a_step_is_known_by_its_description_and_by_its_number_where_that_was_edited() -> None:
    found = told(changes(PAGE, copy(plan=edit(PLAN, ":ก่อสร้างทางเดิน", ":ก่อสร้างทางเดินและราวกันตก"))))
    assert found == [("changed", "plan_steps", "2", "description", "ก่อสร้างทางเดิน", "ก่อสร้างทางเดินและราวกันตก")]
    found = told(changes(PAGE, copy(plan=edit(PLAN, ":60%", ":55%"))))
    assert found == [("changed", "plan_steps", "2", "weight_percent", "60.0", "55.0")]


def test_a_step_that_is_put_in_between_is_added_and_the_others_are_only_renumbered() -> None:
    new = "ขั้นตอน 2\n:สำรวจ\n:0%\nเริ่มต้น :01/10/2019\nสิ้นสุด :31/10/2019\nขั้นตอน 3\n:ก่อสร้าง"
    (change,) = changes(PAGE, copy(plan=edit(PLAN, "ขั้นตอน 2\n:ก่อสร้าง", new)))
    assert (change.kind, change.table, change.row_key, change.column) == ("added", "plan_steps", "2", None)


def test_a_step_with_another_description_and_number_is_known_by_its_weight_and_dates() -> None:
    new = "ขั้นตอน 2\n:สำรวจ\n:0%\nเริ่มต้น :01/10/2019\nสิ้นสุด :31/10/2019\nขั้นตอน 3\n:สร้างทางเดินและราวกันตก"
    found = told(changes(PAGE, copy(plan=edit(PLAN, "ขั้นตอน 2\n:ก่อสร้างทางเดิน", new))))
    assert [change[:4] for change in found] == [
        ("added", "plan_steps", "2", None),
        ("changed", "plan_steps", "3", "description"),
    ]


def test_a_strategy_line_is_known_by_its_level() -> None:
    found = told(changes(PAGE, copy(strategy=edit(STRATEGY, "เมืองตัวอย่าง", "เมืองน่าอยู่"))))
    assert found == [("changed", "strategy_links", "level 2", "title", "เมืองตัวอย่าง", "เมืองน่าอยู่")]


def test_an_indicator_is_known_by_its_code_then_by_its_name() -> None:
    renamed = edit(INDICATOR, "ร้อยละของทางเดินที่แล้วเสร็จ", "ร้อยละของทางเดิน")
    assert [change[:4] for change in told(changes(PAGE, copy(indicators=renamed)))] == [
        ("changed", "indicators", "5099-1037", "name")
    ]
    recoded = edit(INDICATOR, "5099-1037", "5099-1038")
    assert [change[:4] for change in told(changes(PAGE, copy(indicators=recoded)))] == [
        ("changed", "indicators", "5099-1038", "indicator_code")
    ]
    assert {
        change[0] for change in told(changes(PAGE, copy(indicators=edit(recoded, "แล้วเสร็จ", "สร้างใหม่"))))
    } == {
        "added",
        "removed",
    }


def test_a_measure_is_one_fact_its_number_or_where_there_is_none_its_text() -> None:
    def target(text: str) -> str:
        return copy(indicators=edit(INDICATOR, "80.0000", text))

    assert told(changes(PAGE, target("90.00"))) == [
        ("changed", "indicators", "5099-1037", "target_value", "80.0", "90.0")
    ]
    assert told(changes(PAGE, target("80 ของประชาชน"))) == [
        ("changed", "indicators", "5099-1037", "target_text", "80.0000", "80 ของประชาชน")
    ]
    found = told(changes(PAGE, target("80 ของประชาชน"), target("80")))
    assert [change[0] for change in found] == ["changed", "reverted"]


def test_a_measure_is_no_number_where_its_text_is_none_whatever_else_is_not_recognised() -> None:
    text = copy(indicators=edit(INDICATOR, "80.0000", "80 ของประชาชน")) + "\nประกาศของเว็บไซต์"
    assert [change[:4] for change in told(changes(PAGE, text, PAGE))] == [
        ("changed", "indicators", "5099-1037", "target_text"),
        ("reverted", "indicators", "5099-1037", "target_text"),
    ]


def test_a_quarter_is_known_by_its_indicator_and_number() -> None:
    assert told(changes(PAGE, copy(indicators=edit(INDICATOR, "100 / 50", "100 / 75")))) == [
        ("changed", "indicator_quarters", "5099-1037 quarter 2", "criterion_2_2", "50.0", "75.0")
    ]
    other = INDICATOR.replace("5099-1037", "5099-1039").replace("ร้อยละของทางเดิน", "ความยาวของทางเดิน")
    found = changes(PAGE, copy(indicators=f"{other}\n{INDICATOR}"))
    assert {change.kind for change in found} == {"added"}
    assert {change.row_key.partition(" ")[0] for change in found} == {"5099-1039"}


# Copies of lesser quality


def test_a_reduced_copy_removes_nothing_and_after_it_nothing_is_added() -> None:
    assert changes(PAGE, reduced(), PAGE) == []


def test_around_a_reduced_copy_full_ones_are_compared_with_each_other() -> None:
    newer = reports(("2020-04-20", "50.00", "ก่อสร้างช่วงที่สอง"), (*MARCH, "ฝนตกหนัก"))
    (change,) = changes(PAGE, reduced(), newer)
    assert (change.kind, change.row_key) == ("added", "2020-04-20")
    assert change.old_capture_id == read_capture(PAGE).source.capture_id


def test_what_a_reduced_copy_says_is_compared() -> None:
    found = changes(PAGE, reduced("50.00"), percent("50.00"), percent("60.00"))
    assert [change[:1] + change[3:] for change in told(found)] == [
        ("changed", "progress_percent", "45.0", "50.0"),
        ("changed", "progress_percent", "50.0", "60.0"),
    ]
    assert found[1].old_capture_id == read_capture(percent("50.00"), 336).source.capture_id


def test_what_a_reduced_copy_lacks_may_have_been_there() -> None:
    assert changes(reduced(), PAGE) == []
    assert [change.kind for change in changes(reduced("40.00"), PAGE)] == ["changed"]


def test_a_row_is_not_removed_where_a_line_was_not_recognised() -> None:
    """The line may be what is left of the entry."""
    shorter = reports(MARCH)
    strange = shorter.replace("แผนการดำเนินงานฯ\n", "แผนการดำเนินงานฯ\nข้อความที่ไม่มีใครรู้จัก\n", 1)
    assert changes(reports(MARCH, FEBRUARY), strange) == []
    found = changes(reports(MARCH, FEBRUARY), strange, shorter)
    assert [(change.kind, change.row_key) for change in found] == [("removed", "2020-02-20")]
    assert found[0].old_capture_id == read_capture(reports(MARCH, FEBRUARY)).source.capture_id


def test_a_row_is_not_added_where_a_line_was_not_recognised_before() -> None:
    strange = reports(MARCH).replace("แผนการดำเนินงานฯ\n", "แผนการดำเนินงานฯ\nข้อความที่ไม่มีใครรู้จัก\n", 1)
    assert changes(strange, reports(MARCH, FEBRUARY)) == []


def test_a_line_that_nobody_recognises_in_either_capture_proves_nothing_and_hides_nothing() -> None:
    end = "\nประกาศของเว็บไซต์"
    both, one = reports(MARCH, FEBRUARY) + end, reports(MARCH) + end
    assert [change.kind for change in changes(both, one)] == ["removed"]
    assert [change.kind for change in changes(one, both)] == ["added"]


def test_what_comes_beside_such_a_line_is_new_since_the_last_capture_with_it() -> None:
    end = "\nประกาศของเว็บไซต์"
    pages = [
        reports(FEBRUARY),
        reports(FEBRUARY) + end,
        reports(FEBRUARY) + end,
        reports(MARCH, FEBRUARY) + end,
    ]
    (change,) = changes(*pages)
    assert (change.kind, change.row_key) == ("added", "2020-03-23")
    assert change.old_capture_id == read_capture(pages[2], 2 * 168).source.capture_id


def test_what_went_when_such_a_line_came_is_removed_when_the_line_is_gone() -> None:
    end = "\nประกาศของเว็บไซต์"
    pages = [reports(MARCH, FEBRUARY), reports(MARCH) + end, reports(MARCH) + end]
    assert changes(*pages) == []
    (change,) = changes(*pages, reports(MARCH))
    assert (change.kind, change.row_key) == ("removed", "2020-02-20")
    assert change.old_capture_id == read_capture(pages[0]).source.capture_id


@pytest.mark.parametrize("back", [False, True], ids=["cp874 then utf-8", "utf-8 then cp874"])
def test_another_encoding_is_no_change(back: bool) -> None:
    pages = [PAGE.encode("cp874"), PAGE.encode()]
    assert changes(*(pages[::-1] if back else pages)) == []


# Sites


def week(*captures: tuple[str, float, str]) -> list[Any]:
    """Changes of captures given as (page, hours, site)."""
    ordered = sorted(captures, key=lambda capture: capture[1])
    return changes_of(read_capture(page, hours, site=site) for page, hours, site in ordered)


def test_two_hosts_with_different_states_are_no_rewriting() -> None:
    old, new = percent("30.00"), percent("45.00")
    assert week((old, 0, SITE), (new, 48, OTHER_SITE), (old, 96, SITE), (new, 144, OTHER_SITE)) == []


def test_sites_that_disagree_at_the_same_time_are_rows_of_their_own() -> None:
    (change,) = week((percent("30.00"), 0, SITE), (percent("45.00"), 20, OTHER_SITE))
    assert told([change]) == [("sites_differ", "projects", CODE, "progress_percent", "30.0", "45.0")]
    assert change.site == OTHER_SITE


@pytest.mark.parametrize(("hours", "count"), [(24, 1), (24.5, 0)])
def test_the_same_time_is_within_a_day(hours: float, count: int) -> None:
    assert len(week((percent("30.00"), 0, SITE), (percent("45.00"), hours, OTHER_SITE))) == count


def test_sites_that_agree_are_no_rows() -> None:
    assert week((PAGE, 0, SITE), (PAGE, 1, OTHER_SITE)) == []


def test_each_capture_is_paired_with_the_nearest_of_the_other_site_once() -> None:
    found = week(
        (percent("30.00"), 0, SITE),
        (percent("31.00"), 6, SITE),
        (percent("45.00"), 7, OTHER_SITE),
        (percent("46.00"), 9, OTHER_SITE),
    )
    pairs = [(change.old, change.new) for change in found if change.kind == "sites_differ"]
    assert pairs == [("30.0", "45.0"), ("31.0", "45.0"), ("31.0", "46.0")]


def test_captures_of_one_second_on_two_sites_are_a_pair_whichever_comes_first() -> None:
    pages = (percent("30.00"), 0, SITE), (percent("45.00"), 0, OTHER_SITE)
    found = week(*pages)
    assert [change.kind for change in found] == ["sites_differ"]
    assert found == week(*pages[::-1])


def test_sites_that_disagree_for_months_are_told_whenever_both_are_seen_and_never_as_a_change() -> None:
    pages = [(percent("30.00"), 720 * month, SITE) for month in range(6)]
    pages += [(percent("45.00"), 720 * month + 2, OTHER_SITE) for month in range(6)]
    assert [change.kind for change in week(*pages)] == ["sites_differ"] * 6


def test_sites_differ_only_in_what_both_can_tell() -> None:
    assert week((PAGE, 0, SITE), (reduced(), 1, OTHER_SITE)) == []
    assert week((reduced(), 0, SITE), (PAGE, 1, OTHER_SITE)) == []
    found = week((reports(MARCH, FEBRUARY), 0, SITE), (reports(MARCH), 1, OTHER_SITE))
    assert [(change.kind, change.row_key, change.new) for change in found] == [
        ("sites_differ", "2020-02-20", None)
    ]


def test_changes_of_a_page_are_numbered_by_time() -> None:
    found = week(
        (percent("30.00"), 0, SITE),
        (percent("31.00"), 100, OTHER_SITE),
        (percent("32.00"), 200, SITE),
        (reports(MARCH), 300, OTHER_SITE),
    )
    assert [change.position for change in found] == [1, 2, 3, 4]
    assert [change.new_captured_at for change in found] == sorted(change.new_captured_at for change in found)
    assert {change.kind for change in found} <= set(CHANGE_KINDS)


# Properties: pages in any form


def drawn(kind: str, chance: random.Random) -> Sheet:
    return project_page(chance) if kind == "project" else KIND_PAGES[kind](chance)


@pytest.mark.parametrize("kind", TABLES_OF_KIND)
@given(
    chance=st.randoms(use_true_random=False),
    forms=st.lists(st.sampled_from(["text", "reduced", *LAYOUTS]), min_size=2, max_size=4),
)
def test_a_page_in_any_form_and_quality_is_the_same_page(
    kind: str, chance: random.Random, forms: list[str]
) -> None:
    sheet = drawn(kind, chance)
    full = text_copy(sheet.lines)
    bodies = {"text": full, "reduced": text_copy(reduced_copy(sheet, chance)[0])}
    bodies |= {name: layout(full) for name, layout in LAYOUTS.items()}
    found = changes(*(bodies[form] for form in forms), kind=kind, code=sheet.code)
    assert told(found) == []


@given(chance=st.randoms(use_true_random=False))
def test_a_project_edited_over_six_captures_shows_exactly_its_edits(chance: random.Random) -> None:
    page = edited_page(chance)
    readings = [read_capture(body, 168 * week, code=page.code) for week, body in enumerate(page.captures)]
    times = [reading.source.captured_at for reading in readings]
    assert edits(changes_of(readings, code=page.code), times) == page.changes


ENTRIES = st.lists(
    st.tuples(
        st.dates(dt.date(2020, 3, 1), dt.date(2020, 3, 3)).map(str),
        st.sampled_from(("10.00", "20.00")),
        st.sampled_from(("งานแรก", "งานถัดมา")),
    ),
    max_size=5,
)
"""Few values, so that entries share them and are doubled."""


@given(old=ENTRIES, new=ENTRIES)
def test_changes_account_for_every_difference_of_reports_and_for_no_more(
    old: list[tuple[str, str, str]], new: list[tuple[str, str, str]]
) -> None:
    found = changes(reports(*old), reports(*new))
    assert bool(found) == (Counter(old) != Counter(new))
    for place, column in enumerate(("report_date", "progress_percent", "narrative")):
        said = Counter(said_as(entry[place]) for entry in old)
        for change in found:
            if change.column in (column, None):
                before, after = (_value(change.column, text, column) for text in (change.old, change.new))
                said.subtract(value for value in (before,) if value is not None)
                said.update(value for value in (after,) if value is not None)
        assert +said == Counter(said_as(entry[place]) for entry in new)
        assert min(said.values(), default=0) >= 0


def said_as(printed: str) -> str:
    return str(float(printed)) if printed.endswith(".00") else printed


def _value(changed: str | None, text: str | None, column: str) -> str | None:
    return text if changed is not None or text is None else str(json.loads(text)[column])


EDITED = {
    "projects": ("name", "rationale", "objectives", "goals"),
    "progress_reports": ("narrative",),
    "plan_steps": ("description",),
    "indicators": ("name",),
    "strategy_links": ("title",),
}
"""Columns whose text stands on one line of a project's page."""


@given(chance=st.randoms(use_true_random=False))
def test_an_edit_of_one_text_is_exactly_that_change(chance: random.Random) -> None:
    sheet = project_page(chance)
    places = [
        (number, piece, column)
        for number, line in enumerate(sheet.lines)
        for piece in range(len(line.pieces))
        for column in EDITED.get(_part(line, piece).row.table if _part(line, piece) else "", ())
        if column in (part := _part(line, piece)).read(part.text)
    ]
    number, piece, column = places[chance.randrange(len(places))]
    part = _part(sheet.lines[number], piece)
    edited = part._replace(text=f"{part.text} ฉบับแก้ไข")
    pieces = [*sheet.lines[number].pieces]
    pieces[piece] = edited
    lines = [*sheet.lines]
    lines[number] = lines[number]._replace(pieces=tuple(pieces))
    assert truth(lines) != truth(sheet.lines)
    found = changes(text_copy(sheet.lines), text_copy(lines), code=sheet.code)
    said = {**part.read(part.text)}[column], {**edited.read(edited.text)}[column]
    assert [(c.kind, c.table, c.column, c.old, c.new) for c in found] == [
        ("changed", part.row.table, column, *said)
    ]


def _part(line: Line, place: int) -> Any:
    piece = line.pieces[place]
    return piece if isinstance(piece, Part) else None
