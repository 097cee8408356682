"""The parts of a content that its source interrupts: “X,” she said, “Y.” is one attribution with two parts."""

from __future__ import annotations

from pipelines.records import Attribution
from pipelines.speech.marks import read_marks
from pipelines.speech.quotations import gather_quotations

__all__ = ["content_parts"]

TRIMMED = " \t\n\xa0,;–—"


def content_parts(text: str, attribution: Attribution) -> tuple[tuple[int, int], ...]:
    """The stretches of `text` that an attribution reports, without the clause of source and cue between them.

    Of a direct one, each part stands in quotation marks, which belong to it. There is at least one part.
    """
    start, end = attribution.start, attribution.end
    if attribution.direct:
        low = text.rfind("\n", 0, start) + 1
        high = text.find("\n", end)
        line = text[low : len(text) if high < 0 else high]
        quoted = gather_quotations(line, read_marks(line))
        if quoted.encloses(start - low, end - low):
            return ((start, end),)
        inside = quoted.touching(start - low, end - low)
        return tuple((max(start, q.start + low), min(end, q.end + low)) for q in inside) or ((start, end),)
    between = [
        (a, b)
        for a, b in ((attribution.source_start, attribution.source_end), (attribution.cue_start, attribution.cue_end))
        if a is not None and b is not None and start < a and b < end
    ]
    if not between:
        return ((start, end),)
    first = trim(text, start, min(a for a, _ in between))
    second = trim(text, max(b for _, b in between), end)
    return tuple(part for part in (first, second) if part[0] < part[1]) or ((start, end),)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without space and commas at its ends."""
    while start < end and text[start] in TRIMMED:
        start += 1
    while end > start and text[end - 1] in TRIMMED:
        end -= 1
    return start, end
