"""Progress reports as frames that several checks use."""

from __future__ import annotations

import pandas as pd

from audit.check import unjudged
from audit.tables import Tables


def pages_without(tables: Tables, rows: pd.DataFrame, reason: str) -> list[pd.DataFrame]:
    """The project pages without any of these rows, as not judged; a reduced copy has lost them."""
    pages = tables.kinds("project")
    bare = pages[~pages["page_code"].isin(rows["page_code"])]
    return [
        unjudged(bare[bare["is_reduced"]], "reduced_copy"),
        unjudged(bare[~bare["is_reduced"]], reason),
    ]


def in_time(reports: pd.DataFrame) -> pd.DataFrame:
    """The reports with a date and a percent, oldest first, each beside the one before it.

    Reports of one day stand as printed, the newest on top. `before_date`, `before_percent` and
    `before_position` are those of the report before; null for the first. `rise` is the difference in points.
    """
    told = reports.dropna(subset=["report_date", "progress_percent"])
    told = told.sort_values(["page_code", "report_date", "position"], ascending=[True, True, False])
    before = told.groupby("page_code")[["report_date", "progress_percent", "position"]].shift(1)
    told = told.assign(
        before_date=before["report_date"],
        before_percent=before["progress_percent"],
        before_position=before["position"],
    )
    return told.assign(rise=(told["progress_percent"] - told["before_percent"]).round(4))


def untold(tables: Tables, reports: pd.DataFrame) -> list[pd.DataFrame]:
    """The pages that checks over `in_time` do not judge."""
    return [
        *pages_without(tables, reports, "no_reports"),
        unjudged(reports[reports["report_date"].isna()], "no_report_date"),
        unjudged(reports[reports["progress_percent"].isna()], "no_percent"),
    ]


UNTOLD = ("reduced_copy", "no_reports", "no_report_date", "no_percent")
"""The reasons of `untold`."""
