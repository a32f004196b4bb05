"""The narratives of all progress reports, and which of them are alike: read in batches, compared once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import pandas as pd

from audit.similarity import (
    Hashes,
    candidates,
    may_be_alike,
    plain,
    runs_of_words,
    similarity,
    sketch,
)
from audit.tables import Tables, batches

LEAST_CHARACTERS = 40
"""Characters, without blanks, below which a text of another project is no copy: formulas are short."""


class Narratives:
    """Every narrative once, by `text_id`: texts that differ in blanks or typing only are the same.

    reports are the dated reports with a percent, oldest first, each with `text_id` (null where it has no
    narrative) and that of the report before it, `before_text_id`.
    """

    def __init__(self, tables: Tables, told: pd.DataFrame) -> None:
        self._folder = tables.folder
        self._sketches: list[Hashes] = []
        self._lengths: list[int] = []
        self._runs: dict[int, Hashes] = {}
        self._ids: dict[bytes, int] = {}
        self.reports = self._with_texts(told)

    def _with_texts(self, told: pd.DataFrame) -> pd.DataFrame:
        found: dict[tuple[str, int], int] = {}
        for code, position, text in self._read():
            printed = plain(text)
            key = hashlib.sha256(printed.encode("utf-8", "surrogatepass")).digest()[:16]
            text_id = self._ids.get(key)
            if text_id is None:
                text_id = self._ids[key] = len(self._ids)
                self._sketches.append(sketch(printed))
                self._lengths.append(len(printed))
            found[code, position] = text_id
        keys = zip(told["page_code"], told["position"], strict=True)
        reports = told.assign(text_id=pd.array([found.get(key) for key in keys], "Int64"))
        return reports.assign(before_text_id=reports.groupby("page_code")["text_id"].shift(1))

    def _read(self) -> Iterator[tuple[str, int, str]]:
        """Code, position and text of each narrative, a batch in memory at a time."""
        columns = ["project_code", "position", "narrative"]
        for batch in batches(self._folder, "progress_reports", columns):
            for row in zip(*(batch[name] for name in columns), strict=True):
                if row[2] is not None:
                    yield row

    def alike(self, pairs: Iterable[tuple[int, int]], least: float) -> dict[tuple[int, int], float]:
        """The pairs of texts whose similarity is at least so much, with it."""
        asked = [
            pair
            for pair in dict.fromkeys(pairs)
            if pair[0] == pair[1] or may_be_alike(self._sketches[pair[0]], self._sketches[pair[1]])
        ]
        self._tokenise({each for one, other in asked if one != other for each in (one, other)})
        told = {(a, b): 1.0 if a == b else similarity(self._runs[a], self._runs[b]) for a, b in asked}
        return {pair: alike for pair, alike in told.items() if alike >= least}

    def _tokenise(self, wanted: set[int]) -> None:
        """Divide these texts into words, each once for all checks; they are read again for it."""
        wanted = wanted - self._runs.keys()
        if not wanted:
            return
        texts = self.reports.dropna(subset=["text_id"]).drop_duplicates("text_id")
        texts = texts[texts["text_id"].isin(wanted)]
        places = {
            (code, position): int(text_id)
            for code, position, text_id in zip(
                texts["page_code"], texts["position"], texts["text_id"], strict=True
            )
        }
        for code, position, text in self._read():
            if (text_id := places.get((code, position))) is not None:
                self._runs[text_id] = runs_of_words(text)

    def pairs_of_others(self) -> list[tuple[int, int]]:
        """Pairs (later, earlier) of texts that may be alike, and each with itself; without short ones."""
        reports = self.reports.dropna(subset=["text_id"])
        in_time = reports.sort_values(["report_date", "page_code", "position"]).drop_duplicates("text_id")
        told = [each for each in in_time["text_id"].astype(int) if self._lengths[each] >= LEAST_CHARACTERS]
        near = candidates([self._sketches[each] for each in told])
        return [(each, each) for each in told] + [(told[later], told[earlier]) for later, earlier in near]
