"""The curve of one project alone, as SVG or PNG, for a paper or a slide."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from audit import wording
from audit.chart import Heading, drawable, svg
from audit.curve import Curve
from audit.errors import AuditError
from audit.facts import Project
from audit.fonts import Font, thai_font
from audit.wording import Language

_TITLE_SIZE, _TITLE_WIDTH, _MOST_LINES = 16, 740, 3
_SCALE = 2
"""Pixels of a PNG for each unit of the chart."""
# The renderer gives a composed SARA AM no width. Its two parts, in the order of shaping, get theirs.
_SARA_AM = re.compile("([่-๋]?)ำ")


def picture(
    project: Project, drawn: Curve, language: Language, font_file: Path | None, *, png: bool
) -> bytes:
    """The curve with the project's name, code, agency and time of capture above it.

    Raises AuditError where no font with Thai is found, or the font lacks a letter of the name.
    """
    font = thai_font(font_file)
    heading = _heading(project, language, font)
    if missing := font.lacks("".join((*heading.title, heading.below))):
        shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing)
        raise AuditError(f"{font.path} ({font.family}) lacks {shown}: name another font with --font FILE")
    text = svg(drawn, [language], heading)
    return draw(text, font) if png else text.encode()


def draw(text: str, font: Font) -> bytes:
    """An SVG as PNG, its letters from this font alone."""
    import vl_convert

    with tempfile.TemporaryDirectory(prefix="bma-font-") as folder:
        shutil.copyfile(font.path, Path(folder, font.path.name))  # this font alone, whatever lies beside it
        vl_convert.register_font_directory(folder)
        return bytes(vl_convert.svg_to_png(shapeable(text), scale=_SCALE))


def shapeable(text: str) -> str:
    """A text, or an SVG, whose SARA AM the renderer of pictures sets with the width that it has."""
    return _SARA_AM.sub("ํ\\1า", text)


def _heading(project: Project, language: Language, font: Font) -> Heading:
    row, captured_at = project.row, project.capture["captured_at"]
    below = [project.code, row["agency_name"]]
    if captured_at:
        date = wording.date(captured_at.astimezone(wording.BANGKOK).date())
        is_of_file = project.capture["captured_at_source"] == "file_time"
        label = wording.FILE_SAVED if is_of_file else wording.CAPTURED
        below.append(f"{wording.in_language(label, language)} {wording.in_language(date, language)}")
    name = drawable(row["name"] or project.code)
    return Heading(wrapped(name, font), drawable(" · ".join(filter(None, below))), font.family)


def wrapped(name: str, font: Font) -> Sequence[str]:
    """A name in lines that fit, ended between words; what three lines cannot hold ends with dots."""
    from pythainlp.tokenize import word_tokenize

    lines = [""]
    for word in word_tokenize(name, engine="newmm"):
        if lines[-1] and font.width(lines[-1] + word) * _TITLE_SIZE > _TITLE_WIDTH:
            if len(lines) == _MOST_LINES:
                lines[-1] += "…"
                break
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]
