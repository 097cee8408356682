"""Which quotation marks open and close, and what they enclose."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.speech.marks import read_marks
from pipelines.speech.quotations import gather_quotations

MARKED = st.text(alphabet="ab .,\n“”\"‘’'«»", max_size=80)


def outermost(text: str) -> list[str]:
    return [text[q.start : q.end] for q in gather_quotations(text, read_marks(text)).outermost]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“We won’t,” she said. “Not here.”", ["“We won’t,”", "“Not here.”"]),
        ('"We won\'t," she said. "Not here."', ['"We won\'t,"', '"Not here."']),
        ("‘We won’t,’ she said. ‘Not here.’", ["‘We won’t,’", "‘Not here.’"]),
        ("'We won't,' she said. 'Not here.'", ["'We won't,'", "'Not here.'"]),
        ("«We will not», she said.", ["«We will not»"]),
        ("She said, “He told me ‘no’ twice.”", ["“He told me ‘no’ twice.”"]),
        ("The officers’ union and the ’90s, don't mix.", []),
        ('He is 6\'2" tall and said "no."', ['"no."']),
        ("(“Yes.”)", ["“Yes.”"]),
    ],
)
def test_every_style_of_marks_is_read(text: str, quoted: list[str]) -> None:
    assert outermost(text) == quoted


def test_a_mark_left_open_harms_its_own_paragraph_only() -> None:
    assert outermost("The “sanctuary question is old.\nShe said “no.”") == ["“no.”"]


def test_a_quote_that_runs_over_paragraphs_is_one_quotation_a_paragraph() -> None:
    text = "“First this.\n“Then that.\n“And so on,” she said."
    assert outermost(text) == ["“First this.", "“Then that.", "“And so on,”"]


@given(MARKED)
def test_the_plain_reading_keeps_every_offset(text: str) -> None:
    reading = read_marks(text)
    assert len(reading.plain) == len(text)
    assert all(a == b for a, b in zip(text, reading.plain, strict=True) if a not in "“”\"‘’'«»")


@given(MARKED)
def test_outermost_quotations_do_not_overlap_or_cross_paragraphs(text: str) -> None:
    quotations = gather_quotations(text, read_marks(text)).outermost
    assert all(a.end <= b.start for a, b in pairwise(quotations))
    assert all(0 <= q.start < q.end <= len(text) and "\n" not in text[q.start : q.end] for q in quotations)
