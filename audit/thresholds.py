"""The thresholds of checks: the declared ones, and those that a file sets instead.

The file is TOML, a line a check: ``ahead_of_plan = 15``.
"""

from __future__ import annotations

import tomllib
from math import inf
from pathlib import Path

from audit.all_checks import CHECKS
from audit.errors import AuditError


def thresholds(file: Path | None = None) -> dict[str, float]:
    """The threshold of every check that has one; raises AuditError, which names the file and the key."""
    limits = {name: each.threshold.default for name, each in CHECKS.items() if each.threshold}
    return limits if file is None else limits | _set_in(file, limits)


def _set_in(file: Path, limits: dict[str, float]) -> dict[str, float]:
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AuditError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuditError(f"{file} is not TOML: {error}") from error
    return {name: _value(file, name, value, limits) for name, value in entries.items()}


def _value(file: Path, name: str, value: object, limits: dict[str, float]) -> float:
    if name not in CHECKS:
        raise AuditError(f"{file}: no check is named {name}; those with a threshold are {', '.join(limits)}")
    threshold = CHECKS[name].threshold
    if threshold is None:
        raise AuditError(f"{file}: the check {name} has no threshold; those with one are {', '.join(limits)}")
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= threshold.most
        and value != inf
    ):
        return float(value)
    upto = "" if threshold.most == inf else f" to {threshold.most:g}"
    raise AuditError(f"{file}: {name} = {value!r} is not a number from 0{upto} ({threshold.unit.en})")
