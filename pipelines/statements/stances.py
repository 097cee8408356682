"""Which way a statement goes, and how surely it is one: the learned head and the rules together.

Both speak in log odds, so that their words add: a rule moves the head's judgment by its weight and no rule
decides alone. What moved the decision is its evidence: the words of each rule that fired for it, the head's
strongest features.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pipelines.records import Evidence, Stance
from pipelines.statements.classifier import STANCES, Head, Judgment, probabilities
from pipelines.statements.rules import Firing, fire_rules
from pipelines.statements.wording import Word, features_of

__all__ = ["LEAST_PROBABILITY", "evidence_for", "judge_words"]

# Rules that say the same thing of the same words are no independent witnesses: beyond the first they count in part.
REPEATED = 0.3
MOST_ODDS_BY_RULES = 2.2
LEAST_PROBABILITY = 1e-4


def judge_words(words: Sequence[Word], head: Head, before: frozenset[str] = frozenset()) -> Judgment:
    """The head's judgment of some words, moved by the rules that they match; `before` are features of the lines above."""
    judged = head.judge(features_of(list(words)) | before)
    firings = fire_rules(words)
    if not firings:
        return judged
    odds = min(MOST_ODDS_BY_RULES, _pooled([firing.rule.odds for firing in firings if firing.rule.odds > 0]))
    odds += min((firing.rule.odds for firing in firings), default=0.0) if any(f.rule.odds < 0 for f in firings) else 0.0
    logs = {
        stance: math.log(max(LEAST_PROBABILITY, judged.stances[stance]))
        + _pooled([firing.rule.weight for firing in firings if firing.rule.stance is stance])
        for stance in STANCES
    }
    return replace(judged, log_odds=judged.log_odds + odds, stances=probabilities(logs))


def _pooled(values: Sequence[float]) -> float:
    ordered = sorted(values, reverse=True)
    return ordered[0] + REPEATED * sum(ordered[1:]) if ordered else 0.0


def evidence_for(
    text: str, words: Sequence[Word], judgment: Judgment, stance: Stance, head: Head
) -> tuple[Evidence, ...]:
    """What spoke for a stance: the head with its strongest features, then each rule with the words it read."""
    told = ", ".join(head.telling(features_of(list(words)), stance))
    rules = [firing for firing in fire_rules(words) if firing.rule.stance is stance]
    return (
        Evidence("head", told, round(judgment.log_odds, 2)),
        *(Evidence(firing.rule.id, _words(text, firing), firing.rule.weight) for firing in rules),
    )


def _words(text: str, firing: Firing) -> str:
    return text[firing.start : firing.end]
