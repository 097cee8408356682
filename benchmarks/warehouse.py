"""How fast the warehouse answers, publishes and searches, with a million stories and two million statements.

`python -m benchmarks.warehouse` makes the rows (seeded), publishes them, times every view, an agency's timeline, a trend
beside SQLite and pandas, and the search index over a tenth of the stories. `--small` does the same with a hundredth of the rows.
`--readers SECONDS` lets eight readers read the published file while it is written and published again and again.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pandas as pd

from pipelines.steps.report import write_report
from pipelines.workspace import Profile, Workspace
from warehouse.database import open_warehouse
from warehouse.publish import publish_snapshot
from warehouse.search import attach_search, build_search_index

OVER_TIME = re.compile(r"_(day|week|month)(_panel)?$")
VIEWS = Path(__file__).parent.parent / "warehouse" / "views"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORIES, SEARCHED_SHARE = 1_000_000, 10
READERS = 8
SOURCES, AGENCIES, DAYS = 1_000, 5_000, 1_825
ROUNDS = 3
STATES = [
    "CA",
    "TX",
    "FL",
    "NY",
    "PA",
    "IL",
    "OH",
    "GA",
    "NC",
    "MI",
    "NJ",
    "VA",
    "WA",
    "AZ",
    "TN",
    "MA",
    "IN",
    "MO",
    "MD",
    "WI",
    "CO",
    "MN",
    "SC",
    "AL",
    "LA",
    "KY",
    "OR",
    "OK",
    "CT",
    "UT",
]
TREND = "select month, state, relevant_clusters from stories_by_state_and_month where relevant_clusters > 0"
TREND_IN_SQLITE = """
select substr(day, 1, 7) as month, state, count(*)
from (
    select cluster_id, state, min(substr(published_at, 1, 10)) as day
    from stories join sources using (source_id) where relevant group by cluster_id, state
)
group by 1, 2
"""
READER = """
import duckdb, sys, time
end, reads = time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < end:
    with duckdb.connect(sys.argv[1], read_only=True) as fresh:
        fresh.execute("select count(*), max(relevant_clusters) from stories_by_day").fetchone()
    reads += 1
    time.sleep(0.25)  # to read the answer
