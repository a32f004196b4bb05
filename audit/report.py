"""The report: a folder of HTML that works from a file, an overview and pages of projects.

A project has a page where it was asked for, or where something was found on it. Pages are written one by
one, so that memory stays flat. Nothing in them depends on when or where they were made. What a page of the
city says is data in all of them: Jinja2 escapes it, and it names no file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audit import chart, overview, wording
from audit.all_checks import CHECKS
from audit.curve import Progress, has_problem, progress_of
from audit.errors import AuditError
from audit.facts import Project, Row, captures_of_findings, findings_elsewhere, is_audited, projects
from audit.words import Text, english
from parsers.columns import PROJECT_CODE

Lines = Callable[[str, int, int], Collection[str | None]]
"""The printed lines of a capture from first to last, None for one that may name a contact.

There are fewer where the page ends before, and none where the archive does not hold it.
"""

MANIFEST = "report.json"
"""The file by which a folder is known as a report."""
_PAGES = re.compile(rf"projects/{PROJECT_CODE}\.html|other(-[0-9]+)?\.html")
"""Names of pages that an earlier report may have left."""
_TOGETHER = 100
_FINDINGS_A_PAGE = 200
_MOST_LINES = 40
"""Lines that a finding shows at most; its numbers say where the rest stands."""
_ASSETS = ("report.css", "report.js", "overview.js", "vega.LICENSE.txt")


@dataclass(slots=True)
class Written:
    """What a report holds."""

    is_audited: bool
    projects: int = 0
    findings: int = 0
    agencies: set[str] = field(default_factory=set)
    newest_capture: dt.datetime | None = None
    pages: list[str] = field(default_factory=list)

    def add(self, project: Project) -> None:
        """Count a project."""
        self.projects += 1
        self.findings += len(project.findings)
        self.agencies.add(project.row["agency_code"] or "")
        captured_at = project.capture["captured_at"]
        is_known = captured_at and project.capture["captured_at_source"] != "file_time"
        if is_known and (self.newest_capture is None or captured_at > self.newest_capture):
            self.newest_capture = captured_at


def write_report(
    tables: Path,
    out: Path,
    lines: Lines,
    *,
    version: str,
    codes: Collection[str] = (),
    all_pages: bool = False,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Written:
    """Write the report of the tables in a folder, on all projects or those of these codes, into ``out``.

    Projects that were asked for by their codes have pages, else those with findings, or all of them.
    ``out`` is a new or empty folder, or a report, of which pages that are no more are removed, and nothing
    else. Raises AuditError, before anything is written, where it is another folder, or the tables cannot be
    used or lack a code.
    """
    with closing(projects(tables, codes)) as chosen:
        first = list(islice(chosen, 1))  # what cannot be used fails here
        captures = captures_of_findings(tables, codes)
        before = _prepare(out)
        environment = _environment(tables, version, lines)
        environment.globals.update(captures=captures, has_others=not codes)
        written = Written(is_audited(tables))
        _write_assets(out / "assets")
        with overview.Data(out / "assets" / "data.js") as data:
            for some in _batches(first, chosen):
                for project, its_progress in zip(some, progress_of(some), strict=True):
                    has_page = bool(codes or all_pages or project.findings)
                    if has_page:
                        written.pages.append(_write_project(environment, out, project, its_progress))
                    data.add(project, its_progress, has_page)
                    written.add(project)
                progress(written.projects, None)
    if not codes:
        written.pages += _write_others(environment, out, findings_elsewhere(tables))
    checks = overview.check_counts(tables) if written.is_audited and not codes else []
    _render(environment, "index.html", out / "index.html", written=written, checks=checks, some=bool(codes))
    for page in before.difference(written.pages):
        (out / page).unlink(missing_ok=True)
    return written


def _batches(first: list[Project], rest: Iterator[Project]) -> Iterator[list[Project]]:
    some = first + list(islice(rest, _TOGETHER - len(first)))
    while some:
        yield some
        some = list(islice(rest, _TOGETHER))


def _prepare(out: Path) -> set[str]:
    """Make the folder; the pages that earlier reports left in it. Raises AuditError where it is no report."""
    manifest = out / MANIFEST
    if out.exists() and not manifest.exists() and any(out.iterdir()):
        raise AuditError(f"{out} is neither empty nor a report: name a new folder, or one of a report")
    (out / "projects").mkdir(parents=True, exist_ok=True)
    (out / "assets").mkdir(exist_ok=True)
    manifest.write_text(json.dumps({"made_by": "bma report"}) + "\n", encoding="utf-8")
    pages = (path.relative_to(out).as_posix() for path in (*out.glob("*"), *out.glob("projects/*")))
    return {page for page in pages if _PAGES.fullmatch(page)}


def _write_assets(folder: Path) -> None:
    templates = resources.files("audit") / "templates"
    for name in _ASSETS:
        (folder / name).write_bytes((templates / name).read_bytes())
    (folder / "vega.js").write_text(_runtime(), encoding="utf-8")


@cache
def _runtime() -> str:
    """Vega, Vega-Lite and Vega-Embed, from the renderer's own copy."""
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=chart.VEGA_LITE))


