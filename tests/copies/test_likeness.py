"""Sketches and their comparison: what survives on the way to another outlet, and what only looks like a copy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines.copies import marks
from pipelines.copies.likeness import Likeness, compare_sketches
from pipelines.copies.marks import find_marks, is_collection
from pipelines.copies.sketch import MAX_BLOCK, sketch_texts
from tests.copies.newsroom import edited, written


def compared(one: str, other: str, *, same_site: bool = False, collection: bool = False) -> Likeness:
    return compare_sketches(
        sketch_texts([one, other]), np.array([[0, 1]]), np.array([same_site]), np.array([collection])
    )


def test_typography_and_spacing_leave_the_sketch_as_it_is() -> None:
    plain = written(1).replace(". ", '. "Yes," he said. ')
    dressed = plain.replace('"Y', "\u201cY").replace('," ', ",\u201d ").replace(" he", "\u00a0he").upper().lower()
    one, other = sketch_texts([plain.lower(), dressed.lower()]), sketch_texts([dressed.lower()])
    assert (one.hashes[: one.shingle_ends[0]] == other.hashes).all()


@given(st.lists(st.text(max_size=300), max_size=6))
def test_a_sketch_depends_on_its_text_alone(texts: list[str]) -> None:
    together = sketch_texts(texts)
    assert len(together.shingle_ends) == len(together.index_ends) == len(together.anchor_ends) == len(texts)
    start = 0
    for text, end in zip(texts, together.shingle_ends, strict=True):
        alone = sketch_texts([text])
        assert (alone.hashes == together.hashes[start:end]).all()
        assert (alone.places == together.places[start:end]).all()
        assert (np.diff(alone.hashes.astype(np.int64)) > 0).all()
        assert not len(alone.places) or alone.places.max() % 128 <= MAX_BLOCK
        start = end


def test_likeness_is_symmetric() -> None:
    one, other = written(1), edited(written(1), 2, 0.2)
    there, back = compared(one, other), compared(other, one)
    assert (there.copied, there.share, there.spread, there.anchors) == (
        back.copied,
        back.share,
        back.spread,
        back.anchors,
    )


def test_a_fifth_of_the_words_replaced_is_still_a_copy() -> None:
    found = [compared(written(seed, 450), edited(written(seed, 450), 100 + seed, 0.2)).copied[0] for seed in range(40)]
    assert sum(found) >= 38


def test_within_a_site_a_refilled_template_is_no_copy_but_the_same_text_is() -> None:
    text = written(1)
    assert not compared(text, edited(text, 2, 0.15), same_site=True).copied[0]
    assert compared(text, text, same_site=True).copied[0]


def test_a_collection_is_a_copy_only_as_a_whole() -> None:
    story, blog = written(1), written(1) + " " + written(2, 500)
    assert not compared(story, blog, collection=True).copied[0]
    assert compared(blog, blog, collection=True).copied[0]


@pytest.mark.parametrize("text", ["", "Subscribe to read this story.", "word " * 500])
def test_a_text_that_says_too_little_is_a_copy_of_nothing(text: str) -> None:
    assert not compared(text, text).copied[0]


def test_every_mark_and_collection_rule_matches_its_example_and_not_its_counterexample() -> None:
    rules = YAML(typ="safe").load(Path(marks.__file__).with_name("marks.yml").read_text(encoding="utf-8"))
    for rule in rules["places"]:
        for example, wanted in ((rule["matches"], True), (rule["not"], False)):
            byline = example["text"] if rule["place"] == "byline" else None
            found = {(mark.service, mark.place) for mark in find_marks(byline, "" if byline else example["text"])}
            assert ((example["service"], rule["place"]) in found) is wanted, (rule, found)
    for rule in rules["datelines"]:
        for example, wanted in ((rule["matches"], True), (rule["not"], False)):
            found = {(mark.service, mark.place) for mark in find_marks(None, example["text"])}
            assert ((example["service"], "dateline") in found) is wanted, (rule, found)
    for rule in rules["elsewhere"]:
        for example, wanted in ((rule["matches"], True), (rule["not"], False)):
            found = {(mark.service, mark.place) for mark in find_marks(None, example["text"])}
            assert ((example["service"], "credit") in found) is wanted, (rule, found)
    for rule in rules["collections"]:
        assert is_collection(rule["matches"], None), rule
        assert not is_collection(rule["not"], None), rule


@pytest.mark.parametrize(
    ("dateline", "own_names", "service"),
    [
        ("OMAHA, Neb. (Plains Wire) —", ("The Mesa Ledger", "mesaledger"), "Plains Wire"),
        ("HELENA, Mont. (High Country News Service) --", ("Mesa Ledger", "mesaledger"), "High Country News Service"),
        ("WASHINGTON (The Free Press) -", ("Mesa Ledger", "mesaledger"), "Free Press"),
        ("OMAHA, Neb. (Plains Wire) —", ("Plains Wire", "plainswire"), None),
        ("WHITE RIVER, Vt. (Valley News) —", ("Valley News", "vnews"), None),
        ("DAYTON (Fox Valley Network) —", ("foxvalley.example", "foxvalley"), None),
        ("AUSTIN (KXAN News) —", ("Austin Today", "austintoday"), None),
        ("MINNEAPOLIS (FOX 9 News) —", ("Austin Today", "austintoday"), None),
        ("NASHVILLE (NewsChannel Network) —", ("Austin Today", "austintoday"), None),
        ("He gave it to the man (Plains Wire) —", ("Mesa Ledger", "mesaledger"), None),
    ],
)
def test_a_wire_that_no_list_knows_is_known_by_the_form_of_its_dateline_and_an_own_name_is_none(
    dateline: str, own_names: tuple[str, str], service: str | None
) -> None:
    marks_found = find_marks(None, f"{dateline} Two agencies share one jail.", own_names)
    assert [(mark.service, mark.place) for mark in marks_found] == ([(service, "dateline")] if service else [])


RELEASE = (
    "{county} County Sheriff's Office deputies arrested {who}, {age}, of {town}, on Monday, May {day}, on a charge of {charge}. "
    "According to the Sheriff's Office, deputies responded to a call in the {block} block of {street} Street at about {hour}:40 p.m. "
    "and made contact with the suspect, who was taken into custody without incident. He was booked into the {county} County Jail, "
    "where he is being held on a bond of ${bond},500. The investigation is ongoing. Anyone with information is asked to call the "
    "{county} County Sheriff's Office or Crime Stoppers. All suspects are presumed innocent until proven guilty in a court of law."
)


def test_releases_that_different_sheriffs_fill_from_one_form_are_no_copies() -> None:
    one = RELEASE.format(
        county="Polk",
        who="Aaron Alder",
        age=31,
        town="Alton",
        day=3,
        charge="grand theft",
        block=400,
        street="Brock",
        hour=9,
        bond=12,
    )
    other = RELEASE.format(
        county="Story",
        who="Jim Jost",
        age=44,
        town="Dover",
        day=9,
        charge="burglary",
        block=7100,
        street="Frost",
        hour=4,
        bond=75,
    )
    assert not compared(one, other).copied[0]
    assert compared(one, one + " Read more at our site.").copied[0]


def test_which_of_two_texts_of_one_size_came_first_does_not_matter() -> None:
    for seed in range(60):
        one = written(seed, 150) + " " + written(seed + 77_777, 40)
        other = edited(written(seed, 150), seed + 1, 0.2) + " " + written(seed + 99_999, 40)
        there, back = compared(one, other), compared(other, one)
        assert (there.copied, there.share, there.anchors) == (back.copied, back.share, back.anchors)


def test_the_beginning_of_a_story_of_many_names_is_a_copy() -> None:
    rng = np.random.default_rng(5)
    names = [f"{chr(65 + n % 26)}arl{n}son" for n in range(220)]
    words = written(9, 1_800).split(" ")
    for at in rng.choice(np.arange(3, len(words)), 260, replace=False):
        words[at] = names[int(rng.integers(len(names)))]
    text = " ".join(words)
    for share in (0.25, 0.33, 0.5, 0.7):
        assert compared(text, text[: int(len(text) * share)]).copied[0]
    assert not compared(text, written(10, 600)).copied[0]
