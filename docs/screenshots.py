"""The pictures of the README, from the bundled sample pages: ``python -m docs.screenshots``.

Takes a Chromium and a font with Thai letters, as the tests of reports do.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import chromium

IMAGES = Path(__file__).parent / "images"
PROJECT = "15000000-9204"
"""A sample with findings and problems."""


def main() -> None:
    """Write the pictures anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bma-screenshots-") as name:
        data, report = Path(name, "data"), Path(name, "report")
        _bma("sample", "--out", data)
        _bma("audit", "--data", data)
        _bma("report", "--data", data, "--out", report)
        with chromium() as browser:
            page = _open(browser, report / "index.html", width=1200, height=1360)
            page.screenshot(path=IMAGES / "overview.png")
            page = _open(browser, report / "projects" / f"{PROJECT}.html", width=1000, height=1640)
            page.screenshot(path=IMAGES / "project.png")


def _bma(*arguments: object) -> None:
    script = Path(sys.executable).with_name("bma")
    subprocess.run([script, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def _open(browser: Browser, path: Path, *, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(path.as_uri())
    page.click("[data-language=en]")
    page.evaluate("document.activeElement.blur()")
    if path.name == "index.html":
        page.wait_for_selector("html[data-charts=drawn]")
        page.locator("#table-progress caption", has_text="Distribution").wait_for(state="attached")
    return page


if __name__ == "__main__":
    main()
