"""The last names of the people whom a story names: how a transcript's labels are told from headings of a list.

Reads names with their titles from lists of words (`titles.yml`). Who the people are and for whom they speak is read in
`pipelines.statements`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from ruamel.yaml import YAML

__all__ = ["Lexicon", "last_names", "load_lexicon"]

# Every repetition is bounded or consumes what no other branch can: no text makes these slow.
WORD = re.compile(r"[^\W\d_][\w’'&-]{0,40}\.?|\d{1,4}|[^\w\s]|\n")
# What stands before the name of a place or a body, and hardly ever before a person without a title.
PLACED = re.compile(r"(?:\b(?:the|in|near|at|from|outside|around|across) |\.)\Z", re.IGNORECASE)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of `titles.yml`."""

    before: frozenset[str]
    offices: frozenset[str]
    bodies: frozenset[str]
    particles: frozenset[str]
    openers: frozenset[str]
    abbreviations: frozenset[str]
    not_labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign of the text."""

    word: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The word as the lists write it."""
        return self.word.rstrip(".").casefold().replace("'", "’")


@cache
def load_lexicon() -> Lexicon:
    """The titles, offices and bodies that `titles.yml` lists."""
    written = resources.files("pipelines.speech").joinpath("titles.yml").read_text(encoding="utf-8")
    lists = YAML(typ="safe").load(written)
    return Lexicon(**{name.name: frozenset(lists[name.name]) for name in fields(Lexicon)})


def last_names(text: str) -> set[str]:
    """The last name, in small letters, of everybody whom a text names with at least two names or a title."""
    lexicon = load_lexicon()
    found = set()
    for run in name_runs(text, lexicon):
        name = [token for token in person_in(text, run, lexicon) if token.key not in SUFFIXES]
        if name:
            found.add(name[-1].word.casefold())
    return found


def name_runs(text: str, lexicon: Lexicon) -> list[list[Token]]:
    """Runs of capitalized words with nothing but a space between them, articles and other openers cut off."""
    runs: list[list[Token]] = []
    run: list[Token] = []
    last = -2
    for match in WORD.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        stem = word.removesuffix(".")
        abbreviates = word.endswith(".") and (len(stem) == 1 or stem.casefold() in lexicon.abbreviations)
        if word.endswith(".") and not abbreviates:
            word, end = stem, end - 1
        possessive = word.endswith(("’s", "'s", "’", "'"))
        if possessive and word.casefold() not in ("sheriff’s", "sheriff's"):
            word = word.removesuffix("’s").removesuffix("'s").rstrip("’'")
            end = start + len(word)
        adjacent = start == last + 1 and text[last:start] in (" ", "\xa0")
        capital = word[:1].isupper()
        if not (adjacent and (capital or stem.casefold() in lexicon.particles)) or len(run) > 12:
            close_run(run, runs, lexicon)
            run = []
        if capital or (run and stem.casefold() in lexicon.particles):
            run.append(Token(word, start, end))
        last = match.end() if not possessive else -2
        if match[0].endswith(".") and not abbreviates:
            last = -2
    close_run(run, runs, lexicon)
    return runs


def close_run(run: list[Token], runs: list[list[Token]], lexicon: Lexicon) -> None:
    """Keep a run without its openers and trailing particles."""
    while run and run[0].key in lexicon.openers:
        run = run[1:]
    while run and (run[-1].key in lexicon.particles or run[-1].key in lexicon.openers):
        run = run[:-1]
    if run:
        runs.append(run)


def person_in(text: str, run: list[Token], lexicon: Lexicon) -> Sequence[Token]:
    """The name in a run of capitalized words; nothing where it is a body, a place or a last name alone."""
    titles = [at for at, token in enumerate(run) if token.key in lexicon.before]
    name = run[titles[-1] + 1 :] if titles else run
    if not name or len(name) > 4 or any(token.key in lexicon.bodies or token.key in lexicon.offices for token in name):
        return ()
    if len(name) == 1 and (not titles or len(name[0].word) < 3):
        return ()
    if not titles and PLACED.search(text[max(0, name[0].start - 10) : name[0].start]):
        return ()
    return name
