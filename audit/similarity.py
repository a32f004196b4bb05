"""How alike two texts are, and which of many may be alike without comparing each with each.

The similarity that findings state is the Jaccard index over runs of `RUN` Thai word tokens (pythainlp,
dictionary-based `newmm`): runs that both have by runs that either has; 1 is the same wording. Blanks, ways
of typing and kinds of digits do not count.

Candidates come from sketches: the `KEPT` smallest hashes of a text's runs of characters. Two texts whose
runs overlap by a share J have about J of them in common, so texts that share fewer than half are not
compared. Work and memory grow with the number of texts, not with that of pairs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from parsers.thai import comparison_form

RUN = 3
"""Word tokens in a run."""
KEPT = 16
"""Hashes in a sketch."""
_CHARACTERS = 8
"""Characters in a run of a sketch."""
_NEIGHBOURS = 3
"""Texts before it that a text is a candidate with for each hash that they share."""
_LEAST_SHARED = KEPT // 4
"""Hashes that two texts must share to be looked at: alike ones share most."""
_LONGEST = 10_000
"""Characters of a text that are compared."""
_MASK = 2**64 - 1
_MULTIPLIERS = np.array([pow(0x9E3779B97F4A7C15, n, 2**64) for n in range(1, _CHARACTERS + 1)], np.uint64)

Hashes = npt.NDArray[np.uint64]


def plain(text: str) -> str:
    """A text without blanks, in one way of typing, with Arabic digits, cut where it is very long."""
    return comparison_form(text[: 2 * _LONGEST]).replace(" ", "")[:_LONGEST]


def sketch(plain_text: str) -> Hashes:
    """The smallest hashes of the runs of characters of a `plain` text; the same on every machine."""
    codes = np.frombuffer(plain_text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    runs = max(len(codes) - _CHARACTERS + 1, 1)
    mixed = np.zeros(runs, np.uint64)
    for place, multiplier in enumerate(_MULTIPLIERS[: len(codes)]):
        mixed += codes[place : place + runs] * multiplier
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    if runs > 4 * KEPT:  # only these can be among the smallest; repeats of a run are few
        mixed = np.partition(mixed, 2 * KEPT)[: 2 * KEPT]
    return np.unique(mixed)[:KEPT]


def may_be_alike(one: Hashes, other: Hashes) -> bool:
    """Whether two texts with these sketches are worth comparing."""
    smallest = np.union1d(one, other)[:KEPT]
    common = np.intersect1d(np.intersect1d(one, other), smallest)
    return 2 * len(common) >= len(smallest)


def candidates(sketches: Sequence[Hashes]) -> list[tuple[int, int]]:
    """Pairs (later, earlier) of places in ``sketches`` that may be alike, each once, sorted.

    Each text is paired with the nearest ones before it that share a hash: where many are alike, every one is
    paired with some.
    """
    if not sketches:
        return []
    places = np.repeat(np.arange(len(sketches)), [len(each) for each in sketches])
    hashes = np.concatenate(list(sketches))
    order = np.lexsort((places, hashes))
    places, hashes = places[order], hashes[order]
    pairs = []
    for back in range(1, _NEIGHBOURS + 1):
        same = hashes[back:] == hashes[:-back]
        pairs.append(np.column_stack((places[back:][same], places[:-back][same])))
    found, shared = np.unique(np.concatenate(pairs), axis=0, return_counts=True)
    return [
        (int(later), int(earlier))
        for later, earlier in found[shared >= _LEAST_SHARED]
        if may_be_alike(sketches[later], sketches[earlier])
    ]


def runs_of_words(text: str) -> Hashes:
    """Hashes of the runs of word tokens of a text, sorted; of a shorter text all its tokens are one run.

    The hashes hold within one process.
    """
    from pythainlp.tokenize import word_tokenize

    tokens = word_tokenize(comparison_form(text[:_LONGEST]), engine="newmm-safe")
    words = [word for token in tokens if (word := token.strip())]
    runs = (tuple(words[place : place + RUN]) for place in range(max(len(words) - RUN + 1, 1)))
    return np.unique(np.fromiter((hash(run) & _MASK for run in runs), np.uint64))


def similarity(one: Hashes, other: Hashes) -> float:
    """The Jaccard index of two texts' runs, 0 to 1."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)
