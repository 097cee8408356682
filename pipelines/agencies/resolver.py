"""Finds the agencies that a story names and says which they are: text in, mentions with evidence out.

Names with something to look up are decided first, by what the story tells of its place; capitals ("LASD"), bare words
("deputies", "the department") and titles before a person's name then take the agency that the story has given them.
The work is linear in the length of the text; nothing is read but the register and the facts that ship with the code.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

import re2

from pipelines.agencies.acting import find_acting_places
from pipelines.agencies.backward import resolve_bare
from pipelines.agencies.bodies import find_own_bodies
from pipelines.agencies.candidates import Candidate, Choice, candidates_beside, choose
from pipelines.agencies.context import StoryContext, read_context
from pipelines.agencies.facts import counties, places, places_named
from pipelines.agencies.headings import Heading, NameBeside, find_headings
from pipelines.agencies.register import AgencyRegister, shipped_register
from pipelines.agencies.scenes import Setting, find_passages
from pipelines.records import Agency, AgencyKind, AgencyMention, Evidence

__all__ = ["AgencyResolver", "straight"]

READ_CHARACTERS = 400_000  # ten times the longest story; what stands beyond is not read
KNOWN_BY_INITIALS = 150_000  # residents of a city whose newspapers write "MPD" without a word of explanation
SAME_LIST = 2.0  # "Nassau and Suffolk county sheriffs": both in one state
SETTLED_LEAD = 1.5  # a first-round choice that leads by so much speaks for its state in the second
AGREEING_AGENCIES = 1.5  # how much the agencies decided in the first round weigh for their states in the second

_STRAIGHT = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "\u00a0": " ", "\u2009": " ", "\u202f": " "}
_DEFINED = re.compile(r"(?: [A-Z][a-z]+){0,3} ?\((?:the )?[\"“']?(?P<letters>[A-Z]{2,7})[\"”']?\)")
# "Chief Lois Pemberton": "Pemberton's department" is then hers, not that of Pemberton, New Jersey.
_TITLED = re.compile(
    r"\b(?:Chief|Sheriff|Undersheriff|Capt\.|Captain|Lt\.|Lieutenant|Sgt\.|Sergeant|Commissioner|Superintendent|Warden|Director)"
    r"\s(?:[A-Z][\w'.\-]*\s){1,2}([A-Z][\w'\-]+)\b(?!\s(?:County|Police|Sheriff))"
)
PASSAGE_CHARACTERS = 400  # in which a label's county is looked for as a jail's
_JAIL = re.compile(r"\b(?:jail|prison|warden|detention center)\b", re.IGNORECASE)
_LETTERS = re.compile(r"\b(?P<letters>[A-Z]{1,4}(?:PD|SO|SD)|[A-Z]{1,2}(?:SP|HP|DOC|DPS))\b")


def straight(text: str) -> str:
    """Return the text with straight apostrophes and plain spaces, character for character, so that offsets hold."""
    for printed, plain in _STRAIGHT.items():
        text = text.replace(printed, plain)
    return text


@dataclass(frozen=True, slots=True)
class _Named:
    """A name with something to look up, before and after it is decided."""

    start: int
    end: int
    key: tuple[str, str, bool]
    state: str | None
    candidates: tuple[Candidate, ...]
    choice: Choice | None = None


class AgencyResolver:
    """Reads stories against one register. Cheap to keep, safe to share between threads."""

    def __init__(self, register: AgencyRegister | None = None) -> None:
        self.register = register or shipped_register()
        federal_cased: dict[str, Agency] = {}
        federal_any: dict[str, Agency] = {}
        for body in self.register.federal:
            federal_cased.update(dict.fromkeys(body.cased, body.agency))
            federal_any.update(dict.fromkeys((name.lower() for name in body.names), body.agency))
        self._by_initials: dict[tuple[str, str], list[Candidate]] = {}
        for place in places():
            agency = self.register.police_of(place.name, place.state, place.county_fips) if place.police else None
            if agency and place.population >= KNOWN_BY_INITIALS:
                for letters in _initials(agency):
                    self._by_initials.setdefault((place.state, letters), []).append(Candidate(agency, place.population))
        self._federal_cased, self._federal_any = federal_cased, federal_any
        self._aliases = re2.compile(rf"\b(?:{_alternatives(self.register.by_alias)})(?:'s)?(?:\W|$)")
        self._federal = re2.compile(
            rf"\b(?:((?:U\.S\. |US |United States )?(?i:{_alternatives(federal_any)}))"
            rf"|({_alternatives(federal_cased)}))(?:\W|$)"
        )

    def find(
        self,
        text: str,
        *,
        outlet_state: str | None,
        outlet_county: str | None = None,
        title: str | None = None,
    ) -> list[AgencyMention]:
        """Return the mentions of agencies in order of their place in the text, none overlapping another.

        `outlet_state` is two letters, `outlet_county` a FIPS of five digits. A mention whose agency the story leaves
        open has `agency` None and its candidates, best first. Text beyond `READ_CHARACTERS` is not read.
        """
        plain = straight(text[:READ_CHARACTERS])
        head = straight(title) if title else None
        context = read_context(plain, outlet_state=outlet_state, outlet_county=outlet_county, title=head)
        federal = self._find_federal(plain)
        taken = _Spans((m.start, m.end) for m in federal)
        aliases = self._find_aliases(plain)
        officers = frozenset(match[1] for match in _TITLED.finditer(plain))
        headings = [_of_an_officer(h, plain, officers) for h in find_headings(plain) if not _is_federal(h, taken)]
        named, bare = self._split(headings, aliases, context)
        setting = find_passages(plain)
        named = sorted([*named, *self._look_up_labels(plain, setting, named, context)], key=lambda n: (n.start, n.end))
        named = [_in_its_passage(n, setting) for n in _under_labels(named, setting)]
        in_title = self._read_title(head, context) if head else []
        named, context = self._decide(named, in_title, context)
        in_title = [replace(n, choice=choose(list(n.candidates), n.key[1], n.state, context)) for n in in_title]
        mentions = [
            AgencyMention(n.start, n.end, n.choice.agency, n.choice.candidates, n.choice.evidence)
            for n in named
            if n.choice
        ]
        letters = self._find_letters(plain, mentions, in_title, context)
        mentions += find_own_bodies(plain, context, self.register)
        spans = _Spans((m.start, m.end) for m in mentions)
        mentions += [m for m in letters if not spans.overlap(m.start, m.end)]
        title_agencies = [n.choice.agency for n in in_title if n.choice and n.choice.agency]
        mentions += resolve_bare(
            plain, bare, [*mentions, *federal], title_agencies, context, self.register, outlet_county, setting
        )
        spans = _Spans((m.start, m.end) for m in mentions)
        acting = find_acting_places(plain, context, self.register)
        mentions += [m for m in acting if not spans.overlap(m.start, m.end)]
        return _by_first_names(_without_overlaps([*mentions, *federal]))

    def publisher(self, site: str | None, *, outlet_state: str | None) -> Agency | None:
        """Return the agency whose own site a site's name tells ("Salem Police Department (news)"), or None."""
        found = self.find(site, outlet_state=outlet_state) if site else []
        first = found[0] if found else None
        if first is None or first.agency is None or first.agency.kind is AgencyKind.FEDERAL or not site:
            return None
        # "Sheriff of Cook County" and "City of Salem Police" are agencies, "Hall County Sheriff's Watch" a newspaper.
        named_first = first.start == 0 or site[: first.start].lower() in ("the ", "city of ", "town of ")
        return first.agency if named_first and not site[first.end :].lstrip()[:1].isalpha() else None

    def _find_federal(self, plain: str) -> list[AgencyMention]:
        found = []
        for match in self._federal.finditer(plain):
            group = 1 if match.group(1) else 2
            words = match.group(group)
            name = re.sub(r"^(?:U\.S\. |US |United States )", "", words) if group == 1 else words
            agency = self._federal_cased.get(words) if group == 2 else self._federal_any.get(name.lower())
            agency = agency or self._federal_any.get(words.lower())
            if agency:
                start, end = match.span(group)
                found.append(AgencyMention(start, end, agency, (agency,), (Evidence("name:federal", words),)))
        return found

    def _find_aliases(self, plain: str) -> list[tuple[int, int, str]]:
        found = []
        for match in self._aliases.finditer(plain):
            words = match.group(0)
            if words and not (words[-1].isalnum() or words.endswith(".")):
                words = words[:-1]
            name = words if words in self.register.by_alias else words.removesuffix("'s")
            if name not in self.register.by_alias:
                name = name.rstrip(".")
            before = re.search(r"([A-Z][\w']*) $", plain[max(0, match.start() - 30) : match.start()])
            if name.startswith("Metropolitan") and before and before[1] not in ("The", "In", "At", "But", "And"):
                continue  # "the Toledo Metropolitan Police Department" is none of those that the short name stands for
            if name in self.register.by_alias:
                found.append((match.start(), match.start() + len(name), name))
        return found

    def _look_up_labels(self, plain: str, setting: Setting, named: list[_Named], context: StoryContext) -> list[_Named]:
        """Return the agencies that head the passages of a round-up: a county's sheriff or jail, a place's police."""
        taken = _Spans((n.start, n.end) for n in named)
        found = []
        for label in setting.labels:
            if not taken.overlap(label.start, label.end):
                sort = "sheriff" if label.is_county else "police"
                name = NameBeside(label.name, label.start, label.end, label.is_county, None)
                heading = Heading(label.start, label.end, "label", sort, sort, (name,), "", False)
                told = plain[label.end : label.end + PASSAGE_CHARACTERS].split("\n\n")[0]
                if label.is_county and (jail := _JAIL.search(told)) is not None and "heriff" not in told:
                    heading = replace(heading, sort="jail", words=jail[0].lower())
                found += self._look_up(heading, context)
        return found

    def _split(
        self, headings: Iterable[Heading], aliases: list[tuple[int, int, str]], context: StoryContext
    ) -> tuple[list[_Named], list[Heading]]:
        """Return what has a name to look up, and the bare headings left over."""
        named: list[_Named] = []
        bare: list[Heading] = []
        spans = [(start, end) for start, end, _ in aliases]
        ends: dict[int, int] = {}
        at = 0
        for heading in headings:
            while at < len(spans) and spans[at][1] < heading.start:
                at += 1
            left = min([heading.start, *(n.start for n in heading.names)])
            covering = next(
                (
                    i
                    for i in range(at, min(at + 3, len(spans)))
                    if spans[i][0] <= heading.end and spans[i][1] >= heading.start - 1
                ),
                None,
            )
            if covering is not None and spans[covering][0] <= max(left, heading.start):
                ends[covering] = max(ends.get(covering, spans[covering][1]), heading.end)
                heading = replace(heading, names=tuple(n for n in heading.names if n.end <= spans[covering][0]))
                if not heading.names:
                    continue
            added = self._look_up(heading, context)
            named += added
            if not heading.names:
                bare.append(heading)
            elif not added and heading.sort in ("state", "corrections"):
                bare.append(replace(heading, names=()))
        for i, (start, end, name) in enumerate(aliases):
            found = tuple(Candidate(a, 500_000) for a in self.register.aliased(name))
            named.append(_Named(start, ends.get(i, end), ("alias", name, False), None, found))
        return sorted(named, key=lambda n: (n.start, n.end)), bare

    def _look_up(self, heading: Heading, context: StoryContext) -> list[_Named]:
        added = []
        listed = [candidates_beside(name, heading, self.register, context) for name in heading.names]
        for n, name in enumerate(heading.names):
            found = tuple(_with_neighbors(listed, n))
            if not found:
                continue
            # Of a list, the name next to the heading spans both, the others span themselves.
            next_to_heading = n == (len(heading.names) - 1 if name.start < heading.start else 0)
            left = min(name.start, heading.start) if next_to_heading else name.start
            right = max(name.end, heading.end) if next_to_heading else name.end
            added.append(_Named(left, right, (heading.sort, name.name.lower(), name.county), name.state, found))
        return added

    def _read_title(self, title: str, context: StoryContext) -> list[_Named]:
        named, _ = self._split(find_headings(title), self._find_aliases(title), context)
        return [replace(n, choice=choose(list(n.candidates), n.key[1], n.state, context)) for n in named]

    def _decide(
        self, named: list[_Named], in_title: list[_Named], context: StoryContext
    ) -> tuple[list[_Named], StoryContext]:
        """Return the names decided: each by itself, then once more with what the first round settled."""
        first = [replace(n, choice=choose(list(n.candidates), n.key[1], n.state, context)) for n in named]
        settled: dict[str, Agency] = {}
        printed: dict[tuple[str, str, bool], set[str]] = {}
        for n in [*first, *in_title]:
            if n.choice and n.choice.agency and n.choice.lead >= SETTLED_LEAD:
                settled[n.choice.agency.agency_id] = n.choice.agency
                if n.state:
                    printed.setdefault(n.key, set()).add(n.choice.agency.agency_id)
        sure = _with_agencies(
            context, [n.choice.agency for n in first if n.choice and n.choice.agency and n.choice.explicit]
        )
        context = _with_agencies(context, list(settled.values()))
        second = []
        for n in first:
            same = printed.get(n.key, set())
            if n.choice and not n.choice.explicit and len(same) == 1:
                agency = settled[next(iter(same))]
                choice = Choice(
                    agency, (agency,), (Evidence("name", n.key[1]), Evidence("same-name-with-state", agency.name))
                )
                second.append(replace(n, choice=choice))
            elif n.choice and not n.choice.explicit:
                # A choice by size alone is no evidence for itself.
                known = sure if n.choice.lead >= SETTLED_LEAD else context
                second.append(replace(n, choice=choose(list(n.candidates), n.key[1], n.state, known)))
            else:
                second.append(n)
        return second, context

    def _find_letters(
        self, plain: str, mentions: list[AgencyMention], in_title: list[_Named], context: StoryContext
    ) -> list[AgencyMention]:
        """Return mentions by capitals that the story itself explains: "(VSP)" after a name, or the initials of one."""
        meaning: dict[str, Agency] = {}
        for mention in mentions:
            match = _DEFINED.match(plain, mention.end)
            if match and mention.agency:
                meaning.setdefault(match["letters"], mention.agency)
        agencies = {m.agency.agency_id: m.agency for m in mentions if m.agency}
        agencies |= {n.choice.agency.agency_id: n.choice.agency for n in in_title if n.choice and n.choice.agency}
        initials: dict[str, set[str]] = {}
        for agency in agencies.values():
            for letters in _initials(agency):
                initials.setdefault(letters, set()).add(agency.agency_id)
        for mention in mentions:
            if mention.agency and mention.agency.kind in (AgencyKind.POLICE, AgencyKind.SHERIFF):
                printed = "".join(re.findall(r"\b[A-Z]", plain[mention.start : mention.end]))
                if len(printed) >= 3:
                    initials.setdefault(printed, set()).add(mention.agency.agency_id)
        first_named: dict[str, int] = {}
        for mention in mentions:
            if mention.agency:
                first_named.setdefault(mention.agency.agency_id, mention.start)
        found = []
        for match in _LETTERS.finditer(plain):
            letters = match["letters"]
            if letters in meaning or letters in self.register.by_alias:
                continue
            ids = initials.get(letters, set())
            if len(ids) > 1:  # the one that the story has named by then
                ids = {i for i in ids if first_named.get(i, match.start()) < match.start()} or ids
            if len(ids) == 1:
                agency = agencies[next(iter(ids))]
                evidence = (Evidence("initials", f"{letters} = {agency.name}"),)
                found.append(AgencyMention(match.start(), match.end(), agency, (agency,), evidence))
            elif not ids:
                choice = self._by_initials_of_places(letters, context)
                if choice:
                    found.append(
                        AgencyMention(match.start(), match.end(), choice.agency, choice.candidates, choice.evidence)
                    )
        if meaning:
            pattern = re2.compile(rf"\b({'|'.join(sorted(map(re.escape, meaning)))})\b")
            for match in pattern.finditer(plain):
                agency = meaning[match.group(1)]
                evidence = (Evidence("letters-explained", f"{match.group(1)} = {agency.name}"),)
                found.append(AgencyMention(match.start(), match.end(), agency, (agency,), evidence))
        return found

    def _by_initials_of_places(self, letters: str, context: StoryContext) -> Choice | None:
        """Return the police of a city that the story names, else of the largest such city of the story's state.

        Where the story tells of no state, every large city with these initials is a candidate.
        """
        found = []
        for name in sorted(context.place_names):
            if "".join(word[0] for word in name.split()).upper() + "PD" != letters:
                continue
            for place in places_named(name):
                agency = self.register.police_of(place.name, place.state, place.county_fips)
                if agency:
                    found.append(Candidate(agency, place.population))
        state = context.leading_state(least=3.0)
        if found or state:
            choice = choose(found or self._by_initials.get((state or "", letters), []), letters, None, context)
            return choice if choice and choice.agency else None
        anywhere = [one for (_, known), listed in self._by_initials.items() if known == letters for one in listed]
        return choose(anywhere, letters, None, context)


