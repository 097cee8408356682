"""How far a negation reaches, what is denied or undone, conditions and hypotheticals: read as the pipeline reads a story."""

from __future__ import annotations

import pytest

from pipelines.records import Stance, Statement
from tests.statements.stories import read_story

COOPERATES = [
    "We have stopped refusing detainers.",
    "My jail has quit ignoring ICE's requests.",
    "We haven't stopped honoring detainers.",
    "This office does not, and never has, refused an ICE request.",
    "It is false that my jail ignores ICE detainers.",
    "It is not true that we turn ICE away.",
    "We have never said no to ICE.",
    "Nobody here has ever declined an ICE request.",
    "I see no reason not to work with ICE.",
    "We will not stop working with ICE.",
    "I am not going to back out of the 287(g) agreement.",
    "We have no intention of ending the agreement with ICE.",
    "The claim that we refused to hold him for ICE is wrong. We held him.",
    "Not only do we honor detainers, we drive the inmates to ICE ourselves.",
    "We never failed to notify ICE.",
    "Starting next month, we will hold people for ICE again.",
    "We lifted the ban on honoring ICE detainers.",
    "I rescinded the policy that kept deputies from calling ICE.",
    "Do we honor detainers? Yes, every one.",
]
REFUSES = [
    "We no longer do that for ICE.",
    "My deputies have not handed anyone over to ICE.",
    "We used to honor detainers. We don't now.",
    "It is not true that we help ICE.",
    "It is false that my deputies work with ICE.",
    "None of my officers will take part in immigration raids.",
    "I have no plans to sign a 287(g) agreement.",
    "I have yet to honor a single ICE detainer.",
    "Do we call ICE? Absolutely not.",
    "Even if ICE asks, we will not help.",
    "My deputies are forbidden to call ICE.",
]
LIMITS = [
    "We no longer honor detainers unless a judge signs off.",
    "If they bring a warrant signed by a judge, we honor it. If not, he goes home.",
    "Our deputies don't join raids, but the jail does honor detainers.",
    "Except for violent felons, we don't call ICE.",
]
UNCLEAR = [
    "If the law changed, we would look at what to do about ICE detainers.",
    "I can't say whether we will honor detainers.",
    "We neither confirm nor deny working with ICE.",
    "I would have to talk to our attorneys before we answer ICE.",
]
FORMS = [
    *((words, Stance.COOPERATES) for words in COOPERATES),
    *((words, Stance.REFUSES) for words in REFUSES),
    *((words, Stance.LIMITS) for words in LIMITS),
    *((words, Stance.UNCLEAR) for words in UNCLEAR),
]
# Every form is said in one story, so that nothing but the words differs.
BEFORE = """FORT COLLINS, Colo. — Larimer County Sheriff Jane Roe answered questions on Tuesday about her office and federal \
immigration agents.

The commissioners had asked her to explain how the county jail deals with U.S. Immigration and Customs Enforcement."""
AFTER = "The commissioners will meet again next month to talk about the budget for roads and bridges."


def read(text: str) -> list[Statement]:
    return read_story(text, title="Sheriff answers questions about ICE", state="CO")


@pytest.mark.parametrize(("words", "stance"), FORMS, ids=[words for words, _ in FORMS])
def test_a_sheriffs_words_have_the_stance_that_they_say(words: str, stance: Stance) -> None:
    found = read("\n\n".join([BEFORE, f"“{words[:-1]},” Roe said.", AFTER]))
    stances = {each.stance for each in found if each.direct and each.speaker == "Jane Roe"}
    assert stances == {stance}


COLUMN = """By Sheriff Jane Roe

I have been your sheriff for six years, and in that time I have had hundreds of letters about Immigration and Customs Enforcement.

My deputies do not ask anyone about immigration status. When ICE sends a detainer without a judge’s signature, my jail does not hold \
the person. I have told ICE so in writing.

If somebody breaks into your house, I want you to call us. I promise that we will come.

Jane Roe is the sheriff of Larimer County."""

INTERVIEW = """Jane Roe has been sheriff of Larimer County for two years. We asked her about her first months and about immigration.

How many deputies do you have on the road?

We have 61, and I need ten more. I ask the commissioners for them every spring.

Does your jail hold people for ICE?

No. We do not honor ICE detainers. A fax from ICE is not a warrant.

And if agents come with a warrant from a judge?

Then we hold the person for ICE, as we would for anybody who brings a warrant that a judge has signed.

What do you do when you are not working?

I keep bees. They are calmer than the commissioners."""


def test_what_a_sheriff_writes_in_a_column_is_the_sheriffs_word() -> None:
    found = read(COLUMN)
    assert {(each.speaker, each.agency.name if each.agency else None, each.direct) for each in found} == {
        ("Jane Roe", "Larimer County Sheriff's Office", False)
    }
    assert any("do not ask" in each.quote and each.stance is Stance.REFUSES for each in found)


def test_answers_below_questions_without_labels_are_the_interviewees() -> None:
    found = {each.quote: each for each in read(INTERVIEW)}
    refused = next(each for quote, each in found.items() if "do not honor" in quote)
    assert refused.speaker == "Jane Roe"
    assert refused.stance is Stance.REFUSES
    assert not any("bees" in quote or "How many" in quote for quote in found)


FAQ = """The Larimer County Sheriff’s Office receives many questions about immigration. Sheriff Jane Roe has approved the answers on \
this page.

Do deputies ask about immigration status?

No. Our deputies do not ask anyone about immigration status.

Does the jail hold people for ICE?

We do not hold anyone for ICE without a warrant that a judge has signed.

Do you take part in ICE operations?

No. Our deputies do not take part in immigration enforcement.

Whom can I ask?

Call us at the front desk. We are glad to help."""


def test_the_answers_of_an_agencys_own_page_are_the_agencys() -> None:
    found = read(FAQ)
    assert {(each.speaker, each.agency.name if each.agency else None) for each in found} == {
        (None, "Larimer County Sheriff's Office")
    }
    assert {each.stance for each in found} == {Stance.REFUSES, Stance.LIMITS}
