"""Every kind of parse issue: its code, severity, what it means and what a reader should do.

An issue type is its own documentation; ``docs/issues.md`` is generated from `ISSUE_TYPES`
(``python -m parsers.issues`` prints it), and messages are its title with the details of the case.
"""

from __future__ import annotations

from typing import NamedTuple

from parsers.records import ParseIssue

QUOTE_LIMIT = 300
"""Characters of a line that an issue quotes; the line number leads to the rest."""


class IssueType(NamedTuple):
    """One kind of issue; ``message`` is a format string over the details of a case."""

    code: str
    severity: str
    message: str
    meaning: str
    advice: str


ISSUE_TYPES: dict[str, IssueType] = {}
"""The issue types by code, in the order of the reference."""


def _declare(code: str, severity: str, message: str, meaning: str, advice: str) -> IssueType:
    kind = IssueType(code, severity, message, meaning, advice)
    ISSUE_TYPES[code] = kind
    return kind


def issue(
    kind: IssueType,
    *,
    line: int | None = None,
    field: str | None = None,
    text: str | None = None,
    **details: object,
) -> ParseIssue:
    """Make an issue of a kind; its number and page are filled in when the page is complete.

    line is 1-based; field is ``table.column``; text is the line as printed; field and details fill the kind's
    message. What is quoted of a page is cut at `QUOTE_LIMIT`.
    """
    details = {name: _cut(detail) if isinstance(detail, str) else detail for name, detail in details.items()}
    return ParseIssue(
        issue_number=0,
        page_kind="unknown",
        code=kind.code,
        severity=kind.severity,
        line=line,
        field=field,
        text=None if text is None else _cut(text),
        message=kind.message.format(field=field, **details) if field or details else kind.message,
    )


def _cut(text: str) -> str:
    return text if len(text) <= QUOTE_LIMIT else text[:QUOTE_LIMIT] + "…"


