"""Many pages on worker processes: order, bounds, and what one bad page costs."""

import multiprocessing
import os
from collections.abc import Iterator

import pytest

from pipelines.extraction import ExtractionFailure, FailureReason, read_many
from tests.extraction.reads import prepare_badly, process_of, read_page

MEMORY = 600 << 20


def test_results_come_in_the_order_of_the_pages() -> None:
    assert [*read_many([("", n) for n in range(300)], read_page)] == [n * n for n in range(300)]


def test_no_pages_start_no_process() -> None:
    assert [*read_many([], read_page)] == []


@pytest.mark.timeout(60)
def test_a_bad_page_costs_itself_alone() -> None:
    kinds = ["", "hang", "", "die", "raise", "", "segfault", "", "hoard", "", ""]
    pages = [(kind, n) for n, kind in enumerate(kinds)]
    results = [*read_many(pages, read_page, seconds_per_page=1.5, memory_bytes=MEMORY)]
    reasons = {
        "hang": FailureReason.TIMEOUT,
        "die": FailureReason.CRASH,
        "segfault": FailureReason.CRASH,
        "raise": FailureReason.ERROR,
        "hoard": FailureReason.MEMORY,
    }
    for (kind, n), result in zip(pages, results, strict=True):
        if kind:
            assert isinstance(result, ExtractionFailure), (kind, result)
            assert result.reason == reasons[kind], result
        else:
            assert result == n * n


def test_both_processes_work_and_none_is_left_behind() -> None:
    used = {*read_many(range(60), process_of)}
    assert len(used) == 2
    assert os.getpid() not in used
    assert not [child for child in multiprocessing.active_children() if child.name == "badgewire-reader"]


def test_a_page_that_waits_without_working_is_given_up_too() -> None:
    first, second = read_many([("wait", 1), ("", 2)], read_page, seconds_per_page=0.2)
    assert isinstance(first, ExtractionFailure)
    assert (first.reason, second) == (FailureReason.TIMEOUT, 4)


def test_a_few_pages_start_one_process() -> None:
    assert len({*read_many(range(4), process_of)}) == 1


def test_pages_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def pages() -> Iterator[tuple[str, int]]:
        nonlocal taken
        for n in range(10_000):
            taken += 1
            yield ("", n)

    results = read_many(pages(), read_page)
    assert next(results) == 0
    results.close()
    assert taken < 100


def test_processes_that_never_start_are_an_error() -> None:
    with pytest.raises(RuntimeError, match="do not start"):
        [*read_many([("", 1)], read_page, prepare=prepare_badly)]
