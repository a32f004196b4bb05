"""Which lines HTML has: what ends one, what is none, and that an HTML parser with a tree finds the same."""

import html
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import markup
from parsers.markup import html_lines as lines
from parsers.mhtml import html_of_mime
from parsers.text import decode, looks_like_html
from tests.counted_pattern import CountedPattern
from tests.layouts import LAYOUTS
from tests.standard_tokens import plainly
from tests.steps import steps_of
from tests.tree_lines import tree_lines

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "tests" / "fixtures" / "pages", ROOT / "bma" / "sample_pages")
PAGES = [path for folder in FOLDERS for path in sorted(folder.iterdir()) if path.suffix in (".html", ".txt")]
COPY = ROOT / "bma" / "sample_pages" / "text-18000000-9210.txt"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>ก</p><p>ข</p>", ["ก", "ข"]),
        ("<div>ก<div>ข</div>ค</div>", ["ก", "ข", "ค"]),
        ("<P>ก<BR>ข<br/>ค<bR >ง", ["ก", "ข", "ค", "ง"]),
        ("<p>ก</br>ข</BR >ค", ["ก", "ข", "ค"]),
        ("<p>ก&nbsp;&nbsp;ข&nbsp;</p>", ["ก ข"]),
        ("<p>&amp;&amp;&amp; &lt;b&gt; &quot;&#3585;&#xE02;&quot;</p>", ['&&& <b> "กข"']),
        ("<p>--&&&--</p>", ["--&&&--"]),
        ("<p>ความ<b>คืบ</b>หน้า <i>ร้อย</i>ละ</p>", ["ความคืบหน้า ร้อยละ"]),
        ("<p>คำ<b>\nใหม่</b></p>", ["คำ ใหม่"]),
        ("<p>บรรทัดที่\n   ตัดอ่อน\tแล้ว</p>", ["บรรทัดที่ ตัดอ่อน แล้ว"]),
        ("<ul><li>ก<li>ข<ul><li>ค</ul></ul>", ["ก", "ข", "ค"]),
        ("<dl><dt>ก<dd>ข<dt>ค</dl>", ["ก", "ข", "ค"]),
        ("<h3>ก</h3>ข<hr>ค", ["ก", "ข", "ค"]),
        ("<select><option>ก<option>ข</select>", ["ก", "ข"]),
        ("<head><title>หัวเรื่อง</title></head><body>ก</body>", ["ก"]),
        ("<p>ก<script>document.write('<p>ข</p>')</script></p>", ["ก"]),
        ("<SCRIPT>if (a < b) { x = '<td>' }</SCRIPT><p>ก", ["ก"]),
        ("<style>p::before { content: '<p>' }</style><p>ก", ["ก"]),
        ("<p>ก<!-- <p>ข</p> -->ค</p>", ["กค"]),
        ("<p>ก<?php echo 1 ?>ข</p>", ["กข"]),
        ("<b><p>ก</b></p><i>ข", ["ก", "ข"]),
        ("<font><font><p>ก", ["ก"]),
        ("<p>1 < 2</p>", ["1 < 2"]),
        ("<pre>ก\n  ข  ค\n\nง</pre>", ["ก", "ข ค", "ง"]),
        ("<pre>ก<br>ข<b>ค\nง</b><p>จ</p><script>x</script></pre>ฉ", ["ก", "ขค", "ง", "จ", "ฉ"]),
        ("<textarea>ก\nข</textarea>", ["ก", "ข"]),
        ("<p>\u2003ก\u2028ข\x0cค\u200b</p>", ["ก ข ค\u200b"]),
    ],
)
def test_lines_are_what_a_person_sees(html, expected):
    assert lines(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td>ก</td><td>ข</td></tr></table>", ["ก", "ข"]),
        ("<TABLE><TR><TD>ก<TD>ข<TR><TH>ค", ["ก", "ข", "ค"]),
        ("<table><tr><td>1<td><td>2</table>", ["1", "", "2"]),
        ("<table><tr><td>1</td><td> </td><td>2</td></table>", ["1", "", "2"]),
        ("<table><tr><td>1</td><td>&nbsp;</td><td>2</td></table>", ["1", "", "2"]),
        ("<table><tr><td>1</td><td><p></p><br></td><td>2</td></table>", ["1", "", "2"]),
        ("<table><tr><td>1</td><td><b></b><!-- x --></td><td>2</td></table>", ["1", "", "2"]),
        ("<td><table><tr><td></td></tr></table></td>", [""]),
        ("<table><tr><td><table><tr><td>1<td></table><td>2</table>", ["1", "", "2"]),
        ("<table><tr><td><p>ก</p><p>ข</p></td></tr></table>", ["ก", "ข"]),
        ("<table><tr><td></td><td></td></tr></table>", ["", ""]),
    ],
)
def test_cells_are_lines_and_an_empty_cell_is_one_blank_line(html, expected):
    assert lines(html) == expected


