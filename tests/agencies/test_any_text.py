"""Whatever the text: spans hold, mentions do not overlap, the same text reads the same, time grows with length."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.agencies import AgencyResolver
from pipelines.agencies.resolver import READ_CHARACTERS

RESOLVER = AgencyResolver()
WORDS = st.sampled_from(
    [
        *(
            "Austin",
            "police",
            "Jackson",
            "County",
            "Sheriff’s",
            "Office",
            "ICE",
            "deputies",
            "the",
            "jail",
            "in",
            "and",
        ),
        *(
            "of",
            "Texas",
            "N.Y.",
            "(LCSO)",
            "APD",
            "Chief",
            "Orla",
            "state",
            "troopers",
            "’",
            "“",
            "—",
            "St.",
            "é",
            "🙂",
        ),
        *("Police", ",", ".", "\n"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from([None, "TX", "NY"]))
def test_mentions_lie_in_the_text_in_order_and_never_overlap(text: str, outlet_state: str | None) -> None:
    mentions = RESOLVER.find(text, outlet_state=outlet_state)
    ends = 0
    for mention in mentions:
        assert ends <= mention.start < mention.end <= len(text)
        ends = mention.end
        if mention.agency:
            assert mention.agency in mention.candidates
        assert mention.evidence
    assert mentions == RESOLVER.find(text, outlet_state=outlet_state)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_an_error(text: str) -> None:
    RESOLVER.find(text, outlet_state=None, title=text[:50])


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        "x",
        "police ",
        "Austin ",
        "County Sheriff's Office and ",
        "In In ",
        "Jackson County Sheriff, ",
        "(",
        "deputies\n",
    ],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        start = time.perf_counter()
        RESOLVER.find(text, outlet_state="TX")
        return time.perf_counter() - start

    RESOLVER.find(unit, outlet_state="TX")
    short, long = seconds(20_000), seconds(80_000)
    assert long < 12 * short + 0.2


def test_a_line_of_five_megabytes_is_cut_and_does_not_hang() -> None:
    text = "A" * 5_000_000 + " Austin police said no."
    start = time.perf_counter()
    assert RESOLVER.find(text, outlet_state="TX") == []
    assert time.perf_counter() - start < 5
    assert READ_CHARACTERS < 1_000_000
