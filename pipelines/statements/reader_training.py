"""Trains the reader on labeled stories and sentences: `python -m pipelines.statements.reader_training [--without HANDS]`.

Needs the extra `training` (torch on the processor alone). The tagger's middle layer is computed once and stays as it
is; the three layers above it start from those of all-MiniLM-L6-v2 and learn, by cross entropy, which words are a
statement and which stance they take. With `--without`, hands' stories are left out and measured instead, and nothing is
written but the weights that were asked for with `--out`.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from transformers import AutoModel

from pipelines.model_files import write_manifest
from pipelines.speech import SpeechReading, read_speech
from pipelines.speech.export import MIDDLE, RunLayers, quantize
from pipelines.speech.network import encoder_folder, learn
from pipelines.statements.classifier import STANCES
from pipelines.statements.reader import COLUMNS, READER_FOLDER
from pipelines.statements.training import SENTENCES, STORIES, labeled_sentences, labeled_spans

__all__ = ["Reader", "main", "train"]

VERSION = "2026.11.5"
EPOCHS = 6
LAYERS_RATE, HEADS_RATE = 1.5e-4, 1e-3
STORIES_AT_ONCE, SENTENCES_AT_ONCE = 4, 24
SMOOTHING = 0.05
SEED = 1
NONE = -1


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window's states in the middle layer, and words in it: first piece, piece after the last, label."""

    states: npt.NDArray[np.floating]
    words: tuple[tuple[int, int, int], ...]


class Reader(nn.Module):  # type: ignore[misc]  # torch is there for training only
    """Scores (batch, length, 2 * COLUMNS) of the pieces of windows, from the states of the tagger's middle layer."""

    def __init__(self) -> None:
        super().__init__()
        # Dropout inside attention would rule out torch's fused kernel.
        encoder = AutoModel.from_pretrained(encoder_folder(), add_pooling_layer=False, attention_probs_dropout_prob=0.0)
        self.layers = nn.ModuleList(list(encoder.encoder.layer)[MIDDLE:])
        self.drop = nn.Dropout(0.1)
        self.heads = nn.Linear(encoder.config.hidden_size, 2 * COLUMNS)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden_pieces = (mask == 0)[:, None, None, :] * -1e4
        for layer in self.layers:
            found = layer(states, attention_mask=hidden_pieces)
            states = found[0] if isinstance(found, tuple) else found
        return self.heads(self.drop(states))


class Exported(nn.Module):  # type: ignore[misc]  # torch is there for training only
    """The reader as it runs: one window at a time."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.layers, self.heads = RunLayers(reader.layers), reader.heads

    def forward(self, middle: torch.Tensor) -> torch.Tensor:
        return self.heads(self.layers(middle)[-1])


def main() -> None:
    """Train, then measure or write the file that ships."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], help="hands to leave out and to measure on")
    parser.add_argument("--out", type=Path, default=READER_FOLDER, help="the folder to write to")
    arguments = parser.parse_args()
    hands = {path.stem: list(read_lessons(path)) for path in sorted(STORIES.glob("*.jsonl"))}
    taught = [lesson for name, lessons in hands.items() if name not in arguments.without for lesson in lessons]
    reader = train(taught, list(sentence_lessons()))
    for name in arguments.without:
        print(f"without {name}: {report(reader, hands[name])}")
    if arguments.without and arguments.out == READER_FOLDER:
        return
    export(reader, arguments.out)


def read_lessons(path: Path) -> Iterator[Lesson]:
    """The windows of a file of labeled stories."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text, spans = labeled_spans(json.loads(line))
        yield from lessons_of(read_speech(text), spans)


def sentence_lessons() -> Iterator[Lesson]:
    """The labeled sentences, each a text of its own."""
    for label, sentence in labeled_sentences(SENTENCES):
        yield from lessons_of(read_speech(sentence), [(0, len(sentence), label)])


def lessons_of(speech: SpeechReading, spans: Sequence[tuple[int, int, str]]) -> Iterator[Lesson]:
    """The words of each span in the window in which they stand furthest from an edge."""
    pieces, count = speech.pieces, len(speech.pieces)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for start, end, label in spans:
        inside = pieces.inside(start, end)
        first, after = inside.start, max(inside.stop, inside.start + 1)
        margins = [
            min(
                first - window.start if window.start else count,
                window.end - after if window.end < count else count,
            )
            for window in speech.windows
        ]
        at = int(np.argmax(margins))
        window = speech.windows[at]
        begin, stop = max(first - window.start, 0), min(after, window.end) - window.start
        if stop > begin:
            found.setdefault(at, []).append((begin + 1, stop + 1, NONE if label == "none" else STANCES.index(label)))
    for at, words in found.items():
        yield Lesson(speech.windows[at].states, tuple(words))


def train(stories: Sequence[Lesson], sentences: Sequence[Lesson]) -> Reader:
    """The reader after EPOCHS over stories and sentences; the same material gives nearly the same weights."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311  # the order of lessons
    reader = Reader()
    optimizer = torch.optim.AdamW(
        [
            {"params": list(reader.layers.parameters()), "lr": LAYERS_RATE},
            {"params": list(reader.heads.parameters()), "lr": HEADS_RATE},
        ]
    )
    steps = EPOCHS * len(make_batches(stories, sentences, chance))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.0, 1 - step / steps)
    )
    began = time.monotonic()
    reader.train()
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        batches = make_batches(stories, sentences, chance)
        for batch in batches:
            total += learn(reader, loss_of(reader, batch), optimizer, schedule)
        print(f"epoch {epoch} loss {total / len(batches):.3f} {time.monotonic() - began:.0f} s", flush=True)
    reader.eval()
    return reader


