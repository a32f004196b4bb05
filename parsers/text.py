"""From a page's bytes to its text and numbered lines, the same for HTML and for text copies.

Nothing after this module sees bytes or tags. requests' and BeautifulSoup's guesses are not used: given
bytes declared as TIS-620 that hold one windows-874 quote they return cut text without an error.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from lxml import etree

from parsers import issues
from parsers.records import ParseIssue

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_THAI_IN_UTF8 = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_CONTROLS = bytes(code for code in [*range(32), 127] if code not in b"\t\n\r\f\v")
_DELETE_CONTROLS = dict.fromkeys(_CONTROLS)
_NOT_TEXT_SHARE = 0.02
"""A body of which more than this share are control or undecodable characters is no text."""

_STARTS_AS_HTML = re.compile(r"\s*<(?:[a-z]|!doctype|!--|\?xml|/[a-z])", re.IGNORECASE)
_DOCUMENT_TAG = re.compile(r"<!doctype html|</?(?:html|body)[\s>]", re.IGNORECASE)
_LAYOUT_TAG = re.compile(r"</?(?:table|tr|td|div|p|br|li|ul|h[1-6]|span|font)\b[^>]*>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_STRAY_BREAK = re.compile(r"</br\s*>", re.IGNORECASE)
_MIME_HEADER = re.compile(
    rb"\A\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*?)*?Content-Type:\s*multipart/related", re.I
)

# Marks that the stylesheet puts into the text; noncharacters, so no page means them.
_BREAK, _CELL, _CELL_END, _EMPTY_CELL = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_EMPTY = re.compile(f"{_CELL}[\\s{_BREAK}]*{_CELL_END}")

_BLOCKS = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes"
    " noscript ol optgroup option p section select summary table tbody tfoot thead tr ul"
)
_STYLESHEET = f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text" encoding="UTF-8"/>
  <xsl:template match="{_BLOCKS.replace(" ", "|")}">
    <xsl:text>{_BREAK}</xsl:text><xsl:apply-templates/><xsl:text>{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="td|th">
    <xsl:text>{_BREAK}{_CELL}</xsl:text><xsl:apply-templates/><xsl:text>{_CELL_END}{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="br"><xsl:text>{_BREAK}</xsl:text></xsl:template>
  <xsl:template match="pre|textarea|listing|xmp|plaintext">
    <xsl:text>{_BREAK}</xsl:text>
    <xsl:value-of select="translate(., '&#10;', '{_BREAK}')"/>
    <xsl:text>{_BREAK}</xsl:text>
  </xsl:template>
  <xsl:template match="script|style|title|template|comment()|processing-instruction()"/>
</xsl:stylesheet>
"""
_TO_MARKED_TEXT = etree.XSLT(etree.XML(_STYLESHEET))


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


class NotTextError(ValueError):
    """The bytes are no text in any encoding that BMA pages use."""


def read_text(body: bytes) -> Text:
    """Decode a body and divide it into lines; whatever is wrong with it is an issue, never an exception."""
    body = _page_of_mime(body)
    if not body.strip():
        return Text(issues=[issues.issue(issues.EMPTY_BODY)])
    try:
        text, encoding = decode(body)
    except NotTextError as error:
        return Text(issues=[issues.issue(issues.BINARY_BODY, reason=error)])
    result = Text(encoding=encoding)
    if looks_like_html(text):
        result.is_html = True
        result.closed = _CLOSED.search(text, max(0, len(text) - 2000)) is not None
        result.lines, fault = html_lines(text)
        if fault:
            result.cut = True
            result.issues.append(issues.issue(issues.HTML_TOO_DEEP, reason=fault))
    else:
        result.lines = text_lines(text)
    _note_replacements(result, cut_in_character=text.endswith("\ufffd"))
    if not any(result.lines):
        result.issues.append(issues.issue(issues.EMPTY_BODY))
    return result


def decode(body: bytes) -> tuple[str, str]:
    """Text of a body and the codec that it was read in.

    A byte order mark decides; else strict UTF-8; else, where whole Thai characters in UTF-8 outnumber the
    decoding errors twenty to one (a page cut in mid-character), UTF-8 with replacement; else cp874. What a
    page declares of itself is not asked: declarations are wrong too often. Raises `NotTextError`.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _without_controls(body.decode(encoding, "replace")), encoding
    controls = len(body) - len(body.translate(None, _CONTROLS))
    if controls > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{controls} of {len(body)} bytes are control characters")
    try:
        text, encoding = body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = _decode_faulty(body)
    return (_without_controls(text) if controls else text), encoding


def _decode_faulty(body: bytes) -> tuple[str, str]:
    """Decode what is not strict UTF-8."""
    as_utf8 = body.decode("utf-8", "replace")
    if len(_THAI_IN_UTF8.findall(body)) > 20 * as_utf8.count("\ufffd"):
        return as_utf8, "utf-8"
    as_thai = body.decode("cp874", "replace")
    undecoded = as_thai.count("\ufffd")
    if undecoded > len(body) * _NOT_TEXT_SHARE:
        raise NotTextError(f"{undecoded} of {len(body)} bytes fit neither UTF-8 nor windows-874")
    return as_thai, "cp874"


def _without_controls(text: str) -> str:
    """Text without C0 controls (NUL, ESC and the like), which nobody sees; line ends and tabs stay."""
    return text.translate(_DELETE_CONTROLS)


def looks_like_html(text: str) -> bool:
    """Whether a text is HTML rather than a text copy, in which somebody may have typed a tag.

    HTML begins with a tag, or has a tag of the document, or (the second half of a page) more tags of layout
    than lines.
    """
    if _STARTS_AS_HTML.match(text) or _DOCUMENT_TAG.search(text):
        return True
    return "<" in text and len(_LAYOUT_TAG.findall(text)) > text.count("\n") + 1


def html_lines(text: str) -> tuple[list[str], str | None]:
    """Lines of an HTML page, and why they are not all (None where they are).

    Block elements and ``<br>`` end a line, table cells are lines, an empty cell is a blank line, blanks are
    collapsed. Scripts, styles, comments and the title are gone.
    """
    if "</br" in text or "</BR" in text:  # browsers read </br> as <br>, libxml2 drops it
        text = _STRAY_BREAK.sub("<br>", text)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    fatal = parser.error_log.filter_from_fatals() if len(parser.error_log) else ()
    fault = fatal[0].message if fatal else None
    if root is None:  # nothing but comments
        return [], fault
    marked = str(_TO_MARKED_TEXT(root))
    if "&#" in text:  # a reference may name a control character
        marked = _without_controls(marked)
    marked = _EMPTY.sub(_BREAK + _EMPTY_CELL + _BREAK, marked)
    marked = marked.replace(_CELL, "").replace(_CELL_END, "")
    lines = []
    for piece in marked.split(_BREAK):
        words = piece.split() if piece else None
        if words:
            line = " ".join(words)
            lines.append("" if line == _EMPTY_CELL else line)
    return lines, fault


def text_lines(text: str) -> list[str]:
    """Lines of a text copy, blank ones included, each without blanks at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.strip() for line in lines]


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


def _page_of_mime(body: bytes) -> bytes:
    """The first HTML part of a page saved as ``.mhtml`` (RFC 2557); any other body as it is."""
    if not _MIME_HEADER.match(body[:4096]):
        return body
    import email
    import email.policy

    message = email.message_from_bytes(body, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    return body