def test_only_cells_make_blank_lines():
    assert lines("<div></div><p></p><br><br><ul><li></li></ul><p>ก</p>") == ["ก"]


# --- tags


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p title='>'>ก</p><p title=\">\">ข</p>", ["ก", "ข"]),
        ("<a title=it's>ก</a><a title=5\">ข</a>", ["กข"]),
        ("<p class = 'a>b' id>ก<br class=x/>ข", ["ก", "ข"]),
        ("<p\ntitle='a\n>b'\n>ก</p\n>ข", ["ก", "ข"]),
        ("<p title='it\"s' lang=\"it's\">ก", ["ก"]),
        ("<p onclick=go('x')>ก", ["ก"]),
        ("<x-y z='<p>'>ก</x-y>ข", ["กข"]),
        ("1<2 a<b>c</b> <3 <ก>", ["1<2 ac <3 <ก>"]),
        ("ก</>ข</ p>ค<!x>ง<![CDATA[จ]]>ฉ", ["กขคงฉ"]),
        ("ก<!-->ข--><!--->ค<!-- - -- ->ง--!>จ", ["กข-->คจ"]),
        ("<script>'</p>' + '</scripts>'</SCRIPT x='>'>ก", ["ก"]),
        ("<scripts>ก</scripts>", ["ก"]),
        ("<textarea><b>ก\nข</b></textarea>ค", ["<b>ก", "ข</b>", "ค"]),
        ("<title>ก<p>ข</title>ค", ["ค"]),
        ("<template><p>ก</p></template>ข", ["ข"]),
        ("<Td>ก<tD>ข<Br>ค<FONT>ง", ["ก", "ข", "คง"]),
        ("<pre>ก\r\nข\rค</pre>ง\nจ", ["ก", "ข", "ค", "ง จ"]),
        ("<td><pre>ก\nข<td>ค\nง", ["ก", "ข", "ค ง"]),
        ("<a ='ก>'>ข</a><a b='ค'='ง>'>จ</a><a / ='ฉ>'>ช</a>", ["'>ข'>จ'>ช"]),  # such a `=` begins a name
        ("<script><!-- write('<script><p>ก</script>') --></script>ข", ["ข"]),
        ("<script><!-- '</script>' -->ก", ["' -->ก"]),
        ("<script><!--><script></script>ก</script>ข", ["กข"]),
        ("ก&am<b>p; &l<!-- -->t;</b> &<i>lt;</i>", ["ก&amp; &lt; &lt;"]),
        ("<xmp>ก&lt;<p>\nข</xmp>ค<plaintext><p>ง</plaintext>", ["ก&lt;<p>", "ข", "ค", "<p>ง</plaintext>"]),
        ("<textarea>ก</xmp>ข</TEXTAREA>ค", ["ก</xmp>ข", "ค"]),
        ("ก<iframe><p>ข</p></iframe><noframes><p>ค</noframes><noembed>ง</noembed>จ", ["กจ"]),
        ("<template>ก<template>ข</template>ค</template>ง</template>จ", ["งจ"]),
        ("ก <template>ข</template> ค", ["ก ค"]),
    ],
)
def test_tags_are_what_the_html_standard_takes_for_tags(html, expected):
    assert lines(html) == expected


