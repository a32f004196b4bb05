"""Bodies that nobody should send: strategies over bytes, spliced pages, tag soup and odd characters.

Their fragments are the lines of every sample and fixture page, so a new kind of page joins by its fixtures.
"""

from pathlib import Path

from hypothesis import strategies as st

import parsers
from scraper.sites import CODE_PATTERNS

_HERE = Path(__file__).parent
_FOLDERS = (_HERE.parent / "bma" / "sample_pages", _HERE / "fixtures" / "pages")
PAGES = {
    path.name: path.read_bytes()
    for folder in _FOLDERS
    for path in sorted(folder.iterdir())
    if path.suffix in (".html", ".txt")
}
LINES = sorted({line for body in PAGES.values() for line in parsers.parse(body).lines})
RAW_LINES = sorted({line for body in PAGES.values() for line in body.splitlines(keepends=True)})

ENCODINGS = ("utf-8", "utf-8", "cp874", "utf-8-sig", "utf-16-le", "utf-16")
TAGS = (
    *(
        "p",
        "div",
        "br",
        "hr",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "caption",
        "li",
        "ul",
        "dl",
        "dt",
        "dd",
        "h1",
    ),
    *("h3", "font", "b", "i", "span", "a", "center", "form", "option", "select", "pre", "textarea", "button"),
    *("script", "style", "title", "template", "noscript", "frameset", "frame", "plaintext", "xmp", "listing"),
    *("iframe", "svg", "math", "html", "head", "body", "input", "img", "nav", "details"),
)
MARKUP = (
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?php", "?>", "<!DOCTYPE html>", "<!DOCTYPE x [<!ENTITY a 'b'>]>"),
    *(
        "<",
        ">",
        "</",
        "<p",
        "<p title='",
        '<p title="',
        "<td nowrap",
        "<p a=1 a=2>",
        "</br >",
        "<br/",
        "<a b<c>",
    ),
)
REFERENCES = (
    *("&amp;", "&nbsp;", "&lt;", "&gt", "&amp", "&#", "&#x", "&", "&a;", "&nosuch;", "&#0;", "&#1;", "&#10;"),
    *("&#13;", "&#27;", "&#x85;", "&#xA0;", "&#xD800;", "&#xDFFF;", "&#xFDD0;", "&#xFFFE;", "&#x10FFFF;"),
    *(
        "&#x110000;",
        "&#99999999999999999999;",
        "&#x200B;",
        "&#x202E;",
        "&#xE01;",
        "&#3585",
        "&#2028;",
        "&#-1;",
    ),
)
ODD = (
    *map(chr, range(32)),
    *("\x7f", "\x80", "\x85", "\x9b", "\x9f", "\u00ad", "\u00a0", "\u2028", "\u2029", "\u3000", "\ufeff"),
    *("\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\u180e"),
    *("\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufffd", "\ufffe", "\U0010ffff", "\U000e0001"),
    *("\u0e33\u0e32", "\u0e4d\u0e32", "\u0e4d", "\u0e48\u0e48", "\u0e40\u0e40", "๐", "٣", "Ⅷ", "²", "½", "𝟗"),
    *("\u0301" * 300, "\u0e49" * 300, "\u0e33" * 100, "-" * 300, "9" * 40, "0" * 400, "1e999", "nan", "inf"),
    *("1,000,000,000,000", "-0", "-5", "99/99/9999", "31/02/2563", "2563-13-45", "29/2/2400", "0/0/0"),
    *(
        "(",
        ")",
        "()",
        ":",
        " : ",
        ": :",
        "::",
        "%",
        "%%",
        "*",
        "**",
        "/",
        "-",
        "—",
        "|",
        "{0}",
        "{line}",
        "%s",
    ),
    *("=1+1", "@SUM(A1)", "\\", '"', "'", ",", ";"),
)
BREAKS = ("\n", "\n", "\n", "\r\n", "\r", "", " ", "\n\n")

_some_lines = st.lists(st.sampled_from(LINES), min_size=1, max_size=40)
_noise = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([text.encode() for text in (*MARKUP, *REFERENCES)]),
    st.sampled_from([text.encode("utf-8", "replace") for text in ODD]),
    st.sampled_from(RAW_LINES),
)


@st.composite
def noisy_pages(draw: st.DrawFn) -> bytes:
    """A page with something pushed in at a few places, and perhaps cut."""
    body = PAGES[draw(st.sampled_from([*PAGES]))]
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        gone = draw(st.sampled_from((0, 0, 0, 1, 7, 100)))
        body = body[:at] + draw(_noise) + body[at + gone :]
    return body[: draw(st.one_of(st.none(), st.integers(0, len(body))))]


@st.composite
def spliced_pages(draw: st.DrawFn) -> bytes:
    """Pieces of several pages, one behind the other, each in an encoding and within tags of its own."""
    body = b""
    for _ in range(draw(st.integers(1, 4))):
        lines = draw(_some_lines)
        form = draw(st.sampled_from(("{}\n", "<p>{}</p>", "<td>{}</td>", "{}<br>", "{}")))
        encoding = draw(st.sampled_from(ENCODINGS))
        body += "".join(form.format(line) for line in lines).encode(encoding, "replace")
        if draw(st.booleans()):
            page = PAGES[draw(st.sampled_from([*PAGES]))]
            start = draw(st.integers(0, len(page)))
            body += page[start : start + draw(st.integers(0, 3_000))]
    return body


