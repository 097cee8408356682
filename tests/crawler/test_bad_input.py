"""What servers do wrong: each fault is one row that names source and URL, and the rest goes on."""

from __future__ import annotations

import asyncio
import fcntl
import gzip
import multiprocessing
import os
import resource
import signal
import socket
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from crawler.archive import iterate_bodies, read_capture
from crawler.content import MOST_BYTES
from crawler.errors import ArchiveError
from crawler.job import Limits
from crawler.run import crawl

if TYPE_CHECKING:
    from tests.site import Site

    from .conftest import Collector

BOMB = gzip.compress(gzip.compress(b"\x00" * (MOST_BYTES * 4)))


def test_a_malformed_feed_is_one_error_and_the_other_feed_is_read(
    site: Site, collector: Collector, caplog: pytest.LogCaptureFixture
) -> None:
    site.stories(1)
    site.put("/broken", b"<html><body>Please subscribe</body></html>", content_type="application/rss+xml")
    collector.crawl(collector.source(collector.feed("/broken"), collector.feed()))
    row = collector.row("/broken")
    assert (row.outcome, row.reason) == ("error", "not a feed: the document is <html>")
    assert f"gazette: {site.root}/broken: not a feed: the document is <html>" in caplog.messages
    assert site.times_asked("/story/0") == 1


def test_a_feed_cut_off_in_the_middle_yields_what_came(site: Site, collector: Collector) -> None:
    site.stories(3)
    site.pages["/feed"].body = site.pages["/feed"].body[:-60]
    collector.crawl()
    assert len(collector.captures()) >= 2


