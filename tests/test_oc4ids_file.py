"""`bma export --oc4ids`: what the pages say, in the standard's terms, and nothing that they do not say."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from normaliser.errors import ExportError
from normaliser.exports import oc4ids_file
from normaliser.exports.oc4ids_file import Publication
from normaliser.exports.oc4ids_schema import check_with
from normaliser.exports.source import Source
from normaliser.schema import layout
from parsers.redaction import redact
from tests.exported import HOSTILE, NAMED, NARRATIVE_MARKED, make_many, make_tables, rows_of

MINIMAL = {
    "uri": "http://example.org/1",
    "publisher": {"name": "ตัวอย่าง"},
    "publishedDate": "2023-01-01T00:00:00Z",
    "version": "0.9",
    "projects": [{"id": "1"}],
}
BASE = "http://example.org/oc4ids/"
NAMES = {
    *("uri", "publisher", "publishedDate", "version", "description", "projects"),
    *("id", "identifiers", "updated", "title", "purpose", "additionalClassifications", "parties"),
    *("publicAuthority", "forecasts", "metrics", "milestones", "scheme", "name", "identifier", "roles"),
    *("observations", "measure", "unit", "period", "startDate", "endDate", "notes", "dueDate"),
}
"""The standard's names that an export may use; not `type` and `status`, whose closed lists do not fit."""

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tables(tmp_path_factory.mktemp("oc4ids"))


@pytest.fixture(scope="module")
def file(clean: Path) -> Path:
    target = clean.parent / "projects.json"
    with Source(clean, redact) as source:
        oc4ids_file.write(source, target, Publication("ตัวอย่าง", "http://example.org/1"))
    return target


