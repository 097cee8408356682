"""The real pages through the whole job: crawled from their own addresses with the live settings, and replayed."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from benchmarks.quality import read_page
from crawler.registry import Source
from pipelines.copies.addresses import url_key
from pipelines.defs.crawling import CrawlConfig
from pipelines.defs.resources import WebResource
from pipelines.defs.runner import open_runner
from pipelines.workspace import Profile, Workspace
from tests.newspapers import Newspapers, RealPage, real_pages
from tests.packing import pack
from tests.runs import ask, badgewire, tables

pytestmark = pytest.mark.timeout(900)  # two hundred pages are read for statements on two processes

FIRST_VISIT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND_VISIT = FIRST_VISIT + timedelta(hours=2)
CONTACT = "desk@example.org"


@dataclass(frozen=True)
class Crawled:
    """A live workspace after two visits and a replay, and what was asked of the sites."""

    place: Workspace
    pages: list[RealPage]
    web: WebResource
    newspapers: Newspapers

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return ask(self.place.published, sql)


@pytest.fixture(scope="module")
def crawled(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("real-pages")
    pages = real_pages(shared)
    newspapers = Newspapers(pages)
    web = WebResource(
        registry=str(write_registry(folder / "sources", newspapers.sources)),
        delay_seconds=0,
        max_age_days=None,
        proxy=newspapers.proxy,
        loopback_port=newspapers.site.port,
    )
    unaddressed = pack(folder / "unaddressed.warc.gz", named(page for page in pages if page.url is None), FIRST_VISIT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BADGEWIRE_HOME", str(folder / "home"))
        patch.setenv("BADGEWIRE_CONTACT", CONTACT)
        place = Workspace.of(Profile.LIVE).create()
        try:
            with open_runner(place, web) as runner:
                runner.crawl(CrawlConfig(now=FIRST_VISIT.isoformat()))
                newspapers.second_edition()
                runner.crawl(CrawlConfig(now=SECOND_VISIT.isoformat()))
                runner.crawl(CrawlConfig(replay=[str(unaddressed)]))
                runner.read_pending()
                runner.publish()
            yield Crawled(place, pages, web, newspapers)
        finally:
            newspapers.close()


def write_registry(folder: Path, sources: tuple[Source, ...]) -> Path:
    """The sources as a folder of source files."""
    folder.mkdir()
    told = [without_none(asdict(replace(source, endpoints=list(source.endpoints) or None))) for source in sources]
    (folder / "newspapers.yml").write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return folder


def without_none(value: object) -> object:
    if isinstance(value, dict):
        return {name: without_none(inner) for name, inner in value.items() if inner is not None}
    return [without_none(inner) for inner in value] if isinstance(value, list) else value


def named(pages: Iterator[RealPage] | list[RealPage]) -> list[tuple[str, bytes]]:
    """Addresses and bodies; a page without an address goes by its id."""
    return [(page.url or f"urn:page:{page.id}", page.body) for page in pages]


def fetched_as(url: str) -> str:
    """The address of the index for an address as fetched."""
    return url.removesuffix("?utm_source=rss").rstrip("/")


def test_every_real_page_has_exactly_one_outcome_at_each_visit(crawled: Crawled) -> None:
    for visit in (FIRST_VISIT, SECOND_VISIT):
        rows = crawled.ask(
            f"select url, outcome, reading from fetches where purpose = 'story' and tried_at = timestamptz '{visit}' "
            "and source_id <> 'warc' and not starts_with(url, 'urn:')"
        )
        assert Counter(fetched_as(str(row[0])) for row in rows) == Counter(
            {page.url.rstrip("/"): 1 for page in crawled.pages if page.url is not None}
        )
        assert {row[1] for row in rows} <= {"captured", "unchanged"}
        assert {row[2] for row in rows} <= {"story", "off topic", "unchanged"}


def test_the_two_pages_without_an_address_come_by_replay(crawled: Crawled) -> None:
    assert crawled.ask("select outcome, count(*) from fetches where starts_with(url, 'urn:page:') group by all") == [
        ("captured", 2)
    ]
    assert crawled.ask(
        "select count(*) from fetches where starts_with(url, 'urn:page:') and reading not in ('story', 'off topic')"
    ) == [(0,)]


def test_every_capture_read_as_a_story_is_a_row_with_its_text(crawled: Crawled) -> None:
    lost = crawled.ask(
        "select f.url from fetches as f left join stories as s using (story_id) "
        "left join story_revisions as r on r.revision_id = f.revision_id "
        "where f.reading = 'story' and (s.story_id is null or r.revision_id is null or r.text = '')"
    )
    assert lost == []


def test_the_address_that_stands_twice_is_one_story_with_two_captures(crawled: Crawled) -> None:
    twice, count = Counter(page.url for page in crawled.pages if page.url).most_common(1)[0]
    assert count == 2
    rows = crawled.ask(f"select outcome, story_id, revision_id from fetches where url = '{twice}' order by tried_at")
    assert [row[0] for row in rows] == ["captured", "captured"]
    assert len({row[1] for row in rows}) == 1
    assert len({row[2] for row in rows}) == 2
    assert crawled.ask(f"select revision_count from stories where story_id = '{rows[0][1]}'") == [(2,)]


def test_a_web_archive_s_copy_is_the_story_of_the_original_address(crawled: Crawled) -> None:
    rows = crawled.ask(
        "select f.url, s.url, list(u.url_key) from fetches as f join stories as s using (story_id) "
        "join story_urls as u using (story_id) where f.reading = 'story' and f.url like '%web.archive.org/%' "
        "group by all"
    )
    assert len(rows) >= 30
    for fetched, canonical, keys in rows:
        assert "web.archive.org" not in str(canonical)
        assert url_key(str(fetched)) in keys  # type: ignore[operator]  # a list of text
        assert not any("web.archive.org" in key for key in keys)  # type: ignore[attr-defined]


STORED = """
select f.url, r.text, r.relevant, m.quote, m.direct, m.speaker, m.role, m.stance, a.name, a.state
from fetches as f
join story_revisions as r on r.revision_id = f.revision_id
left join statement_mentions as m on m.revision_id = r.revision_id and m.kind <> 'claim'
left join agencies as a on a.agency_id = m.agency_id
"""
FIELDS = ("quote", "direct", "speaker", "role", "stance", "agency", "state")


def test_what_the_scorers_call_reads_what_the_job_stored(crawled: Crawled) -> None:
    stored: dict[tuple[str, str], tuple[object, set[tuple[object, ...]]]] = {}
    for url, text, relevant, *statement in crawled.ask(STORED):
        _, statements = stored.setdefault((fetched_as(str(url)), str(text)), (relevant, set()))
        statements.update([tuple(statement)] if statement[0] is not None else [])
    pages = crawled.pages[::3]  # a third of them, since each is read for the second time
    asked = [{"id": page.id, "url": page.url, "html": page.body, "outlet_state": None} for page in pages]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(read_page, asked))
    read = {
        (fetched_as(page.url or f"urn:page:{page.id}"), result["text"]): (
            result["relevant"],
            {tuple(each[name] for name in FIELDS) for each in result["statements"]},
        )
        for page, result in zip(pages, results, strict=True)
        if result["text"]
    }
    off_topic = {fetched_as(str(row[0])) for row in crawled.ask("select url from fetches where reading = 'off topic'")}
    kept = {key: what for key, what in read.items() if key[0] not in off_topic}
    assert len(kept) >= 60
    assert kept == {key: stored.get(key) for key in kept}


def test_a_day_read_again_makes_no_request_and_gives_the_same_rows(
    crawled: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BADGEWIRE_HOME", str(crawled.place.root.parent))
    before, asked = tables(crawled.place.published), len(crawled.newspapers.site.asked)
    with open_runner(crawled.place, crawled.web) as runner:
        runner.read_days([FIRST_VISIT.date()])
        runner.publish()
    assert tables(crawled.place.published) == before
    assert len(crawled.newspapers.site.asked) == asked


def test_pages_packed_by_another_tool_come_through_the_command_line(shared: Path, tmp_path: Path) -> None:
    pages = real_pages(shared)[1::3]  # a third of them, since the crawl has read them all
    seed = shared.joinpath("data", "seed_article.txt").read_text(encoding="utf-8")
    packed = tmp_path / "packed"
    packed.mkdir()
    pack(packed / "real.warc.gz", named(pages), FIRST_VISIT)
    pack(
        packed / "seed.warc.gz",
        [("https://news.example.org/2016/11/most-law-enforcement-will-not-help", laid_out(seed))],
        FIRST_VISIT,
    )
    done = badgewire(tmp_path, "run", "--source", f"warc:{packed}")
    assert done.returncode == 0, done.stderr
    published = tmp_path / "live" / "published" / "badgewire.duckdb"
    outcomes = ask(published, "select url, outcome, reading, story_id is not null from fetches")
    assert Counter(row[0] for row in outcomes) == Counter(url for url, _ in named(pages)) + Counter(
        ["https://news.example.org/2016/11/most-law-enforcement-will-not-help"]
    )
    assert {row[1:3] for row in outcomes} <= {("captured", "story"), ("captured", "off topic")}
    assert all(is_story == (reading == "story") for _, _, reading, is_story in outcomes)
    assert ask(published, "select relevant from stories where url like '%/most-law-enforcement-will-not-help'") == [
        (True,)
    ]


def laid_out(article: str) -> bytes:
    """A plain text as a page of a newspaper, its first line the headline."""
    headline, *paragraphs = [line.strip() for line in article.split("\n\n") if line.strip()]
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    head = f"<title>{headline} | The Paper</title>"
    page = (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{head}</head><body><nav><a href='/'>Home</a></nav>"
    )
    return f"{page}<article><h1>{headline}</h1>{body}</article><footer>About us</footer></body></html>".encode()
