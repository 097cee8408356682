"""The learned head: how likely words are a statement about cooperation, and which stance they take.

Two small logistic models over the features of `wording`, trained by `python -m pipelines.statements.training`
on the sentences beside it. The weights are a compact JSON file; reading them needs nothing but the standard
library.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.records import Stance

__all__ = ["STANCES", "Head", "Judgment", "probabilities", "shipped_head"]

STANCES = (Stance.COOPERATES, Stance.LIMITS, Stance.REFUSES, Stance.UNCLEAR)
_WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the head thinks of some words: log odds that they are a statement, and the probability of each stance."""

    log_odds: float
    stances: dict[Stance, float]

    @property
    def stance(self) -> Stance:
        return max(self.stances, key=lambda stance: self.stances[stance])


class Head:
    """Weights by feature: the log odds of being a statement, then one column a stance."""

    def __init__(self, weights: dict[str, tuple[float, ...]]) -> None:
        self._weights = weights

    def judge(self, features: Iterable[str]) -> Judgment:
        """Judge the features of some words; unknown features count for nothing."""
        rows = [row for feature in features if (row := self._weights.get(feature)) is not None]
        scale = 1.0 / math.sqrt(max(1, len(rows)))
        sums = [scale * sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * (1 + len(STANCES))
        return Judgment(sums[0], probabilities(dict(zip(STANCES, sums[1:], strict=True))))

    def telling(self, features: Iterable[str], stance: Stance, count: int = 3) -> list[str]:
        """The features that speak most for a stance, the strongest first."""
        column = 1 + STANCES.index(stance)
        scored = [
            (row[column], feature)
            for feature in features
            if (row := self._weights.get(feature)) is not None and feature
        ]
        return [feature for weight, feature in sorted(scored, reverse=True)[:count] if weight > 0]


def probabilities(scores: Mapping[Stance, float]) -> dict[Stance, float]:
    """Log scores of the stances as probabilities that add up to one."""
    top = max(scores.values())
    raised = {stance: math.exp(value - top) for stance, value in scores.items()}
    total = sum(raised.values())
    return {stance: value / total for stance, value in raised.items()}


@cache
def shipped_head() -> Head:
    """The head that ships with the code."""
    stored = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Head({feature: tuple(row) for feature, row in stored["weights"].items()})
