"""The people whom a story names: full name, role as printed, the body they belong to, and every place that means them.

Reads titles before names, appositions around them and later mentions by last name, from a list of titles
(`titles.yml`). It decides nothing about who speaks: `pipelines.speech.resolving` does.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources

from ruamel.yaml import YAML

__all__ = ["Cast", "Lexicon", "Person", "find_people", "load_lexicon"]

# Every repetition is bounded or consumes what no other branch can: no text makes these slow.
WORD = re.compile(r"[^\W\d_][\w’'&-]{0,40}\.?|\d{1,4}|[^\w\s]|\n")
PREPOSITION = re.compile(
    r"\b(?:for|of|with|at|from|in charge of|who leads|who heads|who runs|who oversees|who directs) (?:the )?"
)
# The last words before a name, with nothing but single spaces between.
BEFORE_NAME = re.compile(r"(?:[A-Za-z][\w’'.&-]{0,30} ){1,7}$")

# What stands before the name of a place or a body, and hardly ever before a person without a title.
PLACED = re.compile(r"(?:\b(?:the|in|near|at|from|outside|around|across) |\.)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists of `titles.yml`."""

    before: frozenset[str]
    offices: frozenset[str]
    bodies: frozenset[str]
    short_bodies: frozenset[str]
    particles: frozenset[str]
    openers: frozenset[str]
    abbreviations: frozenset[str]
    she: frozenset[str]
    he: frozenset[str]
    not_labels: frozenset[str]


