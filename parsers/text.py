"""From a page's bytes to its text and numbered lines, the same for HTML and for text copies.

Nothing after this module sees bytes or tags. requests' and BeautifulSoup's guesses are not used: given
bytes declared as TIS-620 that hold one windows-874 quote they return cut text without an error.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from parsers import issues
from parsers.mhtml import html_of_mime
from parsers.records import ParseIssue

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THAI_IN_UTF8 = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_CONTROLS = bytes(code for code in [*range(32), 127] if code not in b"\t\n\r\f\v")
_CONTROL = re.compile(f"[{re.escape(_CONTROLS.decode())}\x80-\x84\x86-\x9f]+")
_BLANK_CONTROL = re.compile(r"[\t\f\v\x85]")
_NOT_TEXT_SHARE = 0.02
"""A body of which more than this share are control or undecodable characters is no text."""

_END = 2_000
"""Characters at the end of a page in which its last tags are looked for."""
_STARTS_AS_HTML = re.compile(r"\s*<(?:[a-z]|!doctype|!--|\?xml|/[a-z])", re.IGNORECASE)
_DOCUMENT_TAG = re.compile(r"^[ \t]*(?:<!doctype html|</?(?:html|body)[\s>])", re.IGNORECASE | re.MULTILINE)
_LAYOUT_TAG = re.compile(r"</?(?:table|tr|td|div|p|br|li|ul|h[1-6]|span|font)\b[^<>]*>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_STRAY_BREAK = re.compile(rb"</[bB][rR](?=[\s/>])[^<>]*>")
_DROPPED_BREAK = "Unexpected end tag : br"
_LOGGED_ERRORS = 100
"""Errors of a page that the HTML parser names; of those beyond it tells fatal ones only."""
_LARGE = 65_536
"""Bytes of a page that is searched for a tag with too many attributes: fewer take no time to speak of."""
_DEEPEST = 2_100
"""Elements within each other, a few more than the HTML parser reads."""
_MOST_ATTRIBUTES = 1_000
"""Attributes of a tag that is read: the HTML parser's time for one grows with the square of their number."""

# Marks that the stylesheet puts into the text; noncharacters, so no page means them.
_BREAK, _CELL, _CELL_END, _EMPTY_CELL = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_EMPTY = re.compile(f"{_CELL}[\\s{_BREAK}]*{_CELL_END}")

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes"
    " noscript ol optgroup option p section select summary table tbody tfoot thead tr ul"
)


def _templates(mode: str = "") -> str:
    """The templates that mark where lines end, for one mode of the stylesheet."""
    return f"""
  <xsl:template match="{_BLOCKS.replace(" ", "|")}" {mode}>
    <xsl:text>{_BREAK}</xsl:text><xsl:apply-templates {mode}/><xsl:text>{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="td|th" {mode}>
    <xsl:text>{_BREAK}{_CELL}</xsl:text><xsl:apply-templates {mode}/><xsl:text>{_CELL_END}{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="br" {mode}><xsl:text>{_BREAK}</xsl:text></xsl:template>
  <xsl:template match="script|style|title|template" {mode}/>"""


