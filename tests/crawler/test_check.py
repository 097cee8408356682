"""The check of the registry's endpoints, against a real server on loopback and against rows of a log."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.check import EndpointHealth, judge, with_memory
from crawler.crawl_log import LogRow
from crawler.job import CrawlJob, Pace
from crawler.registry import Endpoint, ListingSelectors, Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECK = "import pickle, sys; from crawler.check import check_sources; "
CHECK += "sys.stdout.buffer.write(pickle.dumps(check_sources(pickle.load(sys.stdin.buffer))))"


def rss(published: datetime, host: str) -> bytes:
    item = (
        f"<item><title>A</title><link>http://{host}/story</link><pubDate>{format_datetime(published)}</pubDate></item>"
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode()


FRESH = NOW - timedelta(days=2)
OLD = NOW - timedelta(days=90)
LISTING = b'<ul><li><a href="/story">A</a><time datetime="2026-02-27">Feb 27</time></li></ul>'
HOMEPAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/found.xml"></head></html>'
PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "fresh.example/feed": (200, {"ETag": '"1"'}, rss(FRESH, "fresh.example")),
    "stale.example/feed": (200, {}, rss(OLD, "stale.example")),
    "moved.example/old": (301, {"Location": "http://moved.example/new"}, b""),
    "moved.example/new": (200, {}, rss(FRESH, "moved.example")),
    "lent.example/feed": (302, {"Location": "/elsewhere"}, b""),
    "lent.example/elsewhere": (200, {}, rss(FRESH, "lent.example")),
    "page.example/feed": (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><body>Not here</body></html>"),
    "forbidden.example/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /feed"),
    "forbidden.example/feed": (200, {}, rss(FRESH, "forbidden.example")),
    "listing.example/news": (200, {"Content-Type": "text/html"}, LISTING),
    "home.example/": (200, {"Content-Type": "text/html"}, HOMEPAGE),
    "home.example/found.xml": (200, {}, rss(FRESH, "home.example")),
    "bare.example/": (200, {"Content-Type": "text/html"}, b"<html><body>Welcome</body></html>"),
}
SELECTORS = ListingSelectors("li", "a::attr(href)", date="time::attr(datetime)")


def source(name: str, *endpoints: Endpoint) -> Source:
    return Source(name, name.title(), "outlet", f"http://{name}.example/", endpoints=endpoints)


SOURCES = (
    source("fresh", Endpoint("feed", "http://fresh.example/feed")),
    source("stale", Endpoint("feed", "http://stale.example/feed")),
    source("moved", Endpoint("feed", "http://moved.example/old")),
    source("lent", Endpoint("feed", "http://lent.example/feed")),
    source("dead", Endpoint("feed", "http://dead.example/feed")),
    source("page", Endpoint("feed", "http://page.example/feed")),
    source("forbidden", Endpoint("feed", "http://forbidden.example/feed")),
    source("listing", Endpoint("listing", "http://listing.example/news", SELECTORS)),
    source("home"),
    source("bare"),
)


class Web:
    """Every host of PAGES behind one port on loopback, asked as a proxy is; `asked` collects what was asked for."""

    def __init__(self) -> None:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                key = f"{parts.netloc}{parts.path}"
                web.asked.append(key)
                status, headers, body = PAGES.get(key, (404, {}, b"nothing here"))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {"Content-Type": "application/xml", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield web
    web.server.shutdown()
    web.server.server_close()
    thread.join(5)


@pytest.fixture(scope="module")
def job(web: Web, tmp_path_factory: pytest.TempPathFactory) -> CrawlJob:
    folder = tmp_path_factory.mktemp("check")
    return CrawlJob(
        run_id="check-1",
        sources=SOURCES,
        archive=folder / "archive",
        state=folder / "crawl-state.sqlite",
        user_agent="Badgewire/0 (test@gazette.example)",
        now=NOW,
        proxy=f"http://127.0.0.1:{web.port}",
        loopback_ports=frozenset({web.port}),
        pace=Pace(delay_seconds=0, auto_throttle=False),
    )


def check(job: CrawlJob) -> dict[str, EndpointHealth]:
    """Check in a child process: a crawl can run only once in one."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK], input=pickle.dumps(job), capture_output=True, timeout=60, check=True
    )
    return {health.source_id: health for health in pickle.loads(done.stdout)}  # noqa: S301  # from our own child process


