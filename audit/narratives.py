"""The narratives of all progress reports, and which of them are alike: read some pages at a time.

Of each narrative some numbers are held in memory; sketches, and the words of those that are compared, lie on
disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from audit.parts import Numbers
from audit.reports import in_time
from audit.similarity import (
    KEPT,
    Hashes,
    Places,
    all_alike,
    candidates,
    plain,
    runs_of_words,
    similarity,
    sketches,
)
from audit.tables import Folder, Tables

LEAST_CHARACTERS = 40
"""Characters, without blanks, below which a text of another project is no copy: formulas are short."""
_DIGEST = np.dtype("S16")
_REPORT = np.dtype([("text_id", np.int32), ("page", np.int32), ("day", np.int32), ("position", np.int32)])
_NONE = -1
_RECENT = 8_192
"""Texts whose words are held after they were compared."""


class Narratives:
    """Every narrative once, by `text_id`: texts that differ in blanks or typing only are the same.

    reports are the dated reports with a percent and a narrative, in order of their dates: its text, the
    place of its page among those of projects, its day and its position.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._of_rows = Numbers(folder.spill, "narratives", np.int32)
        self._runs = Numbers(folder.spill, "words", np.uint64)
        self._runs_of = lru_cache(_RECENT)(self._read_runs)
        stored = Numbers(folder.spill, "sketches", np.uint64)
        digests, lengths, reports = self._read(stored)
        unique, entries, self._ids = np.unique(digests, return_index=True, return_inverse=True)
        self._sketches = stored.mapped(0).reshape(-1, KEPT)
        self._entries = entries
        self._is_long = lengths[entries] >= LEAST_CHARACTERS
        self._begins = np.full(len(unique), _NONE, np.int64)
        self._counts = np.zeros(len(unique), np.int32)
        self._written = 0
        reports["text_id"] = self._ids[reports["text_id"]]
        self.reports = reports[np.lexsort((reports["position"], reports["page"], reports["day"]))]

    def _read(self, stored: Numbers) -> tuple[npt.NDArray[np.bytes_], Places, npt.NDArray[np.void]]:
        """Digests and lengths of the texts of each part, and its reports, with their place among those."""
        digests, lengths = [np.empty(0, _DIGEST)], [np.empty(0, np.int64)]
        reports = [np.empty(0, _REPORT)]
        texts = pages = 0
        for part in self._folder.parts():
            rows = part.frame("progress_reports", "narrative")
            plains = [plain(text) for text in rows["narrative"].dropna()]
            keys = np.array([_digest(text) for text in plains], _DIGEST)
            unique, first, ids = np.unique(keys, return_index=True, return_inverse=True)
            chosen = [plains[place] for place in first]
            stored.add(0, sketches(chosen))
            digests.append(unique)
            lengths.append(np.array([len(text) for text in chosen], np.int64))
            of_rows = np.full(len(rows), _NONE, np.int32)
            of_rows[rows["narrative"].notna()] = ids + texts
            self._of_rows.add(part.number, of_rows)
            codes = part.kinds("project")["page_code"]
            reports.append(_reports(rows.assign(text_id=of_rows), codes, pages))
            texts += len(unique)
            pages += len(codes)
        return np.concatenate(digests), np.concatenate(lengths), np.concatenate(reports)

    def texts_of(self, part: Tables) -> Places:
        """The text of each row of a part's frame ``progress_reports``; below 0 where it has none."""
        entries = self._of_rows.read(part.number)
        return np.where(entries == _NONE, _NONE, self._ids[entries]) if len(self._ids) else entries

    def alike(self, pairs: Places, parts: Iterable[Tables]) -> npt.NDArray[np.float64]:
        """The similarity of pairs of texts, which stand in these parts; NaN where they are much unlike."""
        found = np.where(pairs[:, 0] == pairs[:, 1], 1.0, np.nan)
        compared = np.flatnonzero(np.isnan(found))
        compared = compared[all_alike(self._entries[pairs[compared]], self._sketches)]
        self._tokenise(np.unique(pairs[compared]), parts)
        for place in compared:
            one, other = pairs[place].tolist()
            found[place] = similarity(self._runs_of(one), self._runs_of(other))
        return found

    def _tokenise(self, wanted: Places, parts: Iterable[Tables]) -> None:
        """Divide texts into words, each once for all checks."""
        missing = np.zeros(len(self._begins), bool)
        missing[wanted] = True
        missing &= self._begins == _NONE
        if not missing.any():
            return
        for part in parts:
            ids = self.texts_of(part)
            rows = np.flatnonzero((ids != _NONE) & missing[ids])
            if len(rows):
                texts = part.frame("progress_reports", "narrative")["narrative"].iloc[rows]
                for text_id, text in zip(ids[rows].tolist(), texts, strict=True):
                    if missing[text_id]:
                        self._keep(text_id, runs_of_words(text))
                        missing[text_id] = False

    def _keep(self, text_id: int, runs: Hashes) -> None:
        self._runs.add(0, runs)
        self._begins[text_id], self._counts[text_id] = self._written, len(runs)
        self._written += len(runs)

    def _read_runs(self, text_id: int) -> Hashes:
        return self._runs.read(0, int(self._begins[text_id]), int(self._counts[text_id]))

    def of_others(self, least: float) -> pd.DataFrame:
        """Pairs of texts of which projects have one each, with a similarity of at least so much.

        A text is paired with itself, and with earlier ones (`other_id`) only; short ones are left out.
        """
        texts, first = np.unique(self.reports["text_id"], return_index=True)
        in_time = texts[np.argsort(first, kind="stable")]
        told = in_time[self._is_long[in_time]]
        near = told[candidates(self._sketches, self._entries[told], self._folder.spill)]
        near = near[self._of_two_projects(near)]
        pairs = np.concatenate((np.column_stack((told, told)), near))
        alike = self.alike(pairs, self._folder.parts())
        kept = alike >= least
        return pd.DataFrame(
            {"text_id": pairs[kept, 0], "other_id": pairs[kept, 1], "similarity": alike[kept]}
        )

    def _of_two_projects(self, pairs: Places) -> npt.NDArray[np.bool_]:
        """Whether each pair of texts stands on the pages of more than one project."""
        lowest = np.full(len(self._begins), len(self.reports) + 1, np.int64)
        highest = np.full(len(self._begins), _NONE, np.int64)
        np.minimum.at(lowest, self.reports["text_id"], self.reports["page"])
        np.maximum.at(highest, self.reports["text_id"], self.reports["page"])
        found: npt.NDArray[np.bool_] = lowest[pairs].min(axis=1) != highest[pairs].max(axis=1)
        return found

    def firsts(self) -> pd.DataFrame:
        """The first report with each text, and the first of another project: as `reports`, by page."""
        reports = pd.DataFrame({name: self.reports[name] for name in _REPORT.names or ()})
        firsts = reports.drop_duplicates(["text_id", "page"])
        return firsts[firsts.groupby("text_id").cumcount() < 2]


def _digest(plain_text: str) -> bytes:
    return hashlib.sha256(plain_text.encode("utf-8", "surrogatepass")).digest()[: _DIGEST.itemsize]


def _reports(rows: pd.DataFrame, codes: pd.Series[str], pages: int) -> npt.NDArray[np.void]:
    """The reports that are told of; ``pages`` are those before the ones with these codes."""
    told = in_time(rows)
    told = told[told["text_id"] != _NONE]
    place = pd.Series(np.arange(pages, pages + len(codes)), codes)
    reports = np.empty(len(told), _REPORT)
    reports["text_id"] = told["text_id"]
    reports["page"] = told["page_code"].map(place)
    reports["day"] = told["report_date"].to_numpy().astype("datetime64[D]").astype(np.int32)
    reports["position"] = told["position"]
    return reports
