"""Where the values of a record stand."""

from parsers.places import field_lines, span
from parsers.records import ItReview


def review():
    return ItReview(it_review_code="1", line_first=5, line_last=5)


def test_a_record_reaches_from_its_first_value_to_its_last():
    record = review()
    span(record, {"rationale": (9, 12), "decision": (3, 3)})
    assert (record.line_first, record.line_last) == (3, 12)


def test_a_record_without_values_stays_where_it_was():
    record = review()
    span(record, {})
    assert (record.line_first, record.line_last) == (5, 5)


def test_the_lines_of_values_stand_row_by_row_and_in_page_order():
    rows = {
        ("it_reviews", 1): {"rationale": (9, 12), "decision": (3, 3)},
        ("indicator_quarters", 2): {},
        ("indicator_quarters", 3): {"report": (20, 21)},
    }
    found = [
        (row.table_name, row.position, row.column, row.line_first, row.line_last) for row in field_lines(rows)
    ]
    assert found == [
        ("it_reviews", 1, "decision", 3, 3),
        ("it_reviews", 1, "rationale", 9, 12),
        ("indicator_quarters", 3, "report", 20, 21),
    ]
