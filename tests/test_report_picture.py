"""``bma report --format png|svg``: the curve alone, Thai shaped as HarfBuzz shapes it, and never boxes."""

import json
import os
from functools import partial
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
import uharfbuzz
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from audit.errors import AuditError
from audit.fonts import THAI, Font, thai_font
from audit.picture import draw, shapeable, wrapped
from tests import test_cli
from tests.auditing import build_tables, project
from tests.png import SIGNATURE, Picture, read_png
from tests.reporting import odd
from tests.test_cli import Run

CODE = "50030000-0001"
SVG = "{http://www.w3.org/2000/svg}"
WORDS = "ปู่ย่าตำน้ำพริก ฝั่งฟ้า ที่ปรึกษา กุ้ง ญี่ปุ่น ฐานข้อมูล ก็ เพื่อ ป้ำ ๑๒๓ ฤๅษี"
SIZE, WIDTH, HEIGHT = 24, 620, 60


@pytest.fixture(scope="module")
def font() -> Font:
    """The system's Thai font; without one the tests are skipped, or fail where browsers are required."""
    try:
        return thai_font()
    except AuditError as error:
        refuse = pytest.fail if os.environ.get("BMA_REQUIRE_BROWSER") else pytest.skip
        refuse(str(error))
        raise


bma = test_cli.bma  # the fixture


@pytest.fixture
def draws(bma: Run, tmp_path: Path) -> Run:
    """Run `bma report` in a folder with the tables of one project."""
    build_tables(tmp_path / "data", [odd(CODE)])
    return partial(bma, "report")


# What is drawn


def test_a_png_is_the_curve_at_twice_its_size(draws: Run, font: Font) -> None:
    code, told, _ = draws(CODE, "--format", "png", "--out", "curve.png")
    data = Path("curve.png").read_bytes()
    assert (code, told) == (0, f"curve.png: the curve of {CODE}, {len(data):,} bytes\n")
    picture = read_png(data)
    assert picture.width == 2 * (720 + 52 + 24)
    assert sum(picture.darkness()) > 0


def test_an_svg_has_its_texts_as_texts_in_one_language(draws: Run, font: Font) -> None:
    for language, planned, month in (("th", "ตามแผน", "ต.ค. 65"), ("en", "Planned", "Oct 22")):
        assert draws(CODE, "--format", "svg", "--lang", language, "--out", "curve.svg")[0] == 0
        picture = ElementTree.fromstring(Path("curve.svg").read_bytes())
        texts = [each.text for each in picture.iter(f"{SVG}text")]
        assert planned in texts and month in texts and "โครงการตัวอย่าง" in texts
        assert len({"ตามแผน", "Planned"} & set(texts)) == 1


def test_a_picture_tells_the_time_of_a_saved_file_as_such(bma: Run, tmp_path: Path) -> None:
    build_tables(tmp_path / "data", [odd(CODE, captured=None)])
    assert bma("report", CODE, "--format", "svg", "--lang", "en", "--out", "curve.svg")[0] == 0
    drawn = Path("curve.svg").read_text(encoding="utf-8")
    assert "Saved file of" in drawn and "Page as of" not in drawn


def test_the_size_is_told_to_programs(draws: Run, font: Font) -> None:
    _, told, _ = draws(CODE, "--format", "svg", "--out", "curve.svg", "--json")
    size = Path("curve.svg").stat().st_size
    assert json.loads(told) == {"out": "curve.svg", "project_code": CODE, "size_bytes": size}


# How Thai is shaped


def picture_of_text(text: str, font: Font) -> Picture:
    """A line of text, as pictures are drawn."""
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<text x="10" y="40" font-size="{SIZE}" font-family="{font.family}">{escape(text)}</text></svg>'
    )
    return read_png(draw(drawn, font))


def picture_of_outlines(text: str, font: Font, features: dict[str, bool] | None = None) -> Picture:
    """The same line from the outlines of the font, placed by HarfBuzz."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font.path)))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face), buffer, features)
    paths, pen_x = [], 0
    with TTFont(font.path, fontNumber=0) as outlines:
        glyphs, order = outlines.getGlyphSet(), outlines.getGlyphOrder()
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            assert info.codepoint != 0, "HarfBuzz found no glyph"
            pen = SVGPathPen(glyphs)
            glyphs[order[info.codepoint]].draw(pen)
            at = f"translate({pen_x + place.x_offset},{place.y_offset})"
            paths.append(f'<path transform="{at}" d="{pen.getCommands()}"/>')
            pen_x += place.x_advance
    scale = SIZE / face.upem
    return read_png(
        draw(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
            f'<g transform="translate(10,40) scale({scale},{-scale})">{"".join(paths)}</g></svg>',
            font,
        )
    )


def difference(one: Picture, other: Picture) -> float:
    """The share of the ink of two pictures that is not where the other's is."""
    assert one[:3] == other[:3]
    first, second = one.darkness(), other.darkness()
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / (sum(first) + sum(second))


