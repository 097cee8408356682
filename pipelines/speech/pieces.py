"""Text to the model's input: word pieces with offsets and letter case, and the windows in which the model reads them.

Every mark and paragraph break is written in one style first (`pipelines.speech.marks`), character for character, so
that offsets into the rewritten text are offsets into the story.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.speech.marks import Reading

__all__ = [
    "CASES",
    "CLS",
    "LAST",
    "OVERLAP",
    "PAD",
    "SEP",
    "WINDOW",
    "Pieces",
    "better_placed",
    "cut_pieces",
    "place_windows",
]

logger = logging.getLogger(__name__)

WINDOW = 384
OVERLAP = 96
PAD, CLS, SEP = 0, 101, 102
PARAGRAPH = "¶"

# Pieces read of a text: prose of LONGEST_TEXT characters has fewer; a text of nothing but marks would have five times
# as many.
MOST_PIECES = 30_000
CASES = ("lower", "capitalized", "upper", "other")
LAST = len(CASES) - 1

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text: vocabulary numbers, offsets into the text, letter case (index into CASES)."""

    ids: Ints
    starts: Ints
    ends: Ints
    case: Ints
    breaks: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def inside(self, start: int, end: int) -> range:
        """The pieces that stand in a span of the text, at least in part."""
        return range(int(np.searchsorted(self.ends, start, "right")), int(np.searchsorted(self.starts, end, "left")))


def cut_pieces(tokenizer: Tokenizer, text: str, reading: Reading) -> Pieces:
    """The pieces of a text; `breaks` are the indices of the paragraph breaks."""
    encoding = tokenizer.encode(reading.plain.replace("\n", PARAGRAPH), add_special_tokens=False)
    kept: list[tuple[int, int, int, int]] = []
    breaks: list[int] = []
    for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        if text[start] == "\n":
            if breaks and breaks[-1] == len(kept) - 1:
                continue
            breaks.append(len(kept))
        kept.append((number, start, end, letter_case(text[start:end])))
        if len(kept) == MOST_PIECES:
            logger.warning("text of %d characters cut at %d for attributions", len(text), end)
            break
    columns = np.array(kept, dtype=np.int64).reshape(-1, 4)
    return Pieces(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], np.array(breaks, dtype=np.int64))


def letter_case(piece: str) -> int:
    """The index into CASES of a piece as printed."""
    if len(piece) > 1 and piece.isupper():
        return 2
    if piece[:1].isupper():
        return 1
    return 0 if piece.isalpha() else LAST


def place_windows(pieces: Pieces, first: int = WINDOW) -> Iterator[tuple[int, int]]:
    """Windows (start, end) that cover the pieces; each begins at a paragraph where one begins near the wanted overlap.

    `first` is the length of the first window: training varies it, so that the cuts fall elsewhere in each epoch.
    """
    start, size = 0, first
    while True:
        end = min(start + size, len(pieces))
        if end > start:
            yield start, end
        if end >= len(pieces):
            return
        size = WINDOW
        wanted = end - OVERLAP
        near = pieces.breaks[(pieces.breaks > wanted - OVERLAP // 2) & (pieces.breaks <= wanted + OVERLAP // 2)]
        start = int(near[np.abs(near - wanted).argmin()]) + 1 if len(near) else wanted
        start = max(start, end - size + 1)


def better_placed(start: int, end: int, margins: Ints) -> Ints:
    """The pieces of a window, counted from its start, that stand further from its edges than in any window before.

    `margins` keeps, for every piece of the text, how far from an edge it has stood at best; -1 at first.
    """
    count = len(margins)
    at = np.arange(end - start)
    left = at if start else np.full_like(at, count)
    right = at[::-1] if end < count else np.full_like(at, count)
    margin = np.minimum(left, right)
    better = np.flatnonzero(margin > margins[start:end])
    margins[start + better] = margin[better]
    return better
