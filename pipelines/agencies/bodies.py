"""Bodies of their own that no register lists: regional jails, constables of a precinct or township, campus police.

Named in full, or by what the story has told before: the county of a precinct, the school of a campus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.agencies.context import StoryContext
from pipelines.agencies.identity import built_agency
from pipelines.agencies.register import AgencyRegister
from pipelines.records import AgencyKind, AgencyMention, Evidence

__all__ = ["find_own_bodies"]

# "Constable Jo Roe of Precinct 2", where the story has told the county; the police of the university named before.
_PRECINCT = re.compile(
    r"\bConstable(?: [A-Z][\w.'\-]{0,20}){1,3},? of Precinct (\d)\b|\bPrecinct (\d) [Cc]onstables?\b"
)
_CAMPUS = re.compile(r"\b(?:(?:[Cc]ampus|[Uu]niversity|[Cc]ollege) [Pp]olice)\b(?: [Dd]epartment)?")
_SCHOOL = re.compile(
    r"\b(?:University of (?:[A-Z][\w\-]{1,20})(?: (?:[A-Z][\w\-]{1,20}|at [A-Z]\w{1,20})){0,2}"
    r"|(?:[A-Z][\w&\-]{1,20} ){1,3}(?:University|College))\b"
)
_COUNTY_TOLD = re.compile(r"\b[A-Z][\w'\-]{1,20}(?: [A-Z][\w'\-]{1,20})? County\b")
SCHOOL_CHARACTERS = 600
# "Hampton Roads Regional Jail", "Harris County Precinct 4 Constable", "the East Fork Constable": named in full, in no
# register.
_OWN_BODY = re.compile(
    r"\b(?!The |At |In |From |And |But )(?:(?P<jail>(?:[A-Z][\w'\-]{1,40} ){0,3}[A-Z][\w'\-]{1,40})"
    r" (?P<heading>Regional (?:Adult )?(?:Jail|Corrections|(?:Detention|Correctional) (?:Center|Facility|Facilities)))"
    r"|(?P<county>[A-Z][\w'\-]{1,20}(?: [A-Z][\w'\-]{1,20})? County)"
    r" (?:Precinct (?P<first>\d) Constable|Constable Precinct (?P<last>\d))"
    r"|(?P<township>[A-Z][\w'\-]{1,20}(?: [A-Z][\w'\-]{1,20})?) Constable(?=[,.']|\s[a-z]))\b"
)


def find_own_bodies(plain: str, context: StoryContext, register: AgencyRegister) -> list[AgencyMention]:
    """Return the mentions of such bodies; none where the story's state is open. `plain` has straight apostrophes."""
    state = context.leading_state()
    if state is None:
        return []
    signs = context.signs.get(state, ())
    return [*_named_in_full(plain, state, signs, register), *_told_before(plain, state, register)]


def _named_in_full(plain: str, state: str, signs: Iterable[Evidence], register: AgencyRegister) -> list[AgencyMention]:
    """Return jails of several counties and precincts' constables: bodies of their own, named in full."""
    found = []
    for match in _OWN_BODY.finditer(plain):
        jail = match["jail"] is not None
        name = f"{match['jail']} {match['heading']}" if jail else f"{match['county']} Constable Precinct"
        name = name if jail else f"{name} {match['first'] or match['last']}"
        name = f"{match['township']} Constable" if match["township"] else name
        if name.lower() in register.not_jails:
            continue
        agency = built_agency(name, state, AgencyKind.CORRECTIONS if jail else AgencyKind.OTHER)
        evidence = (Evidence("name", match[0]), *signs)
        found.append(AgencyMention(match.start(), match.end(), agency, (agency,), evidence))
    return found


def _told_before(plain: str, state: str, register: AgencyRegister) -> list[AgencyMention]:
    """Return constables by precinct and campus police, whose county or school the story has told before."""
    named = []
    for match in _PRECINCT.finditer(plain):
        told = _COUNTY_TOLD.findall(plain, max(0, match.start() - SCHOOL_CHARACTERS * 5), match.start())
        if told:
            name = f"{told[-1]} Constable Precinct {match[1] or match[2]}"
            named.append((match, name, AgencyKind.OTHER))
    for match in _CAMPUS.finditer(plain):
        schools = [m[0] for m in _SCHOOL.finditer(plain, max(0, match.start() - SCHOOL_CHARACTERS), match.start())]
        if schools:
            named.append((match, f"{schools[-1]} Police Department", AgencyKind.POLICE))
    found = []
    for match, name, kind in named:
        built = built_agency(name, state, kind)
        agency = register.get(built.agency_id) or built
        found.append(AgencyMention(match.start(), match.end(), agency, (agency,), (Evidence("name", match[0]),)))
    return found
