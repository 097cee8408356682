"""The agency mentions of a story, looked up by place."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from pipelines.records import Agency, AgencyKind, AgencyMention

__all__ = ["Mentions", "is_federal", "meant_by"]


class Mentions:
    """The agency mentions of a story, looked up by place."""

    def __init__(self, mentions: Sequence[AgencyMention]) -> None:
        self.all = sorted(mentions, key=lambda mention: mention.start)
        self._starts = [mention.start for mention in self.all]
        self._local = [mention for mention in self.all if not is_federal(mention)]
        self._local_starts = [mention.start for mention in self._local]

    def within(self, start: int, end: int) -> list[AgencyMention]:
        """Mentions that overlap a span, in order."""
        return _overlapping(self.all, self._starts, start, end)

    def local(self, start: int, end: int) -> list[AgencyMention]:
        """Those of them that are not of the federal government."""
        return _overlapping(self._local, self._local_starts, start, end)

    def first_after(self, offset: int) -> AgencyMention | None:
        """The first local mention from an offset on."""
        at = bisect_left(self._local_starts, offset)
        return self._local[at] if at < len(self._local) else None

    def last_before(self, offset: int) -> AgencyMention | None:
        """The last local mention before an offset."""
        at = bisect_left(self._local_starts, offset) - 1
        return self._local[at] if at >= 0 else None

    def nearest(self, offset: int) -> Iterator[AgencyMention]:
        """Every local mention, those up to an offset first, the nearest of them leading, then those after it."""
        at = bisect_right(self._local_starts, offset)
        yield from (self._local[before] for before in range(at - 1, -1, -1))
        yield from (self._local[after] for after in range(at, len(self._local)))


def _overlapping(mentions: Sequence[AgencyMention], starts: Sequence[int], start: int, end: int) -> list[AgencyMention]:
    low = max(0, bisect_left(starts, start) - 1)
    return [mention for mention in mentions[low : bisect_left(starts, end)] if mention.end > start]


def is_federal(mention: AgencyMention) -> bool:
    """Whether a mention means a federal body, whatever its name resolves to."""
    return any(agency.kind is AgencyKind.FEDERAL for agency in meant_by(mention))


def meant_by(mention: AgencyMention) -> tuple[Agency, ...]:
    """The agency that a mention means, or those that it may mean."""
    return (mention.agency,) if mention.agency else mention.candidates
