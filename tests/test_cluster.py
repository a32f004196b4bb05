"""A build on a real Dask scheduler with two worker processes on 127.0.0.1."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import distributed
import pytest

import parsers
from normaliser.build import build
from normaliser.cluster import Cluster
from normaliser.errors import BuildError
from parsers import redaction
from parsers.page import Page
from scraper.archive import Archive
from scraper.saved import SavedPage, saved_pages
from tests import test_cli
from tests.dask_cluster import scheduler, workers
from tests.test_cli import Run

bma = test_cli.bma

SAMPLES = Path(parsers.__file__).parents[1] / "bma" / "sample_pages"
PAGES = [page for page in saved_pages([SAMPLES]) if isinstance(page, SavedPage)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with scheduler() as address, workers(address, 2, tmp_path_factory.mktemp("workers")):
        yield address


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    with Archive(tmp_path / "data/raw", writable=True) as archive:
        for page in PAGES:
            archive.add(page.capture, page.body)
    return tmp_path / "data/raw"


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def kills_its_worker_once(marker: Path, body: bytes, *, kind: str | None, code: str | None) -> Page:
    with suppress(FileExistsError):
        marker.open("x").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return parsers.parse(body, kind=kind, code=code)


def kills_its_worker(body: bytes, *, kind: str | None, code: str | None) -> Page:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def built_here(raw: Path, out: Path) -> dict[str, bytes]:
    with Archive(raw) as archive:
        build(archive, out, parse=parsers.parse, history=True, text_filter=redaction.redact)
    return files(out)


def test_a_cluster_gives_the_bytes_of_one_process(cluster: str, raw: Path, tmp_path: Path) -> None:
    with Archive(raw) as archive, Cluster(cluster) as run:
        report = build(
            archive,
            tmp_path / "out",
            parse=parsers.parse,
            history=True,
            text_filter=redaction.redact,
            run=run,
        )
    assert (report.pages_read, report.failed) == (len(PAGES), 0)
    assert files(tmp_path / "out") == built_here(raw, tmp_path / "here")


def test_a_worker_killed_in_the_middle_costs_no_rows(raw: Path, tmp_path: Path) -> None:
    parse = partial(kills_its_worker_once, tmp_path / "killed")
    with scheduler() as address, workers(address, 2, tmp_path / "workers"):
        with Archive(raw) as archive, Cluster(address) as run:
            report = build(archive, tmp_path / "out", parse=parse, run=run)
        with distributed.Client(address, set_as_default=False) as client:
            assert len(client.nthreads()) == 1
    assert (tmp_path / "killed").exists()
    assert (report.pages_read, report.failed) == (len(PAGES), 0)
    with Archive(raw) as archive:
        build(archive, tmp_path / "here", parse=parsers.parse)
    assert files(tmp_path / "out") == files(tmp_path / "here")


def test_when_all_workers_are_gone_the_build_ends_and_says_so(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("normaliser.cluster._SECONDS_TO_LOOK", 0.5)
    with (
        scheduler() as address,
        workers(address, 1, tmp_path / "workers"),
        Archive(raw) as archive,
        Cluster(address) as run,
        pytest.raises(BuildError, match=r"has no workers|lost again and again"),
    ):
        build(archive, tmp_path / "out", parse=kills_its_worker, run=run)
    assert not (tmp_path / "out").exists()


def test_the_command_takes_an_address(cluster: str, raw: Path, bma: Run, tmp_path: Path) -> None:
    done = bma("build", "--scheduler", cluster)
    assert done.code == 0
    assert done.last_line.startswith(f"{len(PAGES)} pages read, ")
    assert done.last_line.endswith(" 0 failed")
    assert bma("build", "--scheduler", cluster).out.count("Nothing has changed") == 1


def test_without_workers_nothing_is_waited_for(raw: Path, bma: Run) -> None:
    with scheduler() as address:
        done = bma("build", "--scheduler", address)
    assert done.code == 2
    assert "has no workers" in done.err


def test_without_a_scheduler_the_address_is_named(
    raw: Path, bma: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("normaliser.cluster._SECONDS_TO_CONNECT", 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", "nonsense://127.0.0.1"):
        done = bma("build", "--scheduler", address)
        assert done.code == 2
        assert address in done.err


def test_a_worker_of_another_version_is_refused(
    cluster: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("normaliser.cluster.program", lambda: "another version")
    with (
        Archive(raw) as archive,
        Cluster(cluster) as run,
        pytest.raises(BuildError, match="another version of Python, of bma-progress or of a library"),
    ):
        build(archive, tmp_path / "out", parse=parsers.parse, run=run)


def test_processes_and_a_cluster_at_once_are_refused(bma: Run) -> None:
    done = bma("build", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "--jobs is for the work on this machine" in done.err


def test_without_dask_the_extra_is_named(raw: Path, bma: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = bma("build", "--scheduler", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "pip install 'bma-progress[cluster]'" in done.err
