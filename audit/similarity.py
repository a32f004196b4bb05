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
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audit.parts import Numbers
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
NO_HASH = np.uint64(2**64 - 1)
"""Fills up the sketch of a text that has fewer hashes."""
_TOGETHER = 30_000
"""Characters whose runs are hashed together: as many as processors keep near."""
_TEXTS_TOGETHER = 5_000
_MASK = 2**64 - 1
_MULTIPLIERS = np.array([pow(0x9E3779B97F4A7C15, n, 2**64) for n in range(1, _CHARACTERS + 1)], np.uint64)

_HASHED = np.dtype([("hash", np.uint64), ("place", np.int64)])
_PAIRED = np.dtype([("later", np.int64), ("earlier", np.int64)])

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Rows = npt.NDArray[np.void]


def plain(text: str) -> str:
    """A text without blanks, in one way of typing, with Arabic digits, cut where it is very long."""
    return comparison_form(text[: 2 * _LONGEST]).replace(" ", "")[:_LONGEST]


def sketches(plain_texts: Sequence[str]) -> Hashes:
    """The sketch of each `plain` text, a row each: its smallest hashes in order, `NO_HASH` behind them.

    They are the same on every machine.
    """
    found = np.full((len(plain_texts), KEPT), NO_HASH, np.uint64)
    first, characters = 0, 0
    for place, text in enumerate(plain_texts):
        characters += len(text)
        if characters >= _TOGETHER or place == len(plain_texts) - 1:
            found[first : place + 1] = _sketches(plain_texts[first : place + 1])
            first, characters = place + 1, 0
    return found


def _sketches(texts: Sequence[str]) -> Hashes:
    """Hash the runs of all texts in one array, of which those that lead from one text into the next go."""
    lengths = np.array([len(text) for text in texts])
    runs = np.maximum(lengths - _CHARACTERS + 1, 1)
    padded = "".join(text if len(text) >= _CHARACTERS else text.ljust(_CHARACTERS, "\0") for text in texts)
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    mixed = np.zeros(len(codes) - _CHARACTERS + 1, np.uint64)
    for place, multiplier in enumerate(_MULTIPLIERS):
        mixed += codes[place : place + len(mixed)] * multiplier
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    begins = np.cumsum(np.maximum(lengths, _CHARACTERS)) - np.maximum(lengths, _CHARACTERS)
    owners = np.repeat(np.arange(len(texts)), runs)
    mixed = mixed[np.repeat(begins - (np.cumsum(runs) - runs), runs) + np.arange(runs.sum())]
    return _smallest(mixed, owners, runs)


def _smallest(hashes: Hashes, owners: Places, counts: Places) -> Hashes:
    """The smallest hashes of each owner, each once; ``hashes`` stand by owner, so many of each."""
    share = np.minimum(2 * KEPT / counts, 1)  # of all hashes, in which the smallest nearly always are
    near = hashes <= (share * float(NO_HASH >> np.uint64(1))).astype(np.uint64)[owners] * np.uint64(2)
    near |= (share == 1)[owners]
    found = _first_ones(hashes[near], owners[near], len(counts))
    lost = (found[:, -1] == NO_HASH)[owners] & (share < 1)[owners]
    if lost.any():
        again = np.unique(owners[lost])
        found[again] = _first_ones(hashes[lost], owners[lost], len(counts))[again]
    return found


def _first_ones(hashes: Hashes, owners: Places, number: int) -> Hashes:
    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    is_new = np.ones(len(hashes), bool)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    hashes, owners = hashes[is_new], owners[is_new]
    place = np.arange(len(owners)) - np.searchsorted(owners, owners)
    found = np.full((number, KEPT), NO_HASH, np.uint64)
    kept = place < KEPT
    found[owners[kept], place[kept]] = hashes[kept]
    return found


def may_be_alike(ones: Hashes, others: Hashes) -> npt.NDArray[np.bool_]:
    """Whether two texts with these sketches are worth comparing, for each pair of rows."""
    both = np.sort(np.concatenate((ones, others), axis=1), axis=1)
    known = both != NO_HASH
    again = np.zeros(both.shape, bool)
    again[:, 1:] = both[:, 1:] == both[:, :-1]
    rank = np.cumsum(known & ~again, axis=1)
    common = (known & again & (rank <= KEPT)).sum(axis=1)
    found: npt.NDArray[np.bool_] = 2 * common >= np.minimum(rank[:, -1], KEPT)
    return found


def candidates(sketches: Hashes, rows: Places, spill: Path) -> Places:
    """Pairs (later, earlier) of places in ``rows`` whose sketches may be alike, each once, sorted.

    ``sketches`` may lie on disk: ``rows`` are those of the texts, in order.

    Each text is paired with the nearest ones before it that share a hash: where many are alike, every one is
    paired with some. Hashes and pairs are divided into files of the folder ``spill``, so that memory does
    not grow with their number.
    """
    shares = max(1, -(-len(rows) // _TEXTS_TOGETHER))
    hashed, paired = Numbers(spill, "hashes", _HASHED), Numbers(spill, "pairs", _PAIRED)
    for first in range(0, len(rows), _TEXTS_TOGETHER):
        hashed.divide(*_by_hash(sketches[rows[first : first + _TEXTS_TOGETHER]], first, shares))
    for share in range(shares):
        pairs = _neighbours(hashed.take(share))
        paired.divide(pairs, pairs["later"] // _TEXTS_TOGETHER)
    found = [_worthwhile(paired.take(share), sketches, rows) for share in range(shares)]
    return np.concatenate([np.empty((0, 2), np.int64), *found])


def _by_hash(sketches: Hashes, first: int, shares: int) -> tuple[Rows, Places]:
    """The hashes of some texts, each with its text's place, and the share of all hashes that it is in."""
    places, columns = np.nonzero(sketches != NO_HASH)
    rows = np.empty(len(places), _HASHED)
    rows["hash"], rows["place"] = sketches[places, columns], places + first
    return rows, (rows["hash"] % np.uint64(shares)).astype(np.int64)


def _neighbours(hashed: Rows) -> Rows:
    """The pairs of texts that stand near each other among those with a hash: once for each hash."""
    ordered = hashed[np.lexsort((hashed["place"], hashed["hash"]))]
    pairs = []
    for back in range(1, _NEIGHBOURS + 1):
        later, earlier = ordered[back:], ordered[:-back]
        same = later["hash"] == earlier["hash"]
        some = np.empty(int(same.sum()), _PAIRED)
        some["later"], some["earlier"] = later["place"][same], earlier["place"][same]
        pairs.append(some)
    return np.concatenate(pairs)


def _worthwhile(pairs: Rows, sketches: Hashes, rows: Places) -> Places:
    """The pairs that share enough hashes, sorted, each once."""
    keys, shared = np.unique(pairs["later"] << 32 | pairs["earlier"], return_counts=True)
    keys = keys[shared >= _LEAST_SHARED]
    found = np.column_stack((keys >> 32, keys & 0xFFFFFFFF))
    return found[all_alike(rows[found], sketches)]


def all_alike(pairs: Places, sketches: Hashes) -> npt.NDArray[np.bool_]:
    """`may_be_alike` for pairs of rows of ``sketches``."""
    found = [
        may_be_alike(*(sketches[some[:, side]] for side in (0, 1)))
        for first in range(0, len(pairs), _TEXTS_TOGETHER)
        for some in [pairs[first : first + _TEXTS_TOGETHER]]
    ]
    return np.concatenate([np.empty(0, bool), *found])


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
