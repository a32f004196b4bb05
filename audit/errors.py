"""What may go wrong when tables are audited."""

from __future__ import annotations


class AuditError(Exception):
    """The tables or the thresholds cannot be used; the message says what, where and what to do."""
