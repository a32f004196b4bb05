"""The Data Package: what it says of the files, and that frictionless finds them sound and planted faults."""

import csv
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import bma
import parsers
from normaliser.build import build
from normaliser.schema import BUILT_TABLES, layout
from parsers.redaction import redact
from scraper.archive import Archive
from scraper.saved import SavedPage, saved_pages

SAMPLES = Path(parsers.__file__).parents[1] / "bma" / "sample_pages"


def build_samples(folder: Path, *, plain_csv: bool = False) -> Path:
    with Archive(folder / "raw", writable=True) as archive:
        for page in saved_pages([SAMPLES]):
            assert isinstance(page, SavedPage)
            archive.add(page.capture, page.body)
    with Archive(folder / "raw") as archive:
        build(archive, folder / "clean", parse=parsers.parse, plain_csv=plain_csv)
    return folder / "clean"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="module")
def package(clean: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((clean / "datapackage.json").read_text(encoding="utf-8"))
    return found


def errors(folder: Path) -> set[tuple[str, str]]:
    """What frictionless finds wrong: (resource, type of error)."""
    report = frictionless.validate(folder / "datapackage.json")
    assert not report.errors
    return {(task.name, error.type) for task in report.tasks for error in task.errors}


# What it says


def test_every_table_is_a_resource_in_each_format(package: dict[str, Any]) -> None:
    names = [resource["name"] for resource in package["resources"]]
    assert names == [*BUILT_TABLES, *(f"{name}_parquet" for name in BUILT_TABLES)]
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for resource in package["resources"]:
        assert resource["path"] == f"{resource['name'].removesuffix('_parquet')}.{resource['format']}"


def test_titles_are_thai_and_english_for_the_package_its_tables_and_columns(package: dict[str, Any]) -> None:
    schemas = [resource["schema"] for resource in package["resources"]]
    columns = [field for schema in schemas for field in schema["fields"]]
    for each in (package, *package["resources"], *schemas, *columns):
        assert each["title"]
        assert any("\u0e00" <= sign <= "\u0e7f" for sign in each["title_th"])
        assert each["description"]


def test_foreign_keys_stay_within_a_format(package: dict[str, Any]) -> None:
    for resource in package["resources"]:
        for key in resource["schema"]["foreignKeys"]:
            assert key["reference"]["resource"].endswith("_parquet") == resource["name"].endswith("_parquet")


def test_size_hash_and_rows_are_those_of_the_files(clean: Path, package: dict[str, Any]) -> None:
    for resource in package["resources"]:
        path = clean / resource["path"]
        own = "bma:" if resource["format"] == "parquet" else ""
        assert resource[f"{own}bytes"] == path.stat().st_size
        assert resource[f"{own}hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        assert resource["rows"] == pq.ParquetFile(path.with_suffix(".parquet")).metadata.num_rows


def test_the_dialect_is_that_of_the_csv_files(clean: Path, package: dict[str, Any]) -> None:
    resource = next(each for each in package["resources"] if each["name"] == "progress_reports")
    dialect = resource["dialect"]
    with (clean / resource["path"]).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=dialect["delimiter"], quotechar=dialect["quoteChar"]))
    assert lines[0] == list(layout("progress_reports").names)
    assert len(lines) == resource["rows"] + 1
    assert (clean / resource["path"]).read_bytes().endswith(dialect["lineTerminator"].encode())


def test_the_guard_is_described_where_it_was_applied(tmp_path: Path, package: dict[str, Any]) -> None:
    assert package["bma:csvGuard"]["applied"] is True
    assert package["bma:csvGuard"]["characters"] == ["=", "+", "-", "@", "'", "\t", "\r"]
    plain = json.loads((build_samples(tmp_path, plain_csv=True) / "datapackage.json").read_text("utf-8"))
    assert plain["bma:csvGuard"] == {"applied": False}
    assert errors(tmp_path / "clean") == set()


def test_it_says_where_when_and_by_what_it_was_made(clean: Path, package: dict[str, Any]) -> None:
    captures = pq.read_table(clean / "captures.parquet").to_pylist()
    times = sorted(capture["captured_at"] for capture in captures)
    told = package["bma:captures"]
    assert (told["count"], told["shown"]) == (len(captures), sum(row["is_latest"] for row in captures))
    assert told["outcomes"] == dict(sorted(Counter(row["outcome"] for row in captures).items()))
    assert told["sources"] == {"file": len(captures)}
    assert [told["first"], told["last"]] == [f"{times[end]:%Y-%m-%dT%H:%M:%SZ}" for end in (0, -1)]
    sites = {row["site"] for row in captures} - {None}
    assert [source["title"] for source in package["sources"]] == sorted(sites) != []
    assert package["bma:program"] == {
        "name": "bma-progress",
        "version": bma.__version__,
        "parsers": parsers.VERSION,
    }


