"""Which capture of a page the main tables show, and which captures a history compares.

The rule of the tables' design: of the captures of one page (one kind and code) that read as the page that
was asked for, a copy of a live site before the frozen one, a full copy before a reduced one, then the
newest, then the smaller capture_id. A frozen site says what a page was, whenever it is captured, so its
times do not compare with those of another site.
"""

from __future__ import annotations

import datetime as dt

from parsers.records import Capture

Rank = tuple[bool, bool, float, str]

NO_SITE, FILE_TIME = "no_site", "file_time"
"""Why a capture is not compared with others: nothing tells on which site, or when, the page said this."""

_FROZEN = "/mobile62"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def may_be_shown(capture: Capture) -> bool:
    """Whether the main tables may show a capture: the page that was asked for, of known kind and code."""
    return capture.outcome == "ok" and capture.page_kind != "unknown" and capture.page_code is not None


def rank(capture: Capture) -> Rank:
    """What captures of one page that may be shown are compared by; the smallest is shown.

    Frozen or not, reduced or not, seconds before the epoch (no time is older than any), capture_id.
    """
    time = capture.captured_at
    return (
        capture.site is not None and capture.site.endswith(_FROZEN),
        capture.copy_kind in ("reduced_text", "reduced_html"),
        float("inf") if time is None else (_EPOCH - time).total_seconds(),
        capture.capture_id,
    )


def why_not_compared(capture: Capture) -> str | None:
    """Why a capture takes no part in `changes`; None where it does."""
    if capture.site is None:
        return NO_SITE
    return FILE_TIME if capture.captured_at_source == "file_time" else None
