"""Read many pages on worker processes, each page bounded in time and memory, results in the order of the pages.

A page that takes too long, needs too much memory or brings its process down costs that page a failure with its reason;
the process is replaced and the other pages go on. What is bounded is processor time, since a page must not fail because
the machine is busy: the system ends a process whose profiling timer runs out (SIGPROF, setitimer(2)), in C code too. A
page that waits without working meets a wall of ten times as long. Written by hand because concurrent.futures breaks
the whole pool when one process dies and knows no time limit. Safe to call from threads and from processes of any start
method.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

from pipelines.extraction.document import ExtractionFailure, FailureReason

__all__ = ["read_many"]

_CHUNK = 4
_AHEAD = 16
_START_SECONDS = 120.0
_WALL = 10
_READY = -1

Page = TypeVar("Page")
Result = TypeVar("Result")


def read_many(
    pages: Iterable[Page],
    read: Callable[[Page], Result],
    *,
    processes: int = 2,
    seconds_per_page: float = 60.0,
    memory_bytes: int = 2 << 30,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Result | ExtractionFailure]:
    """`read(page)` for each page, in order; an ExtractionFailure where it raised, ran too long, or its process died.

    `pages` is consumed as needed, a few dozen ahead. `read` and `prepare` are importable functions: `prepare` runs once
    in each process, so that a heavy model is loaded before the clock runs. `seconds_per_page` is processor time;
    `memory_bytes` bounds what a process holds.
    Raises RuntimeError where the processes do not even start.
    """
    reading = _Reading(read, prepare, processes, seconds_per_page, memory_bytes)
    try:
        yield from reading.results(iter(pages))
    finally:
        reading.stop()


@dataclass(slots=True)
class _Worker:
    process: Any
    connection: Connection
    is_ready: bool = False
    pages: deque[tuple[int, Any]] = field(default_factory=deque)
    since: float = field(default_factory=time.monotonic)


class _Reading:
    """The workers of one call, and the results that wait for their turn."""

    def __init__(
        self,
        read: Callable[[Any], Any],
        prepare: Callable[[], object] | None,
        processes: int,
        seconds_per_page: float,
        memory_bytes: int,
    ) -> None:
        self._context = _context(read.__module__)
        self._arguments = (read, prepare, seconds_per_page, memory_bytes)
        self._processes = processes
        self._seconds = seconds_per_page
        self._workers: list[_Worker] = []
        self._again: deque[tuple[int, Any]] = deque()
        self._done: dict[int, Any] = {}
        self._failed_starts = 0

    def results(self, pages: Iterator[Any]) -> Iterator[Any]:
        numbered = enumerate(pages)
        following = sent = 0
        is_exhausted = False
        while True:
            while following in self._done:
                yield self._done.pop(following)
                following += 1
            if not is_exhausted and sent - following < _AHEAD * self._processes:
                fresh = [*islice(numbered, _CHUNK)]
                is_exhausted = not fresh
                self._again.extend(fresh)
                sent += len(fresh)
            if is_exhausted and following == sent:
                return
            self._hand_out()
            wants_more = not is_exhausted and len(self._again) < _CHUNK and sent - following < _AHEAD * self._processes
            self._collect(0.0 if wants_more else 0.5)

    def stop(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            self._bury(worker)
        self._workers.clear()

    def _hand_out(self) -> None:
        idle = sum(not worker.pages for worker in self._workers)
        while idle * _CHUNK < len(self._again) and len(self._workers) < self._processes:
            self._workers.append(self._start())
            idle += 1
        for worker in self._workers:
            # Only a process that waits is written to: both ends writing at once could wait for each other for ever.
            if worker.is_ready and not worker.pages and self._again:
                worker.pages.extend(self._again.popleft() for _ in range(min(_CHUNK, len(self._again))))
                worker.since = time.monotonic()
                with suppress(OSError):  # the process is gone: _collect sees it
                    worker.connection.send([*worker.pages])

    def _collect(self, seconds: float) -> None:
        ready = wait([worker.connection for worker in self._workers], timeout=seconds)
        for worker in [*self._workers]:
            if worker.connection in ready:
                self._receive(worker)
            elif time.monotonic() - worker.since > (_WALL * self._seconds if worker.is_ready else _START_SECONDS) and (
                worker.pages or not worker.is_ready
            ):
                self._replace(worker, self._timeout(_WALL * self._seconds, "s"))

    def _receive(self, worker: _Worker) -> None:
        try:
            number, result = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            code = worker.process.exitcode
            if code == -signal.SIGPROF:
                self._replace(worker, self._timeout(self._seconds, "s of processor time"))
            else:
                died = f"the reading process ended with code {code}"
                self._replace(worker, ExtractionFailure(FailureReason.CRASH, died))
            return
        worker.since = time.monotonic()
        if number == _READY:
            worker.is_ready = True
            self._failed_starts = 0
        else:
            worker.pages.popleft()
            self._done[number] = result
            if isinstance(result, ExtractionFailure) and result.reason is FailureReason.MEMORY:
                self._retire(worker)  # what is left of its memory is not worth trusting

    def _replace(self, worker: _Worker, failure: ExtractionFailure) -> None:
        """Give up the page that the process was at, and let another have the rest."""
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts > 2:
                raise RuntimeError(f"the reading processes do not start: {failure.detail}")
        if worker.pages:
            number, _ = worker.pages.popleft()
            self._done[number] = failure
        self._retire(worker)

    def _retire(self, worker: _Worker) -> None:
        worker.process.kill()
        self._bury(worker)
        self._workers.remove(worker)
        self._again.extendleft(reversed(worker.pages))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]  # typeshed gives contexts no Process
            target=_work, args=(theirs, *self._arguments), name="badgewire-reader", daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    @staticmethod
    def _timeout(seconds: float, unit: str) -> ExtractionFailure:
        return ExtractionFailure(FailureReason.TIMEOUT, f"took longer than {seconds:g} {unit}")

    @staticmethod
    def _bury(worker: _Worker) -> None:
        worker.process.join(5)
        worker.connection.close()


def _context(module: str) -> BaseContext:
    """Processes forked from one that has loaded the libraries already, where the system can; it is started once."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipelines.extraction.warm", module])
    return context


def _work(
    connection: Connection,
    read: Callable[[Any], Any],
    prepare: Callable[[], object] | None,
    seconds_per_page: float,
    memory_bytes: int,
) -> None:
    """The life of one process."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if prepare is not None:
        prepare()
    _bound_memory(memory_bytes)
    connection.send((_READY, None))
    while True:
        try:
            chunk = connection.recv()
        except (EOFError, OSError):
            return
        for number, page in chunk:
            signal.setitimer(signal.ITIMER_PROF, seconds_per_page)
            result = _read_one(read, page)
            signal.setitimer(signal.ITIMER_PROF, 0)
            try:
                connection.send((number, result))
            except OSError:
                return


def _read_one(read: Callable[[Any], Any], page: Any) -> Any:
    try:
        return read(page)
    except MemoryError:
        return ExtractionFailure(FailureReason.MEMORY, "needed more memory than a page is given")
    except Exception as error:  # the boundary of the step: whatever a page does to a parser is that page's outcome
        return ExtractionFailure(FailureReason.ERROR, f"{type(error).__name__}: {error}"[:300])


def _bound_memory(memory_bytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
