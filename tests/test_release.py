"""What is released: a source distribution and a wheel that work where nothing else is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import bma

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution of the files under version control, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("release")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / "source" / name)
    out = folder / "dist"
    out.mkdir()
    build(folder / "source", "build_sdist", out)
    (archive,) = out.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    build(unpacked, "build_wheel", out)
    return out


def build(source: Path, hook: str, out: Path) -> None:
    """Call a hook of the build backend (PEP 517), as pip does, without a network."""
    code = f"from setuptools import build_meta; build_meta.{hook}({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(released: Path) -> Path:
    (wheel,) = released.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel, and of other packages only those that its metadata ask for.

    They are linked from here, since tests have no network.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for package in needed_by(distribution("bma-progress")):
        link(package, packages)
    installed = subprocess.run(
        [
            "uv",
            "pip",
            "install",
            "--quiet",
            "--offline",
            "--no-deps",
            "--python",
            folder / "bin/python",
            wheel,
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert installed.returncode == 0, installed.stderr
    return folder


def needed_by(package: Distribution) -> Iterator[Distribution]:
    """The packages that a package needs, and what those need, without extras; each once."""
    wanted, seen = list(package.requires or ()), set()
    while wanted:
        requirement = Requirement(wanted.pop())
        if requirement.name in seen or (
            requirement.marker and not requirement.marker.evaluate({"extra": ""})
        ):
            continue
        seen.add(requirement.name)
        yield distribution(requirement.name)
        wanted += requires(requirement.name) or ()


def link(package: Distribution, folder: Path) -> None:
    """Link the top-level files and folders of an installed package into another environment."""
    for name in {file.parts[0] for file in package.files or () if file.parts[0] != ".."}:
        if name != "__pycache__":
            (folder / name).symlink_to(Path(str(package.locate_file(name))))


def run(environment: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [environment / "bin" / command[0], *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8"},
    )


def test_the_wheel_has_every_module_and_every_file_that_the_program_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    packages = ("audit", "bma", "normaliser", "parsers", "scraper")
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected <= names
    assert {name.split("/")[0] for name in names} == {*packages, f"bma_progress-{bma.__version__}.dist-info"}


def test_the_wheel_works_in_an_environment_with_its_dependencies_alone(
    environment: Path, tmp_path: Path
) -> None:
    told = run(environment, "bma", "--version", folder=tmp_path)
    assert (told.stdout, told.stderr) == (f"bma, version {bma.__version__}\n", "")
    for command in (
        ("bma", "sample", "--out", "made"),
        ("bma", "build", "--history", "--data", "made"),
        ("bma", "audit", "--data", "made"),
        ("bma", "verify", "--data", "made"),
        ("python", "-c", "import bma; print(bma.latest('50030000-9101', 'made')['projects'])"),
    ):
        done = run(environment, *command, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), command


def test_the_version_stands_in_one_place_and_all_others_follow() -> None:
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+(\.dev[0-9]+)?", bma.__version__)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'version = { attr = "bma.__version__" }' in project
    assert bma.__version__ not in project
