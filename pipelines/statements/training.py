"""Trains the learned head from the sentences and stories beside it: `python -m pipelines.statements.training`.

Accelerated gradient descent on two L2-regularized logistic models (Nesterov 1983), plain NumPy, no random
start: the same material gives the same weights. Prints how a head that learned from all hands' stories but
one does on that one's before it writes the file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.statements.classifier import STANCES, Head
from pipelines.statements.layout import read_layout
from pipelines.statements.odds import BEFORE_CHARACTERS
from pipelines.statements.wording import BEFORE, features_before, features_of, read_wording

__all__ = [
    "SENTENCES",
    "STORIES",
    "Example",
    "fit_head",
    "labeled_sentences",
    "labeled_spans",
    "learn",
    "main",
    "read_sentences",
    "read_stories",
]

_HERE = Path(__file__).parent
SENTENCES = _HERE / "training_sentences.txt"
STORIES = _HERE / "training_stories"
WEIGHTS = _HERE / "weights.json"
PENALTY = 1e-4
ROUNDS = 250
LEAST_WEIGHT = 0.02
# Of the head that knows the stories too, in finding: more costs precision on real pages, less recall in stories.
STORIES_SHARE = 0.25

Array = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Example:
    """The features of some words and their label: a stance, or "none"."""

    features: frozenset[str]
    label: str


def main() -> None:
    """Measure by leaving one hand out, train on everything, write the weights."""
    sentences = read_sentences(SENTENCES)
    hands = {path.stem: read_stories(path) for path in sorted(STORIES.glob("*.jsonl"))}
    for name, held_out in hands.items():
        others = [example for other, examples in hands.items() if other != name for example in examples]
        print(f"without {name}: {_report(learn(sentences, others), held_out)}")
    stories = [example for examples in hands.values() for example in examples]
    weights = learn(sentences, stories)
    print(f"{len(sentences) + len(stories)} examples, {len(weights)} features")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in weights.items())
    WEIGHTS.write_text(
        '{"columns": ' + json.dumps(["statement", *STANCES]) + ',\n"weights": {\n' + lines + "\n}}\n", encoding="utf-8"
    )


def learn(sentences: Sequence[Example], stories: Sequence[Example]) -> dict[str, list[float]]:
    """Finding is a blend of a head that knows the sentences alone and one that knows the stories too.

    Sentences without a story carry over best to pages about something else, stories to pages about the subject.
    Stances are those of the second: what is found already is told best by all that was labeled.
    """
    alone, together = fit_head(sentences), fit_head([*sentences, *stories])
    naught = [0.0] * (1 + len(STANCES))
    mixed = {
        name: [
            round((1 - STORIES_SHARE) * alone.get(name, naught)[0] + STORIES_SHARE * together.get(name, naught)[0], 3),
            *together.get(name, naught)[1:],
        ]
        for name in sorted(alone.keys() | together.keys())
    }
    return {name: row for name, row in mixed.items() if max(map(abs, row)) >= LEAST_WEIGHT}


def read_sentences(path: Path) -> list[Example]:
    """The labeled sentence of every line that is not a comment."""
    return [Example(features_of(read_wording(sentence)), label) for label, sentence in labeled_sentences(path)]


def labeled_sentences(path: Path) -> Iterator[tuple[str, str]]:
    """The label and the sentence of every line that is not a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _, sentence = line.partition("\t")
            yield label, sentence


def read_stories(path: Path) -> list[Example]:
    """The statements of a file of labeled stories, and every sentence of them, with what the lines before it name.

    A statement marked optional, on which editors differ, teaches nothing, nor does a sentence that holds one.
    """
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, spans = labeled_spans(json.loads(line))
        for start, end, label in spans:
            before = read_wording(text, max(0, start - BEFORE_CHARACTERS), start)
            words = read_wording(text, start, end)
            found.append(Example(features_of(words) | features_before(before), label))
    return found