_KEEP_LINES = 'mode="keep_lines"'
_TO_MARKED_TEXT = etree.XSLT(
    etree.XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="UTF-8"/>
  {_templates()}
  {_templates(_KEEP_LINES)}
  <xsl:template match="pre|textarea|listing|xmp|plaintext">
    <xsl:text>{_BREAK}</xsl:text><xsl:apply-templates {_KEEP_LINES}/><xsl:text>{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="text()" {_KEEP_LINES}>
    <xsl:value-of select="translate(., '&#10;', '{_BREAK}')"/>
  </xsl:template>
</xsl:stylesheet>
""")
)


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
        True where the text provably lacks its end: it stops in mid-character, or the HTML parser gave up.
    """

    lines: list[str] = field(default_factory=list)
    encoding: str | None = None
    is_html: bool = False
    closed: bool = False
    cut: bool = False
    issues: list[ParseIssue] = field(default_factory=list)


class Decoded(NamedTuple):
    """A text, the codec that its bytes were read in, and the same text in UTF-8 for the HTML parser."""

    text: str
    encoding: str
    utf8: bytes


class NotTextError(ValueError):
    """The bytes are no text in any encoding that BMA pages use."""


def read_text(body: bytes) -> Text:
    """Decode a body and divide it into lines; whatever is wrong with it is an issue, never an exception."""
    body = html_of_mime(body)
    if not body or body.isspace():
        return Text(issues=[issues.issue(issues.EMPTY_BODY)])
    try:
        text, encoding, utf8 = decode(body)
    except NotTextError as error:
        return Text(issues=[issues.issue(issues.BINARY_BODY, reason=error)])
    result = Text(encoding=encoding)
    if looks_like_html(text):
        result.is_html = True
        result.closed = _CLOSED.search(text, max(0, len(text) - _END)) is not None
        result.lines, fault = html_lines(utf8)
        if fault:
            result.cut = True
            result.issues.append(issues.issue(issues.HTML_TOO_DEEP, reason=fault))
    else:
        result.lines = text_lines(text)
    if "\ufffd" in text:
        _note_replacements(result, cut_in_character=text.endswith("\ufffd"))
    if not any(result.lines):
        result.issues.append(issues.issue(issues.EMPTY_BODY))
    return result


def decode(body: bytes) -> Decoded:
    """Text of a body, the codec that it was read in, and the text in UTF-8.

    A byte order mark decides; else strict UTF-8; else, where whole Thai characters in UTF-8 outnumber the
    decoding errors twenty to one (a page cut in mid-character), UTF-8 with replacement; else cp874. What a
    page declares of itself is not asked: declarations are wrong too often. Control characters other than
    blanks, which nobody sees, are dropped. Raises `NotTextError`.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decoded(_CONTROL.sub("", body.decode(encoding, "replace")), encoding)
    clean = body.translate(None, _CONTROLS)
    controls = len(body) - len(clean)
    if controls > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{controls} of {len(body)} bytes are control characters")
    if controls:
        body = clean
    try:
        return Decoded(body.decode("utf-8"), "utf-8", body)
    except UnicodeDecodeError:
        return _decode_faulty(body)


def _decode_faulty(body: bytes) -> Decoded:
    """Decode what is not strict UTF-8."""
    as_utf8 = body.decode("utf-8", "replace")
    if len(_THAI_IN_UTF8.findall(body)) > 20 * as_utf8.count("\ufffd"):
        return _decoded(as_utf8, "utf-8")
    as_thai = body.decode("cp874", "replace")
    undecoded = as_thai.count("\ufffd")
    if undecoded > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{undecoded} of {len(body)} bytes fit neither UTF-8 nor windows-874")
    return _decoded(as_thai, "cp874")


def _decoded(text: str, encoding: str) -> Decoded:
    return Decoded(text, encoding, text.encode())


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML rather than a text copy, in which somebody may have typed a tag.

    HTML begins with a tag, or has a tag of the document, or (the second half of a page) more tags of layout
    than lines.
    """
    if _STARTS_AS_HTML.match(text) or _DOCUMENT_TAG.search(text):
        return True
    return "<" in text and len(_LAYOUT_TAG.findall(text)) > text.count("\n") + 1


def html_lines(utf8: bytes) -> tuple[list[str], str | None]:
    """Lines of an HTML page in UTF-8, and why they are not all (None where they are).

    Block elements and ``<br>`` end a line, table cells are lines, an empty cell is a blank line, blanks are
    collapsed. Scripts, styles, comments and the title are gone.
    """
    if len(utf8) > _LARGE and (most := _most_attributes(utf8)) > _MOST_ATTRIBUTES:
        return [], f"a tag has {most} attributes"
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(utf8, parser)
    log = parser.error_log
    if len(log) >= _LOGGED_ERRORS or any(fault.message == _DROPPED_BREAK for fault in log):
        mended = _STRAY_BREAK.sub(b"<br>", utf8)  # browsers break the line there
        root = etree.fromstring(mended, parser) if mended != utf8 else root
    fatal = parser.error_log.filter_from_fatals() if len(parser.error_log) else ()
    fault = fatal[0].message if fatal else None
    if root is None:  # nothing but comments
        return [], fault
    return _lines_between_marks(str(_TO_MARKED_TEXT(root))), fault


class _TooDeepError(Exception):
    """The HTML parser would read no further either."""


class _TagCounter:
    """What the HTML parser tells of its tags where no tree is to be made of them."""

    most_attributes = 0
    depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.most_attributes = max(self.most_attributes, len(attributes))
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeepError

    def end(self, tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        """Nothing is made of the tags."""


def _most_attributes(utf8: bytes) -> int:
    """The largest number of attributes of a tag; unlike a tree, told in time that grows with the bytes."""
    counter: Any = _TagCounter()  # lxml takes a target with some of the methods, its types ask for all
    parser = etree.HTMLParser(target=counter, encoding="utf-8", huge_tree=True)
    with suppress(_TooDeepError):
        for start in range(0, len(utf8), _LARGE):  # bit by bit, or the parser would not stop where it is told
            parser.feed(utf8[start : start + _LARGE])
        parser.close()
    return int(counter.most_attributes)


def _lines_between_marks(marked: str) -> list[str]:
    """Lines of the text that the stylesheet made: none blank but an empty cell's, blanks collapsed."""
    if _CELL in marked:
        marked = _EMPTY.sub(_BREAK + _EMPTY_CELL + _BREAK, marked)
        marked = marked.replace(_CELL, "").replace(_CELL_END, "")
    for blank in "\n\t\xa0":  # the common ones, so that few lines need the long way
        marked = marked.replace(blank, " ")
    return [
        # Of all blanks only the common one is printable, and of the marks none is.
        line if line.isprintable() and "  " not in line else _tidy(line)
        for line in map(str.strip, marked.split(_BREAK))
        if line
    ]


def _tidy(line: str) -> str:
    """A line with single blanks, and without control characters, which a reference (``&#1;``) may name."""
    if line == _EMPTY_CELL:
        return ""
    line = " ".join(line.split())
    return line if line.isprintable() else _CONTROL.sub("", line).strip()


def text_lines(text: str) -> list[str]:
    """Lines of a text copy, blank ones included, each without blanks at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line if line.isprintable() else _plain(line) for line in map(str.strip, lines)]


def _plain(line: str) -> str:
    """A line of a text copy without control characters; those that are blanks are one each."""
    return _CONTROL.sub("", _BLANK_CONTROL.sub(" ", line)).strip()


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
