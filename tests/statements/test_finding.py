"""What a story's sentences become: whose words, which way, in which span, and said when."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.agencies import AgencyResolver
from pipelines.reading import read_page
from pipelines.records import Stance, Statement, StatementKind
from pipelines.relevance import judge_relevance
from pipelines.statements import find_statements

PUBLISHED = datetime(2025, 6, 5, 12, tzinfo=UTC)  # a Thursday


@cache
def shared_resolver() -> AgencyResolver:
    return AgencyResolver()


@pytest.fixture
def resolver() -> AgencyResolver:
    return shared_resolver()


def read(text: str, resolver: AgencyResolver, state: str = "OH") -> list[Statement]:
    return find_statements(
        text,
        published_at=PUBLISHED,
        mentions=resolver.find(text, outlet_state=state),
        relevance=judge_relevance(None, text),
    )


def test_a_sheriffs_quote_is_a_direct_statement_of_the_office(resolver: AgencyResolver) -> None:
    text = "“We do not hold anyone for ICE,” Licking County Sheriff Jane Whitlow said Monday."
    (found,) = read(text, resolver)
    assert found.direct
    assert found.quote == "We do not hold anyone for ICE,"
    assert found.speaker == "Jane Whitlow"
    assert found.agency is not None
    assert found.agency.name == "Licking County Sheriff's Office"
    assert found.stance is Stance.REFUSES
    assert found.kind is StatementKind.SPEECH
    assert found.said_at_raw == "Monday"
    assert found.said_at == datetime(2025, 6, 2, tzinfo=UTC)


def test_reported_speech_is_indirect_and_keeps_only_what_was_said(resolver: AgencyResolver) -> None:
    text = "Licking County Sheriff Jane Whitlow said that her jail honors every ICE detainer."
    (found,) = read(text, resolver)
    assert not found.direct
    assert found.quote == "her jail honors every ICE detainer."
    assert found.stance is Stance.COOPERATES


def test_an_act_is_a_statement_though_nobody_is_quoted(resolver: AgencyResolver) -> None:
    text = "The Licking County Sheriff’s Office signed a 287(g) agreement with ICE in March."
    (found,) = read(text, resolver)
    assert found.kind is StatementKind.ACTION
    assert found.speaker is None
    assert found.stance is Stance.COOPERATES


def test_each_agency_of_a_sentence_has_its_own_statement(resolver: AgencyResolver) -> None:
    text = (
        "The Newark Police Department and the Licking County Sheriff’s Office assisted ICE officers with these arrests."
    )
    found = read(text, resolver)
    assert [statement.agency.name for statement in found if statement.agency] == [
        "Newark Police Department",
        "Licking County Sheriff's Office",
    ]


def test_what_others_say_of_an_agency_is_their_claim(resolver: AgencyResolver) -> None:
    text = (
        "The Licking County jail was in the news on Monday.\n\n"
        "Homeland Security said that the Licking County jail did not honor an ICE detainer."
    )
    claims = [found for found in read(text, resolver) if found.kind is StatementKind.CLAIM]
    assert claims
    assert all(found.claimant == "Homeland Security" for found in claims)
    assert not [found for found in read(text, resolver) if found.kind is StatementKind.SPEECH]


@pytest.mark.parametrize(
    "text",
    [
        "ICE arrested 12 people in Licking County on Monday, a spokesman for ICE said.",
        "“Our police do not help ICE,” Mayor John Doe of Newark said Monday.",
        "The council voted to keep the Newark police from helping ICE.",
        "The Licking County sheriff said deputies found a body in the river.",
        "Newark police used tear gas on protesters outside the ICE office.",
        "Does the Licking County jail hold people for ICE?",
    ],
)
def test_words_of_others_and_on_other_things_are_no_agencys_statement(text: str, resolver: AgencyResolver) -> None:
    assert [found for found in read(text, resolver) if found.kind is not StatementKind.CLAIM] == []


def test_a_transcripts_turn_is_its_speakers_and_not_direct(resolver: AgencyResolver) -> None:
    text = (
        "HOST: Welcome. With us is Jane Whitlow, the sheriff of Licking County.\n"
        "HOST: Does your jail hold people for ICE?\n"
        "WHITLOW: We do not hold anybody for ICE. That ended years ago.\n"
        "HOST: Thank you."
    )
    found = read(text, resolver)
    assert [(s.speaker, s.direct, s.stance) for s in found] == [("Jane Whitlow", False, Stance.REFUSES)]


def test_a_quotation_split_by_its_speaker_is_one_statement(resolver: AgencyResolver) -> None:
    text = (
        "“We do not help ICE with deportations,” Licking County Sheriff Jane Whitlow said. "
        "“My deputies will not go on immigration raids.”"
    )
    assert len(read(text, resolver)) == 1


def test_statements_know_the_rule_and_the_words_that_decided(resolver: AgencyResolver) -> None:
    text = "Licking County deputies do not ask about immigration status."
    (found,) = read(text, resolver)
    assert found.evidence[0].rule == "head"
    assert found.evidence[0].score is not None
    assert any(evidence.rule == "refuses.asks-no-status" and evidence.words in text for evidence in found.evidence)


def test_a_recalled_quote_keeps_the_time_when_it_was_said(resolver: AgencyResolver) -> None:
    text = "In 2017 Licking County Sheriff Jane Whitlow said her jail would honor every ICE detainer."
    (found,) = read(text, resolver)
    assert found.said_at_raw == "In 2017"
    assert found.said_at == datetime(2017, 1, 1, tzinfo=UTC)


def test_the_first_article_yields_its_statements_and_no_other(resolver: AgencyResolver, shared: Path) -> None:
    """Read as the pipeline reads it, tagger and reader included."""
    lines = (shared / "data" / "seed_article.txt").read_text(encoding="utf-8").split("\n")
    body = "".join(f"<p>{escape(line)}</p>" for line in lines[1:] if line.strip())
    html = (
        f"<html><head><title>{lines[0]}</title></head><body><article><h1>{lines[0]}</h1>{body}</article></body></html>"
    )
    page = read_page(html.encode(), url="https://outlet.example/2016/11/15/a", resolver=resolver)
    assert page.reading is not None
    found = page.reading.statements
    told = {(s.speaker, s.agency.name if s.agency else None, s.direct) for s in found}
    assert told == {
        ("Charlie Beck", "Los Angeles Police Department", True),
        ("Charlie Beck", "Los Angeles Police Department", False),
        (None, "Los Angeles Police Department", False),
        ("Jeff Scroggin", "Los Angeles County Sheriff's Department", True),
    }
    assert {s.stance for s in found} == {Stance.REFUSES}
    assert all(s.role for s in found if s.speaker)


PIECES = [
    "“We do not hold anyone for ICE,” the sheriff said. ",
    "Licking County Sheriff Jane Whitlow ",
    "said that deputies ",
    "honor detainers. ",
    '"We call ICE',
    "” ",
    "\n\n",
    "“",
    "WHITLOW: ",
    "according to the Newark Police Department, ",
    "287(g) ",
    "não ßé ‘x’ ",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_quote_is_always_the_text_between_its_offsets(text: str) -> None:
    for found in read(text, shared_resolver()):
        assert found.quote == text[found.start : found.end]
        if found.direct:
            assert not set("“”") & set(found.quote)


@pytest.mark.parametrize(
    "text",
    ["“" * 200_000, "ICE " * 50_000, "a" * 300_000, "said, " * 40_000, "Sheriff Jane Roe " * 15_000, '"a. ' * 40_000],
    ids=["marks", "names", "no-spaces", "cues", "people", "sentences"],
)
@pytest.mark.timeout(20)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    find_statements(text, published_at=PUBLISHED, mentions=())


@pytest.mark.parametrize(
    "sentences", ["ICE. police. ", "The chief spoke. ICE agents left the jail. ", "It helps ICE. ICE agents left. "]
)
@pytest.mark.timeout(30)
def test_agencies_without_number_are_read_in_bounded_time(sentences: str, resolver: AgencyResolver) -> None:
    """Time that grew with the square of the mentions took a minute and a half for 200,000 characters."""
    text = sentences * (100_000 // len(sentences))
    find_statements(text, published_at=PUBLISHED, mentions=resolver.find(text, outlet_state="OH"))


@pytest.mark.parametrize(
    "dateline",
    ["MILL CREEK, Texas (AP) — ", "NEWARK -- ", "NEWARK, Ohio (WQXX) – ", "EAST NEWARK, Ohio – ", "NEWARK (WQXX) - "],
)
def test_a_dateline_is_no_part_of_what_is_said_or_done(dateline: str, resolver: AgencyResolver) -> None:
    said = "Licking County Sheriff Jane Whitlow said that her jail honors every ICE detainer."
    (found,) = read(dateline + said, resolver)
    assert found.quote == "her jail honors every ICE detainer."
    assert found.speaker == "Jane Whitlow"
    done = "The Licking County Sheriff’s Office signed a 287(g) agreement with ICE in March."
    (found,) = read(dateline + done, resolver)
    assert found.quote == done


def test_what_was_done_without_telling_somebody_is_no_report(resolver: AgencyResolver) -> None:
    text = (
        "Licking County Sheriff Jane Whitlow signed a 287(g) agreement with ICE without telling the commissioners, "
        "and on Wednesday she defended it."
    )
    assert not [found for found in read(text, resolver) if found.kind is StatementKind.SPEECH]


@pytest.mark.parametrize("credit", ["the Mill Creek Times Reports", "the Lantern reported Monday", "WQXX reports"])
def test_the_paper_credited_at_a_sentences_end_is_no_part_of_what_was_said(
    credit: str, resolver: AgencyResolver
) -> None:
    text = f"Licking County Sheriff Jane Whitlow said that her jail honors every ICE detainer, {credit}."
    (found,) = read(text, resolver)
    assert found.quote == "her jail honors every ICE detainer"


@pytest.mark.parametrize("verb", ["residents came to hear", "they wanted to ask", "nobody could tell"])
def test_a_verb_before_a_title_is_no_part_of_the_role(verb: str, resolver: AgencyResolver) -> None:
    text = f"Last week {verb} Newark Police Chief Alan Thorne.\n“We do not help ICE,” Thorne said."
    found = read(text, resolver)[-1]
    assert found.speaker == "Alan Thorne"
    assert found.role == "Newark Police Chief"


def test_an_interviews_answers_are_those_of_whom_it_presents(resolver: AgencyResolver) -> None:
    text = (
        "Licking County’s new sheriff, Jane Whitlow, spoke with The Lantern.\n"
        "Q: Will your deputies work with ICE?\n"
        "A: No. We do not honor ICE detainers and we do not ask about immigration status.\n"
        "Q: And police in Newark?\n"
        "A: You would have to ask Newark Police Chief Alan Thorne."
    )
    found = read(text, resolver)
    assert {statement.speaker for statement in found} == {"Jane Whitlow"}


def test_an_interviews_answers_are_not_those_of_somebody_named_in_them(resolver: AgencyResolver) -> None:
    text = (
        "The interview has been edited.\n"
        "Q: Will your deputies work with ICE?\n"
        "A: No. We do not honor ICE detainers and we do not ask about immigration status.\n"
        "Q: And police in Newark?\n"
        "A: You would have to ask Newark Police Chief Alan Thorne."
    )
    assert not [found for found in read(text, resolver) if found.speaker == "Alan Thorne"]
