"""From the mention that a source clause prints to the person or body that the story names.

"He", "Whitlock", "the sheriff", "the department" and "a spokesperson for the patrol" are followed back to the name in
full, the role as printed, and the body. Whether that body is an agency, and which, is for `pipelines.agencies` to say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.records import Attribution
from pipelines.speech.people import Cast, Person, capitalized_head, find_people, load_lexicon, read_apposition

__all__ = ["Speaker", "resolve_sources"]

# How far back, in characters, a pronoun, a role and a bare "the department" are followed.
PRONOUN_REACH, ROLE_REACH = 1500, 20_000
FLOATING_REACH = 400
LEAD = 600
PRONOUNS = frozenset(["he", "she", "they", "it", "who", "we", "i"])
DEFINITE = re.compile(r"^(?:the|this|that|his|her|its|their|our|local|city|county)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who an attribution's source is. All words are as the story prints them; None where it does not tell.

    `name` is the fullest form of a person's name, `role` the title ("Police Chief", "spokeswoman"), `body` the words
    for the body that the person speaks for or that speaks itself. `mentions` are the spans that mean this speaker, in
    order.
    """

    name: str | None
    role: str | None
    body: str | None
    mentions: tuple[tuple[int, int], ...]


def resolve_sources(text: str, attributions: Sequence[Attribution]) -> list[Speaker | None]:
    """The speaker of each attribution, in their order; None where the story does not tell.

    A quote with no source of its own that follows a quote at once is its speaker's. Linear in the text's length.
    """
    cast = find_people(text)
    resolved: list[Speaker | None] = []
    for at, attribution in enumerate(attributions):
        earlier = resolved[max(0, at - 6) : at]
        nearby = list(zip(attributions[max(0, at - 6) : at], earlier, strict=True))
        resolved.append(resolve_source(text, cast, attribution, nearby))
    return resolved


Nearby = Sequence[tuple[Attribution, Speaker | None]]


def resolve_source(text: str, cast: Cast, attribution: Attribution, nearby: Nearby) -> Speaker | None:
    """The speaker of one attribution, given the few before it."""
    if attribution.source_start is None or attribution.source_end is None:
        return floating_speaker(attribution, nearby)
    start, end = attribution.source_start, attribution.source_end
    words = text[start:end].strip(" ,:\n\xa0")
    key = words.casefold()
    if key in PRONOUNS:
        return resolve_pronoun(text, cast, key, start, nearby)
    if key in ("q", "question"):
        return None
    if key in ("a", "answer"):
        return answering(cast)
    inside = [person for person in cast.within(start, end) if not is_attribute(text, person, start, end)]
    if inside:
        return complete(inside[0], words)
    label = labeled(cast, words)
    if label is not None:
        return complete(label, words)
    role = resolve_role(text, cast, words, start)
    if role is not None:
        return role
    if following := named_after(text, cast, end):
        return complete(following, words)
    return resolve_body(text, words, start, end)


def is_attribute(text: str, person: Person, start: int, end: int) -> bool:
    """Whether a supposed name only describes the source: "a Long Island sheriff", "Santa Ana native Ann Lee"."""
    if person.role is not None:
        return False
    at = bisect_left(person.places, (start,))
    after = person.places[at][1] if at < len(person.places) else end
    following = re.match(r" ([a-z]{1,20})", text[after : min(end, after + 24)])
    return following is not None and following[1] not in ("and", "of", "who", "with", "from", "as", "in", "at", "for")


def floating_speaker(attribution: Attribution, nearby: Nearby) -> Speaker | None:
    """The speaker before, where a quote without a source comes right after one of theirs."""
    if not nearby or not attribution.direct:
        return None
    before, speaker = nearby[-1]
    return speaker if 0 <= attribution.start - before.end <= FLOATING_REACH else None


def resolve_pronoun(text: str, cast: Cast, pronoun: str, at: int, nearby: Nearby) -> Speaker | None:
    """Who a pronoun means: "who" the name right before it, else the nearest fitting person, speakers first."""
    before = [person for person in cast.before(at) if at - last_mention(person, at) <= PRONOUN_REACH]
    if pronoun == "who":
        return complete(before[0], "") if before and at - last_mention(before[0], at) < 120 else None
    if pronoun in ("it", "they", "we"):
        bodies = [s for a, s in nearby if s is not None and s.name is None and at - a.end < PRONOUN_REACH]
        if bodies:
            return bodies[-1]
        return None if pronoun == "it" else last_speaker(nearby, at)
    if pronoun == "i":
        return last_speaker(nearby, at)
    paragraph = text.rfind("\n", 0, at) + 1
    speaking = {s.name for a, s in nearby if s is not None and at - a.end < PRONOUN_REACH}
    fitting = [person for person in before if person.pronoun in (None, pronoun)]
    spoken = max((a.end for a, _ in nearby if a.end < at), default=-1)
    # The subject of this paragraph first, then that of one since which nobody spoke, then whoever spoke last.
    for choice in (
        [p for p in reversed(fitting) if last_mention(p, at) >= paragraph and (p.role or p.name in speaking)],
        [p for p in reversed(fitting) if p.role and spoken < text.rfind("\n", 0, last_mention(p, at))],
        [p for p in fitting if p.name in speaking],
        [p for p in fitting if p.role],
        fitting,
    ):
        if choice:
            choice[0].pronoun = pronoun
            return complete(choice[0], "")
    if spoke := last_speaker(nearby, at):
        return spoke
    named = [person for person in cast.people if person.role and at < person.places[0][0] < at + LEAD]
    return complete(named[0], "") if named else None


