"""Relevance of a story, and the gate before the costly reading."""

from __future__ import annotations

import pytest

from pipelines.relevance import judge_relevance, mentions_local_enforcement

ON_SUBJECT = (
    "The sheriff said Monday that the county jail will honor ICE detainers. Deputies will notify agents of ICE "
    "before an inmate is released. The jail signed a 287(g) agreement with Immigration and Customs Enforcement. "
    "Police in the city do not ask about immigration status, the chief said. "
)


def test_a_story_about_a_jail_and_detainers_is_relevant_with_its_evidence() -> None:
    found = judge_relevance("Sheriff will honor ICE detainers", ON_SUBJECT)
    assert found.relevant
    assert found.score > 0.8
    assert any(evidence.rule == "meeting" for evidence in found.evidence)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Two rescued from ice",
            "Deputies pulled two men from the ice of the lake. The sheriff warned that ice is thin. " * 5,
        ),
        (
            "Tenant evicted",
            "Deputies served an unlawful detainer at the sanctuary for cats. The jail was not involved. " * 5,
        ),
        (
            "House passes bill",
            "Lawmakers debated a bill on immigration. The sponsor, Rep. Roe, said the bill helps. " * 5,
        ),
        ("Protest", "Police used tear gas on protesters at the ICE office. Protesters threw bottles at officers. " * 5),
        (None, ""),
    ],
)
def test_what_only_brushes_against_the_subject_is_not_relevant(title: str | None, text: str) -> None:
    assert not judge_relevance(title, text).relevant


def test_the_gate_opens_where_a_local_agency_and_enforcement_meet_in_a_deed() -> None:
    assert mentions_local_enforcement("Deputies handed the man over to ICE.")
    assert mentions_local_enforcement("The police department said it was not involved in the federal operation.")


@pytest.mark.parametrize(
    "brief",
    ["Tempe police will not call ICE, Chief Dana Roe said.", "Adams County deputies handed a man to ICE on Monday."],
)
def test_the_gate_opens_for_a_brief_that_says_everything_once(brief: str) -> None:
    assert mentions_local_enforcement(brief)


def test_the_gate_stays_shut_for_a_brief_about_ice_on_the_road() -> None:
    assert not mentions_local_enforcement("Tempe police closed a road because of ice, Chief Dana Roe said.")


def test_the_gate_stays_shut_where_they_do_not_meet() -> None:
    assert not mentions_local_enforcement("ICE arrested a man at the airport. Police found a lost dog.")
    assert not mentions_local_enforcement("")


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text", ["ice police " * 200_000, "x" * 2_000_000, "." * 500_000], ids=["words", "one-word", "stops"]
)
def test_hostile_text_is_judged_in_bounded_time(text: str) -> None:
    judge_relevance(None, text)
    mentions_local_enforcement(text)
