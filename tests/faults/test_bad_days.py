"""What goes wrong around the job: each fault is one line that names the thing, and costs nothing but itself."""

from __future__ import annotations

import asyncio
import errno
import gzip
import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from crawler.archive import days_with_captures, days_with_tries
from crawler.errors import ArchiveError, FailedRunError, WarehouseError
from pipelines.defs.crawling import CrawlConfig
from pipelines.defs.resources import WebResource
from pipelines.defs.runner import open_runner
from pipelines.extraction import ExtractionFailure, FailureReason
from pipelines.records import Document
from pipelines.steps.captures import index_captures
from pipelines.steps.documents import extract_documents
from pipelines.steps.load import load_day
from pipelines.steps.pending import pending_days
from pipelines.steps.stories import read_stories, reading_fields
from pipelines.steps.tables import DOCUMENTS, STORIES, read_rows, write_rows
from pipelines.workspace import PROJECT, Profile, Workspace
from tests.packing import pack
from tests.runs import ask, badgewire, start, tables
from tests.site import Site
from warehouse.database import open_warehouse
from warehouse.publish import publish_snapshot

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENT_SECONDS = 120
SOURCES = """
- id: sound
  name: Sound
  kind: outlet
  homepage: http://www.paper.example.org/
  endpoints: [{kind: feed, url: "http://www.paper.example.org/feed"}]
- id: broken
  name: Broken
  kind: newspaper
  homepage: http://broken.example.org/
""".lstrip()
HOLDER = """
import duckdb, sys
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty live workspace with a contact."""
    monkeypatch.setenv("BADGEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BADGEWIRE_CONTACT", "desk@example.org")
    return Workspace.of(Profile.LIVE).create()


def page(number: int) -> tuple[str, bytes]:
    """A story of an outlet that is on our subject."""
    words = "".join(
        f"<p>Sheriff Pat Doe of Story County said deputies will honor {count} ICE detainers from immigration agents "
        f"only with a judge's warrant, in version {number}.</p>"
        for count in range(20)
    )
    head = f"<head><title>Sheriff number {number} limits help to ICE</title></head>"
    return (
        f"https://www.paper.example.org/2026/03/story-number-{number}",
        f"<html>{head}<body>{words}</body></html>".encode(),
    )


def urls(place: Workspace) -> set[str]:
    """The addresses of the stories published."""
    return {str(row[0]) for row in ask(place.published, "select url from stories")}


