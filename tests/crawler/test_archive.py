"""The archive as others meet it: read by offset, by day, while it grows and after it was hurt; and replayed."""

from __future__ import annotations

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import days_with_captures, index_day, iterate_bodies, read_capture
from crawler.archive_writer import ArchiveWriter
from crawler.content import MOST_BYTES, decode_content, undo_gzip
from crawler.errors import ArchiveError
from crawler.spiders.replay import replay
from crawler.warc import Exchange

if TYPE_CHECKING:
    from tests.site import Site

    from .conftest import Collector

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def exchange(url: str, body: bytes, at: datetime = NOW) -> Exchange:
    """An exchange as a crawl would have it."""
    return Exchange(url, at, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", b"HTTP/1.1 200 OK", body, 200, {}, None)


@given(body=st.binary(max_size=3000), url=st.sampled_from(["https://a.example/b", "http://b.example/?q=%20"]))
def test_what_is_written_is_read_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, url: str
) -> None:
    archive = tmp_path_factory.mktemp("archive")
    writer = ArchiveWriter(archive, "run", "agent")
    stored = writer.store(exchange(url, body), "gazette", "story", None)
    writer.close()
    archived = read_capture(archive, stored.warc_file, stored.warc_offset)
    assert (archived.url, archived.body, archived.captured_at) == (url, body, NOW)
    with (archive / stored.warc_file).open("rb") as file:
        records = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file)]
    assert [kind for kind, _ in records] == ["warcinfo", "request", "response"]
    assert records[2][1] == body


def test_files_are_rolled_by_size(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "run", "agent", roll_bytes=1000)
    for number in range(5):
        writer.store(exchange(f"https://a.example/{number}", bytes(range(256)) * 20), "gazette", "story", None)
    writer.close()
    assert [path.name for path in sorted(tmp_path.glob("*/*"))] == [f"run-{n:04d}.warc.gz" for n in range(1, 6)]


def test_a_day_is_indexed_alike_with_its_log_and_without(site: Site, collector: Collector) -> None:
    site.stories(4)
    collector.crawl()
    with_log = collector.captures(None)
    for log in collector.archive.glob("*/*.log.jsonl"):
        log.unlink()
    without = collector.captures(None)
    columns = ("url", "source_id", "purpose", "captured_at", "status", "digest", "is_revisit", "warc_offset", "run_id")
    assert [[getattr(one, name) for name in columns] for one in with_log] == [
        [getattr(one, name) for name in columns] for one in without
    ]


def test_a_torn_tail_is_told_as_a_value_and_hides_nothing_before_it(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "run", "agent")
    stored = [writer.store(exchange(f"https://a.example/{n}", b"body"), "gazette", "story", None) for n in range(2)]
    writer.close()
    path = tmp_path / stored[1].warc_file
    path.write_bytes(path.read_bytes()[:-5])
    assert [capture.url for capture in index_day(tmp_path, NOW.date()).captures] == ["https://a.example/0"]
    (damage,) = index_day(tmp_path, NOW.date()).damage
    assert (damage.offset, damage.reason) == (stored[1].warc_offset, "the file ends inside a record")
    with pytest.raises(ArchiveError, match="the file ends inside a record"):
        read_capture(tmp_path, stored[1].warc_file, stored[1].warc_offset)


def test_a_place_that_holds_no_response_is_an_error_that_names_it(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "run", "agent")
    stored = writer.store(exchange("https://a.example/", b"body"), "gazette", "story", None)
    writer.close()
    for offset in (0, 7, stored.warc_start, 10_000):
        with pytest.raises(ArchiveError, match=rf"no response at offset {offset} of .*run-0001\.warc\.gz"):
            read_capture(tmp_path, stored.warc_file, offset)
    with pytest.raises(ArchiveError, match=r"cannot read .*none\.warc\.gz"):
        read_capture(tmp_path, "2026-05-04/none.warc.gz", 0)


def test_a_brotli_bomb_unfolds_to_a_bound() -> None:
    content = decode_content(brotli.compress(bytes(2 * MOST_BYTES), quality=1), "br")
    assert (len(content.body), content.problem) == (MOST_BYTES, "brotli stream ends early or is too long")


@given(st.binary(max_size=2000), st.integers(0, 3000), st.binary(max_size=5))
def test_no_damage_to_a_coding_makes_its_reader_raise(body: bytes, at: int, noise: bytes) -> None:
    packed = gzip.compress(body)
    assert undo_gzip(packed).body == body
    for coding in ("gzip", "deflate", "br", "gzip, gzip", "nonsense", None):
        decode_content(packed[:at] + noise + packed[at:], coding, "chunked")


# Replay


def write_warc(path: Path, records: list[tuple[str, str, bytes]], status: str = "200 OK", **options: bool) -> Path:
    """A WARC file by warcio: URL, date, body of each response."""
    with path.open("wb") as file:
        writer = WARCWriter(file, warc_version="1.0", **options)
        for url, moment, body in records:
            headers = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
            fields = {"WARC-Date": moment}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict=fields
                )
            )
    return path


