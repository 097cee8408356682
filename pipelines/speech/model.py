"""The learned tagger at run time: loads the ONNX file that ships with the project, and scores the pieces of a text.

Knows the network's inputs and outputs, not what they mean: `pipelines.speech.decoding` makes attributions of the
scores.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from crawler.errors import RuleError
from pipelines.speech.pieces import CLS, LAST, SEP, Pieces, place_windows
from pipelines.speech.tags import TAGS

__all__ = ["MODEL_FOLDER", "Model", "Scores", "load_model", "score_pieces"]

MODEL_FOLDER = Path(__file__).parent / "tagger"
REMEDY = "restore pipelines/speech/tagger from the repository (git checkout -- pipelines/speech/tagger) or rebuild it"
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
class Scores:
    """What the network says of a text's pieces.

    `tags` are log probabilities (pieces, TAGS). `links` has, for a piece that may begin a content, the index of the
    first piece of its window and the log probabilities (LINKS, window's positions) of what it points to; position 0
    is "nowhere".
    """

    tags: Floats
    links: dict[int, tuple[int, Floats]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The version of a model folder and the SHA-256 of each of its files."""

    version: str
    digests: dict[str, str]


@cache
def load_model(folder: Path = MODEL_FOLDER) -> Model:
    """The tagger in a folder, checked against the checksums in its `manifest.json`; loaded once in a process.

    Raises RuleError where a file is missing or is not the one that the manifest names.
    """
    manifest = read_manifest(folder)
    for name, wanted in manifest.digests.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            raise RuleError(f"attribution model: cannot read {folder / name}: {REMEDY}") from error
        if found != wanted:
            raise RuleError(f"attribution model: {folder / name} is not the file that manifest.json names: {REMEDY}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena never gives memory back: with it, the longest story ever read sets the size of the process.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / "tagger.onnx"), options, providers=["CPUExecutionProvider"])
    return Model(Tokenizer.from_file(str(folder / "tokenizer.json")), session, manifest.version)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder. Raises RuleError where it cannot be read."""
    try:
        written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(str(written["version"]), {str(name): str(digest) for name, digest in written["sha256"].items()})
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise RuleError(f"attribution model: cannot read {folder / 'manifest.json'}: {REMEDY}") from error


def score_pieces(model: Model, pieces: Pieces) -> Scores:
    """Run the network over the windows; each piece is scored in the window in which it stands furthest from an edge."""
    count = len(pieces)
    tags = np.full((count, len(TAGS)), -20, dtype=np.float32)
    margins = np.full(count, -1, dtype=np.int64)
    links: dict[int, tuple[int, Floats]] = {}
    for start, end in place_windows(pieces):
        ids = np.concatenate([[CLS], pieces.ids[start:end], [SEP]])[None]
        case = np.concatenate([[LAST], pieces.case[start:end], [LAST]])[None]
        tag, pointer = model.session.run(None, {"ids": ids, "case": case})
        tag, pointer = log_softmax(tag[0, 1:-1]), pointer[0]
        at = np.arange(end - start)
        left = at if start else np.full_like(at, count)
        right = at[::-1] if end < count else np.full_like(at, count)
        margin = np.minimum(left, right)
        better = np.flatnonzero(margin > margins[start:end])
        margins[start + better] = margin[better]
        tags[start + better] = tag[better]
        likely = np.exp(tag[better, TAGS.index("B-content")]) >= LEAST_BEGINNING
        for index in better.tolist():
            links.pop(start + index, None)
        for index in better[likely].tolist():
            links[start + index] = (start, log_softmax(pointer[:, index + 1, :]).astype(np.float16))
    return Scores(tags, links)


def log_softmax(scores: Floats) -> Floats:
    """Log probabilities along the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)), dtype=np.float32)
