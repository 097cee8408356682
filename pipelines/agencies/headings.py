"""Finds the words that make a name an agency's, and the names beside them: "Nassau and Suffolk county | sheriffs".

It reads a bounded window left and right of each such word and looks names up as counties and places, but decides
nothing: which Nassau is meant is the resolver's business. Text has straight apostrophes; offsets are of the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import re2

from pipelines.agencies.context import STATE_PATTERN, state_of
from pipelines.agencies.facts import counties_named, fold, places_named
from pipelines.agencies.register import load_data

__all__ = ["Heading", "NameBeside", "find_headings", "is_name", "lexicon"]

LEFT_CHARACTERS = 160
RIGHT_CHARACTERS = 140
LONGEST_LIST = 8

_TOKEN = re.compile(r"[A-Za-zÀ-ɏ][\w'.\-]*|[,&()]|[^\sA-Za-zÀ-ɏ]")
_COUNTY_WORDS = {"county", "counties", "parish", "parishes", "co."}
_FILLERS = {"city", "municipal", "metro", "town", "township", "village", "borough"}
_CONNECTORS = {"of", "de", "la", "del", "du", "des", "the"}
_JOINERS = {"and", "&", ",", "or"}
_ABBREVIATION = re.compile(r"(?:[A-Z]\.)+$|(?:St|Ste|Ft|Mt|Pt)\.$")
_NUMBER = re.compile(
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|eleven|twelve|\w+teen|hundreds?|dozens?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"[’']?s? (?:suburbs?|area|region|metro|exurbs)\b"
)  # "the sheriff in the Philadelphia suburbs" is not the city's
_IN_STATE = re.compile(
    rf"(?:\s(?:officers|deputies|officials))?\sin\s(?:[A-Z][\w'\-]+(?:\s[A-Z][\w'\-]+)?,\s)?(?P<state>{STATE_PATTERN})(?!\s(?:City|County|[A-Z]))"
)
_RIGHT = re.compile(
    r"(?:'s)?(?P<person>,?(?:\s[A-Z][\w'.\-]*){1,4},?)?\s(?P<preposition>in|of|for|from|at)\s(?:the\s)?"
    r"(?:neighboring\s|nearby\s|rural\s|suburban\s)?(?:(?P<unit>city|town|village|township|borough|county)\sof\s)?(?=[A-Z])"
)


@dataclass(frozen=True, slots=True)
class NameBeside:
    """A name beside a heading. `county` is True where "County" is printed, `city` where "city" is; `state` two letters
    where a state is.
    """

    name: str
    start: int
    end: int
    county: bool
    state: str | None
    institution: bool = False
    city: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The words that say what an agency is, the names beside them, and the word before ("the", "many", "his")."""

    start: int
    end: int
    rule: str
    sort: str
    words: str
    names: tuple[NameBeside, ...]
    before: str
    general: bool


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def lower(self) -> str:
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Where a heading can begin (one pass of an automaton), and which it is there."""

    starts: re2._Regexp
    heads: re.Pattern[str]
    rules: dict[str, tuple[str, str]]


@cache
def _patterns() -> _Patterns:
    rules = load_data("heads.yml")
    starts = "|".join(sorted({re.escape(start) for rule in rules for start in rule["starts"]}))
    groups = "|".join(f"(?P<h{i}>{rule['pattern']})" for i, rule in enumerate(rules))
    return _Patterns(
        re2.compile(rf"(?i)\b(?:{starts})"),
        re.compile(rf"(?:{groups})", re.IGNORECASE),
        {f"h{i}": (rule["id"], rule["sort"]) for i, rule in enumerate(rules)},
    )


@cache
def _words() -> dict[str, frozenset[str]]:
    return {key: frozenset(str(w) for w in words) for key, words in load_data("words.yml").items()}


def lexicon(name: str) -> frozenset[str]:
    """Return one of the lists of `data/words.yml`."""
    return _words()[name]


def find_headings(text: str) -> Iterator[Heading]:
    """Yield the headings of a text in order, in time linear in its length."""
    patterns = _patterns()
    done = 0
    for begin in patterns.starts.finditer(text):
        match = patterns.heads.match(text, begin.start()) if begin.start() >= done else None
        if match is None:
            continue
        done = match.end()
        rule, sort = patterns.rules[match.lastgroup or ""]
        if sort == "none":
            continue
        start, end = match.span()
        things = sort == "police-things"
        sort = "police" if things else sort
        names, before, joined = _names_left(text, start, sort)
        if not names and not things and _looks_right(sort, match[0], before):
            names = _names_right(text, end, sort)
        if things and not names:
            continue
        printed = _IN_STATE.match(text, end) if names and names[-1].start < start else None
        if printed:
            state = state_of(printed["state"])
            names = [replace(name, state=name.state or state) for name in names]
        general = before in _words()["general"] and not names
        yield Heading(start, end, rule, sort, match[0], tuple(names), before, general and not joined)


def _looks_right(sort: str, words: str, before: str) -> bool:
    """True where "in Dover" can follow and name the agency: not for "an immigrant jail", "the Fire Department"."""
    if sort == "officers":
        return not words.lower().startswith("dep")
    return not (sort == "jail" and before in _words()["general"])


def _names_left(text: str, start: int, sort: str) -> tuple[list[NameBeside], str, bool]:
    """Return the names that end where the heading starts, the lower-case word before them, and whether a list joins."""
    base = max(0, start - LEFT_CHARACTERS)
    window = text[base:start]
    base += window.rfind("\n") + 1
    tokens = [_Token(m[0], m.start() + base, m.end() + base) for m in _TOKEN.finditer(text[base:start])]
    if not tokens or text[tokens[-1].end : start].strip():
        return [], "", False
    i = len(tokens) - 1
    city = False
    while i >= 0 and tokens[i].text in _FILLERS:
        city = city or tokens[i].text == "city"
        i -= 1
    state, i = _state_before(tokens, i)
    marked = i >= 0 and _bare(tokens[i].lower) in _COUNTY_WORDS
    if marked:
        i -= 1
    # "In Hillsboro, Washington County Sheriff …": a state's name right before "County" is the county's.
    if state is None and not (marked and i >= 0 and counties_named(tokens[i].text)):
        state, i = _state_before(tokens, i)
    names: list[NameBeside] = []
    while i >= 0 and len(names) < LONGEST_LIST:
        name, i = _run_before(tokens, i, marked, state if not names else None, sort, first=not names)
        if name is None:
            break
        names.append(replace(name, city=city))
        j = i
        while j >= 0 and tokens[j].text in _JOINERS:
            j -= 1
        if j == i or j < 0:
            break
        if _bare(tokens[j].lower) in _COUNTY_WORDS:
            marked, j = True, j - 1
        i = j
    before = tokens[i].lower if i >= 0 else ""
    if not names and marked:
        before = "county"
    return list(reversed(names)), before, len(names) > 1


def _bare(word: str) -> str:
    return word.removesuffix("'s").removesuffix("'")


def _state_before(tokens: list[_Token], i: int) -> tuple[str | None, int]:
    """Return a state set off by commas or brackets that ends at token i, and the index before it."""
    if i < 0:
        return None, i
    last = i - 1 if tokens[i].text in (",", ")") else i
    for length in (1, 2, 3):
        first = last - length + 1
        if first < 1 or tokens[first - 1].text not in (",", "("):
            continue
        state = state_of(
            " ".join(_bare(t.text) if n == length - 1 else t.text for n, t in enumerate(tokens[first : last + 1]))
        )
        if state:
            return state, first - 2
    return None, i


def _run_before(
    tokens: list[_Token], i: int, marked: bool, state: str | None, sort: str, *, first: bool
) -> tuple[NameBeside | None, int]:
    """Return the name made of the capitals that end at token i, and the index of the token before it."""
    k = i
    while k >= 0 and i - k < 6:
        token = tokens[k]
        if token.text[0].isalpha() and token.capital:
            if token.text.endswith(".") and not _ABBREVIATION.match(token.text):
                break
        elif not (token.text in _CONNECTORS and k < i and k > 0 and tokens[k - 1].capital and tokens[k + 1].capital):
            break
        k -= 1
    run = tokens[k + 1 : i + 1]
    while run and run[0].text in _CONNECTORS:
        run = run[1:]
    if not run:
        return None, i
    if any(fold(" ".join(t.text for t in run[-n:])) in _words()["no_places"] for n in (2, 1)):
        return None, i
    known = _longest_known(run, marked, marked and first, sort)
    institution = not marked and first and len(run) > 1 and any(t.lower in _words()["institutions"] for t in run)
    if institution or (known is None and first):
        keep = _words()["institutions"] | {"metro", "metropolitan"} if institution else frozenset()
        while run and (
            run[0].text in _CONNECTORS
            or _NUMBER.fullmatch(run[0].text)
            or (run[0].lower in _words()["not_names"] and run[0].lower not in keep)
        ):
            run = run[1:]
        if not run:
            return None, i
        known = run
    if known is None or (len(known) == 1 and not marked and known[0].lower in _words()["common_words"]):
        return None, i  # "Will deputies call?"
    name = " ".join(t.text for t in known)
    if not _is_known(name, marked, sort) or (not marked and _is_rather(_bare(name), name)):
        name = _bare(name)
    position = next(n for n, t in enumerate(tokens) if t is known[0])
    return NameBeside(name, known[0].start, known[-1].end, marked, state, institution), position - 1


def _is_rather(name: str, other: str) -> bool:
    """True where a place of one name is larger than any of the other: St. Paul's police, and not those of St. Pauls."""
    largest = [max((place.population for place in places_named(each)), default=0) for each in (name, other)]
    return name != other and largest[0] > largest[1] > 0