@st.composite
def edited_pages(draw: st.DrawFn) -> bytes:
    """One page's lines with some of them doubled, moved, dropped, or replaced by another page's."""
    lines = PAGES[draw(st.sampled_from([*PAGES]))].splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, len(lines)))
        gone = draw(st.integers(0, 3))
        start = draw(st.integers(0, len(lines)))
        lines[at : at + gone] = draw(
            st.one_of(
                st.just(lines[start : start + draw(st.integers(0, 6))]),
                st.lists(st.sampled_from(RAW_LINES), max_size=4),
            )
        )
    return b"".join(lines)


@st.composite
def soups(draw: st.DrawFn) -> bytes:
    """HTML of any tags, closed or not and in any order, around lines of pages and odd references."""
    pieces = st.one_of(st.sampled_from(MARKUP), st.sampled_from(LINES), st.sampled_from(REFERENCES))
    soup = "".join(draw(st.lists(pieces, max_size=80)))
    return (draw(st.sampled_from(("<p>", "<html><body>", "", "<td>"))) + soup).encode()


@st.composite
def nested(draw: st.DrawFn) -> bytes:
    """Well nested HTML of any tags, to any depth that a page could have."""
    tree = st.recursive(
        st.sampled_from(LINES),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(TAGS),
            st.lists(inner, max_size=5),
        ),
        max_leaves=40,
    )
    return f"<html><body>{draw(tree)}</body></html>".encode(
        draw(st.sampled_from(("utf-8", "cp874"))), "replace"
    )


@st.composite
def odd_characters(draw: st.DrawFn) -> bytes:
    """Lines of pages with odd characters within them, as text or HTML, in any encoding."""
    lines = draw(_some_lines)
    for _ in range(draw(st.integers(1, 10))):
        number = draw(st.integers(0, len(lines) - 1))
        at = draw(st.integers(0, len(lines[number])))
        odd = draw(st.sampled_from((*ODD, *REFERENCES)))
        lines[number] = lines[number][:at] + odd + lines[number][at:]
    text = "".join(line + draw(st.sampled_from(BREAKS)) for line in lines)
    if draw(st.booleans()):
        text = "<p>" + text.replace("\n", "<p>")
    return text.encode(draw(st.sampled_from(ENCODINGS)), "replace")


@st.composite
def mime_messages(draw: st.DrawFn) -> bytes:
    """Pages saved as one file: headers and boundaries in any order around pages."""
    pieces = st.sampled_from(
        (
            *(
                b"--b\n",
                b"--b--\n",
                b"--c\r\n",
                b"\n",
                b"\r\n",
                b"\n\n",
                b" \n",
                b": \n",
                b"=E0=B8=81",
                b"PHA+",
            ),
            *(
                b"Content-Type: multipart/related; boundary=b\n",
                b"Content-Type: multipart/mixed; boundary=c\n",
            ),
            *(
                b"Content-Type: text/html; charset=tis-620\n",
                b"Content-Type: message/rfc822\n",
                b"Subject: x\n",
            ),
            *(b"Content-Type: text/html\n", b'Content-Type: multipart/related; boundary*0="b\xff"\n'),
            *(b"Content-Type: multipart/x; boundary*=utf-7''%2BAB\n", b"Content-Type: =?utf-8?b?/w==?=\n"),
            *(b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n"),
            *(
                b"Content-Transfer-Encoding: x-uuencode\n",
                b"Content-Transfer-Encoding: 8bit\n",
                b"\tfolded\n",
            ),
            *(b"begin 644 x\n", b"M\n", b"<p>a", *RAW_LINES[:40]),
        )
    )
    return b"MIME-Version: 1.0\n" + b"".join(draw(st.lists(pieces, max_size=25)))


BODIES = {
    "raw bytes": st.binary(max_size=2_000),
    "noise within a page": noisy_pages(),
    "pieces of several pages": spliced_pages(),
    "a page's lines out of order": edited_pages(),
    "tag soup": soups(),
    "nested tags": nested(),
    "odd characters": odd_characters(),
    "mail messages": mime_messages(),
}

_CODES = {kind: st.from_regex(pattern, fullmatch=True) for kind, pattern in CODE_PATTERNS.items()}
HINTS = st.one_of(
    st.just((None, None)),
    *(st.tuples(st.sampled_from((kind, None)), codes) for kind, codes in _CODES.items()),
    st.tuples(st.sampled_from([*CODE_PATTERNS, "unknown", ""]), st.none()),
)
"""Kind and code as a URL gives them, for every kind there is."""
SAMPLE_HINTS = (
    (None, None),
    *zip(
        CODE_PATTERNS,
        ("21000000-9001", "2100-901", "901", "21000000-1-2564", "771", "21000000-9001"),
        strict=True,
    ),
)
