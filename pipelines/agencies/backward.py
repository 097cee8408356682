"""Bare words that point back (or, in the first lines, ahead) to an agency of the story: "deputies", "the department".

Each kind of word has the kinds of agency that it can mean and an order of places to look: a county or city named in
the same sentence, the last agency of that kind, the title, the dateline. Words that speak of agencies in general get
nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from pipelines.agencies.candidates import (
    NO_POLICE_KNOWN,
    Candidate,
    choose,
    county_agency,
    near_county,
    unknown_county_agency,
)
from pipelines.agencies.context import StoryContext, state_of
from pipelines.agencies.facts import County, counties, counties_named, places_named, states
from pipelines.agencies.headings import Heading, is_name
from pipelines.agencies.identity import built_police
from pipelines.agencies.pointing import points_back
from pipelines.agencies.register import AgencyRegister
from pipelines.agencies.scenes import Scene, Setting, find_scenes
from pipelines.records import Agency, AgencyKind, AgencyMention, Evidence

__all__ = ["resolve_bare"]

MENTIONS_NEAR = 60  # how many mentions before or after are looked at: a story seldom has more in all
SCENE_CHARACTERS = 900
PARAGRAPH_CHARACTERS = 3_000
OPENING_CHARACTERS = 30
INTRODUCED_CHARACTERS = 600
LEAST_RESIDENTS = 20_000  # of a place that has a police department although no list knows it
AHEAD_CHARACTERS = 900  # a lead may say "a sheriff" and name him two paragraphs on
_STATE = re.compile(
    r"\b(?:" + "|".join(sorted(states().values(), key=len, reverse=True)) + r")\b(?! (?:County|Parish|City)\b)"
)
_COUNTY = re.compile(
    r"\b(?:[RDI]-)?(?P<name>[A-Z][\w'\-]*\.?(?:\s(?:of|de|du|la|[A-Z][\w'\-]*\.?)){0,3})\s(?:County|Parish)\b(?!\s(?:jail|prison)\b)"
)
# "a county agency, the Department of Corrections"
_COUNTY_BODY = re.compile(r"\bcounty (?:agency|department|body), the $")
_ALONE = re.compile(r"\n?[A-Z][\w'\-. ]{0,60}(?:County|Parish)[ \t]*\n")
_SENTENCE_END = re.compile(r"[.!?][\"”')]*\s+(?=[\"“A-Z(])|\n")
_ABBREVIATED = re.compile(r"\b(?:St|Lt|Sgt|Capt|Col|Cpl|Gov|Rep|Sen|Dr|Mr|Mrs|Ms|Jr|Sr|Maj|Supt|Det|[A-Z])\.\s*$")

_WHOSE = re.compile(r"(?:\s[A-Z][\w'.\-]*){1,4}, (?:who|whose)\s(?:[a-z'\-]+\s){1,6}")
_THERE = re.compile(r"(?:\s[a-z]+)?\sthere\b")
_PLACE_NAME = re.compile(r"\b(?:(?:St|Ste|Ft|Mt|Pt)\. )?[A-Z][\w'\-]*(?: [A-Z][\w'\-]*){0,3}")
_NAME_AFTER = re.compile(r",?\s(?:[A-Z][\w'.\-]*\s){0,3}([A-Z][\w'\-]+)")

_KINDS: dict[str, tuple[AgencyKind, ...]] = {
    "sheriff": (AgencyKind.SHERIFF,),
    "police": (AgencyKind.POLICE,),
    "chief": (AgencyKind.POLICE,),
    "jail": (AgencyKind.SHERIFF, AgencyKind.CORRECTIONS),
    "prosecutor": (AgencyKind.PROSECUTOR,),
    "state": (AgencyKind.STATE_POLICE,),
    "corrections": (AgencyKind.CORRECTIONS,),
    "officers": (
        AgencyKind.POLICE,
        AgencyKind.SHERIFF,
        AgencyKind.STATE_POLICE,
        AgencyKind.CORRECTIONS,
        AgencyKind.PROSECUTOR,
        AgencyKind.OTHER,
    ),
}


@dataclass(frozen=True, slots=True)
class _Story:
    text: str
    mentions: list[AgencyMention]
    starts: list[int]
    federal: list[tuple[int, str]]
    counties: list[tuple[int, str]]
    scenes: list[Scene]
    setting: Setting
    states: list[tuple[int, str]]
    sentences: list[int]
    from_title: list[Agency]
    context: StoryContext
    register: AgencyRegister
    outlet_county: str | None

    def sentence_start(self, position: int) -> int:
        """Return where the sentence (or line) that holds a position starts."""
        i = bisect_left(self.sentences, position + 1)
        return self.sentences[i - 1] if i else 0


@dataclass(frozen=True, slots=True)
class _Antecedent:
    """An agency that bare words may point to, where the story has it, and the rule that says so."""

    position: int
    agency: Agency
    rule: str
    words: str


def resolve_bare(
    text: str,
    bare: list[Heading],
    mentions: list[AgencyMention],
    from_title: list[Agency],
    context: StoryContext,
    register: AgencyRegister,
    outlet_county: str | None,
    setting: Setting,
) -> list[AgencyMention]:
    """Return mentions for the bare headings that point to one agency; the others are left out.

    `mentions` are those already found, federal bodies among them.
    """
    bare = [heading for heading in bare if points_back(heading, text)]
    if not bare:
        return []
    local = sorted((m for m in mentions if m.agency and m.agency.kind is not AgencyKind.FEDERAL), key=lambda m: m.start)
    story = _Story(
        text,
        local,
        [m.start for m in local],
        [(m.start, m.agency.name) for m in mentions if m.agency and m.agency.kind is AgencyKind.FEDERAL],
        [(m.start(), m["name"]) for m in _COUNTY.finditer(text)],
        find_scenes(text, setting.labels),
        setting,
        [(m.start(), m[0]) for m in _STATE.finditer(text)],
        _sentences(text),
        from_title,
        context,
        register,
        outlet_county,
    )
    found: list[AgencyMention] = []
    last: dict[AgencyKind, _Antecedent] = {}
    for heading in bare:
        decision = _decide(heading, story, last)
        if decision:
            evidence = (Evidence(decision.rule, decision.words),)
            found.append(AgencyMention(heading.start, heading.end, decision.agency, (decision.agency,), evidence))
            last[decision.agency.kind] = _Antecedent(
                heading.start, decision.agency, "last-of-its-kind", decision.agency.name
            )
    return found


def _sentences(text: str) -> list[int]:
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        if match[0] != "\n" and _ABBREVIATED.search(text, max(0, match.start() - 6), match.end()):
            continue
        starts.append(match.end())
    return starts


def _decide(heading: Heading, story: _Story, last: dict[AgencyKind, _Antecedent]) -> _Antecedent | None:
    if (
        (heading.sort == "corrections" or (heading.sort == "jail" and "Department" in heading.words))
        and heading.before in ("city", "city's")
        and story.context.dateline is not None
    ):
        # "The city's Department of Correction": New York's, Philadelphia's.
        place = story.context.dateline
        department = story.register.corrections_of(place.name, place.state, place.county_fips)
        if department is not None:
            return _Antecedent(0, department, "dateline", department.name)
    if heading.sort == "corrections" and (
        heading.before in ("county", "county's")
        or _COUNTY_BODY.search(story.text, max(0, heading.start - 30), heading.start)
    ):
        # "The county's Department of Corrections" runs its jail.
        heading = replace(heading, sort="jail", words=story.text[heading.start : heading.end])
        return _county_before(heading, story, None) or _of_the_only_county(heading, story)
    if heading.sort == "corrections" and (labeled := _labeled_corrections(heading, story)) is not None:
        return labeled
    if heading.sort in ("state", "corrections"):
        return _of_the_state(heading, story, last)
    if heading.sort == "jail" and heading.before in ("city", "city's"):
        heading = replace(heading, sort="police", words="police")
    if heading.sort == "police" and heading.before.lower() in ("county", "county's"):
        own = _police_of_the_county(heading, story)
        if own is not None:
            return own
    if heading.sort == "officers" and heading.words.lower() == "officers":
        heading = replace(heading, sort="police", words="police")  # "In Dover, officers do not ask"
    kinds = _KINDS[heading.sort]
    at = bisect_left(story.starts, heading.start)
    found = _antecedents(story.mentions[max(0, at - MENTIONS_NEAR) : at], kinds, "last-of-its-kind", story)[-1:]
    found += [last[kind] for kind in kinds if kind in last]
    indefinite = heading.before in ("a", "an")
    if indefinite:
        found = []
    nearest = max(found, default=None, key=lambda a: a.position)
    if heading.sort == "officers":
        return None if nearest and _federal_department_since(nearest, heading, story) else nearest
    decided = (
        _place_there(heading, story)
        or _passage_before(heading, story, nearest)
        or _scene_before(heading, story, nearest)
        or _county_before(heading, story, nearest)
        or nearest
        or (None if indefinite else _from_title(story, kinds))
        or _ahead(heading, story, kinds, at, indefinite)
    )
    if decided is None and not indefinite:
        decided = _from_place(heading, story) or _of_the_only_county(heading, story)
    return _who_runs_it(decided, heading, story) if decided else None


def _labeled_corrections(heading: Heading, story: _Story) -> _Antecedent | None:
    """Return the corrections department of the county under whose label a passage stands, where it has one."""
    i = bisect_left(story.scenes, heading.start, key=lambda scene: scene.position)
    reach = bisect_left(story.scenes, heading.start - SCENE_CHARACTERS, key=lambda scene: scene.position)
    label = next((scene for scene in reversed(story.scenes[reach:i]) if scene.is_heading), None)
    if label is None:
        return None
    county = next(
        (c for c in counties_named(label.name.rsplit(" ", 1)[0]) if c.state == story.context.leading_state()), None
    )
    own = story.register.of_county(county, AgencyKind.CORRECTIONS) if county else None
    return _Antecedent(label.position, own, "county-before", label.name) if own else None


def _federal_department_since(nearest: _Antecedent, heading: Heading, story: _Story) -> bool:
    """True where "the department" can be Homeland Security or Justice, named after the last local agency."""
    at = bisect_left(story.federal, (heading.start, ""))
    recent = story.federal[max(0, at - MENTIONS_NEAR) : at]
    return any(start > nearest.position and "Department" in name for start, name in recent)


def _antecedents(
    mentions: list[AgencyMention], kinds: tuple[AgencyKind, ...], rule: str, story: _Story
) -> list[_Antecedent]:
    """Return the mentions of these kinds of agency as antecedents, in order."""
    return [
        _Antecedent(m.start, m.agency, rule, story.text[m.start : m.end])
        for m in mentions
        if m.agency is not None and m.agency.kind in kinds
    ]


def _police_of_the_county(heading: Heading, story: _Story) -> _Antecedent | None:
    """Return the police department of the county last named, or of the story's only one, where it has its own."""
    of_county = replace(heading, sort="sheriff")
    found = _county_before(of_county, story, None) or _of_the_only_county(of_county, story)
    county = counties().get(found.agency.county_fips or "") if found else None
    own = story.register.of_county(county, AgencyKind.POLICE) if county else None
    return _Antecedent(found.position, own, found.rule, found.words) if found and own else None


