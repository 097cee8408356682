"""Who speaks for which agency."""

import pytest

from pipelines.agencies import AgencyResolver, agency_of_speaker

RESOLVER = AgencyResolver()
STORY = (
    "CARLISLE, Pa. — “We have not slammed a door,” said Cpl. Orla Quist, "
    "a spokesman for the Pennsylvania State Police.\n\n"
    "Adams County Sheriff Ida Thorne disagreed. “They ask, they get,” Thorne said.\n\n"
    "Gettysburg Police Chief Per Lund said his officers do not ask. “Never,” Lund said.\n\n"
    "In a statement, ICE spokeswoman Ana Reis called it a shame. “A shame,” Reis said.\n\n"
    "“No comment,” a spokeswoman for the sheriff’s office said."
)


@pytest.mark.parametrize(
    ("speaker", "role", "words", "agency_id"),
    [
        ("Orla Quist", "a spokesman for the Pennsylvania State Police", "We have not", "us-pa-state-police"),
        ("Ida Thorne", "Adams County Sheriff", "They ask", "us-pa-adams-county-sheriff"),
        ("Thorne", None, "They ask", "us-pa-adams-county-sheriff"),
        ("Per Lund", "Police Chief", "Never", "us-pa-gettysburg-police"),
        ("Lund", None, "Never", "us-pa-gettysburg-police"),
        ("Ana Reis", "spokeswoman", "A shame", "us-ice"),
        (None, "a spokeswoman for the sheriff’s office", "No comment", "us-pa-adams-county-sheriff"),
    ],
)
def test_a_speaker_belongs_to_the_agency_of_their_introduction(
    speaker: str | None, role: str | None, words: str, agency_id: str
) -> None:
    mentions = RESOLVER.find(STORY, outlet_state="PA")
    mention = agency_of_speaker(speaker, role, STORY, mentions, at=STORY.index(words))
    assert mention is not None
    assert mention.agency is not None
    assert mention.agency.agency_id == agency_id


def test_a_mention_inside_the_source_decides() -> None:
    mentions = RESOLVER.find(STORY, outlet_state="PA")
    start = STORY.index("Gettysburg Police Chief")
    mention = agency_of_speaker(None, None, STORY, mentions, at=0, source=(start, start + 33))
    assert mention is not None
    assert mention.agency is not None
    assert mention.agency.agency_id == "us-pa-gettysburg-police"


def test_somebody_of_no_agency_gets_none() -> None:
    text = STORY + "\n\n“I was afraid,” said Bo Aldrin, a baker from York Springs."
    mentions = RESOLVER.find(text, outlet_state="PA")
    assert agency_of_speaker("Bo Aldrin", "a baker", text, mentions, at=text.index("I was afraid")) is None


def test_a_transcripts_capitals_are_the_same_person() -> None:
    text = "Orla Quist is the sheriff of Franklin County.\n\nQUIST: We call. Every time."
    mentions = RESOLVER.find(text, outlet_state="VT")
    mention = agency_of_speaker("QUIST", "sheriff", text, mentions, at=text.index("We call"))
    assert mention is not None
    assert mention.agency is not None
    assert mention.agency.agency_id == "us-vt-franklin-county-sheriff"