def last_mention(person: Person, at: int) -> int:
    """Where a person was last mentioned before a place."""
    index = bisect_left(person.mentions, (at,))
    return person.mentions[index - 1][0] if index else 0


def last_speaker(nearby: Nearby, at: int) -> Speaker | None:
    """Whoever spoke last, where that is not far back."""
    return next((s for a, s in reversed(nearby) if s is not None and at - a.end < PRONOUN_REACH), None)


def answering(cast: Cast) -> Speaker | None:
    """Who gives the answers of an interview: the person with an office whom the story mentions most."""
    officials = [person for person in cast.people if person.role] or list(cast.people)
    return complete(max(officials, key=lambda person: len(person.places)), "") if officials else None


def labeled(cast: Cast, words: str) -> Person | None:
    """The person whom a transcript's label names: "MCDONNELL", "SHERIFF JANE ROE"."""
    if not words.isupper() or len(words) < 3:
        return None
    last = words.split()[-1].casefold()
    return next((person for person in cast.people if person.last_name == last), None)


def resolve_role(text: str, cast: Cast, words: str, start: int) -> Speaker | None:
    """Who "the sheriff" or "a spokesperson for ICE" is: somebody named with that role, or a role without a name."""
    lexicon = load_lexicon()
    told = [word for word in re.findall(r"[\w’'-]+", words.casefold()) if word in lexicon.offices]
    if not told:
        return None
    role, body = read_apposition(words, lexicon)
    if DEFINITE.match(words) and len(words.split()) <= 4:
        office = told[-1]
        holders = [p for p in reversed(cast.before(start)) if p.role and office in p.role.casefold()] or [
            p for p in cast.people if p.role and office in p.role.casefold()
        ]
        if holders:
            return complete(holders[-1], words)
    elif start < LEAD and "spokes" not in told[-1]:
        # The lead says "a Long Island sheriff"; the name follows in the next paragraphs.
        named = [p for p in cast.people if p.role and told[-1] in p.role.casefold() and p.places[0][0] > start]
        if named:
            return complete(named[0], words)
    if body is None:
        body = capitalized_head(re.sub(r"^(?:an?|the) ", "", words, flags=re.IGNORECASE))
    return Speaker(None, role or told[-1], body, ((start, start + len(words)),))


def named_after(text: str, cast: Cast, end: int) -> Person | None:
    """Somebody named in an apposition right after the source: "a spokesman for ICE, Colin Mabry,"."""
    if text[end : end + 2] != ", ":
        return None
    found = cast.within(end, end + 40)
    return found[0] if found and found[0].mentions[0][0] - end < 24 and found[0].role else None


def resolve_body(text: str, words: str, start: int, end: int) -> Speaker:
    """A body that speaks itself; "the department" is followed back to the fullest name that ends so."""
    lexicon = load_lexicon()
    bare = re.sub(r"^(?:the|its|their|his|her|this|that) ", "", words, flags=re.IGNORECASE)
    if bare.casefold() not in lexicon.short_bodies:
        return Speaker(None, None, words or None, ((start, end),))
    full = full_name(text, bare, start)
    if full is None:
        return Speaker(None, None, words, ((start, end),))
    return Speaker(None, None, text[full[0] : full[1]], (full, (start, end)))


def full_name(text: str, bare: str, at: int) -> tuple[int, int] | None:
    """The last place before `at` where a body's short name ends a capitalized name: "Cold Creek Police Department"."""
    wanted = " " + " ".join(word[:1].upper() + word[1:] for word in bare.split(" "))
    found, lowest = at, max(0, at - ROLE_REACH)
    for _ in range(20):
        found = text.rfind(wanted, lowest, found)
        if found < 0:
            return None
        head = re.search(r"(?:[A-Z][\w’'.&-]{0,30} ){0,5}[A-Z][\w’'.&-]{0,30}$", text[max(0, found - 80) : found])
        if head and head[0] not in ("The", "A", "Its", "Our"):
            return found - len(head[0].removeprefix("The ")), found + len(wanted)
    return None


def complete(person: Person, words: str) -> Speaker:
    """A named person as a speaker, with role and body from the source's own words where the story tells no other."""
    role, body = person.role, person.body
    if role is None and words:
        told, told_body = read_apposition(words.split(", ", 1)[1] if ", " in words else "", load_lexicon())
        role, body = told, body or told_body
    return Speaker(person.name, role, body, person.places)
