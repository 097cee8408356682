"""Answers of one or two words: "Asked whether the jail would hold people for ICE, the sheriff said, “No.”"

The question says what it is about and the answer which way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.records import Stance

__all__ = ["Answer", "answered", "read_answer"]

_ASKED = re.compile(
    r"(?:When |Pressed on |Also )?(?:[Aa]sked|[Pp]ressed(?: on)?|[Qq]uestioned(?: about)?)(?: \S+){0,6}? (?:whether|if) (?P<question>[^“”\"\n]{10,300}?), "
    r"(?=[^,“”\"\n]{2,80}(?:, [^“”\"\n]{2,60},)? (?:said|says|replied|replies|answered|answers|responded|responds|told)\b)"
)
_SAID = re.compile(
    r"[“\"](?P<words>[^“”\"\n]{1,60})[”\"]|\b(?:said|says|replied|answered|responded):? (?P<bare>no|yes|never)\b"
)
_NO = re.compile(r"(?:absolutely |certainly |of course |hell |definitely )?(?:no|nope|never|not)\b", re.IGNORECASE)
_YES = re.compile(r"(?:yes|yeah|yep|absolutely|certainly|definitely|of course|sure|you bet)\b", re.IGNORECASE)
MOST_WORDS = 4
_DENIAL = re.compile(
    r"\b(?:not|never|no longer|stop(?:ped)?|end(?:ed)?|quit|refus\w+|declin\w+|opt(?:ed)? out|withdr\w+)\b|n[’']t\b"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked (a span of the text), and whether the answer means help: a yes, or a no to "Will you stop?"."""

    start: int
    end: int
    helps: bool


def read_answer(text: str, start: int, end: int) -> Answer | None:
    """The question and answer that a sentence reports; None where it reports none, or one of many words."""
    asked = _ASKED.match(text, start, end)
    said = _SAID.search(text, asked.end(), end) if asked is not None else None
    if asked is None or said is None:
        return None
    words = said["words"] or said["bare"]
    is_no, is_yes = _NO.match(words), _YES.match(words)
    if len(words.split()) > MOST_WORDS or not (is_no or is_yes):
        return None
    is_denial = _DENIAL.search(asked["question"]) is not None
    return Answer(asked.start("question"), asked.end("question"), (is_no is None) is not is_denial)


def answered(stances: Mapping[Stance, float], helps: bool) -> dict[Stance, float]:
    """The probabilities of stances of a question once it is answered: what is open or conditional in it stays so."""
    decided = stances[Stance.COOPERATES] + stances[Stance.REFUSES]
    return {**stances, Stance.COOPERATES: decided * helps, Stance.REFUSES: decided * (not helps)}
