"""How alerts become messages and when a message is tried again. Pure decisions: the driver is in `pipelines.steps`.

A message is fixed before it is sent: its id, what it carries. So a second try after a crash is the same message under
the same key, and a receiver can drop it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["GIVE_UP_AFTER", "Bundle", "Candidate", "bundles", "hold_time", "retry_time"]

GIVE_UP_AFTER = timedelta(days=3)
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
# What a receiver may ask for with Retry-After at most.
LONGEST_HOLD = timedelta(hours=24)
FLOOD_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An alert that is due on a channel. `copy` counts the times it was asked for again."""

    alert_id: str
    copy: int
    digest_minutes: int
    language: str
    story_id: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Alerts that go out as one message of a kind: `single`, `story`, `digest` or `flood`."""

    kind: str
    members: tuple[Candidate, ...]


def bundles(due: Sequence[Candidate], flood: int, singly_of_late: int, floods_of_late: int) -> list[Bundle]:
    """The messages that carry what is due, in order: what one story brings comes together.

    Each message speaks one language, and digests of different windows stay apart.
    `singly_of_late` are the alerts sent outside digests in the last hour, `floods_of_late` those in floods. Beyond
    `flood` alerts an hour everything becomes one digest; while such a digest has gone out within the hour, the rest
    waits for its end.
    """
    digest = [each for each in due if each.digest_minutes]
    singly = [each for each in due if not each.digest_minutes]
    found = [Bundle("digest", each) for each in apart(digest, lambda each: (each.digest_minutes, each.language))]
    if singly_of_late + len(singly) > flood:
        floods = [] if floods_of_late else apart(singly, lambda each: each.language)
        return found + [Bundle("flood", each) for each in floods]
    stories = apart(singly, lambda each: (each.story_id, each.language))
    return found + [Bundle("story" if each[1:] else "single", each) for each in stories]


def apart(due: Iterable[Candidate], key: Callable[[Candidate], Hashable]) -> list[tuple[Candidate, ...]]:
    """What is due, put together by a key, in the order of each one's first."""
    groups: dict[Hashable, list[Candidate]] = {}
    for each in due:
        groups.setdefault(key(each), []).append(each)
    return [tuple(group) for group in groups.values()]


def retry_time(now: datetime, tries: int, asked: timedelta | None, chance: random.Random) -> datetime:
    """When a message may be tried again after so many failed tries: doubling delays with a quarter of jitter.

    `asked` is what the receiver asked for (Retry-After): never sooner than that.
    """
    delay: timedelta = min(FIRST_DELAY * float(2 ** min(tries - 1, 16)), LONGEST_DELAY) * chance.uniform(0.75, 1.25)
    return now + max(delay, min(asked, LONGEST_HOLD) if asked else timedelta(0))


def hold_time(now: datetime, messages_failed: int, asked: timedelta | None, chance: random.Random) -> datetime:
    """When a channel may be tried again after so many different messages failed in a row.

    One message that always fails holds the others up for the shortest delay only; a channel that is down fails with
    message after message and is left alone for longer and longer.
    """
    return retry_time(now, messages_failed, asked, chance)
