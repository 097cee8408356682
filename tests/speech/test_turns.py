"""Transcripts and interviews."""

from pipelines.speech import find_attributions, resolve_sources
from pipelines.speech.turns import find_turns

TRANSCRIPT = """Sheriff Alan Pruitt was a guest on Sunday.

JANE MCDONNELL: Sheriff, do your deputies work with ICE?

SHERIFF ALAN PRUITT: We do not. We never have.

MCDONNELL: What about the jail?

PRUITT: If there's a warrant, we hold them."""

INTERVIEW = """Chief Corinne Baptiste took over in June. She sat down with us.

Q: Do your officers take part?

A: They do not.

Q: Will that change?

A: Not while I am chief."""


def said(text: str) -> dict[str, str | None]:
    attributions = find_attributions(text)
    speakers = resolve_sources(text, attributions)
    return {text[a.start : a.end]: s.name if s else None for a, s in zip(attributions, speakers, strict=True)}


def test_every_turn_of_a_transcript_belongs_to_its_label() -> None:
    turns = said(TRANSCRIPT)
    assert turns["We do not. We never have."] == "ALAN PRUITT" or turns["We do not. We never have."] == "Alan Pruitt"
    assert (turns["What about the jail?"] or "").casefold() == "jane mcdonnell"
    assert (turns["If there's a warrant, we hold them."] or "").casefold() == "alan pruitt"


def test_a_turn_without_quotation_marks_is_not_direct() -> None:
    assert not any(a.direct for a in find_attributions(TRANSCRIPT))


def test_answers_belong_to_the_person_interviewed_and_questions_to_nobody() -> None:
    turns = said(INTERVIEW)
    assert turns["They do not."] == "Corinne Baptiste"
    assert turns["Will that change?"] is None


def test_labels_of_a_list_are_no_turns() -> None:
    assert find_turns("Place: Ohio\nDate: May\nPlace: Iowa\nDate: June\nPlace: Utah\nDate: July\n") == []
    assert find_turns("NOTE: this was corrected.\nA story follows.") == []


def test_a_quote_signed_after_a_dash_belongs_to_whoever_signs_it() -> None:
    text = "Readers wrote to us.\n\n“We will not open that door to anybody.” — Ann Weiss\n“Nor will we.” — Bob Lund"
    (first,) = [a for a in find_attributions(text) if "open that door" in text[a.start : a.end]]
    assert text[first.source_start : first.source_end] == "Ann Weiss"
