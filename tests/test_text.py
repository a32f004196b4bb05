"""From bytes to numbered lines: what is decoded how, what is a line, and what odd bodies cost."""

import base64
import codecs
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.text import NotTextError, decode, looks_like_html, read_text, text_lines

THAI = "สำนักงานเขต “สมมุติ” – ๒๕๖๖"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4


def codes(body: bytes) -> list[str]:
    return [issue.code for issue in read_text(body).issues]


# --- decoding: a BOM, else strict UTF-8, else UTF-8 cut in mid-character, else windows-874


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (codecs.BOM_UTF8 + THAI.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + THAI.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + THAI.encode("utf-16-be"), "utf-16"),
        (THAI.encode(), "utf-8"),
        (b"ASCII is UTF-8", "utf-8"),
        (THAI.encode("cp874"), "cp874"),
        ("“”‘’•–—…€".encode("cp874"), "cp874"),
        (b'<meta charset="utf-8">' + THAI.encode("cp874"), "cp874"),
        (b'<meta charset="tis-620">' + THAI.encode(), "utf-8"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + THAI.encode("cp874"), "cp874"),
    ],
)
def test_the_bytes_tell_their_encoding_whatever_they_declare(body, encoding):
    found = decode(body)
    assert found.encoding == encoding
    assert "\ufffd" not in found.text
    assert found.text.endswith(("๒๕๖๖", "UTF-8", "€"))


def test_a_bom_decides_even_where_bytes_do_not_fit():
    assert decode(codecs.BOM_UTF8 + THAI.encode() + b"\xff") == (THAI + "\ufffd", "utf-8-sig")
    assert decode(codecs.BOM_UTF16_LE + "ก".encode("utf-16-le") + b"\x01")[1] == "utf-16"


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_in_mid_character_is_not_taken_for_windows_874(cut):
    text, encoding = decode((THAI * 2).encode()[:-cut])
    assert encoding == "utf-8"
    assert text == (THAI * 2)[:-1] + "\ufffd"


def test_utf8_with_more_than_one_error_to_twenty_thai_letters_is_windows_874():
    twenty = ("ว" * 20).encode()
    assert decode(twenty + b"\xe0").encoding == "cp874"
    assert decode(twenty + "ว".encode() + b"\xe0").encoding == "utf-8"


@pytest.mark.parametrize("size", [6, 60, 600])
def test_every_cut_of_a_thai_page_in_utf8_keeps_its_text(size):
    whole = (THAI * (size // 3)).encode()
    for end in range(len(whole) - 6, len(whole)):
        text, encoding = decode(whole[:end])
        assert encoding == "utf-8"
        assert whole.decode().startswith(text.rstrip("\ufffd"))


def test_a_truncated_page_says_so_on_its_last_line():
    text = read_text(("บรรทัดแรก\n" + THAI * 3).encode()[:-1])
    assert text.cut
    (issue,) = text.issues
    assert (issue.code, issue.line, issue.severity) == ("undecodable_bytes", 2, "warning")
    assert "1 character(s)" in issue.message
    assert "utf-8" in issue.message


def test_a_lost_character_within_a_page_does_not_make_it_cut():
    text = read_text(("ก" * 30).encode() + b"\xff\n" + ("ข" * 30).encode())
    assert not text.cut
    assert [issue.line for issue in text.issues] == [1]


def test_characters_lost_where_nobody_sees_them_raise_no_issue():
    body = ("<script>" + "ก" * 30).encode() + b"\xff" + "</script><p>ข</p>".encode()
    assert codes(body) == []


@pytest.mark.parametrize(
    "body",
    [PNG, b"\x00" * 100, bytes(range(32)) * 10, b"PK\x03\x04" + bytes(300), b"\xff\xfa\xfb\xfc" * 50],
    ids=["png", "nul", "controls", "zip", "no encoding"],
)
def test_a_body_that_is_no_text_is_an_issue(body):
    with pytest.raises(NotTextError):
        decode(body)
    text = read_text(body)
    assert (text.encoding, text.lines) == (None, [])
    assert [issue.code for issue in text.issues] == ["binary_body"]
    assert text.issues[0].severity == "error"


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", codecs.BOM_UTF8, b"<p>&nbsp;</p>", b"<!-- only this -->"])
def test_a_body_without_text_is_an_issue(body):
    assert codes(body) == ["empty_body"]


@pytest.mark.parametrize("control", [*range(9), *range(14, 32), 127])
def test_control_characters_disappear(control):
    stray = bytes([control])
    word = b"a" * 50
    assert read_text(word + stray + word).lines == ["a" * 100]
    assert read_text(b"<p>" + word + stray + word + b"</p>").lines == ["a" * 100]
    assert read_text(codecs.BOM_UTF16_LE + (word + stray + word).decode().encode("utf-16-le")).lines == [
        "a" * 100
    ]


# --- HTML or a text copy


@pytest.mark.parametrize(
    "text",
    [
        "<p>ก",
        "  \n<!DOCTYPE html>",
        "<!-- saved from url=(0001)x -->\n<HTML>",
        "<?xml version='1.0'?><html/>",
        "Notice: something\n<html><body>ก",
        "</td></tr><tr><td>ก</td></tr>",
        "ก</td></tr>\n<tr><td>ข</td></tr>",
    ],
)
def test_html_is_known_by_its_start_its_document_tags_or_its_many_tags(text):
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "ความคืบหน้า\n\nก < ข และ ข > ค",
        "ดู <a href='x'>\nที่นี่\nบรรทัดที่สาม",
        "ใช้แท็ก <html> ในข้อความ\nต่อไป\nต่อไป",
        "ข้อความ <br> เดียว\nบรรทัดที่สอง\nบรรทัดที่สาม",
        "",
    ],
)
def test_a_text_copy_may_hold_a_tag_that_somebody_typed(text):
    assert not looks_like_html(text)


