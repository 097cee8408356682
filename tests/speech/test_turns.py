"""Transcripts and interviews."""

from pipelines.speech import find_attributions
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
    return {
        text[a.start : a.end]: None if a.source_start is None else text[a.source_start : a.source_end]
        for a in find_attributions(text)
    }


def test_every_turn_of_a_transcript_belongs_to_its_label() -> None:
    turns = said(TRANSCRIPT)
    assert turns["We do not. We never have."] == "SHERIFF ALAN PRUITT"
    assert turns["What about the jail?"] == "MCDONNELL"
    assert turns["If there's a warrant, we hold them."] == "PRUITT"


def test_a_turn_without_quotation_marks_is_not_direct() -> None:
    assert not any(a.direct for a in find_attributions(TRANSCRIPT))


def test_questions_and_answers_are_told_apart() -> None:
    turns = said(INTERVIEW)
    assert turns["They do not."] == "A"
    assert turns["Will that change?"] == "Q"


def test_labels_of_a_list_are_no_turns() -> None:
    assert find_turns("Place: Ohio\nDate: May\nPlace: Iowa\nDate: June\nPlace: Utah\nDate: July\n") == []
    assert find_turns("NOTE: this was corrected.\nA story follows.") == []


def test_a_quote_signed_after_a_dash_belongs_to_whoever_signs_it() -> None:
    text = "Readers wrote to us.\n\n“We will not open that door to anybody.” — Ann Weiss\n“Nor will we.” — Bob Lund"
    (first,) = [a for a in find_attributions(text) if "open that door" in text[a.start : a.end]]
    assert text[first.source_start : first.source_end] == "Ann Weiss"
