"""The tables, declared once: a record class is a table, a field is a column.

A field's annotation gives its type (``X | None`` where a page may lack the value); its title, meaning,
unit and constraints stand under its name in `parsers.columns`. The Parquet schema, the Table Schema,
the CSV types, ``bma schema`` and the data dictionary are all derived from these two modules.

Records hold what a page says. What only the archive knows is filled in by the normaliser: a project's
``url`` and ``captured_at``, and ``capture_id``, a column of every table, which refers to ``captures``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar


class ForeignKey(NamedTuple):
    """``columns`` of a table name a row of ``parent`` by its ``parent_columns``; null names none."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


class Table(NamedTuple):
    """What is said of a table beside its columns; the docstring of ``record`` is its description."""

    name: str
    title_th: str
    title_en: str
    key: tuple[str, ...]
    parents: tuple[ForeignKey, ...]
    record: type


@dataclass(slots=True, kw_only=True)
class PageRecord:
    """A row that is read from a page: the lines it stands on, as ``bma text`` numbers them (1-based)."""

    line_first: int
    line_last: int


TABLES: dict[str, Table] = {}
"""The tables by name, in the order in which they are listed everywhere."""

_Record = TypeVar("_Record", bound=type)


def _table(
    name: str, th: str, en: str, *, key: str, parents: tuple[ForeignKey, ...] = ()
) -> Callable[[_Record], _Record]:
    """Register a record class as the table ``name`` with the primary key ``key`` (blank-separated)."""

    def register(record: _Record) -> _Record:
        TABLES[name] = Table(name, th, en, tuple(key.split()), parents, record)
        return record

    return register


_OF_PROJECT = ForeignKey(("project_code",), "projects", ("project_code",))


@_table("captures", "การจัดเก็บหน้าเว็บ", "Captures", key="capture_id")
@dataclass(slots=True, kw_only=True)
class Capture:
    """Every page that was asked for or imported, good or not: where it came from, when, and how it read."""

    capture_id: str
    site: str | None = None
    page_kind: str
    page_code: str | None = None
    url: str | None = None
    file_name: str | None = None
    source: str
    captured_at: dt.datetime | None = None
    captured_at_source: str
    fetched_at: dt.datetime | None = None
    http_status: int | None = None
    outcome: str
    encoding: str | None = None
    copy_kind: str | None = None
    body_sha256: str
    size_bytes: int
    lines_total: int
    lines_parsed: int
    lines_known: int
    lines_unparsed: int
    digest_check: str | None = None
    archive_location: str | None = None
    is_latest: bool


@_table("projects", "โครงการ", "Projects", key="project_code")
@dataclass(slots=True, kw_only=True)
class Project(PageRecord):
    """One project of one year, from the head of its page; ``field_lines`` says where each value stands."""

    project_code: str
    name: str | None = None
    agency_code: str | None = None
    agency_name: str | None = None
    subagency_name: str | None = None
    fiscal_year_be: int | None = None
    progress_percent: float | None = None
    evaluation_quarter: int | None = None
    evaluation_score: float | None = None
    contact_kind: str | None = None
    contact_unit: str | None = None
    org_code_first: str | None = None
    org_code_second: str | None = None
    rationale: str | None = None
    objectives: str | None = None
    goals: str | None = None
    url: str | None = None
    captured_at: dt.datetime | None = None


@_table(
    "strategy_links",
    "ความเชื่อมโยงกับยุทธศาสตร์",
    "Strategy links",
    key="page_kind page_code position",
    parents=(_OF_PROJECT,),
)
@dataclass(slots=True, kw_only=True)
class StrategyLink(PageRecord):
    """The lines of the BMA strategy that a project or a city indicator says it supports."""

    page_kind: str
    page_code: str
    position: int
    project_code: str | None = None
    level: int | None = None
    level_name: str | None = None
    number: str | None = None
    title: str | None = None
    title_en: str | None = None


@_table(
    "progress_reports",
    "รายงานความคืบหน้า",
    "Progress reports",
    key="project_code position",
    parents=(_OF_PROJECT,),
)
@dataclass(slots=True, kw_only=True)
class ProgressReport(PageRecord):
    """The dated progress entries of a project, in page order (the page prints the newest first)."""

    project_code: str
    position: int
    sequence: int | None = None
    report_date: dt.date | None = None
    progress_percent: float | None = None
    narrative_date: dt.date | None = None
    narrative: str | None = None
    problems: str | None = None
    problems_stated: bool | None = None
    obstacles: str | None = None
    obstacles_stated: bool | None = None


@_table("plan_steps", "ขั้นตอนตามแผน", "Plan steps", key="project_code position", parents=(_OF_PROJECT,))
@dataclass(slots=True, kw_only=True)
class PlanStep(PageRecord):
    """The weighted steps of a project's plan; steps may overlap and need not stand in order of date."""

    project_code: str
    position: int
    step: int | None = None
    description: str | None = None
    weight_percent: float | None = None
    start_date: dt.date | None = None
    end_date: dt.date | None = None


@_table("indicators", "ตัวชี้วัด", "Indicators", key="page_code position", parents=(_OF_PROJECT,))
@dataclass(slots=True, kw_only=True)
class Indicator(PageRecord):
    """Performance indicators, from a project's page (``project_code`` set) or from a page of their own."""

    page_code: str
    position: int
    project_code: str | None = None
    indicator_code: str | None = None
    name: str | None = None
    unit: str | None = None
    target_text: str | None = None
    target_value: float | None = None
    result_text: str | None = None
    result_value: float | None = None
    indicator_type: str | None = None
    result_level: str | None = None
    evaluation_quarter: int | None = None
    evaluation_score: float | None = None
    summary: str | None = None
    definition: str | None = None