def _longest_known(run: list[_Token], marked: bool, next_to_county: bool, sort: str) -> list[_Token] | None:
    """Return the end of a run that a county or place is called by; before "County" itself any capitals may stand."""
    for length in range(min(5, len(run)), 0, -1):
        part = run[-length:]
        if length == 1 and part[0].lower in _words()["not_names"]:
            return None
        name = " ".join(t.text for t in part)
        if _is_known(name, marked, sort) or _is_known(_bare(name), marked, sort):
            return part if next_to_county or _may_drop(run[:-length], sort) else None
    return None


def _may_drop(dropped: list[_Token], sort: str) -> bool:
    """True where the capitals before a known name are no part of it ("Former Austin police", "Downtown Seattle")."""
    if not dropped:
        return True
    last = dropped[-1].lower
    if last in _words()["not_names"] or last in _words()["directions"]:
        return True
    return sort == "police" and last.endswith("'s")


def _is_known(name: str, marked: bool, sort: str) -> bool:
    if marked:
        return bool(counties_named(name))
    if sort == "state" and state_of(name) is None:
        return bool(places_named(name))
    if state_of(name) is not None:
        return sort in ("state", "corrections") or (sort != "sheriff" and name in ("New York", "Washington"))
    if sort in ("sheriff", "jail", "prosecutor") and counties_named(name):
        return True
    return bool(places_named(name)) or (sort == "police" and bool(counties_named(name)))