def _who_runs_it(found: _Antecedent, heading: Heading, story: _Story) -> _Antecedent:
    """Return who runs the jail where the words are a jail's and the agency found is the sheriff."""
    agency = found.agency
    if heading.sort != "jail" or agency.kind is not AgencyKind.SHERIFF or not agency.county_fips:
        return found
    county = counties().get(agency.county_fips)
    if county is None or story.register.of_county(county, AgencyKind.SHERIFF) != agency:
        return found
    jail = story.register.jail_of(county, "Prison" if "prison" in heading.words.lower() else "Jail")
    return _Antecedent(found.position, jail or agency, found.rule, found.words)


def _county_before(heading: Heading, story: _Story, nearest: _Antecedent | None) -> _Antecedent | None:
    """Return the agency of a county named before the bare words in their sentence, or paragraph where none is near."""
    if heading.sort not in ("sheriff", "jail", "prosecutor"):
        return None
    i = bisect_left(story.counties, (heading.start, ""))
    introduced = _county_of_the_introduced(heading, story, i)
    if introduced is not None:
        return introduced
    if not i:
        return None
    position, name = story.counties[i - 1]
    sentence = story.sentence_start(heading.start)
    alone = _ALONE.match(story.text, max(position - 1, 0))
    if alone and heading.start - position <= SCENE_CHARACTERS and (nearest is None or position > nearest.position):
        floor = position
    elif nearest is None or story.text.startswith(" there", heading.end):
        floor = story.text.rfind("\n", max(0, heading.start - PARAGRAPH_CHARACTERS), heading.start)
        floor = max(floor, nearest.position if nearest else -1)
    elif heading.before == "its":
        # "Marion County learned the price. In 2017 its sheriff …"
        floor = story.text.rfind("\n", max(0, heading.start - PARAGRAPH_CHARACTERS), heading.start)
    elif _is_introduced(heading, story) and heading.start - position <= INTRODUCED_CHARACTERS:
        floor = nearest.position
    else:
        # "Utah County, on the far side, never stopped. Sheriff …": what a paragraph opens with, it is about.
        line = story.text.rfind("\n", max(0, position - OPENING_CHARACTERS), position)
        opens = line >= 0 and "\n" not in story.text[position : heading.start]
        floor = max(line if opens else sentence, nearest.position)
    if position < floor:
        return None
    agency = _county_decided(position, heading, story) or _county_choice(name, heading, story)
    return _Antecedent(position, agency, "county-before", f"{name} County") if agency else None


