"""What a story tells about where it plays: dateline, the outlet's state, states and places that it names.

Each sign weighs for a state; the resolver adds them up when a name means several agencies. The weights are set by hand:
a dateline or the outlet's own state outweighs any number of passing mentions, and a place that lies in one state only
counts for more than a name that many share.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipelines.agencies.facts import Place, counties_named, fold, name_key, places_named, states
from pipelines.records import Evidence

__all__ = ["STATE_PATTERN", "StoryContext", "read_context", "state_of"]

READ_CHARACTERS = 60_000  # the story's own place shows early; the rest of a very long page adds nothing but time
DATELINE_STATE = 5.0
DATELINE_CITY = 4.0
OUTLET_STATE = 4.0
NAMED_STATES = 3.0
NAMED_PLACES = 2.0
DWARFED = 200  # so many times the residents of a namesake at home: what a dateline means all the same
FAMOUS_RESIDENTS = 100_000

_AP = {
    "ala": "AL", "ariz": "AZ", "ark": "AR", "calif": "CA", "colo": "CO", "conn": "CT", "del": "DE", "fla": "FL",
    "ga": "GA", "ill": "IL", "ind": "IN", "kan": "KS", "kans": "KS", "ky": "KY", "la": "LA", "md": "MD", "mass": "MA",
    "mich": "MI", "minn": "MN", "miss": "MS", "mo": "MO", "mont": "MT", "neb": "NE", "nebr": "NE", "nev": "NV",
    "nh": "NH", "nj": "NJ", "nm": "NM", "ny": "NY", "nc": "NC", "nd": "ND", "okla": "OK", "ore": "OR", "pa": "PA",
    "penn": "PA", "ri": "RI", "sc": "SC", "sd": "SD", "tenn": "TN", "tex": "TX", "vt": "VT", "va": "VA", "wash": "WA",
    "wva": "WV", "wis": "WI", "wisc": "WI", "wyo": "WY", "dc": "DC",
}  # fmt: skip
_NAMES = {name.lower(): abbr for abbr, name in states().items()}
_FULL = "|".join(sorted((re.escape(name) for name in states().values()), key=len, reverse=True))
_DOTTED = (
    r"Ala\.|Ariz\.|Ark\.|Calif\.|Colo\.|Conn\.|Del\.|Fla\.|Ga\.|Ill\.|Ind\.|Kans?\.|Ky\.|La\.|Md\.|Mass\.|Mich\.|Minn\."
    r"|Miss\.|Mo\.|Mont\.|Nebr?\.|Nev\.|N\. ?H\.|N\. ?J\.|N\. ?M\.|N\. ?Y\.|N\. ?C\.|N\. ?D\.|Okla\.|Ore\.|Pa\."
    r"|Penn\.|R\. ?I\."
    r"|S\. ?C\.|S\. ?D\.|Tenn\.|Tex\.|Vt\.|Va\.|Wash\.|W\. ?Va\.|Wisc?\.|Wyo\.|D\. ?C\."
)
# The Postal Service's two letters count only where a comma or bracket leads up to them.
STATE_PATTERN = rf"(?:{_FULL}|{_DOTTED}|[A-Z]{{2}}\b)"

_DATELINE = re.compile(
    rf"^\s{{0,8}}(?P<place>[A-Z][A-Za-z.'\- ]{{1,40}}?)(?:, (?P<state>{STATE_PATTERN}))?\s{{0,3}}"
    r"(?:\([^)\n]{1,60}\)\s{0,3})?(?:,? [A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?\s{0,3})?(?:\s?[—–]\s?|\s--?\s)"
)
_STATE_NAMED = re.compile(
    rf"\b(?:(?P<full>{_FULL})(?! (?:County|Parish|City|River|Avenue|Ave|Street|St\.|Boulevard|Post)\b)"
    rf"|(?<=, )(?P<short>{_DOTTED}|[A-Z]{{2}}\b))"
)
_PLACE_NAMED = re.compile(
    r"\b(?:[Ii]n|[Nn]ear|[Ff]rom|[Oo]utside|[Aa]round|[Aa]t)\s(?:neighboring |nearby |downtown )?"
    r"(?P<name>[A-Z][\w'.\-]*(?:\s(?:of|de|du|la|[A-Z][\w'.\-]*)){0,3})"
)
_STATE_AFTER = re.compile(rf",\s({STATE_PATTERN})")
_COUNTY_NAMED = re.compile(r"\b(?P<name>[A-Z][\w'.\-]*(?:\s(?:of|de|du|la|[A-Z][\w'.\-]*)){0,3})\s(?:County|Parish)\b")


@dataclass(frozen=True, slots=True)
class StoryContext:
    """Weights of states with the signs they rest on, the place of the dateline, and what else the story names.

    `counties` are FIPS; `place_names` folded names of places that lie in one state (or are by far the largest of their
    name); `scenes` the keys of whatever stands after "in", "near" and the like or before
    "County" (then with that word), known or not.
    """

    weights: dict[str, float]
    signs: dict[str, tuple[Evidence, ...]]
    dateline: Place | None
    dateline_name: str | None
    counties: frozenset[str]
    place_names: frozenset[str]
    scenes: frozenset[str]

    def leading_state(self, margin: float = 1.5, least: float = 2.0) -> str | None:
        """Return the state that stands out, or None where none does."""
        ranked = sorted(self.weights.items(), key=lambda item: (-item[1], item[0]))
        if not ranked or ranked[0][1] < least:
            return None
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        return ranked[0][0] if ranked[0][1] - second >= margin else None

    def with_weight(self, extra: dict[str, float], rule: str, words: str) -> StoryContext:
        """Return the context with more weight for some states, recorded as one sign."""
        weights = dict(self.weights)
        signs = dict(self.signs)
        for state, weight in extra.items():
            weights[state] = weights.get(state, 0.0) + weight
            signs[state] = (*signs.get(state, ()), Evidence(rule, words, round(weight, 2)))
        return StoryContext(
            weights, signs, self.dateline, self.dateline_name, self.counties, self.place_names, self.scenes
        )


def state_of(written: str) -> str | None:
    """Return the two letters of a state as printed ("N.Y.", "Arizona", "NH"), or None."""
    name = written.strip()
    if name.lower() in _NAMES:
        return _NAMES[name.lower()]
    if len(name) == 2 and name.isupper():
        return name if name in states() else None
    return _AP.get(re.sub(r"[. ]", "", name).lower())


def read_context(
    text: str, *, outlet_state: str | None, outlet_county: str | None = None, title: str | None = None
) -> StoryContext:
    """Return what the story tells about its place. `text` has straight apostrophes; `outlet_county` is a FIPS."""
    weights: dict[str, float] = {}
    signs: dict[str, list[Evidence]] = {}

    def add(state: str, weight: float, rule: str, words: str) -> None:
        weights[state] = weights.get(state, 0.0) + weight
        signs.setdefault(state, []).append(Evidence(rule, words, round(weight, 2)))

    head = text[:READ_CHARACTERS]
    if outlet_state:
        add(outlet_state, OUTLET_STATE, "state:outlet", outlet_state)
    place, place_name = _read_dateline(head, outlet_state, add)
    named_places = _count_places(head, add)
    _count_states(f"{title or ''}\n{head}", add)
    in_story = {p.county_fips for p in named_places if p.county_fips} | _counties_in(head, weights)
    if outlet_county:
        in_story.add(outlet_county)
    if place and place.county_fips:
        in_story.add(place.county_fips)
    names = frozenset(fold(p.name) for p in named_places) | ({fold(place_name)} if place_name else frozenset())
    scenes = {name_key(m["name"].rstrip(".'")) for m in _PLACE_NAMED.finditer(head)} | {name_key(place_name or "")}
    scenes |= {name_key(m["name"].split(" of ")[-1]) + "county" for m in _COUNTY_NAMED.finditer(head)}
    evidence = {state: tuple(found) for state, found in signs.items()}
    return StoryContext(weights, evidence, place, place_name, frozenset(in_story), names, frozenset(scenes))


def _read_dateline(head: str, outlet_state: str | None, add) -> tuple[Place | None, str | None]:  # type: ignore[no-untyped-def]
    for line in head[:2_000].split("\n")[:8]:
        match = _DATELINE.match(line)
        if not match:
            continue
        name, printed = match["place"].strip(), match["state"]
        state = state_of(printed) if printed else None
        known = places_named(name)
        if not known and not state and not (outlet_state and name.isupper()):
            continue
        words = match[0].strip()
        if state:
            add(state, DATELINE_STATE, "state:dateline", words)
            there = [p for p in known if p.state == state]
            return (there[0] if there else None), name
        if not name.isupper() and not outlet_state:
            continue  # "Updated - " and the like: a city alone is a dateline only in capitals
        ranked = sorted(known, key=lambda p: -p.population)
        at_home = [p for p in known if p.state == outlet_state]
        # A Virginia paper's "WASHINGTON" is the capital and not the village of that name.
        if at_home and ranked[0].population < DWARFED * max(1, at_home[0].population):
            return at_home[0], name
        if ranked and outlet_state and ranked[0].population < FAMOUS_RESIDENTS:
            return None, name  # a place of the outlet's state too small for the table, not its namesake far away
        if ranked and (len(ranked) == 1 or ranked[0].population >= 5 * ranked[1].population):
            add(ranked[0].state, DATELINE_CITY, "state:dateline", words)
            return ranked[0], name
        return None, name
    return None, None


def _count_states(head: str, add) -> None:  # type: ignore[no-untyped-def]
    counts: Counter[str] = Counter()
    for match in _STATE_NAMED.finditer(head):
        state = state_of(match["full"] or match["short"])
        if state is None or (match["full"] == "Washington" and not head.startswith(" state", match.end())):
            continue
        counts[state] += 1
    total = sum(counts.values())
    for state, count in counts.items():
        weight = NAMED_STATES * count / total * min(1.0, total / 2)
        add(state, weight, "state:named", f"{states()[state]} ×{count}")


def _count_places(head: str, add) -> list[Place]:  # type: ignore[no-untyped-def]
    found: dict[str, Place] = {}
    for match in _PLACE_NAMED.finditer(head):
        words = match["name"].rstrip(".'").split()
        for length in range(min(4, len(words)), 0, -1):
            name = " ".join(words[:length]).removesuffix("'s")
            known = sorted(places_named(name), key=lambda p: -p.population)
            if known and not state_of(name):
                printed = _STATE_AFTER.match(head, match.start("name") + len(" ".join(words[:length])))
                there = [p for p in known if printed and p.state == state_of(printed[1])]
                if there:
                    found[name_key(name)] = there[0]
                elif len(known) == 1 or (
                    known[0].population >= FAMOUS_RESIDENTS and known[0].population >= 5 * known[1].population
                ):
                    found.setdefault(name_key(name), known[0])
                break
    counts = Counter(place.state for place in found.values())
    total = sum(counts.values())
    for state, count in counts.items():
        names = ", ".join(sorted(p.name for p in found.values() if p.state == state)[:4])
        add(state, NAMED_PLACES * count / total * min(1.0, total / 3), "state:places", names)
    return list(found.values())


def _counties_in(head: str, weights: dict[str, float]) -> set[str]:
    """Return the counties that the story names: the only one of its name, or the one in the state that weighs most."""
    found: set[str] = set()
    for match in _COUNTY_NAMED.finditer(head):
        words = match["name"].split()
        for length in range(min(4, len(words)), 0, -1):
            known = counties_named(" ".join(words[-length:]))
            if known:
                ranked = sorted((c for c in known if not c.is_city), key=lambda c: -weights.get(c.state, 0.0))
                tied = len(ranked) > 1 and weights.get(ranked[0].state, 0.0) <= weights.get(ranked[1].state, 0.0)
                found.update(c.fips for c in ranked[:1] if not tied)
                break
    return found
