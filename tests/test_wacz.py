"""WACZ files: the WARC files in them, taken where their hashes are right, named where anything is amiss.

They are made here as the specification (Web Archive Collection Zipped 1.1.1) has them.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.foreign_records import WarcSource
from scraper.wacz import warcs_in_wacz
from tests import test_cli, test_foreign_warc
from tests.exchanges import code
from tests.test_cli import Run
from tests.test_foreign_warc import BODY, read, response, revisit, written

run = test_cli.bma  # the fixtures
collected = test_foreign_warc.collected
pytestmark = test_foreign_warc.pytestmark

INDEX = b'{"offset": 0}\n'
PAGES = b'{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}\n'


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def warc(folder: Path, *records: Any, packed: str = "each") -> bytes:
    """The bytes of a WARC file."""
    return written(folder / "made.warc.gz", records, packed).read_bytes()


def package(warcs: dict[str, bytes], **changes: Any) -> dict[str, bytes]:
    """The files of a WACZ; ``changes`` are properties of datapackage.json."""
    files = {f"archive/{name}": data for name, data in warcs.items()}
    files |= {"indexes/index.cdx": INDEX, "pages/pages.jsonl": PAGES}
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": sha256(data), "bytes": len(data)}
        for name, data in files.items()
    ]
    properties = {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources} | changes
    files["datapackage.json"] = json.dumps(properties).encode()
    digest = {"path": "datapackage.json", "hash": sha256(files["datapackage.json"])}
    files["datapackage-digest.json"] = json.dumps(digest).encode()
    return files


def zipped(path: Path, files: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def reasons(path: Path) -> dict[str, str]:
    """What is said of what, by the path within the WACZ."""
    return {item.path.removeprefix(str(path)): item.reason for item in read(path)[1]}


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("packed", ["each", "whole", "plain"])
def test_pages_come_out_of_the_warc_files_in_it(tmp_path: Path, packing: int, packed: str) -> None:
    names = {"a.warc.gz": [1, 2], "b.warc.gz": [3]}
    warcs = {
        name: warc(tmp_path, *(response(number, BODY + bytes([number])) for number in numbers), packed=packed)
        for name, numbers in names.items()
    }
    path = zipped(tmp_path / "crawl.wacz", package(warcs), packing)
    pages, unreadable, _ = read(path)
    assert unreadable == []
    assert [page.body for page in pages] == [BODY + bytes([number]) for number in (1, 2, 3)]
    assert pages[2].capture.file_name == "crawl.wacz"
    assert pages[2].path == f"{path}/archive/b.warc.gz, record 2"


def test_a_revisit_is_resolved_across_the_warc_files_of_several_waczs(tmp_path: Path) -> None:
    first = response(1)
    again = warc(tmp_path, revisit(1, first, "2022-01-01T00:00:00Z", by="date"))
    later = warc(tmp_path, revisit(1, first, "2023-01-01T00:00:00Z", by="digest"))
    one = zipped(tmp_path / "one.wacz", package({"a.warc.gz": again, "b.warc.gz": warc(tmp_path, first)}))
    two = zipped(tmp_path / "two.wacz", package({"a.warc.gz": later}))
    pages, unreadable, _ = read(two, one)
    assert unreadable == []
    assert sorted(page.capture.captured_at.year for page in pages) == [2021, 2022, 2023]
    assert {page.body for page in pages} == {BODY}


@pytest.mark.parametrize("change", ["hash", "bytes"])
def test_a_warc_file_that_is_not_the_one_that_was_packed_is_named_and_not_taken(
    tmp_path: Path, change: str
) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1)), "b.warc.gz": warc(tmp_path, response(2))})
    other = warc(tmp_path, response(3, BODY + b" " * (change == "bytes")))
    path = zipped(tmp_path / "x.wacz", files | {"archive/a.warc.gz": other})
    pages, (fault,), _ = read(path)
    assert fault.path == f"{path}/archive/a.warc.gz"
    assert "changed or damaged since it was packed" in fault.reason
    assert [page.capture.page_code for page in pages] == [code(2)]


def test_a_list_that_is_not_the_one_that_its_digest_was_made_of_vouches_for_nothing(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1))})
    changed = package({"a.warc.gz": warc(tmp_path, response(2))})
    for name in ("datapackage.json", "archive/a.warc.gz"):
        files[name] = changed[name]
    path = zipped(tmp_path / "x.wacz", files)
    pages, (fault,), _ = read(path)
    assert pages == []
    assert "is not the one that datapackage-digest.json was made of; nothing of it was taken" in fault.reason


def test_a_wrong_hash_of_an_index_is_named_and_the_pages_are_taken(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1))}) | {"indexes/index.cdx": INDEX + b"\n"}
    path = zipped(tmp_path / "x.wacz", files)
    assert list(reasons(path)) == ["/indexes/index.cdx"]
    assert len(read(path)[0]) == 1


def test_a_warc_file_that_was_added_later_is_not_taken(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1))})
    files["archive/b.warc.gz"] = warc(tmp_path, response(2))
    path = zipped(tmp_path / "x.wacz", files)
    assert "datapackage.json does not list it" in reasons(path)["/archive/b.warc.gz"]
    assert [page.capture.page_code for page in read(path)[0]] == [code(1)]


def test_what_is_listed_and_is_not_there_is_named(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1)), "b.warc.gz": b"x"})
    del files["archive/b.warc.gz"]
    path = zipped(tmp_path / "x.wacz", files)
    assert reasons(path) == {"/archive/b.warc.gz": "it is listed in datapackage.json and is not there"}
    assert len(read(path)[0]) == 1


def test_without_a_list_or_a_hash_that_is_known_the_pages_are_taken_and_it_is_said(tmp_path: Path) -> None:
    data = warc(tmp_path, response(1))
    bare = zipped(tmp_path / "bare.wacz", {"archive/a.warc.gz": data})
    assert "it is missing, so that nothing proves" in reasons(bare)["/datapackage.json"]
    resources: list[list[dict[str, object]]] = [
        [{"path": "archive/a.warc.gz", "hash": "blake3:00"}],
        [{"path": "archive/a.warc.gz"}],
    ]
    for number, listed in enumerate(resources):
        path = zipped(tmp_path / f"{number}.wacz", package({"a.warc.gz": data}, resources=listed))
        assert "so that nothing proves" in reasons(path)["/archive/a.warc.gz"]
        assert len(read(path)[0]) == len(read(bare)[0]) == 1


def test_a_hash_without_its_kind_is_md5_as_data_packages_have_it(tmp_path: Path) -> None:
    data = warc(tmp_path, response(1))
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    resources = [{"path": "archive/a.warc.gz", "hash": md5}]
    path = zipped(tmp_path / "x.wacz", package({"a.warc.gz": data}, resources=resources))
    assert (len(read(path)[0]), read(path)[1]) == (1, [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "datapackage.json is not JSON"),
        (b"[" * 100_000, "datapackage.json is not JSON"),
        (b"[]", "has no list of resources"),
        (b'{"resources": [3]}', "lists something without a path"),
        (b'{"resources": [{"path": ["a", "b"]}]}', "lists something without a path"),
    ],
)
def test_a_list_that_cannot_be_read_vouches_for_nothing(tmp_path: Path, data: bytes, reason: str) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1))}) | {"datapackage.json": data}
    del files["datapackage-digest.json"]
    pages, (fault,), _ = read(zipped(tmp_path / "x.wacz", files))
    assert pages == []
    assert reason in fault.reason


def test_what_is_no_zip_or_holds_no_warc_file_is_named(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "x.wacz", package({"a.warc.gz": warc(tmp_path, response(1))})).read_bytes()
    path = tmp_path / "y.wacz"
    for data in (b"", b"<html>", whole[:-30], whole[: len(whole) // 2]):
        path.write_bytes(data)
        assert "no zip that can be read" in reasons(path)[""]
    assert reasons(tmp_path / "missing.wacz") == {"": "No such file or directory"}
    (tmp_path / "folder.wacz").mkdir()
    assert reasons(tmp_path / "folder.wacz") == {"": "Is a directory"}
    assert reasons(zipped(path, package({}))) == {"": "it holds no WARC file"}


def test_a_zip_damaged_anywhere_gives_no_page_that_was_not_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.wacz", package({"a.warc.gz": warc(tmp_path, response(1))}))
    data = path.read_bytes()
    for place in range(0, len(data), 97):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        pages, unreadable, _ = read(path)
        assert unreadable or [page.body for page in pages] == [BODY]
        assert all(page.body == BODY for page in pages)


def patched(path: Path, place: int, value: bytes) -> None:
    """Bytes of each entry of a zip's directory set, counted from the entry's mark."""
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + place : at + place + len(value)] = value
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (8, b"\x01\x00", "encrypted"),
        (10, struct.pack("<H", 12), "uncommon way"),
        (42, b"\x07", "damaged in the zip"),
    ],
)
def test_members_that_cannot_be_read_are_named(tmp_path: Path, place: int, value: bytes, reason: str) -> None:
    path = zipped(tmp_path / "x.wacz", {"archive/a.warc.gz": warc(tmp_path, response(1))})
    patched(path, place, value)
    assert reason in reasons(path)["/archive/a.warc.gz"]


def test_a_bomb_is_named_before_it_unfolds(tmp_path: Path) -> None:
    files = {"archive/a.warc": bytes(30_000_000), "archive/b.warc.gz": warc(tmp_path, response(1))}
    path = zipped(tmp_path / "x.wacz", files, zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    pages, unreadable, _ = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "it is a bomb" in {item.path: item.reason for item in unreadable}[f"{path}/archive/a.warc"]
    assert len(pages) == 1
    assert peak < 5_000_000


def test_members_that_overlap_are_a_bomb(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.wacz", {"archive/a.warc": bytes(1000), "archive/b.warc": bytes(1000)})
    patched(path, 20, struct.pack("<II", 2000, 2000))
    assert reasons(path) == {"": "its members overlap: it is a zip bomb, or damaged"}


def test_a_size_that_lies_beyond_the_file_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.wacz", {"archive/a.warc": bytes(1000)})
    patched(path, 20, struct.pack("<II", 1050, 1050))
    data = path.read_bytes()
    place = data.index(b"PK\x01\x02")
    assert len(data) > place  # the directory itself lies within the size that is claimed
    (found,) = (item for item in reasons(path).items() if item[0] == "/archive/a.warc")
    assert "damaged" in found[1]


def test_no_name_in_a_zip_names_a_file_or_reaches_a_terminal(tmp_path: Path) -> None:
    data = warc(tmp_path, response(1))
    inside = tmp_path / "inside"
    inside.mkdir()
    names = ["../../evil.warc.gz", "/etc/evil.warc.gz", "archive/\x1b[31m.warc.gz", "C:\\evil.warc.gz"]
    path = zipped(inside / "x.wacz", dict.fromkeys(names, data))
    pages, unreadable, _ = read(path)
    assert [(item.path, item.reason) for item in unreadable if ".." in item.path] == [
        (f"{path}/../../evil.warc.gz", "its name leads out of the zip; it was not taken")
    ]
    assert len(pages) == len(names) - 1
    assert {page.capture.file_name for page in pages} == {"x.wacz"}
    assert not any("\x1b" in item.path for item in [*pages, *unreadable])
    assert [found.name for found in inside.iterdir()] == ["x.wacz"]
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_name_that_stands_twice_is_not_taken(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1)), "b.warc.gz": warc(tmp_path, response(2))})
    path = zipped(tmp_path / "x.wacz", files)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/a.warc.gz", warc(tmp_path, response(3)))
    assert "it is in the zip 2 times" in reasons(path)["/archive/a.warc.gz"]
    assert [page.capture.page_code for page in read(path)[0]] == [code(2)]


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1))}) | {"__MACOSX/archive/._a.warc.gz": b"x"}
    assert reasons(zipped(tmp_path / "x.wacz", files)) == {}


def test_the_waczs_in_a_multi_wacz_are_read_and_those_elsewhere_are_named(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.wacz", package({"a.warc.gz": warc(tmp_path, response(1))})).read_bytes()
    resources = [
        {"name": "inner", "path": "inner.wacz", "hash": sha256(inner), "bytes": len(inner)},
        {"name": "elsewhere", "path": "https://example.org/other.wacz"},
    ]
    listed = {"profile": "multi-wacz", "resources": resources}
    files = {"inner.wacz": inner, "datapackage.json": json.dumps(listed).encode()}
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = zipped(tmp_path / "outer.wacz", files, packing)
        pages, (fault,), _ = read(path)
        assert pages[0].path == f"{path}/inner.wacz/archive/a.warc.gz, record 2"
        assert (fault.path, "lies elsewhere; get it" in fault.reason) == (
            "https://example.org/other.wacz",
            True,
        )
    deep = zipped(tmp_path / "deep.wacz", {"outer.wacz": path.read_bytes()})
    assert "unpack it and import it alone" in reasons(deep)["/outer.wacz/inner.wacz"]


def test_a_stored_warc_file_is_read_where_it_lies_in_flat_memory(tmp_path: Path) -> None:
    many = [response(number, hashlib.shake_128(bytes([number])).digest(400_000)) for number in range(60)]
    data = warc(tmp_path, *many)
    path = zipped(tmp_path / "x.wacz", package({"a.warc.gz": data}))
    del many

    def sizes() -> Iterator[int]:
        for source in warcs_in_wacz(path):
            assert isinstance(source, WarcSource)
            with source.open() as file:
                assert file.seek(0, io.SEEK_END) == len(data)
                file.seek(len(data) // 2)
                yield len(file.read(1000))

    tracemalloc.start()
    assert list(sizes()) == [1000]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(data) > 20_000_000
    assert peak < 3_000_000


# The command


def test_import_takes_waczs_and_folders_of_them_with_their_outcomes(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "crawls"
    folder.mkdir()
    zipped(folder / "crawl.wacz", package({"a.warc.gz": warc(tmp_path, response(1))}))
    assert run("import", "crawls").last_line.startswith("1 pages imported, 0 already held, 0 not readable")
    again = run("import", "crawls/crawl.wacz")
    assert again.last_line.startswith("0 pages imported, 1 already held, 0 not readable")
    assert "(not read yet)" not in run("status").out


def test_import_says_what_is_amiss_and_takes_the_rest(run: Run, tmp_path: Path) -> None:
    files = package({"a.warc.gz": warc(tmp_path, response(1)), "b.warc.gz": warc(tmp_path, response(2))})
    files["archive/a.warc.gz"] = b"another"
    zipped(tmp_path / "x.wacz", files)
    result = run("import", "x.wacz")
    assert result.code == 1
    assert "x.wacz/archive/a.warc.gz: it has 7 bytes and not" in result.err
    assert result.last_line.startswith("1 pages imported, 0 already held, 1 not readable")
