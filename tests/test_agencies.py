"""Agency codes: what the reference data say, and what pages confirm."""

import json
import re
from importlib.resources import files

import geothai
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from bma.cli import cli
from normaliser.agencies import Seen, listed, write_agencies
from normaliser.schema import layout
from normaliser.writers import TableWriter

SAMPLE = files("bma.sample_pages")


def by_code(rows):
    return {agency.agency_code: agency for agency in rows}


def test_offices_districts_and_a_sub_agency_are_listed_by_code():
    codes = [agency.agency_code for agency in listed()]
    assert codes == sorted(codes)
    assert len(codes) == len(set(codes)) == 72
    assert all(re.fullmatch(r"[0-9]{8}", code) for code in codes)


def test_a_name_holds_for_a_code_and_years():
    agencies = by_code(listed())
    planning, later = agencies["18000000"], agencies["25000000"]
    assert planning.name == later.name == "สำนักการวางผังและพัฒนาเมือง"
    assert (planning.first_year_be, planning.last_year_be, planning.confirmed) == (2563, 2566, True)
    assert (later.first_year_be, later.confirmed) == (None, False)


def test_the_districts_are_the_fifty_of_the_interior_ministry_by_its_own_codes_and_names():
    districts = [agency for agency in listed() if agency.agency_kind == "district_office"]
    assert {agency.agency_code for agency in districts} == {f"50{n:02}0000" for n in range(1, 51)}
    official = {district.code: district.name_th for district in geothai.districts("10")}
    ours = {agency.district_code: agency.name.removeprefix("สำนักงาน") for agency in districts}
    assert {code: name.removeprefix("เขต") for code, name in ours.items()} == {
        code: name.removeprefix("เขต") for code, name in official.items()
    }


def test_only_what_a_page_prints_is_confirmed():
    assert by_code(listed())["07000000"].confirmed is False
    seen = Seen()
    seen.add("07000000", "สำนักการแพทย์", 2564)
    found = by_code(seen.rows())["07000000"]
    assert (found.confirmed, found.listed, found.pages_seen) == (True, True, 1)
    assert by_code(listed())["07000000"].confirmed is False


def test_the_years_seen_are_those_of_the_pages_in_any_order():
    rows = []
    for years in ([2566, 2563, None], [None, 2563, 2566]):
        seen = Seen()
        for year in years:
            seen.add("21000000", "สำนักยุทธศาสตร์และประเมินผล", year)
        rows.append(seen.rows())
    assert rows[0] == rows[1]
    found = by_code(rows[0])["21000000"]
    assert (found.first_year_seen_be, found.last_year_seen_be, found.pages_seen) == (2563, 2566, 3)


def test_two_forms_of_sara_am_are_one_name():
    seen = Seen()
    seen.add("23000000", "ส\u0e4d\u0e32นักวัฒนธรรม กีฬาและการท่องเที่ยว", 2566)
    assert [agency.pages_seen for agency in seen.rows() if agency.agency_code == "23000000"] == [1]


def test_another_name_for_a_listed_code_is_a_row_of_its_own():
    seen = Seen()
    seen.add("18000000", "สำนักสมมติ", 2568)
    names = {agency.name: agency for agency in seen.rows() if agency.agency_code == "18000000"}
    assert set(names) == {"สำนักการวางผังและพัฒนาเมือง", "สำนักสมมติ"}
    assert (names["สำนักสมมติ"].listed, names["สำนักสมมติ"].confirmed) == (False, True)


def test_codes_that_the_list_has_not_are_named_once_each():
    seen = Seen()
    for code in ("99000000", "21020000", "99000000", "21000000"):
        seen.add(code, None, None)
    assert seen.unknown() == ["21020000", "99000000"]


@pytest.mark.parametrize(("code", "name"), [(None, "สำนักสมมติ"), (None, None)])
def test_a_page_without_a_code_adds_nothing(code, name):
    seen = Seen()
    seen.add(code, name, 2563)
    assert seen.rows() == list(listed())


def test_a_part_of_an_office_goes_by_its_own_name(tmp_path):
    with TableWriter("projects", tmp_path) as writer:
        names = layout("projects").names
        parts = {"04000000": "ฝ่ายสมมติ", "04110000": "สำนักงานประชาสัมพันธ์", "50050000": "ฝ่ายสมมติ"}
        for code, subagency in parts.items():
            known = {
                "project_code": f"{code}-0001",
                "agency_code": code,
                "agency_name": "หน่วยงานสมมติ",
                "subagency_name": subagency,
                "fiscal_year_be": 2566,
                "capture_id": "0" * 16,
                "line_first": 1,
                "line_last": 2,
            }
            writer.add([(known.get(name),) for name in names])
    rows, unknown = write_agencies(tmp_path, plain_csv=True)
    written = pq.read_table(tmp_path / "agencies.parquet").to_pylist()
    assert (len(written), unknown) == (rows, [])
    seen = {(row["agency_code"], row["name"]) for row in written if row["pages_seen"]}
    assert seen == {
        ("04000000", "หน่วยงานสมมติ"),
        ("04110000", "สำนักงานประชาสัมพันธ์"),
        ("50050000", "หน่วยงานสมมติ"),
    }


def test_a_build_says_which_codes_the_reference_data_do_not_have(tmp_path):
    page = SAMPLE.joinpath("nested-50030000-9101.html").read_bytes()
    (tmp_path / "a.html").write_bytes(page)
    (tmp_path / "b.html").write_bytes(page.replace(b"50030000-9101", b"77030000-9101"))
    told = []
    for command in ("import", str(tmp_path)), ("build",), ("build", "--json"):
        done = CliRunner().invoke(cli, [*command, "--data", str(tmp_path / "data")])
        assert done.exit_code == 0, done.output
        told.append(done.stdout)
    assert "Agency codes that the reference data do not have: 77030000\n" in told[1]
    assert json.loads(told[2])["unknown_agencies"] == ["77030000"]
