"""The documentation site: built without a warning, whole in itself, and readable offline."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "--fresh-env"]
    built = subprocess.run(
        [*command, "--doctree-dir", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")],
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stderr) == (0, "")
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, BeautifulSoup]:
    return {path: BeautifulSoup(path.read_bytes(), "lxml") for path in sorted(site.rglob("*.html"))}


def test_every_document_is_a_page_of_the_site(pages: dict[Path, BeautifulSoup]) -> None:
    documents = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert documents <= {path.stem for path in pages}


def test_every_link_within_the_site_leads_to_a_page_and_a_place_on_it(
    pages: dict[Path, BeautifulSoup],
) -> None:
    followed = 0
    for path, page in pages.items():
        for link in page.select("a[href]"):
            target, place = urldefrag(str(link["href"]))
            if urlsplit(target).scheme or target.startswith("//"):
                continue
            there = (path.parent / unquote(target)).resolve() if target else path
            assert there.is_file(), f"{path.name}: {link['href']}"
            if place and there in pages:
                assert pages[there].find(id=unquote(place)), f"{path.name}: {link['href']}"
                followed += 1
    assert followed > 100


def test_a_page_loads_nothing_from_elsewhere(pages: dict[Path, BeautifulSoup]) -> None:
    for path, page in pages.items():
        sources = [str(each["src"]) for each in page.select("[src]")]
        sources += [str(each["href"]) for each in page.select("link[href]")]
        assert not [source for source in sources if urlsplit(source).netloc], path.name


def test_the_functions_for_notebooks_are_on_their_page(pages: dict[Path, BeautifulSoup]) -> None:
    import bma

    (page,) = (page for path, page in pages.items() if path.name == "python.html")
    assert all(page.find(id=f"bma.{name}") for name in bma.__all__)