def _of_an_officer(heading: Heading, plain: str, officers: frozenset[str]) -> Heading:
    """Return "Pemberton's department" as "her department" where Pemberton is an officer of the story."""
    if len(heading.names) != 1 or heading.names[0].name not in officers:
        return heading
    if plain[heading.names[0].end - 2 : heading.start].strip() not in ("'s", "s'"):
        return heading
    return replace(heading, names=(), before="her")


def _by_first_names(mentions: list[AgencyMention]) -> list[AgencyMention]:
    """Return the mentions with one name for each agency: that by which the text calls it, if it does.

    A jail that no register has is called "Jail" by bare words and "Prison" by its own.
    """
    called: dict[str, Agency] = {}
    for named in (True, False):
        for mention in mentions:
            if mention.agency and any(evidence.rule == "name" for evidence in mention.evidence) is named:
                called.setdefault(mention.agency.agency_id, mention.agency)
    return [replace(m, agency=called[m.agency.agency_id]) if m.agency else m for m in mentions]


def _with_agencies(context: StoryContext, agencies: Iterable[Agency]) -> StoryContext:
    """Return the context with weight for the states of agencies already decided, each agency once."""
    once = {agency.agency_id: agency for agency in agencies if agency.state}
    states = [agency.state or "" for agency in once.values()]
    if not states:
        return context
    extra = {state: AGREEING_AGENCIES * states.count(state) / len(states) for state in set(states)}
    return context.with_weight(extra, "state:agencies", ", ".join(sorted(a.name for a in once.values())[:4]))


