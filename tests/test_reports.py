"""Progress entries, one form at a time."""

from datetime import date, timedelta

import pytest

from tests.template import REPORTS, RULE, THAI_DIGITS, codes, edit, read, told

HEADING = "(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2020-03-23)"
BARE = "\n45.00\n"
NARRATIVE = "23/3/2563 : ก่อสร้างทางเดินช่วงแรกแล้วเสร็จ"
TEXT = "ก่อสร้างทางเดินช่วงแรกแล้วเสร็จ"
PROBLEMS = "** ปัญหาของโครงการ :ฝนตกหนัก"
OBSTACLES = "** อุปสรรคของโครงการ :ไม่มี"


def reports(page):
    return page.records["progress_reports"]


def one(page):
    (report,) = reports(page)
    return report


def with_part(old, new):
    """The page with one entry, of which a part is replaced."""
    return read(reports=edit(REPORTS, old, new))


def entry(number, day, percent="10.00"):
    be = f"{day.day}/{day.month}/{day.year + 543}"
    return "\n".join(
        [
            f"({number}) ความคืบหน้าโครงการฯ ร้อยละ {percent} ({day.isoformat()})",
            percent,
            f"{be} : รายงานครั้งที่ {number}",
            "** ปัญหาของโครงการ :ไม่มี",
            "** อุปสรรคของโครงการ :ไม่มี",
            RULE,
        ]
    )


def entries(*numbers):
    return "\n".join(
        entry(number, date(2020, 9, 30) - timedelta(days=30 * i)) for i, number in enumerate(numbers)
    )


# --- how many


def test_an_entry_has_all_that_it_prints():
    page = read()
    report = one(page)
    assert (report.position, report.sequence) == (1, 1)
    assert report.report_date == report.narrative_date == date(2020, 3, 23)
    assert (report.progress_percent, report.narrative) == (45.0, TEXT)
    assert (report.problems, report.problems_stated) == ("ฝนตกหนัก", True)
    assert (report.obstacles, report.obstacles_stated) == (None, False)
    assert page.lines[report.line_first - 1] == HEADING
    assert page.lines[report.line_last - 1] == RULE


def test_a_project_without_entries_has_none_and_no_issue():
    page = read(reports="")
    assert (reports(page), page.issues, page.outcome) == ([], [], "ok")


def test_forty_entries_keep_the_order_of_the_page():
    page = read(reports=entries(*range(1, 41)))
    assert [(report.position, report.sequence) for report in reports(page)] == [(n, n) for n in range(1, 41)]
    assert [report.narrative for report in reports(page)] == [f"รายงานครั้งที่ {n}" for n in range(1, 41)]
    dates = [report.report_date for report in reports(page)]
    assert dates == sorted(dates, reverse=True)
    assert page.issues == []


# --- percent


@pytest.mark.parametrize(
    ("heading", "bare", "value"),
    [
        ("45", "45", 45.0),
        ("45", "45.00", 45.0),
        ("0", "0", 0.0),
        ("0.00", "0.00", 0.0),
        ("100", "100", 100.0),
        ("๔๕.๐๐", "๔๕.๐๐", 45.0),
        ("๔๕", "45.00", 45.0),
        ("๑0.๗", "๑0.๗", 10.7),
    ],
)
def test_percents_are_integers_or_decimals_in_any_digits(heading, bare, value):
    text = edit(edit(REPORTS, BARE, f"\n{bare}\n"), "ร้อยละ 45.00", f"ร้อยละ {heading}")
    page = read(reports=text)
    assert (one(page).progress_percent, page.issues) == (value, [])


def test_of_percents_that_disagree_neither_is_believed():
    page = with_part(BARE, "\n54.00\n")
    assert one(page).progress_percent is None
    assert told(page) == [("values_disagree", "progress_reports.progress_percent")]


def test_a_percent_beyond_100_is_kept_and_told():
    page = read(reports=REPORTS.replace("45.00", "145.00"))
    assert one(page).progress_percent == 145.0
    assert told(page) == [("percent_out_of_range", "progress_reports.progress_percent")]


def test_a_percent_that_is_no_number_is_null_and_quoted():
    page = read(reports=edit(edit(REPORTS, BARE, "\n"), "45.00", "สี่สิบห้า"))
    assert one(page).progress_percent is None
    assert told(page) == [("unreadable_value", "progress_reports.progress_percent")]
    assert "สี่สิบห้า" in page.issues[0].text


# --- dates


def test_an_entry_in_thai_digits_reads_as_in_arabic_ones():
    page = read(reports=REPORTS.translate(THAI_DIGITS))
    report = one(page)
    assert (report.sequence, report.progress_percent) == (1, 45.0)
    assert report.report_date == report.narrative_date == date(2020, 3, 23)
    assert page.issues == []


