"""Phrase tables: which words of a text stand for which notion, found in one pass over its tokens.

A table is YAML, one notion with its phrases a key; a phrase is lower-case words, the last characters of a word may be
left open with `*`. The longest phrase wins, so that "civil immigration warrant" is one notion and not three. Matching
costs a few dictionary look-ups a token whatever the table's size, and no regular expression that could backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

__all__ = ["PhraseTable", "Token", "load_phrases", "tokens_of"]

# One token: the program's own name, a word with inner marks, or a single mark. Every branch consumes what it tests.
_TOKEN = re.compile(r"287\(?g\)?|[A-Za-z0-9À-ɏ]+(?:['’.&/-][A-Za-z0-9À-ɏ]+)*|[.,;:!?—–\"“”()\[\]]")
_LONGEST_WORD = 40


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
        word = match.group().lower().replace("’", "'")
        if word.startswith("287"):
            word = "287(g)" if word in ("287g", "287(g)", "287(g") else word
        elif word.endswith("'s") and word not in _KEPT_WHOLE:
            word = word[:-2]
        yield Token(word[:_LONGEST_WORD], match.start(), match.end())


_KEPT_WHOLE = frozenset({"he's", "she's", "it's", "that's", "there's", "who's", "what's", "let's", "here's"})


class PhraseTable:
    """Phrases by notion, ready to be looked up."""

    def __init__(self, notions: Mapping[str, Iterable[str]]) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        stems: set[int] = set()
        for notion, phrases in notions.items():
            for phrase in phrases:
                words = tuple(phrase.split())
                self._phrases.setdefault(words[0], []).append((words[1:], notion))
                if words[0].endswith("*"):
                    stems.add(len(words[0]) - 1)
        for found in self._phrases.values():
            found.sort(key=lambda entry: -len(entry[0]))
        self._stems = tuple(sorted(stems, reverse=True))

    def read(self, tokens: Iterable[Token]) -> list[Token]:
        """The same tokens, those of a phrase joined into one that carries its notion."""
        given = list(tokens)
        read: list[Token] = []
        at = 0
        while at < len(given):
            length, notion = self._longest_at(given, at)
            if notion is None:
                read.append(given[at])
                at += 1
                continue
            last = given[at + length - 1]
            word = " ".join(token.word for token in given[at : at + length])
            read.append(Token(word, given[at].start, last.end, notion))
            at += length
        return read

    def _longest_at(self, tokens: list[Token], at: int) -> tuple[int, str | None]:
        word = tokens[at].word
        best_length, best = 0, None
        keys = [word, *(word[:stem] + "*" for stem in self._stems if len(word) >= stem)]
        for key in keys:
            for rest, notion in self._phrases.get(key, ()):
                if len(rest) + 1 <= best_length:
                    break
                if _follows(tokens, at + 1, rest):
                    best_length, best = len(rest) + 1, notion
                    break
        return best_length, best


def _follows(tokens: list[Token], at: int, rest: tuple[str, ...]) -> bool:
    if at + len(rest) > len(tokens):
        return False
    for offset, wanted in enumerate(rest):
        word = tokens[at + offset].word
        if wanted != word and not (wanted.endswith("*") and word.startswith(wanted[:-1])):
            return False
    return True


@cache
def load_phrases(path: Path) -> PhraseTable:
    """The table that stands in a YAML file: a mapping of notion to a list of phrases."""
    with path.open(encoding="utf-8") as source:
        return PhraseTable(YAML(typ="safe").load(source))
