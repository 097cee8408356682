"""Seeded news texts with known copies and hard negatives, for measuring how copies are found.

Text number i of a seed is the same on every machine and can be made by itself. Words are invented; their frequencies,
set phrases, names, numbers, quotations and outlets' boilerplate are laid out as in news, since what makes the problem
hard is what unrelated stories share. Nothing here is about finding copies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["COPY_KINDS", "HARD_KINDS", "Newswire", "Piece"]

# What is done to a story on its way to another outlet.
COPY_KINDS = ("verbatim", "edited 10 %", "edited 20 %", "truncated", "wrapped")
# What looks like a copy and is none; one text in ten.
HARD_KINDS = ("template", "quotation", "same event")
OUTLETS = 2000

_FUNCTION_WORDS = (
    "the of to and a in that for on is was with as at by from be are it an have has were not this or but his they who "
    "which their had been will would its he she said after when about than more one also into if out up so no "
    "can could over all there some what other we our you your her him them these those "
    "then before under during between because"
)
_CONTENT_WORDS = 40_000
_NAMES = 30_000
_PHRASES = 3_000

_Tokens = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Piece:
    """One text: who published it, what it is, and the group of texts that are true copies of one another."""

    text: str
    outlet: int
    kind: str
    group: int


class Newswire:
    """The texts of one seed. `piece(i)` makes text i; about 70 % are stories of their own, 20 % copies, 10 % hard."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed = seed
        rng = np.random.default_rng(seed)
        draw = rng.random(count)
        self._kinds = np.where(draw < 0.1, 2, np.where(draw < 0.3, 1, 0)).astype(np.int8)
        self._choices = rng.integers(0, 60, count)
        originals = np.flatnonzero(self._kinds == 0)
        # A copy may arrive before its original, as it may in life.
        self._parents = originals[rng.integers(0, max(len(originals), 1), count)]
        self._families = rng.integers(0, max(count // 50, 1), count)
        self._outlets = rng.integers(0, OUTLETS, count)
        self._lay_vocabulary(np.random.default_rng([seed, 1]))

    def piece(self, number: int) -> Piece:
        """Text `number`, from 0."""
        kind = self._kinds[number]
        outlet = int(self._outlets[number])
        if kind == 0:
            return Piece(self._printed(self._story(number), number, outlet), outlet, "story", number)
        if kind == 1:
            return self._copy(number, outlet)
        return self._hard(number, outlet)

    def _copy(self, number: int, outlet: int) -> Piece:
        parent = int(self._parents[number])
        kind = COPY_KINDS[self._choices[number] % len(COPY_KINDS)]
        if outlet == self._outlets[parent]:
            outlet = (outlet + 1) % OUTLETS
        rng = np.random.default_rng([self._seed, 2, number])
        tokens = self._story(parent)
        if kind.startswith("edited"):
            changed = rng.random(len(tokens)) < (0.1 if "10" in kind else 0.2)
            tokens = np.where(changed, self._drawn(rng, len(tokens), self._own_words(rng)), tokens)
        elif kind == "truncated":
            tokens = tokens[: max(80, int(len(tokens) * rng.uniform(0.25, 0.6)))]
        text = self._printed(tokens, parent, outlet)
        if kind == "wrapped":
            before, after = self._boilerplate(outlet, 0, 40), self._boilerplate(outlet, 1, 80)
            text = f"{self._words(before)}.\n{text}\n{self._words(after)}."
        return Piece(text, outlet, kind, parent)

    def _hard(self, number: int, outlet: int) -> Piece:
        """Stories of a family share a template, a quotation or an event, and are no copies."""
        family = int(self._families[number])
        kind = HARD_KINDS[family % len(HARD_KINDS)]
        shared = np.random.default_rng([self._seed, 3, family])
        rng = np.random.default_rng([self._seed, 4, number])
        if kind == "template":
            # One release filled again and again: every name and number is new, and one sentence in five.
            tokens = self._drawn(shared, 420, self._own_words(shared))
            slots = (tokens >= self._first_name) & (tokens < self._first_phrase)
            sentences = np.repeat(rng.random(len(tokens) // 20 + 1) < 0.2, 20)[: len(tokens)]
            fresh = self._drawn(rng, len(tokens), self._own_words(rng))
            names = self._first_name + rng.integers(0, _NAMES, len(tokens)).astype(np.int32)
            tokens = np.where(slots, names, np.where(sentences, fresh, tokens))
            # Most templates are one newsroom's own.
            outlet = outlet if shared.random() < 0.3 else family % OUTLETS
        elif kind == "quotation":
            own = self._drawn(rng, 350, self._own_words(rng))
            quote = self._drawn(shared, 150, self._own_words(shared))
            at = (
                np.sort(rng.integers(0, len(own), 5))
                if shared.random() < 0.5
                else np.full(5, rng.integers(0, len(own)))
            )
            parts, last = [], 0
            for place, piece in zip(at, np.array_split(quote, 5), strict=True):
                parts += [self._printed(own[last:place], number, outlet), f'"{self._words(piece)}," they said.']
                last = int(place)
            return Piece(" ".join([*parts, self._printed(own[last:], number, outlet)]), outlet, kind, number)
        else:
            # The same people, places and figures in other words.
            tokens = self._drawn(rng, 420, self._own_words(shared))
        return Piece(self._printed(tokens, number, outlet), outlet, kind, number)

    def _story(self, number: int) -> _Tokens:
        rng = np.random.default_rng([self._seed, 5, number])
        return self._drawn(rng, int(rng.integers(280, 520)), self._own_words(rng))

    def _own_words(self, rng: np.random.Generator) -> _Tokens:
        """The words and names that a story comes back to: 60 content words, 12 names."""
        words = self._contents[rng.integers(0, len(self._contents), 60)]
        return np.concatenate([words, self._first_name + rng.integers(0, _NAMES, 12).astype(np.int32)])

    def _drawn(self, rng: np.random.Generator, count: int, own: _Tokens) -> _Tokens:
        """Words in the proportions of news: 42 % function words, 3 % set phrases, 35 % the story's own, then any."""
        draw = rng.random(count)
        second = rng.random(count)
        tokens = self._contents[(second * len(self._contents)).astype(np.int32)]
        tokens = np.where(draw < 0.80, own[(second * len(own)).astype(np.int32)], tokens)
        tokens = np.where(draw < 0.45, self._phrases[(second * len(self._phrases)).astype(np.int32)], tokens)
        tokens = np.where(draw < 0.42, self._functions[(second * len(self._functions)).astype(np.int32)], tokens)
        return np.where(draw > 0.99, self._first_name + (second * _NAMES).astype(np.int32), tokens)

    def _printed(self, tokens: _Tokens, number: int, outlet: int) -> str:
        """Sentences of 12 to 27 words, one in six quoted, three a paragraph; then the outlet's last lines."""
        rng = np.random.default_rng([self._seed, 6, number])
        words = self._vocabulary[tokens].tolist()
        # As many as the longest text could need, so that a truncated copy is the beginning of its original.
        lengths = rng.integers(12, 28, 60).tolist()
        quoted = (rng.random(60) < 0.16).tolist()
        parts, at = [], 0
        for index, length in enumerate(lengths):
            if at >= len(words):
                break
            sentence = " ".join(words[at : at + length])
            sentence = sentence[:1].upper() + sentence[1:]
            parts.append(f'"{sentence}," an official said.' if quoted[index] else sentence + ".")
            parts.append("\n" if index % 3 == 2 else " ")
            at += length
        if outlet % 2:
            parts.append("\n" + self._words(self._boilerplate(outlet, 2, 30)) + ".")
        return "".join(parts)

    def _boilerplate(self, outlet: int, which: int, count: int) -> _Tokens:
        rng = np.random.default_rng([self._seed, 7, outlet, which])
        return self._drawn(rng, count, self._own_words(rng))

    def _words(self, tokens: _Tokens) -> str:
        return " ".join(self._vocabulary[tokens].tolist())

    def _lay_vocabulary(self, rng: np.random.Generator) -> None:
        function = _FUNCTION_WORDS.split()
        content = _invented(rng, _CONTENT_WORDS, (2, 4))
        names = [word.capitalize() for word in _invented(rng, _NAMES - 2000, (2, 3))] + [str(n) for n in range(2000)]
        numbers = _by_frequency(_CONTENT_WORDS, 3.0)[rng.integers(0, 1 << 18, (_PHRASES, 4))]
        phrases = [
            " ".join([content[row[0]], content[row[1]], "and", content[row[2]], content[row[3]]][: 3 + index % 3])
            for index, row in enumerate(numbers)
        ]
        self._vocabulary = np.array([*function, *content, *names, *phrases], dtype=object)
        self._first_content = len(function)
        self._first_name = self._first_content + len(content)
        self._first_phrase = self._first_name + len(names)
        self._functions = _by_frequency(len(function), 2.0)
        self._contents = self._first_content + _by_frequency(len(content), 20.0)
        self._phrases = self._first_phrase + _by_frequency(len(phrases), 3.0)


def _by_frequency(count: int, flattened: float) -> _Tokens:
    """A table in which each of `count` tokens stands as often as Zipf and Mandelbrot say."""
    odds = np.cumsum(1.0 / (np.arange(count) + flattened))
    places = (np.arange(1 << 18) + 0.5) / (1 << 18)
    return np.searchsorted(odds / odds[-1], places).astype(np.int32)


def _invented(rng: np.random.Generator, count: int, syllables: tuple[int, int]) -> list[str]:
    """Distinct pronounceable words."""
    onsets = [
        "b",
        "c",
        "d",
        "f",
        "g",
        "h",
        "l",
        "m",
        "n",
        "p",
        "r",
        "s",
        "t",
        "v",
        "w",
        "br",
        "ch",
        "gr",
        "pl",
        "st",
        "tr",
    ]
    rimes = ["a", "e", "i", "o", "u", "an", "en", "er", "in", "on", "or", "al", "ing", "est", "ar"]
    made: dict[str, None] = {}
    while len(made) < count:
        length = int(rng.integers(syllables[0], syllables[1] + 1))
        parts = zip(rng.integers(0, len(onsets), length), rng.integers(0, len(rimes), length), strict=True)
        made["".join(onsets[a] + rimes[b] for a, b in parts)] = None
    return list(made)
