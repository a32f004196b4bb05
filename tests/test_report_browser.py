"""The report in a real browser: it works from files, by mouse and keys, wide and narrow, light and dark."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.auditing import indicator_page
from tests.browser import TELEPHONE, WIDE, Opened, chromium, opened
from tests.reporting import HOSTILE, data_of, level, odd, report_of

ODD, HOSTILE_CODE = "50030000-0001", "50040000-0666"
MANY = 60
PAGES = ("index.html", f"projects/{ODD}.html", f"projects/{HOSTILE_CODE}.html", "other.html")

Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """A report of 62 projects of four agencies: 60 without a finding, one full of hostile texts."""
    text = " ".join(HOSTILE)
    hostile = odd(HOSTILE_CODE, text, name=f"{text} : {HOSTILE_CODE}", rationale=text, goals=text)
    calm = [
        level(
            f"5005{number % 2:02}00-{number:04}",
            name=f"โครงการที่ {number} ของสำน\u0e4d\u0e32นัก : 5005{number % 2:02}00-{number:04}",
            agency=("สำนักงานเขตคู่", "สำนักงานเขตคี่ : (2566)")[number % 2],
        )
        for number in range(1, MANY + 1)
    ]
    folder = tmp_path_factory.mktemp("report")
    data_of(folder, [odd(ODD), hostile, *calm, indicator_page()])
    report_of(folder, folder / "out")
    return folder / "out"


@pytest.fixture
def overview(browser: Browser, out: Path) -> Iterator[Opened]:
    """The overview, in Thai; at the end nothing was told in the console, nothing asked for elsewhere."""
    with opened(browser) as window:
        window.go(out / "index.html")
        yield window
        assert_quiet(window, out)


def assert_quiet(window: Opened, out: Path) -> None:
    assert window.told == []
    assert window.requests
    assert [url for url in window.requests if not url.startswith((out.as_uri(), "data:,"))] == []


def codes(window: Opened) -> list[str]:
    return window.page.locator("#table tbody th").all_inner_texts()


def bars(window: Opened, chart: str) -> int:
    return window.page.locator(f"#chart-{chart} .mark-rect path").count()


def choose(window: Opened, field: str, value: str) -> None:
    window.page.evaluate("delete document.documentElement.dataset.charts")
    window.page.select_option(f"#{field}", value)
    window.redrawn()


# Every page, wide and narrow, light and dark


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [WIDE, TELEPHONE])
def test_a_page_fits_and_is_quiet(browser: Browser, out: Path, name: str, width: int) -> None:
    for language in ("th", "en"):
        with opened(browser, width=width) as window:
            window.go(out / name)
            window.page.click(f"[data-language={language}]")
            for details in window.page.locator("details").all():
                details.evaluate("element => { element.open = true; }")
            assert window.overflow() <= 0
            assert_quiet(window, out)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_violation(browser: Browser, out: Path, name: str, dark: bool) -> None:
    with opened(browser, dark=dark) as window:
        window.go(out / name)
        found = Axe().run(window.page, options={"resultTypes": ["violations", "passes"]}).response
        assert len(found["passes"]) > 20  # it did look
        grave = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in grave] == []


def test_axe_would_see_a_violation(browser: Browser, out: Path) -> None:
    with opened(browser) as window:
        window.go(out / "index.html")
        window.page.evaluate("document.querySelector('label[for=search]').remove()")
        found = Axe().run(window.page).response["violations"]
        assert "label" in [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_hostile_texts_are_shown_and_do_nothing(browser: Browser, out: Path) -> None:
    text = " ".join(HOSTILE)
    with opened(browser) as window:
        window.go(out / f"projects/{HOSTILE_CODE}.html")
        assert window.page.inner_text("h1") == text
        assert text in window.page.inner_text("#report-1")
        assert window.page.title() == f"{text} · {HOSTILE_CODE}"
        window.go(out / "index.html")
        window.page.fill("#search", HOSTILE_CODE)
        assert window.page.inner_text("#table tbody td >> nth=0") == text
        for page in window.page.context.pages:
            assert page.evaluate("typeof struck") == "undefined"
        assert_quiet(window, out)


def test_a_page_of_a_project_works_without_scripts(browser: Browser, out: Path) -> None:
    with opened(browser, scripts=False) as window:
        window.page.goto((out / f"projects/{ODD}.html").as_uri())
        assert window.page.locator(".curve svg").is_visible()
        assert window.page.locator("article.finding").count() == 2
        assert not window.page.locator(".settings").is_visible()


# The overview


def test_the_charts_are_drawn(overview: Opened) -> None:
    assert bars(overview, "agencies") == 4
    assert bars(overview, "findings") == 4
    assert bars(overview, "progress") == 11
    for chart in ("agencies", "progress", "findings"):
        box = overview.page.locator(f"#chart-{chart} svg").bounding_box()
        assert box and box["width"] > 300 and box["height"] > 60
    table = overview.page.locator("#table-agencies tbody tr")
    assert table.count() == 4
    assert table.first.locator("td").all_text_contents() == ["สำนักงานเขตคู่", "ไม่ทราบ", "30"]


def test_the_table_is_paged(overview: Opened) -> None:
    assert len(codes(overview)) == 50
    assert overview.page.inner_text("#page") == "1 / 2"
    assert overview.page.is_disabled("#previous")
    overview.page.click("#next")
    assert len(codes(overview)) == MANY + 2 - 50
    assert overview.page.is_disabled("#next")
    overview.page.fill("#search", "50030000")
    assert codes(overview) == [ODD]
    assert overview.page.inner_text("#page") == "1 / 1"


def test_only_projects_with_pages_are_links(overview: Opened, out: Path) -> None:
    links = overview.page.locator("#table tbody a")
    assert links.all_inner_texts() == [ODD, HOSTILE_CODE]
    links.first.click()
    assert overview.page.inner_text("h1") == "โครงการตัวอย่าง"
    assert overview.page.url == (out / f"projects/{ODD}.html").as_uri()


def test_filters_choose_rows_and_bars(overview: Opened) -> None:
    choose(overview, "year", "2566")
    assert overview.page.inner_text("#count") == "แสดง 32 จาก 62 โครงการ"
    assert bars(overview, "agencies") == 3
    choose(overview, "agency", "50050100")
    assert bars(overview, "agencies") == 1
    choose(overview, "check", "behind_plan")
    assert codes(overview) == []
    assert overview.page.locator("#figure-agencies .nothing-there").is_visible()
    choose(overview, "agency", "")
    assert codes(overview) == [ODD, HOSTILE_CODE]
    choose(overview, "agency", "50030000")
    assert codes(overview) == [ODD]
    overview.page.click("button[type=reset]")
    expect(overview.page.locator("#count")).to_have_text("แสดง 62 จาก 62 โครงการ")
    overview.page.check("#problems")
    assert codes(overview) == [ODD, HOSTILE_CODE]


def test_search_reads_thai_as_a_reader_does(overview: Opened) -> None:
    overview.page.fill("#search", "สำนัก ๐๐๐๗")  # composed here, in two parts on the page; digits in Thai
    assert codes(overview) == ["50050100-0007"]


def test_a_click_on_a_bar_chooses_what_it_counts(overview: Opened) -> None:
    overview.page.evaluate("delete document.documentElement.dataset.charts")
    overview.page.click("#chart-findings .mark-rect path >> nth=0")
    overview.redrawn()
    assert overview.page.input_value("#check") in ("behind_plan", "jump_without_finished_step")
    assert codes(overview) in ([ODD], [HOSTILE_CODE])


def test_a_bar_says_what_it_counts(overview: Opened) -> None:
    overview.page.hover("#chart-agencies .mark-rect path >> nth=0")
    told = overview.page.locator("#vg-tooltip-element.visible")
    told.wait_for()
    assert re.split(r"\s*\n\s*|\t", told.inner_text().strip()) == [
        "หน่วยงาน", "สำนักงานเขตคู่", "ปีงบประมาณ", "ไม่ทราบ", "โครงการ", "30",
    ]  # fmt: skip


def test_a_column_sorts_by_mouse_and_by_keyboard(overview: Opened) -> None:
    overview.page.click("[data-sort=findings]")
    assert overview.page.get_attribute("th:has([data-sort=findings])", "aria-sort") == "ascending"
    overview.page.focus("[data-sort=findings]")
    overview.page.keyboard.press("Enter")
    assert overview.page.get_attribute("th:has([data-sort=findings])", "aria-sort") == "descending"
    assert codes(overview)[:2] == [ODD, HOSTILE_CODE]
    overview.page.focus("[data-sort=code]")
    overview.page.keyboard.press("Space")
    assert codes(overview) == sorted(codes(overview))


def test_everything_is_reached_by_keyboard(overview: Opened) -> None:
    reached = set()
    for _ in range(60):
        overview.page.keyboard.press("Tab")
        reached.add(
            overview.page.evaluate(
                "(({id, dataset, className, textContent}) => id || dataset.language || dataset.sort ||"
                " ('themeSwitch' in dataset && 'theme') || className || textContent)(document.activeElement)"
            )
        )
    assert reached >= {
        "skip",
        "th",
        "en",
        "theme",
        "search",
        "agency",
        "year",
        "check",
        "problems",
        "name",
        "next",
    }


# Both kinds of pages


@pytest.mark.parametrize("name", PAGES[:2])
def test_the_language_switches_and_stays(browser: Browser, out: Path, name: str) -> None:
    with opened(browser) as window:
        window.go(out / name)
        window.page.click("[data-language=en]")
        assert window.page.get_attribute("html", "lang") == "en"
        assert window.page.get_attribute("[data-language=en]", "aria-pressed") == "true"
        shown = window.page.locator("main .th:visible")
        assert shown.count() == 0
        if name == "index.html":
            caption = window.page.locator("#table-progress caption")
            expect(caption).to_have_text("Distribution of progress")
            assert window.page.inner_text("#count") == "62 of 62 projects"
        window.page.reload()
        assert window.page.get_attribute("html", "lang") == "en"
        assert window.page.locator("main .en:visible").count() > 5
        assert_quiet(window, out)


def test_light_and_dark_follow_the_system_and_the_switch(browser: Browser, out: Path) -> None:
    def ground(window: Opened) -> str:
        colour: str = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    with opened(browser) as window:
        window.go(out / PAGES[1])
        light = ground(window)
        window.page.click("[data-theme-switch]")
        dark = ground(window)
    with opened(browser, dark=True) as window:
        window.go(out / PAGES[1])
        assert (ground(window), light) == (dark, "rgb(255, 255, 255)")
        window.page.emulate_media(media="print")
        assert ground(window) == light


def test_the_curve_is_drawn_in_both_languages(browser: Browser, out: Path) -> None:
    with opened(browser) as window:
        window.go(out / PAGES[1])
        curve = window.page.locator(".curve")
        assert curve.locator("[class*=problem_marks] path").count() == 2  # with its key
        assert "ต.ค. 65" in curve.locator("text:visible").all_text_contents()
        window.page.click("[data-language=en]")
        texts = curve.locator("text:visible").all_text_contents()
        assert "Oct 22" in texts and "Planned" in texts and "ต.ค. 65" not in texts
        assert "Planned and reported progress. 23 Feb 2023" in (curve.get_attribute("aria-label") or "")


def test_a_printed_page_shows_all_and_no_controls(browser: Browser, out: Path) -> None:
    with opened(browser, width=700) as window:
        window.go(out / PAGES[1])
        window.page.emulate_media(media="print")
        assert not window.page.locator(".settings").is_visible()
        assert window.overflow() <= 0
        assert window.page.locator("article.finding mark").first.is_visible()
        assert len(window.page.pdf(format="A4")) > 20_000