def _county_decided(position: int, heading: Heading, story: _Story) -> Agency | None:
    """Return the agency of the county that a decided name at this position means: Oregon's Douglas, not Nevada's."""
    at = bisect_left(story.starts, position + 1) - 1
    mention = story.mentions[at] if at >= 0 else None
    if mention is None or mention.end <= position or mention.agency is None:
        return None
    county = counties().get(mention.agency.county_fips or "")
    return _county_body(county, heading, story) if county else None


def _county_of_the_introduced(heading: Heading, story: _Story, i: int) -> _Antecedent | None:
    """Return the agency of the county told right behind a name: "Jailer Jo Roe, whose lockup in Laurel County …"."""
    if i == len(story.counties) or not _is_introduced(heading, story):
        return None
    position, name = story.counties[i]
    if not _WHOSE.fullmatch(story.text, heading.end, position):
        return None
    agency = _county_choice(name, heading, story)
    return _Antecedent(position, agency, "county-behind", f"{name} County") if agency else None


def _is_introduced(heading: Heading, story: _Story) -> bool:
    """True for a title before a name that the story has not yet told: another sheriff than the last."""
    named = _NAME_AFTER.match(story.text, heading.end)
    return named is not None and story.text.find(named[1], 0, heading.start) < 0


def _scene_before(heading: Heading, story: _Story, nearest: _Antecedent | None) -> _Antecedent | None:
    """Return the agency of the place that the passage is set in: "In Dover, …", a heading, a lead-in in capitals."""
    i = bisect_left(story.scenes, heading.start, key=lambda scene: scene.position)
    line = story.text.rfind("\n", max(0, heading.start - PARAGRAPH_CHARACTERS), heading.start)
    for scene in reversed(story.scenes[max(0, i - 6) : i]):
        position, name = scene.position, scene.name
        if (nearest and position < nearest.position) or heading.start - position > SCENE_CHARACTERS:
            return None
        if heading.sort in ("police", "chief") and name.endswith((" County", " Parish")):
            # "In Chesterfield County, police …": the county's own, where it has one.
            agency = _county_choice(name.rsplit(" ", 1)[0], heading, story)
            if agency and agency.agency_id in story.register.rows:
                return _Antecedent(position, agency, "county-before", name)
            continue
        if heading.sort in ("police", "chief") and places_named(name):
            agency = _city_choice(name, story, scene.state)
        elif heading.sort in ("sheriff", "jail") and (scene.is_heading or position >= line):
            agency = _place_or_county(name, heading, story, scene.state)
        else:
            continue
        if agency:
            return _Antecedent(position, agency, "place-before", name)
    return None