@pytest.fixture
def holder(place: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the warehouse open."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    if process.poll() is None:
        process.communicate("end\n", timeout=MOMENT_SECONDS)


def test_a_locked_warehouse_is_named_with_its_holder_and_nothing_is_lost(
    place: Workspace, holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    packed = pack(tmp_path / "one.warc.gz", [page(1)], DAY)
    run = start(tmp_path / "home", "run", "--source", f"warc:{packed}")
    assert run.stderr is not None
    told = ""
    while "warehouse_tables failed and is tried again" not in told:
        line = run.stderr.readline()
        assert line, f"ended without a second try: {told}"
        told += line
    with pytest.raises(WarehouseError, match=rf"{place.warehouse} is in use by process {holder.pid}: wait"):
        load_day(place, DAY.date(), PROJECT / "crawler" / "sources")
    assert pending_days(place) == [DAY.date()]
    holder.communicate("end\n", timeout=MOMENT_SECONDS)
    _, rest = run.communicate(timeout=MOMENT_SECONDS)
    assert run.returncode == 0, told + rest
    assert urls(place) == {page(1)[0]}
    assert pending_days(place) == []


def test_a_rebuild_that_is_killed_after_a_day_leaves_the_other_days_to_the_next_run(
    sample_home: Path, tmp_path: Path
) -> None:
    place = Workspace(Profile.SAMPLE, shutil.copytree(sample_home, tmp_path / "home") / "sample")
    days = days_with_tries(place.archive)
    assert pending_days(place) == []
    place.warehouse.unlink()
    load_day(place, days[0], PROJECT / "sample" / "sources")
    assert pending_days(place) == days[1:]


def test_a_rebuild_leaves_the_warehouse_alone_while_another_command_is_at_work(
    sample_home: Path, tmp_path: Path
) -> None:
    place = Workspace(Profile.SAMPLE, shutil.copytree(sample_home, tmp_path / "home") / "sample")
    before = place.warehouse.stat().st_ino
    with open_runner(place):
        done = badgewire(tmp_path / "home", "rebuild")
    assert done.returncode == FailedRunError.exit_code, done.stderr
    assert place.warehouse.stat().st_ino == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data home whose live profile lies on a disk of three megabytes."""
    disk = tmp_path / "small" / "live"
    disk.mkdir(parents=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    if subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk.parent
    subprocess.run(["/bin/umount", "--lazy", disk], check=True)  # what ends with the run may still hold it


def test_a_full_disk_is_said_in_one_line_and_the_next_run_goes_on(small_disk: Path, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(5_000_000).hex().encode()
    big = (page(2)[0], page(2)[1].replace(b"</body>", b"<!--" + noise + b"--></body>"))
    packed = pack(tmp_path / "big.warc.gz", [page(1), big, page(3)], DAY)
    done = badgewire(small_disk, "run", "--source", f"warc:{packed}")
    assert done.returncode in (ArchiveError.exit_code, FailedRunError.exit_code), done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("badgewire:")]
    assert os.strerror(errno.ENOSPC) in line
    assert "Traceback" not in done.stderr
    subprocess.run(["/bin/mount", "-o", "remount,size=300m", small_disk / "live"], check=True)
    done = badgewire(small_disk, "run", "--source", f"warc:{packed}")
    assert done.returncode == 0, done.stderr
    assert urls(Workspace(Profile.LIVE, small_disk / "live")) == {page(number)[0] for number in (1, 2, 3)}


class Told(logging.Handler):
    """Keeps what a run logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def test_a_disk_that_fills_while_publishing_is_said_in_one_line(sample_home: Path, small_disk: Path) -> None:
    published = small_disk / "live" / "badgewire.duckdb"
    with pytest.raises(WarehouseError, match=rf"^{published} cannot be written: .*; the last snapshot stays$"):
        publish_snapshot(sample_home / "sample" / "warehouse.duckdb", published, DAY)
    assert [path.name for path in published.parent.iterdir()] == ["history"]


def test_a_typo_in_a_source_file_costs_that_source_and_is_told_with_its_line(place: Workspace, tmp_path: Path) -> None:
    site = Site()
    root = "http://www.paper.example.org"
    url, body = page(1)[0].replace("https", "http"), page(1)[1]
    site.put(url, body)
    site.put(f"{root}/feed", f"<rss version='2.0'><channel><item><link>{url}</link></item></channel></rss>".encode())
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "io.yml").write_text(SOURCES, encoding="utf-8")
    told = Told()

    @dg.logger
    def console(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("told", logging.INFO)
        logger.addHandler(told)
        return logger

    web = WebResource(
        registry=str(tmp_path / "sources"), delay_seconds=0, max_age_days=None, proxy=site.root, loopback_port=site.port
    )
    try:
        with open_runner(place, web, console) as runner:
            runner.crawl(CrawlConfig(now=DAY.isoformat()))
            runner.read_pending()
            runner.publish()
    finally:
        site.close()
    assert urls(place) == {url}
    assert [line for line in told.lines if "io.yml:8" in line]


def test_a_warc_that_breaks_off_and_dates_outside_the_web_s_time_are_outcomes(place: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "warcs"
    folder.mkdir()
    cut = pack(folder / "cut.warc.gz", [page(number) for number in range(6)], DAY)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * 7 // 12])  # in the middle of the fourth of six
    pack(folder / "future.warc.gz", [page(20)], datetime.now(UTC) + timedelta(days=40))
    pack(folder / "ancient.warc.gz", [page(21)], datetime(1993, 4, 30, tzinfo=UTC))
    with open_runner(place) as runner:
        runner.crawl(CrawlConfig(replay=[str(folder)]))
        runner.read_pending()
        runner.publish()
    assert urls(place) >= {page(number)[0] for number in range(3)}
    assert not urls(place) & {page(number)[0] for number in (5, 20, 21)}
    assert set(days_with_captures(place.archive)) == {DAY.date()}
    reasons = [
        str(row[0]) for row in ask(place.published, "select reason from fetches where outcome in ('error', 'skipped')")
    ]
    assert len(reasons) == 3
    assert sum("in the future or before 1996" in reason for reason in reasons) == 2
    assert sum("at byte" in reason for reason in reasons) == 1


def test_a_story_that_cannot_be_read_for_statements_is_a_row_all_the_same(place: Workspace, tmp_path: Path) -> None:
    packed = pack(tmp_path / "one.warc.gz", [page(1)], DAY)
    with open_runner(place) as runner:
        runner.crawl(CrawlConfig(replay=[str(packed)]))
    day, registry = DAY.date(), PROJECT / "crawler" / "sources"
    index_captures(place, day)
    extract_documents(place, day)
    read_stories(place, day, registry)
    [document] = read_rows(place.step("documents", day), DOCUMENTS)
    [story] = read_rows(place.step("stories", day), STORIES)
    failed = reading_fields(
        Document(**{name: document[name] for name in Document.__dataclass_fields__}),
        ExtractionFailure(FailureReason.TIMEOUT, "took longer than 60 s of processor time"),
    )
    write_rows(place.step("stories", day), [{**story, **failed}], STORIES)
    load_day(place, day, registry)
    with open_warehouse(place.warehouse) as connection:
        rows = connection.execute(
            "select s.relevant, f.reading, f.reading_reason from stories as s join fetches as f using (story_id)"
        ).fetchall()
    assert rows == [
        (True, "story", "not read for statements: timeout: took longer than 60 s of processor time"),
    ]


@pytest.mark.parametrize(
    ("coding", "warc_headers", "told"),
    [([("Content-Encoding", "gzip")], {}, "gzip"), ([], {"WARC-Truncated": "length"}, "cut off (length)")],
)
def test_a_body_that_ends_early_is_a_story_marked_truncated_with_the_reason(
    place: Workspace, tmp_path: Path, coding: list[tuple[str, str]], warc_headers: dict[str, str], told: str
) -> None:
    url, body = page(1)
    sent = gzip.compress(body) if coding else body
    cut = pack(
        tmp_path / "cut.warc.gz", [(url, sent[: len(sent) * 3 // 4])], DAY, headers=coding, warc_headers=warc_headers
    )
    with open_runner(place) as runner:
        runner.crawl(CrawlConfig(replay=[str(cut)]))
        runner.read_pending()
        runner.publish()
    ((reading, reason, hint),) = ask(
        place.published,
        "select f.reading, f.reading_reason, s.access_hint from fetches as f join stories as s using (story_id)",
    )
    assert (reading, hint) == ("story", "truncated")
    assert told in str(reason)


def test_a_connection_that_breaks_at_a_later_visit_makes_no_edit(place: Workspace, tmp_path: Path) -> None:
    address, whole = page(1)
    address = address.replace("https", "http")

    async def break_off(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(whole)}\r\n\r\n"
        writer.write(head.encode() + whole[: len(whole) // 3])
        await writer.drain()
        writer.close()

    registry = tmp_path / "sources"
    registry.mkdir()
    (registry / "outlets.yml").write_text(SOURCES.partition("- id: broken")[0], encoding="utf-8")
    with closing(Site()) as site:
        feed = f"<rss version='2.0'><channel><item><title>t</title><link>{address}</link></item></channel></rss>"
        site.put("http://www.paper.example.org/feed", feed.encode(), content_type="application/rss+xml")
        web = WebResource(
            registry=str(registry), delay_seconds=0, max_age_days=None, proxy=site.root, loopback_port=site.port
        )
        with open_runner(place, web) as runner:
            for hours, answer in ((0, {"body": whole}), (2, {"write": break_off}), (7, {"body": whole})):
                site.put(address, **answer)
                runner.crawl(CrawlConfig(now=(DAY + timedelta(hours=hours)).isoformat()))
                runner.read_pending()
            runner.publish()
    assert ask(place.published, "select count(*) from story_revisions where access_hint = 'truncated'") == [(1,)]
    assert ask(place.published, "select access_hint, word_count > 300 from stories") == [(None, True)]
    assert ask(place.published, "select count(*) from story_changes") == [(0,)]


def test_a_page_without_any_address_is_a_story_of_its_own(place: Workspace, tmp_path: Path) -> None:
    packed = pack(tmp_path / "nameless.warc.gz", [("urn:uuid:0b8c6c3e-2f2d-4d6d-9a55-1f5f2b9f8d11", page(1)[1])], DAY)
    with open_runner(place) as runner:
        runner.crawl(CrawlConfig(replay=[str(packed)]))
        runner.read_pending()
    with open_warehouse(place.warehouse) as connection:
        found = connection.execute(
            "select f.reading, s.title from fetches as f left join stories as s using (story_id)"
        )
        assert found.fetchall() == [("story", "Sheriff number 1 limits help to ICE")]


def test_a_damaged_file_between_the_steps_is_made_anew(sample_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))
    sample = Workspace(Profile.SAMPLE, home / "sample")
    before = tables(sample.published)
    day = days_with_captures(sample.archive)[0]
    for name in ("captures", "documents", "stories"):
        path = sample.step(name, day)
        path.write_bytes(path.read_bytes()[:-100] + b"rubbish" * 10)
    done = badgewire(home, "reread", "--since", day.isoformat(), "--until", day.isoformat())
    assert done.returncode == 0, done.stderr
    assert tables(sample.published) == before


@pytest.mark.parametrize(
    ("like", "outcome", "told"),
    [
        ("%full-text-of-county-code/", "error", "cut off (length)"),
        ("%/photo-gallery-county-fair/", "error", "HTTP status 404"),
        ("%article.php?id=2088", "error", "HTTP status 410"),
        ("%/weather/closings%", "error", "redirected in a circle or too often"),
        ("%/drafts/immigration-explainer", "robots", "disallowed by robots.txt"),
        ("%letter-to-sheriffs.pdf", "captured", "content type application/pdf"),
    ],
)
def test_what_cannot_be_read_has_a_row_that_says_why(sample_home: Path, like: str, outcome: str, told: str) -> None:
    published = sample_home / "sample" / "published" / "badgewire.duckdb"
    where = f"url like '{like}' and outcome = '{outcome}'"
    rows = ask(published, f"select distinct coalesce(reason, reading_reason) from fetches where {where}")
    assert rows == [(told,)]


def test_a_failing_step_ends_the_command_in_one_line(place: Workspace, tmp_path: Path) -> None:
    with open_runner(place) as runner, pytest.raises(FailedRunError) as failure:
        runner.crawl(CrawlConfig(replay=[str(tmp_path / "gone")]))
    assert "\n" not in str(failure.value)
    assert str(tmp_path / "gone") in str(failure.value)
    assert failure.value.exit_code == ArchiveError.exit_code
