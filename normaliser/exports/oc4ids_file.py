"""``--oc4ids``: projects as Open Contracting for Infrastructure Data (OC4IDS 0.9), unofficial.

The standard means infrastructure projects and official publishers; these are projects of every kind, read
off pages by a third party, and the file says so. Reported percents are ``metrics``, the plan's cumulated
weights ``forecasts``, its steps ``milestones``. Codes stand as printed: no prefix is registered, and none is
invented.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc

from normaliser.errors import ExportError
from normaliser.exports.source import ExportTable, Source
from normaliser.exports.target import ExportReport, written_whole

VERSION = "0.9"
NOTE = (
    "Unofficial: made by a third party from the progress pages of the Bangkok Metropolitan Administration, "
    "for projects of every kind. Identifiers are the pages' codes; they have no registered prefix."
)
_PROJECTS = "BMA project code (no registered scheme)"
_AGENCIES = "BMA agency code (no registered scheme)"
_STRATEGY = "BMA strategy (ยุทธศาสตร์กรุงเทพมหานคร; no registered scheme)"
_PERCENT = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
_METRIC = {"id": "physicalProgress", "title": "Physical progress"}

Row = Mapping[str, Any]
Check = Callable[[dict[str, Any]], None]
"""Called with a whole package of one project; raises ExportError where it does not hold."""


class Publication(NamedTuple):
    """Who publishes the file; ``uri`` names it, by default by the hash of the tables' description."""

    publisher: str = "unofficial (made with bma-progress)"
    uri: str | None = None


