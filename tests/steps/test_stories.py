"""What a reading depends on: a document that differs in it is read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.steps.stories import key_of

ROW = {
    "title": "Jail holds nobody",
    "site": "The Ledger",
    "text": "The jail holds nobody for ICE.",
    "url": "https://ledger.example/a",
    "published_at": datetime(2026, 3, 1, tzinfo=UTC),
    "captured_at": datetime(2026, 3, 2, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Jail holds all"),
        ("site", "Salem Police Department"),
        ("text", "The jail holds all."),
        ("url", "https://ledger.example/b"),
        ("published_at", datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_whatever_a_reading_depends_on_is_in_its_key(field: str, value: object) -> None:
    assert key_of({**ROW, field: value}, "OR", ()) != key_of(ROW, "OR", ())


def test_a_time_that_no_page_can_have_is_no_part_of_the_key() -> None:
    later = {**ROW, "published_at": datetime(2035, 1, 1, tzinfo=UTC)}
    assert key_of(later, "OR", ()) == key_of({**ROW, "published_at": None}, "OR", ())
