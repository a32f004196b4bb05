"""bma-progress: BMA project progress pages as evidence, tidy tables and findings.

For notebooks: `parse` reads one page, `open_archive` the stored bytes, `read_tables` what ``bma build``
wrote, `latest` and `history` one page of it. Nothing heavy is imported before one of them is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from bma.frames import PageFrames, Tables
    from scraper.archive import Archive

__version__ = "0.1.0"
__all__ = ["history", "latest", "open_archive", "parse", "read_tables"]


def parse(body: bytes, *, url: str | None = None) -> PageFrames:
    """What one page says, from its bytes: HTML or a text copy, UTF-8 or windows-874.

    ``url`` is the address that the page had, which tells kind and code where the page itself does not (a
    reduced copy). Never raises for what the bytes hold: see ``outcome`` and ``issues`` of the result.
    The forms of the pages that are read are those of the data dictionary's tables.

    >>> from importlib.resources import files
    >>> import bma
    >>> page = bma.parse(files("bma.sample_pages").joinpath("nested-50030000-9101.html").read_bytes())
    >>> page.kind, page.code, page.outcome
    ('project', '50030000-9101', 'ok')
    >>> page.tables["progress_reports"][["report_date", "progress_percent", "line_first", "line_last"]]
      report_date  progress_percent  line_first  line_last
    0  2023-02-08              45.0          24         29
    1  2023-01-10              30.0          30         35
    2  2022-12-09              20.0          36         41
    3  2022-11-07              10.0          42         47
    >>> page.lines[23]
    '(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2023-02-08)'
    """
    from bma.frames import read_page

    return read_page(body, url=url)


def open_archive(data: str | os.PathLike[str] = "data") -> Archive:
    """The archive in ``DATA/raw``, for reading; a context manager.

    ``find(code)`` gives a page's captures, ``body(capture_id)`` the bytes of one, proven by their SHA-256.
    Raises `scraper.errors.ArchiveError` where there is no archive.

    >>> import bma
    >>> with bma.open_archive("bma-sample") as archive:
    ...     for capture in archive.find("50030000-9101"):
    ...         print(capture.capture_id, capture.size_bytes == len(archive.body(capture.capture_id)))
    e79ee59befc51277 True
    """
    from bma.frames import open_for_reading

    return open_for_reading(data)


def read_tables(data: str | os.PathLike[str] = "data", *names: str, history: bool = False) -> Tables:
    """The tables in ``DATA/clean`` as pandas data frames by name: those named, or all.

    Shapes, types, units and keys are those of the data dictionary. Whole numbers and booleans are pandas'
    own types with ``<NA>``, dates and times ``datetime64`` (times in UTC), texts ``str``. With ``history``
    they are those of ``bma build --history``: every capture, and `changes`.

    Raises FileNotFoundError where they are not there, `normaliser.errors.UnknownTable` for another name.

    >>> import bma
    >>> tables = bma.read_tables("bma-sample", "projects", "plan_steps")
    >>> tables["projects"].shape[0], tables["plan_steps"]["weight_percent"].dtype
    (11, dtype('float64'))
    """
    from bma.frames import read

    return read(data, names, history=history)


def latest(code: str, data: str | os.PathLike[str] = "data") -> Tables:
    """What the tables in ``DATA/clean`` show of one page, by its code: the rows of each table that has some.

    That is the page's newest full capture. Empty where they hold no such page. Raises FileNotFoundError
    where there are no tables.

    >>> import bma
    >>> page = bma.latest("50030000-9101", "bma-sample")
    >>> page["projects"]["progress_percent"].item()
    45.0
    """
    from bma.frames import read_rows_of

    return read_rows_of(code, data, history=False)


def history(code: str, data: str | os.PathLike[str] = "data") -> Tables:
    """All captures of one page, by its code, as ``bma build --history`` wrote them, and what changed.

    As `latest`, with a row for every capture: order by ``captures.captured_at``. Raises FileNotFoundError
    where there is no history.

    >>> import bma
    >>> page = bma.history("50030000-9101", "bma-sample")
    >>> len(page["captures"]), "changes" in page
    (1, False)
    """
    from bma.frames import read_rows_of

    return read_rows_of(code, data, history=True)