def write(source: Source, target: Path, by: Publication, check: Check | None = None) -> ExportReport:
    """Write the projects of a source as one OC4IDS package, each checked by ``check``; raises ExportError."""
    projects = source.needed("projects")
    if projects.key != ("project_code",):
        raise ExportError("a history has a project many times; OC4IDS is made from the tables beside it")
    if not projects.rows:
        raise ExportError("the tables hold no project, and an OC4IDS package needs one")
    report = ExportReport()
    envelope = {
        "uri": by.uri or _uri(source),
        "publisher": {"name": by.publisher},
        "publishedDate": _newest_capture(source),
        "version": VERSION,
        "description": NOTE,
    }
    with written_whole(target) as path, path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            json.dumps(envelope, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "projects": [\n'
        )
        for number, project in enumerate(_projects(source, projects, report)):
            if check is not None:
                check({**envelope, "projects": [project]})
            file.write((",\n" if number else "") + json.dumps(project, ensure_ascii=False))
        file.write("\n ]\n}\n")
    report.rows["projects"] = projects.rows
    report.redacted = source.filter.counts
    return report


def _uri(source: Source) -> str:
    """A name by hash (RFC 6920) of the description of the tables: the same tables, the same name."""
    digest = hashlib.sha256(json.dumps(source.package, sort_keys=True).encode()).digest()
    return "ni:///sha-256;" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _newest_capture(source: Source) -> str:
    """The newest time of a capture: when the content last changed, whatever the clock says."""
    captures = source.needed("captures")
    place = captures.names.index("captured_at")
    times = (pc.max(batch.column(place)).as_py() for batch in source.batches(captures) if batch.num_rows)
    newest = max((time for time in times if time is not None), default=None)
    if newest is None:
        raise ExportError("no capture has a time, and an OC4IDS package needs the date of its content")
    return _time(newest)


def _projects(source: Source, projects: ExportTable, report: ExportReport) -> Iterator[dict[str, Any]]:
    """Every project with its rows in the other tables, which are read beside it in the same order."""
    reports = _Children(source, "progress_reports")
    steps = _Children(source, "plan_steps")
    links = _Children(source, "strategy_links")
    unmeasured = unforeseen = 0
    for row in _rows(source, projects):
        code = row["project_code"]
        told, planned, linked = reports.of(code), steps.of(code), links.of(code)
        foreseen = forecast(planned)
        unmeasured += sum(each["progress_percent"] is None for each in told)
        unforeseen += bool(planned) and foreseen is None
        yield _project(row, told, planned, linked, foreseen)
    if unmeasured:
        report.notes.append(f"{unmeasured:,} reports state no percent and are no observations")
    if unforeseen:
        report.notes.append(
            f"{unforeseen:,} plans lack a weight or an end date of a step and are no forecasts"
        )


class _Children:
    """The rows of a table by project, asked for in the order of the codes; one project's rows are held."""

    def __init__(self, source: Source, name: str) -> None:
        table = source.needed(name)
        rows = _rows(source, table)
        self._rows = (
            row for row in rows if row["project_code"] and row.get("page_kind", "project") == "project"
        )
        self._next = next(self._rows, None)

    def of(self, code: str) -> list[Row]:
        """The rows of a project, in order."""
        found = []
        while self._next is not None and self._next["project_code"] <= code:
            if self._next["project_code"] == code:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _rows(source: Source, table: ExportTable) -> Iterator[Row]:
    names = table.names
    return (dict(zip(names, row, strict=True)) for row in source.rows(table))


def _project(
    row: Row, reports: list[Row], steps: list[Row], links: list[Row], foreseen: dict[str, Any] | None
) -> dict[str, Any]:
    """One project; what the page does not say is absent."""
    code, agency = row["project_code"], row["agency_code"]
    named = {"name": row["agency_name"]} if row["agency_name"] else {}
    scheme = {"identifier": {"scheme": _AGENCIES, "id": agency}}
    metric = _metric(reports)
    project = {
        "id": code,
        "identifiers": [{"id": code, "scheme": _PROJECTS}],
        "updated": None if row["captured_at"] is None else _time(row["captured_at"]),
        "title": row["name"],
        "description": row["rationale"],
        "purpose": row["objectives"],
        "additionalClassifications": _classifications(links),
        "parties": [{"id": agency, **named, **scheme, "roles": ["publicAuthority"]}] if agency else None,
        "publicAuthority": {"id": agency, **named} if agency else None,
        "forecasts": [foreseen] if foreseen else None,
        "metrics": [metric] if metric else None,
        "milestones": _milestones(steps),
    }
    return {name: value for name, value in project.items() if value}


def _classifications(links: list[Row]) -> list[dict[str, Any]]:
    """The lines of the strategy that have a number, each once."""
    found = {
        link["number"]: {"scheme": _STRATEGY, "id": link["number"]}
        | ({"description": link["title"]} if link["title"] else {})
        for link in links
        if link["number"]
    }
    return list(found.values())


def _metric(reports: list[Row]) -> dict[str, Any] | None:
    """The reported percents, the oldest first; reports without one are no observations."""
    told = [report for report in reports if report["progress_percent"] is not None]
    told.sort(key=lambda report: (report["report_date"] or dt.date.min, -report["position"]))
    observations = [
        _observation(
            report["position"], report["progress_percent"], report["report_date"], report["narrative"]
        )
        for report in told
    ]
    return {**_METRIC, "observations": observations} if observations else None


def forecast(steps: list[Row]) -> dict[str, Any] | None:
    """The percent that the plan foresees at the end of each step; None where a weight or an end lacks."""
    if not steps or any(step["weight_percent"] is None or step["end_date"] is None for step in steps):
        return None
    total = Decimal(0)
    observations = []
    for step in sorted(steps, key=lambda step: (step["end_date"], step["position"])):
        total += Decimal(str(step["weight_percent"]))
        observations.append(
            _observation(step["position"], float(total), step["end_date"], step["description"])
        )
    return {**_METRIC, "observations": observations}


def _observation(position: int, percent: float, day: dt.date | None, notes: str | None) -> dict[str, Any]:
    """A percent at a day, which the standard writes as a period that begins and ends there."""
    observation = {
        "id": str(position),
        "measure": percent,
        "unit": _PERCENT,
        "period": None if day is None else {"startDate": _day(day), "endDate": _day(day)},
        "notes": notes,
    }
    return {name: value for name, value in observation.items() if value is not None}


def _milestones(steps: list[Row]) -> list[dict[str, Any]]:
    found = (
        {
            "id": str(step["position"]),
            "title": step["description"],
            "dueDate": None if step["end_date"] is None else _day(step["end_date"]),
        }
        for step in steps
    )
    return [{name: value for name, value in each.items() if value is not None} for each in found]


def _day(day: dt.date) -> str:
    """A day as a time, which the standard asks for: its beginning in Bangkok."""
    return f"{day.isoformat()}T00:00:00+07:00"


def _time(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