# Bytes and text
EMPTY_BODY = _declare(
    "empty_body",
    "error",
    "the page holds no text",
    "The body has no bytes, or nothing that a person would see.",
    "Save or fetch the page again.",
)
BINARY_BODY = _declare(
    "binary_body",
    "error",
    "the body is not text: {reason}",
    "The bytes are no text in any encoding that the system uses: an image, an archive, a damaged file.",
    "Check what was saved; the bytes are kept in the archive as they are.",
)
UNDECODABLE_BYTES = _declare(
    "undecodable_bytes",
    "warning",
    "{count} character(s) could not be decoded as {encoding} and stand as U+FFFD, first on this line",
    "Some bytes fit neither the page's encoding nor the Thai one, as in a page cut in mid-character.",
    "Do not rely on the words around U+FFFD; look for another capture.",
)
TRUNCATED = _declare(
    "truncated",
    "error",
    "the page ends before its last heading: {reason}",
    "The copy was cut: neither the end of the HTML nor the heading that closes every page is there.",
    "Use another capture; a truncated one is never shown in the main tables.",
)
TOO_MANY_LINES = _declare(
    "too_many_lines",
    "error",
    "the page has {count} lines, more than the {most} that are read of one",
    "No page of the system is so long: files were joined, or somebody made it to fill the memory.",
    "Look at the file; if it is several pages, save them one by one.",
)
# Which page it is
UNKNOWN_PAGE = _declare(
    "unknown_page",
    "error",
    "not a page that this program reads: {looks_like}",
    "The text is none of the known kinds: a portal, an error page, a login page, a stranger.",
    "Check the address. If it is a BMA page of a new form, report it with the capture.",
)
EMPTY_RECORD = _declare(
    "empty_record",
    "error",
    "a page with the labels of kind {empty}, and no values",
    "The site answers unknown codes with an empty page. It is no page of its kind and gives no rows.",
    "Check the code.",
)
WRONG_PAGE = _declare(
    "wrong_page",
    "error",
    "the page prints {printed}, but {expected} was asked for",
    "The address or the sidecar names another page than the bytes.",
    "Nothing of it is shown in the main tables. Correct the sidecar, or fetch the page again.",
)
PAGE_CODE_UNKNOWN = _declare(
    "page_code_unknown",
    "error",
    "neither the page nor its address or file name tells its code",
    "Without a code the rows of a page cannot be keyed, so it has none.",
    "Import it again with --url, with a sidecar that has the url, or under a name that holds the code.",
)
CODE_UNREADABLE = _declare(
    "code_unreadable",
    "warning",
    "no code can be read where the page prints its own; {code} is taken from elsewhere",
    "The line is damaged or missing; the code comes from another line of the page or from its address.",
    "Compare the code with the page.",
)
CODE_MISMATCH = _declare(
    "code_mismatch",
    "warning",
    "the line names {printed} on the page of {expected}",
    "Lines that repeat the page's code disagree with it.",
    "Look whether the page is a mixture of two.",
)
SECOND_PAGE = _declare(
    "second_page",
    "error",
    "a second page begins here; only the first is read",
    "The title of a page stands twice: two pages were saved into one file, or one was pasted twice.",
    "Save the pages one by one.",
)
# Lines and headings
UNPARSED_TEXT = _declare(
    "unparsed_text",
    "warning",
    "no rule reads this line",
    "The line is no known label and belongs to no record where it stands.",
    "Read the line; if many pages have it, report the form.",
)
UNASSIGNED_TEXT = _declare(
    "unassigned_text",
    "info",
    "a paragraph that the reduced copy does not label",
    "Reduced copies have lost their headings; what a paragraph is cannot be proved.",
    "Use a full capture where there is one.",
)
MISSING_HEADING = _declare(
    "missing_heading",
    "warning",
    "the heading {label} is missing",
    "Full pages print all headings; where one is gone, the text under it may stand elsewhere or be lost.",
    "Compare the sections around it with the page.",
)
MISPLACED_HEADING = _declare(
    "misplaced_heading",
    "warning",
    "the heading {label} stands twice or out of order",
    "A heading comes again, or after one that it should precede; the line is not read as a heading.",
    "Compare the sections around it with the page.",
)
OPEN_END = _declare(
    "open_end",
    "warning",
    "nothing shows where the text under {label} ends",
    "The next heading is missing or stands too low, and the later paragraphs may be another section's.",
    "Read the lines, which are quoted as unparsed; the value is null.",
)
SEVERAL_PARAGRAPHS = _declare(
    "several_paragraphs",
    "info",
    "{count} lines stand under {label}, where known pages have one",
    "They are read as one text. On a damaged page one of them may be a neighbour's that has moved.",
    "Compare the text with the page if the wording matters.",
)
MISSING_LABEL = _declare(
    "missing_label",
    "warning",
    "the line {label} is missing",
    "A line that every record of this kind has is not there; its value is null.",
    "Compare the record with the page.",
)
MISSING_MARK = _declare(
    "missing_mark",
    "warning",
    "the line lacks {mark}",
    "A mark that stands in this line on all known pages is not there; the line is read without it.",
    "Compare the value with the page: a sign next to it may belong to the mark.",
)
EMPTY_VALUE = _declare(
    "empty_value",
    "info",
    "{field} has no value",
    "The label or the place of the value is there, with nothing behind it.",
    "Nothing: the value is null because the page gives none.",
)
# Values
UNREADABLE_VALUE = _declare(
    "unreadable_value",
    "warning",
    "cannot be read as {expected}: {value}",
    "A value is printed that has none of the known forms; it is null in the table.",
    "Read the line; the value is quoted in it.",
)
VALUES_DISAGREE = _declare(
    "values_disagree",
    "warning",
    "the page gives {first} and {second} for the same value",
    "The page prints one value in two places, and differently; it is null in the table.",
    "Read both lines.",
)
PERCENT_OUT_OF_RANGE = _declare(
    "percent_out_of_range",
    "warning",
    "{value} is outside 0 to 100 percent",
    "The page prints such a percent; it is kept as printed.",
    "Treat it as an error of the page.",
)
DATES_DIFFER = _declare(
    "dates_differ",
    "info",
    "the heading says {heading}, the narrative {narrative}",
    "The date in an entry's heading and the one that opens its narrative differ; both are kept.",
    "Decide which to use; the tables have both.",
)
NUMBERING = _declare(
    "numbering",
    "warning",
    "expected number {expected}, found {found}",
    "Printed numbers repeat, are missing or stand out of order; rows are keyed by position.",
    "An entry may be missing or doubled: compare with the page.",
)
MISSING_SEPARATOR = _declare(
    "missing_separator",
    "warning",
    "the entry does not end with the &&& rule",
    "Each progress entry ends with a rule of dashes around &&&; without it two entries may run together.",
    "Compare the entry with the page.",
)
SEVERAL_CONTACT_LINES = _declare(
    "several_contact_lines",
    "info",
    "{count} lines stand where the contact line is expected",
    "They are read as one contact and quoted nowhere.",
    "Nothing, unless the contact's unit matters.",
)
UNKNOWN_WORD = _declare(
    "unknown_word",
    "warning",
    "not one of the words known here: {value}",
    "The place holds one of a few words on all known pages; this one is new and kept as printed.",
    "Look whether it is a misprint; if many pages have it, report the form.",
)
REPEATED_LINE = _declare(
    "repeated_line",
    "warning",
    "the line stands twice in a row",
    "A long line is printed twice; both are read as they stand.",
    "Compare the text with the page.",
)
QUARTER_CELLS = _declare(
    "quarter_cells",
    "warning",
    "a row of the quarter table has {count} cells before its pair instead of 3",
    "A cell is missing or too many, so nothing proves which number is the result and which the score.",
    "Read the row on the page; its result and score are null.",
)
QUARTER_HEADER = _declare(
    "quarter_header",
    "warning",
    "the header of the quarter table has {count} known cells, and should have 6 in their order",
    "A cell of the header is missing, doubled or new; where the known ones stand in another order, nothing "
    "tells which number of a row is which, and result and score are null.",
    "Compare the columns with the page.",
)
STRATEGY_ORDER = _declare(
    "strategy_order",
    "warning",
    "the number {number} does not fit level {level} or the line above it",
    "Each line's number should have one part more than, and begin with, that of the line above.",
    "Compare the strategy lines with the page.",
)
OTHER_AGENCY = _declare(
    "other_agency",
    "info",
    "indicator {indicator} on a page of agency {agency}",
    "An indicator's code begins with the first four digits of its agency's code; these are another's.",
    "Look whether the project shares the indicator, or the page is a mixture of two.",
)
# What the archive and the build add
FILE_TIME = _declare(
    "file_time",
    "info",
    "the capture time is the file's own",
    "Nothing but the file system says when the page looked like this, and copying a file may change that.",
    "Give --captured-at or a sidecar if you know better.",
)
KEY_FAULT = _declare(
    "key_fault",
    "error",
    "rows of this page are dropped: {reason}",
    "Two rows have the same key, a row names a parent or a page that is not there, or a value does not fit.",
    "Report the capture: this is a fault of the program or a very odd page.",
)
READER_FAILED = _declare(
    "reader_failed",
    "error",
    "the page could not be read: {reason}",
    "The program failed on this page and went on with the next.",
    "Report the capture: this is a fault of the program.",
)
ARCHIVE_DAMAGED = _declare(
    "archive_damaged",
    "error",
    "the stored bytes could not be read: {reason}",
    "The archive does not hold what was stored.",
    "Restore the WARC file from a copy, or import the page again.",
)
NOT_FETCHED = _declare(
    "not_fetched",
    "error",
    "the page could not be fetched: {reason}",
    "The host did not give a whole answer, so that there are no bytes to read.",
    "Fetch the page again later; `bma show CODE --headers` shows what came.",
)


def reference() -> str:
    """The text of ``docs/issues.md``."""
    head = (
        "# Parse issues\n\n"
        "Generated from `parsers/issues.py`; `make docs-generated` writes it anew.\n\n"
        "A value is right, or it is null with an issue that quotes the line. Severities: `error`, a value or "
        "a page is lost; `warning`, look at it; `info`, worth knowing.\n"
    )
    entries = (
        f"\n## `{kind.code}` ({kind.severity})\n\n"
        f"Message: {kind.message}\n\n{kind.meaning}\n\nWhat to do: {kind.advice}\n"
        for kind in ISSUE_TYPES.values()
    )
    return head + "".join(entries)


if __name__ == "__main__":
    print(reference(), end="")
