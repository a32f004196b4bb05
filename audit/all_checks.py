"""All checks: importing the modules that declare them fills the registry."""

from __future__ import annotations

import audit.plan_checks
import audit.report_checks  # noqa: F401, importing declares
from audit.check import CHECKS

__all__ = ["CHECKS"]
