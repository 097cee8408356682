"""On real and composed stories kept beside the project, the agencies of the labelled statements are found."""

import gzip
import json
import re
from pathlib import Path

import trafilatura

from pipelines.agencies import AgencyResolver

RESOLVER = AgencyResolver()


def key(name: str | None) -> frozenset[str]:
    """An agency's name without the words in which lists differ ("Department", "Office", "Jail")."""
    plain = re.sub(r"['’]s\b", "", (name or "").lower())
    plain = re.sub(
        r"\b(?:department|office|bureau|of|the|and|city|sheriff|jail|corrections?|correctional|facility)\b", " ", plain
    )
    return frozenset(re.findall(r"[a-z]+", plain))


def found_share(stories: list[tuple[str, str | None, str | None, list[dict[str, str]]]]) -> float:
    found = wanted = 0
    for text, title, outlet_state, statements in stories:
        mentions = RESOLVER.find(text, outlet_state=outlet_state, title=title)
        named = {(key(m.agency.name), m.agency.state) for m in mentions if m.agency}
        gold = {(key(s["agency"]), s["agency_state"]) for s in statements if s.get("agency")}
        found, wanted = found + len(gold & named), wanted + len(gold)
    return found / wanted


def composed(shared: Path) -> list[dict]:  # type: ignore[type-arg]
    lines = [line for name in "AB" for line in (shared / f"data/composed/{name}.jsonl").open(encoding="utf-8")]
    return [json.loads(line) for line in lines]


def test_composed_stories_name_their_agencies(shared: Path) -> None:
    stories = [(s["text"], s["title"], s["outlet_state"], s["statements"]) for s in composed(shared)]
    assert found_share(stories) >= 0.97


def test_real_pages_name_their_agencies(shared: Path) -> None:
    gold: dict[str, list[dict[str, str]]] = {}
    for line in (shared / "data/labels/statements.jsonl").open(encoding="utf-8"):
        gold.setdefault(json.loads(line)["id"], []).append(json.loads(line))
    stories = []
    for page in map(json.loads, (shared / "data/pages/index.jsonl").open(encoding="utf-8")):
        if page["id"] in gold:
            html = gzip.decompress((shared / f"data/pages/{page['id']}.html.gz").read_bytes())
            stories.append((trafilatura.extract(html, fast=True) or "", page["title"], None, gold[page["id"]]))
    assert found_share(stories) >= 0.95


def test_the_seed_article_names_police_and_sheriff_of_los_angeles(shared: Path) -> None:
    text = (shared / "data/seed_article.txt").read_text(encoding="utf-8")
    local = {m.agency.agency_id for m in RESOLVER.find(text, outlet_state=None) if m.agency and m.agency.state}
    assert local == {"us-ca-los-angeles-police", "us-ca-los-angeles-county-sheriff"}
