"""A crawl from source to archive: what is fetched, what is asked again, what is followed, what is remembered."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import brotli
import pytest

from crawler.archive import read_capture
from crawler.errors import ArchiveError
from crawler.job import Counts, Limits, Pace
from crawler.registry import Endpoint
from crawler.run import crawl
from tests.site import Page

if TYPE_CHECKING:
    from tests.site import Site

    from .conftest import Collector


def test_every_story_of_a_feed_is_captured_once_with_its_request(site: Site, collector: Collector) -> None:
    site.stories(3)
    counts = collector.crawl()
    assert (counts.captured, counts.error) == (5, 0)  # robots.txt, the feed, three stories
    assert [capture.url for capture in collector.captures()] == [f"{site.root}/story/{number}" for number in range(3)]
    capture = collector.captures()[1]
    archived = read_capture(collector.archive, capture.warc_file, capture.warc_offset)
    assert archived.body == b"<html><p>Story 1.</p></html>"
    assert (archived.source_id, archived.purpose, archived.captured_at) == ("gazette", "story", capture.captured_at)
    assert (capture.title, capture.endpoint) == ("Title", f"{site.root}/feed")


def test_other_tools_find_no_fault_with_the_archive(site: Site, collector: Collector) -> None:
    site.stories(3)
    site.put("/story/1", b"", "302 Found", headers={"Location": "/story/0?x=1"})
    collector.crawl()
    collector.crawl(now=collector.noon + timedelta(hours=2))
    files = sorted(map(str, collector.archive.glob("*/*.warc.gz")))
    check = subprocess.run(
        [str(Path(sys.executable).with_name("warcio")), "check", "-v", *files], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout
    assert "digest pass" in check.stdout
    assert "revisit" in check.stdout


def test_the_user_agent_is_the_operators_and_nothing_hides_it(site: Site, collector: Collector) -> None:
    site.stories(1)
    collector.crawl()
    assert {asked.headers["user-agent"] for asked in site.asked} == {"BadgewireTest/1.0 (+mailto:desk@example.org)"}
    assert not any("cookie" in asked.headers or "referer" in asked.headers for asked in site.asked)


def test_a_second_run_asks_on_condition_and_fetches_no_story_again(site: Site, collector: Collector) -> None:
    site.stories(3)
    collector.crawl()
    counts = collector.crawl(now=collector.noon + timedelta(minutes=1))
    assert site.times_asked("/story/0") == 1
    assert site.asked[-1].headers["if-none-match"] == site.pages["/feed"].etag
    assert (counts.captured, counts.unchanged) == (1, 1)  # robots.txt is none; the feed


def test_a_story_is_fetched_again_at_each_age_and_only_once(site: Site, collector: Collector) -> None:
    site.stories(1)
    collector.crawl(frozen=True)
    asked = []
    for hours in (0.5, 1, 1.5, 2, 5.9, 6, 23, 24, 25, 72, 80, 168, 400, 1000):
        collector.crawl(now=collector.noon + timedelta(hours=hours), frozen=True)
        asked.append(site.times_asked("/story/0") - 1)
    assert asked == [0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]


def test_missed_ages_are_made_up_for_by_one_try(site: Site, collector: Collector) -> None:
    site.stories(1)
    collector.crawl(frozen=True)
    collector.crawl(now=collector.noon + timedelta(days=2), frozen=True)
    collector.crawl(now=collector.noon + timedelta(days=2, hours=1), frozen=True)
    assert site.times_asked("/story/0") == 2


def test_a_young_story_is_fetched_again_though_its_feed_has_dropped_it(site: Site, collector: Collector) -> None:
    site.stories(1)
    collector.crawl()
    site.feed([])
    site.put("/story/0", b"<html>Corrected.</html>")
    collector.crawl(now=collector.noon + timedelta(hours=2))
    assert [capture.is_revisit for capture in collector.captures()] == [False, False]


def test_a_body_that_came_again_unchanged_is_a_revisit_record(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.put("/story/0", b"<html>Always the same.</html>")  # no validator
    collector.crawl()
    counts = collector.crawl(now=collector.noon + timedelta(hours=2))
    first, second = collector.captures()
    assert second.is_revisit
    assert second.digest == first.digest
    assert second.status == 200
    assert counts.unchanged == 2
    assert collector.row("/story/0").outcome == "unchanged"


def test_an_address_is_fetched_once_however_many_sources_name_it(site: Site, collector: Collector) -> None:
    site.stories(2)
    site.feed(["/story/0?utm_source=rss", "/story/1#top", f"{site.root}/story/1/"], "/other")
    collector.crawl(collector.source(collector.feed()), collector.source(collector.feed("/other"), id="herald"))
    paths = [asked.path.split("?")[0].rstrip("/") for asked in site.asked]
    assert (paths.count("/story/0"), paths.count("/story/1")) == (1, 1)


def test_redirects_are_followed_and_each_hop_is_recorded(site: Site, collector: Collector) -> None:
    site.feed(["/a"])
    site.put("/a", status="301 Moved Permanently", headers={"Location": "/b"})
    site.put("/b", status="302 Found", headers={"Location": f"{site.root}/c"})
    site.put("/c", b"<html>There.</html>")
    counts = collector.crawl()
    assert counts.redirected == 2
    assert [(row.url.removeprefix(site.root), row.outcome) for row in collector.rows("story")] == [
        ("/a", "redirected"), ("/b", "redirected"), ("/c", "captured"),
    ]  # fmt: skip
    collector.crawl(now=collector.noon + timedelta(hours=2))
    assert [site.times_asked(path) for path in ("/a", "/b", "/c")] == [1, 1, 2]


def test_a_circle_of_redirects_ends_in_a_row_that_says_so(site: Site, collector: Collector) -> None:
    site.feed(["/a"])
    site.put("/a", status="301 Moved", headers={"Location": "/b"})
    site.put("/b", status="301 Moved", headers={"Location": "/a"})
    collector.crawl()
    assert site.times_asked("/a") == 1
    assert "circle" in (collector.rows("story")[-1].reason or "")


def test_robots_txt_is_obeyed_and_archived(site: Site, collector: Collector) -> None:
    site.stories(2)
    site.put("/robots.txt", b"User-agent: *\nDisallow: /story/1\n", content_type="text/plain")
    counts = collector.crawl()
    assert counts.robots == 1
    assert site.times_asked("/story/1") == 0
    assert collector.row("/story/1").outcome == "robots"
    assert [capture.url for capture in collector.captures("robots")] == [f"{site.root}/robots.txt"]


def test_robots_txt_that_addresses_us_by_name_is_obeyed(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.put("/robots.txt", b"User-agent: BadgewireTest\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    collector.crawl()
    assert site.times_asked("/feed") == 0


def test_robots_txt_unchanged_since_the_last_run_is_still_obeyed(site: Site, collector: Collector) -> None:
    site.stories(2)
    site.put("/robots.txt", b"User-agent: *\nDisallow: /story/1\n", etag='"r"')
    collector.crawl()
    collector.crawl(now=collector.noon + timedelta(hours=2))
    assert site.times_asked("/story/1") == 0
    assert site.times_asked("/story/0") == 2


def test_a_host_whose_robots_txt_fails_is_left_alone(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.put("/robots.txt", b"oops", "503 Service Unavailable")
    collector.crawl()
    assert site.times_asked("/feed") == 0
    assert "robots.txt could not be read" in (collector.row("/feed").reason or "")


def test_a_crawl_delay_is_kept(site: Site, collector: Collector) -> None:
    site.stories(3)
    site.put("/robots.txt", b"User-agent: *\nCrawl-delay: 0.2\n")
    started = time.monotonic()
    collector.crawl(pace=Pace(0.0, 8, 16, auto_throttle=True))
    assert time.monotonic() - started >= 0.8  # robots.txt, the feed, three stories


def test_old_stories_are_left_out_by_date_and_the_undated_kept(site: Site, collector: Collector) -> None:
    site.put(
        "/sitemap.xml",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        b"<url><loc>/new</loc><lastmod>2026-05-03</lastmod></url>"
        b"<url><loc>/old</loc><lastmod>2024-01-01</lastmod></url>"
        b"<url><loc>/2019/01/02/old</loc></url><url><loc>/undated</loc></url></urlset>",
        content_type="application/xml",
    )
    collector.crawl(collector.source(collector.sitemap()), max_age_days=30)
    assert [asked.path for asked in site.asked[2:]] == ["/new", "/undated"]


def test_a_sitemap_index_leads_to_its_packed_sitemaps_and_not_in_circles(site: Site, collector: Collector) -> None:
    namespace = b"xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    inner = b"<urlset %s><url><loc>/story/0</loc></url></urlset>" % namespace
    site.stories(1)
    site.put("/inner.xml.gz", gzip.compress(inner), content_type="application/gzip")
    locs = b"".join(b"<sitemap><loc>/%s</loc></sitemap>" % name for name in (b"sitemap.xml", b"b.xml", b"inner.xml.gz"))
    site.put("/sitemap.xml", b"<sitemapindex %s>%s</sitemapindex>" % (namespace, locs), content_type="text/xml")
    site.put("/b.xml", b"<sitemapindex %s>%s</sitemapindex>" % (namespace, locs), content_type="text/xml")
    collector.crawl(collector.source(collector.sitemap()))
    assert [site.times_asked(path) for path in ("/sitemap.xml", "/b.xml", "/inner.xml.gz", "/story/0")] == [1, 1, 1, 1]


def test_a_listing_is_paged_as_far_as_its_entry_says(site: Site, collector: Collector) -> None:
    for page in range(1, 5):
        site.put(
            f"/news?page={page}",
            b"<ul><li class=row><a href='/release/%d'>Release</a><time datetime=2026-05-0%d>May</time></li></ul>"
            b"<a class=next href='/news?page=%d'>older</a>" % (page, page, page + 1),
        )
        site.put(f"/release/{page}", b"<html>Release</html>")
    listing = collector.listing(
        "/news?page=1", item="li.row", link="a", title="a::text", date="time", next_page="a.next", max_pages=3
    )
    collector.crawl(collector.source(listing))
    assert [site.times_asked(f"/release/{page}") for page in range(1, 5)] == [1, 1, 1, 0]
    capture = collector.captures()[0]
    assert (capture.title, capture.published) == ("Release", "2026-05-01")
    collector.crawl(collector.source(listing), now=collector.noon + timedelta(minutes=5))
    assert site.times_asked("/news?page=2") == 1  # nothing new on the first page


def test_an_older_page_that_failed_or_names_a_story_that_failed_is_asked_again(
    site: Site, collector: Collector
) -> None:
    site.put("/news", b"<li class=row><a href='/release/1'>New</a></li><a class=next href='/news?page=2'>older</a>")
    site.put("/release/1", b"<html>New</html>")
    site.put("/news?page=2", status="503 Service Unavailable")
    listing = collector.listing("/news", item="li.row", link="a", title="a::text", next_page="a.next", max_pages=2)
    source = collector.source(listing)
    collector.crawl(source)
    site.put("/news?page=2", b"<li class=row><a href='/release/2'>Old</a></li>")
    site.put("/release/2", status="500 Internal Server Error")
    collector.crawl(source, now=collector.noon + timedelta(minutes=5))
    assert collector.row("/release/2").outcome == "error"
    site.put("/release/2", b"<html>Old</html>")
    collector.crawl(source, now=collector.noon + timedelta(minutes=10))
    assert site.times_asked("/news?page=2") == 2  # seen, and its story not due before an hour has passed
    collector.crawl(source, now=collector.noon + timedelta(hours=2))
    assert collector.row("/release/2").outcome == "captured"


def test_a_homepage_alone_leads_to_its_feed_which_is_remembered(site: Site, collector: Collector) -> None:
    site.stories(2, path="/news/rss")
    site.put("/", b"<html><head><link rel=alternate type='application/rss+xml' href='/news/rss'></head></html>")
    collector.crawl(collector.source())
    assert len(collector.captures()) == 2
    collector.crawl(collector.source(), now=collector.noon + timedelta(hours=2))
    assert (site.times_asked("/"), site.times_asked("/news/rss")) == (1, 2)
    assert site.asked[1 + [asked.path for asked in site.asked].index("/robots.txt", 3)].headers.get("if-none-match")


def test_a_feed_with_an_item_that_names_no_page_is_alive_all_the_same(site: Site, collector: Collector) -> None:
    site.stories(2, path="/news/rss")
    page = site.pages["/news/rss"]
    site.put("/news/rss", page.body.replace(b"<item>", b"<item><title>An advertisement</title></item><item>", 1))
    site.put("/", b"<html><head><link rel=alternate type='application/rss+xml' href='/news/rss'></head></html>")
    for hours in (0, 2, 4):
        collector.crawl(collector.source(), now=collector.noon + timedelta(hours=hours))
    assert (site.times_asked("/"), site.times_asked("/news/rss")) == (1, 3)
    assert collector.row("/news/rss").reason == "1 of 3 items name no page"


def test_a_homepage_that_declares_nothing_is_tried_at_well_known_addresses(site: Site, collector: Collector) -> None:
    site.stories(1, path="/rss.xml")
    site.put("/", b"<html>Welcome</html>")
    collector.crawl(collector.source())
    assert site.times_asked("/story/0") == 1
    assert site.times_asked("/sitemap.xml") == 0


def test_a_discovered_feed_that_dies_is_discovered_anew(site: Site, collector: Collector) -> None:
    site.stories(1, path="/old-feed")
    site.put("/", b"<link rel=alternate type='application/rss+xml' href='/old-feed'>")
    collector.crawl(collector.source())
    del site.pages["/old-feed"]
    site.feed(["/fresh"], "/new-feed")
    site.put("/", b"<link rel=alternate type='application/rss+xml' href='/new-feed'>")
    site.put("/fresh", b"<html>Fresh</html>")
    for day in range(1, 6):
        collector.crawl(collector.source(), now=collector.noon + timedelta(days=day))
    assert site.times_asked("/fresh") >= 1


def test_a_proxy_is_asked_with_whole_addresses_of_any_host_and_scheme(site: Site, collector: Collector) -> None:
    site.put(
        "https://gazette.example/feed",
        b"<rss><channel><item><link>https://gazette.example/a</link></item></channel></rss>",
    )
    site.put("https://gazette.example/a", b"<html>A</html>")
    source = collector.source(homepage="https://gazette.example/")
    endpoint = collector.feed().__class__("feed", "https://gazette.example/feed")
    collector.crawl(
        source.__class__(source.id, source.name, source.kind, source.homepage, endpoints=(endpoint,)),
        proxy=site.root,
        loopback_ports=frozenset(),
    )
    assert [capture.url for capture in collector.captures()] == ["https://gazette.example/a"]


def test_a_proxy_that_goes_away_ends_the_crawl_and_is_no_site_s_failure(site: Site, collector: Collector) -> None:
    async def leave(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>half")
        await writer.drain()
        site.close_listener()

    site.put(
        "http://gazette.example/feed",
        b"<rss><channel>%s</channel></rss>"
        % b"".join(b"<item><link>http://gazette.example/%d</link></item>" % number for number in range(20)),
    )
    for number in range(20):
        site.put(f"http://gazette.example/{number}", write=leave)
    source = replace(
        collector.source(homepage="http://gazette.example/"),
        endpoints=(Endpoint("feed", "http://gazette.example/feed"),),
    )
    with pytest.raises(ArchiveError, match=f"the proxy {site.root} does not answer"):
        collector.crawl(source, proxy=site.root, loopback_ports=frozenset())
    assert [row for row in collector.rows("story") if row.outcome == "error"] == []


def test_a_killed_crawl_goes_on_where_it_was_and_fetches_nothing_twice(site: Site, collector: Collector) -> None:
    site.stories(60)
    process = collector.start_crawl(pace=Pace(0.02, 1, 16, auto_throttle=False), frozen=True)
    deadline = time.monotonic() + 30
    while sum(asked.path.startswith("/story") for asked in site.asked) < 15 and time.monotonic() < deadline:
        time.sleep(0.01)  # polled with a deadline
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(10)
    archived = {capture.url for capture in collector.captures()}
    assert 5 < len(archived) < 60
    asked = len(site.asked)
    collector.crawl(now=collector.noon + timedelta(minutes=1))
    assert {capture.url for capture in collector.captures()} == {f"{site.root}/story/{number}" for number in range(60)}
    again = {asked.url for asked in site.asked[asked:]}
    assert not again & archived


@pytest.mark.parametrize("stuck", [2, 3])
def test_stories_of_an_older_page_that_a_kill_left_are_fetched_in_the_next_run(
    site: Site, collector: Collector, stuck: int
) -> None:
    waiting = threading.Event()

    async def wait(_: asyncio.StreamWriter) -> None:
        waiting.set()
        await asyncio.sleep(60)

    for page in range(1, 4):
        link = f"<li class=row><a href='/release/{page}'>Release</a></li>"
        site.put(f"/news/{page}", f"{link}<a class=next href='/news/{page + 1}'>older</a>".encode())
        site.put(f"/release/{page}", b"<html>A release</html>")
    site.pages[f"/release/{stuck}"] = replace(site.pages[f"/release/{stuck}"], write=wait)
    listing = collector.listing("/news/1", item="li.row", link="a", title="a::text", next_page="a.next", max_pages=3)
    process = collector.start_crawl(collector.source(listing))
    assert waiting.wait(30)
    while len(collector.captures()) < 2 or not site.times_asked("/news/3"):
        time.sleep(0.01)  # bounded by the test's own time
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(10)
    site.put(f"/release/{stuck}", b"<html>A release</html>")
    asked = site.times_asked("/news/2")
    collector.crawl(collector.source(listing), now=collector.noon + timedelta(minutes=5))
    paths = {urlsplit(capture.url).path for capture in collector.captures()}
    assert paths == {"/release/1", "/release/2", "/release/3"}
    assert site.times_asked("/news/2") == asked  # what it named lies in the archive


@pytest.mark.parametrize(
    ("homepage", "feeds", "never_answered"),
    [("ab", ("/feed-a", "/feed-b"), ("/feed-a", "/feed-b")), ("ab", ("/feed-a", "/feed-b"), ("/feed-b",)),
     ("", ("/rss.xml",), ("/feed/",))],
)  # fmt: skip
def test_a_discovery_that_a_kill_broke_off_goes_on_in_the_next_run(
    site: Site, collector: Collector, homepage: str, feeds: tuple[str, ...], never_answered: tuple[str, ...]
) -> None:
    links = [f"<link rel=alternate type='application/rss+xml' href='/feed-{name}'>" for name in homepage]
    site.put("/", "".join(links).encode() or b"<html>Welcome</html>")
    waiting = threading.Event()

    async def wait(_: asyncio.StreamWriter) -> None:
        waiting.set()
        await asyncio.sleep(60)

    for feed in feeds:
        site.feed([f"/story{feed}"], feed)
        site.put(f"/story{feed}", b"<html>A story</html>")
    for feed in never_answered:
        site.pages[feed] = replace(site.pages.get(feed) or Page(), write=wait)
    process = collector.start_crawl(collector.source())
    assert waiting.wait(30)
    while feeds[0] not in never_answered and homepage and not collector.captures():
        time.sleep(0.01)  # bounded by the test's own time
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(10)
    for feed in never_answered:
        site.pages[feed] = replace(site.pages[feed], write=None, status="200 OK" if feed in feeds else "404 Not Found")
    collector.crawl(collector.source(), now=collector.noon + timedelta(minutes=5))
    assert {urlsplit(capture.url).path for capture in collector.captures()} == {f"/story{feed}" for feed in feeds}
    asked = site.times_asked("/")
    collector.crawl(collector.source(), now=collector.noon + timedelta(minutes=10))
    assert site.times_asked("/") == asked


def test_what_the_log_lost_is_read_from_the_archive_and_a_torn_record_cut_off(site: Site, collector: Collector) -> None:
    site.stories(5)
    collector.crawl()
    (warc,) = collector.archive.glob("*/*.warc.gz")
    (log,) = collector.archive.glob("*/*.log.jsonl")
    start = collector.row("/feed").warc_start or 0
    warc.write_bytes(warc.read_bytes() + warc.read_bytes()[start : start + 200])
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:3] + lines[5:-1]) + lines[-1][:40])
    collector.state.unlink()
    assert len(collector.captures()) == 5
    collector.crawl(now=collector.noon + timedelta(minutes=1))
    assert [site.times_asked(f"/story/{number}") for number in range(5)] == [1] * 5
    assert len(collector.captures()) == 5
    assert subprocess.run([str(Path(sys.executable).with_name("warcio")), "check", str(warc)]).returncode == 0


def test_captures_around_midnight_lie_in_the_folders_of_their_days(site: Site, collector: Collector) -> None:
    site.stories(20)
    late = collector.noon.replace(hour=23, minute=59, second=59, microsecond=700_000)
    collector.crawl(now=late, pace=Pace(0.05, 1, 16, auto_throttle=False))
    folders = {capture.warc_file.split("/")[0] for capture in collector.captures()}
    assert folders == {"2026-05-04", "2026-05-05"}
    assert all(capture.captured_at.date().isoformat() in capture.warc_file for capture in collector.captures())


@pytest.mark.parametrize(
    ("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_packed_answers_are_kept_as_they_came_and_unpacked_when_read(
    site: Site, collector: Collector, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    site.feed(["/packed"])
    site.put("/packed", pack(b"<html>Unpacked</html>"), headers={"Content-Encoding": coding})
    collector.crawl()
    (capture,) = collector.captures()
    archived = read_capture(collector.archive, capture.warc_file, capture.warc_offset)
    assert archived.body == b"<html>Unpacked</html>"


def test_a_host_that_asks_to_wait_is_left_alone_until_the_next_run(site: Site, collector: Collector) -> None:
    site.stories(4)
    for number in range(4):
        site.put(f"/story/{number}", b"slow down", "429 Too Many Requests", headers={"Retry-After": "60"})
    slowly = Pace(0.0, 1, 16, auto_throttle=False)
    counts = collector.crawl(pace=slowly)
    assert (counts.error, counts.skipped) == (1, 3)
    site.stories(4)
    collector.crawl(now=collector.noon + timedelta(hours=2), pace=slowly)
    assert sum(capture.status == 200 for capture in collector.captures()) == 4


def test_a_run_ends_when_its_time_is_up_and_the_next_goes_on(site: Site, collector: Collector) -> None:
    site.stories(20)
    slowly = Pace(0.1, 1, 16, auto_throttle=False)
    collector.crawl(pace=slowly, limits=Limits(run_seconds=0.7))
    first = len(collector.captures())
    assert 0 < first < 20
    collector.crawl(now=collector.noon + timedelta(minutes=10))
    assert len(collector.captures()) == 20


def test_sound_and_pictures_are_not_fetched_to_the_end(site: Site, collector: Collector) -> None:
    site.feed(["/podcast.mp3"])
    site.put("/podcast.mp3", b"x" * 150_000, content_type="audio/mpeg")
    collector.crawl()
    row = collector.row("/podcast.mp3")
    assert (row.outcome, row.reason) == ("error", "no page but media")


def test_with_endpoints_only_no_story_is_fetched(site: Site, collector: Collector) -> None:
    site.stories(2)
    collector.crawl(endpoints_only=True)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/feed"]


def test_progress_is_reported_and_ends_with_the_counts_returned(site: Site, collector: Collector) -> None:
    site.stories(2)
    reports: list[Counts] = []
    counts = crawl(collector.job(), reports.append)
    assert reports[-1] == counts
    assert counts.tried == len(collector.rows()) == counts.captured


def test_no_host_is_asked_more_at_once_than_the_pace_allows(site: Site, collector: Collector) -> None:
    under_way = most = 0

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        under_way -= 1

    site.feed([f"/{number}" for number in range(20)])
    for number in range(20):
        site.put(f"/{number}", write=answer)
    collector.crawl(pace=Pace(0.0, 3, 16, auto_throttle=False))
    assert most == 3
