"""The real pages in ../shared: which join, and which are flagged as carried from elsewhere. Both lists read by eye."""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from pipelines.copies.addresses import site_of
from pipelines.copies.identity import canonical_url
from pipelines.copies.likeness import compare_sketches
from pipelines.copies.marks import find_marks, is_collection
from pipelines.copies.sketch import sketch_texts
from pipelines.extraction import ExtractionFailure, extract_document

# Three pages captured twice, three republished by another outlet, one AP story reworked by another newsroom.
CAPTURED_TWICE = {("b889e2fb9f", "d06c6d0d45"), ("16beaa2527", "42ce93c42e"), ("bcc4e82e49", "e23af7575b")}
REPUBLISHED = {
    ("0233d6a300", "f802431098"),
    ("6cb2168f20", "d2fd29a05a"),
    ("5e7e65de77", "b034257383"),
    ("a8765ccda9", "bebdc20a9a"),
}
# Pages whose text, or much of it, another outlet or an agency wrote.
CARRIED = {
    "f60bb6dc43",
    "6e1b61c1fb",
    "ccb049df5e",
    "ea80271496",
    "a8765ccda9",
    "324d1922df",
    "b034257383",
    "5e7e65de77",
    "cc4d8ccefa",
    "82d3ceda68",
    "b06e23e808",
    "c49be48d0b",
    "8c798df807",
    "92ac7c32f6",
    "225aeddd5c",
    "9e1b823311",
    "94ae68af56",
    "f802431098",
    "626983ca6a",
    "4eb930653d",
    "aa6fc4b174",
    "d2fd29a05a",
    "50fe73f2eb",
    "babc4a51d1",
    "e43a0a4a82",
    "bebdc20a9a",
}


@dataclass(frozen=True, slots=True)
class RealPage:
    id: str
    site: str
    title: str
    url: str | None
    date: str
    byline: str | None
    text: str


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[RealPage]:
    folder = shared / "data" / "pages"
    read = []
    for page in map(json.loads, (folder / "index.jsonl").read_text().splitlines()):
        body = gzip.decompress((folder / f"{page['id']}.html.gz").read_bytes())
        document = extract_document(body, url=page["url"], content_type=None)
        byline, text = (None, "") if isinstance(document, ExtractionFailure) else (document.byline, document.text)
        address = canonical_url(page["url"])
        host = urlsplit(address.url).hostname if address else None
        site = site_of(host) if host else page["id"]
        read.append(RealPage(page["id"], site, page["title"], page["url"], page["date"] or "", byline, text))
    return read


@pytest.fixture(scope="module")
def joined(pages: list[RealPage]) -> list[tuple[RealPage, RealPage]]:
    """Every pair that joins, the smaller id first."""
    pairs = np.array(list(itertools.combinations(range(len(pages)), 2)))
    sites = np.array([page.site for page in pages])
    collections = np.array([is_collection(page.title, page.url) for page in pages])
    one, other = pairs[:, 0], pairs[:, 1]
    verdict = compare_sketches(
        sketch_texts([page.text for page in pages]),
        pairs,
        sites[one] == sites[other],
        collections[one] | collections[other],
    )
    found = [sorted((pages[a], pages[b]), key=lambda page: page.id) for a, b in pairs[verdict.copied]]
    return [(first, second) for first, second in found]


def test_only_true_copies_join(joined: list[tuple[RealPage, RealPage]]) -> None:
    assert {(one.id, other.id) for one, other in joined} == CAPTURED_TWICE | REPUBLISHED
    assert {(one.id, other.id) for one, other in joined if one.site == other.site} == CAPTURED_TWICE


def test_what_is_flagged_as_carried_is_carried(pages: list[RealPage], joined: list[tuple[RealPage, RealPage]]) -> None:
    marked = {page.id for page in pages if find_marks(page.byline, page.text, (page.site.split(".")[0],))}
    copies = {max(pair, key=lambda page: (page.date, page.id)).id for pair in joined if pair[0].site != pair[1].site}
    assert marked <= CARRIED
    assert marked | copies <= CARRIED
    assert (len(marked), len(marked | copies)) == (20, 22)
