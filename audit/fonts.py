"""A font with Thai letters for a curve that stands alone: one that was named, or one of the system's.

A picture without such a font would show boxes, so there is none without: the error says what to install.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from audit.errors import AuditError

THAI = frozenset(range(0x0E01, 0x0E3B)) | frozenset(range(0x0E3F, 0x0E5C))
"""The letters, signs and digits of Thai: a font without one of them does not do."""
_BUNDLED = frozenset(range(0x20, 0x7F)) | frozenset(range(0xA0, 0x180)) | frozenset(range(0x2010, 0x2028))
"""What the renderer's own fonts have, where a Thai font has no Latin letters."""
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_PREFERRED = (
    "Sarabun-Regular",
    "THSarabun",
    "Garuda",
    "Loma",
    "Laksaman",
    "Waree",
    "LeelawUI",
    "Leelawad",
    "Thonburi",
    "tahoma",
    "NotoSansThai-Regular",
    "NotoSansThaiUI-Regular",
    "NotoSansThaiLooped-Regular",
    "NotoSerifThai-Regular",
)
"""Beginnings of the file names of fonts that are known to have Thai, the best for a chart first."""
_HOW = (
    "name one with --font FILE, or install one (Debian: apt-get install fonts-thai-tlwg; "
    "or Noto Sans Thai, Sarabun)"
)


class Font(NamedTuple):
    """A font file that has Thai, the family's name, and what its letters take of the font size."""

    path: Path
    family: str
    widths: dict[int, float]

    def width(self, text: str) -> float:
        """About how wide a text is, in units of the font size; marks above and below take nothing."""
        return sum(self.widths.get(ord(letter), 0.55) for letter in text)

    def lacks(self, text: str) -> list[str]:
        """The characters of a text that would come out as boxes."""
        return sorted({c for c in text if ord(c) not in self.widths and ord(c) not in _BUNDLED})


def thai_font(named: Path | None = None) -> Font:
    """The font named, or the best of the system's; AuditError where it has no Thai, or there is none."""
    if named is not None:
        read = _read(named)
        if isinstance(read, str):
            raise AuditError(f"{named}: {read}; {_HOW}")
        return read
    font = _of_system(tuple(map(str, _folders())))
    if font is None:
        raise AuditError(f"no font with Thai letters was found on this system; {_HOW}")
    return font


@lru_cache(maxsize=4)
def _of_system(folders: tuple[str, ...]) -> Font | None:
    files = sorted(_files(map(Path, folders)), key=lambda path: (_rank(path), path.name, str(path)))
    found = (_read(path) for path in files)
    return next((font for font in found if isinstance(font, Font)), None)


def _rank(path: Path) -> int:
    """The place of a file among the preferred; plain shapes before bold and slanted ones of the same name."""
    name = path.name.casefold()
    for place, beginning in enumerate(_PREFERRED):
        if name.startswith(beginning.casefold()):
            return 2 * place + any(word in name for word in ("bold", "italic", "oblique", "light", "thin"))
    return 2 * len(_PREFERRED)


def _folders() -> Iterator[Path]:
    """Where systems keep fonts."""
    home = Path.home()
    if sys.platform == "darwin":
        yield from (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    elif sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    else:
        yield from (home / ".fonts", home / ".local/share/fonts")
        yield from (Path("/usr/local/share/fonts"), Path("/usr/share/fonts"))


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for path, _, names in os.walk(folder):
            yield from (Path(path, name) for name in names if name.casefold().endswith(_SUFFIXES))


def _read(path: Path) -> Font | str:
    """The font of a file; why it does not do otherwise."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
            letters = font.getBestCmap() or {}
            if not letters.keys() >= THAI:
                return "this font lacks Thai letters"
            if "GSUB" not in font and "GPOS" not in font:
                return "this font cannot place Thai marks (it has neither GSUB nor GPOS)"
            family = font["name"].getDebugName(16) or font["name"].getDebugName(1)
            advances, size = font["hmtx"], font["head"].unitsPerEm
            widths = {letter: advances[glyph][0] / size for letter, glyph in letters.items()}
    except OSError as error:
        return error.strerror or "cannot be read"
    except (TTLibError, KeyError, ValueError, AssertionError, EOFError) as error:
        return f"no font that can be read ({type(error).__name__})"
    return Font(path, family, widths) if family else "this font has no name"
