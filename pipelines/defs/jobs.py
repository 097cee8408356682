"""The jobs: the hourly one from web to report, and the same without a crawl for days that lie in the archive."""

import dagster as dg

from pipelines.defs.assets import captures, documents, published_snapshot, stories, warehouse_tables
from pipelines.defs.crawling import crawl
from pipelines.defs.publishing import report

__all__ = ["PUBLISHING", "READING", "hourly", "reread"]

# What is built once after the days have been loaded.
PUBLISHING = [published_snapshot.key, report.key]
READING = [*(asset.key for asset in (captures, documents, stories, warehouse_tables)), *PUBLISHING]

hourly = dg.define_asset_job(
    "hourly",
    selection=[crawl.key, *READING],
    description="Crawl, then read and load every day that holds captures without an outcome, then publish.",
)
reread = dg.define_asset_job(
    "reread",
    selection=READING,
    description="Read, load and publish days from the archive again. Makes no request.",
)
