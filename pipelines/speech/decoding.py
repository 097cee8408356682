"""Scores to attributions: the best tag sequence under the evidence of quotation marks, then contents and sources.

Quotation marks are what the network is worst at and the page is surest of. A full quotation (it ends in its own
punctuation, as in “We will not,”) begins and ends a content; inside a quotation a content hardly ever begins or ends.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from pipelines.records import Attribution
from pipelines.speech.marks import Quotation
from pipelines.speech.model import Floats, Scores
from pipelines.speech.pieces import Pieces
from pipelines.speech.quotations import Quoted
from pipelines.speech.tags import LINKS, TAGS

__all__ = ["Content", "Part", "decode"]

OUTSIDE, B_CONTENT, I_CONTENT = TAGS.index("O"), TAGS.index("B-content"), TAGS.index("I-content")
IMPOSSIBLE = -1e4

# What a choice against the marks costs, in log probability; set on PolNeAR dev, where any value near does as well.
ACROSS_FULL = 1.0
INSIDE_CHANGE = 1.0
INSIDE_BEGIN = 1.0

# A word is one thing: the tag of its first piece goes on to its end ("St|ojanovich").
WITHIN_WORD = np.array(
    [[0.0 if b == a == "O" or (b[0] == "I" and b[2:] == a[2:]) else -IMPOSSIBLE for b in TAGS] for a in TAGS],
    dtype=np.float32,
)

# How far apart two parts of one attribution may stand, and what share of the whole they must make up: a long aside
# between them leaves two attributions.
JOIN_DISTANCE = 300
LEAST_SHARE = 0.5

# "No source printed" must be this much likelier than the best source; a quotation without one must follow a quote.
NOWHERE_COST = 0.5
FURTHEST_FLOATING = 5
LONGEST_DASH = 6


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces [first, last) that carry one tag."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of content in characters; `direct` where it stands in quotation marks."""

    start: int
    end: int
    direct: bool


@dataclass(slots=True)
class Content:
    """An attribution in the making. Source and cue are spans of pieces."""

    parts: list[Part]
    first: int
    source: Span | None
    cue: Span | None
    confidence: float
    last: int = field(default=0)


def decode(pieces: Pieces, quoted: Quoted, scores: Scores) -> list[Attribution]:
    """The attributions of a text in the order of their contents."""
    if not len(pieces):
        return []
    path = best_path(scores.tags, mark_costs(pieces, quoted))
    spans = read_spans(path)
    contents = link_contents(pieces, quoted, scores, spans)
    kept: list[Content] = []
    for content in contents:
        if content.source or (kept and goes_on(quoted, kept[-1], content)):
            kept.append(content)
    return [as_attribution(pieces, content) for content in kept]


def goes_on(quoted: Quoted, before: Content, content: Content) -> bool:
    """Whether a content without a source is a whole line of quotation right after a quote, and so goes on with it.

    All other contents without a source are left out: two in three of them are titles, slogans and beliefs.
    """
    start, end = content.parts[0].start, content.parts[-1].end
    if not (before.parts[-1].direct and content.parts[0].direct and content.parts[-1].direct):
        return False
    return start - before.parts[-1].end <= FURTHEST_FLOATING and quoted.fills_line(start, end)


def mark_costs(pieces: Pieces, quoted: Quoted) -> Floats:
    """What each tag at a piece costs after each tag at the piece before: (pieces, TAGS before, TAGS)."""
    costs = np.zeros((len(pieces), len(TAGS), len(TAGS)), dtype=np.float32)
    costs[split_words(pieces, quoted.text)] += WITHIN_WORD
    content = np.array([tag.endswith("content") for tag in TAGS])
    change = np.where(content[:, None] != content[None, :], INSIDE_CHANGE, 0.0)
    for quotation in quoted.outermost:
        first, last = covered(pieces, quotation)
        if last - first < 3:
            continue
        if quoted.is_full(quotation):
            costs[first, I_CONTENT, I_CONTENT] += ACROSS_FULL
            if quotation.closed and last < len(pieces):
                costs[last, [B_CONTENT, I_CONTENT], I_CONTENT] += ACROSS_FULL
        costs[first + 1 : last] += change
        costs[first + 1 : last, :, B_CONTENT] += INSIDE_BEGIN
    return costs


