"""People named in a story: the examples of `titles.yml`, and later mentions."""

from importlib import resources
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.speech import find_people

LISTS = YAML(typ="safe").load(resources.files("pipelines.speech").joinpath("titles.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", LISTS["examples"], ids=lambda example: example["name"])
def test_titles_and_appositions_give_role_and_body(example: dict[str, Any]) -> None:
    people = find_people(example["text"]).people
    assert [(person.name, person.role, person.body) for person in people] == [
        (example["name"], example["role"], example["body"])
    ]


@pytest.mark.parametrize("example", LISTS["counterexamples"], ids=lambda example: example["text"])
def test_bodies_and_places_are_nobody(example: dict[str, Any]) -> None:
    assert find_people(example["text"]).people == ()


def test_later_mentions_by_last_name_mean_the_same_person() -> None:
    text = "Sheriff Dana Whitlock spoke. Whitlock’s jail is full. “No,” said Sheriff Whitlock."
    (person,) = find_people(text).people
    assert [text[a:b] for a, b in person.places] == ["Dana Whitlock", "Whitlock", "Whitlock"]
