"""Trains the learned head from the sentences beside it: `python -m pipelines.statements.training`.

Accelerated gradient descent on two L2-regularized logistic models (Nesterov 1983), plain NumPy, no random
start: the same sentences give the same weights. Prints the accuracy of a fivefold cross-validation before it
writes the file.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.statements.classifier import STANCES
from pipelines.statements.wording import features_of, read_wording

__all__ = ["main", "read_sentences"]

_HERE = Path(__file__).parent
SENTENCES = _HERE / "training_sentences.txt"
WEIGHTS = _HERE / "weights.json"
PENALTY = 2e-4
ROUNDS = 250
FOLDS = 5

Array = NDArray[np.float64]


def main() -> None:
    """Train on all sentences, report the cross-validation, write the weights."""
    rows = read_sentences(SENTENCES)
    features = [features_of(read_wording(sentence)) for _, sentence in rows]
    counts = Counter(feature for found in features for feature in found)
    names = sorted(feature for feature, count in counts.items() if count > 1)
    table = _table(features, names)
    is_statement = np.array([int(label != "none") for label, _ in rows])
    stance = np.array([STANCES.index(label) if label != "none" else -1 for label, _ in rows])
    print(f"{len(rows)} sentences, {len(names)} features, {_report(table, is_statement, stance)}")
    found, taken = _fit(table, is_statement, 2), _fit(table[stance >= 0], stance[stance >= 0], len(STANCES))
    weights = np.hstack([found[:, 1:] - found[:, :1], taken])
    stored = {name: [round(float(value), 3) for value in row] for name, row in zip(names, weights, strict=True)}
    kept = {name: row for name, row in stored.items() if max(map(abs, row)) >= 0.02}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in kept.items())
    WEIGHTS.write_text(
        '{"columns": ' + json.dumps(["statement", *STANCES]) + ',\n"weights": {\n' + lines + "\n}}\n", encoding="utf-8"
    )


def read_sentences(path: Path) -> list[tuple[str, str]]:
    """Label and sentence of every line that is not a comment."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _, sentence = line.partition("\t")
            rows.append((label, sentence))
    return rows


def _table(features: list[frozenset[str]], names: list[str]) -> Array:
    column = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(features), len(names)))
    for row, found in enumerate(features):
        at = [column[feature] for feature in found if feature in column]
        table[row, at] = 1 / np.sqrt(max(1, len(at)))
    return table


def _fit(table: Array, labels: NDArray[np.int64], classes: int) -> Array:
    weights = np.zeros((table.shape[1], classes))
    before = weights
    wanted = np.eye(classes)[labels]
    # Rows have length one, so that half the count bounds the curvature of the loss.
    step = 1 / (0.5 * _largest_square(table) / len(labels) + PENALTY)
    for turn in range(ROUNDS):
        ahead = weights + turn / (turn + 3) * (weights - before)
        before = weights
        weights = ahead - step * (table.T @ (_probabilities(table, ahead) - wanted) / len(labels) + PENALTY * ahead)
    return weights


def _largest_square(table: Array) -> float:
    vector = np.ones(table.shape[1])
    for _ in range(30):
        vector = table.T @ (table @ vector)
        size = float(np.linalg.norm(vector))
        vector /= size
    return size * 1.05


def _probabilities(table: Array, weights: Array) -> Array:
    scores = table @ weights
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _report(table: Array, is_statement: NDArray[np.int64], stance: NDArray[np.int64]) -> str:
    fold = np.arange(len(stance)) % FOLDS
    right_found = right_stance = 0
    for number in range(FOLDS):
        seen, held = fold != number, fold == number
        found = _probabilities(table[held], _fit(table[seen], is_statement[seen], 2)).argmax(axis=1)
        right_found += int((found == is_statement[held]).sum())
        among, asked = seen & (stance >= 0), held & (stance >= 0)
        taken = _probabilities(table[asked], _fit(table[among], stance[among], len(STANCES))).argmax(axis=1)
        right_stance += int((taken == stance[asked]).sum())
    asked_stances = int((stance >= 0).sum())
    return f"held out: statement or not {right_found / len(stance):.3f}, stance {right_stance / asked_stances:.3f}"


if __name__ == "__main__":
    main()
