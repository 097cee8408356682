"""Each rule of the data files has an example that it matches and one that it must not."""

import re

import pytest

from pipelines.agencies import AgencyResolver
from pipelines.agencies.register import load_data

HEADS = load_data("heads.yml")
FEDERAL = load_data("federal.yml")


@pytest.mark.parametrize("rule", HEADS, ids=lambda rule: rule["id"])
def test_a_heading_rule_matches_its_example_and_not_the_other(rule: dict[str, str]) -> None:
    pattern = re.compile(rf"\b(?:{rule['pattern']})", re.IGNORECASE)
    match = pattern.search(rule["matches"])
    assert match
    assert match[0].lower().startswith(tuple(rule["starts"]))
    assert not pattern.search(rule["misses"])


@pytest.mark.parametrize("body", FEDERAL, ids=lambda body: body["id"])
def test_a_federal_body_is_found_in_its_example_and_not_in_the_other(body: dict[str, str]) -> None:
    def ids(text: str) -> set[str]:
        return {m.agency.agency_id for m in AgencyResolver().find(text, outlet_state=None) if m.agency}

    assert body["id"] in ids(body["matches"])
    assert body["id"] not in ids(body["misses"])
