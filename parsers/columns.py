"""What each column means, once for all the tables that have it.

Looked up as ``table.column`` first, then as ``column``. Types come from the record classes in
`parsers.records`; a test holds the two modules together, with nothing undeclared and nothing unused.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """Titles in Thai and English, meaning, unit and constraints of a column."""

    title_th: str
    title_en: str
    description: str
    unit: str | None = None
    enum: tuple[str, ...] | None = None
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None


PROJECT_CODE = r"[0-9]{8}-[0-9]{4}"
PAGE_KINDS = (
    "project",
    "indicator",
    "city_indicator",
    "agency_summary",
    "it_review",
    "plan_record",
    "unknown",
)
OUTCOMES = (
    "ok",
    "not_found",
    "soft_not_found",
    "empty_record",
    "php_error",
    "login_redirect",
    "blocked",
    "wrong_page",
    "truncated",
    "undecodable",
    "unknown_kind",
    "transport_error",
)
COPY_KINDS = ("html", "text", "reduced_text", "reduced_html")
SEVERITIES = ("error", "warning", "info")
LEVEL_NAMES = ("ด้าน", "มิติ", "เป้าหมาย", "เป้าประสงค์")

COLUMNS: dict[str, Column] = {
    # Which page, which capture, which lines
    "capture_id": Column(
        "รหัสการจัดเก็บ",
        "Capture",
        "The capture that the row was read from: the first 16 hex digits of the SHA-256 over source, URL (or "
        "file name where there is none), capture time and body digest. A file's own time does not enter it.",
        pattern="[0-9a-f]{16}",
    ),
    "line_first": Column(
        "บรรทัดแรก", "First line", "1-based number of the first line, as `bma text` prints them.", minimum=1
    ),
    "line_last": Column(
        "บรรทัดสุดท้าย", "Last line", "1-based number of the last line, as `bma text` prints them.", minimum=1
    ),
    "page_kind": Column(
        "ชนิดของหน้า",
        "Page kind",
        "What kind of page it is; `unknown` where it is none of them.",
        enum=PAGE_KINDS,
    ),
    "page_code": Column(
        "รหัสของหน้า",
        "Page code",
        "The code that names the page: a project code, an indicator code, an agency summary's `AAAAAAAA-D`.",
    ),
    "position": Column(
        "ลำดับในหน้า",
        "Position",
        "1-based place in page order; the key, since printed numbers may repeat or be missing.",
        minimum=1,
    ),
    "project_code": Column(
        "รหัสโครงการ",
        "Project code",
        "Code of the project, `NNNNNNNN-NNNN`; its first 8 digits are the agency's.",
        pattern=PROJECT_CODE,
    ),
    "url": Column("ที่อยู่เว็บ", "URL", "The address that the page was asked for under."),
    "captured_at": Column(
        "เวลาที่จัดเก็บ",
        "Captured at",
        "When the page said this, as far as `captured_at_source` can tell.",
        unit="UTC",
    ),
    # captures
    "site": Column(
        "เว็บไซต์",
        "Site",
        "Host and application path, as `monitor.bangkok.go.th/mobile`; null for a file without a URL.",
    ),
    "file_name": Column("ชื่อไฟล์", "File name", "Name of the imported file, without its folder."),
    "source": Column(
        "แหล่งที่มา",
        "Source",
        "Where the bytes came from.",
        enum=("file", "live", "wayback", "commoncrawl"),
    ),
    "captured_at_source": Column(
        "ที่มาของเวลา",
        "Source of the capture time",
        "Who says so: an archive, the server's response, the user, a sidecar file, the saved page itself, or "
        "(weakest) the file's own time.",
        enum=("archive", "response", "user", "sidecar", "saved_page", "file_time"),
    ),
    "fetched_at": Column(
        "เวลาที่ดาวน์โหลด", "Fetched at", "When the bytes were fetched; null for files.", unit="UTC"
    ),
    "http_status": Column("สถานะ HTTP", "HTTP status", "Status code of the answer; null for files."),
    "outcome": Column(
        "ผลการอ่าน",
        "Outcome",
        "What the stored bytes turned out to be; `ok` is the page that was asked for, readable.",
        enum=OUTCOMES,
    ),
    "encoding": Column("การเข้ารหัสอักขระ", "Encoding", "The character encoding that the bytes were read in."),
    "copy_kind": Column(
        "ชนิดของสำเนา",
        "Copy kind",
        "HTML or a text copy; `reduced` copies lack headings, codes and tables.",
        enum=COPY_KINDS,
    ),
    "body_sha256": Column(
        "ค่าแฮชของเนื้อหา", "Body SHA-256", "SHA-256 of the body's bytes, in hex.", pattern="[0-9a-f]{64}"
    ),
    "size_bytes": Column("ขนาด", "Size", "Length of the body.", unit="bytes", minimum=0),
    "lines_total": Column(
        "จำนวนบรรทัด", "Lines", "Non-blank lines: lines_parsed + lines_known + lines_unparsed.", minimum=0
    ),
    "lines_parsed": Column("บรรทัดที่อ่านเป็นข้อมูล", "Lines parsed", "Lines that went into a record.", minimum=0),
    "lines_known": Column("บรรทัดที่รู้จัก", "Lines known", "Labels, rules, links and constants.", minimum=0),
    "lines_unparsed": Column(
        "บรรทัดที่อ่านไม่ได้", "Lines unparsed", "Lines that no rule reads; each is a parse issue.", minimum=0
    ),
    "digest_check": Column(
        "ผลเทียบค่าแฮช",
        "Digest check",
        "Whether the bytes that a web archive gave have the digest that its index says: `match`, `mismatch`, "
        "or `not_comparable` (there is none, or the archive has undone a coding); null for other sources. "
        "No capture is dropped for it.",
        enum=("match", "mismatch", "not_comparable"),
    ),
    "archive_location": Column(
        "ตำแหน่งในคลังเว็บ",
        "Location in the archive",
        "Where Common Crawl keeps the record: its file, offset and length, with blanks between them; null "
        "for other sources.",
    ),
    "is_latest": Column(
        "ฉบับที่ใช้",
        "Is latest",
        "True for the capture that the main tables show of this page.",
    ),
    # projects
    "name": Column("ชื่อ", "Name", "Name as printed, without its code."),
    "agency_code": Column(
        "รหัสหน่วยงาน", "Agency code", "Eight digits; the first 8 of the project's code.", pattern="[0-9]{8}"
    ),
    "agency_name": Column(
        "ชื่อหน่วยงาน",
        "Agency name",
        "Name of the agency, normalised to join (composed SARA AM, single blanks).",
    ),
    "subagency_name": Column(
        "ชื่อหน่วยงานย่อย",
        "Sub-agency name",
        "The sub-agency of a line `** SUBAGENCY AGENCY`, normalised likewise.",
    ),
    "fiscal_year_be": Column(
        "ปีงบประมาณ",
        "Fiscal year",
        "Fiscal year: 2563 runs from 1 October 2019 to 30 September 2020.",
        unit="Buddhist era",
    ),
    "progress_percent": Column(
        "ความคืบหน้า",
        "Progress",
        "Reported progress as printed; 0-100 on a sound page, and kept as it is (with an issue) on another.",
        unit="percent",
    ),
    "evaluation_quarter": Column(
        "ไตรมาสที่ประเมิน",
        "Evaluation quarter",
        "Quarter named on the evaluation line; the site's own at the time of capture.",
        minimum=1,
        maximum=4,
    ),
    "evaluation_score": Column("คะแนนประเมิน", "Evaluation score", "Score given on the evaluation line."),
    "contact_kind": Column(
        "ชนิดของผู้ติดต่อ",
        "Contact kind",
        "Whether the contact line names a unit or a post; `person` where its text proves neither.",
        enum=("person", "unit", "post"),
    ),
    "contact_unit": Column(
        "หน่วยงานผู้ติดต่อ",
        "Contact unit",
        "The unit on the contact line, without telephone numbers or names of persons.",
    ),
    "org_code_first": Column(
        "รหัสส่วนราชการแรก",
        "First organisation code",
        "Left of the slash in `NNNNNNNN/NNNNNNNN`.",
        pattern="[0-9]{8}",
    ),
    "org_code_second": Column(
        "รหัสส่วนราชการที่สอง",
        "Second organisation code",
        "Right of the slash in `NNNNNNNN/NNNNNNNN`.",
        pattern="[0-9]{8}",
    ),
    "rationale": Column(
        "หลักการและเหตุผล", "Rationale", "Why the project is carried out; paragraphs end with a line feed."
    ),
    "objectives": Column("วัตถุประสงค์", "Objectives", "What the project is for."),
    "goals": Column("เป้าหมาย", "Goals", "What the project is to reach."),
    # strategy_links
    "level": Column("ระดับ", "Level", "1 ด้าน, 2 มิติ, 3 เป้าหมาย, 4 เป้าประสงค์.", minimum=1, maximum=4),
    "level_name": Column("ชื่อระดับ", "Level name", "The level's word as printed.", enum=LEVEL_NAMES),
    "number": Column(
        "เลขที่", "Number", "The line's number in Arabic digits, as `5.2.1.1`.", pattern=r"[0-9]+(\.[0-9]+)*"
    ),
    "title": Column(
        "ชื่อเรื่อง",
        "Title",
        "Thai title without level word, number, dash, English part and the one `%` that ends a goal line.",
    ),
    "title_en": Column("ชื่อเรื่องภาษาอังกฤษ", "English title", "The English part of the line, where it has one."),
    # progress_reports
    "sequence": Column("ลำดับที่พิมพ์", "Printed number", "The number that the page prints in parentheses."),
    "report_date": Column("วันที่รายงาน", "Report date", "Date in the entry's heading."),
    "narrative_date": Column("วันที่ในคำบรรยาย", "Narrative date", "Date that opens the narrative."),
    "narrative": Column("ผลการดำเนินงาน", "Narrative", "What was done, as printed after the date."),
    "problems": Column("ปัญหา", "Problems", "Problems as described; null where none is stated."),
    "problems_stated": Column(
        "มีการระบุปัญหา",
        "Problems stated",
        "True where a problem is described, false where the page says there is none, null without "
        "such a line.",
    ),
    "obstacles": Column("อุปสรรค", "Obstacles", "Obstacles as described; null where none is stated."),
    "obstacles_stated": Column(
        "มีการระบุอุปสรรค",
        "Obstacles stated",
        "True where an obstacle is described, false where the page says there is none, null without "
        "such a line.",
    ),
    # plan_steps
    "step": Column("ขั้นตอนที่", "Printed step", "The step's number as printed."),
    "description": Column("รายละเอียด", "Description", "What the step is."),
    "weight_percent": Column("น้ำหนัก", "Weight", "The step's share of the whole project.", unit="percent"),
    "start_date": Column("วันเริ่มต้น", "Start", "First day."),
    "end_date": Column("วันสิ้นสุด", "End", "Last day."),
    # indicators
    "indicator_code": Column(
        "รหัสตัวชี้วัด",
        "Indicator code",
        "`NNNN-NNN` or `NNNN-NNNN`; its first 4 digits are the agency's.",
        pattern=r"[0-9]{4}-[0-9]{3,4}",
    ),
    "indicator_position": Column(
        "ลำดับของตัวชี้วัด",
        "Indicator position",
        "`position` of the indicator that the row belongs to.",
        minimum=1,
    ),
    "unit": Column("หน่วยนับ", "Unit", "Unit as printed; free text."),
    "target_text": Column("ค่าเป้าหมายตามที่พิมพ์", "Target as printed", "What stands after the last ` : `."),
    "target_value": Column(
        "ค่าเป้าหมาย", "Target", "The target where the whole text is one number, in `unit`."
    ),
    "result_text": Column("ผลงานตามที่พิมพ์", "Result as printed", "What stands after the last ` : `."),
    "result_value": Column("ผลงาน", "Result", "The result where the whole text is one number, in `unit`."),
    "indicator_type": Column("ประเภทตัวชี้วัด", "Indicator type", "Strategic or routine, as printed."),
    "result_level": Column(
        "ระดับผลลัพธ์", "Result level", "Output or outcome, as printed, without outer parentheses."
    ),
    "summary": Column("สรุปผลการดำเนินงาน", "Summary", "Summary of the results."),
    "definition": Column("นิยาม", "Definition", "What the indicator means."),
    "quarter": Column("ไตรมาส", "Quarter", "Quarter of the fiscal year.", minimum=1, maximum=4),
    "score": Column("ผลประเมิน", "Score", "Score of the quarter; null where the cell is empty."),
    "criterion_2_1": Column("เกณฑ์ 2.1", "Criterion 2.1", "Left of the slash under `(* 2.1 / 2.2 *)`."),
    "criterion_2_2": Column("เกณฑ์ 2.2", "Criterion 2.2", "Right of the slash under `(* 2.1 / 2.2 *)`."),
    "report": Column("รายงานผล", "Report", "The quarter's report; null where it is empty or `-`."),
    # city_indicators
    "city_indicator_code": Column(
        "รหัสตัวชี้วัดเมือง", "City indicator code", "A small integer.", pattern="[0-9]+"
    ),
    "data_kind": Column("ลักษณะข้อมูล", "Data kind", "Kind of data, as printed."),
    "method": Column("วิธีการคำนวณ", "Method", "How it is computed or judged."),
    "data_source": Column("แหล่งข้อมูล", "Data source", "Where the data come from, and whose they are."),
    "further_text": Column("ข้อความอื่น", "Further text", "What stands under further numbered headings."),
    # agency_indicators
    "dimension": Column("มิติที่", "Dimension", "Number of the dimension that the page shows."),
    "dimension_name": Column("ชื่อมิติ", "Dimension name", "The dimension as printed with the indicator."),
    "negotiated": Column("การเจรจา", "Negotiated", "What the page says of the negotiation of the indicator."),
    "strategy_text": Column(
        "ยุทธศาสตร์และเป้าหมาย", "Strategy text", "The line of strategy and goal, as printed."
    ),
    # it_reviews
    "it_review_code": Column("รหัสการพิจารณา", "IT review code", "A small integer.", pattern="[0-9]+"),
    "decision": Column("ผลการพิจารณา", "Decision", "The decision as printed."),
    # plan_records
    "budget_received_thb": Column("งบประมาณที่ได้รับ", "Budget received", "Money received.", unit="baht"),
    "budget_spent_thb": Column("งบประมาณที่ใช้ไป", "Budget spent", "Money spent.", unit="baht"),
    "finish_date": Column("วันสิ้นสุด", "Finish", "Last day."),
    "policy_id": Column("รหัสนโยบาย", "Policy ID", "As printed."),
    "branch_id": Column("รหัสสาขา", "Branch ID", "As printed."),
    # field_lines
    "field_lines.position": Column(
        "ลำดับของแถว",
        "Row",
        "1-based place of the row among the rows of its table on this page.",
        minimum=1,
    ),
    "table_name": Column("ตาราง", "Table", "Table of the value."),
    "column": Column("คอลัมน์", "Column", "Column of the value."),
    # parse_issues
    "issue_number": Column("ลำดับ", "Issue number", "1-based number within the capture.", minimum=1),
    "code": Column("รหัสข้อสังเกต", "Code", "What kind of issue it is; docs/issues.md explains each."),
    "severity": Column(
        "ระดับความสำคัญ",
        "Severity",
        "`error`: a value or a page is lost; `warning`: look at it; `info`: worth knowing.",
        enum=SEVERITIES,
    ),
    "line": Column(
        "บรรทัด", "Line", "1-based number of the line, null where the issue is of the whole page.", minimum=1
    ),
    "field": Column("ค่า", "Field", "`table.column` that is concerned."),
    "text": Column(
        "ข้อความ",
        "Text",
        "The line as printed; withheld where it may hold a person's name or telephone number.",
    ),
    "message": Column("คำอธิบาย", "Message", "What was found, in a sentence."),
}


def column_of(table_name: str, column_name: str) -> Column:
    """The declaration of a column, the table's own before the common one; KeyError where there is none."""
    own = COLUMNS.get(f"{table_name}.{column_name}")
    return own if own is not None else COLUMNS[column_name]