def labeled_spans(story: Mapping[str, Any]) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a labeled story, and the spans in it that teach something: start, end, and a stance or "none"."""
    text = story["text"].replace("\n\n", "\n")
    labeled = []
    for statement in story["statements"]:
        quote = statement["quote"].replace("\n\n", "\n")
        if (start := text.find(quote)) >= 0:
            labeled.append((start, start + len(quote), None if statement.get("optional") else statement["stance"]))
    return text, [(start, end, stance) for start, end, stance in labeled if stance is not None] + [
        (sentence.start, sentence.end, label)
        for sentence in read_layout(text).sentences
        if (label := _label_of(sentence.start, sentence.end, labeled)) is not None
    ]


def _label_of(start: int, end: int, labeled: Sequence[tuple[int, int, str | None]]) -> str | None:
    """The label of a sentence by the statements in it; None where they differ or one is all of it already."""
    inside = [(min(b, end) - max(a, start), stance) for a, b, stance in labeled if a < end and b > start]
    if not inside:
        return "none"
    stances = {stance for _, stance in inside}
    longest = max(length for length, _ in inside)
    return stances.pop() if longest < 0.9 * (end - start) and len(stances) == 1 else None


def fit_head(examples: Sequence[Example]) -> dict[str, list[float]]:
    """The weights of each feature: of being a statement, then of each stance.

    What the lines before name helps to find a statement and is left out of its stance.
    """
    counts = Counter(feature for example in examples for feature in example.features)
    names = sorted(feature for feature, count in counts.items() if count > 1)
    table = _Table([example.features for example in examples], names)
    is_statement = np.array([int(example.label != "none") for example in examples])
    stance = np.array([STANCES.index(example.label) if example.label != "none" else -1 for example in examples])
    found = _fit(table, is_statement, 2)
    own = np.array([not name.startswith(BEFORE) for name in names])
    taken = _fit(table.part(stance >= 0, own), stance[stance >= 0], len(STANCES))
    weights = np.hstack([found[:, 1:] - found[:, :1], taken])
    stored = {name: [round(float(value), 3) for value in row] for name, row in zip(names, weights, strict=True)}
    return {name: row for name, row in stored.items() if max(map(abs, row)) >= LEAST_WEIGHT}


class _Table:
    """Rows of features as indices and one value a row, so that each has length one."""

    def __init__(self, features: Sequence[frozenset[str]], names: Sequence[str]) -> None:
        column = {name: at for at, name in enumerate(names)}
        rows = [sorted(column[feature] for feature in found if feature in column) for found in features]
        self.count, self.width = len(rows), len(names)
        self.row = np.repeat(np.arange(self.count), [len(row) for row in rows])
        self.column = np.array([at for row in rows for at in row], dtype=np.int64)
        self.value = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row)))) for row in rows])

    def part(self, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> _Table:
        """The rows that are true, with the columns that are not made naught."""
        made = object.__new__(_Table)
        kept = rows[self.row] & columns[self.column]
        made.count, made.width = int(rows.sum()), self.width
        made.row = (np.cumsum(rows) - 1)[self.row[kept]]
        made.column, made.value = self.column[kept], self.value[kept]
        return made

    def times(self, weights: Array) -> Array:
        """The product with a matrix of (columns, classes)."""
        parts = self.value[:, None] * weights[self.column]
        return np.stack([np.bincount(self.row, part, self.count) for part in parts.T], axis=1)

    def transposed_times(self, scores: Array) -> Array:
        """The product of the transposed table with a matrix of (rows, classes)."""
        parts = self.value[:, None] * scores[self.row]
        return np.stack([np.bincount(self.column, part, self.width) for part in parts.T], axis=1)


def _fit(table: _Table, labels: Ints, classes: int) -> Array:
    weights = np.zeros((table.width, classes))
    before = weights
    wanted = np.eye(classes)[labels]
    # Rows have length one, so that half the count bounds the curvature of the loss.
    step = 1 / (0.5 * _largest_square(table) / len(labels) + PENALTY)
    for turn in range(ROUNDS):
        ahead = weights + turn / (turn + 3) * (weights - before)
        before = weights
        slope = table.transposed_times(_probabilities(table.times(ahead)) - wanted)
        weights = ahead - step * (slope / len(labels) + PENALTY * ahead)
    return weights


def _largest_square(table: _Table) -> float:
    vector = np.ones((table.width, 1))
    for _ in range(30):
        vector = table.transposed_times(table.times(vector))
        size = float(np.linalg.norm(vector))
        vector /= size
    return size * 1.05


def _probabilities(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _report(weights: dict[str, list[float]], examples: Sequence[Example]) -> str:
    """How a head does on examples that it has not seen: the average precision of finding, and the share of stances."""
    head = Head({name: tuple(row) for name, row in weights.items()})
    judged = sorted(
        ((head.judge(example.features), example.label) for example in examples), key=lambda pair: -pair[0].log_odds
    )
    hits, precisions, right = 0, 0.0, 0
    for place, (judgment, label) in enumerate(judged, 1):
        if label != "none":
            hits += 1
            precisions += hits / place
            right += judgment.stance.value == label
    return f"finding {precisions / hits:.3f}, stance {right / hits:.3f}"


if __name__ == "__main__":
    main()
