"""What URLs and file names say of a page: `scraper.sites`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.errors import BadClaim
from scraper.sites import (
    CODE_PATTERNS,
    HOSTS,
    PAGES,
    Host,
    Identity,
    base_on,
    bases,
    code_in_name,
    identify,
    kinds_of,
    page_url,
)

MOBILE = "monitor.bangkok.go.th/mobile"
YII = "dp.bangkok.go.th/dp/frontend/web"
PROJECT = "21000000-3137"


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        (f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={PROJECT}", (MOBILE, "project", PROJECT)),
        ("http://monitor.bangkok.go.th/mobile/mykpi.php?pid=2100-1037", (MOBILE, "indicator", "2100-1037")),
        ("http://monitor.bangkok.go.th/mobile/mykpi.php?pid=0401-103", (MOBILE, "indicator", "0401-103")),
        ("http://monitor.bangkok.go.th/mobile/mykpi2563.php?pid=7", (MOBILE, "city_indicator", "7")),
        ("http://monitor.bangkok.go.th/mobile/myprojectit.php?pid=120", (MOBILE, "it_review", "120")),
        (
            "http://monitor.bangkok.go.th/mobile/index101.php?selDEP=50010000",
            (MOBILE, "agency_summary", "50010000-1"),
        ),
        (
            "http://monitor.bangkok.go.th/mobile/index102.php?selDEP=50010000&selYear=2563",
            (MOBILE, "agency_summary", "50010000-2-2563"),
        ),
        (
            "http://monitor.bangkok.go.th/mobile/index103.php?selYear=&selDEP=50010000",
            (MOBILE, "agency_summary", "50010000-3"),
        ),
        (
            f"https://dp.bangkok.go.th/dp/frontend/web/index.php?project_id={PROJECT}&r=tbl-project-main%2Fview",
            (YII, "plan_record", PROJECT),
        ),
        (
            f"https://dp.bangkok.go.th/dp/frontend/web/index.php?r=tbl-project-main/view&project_id={PROJECT}",
            (YII, "plan_record", PROJECT),
        ),
        (
            f"https://policy.bangkok.go.th/bs2568/frontend/web/index.php?project_id={PROJECT}&r=tbl-project-main%2fview",
            ("policy.bangkok.go.th/bs2568/frontend/web", "plan_record", PROJECT),
        ),
    ],
)
def test_each_kind_is_told_by_path_and_parameter(url: str, identity: tuple[str, str, str]) -> None:
    assert identify(url) == Identity(*identity)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        (
            f"http://monitor.bangkok.go.th/mobile62/myproject.php?pid={PROJECT}",
            "monitor.bangkok.go.th/mobile62",
        ),
        (f"http://www.bmavisions.com/mobile/myproject.php?pid={PROJECT}", "www.bmavisions.com/mobile"),
        (f"HTTP://Monitor.Bangkok.GO.TH/mobile/myproject.php?pid={PROJECT}", MOBILE),
        (f"http://monitor.bangkok.go.th:80/mobile/myproject.php?pid={PROJECT}", MOBILE),
        (f"https://monitor.bangkok.go.th:443/mobile/myproject.php?pid={PROJECT}", MOBILE),
        (
            f"https://monitor.bangkok.go.th:80/mobile/myproject.php?pid={PROJECT}",
            "monitor.bangkok.go.th:80/mobile",
        ),
        (f"http://127.0.0.1:8000/mobile/myproject.php?pid={PROJECT}", "127.0.0.1:8000/mobile"),
        (f"http://[::1]:8000/mobile/myproject.php?pid={PROJECT}", "[::1]:8000/mobile"),
        (f"http://mirror.example/bma/mobile/myproject.php?pid={PROJECT}", "mirror.example/bma/mobile"),
        (f"http://monitor.bangkok.go.th//mobile/./myproject.php?pid={PROJECT}", MOBILE),
        (f"http://user:word@monitor.bangkok.go.th/mobile/myproject.php?pid={PROJECT}", MOBILE),
        (f"http://monitor.bangkok.go.th/mobile/myproject.php?x=1&pid={PROJECT}&y#part", MOBILE),
        (f"http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000%2D3137&pid={PROJECT}", MOBILE),
    ],
)
def test_the_host_tells_the_site_and_never_the_page(url: str, site: str) -> None:
    assert identify(url) == Identity(site, "project", PROJECT)


@pytest.mark.parametrize(
    "pid",
    [
        "",
        "21000000-313",
        "21000000-31370",
        "21000000-3137x",
        "21000000-3137%20",
        "21000000-3137%0A",
        "%2021000000-3137",
        "๒๑๐๐๐๐๐๐-๓๑๓๗",
        "2100000%E0%B9%90-3137",
        "21000000–3137",
        "21000000-3137&pid=21000000-3138",
        "21000000-3137,21000000-3138",
        "21000000-3137/..",
        "%FF",
    ],
)
def test_a_code_of_another_form_is_refused_and_its_kind_kept(pid: str) -> None:
    assert identify(f"http://monitor.bangkok.go.th/mobile/myproject.php?pid={pid}") == Identity(
        MOBILE, "project", None
    )


@pytest.mark.parametrize("query", ["selDEP=50010000&selYear=63", "selDEP=5001000", "selDEP=50010000-1"])
def test_an_agency_summary_with_a_malformed_agency_or_year_has_no_code(query: str) -> None:
    assert identify(f"http://monitor.bangkok.go.th/mobile/index101.php?{query}") == Identity(
        MOBILE, "agency_summary", None
    )


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://monitor.bangkok.go.th/dailyplans58/", "monitor.bangkok.go.th/dailyplans58"),
        ("http://bmavisions.com", "bmavisions.com"),
        ("http://monitor.bangkok.go.th/mobile/myproject.php", MOBILE),
        ("http://monitor.bangkok.go.th/mobile/myproject.php?PID=21000000-3137", MOBILE),
        ("http://monitor.bangkok.go.th/mobile/MYPROJECT.PHP?pid=21000000-3137", MOBILE),
        ("http://monitor.bangkok.go.th/myproject.php?pid=21000000-3137", "monitor.bangkok.go.th"),
        (
            "http://monitor.bangkok.go.th/immobile/myproject.php?pid=21000000-3137",
            "monitor.bangkok.go.th/immobile",
        ),
        ("https://dp.bangkok.go.th/dp/frontend/web/index.php?project_id=21000000-3137", YII),
        ("https://dp.bangkok.go.th/dp/frontend/web/index.php?project_id=21000000-3137&r=site%2Fabout", YII),
        ("http://monitor.bangkok.go.th/mobile/myproject.php?" + "a=1&" * 60 + "pid=21000000-3137", MOBILE),
    ],
)
def test_another_page_has_a_site_and_no_kind(url: str, site: str) -> None:
    assert identify(url) == Identity(site, None, None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-3137",
        "file:///mobile/myproject.php?pid=21000000-3137",
        "ftp://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-3137",
        "about:internet",
        "http://",
        "http:///mobile/myproject.php?pid=21000000-3137",
        "http://host:port/mobile/myproject.php?pid=21000000-3137",
        "http://host:99999/mobile/myproject.php?pid=21000000-3137",
        "http://[::1/mobile/myproject.php?pid=21000000-3137",
        "http://monitor.bangkok.go.th/mobile/myproject.php?pid=2100\n0000-3137",
        " http://monitor.bangkok.go.th/mobile/myproject.php?pid=21000000-3137",
    ],
)
def test_what_is_no_web_address_says_nothing(url: str) -> None:
    assert identify(url) == Identity(None, None, None)


@given(st.text())
def test_no_text_makes_identify_raise(text: str) -> None:
    assert identify(text).code is None
    assert identify(f"http://{text}").code is None


@given(st.data())
def test_every_code_of_every_kind_is_read_back_from_its_url(data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(PAGES))
    code = data.draw(st.from_regex(CODE_PATTERNS[page.kind], fullmatch=True))
    value, year = code, ""
    if page.dimension is not None:
        value, dimension, *years = code.split("-")
        if dimension != page.dimension:
            return
        year = f"&{page.year}={years[0]}" if years else ""
    route = f"&r={page.route}" if page.route else ""
    directory = "frontend/web" if page.route else "mobile"
    url = f"http://any.example/{directory}/{page.script}?{page.parameter}={value}{year}{route}"
    assert identify(url) == Identity(f"any.example/{directory}", page.kind, code)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_known_hosts_and_their_applications_are_written_as_sites_are(host: Host) -> None:
    assert identify(f"{host.scheme}://{host.name}/").site == host.name
    for application in (*host.applications, *host.expected):
        assert identify(f"{host.scheme}://{host.name}/{application}/").site == f"{host.name}/{application}"


# From kind and code to a URL


@given(st.data())
def test_identify_reads_back_every_url_that_is_made_for_every_kind_and_host(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(CODE_PATTERNS)))
    code = data.draw(st.from_regex(CODE_PATTERNS[kind], fullmatch=True))
    mirror = st.sampled_from(["http://127.0.0.1:8000", "http://[::1]:8000/", "https://mirror.example/bma"])
    base = data.draw(st.sampled_from(bases(kind)) | mirror.map(lambda url: base_on(url, kind)))
    assert identify(page_url(base, kind, code)) == Identity(base.partition("://")[2], kind, code)


def test_urls_are_those_that_the_site_itself_links_to() -> None:
    assert page_url(f"http://{MOBILE}", "project", PROJECT) == f"http://{MOBILE}/myproject.php?pid={PROJECT}"
    assert (
        page_url(f"https://{YII}", "plan_record", PROJECT)
        == f"https://{YII}/index.php?project_id={PROJECT}&r=tbl-project-main%2Fview"
    )
    assert (
        page_url(f"http://{MOBILE}", "agency_summary", "50010000-2-2563")
        == f"http://{MOBILE}/index102.php?selDEP=50010000&selYear=2563"
    )


@pytest.mark.parametrize(
    ("kind", "code"), [("project", "1"), ("agency_summary", "50010000-4"), ("indicator", "")]
)
def test_no_url_is_made_for_a_code_of_another_form(kind: str, code: str) -> None:
    with pytest.raises(ValueError, match="not the code"):
        page_url(f"http://{MOBILE}", kind, code)


def test_proven_sites_are_asked_first_and_a_frozen_copy_last() -> None:
    assert bases("project") == (
        "http://monitor.bangkok.go.th/mobile",
        "http://dp1.bangkok.go.th/mobile",
        "http://dp2.bangkok.go.th/mobile",
        "http://bmavisions.com/mobile",
        "http://www.bmavisions.com/mobile",
        "http://monitor.bangkok.go.th/mobile62",
    )
    assert bases("plan_record") == (
        "https://dp.bangkok.go.th/dp/frontend/web",
        "https://policy.bangkok.go.th/bs2568/frontend/web",
    )


def test_hosts_and_sites_can_be_picked_by_name() -> None:
    assert bases("project", ["monitor.bangkok.go.th"]) == (
        "http://monitor.bangkok.go.th/mobile",
        "http://monitor.bangkok.go.th/mobile62",
    )
    assert bases("project", ["monitor.bangkok.go.th/mobile62", "bmavisions.com"]) == (
        "http://bmavisions.com/mobile",
        "http://monitor.bangkok.go.th/mobile62",
    )


@pytest.mark.parametrize(("kind", "pick"), [("project", "dp.bangkok.go.th"), ("plan_record", "a.example")])
def test_a_host_that_is_not_known_for_the_kind_is_named(kind: str, pick: str) -> None:
    with pytest.raises(BadClaim, match=f"{kind} pages.*'{pick}'.*known are"):
        bases(kind, [pick])


@pytest.mark.parametrize(
    ("mirror", "kind", "base"),
    [
        ("http://127.0.0.1:8000", "project", "http://127.0.0.1:8000/mobile"),
        ("http://127.0.0.1:8000/", "plan_record", "http://127.0.0.1:8000/dp/frontend/web"),
        ("https://Mirror.example/bma/", "it_review", "https://mirror.example/bma/mobile"),
        ("https://mirror.example/bma/mobile62", "project", "https://mirror.example/bma/mobile62"),
        ("https://mirror.example/x/frontend/web", "plan_record", "https://mirror.example/x/frontend/web"),
    ],
)
def test_a_mirror_has_the_paths_of_the_site_or_is_one_of_them(mirror: str, kind: str, base: str) -> None:
    assert base_on(mirror, kind) == base


@pytest.mark.parametrize(
    "mirror", ["", "mirror.example", "ftp://a.example", "http://a.example/?x=1", "http://me:pass@a.example/"]
)
def test_what_is_no_mirror_is_refused(mirror: str) -> None:
    with pytest.raises(BadClaim, match="mirror"):
        base_on(mirror, "project")


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        (PROJECT, ("project", "plan_record")),
        ("2100-1037", ("indicator",)),
        ("904", ("city_indicator", "it_review")),
        ("50010000-1", ("agency_summary",)),
        ("50010000-1-2563", ("agency_summary",)),
        ("50010000-4", ()),
        ("๒๑๐๐๐๐๐๐-๓๑๓๗", ()),
        ("", ()),
    ],
)
def test_a_codes_form_tells_the_kinds_that_it_may_be_of(code: str, kinds: tuple[str, ...]) -> None:
    assert kinds_of(code) == kinds


# From a file's name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("21000000-3137.txt", ("project", PROJECT)),
        ("page 21000000-3137 (1).htm", ("project", PROJECT)),
        ("โครงการ 21000000-3137.html", ("project", PROJECT)),
        ("2020-03-23_21000000-3137_ใหม่.html", ("project", PROJECT)),
        ("saved-21000000-3137-copy.html", ("project", PROJECT)),
        ("2020-03-23-21000000-3137.html", ("project", PROJECT)),
        ("20200323-21000000-3137.html", ("project", PROJECT)),
        ("21000000-3137-2020-03-23.html", ("project", PROJECT)),
        ("21000000-3137 (21000000-3137).html", ("project", PROJECT)),
        ("2100-1037.txt", ("indicator", "2100-1037")),
        ("kpi 0401-103.mhtml", ("indicator", "0401-103")),
        ("folder 21000000-9999/21000000-3137.txt", ("project", PROJECT)),
        ("folder 21000000-9999\\21000000-3137.txt", ("project", PROJECT)),
        ("myproject.php@pid=21000000-3137.html", ("project", PROJECT)),
        ("myproject.php?pid=21000000-3137", ("project", PROJECT)),
        ("myproject.php_pid=21000000-3137 (2).html", ("project", PROJECT)),
        ("myproject.php？pid=21000000-3137.html", ("project", PROJECT)),
        ("myproject.php%3Fpid%3D21000000-3137.html", ("project", PROJECT)),
        ("monitor.bangkok.go.th_mobile_myproject.php_21000000-3137.html", ("project", PROJECT)),
        ("mykpi.php@pid=2100-1037.html", ("indicator", "2100-1037")),
        ("mykpi2563.php@pid=7.html", ("city_indicator", "7")),
        ("myprojectit.php@pid=120 (1).html", ("it_review", "120")),
        ("index102.php@selDEP=50010000.html", ("agency_summary", "50010000-2")),
        ("index101.php@selDEP=50010000&selYear=2563.html", ("agency_summary", "50010000-1-2563")),
        (f"index.php@project_id={PROJECT}&r=tbl-project-main%2Fview.html", ("plan_record", PROJECT)),
    ],
)
def test_a_file_name_tells_a_code_that_stands_alone_or_with_its_script(
    name: str, told: tuple[str, str]
) -> None:
    assert code_in_name(name) == told


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "7.html",
        "index101.php@selDEP=5001.html",
        "x21000000-3137.html",
        "21000000-3137x.html",
        "21000000-31370.html",
        "121000000-3137.html",
        "21000000-3137-4d8c-a00f-19599c6513d3.html",
        "2563-2100-1037.html",
        "2100-1037-2563.html",
        "2020-03-21.html",
        "โครงการ21000000-3137.html",
        "๒๑๐๐๐๐๐๐-๓๑๓๗.html",
        "21000000-3137 21000000-3138.html",
        "21000000-3137 2100-1037.html",
        "myproject.php@pid=21000000-3137 21000000-3138.html",
        "21000000-3138 myproject.php@pid=21000000-3137.html",
        "myproject.php@pid=x 21000000-3137.html",
        "myproject.php@pid=21000000-3137&pid=21000000-3138.html",
        "",
    ],
)
def test_a_file_name_with_no_code_half_a_code_or_two_codes_tells_nothing(name: str) -> None:
    assert code_in_name(name) is None


def test_sites_needs_the_standard_library_only() -> None:
    code = "import sys, scraper.sites; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"warcio", "requests", "sqlite3", "email"} & set(done.stdout.split())


@pytest.mark.parametrize(
    "url", ["http://a.example\\@b.example/mobile/x", "http://a.example\\/x", "http://a.example/x\\y"]
)
def test_a_backslash_makes_it_no_url_of_ours(url):
    assert identify(url) == (None, None, None)
