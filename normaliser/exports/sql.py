"""What the two databases share: the definition of a table, and the views that analysts ask for first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from normaliser.exports.source import ExportTable
from normaliser.schema import layout


class View(NamedTuple):
    """A named question; ``tables`` are those that it needs."""

    name: str
    tables: tuple[str, ...]
    description: str
    description_th: str
    query: str

    @property
    def comment(self) -> str:
        """Its meaning, in Thai and in English."""
        return f"{self.description_th}\n{self.description}"


VIEWS = (
    View(
        "latest_reports",
        ("projects", "progress_reports"),
        "The newest progress report of each project (by its date, then by its place on the page), with name, "
        "agency and year.",
        "รายงานความคืบหน้าล่าสุดของแต่ละโครงการ (ตามวันที่ แล้วตามลำดับในหน้า) พร้อมชื่อโครงการ หน่วยงาน และปีงบประมาณ",
        """
        SELECT project_code, name, agency_code, agency_name, fiscal_year_be, report_date, progress_percent,
               narrative, problems, obstacles, capture_id, line_first, line_last
        FROM (
            SELECT p.project_code, p.name, p.agency_code, p.agency_name, p.fiscal_year_be, r.report_date,
                   r.progress_percent, r.narrative, r.problems, r.obstacles, r.capture_id, r.line_first,
                   r.line_last,
                   ROW_NUMBER() OVER (
                       PARTITION BY p.project_code ORDER BY r.report_date DESC NULLS LAST, r.position
                   ) AS place
            FROM projects AS p JOIN progress_reports AS r ON r.project_code = p.project_code
        ) AS placed
        WHERE place = 1
        """,
    ),
    View(
        "progress_by_agency_year",
        ("projects",),
        "Projects of each agency and fiscal year: how many, how many state a percent, its mean, least and "
        "greatest, how many are at 100.",
        "โครงการของแต่ละหน่วยงานในแต่ละปีงบประมาณ: จำนวน จำนวนที่ระบุร้อยละ ค่าเฉลี่ย ต่ำสุด สูงสุด และจำนวนที่ถึงร้อยละ 100",
        """
        SELECT agency_code, MIN(agency_name) AS agency_name, fiscal_year_be, COUNT(*) AS projects,
               COUNT(progress_percent) AS with_percent, AVG(progress_percent) AS mean_percent,
               MIN(progress_percent) AS least_percent, MAX(progress_percent) AS greatest_percent,
               SUM(CASE WHEN progress_percent >= 100 THEN 1 ELSE 0 END) AS finished
        FROM projects
        GROUP BY agency_code, fiscal_year_be
        """,
    ),
    View(
        "plan_and_reports",
        ("progress_reports", "plan_steps"),
        "Each dated report beside the plan: the weights of the steps that were to end by its date, together. "
        "Null where a step lacks its weight or end.",
        "แต่ละรายงานเทียบกับแผน: ผลรวมน้ำหนักของขั้นตอนที่ครบกำหนดภายในวันที่รายงาน เว้นว่างถ้าขั้นตอนใดไม่มีน้ำหนักหรือวันสิ้นสุด",
        """
        SELECT r.project_code, r.position, r.report_date, r.progress_percent AS reported_percent,
               CASE WHEN COUNT(s.weight_percent) = COUNT(s.position)
                     AND COUNT(s.end_date) = COUNT(s.position)
                    THEN SUM(CASE WHEN s.end_date <= r.report_date THEN s.weight_percent ELSE 0 END)
               END AS weight_due_percent,
               COUNT(s.position) AS steps,
               SUM(CASE WHEN s.end_date <= r.report_date THEN 1 ELSE 0 END) AS steps_due
        FROM progress_reports AS r JOIN plan_steps AS s ON s.project_code = r.project_code
        WHERE r.report_date IS NOT NULL
        GROUP BY r.project_code, r.position, r.report_date, r.progress_percent
        """,
    ),
    View(
        "issues_by_code",
        ("parse_issues",),
        "What could not be read, or reads oddly: how often, on how many captures.",
        "สิ่งที่อ่านไม่ได้หรือผิดสังเกต: พบกี่ครั้ง ในกี่ฉบับที่จัดเก็บ",
        """
        SELECT severity, code, page_kind, COUNT(*) AS issues, COUNT(DISTINCT capture_id) AS captures
        FROM parse_issues
        GROUP BY severity, code, page_kind
        """,
    ),
)
"""In the SQL that DuckDB and SQLite share."""


def views(tables: Mapping[str, ExportTable]) -> list[View]:
    """The views whose tables are all there, each page once: those of a history have other keys."""
    fitting = {name for name, table in tables.items() if table.key == layout(name).key}
    return [view for view in VIEWS if fitting.issuperset(view.tables)]


def create_table(table: ExportTable, types: Mapping[str, str], tables: Mapping[str, ExportTable]) -> str:
    """The statement that makes a table with its keys; those of parents that are not there are left out."""
    parts = [
        f"{quoted(column.name)} {types[column.type].format(column=quoted(column.name))}"
        + (" NOT NULL" if column.required else "")
        for column in table.columns
    ]
    parts.append(f"PRIMARY KEY ({_list(table.key)})")
    parts += [
        f"FOREIGN KEY ({_list(key.columns)}) REFERENCES {quoted(key.parent)} ({_list(key.parent_columns)})"
        for key in table.foreign_keys
        if key.parent in tables
    ]
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(parts) + "\n)"


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))
