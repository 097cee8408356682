"""Time and memory stay bounded whatever the text."""

import time

import pytest

from pipelines.speech import LONGEST_TEXT, find_attributions
from pipelines.speech.marks import read_marks
from pipelines.speech.names import last_names
from pipelines.speech.quotations import gather_quotations
from pipelines.speech.turns import find_turns

HOSTILE = {
    "quotation marks": '"' * 1_000_000,
    "opening marks": "“" * 1_000_000,
    "apostrophes": "'a" * 500_000,
    "one word of capitals": "A" * 1_000_000,
    "names without end": "Ann Lee " * 125_000,
    "labels": "ANN: x\n" * 140_000,
    "one line": "He said so, she said. " * 230_000,
    "commas and titles": "Sheriff, " * 110_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_rules_take_time_linear_in_the_text(kind: str) -> None:
    def seconds(text: str) -> float:
        spent = []
        for _ in range(3):
            began = time.process_time()
            gather_quotations(text, read_marks(text))
            find_turns(text)
            last_names(text)
            spent.append(time.process_time() - began)
        return min(spent)

    text = HOSTILE[kind][:200_000]
    # Four times the text takes four times as long, or sixteen where time is quadratic; small texts drown in noise, hence the floor.
    assert seconds(text) < 12 * max(seconds(text[: len(text) // 4]), 0.03)


def test_text_beyond_the_bound_is_cut_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    story = "“We will not,” Sheriff Ann Lee said.\n"
    text = story + " " * LONGEST_TEXT + story
    found = find_attributions(text)
    assert found
    assert all(attribution.end <= LONGEST_TEXT for attribution in found)
    assert "cut" in caplog.text


def test_nothing_in_nothing_out() -> None:
    for text in ("", " ", "\n\n", "“", "”", "a"):
        assert find_attributions(text) == []
        assert last_names(text) == set()
