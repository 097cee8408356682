"""What a sentence says in the notions of cooperation, and the features that the learned head reads.

A sentence becomes a row of notions and word stems, each knowing whether a negation covers it. Rules and head
read that row and never the raw words, so that "our deputies", "troopers" and "my people" are one thing to them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.phrases import Token, load_phrases, tokens_of

__all__ = [
    "BEFORE",
    "Word",
    "clauses_of",
    "features_before",
    "features_of",
    "is_on_subject",
    "read_wording",
    "speaks_of_its_own",
]

_NOTIONS = Path(__file__).with_name("notions.yml")
# A negation reaches to the end of its clause, and no further than this many words.
_REACH = 9
_STOPS = frozenset({".", ",", ";", ":", "!", "?", "—", "–", "but", "because", "who", "which", "if", "when", "while"})
_CUTS = frozenset({".", ",", ";", ":", "!", "?", "—", "–", "but"})
SHORTEST_CLAUSE = 4
_STARTS = frozenset({"(", ")", "[", "]", '"', "“", "”"})
# Words that say nothing of stance or subject; the function words that do (only, if, but, will, would) are kept.
_CEASE = frozenset({"stop", "stops", "stopped", "stopping"})  # before "-ing": not the stop of a car
_CEASED = frozenset({".", ",", ";", "that", "it", "this"})  # "we have stopped", "we stopped that"
_TURNING = frozenset({"REFUSE", "QUIT", "REGRET"})
_NEGATING = frozenset({"NEG", "NOPLAN", "UNTRUE"})
# Of two negations in one clause the second undoes the first ("never told them not to call"), unless it only repeats it
# ("cannot and will not") or is one of those that mostly strengthen ("not without", "not for nothing").
_UNDOING = frozenset({"not", "never", "cannot"})
_NOBODY = frozenset({"nobody", "no one", "none"})
_REPEATING = frozenset({"and", "or", "nor", "ever"})
_ACTORS = ("FORCE", "BODY", "JAIL", "CHIEF", "WE")
MOST_NOTIONS = 24
_EMPTY = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "been", "being",
        "by", "for", "from", "he", "her", "here", "him", "his", "in",
        "is", "it", "its", "of", "on", "or", "s", "said", "says",
        "she", "that", "the", "their", "them", "there", "these", "they", "this",
        "those", "to", "was", "were", "with",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A notion in capitals or a word's stem, where it stands in the text, and whether a negation covers it."""

    name: str
    start: int
    end: int
    negated: bool

    @property
    def is_notion(self) -> bool:
        return self.name.isupper() and self.name != "US"


def read_wording(
    text: str, start: int = 0, end: int | None = None, agencies: Sequence[tuple[int, int, bool]] = ()
) -> list[Word]:
    """The notions and word stems of `text[start:end]` in order; punctuation that ends a clause stays as itself.

    `agencies` are the spans known to be agencies' names, True where federal: "NYPD" is then a body like any other.
    """
    read = [
        replace(token, notion="US") if token.notion == "WE" and text[token.start : token.end] == "US" else token
        for token in load_phrases(_NOTIONS).read(tokens_of(text, start, end))
    ]
    return list(_with_negation(_with_agencies(read, agencies) if agencies else read))


def _with_agencies(tokens: list[Token], agencies: Sequence[tuple[int, int, bool]]) -> list[Token]:
    """Names of agencies that the table does not know become notions; one that holds a notion already stays as it is."""
    read: list[Token] = []
    at = 0
    for start, end, federal in agencies:
        while at < len(tokens) and tokens[at].end <= start:
            read.append(tokens[at])
            at += 1
        inside = at
        while inside < len(tokens) and tokens[inside].start < end:
            inside += 1
        named = tokens[at:inside]
        if named and all(token.notion is None for token in named):
            read.append(
                Token(
                    " ".join(token.word for token in named), named[0].start, named[-1].end, "FED" if federal else "BODY"
                )
            )
        else:
            read.extend(named)
        at = inside
    return read + tokens[at:]