@_table(
    "indicator_quarters",
    "ผลตัวชี้วัดรายไตรมาส",
    "Indicator results by quarter",
    key="page_code indicator_position position",
    parents=(ForeignKey(("page_code", "indicator_position"), "indicators", ("page_code", "position")),),
)
@dataclass(slots=True, kw_only=True)
class IndicatorQuarter(PageRecord):
    """The quarter table of an indicator, one row a quarter."""

    page_code: str
    indicator_position: int
    position: int
    indicator_code: str | None = None
    quarter: int | None = None
    result_value: float | None = None
    score: float | None = None
    criterion_2_1: float | None = None
    criterion_2_2: float | None = None
    report: str | None = None


@_table("city_indicators", "ตัวชี้วัดการพัฒนาเมือง", "City indicators", key="city_indicator_code")
@dataclass(slots=True, kw_only=True)
class CityIndicator(PageRecord):
    """Definitions of city-development indicators."""

    city_indicator_code: str
    name: str | None = None
    target_text: str | None = None
    target_value: float | None = None
    unit: str | None = None
    data_kind: str | None = None
    definition: str | None = None
    method: str | None = None
    data_source: str | None = None
    further_text: str | None = None


@_table("agency_indicators", "ตัวชี้วัดของหน่วยงาน", "Agency indicators", key="page_code position")
@dataclass(slots=True, kw_only=True)
class AgencyIndicator(PageRecord):
    """The indicators of an agency's summary page, one dimension a page."""

    page_code: str
    position: int
    agency_code: str | None = None
    dimension: int | None = None
    fiscal_year_be: int | None = None
    sequence: int | None = None
    name: str | None = None
    dimension_name: str | None = None
    negotiated: str | None = None
    strategy_text: str | None = None
    unit: str | None = None
    target_value: float | None = None
    result_value: float | None = None


@_table(
    "agency_indicator_quarters",
    "ผลตัวชี้วัดของหน่วยงานรายไตรมาส",
    "Agency indicator results by quarter",
    key="page_code indicator_position position",
    parents=(
        ForeignKey(("page_code", "indicator_position"), "agency_indicators", ("page_code", "position")),
    ),
)
@dataclass(slots=True, kw_only=True)
class AgencyIndicatorQuarter(PageRecord):
    """The quarter table of an agency's indicator, one row a quarter."""

    page_code: str
    indicator_position: int
    position: int
    quarter: int | None = None
    result_value: float | None = None
    score: float | None = None
    criterion_2_1: float | None = None
    criterion_2_2: float | None = None
    report: str | None = None


@_table("it_reviews", "ผลการพิจารณาโครงการด้านไอที", "IT reviews", key="it_review_code")
@dataclass(slots=True, kw_only=True)
class ItReview(PageRecord):
    """Decisions on information-technology projects."""

    it_review_code: str
    decision: str | None = None
    rationale: str | None = None


@_table("plan_records", "ข้อมูลโครงการตามแผน", "Plan records", key="project_code")
@dataclass(slots=True, kw_only=True)
class PlanRecord(PageRecord):
    """The planning system's own view of a project: money received and spent, start and finish."""

    project_code: str
    name: str | None = None
    fiscal_year_be: int | None = None
    agency_name: str | None = None
    progress_percent: float | None = None
    budget_received_thb: float | None = None
    budget_spent_thb: float | None = None
    start_date: dt.date | None = None
    finish_date: dt.date | None = None
    indicator_code: str | None = None
    policy_id: str | None = None
    branch_id: str | None = None
    rationale: str | None = None


@_table(
    "field_lines",
    "บรรทัดของแต่ละค่า",
    "Lines of single values",
    key="capture_id table_name position column",
)
@dataclass(slots=True, kw_only=True)
class FieldLines(PageRecord):
    """Where the values of a record stand whose fields lie scattered over the page (a project's head)."""

    table_name: str
    position: int
    column: str


@_table(
    "parse_issues",
    "ข้อสังเกตจากการอ่านหน้า",
    "Parse issues",
    key="capture_id issue_number",
)
@dataclass(slots=True, kw_only=True)
class ParseIssue:
    """What could not be read, or reads oddly, on a page; docs/issues.md explains each code."""

    issue_number: int
    page_kind: str
    page_code: str | None = None
    code: str
    severity: str
    line: int | None = None
    field: str | None = None
    text: str | None = None
    message: str


TABLES_OF_KIND: dict[str, tuple[str, ...]] = {
    "project": (
        "projects",
        "strategy_links",
        "progress_reports",
        "plan_steps",
        "indicators",
        "indicator_quarters",
        "field_lines",
    ),
    "indicator": ("indicators", "indicator_quarters", "field_lines"),
    "city_indicator": ("city_indicators", "strategy_links", "field_lines"),
    "agency_summary": ("agency_indicators", "agency_indicator_quarters", "field_lines"),
    "it_review": ("it_reviews", "field_lines"),
    "plan_record": ("plan_records", "field_lines"),
}
"""The tables that a page of each kind can fill; a page of no kind fills none."""
