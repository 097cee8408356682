"""Plain reports of daily news: when it was said, who only mentions an agency, two agencies in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.records import Stance, Statement, StatementKind
from tests.statements.stories import read_story

BACKGROUND = (
    "Residents had asked at a meeting on Sunday what U.S. Immigration and Customs Enforcement does in the county."
)


def read(sentence: str, state: str, site: str = "The Daily") -> list[Statement]:
    return read_story(f"{sentence}\n\n{BACKGROUND}", title="What agencies say of ICE", state=state, site=site)


def day(year: int, month: int, of_month: int) -> datetime:
    return datetime(year, month, of_month, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "quote", "said_at"),
    [
        ("said Tuesday he will not honor ICE detainers.", "he will not honor ICE detainers.", day(2026, 3, 10)),
        ("said in a statement Wednesday his deputies call ICE.", "his deputies call ICE.", day(2026, 3, 11)),
        ("said in 2019 his deputies would call ICE.", "his deputies would call ICE.", day(2019, 1, 1)),
        (", who was elected in 2020, said his deputies do not work with ICE.", "his deputies do not work with ICE.", None),
    ],
)  # fmt: skip
def test_the_day_of_a_report_is_no_part_of_what_was_said(told: str, quote: str, said_at: datetime | None) -> None:
    space = "" if told.startswith(",") else " "
    (found,) = read(f"Story County Sheriff Paul Fitz{space}{told}", "IA")
    assert (found.quote, found.said_at) == (quote, said_at)


@pytest.mark.parametrize(
    "sentence",
    [
        "Challenger Bill Ortiz, who is running against Ingham County Sheriff Scott Wright, said he would sign a 287(g) agreement.",
        "Ann Roe, an attorney for a man held by the Ingham County Sheriff’s Office, said the jail should not honor ICE detainers.",
        "Ann Roe, a longtime critic of the Lansing Police Department, said officers should not work with ICE.",
        "Lansing police should not work with ICE.",
        "ICE ended its 287(g) agreement with the Ingham County Sheriff’s Office.",
    ],
)
def test_whoever_only_mentions_an_agency_does_not_speak_for_it(sentence: str) -> None:
    assert [found for found in read(sentence, "MI") if found.kind is not StatementKind.CLAIM] == []


def test_agencies_set_against_each_other_have_each_their_own_stance() -> None:
    text = "Austin police do not work with ICE, while the Williamson County Sheriff’s Office has signed a 287(g) agreement."
    assert {(found.agency.agency_id, found.stance) for found in read(text, "TX") if found.agency} == {
        ("us-tx-austin-police", Stance.REFUSES),
        ("us-tx-williamson-county-sheriff", Stance.COOPERATES),
    }


def test_two_sheriffs_who_say_one_thing_both_say_it() -> None:
    text = "Dane County Sheriff Kim Barrett and Milwaukee County Sheriff Di Ball said they do not honor ICE detainers."
    assert {(found.agency.agency_id, found.speaker) for found in read(text, "WI") if found.agency} == {
        ("us-wi-dane-county-sheriff", None),
        ("us-wi-milwaukee-county-sheriff", None),
    }


@pytest.mark.parametrize(
    ("sentence", "state", "agency_id", "stance"),
    [
        ("Austin police do not honor ICE detainers, the agency said.", "TX", "us-tx-austin-police", Stance.REFUSES),
        ("“We wont honor ICE detainers,” Austin Police Chief Lisa Lee said.", "TX", "us-tx-austin-police", Stance.REFUSES),
        ("“No one who calls us will be turned over to ICE,” Austin Police Chief Lisa Lee said.", "TX", "us-tx-austin-police", Stance.REFUSES),
        ("“Will deputies call ICE? No,” Travis County Sheriff Sally Poe said.", "TX", "us-tx-travis-county-sheriff", Stance.REFUSES),
        ("Deputies of the Frenso County Sheriff’s Office do not call ICE.", "CA", "us-ca-fresno-county-sheriff", Stance.REFUSES),
    ],
)  # fmt: skip
def test_names_and_negations_are_read_as_they_are_printed(
    sentence: str, state: str, agency_id: str, stance: Stance
) -> None:
    (found,) = read(sentence, state)
    assert found.agency is not None
    assert (found.agency.agency_id, found.stance) == (agency_id, stance)


def test_quotations_in_single_marks_alone_are_direct_and_keep_their_words() -> None:
    (found,) = read(
        "Ingham County Sheriff Scott Wright answered on Monday. 'We don't hold anyone for ICE, and we won't start,' he said.",
        "MI",
    )
    assert (found.quote, found.direct, found.stance, found.speaker) == (
        "We don't hold anyone for ICE, and we won't start,",
        True,
        Stance.REFUSES,
        "Scott Wright",
    )


def test_single_marks_beside_double_ones_are_no_quotation() -> None:
    found = read(
        "Ingham County Sheriff Scott Wright said his ‘never hold anyone for ICE’ rule stays. “We do not call ICE,” he said.",
        "MI",
    )
    assert [each.quote for each in found if each.direct] == ["We do not call ICE,"]


@pytest.mark.parametrize("comma", [",", ""])
def test_a_clause_beside_what_a_sentence_tells_does_not_swallow_it(comma: str) -> None:
    (found,) = read(
        f"The Ingham County jail stopped honoring ICE detainers in 2014{comma} after a lawyer warned that it would be sued.",
        "MI",
    )
    assert (found.speaker, found.stance, found.kind) == (None, Stance.REFUSES, StatementKind.ACTION)


def test_an_order_that_tells_officers_what_to_do_is_nobodys_report() -> None:
    (found,) = read("Lansing police have an order that tells officers not to ask about immigration status.", "MI")
    assert (found.quote.split()[0], found.stance, found.direct) == ("Lansing", Stance.REFUSES, False)


def test_words_that_say_only_that_nothing_changes_mean_what_the_agency_says_elsewhere() -> None:
    found = read(
        "Ingham County Sheriff Scott Wright said his jail honors every ICE detainer. “We are not going to do anything "
        "different about ICE,” Wright said on Monday.",
        "MI",
    )
    assert {each.stance for each in found} == {Stance.COOPERATES}
    assert any(each.rule == "as-the-agency-says-elsewhere" for one in found for each in one.evidence)


def test_on_an_agencys_own_site_the_department_is_the_agency() -> None:
    told = "The department does not ask anybody about immigration status, and our officers do not work with ICE."
    found = read(told, "MI", site="Lansing Police Department (news)")
    assert [each.agency.name for each in found if each.agency] == ["Lansing Police Department"]
    assert not [each for each in read(told, "MI") if each.agency and each.agency.name == "Lansing Police Department"]


@pytest.mark.parametrize(
    ("sentence", "said_at"),
    [
        ("In 2011, Ingham County Sheriff Scott Wright signed a 287(g) agreement with ICE.", day(2011, 1, 1)),
        ("Ingham County Sheriff Scott Wright signed a 287(g) agreement with ICE on Monday.", day(2026, 3, 9)),
    ],
)
def test_what_somebody_does_is_an_act_of_its_own_time(sentence: str, said_at: datetime) -> None:
    found = read(sentence, "MI")
    assert [(each.kind, each.stance, each.said_at) for each in found] == [
        (StatementKind.ACTION, Stance.COOPERATES, said_at)
    ]


def test_whoever_blames_an_agency_makes_a_claim() -> None:
    (found,) = read("DHS accused the Ingham County Sheriff's Office on Thursday of ignoring 40 ICE detainers.", "MI")
    assert (found.kind, found.claimant) == (StatementKind.CLAIM, "DHS")


def test_what_one_agency_tells_of_another_is_a_claim_about_the_other() -> None:
    found = read("Lansing police assisted ICE with arrests on Monday, the Ingham County Sheriff's Office said.", "MI")
    assert {(each.kind, each.agency.name if each.agency else None) for each in found} == {
        (StatementKind.CLAIM, "Lansing Police Department")
    }


@pytest.mark.parametrize(
    "words",
    [
        "I will not apologize for working with ICE,",
        "We won't hesitate to call ICE,",
        "I'm not ashamed that we hold people for ICE,",
    ],
)
def test_who_regrets_nothing_goes_on(words: str) -> None:
    found = read(f"“{words}” Ingham County Sheriff Scott Wright said.", "MI")
    assert [each.stance for each in found if each.direct] == [Stance.COOPERATES]