@pytest.mark.timeout(60)
def test_an_endless_answer_is_cut_off_early_with_the_reason(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.feed(["/huge", "/story/0"])
    sent = 0

    async def pour(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 200000000\r\n\r\n")
        while sent < 200_000_000:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    site.put("/huge", write=pour)
    collector.crawl()
    row = collector.row("/huge")
    assert (row.outcome, row.truncated, row.reason) == ("error", "length", "cut off (length)")
    assert sent < 20_000_000
    assert collector.row("/story/0").outcome == "captured"


def test_a_slow_answer_ends_at_the_time_limit(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.feed(["/slow", "/mute", "/story/0"])

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbegun")
        await writer.drain()
        await asyncio.sleep(20)

    async def say_nothing(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(20)

    site.put("/slow", write=drip)
    site.put("/mute", write=say_nothing)
    started = time.monotonic()
    collector.crawl(limits=Limits(request_seconds=0.5))
    assert time.monotonic() - started < 5
    assert (collector.row("/slow").truncated, collector.row("/slow").outcome) == ("time", "error")
    assert collector.row("/mute").reason == "no answer within 0.5 s"
    assert collector.row("/story/0").outcome == "captured"


def test_a_connection_lost_in_mid_body_is_an_error_and_tried_again_later(site: Site, collector: Collector) -> None:
    async def break_off(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>half")
        await writer.drain()

    site.feed(["/half"])
    site.put("/half", write=break_off)
    collector.crawl(frozen=True)
    assert (collector.row("/half").outcome, collector.row("/half").truncated) == ("error", "disconnect")
    site.put("/half", b"<html>whole</html>")
    collector.crawl(now=collector.noon.replace(minute=30))
    assert collector.row("/half").outcome == "error"
    collector.crawl(now=collector.noon.replace(hour=14))
    assert collector.row("/half").outcome == "captured"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
        (b"", "without an answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 400_000, "too long"),
    ],
)
def test_an_answer_that_is_no_http_is_an_error(site: Site, collector: Collector, raw: bytes, reason: str) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    site.feed(["/odd"])
    site.put("/odd", write=answer)
    collector.crawl()
    assert collector.row("/odd").outcome == "error"
    assert reason in (collector.row("/odd").reason or "")


def test_chunks_strange_headers_and_early_hints_are_understood(site: Site, collector: Collector) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nnonsense line\r\nX-Name: caf\xe9\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in (b"6;ext=1\r\n<html>\r\n", b"3\r\nyes\r", b"\n0\r\nTrailer: 1\r\n", b"\r\n"):
            writer.write(piece)
            await writer.drain()

    site.feed(["/chunks"])
    site.put("/chunks", write=answer)
    collector.crawl()
    (capture,) = collector.captures()
    archived = read_capture(collector.archive, capture.warc_file, capture.warc_offset)
    assert archived.body == b"<html>yes"
    assert ("x-name", "café") in archived.headers


def test_bytes_of_any_kind_are_kept_as_they_came(site: Site, collector: Collector) -> None:
    bodies = {
        "/nul": b"<html>\x00<p>be\x00fore</p></html>",
        "/mislabeled": "<html>café</html>".encode("latin-1"),
        "/binary": bytes(range(256)) * 10,
        "/empty": b"",
    }
    site.feed(list(bodies))
    for path, body in bodies.items():
        site.put(path, body)
    collector.crawl()
    got = {capture.url.removeprefix(site.root): content.body for capture, content in _bodies(collector)}
    assert got == bodies


def test_a_truncated_gzip_yields_what_can_be_unpacked_and_says_so(site: Site, collector: Collector) -> None:
    packed = gzip.compress(os.urandom(3000).hex().encode())
    site.feed(["/torn", "/unpacked", "/other", "/broken"])
    site.put("/torn", packed[:-1000], headers={"Content-Encoding": "gzip"})
    site.put("/unpacked", b"<html>plain</html>", headers={"Content-Encoding": "gzip"})
    site.put("/other", b"??", headers={"Content-Encoding": "zstd"})
    site.put("/broken", b"no brotli at all", headers={"Content-Encoding": "br"})
    collector.crawl()
    contents = {capture.url.removeprefix(site.root): content for capture, content in _bodies(collector)}
    assert contents["/torn"].problem == "gzip stream ends early"
    assert len(contents["/torn"].body) > 1000
    assert (contents["/unpacked"].body, contents["/unpacked"].problem) == (b"<html>plain</html>", None)
    assert contents["/other"].problem == "content coding 'zstd' is not known"
    assert contents["/broken"].problem == "brotli stream is broken"


def test_a_bomb_unfolds_to_a_bound(site: Site, collector: Collector) -> None:
    site.stories(1)
    site.feed(["/bomb", "/story/0"])
    site.put("/bomb", gzip.decompress(BOMB), headers={"Content-Encoding": "gzip"})
    site.put("/feed-bomb", BOMB, headers={"Content-Encoding": "gzip"})
    site.put("/sitemap.xml", BOMB, headers={"Content-Encoding": "gzip"})
    collector.crawl(
        collector.source(collector.feed(), collector.feed("/feed-bomb"), collector.sitemap()),
        limits=Limits(body_bytes=2_000_000),
    )
    contents = {capture.url.removeprefix(site.root): content for capture, content in _bodies(collector)}
    assert len(contents["/bomb"].body) == MOST_BYTES
    assert "unfolds to more than" in (contents["/bomb"].problem or "")
    assert collector.row("/sitemap.xml").outcome == "error"
    assert collector.row("/story/0").outcome == "captured"


def test_entities_in_feeds_and_sitemaps_are_not_expanded(site: Site, collector: Collector, tmp_path: object) -> None:
    bomb = b"".join(b"<!ENTITY e%d '%s'>" % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e0 'lol'>%s<!ENTITY f SYSTEM 'file:///etc/hostname'>]>" % bomb
    item = b"<item><title>&e9;&f;</title><link>/story/0</link></item>"
    site.stories(1)
    site.put("/feed", head + b"<rss><channel>" + item + b"</channel></rss>")
    site.put("/sitemap.xml", head + b"<urlset><url><loc>/story/0?&e9;</loc></url></urlset>")
    collector.crawl(collector.source(collector.feed(), collector.sitemap()))
    assert collector.row("/story/0").outcome == "captured"
    assert all("lol" not in (row.title or "") and "lol" not in row.url for row in collector.rows())


def test_a_host_that_does_not_answer_or_exist_costs_only_itself(site: Site, collector: Collector) -> None:
    site.stories(1)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
    dead = collector.source(collector.feed().__class__("feed", f"http://127.0.0.1:{closed}/feed"), id="dead")
    gone = collector.source(collector.feed().__class__("feed", "http://no-such-host.invalid/feed"), id="gone")
    ports = frozenset({site.port, closed})
    collector.crawl(dead, gone, collector.source(collector.feed()), loopback_ports=ports)
    reasons = {row.source_id: row.reason or "" for row in collector.rows("endpoint") if row.outcome == "error"}
    assert "connection failed" in reasons["dead"]
    assert "no-such-host.invalid is not known" in reasons["gone"]
    assert collector.row("/story/0").outcome == "captured"


def test_an_archive_that_cannot_be_written_is_one_error_that_names_the_place(site: Site, collector: Collector) -> None:
    collector.archive.parent.mkdir(exist_ok=True)
    collector.archive.write_bytes(b"in the way")
    with pytest.raises(ArchiveError, match=r"cannot write the archive at .*archive"):
        collector.crawl()


def _crawl_on_a_full_disk(job: object, most_bytes: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        crawl(job, lambda _: None)  # type: ignore[arg-type]
    except ArchiveError as error:
        raise SystemExit(str(error)) from None


def test_a_full_disk_ends_the_run_with_one_error_and_keeps_what_was_archived(
    site: Site, collector: Collector, capfd: pytest.CaptureFixture[str]
) -> None:
    site.feed([f"/big/{number}" for number in range(20)])
    for number in range(20):
        site.put(f"/big/{number}", os.urandom(40_000))
    process = multiprocessing.get_context("spawn").Process(
        target=_crawl_on_a_full_disk, args=(collector.job(), 300_000)
    )
    process.start()
    process.join(30)
    assert process.exitcode == 1
    message = capfd.readouterr().err.strip()
    assert message.count("\n") == 0
    assert message.startswith("cannot write the archive at ")
    assert "File too large" in message
    kept = len(collector.captures())
    assert 3 <= kept < 20
    collector.crawl(now=collector.noon.replace(minute=5))
    assert len({capture.url for capture in collector.captures()}) == 20
    assert len(collector.captures()) == 20


def test_two_runs_do_not_write_one_archive_at_once(site: Site, collector: Collector) -> None:
    collector.archive.mkdir(parents=True)
    with (collector.archive / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ArchiveError, match="another run is writing"):
            collector.crawl()


def test_a_state_file_that_is_damaged_or_of_another_version_is_built_anew(site: Site, collector: Collector) -> None:
    site.stories(2)
    collector.crawl()
    collector.state.write_bytes(b"not a database at all" * 100)
    collector.crawl(now=collector.noon.replace(minute=5))
    collector.state.unlink()
    sqlite3.connect(collector.state).execute("pragma user_version = 99").connection.close()
    collector.crawl(now=collector.noon.replace(minute=10))
    assert site.times_asked("/story/0") == 1


def _bodies(collector: Collector) -> list:  # type: ignore[type-arg]
    return list(iterate_bodies(collector.archive, collector.captures()))