@pytest.mark.parametrize(
    "end",
    ["<", "</", "<p", "</p", "<td class='x", "<td class=", "<!--", "<!-- <p>", "<!", "<script", "<script>x"],
)
def test_a_tag_that_the_end_of_the_page_cuts_is_no_line(end):
    cut = end if end in ("<", "</") else ""  # as browsers have it
    assert lines(f"<p>ก</p>ข{end}") == ["ก", f"ข{cut}"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<td><table></table></td><td>ก", ["", "ก"]),
        ("<td><table><tr></table></td><td>ก", ["", "ก"]),
        ("<td><table></table>ก</td>", ["ก"]),
        ("<td><table><table><tr><td>ก</table>", ["ก"]),
        ("<table><tr><td><tr><td>ก</table>", ["", "ก"]),
        ("<table><tr><td>ก<td></table>ข", ["ก", "", "ข"]),
        ("<table><tr><td>", [""]),
    ],
)
def test_a_cell_ends_where_its_row_or_table_does(html, expected):
    assert lines(html) == expected


@pytest.mark.parametrize("tag", ["font", "div", "table><tr><td", "ul><li", "b", "pre", "span"])
@pytest.mark.parametrize("depth", [260, 2_000, 100_000])
def test_nothing_lies_too_deep(tag, depth):
    assert lines(f"<p>ก</p>{f'<{tag}>' * depth}ข") == ["ก", "ข"]


def test_a_stray_break_ends_a_line():
    assert lines("<p>ก</p></i><p>ข</br>ค</p>") == ["ก", "ข", "ค"]


def test_two_bodies_are_both_read():
    assert lines("<html><body><p>a</p></body></html>\n<html><body><p>b</p></body></html>") == ["a", "b"]


def test_text_in_the_head_and_behind_the_end_is_read():
    page = "<html><head><p>a</p><title>t</title></head><body><p>b</p></body></html>c"
    assert lines(page) == ["a", "b", "c"]


def test_many_unclosed_elements_lose_nothing():
    assert lines("".join(f"<font><p>{number}" for number in range(260))) == [str(n) for n in range(260)]


@pytest.mark.parametrize("value", ["1", "'>'", '"a b"'])
def test_a_tag_may_have_any_number_of_attributes(value):
    attributes = " ".join(f"a{number}={value}" for number in range(20_000))
    assert lines(f"<p>ก</p><p {attributes}>ข") == ["ก", "ข"]


def test_many_tags_with_attributes_and_a_long_attribute_are_none_too_many():
    tags = "<p class='a' title='b'>ก</p>" * 5_000
    picture = f"<img alt='x y z' src='data:image/png;base64,{'AAAA' * 100_000}'>"
    assert lines(tags + picture) == ["ก"] * 5_000


# --- characters


def test_a_reference_to_a_control_character_disappears():
    assert lines("<p>a&#1;b&#27;c</p><p>&#2;</p><p>d&#28;e</p>") == ["abc", "de"]


def test_the_marks_inside_the_reader_cannot_be_forged():
    for code in (*range(1, 9), *range(14, 32)):
        for reference in (f"&#{code};", f"&#x{code:x};", f"&#{code}"):
            assert lines(f"<table><tr><td>one{reference} two</td></tr></table>") == ["one two"]


visible = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=40)


@given(st.lists(visible, min_size=1, max_size=10))
def test_escaped_text_in_paragraphs_comes_back_with_single_blanks(paragraphs):
    collapsed = [" ".join(text.split()) for text in paragraphs]
    body = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    assert lines(body) == [text for text in collapsed if text]


# --- the judge


def documents() -> list[str]:
    """Fixtures, samples, and every text copy among them in every layout."""
    texts = [decode(html_of_mime(path.read_bytes())).text for path in PAGES]
    copies = [text for text in texts if not looks_like_html(text) and "แผนการดำเนินงานฯ" in text]
    return [
        *(text for text in texts if looks_like_html(text)),
        *(layout(copy) for layout in LAYOUTS.values() for copy in copies),
    ]


def test_a_tree_has_the_same_lines_in_all_pages_and_layouts():
    assert len(documents()) > 20
    for text in documents():
        assert lines(text) == tree_lines(text)


inline = st.sampled_from(["b", "font", "span", "a", "U"])
block = st.sampled_from(["div", "blockquote", "center", "DIV", "li", "section"])
attribute = st.sampled_from(
    ["", " title='a > b'", ' class="it\'s"', " width = 9", " nowrap", ' x="<td>"', " y=z/q"]
)
word = st.sampled_from(
    [
        "ก",
        "ข ค",
        "&nbsp;",
        "&lt;b&gt;",
        "5 &amp;&amp;& 6",
        "1 < 2",
        "\n\t",
        "<br>",
        "<BR />",
        "<img alt='x>y'>",
        "<!-- <p>x</p> -->",
        "<script>'<td>'</script>",
        "<style>p > a</style>",
        "&#3585;",
        "--",
        "<input>",
    ]
)