def _place_there(heading: Heading, story: _Story) -> _Antecedent | None:
    """Return the police of the place named last in the paragraph: "Bridgeport keeps it simple, say police there"."""
    if heading.sort not in ("police", "chief") or _THERE.match(story.text, heading.end) is None:
        return None
    line = story.text.rfind("\n", max(0, heading.start - PARAGRAPH_CHARACTERS), heading.start) + 1
    for name in reversed(_PLACE_NAME.findall(story.text, max(line, heading.start - SCENE_CHARACTERS), heading.start)):
        known = [place for place in places_named(name) if place.state in story.context.weights]
        agency = _city_choice(name, story) if known else None
        if agency:
            return _Antecedent(line, agency, "place-before", name)
    return None


def _passage_before(heading: Heading, story: _Story, nearest: _Antecedent | None) -> _Antecedent | None:
    """Return the agency of the dateline under which bare words stand, in a story that gives each passage its own."""
    passage = story.setting.at(heading.start)
    if passage is None or (nearest and nearest.position > passage.position):
        return None
    i = bisect_left(story.counties, (passage.position, ""))
    if heading.sort in ("sheriff", "jail", "prosecutor"):
        named = next((name for at, name in story.counties[i : i + 1] if at < heading.start), None)
        name = passage.name if passage.is_county else named
        agency = _county_choice(name, heading, story, passage.state) if name else None
        agency = agency or (None if name else _place_choice(passage.name, heading, story, passage.state))
    else:
        agency = None if passage.is_county else _city_choice(passage.name, story, passage.state)
    return _Antecedent(passage.position, agency, "dateline-of-the-passage", passage.name) if agency else None


