"""All checks: importing the modules that declare them fills the registry."""

from __future__ import annotations

import audit.date_checks
import audit.history_checks
import audit.indicator_checks
import audit.money_checks
import audit.plan_checks
import audit.report_checks
import audit.text_checks  # noqa: F401, importing declares
from audit.check import CHECKS

__all__ = ["CHECKS"]