def element(name: st.SearchStrategy[str], content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("<{0}{1}>{2}</{0}>".format, name, attribute, content)


def table(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Rows whose cells are closed, or not."""
    cell = st.builds("<{0}{1}>{2}{3}".format, st.sampled_from(["td", "TH"]), attribute, content, st.just(""))
    closed = element(st.just("td"), content)
    row = st.builds("<tr>{}".format, st.lists(cell | closed, max_size=4).map("".join))
    return st.builds("<table{}>{}</table>".format, attribute, st.lists(row, max_size=3).map("".join))


prose = st.recursive(
    word, lambda inner: element(inline, st.lists(inner, max_size=3).map("".join)), max_leaves=4
)
flow = st.recursive(
    prose | element(st.sampled_from(["p", "h3"]), prose) | st.just("<pre>ก\n ข</pre>"),
    lambda inner: element(block, st.lists(inner, max_size=3).map("".join)) | table(inner),
    max_leaves=12,
)


@given(st.lists(flow, max_size=4).map("".join))
def test_a_tree_has_the_same_lines_in_whatever_is_nested_well(body):
    document = f"<html><body>{body}</body></html>"
    assert lines(document) == tree_lines(document)


def damaged(page: str, places: list[int], characters: str) -> Iterator[str]:
    """Copies of a page with one character changed in each, at one of these places."""
    chance = random.Random(2563)
    for place in chance.choices(places, k=150):
        yield page[:place] + chance.choice(characters) + page[place + 1 :]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_tree_has_the_same_lines_in_pages_with_a_character_changed(layout: Callable[[str], str]):
    page = layout(COPY.read_text(encoding="utf-8"))
    texts = [place for found in re.finditer(r"(?<=>)[^<>]+", page) for place in range(*found.span())]
    for body in damaged(page, texts, "\"'&=/;!-?ก "):
        assert lines(body) == tree_lines(body)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_standards_tokens_are_the_same_in_pages_with_a_character_of_markup_changed(
    layout: Callable[[str], str],
):
    page = layout(COPY.read_text(encoding="utf-8"))
    tags = [place for found in re.finditer("<[^<>]+>", page) for place in range(*found.span())]
    for body in damaged(page, tags, "\"'&=/;!-?ก <>s"):
        assert lines(body) == lines(plainly(body))


def test_the_standards_tokens_are_the_same_in_all_pages_and_layouts():
    for text in documents():
        assert lines(text) == lines(plainly(text))


_NAMES = (
    *("p", "b", "td", "tr", "table", "pre", "template", "script", "style", "title", "textarea", "xmp"),
    *("iframe", "noframes", "noembed"),
)
_FRAGMENTS = (
    *("<", "</", "<!", "<!--", "-->", "--!>", "-", "!", ">", "/>", "=", "'", '"', " ", "\n", "\t", "\f"),
    *("ก", "p", "g", "&", "&amp", "&amp;", "&#", "&#x", "&#3585", "&lt;", "&notit;", ";"),
    *("<?", "<![CDATA[", "]]>", "<!-->", "<!--->", "<!doctype html>", "<br>", "<plaintext>"),
    *("<a ", " x=", " y='", ' z="', "<P ", "<TEXTAREA x=>", "</TextArea ", "</TITLE\n"),
    *("<script", "</script", "<SCRIPT>", "<script/>", "</script x='>'>"),
    *(tag.format(name) for name in _NAMES for tag in ("<{}>", "</{}>")),
)


@given(st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map("".join))
@settings(max_examples=5 * settings.default.max_examples)
def test_the_standards_tokens_are_the_same_whatever_the_page_is(soup):
    assert lines(soup) == lines(plainly(soup))


# --- what odd pages cost

_UNITS = (
    *(
        "<",
        "</",
        "<!",
        "<!-",
        "<!--",
        "<!-- -",
        "-->",
        "<?",
        "</>",
        "</ ",
        "<a ",
        "<a/",
        "<a =",
        "<a x",
        "<a x=",
    ),
    *(
        "<p a='",
        '<p a="',
        "<p a='>",
        "<p a='>'>",
        "<p\n",
        "<td",
        "<td>",
        "<td>\n",
        "</td>",
        "<p> ",
        " ",
        "\n",
        "x",
    ),
    *("<script", "<script ", "<script>", "<script><!--", "<script><!--<script>", "</script", "</script>"),
    *("<style>", "<title", "<textarea>", "<textarea x='", "</textarea>", "<plaintext", "<xmp><", "<iframe>"),
    *("&", "&#", "&a", "=", "'", '"', ">", "-", "/", "!"),
)
_BEFORE = ("", "<table><td>", "<script>", "<textarea>", "<!--", "<p a='", "<p ")


_PARTS = pytest.mark.parametrize(
    "pattern", [markup._PART, markup._PART_AT_FIRST_SIGHT], ids=["whole", "first sight"]
)


def looked_at(pattern: re.Pattern[str], page: str) -> int:
    """Characters that a pattern looks at; the judge that counts finds the same parts, so none steps back."""
    counted = CountedPattern(pattern)
    assert counted.spans(page) == [found.span() for found in pattern.finditer(page)]
    return counted.looked_at


def assert_no_part_is_looked_for_twice(pattern: re.Pattern[str], before: str, unit: str) -> None:
    once, twice = (looked_at(pattern, before + unit * count) for count in (40, 80))
    assert twice <= 2.2 * once + 100, (before, unit)
    assert twice <= 40 * len(before + unit * 80), (before, unit)


@_PARTS
def test_no_part_is_looked_for_twice_however_often_a_page_begins_one(pattern: re.Pattern[str]):
    for before in _BEFORE:
        for unit in _UNITS:
            assert_no_part_is_looked_for_twice(pattern, before, unit)


@_PARTS
@given(st.sampled_from(_BEFORE), st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=5).map("".join))
def test_no_part_is_looked_for_twice_whatever_is_repeated(pattern: re.Pattern[str], before: str, unit: str):
    assert_no_part_is_looked_for_twice(pattern, before, unit)


_MARKS = st.sampled_from([*"\x01\x02\x1c\x1d\x1e\x1f\x06", " ", "\n", "ก"])


@given(st.lists(_MARKS, min_size=1, max_size=6).map("".join))
def test_no_cell_or_typed_text_is_looked_for_twice(unit: str):
    for pattern in (markup._EMPTY, markup._TYPED_TEXT, markup._HIDING):
        assert_no_part_is_looked_for_twice(pattern, "", unit)


def possessive_groups(parts: object) -> Iterator[object]:
    """The possessive repeats of more than one character in a pattern, given by its parts."""
    for part in parts if isinstance(parts, list | tuple | re._parser.SubPattern) else ():
        if isinstance(part, tuple) and part and part[0] is re._constants.POSSESSIVE_REPEAT:
            (inner,) = part[1][2] if len(part[1][2]) == 1 else (None,)
            if inner is None or inner[0] in (re._constants.SUBPATTERN, re._constants.BRANCH):
                yield part
        yield from possessive_groups(part)


def test_no_group_is_repeated_possessively_in_which_python_before_3_11_5_loses_its_place():
    for pattern in (value for value in vars(markup).values() if isinstance(value, re.Pattern)):
        assert not list(possessive_groups(re._parser.parse(pattern.pattern, pattern.flags))), pattern
    assert list(possessive_groups(re._parser.parse("x(?:ab*+c)*+")))


def test_the_count_sees_a_pattern_that_looks_for_the_same_part_again_and_again():
    """Where the end of a comment is looked for from each beginning."""
    counts = []
    for count in (40, 80):
        counted = CountedPattern(re.compile("<!--(?:[^-]++|-(?!->))*+-->"))
        counted.spans("<!--" * count)
        counts.append(counted.looked_at)
    assert counts[1] > 3 * counts[0]


@pytest.mark.parametrize("unit", [*_UNITS, "<pre>\n", "<template>", "<table><td></table>", "<td><table>"])
def test_the_work_beside_the_patterns_grows_with_the_page(unit: str):
    once, twice = (steps_of(lambda n=n: lines("<table><td>" + unit * n)) for n in (300, 600))
    assert twice <= 2.2 * once + 1_000
