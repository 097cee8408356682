"""The reader: how surely words are a statement and which stance they take, judged in the company of the whole story.

Three layers of an encoder read on from the middle layer of the attribution tagger (`pipelines.speech`), whose work is
thus done once for both. They were taught by whole stories labeled for this project (`reader_training.py`), so that "we
leave that to them" is read with what stands around it. The network scores every piece; words are judged by the mean of
their pieces and by the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from pipelines.model_files import check_files, open_session
from pipelines.records import Stance
from pipelines.speech import SpeechReading
from pipelines.speech.pieces import Pieces, better_placed
from pipelines.statements.classifier import STANCES

__all__ = ["COLUMNS", "READER_FOLDER", "Sense", "Senses", "load_reader", "read_senses"]

READER_FOLDER = Path(__file__).parent / "reader"
# What a judgment is made of: the log odds of being a statement, then a score for each stance.
COLUMNS = 1 + len(STANCES)

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Sense:
    """What the reader thinks of some words: log odds that they are a statement, and the log probability of each stance."""

    log_odds: float
    stances: dict[Stance, float]


class Senses:
    """The reader's scores of a story's pieces: (pieces, 2 * COLUMNS), for the mean and for the first piece."""

    def __init__(self, pieces: Pieces, scores: Floats) -> None:
        self._pieces, self._scores = pieces, scores

    def of(self, spans: Sequence[tuple[int, int]]) -> Sense | None:
        """The judgment of the words in these spans of the text, read as one; None where no piece stands in them."""
        pieces = [at for start, end in spans for at in self._pieces.inside(start, end)]
        if not pieces:
            return None
        judged = self._scores[pieces, :COLUMNS].mean(0) + self._scores[pieces[0], COLUMNS:]
        stances = judged[1:] - np.logaddexp.reduce(judged[1:])
        return Sense(float(judged[0]), dict(zip(STANCES, stances.tolist(), strict=True)))


def read_senses(speech: SpeechReading) -> Senses:
    """Read a text on from what the tagger made of it.

    Raises RuleError where the reader's files are missing or altered.
    """
    pieces = speech.pieces
    scores = np.zeros((len(pieces), 2 * COLUMNS), dtype=np.float32)
    margins = np.full(len(pieces), -1, dtype=np.int64)
    for window in speech.windows:
        (found,) = load_reader().run(["scores"], {"middle": window.states.astype(np.float32)[None]})
        better = better_placed(window.start, window.end, margins)
        scores[window.start + better] = found[0, 1:-1][better]
    return Senses(pieces, scores)


@cache
def load_reader(folder: Path = READER_FOLDER) -> onnxruntime.InferenceSession:
    """The reader in a folder, checked against its manifest; loaded once in a process."""
    check_files(folder)
    return open_session(folder / "reader.onnx")
