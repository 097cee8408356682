"""Wordings of a time against the story's date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.statements.said_at import read_said_at

PUBLISHED = datetime(2025, 6, 5, 12, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("text", "raw", "at"),
    [
        ("the sheriff said Monday", "Monday", (2025, 6, 2)),
        ("the sheriff said Thursday", "Thursday", (2025, 6, 5)),
        ("the sheriff said last week", "last week", (2025, 5, 26)),
        ("the sheriff said last month", "last month", (2025, 5, 1)),
        ("the sheriff said last year", "last year", (2024, 1, 1)),
        ("he said in 2017", "in 2017", (2017, 1, 1)),
        ("she said yesterday", "yesterday", (2025, 6, 4)),
        ("she said on Aug. 28", "Aug. 28", (2024, 8, 28)),
        ("she said on Aug. 28, 2019", "Aug. 28, 2019", (2019, 8, 28)),
        ("he told commissioners in April", "in April", (2025, 4, 1)),
        ("not asked since Sept. 3, 2021", "Sept. 3, 2021", (2021, 9, 3)),
        ("he told commissioners in December", "in December", (2024, 12, 1)),
        ("he said two years ago", "two years ago", (2023, 6, 6)),
        ("he said last fall", "last fall", (2024, 10, 1)),
        ("he said earlier this week", "earlier this week", (2025, 6, 2)),
    ],
)
def test_a_wording_is_read_against_the_storys_date(text: str, raw: str, at: tuple[int, int, int]) -> None:
    found = read_said_at(text, 0, len(text), None, PUBLISHED)
    assert (found.raw, found.at) == (raw, datetime(*at, tzinfo=UTC))


def test_nothing_is_guessed_where_the_story_tells_nothing() -> None:
    text = "the sheriff said he may sign"
    assert read_said_at(text, 0, len(text), None, PUBLISHED).raw is None
    assert read_said_at("he said Monday", 0, 14, None, None).at is None


def test_a_time_inside_the_quotation_is_not_when_it_was_said() -> None:
    text = "“We called ICE on Tuesday,” the sheriff said Friday"
    end = text.index("”")
    found = read_said_at(text, 0, len(text), (1, end), PUBLISHED)
    assert found.raw == "Friday"


def test_an_impossible_date_is_none() -> None:
    text = "he said on Feb. 31"
    assert read_said_at(text, 0, len(text), None, PUBLISHED).at is None
