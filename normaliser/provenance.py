"""What a package says of itself as a whole: origin, period, counts, versions, terms, and for a catalogue.

All of it comes from the tables and from here, nothing from a clock. What only the publisher knows is null,
and named in ``bma:toFill``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import parsers

_LICENCE = (
    "The tables hold facts that pages of the Bangkok Metropolitan Administration state. The pages name no "
    "licence; no right in their texts is claimed or given here. As far as the compilation as such is "
    "protected, whoever made the tables may set its terms; the program that made them sets none."
)
_LICENCE_TH = (
    "ตารางประกอบด้วยข้อเท็จจริงที่ปรากฏบนหน้าเว็บของกรุงเทพมหานคร หน้าเว็บไม่ได้ระบุสัญญาอนุญาต "
    "และไม่มีการอ้างหรือให้สิทธิใดในข้อความเหล่านั้น "
    "หากการรวบรวมได้รับความคุ้มครอง ผู้จัดทำตารางเป็นผู้กำหนดเงื่อนไข โปรแกรมที่จัดทำไม่ได้กำหนดเงื่อนไขใด"
)
_BY_PUBLISHER = (
    "owner_org",
    "maintainer",
    "maintainer_email",
    "update_frequency_unit",
    "update_frequency_interval",
    "data_category",  # public only if it holds nobody's data, and patterns miss some
)
_ROWS_TOGETHER = 2_000
_CAPTURED = ["site", "source", "captured_at", "outcome", "is_latest"]


def provenance(folder: Path, about: dict[str, str]) -> dict[str, Any]:
    """The properties of the package of the finished tables in ``folder``, whose titles are ``about``."""
    captures = _Captures(folder / "captures.parquet")
    years = _years(folder / "projects.parquet")
    return {
        **({"sources": [{"title": site} for site in sorted(captures.sites)]} if captures.sites else {}),
        "bma:captures": {
            "count": captures.count,
            "shown": captures.shown,
            "outcomes": dict(sorted(captures.outcomes.items())),
            "sources": dict(sorted(captures.sources.items())),
            "first": _time(captures.first),
            "last": _time(captures.last),
        },
        "bma:fiscalYears": years,
        "bma:program": {
            "name": "bma-progress",
            "version": version("bma-progress"),
            "parsers": parsers.VERSION,
        },
        "bma:licence": {"en": _LICENCE, "th": _LICENCE_TH},
        "th_gdc": _catalogue(about, captures, years),
        "bma:toFill": [f"th_gdc.{key}" for key in _BY_PUBLISHER],
    }


class _Captures:
    """What is counted of the table of captures, read in batches."""

    def __init__(self, path: Path) -> None:
        self.sites: set[str] = set()
        self.sources: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.count = self.shown = 0
        times: list[dt.datetime] = []
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_ROWS_TOGETHER, columns=_CAPTURED, use_threads=False):
                columns = {name: batch[name].to_pylist() for name in _CAPTURED}
                self.count += batch.num_rows
                self.shown += sum(columns["is_latest"])
                self.sites.update(filter(None, columns["site"]))
                self.sources.update(columns["source"])
                self.outcomes.update(columns["outcome"])
                times += [time for time in columns["captured_at"] if time is not None]
                times = [min(times), max(times)] if times else []
        self.first: dt.datetime | None = times[0] if times else None
        self.last: dt.datetime | None = times[-1] if times else None


def _years(path: Path) -> dict[str, int] | None:
    """The first and the last fiscal year (Buddhist era) of a project; None where no page states one."""
    years: set[int] = set()
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_TOGETHER, columns=["fiscal_year_be"], use_threads=False):
            years.update(year for year in batch["fiscal_year_be"].to_pylist() if year is not None)
    return {"first_be": min(years), "last_be": max(years)} if years else None


def _catalogue(about: dict[str, str], captures: _Captures, years: dict[str, int] | None) -> dict[str, Any]:
    """The keys of the Thai government's data catalogue; those that the publisher must fill are null."""
    return {
        "data_type": "ข้อมูลระเบียน",
        "title": about["title_th"],
        **dict.fromkeys(_BY_PUBLISHER),
        "tag_string": "กรุงเทพมหานคร,โครงการ,ความคืบหน้า,ตัวชี้วัด,แผนปฏิบัติราชการ",
        "notes": about["description_th"],
        "objective": "เพื่อการวิจัยและการตรวจสอบความคืบหน้าโครงการของกรุงเทพมหานคร",
        "geo_coverage": "จังหวัด",
        "data_source": "หน้าความคืบหน้าโครงการของกรุงเทพมหานคร",
        "data_format": "CSV, Parquet",
        "license_id": "License not specified",
        "first_year_of_data": years and years["first_be"],
        "last_year_of_data": years and years["last_be"],
        "data_language": "ไทย",
        "last_updated_date": captures.last and captures.last.date().isoformat(),
    }


def _time(time: dt.datetime | None) -> str | None:
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")