def test_thai_is_drawn_as_harfbuzz_shapes_it(font: Font) -> None:
    drawn = picture_of_text(WORDS, font)
    assert sum(drawn.darkness()) > 100_000
    assert difference(drawn, picture_of_outlines(WORDS, font)) < 0.02


def test_marks_that_are_not_placed_would_be_seen(font: Font) -> None:
    unplaced = {"mark": False, "mkmk": False, "ccmp": False, "liga": False, "kern": False}
    assert difference(picture_of_text(WORDS, font), picture_of_outlines(WORDS, font, unplaced)) > 0.02


def test_sara_am_is_given_to_the_renderer_in_its_two_parts() -> None:
    assert shapeable("น้ำ ตำ ทาง") == "น\u0e4d\u0e49\u0e32 ต\u0e4d\u0e32 ทาง"


def test_a_long_name_breaks_between_words_and_ends_with_dots(font: Font) -> None:
    name = "โครงการส่งเสริมการคัดแยกขยะที่ต้นทางในชุมชนและสถานประกอบการ" * 8
    lines = wrapped(name, font)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert name.startswith("".join(lines).removesuffix("…"))
    assert all(font.width(line) * 16 < 800 for line in lines)


# Without a font that has the letters


def latin_font(path: Path) -> Path:
    """A font file that has A and nothing else."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({0x41: "A"})
    builder.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "A")})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "A"), (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Only A", "styleName": "Regular"})
    builder.setupPost()
    builder.save(path)
    return path


def test_without_a_thai_font_there_is_an_error_and_no_picture(
    draws: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    latin_font(tmp_path / "latin.ttf")
    monkeypatch.setattr("audit.fonts._folders", lambda: iter([tmp_path]))
    for form in ("png", "svg"):
        code, _, told = draws(CODE, "--format", form, "--out", "curve")
        assert code == 2
        assert told.startswith(
            "bma: no font with Thai letters was found on this system; name one with --font FILE"
        )
        assert "fonts-thai-tlwg" in told
    assert not Path("curve").exists()


def test_a_named_font_without_thai_is_refused(draws: Run, tmp_path: Path) -> None:
    code, _, told = draws(CODE, "--format", "png", "--out", "c", "--font", latin_font(tmp_path / "a.ttf"))
    assert code == 2
    assert "a.ttf: this font lacks Thai letters; name one" in told
    (tmp_path / "none.ttf").write_bytes(b"no font at all")
    code, _, told = draws(CODE, "--format", "png", "--out", "c", "--font", tmp_path / "none.ttf")
    assert code == 2
    assert "none.ttf: no font that can be read" in told
    assert draws(CODE, "--format", "png", "--out", "c", "--font", "nowhere.ttf")[0] == 2
    assert not Path("c").exists()


def test_a_named_font_is_the_one_that_is_used(draws: Run, font: Font) -> None:
    assert draws(CODE, "--format", "svg", "--out", "c.svg", "--font", font.path)[0] == 0
    assert font.family in Path("c.svg").read_text(encoding="utf-8")


def test_a_letter_that_the_font_lacks_is_named(tmp_path: Path, font: Font) -> None:
    assert font.lacks("กA –") == []
    assert font.lacks("漢ก字") == ["字", "漢"]
    assert font.widths.keys() >= THAI


def test_a_name_with_such_a_letter_gives_no_picture(tmp_path: Path, font: Font, draws: Run) -> None:
    build_tables(tmp_path / "other", [odd(CODE, name=f"โครงการ 漢字 : {CODE}")])
    code, _, told = draws(CODE, "--data", "other", "--format", "png", "--out", "c.png")
    assert code == 2
    assert "lacks 字 (U+5B57), 漢 (U+6F22): name another font with --font FILE" in told
    assert not Path("c.png").exists()


# What cannot be drawn


def test_a_project_with_nothing_to_draw_is_told(tmp_path: Path, draws: Run, font: Font) -> None:
    build_tables(tmp_path / "empty", [project(steps=None)])
    code, _, told = draws(CODE, "--data", "empty", "--format", "svg", "--out", "c.svg")
    assert code == 2
    assert f"{CODE} has no report and no step of a plan that can be drawn" in told


def test_an_unknown_code_is_named(draws: Run) -> None:
    code, _, told = draws("50030000-9999", "--format", "svg", "--out", "c.svg")
    assert code == 2
    assert "hold no project 50030000-9999" in told


def test_a_folder_is_no_picture(draws: Run) -> None:
    Path("folder").mkdir()
    code, _, told = draws(CODE, "--format", "png", "--out", "folder")
    assert code == 2
    assert "folder is a folder; the picture is a file" in told


def test_a_picture_begins_as_a_png_does(font: Font) -> None:
    assert draw('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', font).startswith(SIGNATURE)