def _place_or_county(name: str, heading: Heading, story: _Story, state: str | None = None) -> Agency | None:
    """Return the agency of a place's county, or of the county or independent city itself: "Neighboring Culpeper …"."""
    own = [county for county in counties_named(name.removesuffix(" City")) if county.is_city and name.endswith(" City")]
    found = [(county, _county_body(county, heading, story)) for county in own or counties_named(name)]
    candidates = [Candidate(a, c.population) for c, a in found if a and c.state in story.context.weights]
    if not candidates or (state and places_named(name)):
        return _place_choice(name, heading, story, state)
    choice = choose(candidates, name, state, story.context)
    return choice.agency if choice else None


def _from_title(story: _Story, kinds: tuple[AgencyKind, ...]) -> _Antecedent | None:
    return next((_Antecedent(0, a, "title", a.name) for a in story.from_title if a.kind in kinds), None)


def _ahead(
    heading: Heading, story: _Story, kinds: tuple[AgencyKind, ...], at: int, indefinite: bool
) -> _Antecedent | None:
    """Return the agency that the story names soon after: "A sheriff on Thursday …" and his county two paragraphs on."""
    if heading.start > AHEAD_CHARACTERS:
        return None
    after = _antecedents(story.mentions[at : at + MENTIONS_NEAR], kinds, "ahead", story)
    found = after[0] if after and after[0].position - heading.start <= AHEAD_CHARACTERS else None
    if heading.sort in ("sheriff", "jail") and not indefinite:
        i = bisect_left(story.counties, (heading.start, ""))
        if i < len(story.counties) and (found is None or story.counties[i][0] < found.position):
            position, name = story.counties[i]
            agency = _county_choice(name, heading, story) if position - heading.start < 200 else None
            if agency:
                return _Antecedent(position, agency, "county-ahead", f"{name} County")
    return found


def _county_choice(name: str, heading: Heading, story: _Story, state: str | None = None) -> Agency | None:
    words = name.split()
    # "Oregon's Benton County"
    state = state or (state_of(words[0].removesuffix("'s")) if words[0].endswith("'s") else None)
    for length in range(min(4, len(words)), 0, -1):
        known = counties_named(" ".join(words[-length:]))
        if known:
            found = [(c, _county_body(c, heading, story)) for c in known if not c.is_city]
            choice = choose([Candidate(a, c.population) for c, a in found if a], name, state, story.context)
            return choice.agency if choice else None
    # A county that no table has: misspelled, or known from the story alone.
    base, state = name.split(" of ")[-1], state or story.context.leading_state(least=3.0)
    if state is None or not is_name(base):
        return None
    county = near_county(base, state)
    if county:
        return _county_body(county, heading, story)
    return unknown_county_agency(base, state, heading.sort, story.register)


def _place_choice(name: str, heading: Heading, story: _Story, state: str | None = None) -> Agency | None:
    found = []
    for place in places_named(name):
        county = counties().get(place.county_fips or "")
        agency = _county_body(county, heading, story) if county else None
        if agency:
            found.append(Candidate(agency, place.population))
    choice = choose(found, name, state, story.context)
    return choice.agency if choice else None


