"""What all tests share: how many examples hypothesis tries, and one web archive for the whole session.

BMA_TEST_PROFILE is `ordinary` (the default) or `thorough`. With BMA_REQUIRE_PYWB the tests that need pywb
fail where it is not installed; else they are skipped.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.gateway import Gateway, gateway
from tests.web_archive import IS_INSTALLED, make_collections, pywb

PROFILE = os.environ.get("BMA_TEST_PROFILE", "ordinary")

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", max_examples=100, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=2_000, **_COMMON)
settings.load_profile(PROFILE)


@pytest.fixture(scope="session")
def running_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """pywb with its collections, and the gateway before it."""
    if not IS_INSTALLED:
        refuse = pytest.fail if os.environ.get("BMA_REQUIRE_PYWB") else pytest.skip
        refuse("pywb is not installed: `make pywb` does it")
    folder = tmp_path_factory.mktemp("archive")
    make_collections(folder)
    with pywb(folder) as behind, gateway(behind, folder / "commoncrawl") as server:
        yield server


@pytest.fixture
def web_archive(running_archive: Gateway) -> Gateway:
    """The web archive, without faults, and not asked for anything yet."""
    running_archive.calm()
    return running_archive