def _write_project(environment: Environment, out: Path, project: Project, progress: Progress) -> str:
    """Write the page of a project; its name."""
    if not re.fullmatch(PROJECT_CODE, project.code):
        raise AuditError(f"the tables hold the project code {project.code!r}, which is none")
    page = f"projects/{project.code}.html"
    curve = Markup(chart.svg(progress.curve)) if progress.curve else None
    gravest_first = sorted(project.findings, key=lambda found: overview.SEVERITIES.index(found["severity"]))
    values = {"project": project, "findings": gravest_first, "progress": progress, "curve": curve}
    _render(environment, "project.html", out / page, **values)
    return page


def _write_others(environment: Environment, out: Path, findings: Iterator[Row]) -> list[str]:
    """Write the findings on pages that are no project's, some hundred a file; the names of the files."""
    pages: list[str] = []
    some = list(islice(findings, _FINDINGS_A_PAGE))
    while some or not pages:
        following = list(islice(findings, _FINDINGS_A_PAGE))
        number = len(pages) + 1
        pages.append(_other(number))
        before = _other(number - 1) if number > 1 else None
        after = _other(number + 1) if following else None
        _render(environment, "other.html", out / pages[-1], findings=some, before=before, after=after)
        some = following
    return pages


def _other(number: int) -> str:
    return "other.html" if number == 1 else f"other-{number}.html"


def _render(environment: Environment, template: str, path: Path, **values: Any) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(environment.get_template(template).generate(**values))


def _environment(tables: Path, version: str, lines: Lines) -> Environment:
    environment = Environment(
        loader=PackageLoader("audit"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        version=version,
        lines=lines,
        package_hash=_hash(tables / "datapackage.json"),
        is_audited=is_audited(tables),
        check_of=check_of,
        proof_of=proof_of,
        has_problem=has_problem,
        described=chart.description,
        page_kinds=wording.PAGE_KINDS,
    )
    environment.filters.update(date=_date, time=_time, number=english, web=web_address)
    return environment


def _hash(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def check_of(name: str) -> dict[str, Text | None]:
    """What a check is called and what its findings mean; its name alone where it is of another version."""
    check = CHECKS.get(name)
    if check is None:
        return {"title": Text(name, name), "meaning": None, "not_proof": None}
    return {"title": check.title, "meaning": check.meaning, "not_proof": check.not_proof}


def proof_of(finding: Row, lines: Lines) -> list[tuple[int, str | None, bool]]:
    """The lines that prove a finding, and one more on either side: number, text, whether it proves."""
    first, last = finding["line_first"], finding["line_last"]
    if first is None:
        return []
    last = min(last or first, first + _MOST_LINES - 1)
    begin = max(1, first - 1)
    shown = enumerate(lines(finding["capture_id"], begin, last + 1), begin)
    return [(number, text, first <= number <= last) for number, text in shown]


def web_address(text: str | None) -> str | None:
    """An address that a reader may follow: http or https; None for any other."""
    with suppress(ValueError):
        if text and urlsplit(text).scheme in ("http", "https"):
            return text
    return None


def _date(day: dt.date) -> Text:
    return wording.date(day)


def _time(moment: dt.datetime) -> Text:
    """A time in Bangkok, to the minute."""
    local = moment.astimezone(wording.BANGKOK)
    day = wording.date(local.date())
    return Text(f"{day.th} {local:%H:%M} น.", f"{day.en}, {local:%H:%M} (UTC+7)")