def _with_neighbors(listed: list[list[Candidate]], n: int) -> list[Candidate]:
    """Return the n-th name's candidates, favored where the other names of the list have candidates in their state."""
    others = [{c.agency.state for c in found} for i, found in enumerate(listed) if i != n and found]
    if not others:
        return listed[n]
    return [
        replace(c, handicap=c.handicap - SAME_LIST * sum(c.agency.state in states for states in others) / len(others))
        for c in listed[n]
    ]


def _initials(agency: Agency) -> set[str]:
    """Return the capitals that news makes of an agency's name: APD, DCSO, LASD."""
    if agency.kind is AgencyKind.SHERIFF and agency.county_fips:
        base = counties()[agency.county_fips].base
        first = "".join(word[0] for word in re.split(r"[ \-]", base) if word).upper()
        return {first + tail for tail in ("CSO", "CSD", "SO", "SD", "PSO")}
    if agency.kind is AgencyKind.POLICE:
        words = re.split(r"[ \-]", agency.name.removesuffix(" Police Department").removesuffix(" Police Bureau"))
        first = "".join(word[0] for word in words if word and word[0].isupper()).upper()
        return {first + "PD", "".join(w[0] for w in agency.name.split() if w[0].isupper())}
    if agency.kind in (AgencyKind.STATE_POLICE, AgencyKind.CORRECTIONS) and agency.county_fips is None:
        return {"".join(word[0] for word in agency.name.split()).upper()}
    return set()


