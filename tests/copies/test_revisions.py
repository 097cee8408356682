"""Revisions: what an editor changed shows, what a page does by itself does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines.copies import revisions
from pipelines.copies.revisions import (
    Change,
    ChangeKind,
    compare_statements,
    compare_texts,
    is_revision,
    readable_diff,
)

TEXT = (
    "The jail will end its contract in May.\n"
    '"We will not hold people for ICE," Sheriff Dana Orr said Monday. The county board meets Dr. Hale on Friday.\n'
    "Updated 5 minutes ago"
)


@pytest.mark.parametrize(
    "noise",
    [
        TEXT.replace("5 minutes", "2 hours"),
        TEXT + "\n1,204 views\nShare on Facebook",
        TEXT.replace("\n", "\n\n").replace("  ", " "),
        TEXT.replace('"', "\u201d"),
        TEXT + "\nRead more: County fair opens Friday",
        "\n".join(reversed(TEXT.splitlines())),
    ],
)
def test_counters_timestamps_spacing_typography_and_order_are_no_revision(noise: str) -> None:
    assert not is_revision(TEXT, noise)


def test_an_edited_quotation_shows_word_by_word() -> None:
    after = TEXT.replace("will not hold people", "may hold people")
    changes = compare_texts(TEXT, after)
    assert [change.kind for change in changes] == [ChangeKind.ALTERED]
    assert readable_diff(changes) == '~ "We [-will not-] {+may+} hold people for ICE," Sheriff Dana Orr said Monday.'


def test_added_and_removed_sentences_are_told_apart() -> None:
    after = TEXT.replace("The county board meets Dr. Hale on Friday.", "") + "\nA judge blocked the plan on Tuesday."
    assert set(compare_texts(TEXT, after)) == {
        Change(ChangeKind.REMOVED, "The county board meets Dr. Hale on Friday.", None),
        Change(ChangeKind.ADDED, None, "A judge blocked the plan on Tuesday."),
    }


def test_a_changed_number_is_a_revision() -> None:
    assert readable_diff(compare_texts("Deputies held 12 people.", "Deputies held 21 people.")) == (
        "~ Deputies held [-12-] {+21+} people."
    )


def test_statements_added_altered_and_removed_are_recorded() -> None:
    before = ["We will not hold people for ICE", "Our deputies enforce state law"]
    after = ["We will hold people for ICE", "We signed the agreement in March"]
    assert set(compare_statements(". ".join(before), ". ".join(after), before, after)) == {
        Change(ChangeKind.ALTERED, before[0], after[0]),
        Change(ChangeKind.REMOVED, before[1], None),
        Change(ChangeKind.ADDED, None, after[1]),
    }


def test_words_that_no_edit_touched_are_no_change_though_read_in_one_text_alone() -> None:
    """What stands around a sentence decides with its words whether it is read as a statement."""
    before, after = "The jail calls. We hold nobody.", "The jail calls! We hold everybody."
    changes = compare_statements(before, after, ["We hold nobody"], ["The jail calls", "We hold everybody"])
    assert changes == (Change(ChangeKind.ALTERED, "We hold nobody", "We hold everybody"),)


def test_every_noise_rule_matches_its_example_and_not_its_counterexample() -> None:
    path = Path(revisions.__file__).with_name("revision_noise.yml")
    for rule in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["noise"]:
        assert not is_revision("One.", f"One.\n{rule['matches']}"), rule
        assert is_revision("One.", f"One.\n{rule['not']}"), rule


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_text_is_no_revision_of_itself_and_changes_go_both_ways(one: str, other: str) -> None:
    assert compare_texts(one, one) == ()
    assert is_revision(one, other) == is_revision(other, one)


@pytest.mark.parametrize("turned", [False, True])
def test_a_quote_that_was_lengthened_or_shortened_is_altered(turned: bool) -> None:
    short, long = "We will not hold people for ICE.", "We will not hold people for ICE without a warrant."
    texts = [f"The jail held a meeting. {quote} That is the rule." for quote in (short, long)]
    quotes = [[short], [long]]
    if turned:
        texts.reverse()
        quotes.reverse()
    assert compare_statements(*texts, *quotes) == (Change(ChangeKind.ALTERED, quotes[0][0], quotes[1][0]),)


def test_the_same_words_read_as_more_or_less_of_a_statement_are_no_edit() -> None:
    text = "We will not hold people for ICE. We never have."
    assert compare_statements(text, text, ["We will not hold people for ICE."], [text]) == ()


@pytest.mark.parametrize("after", ["$40", "40%", "-40"])
def test_a_sign_at_a_number_is_a_revision(after: str) -> None:
    assert is_revision("The county pays 40 for each bed.", f"The county pays {after} for each bed.")
    assert not is_revision("The jail took 40 percent of them.", "The jail took 40% of them.")