# --- HTML, whose lines are those of `tests/test_markup.py`


def test_broken_html_in_windows_874_loses_nothing():
    html = "<HTML><BODY><CENTER><TABLE><TR><TD>“ก”<FONT SIZE=2><B>ข</FONT></B><TD>ค<P>ง</TABLE></BODY>"
    text = read_text(html.encode("cp874"))
    assert text.lines == ["“ก”ข", "ค", "ง"]
    assert (text.encoding, text.is_html, text.closed) == ("cp874", True, True)


@pytest.mark.parametrize(("end", "closed"), [("</body></html>\n", True), ("</HTML >", True), ("", False)])
def test_html_is_closed_where_its_end_was_sent(end, closed):
    assert read_text(f"<html><body><p>ก</p>{end}".encode()).closed is closed


# --- lines of a text copy


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_copy_keeps_its_own_numbers(end):
    body = end.join(["ก", "", "  ข  ค ", "", "", "ง", ""]).encode()
    assert read_text(body).lines == ["ก", "", "ข  ค", "", "", "ง"]


def test_a_text_copy_without_a_line_end_is_one_line():
    assert text_lines("ก") == ["ก"]


def test_a_text_copy_may_mix_its_line_ends():
    assert text_lines("ก\r\nข\rค\n\rง") == ["ก", "ข", "ค", "", "ง"]


# --- a page that a browser saved as one file


def mhtml(part: str, *, kind: str = "multipart/related", newline: str = "\r\n") -> bytes:
    head = (
        "From: <Saved by a browser>\nSnapshot-Content-Location: http://bma-progress.example/\nSubject: x\n"
        f'MIME-Version: 1.0\nContent-Type: {kind};\n\ttype="text/html";\n\tboundary="----b"\n\n'
    )
    image = "------b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
    return f"{head}{image}------b\n{part}\n------b--\n".replace("\n", newline).encode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_mhtml_page_is_its_first_html_part(newline):
    html = "<html><body><p>ความคืบหน้า = 45</p></body></html>"
    encoded = base64.encodebytes(html.encode()).decode()
    quoted = "".join(f"={byte:02X}" if byte > 126 or byte == 61 else chr(byte) for byte in html.encode())
    for part in (
        f"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}",
        f"Content-Type: text/html; charset=tis-620\nContent-Transfer-Encoding: base64\n\n{encoded}",
        f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}",
    ):
        text = read_text(mhtml(part, newline=newline))
        assert (text.lines, text.is_html, text.issues) == (["ความคืบหน้า = 45"], True, [])


def test_an_mhtml_page_of_one_part_is_read():
    head = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    assert read_text(head + b"<p>a=E0=B8=81=\r\nb</p>").lines == ["aกb"]


def test_a_text_copy_that_begins_like_a_letter_is_a_text_copy():
    assert read_text("From: somebody\nSubject: MIME-Version:\n\nก".encode()).lines[0] == "From: somebody"


