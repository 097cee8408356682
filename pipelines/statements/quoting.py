"""Who speaks each quotation of a paragraph, where not each has its own "she said"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.statements.layout import Quotation, Sentence
from pipelines.statements.voices import Voice

__all__ = ["speakers_of"]

SHORTEST_ALONE = 25  # characters of a quotation that stands before the paragraph's only source


def speakers_of(
    sentences: Sequence[Sentence],
    spoken: Sequence[Quotation],
    voices: Mapping[int, Voice],
    left_open: Voice | None,
    last: Voice | None,
) -> dict[Quotation, Voice]:
    """The voice of each quotation: by its own sentence, else by its neighbors in the paragraph, else who went on.

    `voices` are those of the paragraph's reports by the start of their sentences, `left_open` whose quotation the
    paragraph before left open, `last` who spoke last.
    """
    known: dict[Quotation, Voice] = {}
    for quotation in spoken:
        for sentence in sentences:
            if sentence.start < quotation.end and sentence.end > quotation.start and sentence.start in voices:
                known[quotation] = voices[sentence.start]
                break
    before: Voice | None = None
    for quotation in spoken:
        if quotation.continues and quotation not in known and left_open is not None:
            known[quotation] = left_open
        elif quotation not in known and before is not None:
            known[quotation] = before
        before = known.get(quotation)
    later: Voice | None = None
    for quotation in reversed(spoken):
        if quotation not in known:
            if later is not None:
                known[quotation] = later
            elif voices and quotation.end - quotation.start > SHORTEST_ALONE:
                known[quotation] = list(voices.values())[-1]
            elif last is not None and _fills(quotation, sentences):
                known[quotation] = last
        later = known.get(quotation, later)
    return known


def _fills(quotation: Quotation, sentences: Sequence[Sentence]) -> bool:
    """Whether the quotation is its paragraph, so that nobody is named beside it."""
    return bool(sentences) and quotation.start - sentences[0].start <= 2 and sentences[-1].end - quotation.end <= 2