def test_it_says_on_what_terms_and_claims_no_right_in_the_pages_texts(package: dict[str, Any]) -> None:
    assert "no right in their texts is claimed" in package["bma:licence"]["en"]
    assert "ไม่มีการอ้าง" in package["bma:licence"]["th"]
    assert "licenses" not in package


def test_the_keys_of_the_governments_catalogue_are_filled_or_named_as_to_fill(
    clean: Path, package: dict[str, Any]
) -> None:
    catalogue = package["th_gdc"]
    assert catalogue.keys() >= {
        *("data_type", "title", "owner_org", "maintainer", "maintainer_email", "tag_string", "notes"),
        *("objective", "update_frequency_unit", "update_frequency_interval", "geo_coverage", "data_source"),
        *("data_format", "data_category", "license_id"),
    }
    assert {f"th_gdc.{key}" for key, value in catalogue.items() if value is None} == set(
        package["bma:toFill"]
    )
    years = pq.read_table(clean / "projects.parquet")["fiscal_year_be"].drop_null().to_pylist()
    assert (catalogue["first_year_of_data"], catalogue["last_year_of_data"]) == (min(years), max(years))
    assert package["bma:captures"]["last"].startswith(catalogue["last_updated_date"])


def test_only_marked_tables_are_called_public_data(tmp_path: Path) -> None:
    build_samples(tmp_path)
    with Archive(tmp_path / "raw") as archive:
        build(archive, tmp_path / "marked", parse=parsers.parse, text_filter=redact)
    package = json.loads((tmp_path / "marked" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["th_gdc"]["data_category"] is None  # marks miss some names
    assert "th_gdc.data_category" in package["bma:toFill"]
    assert errors(tmp_path / "marked") == set()


def test_an_empty_archive_has_a_package_too(tmp_path: Path) -> None:
    with Archive(tmp_path / "raw", writable=True):
        pass
    with Archive(tmp_path / "raw") as archive:
        build(archive, tmp_path / "clean", parse=parsers.parse)
    package = json.loads((tmp_path / "clean" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["bma:captures"]["count"] == 0 and package["bma:captures"]["first"] is None
    assert "sources" not in package
    assert errors(tmp_path / "clean") == set()


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load(
        (Path(parsers.__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    )
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == bma.__version__
    assert citation.keys() >= {"message", "title", "authors"}


# What frictionless finds


def test_a_build_is_sound(clean: Path) -> None:
    assert errors(clean) == set()


def duplicate_key(rows: list[dict[str, Any]]) -> None:
    rows[1]["position"] = rows[0]["position"]


def orphan(rows: list[dict[str, Any]]) -> None:
    rows[0]["project_code"] = "99999999-9999"


def no_such_level(rows: list[dict[str, Any]]) -> None:
    rows[0]["level_name"] = "ชั้น"


def no_such_quarter(rows: list[dict[str, Any]]) -> None:
    rows[0]["quarter"] = 5


def no_code(rows: list[dict[str, Any]]) -> None:
    rows[0]["project_code"] = "3137"


def missing(rows: list[dict[str, Any]]) -> None:
    rows[0]["line_first"] = None


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("table", "fault", "kind"),
    [
        ("progress_reports", duplicate_key, "primary-key"),
        ("plan_steps", orphan, "foreign-key"),
        ("strategy_links", no_such_level, "constraint-error"),
        ("indicator_quarters", no_such_quarter, "constraint-error"),
        ("plan_steps", no_code, "constraint-error"),
        ("plan_steps", missing, "constraint-error"),
    ],
)
def test_planted_faults_are_found(
    tmp_path: Path,
    clean: Path,
    form: str,
    table: str,
    fault: Callable[[list[dict[str, Any]]], None],
    kind: str,
) -> None:
    folder = tmp_path / "clean"
    shutil.copytree(clean, folder)
    keep_only(folder, form, {table, "captures", "projects", "indicators"})
    damage(folder / f"{table}.{form}", fault)
    name = table if form == "csv" else f"{table}_parquet"
    assert (name, kind) in errors(folder)


def keep_only(folder: Path, form: str, tables: set[str]) -> None:
    """Leave the resources of some tables and one format in a package, and forget their hashes."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"] = [
        {name: value for name, value in resource.items() if name not in ("bytes", "hash")}
        for resource in package["resources"]
        if resource["format"] == form and resource["name"].removesuffix("_parquet") in tables
    ]
    path.write_text(json.dumps(package), encoding="utf-8")


def damage(path: Path, fault: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the rows of a file in its own format."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        rows = table.to_pylist()
        fault(rows)
        fields = [field.with_nullable(True) for field in table.schema]
        pq.write_table(pa.Table.from_pylist(rows, pa.schema(fields)), path)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    fault(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_changed_csv_file_does_not_pass(tmp_path: Path, clean: Path) -> None:
    folder = tmp_path / "clean"
    shutil.copytree(clean, folder)
    path = folder / "projects.csv"
    path.write_bytes(path.read_bytes().replace(b"2563", b"2564", 1))
    assert ("projects", "hash-count") in errors(folder)
