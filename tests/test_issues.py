"""Every kind of issue is declared once, used, explained, and documented as declared."""

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from parsers import issues
from parsers.columns import SEVERITIES
from parsers.issues import ISSUE_TYPES, QUOTE_LIMIT, IssueType

ROOT = Path(__file__).parent.parent
EACH = pytest.mark.parametrize("kind", ISSUE_TYPES.values(), ids=list(ISSUE_TYPES))
NAMES = {value.code: name for name, value in vars(issues).items() if isinstance(value, IssueType)}


def placeholders(kind: IssueType) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(kind.message) if name is not None}


def sources() -> dict[Path, str]:
    """The program's modules but the declarations themselves."""
    found = [path for room in ("parsers", "normaliser", "bma") for path in sorted((ROOT / room).glob("*.py"))]
    return {path: path.read_text("utf-8") for path in found if path != ROOT / "parsers" / "issues.py"}


def calls(name: str) -> list[str]:
    """What stands between the parentheses of each call that is given the issue type of this name."""
    found = []
    for text in sources().values():
        for match in re.finditer(rf"issue\(\s*issues\.{name}\b", text):
            depth, end = 1, match.end()
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            found.append(text[match.end() : end - 1])
    return found


# --- the reference


def test_the_reference_is_the_declarations():
    assert (ROOT / "docs" / "issues.md").read_text("utf-8") == issues.reference(), "run `make docs-generated`"


def test_the_reference_is_printed_by_its_module():
    printed = subprocess.run(
        [sys.executable, "-W", "error", "-m", "parsers.issues"], cwd=ROOT, capture_output=True, check=True
    )
    assert printed.stdout.decode("utf-8") == issues.reference()


@EACH
def test_the_reference_explains_each_kind_in_order(kind):
    reference = issues.reference()
    heading = f"\n## `{kind.code}` ({kind.severity})\n"
    assert reference.count(heading) == 1
    entry = reference.partition(heading)[2].partition("\n## ")[0]
    assert kind.message in entry
    assert kind.meaning in entry
    assert kind.advice in entry
    assert re.findall(r"^## `(\w+)`", reference, re.MULTILINE) == list(ISSUE_TYPES)


# --- the declarations


@EACH
def test_a_kind_is_well_declared(kind):
    assert ISSUE_TYPES[kind.code] is kind
    assert re.fullmatch("[a-z]+(_[a-z]+)*", kind.code)
    assert NAMES[kind.code] == kind.code.upper()
    assert kind.severity in SEVERITIES
    assert kind.meaning.endswith(".")
    assert kind.advice.endswith(".")
    assert not kind.message.endswith(".")


def test_no_two_kinds_share_a_code_or_a_message():
    assert len(NAMES) == len(ISSUE_TYPES)
    assert len({kind.message for kind in ISSUE_TYPES.values()}) == len(ISSUE_TYPES)


@EACH
def test_a_kind_is_used(kind):
    name = NAMES[kind.code]
    assert [path.name for path, text in sources().items() if re.search(rf"\b{name}\b", text)], name


@EACH
def test_every_use_gives_the_details_of_the_message(kind):
    """`field` may be given by place: it is the third argument of `Walk.issue`."""
    for arguments in calls(NAMES[kind.code]):
        for name in placeholders(kind) - {"field"}:
            assert re.search(rf"\b{name}=|\*\*", arguments), (kind.code, name, arguments)


# --- issues


@EACH
def test_a_message_is_filled_with_its_details(kind):
    details = {name: f"<{name}>" for name in placeholders(kind) - {"field"}}
    found = issues.issue(kind, line=7, field="projects.name", text="ก", **details)
    assert (found.code, found.severity, found.line) == (kind.code, kind.severity, 7)
    assert (found.field, found.text) == ("projects.name", "ก")
    assert "{" not in found.message
    assert all(detail in found.message for detail in details.values())


@EACH
def test_a_detail_that_is_lacking_is_no_message_with_a_hole(kind):
    for name in placeholders(kind) - {"field"}:
        given = dict.fromkeys(placeholders(kind) - {"field", name}, "x")
        with pytest.raises(KeyError):
            issues.issue(kind, **{"other": "x", **given})


def test_what_a_page_says_is_not_taken_for_a_format():
    found = issues.issue(issues.UNKNOWN_WORD, text="{x}", value="{0} {field} {")
    assert (found.text, found.message) == ("{x}", "not one of the words known here: {0} {field} {")


def test_an_issue_of_the_whole_page_has_no_line():
    found = issues.issue(issues.EMPTY_BODY)
    assert (found.line, found.field, found.text) == (None, None, None)
    assert found.message == issues.EMPTY_BODY.message


@pytest.mark.parametrize("length", [1, QUOTE_LIMIT - 1, QUOTE_LIMIT])
def test_a_line_is_quoted_whole_up_to_the_limit(length):
    assert issues.issue(issues.UNPARSED_TEXT, line=1, text="ก" * length).text == "ก" * length


def test_a_longer_line_is_quoted_up_to_the_limit():
    found = issues.issue(issues.UNPARSED_TEXT, line=1, text="ก" * QUOTE_LIMIT + "ขค")
    assert found.text == "ก" * QUOTE_LIMIT + "…"


def test_a_long_value_in_a_message_is_cut_as_well():
    found = issues.issue(issues.UNKNOWN_WORD, line=1, text="ก", value="ก" * 100_000)
    assert len(found.message) < 2 * QUOTE_LIMIT
