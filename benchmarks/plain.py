"""The plain script: what a researcher who knows BeautifulSoup and pandas would write for the same pages.

It reads a folder of saved pages and writes six CSV files. It is correct on the generated pages and neither
slowed nor tuned: no evidence, no line numbers, no issues, and a page in another form would be lost silently.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
from bs4 import BeautifulSoup

Row = dict[str, Any]

INLINE = ["a", "b", "em", "font", "i", "small", "span", "strong", "u"]
HEADINGS = {
    "rationale": r"หลักการและเหตุผล\n(.*?)\n\d{8}/\d{8}\n",
    "objectives": r"วัตถุประสงค์ของโครงการ\n(.*?)\nเป้าหมายของโครงการ\n",
    "goals": r"เป้าหมายของโครงการ\n(.*?)\nสนับสนุนยุทธศาสตร์",
}
ENTRY = (
    r"\((\d+)\) ความคืบหน้าโครงการฯ ร้อยละ ([\d.]+) \((\d{4}-\d\d-\d\d)\)\n"
    r"[\d.]+\n(\d+/\d+/\d{4}) : (.*?)\n"
    r"\*\* ปัญหาของโครงการ :(.*?)\n\*\* อุปสรรคของโครงการ :(.*?)\n-+&&&-+"
)
STEP = r"^ขั้นตอน (\d+)\n:(.*?)\n:([\d.]+)%\nเริ่มต้น :(\d\d/\d\d/\d{4})\nสิ้นสุด :(\d\d/\d\d/\d{4})$"
INDICATOR = (
    r"รายละเอียดเกี่ยวกับตัวชี้วัด : ([\d-]+)\nตัวชี้วัด : (.*)\nค่าเป้าหมาย (.*) : ([\d.,]+)\nผลงานที่ทำได้ .* : ([\d.,]+)\n"
    r"ประเภทตัวชี้วัด : (.*)\n(.*)\n((?:.*\n)*?)(?=รายละเอียดเกี่ยวกับ|\*\* ผลการประเมิน)"
)
QUARTER = r"^([1-4])\n([\d.,]+)\n(?:([\d.]+)\n)?([\d.]+) / ([\d.]+)$"
STRATEGY = r"^:?(ด้าน|มิติ|เป้าหมาย|เป้าประสงค์)ที่ ([๐-๙.]+) (?:[-–] )?(.*)$"
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def page_text(html: str) -> str:
    """The text of a page with a line for each piece of text between block tags."""
    soup = BeautifulSoup(html, "lxml")
    for tag in soup(INLINE):  # or the text breaks in the middle of words
        tag.unwrap()
    soup.smooth()
    return "\n".join(" ".join(string.split()) for string in soup.body.stripped_strings)


def number(text: str) -> float | None:
    return float(text.replace(",", "")) if text else None


def thai_date(text: str) -> str:
    day, month, year = text.split("/")
    return f"{int(year) - 543}-{int(month):02d}-{int(day):02d}"


def iso_date(text: str) -> str:
    return "-".join(reversed(text.split("/")))


def first(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.DOTALL)
    return match[1].strip() if match else None


def read_project(text: str) -> Row:
    name, code, agency, year = re.search(
        r"^(.*) : (\d{8}-\d{4})\n(.*?) : \((\d{4})\)$", text, re.MULTILINE
    ).groups()
    quarter, score = re.search(r"ประเมินโครงการ : ไตรมาสที่ (\d) ?:? ?([\d.]*)", text).groups()
    return {
        "project_code": code,
        "name": name,
        "agency_code": code[:8],
        "agency_name": agency.replace("\u0e4d\u0e32", "\u0e33").lstrip("* ").split(" ")[-1],
        "fiscal_year_be": int(year),
        "progress_percent": number(first(r"ความคืบหน้าโครงการ ร้อยละ ([\d.]+)", text)),
        "evaluation_quarter": int(quarter),
        "evaluation_score": number(score),
        **{column: first(pattern, text) for column, pattern in HEADINGS.items()},
    }


def stated(text: str) -> tuple[str | None, bool]:
    text = text.strip()
    return (None, False) if text in ("ไม่มี", "-") else (text, True)


def read_page(text: str, tables: dict[str, list[Row]]) -> None:
    """Add the rows of one page to the lists of rows."""
    project = read_project(text)
    code = project["project_code"]
    tables["projects"].append(project)
    for position, match in enumerate(re.finditer(STRATEGY, text, re.MULTILINE), 1):
        level, printed, title = match.groups()
        tables["strategy_links"].append(
            {
                "project_code": code,
                "position": position,
                "level_name": level,
                "number": printed.translate(THAI_DIGITS),
                "title": title.split(" : ")[0].removesuffix("%"),
            }
        )
    for position, match in enumerate(re.finditer(ENTRY, text, re.DOTALL), 1):
        sequence, percent, reported, told, narrative, problems, obstacles = match.groups()
        problems, problems_stated = stated(problems)
        obstacles, obstacles_stated = stated(obstacles)
        tables["progress_reports"].append(
            {
                "project_code": code,
                "position": position,
                "sequence": int(sequence),
                "report_date": reported,
                "progress_percent": number(percent),
                "narrative_date": thai_date(told),
                "narrative": narrative,
                "problems": problems,
                "problems_stated": problems_stated,
                "obstacles": obstacles,
                "obstacles_stated": obstacles_stated,
            }
        )
    for position, match in enumerate(re.finditer(STEP, text, re.MULTILINE | re.DOTALL), 1):
        step, description, weight, start, end = match.groups()
        tables["plan_steps"].append(
            {
                "project_code": code,
                "position": position,
                "step": int(step),
                "description": description,
                "weight_percent": number(weight),
                "start_date": iso_date(start),
                "end_date": iso_date(end),
            }
        )
    for position, match in enumerate(re.finditer(INDICATOR, text), 1):
        indicator, name, unit, target, result, kind, level, rest = match.groups()
        tables["indicators"].append(
            {
                "page_code": code,
                "position": position,
                "indicator_code": indicator,
                "name": name,
                "unit": unit,
                "target_value": number(target),
                "result_value": number(result),
                "indicator_type": kind,
                "result_level": level,
            }
        )
        for row, cells in enumerate(re.finditer(QUARTER, rest, re.MULTILINE), 1):
            quarter, value, score, first_criterion, second_criterion = cells.groups()
            tables["indicator_quarters"].append(
                {
                    "page_code": code,
                    "indicator_position": position,
                    "position": row,
                    "quarter": int(quarter),
                    "result_value": number(value),
                    "score": number(score),
                    "criterion_2_1": number(first_criterion),
                    "criterion_2_2": number(second_criterion),
                }
            )


TABLES = (
    "projects",
    "strategy_links",
    "progress_reports",
    "plan_steps",
    "indicators",
    "indicator_quarters",
)


def run(pages: Path, out: Path) -> None:
    """Read every saved page of a folder and write one CSV file per table."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for path in sorted(pages.glob("*.html")):
        read_page(page_text(path.read_text(encoding="utf-8")), tables)
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(out / f"{name}.csv", index=False, encoding="utf-8-sig")


if __name__ == "__main__":
    import sys

    run(Path(sys.argv[1]), Path(sys.argv[2]))