def make_batches(
    stories: Sequence[Lesson], sentences: Sequence[Lesson], chance: random.Random
) -> list[Sequence[Lesson]]:
    """One epoch's lessons in random order, sentences of about the same length together."""
    mixed = chance.sample(list(stories), len(stories))
    sorted_out = sorted(sentences, key=lambda lesson: len(lesson.states) + chance.random() * 8)
    batches: list[Sequence[Lesson]] = [mixed[at : at + STORIES_AT_ONCE] for at in range(0, len(mixed), STORIES_AT_ONCE)]
    batches += [sorted_out[at : at + SENTENCES_AT_ONCE] for at in range(0, len(sorted_out), SENTENCES_AT_ONCE)]
    chance.shuffle(batches)
    return batches


def loss_of(reader: Reader, batch: Sequence[Lesson]) -> torch.Tensor:
    """Cross entropy of finding, and of the stances of what is a statement."""
    judged, labels = judge(reader, batch)
    told = labels != NONE
    loss = nn.functional.binary_cross_entropy_with_logits(judged[:, 0], told.float())
    if told.any():
        loss = loss + nn.functional.cross_entropy(judged[told, 1:], labels[told], label_smoothing=SMOOTHING)
    return loss


def judge(reader: Reader, batch: Sequence[Lesson]) -> tuple[torch.Tensor, torch.Tensor]:
    """What `Senses.of` makes of the words of each lesson, and their labels."""
    longest = max(len(lesson.states) for lesson in batch)
    states = torch.zeros(len(batch), longest, batch[0].states.shape[1])
    mask = torch.zeros(len(batch), longest)
    for row, lesson in enumerate(batch):
        states[row, : len(lesson.states)] = torch.from_numpy(lesson.states.astype(np.float32))
        mask[row, : len(lesson.states)] = 1
    scores = reader(states, mask)
    words = [(row, *span) for row, lesson in enumerate(batch) for span in lesson.words]
    rows, starts, ends, labels = torch.tensor(words).T
    summed = torch.cat([torch.zeros_like(scores[:, :1]), scores.cumsum(1)], 1)[..., :COLUMNS]
    mean = (summed[rows, ends] - summed[rows, starts]) / (ends - starts).unsqueeze(1)
    return mean + scores[rows, starts, COLUMNS:], labels


def report(reader: Reader, lessons: Sequence[Lesson]) -> str:
    """The average precision of finding, and the share of stances, on lessons that were not taught."""
    with torch.no_grad():
        parts = [judge(reader, [lesson]) for lesson in lessons]
    judged, labels = torch.cat([part for part, _ in parts]), torch.cat([label for _, label in parts])
    told = (labels != NONE)[torch.argsort(judged[:, 0], descending=True)].float()
    precision = told.cumsum(0) / torch.arange(1, len(told) + 1)
    right = (judged[labels != NONE, 1:].argmax(1) == labels[labels != NONE]).float().mean()
    return f"finding {float((precision * told).sum() / told.sum()):.3f}, stance {float(right):.3f}"


def export(reader: Reader, folder: Path) -> None:
    """Write `reader.onnx`, eight-bit as the tagger is, and its manifest into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "reader.onnx"
    torch.onnx.export(
        Exported(reader).eval(),
        (torch.zeros(1, 40, reader.heads.in_features),),
        str(path),
        input_names=["middle"],
        output_names=["scores"],
        opset_version=18,
        dynamic_axes={"middle": {1: "n"}, "scores": {1: "n"}},
        dynamo=False,
    )
    quantize(path)
    write_manifest(folder, VERSION, ("reader.onnx",))


if __name__ == "__main__":
    main()