@pytest.fixture(scope="module")
def first(job: CrawlJob) -> dict[str, EndpointHealth]:
    return check(job)


@pytest.mark.parametrize(
    ("name", "health"),
    [
        ("fresh", "answers"),
        ("stale", "stale"),
        ("moved", "moved"),
        ("lent", "answers"),
        ("dead", "dead"),
        ("page", "dead"),
        ("forbidden", "robots"),
        ("listing", "answers"),
        ("home", "answers"),
        ("bare", "not found"),
    ],
)
def test_each_endpoint_is_judged_by_what_it_answered(first: dict[str, EndpointHealth], name: str, health: str) -> None:
    assert first[name].health == health, first[name]


def test_the_verdict_says_why_and_where_to(first: dict[str, EndpointHealth]) -> None:
    assert first["stale"].reason == "its newest item is of 2025-12-01"
    assert "404" in (first["dead"].reason or "")
    assert "not a feed" in (first["page"].reason or "")
    assert first["moved"].moved_to == "http://moved.example/new"
    assert first["lent"].moved_to is None


def test_the_newest_item_and_the_day_of_the_answer_are_told(first: dict[str, EndpointHealth]) -> None:
    assert first["fresh"].newest == FRESH
    assert first["listing"].newest is not None
    assert first["listing"].newest.date() == date(2026, 2, 27)
    assert (first["fresh"].verified, first["dead"].verified) == (NOW.date(), None)


def test_a_discovered_endpoint_is_told_as_one(first: dict[str, EndpointHealth]) -> None:
    home = first["home"]
    assert (home.url, home.kind, home.is_discovered) == ("http://home.example/found.xml", "feed", True)
    assert not first["fresh"].is_discovered


def test_a_check_fetches_no_story(first: dict[str, EndpointHealth], web: Web) -> None:
    assert first
    assert [address for address in web.asked if address.endswith("/story")] == []


def test_what_answered_is_remembered_and_what_did_not_stays_unverified(
    first: dict[str, EndpointHealth], job: CrawlJob
) -> None:
    assert first
    known = {source.id: source.endpoints for source in with_memory(SOURCES, job.archive, job.state)}
    assert known["fresh"][0].verified == known["moved"][0].verified == NOW.date()
    assert known["dead"][0].verified is None
    assert known["page"][0].verified is None
    assert known["home"] == (Endpoint("feed", "http://home.example/found.xml", verified=NOW.date()),)
    assert known["bare"] == ()


def test_an_endpoint_that_has_not_changed_still_answers_with_its_newest_item(
    first: dict[str, EndpointHealth], job: CrawlJob, web: Web
) -> None:
    assert first
    later = NOW + timedelta(days=40)
    again = check(replace(job, run_id="check-2", now=later, sources=(SOURCES[0], SOURCES[8])))
    assert (again["fresh"].health, again["fresh"].newest, again["fresh"].verified) == ("stale", FRESH, later.date())
    assert again["home"].is_discovered
    assert web.asked.count("home.example/") == 1


def test_without_any_crawl_the_sources_come_back_as_they_are(tmp_path: Path) -> None:
    assert with_memory(SOURCES, tmp_path / "archive", tmp_path / "none.sqlite") == SOURCES
    assert not (tmp_path / "none.sqlite").exists()


def row(url: str, outcome: str, **values: object) -> LogRow:
    return LogRow(url, "moved", "endpoint", NOW, outcome, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "health", "reason"),
    [
        ([], "not tried", "before its turn"),
        ([row("http://moved.example/old", "redirected", status=301, location="/nowhere")], "dead", "was not reached"),
        ([row("http://moved.example/old", "redirected", status=301, location="/old")], "dead", "in a circle"),
        ([row("http://moved.example/old", "error", reason="timed out after 60 s")], "dead", "timed out"),
        ([row("http://moved.example/old", "skipped", reason="asked for already, for x")], "not tried", "for x"),
    ],
)
def test_a_log_without_an_answer_is_judged_too(rows: list[LogRow], health: str, reason: str) -> None:
    moved = SOURCES[2]
    (found,) = judge([moved], rows, {}, lambda row, endpoint: None, NOW)
    assert found.health == health
    assert reason in (found.reason or "")
