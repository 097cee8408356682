"""The learned tagger at run time: loads the ONNX file that ships with the project, and scores the pieces of a text.

Knows the network's inputs and outputs, not what they mean: `pipelines.speech.decoding` makes attributions of the
scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from pipelines.model_files import check_files, open_session
from pipelines.speech.pieces import CLS, LAST, SEP, Pieces, better_placed, place_windows
from pipelines.speech.tags import TAGS

__all__ = ["MODEL_FOLDER", "Model", "Scores", "Window", "load_model", "score_pieces"]

MODEL_FOLDER = Path(__file__).parent / "tagger"
Floats = npt.NDArray[np.floating]

# A piece keeps its pointer scores where it may begin a content: below this probability none was ever chosen.
LEAST_BEGINNING = 0.05


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded tagger."""

    tokenizer: Tokenizer
    session: onnxruntime.InferenceSession
    version: str


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces from `start` to `end` as the network's middle layer sees them in each other's company.

    `states` are (pieces + 2, width): one more at either end for the marks around the window.
    """

    start: int
    end: int
    states: Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of a text's pieces.

    `tags` are log probabilities (pieces, TAGS). `links` has, for a piece that may begin a content, the index of the
    first piece of its window and the log probabilities (LINKS, window's positions) of what it points to; position 0
    is "nowhere". `windows` are those in which the text was read, in order.
    """

    tags: Floats
    links: dict[int, tuple[int, Floats]]
    windows: tuple[Window, ...]


@cache
def load_model(folder: Path = MODEL_FOLDER) -> Model:
    """The tagger in a folder, checked against the checksums in its `manifest.json`; loaded once in a process.

    Raises RuleError where a file is missing or is not the one that the manifest names.
    """
    manifest = check_files(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return Model(tokenizer, open_session(folder / "tagger.onnx"), manifest.version)


def score_pieces(model: Model, pieces: Pieces) -> Scores:
    """Run the network over the windows; each piece is scored in the window in which it stands furthest from an edge."""
    count = len(pieces)
    tags = np.full((count, len(TAGS)), -20, dtype=np.float32)
    margins = np.full(count, -1, dtype=np.int64)
    links: dict[int, tuple[int, Floats]] = {}
    windows: list[Window] = []
    for start, end in place_windows(pieces):
        ids = np.concatenate([[CLS], pieces.ids[start:end], [SEP]])[None]
        case = np.concatenate([[LAST], pieces.case[start:end], [LAST]])[None]
        tag, pointer, states = model.session.run(["tags", "links", "middle"], {"ids": ids, "case": case})
        tag, pointer = log_softmax(tag[0, 1:-1]), pointer[0]
        windows.append(Window(start, end, states[0].astype(np.float16)))
        better = better_placed(start, end, margins)
        tags[start + better] = tag[better]
        likely = np.exp(tag[better, TAGS.index("B-content")]) >= LEAST_BEGINNING
        for index in better.tolist():
            links.pop(start + index, None)
        for index in better[likely].tolist():
            links[start + index] = (start, log_softmax(pointer[:, index + 1, :]).astype(np.float16))
    return Scores(tags, links, tuple(windows))


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities along the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), dtype=np.float32)
