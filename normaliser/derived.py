"""The tables that are made from other tables: what changed between captures, and what does not add up.

They are declared as the tables of pages are (`parsers.records`, `parsers.columns`): a record class is a
table, a field is a column, and its title, meaning, unit and constraints stand in `COLUMNS`, looked up as
``table.column`` before all others. Their rows name their captures themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from parsers.columns import PAGE_KINDS, PROJECT_CODE, SEVERITIES, Column
from parsers.records import ForeignKey, Table

CHECK_STATUSES = ("found", "passed", "not_checked")
AGENCY_KINDS = ("office", "district_office", "sub_agency")
CHANGE_KINDS = ("added", "removed", "changed", "reverted", "sites_differ")


@dataclass(slots=True, kw_only=True)
class Change:
    """What a page says otherwise than it did: one row for each value, entry or row that differs.

    Compared are consecutive captures of one page on one site, and (`sites_differ`) captures of it on two
    sites at the same time; `docs/history.md` says what counts as a change, and what does not.
    """

    page_kind: str
    page_code: str
    position: int
    site: str
    kind: str
    table: str
    row_key: str
    column: str | None = None
    old: str | None = None
    new: str | None = None
    old_captured_at: dt.datetime
    new_captured_at: dt.datetime
    old_capture_id: str
    new_capture_id: str
    old_line_first: int | None = None
    old_line_last: int | None = None
    new_line_first: int | None = None
    new_line_last: int | None = None


@dataclass(slots=True, kw_only=True)
class Finding:
    """What does not add up, with the capture and the lines that show it; `docs/checks.md` explains each."""

    finding_id: str
    check: str
    severity: str
    page_kind: str
    page_code: str
    project_code: str | None = None
    site: str | None = None
    capture_id: str
    capture_id_before: str | None = None
    table_name: str
    position: int | None = None
    column: str | None = None
    line_first: int | None = None
    line_last: int | None = None
    value: str | None = None
    expected: str | None = None
    message_th: str
    message_en: str


@dataclass(slots=True, kw_only=True)
class CheckResult:
    """How each check judged each page of its kinds: a page that it could not judge has not passed."""

    check: str
    page_kind: str
    page_code: str
    status: str
    findings: int
    reason_th: str | None = None
    reason_en: str | None = None


@dataclass(slots=True, kw_only=True)
class Agency:
    """An office or a district by its code and name, from reference data and from the pages shown."""

    agency_code: str
    name: str
    agency_kind: str | None = None
    first_year_be: int | None = None
    last_year_be: int | None = None
    district_code: str | None = None
    listed: bool
    confirmed: bool
    first_year_seen_be: int | None = None
    last_year_seen_be: int | None = None
    pages_seen: int = 0


DERIVED: dict[str, Table] = {
    "agencies": Table(
        "agencies",
        "หน่วยงาน",
        "Agencies",
        ("agency_code", "name"),
        (),
        Agency,
    ),
    "changes": Table(
        "changes",
        "การเปลี่ยนแปลงระหว่างฉบับที่จัดเก็บ",
        "Changes between captures",
        ("page_kind", "page_code", "position"),
        (
            ForeignKey(("old_capture_id",), "captures", ("capture_id",)),
            ForeignKey(("new_capture_id",), "captures", ("capture_id",)),
        ),
        Change,
    ),
    "findings": Table(
        "findings",
        "ข้อตรวจพบ",
        "Findings",
        ("finding_id",),
        (
            ForeignKey(("capture_id",), "captures", ("capture_id",)),
            ForeignKey(("capture_id_before",), "captures", ("capture_id",)),
        ),
        Finding,
    ),
    "check_results": Table(
        "check_results",
        "ผลการตรวจรายหน้า",
        "Check results",
        ("check", "page_kind", "page_code"),
        (),
        CheckResult,
    ),
}
"""The derived tables by name: `agencies` is of every build, `changes` of ``bma build --history``, the
others of ``bma audit``."""

COLUMNS: dict[str, Column] = {
    # agencies
    "agencies.agency_code": Column(
        "รหัสหน่วยงาน",
        "Agency code",
        "Eight digits, `50` and a district's number first where it is one; the first 8 of its "
        "projects' codes. Codes change in time, so that a name holds for a code and years.",
        pattern="[0-9]{8}",
    ),
    "agencies.name": Column("ชื่อหน่วยงาน", "Name", "Name of the agency in Thai, normalised to join."),
    "agency_kind": Column(
        "ประเภทหน่วยงาน",
        "Kind of agency",
        "What it is, by the reference data; null where only pages name it.",
        enum=AGENCY_KINDS,
    ),
    "first_year_be": Column(
        "ปีแรกที่ใช้รหัสนี้",
        "First year",
        "First fiscal year in which the reference data have the code for this name; null if unknown.",
        "Buddhist era",
    ),
    "last_year_be": Column(
        "ปีสุดท้ายที่ใช้รหัสนี้",
        "Last year",
        "Last fiscal year in which the reference data have the code for this name; null if unknown.",
        "Buddhist era",
    ),
    "district_code": Column(
        "รหัสเขต",
        "District code",
        "A district's official code (`1001`; Ministry of Interior), to join to maps.",
        pattern="10[0-9]{2}",
    ),
    "listed": Column("อยู่ในข้อมูลอ้างอิง", "Listed", "Whether the reference data have this code with this name."),
    "confirmed": Column(
        "ยืนยันแล้ว",
        "Confirmed",
        "Whether a page prints this name beside this code: a known one, or one of this archive.",
    ),
    "first_year_seen_be": Column(
        "ปีแรกที่พบ", "First year seen", "First fiscal year of the projects shown that print it.", "Buddhist era"
    ),
    "last_year_seen_be": Column(
        "ปีสุดท้ายที่พบ", "Last year seen", "Last fiscal year of the projects shown that print it.", "Buddhist era"
    ),
    "pages_seen": Column("จำนวนหน้าที่พบ", "Pages seen", "Projects shown that print it.", minimum=0),
    # changes
    "changes.position": Column(
        "ลำดับ",
        "Position",
        "1-based number among the changes of the page, the oldest first.",
        minimum=1,
    ),
    "changes.site": Column(
        "เว็บไซต์",
        "Site",
        "The site of both captures; of the newer one where the kind is `sites_differ`.",
    ),
    "changes.kind": Column(
        "ชนิดของการเปลี่ยนแปลง",
        "Kind of change",
        "`added`: was not there; `removed`: is there no more; `changed`: says otherwise; `reverted`: says "
        "again what it said before, or is there again as it was; `sites_differ`: two sites say different "
        "things at the same time (24 hours).",
        enum=CHANGE_KINDS,
    ),
    "changes.table": Column("ตาราง", "Table", "Table of the value or row."),
    "changes.row_key": Column(
        "แถว",
        "Row",
        "What names the row to a reader: a report's date (`2020-03-23`, the second of that day "
        "`2020-03-23 #2`), a step's printed number, an indicator's code (`2100-1037 quarter 2`), a strategy "
        "line's level, else the page's code. Of a row in both captures it is the name in the new one.",
    ),
    "changes.column": Column("คอลัมน์", "Column", "Column of the value; null where a whole row came or went."),
    "changes.old": Column(
        "ค่าเดิม",
        "Old",
        "The value before, as the CSV files print it; null where there was none. Of a whole row its facts "
        "(not its printed number, position and lines), without nulls, as one JSON object.",
    ),
    "changes.new": Column(
        "ค่าใหม่",
        "New",
        "The value after, as the CSV files print it; null where there is none. Of a whole row as in `old`.",
    ),
    "old_captured_at": Column("เวลาที่จัดเก็บฉบับเดิม", "Old captured at", "When the old capture was made.", "UTC"),
    "new_captured_at": Column("เวลาที่จัดเก็บฉบับใหม่", "New captured at", "When the new capture was made.", "UTC"),
    "old_capture_id": Column(
        "รหัสการจัดเก็บฉบับเดิม",
        "Old capture",
        "The one that last said the old value, or that there was none; reduced copies may lie between.",
        pattern="[0-9a-f]{16}",
    ),
    "new_capture_id": Column(
        "รหัสการจัดเก็บฉบับใหม่", "New capture", "The capture that says the new value.", pattern="[0-9a-f]{16}"
    ),
    "old_line_first": Column(
        "บรรทัดแรกเดิม", "Old first line", "First line of the old value, or of its row.", minimum=1
    ),
    "old_line_last": Column(
        "บรรทัดสุดท้ายเดิม", "Old last line", "Last line of the old value, or of its row.", minimum=1
    ),
    "new_line_first": Column(
        "บรรทัดแรกใหม่", "New first line", "First line of the new value, or of its row.", minimum=1
    ),
    "new_line_last": Column(
        "บรรทัดสุดท้ายใหม่", "New last line", "Last line of the new value, or of its row.", minimum=1
    ),
    # findings
    "finding_id": Column(
        "รหัสข้อตรวจพบ",
        "Finding",
        "The same tables give the same id: 16 hex digits of a SHA-256 over what was found, and where.",
        pattern="[0-9a-f]{16}",
    ),
    "check": Column("การตรวจ", "Check", "The check that found it; docs/checks.md explains each."),
    "findings.severity": Column(
        "ระดับความสำคัญ",
        "Severity",
        "`error`: cannot be as it stands; `warning`: ask about it; `info`: worth knowing, no accusation.",
        enum=SEVERITIES,
    ),
    "findings.page_kind": Column("ชนิดของหน้า", "Page kind", "Kind of the page.", enum=PAGE_KINDS),
    "findings.project_code": Column(
        "รหัสโครงการ", "Project code", "The project concerned, where it is one.", pattern=PROJECT_CODE
    ),
    "findings.capture_id": Column(
        "รหัสการจัดเก็บ", "Capture", "The capture whose lines show it.", pattern="[0-9a-f]{16}"
    ),
    "capture_id_before": Column(
        "รหัสการจัดเก็บก่อนหน้า",
        "Capture before",
        "The capture that it is compared with, where there is one.",
        pattern="[0-9a-f]{16}",
    ),
    "findings.position": Column(
        "ลำดับของแถว", "Row", "`position` of the row in its table; null where it has none.", minimum=1
    ),
    "findings.line_first": Column("บรรทัดแรก", "First line", "First of the lines that show it.", minimum=1),
    "findings.line_last": Column("บรรทัดสุดท้าย", "Last line", "Last of the lines that show it.", minimum=1),
    "findings.value": Column("ค่าที่พบ", "Value", "What stands there, as text."),
    "findings.expected": Column("ค่าที่คาด", "Expected", "What would add up, as text."),
    "message_th": Column("คำอธิบาย", "Message in Thai", "The finding in a Thai sentence."),
    "message_en": Column("คำอธิบายภาษาอังกฤษ", "Message in English", "The finding in an English sentence."),
    # check_results
    "status": Column(
        "ผลการตรวจ",
        "Status",
        "`found`: there are findings; `passed`: all of the page was judged and nothing found; `not_checked`: "
        "nothing was found, and something that the check needs is missing.",
        enum=CHECK_STATUSES,
    ),
    "check_results.findings": Column(
        "จำนวนข้อตรวจพบ", "Findings", "Findings of the check on the page.", minimum=0
    ),
    "reason_th": Column(
        "เหตุที่ไม่ได้ตรวจ", "Reason in Thai", "What could not be judged, and why; null where all was judged."
    ),
    "reason_en": Column(
        "เหตุที่ไม่ได้ตรวจเป็นภาษาอังกฤษ", "Reason in English", "The same in English; null where all was judged."
    ),
}
"""What the columns of these tables mean, where they are not those of pages."""


def column_of(table_name: str, column_name: str) -> Column | None:
    """The declaration of a column of a derived table; None where it means what it means on pages."""
    return COLUMNS.get(f"{table_name}.{column_name}") or (
        COLUMNS.get(column_name) if table_name in DERIVED else None
    )
