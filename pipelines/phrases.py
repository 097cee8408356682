"""Phrase tables: which words of a text stand for which notion, found in one pass over its tokens.

A table is YAML, one notion with its phrases a key; a phrase is lower-case words, the last characters of a word may be
left open with `*`. The longest phrase wins, so that "civil immigration warrant" is one notion and not three. Matching
costs a few dictionary look-ups a token whatever the table's size, and no regular expression that could backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

__all__ = ["FROZEN", "PhraseTable", "Token", "load_phrases", "tokens_of"]

# One token: the program's own name, a word with inner marks, or a single mark. Every branch consumes what it tests.
_TOKEN = re.compile(r"287\(?g\)?|[A-Za-z0-9À-ɏ]+(?:['’.&/-][A-Za-z0-9À-ɏ]+)*|[.,;:!?—–\"“”()\[\]]")
_LONGEST_WORD = 40
FROZEN = "frozenwater"  # the agency is printed "ICE" or "Ice", never "ice"
_SHORTEST_STEM = 3  # an open word has at least so many letters before its `*`


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of the text, or several that a table reads as one notion.

    `notion` is None where no phrase of the table matched. `text[start:end]` is what stands there.
    """

    word: str
    start: int
    end: int
    notion: str | None = None


def tokens_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Words and marks of `text[start:end]` in order, lower case, curly apostrophes made straight, `'s` cut off."""
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word = match.group().lower().replace("’", "'") if match.group() != "ice" else FROZEN
        if word.startswith("287"):
            word = "287(g)" if word in ("287g", "287(g)", "287(g") else word
        elif word.endswith("'s") and word not in _KEPT_WHOLE:
            word = word[:-2]
        yield Token(word[:_LONGEST_WORD], match.start(), match.end())


_KEPT_WHOLE = frozenset({"he's", "she's", "it's", "that's", "there's", "who's", "what's", "let's", "here's"})


class PhraseTable:
    """Phrases by notion, ready to be looked up."""

    def __init__(self, notions: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._open: dict[str, list[tuple[str, tuple[str, ...], str]]] = {}
        for notion, phrases in notions.items():
            for phrase in phrases:
                first, *rest = phrase.split()
                if first.endswith("*"):
                    self._open.setdefault(first[:_SHORTEST_STEM], []).append((first[:-1], tuple(rest), notion))
                else:
                    self._whole.setdefault(first, []).append((tuple(rest), notion))

    def read(self, tokens: Iterable[Token]) -> list[Token]:
        """The same tokens, those of a phrase joined into one that carries its notion."""
        given = list(tokens)
        words = [token.word for token in given]
        read: list[Token] = []
        done = 0
        for at, length, notion in self.find(words):
            read.extend(given[done:at])
            read.append(Token(" ".join(words[at : at + length]), given[at].start, given[at + length - 1].end, notion))
            done = at + length
        read.extend(given[done:])
        return read

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Place, length in words and notion of each phrase in order, the longest at each place, none overlapping."""
        until = 0
        for at, word in enumerate(words):
            whole, opened = self._whole.get(word), self._open.get(word[:_SHORTEST_STEM])
            if at < until or (whole is None and opened is None):
                continue
            length, notion = 0, ""
            for rest, name in whole or ():
                if len(rest) >= length and _follows(words, at + 1, rest):
                    length, notion = len(rest) + 1, name
            for stem, rest, name in opened or ():
                if len(rest) >= length and word.startswith(stem) and _follows(words, at + 1, rest):
                    length, notion = len(rest) + 1, name
            if length:
                until = at + length
                yield at, length, notion


def _follows(words: Sequence[str], at: int, rest: tuple[str, ...]) -> bool:
    if at + len(rest) > len(words):
        return False
    for wanted, word in zip(rest, words[at : at + len(rest)], strict=True):
        if wanted != word and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
            return False
    return True


@cache
def load_phrases(path: Path) -> PhraseTable:
    """The table that stands in a YAML file: a mapping of notion to a list of phrases."""
    with path.open(encoding="utf-8") as source:
        return PhraseTable(YAML(typ="safe").load(source))
