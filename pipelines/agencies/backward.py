"""Bare words that point back (or, in the first lines, ahead) to an agency of the story: "deputies", "the department".

Each kind of word has the kinds of agency that it can mean and an order of places to look: a county or city named in the
same sentence, the last agency of that kind, the title, the dateline. Words that speak of agencies in general get nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from pipelines.agencies.candidates import Candidate, choose, county_agency
from pipelines.agencies.context import StoryContext
from pipelines.agencies.facts import County, counties, counties_named, places_named
from pipelines.agencies.headings import Heading
from pipelines.agencies.identity import built_police
from pipelines.agencies.register import AgencyRegister
from pipelines.records import Agency, AgencyKind, AgencyMention, Evidence

__all__ = ["resolve_bare"]

AHEAD_CHARACTERS = 900  # a lead may say "a sheriff" and name him two paragraphs on
_DEFINITE = {"the", "his", "her", "its", "their", "our", "county's", "city's", "county", "city", "that", "town's", "state's", "state"}
_COUNTY = re.compile(
    r"\b(?P<name>[A-Z][\w'\-]*\.?(?:\s(?:of|de|du|la|[A-Z][\w'\-]*\.?)){0,3})\s(?:County|Parish)\b(?!\s(?:jail|prison)\b)"
)
_IN_CITY = re.compile(
    r"\b(?:[Ii]n|[Oo]f|[Aa]t|is|over)\s(?:neighboring\s|nearby\s)?(?P<name>[A-Z][\w'\-]*\.?(?:\s[A-Z][\w'\-]*){0,2})"
)
# "Police said", "police have", but not "afraid of the police": bare police that do something are the story's own.
_ACTS = re.compile(
    r"\s(?:also\s|later\s|then\s|now\s|still\s|never\s|there\s|here\s)?(?:[a-z]{2,12}ed|said|says?|told|tells?|were|was|are|have|had|has|do|does"
    r"|did|will|would|won't|can|cannot|can't|could|may|might|must|don't|didn't|call|made|took|found|went|got|held|gave)\b"
)
_ACCORDING = re.compile(r"(?:[Aa]ccording to|said|told) (?:the )?$")
_SENTENCE_END = re.compile(r"[.!?][\"”')]*\s+(?=[\"“A-Z(])|\n")
_ABBREVIATED = re.compile(r"\b(?:St|Lt|Sgt|Capt|Col|Cpl|Gov|Rep|Sen|Dr|Mr|Mrs|Ms|Jr|Sr|Maj|Supt|Det|[A-Z])\.\s*$")

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
    counties: list[tuple[int, str]]
    county_starts: list[int]
    sentences: list[int]
    from_title: list[Agency]
    context: StoryContext
    register: AgencyRegister
    outlet_county: str | None

    def sentence_start(self, position: int) -> int:
        """Return where the sentence (or line) that holds a position starts."""
        i = bisect_left(self.sentences, position + 1)
        return self.sentences[i - 1] if i else 0


def resolve_bare(
    text: str,
    bare: list[Heading],
    mentions: list[AgencyMention],
    from_title: list[Agency],
    context: StoryContext,
    register: AgencyRegister,
    outlet_county: str | None,
) -> list[AgencyMention]:
    """Return mentions for the bare headings that point to one agency; the others are left out."""
    ordered = sorted((m for m in mentions if m.agency), key=lambda m: m.start)
    named_counties = [(m.start(), m["name"]) for m in _COUNTY.finditer(text)]
    story = _Story(
        text,
        ordered,
        [m.start for m in ordered],
        named_counties,
        [start for start, _ in named_counties],
        _sentences(text),
        from_title,
        context,
        register,
        outlet_county,
    )
    found: list[AgencyMention] = []
    last_chief: dict[AgencyKind, tuple[int, Agency]] = {}
    for heading in bare:
        if not _points_back(heading, text):
            continue
        decision = _decide(heading, story, last_chief)
        if decision:
            agency, rule, words = decision
            evidence = (Evidence(rule, words),)
            found.append(AgencyMention(heading.start, heading.end, agency, (agency,), evidence))
            last_chief[agency.kind] = (heading.start, agency)
    return found


def _sentences(text: str) -> list[int]:
    starts = [0]
    for match in _SENTENCE_END.finditer(text):
        if match[0] != "\n" and _ABBREVIATED.search(text, max(0, match.start() - 6), match.end()):
            continue
        starts.append(match.end())
    return starts


def _points_back(heading: Heading, text: str) -> bool:
    """Return whether bare words speak of one agency of the story rather than of agencies in general."""
    words, before = heading.words.lower(), heading.before
    definite = before in _DEFINITE or before.endswith("'s")
    if heading.general and before not in ("county", "city", "state", "retired", "former", "of", "with", "and", "or", "that", "when", "where", "which", "as", "between", "into"):
        return False
    if heading.sort == "officers":
        return words.startswith(("department", "dept")) and before in ("the", "his", "her", "its", "their")
    if heading.sort == "jail":
        if words.startswith("warden"):
            return True
        plural = words.startswith(("jails", "prisons")) or "facilities" in words or "centers" in words
        if before in ("his", "her", "its", "county's", "the") and plural:
            return before != "the"
        held = words.split()[0] in ("jail", "county", "lockup", "prison", "detention", "house", "correctional")
        return held and not plural and (definite or (len(words.split()) > 1 and words.split()[0] == "jail"))
    if heading.sort == "sheriff":
        if words.startswith(("sheriffs", "undersheriffs")) and not words.startswith(("sheriffs'", "sheriffs ")):
            return False
        return "offices" not in words and "departments" not in words and not (before in ("a", "an") and words.startswith("deput"))
    if heading.sort == "police":
        if words == "police":
            return bool(_ACTS.match(text, heading.end)) or bool(_ACCORDING.search(text, max(0, heading.start - 18), heading.start))
        return "departments" not in words and not words.startswith(("police chiefs", "police officers", "pd"))
    if heading.sort in ("prosecutor",):
        return definite or heading.words[:1].isupper()
    if heading.sort in ("state", "corrections"):
        return before not in ("a", "an") or "state" in words
    return True


def _decide(
    heading: Heading, story: _Story, last: dict[AgencyKind, tuple[int, Agency]]
) -> tuple[Agency, str, str] | None:
    if heading.sort in ("state", "corrections"):
        return _of_the_state(heading, story)
    kinds = _KINDS[heading.sort]
    before = bisect_left(story.starts, heading.start)
    previous = next((m for m in reversed(story.mentions[max(0, before - 40) : before]) if _fits(m, kinds)), None)
    sentence = story.sentence_start(heading.start)
    near = _named_in_sentence(heading, story, sentence, previous)
    if near:
        return near
    indefinite = heading.before in ("a", "an")
    if indefinite or previous is None:
        ahead = next((m for m in story.mentions[before : before + 40] if _fits(m, kinds)), None)
        if ahead and ahead.start - heading.start <= AHEAD_CHARACTERS and (indefinite or not story.from_title):
            if not indefinite or heading.start < AHEAD_CHARACTERS:
                return _for_heading(ahead.agency, heading, story), "ahead", story.text[ahead.start : ahead.end]
    if indefinite:
        return None
    recent = [last[k] for k in kinds if k in last]
    recent_bare = max(recent, default=None, key=lambda pair: pair[0])
    if recent_bare and (previous is None or recent_bare[0] > previous.start):
        return _for_heading(recent_bare[1], heading, story), "last-of-its-kind", recent_bare[1].name
    if previous and previous.agency:
        words = story.text[previous.start : previous.end]
        return _for_heading(previous.agency, heading, story), "last-of-its-kind", words
    for agency in story.from_title:
        if agency.kind in kinds:
            return _for_heading(agency, heading, story), "title", agency.name
    return _from_place(heading, story)


def _fits(mention: AgencyMention, kinds: tuple[AgencyKind, ...]) -> bool:
    return mention.agency is not None and mention.agency.kind in kinds


def _for_heading(agency: Agency | None, heading: Heading, story: _Story) -> Agency:
    """Return the agency meant where the antecedent is a sheriff and the words are a jail's: who runs the jail there."""
    assert agency is not None
    if heading.sort == "jail" and agency.kind is AgencyKind.SHERIFF and agency.county_fips:
        words = heading.words.split()[0] if not heading.words.lower().startswith("warden") else "Jail"
        jail = story.register.jail_of(counties()[agency.county_fips], "Prison" if "rison" in heading.words else words.title())
        return jail or agency
    return agency


