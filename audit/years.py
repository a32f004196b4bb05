"""Fiscal years of pages: 2563 of the Buddhist era is 1 October 2019 to 30 September 2020."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from parsers.thai import fiscal_year_span


def with_year(rows: pd.DataFrame, years: pd.Series[float]) -> pd.DataFrame:
    """``rows`` with `fiscal_year_be` (as text), `year_first` and `year_last`, null where it is not known."""
    spans = {year: _span(year) for year in years.dropna().unique()}
    return rows.assign(
        fiscal_year_be=years.map("{:.0f}".format, na_action="ignore"),
        year_first=pd.to_datetime(years.map({year: first for year, (first, _) in spans.items()})),
        year_last=pd.to_datetime(years.map({year: last for year, (_, last) in spans.items()})),
    )


def _span(year: float) -> tuple[dt.date | None, dt.date | None]:
    try:
        return fiscal_year_span(int(year))
    except ValueError:  # a year that the page prints, and that is not of this era
        return None, None


def with_project_year(rows: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Rows of project pages with the fiscal year that the head of their page says."""
    return with_year(rows, rows["page_code"].map(projects.set_index("page_code")["fiscal_year_be"]))
