"""Who appears in a story: people with the role in which the story presents them, and on which side they stand.

Names are found by their capitals and kept where the story gives them a role, beside the name ("Sheriff Jane
Roe", "Jane Roe, the sheriff of Kent County", "a spokesman for ICE, John Doe"). A later last name, role or
pronoun leads back to them. The side decides whose words count: a local agency's, the federal government's, or
nobody's of the two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from pipelines.statements.appositions import (
    apposition_after,
    apposition_before,
    ends_with_role,
    role_start,
    words_listed,
)
from pipelines.statements.layout import Layout
from pipelines.statements.sides import Side, read_roles, side_of

__all__ = ["Cast", "Person", "read_cast"]

# A run of capitalized words, initials and the small words of names; repeats are bounded.
_CAPITALS = re.compile(
    r"(?:[A-ZÀ-Þ][\wÀ-ɏ'’]*(?:[-‑][A-ZÀ-Þ]?[\wÀ-ɏ'’]+){0,2}\.?)"
    r"(?: (?:(?:de|la|del|van|von|der|den|da|dos|of|the|and|for|bin|al) (?=[A-ZÀ-Þ])|in (?=Charge\b)|[“\"][A-Z][\w.’'-]{1,14}[”\"] (?=[A-ZÀ-Þ]))?"
    r"(?:[A-ZÀ-Þ][\wÀ-ɏ'’]*(?:[-‑][A-ZÀ-Þ]?[\wÀ-ɏ'’]+){0,2}\.?)){0,9}"
)
_BEHIND_PLACE = re.compile(
    r"\b(?:in|at|near|from|on|off|of|by|outside|around|behind|through|past|along|the|to)\s$", re.IGNORECASE
)
_JOINED = re.compile(r"^(?:(?:and|but|then|by|of|as|to|from) )?(?:the )?")  # "and Officer Roe" is an officer
_PARTICLES = frozenset({"de", "la", "del", "van", "von", "der", "den", "da", "dos", "bin", "al"})


_DEFINITE_ROLE = re.compile(
    r"\b[Tt]he (?:[A-Z][\w'’.-]+ ){0,3}(?:county )?(undersheriff|sheriff|police chief|warden)\b(?! [A-Z]|['’])"
)
ROLE_FOLLOWS = 700
_HEADS = frozenset({"commissioner", "superintendent", "director", "administrator"})
_HEADED = r"police|corrections?|prisons?|jail|public safety"
_RANKS = frozenset({"officer", "officers", "deputy", "chief", "sheriff", "captain", "capt", "lt", "sgt"})
_FEDERAL_LETTERS = frozenset({"DHS", "ICE", "CBP", "HSI", "ERO"})  # "DHS' Roe"


@dataclass(slots=True)
class Person:
    """A person of the story. `role_spans` are the places of the text that present them, for finding the agency."""

    name: str
    last: str
    start: int
    side: Side | None
    role: str | None
    bare: bool
    is_place: bool = False
    role_spans: list[tuple[int, int]] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)


class Cast:
    """The people of one story, found again by last name, role or pronoun."""

    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self._by_last: dict[str, Person] = {}
        for person in people:
            key = person.last.casefold()
            known = self._by_last.get(key)
            if known is None or (known.side is None and person.side is not None):
                self._by_last[key] = person
        everything = sorted(
            (offset, index) for index, person in enumerate(people) if not person.is_place for offset in person.mentions
        )
        self._offsets = [offset for offset, _ in everything]
        self._who = [index for _, index in everything]

    def named(self, words: str) -> Person | None:
        """The person whose last name stands in these words; of several the first, for the others only explain."""
        unknown: Person | None = None
        for token in re.findall(r"[\wÀ-ɏ'’-]+", words):
            if token[:1].isupper():
                bare = token[:-2] if token.endswith(("'s", "’s")) else token.rstrip("'’")
                person = self._by_last.get(bare.casefold())
                if person is not None and person.side is not None:
                    # "Ann Lee, who runs against Sheriff Jane Roe": whom the words begin with.
                    if unknown is not None and 0 <= words.find(unknown.name) < words.find(token):
                        return unknown
                    return person
                if person is not None and (person.name in words or len(words.split()) <= 2):
                    unknown = unknown or person
        return unknown

    def before(self, offset: int, reach: int, role_word: str | None = None) -> Person | None:
        """The person mentioned last before an offset, within `reach` characters; with a word that their role holds."""
        at = bisect_right(self._offsets, offset) - 1
        while at >= 0 and offset - self._offsets[at] <= reach:
            person = self.people[self._who[at]]
            if role_word is None or role_word in (person.role or "").casefold():
                return person
            at -= 1
        return None

    def last_place(self, offset: int) -> int:
        """Where somebody was mentioned last before an offset; -1 where nobody was."""
        at = bisect_right(self._offsets, offset) - 1
        return self._offsets[at] if at >= 0 else -1

    def with_role(self, role_word: str, offset: int) -> Person | None:
        """Whoever holds a role of this name: the one mentioned last before the offset, else the first of the story."""
        found = self.before(offset, offset + 1, role_word)
        return found or next((p for p in self.people if role_word in (p.role or "").casefold()), None)


def read_cast(text: str, layout: Layout) -> Cast:
    """Find the people to whom the story gives a name, with their roles."""
    found: dict[str, Person] = {}
    lasts: dict[str, Person] = {}
    for sentence in layout.sentences:
        span = sentence.start, sentence.end
        for match in _CAPITALS.finditer(text, *span):
            _read_capitals(text, span, match.start(), match.end(), found, lasts)
    for person in found.values():
        if person.bare:
            _place_bare(text, layout, person)
        # "in Columbia Heights", "by Hurricane Harvey": what nobody presents and only stands behind such words.
        person.is_place = person.side is None and all(_BEHIND_PLACE.search(text, 0, at) for at in person.mentions)
    _give_role_later(text, list(found.values()))
    _give_body_later(text, list(found.values()))
    return Cast(list(found.values()))


def _give_role_later(text: str, people: list[Person]) -> None:
    """A story may name somebody and say "the county sheriff" a paragraph on: whoever was named last before it."""
    for match in _DEFINITE_ROLE.finditer(text):
        role = match.group(1)
        if any(person.side is Side.LOCAL and role in (person.role or "").casefold() for person in people):
            continue
        near = [
            (place, person)
            for person in people
            if person.side is None and len(person.mentions) > 1
            for place in person.mentions
            if 0 < match.start() - place < ROLE_FOLLOWS
        ]
        if near:
            _, person = max(near, key=lambda pair: pair[0])
            person.side, person.role = Side.LOCAL, match.group()[4:]
            person.role_spans.append(match.span())


def _give_body_later(text: str, people: list[Person]) -> None:
    """ "Commissioner Jane Roe" heads a local body where the story speaks of "the police commissioner"."""
    for person in people:
        title = (person.role or "").casefold()
        if person.side is Side.OTHER and title in _HEADS:
            told = re.search(rf"\b(?:{_HEADED}) {title}\b|\b{title} of (?:{_HEADED})\b", text, re.IGNORECASE)
            if told is not None:
                person.side = Side.LOCAL
                person.role_spans.append(told.span())


def _place_bare(text: str, layout: Layout, person: Person) -> None:
    """Whose spokeswoman, whose director: the first body that the sentence names, else that of the ones before."""
    presented = person.role_spans[-1][1]
    sentence = layout.sentence_at(presented)
    if sentence is None:
        return
    paragraph = layout.paragraphs[sentence.paragraph][0]
    before = layout.paragraphs[max(0, sentence.paragraph - 1)][0]
    around = (
        (sentence.start, presented),
        (paragraph, sentence.start),
        (presented, sentence.end),
        (before, paragraph),
    )
    for start, end in around:
        read = read_roles(text, start, end)
        quoted = layout.quotations_in(start, end)
        sides = [
            token.notion
            for token in read
            if token.notion in ("local", "federal")
            and token.word not in _RANKS
            and not any(q.start <= token.start < q.end for q in quoted)
        ]
        if sides:
            spokes = "spokes" in (person.role or "").casefold()
            person.side = Side(sides[0]) if spokes else Side.LOCAL if "local" in sides else person.side
            return


def _read_capitals(
    text: str, paragraph: tuple[int, int], start: int, end: int, found: dict[str, Person], lasts: dict[str, Person]
) -> None:
    words = _words_of(text, start, end)
    if not words:
        return
    start = words[0][0]
    role_end, name_words = _split_title(text, words)
    last = _bare(name_words[-1][2]) if name_words else ""
    if not name_words or last.casefold() in words_listed("not_names") or len(last) < 2:
        return
    known = lasts.get(last.casefold())
    has_title = role_end > start
    name = " ".join(word for _, _, word in [*name_words[:-1], (0, 0, last)])
    # A transcript's labels are in capitals.
    if known is not None and (len(name_words) == 1 or name.casefold() == known.name.casefold()):
        known.mentions.append(start)
        if known.side is None or known.bare:
            _present(text, paragraph, known, start, role_end, name_words[-1][1])
        return
    if len(name_words) == 1 and not has_title:
        return
    told = (
        name_words[1:] if has_title and _bare(name_words[0][2]).casefold() in words_listed("names_too") else name_words
    )
    if len(name_words) > 4 or any(_bare(word).casefold() in words_listed("not_names") for _, _, word in told):
        return
    person = Person(name, last, name_words[0][0], None, None, False, mentions=[start])
    _present(text, paragraph, person, start, role_end, name_words[-1][1])
    if person.side is None and not person.bare and len(name_words) < 2:
        return
    found.setdefault(name.casefold(), person)
    lasts.setdefault(last.casefold(), person)


def _words_of(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    words = []
    at = start
    for word in text[start:end].split(" "):
        words.append((at, at + len(word), word))
        at += len(word) + 1
    while words and words[0][2].casefold() in words_listed("before_names"):
        words.pop(0)
    return words


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$|[.,]$", "", word)


def _split_title(text: str, words: list[tuple[int, int, str]]) -> tuple[int, list[tuple[int, int, str]]]:
    """Where the title ends, and the words of the name after it: "Kent County Sheriff" | "Jane Roe"."""
    cut = 0
    for at, (_, _, word) in enumerate(words):
        if at + 1 < len(words) and (
            _bare(word).casefold() in words_listed("titles_end") or (at == 0 and _bare(word) in _FEDERAL_LETTERS)
        ):
            cut = at + 1
    rest = words[cut:]
    if cut and len(rest) > 3 and rest[0][2] == "of":
        cut, rest = cut + 2, rest[2:]  # "Chief of Patrol Jane Roe"
    # "Sheriff Jane Roe of Kent County": what follows the name is no part of it.
    ends = next((at for at, (_, _, word) in enumerate(rest) if at and word in ("of", "for", "and")), len(rest))
    rest = rest[:ends]
    while rest and rest[0][2].casefold() in _PARTICLES | {"of", "the", "and", "for"} and cut == 0:
        rest = rest[1:]
    return (words[cut - 1][1] if cut else words[0][0]), rest


def _present(text: str, paragraph: tuple[int, int], person: Person, start: int, title_end: int, name_end: int) -> None:
    """Read the words around a name for the role they give; the nearer and the more telling wins."""
    title = (role_start(text, paragraph[0], start), title_end)
    if title_end <= start and not ends_with_role(text[title[0] : start].rstrip()):
        title = (start, start)
    # "Nobody is asked in the jail, Roe said": a last name alone is presented behind it or not at all.
    alone = text[start:name_end].rstrip("’'s,.") == person.last and person.last != person.name
    untold = (title[1] - title[0] < 2 or person.side is None) and not alone
    before = apposition_before(text, paragraph[0], start) if untold else None
    after = apposition_after(text, name_end, paragraph[1])
    for span, first in ((title, False), (before, True), (after, True)):
        if span is None or span[1] - span[0] < 2:
            continue
        words = text[span[0] : span[1]].strip(" ,")
        side, bare = side_of(words, first_decides=first)
        if side is None and not bare:
            continue
        person.role_spans.append(span)
        if person.side is None or (person.bare and not bare):
            told_anew = person.side is not side
            person.side, person.bare = side, bare
            if person.role is None or (first and told_anew):
                person.role = _JOINED.sub("", words)
