"""The codes of a batch, as people have them: in arguments, lists, tables."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import pytest

from scraper.codes import Wanted, is_list_of_codes, read_codes
from scraper.errors import BadClaim

A, B, C = "21000000-3137", "50030000-9101", "04110000-9702"


def in_file(
    tmp_path: Path, data: str | bytes, name: str = "codes.txt", kind: str | None = None
) -> list[Wanted]:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_codes(files=[str(path)], kind=kind)


def projects(*codes: str) -> list[Wanted]:
    return [Wanted("project", code) for code in codes]


def test_the_form_of_a_code_tells_its_kind() -> None:
    assert read_codes([A, "2100-1037", "50010000-2-2563"]) == [
        Wanted("project", A),
        Wanted("indicator", "2100-1037"),
        Wanted("agency_summary", "50010000-2-2563"),
    ]


def test_a_kind_can_be_given_where_the_form_fits_several() -> None:
    assert read_codes(["904"], kind="it_review") == [Wanted("it_review", "904")]
    assert read_codes([A], kind="plan_record") == [Wanted("plan_record", A)]


def test_each_page_is_taken_once_in_the_order_in_which_it_is_first_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{A}\n{B}\n")
    (tmp_path / "b.txt").write_text(f"{C}\n{A}\n")
    files = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert read_codes([B, B], files) == projects(B, A, C)


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}\n",
        f"{A}\r\n{B}",
        f"\ufeff{A}\n{B}\n",
        f"\n\n  {A}  \n\n{B}\n\n",
        f"# to do, this week\n{A}\n#{C}\n{B}  # twice a year\n",
        f"project_code\n{A}\n{B}\n",
        f"Code\n{A}\n{B}\n",
        f"{A},the first, or so\n{B},the second\n",
        f"name,project_code\n# none\n\"a name, with\n#2 in two lines\",{A}\n#3,{C}\nb #4,{B}\n,\n",
        f"\ufeffลำดับ;page_code\n1;{A}\n2;{B}\n3;\n4\n",
        f"no\t{A}\nno\t{B}\n",
        f"page_kind,page_code\nproject,{A}\nproject,{B}\nunknown,\n",
        f"project_code,page_code\n{C},{A}\n{C},{B}\n",
    ],
)  # fmt: skip
def test_lists_and_tables_are_read(tmp_path: Path, text: str) -> None:
    assert in_file(tmp_path, text) == projects(A, B)


def test_a_column_of_kinds_tells_the_kind_of_each_code(tmp_path: Path) -> None:
    text = f"page_code,page_kind\n904,it_review\n904,city_indicator\n{A},plan_record\n"
    assert in_file(tmp_path, text) == [
        Wanted("it_review", "904"),
        Wanted("city_indicator", "904"),
        Wanted("plan_record", A),
    ]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{A}\n{B}\n".encode())))
    assert read_codes(files=["-"]) == projects(A, B)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (f"{A}\n21000000-313\n", None, "codes.txt, line 2: '21000000-313' is no code, such as"),
        (f"\n# list\n{A}\n\nnonsense\n", None, "codes.txt, line 5: 'nonsense'"),
        ("๒๑๐๐๐๐๐๐-๓๑๓๗\n", None, f"did you mean {A}"),
        ("21000000–3137\n", None, f"did you mean {A}"),
        ("904\n", None, "904 may be of kind city_indicator or it_review: say which with --kind"),
        (f"{A}\n", "indicator", f"'{A}' is not the code of a page of kind indicator"),
        (f"{A}\n", "projects", "there is no kind 'projects'; known are project, indicator"),
        (f"page_kind,page_code\nindicator,{A}\n", None, "line 2: .* kind indicator"),
        (f'name,code\n"two\nlines",{A}x\n', None, "line 3: "),
        ("name,year\na,2563\n", None, "line 1: no column has a name such as page_code"),
        ('code,name\n1,"open\n', None, "line 2: not a CSV file"),
        (f"{A}\n".encode() + b"\xb9\xe9\xd2\n", None, "line 2: not UTF-8"),
        (f"{A}\n".encode("utf-16"), None, "line 1: not UTF-8"),
        ("", None, "there are no codes"),
        ("# none\n\n", None, "there are no codes"),
        ("project_code\n", None, "there are no codes"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_named_with_its_file_and_line(
    tmp_path: Path, text: str | bytes, kind: str | None, said: str
) -> None:
    with pytest.raises(BadClaim, match=said):
        in_file(tmp_path, text, kind=kind)


def test_wrong_codes_are_all_found_before_anything_is_asked_and_the_first_ten_named(tmp_path: Path) -> None:
    with pytest.raises(BadClaim) as caught:
        in_file(tmp_path, f"{A}\n" + "".join(f"wrong-{n}\n" for n in range(1, 31)))
    lines = str(caught.value).split("\n")
    assert lines[0].endswith("line 2: 'wrong-1' is no code, such as 21000000-3137 or 2100-1037")
    assert lines[9:] == [lines[9], "and 20 more", "nothing was fetched"]
    assert "wrong-10" in lines[9]


@pytest.mark.parametrize(
    ("data", "is_list"),
    [
        (f"{A}\n{B}\n", True),
        (f"\ufeff{A}\r\n\r\n  {B}  \r\n", True),
        (f"# of the first quarter\n{A} # see there\n", True),
        ("2100-1037\n14\n", True),
        ("", False),
        ("# nothing\n", False),
        (f"{A}\nproject\n", False),
        (f"page_code\n{A}\n", False),
        (f"{A},{B}\n", False),
        ("\u0e51\u0e52\n", False),
    ],
)
def test_a_list_of_codes_is_known_as_one(data: str, is_list: bool) -> None:
    assert is_list_of_codes(data.encode()) is is_list


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadClaim, match=r"cannot read .*missing\.csv: No such file"):
        read_codes(files=[str(tmp_path / "missing.csv")])
    with pytest.raises(BadClaim, match="Is a directory"):
        read_codes(files=[str(tmp_path)])


def test_a_hundred_thousand_codes_are_read_in_seconds(tmp_path: Path) -> None:
    lines = (f"{n // 10_000 + 1:08}-{n % 10_000:04}\n" for n in range(100_000))
    begin = time.perf_counter()
    assert len(in_file(tmp_path, "".join(lines))) == 100_000
    assert time.perf_counter() - begin < 10
