"""``docs/checks.md``: every check, from the same declarations as the findings.

``python -m audit.reference`` writes it.
"""

from __future__ import annotations

from pathlib import Path

from audit.all_checks import CHECKS
from audit.check import Check
from audit.plan import WEIGHT_TOLERANCE
from audit.reasons import REASONS

PATH = Path(__file__).parent.parent / "docs" / "checks.md"

_HEAD = f"""\
# Checks

Generated from the checks in `audit/`; `python -m audit.reference` writes it.

`bma audit` reads the tables and writes two more: `findings`, a row for each thing that does not add up, with
the capture and the lines that show it, and `check_results`, a row for each check and page: `found`, `passed`
or `not_checked` with the reason. A page passes only where all of it could be judged; where something is
missing it is `not_checked`, whatever else is fine.

Severities: `error`, it cannot be as it stands; `warning`, ask about it; `info`, worth knowing. No finding
says that anybody did wrong: each says what the page says, and each check below says what that does not prove.

ระดับความสำคัญ: `error` เป็นไปไม่ได้ตามที่แสดง, `warning` ควรสอบถาม, `info` ควรทราบ ข้อตรวจพบบอกเพียงว่าหน้าเว็บแสดงอะไร
ไม่ได้กล่าวหาผู้ใด และแต่ละการตรวจระบุไว้ว่าสิ่งใดที่ยังพิสูจน์ไม่ได้ หน้าที่ตรวจไม่ได้จะไม่ถือว่าผ่าน

Thresholds can be set in a TOML file, a line a check, given as `--thresholds FILE`:

```toml
ahead_of_plan = 15
no_report_for_long = 120
```

Days are those of Bangkok, fiscal years run from 1 October to 30 September, and of each page its newest full
capture is judged (`is_latest`).

**The planned percent** of a day is the sum over the steps of a plan of each one's weight times the share of
its days that has passed; the first day, the last day and the day itself count. It assumes that the work of a
step is spread evenly over its days. It is not computed where a weight or day is missing, a step ends before
it starts, or the weights miss 100 by more than {WEIGHT_TOLERANCE:g} points; weights are never scaled.

**The similarity** of two narratives is the number of runs of three Thai words (pythainlp, `newmm`) that both
have, divided by the number that either has: 1 is the same wording. Blanks, ways of typing and kinds of digits
do not count. Texts are looked for by sketches of their characters; pairs that overlap by less than half are
not compared, so thresholds below 0.5 find no more.

| check | severity | threshold | pages | title |
|---|---|---|---|---|
"""


def reference() -> str:
    """The text of the reference."""
    checks = [CHECKS[name] for name in sorted(CHECKS)]
    return _HEAD + "".join(map(_row, checks)) + "".join(map(_section, checks))


def _row(check: Check) -> str:
    name = f"[`{check.name}`](#{check.name})"
    kinds = ", ".join(check.kinds)
    return f"| {name} | {check.severity} | {_limit(check)} | {kinds} | {check.title.th}, {check.title.en} |\n"


def _limit(check: Check) -> str:
    return f"{check.threshold.default:g} {check.threshold.unit.en}" if check.threshold else ""


def _section(check: Check) -> str:
    limit = ""
    if check.threshold:
        limit = f"- Threshold: {_limit(check)} (เกณฑ์ {check.threshold.default:g} {check.threshold.unit.th})\n"
    reasons = [REASONS[name] for name in ("no_capture", *check.reasons)]
    return (
        f"\n## `{check.name}`\n\n"
        f"{check.title.en} · {check.title.th} ({check.severity})\n\n"
        f"{check.meaning.en}\n\n{check.meaning.th}\n\n"
        f"- Does not prove: {_small(check.not_proof.en)}\n- ไม่ได้พิสูจน์: {check.not_proof.th}\n{limit}"
        f"- Not checked where {'; '.join(reason.en for reason in reasons)}\n"
        f"- ไม่ได้ตรวจเมื่อ {' / '.join(reason.th for reason in reasons)}\n"
    )


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def main() -> None:
    """Write the reference to its place in the repository."""
    PATH.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
