"""Ways in which the news tells who said what, each of which a reading had once got wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.records import Stance, Statement, StatementKind
from tests.statements.stories import read_story

HEARING = (
    "DAYTON, Ohio — The Montgomery County commission heard about 40 people Tuesday night on how the county jail deals "
    "with U.S. Immigration and Customs Enforcement and its detainers."
)


def read(*paragraphs: str, state: str = "OH", title: str = "Hearing on detainers") -> list[Statement]:
    return read_story("\n\n".join(paragraphs), title=title, state=state)


def told(statements: list[Statement]) -> set[tuple[str | None, str, Stance]]:
    """Speaker, agency and stance of each agency's own statement."""
    own = [each for each in statements if each.kind is not StatementKind.CLAIM]
    return {(each.speaker, each.agency.name if each.agency else "", each.stance) for each in own}


@pytest.mark.parametrize(
    ("asked", "stance"),
    [
        ("Asked whether the jail would hold people for ICE, {}, “No.”", Stance.REFUSES),
        ("Asked if he would sign a 287(g) agreement with ICE, {}: “Never.”", Stance.REFUSES),
        ("Asked whether the jail would hold people for ICE, {}, “Absolutely.”", Stance.COOPERATES),
    ],
)
def test_a_short_answer_means_what_was_asked(asked: str, stance: Stance) -> None:
    sentence = asked.format("Montgomery County Sheriff Rob Hall said")
    found = read(HEARING, sentence)
    assert ("Rob Hall", "Montgomery County Sheriff's Office", stance) in told(found)
    assert any(each.quote == sentence for each in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Montgomery County Sheriff Rob Hall discussed ICE detainers with the commission.",
        "Outside, protesters held signs that read “Sheriff Hall, stop helping ICE” for Sheriff Rob Hall to see.",
    ],
)
def test_whoever_only_talks_of_the_subject_or_is_told_something_takes_no_side(sentence: str) -> None:
    assert not any("Hall" in each.quote for each in read(HEARING, sentence))


def test_agencies_of_a_list_speak_together() -> None:
    found = read(
        "DAYTON, Ohio — Kettering, Oakwood and Dayton police do not ask about immigration status, the departments said.",
        "Police chiefs from Kettering, Oakwood and Dayton said Monday their officers will not take part in raids by ICE.",
    )
    names = {(agency, stance) for _, agency, stance in told(found)}
    assert names == {(f"{city} Police Department", Stance.REFUSES) for city in ("Kettering", "Oakwood", "Dayton")}
    assert len(found) == 6


def test_agencies_on_two_sides_of_a_semicolon_have_each_their_own_stance() -> None:
    found = read(
        "Davidson and Rutherford county sheriffs both refuse ICE detainers; the Wilson County sheriff honors them.",
        "U.S. Immigration and Customs Enforcement asks jails in Tennessee to hold people for it.",
        state="TN",
    )
    assert {(name.split()[0], stance) for _, name, stance in told(found)} == {
        ("Davidson", Stance.REFUSES),
        ("Rutherford", Stance.REFUSES),
        ("Wilson", Stance.COOPERATES),
    }


def test_the_same_means_what_was_said_before_it() -> None:
    found = read(
        "BOISE, Idaho — Ada County Sheriff Jo Roe said her deputies do not ask people about immigration status for ICE. "
        "Boise Police Chief Al Poe said the same of his officers.",
        state="ID",
    )
    assert ("Al Poe", "Boise Police Department", Stance.REFUSES) in told(found)


def test_a_label_with_an_office_is_no_part_of_the_words() -> None:
    found = read(
        "CHIEF MARY BOLT, Yakima police: We do not call ICE. We never have, and we are not going to start.",
        "HOST: And the jail?",
        "SHERIFF DAN FOX, Yakima County: The jail honors an ICE detainer when a judge signs it.",
        "HOST: Thank you both.",
        "CHIEF MARY BOLT, Yakima police: Thank you.",
        state="WA",
    )
    assert {each.quote.split()[0] for each in found} == {"We", "The"}
    assert {each.agency.name for each in found if each.agency} == {
        "Yakima Police Department",
        "Yakima County Sheriff's Office",
    }


def test_what_others_say_of_an_agency_in_quotation_marks_is_their_claim() -> None:
    found = read(
        "PORTLAND, Ore. — “Portland police refuse to honor our detainers,” DHS spokeswoman Ann Lee said Monday.",
        "U.S. Immigration and Customs Enforcement did not say whom the department had let go.",
        state="OR",
    )
    claims = [each for each in found if each.kind is StatementKind.CLAIM]
    assert [(each.claimant, each.direct) for each in claims] == [("Ann Lee", True)]


def test_a_post_that_a_colon_announces_is_its_writers_though_its_marks_never_close() -> None:
    found = read(
        "TOLEDO, Ohio — Toledo Police Chief Al Poe posted a statement on immigration enforcement Monday:",
        "“The Toledo Police Department does not enforce immigration law.",
        "“Our officers do not ask for status and do not take part in ICE operations.",
        "The post was shared 900 times by residents.",
    )
    assert {(each.speaker, each.stance) for each in found if each.direct} == {("Al Poe", Stance.REFUSES)}


