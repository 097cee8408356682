"""Find who said what in a story. The entry point of `pipelines.speech`; pure but for loading the model on first use."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pipelines.records import Attribution
from pipelines.speech.decoding import decode
from pipelines.speech.marks import read_marks
from pipelines.speech.model import Window, load_model, score_pieces
from pipelines.speech.pieces import Pieces, cut_pieces
from pipelines.speech.quotations import gather_quotations
from pipelines.speech.turns import find_turns, merge_turns

__all__ = ["LONGEST_TEXT", "MODEL_VERSION", "SpeechReading", "find_attributions", "read_speech"]

logger = logging.getLogger(__name__)

# Goes up with every change of the tagger's files or of the decoding: what was read under another version is read again.
MODEL_VERSION = "2026.11.4"

# Characters read of a story: some 18,000 words, more than any live blog. What stands beyond is cut, and the log says so.
LONGEST_TEXT = 120_000


@dataclass(frozen=True, slots=True)
class SpeechReading:
    """What the tagger read in a text: who said what, and its pieces with the windows that `pipelines.statements` reads on."""

    attributions: list[Attribution]
    pieces: Pieces
    windows: tuple[Window, ...]


def find_attributions(text: str) -> list[Attribution]:
    """Who is reported to have said what: the attributions of `read_speech`."""
    return read_speech(text).attributions


def read_speech(text: str) -> SpeechReading:
    """Who is reported to have said what: content, cue and source of each attribution, in the order of the contents.

    Offsets are characters of `text`. A quote that its source interrupts (“X,” she said, “Y.”) is one attribution that
    runs over the interruption; `direct` tells that all of it but the interruption stands in quotation marks, and
    `content_parts` gives its parts. Only the first LONGEST_TEXT characters are read; a longer text is logged as cut.
    Raises RuleError where the model's files are missing or altered.
    """
    if len(text) > LONGEST_TEXT:
        logger.warning("text of %d characters cut to %d for attributions", len(text), LONGEST_TEXT)
        text = text[:LONGEST_TEXT]
    model = load_model()
    reading = read_marks(text)
    pieces = cut_pieces(model.tokenizer, text, reading)
    quoted = gather_quotations(text, reading)
    scores = score_pieces(model, pieces)
    return SpeechReading(merge_turns(decode(pieces, quoted, scores), find_turns(text), quoted), pieces, scores.windows)
