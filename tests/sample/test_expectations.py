"""The expectations kept beside these tests fit the stories that they speak of."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.records import Stance
from sample.sites import load_sites
from sample.stories import load_stories

HERE = Path(__file__).parent
ANCHOR = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
EXPECTED: dict[str, Any] = YAML(typ="safe", pure=True).load(HERE / "expectations.yml")
STORIES = {s.slug: s for s in load_stories(ANCHOR, {site.id: site.utc_offset for site in load_sites()})}


@pytest.mark.parametrize("slug", EXPECTED["statements"])
def test_expected_words_stand_in_the_story(slug: str) -> None:
    text = STORIES[slug].version(ANCHOR).text
    for statement in EXPECTED["statements"][slug]:
        assert statement["words"] in text
        assert Stance(statement["stance"])


def test_expected_agencies_are_in_the_samples_list() -> None:
    with (HERE.parents[1] / "sample" / "agencies.csv").open(encoding="utf-8") as file:
        listed = {(row["state_abbr"].replace("NB", "NE"), row["pub_agency_name"]) for row in csv.DictReader(file)}
    for statements in EXPECTED["statements"].values():
        for statement in statements:
            short = re.sub(r" (County Sheriff's Office|Police Department)$", "", statement["agency"])
            assert (statement["state"], short) in listed


def test_every_readable_story_of_the_sample_is_judged() -> None:
    judged = {*EXPECTED["statements"], *EXPECTED["none"]}
    readable = {
        slug
        for slug, story in STORIES.items()
        if story.answer in ("page", "slow") and story.damage not in ("empty", "cut-gzip") and story.until is None
    }
    closed_to_crawlers = {
        "insider-jail-numbers", "print-version-of-mobley", "draft-immigration-explainer", "video-embed",
        "internal-affairs-summary",
    }  # fmt: skip
    assert readable - judged == closed_to_crawlers


def test_no_story_is_judged_both_ways() -> None:
    assert not set(EXPECTED["statements"]) & set(EXPECTED["none"])
