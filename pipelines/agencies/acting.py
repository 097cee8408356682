"""Counties and cities that act where an agency of theirs is meant: "Lake County held 412 people for ICE".

A county that holds, honors or signs does so by whoever runs its jail, a city that tells "its officers" what to do by its
police. Only the subject of a sentence counts.
"""

from __future__ import annotations

import re

from pipelines.agencies.candidates import Candidate, choose
from pipelines.agencies.context import StoryContext
from pipelines.agencies.facts import counties_named, places_named
from pipelines.agencies.register import AgencyRegister
from pipelines.records import AgencyMention, Evidence

__all__ = ["find_acting_places"]

_NAME = r"(?:(?:St|Ste|Ft|Mt|Pt)\. )?[A-Z][\w'\-]*(?: (?:of |de |du )?[A-Z][\w'\-]*){0,2}"
_OPENS = r"(?:^|\n|[.!?][\"'”)]*\s)(?:(?:But|And|So|Only|Meanwhile,|By contrast,|In contrast,) )?"
_ASIDE = r"(?:, [^,.\n]{2,50},)?"
# What a jail does or is bound by; "Lake County has a new bridge" is none of it.
_COUNTY_ACTS = re.compile(
    rf"{_OPENS}(?P<whole>(?P<name>{_NAME}) (?:County|Parish)){_ASIDE} (?:also |now |still |never |already |since |once |alone )?"
    r"(?:hold|held|honor|house|rent|turned? (?:over|away|down)|hand(?:s|ed)? over|detain|notif|call|lets?\b|releas|sign|join|"
    r"quit|left|stopp?|end|refus|declin|cooperat|work|appl|(?:has|had|have) (?:not |never )?(?:been (?:part|in|a)\b|an? [^,.\n]{0,20}(?:287|agreement|contract|policy|ordinance|rule)|agreed|"
    r"held|honored|signed|joined|refused|declined|stopped|turned|applied|cooperated|let|no )|(?:does|did|do|will|would|is|was)(?: not|n't)\b|won't)"
)
_CITY_TELLS = re.compile(
    rf"{_OPENS}(?P<name>{_NAME}){_ASIDE} (?:has|had|have|does|did|bars?|barred|forbids?|forbade|tells?|told|lets?|requires?|allows?)\b"
    r"[^.\n]{0,120}\bits (?:own )?(?:officers|police\b)"
)


def find_acting_places(plain: str, context: StoryContext, register: AgencyRegister) -> list[AgencyMention]:
    """Return the mentions of counties and cities that act, as the agencies that act for them."""
    found = []
    for match in _COUNTY_ACTS.finditer(plain):
        named = [(register.jail_of(county, "Jail"), county.population) for county in counties_named(match["name"])]
        found.append((match, [Candidate(agency, residents) for agency, residents in named if agency], "county-acts"))
    for match in _CITY_TELLS.finditer(plain):
        known = [
            (register.police_of(place.name, place.state, place.county_fips), place.population)
            for place in places_named(match["name"])
        ]
        found.append((match, [Candidate(agency, residents) for agency, residents in known if agency], "city-tells"))
    mentions = []
    for match, candidates, rule in found:
        choice = choose(candidates, match["name"], None, context)
        if choice is not None and choice.agency is not None:
            start, end = match.span("whole" if "whole" in match.groupdict() else "name")
            evidence = (*choice.evidence, Evidence(rule, plain[start : match.end()]))
            mentions.append(AgencyMention(start, end, choice.agency, (choice.agency,), evidence))
    return mentions
