"""How well and how fast copies are found: this project's join beside datasketch and rensa, on seeded texts.

    python -m benchmarks.copies --documents 10000        a table, and a line of figures
    python -m benchmarks.copies --small                  the same in a few seconds, to see that it runs

Each method runs in a child process that makes the same texts and times only its own work, batch after batch as they
would arrive. Peers get the same three-word shingles. Above 100,000 texts the peers are measured on the first 100,000,
since datasketch keeps 8.7 KB of every text in memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

from benchmarks.newswire import COPY_KINDS, HARD_KINDS, Newswire, Piece

SEED = 20260101
BATCH = 20_000
WRITERS = 2
NEWCOMERS = 1_000
PEERS_AT_MOST = 100_000
ROOT = Path(__file__).resolve().parents[1]


@dataclass(slots=True)
class Measured:
    """What one method did: `recall` by kind of copy, `hard_precision` over the pairs that touch a hard negative."""

    method: str
    documents: int
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    newcomer_seconds: float = 0.0
    peak_mb: float = 0.0
    recall: dict[str, float] = field(default_factory=dict)
    precision: float = 1.0
    hard_precision: float = 1.0
    hard_texts: int = 0
    wrong: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.documents / self.seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the methods, print the table and the line of figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000, help="texts to store before the last 1,000")
    parser.add_argument("--small", action="store_true", help="2,000 texts: to see that it runs")
    parser.add_argument("--child", choices=METHODS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    documents = 2_000 if options.small else options.documents
    if options.child:
        print(json.dumps(asdict(METHODS[options.child](documents))))
        return 0
    measured = {
        method: _in_child(method, documents if method == "badgewire" else min(documents, PEERS_AT_MOST))
        for method in METHODS
    }
    _print_table(list(measured.values()))
    own = measured["badgewire"]
    figures = {
        "documents": documents,
        "ratio_to_datasketch": round(own.rate / measured["datasketch"].rate, 1),
        "recall_edited_20": round(own.recall["edited 20 %"], 4),
        "recall_truncated": round(own.recall["truncated"], 4),
        "precision": round(own.precision, 4),
        "precision_hard": round(own.hard_precision, 4),
        "peak_mb": round(own.peak_mb),
        "seconds_per_1000_new": round(own.newcomer_seconds, 2),
    }
    print("figures:", json.dumps(figures))
    return 0


def _in_child(method: str, documents: int) -> Measured:
    """Measure a method in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.copies", "--child", method, "--documents", str(documents)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _print_table(rows: list[Measured]) -> None:
    columns = [
        "method",
        "texts",
        "texts/s",
        "per CPU s",
        *COPY_KINDS,
        "precision",
        "on hard ones",
        "peak MB",
        "s for 1,000 new",
    ]
    print("| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    for row in rows:
        recall = " | ".join(f"{row.recall[kind]:.3f}" for kind in COPY_KINDS)
        print(
            f"| {row.method} | {row.documents:,} | {row.rate:,.0f} | {row.documents / row.cpu_seconds:,.0f} | {recall} "
            f"| {row.precision:.4f} | {row.hard_precision:.4f} | {row.peak_mb:,.0f} | {row.newcomer_seconds:.2f} |"
        )
    for row in rows:
        print(f"{row.method}: wrong pairs by kind {row.wrong or 'none'}, among {row.hard_texts:,} hard negatives")


def _batches(documents: int) -> Iterator[list[tuple[int, Piece]]]:
    """The texts in batches, and the 1,000 newcomers last, by themselves."""
    bounds = [*range(0, documents, BATCH), documents, documents + NEWCOMERS]
    # Writing the texts takes longer than finding copies among them. The writers rest while a method is timed.
    with ProcessPoolExecutor(
        WRITERS, multiprocessing.get_context("spawn"), _open_wire, (SEED, documents + NEWCOMERS)
    ) as writers:
        for start, end in pairwise(bounds):
            pieces = writers.map(_write_piece, range(start, end), chunksize=250)
            yield list(zip(range(start, end), pieces, strict=True))


def _open_wire(seed: int, count: int) -> None:
    """Make a writer's newswire, once for each process: a pool gives its workers nothing else to keep."""
    global _wire
    _wire = Newswire(seed, count)


def _write_piece(number: int) -> Piece:
    return _wire.piece(number)


def _measure(
    method: str, documents: int, add: Callable[[list[tuple[int, Piece]]], Iterable[tuple[int, int]]]
) -> Measured:
    """Feed the texts to `add`, which gives back the pairs that it finds, and compare with what is known of them."""
    measured = Measured(method, documents)
    groups: list[int] = []
    kinds: list[str] = []
    pairs: set[tuple[int, int]] = set()
    for batch in _batches(documents):
        groups += [piece.group for _, piece in batch]
        kinds += [piece.kind for _, piece in batch]
        started, worked = time.perf_counter(), time.process_time()
        found = add(batch)
        spent, work = time.perf_counter() - started, time.process_time() - worked
        if len(groups) > documents:
            measured.newcomer_seconds = spent
        else:
            measured.seconds += spent
            measured.cpu_seconds += work
        pairs.update((min(pair), max(pair)) for pair in found if pair[0] != pair[1])
    measured.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _judge(measured, pairs, groups, kinds)
    return measured


def _judge(measured: Measured, pairs: set[tuple[int, int]], groups: list[int], kinds: list[str]) -> None:
    """A copy is found where it is paired with its original; a pair is right where both texts are of one group."""
    found = dict.fromkeys(COPY_KINDS, 0)
    there = dict.fromkeys(COPY_KINDS, 0)
    for number, kind in enumerate(kinds):
        if kind in there:
            there[kind] += 1
            found[kind] += (min(number, groups[number]), max(number, groups[number])) in pairs
    wrong = [pair for pair in pairs if groups[pair[0]] != groups[pair[1]]]
    hard_wrong = 0
    for one, other in wrong:
        both = " / ".join(sorted({kinds[one], kinds[other]}))
        measured.wrong[both] = measured.wrong.get(both, 0) + 1
        hard_wrong += kinds[one] in HARD_KINDS or kinds[other] in HARD_KINDS
    measured.recall = {kind: found[kind] / max(there[kind], 1) for kind in COPY_KINDS}
    measured.precision = 1 - len(wrong) / max(len(pairs), 1)
    measured.hard_texts = sum(kind in HARD_KINDS for kind in kinds)
    # No pair that touches a hard negative is right: their precision is told as the share of them that nothing joined.
    joined = {number for pair in wrong for number in pair if kinds[number] in HARD_KINDS}
    measured.hard_precision = 1 - len(joined) / max(measured.hard_texts, 1)


def measure_badgewire(documents: int) -> Measured:
    """This project's join, in a DuckDB file with its own schema."""
    import duckdb

    from pipelines.copies.join import TextToSketch, find_copies, store_sketches

    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(f"{folder}/copies.duckdb", config={"memory_limit": "1GB", "threads": 2})
        for table in ("story_sketches", "shingle_runs", "story_copies"):
            for path in (ROOT / "warehouse" / "schema").glob(f"*_{table}.sql"):
                connection.execute(path.read_text(encoding="utf-8"))
        known = 0

        def add(batch: list[tuple[int, Piece]]) -> Iterable[tuple[int, int]]:
            nonlocal known
            connection.execute("begin")
            texts = [TextToSketch(str(n), str(n), str(piece.outlet), False, piece.text) for n, piece in batch]
            found = find_copies(connection, store_sketches(connection, texts), Path(folder) / "runs")
            connection.execute("commit")
            rows = connection.execute(
                "select cast(story_id as integer), cast(other_story_id as integer) from story_copies offset $known",
                {"known": known},
            ).fetchall()
            known += found
            return rows

        return _measure("badgewire", documents, add)


def measure_datasketch(documents: int) -> Measured:
    """datasketch's MinHash LSH at its defaults (128 permutations) and a Jaccard threshold of a half."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)

    def add(batch: list[tuple[int, Piece]]) -> Iterable[tuple[int, int]]:
        found = []
        for number, piece in batch:
            sketch = MinHash(num_perm=128)
            sketch.update_batch([shingle.encode() for shingle in _shingles(piece.text)])
            found += [(number, other) for other in index.query(sketch)]
            index.insert(number, sketch)
        return found

    return _measure("datasketch", documents, add)


def measure_rensa(documents: int) -> Measured:
    """rensa's R-MinHash LSH, 128 permutations and a Jaccard threshold of a half."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)

    def add(batch: list[tuple[int, Piece]]) -> Iterable[tuple[int, int]]:
        found = []
        for number, piece in batch:
            sketch = RMinHash(num_perm=128, seed=42)
            sketch.update(_shingles(piece.text))
            found += [(number, other) for other in index.query(sketch)]
            index.insert(number, sketch)
        return found

    return _measure("rensa", documents, add)


def _shingles(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]


METHODS: dict[str, Callable[[int], Measured]] = {
    "badgewire": measure_badgewire,
    "datasketch": measure_datasketch,
    "rensa": measure_rensa,
}

if __name__ == "__main__":
    sys.exit(main())
