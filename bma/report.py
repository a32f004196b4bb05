"""`bma report`: the tables and what was found in them, as pages to read, or one project's curve."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bma.options import clean, data_option, json_option, print_json, progress_bar, raw, share_memory

if TYPE_CHECKING:
    from scraper.archive import Archive


@click.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the report, new or one of an earlier report; with png or svg the file.",
)
@data_option
@click.option(
    "--format",
    "form",
    type=click.Choice(("html", "png", "svg")),
    default="html",
    show_default=True,
    help="The report, or the curve of one project as a picture.",
)
@click.option(
    "--lang",
    type=click.Choice(("th", "en")),
    default="th",
    show_default=True,
    help="Language of the picture; the report has both.",
)
@click.option(
    "--font",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A font file with Thai for the picture [default: one of the system's].",
)
@click.option("--all-pages", is_flag=True, help="A page for each project, also where nothing was found.")
@json_option
def report(
    codes: tuple[str, ...],
    out: Path,
    data: Path,
    form: str,
    lang: str,
    font: Path | None,
    all_pages: bool,
    as_json: bool,
) -> None:
    """Write a report on all projects, or on those with these CODEs, as HTML that works offline.

    An overview of all, and a page for each project that was asked for, or else has findings. It shows
    reported progress beside the plan, and each finding of bma audit with the lines that prove it; nobody's
    name or number on a contact line. Open index.html in the folder.

    With --format png or svg it is the curve of one project alone, for a paper or a slide.
    """
    share_memory()
    if form == "html":
        if font or lang != "th":
            raise click.UsageError("--font and --lang are for a picture: add --format png or svg")
        _write_pages(codes, out, data, all_pages, as_json)
    elif all_pages:
        raise click.UsageError(f"--all-pages is for the report: leave --format {form} out")
    elif len(codes) != 1:
        raise click.UsageError(f"--format {form} draws one project: give its CODE")
    else:
        _write_picture(codes[0], out, data, form, lang, font, as_json)


def _write_pages(codes: tuple[str, ...], out: Path, data: Path, all_pages: bool, as_json: bool) -> None:
    import bma
    from audit.report import write_report
    from scraper.archive import Archive

    if out.exists() and not out.is_dir():
        raise click.UsageError(f"--out {out} is a file; a report is a folder")
    with Archive(raw(data)) as archive, progress_bar("Writing pages") as progress:
        written = write_report(
            clean(data),
            out,
            PageLines(archive).lines,
            version=bma.__version__,
            codes=codes,
            all_pages=all_pages,
            progress=progress,
        )
    pages = sum(page.startswith("projects/") for page in written.pages)
    if not written.is_audited:
        click.echo(
            "the tables have not been checked, so there are no findings: `bma audit` does it", err=True
        )
    if as_json:
        counts = {"projects": written.projects, "pages": pages, "findings": written.findings}
        print_json({"out": str(out), **counts})
    else:
        click.echo(
            f"{written.projects:,} projects, {pages:,} pages of them, {written.findings:,} findings: "
            f"open {out / 'index.html'}"
        )


def _write_picture(
    code: str, out: Path, data: Path, form: str, lang: str, font: Path | None, as_json: bool
) -> None:
    from audit.curve import progress_of
    from audit.errors import AuditError
    from audit.facts import projects
    from audit.picture import picture

    if out.is_dir():
        raise click.UsageError(f"--out {out} is a folder; the picture is a file")
    (project,) = projects(clean(data), [code])
    (progress,) = progress_of([project])
    if progress.curve is None:
        raise AuditError(f"{code} has no report and no step of a plan that can be drawn")
    drawn = picture(project, progress.curve, "en" if lang == "en" else "th", font, png=form == "png")
    out.write_bytes(drawn)
    if as_json:
        print_json({"out": str(out), "project_code": code, "size_bytes": len(drawn)})
    else:
        click.echo(f"{out}: the curve of {code}, {len(drawn):,} bytes")


class PageLines:
    """The printed lines of captures in an archive, those of contacts left out."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._page = lru_cache(maxsize=2)(self._read)  # the findings of a page come together

    def lines(self, capture_id: str, first: int, last: int) -> list[str | None]:
        """The lines from first to last, None for one that may name a contact.

        Fewer where the page ends before; none where the archive does not hold the capture.
        """
        return self._page(capture_id)[first - 1 : last]

    def _read(self, capture_id: str) -> list[str | None]:
        import parsers

        capture = self._archive.get(capture_id)
        if capture is None or capture.failure is not None:
            return []
        page = parsers.parse(self._archive.body(capture_id), kind=capture.page_kind, code=capture.page_code)
        return [None if number in page.private_lines else line for number, line in enumerate(page.lines, 1)]