@dataclass(slots=True)
class Person:
    """Somebody named.

    `role` and `body` are as printed; `mentions` are spans in order,
    `places` the same once the whole story is read.
    """

    name: str
    role: str | None
    body: str | None
    mentions: list[tuple[int, int]] = field(default_factory=list)
    pronoun: str | None = None
    places: tuple[tuple[int, int], ...] = ()

    @property
    def last_name(self) -> str:
        """The name that later mentions use."""
        words = [
            word for word in self.name.split() if word.strip(".,").casefold() not in ("jr", "sr", "ii", "iii", "iv")
        ]
        return words[-1].casefold()


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


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of a story, and their mentions in order."""

    people: tuple[Person, ...]
    places: tuple[int, ...]
    whose: tuple[Person, ...]

    def within(self, start: int, end: int) -> list[Person]:
        """The people mentioned in a span, in order."""
        return list(self.whose[bisect_left(self.places, start) : bisect_left(self.places, end)])

    def before(self, at: int) -> list[Person]:
        """The last few people mentioned before a place, nearest first."""
        index = bisect_left(self.places, at)
        return list(self.whose[max(0, index - 12) : index])[::-1]


@cache
def load_lexicon() -> Lexicon:
    """The titles, offices and bodies that `titles.yml` lists."""
    written = resources.files("pipelines.speech").joinpath("titles.yml").read_text(encoding="utf-8")
    lists = YAML(typ="safe").load(written)
    return Lexicon(**{name.name: frozenset(lists[name.name]) for name in fields(Lexicon)})


def find_people(text: str) -> Cast:
    """Everybody whom a text names with at least two names or a title, and every later mention by last name."""
    lexicon = load_lexicon()
    people: dict[str, Person] = {}
    latest: dict[str, Person] = {}
    found: list[tuple[int, Person]] = []
    for run in name_runs(text, lexicon):
        person = read_run(text, run, lexicon)
        if person is None:
            known = latest.get(run[-1].key)
            if known is not None and (len(run) == 1 or run[-2].key in lexicon.before or run[-2].key in lexicon.openers):
                known.mentions.append((run[-1].start, run[-1].end))
                found.append((run[-1].start, known))
            continue
        key = person.name.casefold()
        held = people.get(key) or (latest.get(person.last_name) if " " not in person.name else None)
        if held is None:
            held = people[key] = person
        else:
            held.mentions += person.mentions
            held.role, held.body = held.role or person.role, held.body or person.body
        latest[held.last_name] = held
        found.append((person.mentions[0][0], held))
    found.sort(key=lambda pair: pair[0])
    for person in people.values():
        person.mentions.sort()
        person.places = tuple(person.mentions)
    return Cast(tuple(people.values()), tuple(at for at, _ in found), tuple(person for _, person in found))


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


def read_run(text: str, run: list[Token], lexicon: Lexicon) -> Person | None:
    """The person whom a run of capitalized words names, or None where it names a body, a place or a last name alone."""
    titles = [at for at, token in enumerate(run) if token.key in lexicon.before]
    first = titles[-1] + 1 if titles else 0
    name = run[first:]
    if not name or len(name) > 4 or any(token.key in lexicon.bodies or token.key in lexicon.offices for token in name):
        return None
    if len(name) == 1 and (not titles or len(name[0].word) < 3):
        return None
    if not titles and PLACED.search(text[max(0, name[0].start - 10) : name[0].start]):
        return None
    opening = titles[-1] if titles else 0
    while opening and run[opening - 1].key in lexicon.before:
        opening -= 1
    role = (
        text[run[0].start : run[titles[-1]].end]
        if titles and run[titles[-1]].key not in ("mr", "mrs", "ms", "dr")
        else None
    )
    body = role if role and opening else None
    start, end = name[0].start, name[-1].end
    role_beside, body_beside = read_beside(text, run[0].start, end, lexicon)
    role_before, body_before = read_before(text, run[0].start, lexicon)
    person = Person(
        text[start:end], role_before or role or role_beside, body_beside or body_before or body, [(start, end)]
    )
    words = {token.key for token in run} | set(f"{role_before} {role_beside}".casefold().split())
    person.pronoun = "she" if words & lexicon.she else "he" if words & lexicon.he else None
    return person


def read_beside(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """Role and body from "of X County" or an apposition after a name, else from one before it."""
    after = text[end : end + 160].split("\n")[0]
    if after.startswith(" of "):
        return None, capitalized_head(after[4:])
    if after.startswith((", ", " (")):
        role, body = read_apposition(after[2:], lexicon)
        if role or body:
            return role, body
    before = text[max(0, start - 140) : start].rsplit("\n", 1)[-1]
    if before.endswith(", "):
        clause = re.split(r"[.;:?!”\"“] |, ", before[:-2])[-1]
        if clause.split(" ", 1)[0].casefold() in ("a", "an", "the", "its", "his", "her", "their", "one"):
            return read_apposition(clause, lexicon)
    return None, None


def read_before(text: str, start: int, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """Role and body from an office in small letters right before a name: "Cold Creek police spokeswoman Lt. Casque"."""
    words = BEFORE_NAME.search(text[max(0, start - 90) : start].rsplit("\n", 1)[-1])
    if words is None:
        return None, None
    told = words[0].split()
    first = len(told)
    while first and (told[first - 1] in lexicon.offices or told[first - 1] in lexicon.before):
        first -= 1
    if told[-1] not in lexicon.offices:
        return None, None
    while first and told[first - 1][0].isupper() and told[first - 1].casefold() not in lexicon.openers:
        first -= 1
    head = [word for word in told[first:] if word[0].isupper()]
    return " ".join(told[first:]), " ".join(head) or None


def read_apposition(words: str, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """Role and body of "a spokesman for ICE", "the county's jail administrator", "who leads the Alliance"."""
    clause = re.split(r"[,.;:)(“”\"]", words.replace("U.S.", "U_S_"))[0].replace("U_S_", "U.S.")
    opening = clause.split(" ", 1)[0]
    begins = (
        opening[:1].isupper() or opening in lexicon.openers or opening in lexicon.before or opening in lexicon.offices
    )
    if not begins and not opening.endswith(("’s", "'s")):
        return None, None
    preposition = PREPOSITION.search(clause)
    head = clause[: preposition.start()] if preposition else clause
    head = re.sub(r"^(?:an?|the|its|his|her|their|one of the) ", "", head.strip(), flags=re.IGNORECASE)
    told = [
        word
        for word in re.findall(r"[\w’'-]+", head.casefold())
        if word.rstrip("s") in lexicon.offices or word in lexicon.offices
    ]
    verb = bool(preposition) and preposition is not None and preposition[0].startswith("who")
    if not told and not verb:
        return None, None
    body = (
        capitalized_head(clause[preposition.end() :]) or clause[preposition.end() :].strip() or None
        if preposition
        else before_office(head, lexicon)
    )
    return (head.strip() or None) if told and len(head.split()) <= 8 else None, body


def before_office(head: str, lexicon: Lexicon) -> str | None:
    """The capitalized words before the office: "State Police spokesman"."""
    name = capitalized_head(head)
    return name if name and name.split()[-1].casefold() not in lexicon.offices and name != head else None


def capitalized_head(words: str) -> str | None:
    """The capitalized words with which a phrase begins, "the" set aside."""
    words = words.removeprefix("the ")
    match = re.match(r"[A-Z][\w.’'&-]{0,40}(?: (?:(?:of|and|for|the|de|la|&) ){0,2}[A-Z][\w.’'&-]{0,40}){0,9}", words)
    return match[0].rstrip(".") if match else None
