"""A run killed at any point, and started again, ends in the tables of an undisturbed run."""

import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runs import RUN_SECONDS, ask, badgewire, fresh_home, start, tables

POLL_SECONDS = 0.002


def size_of(pattern: str) -> Callable[[Path], int]:
    return lambda place: sum(path.stat().st_size for path in place.glob(pattern) if path.is_file())


def count_of(pattern: str) -> Callable[[Path], int]:
    return lambda place: sum(1 for _ in place.glob(pattern))


# What grows as a run goes on: the process is killed when the thing has grown by so much since it was started.
POINTS: list[tuple[str, Callable[[Path], int], int]] = [
    ("the first bytes of the archive", size_of("archive/*/*.warc.gz"), 1),
    ("in the middle of the first visit", size_of("archive/*/*.log.jsonl"), 12_000),
    ("the state of the crawl is written", size_of("crawl-state.sqlite*"), 40_000),
    ("captures are indexed", count_of("steps/captures/*"), 1),
    ("documents are extracted", count_of("steps/documents/*"), 1),
    ("stories are read", count_of("steps/stories/*"), 1),
    ("the ledger is written", size_of("ledger.sqlite"), 1),
    ("a day is loaded", count_of("steps/loaded/*"), 1),
    ("in a later visit", size_of("archive/*/*.warc.gz"), 20_000),
    ("the snapshot is half-written", count_of("published/history/*.part"), 1),
]


@pytest.mark.timeout(900)
def test_ten_kills_and_a_last_run_end_in_the_tables_of_an_undisturbed_run(sample_home: Path, tmp_path: Path) -> None:
    home = fresh_home(tmp_path / "home")
    place = home / "sample"
    # Now the whole group at once, as when a machine dies, now the process alone, whose children must end of themselves.
    for (name, measure, growth), kill in zip(POINTS, itertools.cycle((os.kill, os.killpg)), strict=False):
        before = measure(place)
        process = start(home, "run")
        deadline = time.monotonic() + RUN_SECONDS
        while process.poll() is None and measure(place) < before + growth:
            assert time.monotonic() < deadline, f"never came to: {name}"
            time.sleep(POLL_SECONDS)
        ended = process.poll()
        if ended is None:
            kill(process.pid, signal.SIGKILL)
        _, told = process.communicate(timeout=RUN_SECONDS)
        assert ended is None, f"the run ended before it came to: {name}\n{told}"
    done = badgewire(home, "run")
    assert done.returncode == 0, done.stderr
    undisturbed = sample_home / "sample" / "published" / "badgewire.duckdb"
    disturbed = place / "published" / "badgewire.duckdb"
    found = tables(disturbed)
    for table, rows in tables(undisturbed).items():
        assert found[table] == rows, table
    subjects = "select subject_id from alerts order by all"
    assert ask(disturbed, subjects) == ask(undisturbed, subjects)
