"""The pages that a page links to, whatever its markup."""

import pytest

from scraper.links import linked_pages

URL = "http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-3137"
INDICATOR = ("indicator", "2100-1037")


def links(html: str, url: str | None = URL) -> list[tuple[str, str]]:
    return list(linked_pages(html, url))


@pytest.mark.parametrize(
    "target",
    [
        "mykpi.php?pid=2100-1037",
        "/mobile/mykpi.php?pid=2100-1037",
        "../mobile/mykpi.php?pid=2100-1037#top",
        "http://dp1.bangkok.go.th/mobile/mykpi.php?pid=2100-1037",
        "//dp1.bangkok.go.th/mobile/mykpi.php?pid=2100-1037",
        " mykpi.php?pid=2100-1037&amp;print=1 ",
    ],
)
@pytest.mark.parametrize("url", [URL, None])
def test_a_link_is_resolved_against_the_page(target, url):
    assert links(f'<p><a href="{target}">ตัวชี้วัด</a></p>', url) == [INDICATOR]


@pytest.mark.parametrize(
    "html",
    [
        "<A HREF=mykpi.php?pid=2100-1037>ก",
        '<li data-href="mykpi.php?pid=2100-1037">ก</li>',
        "<tr onclick=\"window.location='mykpi.php?pid=2100-1037'\"><td>ก</td></tr>",
        "<button onclick='open(&quot;mykpi.php?pid=2100-1037&quot;, &quot;_blank&quot;)'>ก</button>",
        '<iframe src="mykpi.php?pid=2100-1037"></iframe>',
        '<form action="mykpi.php?pid=2100-1037"></form>',
    ],
)
def test_any_element_may_link(html):
    assert links(html) == [INDICATOR]


def test_links_come_in_page_order_as_often_as_they_stand():
    html = "".join(
        f'<a href="{target}">ก</a>'
        for target in (
            "myproject.php?pid=21000000-0002",
            "mykpi.php?pid=2100-1037",
            "myproject.php?pid=21000000-0002",
        )
    )
    assert links(html) == [("project", "21000000-0002"), INDICATOR, ("project", "21000000-0002")]


@pytest.mark.parametrize(
    "target",
    [
        "index.php",
        "mykpi.php?pid=",
        "mykpi.php?pid=x",
        "javascript:history.back()",
        "mailto:a@b",
        "http://[",
        "",
        "#",
    ],
)
def test_what_is_no_page_of_ours_is_passed_over(target):
    assert links(f'<a href="{target}">ก</a>') == []


def test_text_that_looks_like_a_link_is_none():
    assert links("mykpi.php?pid=2100-1037") == []
    assert (
        links(
            '<!-- <a href="mykpi.php?pid=2100-1037">ก</a> --><script>x = "mykpi.php?pid=2100-1037"</script>'
        )
        == []
    )


def test_an_attribute_of_any_length_costs_little():
    assert links(f'<a href="mykpi.php?pid={"1" * 10**6}" onclick="{"(" * 10**6}">ก</a>') == []


@pytest.mark.parametrize("tag", ["div", "font", "table><tr><td"])
def test_a_link_is_found_however_deep_it_lies(tag):
    """Deeper than the 256 elements beyond which lxml drops what it makes into a tree of its own."""
    assert links(f"<{tag}>" * 3_000 + '<a href="mykpi.php?pid=2100-1037">ก</a>') == [INDICATOR]
