"""The real pages collected from a loopback proxy under their own addresses, and the rest replayed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive import iterate_bodies
from crawler.job import Limits
from tests.newspapers import Newspapers, real_pages

if TYPE_CHECKING:
    from .conftest import Collector


def test_every_real_page_is_collected_from_its_own_address_byte_for_byte(shared: Path, collector: Collector) -> None:
    pages = real_pages(shared)
    newspapers = Newspapers(pages)
    try:
        collector.crawl(*newspapers.sources, proxy=newspapers.proxy, loopback_ports=frozenset(), limits=Limits())
        newspapers.second_edition()
        collector.crawl(
            *newspapers.sources, proxy=newspapers.proxy, loopback_ports=frozenset(), limits=Limits(),
            now=collector.noon + timedelta(hours=2),
        )  # fmt: skip
    finally:
        newspapers.close()
    bodies = {
        (capture.url.removesuffix("?utm_source=rss").rstrip("/"), content.body)
        for capture, content in iterate_bodies(collector.archive, collector.captures())
        if not capture.is_revisit
    }
    assert bodies == {(page.url.rstrip("/"), page.body) for page in pages if page.url is not None}
    assert Counter(row.outcome for row in collector.rows("story"))["error"] == 0
    assert not [row for row in collector.rows("endpoint") if row.outcome == "error"]
