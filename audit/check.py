"""What a check is: its declaration, the registry of all of them, and what it hands back.

A check is one small function over data frames with its name, severity, titles, what a finding means and
does not prove, its threshold, and the reasons for which it may leave a page unjudged. ``docs/checks.md`` is
generated from these declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from audit.reasons import REASONS
from audit.words import Text, english, thai, value_text

if TYPE_CHECKING:
    from audit.tables import Tables

_NAMED = re.compile(r"\{(\w+)\}")

PAGE = ["page_kind", "page_code"]
"""The columns that name a page."""


class Threshold(NamedTuple):
    """What a check compares with: ``default`` unless a file sets another, in ``unit``, up to ``most``."""

    default: float
    unit: Text
    most: float = float("inf")


@dataclass(slots=True)
class Result:
    """What a check says: ``found`` as `finds` makes it, ``unjudged`` as `unjudged` does.

    A page of the check's kinds that is in neither has passed.
    """

    found: list[pd.DataFrame] = field(default_factory=list)
    unjudged: list[pd.DataFrame] = field(default_factory=list)


Run = Callable[["Tables", float], Result]
"""A check's function: from the tables and its threshold (0 where it has none) to what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, as `check` declares it."""

    name: str
    severity: str
    kinds: tuple[str, ...]
    title: Text
    meaning: Text
    not_proof: Text
    reasons: tuple[str, ...]
    threshold: Threshold | None
    run: Run


CHECKS: dict[str, Check] = {}
"""All checks by name; `audit.all_checks` fills it."""


def check(
    *,
    severity: str,
    kinds: tuple[str, ...] = ("project",),
    title: Text,
    meaning_th: str,
    not_proof: Text,
    reasons: tuple[str, ...] = (),
    threshold: Threshold | None = None,
) -> Callable[[Run], Run]:
    """Declare a function as the check of its name; its docstring is what a finding means, in English.

    severity is `error` (cannot be as it stands), `warning` (ask about it) or `info` (worth knowing); kinds
    are the kinds of pages that it judges; reasons are the names in `REASONS` of why it may not judge one.
    """
    unknown = set(reasons) - REASONS.keys()
    assert not unknown, unknown

    def register(run: Run) -> Run:
        name = run.__name__
        CHECKS[name] = Check(
            name=name,
            severity=severity,
            kinds=kinds,
            title=title,
            meaning=Text(meaning_th, " ".join((run.__doc__ or "").split())),
            not_proof=not_proof,
            reasons=reasons,
            threshold=threshold,
            run=run,
        )
        return run

    return register


FOUND = [
    *PAGE,
    "capture_id",
    "capture_id_before",
    "table_name",
    "position",
    "column",
    "line_first",
    "line_last",
    "value",
    "expected",
    "message_th",
    "message_en",
]
"""The columns of `Result.found`."""


def finds(
    rows: pd.DataFrame,
    *,
    table: str | None = None,
    column: str | None,
    value: str,
    expected: str | None,
    says: Text,
) -> pd.DataFrame:
    """A finding for each of these rows of a table (by default, of the one that each names as `table_name`).

    value and expected name columns of ``rows``; ``says`` are sentences with ``{column}`` in them, filled
    in with the row's values as `audit.words` prints them.
    """
    if rows.empty:
        return pd.DataFrame(columns=FOUND)
    found = rows.reindex(columns=FOUND)
    found["column"] = column
    if table is not None:
        found["table_name"] = table
    found["value"] = [value_text(each) for each in rows[value].tolist()]
    found["expected"] = None if expected is None else [value_text(each) for each in rows[expected].tolist()]
    found["message_th"] = _sentences(says.th, rows, thai)
    found["message_en"] = _sentences(says.en, rows, english)
    return found


def _sentences(template: str, rows: pd.DataFrame, shown: Callable[[Any], str]) -> list[str]:
    """A template filled in for each row; what the columns hold is never a template itself."""
    names = dict.fromkeys(_NAMED.findall(template))
    columns = [map(shown, rows[name].tolist()) for name in names]
    numbered = _NAMED.sub(lambda name: f"{{{list(names).index(name[1])}}}", template)
    return [numbered.format(*values) for values in zip(*columns, strict=True)]


def unjudged(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    """The pages of these rows, as not judged for this reason; a page may be named more than once."""
    return rows[PAGE].assign(reason=reason)


def joined(frames: Iterable[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """These frames one after the other, with these columns also where there is none."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