def _under_labels(named: list[_Named], setting: Setting) -> list[_Named]:
    """Return the names, a jail that is told by its town with the county under whose label it stands: "HOWARD COUNTY. The jail in Jessup"."""
    labels = {label.start for label in setting.labels if label.is_county}
    found: list[_Named] = []
    label: _Named | None = None
    for n in named:
        sort, _, is_county = n.key
        is_labeled = label is not None and n.start - label.start < PASSAGE_CHARACTERS
        if label is not None and is_labeled and sort == "jail" and not is_county:
            n = replace(n, candidates=label.candidates)
        found.append(n)
        label = n if n.start in labels else label
    return found


def _in_its_passage(named: _Named, setting: Setting) -> _Named:
    """Return the name with the state of the dateline under which it stands, where that leaves it a candidate."""
    passage = setting.at(named.start)
    if named.state or passage is None or passage.state is None:
        return named
    there = any(candidate.agency.state == passage.state for candidate in named.candidates)
    return replace(named, state=passage.state) if there else named


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))


def _is_federal(heading: Heading, federal: _Spans) -> bool:
    """True for "ICE officers", "the Border Patrol chief": the words belong to a federal body's name."""
    left = [name.start for name in heading.names if name.start < heading.start]
    return federal.overlap(min(left) if left else heading.start - 2, heading.end)


class _Spans:
    """Spans to ask whether another overlaps one of them, each in logarithmic time."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        i = bisect_left(self._starts, end)
        return i > 0 and self._ends[i - 1] > start


def _without_overlaps(mentions: list[AgencyMention]) -> list[AgencyMention]:
    """Return mentions in order; of two that overlap the longer stays, of equals the decided one."""
    ranked = sorted(mentions, key=lambda m: (m.start, -(m.end - m.start), m.agency is None))
    kept: list[AgencyMention] = []
    for mention in ranked:
        if kept and mention.start < kept[-1].end:
            if mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = mention
            continue
        kept.append(mention)
    return kept
