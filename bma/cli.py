"""The command line: `bma COMMAND`. Each command lives in a short module of its group.

Nothing heavy is imported before a command needs it, so that help and usage errors come at once.
"""

from __future__ import annotations

import os
import sys

import click

import bma
from bma import archive, audit, captures, discover, evidence, export, fetch, pages, report, sample, tables


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(bma.__version__, prog_name="bma")
def cli() -> None:
    """From BMA project progress pages to evidence, tidy tables and findings.

    Exit codes: 0 done; 1 done, but some pages failed or faults were found; 2 wrong usage or unreadable input;
    3 stopped because the site refuses us or asks us to wait.
    """


for command in (
    *fetch.COMMANDS,
    discover.discover,
    *pages.COMMANDS,
    *tables.COMMANDS,
    *export.COMMANDS,
    audit.audit,
    report.report,
    *archive.COMMANDS,
    *captures.COMMANDS,
    *evidence.COMMANDS,
    sample.sample,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; an error ends it with a message, never with a traceback.

    Set BMA_DEBUG=1 to see where an unexpected error comes from.
    """
    try:
        cli(prog_name="bma")
    except Exception as error:
        if os.environ.get("BMA_DEBUG"):
            raise
        click.echo(f"bma: {_describe(error)}", err=True)
        sys.exit(2)


def _describe(error: Exception) -> str:
    """What to tell a user of an error: ours say it themselves, the system's name the file."""
    from audit.errors import AuditError
    from normaliser.errors import BuildError, ExportError, UnknownTable
    from scraper.errors import ScraperError

    if isinstance(error, ScraperError | BuildError | ExportError | UnknownTable | AuditError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return f"unexpected {type(error).__name__}: {error} (BMA_DEBUG=1 shows where; please report it)"


if __name__ == "__main__":
    main()
