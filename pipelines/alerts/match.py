"""Which rules a statement falls under: every value of a statement knows the rules that let it through, as bits.

A statement costs a dozen look-ups and bitwise ANDs whatever the number of rules; words are looked for only where a rule
with words is still in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipelines.alerts.facts import Match, StatementFacts
from pipelines.alerts.rules import AlertRule

__all__ = ["Matcher", "match_of", "plain_words"]

# Printers' marks and typists' are one: a rule's straight apostrophe meets a page's curly one, and the other way round.
MARKS = str.maketrans("\u2018\u2019\u02bc\u2032\u201c\u201d\u2010\u2011\u2013\u2014", "''''\"\"----")
TOKEN = re.compile(r"\w+")
SETS: tuple[tuple[str, Callable[[StatementFacts], str | None]], ...] = (
    ("states", lambda facts: facts.state),
    ("counties", lambda facts: facts.county_fips),
    ("agencies", lambda facts: facts.agency_id),
    ("agency_kinds", lambda facts: facts.agency_kind),
    ("kinds", lambda facts: facts.kind),
    ("stances", lambda facts: facts.stance),
    ("sources", lambda facts: facts.source_id),
)
FLAGS: tuple[tuple[str, Callable[[StatementFacts], bool]], ...] = (
    ("position_change", lambda facts: facts.position_change),
    ("first_of_agency", lambda facts: facts.first_of_agency),
    ("against_agreement", lambda facts: facts.contradicts_agreement),
    ("stealth_edit", lambda facts: facts.edit is not None),
    ("direct_only", lambda facts: facts.direct),
)


class Matcher:
    """Rules made ready to be asked about many statements."""

    def __init__(self, rules: Sequence[AlertRule]) -> None:
        self.rules = tuple(rules)
        self._all = (1 << len(self.rules)) - 1
        self._sets = [allowed(self.rules, name, read, self._all) for name, read in SETS]
        self._flags = [
            (read, self._all & ~bits(i for i, rule in enumerate(self.rules) if getattr(rule, name)))
            for name, read in FLAGS
        ]
        self._floors = sorted({rule.min_confidence for rule in self.rules})
        self._within = [
            bits(i for i, rule in enumerate(self.rules) if rule.min_confidence <= floor) for floor in self._floors
        ]
        self._edits = bits(i for i, rule in enumerate(self.rules) if rule.stealth_edit)
        self._worded = bits(i for i, rule in enumerate(self.rules) if rule.words)
        self._phrases = phrases(self.rules)

    def rules_for(self, facts: StatementFacts) -> tuple[AlertRule, ...]:
        """The rules that the statement falls under, in the order of the file.

        Where only an edit is news, only rules that ask for edits count: the statement itself was heard before.
        """
        found = bisect_right(self._floors, facts.confidence)
        mask = self._within[found - 1] if found else 0
        if not facts.is_new:
            mask &= self._edits
        for given, other, read in self._sets:
            value = read(facts)
            mask &= other if value is None else given.get(value, other)
        for holds, without in self._flags:
            if not holds(facts):
                mask &= without
        if mask & self._worded:
            mask &= self._named(facts) | ~self._worded
        return tuple(self.rules[i] for i in positions(mask))

    def _named(self, facts: StatementFacts) -> int:
        text = searched(facts)
        tokens = set(TOKEN.findall(text))
        mask = 0
        for token in tokens & self._phrases.keys():
            for phrase in self._phrases[token]:
                if phrase.mask & ~mask and (phrase.pattern is None or phrase.pattern.search(text)):
                    mask |= phrase.mask
        return mask


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of rules that begin with one token: the rules, and a pattern where they are more than that token."""

    mask: int
    pattern: re.Pattern[str] | None


def allowed(
    rules: tuple[AlertRule, ...], name: str, read: Callable[[StatementFacts], str | None], everything: int
) -> tuple[dict[str, int], int, Callable[[StatementFacts], str | None]]:
    """For each value that a rule asks for, the rules that let it through; and those that let any other through."""
    asking: dict[str, int] = defaultdict(int)
    picky = 0
    for i, rule in enumerate(rules):
        values: frozenset[str] = getattr(rule, name)
        if values:
            picky |= 1 << i
        for value in values:
            asking[value] |= 1 << i
    other = everything & ~picky
    return {value: mask | other for value, mask in asking.items()}, other, read


def phrases(rules: tuple[AlertRule, ...]) -> dict[str, list[Phrase]]:
    """The rules' words by their first token."""
    masks: dict[str, int] = defaultdict(int)
    for i, rule in enumerate(rules):
        for word in rule.words:
            masks[word] |= 1 << i
    found: dict[str, list[Phrase]] = defaultdict(list)
    for word, mask in masks.items():
        tokens = TOKEN.findall(word)
        found[tokens[0]].append(Phrase(mask, None if tokens == [word] else pattern_of(word)))
    return dict(found)


def pattern_of(word: str) -> re.Pattern[str]:
    """A phrase as whole words with any space between; no part of it can match in two ways."""
    return re.compile(r"(?<!\w)" + r"\s+".join(re.escape(part) for part in word.split()) + r"(?!\w)")


def searched(facts: StatementFacts) -> str:
    """What words are looked for in: the quote and the headline."""
    return plain_words(f"{facts.quote}\n{facts.title or ''}")


def plain_words(text: str) -> str:
    """Text as words are compared: any case, typographic marks as a keyboard has them."""
    return text.translate(MARKS).casefold()


def match_of(rule: AlertRule, facts: StatementFacts) -> Match:
    """A rule that let a statement through, with the reasons why."""
    return Match(rule.name, rule.language, reasons(rule, facts))


def reasons(rule: AlertRule, facts: StatementFacts) -> tuple[tuple[str, str], ...]:
    """The filters of a rule with what met them."""
    met = [(name, str(read(facts))) for name, read in SETS if getattr(rule, name)]
    met += [(name, "") for name, _ in FLAGS if getattr(rule, name)]
    if rule.words:
        text = searched(facts)
        met.append(("words", ", ".join(word for word in rule.words if pattern_of(word).search(text))))
    if rule.min_confidence:
        met.append(("min_confidence", f"{facts.confidence:.2f}"))
    return tuple(met)


def bits(numbers: Iterable[int]) -> int:
    """A number with these bits set."""
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


def positions(mask: int) -> list[int]:
    """The places of the bits that are set."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