@pytest.fixture(scope="module")
def package(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def projects(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {project["id"]: project for project in package["projects"]}


@pytest.fixture(scope="module")
def rows(clean: Path) -> Rows:
    def read(name: str) -> list[dict[str, Any]]:
        return [dict(zip(layout(name).names, row, strict=True)) for row in rows_of(clean, name)]

    return read


def by_project(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["project_code"]].append(row)
    return found


def bangkok(day: dt.date) -> str:
    return f"{day}T00:00:00+07:00"


# What it says


def test_the_package_says_who_when_what_and_that_it_is_unofficial(
    package: dict[str, Any], rows: Rows
) -> None:
    newest = max(row["captured_at"] for row in rows("captures"))
    assert package | {"projects": ...} == {
        "uri": "http://example.org/1",
        "publisher": {"name": "ตัวอย่าง"},
        "publishedDate": newest.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "version": "0.9",
        "description": oc4ids_file.NOTE,
        "projects": ...,
    }
    assert oc4ids_file.NOTE.startswith("Unofficial: ")


def test_every_project_is_there_once_with_its_own_words(
    projects: dict[str, dict[str, Any]], package: dict[str, Any], rows: Rows
) -> None:
    assert len(package["projects"]) == len(projects) == len(rows("projects"))
    for row in rows("projects"):
        project = projects[row["project_code"]]
        assert project.get("title") == row["name"]
        assert project.get("description") == row["rationale"]
        assert project.get("purpose") == row["objectives"]
        assert project["updated"] == row["captured_at"].strftime("%Y-%m-%dT%H:%M:%SZ")


def test_identifiers_are_the_pages_codes_without_an_invented_prefix(
    projects: dict[str, dict[str, Any]], rows: Rows
) -> None:
    for row in rows("projects"):
        project = projects[row["project_code"]]
        assert [each["id"] for each in project["identifiers"]] == [row["project_code"]]
        if row["agency_code"] is None:
            assert "publicAuthority" not in project
            continue
        (party,) = project["parties"]
        assert project["publicAuthority"]["id"] == party["id"] == row["agency_code"]
        assert project["publicAuthority"].get("name") == party.get("name") == row["agency_name"]
        assert party["roles"] == ["publicAuthority"]
    assert "oc4ids-" not in json.dumps(projects) and "ocds-" not in json.dumps(projects)


def test_the_reported_percents_are_observations_the_oldest_first(
    projects: dict[str, dict[str, Any]], rows: Rows
) -> None:
    told = 0
    for code, reports in by_project(rows("progress_reports")).items():
        stated = [row for row in reports if row["progress_percent"] is not None]
        stated.sort(key=lambda row: (row["report_date"] or dt.date.min, -row["position"]))
        metrics = projects[code].get("metrics", [])
        assert [metric["id"] for metric in metrics] == ["physicalProgress"] * bool(stated)
        observations = metrics[0]["observations"] if metrics else []
        for row, observation in zip(stated, observations, strict=True):
            told += 1
            assert observation["measure"] == row["progress_percent"]
            assert (observation["unit"]["scheme"], observation["unit"]["id"]) == ("UNCEFACT", "P1")
            day = row["report_date"]
            at = None if day is None else {"startDate": bangkok(day), "endDate": bangkok(day)}
            assert observation.get("period") == at
            assert observation.get("notes") == row["narrative"]
        assert len({each["id"] for each in observations}) == len(observations)
    assert told > 30


def test_the_plan_is_a_forecast_that_adds_up_in_the_order_of_its_ends(
    projects: dict[str, dict[str, Any]], rows: Rows
) -> None:
    foreseen = 0
    for code, steps in by_project(rows("plan_steps")).items():
        whole = all(step["weight_percent"] is not None and step["end_date"] is not None for step in steps)
        forecasts = projects[code].get("forecasts", [])
        assert [forecast["id"] for forecast in forecasts] == ["physicalProgress"] * whole
        if whole:
            foreseen += 1
            observations = forecasts[0]["observations"]
            ends = [each["period"]["endDate"] for each in observations]
            assert ends == sorted(bangkok(step["end_date"]) for step in steps)
            for observation in observations:
                due = [s for s in steps if bangkok(s["end_date"]) <= observation["period"]["endDate"]]
                last = (
                    observation
                    is [each for each in observations if each["period"] == observation["period"]][-1]
                )
                if last:
                    assert observation["measure"] == pytest.approx(sum(s["weight_percent"] for s in due))
        assert projects[code]["milestones"] == [
            {
                name: value
                for name, value in {
                    "id": str(step["position"]),
                    "title": step["description"],
                    "dueDate": step["end_date"] and bangkok(step["end_date"]),
                }.items()
                if value is not None
            }
            for step in steps
        ]
    assert foreseen > 5


def test_tenths_add_up_without_the_dust_of_binary_fractions() -> None:
    end = dt.date(2023, 9, 30)
    steps = [
        {"position": n, "weight_percent": 0.1, "end_date": end, "description": None} for n in range(1, 4)
    ]
    forecast = oc4ids_file.forecast(steps)
    assert forecast is not None
    assert [each["measure"] for each in forecast["observations"]] == [0.1, 0.2, 0.3]


def test_the_strategy_is_a_classification(projects: dict[str, dict[str, Any]], rows: Rows) -> None:
    links = by_project([row for row in rows("strategy_links") if row["page_kind"] == "project"])
    for code, project in projects.items():
        numbers = {row["number"] for row in links[code] if row["number"]}
        assert {each["id"] for each in project.get("additionalClassifications", [])} == numbers
    assert any(project.get("additionalClassifications") for project in projects.values())


def test_it_uses_names_of_the_standard_and_no_others(package: dict[str, Any]) -> None:
    used: set[str] = set()

    def walk(value: Any) -> None:
        assert value not in (None, "", [], {})  # what is not said is absent
        if isinstance(value, dict):
            used.update(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            assert len({json.dumps(each, sort_keys=True) for each in value}) == len(value)
            for each in value:
                walk(each)

    walk(package)
    assert used == NAMES


def test_names_of_people_are_marked(file: Path, projects: dict[str, dict[str, Any]]) -> None:
    assert projects[NAMED]["metrics"][0]["observations"][0]["notes"] == NARRATIVE_MARKED
    assert "สมมุติ ตัวอย่างดี" not in file.read_text(encoding="utf-8")


# What is left out is said


def test_reports_without_a_percent_are_no_observations_and_counted(tmp_path: Path) -> None:
    with Source(make_many(tmp_path / "many", 2, 3, progress_percent=None)) as source:
        report = oc4ids_file.write(source, tmp_path / "p.json", Publication())
    assert report.notes == ["6 reports state no percent and are no observations"]
    assert report.rows == {"projects": 2}
    projects = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["projects"]
    assert not any("metrics" in project for project in projects)


@pytest.mark.parametrize("lacking", ["weight_percent", "end_date"])
def test_a_plan_that_lacks_a_weight_or_an_end_is_no_forecast(lacking: str) -> None:
    step = {"position": 1, "weight_percent": 50.0, "end_date": dt.date(2023, 9, 30), "description": None}
    assert oc4ids_file.forecast([step]) is not None
    assert oc4ids_file.forecast([step, step | {"position": 2, lacking: None}]) is None


def test_tables_without_a_project_are_no_package(tmp_path: Path) -> None:
    with Source(make_many(tmp_path / "none", 0)) as source, pytest.raises(ExportError, match="no project"):
        oc4ids_file.write(source, tmp_path / "p.json", Publication())
    assert not (tmp_path / "p.json").exists()


def test_a_history_is_refused(clean: Path, tmp_path: Path) -> None:
    with Source(clean / "history") as source, pytest.raises(ExportError, match="history"):
        oc4ids_file.write(source, tmp_path / "p.json", Publication())


def test_without_a_name_of_its_own_the_same_tables_get_the_same_one(clean: Path, tmp_path: Path) -> None:
    found = []
    for name in ("a.json", "b.json"):
        with Source(clean, redact) as source:
            oc4ids_file.write(source, tmp_path / name, Publication())
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]
    package = json.loads(found[0])
    assert package["uri"].startswith("ni:///sha-256;")
    assert "unofficial" in package["publisher"]["name"]


# A schema that the user names: the standard's own is not bundled; this one has its form


def schema_folder(folder: Path, *, measure: str = "number") -> Path:
    schema = "http://json-schema.org/draft-04/schema#"
    package = {
        "id": f"{BASE}project-package-schema.json",
        "$schema": schema,
        "type": "object",
        "required": ["uri", "publisher", "publishedDate", "projects", "version"],
        "properties": {
            "publishedDate": {"type": "string", "format": "date-time"},
            "version": {"type": "string", "pattern": r"^(\d+\.)(\d+)$"},
            "projects": {"type": "array", "minItems": 1, "items": {"$ref": f"{BASE}project-schema.json"}},
        },
    }
    metric = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "observations": {
                "type": "array",
                "items": {
                    "required": ["id"],
                    "properties": {
                        "measure": {"type": measure},
                        "period": {"$ref": "#/definitions/Period"},
                    },
                },
            }
        },
    }
    project = {
        "id": f"{BASE}project-schema.json",
        "$schema": schema,
        "type": "object",
        "required": ["id"],
        "properties": {
            "updated": {"type": "string", "format": "date-time"},
            "metrics": {"type": "array", "items": {"$ref": "#/definitions/Metric"}},
            "forecasts": {"type": "array", "items": {"$ref": "#/definitions/Metric"}},
        },
        "definitions": {
            "Metric": metric,
            "Period": {"properties": {"endDate": {"type": "string", "format": "date-time"}}},
        },
    }
    folder.mkdir()
    (folder / "project-package-schema.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "project-schema.json").write_text(json.dumps(project), encoding="utf-8")
    return folder


def test_every_project_is_checked_against_the_schema(clean: Path, tmp_path: Path) -> None:
    check = check_with(schema_folder(tmp_path / "schema"))
    checked = []

    def counting(package: dict[str, Any]) -> None:
        checked.append(package["projects"][0]["id"])
        check(package)

    with Source(clean, redact) as source:
        report = oc4ids_file.write(source, tmp_path / "p.json", Publication(), counting)
    assert len(checked) == len(set(checked)) == report.rows["projects"]
    assert HOSTILE in checked


def test_what_does_not_fit_is_told_by_project_and_place_and_no_file_is_left(
    clean: Path, tmp_path: Path
) -> None:
    check = check_with(schema_folder(tmp_path / "schema", measure="string"))
    place = r"project \S+ does not fit the schema at projects/0/\w+/0/observations/0/measure"
    with Source(clean, redact) as source, pytest.raises(ExportError, match=place):
        oc4ids_file.write(source, tmp_path / "p.json", Publication(), check)
    assert [path.name for path in tmp_path.iterdir()] == ["schema"]


def test_times_are_checked_as_times(tmp_path: Path) -> None:
    check = check_with(schema_folder(tmp_path / "schema"))
    with pytest.raises(ExportError, match="publishedDate"):
        check(MINIMAL | {"publishedDate": "2023"})


def test_a_schema_that_refers_to_what_is_not_there_is_an_error(clean: Path, tmp_path: Path) -> None:
    folder = schema_folder(tmp_path / "schema")
    (folder / "project-schema.json").unlink()
    with pytest.raises(ExportError, match=r"refers to http://example.org/oc4ids/project-schema.json"):
        check_with(folder)(MINIMAL)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("other.json", "{}", "holds no project-package-schema.json"),
        ("project-package-schema.json", "{", "cannot be read"),
        ("project-package-schema.json", '{"type": 7}', "is no JSON Schema"),
        ("project-package-schema.json", '{"type": "object"}', "says nothing of projects"),
        ("project-package-schema.json", '{"properties": {"projects": {}}}', "says nothing of projects"),
    ],
)
def test_a_folder_without_a_usable_schema_is_an_error(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=message):
        check_with(tmp_path)
