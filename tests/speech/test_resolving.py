"""Source mentions are followed to the person or body that the story names."""

import pytest

from pipelines.records import Attribution
from pipelines.speech import Speaker, resolve_sources

STORY = """Marlow County Sheriff Dana Whitlock spoke first.
Deputy Chief Erin Vance of the Cold Creek Police Department listened.
“One,” Whitlock said. She said two. Joel Arce, a spokesman for ICE, said three. He said four.
“Five,” the sheriff said. The department said six. A spokeswoman for the State Patrol said seven.
Vance, who said eight, left. “Nine.”"""

EXPECTED = {
    "One": ("Whitlock", ("Dana Whitlock", "Marlow County Sheriff", "Marlow County Sheriff")),
    "two": ("She", ("Dana Whitlock", "Marlow County Sheriff", "Marlow County Sheriff")),
    "three": ("Joel Arce", ("Joel Arce", "spokesman", "ICE")),
    "four": ("He", ("Joel Arce", "spokesman", "ICE")),
    "Five": ("the sheriff", ("Dana Whitlock", "Marlow County Sheriff", "Marlow County Sheriff")),
    "six": ("The department", (None, None, "Cold Creek Police Department")),
    "seven": ("A spokeswoman for the State Patrol", (None, "spokeswoman", "State Patrol")),
    "eight": ("who", ("Erin Vance", "Deputy Chief", "Cold Creek Police Department")),
}


def attribution(content: str, source: str | None) -> Attribution:
    start = STORY.index(content)
    if source is None:
        return Attribution(start, start + len(content), None, None, None, None, direct=True, confidence=1.0)
    near = [at for at in range(len(STORY)) if STORY.startswith(source, at)]
    at = min(near, key=lambda place: abs(place - start))
    return Attribution(start, start + len(content), None, None, at, at + len(source), direct=True, confidence=1.0)


@pytest.fixture(scope="module")
def speakers() -> dict[str, Speaker | None]:
    attributions = [attribution(content, source) for content, (source, _) in EXPECTED.items()]
    attributions.append(attribution("Nine", None))
    return dict(zip([*EXPECTED, "Nine"], resolve_sources(STORY, attributions), strict=True))


@pytest.mark.parametrize("content", EXPECTED)
def test_a_source_is_followed_to_name_role_and_body(content: str, speakers: dict[str, Speaker | None]) -> None:
    speaker = speakers[content]
    assert speaker is not None
    assert (speaker.name, speaker.role, speaker.body) == EXPECTED[content][1]


def test_a_quote_without_a_source_belongs_to_whoever_spoke_before(speakers: dict[str, Speaker | None]) -> None:
    speaker = speakers["Nine"]
    assert speaker is not None
    assert speaker.name == "Erin Vance"


def test_mentions_are_the_words_that_mean_the_speaker(speakers: dict[str, Speaker | None]) -> None:
    speaker = speakers["One"]
    assert speaker is not None
    assert [STORY[a:b] for a, b in speaker.mentions] == ["Dana Whitlock", "Whitlock"]
