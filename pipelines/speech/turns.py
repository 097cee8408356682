"""The turns of transcripts and interviews: "MCDONNELL: …", "Q: …", "Boyd Rasmussen: …" at the head of a paragraph.

Layout alone decides here: a label counts where the story has several labeled paragraphs. What the model found inside
a turn under another source stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.records import Attribution
from pipelines.speech.marks import paragraphs
from pipelines.speech.names import last_names, load_lexicon
from pipelines.speech.quotations import Quoted

__all__ = ["Turn", "find_turns", "merge_turns"]

# Capitals throughout count at two labels in a story; a name in ordinary letters only where it recurs and somebody in
# the story bears it.
CAPITALS = re.compile(r"[“\"]?((?:[A-Z][A-Z.'’-]{1,30}\.?)(?: [A-Z][A-Z.'’-]{0,30}){0,5})(?: ?\([^()\n]{1,40}\))?(:) ?")
ORDINARY = re.compile(r"[“\"]?((?:[A-Z][\w.'’-]{1,30})(?: [A-Z][\w.'’-]{0,30}){0,3})(?: ?\([^()\n]{1,40}\))?(:) ?")
ANSWER = re.compile(r"((?:Q|A|Question|Answer))([:.]) ")
LEAST_TURNS = 3
SURENESS = 0.9


@dataclass(frozen=True, slots=True)
class Turn:
    """A labeled paragraph: spans of the label, of the colon, and of what is said."""

    label_start: int
    label_end: int
    cue_start: int
    cue_end: int
    start: int
    end: int


def find_turns(text: str) -> list[Turn]:
    """The turns of a text in order; none where fewer than LEAST_TURNS paragraphs are labeled."""
    sure: list[Turn] = []
    ordinary: list[Turn] = []
    for start, end in paragraphs(text):
        for pattern, turns in ((ANSWER, sure), (CAPITALS, sure), (ORDINARY, ordinary)):
            match = pattern.match(text, start, min(end, start + 160))
            if match is None:
                continue
            if match.end() < end and match[1].split()[0].casefold() not in load_lexicon().not_labels:
                turns.append(Turn(match.start(1), match.end(1), match.start(2), match.end(2), match.end(), end))
            break
    labels = Counter(text[turn.label_start : turn.label_end] for turn in ordinary)
    named = last_names(text) if len(ordinary) >= LEAST_TURNS else set()
    recurring = [
        turn
        for turn in ordinary
        if labels[label := text[turn.label_start : turn.label_end]] > 1 and label.split()[-1].casefold() in named
    ]
    kept = (sure if len(sure) >= LEAST_TURNS else []) + (recurring if len(recurring) >= LEAST_TURNS else [])
    return sorted(kept, key=lambda turn: turn.start)


def merge_turns(attributions: Sequence[Attribution], turns: Sequence[Turn], quoted: Quoted) -> list[Attribution]:
    """The attributions with those of the turns in place of what the model made of the same words and labels."""
    if not turns:
        return list(attributions)
    starts = [turn.label_start for turn in turns]
    kept = []
    for attribution in attributions:
        at = bisect_left(starts, attribution.start + 1) - 1
        inside = at >= 0 and attribution.start < turns[at].end
        own = (
            attribution.source_start is not None
            and inside
            and turns[at].start <= attribution.source_start < turns[at].end
        )
        nested = own and attribution.end <= turns[at].end
        crosses = at + 1 < len(turns) and attribution.end > turns[at + 1].label_start
        if (not inside or nested) and not crosses:
            kept.append(attribution)
    for t in turns:
        direct = quoted.encloses(t.start, t.end)
        kept.append(
            Attribution(t.start, t.end, t.cue_start, t.cue_end, t.label_start, t.label_end, direct, confidence=SURENESS)
        )
    return sorted(kept, key=lambda attribution: (attribution.start, -attribution.end))