def _names_right(text: str, end: int, sort: str) -> list[NameBeside]:
    """Return the names that "in", "of" and the like join to the heading from the right."""
    match = _RIGHT.match(text, end, end + RIGHT_CHARACTERS)
    if match and match["preposition"] == "at":
        return []
    if not match or (match["person"] and sort not in ("sheriff", "chief", "jail", "prosecutor", "police")):
        return []
    window = text[match.end() : match.end() + RIGHT_CHARACTERS].split("\n", 1)[0]
    tokens = [_Token(m[0], m.start() + match.end(), m.end() + match.end()) for m in _TOKEN.finditer(window)]
    names: list[NameBeside] = []
    i = 0
    while i < len(tokens) and len(names) < LONGEST_LIST:
        # "The police chief in Caldwell, Jane Roe, said": behind a comma alone may stand whoever it is.
        is_listed = bool(names) and tokens[i - 1].text != ","
        name, i = _run_after(tokens, i, sort, or_unknown=not names or is_listed)
        if name is None:
            break
        if _AROUND.match(text, name.end):
            break
        if i < len(tokens) and tokens[i].lower in ("police", "sheriff's", "sheriff", "department"):
            break  # "an officer from the Newport Police Department": the next heading has the name
        names.append(replace(name, city=match["unit"] == "city"))
        j = i
        while j < len(tokens) and tokens[j].text in _JOINERS:
            j += 1
        if j == i:
            break
        i = j
    return names


