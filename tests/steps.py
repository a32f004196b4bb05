"""How much work something is, counted and not timed: the same on every machine, however busy."""

import sys
from collections.abc import Callable
from types import FrameType


def steps_of(action: Callable[[], object]) -> int:
    """How many instructions of Python an action takes; work within C, as of a pattern, counts as one."""
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> Callable[..., object]:
        nonlocal steps
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        action()
    finally:
        sys.settrace(before)
    return steps