def test_records_tell_what_an_agency_did_and_claim_nothing() -> None:
    found = read(
        "TUCSON, Ariz. — Tucson police officers have called the Border Patrol 731 times to check on someone they had "
        "stopped, according to department records.",
        "The police say that a state law requires the calls to U.S. Immigration and Customs Enforcement.",
        state="AZ",
    )
    assert (None, "Tucson Police Department", Stance.COOPERATES) in told(found)


def test_a_sentence_goes_on_behind_its_source() -> None:
    found = read(
        "Until the policy is adopted, said Sheriff Rob Hall, deputies will go on calling ICE when a person with a "
        "detainer is ready to leave the Montgomery County Jail.",
        HEARING,
    )
    assert any("go on calling ICE" in each.quote and each.speaker == "Rob Hall" for each in found)


def test_what_a_sentence_tells_before_it_reports_is_told_too() -> None:
    found = read(
        "The Montgomery County sheriff wants to rent 40 beds in the jail to Immigration and Customs Enforcement, and on "
        "Tuesday he told the commission that ICE would pay $112 a day for each of its detainees.",
        "Sheriff Rob Hall runs the jail.",
    )
    assert any(each.quote.startswith("The Montgomery County sheriff wants to rent") for each in found)
    assert {each.agency.name for each in found if each.agency} == {"Montgomery County Sheriff's Office"}


def test_to_whom_something_was_told_is_no_part_of_it() -> None:
    found = read(
        "Since last summer two deputies have driven inmates wanted by Immigration and Customs Enforcement to Columbus, "
        "usually on Thursdays, Montgomery County Sheriff Rob Hall told the county board Tuesday.",
        HEARING,
    )
    (statement,) = [each for each in found if each.speaker == "Rob Hall"]
    assert statement.quote.startswith("Since last summer two deputies")


def test_somebody_elses_report_beside_is_not_the_sentences_own() -> None:
    found = read(
        "Asked whether deputies had helped ICE, as two workers told the station, Montgomery County Sheriff Rob Hall said "
        "the matter is under review.",
        HEARING,
    )
    assert ("Rob Hall", "Montgomery County Sheriff's Office", Stance.UNCLEAR) in told(found)


def test_a_conditions_report_is_not_the_sentences_own() -> None:
    sentence = "If ICE says a person must be held, the Montgomery County jail holds that person for 48 hours."
    found = read(HEARING, sentence)
    assert (None, "Montgomery County Sheriff's Office", Stance.COOPERATES) in told(found)


def test_the_head_of_a_bureau_speaks_for_it() -> None:
    found = read(
        "TOPEKA, Kan. — KBI Director Alton Roe, who answers to the attorney general, said his agents will work with ICE "
        "to arrest immigrants under a 287(g) agreement that the Kansas Bureau of Investigation signed.",
        state="KS",
    )
    assert ("Alton Roe", "Kansas Bureau of Investigation", Stance.COOPERATES) in told(found)
    assert {each.role for each in found if each.speaker == "Alton Roe"} == {"KBI Director"}


def test_whose_spokeswoman_is_told_where_she_is_called_one() -> None:
    found = read(
        "An ICE detainer was not honored, and the story misspelled a name. She is Annelise Forrester.",
        "The Montgomery County Sheriff's Office called ICE about the man at 9:40 p.m., said Forrester, a spokeswoman, and "
        "nobody answered.",
        HEARING,
    )
    assert ("Annelise Forrester", "Montgomery County Sheriff's Office", Stance.COOPERATES) in told(found)


@pytest.mark.parametrize(
    ("words", "stance"),
    [
        ("“We used to hold people for ICE,” {} said.", Stance.REFUSES),
        ("“I can’t rule out holding people for ICE,” {} said.", Stance.UNCLEAR),
        ("{} said the jail would honor ICE detainers if the state paid for the beds.", Stance.LIMITS),
        ("The call to ICE was a mistake by a sergeant who has been disciplined, {} said.", Stance.REFUSES),
        ("{} has not said whether he will sign a 287(g) agreement with ICE.", Stance.UNCLEAR),
    ],
)
def test_what_is_past_conditional_or_open_is_no_plain_yes(words: str, stance: Stance) -> None:
    found = read(HEARING, words.format("Montgomery County Sheriff Rob Hall"))
    assert {stance for speaker, _, stance in told(found) if speaker == "Rob Hall"} == {stance}


def test_since_when_something_holds_is_not_when_it_was_said() -> None:
    found = read("Montgomery County Sheriff Rob Hall said his jail has released nobody to ICE since June.", HEARING)
    assert {each.said_at for each in found if each.speaker == "Rob Hall"} == {None}
    (recalled,) = read("In a 2019 interview, Dayton Police Chief Al Poe said officers would not hold people for ICE.")
    assert (recalled.said_at_raw, recalled.said_at) == ("In a 2019 interview", datetime(2019, 1, 1, tzinfo=UTC))