def test_a_broken_mhtml_page_is_read_as_it_stands():
    assert read_text(b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nno part").lines


# --- what odd bodies cost


HUGE = 10_000_000


@pytest.mark.parametrize(
    "body",
    [
        b"a" * HUGE,
        b"<p>" + b"a" * HUGE,
        b"<p>" + b"&amp;" * (HUGE // 5),
        b" " * HUGE + b"x",
        b"\n" * HUGE + b"x",
        b"x" + b"<td " * (HUGE // 4),
        b"<p>" + b"</br " * (HUGE // 5),
        b"MIME-Version: 1.0\n" + b"x:\n" * (HUGE // 12),
        b"<table>" + b"<td>" * (HUGE // 10),
        b"<table>" + b"<tr><td>1</td>" * (HUGE // 14),
    ],
    ids=["text", "html", "references", "blanks", "ends", "tags", "breaks", "headers", "empty", "cells"],
)
def test_ten_megabytes_are_read_in_bounded_time(body):
    start = time.process_time()
    read_text(body)
    assert time.process_time() - start < 8


def test_a_million_cells_take_bounded_memory():
    body = b"<table>" + b"<tr><td>1</td><td></td></tr>" * 500_000
    tracemalloc.start()
    text = read_text(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(text.lines) == 1_000_000
    assert peak < 25 * len(body)


@given(st.binary(max_size=300))
def test_any_bytes_give_lines_or_an_issue(body):
    text = read_text(body)
    assert any(text.lines) or text.issues
    assert all(line == line.strip() and "\n" not in line for line in text.lines)


@given(
    st.text(
        st.sampled_from("กข <>/&;#!-'\"=tdprbscipl1x\n\u00a0\ufdd0\ufdd1\ufdd2\ufdd3\u202e"), max_size=200
    )
)
def test_any_tag_soup_gives_lines_or_an_issue(text):
    found = read_text(("<p>" + text).encode())
    assert any(found.lines) or found.issues
    assert all(line == line.strip() and "\n" not in line for line in found.lines)


# --- further rules

PAGE_LINE = "ความคืบหน้าโครงการ ร้อยละ 45.00"


@pytest.mark.parametrize("declared", ["utf-8", "tis-620", "windows-874", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("true", ["utf-8", "cp874", "utf-16"])
def test_no_form_of_declaration_is_asked(declared, true):
    page = f'<html><head><meta charset="{declared}"></head><body><p>{PAGE_LINE}</p></body></html>'
    old = page.replace("<meta ", f'<meta http-equiv="Content-Type" content="text/html; charset={declared}" ')
    xml = f'<?xml version="1.0" encoding="{declared}"?>{page}'
    for body in (page, old, xml):
        found = read_text(body.encode(true))
        assert (found.lines, found.encoding, found.issues) == ([PAGE_LINE], true, [])


def test_utf16_cut_in_mid_character_is_cut():
    found = read_text(codecs.BOM_UTF16_LE + PAGE_LINE.encode("utf-16-le")[:-1])
    assert (found.encoding, found.cut) == ("utf-16", True)
    assert [issue.code for issue in found.issues] == ["undecodable_bytes"]


def test_bytes_that_windows_874_lacks_are_an_issue_and_no_cut():
    found = read_text((PAGE_LINE * 5).encode("cp874") + b"\xff\n" + PAGE_LINE.encode("cp874"))
    assert (found.encoding, found.cut) == ("cp874", False)
    assert [(issue.code, issue.line) for issue in found.issues] == [("undecodable_bytes", 1)]


def test_a_typed_tag_and_an_entity_are_kept_in_a_text_copy():
    found = read_text(f"{PAGE_LINE}\nทำ<b>แล้ว</b> 5 < 6 &amp; 7\n".encode())
    assert (found.is_html, found.lines) == (False, [PAGE_LINE, "ทำ<b>แล้ว</b> 5 < 6 &amp; 7"])


def test_the_second_half_of_an_html_page_is_html():
    whole = "<html><body>\n" + f"<div><p>{PAGE_LINE}</p></div>\n" * 20 + "</body></html>\n"
    found = read_text(whole[len(whole) // 2 :].encode())
    assert found.is_html
    assert set(found.lines[1:]) == {PAGE_LINE}


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_a_line_of_a_text_copy(mark):
    assert len(text_lines(f"one{mark}still one\ntwo")) == 2


pieces = st.sampled_from(
    [
        *(b"<td>", b"</td>", b"<br>", b"<!--", b"-->", b"<script>", b"&#", b"<![CDATA[", b"<html>", b" a"),
        *(b"\x00", b"\n", b"MIME-Version: 1.0\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, b"\xe0\xb8"),
        *("ก".encode(), "ก".encode("cp874")),
    ]
)


@given(st.lists(pieces, max_size=40).map(b"".join))
def test_no_mixture_of_tags_marks_and_encodings_raises(body):
    found = read_text(body)
    assert any(found.lines) or found.issues
    assert not found.cut or found.issues
    assert all(line == line.strip() and "\n" not in line for line in found.lines)


# --- control characters that are none of ASCII's, and blanks within the lines of a text copy


@pytest.mark.parametrize("form", ["{}", "<p>{}</p>"])
def test_no_line_holds_what_a_terminal_obeys(form):
    for escape in ("\x1b[31m", "\x9b31m", "&#27;[31m" if form != "{}" else "\x1b[31m"):
        (line,) = read_text(form.format("ก" * 50 + escape + "ข").encode()).lines
        assert line.removeprefix("ก" * 50) in ("[31mข", "31mข")


def test_tabs_and_the_like_are_blanks_in_a_text_copy():
    assert read_text("ก\tข\x0bค\x0cง\x85จ\n".encode()).lines == ["ก ข ค ง จ"]