RECORDS = [
    ("https://a.example/1", "2025-01-02T03:04:05Z", b"<html>One</html>"),
    ("https://a.example/1", "2025-02-02T03:04:05Z", b"<html>One, corrected</html>"),
    ("urn:page:2", "2025-01-02T23:59:59.999999Z", b"<html>Two</html>"),
]


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_replayed_file_lies_in_the_archive_under_its_own_dates(tmp_path: Path, is_packed: bool) -> None:
    path = write_warc(tmp_path / f"theirs.warc{'.gz' if is_packed else ''}", RECORDS, gzip=is_packed)
    counts = replay([path], tmp_path / "archive", "replay1", NOW)
    assert (counts.captured, counts.skipped) == (3, 0)
    assert days_with_captures(tmp_path / "archive") == [date(2025, 1, 2), date(2025, 2, 2)]
    captures = [
        c for day in (date(2025, 1, 2), date(2025, 2, 2)) for c in index_day(tmp_path / "archive", day).captures
    ]
    bodies = {(capture.url, content.body) for capture, content in iterate_bodies(tmp_path / "archive", captures)}
    assert bodies == {(url, body) for url, _, body in RECORDS}


def test_a_folder_replayed_again_adds_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    write_warc(folder / "a.warc.gz", RECORDS, gzip=True)
    write_warc(folder / "b.warc.gz", RECORDS[:1], gzip=True)
    assert replay([folder], tmp_path / "archive", "replay1", NOW).captured == 3
    files = {path: path.stat().st_size for path in (tmp_path / "archive").glob("*/*.warc.gz")}
    counts = replay([folder], tmp_path / "archive", "replay2", NOW)
    assert (counts.captured, counts.skipped) == (0, 4)
    assert {path: path.stat().st_size for path in (tmp_path / "archive").glob("*/*.warc.gz")} == files


def test_dates_outside_the_time_of_the_web_are_outcomes_and_no_folders(tmp_path: Path) -> None:
    path = write_warc(
        tmp_path / "odd.warc.gz",
        [
            ("https://a.example/1", "2099-01-01T00:00:00Z", b"x"),
            ("https://a.example/2", "1970-01-01T00:00:00Z", b"x"),
            ("https://a.example/3", "some day", b"x"),
        ],
        gzip=True,
    )
    counts = replay([path], tmp_path / "archive", "replay1", NOW)
    assert (counts.captured, counts.skipped) == (0, 3)
    (log,) = (tmp_path / "archive").glob("*/*.log.jsonl")
    assert log.parent.name == "2026-05-04"
    reasons = [json.loads(line)["reason"] for line in log.read_text().splitlines()]
    assert [reason.split(" ")[0] for reason in reasons] == ["WARC-Date", "WARC-Date", "no"]


def test_errors_and_pictures_in_a_file_are_skipped_with_a_reason(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "gone.warc.gz", RECORDS[:1], status="404 Not Found", gzip=True)
    counts = replay([path], tmp_path / "archive", "replay1", NOW)
    assert (counts.captured, counts.skipped) == (0, 1)


def test_a_record_of_another_protocol_is_skipped_with_a_reason(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "ftp.warc.gz", [("ftp://a.example/1", "2026-05-04T01:00:00Z", b"x")], gzip=True)
    counts = replay([path], tmp_path / "archive", "replay1", NOW)
    assert (counts.captured, counts.skipped) == (0, 1)


def test_a_file_that_breaks_off_yields_what_came_before(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_warc(tmp_path / "torn.warc.gz", RECORDS, gzip=True)
    path.write_bytes(path.read_bytes()[:-20])
    counts = replay([path], tmp_path / "archive", "replay1", NOW)
    assert (counts.captured, counts.error) == (2, 1)
    assert "torn.warc.gz: the file ends inside a record" in caplog.text


def test_a_file_packed_as_one_stream_is_read(tmp_path: Path) -> None:
    plain = write_warc(tmp_path / "plain.warc", RECORDS, gzip=False)
    packed = tmp_path / "one.warc.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert replay([packed], tmp_path / "archive", "replay1", NOW).captured == 3


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_path_without_warc_files_is_an_error_that_says_what_to_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match=r"name (a WARC file|the folder)"):
        replay([tmp_path / name], tmp_path / "archive", "replay1", NOW)


def test_what_a_replay_brought_is_not_fetched_again(site: Site, collector: Collector, tmp_path: Path) -> None:
    site.stories(2)
    path = write_warc(tmp_path / "theirs.warc.gz", [(f"{site.root}/story/0", "2026-05-04T01:00:00Z", b"x")], gzip=True)
    replay([path], collector.archive, "replay1", collector.noon - timedelta(hours=1))
    collector.crawl()
    assert (site.times_asked("/story/0"), site.times_asked("/story/1")) == (0, 1)


def test_our_own_archive_replayed_elsewhere_gives_the_same_captures(
    site: Site, collector: Collector, tmp_path: Path
) -> None:
    site.stories(3)
    collector.crawl()
    replay([collector.archive], tmp_path / "other", "replay1", collector.noon + timedelta(hours=1))
    found = index_day(tmp_path / "other", collector.noon.date()).captures
    ours = [(c.url, c.digest, c.captured_at, c.source_id) for c in collector.captures()]
    assert sorted((c.url, c.digest, c.captured_at, c.source_id) for c in found if c.purpose == "story") == sorted(ours)
