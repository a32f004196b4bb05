r"""The CSV form of the tables, rendered from Arrow batches by whole columns.

UTF-8; rows end in LF (a CR would cling to the last cell in line-based tools; spreadsheets take both); cells
are quoted only where they hold a quote, comma, CR or LF; null is an empty cell, and there is no empty text.
Booleans are ``true`` and ``false``, dates ``2020-03-23``, times ``2020-03-23T00:00:00Z``; floats are the
shortest text that reads back as the same number, and always hold a point or an exponent (``45.0``), so that a
column of them is never taken for whole numbers.

The default form begins with a BOM, so that a spreadsheet shows Thai, and is guarded: a text cell that begins
with one of `GUARDED` gets one ``'`` in front, so that no page can smuggle in a formula. ``'`` is one of them,
so the rule can be undone: take one ``'`` off every text cell that begins with it. The plain form has neither.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray[Any, np.dtype[Any]]

BOM = b"\xef\xbb\xbf"
GUARDED = ("=", "+", "-", "@", "'", "\t", "\r")
"""Where a text cell begins with one of these, the guarded form has one more ``'`` in front."""

_GUARDED_CELL = "^[" + "".join(GUARDED).replace("-", r"\-") + "]"
_IS_GUARDED = np.isin(np.arange(256), [ord(letter) for letter in GUARDED])
_QUOTED_CELL = '[",\r\n]'
_QUOTED_BYTES = (b'"', b",", b"\r", b"\n")
_WHOLE_NUMBER = "^-?[0-9]+$"


def header(schema: pa.Schema, *, plain: bool) -> bytes:
    """The first line: the columns' names, which need no quotes; behind a BOM unless ``plain``."""
    return (b"" if plain else BOM) + ",".join(schema.names).encode() + b"\n"


def rows(batch: pa.RecordBatch, *, plain: bool) -> pa.Buffer:
    """The lines of a batch of at least one row, as one buffer of UTF-8."""
    cells = [_cells(column, plain) for column in batch.columns]
    cells[-1] = pc.binary_join_element_wise(cells[-1], "\n", "")
    lines = pc.binary_join_element_wise(*cells, ",")
    return lines.buffers()[2]


def _cells(column: pa.Array, plain: bool) -> pa.Array:
    """The column as text without nulls, ready to be joined by commas."""
    if pa.types.is_string(column.type):
        cells = _quoted(column if plain else _guarded(column))
    elif pa.types.is_timestamp(column.type):
        cells = pc.replace_substring(column.cast(pa.timestamp("s", "UTC")).cast(pa.string()), " ", "T")
    elif pa.types.is_floating(column.type):
        text = column.cast(pa.string())
        whole = pc.match_substring_regex(text, _WHOLE_NUMBER)
        cells = pc.if_else(whole, pc.binary_join_element_wise(text, ".0", ""), text)
    else:
        cells = column.cast(pa.string())
    return pc.fill_null(cells, "")


def _guarded(column: pa.Array) -> pa.Array:
    bounds, data = _parts(column)
    first_bytes = data[bounds[:-1][bounds[:-1] < bounds[1:]]]
    if not _IS_GUARDED[first_bytes].any():
        return column
    begins = pc.match_substring_regex(column, _GUARDED_CELL)
    return pc.if_else(begins, pc.binary_join_element_wise("'", column, ""), column)


def _quoted(column: pa.Array) -> pa.Array:
    bounds, data = _parts(column)
    text = data[bounds[0] : bounds[-1]].tobytes()
    if not any(mark in text for mark in _QUOTED_BYTES):
        return column
    special = pc.match_substring_regex(column, _QUOTED_CELL)
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def _parts(column: pa.Array) -> tuple[Numbers, Numbers]:
    """Where each value begins and the last one ends, and the bytes of all.

    Most columns hold nothing to guard or to quote, and bytes tell so ten times as fast as a pattern.
    """
    _, bounds, data = column.buffers()
    starts = np.frombuffer(bounds, np.int32)[column.offset : column.offset + len(column) + 1]
    return starts, np.frombuffer(data, np.uint8)
