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


def stances_of_hall(words: str) -> set[Stance]:
    """The stances of what Sheriff Hall says where his name stands in for the braces."""
    found = read(HEARING, words.format("Montgomery County Sheriff Rob Hall"))
    return {stance for speaker, _, stance in told(found) if speaker == "Rob Hall"}


@pytest.mark.parametrize(
    ("asked", "stance"),
    [
        ("Asked whether the jail would hold people for ICE, {}, “No.”", Stance.REFUSES),
        ("Asked if he would sign a 287(g) agreement with ICE, {}: “Never.”", Stance.REFUSES),
        ("Asked whether the jail would hold people for ICE, {}, “Absolutely.”", Stance.COOPERATES),
        ("Asked if the office would ever seek a 287(g) agreement with ICE, {}: “No.”", Stance.REFUSES),
        ("Asked whether he would stop holding people for ICE, {}: “Never.”", Stance.COOPERATES),
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


def test_whoever_accuses_or_sues_an_agency_claims_what_they_say_of_it() -> None:
    found = read(
        "The Department of Homeland Security on Wednesday accused the Montgomery County Sheriff's Office of releasing a man "
        "despite an ICE detainer.",
        "A Dayton man is suing the county, saying Dayton police held him for 19 hours at the request of ICE.",
        HEARING,
    )
    claims = {(each.claimant, each.stance) for each in found if each.kind is StatementKind.CLAIM}
    assert ("The Department of Homeland Security", Stance.REFUSES) in claims
    assert not any(
        each.agency and each.agency.name.startswith("Dayton") for each in found if each.kind is not StatementKind.CLAIM
    )


def test_a_post_that_a_colon_announces_is_its_writers_though_its_marks_never_close() -> None:
    found = read(
        "TOLEDO, Ohio — Toledo Police Chief Al Poe posted a statement on immigration enforcement Monday:",
        "“The Toledo Police Department does not enforce immigration law.",
        "“Our officers do not ask for status and do not take part in ICE operations.",
        "The post was shared 900 times by residents.",
    )
    assert {(each.speaker, each.stance) for each in found if each.direct} == {("Al Poe", Stance.REFUSES)}


@pytest.mark.parametrize(
    "source",
    [
        "said Kyle Dent, special agent in charge of Homeland Security Investigations.",
        "Border Patrol Agent in Charge Kyle Dent said.",
    ],
)
def test_a_federal_officer_is_not_the_agency_that_he_talks_of(source: str) -> None:
    found = read(f"ALBANY, N.Y. — “State police refuse to work with ICE,” {source}", HEARING, state="NY")
    assert {each.kind for each in found if each.quote.startswith("State police")} <= {StatementKind.CLAIM}


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
    assert stances_of_hall(words) == {stance}


def test_since_when_something_holds_is_not_when_it_was_said() -> None:
    found = read("Montgomery County Sheriff Rob Hall said his jail has released nobody to ICE since June.", HEARING)
    assert {each.said_at for each in found if each.speaker == "Rob Hall"} == {None}
    (recalled,) = read("In a 2019 interview, Dayton Police Chief Al Poe said officers would not hold people for ICE.")
    assert (recalled.said_at_raw, recalled.said_at) == ("In a 2019 interview", datetime(2019, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "El Paso police beat firefighters 4-2 on the ice Saturday. Sheriff Oscar Roe dropped the first puck. “I stay off "
        "the ice,” he joked.",
        "El Paso County sheriff's deputies handed out ice and water to migrants on Saturday. “We will hand out ice until it's "
        "gone,” Sheriff Oscar Roe said.",
        "Lubbock police helped clear ice from Interstate 27. “We will work with the state until the ice is gone,” Chief "
        "Al Poe said.",
    ],
)
def test_frozen_water_is_no_agency(text: str) -> None:
    assert read(text, state="TX", title="Weekend briefs") == []


@pytest.mark.parametrize(
    ("words", "stance"),
    [
        ("“We don't just honor ICE detainers, we call them first,” {} said.", Stance.COOPERATES),
        (
            "The jail will continue to release people on schedule even if ICE asks for more time, {} said.",
            Stance.REFUSES,
        ),
        ("“She thought we would call ICE. We did not,” {} said.", Stance.REFUSES),
        ("{} said his office has no authority to stop ICE agents.", Stance.UNCLEAR),
        ("{} said he had looked at the ICE program and passed.", Stance.REFUSES),
        ("{} said deputies no longer ask about immigration status, but they do honor ICE detainers.", Stance.LIMITS),
        ("{} said his is the only office in Ohio that has agreed to help ICE.", Stance.COOPERATES),
        ("{} said he would make every effort to block warrantless arrests by federal agents of ICE.", Stance.REFUSES),
        ("“We were offered a 287(g) agreement with ICE and we passed on it,” {} said.", Stance.REFUSES),
        ("{} said the jail no longer requires a judge's warrant before it holds people for ICE.", Stance.COOPERATES),
        ("“I don't need anyone's permission to help ICE,” {} said.", Stance.COOPERATES),
        ("“If we worked with ICE, nobody would trust us,” {} said.", Stance.REFUSES),
        ("{} said the jail tells ICE of releases, though it has not held anyone since 2014.", Stance.LIMITS),
    ],
)
def test_a_stance_is_not_turned_round_by_a_word_before_it(words: str, stance: Stance) -> None:
    assert stances_of_hall(words) == {stance}


def test_an_officer_disciplined_does_not_speak_for_the_office() -> None:
    found = read(
        "The Montgomery County Sheriff's Office placed Deputy Alex Zwick on leave and said it had withdrawn from the "
        "chat with ICE agents.",
        "Sheriff Rob Hall's office said it would not take any more calls from ICE.",
        HEARING,
    )
    assert found
    assert {each.speaker for each in found} == {None}


def test_whoever_declines_to_comment_but_says_something_says_it() -> None:
    found = read(
        "Dayton Police Chief Al Poe declined to comment on the suit, but said the department does not hold anyone for ICE.",
        HEARING,
    )
    assert ("Al Poe", "Dayton Police Department", Stance.REFUSES) in told(found)


def test_a_sheriff_speaks_of_a_jail_that_the_county_runs_as_of_his_own() -> None:
    found = read(
        "OMAHA, Neb. — Douglas County Sheriff Al Poe said the Douglas County jail obeys the law and does not hold people "
        "for ICE.",
        "U.S. Immigration and Customs Enforcement asks jails to hold people on detainers.",
        state="NE",
    )
    assert {(each.speaker, each.kind) for each in found if each.speaker} == {("Al Poe", StatementKind.SPEECH)}


def test_a_transcripts_labels_may_be_names_as_usual() -> None:
    found = read(
        "Ryan Harker: Sheriff, does your jail still hold people for ICE?",
        "Joe Boyd: It does not. We stopped honoring ICE detainers in 2019, after a judge told us to.",
        "Ryan Harker: And do you tell ICE about releases?",
        "Joe Boyd: We give them a release date, if they ask for it.",
        "Ryan Harker: Montgomery County Sheriff Joe Boyd, thank you.",
        title="Interview: Montgomery County Sheriff Joe Boyd on ICE and the jail",
    )
    assert {each.speaker for each in found} == {"Joe Boyd"}
    assert not any(each.quote.startswith("Joe Boyd") for each in found)
    assert ("Joe Boyd", "Montgomery County Sheriff's Office", Stance.REFUSES) in told(found)


def test_to_whom_a_reporter_was_told_it_is_no_part_of_the_words() -> None:
    found = read(
        "Montgomery County Sheriff Rob Hall told WFTW's Alice Barr the jail will hold nobody for ICE.",
        HEARING,
    )
    assert any(each.quote.startswith("the jail will hold nobody") for each in found)


@pytest.mark.parametrize(
    ("paragraphs", "said_at"),
    [
        (["Six deputies of the Montgomery County sheriff will take ICE's 287(g) training in September."], None),
        (["Montgomery County Sheriff Rob Hall, who took office in January, ended holds for ICE in February."], (2026, 2, 1)),
        (["“Our officers do not hold people for ICE. They do not ask,” Dayton Police Chief Al Poe said Monday."], (2026, 3, 9)),
        (["Dayton Police Chief Al Poe spoke to the press on Monday and said the city is safe.",
          "“Our officers do not hold people for ICE,” Poe said."], (2026, 3, 9)),
    ],
)  # fmt: skip
def test_when_something_was_said_is_not_when_it_is_planned_or_somebody_was_sworn_in(
    paragraphs: list[str], said_at: tuple[int, int, int] | None
) -> None:
    found = [each for each in read(HEARING, *paragraphs) if "Tuesday night" not in each.quote]
    assert {each.said_at for each in found} == {datetime(*said_at, tzinfo=UTC) if said_at else None}
