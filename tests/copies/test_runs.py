"""The index beside the database: whatever becomes of its files, the same copies are found."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.copies import join, runs
from pipelines.copies.candidates import find_shared, index_rows
from pipelines.copies.runs import RunStore
from tests.copies.newsroom import Newsroom, edited, written

STORIES = {f"s{number:02}": edited(written(number % 7), number, 0.1) for number in range(28)}
TOGETHER = {frozenset(f"s{number:02}" for number in range(28) if number % 7 == seed) for seed in range(7)}


@pytest.fixture(autouse=True)
def small_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "RUN_TEXTS", 3)


def print_and_group(newsroom: Newsroom, names: list[str]) -> None:
    for name in names:
        newsroom.print(name, STORIES[name], captured=int(name[1:]))
    newsroom.update()


def files(newsroom: Newsroom) -> list[Path]:
    return sorted(newsroom.runs.iterdir())


def test_texts_that_come_one_by_one_are_grouped_like_texts_that_come_together(newsroom: Newsroom) -> None:
    for name in STORIES:
        print_and_group(newsroom, [name])
    assert newsroom.partition() == TOGETHER
    rows = newsroom.connection.execute("from shingle_runs order by first_sketch_no").fetchall()
    assert [row[2] + 1 for row in rows[:-1]] == [row[1] for row in rows[1:]]
    assert len(rows) <= 6
    # Of four in a row the first has at least four times as many rows as the last: they stay few.
    assert all(first[3] >= 4 * last[3] for first, last in zip(rows, rows[3:], strict=False))


@pytest.mark.parametrize("harm", ["lost", "cut off", "of zeros", "no numbers"])
def test_a_file_that_is_not_what_it_was_is_written_anew(newsroom: Newsroom, harm: str) -> None:
    names = list(STORIES)
    print_and_group(newsroom, names[:14])
    path = files(newsroom)[0]
    if harm == "lost":
        path.unlink()
    elif harm == "cut off":
        path.write_bytes(path.read_bytes()[:200])
    elif harm == "of zeros":
        path.write_bytes(bytes(path.stat().st_size))
    else:
        path.write_bytes(b"not an array")
    print_and_group(newsroom, names[14:])
    assert newsroom.partition() == TOGETHER


def test_a_load_that_was_rolled_back_leaves_nothing_behind(newsroom: Newsroom) -> None:
    names = list(STORIES)
    print_and_group(newsroom, names[:10])
    for name in names[10:20]:
        newsroom.print(name, STORIES[name])
    newsroom.connection.execute("begin")
    join.find_copies(
        newsroom.connection,
        join.store_sketches(
            newsroom.connection, [join.TextToSketch("r", "other", "site", False, written(99)) for _ in range(6)]
        ),
        newsroom.runs,
    )
    newsroom.connection.execute("rollback")
    print_and_group(newsroom, names[20:])
    assert newsroom.partition() == TOGETHER
    known = {f"{run}.rows" for (run,) in newsroom.connection.execute("select run_id from shingle_runs").fetchall()}
    assert {path.name for path in files(newsroom)} >= known


def test_a_text_that_is_gone_is_nobodys_copy_and_its_number_is_not_given_again(newsroom: Newsroom) -> None:
    names = list(STORIES)
    print_and_group(newsroom, names[:9])
    for name in names[4:9]:
        newsroom.withdraw(name)
    newsroom.update()
    print_and_group(newsroom, names[9:])
    kept = {frozenset(group - set(names[4:9])) for group in TOGETHER}
    assert newsroom.partition() == kept
    numbers = newsroom.connection.execute("select sketch_no from story_sketches order by all").fetchall()
    assert numbers == [(number,) for number in [0, 1, 2, 3, *range(9, len(names))]]


def test_a_folder_of_an_earlier_warehouse_is_emptied(newsroom: Newsroom) -> None:
    newsroom.runs.mkdir()
    (newsroom.runs / "left.run").write_bytes(b"old")
    (newsroom.runs / "lost+found").mkdir()
    print_and_group(newsroom, list(STORIES))
    assert newsroom.partition() == TOGETHER
    assert "left.run" not in {path.name for path in files(newsroom)}


rows_of_texts = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 50)), max_size=60, unique=True)


@given(parts=st.lists(rows_of_texts, min_size=1, max_size=3), step=st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_merged_runs_hold_every_row_in_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[int, int]]], step: int
) -> None:
    store = RunStore(tmp_path_factory.mktemp("runs"))
    given_rows = [
        index_rows(np.array([h for h, _ in part], np.uint32), np.array([t for _, t in part], np.int32))
        for part in parts
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_MERGED_ROWS", step)
        run = store.write(0, 50, given_rows)
    rows = store.open(run).tolist()
    assert [(row >> 32, row & 0xFFFFFFFF) for row in rows] == sorted(itertools.chain(*parts))


def test_a_shingle_in_too_many_texts_is_counted_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.copies.candidates.EVERYWHERE", 5)
    stored = index_rows(np.array([7] * 9 + [8] * 3, np.uint32), np.arange(12, dtype=np.int32))
    shared = find_shared(index_rows(np.array([7, 8, 9], np.uint32), np.full(3, 20, np.int32)), [stored])
    assert shared.frequency.tolist() == [10, 4]
    assert shared.counts.tolist() == [1, 4]
    assert [(row >> 32, row & 0xFFFFFFFF) for row in shared.rows.tolist()] == [
        (7, 20),
        (8, 9),
        (8, 10),
        (8, 11),
        (8, 20),
    ]


def test_runs_of_an_earlier_layout_are_written_anew(newsroom: Newsroom) -> None:
    names = list(STORIES)
    print_and_group(newsroom, names[:14])
    for path in files(newsroom):
        path.rename(path.with_suffix(".run"))
    print_and_group(newsroom, names[14:])
    assert newsroom.partition() == TOGETHER
    assert {path.suffix for path in files(newsroom)} == {".rows"}
