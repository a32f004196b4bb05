"""From a page's bytes to its text and numbered lines, the same for HTML and for text copies.

Nothing after this module sees bytes or tags. requests' and BeautifulSoup's guesses are not used: given
bytes declared as TIS-620 that hold one windows-874 quote they return cut text without an error.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers import issues
from parsers.markup import CONTROL, CONTROLS, html_lines
from parsers.mhtml import html_of_mime
from parsers.records import ParseIssue

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THAI_IN_UTF8 = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_BLANK_CONTROL = re.compile(r"[\t\f\v\x85]")
_NOT_TEXT_SHARE = 0.02
"""A body of which more than this share are control or undecodable characters is no text."""

_END = 2_000
"""Characters at the end of a page in which its last tags are looked for."""
_STARTS_AS_HTML = re.compile(r"\s*<(?:[a-z]|!doctype|!--|\?xml|/[a-z])", re.IGNORECASE)
_DOCUMENT_TAG = re.compile(r"^[ \t]*(?:<!doctype html|</?(?:html|body)[\s>])", re.IGNORECASE | re.MULTILINE)
_LAYOUT_TAG = re.compile(r"</?(?:table|tr|td|div|p|br|li|ul|h[1-6]|span|font)\b[^<>]*>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


@dataclass(slots=True)
class Text:
    """A page as a person would see it.

    lines
        Without leading and trailing blanks; blank ones included, since a text copy keeps its own numbers
        and an empty table cell is a blank line.
    encoding
        The Python codec that the bytes were read in; None where they are no text.
    is_html
        False for a text copy.
    closed
        True where the HTML was sent to its end (``</body>`` or ``</html>`` closes it).
    cut
        True where the text provably lacks its end: it stops in mid-character.
    """

    lines: list[str] = field(default_factory=list)
    encoding: str | None = None
    is_html: bool = False
    closed: bool = False
    cut: bool = False
    issues: list[ParseIssue] = field(default_factory=list)


class Decoded(NamedTuple):
    """A text, and the codec that its bytes were read in."""

    text: str
    encoding: str


class NotTextError(ValueError):
    """The bytes are no text in any encoding that BMA pages use."""


def read_text(body: bytes) -> Text:
    """Decode a body and divide it into lines; whatever is wrong with it is an issue, never an exception."""
    body = html_of_mime(body)
    if not body or body.isspace():
        return Text(issues=[issues.issue(issues.EMPTY_BODY)])
    try:
        text, encoding = decode(body)
    except NotTextError as error:
        return Text(issues=[issues.issue(issues.BINARY_BODY, reason=error)])
    result = Text(encoding=encoding)
    if looks_like_html(text):
        result.is_html = True
        result.closed = _CLOSED.search(text, max(0, len(text) - _END)) is not None
        result.lines = html_lines(text)
    else:
        result.lines = text_lines(text)
    if "\ufffd" in text:
        _note_replacements(result, cut_in_character=text.endswith("\ufffd"))
    if not any(result.lines):
        result.issues.append(issues.issue(issues.EMPTY_BODY))
    return result


def decode(body: bytes) -> Decoded:
    """Text of a body, and the codec that it was read in.

    A byte order mark decides; else strict UTF-8; else, where whole Thai characters in UTF-8 outnumber the
    decoding errors twenty to one (a page cut in mid-character), UTF-8 with replacement; else cp874. What a
    page declares of itself is not asked: declarations are wrong too often. Control characters other than
    blanks, which nobody sees, are dropped. Raises `NotTextError`.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return Decoded(CONTROL.sub("", body.decode(encoding, "replace")), encoding)
    clean = body.translate(None, CONTROLS)
    controls = len(body) - len(clean)
    if controls > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{controls} of {len(body)} bytes are control characters")
    if controls:
        body = clean
    try:
        return Decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _decode_faulty(body)


def _decode_faulty(body: bytes) -> Decoded:
    """Decode what is not strict UTF-8."""
    as_utf8 = body.decode("utf-8", "replace")
    if len(_THAI_IN_UTF8.findall(body)) > 20 * as_utf8.count("\ufffd"):
        return Decoded(as_utf8, "utf-8")
    as_thai = body.decode("cp874", "replace")
    undecoded = as_thai.count("\ufffd")
    if undecoded > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{undecoded} of {len(body)} bytes fit neither UTF-8 nor windows-874")
    return Decoded(as_thai, "cp874")


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML rather than a text copy, in which somebody may have typed a tag.

    HTML begins with a tag, or has a tag of the document, or (the second half of a page) more tags of layout
    than lines.
    """
    if _STARTS_AS_HTML.match(text) or _DOCUMENT_TAG.search(text):
        return True
    return "<" in text and len(_LAYOUT_TAG.findall(text)) > text.count("\n") + 1


def text_lines(text: str) -> list[str]:
    """Lines of a text copy, blank ones included, each without blanks at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line if line.isprintable() else _plain(line) for line in map(str.strip, lines)]


def _plain(line: str) -> str:
    """A line of a text copy without control characters; those that are blanks are one each."""
    return CONTROL.sub("", _BLANK_CONTROL.sub(" ", line)).strip()


def _note_replacements(result: Text, *, cut_in_character: bool) -> None:
    """Raise one issue for all characters that decoding lost."""
    damaged = [number for number, line in enumerate(result.lines, 1) if "\ufffd" in line]
    if not damaged:
        return
    first = damaged[0]
    result.cut = result.cut or cut_in_character
    result.issues.append(
        issues.issue(
            issues.UNDECODABLE_BYTES,
            line=first,
            count=sum(result.lines[number - 1].count("\ufffd") for number in damaged),
            encoding=result.encoding,
        )
    )
