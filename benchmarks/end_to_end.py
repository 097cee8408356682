"""Pages a second from the web to rows in the warehouse, beside Scrapy's defaults with trafilatura in the callback.

    python -m benchmarks.end_to_end                 a table by stage, and a line of figures
    python -m benchmarks.end_to_end --small         the same in under a minute

Three contenders fetch the same pages from the same server in the same run, each in processes of its own, one after
another: this project's job (archive written and read back, rows loaded), plain Scrapy, and the same plain spider with
this project's byte filter before it extracts. The slow one gets a twelfth of the pages. Times run from the first
request to the last row; starting Python and importing are nobody's, nor is reading for statements, which no peer does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
SMALL_PAGES, PAGES = 750, 12_000
PLAIN_SHARE = 12
PARTS = ("crawl", "extract", "statements", "load")
SAMPLE_SECONDS = 0.1
LONGEST_SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class Measured:
    """What a child process printed; the most memory that it and its children held at once, and their processor time."""

    said: dict[str, Any]
    peak_mb: float
    cpu_seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the contenders; print the table and the line of figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, help=f"pages to fetch (default {PAGES})")
    parser.add_argument("--small", action="store_true", help=f"{SMALL_PAGES} pages")
    given = parser.parse_args(arguments)
    pages = given.pages or (SMALL_PAGES if given.small else PAGES)
    with tempfile.TemporaryDirectory() as folder, page_server(pages) as (proxy, mean_bytes):
        place = Path(folder)
        plain = peer(place / "plain.jsonl", proxy, max(50, pages // PLAIN_SHARE))
        filtered = peer(place / "filtered.jsonl", proxy, pages, "--filter")
        job = {part: run("benchmarks.whole_job", part, "--proxy", proxy, "--root", str(place)) for part in PARTS}
    statements = job["statements"].said["read for statements"]
    counted = [job[part] for part in PARTS if part != "statements"]
    stages = {name: value for part in counted for name, value in part.said.items() if isinstance(value, float)}
    kept = job["extract"].said["kept"]
    fetched = kept + job["extract"].said["off_topic"]
    assert fetched == pages, (fetched, pages)
    seconds = sum(stages.values())
    rates = {"ours": pages / seconds, "plain": rate(plain), "filtered": rate(filtered)}
    print(f"{pages:,} pages of {mean_bytes / 1000:.0f} KB in the mean, {kept:,} kept by the byte filter\n")
    print(f"{'stage':44}{'seconds':>9}{'ms a page':>11}{'pages/s':>9}")
    for name, value in [*stages.items(), ("the whole job", seconds)]:
        print(f"{name:44}{value:9.2f}{value / pages * 1000:11.2f}{pages / value:9.0f}")
    peers = {"plain Scrapy, trafilatura in the callback": plain, "the same with the byte filter, no archive": filtered}
    for name, one in peers.items():
        took, count = one.said["seconds"], one.said["pages"]
        print(f"{name:44}{took:9.2f}{took / count * 1000:11.2f}{count / took:9.0f}   {count:,} pages")
    ours = sum(part.cpu_seconds for part in counted) / pages * 1000
    theirs = " and ".join(f"{one.cpu_seconds / one.said['pages'] * 1000:.1f}" for one in peers.values())
    print(f"\nprocessor time a page, starting and importing included: {ours:.1f} ms; of the two peers {theirs} ms")
    figures = {
        "pages_per_second": round(rates["ours"], 1),
        "ratio_to_plain_scrapy": round(rates["ours"] / rates["plain"], 2),
        "ratio_to_plain_filtered": round(rates["ours"] / rates["filtered"], 2),
        "peak_mb": round(max(part.peak_mb for part in job.values())),
        "mean_page_kb": round(mean_bytes / 1000, 1),
        "kept_share": round(kept / pages, 4),
    }
    print(f"not counted, as no peer does it: reading the {kept:,} documents for statements, {statements:.1f} s")
    print(f"\nfigures: {json.dumps(figures)}")
    return 0


def rate(measured: Measured) -> float:
    """Pages a second of a peer."""
    return float(measured.said["pages"] / measured.said["seconds"])


def peer(items: Path, proxy: str, pages: int, *options: str) -> Measured:
    """Run a plain spider over the first so many pages."""
    return run("benchmarks.plain_scrapy", "--proxy", proxy, "--pages", str(pages), "--items", str(items), *options)


def run(module: str, *arguments: str) -> Measured:
    """Run a module to its end: what it printed last, and its peak of memory. Raises CalledProcessError if it fails."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak: list[float] = [0.0]
    cpu: dict[int, float] = {}
    ended = threading.Event()
    watcher = threading.Thread(target=watch, args=(process.pid, ended, peak, cpu))
    watcher.start()
    try:
        out, _ = process.communicate(timeout=LONGEST_SECONDS)
    finally:
        ended.set()
        watcher.join()
        process.kill()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, [module, *arguments], out)
    return Measured(json.loads(out.splitlines()[-1]), peak[0], sum(cpu.values()))


def watch(pid: int, ended: threading.Event, peak: list[float], cpu: dict[int, float]) -> None:
    """Keep the largest sum of memory that a process and its children hold of their own, and the time that each used."""
    while not ended.wait(SAMPLE_SECONDS):
        held = 0
        try:
            parent = psutil.Process(pid)
            for one in [parent, *parent.children(recursive=True)]:
                held += one.memory_info().rss - one.memory_info().shared
                used = one.cpu_times()
                cpu[one.pid] = used.user + used.system
        except psutil.Error:
            continue
        peak[0] = max(peak[0], held / 1e6)


@contextmanager
def page_server(pages: int) -> Iterator[tuple[str, float]]:
    """The address of a server of so many pages, and their mean size in bytes."""
    command = [sys.executable, "-m", "benchmarks.page_server", "--pages", str(pages)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port, mean = process.stdout.readline().split()
        yield f"http://127.0.0.1:{port}", float(mean)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
