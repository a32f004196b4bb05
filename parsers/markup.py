"""From HTML to the lines that a person sees, by its tags alone.

The lines of a page follow from its tags and texts in their order, and not from the tree that a browser makes
of them. So no tree is made: one pattern divides HTML as the tokenizer of the HTML standard does, and each tag
becomes a mark, or nothing. That takes half the time that lines from a tree take, and grows with the bytes
whatever they are; nothing lies too deep; tags never closed, or in a wrong order, lose no text.

The marks are control characters, which no text holds: `parsers.text.decode` drops them, and `html.unescape`
does where a reference names one. Those that stand around lines count as blanks for `str.strip`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

CONTROLS = bytes(code for code in [*range(32), 127] if code not in b"\t\n\r\f\v")
"""The control characters of ASCII that are no blanks."""
CONTROL = re.compile(f"[{re.escape(CONTROLS.decode())}\x80-\x84\x86-\x9f]+")
"""These, and those beyond ASCII: what nobody sees, and a terminal obeys."""

_BREAK, _CELL, _CELL_END, _TABLE = "\x1c", "\x1d", "\x1e", "\x1f"
_TYPED, _TYPED_END, _HIDDEN, _HIDDEN_END, _EMPTY_CELL = "\x01", "\x02", "\x03", "\x04", "\x05"
_TABLE_END = "\x06"

_LONGEST_CACHED = 80
"""Characters of a text whose references are resolved once."""
_BLOCKS = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav"
    " noscript ol optgroup option p section select summary ul"
)
_MARKS_OF = {
    _BLOCKS: (_BREAK, _BREAK),
    "table": (_BREAK + _TABLE, _CELL_END + _TABLE_END + _BREAK),
    "tbody tfoot thead tr": (_CELL_END + _BREAK, _CELL_END + _BREAK),  # a cell ends there, closed or not
    "td th": (_BREAK + _CELL, _CELL_END + _BREAK),
    "listing pre": (_BREAK + _TYPED, _TYPED_END + _BREAK),
    "template": (_HIDDEN, _HIDDEN_END),
}
"""What the start and the end tags of elements become; those of others become nothing."""
_MARK_OF_NAME = {
    slash + name: mark
    for names, marks in _MARKS_OF.items()
    for name in names.split()
    for slash, mark in zip(("", "/"), marks, strict=True)
}


# What the tokenizer of the HTML standard takes for a part. No pattern ever steps back to try another way:
# repeats are possessive, but those of groups, in which Python before 3.11.5 loses its place: they stand
# within `(?>…)`.
_NAME_END = r"[ \t\n\r\f/>]"
# An attribute's name may begin with `=`. A value may hold `>`; a quote counts only where a value begins.
_VALUE = r"""[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:"[^"]*+"?+|'[^']*+'?+|[^ \t\n\r\f>]*+)"""
_ATTRIBUTES = rf"(?>(?:[ \t\n\r\f/]++|[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+(?>(?:{_VALUE})?))*)"
_REST = r"(?s:.*+)"
# Within `<!--` and `-->` of a script, a script that begins has to end before the outer one can.
_INNER_SCRIPT = (
    rf"<script{_NAME_END}(?>(?:[^<-]++|-(?!->)|<(?!/script{_NAME_END}))*)(?>(?:</script{_NAME_END})?)"
)
_ESCAPED = rf"<!(?=--)(?>(?:[^<-]++|-(?!->)|<(?!/?script{_NAME_END})|{_INNER_SCRIPT})*)(?>(?:-->)?)"


def _element(name: str, special: str = "(?!)") -> str:
    """Pattern of an element up to its end tag, the only tag in it; what is ``special`` hides an end tag."""
    return rf"{name}(?={_NAME_END}){_ATTRIBUTES}>[^<]*+(?>(?:(?:{special}|<(?!/{name}{_NAME_END}))[^<]*+)*)"


_NAME = r"/?[a-z][^ \t\n\r\f/>]*+"
_TYPED_ELEMENTS = (*map(_element, ("textarea", "xmp")), rf"plaintext(?={_NAME_END}){_ATTRIBUTES}>{_REST}")
_UNSEEN = ("style", "title", "iframe", "noembed", "noframes")
"""Elements beside scripts in which nothing is a tag, and which browsers do not show."""


def _parts(tags: str) -> re.Pattern[str]:
    """What is no text, where ``tags`` are a tag or several: these, a comment, a script and the like.

    The group is what stands within the first `<` and the last `>` of tags; or, of an element which holds
    no tags, all that stands before its end tag.
    """
    parts = (
        rf"({'|'.join(_TYPED_ELEMENTS)}|{tags})>?+",
        _element("script", _ESCAPED),
        *map(_element, _UNSEEN),
        rf"/?[a-z]{_REST}",  # a tag that the end of the page cuts off
        r"!--(?:-?>|(?>(?:[^-]++|-(?!-!?>))*)(?>(?:--!?>)?))",
        r"[!?][^>]*+>?+|/(?:>|[^>]++>?+)",
    )
    return re.compile(f"<(?:{'|'.join(parts)})", re.ASCII | re.IGNORECASE)


