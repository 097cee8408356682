"""The rules beside the learned head: patterns over notions, each with the stance for which it speaks.

Patterns are RE2's, which cannot backtrack, and read one sentence's row of notions at a time. The file tells how
they are written; `Rule.examples` are run as tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
from ruamel.yaml import YAML

from pipelines.records import Stance
from pipelines.statements.wording import Word

__all__ = ["Firing", "Rule", "fire_rules", "shipped_rules"]

_RULES = Path(__file__).with_name("rules.yml")
_PIECES = {
    "{gap}": r"(?: [^\s.;]+){0,5}?",
    "{local}": "(?:FORCE|BODY|JAIL|CHIEF)",
    "{us}": "(?:FORCE|BODY|JAIL|CHIEF|WE)",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the file; `stance` is None where it only speaks against, `match` and `no_match` are its examples."""

    id: str
    stance: Stance | None
    weight: float
    odds: float
    pattern: Any  # the compiled pattern of re2, which ships no types
    match: str
    no_match: str


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that matched, and the span of the text that its words cover."""

    rule: Rule
    start: int
    end: int


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules that ship with the code, in their order."""
    with _RULES.open(encoding="utf-8") as source:
        return tuple(_rule(row) for row in YAML(typ="safe").load(source))


def _rule(row: dict[str, Any]) -> Rule:
    pattern = str(row["pattern"]).replace(r"(?<!~)", r"(?:^|[ ])")
    for name, piece in _PIECES.items():
        pattern = pattern.replace(name, piece)
    return Rule(
        str(row["id"]),
        Stance(row["stance"]) if "stance" in row else None,
        float(row.get("weight", 0.0)),
        float(row["odds"]),
        re2.compile(pattern),
        str(row["match"]),
        str(row["no_match"]),
    )


def fire_rules(words: Sequence[Word], rules: Sequence[Rule] | None = None) -> list[Firing]:
    """The rules that the words match, each at its first place."""
    names = [("~" if word.negated else "") + word.name.replace(" ", "_") for word in words]
    row = " ".join(names)
    ends: list[int] = []
    at = 0
    for name in names:
        at += len(name.encode()) + 1
        ends.append(at)
    found = []
    for rule in shipped_rules() if rules is None else rules:
        match = rule.pattern.search(row)
        if match is not None:
            first = _index(ends, len(row[: match.start() + 1].encode()) - 1)
            last = _index(ends, len(row[: match.end()].encode()) - 1)
            found.append(Firing(rule, words[first].start, words[last].end))
    return found


def _index(ends: list[int], offset: int) -> int:
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        if ends[middle] > offset:
            high = middle
        else:
            low = middle + 1
    return low