print(reads)
"""


def main() -> None:
    """Run what the command line asks for and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    parser.add_argument(
        "--readers", type=float, metavar="SECONDS", help="eight readers while the job writes and publishes"
    )
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="badgewire-bench-") as folder:
        if arguments.readers:
            figures = read_while_writing(Path(folder), arguments.readers)
        else:
            figures = measure(Path(folder), STORIES // 100 if arguments.small else STORIES)
    print(f"figures: {json.dumps(figures)}")


def measure(folder: Path, stories: int) -> dict[str, Any]:
    """Every figure over a warehouse of so many stories, in seconds, bytes and MB."""
    warehouse, published = folder / "warehouse.duckdb", folder / "published" / "badgewire.duckdb"
    seconds = timed(lambda: fill(warehouse, stories))
    print(
        f"{stories:,} stories and {2 * stories:,} statements made in {seconds:.1f} s, {warehouse.stat().st_size / 1e6:,.0f} MB"
    )
    worked = time.process_time()
    publish = timed(lambda: publish_snapshot(warehouse, published, NOW))
    worked = time.process_time() - worked
    print(f"published in {publish:.1f} s ({worked:.1f} of a processor), {published.stat().st_size / 1e6:,.0f} MB")
    report = report_seconds(folder / "home", published)
    print(f"report in {report:.1f} s")
    with closing(duckdb.connect(str(published), read_only=True)) as connection:
        connection.execute("set timezone = 'UTC'; set threads = 2")
        views = sorted({path.stem for path in VIEWS.glob("*.sql")})
        times = {view: best(lambda view=view: connection.execute(f"select * from {view}").arrow()) for view in views}
        times |= {"agency_timeline": best(lambda: timeline(connection))}
        trends = {view: took for view, took in times.items() if OVER_TIME.search(view)}
        for view, took in sorted(times.items(), key=lambda item: -item[1])[:12]:
            print(f"  {view:45} {took:6.3f} s")
        slowest = max(trends, key=lambda view: trends[view])
        peers = beside_peers(connection, folder)
    search = search_figures(folder, stories // SEARCHED_SHARE)
    return {
        "stories": stories,
        "slowest_trend_view": slowest,
        "slowest_view_seconds": round(trends[slowest], 3),
        "slowest_listing": max(times, key=lambda view: times[view]),
        "slowest_listing_seconds": round(max(times.values()), 3),
        "timeline_seconds": round(times["agency_timeline"], 4),
        **peers,
        **search,
        "publish_seconds": round(publish, 1),
        "publish_processor_seconds": round(worked, 1),
        "snapshot_mb": round(published.stat().st_size / 1e6),
        "report_seconds": report,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def report_seconds(home: Path, published: Path) -> float:
    """How long the report takes over the published file."""
    place = Workspace(Profile.LIVE, home)
    place.create().published.hardlink_to(published)
    return round(timed(lambda: write_report(place, NOW)), 1)


def timeline(connection: duckdb.DuckDBPyConnection) -> object:
    """One agency's timeline."""
    return connection.execute(
        "select * from agency_timeline where agency_id = 'agency-77' order by happened_at"
    ).fetchall()


def beside_peers(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, float]:
    """The same trend from the same rows in DuckDB, SQLite and pandas."""
    stories = connection.execute("select source_id, cluster_id, published_at, relevant from stories").df()
    sources = connection.execute("select source_id, state from sources").df()
    ours = best(lambda: connection.execute(TREND).fetchall())
    with closing(sqlite3.connect(folder / "peer.sqlite")) as lite:
        stories.assign(published_at=stories.published_at.astype(str)).to_sql("stories", lite, index=False)
        sources.to_sql("sources", lite, index=False)
        lite.execute("create index stories_relevant on stories (relevant, cluster_id)")
        in_sqlite = best(lambda: lite.execute(TREND_IN_SQLITE).fetchall())
        rows = len(lite.execute(TREND_IN_SQLITE).fetchall())
    if rows != len(connection.execute(TREND).fetchall()):
        raise SystemExit("SQLite and DuckDB disagree on the trend")

    def in_pandas() -> pd.Series:
        joined = stories[stories.relevant].merge(sources, on="source_id")
        first = joined.groupby(["cluster_id", "state"]).published_at.min().reset_index()
        return first.groupby([first.published_at.dt.strftime("%Y-%m"), "state"]).size()

    figures = {"trend_seconds": ours, "trend_in_sqlite_seconds": in_sqlite, "trend_in_pandas_seconds": best(in_pandas)}
    print("  the same trend: " + ", ".join(f"{name} {took:.3f}" for name, took in figures.items()))
    return {name: round(took, 3) for name, took in figures.items()}


def search_figures(folder: Path, stories: int) -> dict[str, Any]:
    """Build the index over so many stories and search it."""
    warehouse, published = folder / "searched.duckdb", folder / "searched" / "badgewire.duckdb"
    fill(warehouse, stories, statements_each=0)
    publish_snapshot(warehouse, published, NOW)
    seconds = timed(lambda: build_search_index(published, published.parent))
    index = published.with_name("search.duckdb")
    with closing(duckdb.connect()) as connection:
        connection.execute("set threads = 2")
        attach_search(connection, index)
        connection.execute("use search")
        asked = "from search('bbbnn bblbd', in_state := 'CA') limit 20"
        search = best(lambda: connection.execute(f"select title, day, url, score {asked}").fetchall())
        with_text = best(lambda: connection.execute(f"select title, text, score {asked}").fetchall())
    print(
        f"  search over {stories:,} stories: {search:.3f} s; index built in {seconds:.1f} s, {index.stat().st_size / 1e6:,.0f} MB"
    )
    return {
        "search_seconds": round(search, 3),
        "search_with_text_seconds": round(with_text, 3),
        "index_seconds": round(seconds, 1),
        "index_mb": round(index.stat().st_size / 1e6),
    }


def fill(warehouse: Path, stories: int, statements_each: int = 2) -> None:
    """Make the rows: a fifth of the stories relevant, a quarter of these copies; three off-topic pages to each story."""
    scale = min(1.0, stories / STORIES * 10)
    sizes = {
        "stories": stories, "sources": max(50, int(SOURCES * scale)), "agencies": max(100, int(AGENCIES * scale)), "days": DAYS,
        "statements": stories * statements_each,
    }  # fmt: skip
    states = "[" + ", ".join(f"'{state}'" for state in STATES) + "]"
    words = {name: str(value) for name, value in sizes.items()} | {"states": states}
    with open_warehouse(warehouse) as connection:
        connection.execute("select setseed(0.5); set threads = 2; set preserve_insertion_order = false")
        script = (Path(__file__).parent / "warehouse_rows.sql").read_text(encoding="utf-8")
        for name, value in words.items():
            script = script.replace(f"${name}", value)
        connection.execute(script)
        connection.execute("checkpoint")


def read_while_writing(folder: Path, seconds: float) -> dict[str, Any]:
    """Eight processes read the published file while this one loads and publishes; reads, publications and errors."""
    warehouse, published = folder / "warehouse.duckdb", folder / "published" / "badgewire.duckdb"
    fill(warehouse, 2_000)
    publish_snapshot(warehouse, published, NOW)
    command = [sys.executable, "-c", READER, str(published), str(seconds)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(READERS)
    ]
    publications = 0
    while any(reader.poll() is None for reader in readers):
        publications += 1
        with open_warehouse(warehouse) as connection:
            connection.execute(
                "insert into sources (source_id, name, kind, registered) values (?, 'x', 'outlet', true)",
                [f"n{publications}"],
            )
        publish_snapshot(warehouse, published, NOW + timedelta(seconds=publications))
    told = [reader.communicate(timeout=30) for reader in readers]
    errors = [error for _, error in told if error]
    print("\n".join(errors) or "no error")
    return {
        "readers": READERS, "seconds": seconds, "reads": sum(int(out or 0) for out, _ in told), "publications": publications,
        "errors": len(errors),
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object]) -> float:
    """Seconds of the best of a few calls."""
    return min(timed(work) for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