def _run_after(tokens: list[_Token], i: int, sort: str, *, or_unknown: bool) -> tuple[NameBeside | None, int]:
    k = i
    while k < len(tokens) and k - i < 6:
        token = tokens[k]
        if not token.text[0].isalpha():
            break
        if not token.capital and not (
            token.text in ("of", "de", "la", "du") and k > i and k + 1 < len(tokens) and tokens[k + 1].capital
        ):
            break
        k += 1
    run = tokens[i:k]
    if not run:
        return None, i
    for n, token in enumerate(run):
        if n and _bare(token.lower.rstrip(".,")) in _COUNTY_WORDS:
            # "Sheriffs Jo Roe of Polk County and Al Poe of Lee County": the county is the end of the run.
            parts = (run[m:n] for m in range(n))
            part = next((p for p in parts if counties_named(" ".join(t.text for t in p))), run[:n])
            if any(t.lower in _words()["not_names"] for t in part) and not counties_named(
                " ".join(t.text for t in part)
            ):
                return None, i
            state, after = _state_after(tokens, i + n + 1)
            end = token.end - (len(token.text) - len(token.text.rstrip(".")))
            return NameBeside(" ".join(t.text for t in part), part[0].start, end, True, state), after
    plural = k < len(tokens) and _bare(tokens[k].lower.rstrip(".")) in _COUNTY_WORDS
    listed = plural or _list_ends_in_counties(tokens, k)
    for length in range(min(4, len(run)), 0, -1):
        part, rest = run[:length], run[length:]
        if rest and rest[0].lower not in _words()["not_names"]:
            continue  # "in Lakeshore Heights" is not in Lakeshore
        name = _bare(" ".join(t.text for t in part))
        for written in (name, name.rstrip(".")):
            if _is_known(written, listed, sort) and not (length == 1 and written.lower() in _words()["not_names"]):
                state, after = _state_after(tokens, i + length + (1 if plural and length == len(run) else 0))
                end = part[-1].end - (len(name) - len(written))
                return NameBeside(written, part[0].start, end, listed, state), after
    name = _bare(" ".join(t.text for t in run)).rstrip(".")
    if or_unknown and len(run) <= 3 and is_name(name):
        state, after = _state_after(tokens, k)
        return NameBeside(name, run[0].start, run[0].start + len(name), listed, state), after
    return None, i


def is_name(words: str) -> bool:
    """True where capitals can be the name of a place that no table has: no weekday, title, country or the like."""
    plain = words.lower()
    return plain not in _words()["no_places"] and not any(word in _words()["not_names"] for word in plain.split())


def _list_ends_in_counties(tokens: list[_Token], k: int) -> bool:
    """True where the list of names that goes on at k ends in "counties"."""
    for token in tokens[k : k + 3 * LONGEST_LIST]:
        if _bare(token.lower.rstrip(".")) in ("counties", "parishes"):
            return True
        if not (token.capital or token.text in _JOINERS):
            return False
    return False


def _state_after(tokens: list[_Token], i: int) -> tuple[str | None, int]:
    if i < len(tokens) and tokens[i].text == ",":
        for length in (3, 2, 1):
            words = [t.text for t in tokens[i + 1 : i + 1 + length]]
            if len(words) == length:
                printed = " ".join(words)
                state = state_of(printed) or state_of(printed.rstrip(".")) or state_of(_bare(printed))
                if state:
                    return state, i + 1 + length
    return None, i