def clauses_of(words: list[Word]) -> list[list[Word]]:
    """The clauses of a sentence, cut at its inner marks; pieces too short stay with what follows them."""
    found: list[list[Word]] = []
    current: list[Word] = []
    for word in words:
        current.append(word)
        if word.name in _CUTS and len(current) > SHORTEST_CLAUSE:
            found.append(current)
            current = []
    if len(current) > SHORTEST_CLAUSE:
        found.append(current)
    return found if len(found) > 1 else []


def _with_negation(tokens: list[Token]) -> Iterator[Word]:
    reach = 0
    repeating = False
    for at, token in enumerate(tokens):
        if token.word in _STARTS:
            continue
        # "Nobody who calls us will be turned over": the clause is about nobody still.
        stops = token.word in _STOPS and not (token.word == "who" and at and tokens[at - 1].word in _NOBODY)
        if stops:
            reach = 0
        name = token.notion or (token.word if stops else stem_of(token.word))
        following = tokens[at + 1].word.split(" ")[0] if at + 1 < len(tokens) else "."
        if token.word in _CEASE and (following.endswith("ing") or following in _CEASED):
            name = "QUIT"
        negated = reach > 0 and not stops
        yield Word(name, token.start, token.end, negated)
        reach -= 1
        if name in _TURNING:
            # "refused to hold" holds nobody; "has never refused to hold" does.
            reach = 0 if negated else _REACH
        elif token.notion in _NEGATING or (token.notion is None and token.word.endswith("n't")):
            undoing = token.word in _UNDOING or token.notion != "NEG"
            reach = 0 if negated and undoing and not repeating else _REACH
            repeating = False
        elif token.word in _REPEATING:
            repeating = True


BEFORE = "before "
_SUBJECTS = frozenset({"FED", "DETAINER", "ADMINWARRANT", "AGREEMENT", "CIVIL", "STATUS", "SANCTUARYLAW"})


def is_on_subject(words: Sequence[Word]) -> bool:
    """Whether the words name immigration enforcement, its people, its papers or what it asks for."""
    return any(word.name in _SUBJECTS for word in words)


def speaks_of_its_own(words: Sequence[Word]) -> bool:
    """Whether the words say "our officers", "our jail": an agency's of itself."""
    return any(a.name == "WE" and b.name in ("FORCE", "JAIL", "BODY") for a, b in itertools.pairwise(words))


def features_before(words: Sequence[Word]) -> frozenset[str]:
    """Names of the features that the lines before some words give them: the notions met there."""
    return frozenset(BEFORE + word.name for word in words if word.is_notion)


def stem_of(word: str) -> str:
    """The word without its inflection, cut crudely: enough for "rents", "rented" and "renting" to meet."""
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def features_of(words: list[Word]) -> frozenset[str]:
    """Names of the features that hold: words, neighbours, and pairs of notions in their order with a gap between."""
    kept = [word for word in words if word.name not in _EMPTY and word.name not in _STOPS - {"but", "if", "when"}]
    names = [("not " if word.negated else "") + word.name for word in kept]
    found = {"", *names, *(word.name for word in kept if word.is_notion)}
    found.update(f"{a} {b}" for a, b in itertools.pairwise(names))
    notions = [name for word, name in zip(kept, names, strict=True) if word.is_notion][:MOST_NOTIONS]
    bare = [word.name for word in kept if word.is_notion]
    if bare:
        # What a sentence begins with is mostly its subject, and who acts on whom is what it says.
        found.add(f"first {bare[0]}")
        found.add("first word " + names[0])
        found.update(
            f"{name} before FED"
            for name in _ACTORS
            if name in bare and "FED" in bare and bare.index(name) < bare.index("FED")
        )
        found.update(
            f"FED before {name}"
            for name in _ACTORS
            if name in bare and "FED" in bare and bare.index(name) > bare.index("FED")
        )
    for at, first in enumerate(notions):
        found.update(f"{first} > {second}" for second in notions[at + 1 : at + 8])
    return frozenset(found)
