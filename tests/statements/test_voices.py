"""Source mentions are followed to the person, role and agency that the story names."""

from __future__ import annotations

import pytest

from pipelines.agencies import AgencyResolver
from pipelines.statements.cast import read_cast
from pipelines.statements.layout import read_layout
from pipelines.statements.mentions import Mentions
from pipelines.statements.sides import Side
from pipelines.statements.voices import Voice, VoiceReader

RESOLVER = AgencyResolver()
ROUND = """Marlow County Sheriff Dana Whitlock spoke first.
Deputy Chief Erin Vance of the Cold Creek Police Department listened.
“One,” Whitlock said. She said two. Joel Arce, a spokesman for ICE, said three. He said four.
“Five,” the sheriff said. A spokeswoman for the State Patrol said seven.
Vance, who said eight, left."""
STATE = """CARLISLE, Pa. — “We have not slammed a door,” said Cpl. Orla Quist, a spokesman for the Pennsylvania State Police.

Adams County Sheriff Ida Thorne disagreed. “They ask, they get,” Thorne said.

Gettysburg Police Chief Per Lund said his officers do not ask. “Never,” Lund said.

In a statement, ICE spokeswoman Ana Reis called it a shame. “A shame,” Reis said.

“No comment,” a spokeswoman for the sheriff’s office said.

“I was afraid,” said Bo Aldrin, a baker from York Springs."""


def voices(text: str, state: str, sources: list[str]) -> list[Voice]:
    """The voices of these sources, each looked for after the one before."""
    layout = read_layout(text)
    reader = VoiceReader(text, layout, read_cast(text, layout), Mentions(RESOLVER.find(text, outlet_state=state)))
    read, at = [], 0
    for source in sources:
        at = text.index(source, at)
        read.append(reader.read(at, at + len(source)))
        at += len(source)
    return read


def test_names_roles_and_pronouns_lead_to_a_person_and_the_agency() -> None:
    sources = ["Whitlock said", "She", "Joel Arce", "He", "the sheriff", "A spokeswoman for the State Patrol", "who"]
    read = voices(ROUND, "OH", [source.removesuffix(" said") for source in sources])
    # The first is the introduction itself.
    assert [(voice.person.name if voice.person else None, voice.side) for voice in read] == [
        ("Dana Whitlock", Side.LOCAL),
        ("Dana Whitlock", Side.LOCAL),
        ("Joel Arce", Side.FEDERAL),
        ("Joel Arce", Side.FEDERAL),
        ("Dana Whitlock", Side.LOCAL),
        (None, Side.LOCAL),
        ("Erin Vance", Side.LOCAL),
    ]
    agencies = [[agency.name for agency, _ in voice.agencies if agency] for voice in read]
    assert agencies == [
        ["Marlow County Sheriff's Office"],
        ["Marlow County Sheriff's Office"],
        [],
        [],
        ["Marlow County Sheriff's Office"],
        ["Ohio State Highway Patrol"],
        ["Cold Creek Police Department"],
    ]


@pytest.mark.parametrize(
    ("source", "agency_id"),
    [
        ("Cpl. Orla Quist", "us-pa-state-police"),
        ("Thorne said", "us-pa-adams-county-sheriff"),
        ("Gettysburg Police Chief Per Lund", "us-pa-gettysburg-police"),
        ("Lund said.", "us-pa-gettysburg-police"),
        ("a spokeswoman for the sheriff’s office", "us-pa-adams-county-sheriff"),
        ("Reis said", None),
        ("Bo Aldrin", None),
    ],
)
def test_a_speaker_belongs_to_the_agency_of_their_introduction(source: str, agency_id: str | None) -> None:
    (voice,) = voices(STATE, "PA", [source.removesuffix(".").removesuffix(" said")])
    assert [agency.agency_id for agency, _ in voice.agencies if agency] == ([agency_id] if agency_id else [])


def test_a_transcripts_capitals_are_the_same_person() -> None:
    text = "Orla Quist is the sheriff of Franklin County.\n\nQUIST: We call. Every time."
    layout = read_layout(text)
    reader = VoiceReader(text, layout, read_cast(text, layout), Mentions(RESOLVER.find(text, outlet_state="VT")))
    voice = reader.of_label("QUIST:", text.index("QUIST"))
    assert voice is not None
    assert [agency.agency_id for agency, _ in voice.agencies if agency] == ["us-vt-franklin-county-sheriff"]


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("Sheriff Jane Roe of Knox County spoke. “No,” Roe said.", "Roe said", "Jane Roe"),
        ("Knox County Sheriff Bill Harsh spoke. “No,” Harsh said.", "Harsh said", "Bill Harsh"),
        ("Knox County Sheriff Ann “Zip” Poe spoke. “No,” Poe said.", "Poe said", "Ann “Zip” Poe"),
        ("Chief of Patrol Jane Roe of the Newark Police Department spoke. “No,” Roe said.", "Roe said", "Jane Roe"),
        ("Sheriff Jane Roe of Knox County spoke. In an interview on Friday she said no.", "In an interview on Friday she", "Jane Roe"),
        ("Jane Roe has been sheriff of Knox County for two years. “No,” Roe said.", "Roe said", "Jane Roe"),
    ],
)  # fmt: skip
def test_a_name_is_read_however_it_is_presented(text: str, source: str, name: str) -> None:
    (voice,) = voices(text, "OH", [source.removesuffix(" said")])
    assert voice.person is not None
    assert voice.person.name == name
    assert voice.side is Side.LOCAL


def test_a_last_name_behind_a_clause_is_no_role() -> None:
    text = "Newark police met Maj. Jane Roe. Nobody is asked about it by the time he reaches the jail, Roe said."
    layout = read_layout(text)
    assert [person.role for person in read_cast(text, layout).people] == ["Maj."]
