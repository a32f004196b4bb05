"""How many examples hypothesis tries: BMA_TEST_PROFILE is `ordinary` (the default) or `thorough`."""

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("BMA_TEST_PROFILE", "ordinary")

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ordinary", max_examples=100, derandomize=True, **_COMMON)
settings.register_profile("thorough", max_examples=2_000, **_COMMON)
settings.load_profile(PROFILE)
