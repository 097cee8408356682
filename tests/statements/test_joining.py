"""Which wordings are one statement, and that the answer does not depend on their order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statements import Wording, join_wordings, statement_key
from pipelines.statements.joining import are_one_statement

FULL = "We will not hold anybody past his release date for ICE, and we have told the field office so in writing."


def wording(quote: str, **known: object) -> Wording:
    values: dict = {"agency_id": "us-oh-licking-county-sheriff", "speaker": "Jane Whitlow"}
    return Wording(statement_key(quote), quote, **{**values, **known})


@pytest.mark.parametrize(
    "other",
    [
        FULL,
        "we will not hold anybody past his release date for ICE, and we have told the field office so in writing",
        "We will not hold anybody past his release date for ICE",
        "We will not hold anybody past [a] release date for ICE … we have told the field office so",
        "We will not hold anybody ... and we have told the field office so in writing.",
        "We will not hold anyone past his release date for ICE, and we have told the field office so in writing.",
    ],
)
def test_near_wordings_are_one_statement(other: str) -> None:
    assert are_one_statement(wording(FULL), wording(other, speaker="Sheriff Whitlow"))
    assert are_one_statement(wording(other), wording(FULL))


@pytest.mark.parametrize(
    ("other", "known"),
    [
        ("We will hold anybody past his release date for ICE, and we have told the field office so in writing.", {}),
        ("The jail has 300 beds and a nurse at night, and we have told the county board so many times.", {}),
        (FULL.replace("ICE", "ICE "), {"speaker": "John Roe"}),
        (FULL + " Ask them.", {"agency_id": "us-oh-knox-county-sheriff"}),
        (FULL + " Ask them.", {"claimant": "Homeland Security"}),
    ],
)
def test_another_sense_speaker_agency_or_claimant_is_another_statement(other: str, known: dict) -> None:
    assert not are_one_statement(wording(FULL), wording(other, **known)) or statement_key(other) == statement_key(FULL)


def test_another_number_is_another_statement() -> None:
    told = "We honored {} detainers from ICE last year and turned nobody away."
    assert not are_one_statement(wording(told.format(30)), wording(told.format(45)))
    assert are_one_statement(
        wording(told.format(30)), wording(told.format(30).removesuffix(" and turned nobody away."))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We have stopped honoring detainers from ICE at the county jail.", "started"),
        ("We will notify agents before release of every inmate who is born abroad.", "after"),
        ("We turned over twelve people to ICE from our jail in the last month.", "thirty"),
    ],
)
def test_a_word_that_turns_a_sentence_round_makes_it_another(one: str, other: str) -> None:
    word = {"started": "stopped", "after": "before", "thirty": "twelve"}[other]
    assert not are_one_statement(wording(one), wording(one.replace(word, other)))


def test_a_contraction_is_what_it_stands_for() -> None:
    told = "We do not ask about immigration status when somebody calls us for help."
    assert are_one_statement(wording(told), wording(told.replace("do not", "don’t")))


def test_the_same_short_words_years_apart_are_two_statements() -> None:
    early = wording("We do not work with ICE at all.", said_at=datetime(2017, 1, 1, tzinfo=UTC))
    late = wording("We do not work with ICE at all, sir.", said_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert not are_one_statement(early, late)


def test_a_key_rests_on_the_words_alone() -> None:
    assert statement_key("We will NOT hold them.") == statement_key("we will not hold them")
    assert statement_key("We will not hold them.", 1) != statement_key("We will not hold them.")


def test_a_group_bears_the_id_of_first_sight() -> None:
    first, second = wording("We will not hold anybody past his release date for ICE"), wording(FULL)
    joined = join_wordings([first, second], {second.key: "s-1"})
    assert joined == {first.key: "s-1", second.key: "s-1"}


def test_of_two_known_statements_that_join_the_earlier_id_stays() -> None:
    first, second = wording("We will not hold anybody past his release date for ICE"), wording(FULL)
    assert set(join_wordings([first, second], {second.key: "s-9", first.key: "s-1"}).values()) == {"s-9"}


WORDS = FULL.split()
CUTS = st.tuples(st.integers(0, len(WORDS)), st.integers(0, len(WORDS))).map(
    lambda ends: " ".join(WORDS[min(ends) : max(ends)])
)


@settings(max_examples=80, deadline=None)
@given(st.lists(CUTS.filter(bool), max_size=8), st.randoms())
def test_groups_do_not_depend_on_the_order_of_wordings(quotes: list[str], random: object) -> None:
    wordings = [wording(quote) for quote in quotes]
    shuffled = list(wordings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert join_wordings(shuffled) == join_wordings(wordings)
    joined = join_wordings(wordings)
    assert join_wordings(wordings, joined) == joined
