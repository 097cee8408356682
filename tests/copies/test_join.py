"""The join finds exactly the pairs that comparing every text with every other would find."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.newswire import Newswire
from pipelines.copies import candidates
from pipelines.copies.join import TextToSketch, find_copies, store_sketches
from pipelines.copies.likeness import compare_sketches
from pipelines.copies.sketch import sketch_texts
from tests.copies.newsroom import Newsroom

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("common", [1, 10, 1000])
def test_passing_over_common_shingles_loses_no_pair(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(candidates, "COMMON", common)
    wire = Newswire(5, 400)
    # Few outlets, so that boilerplate is common and many pairs are of one site.
    pieces = [wire.piece(number) for number in range(400)]
    texts = [
        TextToSketch(f"r{number}", f"s{number:03}", f"site{piece.outlet % 12}.example", False, piece.text)
        for number, piece in enumerate(pieces)
    ]
    for start, end in itertools.pairwise([0, 250, 251, 400]):
        find_copies(newsroom.connection, store_sketches(newsroom.connection, texts[start:end]), newsroom.runs)
    found = newsroom.connection.execute("select story_id, other_story_id from story_copies order by all").fetchall()
    pairs = np.array(list(itertools.combinations(range(400), 2)))
    sites = np.array([text.site for text in texts])
    verdict = compare_sketches(
        sketch_texts([text.text for text in texts]),
        pairs,
        sites[pairs[:, 0]] == sites[pairs[:, 1]],
        np.zeros(len(pairs), np.bool_),
    )
    assert found == [(f"s{one:03}", f"s{other:03}") for one, other in pairs[verdict.copied]]
    assert len(found) > 50


def test_the_bench_runs_and_ends_in_its_figures() -> None:
    pytest.importorskip("datasketch")
    pytest.importorskip("rensa")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.copies", "--documents", "400"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    figures = json.loads(done.stdout.splitlines()[-1].removeprefix("figures: "))
    assert figures["documents"] == 400
    assert figures["precision"] >= 0.99
    assert figures["recall_truncated"] >= 0.95
