"""Last names of people named in a story: the examples of `titles.yml`."""

from importlib import resources
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.speech.names import last_names

LISTS = YAML(typ="safe").load(resources.files("pipelines.speech").joinpath("titles.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", LISTS["examples"], ids=lambda example: example["name"])
def test_whoever_has_a_title_or_two_names_is_found(example: dict[str, Any]) -> None:
    assert last_names(example["text"]) == {example["name"].split()[-1].casefold()}


@pytest.mark.parametrize("example", LISTS["counterexamples"], ids=lambda example: example["text"])
def test_bodies_and_places_are_nobody(example: dict[str, Any]) -> None:
    assert last_names(example["text"]) == set()


def test_later_mentions_by_last_name_mean_the_same_person() -> None:
    text = "Sheriff Dana Whitlock Jr. spoke. Whitlock’s jail is full. “No,” said Sheriff Whitlock."
    assert last_names(text) == {"whitlock"}