_OTHER_NAME = rf"(?!(?:{'|'.join(('script', *_UNSEEN))}){_NAME_END})"
_PART = _parts(rf"{_OTHER_NAME}{_NAME}{_ATTRIBUTES}(?=>)")
# A tag that is surely none of those elements: its first letters tell, in either case.
_PLAIN = (
    "(?-i:[/a-hj-moq-ru-wy-zA-HJ-MOQ-RU-WY-Z]|[sS](?![cCtT])|[tT](?![iIeE])|[iI](?![fF])|[nN](?![oO])"
    "|[xX](?![mM])|[pP](?![lL]))[^>]*+(?=>)"
)
_PART_AT_FIRST_SIGHT = _parts(rf"{_PLAIN}(?>(?:>[ \t\n\r\f]*+<{_PLAIN})*)|{_OTHER_NAME}/?[a-z][^>]*+(?=>)")
"""The same in a quarter of the time, with tags between which nothing but blanks stands as one part.

It takes a `>` in the value of an attribute for the end of the tag, which `_mark_of_tag` sees.
"""
_TAG = re.compile(f"(?P<name>{_NAME}){_ATTRIBUTES}>", re.ASCII | re.IGNORECASE)
_TYPED_TAG = re.compile(
    rf"(?P<name>textarea|xmp|plaintext)(?={_NAME_END}){_ATTRIBUTES}>", re.ASCII | re.IGNORECASE
)
_NOTHING = rf"[^\S{_CELL}{_CELL_END}{_TABLE}]"
_EMPTY = re.compile(
    f"{_CELL}(?>(?:{_NOTHING}++|{_TABLE}(?>(?:{_NOTHING}|{_CELL_END})*){_TABLE_END})*)(?=[{_CELL}{_CELL_END}])"
)
_TYPED_TEXT = re.compile(f"{_TYPED}[^{_TYPED_END}{_CELL}{_CELL_END}]*")
_HIDING = re.compile(f"([{_HIDDEN}{_HIDDEN_END}])")


class _CutInValueError(ValueError):
    """What was taken for a tag ends within the value of an attribute."""


class _Marks(dict[str | None, str]):
    """What becomes of each part at first sight, by its text; pages have the same tags over and over.

    Holds so many parts of so many characters at most. Raises `_CutInValueError`.
    """

    most, longest = 4_096, 500

    def __missing__(self, part: str | None) -> str:
        marks = _mark(part, at_first_sight=True)
        if len(self) >= self.most:
            self.clear()
        if part is None or len(part) <= self.longest:
            self[part] = marks
        return marks


_marks = _Marks()


def _divide(html: str) -> tuple[list[str], list[str]]:
    """The texts of a page, and what becomes of the parts between them: one less."""
    try:
        pieces = _PART_AT_FIRST_SIGHT.split(html)
        return pieces[::2], list(map(_marks.__getitem__, pieces[1::2]))
    except _CutInValueError:
        pieces = _PART.split(html)
        return pieces[::2], list(map(_mark, pieces[1::2]))


def _mark(part: str | None, *, at_first_sight: bool = False) -> str:
    """What becomes of a part: the marks of its tags, or what is typed; nothing where it has no group."""
    if part is None:
        return ""
    if typed := _TYPED_TAG.match(part):
        text = part[typed.end() :]
        if typed["name"].lower() == "textarea":  # in the others a reference is none either
            text = unescape(text)
        return f"{_BREAK}{_TYPED}{text}{_TYPED_END}{_BREAK}"
    if not at_first_sight:
        return _mark_of_tag(part)
    first, *others = part.split(">")
    marks = [_mark_of_tag(first)]
    for other in others:
        blanks, _, tag = other.partition("<")
        marks += blanks, _mark_of_tag(tag)
    return "".join(marks)


def _mark_of_tag(tag: str) -> str:
    """The mark of a tag, given without `<` and `>`."""
    found = _TAG.fullmatch(f"{tag}>")
    if found is None:
        raise _CutInValueError
    return _MARK_OF_NAME.get(found["name"].lower(), "")


def html_lines(html: str) -> list[str]:
    """Lines of an HTML page: blocks and ``<br>`` end a line, cells are lines, an empty cell is a blank one.

    Blanks are single, and stand between words only. Scripts, styles, templates, comments, the title and what
    stands in for a frame are gone.
    """
    texts, marks = _divide(html)
    if "&" in html:  # a reference stands within one text
        texts = [_resolved(text) if "&" in text else text for text in texts]
    pieces = [""] * (len(texts) + len(marks))
    pieces[::2], pieces[1::2] = texts, marks
    marked = "".join(pieces)
    if _HIDDEN in marked:
        marked = "".join(_shown(marked))
    if _TYPED in marked:
        marked = _TYPED_TEXT.sub(lambda text: text[0].replace("\r", _BREAK).replace("\n", _BREAK), marked)
    if _CELL in marked:
        marked = _EMPTY.sub(_BREAK + _EMPTY_CELL + _BREAK, marked + _CELL_END)
        marked = marked.replace(_TABLE_END, "")
    for blank in "\n\t\r\xa0":  # the common ones, so that few lines need the long way
        marked = marked.replace(blank, " ")
    lines = [
        # Of all blanks only the common one is printable, and of the marks none is.
        line if line.isprintable() and "  " not in line else _tidy(line)
        for line in filter(None, map(str.strip, marked.split(_BREAK)))
    ]
    return ["" if line == _EMPTY_CELL else line for line in lines if line]


def _resolved(text: str) -> str:
    """A text with its references resolved; short ones are the same over and over."""
    return _resolved_once(text) if len(text) <= _LONGEST_CACHED else unescape(text)


@lru_cache(maxsize=4_096)
def _resolved_once(text: str) -> str:
    return unescape(text)


def _shown(marked: str) -> Iterator[str]:
    """What stands outside of templates, which may hold others; one that does not end hides the rest."""
    depth = 0
    for part in _HIDING.split(marked):
        if part == _HIDDEN:
            depth += 1
        elif part == _HIDDEN_END:
            depth = max(0, depth - 1)
        elif not depth:
            yield part


def _tidy(line: str) -> str:
    """A line with single blanks, and without control characters."""
    if line == _EMPTY_CELL:
        return line
    return " ".join((line if line.isprintable() else CONTROL.sub("", line)).split())
