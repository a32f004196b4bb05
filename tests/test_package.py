"""The Data Package: what it says of the files, and that frictionless finds them sound and planted faults."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
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
from audit.all_checks import CHECKS
from audit.findings import audit_tables
from audit.thresholds import thresholds
from normaliser.build import build
from normaliser.errors import BuildError
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


def test_titles_and_descriptions_are_thai_and_english_for_the_package_its_tables_and_columns(
    package: dict[str, Any],
) -> None:
    schemas = [resource["schema"] for resource in package["resources"]]
    columns = [field for schema in schemas for field in schema["fields"]]
    for each in (package, *package["resources"], *schemas, *columns):
        assert each["title"] and each["description"]
        for text in (each["title_th"], each["description_th"]):
            assert any("\u0e00" <= sign <= "\u0e7f" for sign in text)
        assert each["description_th"] not in (each["title_th"], each["description"])


def test_a_parquet_file_says_itself_what_it_and_its_columns_are_in_both_languages(
    clean: Path, package: dict[str, Any]
) -> None:
    (resource,) = (each for each in package["resources"] if each["name"] == "plan_steps")
    told = pq.read_schema(clean / "plan_steps.parquet")
    for about, metadata in [
        (resource, told.metadata),
        *zip(resource["schema"]["fields"], (field.metadata for field in told), strict=True),
    ]:
        for name in ("description", "description_th", "title_th"):
            assert metadata[name.encode()].decode() == about[name]


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


# The manifest of hashes


def listed(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def check_sums(folder: Path) -> subprocess.CompletedProcess[str]:
    """What `sha256sum` itself says of a folder."""
    line = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})


def test_the_manifest_names_every_file_and_sha256sum_finds_them_whole(clean: Path) -> None:
    assert {*listed(clean), "SHA256SUMS"} == {path.name for path in clean.iterdir()}
    assert list(listed(clean))[-1] == "datapackage.json"
    done = check_sums(clean)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": OK\n") == len(listed(clean))


@pytest.mark.parametrize("name", ["projects.csv", "projects.parquet", "datapackage.json"])
def test_sha256sum_finds_a_file_that_was_changed(tmp_path: Path, clean: Path, name: str) -> None:
    shutil.copytree(clean, tmp_path / "copy")
    path = tmp_path / "copy" / name
    path.write_bytes(path.read_bytes().replace(b"project", b"pr0ject", 1))
    done = check_sums(tmp_path / "copy")
    assert done.returncode == 1
    assert f"{name}: FAILED\n" in done.stdout


def test_an_audit_renews_the_manifest_and_hides_no_change_that_came_between(tmp_path: Path) -> None:
    clean = build_samples(tmp_path)
    before = listed(clean)
    path = clean / "strategy_links.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    audit_tables(clean, clean, list(CHECKS.values()), thresholds(None))
    after = listed(clean)
    added = {f"{name}.{form}" for name in ("findings", "check_results") for form in ("csv", "parquet")}
    assert after.keys() - before.keys() == added
    assert {name for name in before if before[name] != after[name]} == {"datapackage.json"}
    done = check_sums(clean)
    assert [line for line in done.stdout.splitlines() if not line.endswith(": OK")] == [
        "strategy_links.csv: FAILED"
    ]


def test_findings_in_a_folder_of_their_own_have_a_manifest_of_their_own(tmp_path: Path, clean: Path) -> None:
    audit_tables(clean, tmp_path / "found", list(CHECKS.values()), thresholds(None))
    assert {*listed(tmp_path / "found"), "SHA256SUMS"} == {
        path.name for path in (tmp_path / "found").iterdir()
    }
    assert check_sums(tmp_path / "found").returncode == 0


def test_a_build_after_an_audit_and_a_history_lists_what_is_there_and_no_more(tmp_path: Path) -> None:
    clean = build_samples(tmp_path)
    audit_tables(clean, clean, list(CHECKS.values()), thresholds(None))
    with Archive(tmp_path / "raw") as archive:
        build(archive, clean, parse=parsers.parse, history=True)
    for folder in (clean, clean / "history"):
        assert check_sums(folder).returncode == 0
        assert {*listed(folder), "SHA256SUMS"} == {path.name for path in folder.iterdir() if path.is_file()}
    with Archive(tmp_path / "raw") as archive:
        build(archive, clean, parse=parsers.parse)
    assert not (clean / "history").exists()


@pytest.mark.parametrize("damage", ["no hash", "another format", "no resources"])
def test_a_description_that_lacks_a_part_stops_an_audit_with_a_clear_error(
    tmp_path: Path, clean: Path, damage: str
) -> None:
    folder = tmp_path / "clean"
    shutil.copytree(clean, folder)
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    if damage == "no hash":
        del package["resources"][0]["hash"]
    elif damage == "another format":
        package["resources"][0]["format"] = "xlsx"
    else:
        del package["resources"]
    path.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(BuildError, match=r"datapackage.json of the tables is damaged .*bma build"):
        audit_tables(folder, folder, list(CHECKS.values()), thresholds(None))
    assert not (folder / "findings.csv").exists()


# The files


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
