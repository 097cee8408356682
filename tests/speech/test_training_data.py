"""Training examples are cut right from annotated text."""

from pathlib import Path

import pytest

from pipelines.speech.model import load_model
from pipelines.speech.tags import LINKS, TAGS
from pipelines.speech.training_data import cut_windows, load_names, read_markup, read_stories

STORIES = Path(__file__).resolve().parents[2] / "pipelines" / "speech" / "training_stories"


def test_markup_gives_text_and_spans() -> None:
    story = read_markup("<c1>“No,”</c1> <q1>said</q1> <s1>Ann</s1>. <c1>“Never.”</c1>")
    (event,) = story.events
    assert story.text == "“No,” said Ann. “Never.”"
    assert [story.text[a:b] for a, b in event.content] == ["“No,”", "“Never.”"]
    assert [story.text[a:b] for a, b in event.source] == ["Ann"]


def test_markup_left_open_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        read_markup("<c1>“No,” said Ann.")


def test_composed_stories_have_a_content_in_every_attribution() -> None:
    stories = read_stories(STORIES)
    assert len(stories) > 20
    assert all(event.content and not set("<>") & set(story.text) for story in stories for event in story.events)


def test_tags_and_links_stand_at_the_pieces_that_they_mean() -> None:
    story = read_markup("<c1>“No,”</c1> <q1>said</q1> <s1>Ann</s1>. <c1>“Never.”</c1>")
    (window,) = cut_windows(load_model().tokenizer, story)
    tokens = [load_model().tokenizer.id_to_token(number) for number in window.ids]
    firsts = [at for at, tag in enumerate(window.tags) if tag == TAGS.index("B-content")]
    assert [tokens[at] for at in firsts] == ["“", "“"]
    pointed = {name: [tokens[window.links[LINKS.index(name)][at]] for at in firsts] for name in LINKS}
    assert pointed == {"source": ["ann", "ann"], "cue": ["said", "said"], "content": ["“", "“"]}
    assert window.links[LINKS.index("content")][firsts[1]] == firsts[0]


def test_every_name_to_be_replaced_is_one_piece() -> None:
    vocabulary = load_model().tokenizer.get_vocab()
    names = [name for kind in load_names() for names in kind.values() for name in names]
    assert [name for name in names if name not in vocabulary] == []
