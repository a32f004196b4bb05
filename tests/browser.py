"""A real browser, headless, that opens the files of a report: Debian's Chromium, driven by Playwright.

`.ci/run` installs it. With BMA_REQUIRE_BROWSER the tests fail where there is none; else they are skipped.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDE, TELEPHONE = 1200, 360
PATIENCE = 20_000
"""Milliseconds that a page may take for what is waited for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped, or fails where browsers are required."""
    if CHROMIUM is None:
        refuse = pytest.fail if os.environ.get("BMA_REQUIRE_BROWSER") else pytest.skip
        refuse("no Chromium is installed: `apt-get install chromium` does it on Debian")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@dataclass(slots=True)
class Opened:
    """A page that is open, and what it has done meanwhile that it should not."""

    page: Page
    told: list[str] = field(default_factory=list)
    """Messages in the console, errors, dialogs."""
    requests: list[str] = field(default_factory=list)

    def go(self, path: Path) -> None:
        """Open a file, and wait until it is drawn."""
        self.page.goto(path.as_uri())
        if path.name == "index.html":
            self.page.wait_for_selector("html[data-charts=drawn]")

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return wide

    def redrawn(self) -> None:
        """Wait until the charts have followed the last choice."""
        self.page.wait_for_selector("html[data-charts=drawn]")


@contextmanager
def opened(
    browser: Browser, *, width: int = WIDE, dark: bool = False, scripts: bool = True
) -> Iterator[Opened]:
    """A new window that has no network; whatever it asks for or tells is noted."""
    scheme: Any = "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        offline=True,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    opened = Opened(page)
    page.on("console", lambda message: opened.told.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: opened.told.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (opened.told.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    context.close()