@pytest.mark.parametrize(
    "opening", ["23/3/2563 : ", "23/03/2563 : ", "23/3/2563:", "23/3/2563 :", "23/3/2563: "]
)
def test_a_narrative_opens_with_its_date_and_a_colon(opening):
    page = with_part("23/3/2563 : ", opening)
    assert (one(page).narrative_date, one(page).narrative, page.issues) == (date(2020, 3, 23), TEXT, [])


def test_dates_that_differ_are_both_kept_and_told():
    page = with_part("23/3/2563", "24/3/2563")
    assert (one(page).report_date, one(page).narrative_date) == (date(2020, 3, 23), date(2020, 3, 24))
    assert told(page) == [("dates_differ", "progress_reports.narrative_date")]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("2020-03-23", "2020-02-30", "report_date"),
        ("2020-03-23", "0000-00-00", "report_date"),
        ("2020-03-23", "2020-13-01", "report_date"),
        ("2020-03-23", "ไม่ระบุ", "report_date"),
        ("23/3/2563", "31/2/2563", "narrative_date"),
        ("23/3/2563", "3/23/2563", "narrative_date"),
        ("23/3/2563", "0/0/0000", "narrative_date"),
        ("23/3/2563", "23/3/63", "narrative_date"),
    ],
)
def test_a_date_in_no_calendar_is_null_and_its_line_quoted(old, new, column):
    page = with_part(old, new)
    assert getattr(one(page), column) is None
    assert (one(page).narrative, one(page).progress_percent) == (TEXT, 45.0)
    assert told(page) == [("unreadable_value", f"progress_reports.{column}")]
    assert new in page.issues[0].text


def test_a_date_that_is_not_there_is_null():
    page = with_part("(2020-03-23)", "()")
    assert one(page).report_date is None
    assert told(page) == [("empty_value", "progress_reports.report_date")]


# --- narrative


@pytest.mark.parametrize(
    "narrative",
    [
        "บรรทัดแรก\nบรรทัดที่สอง\nบรรทัดที่สาม",
        "สรุป & ติดตาม &&& ต่อเนื่อง",
        "บรรทัดแรก\nสรุป &&& ต่อเนื่อง",
        "ตามแผนการดำเนินงานฯ และผลการดำเนินงาน",
        "ดำเนินการดังนี้\nตามแผนการดำเนินงานฯ ปี 2563",
        "ดำเนินการ (1) สำรวจ (2) ออกแบบ",
        "ดำเนินการดังนี้\n(2) ออกแบบทางเดิน",
        "ประชุมเมื่อ 18/3/2563 : ที่ประชุมเห็นชอบ",
        "ประชุมเมื่อวันที่ 18 มีนาคม 2563 เวลา 09.30 น.",
        "ความคืบหน้าโครงการ ร้อยละ 30",
        "ตัวชี้วัด : ร้อยละ 80",
        "- สำรวจ\n- ออกแบบ",
        "1. สำรวจ\n2. ออกแบบ",
    ],
)
def test_a_narrative_is_all_that_stands_before_the_next_label(narrative):
    page = with_part(TEXT, narrative)
    assert (one(page).narrative, one(page).problems, page.issues) == (narrative, "ฝนตกหนัก", [])


def test_a_narrative_may_hold_a_line_with_a_date_of_its_own():
    narrative = "ประชุมสองครั้ง\n18/3/2563 : ครั้งที่สอง"
    page = with_part(TEXT, narrative)
    assert (one(page).narrative_date, one(page).narrative) == (date(2020, 3, 23), narrative)
    assert page.lines_unparsed == 0


def test_a_headings_words_alone_on_a_line_of_prose_end_no_section_unseen():
    page = read(reports=edit(REPORTS, TEXT, f"{TEXT}\nแผนการดำเนินงานฯ\nเป็นไปตามกำหนด"))
    assert "misplaced_heading" in codes(page)


def test_a_narrative_that_is_missing_is_told():
    page = with_part(f"{NARRATIVE}\n", "")
    assert (one(page).narrative, one(page).narrative_date) == (None, None)
    assert told(page) == [("missing_label", "progress_reports.narrative")]


def test_a_narrative_with_nothing_behind_its_date_is_null():
    page = with_part(TEXT, "")
    assert (one(page).narrative, one(page).narrative_date) == (None, date(2020, 3, 23))
    assert told(page) == [("empty_value", "progress_reports.narrative")]


# --- problems and obstacles