def _named_in_sentence(
    heading: Heading, story: _Story, sentence: int, previous: AgencyMention | None
) -> tuple[Agency, str, str] | None:
    """Return the agency of a county (or, after "in", a city) that the sentence names before the bare words."""
    after = max(sentence, previous.end if previous and heading.sort != "jail" else 0)
    if heading.sort in ("sheriff", "jail", "prosecutor"):
        i = bisect_left(story.county_starts, heading.start)
        floor = after if previous is not None else max(sentence - 400, story.text.rfind("\n\n", 0, max(sentence - 1, 0)))
        if i and story.counties[i - 1][0] >= floor:
            name = story.counties[i - 1][1]
            agency = _county_choice(name, heading, story)
            if agency:
                return agency, "county-before", f"{name} County"
    if heading.sort in ("police", "chief"):
        for match in reversed(list(_IN_CITY.finditer(story.text, after, min(heading.start, after + 600)))):
            words = match["name"].rstrip(".").removesuffix("'s").split()
            for length in range(len(words), 0, -1):
                name = " ".join(words[:length])
                if heading.start - match.end() < 200 and places_named(name):
                    agency = _city_choice(name, story)
                    if agency:
                        return agency, "city-before", match[0]
    return None


def _county_choice(name: str, heading: Heading, story: _Story) -> Agency | None:
    words = name.split()
    for length in range(min(4, len(words)), 0, -1):
        known = counties_named(" ".join(words[-length:]))
        if known:
            found = [(c, _county_body(c, heading, story)) for c in known if not c.is_city]
            choice = choose([Candidate(a, c.population) for c, a in found if a], name, None, story.context)
            return choice.agency if choice else None
    return None