def split_words(pieces: Pieces, text: str) -> list[int]:
    """The pieces that go on with the word of the piece before them."""
    touching = np.flatnonzero(pieces.starts[1:] == pieces.ends[:-1]) + 1
    return [at for at in touching.tolist() if text[pieces.starts[at] - 1 : pieces.starts[at] + 1].isalnum()]


def covered(pieces: Pieces, quotation: Quotation) -> tuple[int, int]:
    """The pieces [first, last) of a quotation, marks included."""
    return int(np.searchsorted(pieces.starts, quotation.start)), int(np.searchsorted(pieces.starts, quotation.end))


def best_path(tags: Floats, costs: Floats) -> list[int]:
    """The best tag sequence (Viterbi) in which every I- follows its own kind."""
    banned = np.array(
        [[IMPOSSIBLE if b[0] == "I" and a[2:] != b[2:] else 0.0 for b in TAGS] for a in TAGS], dtype=np.float32
    )
    best = tags[0] + banned[OUTSIDE]
    back = np.zeros((len(tags), len(TAGS)), dtype=np.int8)
    columns = np.arange(len(TAGS))
    for at in range(1, len(tags)):
        reached = best[:, None] + banned - costs[at]
        back[at] = choice = reached.argmax(0)
        best = reached[choice, columns] + tags[at]
    path = [int(best.argmax())]
    for at in range(len(tags) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    return path[::-1]


def read_spans(path: Sequence[int]) -> list[Span]:
    """The spans of a tag sequence."""
    spans: list[Span] = []
    at = 0
    while at < len(path):
        end = at + 1
        if path[at] != OUTSIDE:
            kind = TAGS[path[at]][2:]
            while end < len(path) and TAGS[path[end]] == "I-" + kind:
                end += 1
            spans.append(Span(kind, at, end))
        at = end
    return spans


def link_contents(pieces: Pieces, quoted: Quoted, scores: Scores, spans: Sequence[Span]) -> list[Content]:
    """Contents with the source and cue that each points to, the parts of one attribution joined."""
    made: list[Content] = []
    targets = {kind: [span for span in spans if span.kind == kind] for kind in ("source", "cue")}
    for span in spans:
        if span.kind != "content":
            continue
        sureness = float(np.exp(scores.tags[span.first : span.last, [B_CONTENT, I_CONTENT]]).sum(1).mean())
        source, chance = signature(pieces, quoted, targets["source"], span) or follow(
            scores, targets["source"], span, LINKS.index("source")
        )
        cue, _ = follow(scores, targets["cue"], span, LINKS.index("cue"))
        part = fit_part(quoted, int(pieces.starts[span.first]), int(pieces.ends[span.last - 1]))
        content = Content([part], span.first, source, cue, sureness * chance, span.last)
        earlier = made[-1] if made else None
        if earlier and part.start < earlier.parts[-1].end:
            part = Part(earlier.parts[-1].end, part.end, part.direct)
            if part.end <= part.start or not quoted.letters(part.start, part.end):
                continue
            content.parts = [part]
        if earlier and belongs(scores, pieces, quoted, earlier, content):
            earlier.parts.append(part)
            earlier.last = span.last
            earlier.source, earlier.cue = earlier.source or source, earlier.cue or cue
        else:
            made.append(content)
    return made


def signature(pieces: Pieces, quoted: Quoted, sources: Sequence[Span], span: Span) -> tuple[Span | None, float] | None:
    """The source that stands after a dash at the end of a quote: “We will not.” — Ann Weiss."""
    at = bisect_left(sources, span.last, key=lambda source: source.first)
    if at == len(sources):
        return None
    between = quoted.text[int(pieces.ends[span.last - 1]) : int(pieces.starts[sources[at].first])]
    signed = len(between) <= LONGEST_DASH and between.strip(' \xa0\n”"') in ("—", "–", "―", "--", "-")
    return (
        (sources[at], 1.0)
        if signed and quoted.touching(int(pieces.starts[span.first]), int(pieces.ends[span.last - 1]))
        else None
    )


def follow(scores: Scores, targets: Sequence[Span], span: Span, link: int) -> tuple[Span | None, float]:
    """The one of the decoded spans that a content points to, and its probability among those in sight and "nowhere"."""
    if span.first not in scores.links:
        return None, 0.5
    start, rows = scores.links[span.first]
    row = rows[link]
    low = bisect_left(targets, start, key=lambda target: target.first)
    high = bisect_left(targets, start + len(row) - 2, key=lambda target: target.first)
    inside = [row[1 + target.first - start] for target in targets[low:high]]
    weights = np.exp(np.array([row[0] - NOWHERE_COST, *inside], dtype=np.float64))
    chosen = int(weights.argmax())
    return (targets[low + chosen - 1] if chosen else None), float(weights[chosen] / max(float(weights.sum()), 1e-9))


def belongs(scores: Scores, pieces: Pieces, quoted: Quoted, earlier: Content, content: Content) -> bool:
    """Whether a content is a further part of the attribution before it, as where the source interrupts a quote."""
    part, before = content.parts[0], earlier.parts[-1]
    if earlier.source is None or part.start - before.end > JOIN_DISTANCE:
        return False
    if content.source is not None and content.source != earlier.source:
        return False
    if part.direct != before.direct:
        return False
    told = sum(quoted.letters(p.start, p.end) for p in (*earlier.parts, part))
    if told < LEAST_SHARE * quoted.letters(earlier.parts[0].start, part.end):
        return False
    source_start = pieces.starts[earlier.source.first]
    if part.direct and before.direct and content.source is not None and before.end <= source_start < part.start:
        return True
    if content.first not in scores.links:
        return False
    start, rows = scores.links[content.first]
    row = rows[LINKS.index("content")]
    target = earlier.first - start + 1
    return 0 < target < len(row) and bool(row[target] > row[content.first - start + 1])


def fit_part(quoted: Quoted, start: int, end: int) -> Part:
    """A content's stretch, drawn to the quotation marks where nearly all of it stands in them."""
    inside = quoted.touching(start, end)
    letters = quoted.letters(start, end)
    if not inside or not letters:
        return Part(start, end, direct=False)
    held = [(q, quoted.letters(max(start, q.start), min(end, q.end))) for q in inside]
    if sum(number for _, number in held) < 0.8 * letters:
        return Part(start, end, direct=False)
    whole = [q for q, number in held if number >= 0.5 * quoted.letters(q.start, q.end)]
    if not whole:
        q = max(held, key=lambda pair: pair[1])[0]
        return Part(max(start, q.start), min(end, q.end), quoted.counts(q))
    if all(quoted.letters(a.end, b.start) == 0 for a, b in pairwise(whole)):
        return Part(whole[0].start, whole[-1].end, all(map(quoted.counts, whole)))
    return Part(whole[0].start, whole[-1].end, direct=False)


def as_attribution(pieces: Pieces, content: Content) -> Attribution:
    """The record of a content."""

    def offsets(span: Span | None) -> tuple[int, int] | tuple[None, None]:
        return (int(pieces.starts[span.first]), int(pieces.ends[span.last - 1])) if span else (None, None)

    cue_start, cue_end = offsets(content.cue)
    source_start, source_end = offsets(content.source)
    return Attribution(
        start=content.parts[0].start,
        end=content.parts[-1].end,
        cue_start=cue_start,
        cue_end=cue_end,
        source_start=source_start,
        source_end=source_end,
        direct=all(part.direct for part in content.parts),
        confidence=min(1.0, max(0.0, content.confidence)),
    )