def _county_body(county: County, heading: Heading, story: _Story) -> Agency | None:
    return county_agency(county, heading.sort, heading.words, story.register)


def _city_choice(name: str, story: _Story, state: str | None = None) -> Agency | None:
    found = []
    for place in places_named(name):
        agency = story.register.police_of(place.name, place.state, place.county_fips)
        if agency:
            found.append(Candidate(agency, place.population))
        elif place.population >= LEAST_RESIDENTS:
            built = built_police(place.name, place.state, place.county_fips)
            found.append(Candidate(built, place.population, NO_POLICE_KNOWN))
    choice = choose(found, name, state, story.context)
    return choice.agency if choice else None


def _of_the_state(heading: Heading, story: _Story, told: dict[AgencyKind, _Antecedent]) -> _Antecedent | None:
    """Return the state's police or corrections department, or the body that such words meant last."""
    kind = AgencyKind.STATE_POLICE if heading.sort == "state" else AgencyKind.CORRECTIONS
    at = bisect_left(story.starts, heading.start)
    before = _antecedents(story.mentions[max(0, at - MENTIONS_NEAR) : at], (kind,), "last-of-its-kind", story)
    last = next((a for a in reversed(before) if a.agency.county_fips is None), None)
    if kind in told and (last is None or told[kind].position > last.position):
        last = told[kind]
    # "in Florida by highway patrol troopers": a state named in the sentence comes first.
    i = bisect_left(story.states, (heading.start, ""))
    sentence = story.sentence_start(heading.start)
    if i and story.states[i - 1][0] >= max(sentence, last.position if last else 0):
        position, name = story.states[i - 1]
        agency = story.register.of_state(state_of(name) or "", kind)
        if agency:
            return _Antecedent(position, agency, "state-before", name)
    passage = story.setting.at(heading.start)
    if passage and passage.state and (last is None or last.position < passage.position):
        agency = story.register.of_state(passage.state, kind)
        if agency:
            return _Antecedent(passage.position, agency, "dateline-of-the-passage", passage.name)
    if last:
        return last
    state = story.context.leading_state()
    agency = story.register.of_state(state, kind) if state else None
    if agency:
        signs = story.context.signs.get(state or "", ())
        return _Antecedent(0, agency, "state-of-the-story", "; ".join(e.words for e in signs[:2]))
    after = _antecedents(story.mentions[at : at + MENTIONS_NEAR], (kind,), "ahead", story)
    return after[0] if after else None


def _from_place(heading: Heading, story: _Story) -> _Antecedent | None:
    """Return the agency of the dateline's place or the outlet's county, for stories that never name it."""
    place = story.context.dateline
    if heading.sort in ("police", "chief") and place:
        agency = story.register.police_of(place.name, place.state, place.county_fips)
        return _Antecedent(0, agency, "dateline", story.context.dateline_name or place.name) if agency else None
    if heading.sort in ("sheriff", "jail"):
        county = counties().get((place.county_fips if place else None) or story.outlet_county or "")
        agency = _county_body(county, heading, story) if county else None
        return _Antecedent(0, agency, "dateline", county.name) if agency and county else None
    return None


def _of_the_only_county(heading: Heading, story: _Story) -> _Antecedent | None:
    """Return the agency of the county that the story is about: the only one that it names, else the last before."""
    if heading.sort not in ("sheriff", "jail", "prosecutor"):
        return None
    state = story.context.leading_state()
    named = {fips for fips in story.context.counties if counties()[fips].state == state}
    decided = [m for m in story.mentions if m.agency and m.agency.county_fips]
    kinds = _KINDS[heading.sort]
    sheriffs = {m.agency.county_fips for m in decided if m.agency and m.agency.kind in kinds}
    before = [m.agency.county_fips for m in decided if m.agency and m.start < heading.start]
    only = next((found for found in (named, sheriffs) if len(found) == 1), set(before[-1:]))
    county = counties().get(next(iter(only)) or "") if only else None
    agency = _county_body(county, heading, story) if county else None
    if agency is None:
        i = bisect_left(story.counties, (heading.start, ""))
        agency = _county_choice(story.counties[i - 1][1], heading, story) if i else None
    return _Antecedent(0, agency, "county-of-the-story", agency.name) if agency else None
