"""Statements that only point to others: that nothing changes, as the agency's own tell; or "the same", as the last did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.records import Evidence, Stance, Statement, StatementKind

__all__ = ["with_constant_stances"]

# "I don't intend on doing anything different", "the policy has not changed".
_NOTHING_CHANGES = re.compile(
    r"(?:\b(?:no|not|never|nothing)\b|n[’']t\b)[^.!?]{0,40}\b(?:chang(?:e|es|ed|ing)|different(?:ly)?)\b", re.IGNORECASE
)
_THE_SAME = re.compile(
    r"(?:(?:[^.!?]{0,60} )?did (?:likewise|the same)|(?:much |exactly )?the same(?: (?:of|about|for|goes|holds)\b.*)?)(?: [^.!?,]{0,40})?[.!]?",
    re.IGNORECASE,
)
# What says more than that has a stance of its own.
MOST_WORDS = 14


def with_constant_stances(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, each that says no more than that nothing changes with the one stance of its agency's others.

    Where these have several stances, or none, it keeps its own. "The same of his officers" means what was said before it.
    """
    told: list[Statement] = []
    for statement in statements:
        last = told[-1] if told else None
        if last is not None and _THE_SAME.fullmatch(statement.quote):
            evidence = (Evidence("as-was-said-before", last.quote), *statement.evidence)
            told.append(replace(statement, stance=last.stance, evidence=evidence))
        else:
            told.append(_constant(statement, statements))
    return told


def _constant(statement: Statement, among: Sequence[Statement]) -> Statement:
    found = _NOTHING_CHANGES.search(statement.quote)
    if found is None or len(statement.quote.split()) > MOST_WORDS or statement.agency is None:
        return statement
    stances = {
        other.stance
        for other in among
        if other is not statement
        and other.agency is not None
        and other.agency.agency_id == statement.agency.agency_id
        and other.kind is not StatementKind.CLAIM
        and other.stance is not Stance.UNCLEAR
        and _NOTHING_CHANGES.search(other.quote) is None
    }
    if len(stances) != 1 or statement.kind is StatementKind.CLAIM:
        return statement
    evidence = (Evidence("as-the-agency-says-elsewhere", found[0]), *statement.evidence)
    return replace(statement, stance=stances.pop(), evidence=evidence)
