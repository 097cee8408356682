"""The byte filter: which raw pages are worth reading."""

import csv
import gzip
import json
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipelines.relevance import prefilter
from pipelines.relevance.prefilter import load_terms, may_concern

STATED = YAML(typ="safe").load(Path(prefilter.__file__).with_name("prefilter.yml").read_text("utf-8"))
TERMS = [(group, term) for group in STATED for term in STATED[group]]
STORY = (
    "<p>The county jail will hold people for ICE agents, the sheriff said.</p>"
    "<p>He spoke on Monday.</p><p>Nobody asked.</p>"
)
ORDINARY = "<p>Police closed the bridge on Monday.</p><p>It opened again at noon.</p><p>Nobody was hurt.</p>"


def page(body: str, menu: str = "") -> bytes:
    return f"<html><head><title>x</title></head><body>{menu}<article>{body}</article></body></html>".encode()


@pytest.mark.parametrize(("group", "term"), TERMS, ids=[f"{group}-{term['finds']}" for group, term in TERMS])
def test_each_term_finds_its_example_and_passes_over_the_other(group: str, term: dict[str, str]) -> None:
    pattern = prefilter._compiled(term["pattern"])
    assert pattern.search(term["finds"].encode())
    assert not pattern.search(term["passes_over"].encode())


def test_the_topic_scan_finds_whatever_the_groups_find() -> None:
    for group, term in TERMS:
        assert group == "local" or load_terms().topic.search(term["finds"].encode()), term


def test_a_story_about_the_jail_and_ice_is_kept() -> None:
    assert may_concern(page(STORY))
    assert may_concern(page(STORY.upper()))


def test_ordinary_news_is_not_kept() -> None:
    assert not may_concern(page(ORDINARY))
    assert not may_concern(page(ORDINARY.replace("bridge", "ice rink")))


@pytest.mark.parametrize(
    "menu",
    [
        '<nav><a href="/immigration">Immigration</a><a href="/police">Police</a></nav>',
        '<ul><li><a class="n" href="/deportation">\n<b>Immigration raids widen as ICE agents arrive</b></a></ul>',
        "<script>var menu = ['ICE agents', 'immigration enforcement', 'deported'];</script>",
        '<meta name="keywords" content="immigration enforcement, ICE agents, deported">',
        "<style>.immigration-raid, .ice-agents { color: red } /* immigration enforcement */</style>",
        '<script src="/jquery-migrate.js"></script>',
    ],
)
def test_menus_links_and_scripts_keep_no_page(menu: str) -> None:
    assert not may_concern(page(ORDINARY, menu))
    assert may_concern(page(STORY, menu))


def test_immigration_news_without_anybody_local_is_not_kept() -> None:
    assert not may_concern(page("<p>Immigration law is debated.</p><p>Immigrants wait.</p><p>A vote is due.</p>"))


def test_one_mention_in_passing_is_not_enough() -> None:
    assert not may_concern(page(ORDINARY + "<p>The festival celebrates a century of immigration.</p>"))


def test_a_story_that_stands_only_in_a_script_is_kept() -> None:
    data = json.dumps({"body": "The sheriff said that deputies would hold nobody for ICE agents."})
    assert may_concern(f'<html><body><div id="root"></div><script id="state">{data}</script></body></html>'.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_charset_does_not_matter(encoding: str) -> None:
    spanish = "<p>El alguacil dijo que la policía no avisará a los agentes de inmigración.</p><p>Sí.</p><p>No.</p>"
    for body in (STORY, spanish):
        assert may_concern(page(body).decode().encode(encoding))


def test_entities_are_read_as_the_letters_that_they_mean() -> None:
    assert may_concern(page("<p>La polic&iacute;a no avisar&aacute; a inmigraci&oacute;n.</p><p>a</p><p>b</p>"))


@pytest.mark.parametrize(
    "body",
    [
        b"<script>immigration enforcement police " * 120_000,
        b"<a immigration enforcement " * 150_000,
        b"ICE " * 1_200_000,
        b"<" * 5_000_000,
    ],
    ids=["scripts", "tags", "terms", "marks"],
)
@pytest.mark.timeout(20)
def test_hostile_pages_take_linear_time(body: bytes) -> None:
    started = time.process_time()
    may_concern(body)
    assert time.process_time() - started < 3


def test_every_real_page_that_matters_is_kept(shared: Path) -> None:
    with (shared / "data/labels/labels.csv").open(encoding="utf-8") as rows:
        wanted = {row["id"] for row in csv.DictReader(rows) if row["label"] != "no"}
    with (shared / "data/labels/statements.jsonl").open(encoding="utf-8") as rows:
        wanted |= {json.loads(row)["id"] for row in rows}
    bodies = {name: gzip.decompress((shared / f"data/pages/{name}.html.gz").read_bytes()) for name in sorted(wanted)}
    assert len(bodies) == 64
    assert [name for name, body in bodies.items() if not may_concern(body)] == []
