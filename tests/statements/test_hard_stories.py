"""Ways of telling that a first reading missed: what is declined, undone or evaded, and an agency's own page."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from pipelines.agencies import AgencyResolver
from pipelines.records import Stance, Statement
from pipelines.relevance import judge_relevance
from pipelines.statements import find_statements

PUBLISHED = datetime(2025, 6, 5, 12, tzinfo=UTC)  # a Thursday


@cache
def resolver() -> AgencyResolver:
    return AgencyResolver()


def read(text: str) -> list[Statement]:
    return find_statements(
        text,
        published_at=PUBLISHED,
        mentions=resolver().find(text, outlet_state="OH"),
        relevance=judge_relevance(None, text),
    )


@pytest.mark.parametrize(
    ("quote", "stance"),
    [
        ("We used to hold people for ICE, but we don't anymore.", Stance.REFUSES),
        ("We turned people over to ICE for years, and we have stopped.", Stance.REFUSES),
        ("I don't do what-ifs about ICE and detainers.", Stance.UNCLEAR),
    ],
)
def test_reversals_and_evasions_have_their_stance(quote: str, stance: Stance) -> None:
    (found,) = read(f"“{quote}” Licking County Sheriff Jane Whitlow said.")
    assert found.stance is stance


def test_a_sentence_that_says_that_two_agencies_differ_gives_neither_a_position() -> None:
    text = (
        "The Newark Police Department and the Licking County Sheriff’s Office have given ICE opposite answers about detainers "
        "for people held in the county jail."
    )
    assert read(text) == []
    assert len(read(text.replace("have given ICE opposite answers about", "honor ICE"))) == 2


@pytest.mark.parametrize(
    ("sentence", "agency", "speaker"),
    [
        ("The Knox County sheriff said his jail does not hold anyone for ICE.", "Knox County Sheriff's Office", None),
        ("Newark police do not hold anyone for ICE, the chief said.", "Newark Police Department", None),
        (
            "The Newark Police Department does not hold anyone for ICE or ask about immigration status, it said Monday.",
            "Newark Police Department",
            None,
        ),
        ("The jail does not hold anyone for ICE, the sheriff said.", "Licking County Sheriff's Office", "Jane Whitlow"),
    ],
)
def test_an_agency_that_a_sentence_names_is_not_that_of_whoever_spoke_before(
    sentence: str, agency: str, speaker: str | None
) -> None:
    before = "Licking County Sheriff Jane Whitlow said her jail honors every ICE detainer.\n"
    _, found = read(before + sentence)
    assert (found.agency and found.agency.name, found.speaker, found.stance) == (agency, speaker, Stance.REFUSES)


def test_what_somebody_declined_to_say_is_theirs() -> None:
    (found,) = read("Licking County Sheriff Jane Whitlow declined to say whether her jail notifies ICE of releases.")
    assert found.speaker == "Jane Whitlow"
    assert found.quote.startswith("declined to say whether")
    assert found.stance is Stance.UNCLEAR


def test_the_same_speakers_next_quote_keeps_the_day_and_a_recalled_year_is_not_kept() -> None:
    text = (
        "“We honor every ICE detainer,” Licking County Sheriff Jane Whitlow said Monday.\n"
        "“My deputies do not ask anyone about immigration status,” Whitlow said."
    )
    assert [found.said_at for found in read(text)] == [datetime(2025, 6, 2, tzinfo=UTC)] * 2
    recalled = text.replace("said Monday", "said in 2017")
    assert [found.said_at for found in read(recalled)] == [datetime(2017, 1, 1, tzinfo=UTC), None]


def test_a_filing_tells_its_year() -> None:
    text = "In a 2018 filing, Licking County Sheriff Jane Whitlow said that her jail honors every ICE detainer."
    (found,) = read(text)
    assert found.said_at == datetime(2018, 1, 1, tzinfo=UTC)


def test_an_agencys_own_page_of_answers_is_its_words() -> None:
    text = (
        "Newark Police Department: questions and answers on immigration.\n"
        "Will an officer ask me where I was born?\nWe do not ask anyone about immigration status.\n"
        "Do you call ICE?\nWe do not call ICE about victims or witnesses.\n"
        "Do you go on raids?\nWe do not take part in immigration raids.\n"
        "Who can help me?\nWe have a desk for victims in our lobby."
    )
    found = read(text)
    assert len(found) == 3
    assert {each.agency.name for each in found if each.agency} == {"Newark Police Department"}
    assert {each.stance for each in found} == {Stance.REFUSES}


def test_the_country_is_nobody_who_speaks() -> None:
    text = (
        "The US deported them. The US agreed. The US paid. The US left. Newark Police Department officers watched.\n"
        "Why?\nWho?\nWhen?\nHow?\nThe US does not hold anyone for ICE in Panama."
    )
    assert read(text) == []


def test_the_head_of_a_release_is_no_part_of_what_it_says() -> None:
    text = "FOR IMMEDIATE RELEASE Licking County Sheriff Jane Whitlow said that her jail honors every ICE detainer."
    (found,) = read(text)
    assert found.speaker == "Jane Whitlow"
    assert "RELEASE" not in (found.role or "") + found.quote
