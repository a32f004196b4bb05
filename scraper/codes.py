"""The codes of a batch: from arguments, files and standard input, each checked before anything is asked."""

from __future__ import annotations

import codecs
import csv
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from scraper.errors import BadClaim
from scraper.sites import CODE_PATTERNS, kinds_of

CODE_COLUMNS = (
    "page_code",
    "project_code",
    "indicator_code",
    "city_indicator_code",
    "it_review_code",
    "code",
    "pid",
)
"""The names of a column that holds codes, the best first."""

KIND_COLUMN = "page_kind"
"""The name of a column that tells each code's kind, as in our own table of captures."""

_LONGEST_CODE = 40
_MOST_NAMED = 10
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


class Wanted(NamedTuple):
    """A page to fetch."""

    kind: str
    code: str


class _Found(NamedTuple):
    """A code, where it stands, and what kind its row says it is."""

    where: str
    code: str
    kind: str | None


def read_codes(codes: Iterable[str] = (), files: Iterable[str] = (), kind: str | None = None) -> list[Wanted]:
    """The pages that are meant, each once, in the order in which they are first named.

    A file has one code a line, or is a CSV of which a column holds codes; ``-`` is standard input. Empty
    cells, blank lines and what follows a ``#`` say nothing. ``kind`` is that of all codes, unless a column
    ``page_kind`` says it of each; without either their form tells (a project code means the
    project's page).

    Raises BadClaim that names the wrong ones with file and line, and where there are none at all.
    """
    wanted: dict[Wanted, None] = {}
    wrong: list[str] = []
    more = 0
    for found in _all(codes, files):
        chosen = found.kind or kind
        if problem := _problem(found.code, chosen):
            if len(wrong) < _MOST_NAMED:
                wrong.append(f"{found.where}: {problem}")
            else:
                more += 1
        else:
            wanted[Wanted(sys.intern(chosen or kinds_of(found.code)[0]), found.code)] = None
    if wrong:
        others = [f"and {more:,} more"] if more else []
        raise BadClaim("\n".join([*wrong, *others, "nothing was fetched"]))
    if not wanted:
        raise BadClaim("there are no codes to fetch")
    return list(wanted)


def is_list_of_codes(data: bytes) -> bool:
    """Whether a file is a list of codes, one a line, with blank lines and comments or without."""
    is_any = False
    for line in data.removeprefix(codecs.BOM_UTF8).splitlines():
        code = line.partition(b"#")[0].strip()
        if not code:
            continue
        if len(code) > _LONGEST_CODE or not kinds_of(code.decode("latin-1")):
            return False
        is_any = True
    return is_any


def _problem(code: str, kind: str | None) -> str | None:
    """What is wrong with a code; None where it is right."""
    if kind is not None and kind not in CODE_PATTERNS:
        return f"there is no kind {kind!r}; known are {', '.join(CODE_PATTERNS)}"
    kinds = kinds_of(code)
    if kind in kinds:
        return None
    plain = _plain(code)
    advice = f"; did you mean {plain}?" if plain != code and kinds_of(plain) else ""
    if kind is not None:
        return f"{code[:60]!r} is not the code of a page of kind {kind}{advice}"
    if not kinds:
        return f"{code[:60]!r} is no code, such as 21000000-3137 or 2100-1037{advice}"
    if "project" not in kinds and len(kinds) > 1:
        return f"{code} may be of kind {' or '.join(kinds)}: say which with --kind"
    return None


def _plain(code: str) -> str:
    """A code with ASCII digits and hyphens, without blanks: what may have been meant."""
    digits = (str(unicodedata.digit(sign, sign)) for sign in code.translate(_DASHES))
    return "".join("".join(digits).split())


def _all(codes: Iterable[str], files: Iterable[str]) -> Iterator[_Found]:
    for code in codes:
        yield _Found("argument", code.strip(), None)
    for name in files:
        if name == "-":
            yield from _in_file("standard input", sys.stdin.buffer)
            continue
        try:
            with Path(name).open("rb") as file:
                yield from _in_file(name, file)
        except OSError as error:
            raise BadClaim(f"cannot read {name}: {error.strerror or error}") from error


def _in_file(name: str, file: IO[bytes]) -> Iterator[_Found]:
    lines = _lines(name, file)
    begin = list(_to_first_with_text(lines))
    reader = csv.reader(chain(begin, lines), delimiter=_delimiter(begin[-1] if begin else ""), strict=True)
    columns: tuple[int, int | None] | None = None
    try:
        for row in reader:
            where = f"{name}, line {reader.line_num}"
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if columns is None:
                columns = _named_columns(cells)
                if columns is not None:
                    continue
                columns = _column_with_codes(where, cells), None
            code, kind = (
                cells[place] if place is not None and place < len(cells) else "" for place in columns
            )
            if code := code.partition("#")[0].rstrip():
                yield _Found(where, code, kind or None)
    except csv.Error as error:
        raise BadClaim(f"{name}, line {reader.line_num}: not a CSV file ({error})") from error


def _lines(name: str, file: IO[bytes]) -> Iterator[str]:
    """The lines of a file; BadClaim where they are not UTF-8."""
    for number, line in enumerate(file, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise BadClaim(f"{name}, line {number}: not UTF-8; save the file as CSV UTF-8") from None


def _to_first_with_text(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if line.strip() and not line.startswith("#"):
            return


def _delimiter(line: str) -> str:
    """The delimiter of a CSV by its first line: the commonest of three."""
    return max(",;\t", key=line.count)


def _named_columns(cells: Sequence[str]) -> tuple[int, int | None] | None:
    """The columns of codes and of kinds by a header; None where the row is none that we know."""
    names = [cell.casefold() for cell in cells]
    for name in CODE_COLUMNS:
        if name in names:
            return names.index(name), names.index(KIND_COLUMN) if KIND_COLUMN in names else None
    return None


def _column_with_codes(where: str, cells: Sequence[str]) -> int:
    """Without a header: the only column, or the first that holds a code."""
    if len(cells) == 1:
        return 0
    for place, cell in enumerate(cells):
        if kinds_of(cell):
            return place
    raise BadClaim(
        f"{where}: no column has a name such as page_code, project_code or code, and none of this line holds "
        "a code; give the column of the codes such a name"
    )