def _county_body(county: County, heading: Heading, story: _Story) -> Agency | None:
    return county_agency(county, heading.sort, heading.words, story.register)


def _city_choice(name: str, story: _Story) -> Agency | None:
    found = []
    for place in places_named(name):
        agency = story.register.police_of(place.name, place.state)
        if agency:
            found.append(Candidate(agency, place.population))
    choice = choose(found, name, None, story.context)
    return choice.agency if choice else None


def _of_the_state(heading: Heading, story: _Story) -> tuple[Agency, str, str] | None:
    kind = AgencyKind.STATE_POLICE if heading.sort == "state" else AgencyKind.CORRECTIONS
    before = bisect_left(story.starts, heading.start)
    for mention in reversed(story.mentions[max(0, before - 60) : before]):
        if mention.agency and mention.agency.kind is kind and mention.agency.county_fips is None:
            return mention.agency, "last-of-its-kind", story.text[mention.start : mention.end]
    state = story.context.leading_state()
    agency = story.register.of_state(state, kind) if state else None
    if agency:
        signs = story.context.signs.get(state or "", ())
        return agency, "state-of-the-story", "; ".join(e.words for e in signs[:2])
    ahead = next((m for m in story.mentions[before:] if m.agency and m.agency.kind is kind), None)
    return (ahead.agency, "ahead", ahead.agency.name) if ahead and ahead.agency else None


def _from_place(heading: Heading, story: _Story) -> tuple[Agency, str, str] | None:
    """Return the agency of the dateline's place or the outlet's county, for stories that never name it."""
    place = story.context.dateline
    if heading.sort in ("police", "chief") and place:
        agency = story.register.police_of(place.name, place.state)
        agency = agency or (built_police(place.name, place.state, place.county_fips) if heading.sort == "chief" else None)
        return (agency, "dateline", story.context.dateline_name or place.name) if agency else None
    if heading.sort in ("sheriff", "jail"):
        fips = (place.county_fips if place else None) or story.outlet_county
        if fips is None and len(story.context.counties) == 1:
            fips = next(iter(story.context.counties))
        county = counties().get(fips or "")
        agency = _county_body(county, heading, story) if county else None
        return (agency, "dateline", county.name) if agency and county else None
    return None