@pytest.mark.parametrize("column", ["problems", "obstacles"])
@pytest.mark.parametrize(
    ("said", "stated", "text"),
    [
        ("ไม่มี", False, None),
        ("-", False, None),
        (" ไม่มี ", False, None),
        ("ไม่มี.", False, None),
        ("--", False, None),
        ("ไม่\u200bมี", False, None),
        ("ไม่มี ปัญหา", False, None),
        ("ไม่มีครับ", False, None),
        ("ไม่มีน้ำ", True, "ไม่มีน้ำ"),
        ("ขาดงบประมาณ", True, "ขาดงบประมาณ"),
        (" ขาดงบประมาณ", True, "ขาดงบประมาณ"),
        ("ขาดงบประมาณ\nและบุคลากร", True, "ขาดงบประมาณ\nและบุคลากร"),
        ("ไม่มีงบประมาณ", True, "ไม่มีงบประมาณ"),
        ("- ขาดงบประมาณ", True, "- ขาดงบประมาณ"),
        ("งบประมาณ : ไม่พอ", True, "งบประมาณ : ไม่พอ"),
    ],
)
def test_problems_and_obstacles_are_described_or_stated_to_be_none(column, said, stated, text):
    line, label = {"problems": (PROBLEMS, "ปัญหา"), "obstacles": (OBSTACLES, "อุปสรรค")}[column]
    page = with_part(line, f"** {label}ของโครงการ :{said}")
    assert getattr(one(page), f"{column}_stated") is stated
    assert getattr(one(page), column) == text
    assert page.issues == []


@pytest.mark.parametrize("blanks", ["", " ", "  "])
def test_a_label_with_blanks_or_nothing_behind_it_states_nothing(blanks):
    page = with_part(PROBLEMS, f"** ปัญหาของโครงการ :{blanks}")
    assert (one(page).problems, one(page).problems_stated) == (None, None)
    assert told(page) == [("empty_value", "progress_reports.problems")]


@pytest.mark.parametrize("line", [PROBLEMS, OBSTACLES])
def test_an_entry_may_lack_a_line_on_problems_or_obstacles(line):
    page = with_part(f"{line}\n", "")
    column = "problems" if line == PROBLEMS else "obstacles"
    assert (getattr(one(page), column), getattr(one(page), f"{column}_stated")) == (None, None)
    assert page.issues == []


def test_an_entry_may_lack_both_lines():
    page = with_part(f"{PROBLEMS}\n{OBSTACLES}\n", "")
    assert (one(page).narrative, one(page).problems_stated, one(page).obstacles_stated) == (TEXT, None, None)
    assert page.issues == []


# --- the rule between entries


@pytest.mark.parametrize(
    "rule",
    [
        "---&&&---",
        "-&&&--",
        "--------------------&&&------------------",
        "-" * 80 + "&&&" + "-" * 80,
        "------------------&amp;&amp;&amp;--------------------",
        "------------------ &&& --------------------",
        "–––––&&&–––––",
    ],
)
def test_a_rule_has_any_number_of_dashes(rule):
    first, second = entry(1, date(2020, 3, 23)), entry(2, date(2020, 2, 24))
    page = read(reports=f"{first}\n{second}".replace(RULE, rule))
    assert [report.sequence for report in reports(page)] == [1, 2]
    assert page.issues == []


def test_without_a_rule_the_next_heading_ends_the_entry():
    page = read(reports=edit(entry(1, date(2020, 3, 23)), RULE, "") + entry(2, date(2020, 2, 24)))
    assert [(report.sequence, report.narrative) for report in reports(page)] == [
        (1, "รายงานครั้งที่ 1"),
        (2, "รายงานครั้งที่ 2"),
    ]
    assert told(page) == [("missing_separator", "progress_reports")]


def test_a_rule_missing_after_the_last_entry_is_told():
    page = with_part(RULE, "")
    assert told(page) == [("missing_separator", "progress_reports")]
    assert page.records["plan_steps"] != []


def test_text_behind_the_rule_belongs_to_no_entry():
    page = read(reports=f"{REPORTS}\nข้อความหลังเส้น")
    assert [(issue.code, issue.text) for issue in page.issues] == [("unparsed_text", "ข้อความหลังเส้น")]
    assert one(page).obstacles_stated is False


# --- numbering


@pytest.mark.parametrize("numbers", [(1, 1), (1, 2, 2), (1, 3), (2, 3), (2, 1), (0, 1)])
def test_numbers_that_repeat_or_are_missing_are_kept_and_told_once(numbers):
    page = read(reports=entries(*numbers))
    assert [report.sequence for report in reports(page)] == list(numbers)
    assert [report.position for report in reports(page)] == list(range(1, len(numbers) + 1))
    assert told(page) == [("numbering", "progress_reports.sequence")]


def test_a_number_that_cannot_be_read_is_null_and_told():
    page = with_part("(1) ", "(ก) ")
    assert (one(page).sequence, one(page).position) == (None, 1)
    assert told(page) == [("unreadable_value", "progress_reports.sequence")]


def test_a_narrative_with_a_hole_is_null_and_no_message_quotes_whom_it_names():
    page = with_part(TEXT, "นายสมมุติ นามตัวอย่าง โทร 9999\n* หมายเหตุ\nต่อจากนั้น")
    assert one(page).narrative is None
    assert "open_end" in codes(page)
    assert not any("นามตัวอย่าง" in f"{issue.text} {issue.message}" for issue in page.issues)
