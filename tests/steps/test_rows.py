"""What the crawl log says of a try comes into the row of the warehouse."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

from crawler.crawl_log import LogRow
from pipelines.steps.identity import Identities
from pipelines.steps.publishers import read_publishers
from pipelines.steps.rows import Try, fetch_rows


@pytest.mark.parametrize(
    ("published", "listed_at"),
    [
        ("Sun, 11 Jan 2026 08:00:00 -0500", datetime(2026, 1, 11, 13, tzinfo=UTC)),
        ("2026-01-11", datetime(2026, 1, 11, tzinfo=UTC)),
        ("January 11, 2026", datetime(2026, 1, 11, 23, 59, 59, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_what_the_feed_said_of_an_off_topic_page_is_kept_as_a_time(
    tmp_path: Path, published: str | None, listed_at: datetime | None
) -> None:
    entry = "- {id: herald, name: The Herald, kind: outlet, homepage: https://herald.example/, state: CA}"
    (tmp_path / "CA.yml").write_text(entry, encoding="utf-8")
    day = date(2026, 3, 5)
    row = LogRow(
        url="https://herald.example/a",
        source_id="herald",
        purpose="story",
        tried_at=datetime(2026, 3, 5, 12, tzinfo=UTC),
        outcome="captured",
        warc_file="w",
        warc_offset=7,
        published=published,
    )
    capture = {"warc_file": "w", "warc_offset": 7, "verdict": "off topic", "reason": None}
    rows = fetch_rows(day, [Try("run", 0, row)], [capture], [], [], cast(Identities, None), read_publishers(tmp_path))
    assert [(each["reading"], each["listed_at"]) for each in rows] == [("off topic", listed_at)]
