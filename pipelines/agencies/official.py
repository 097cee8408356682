"""Finds the agency that an official list names ("Berrian County Sheriff Offic", state Michigan) in the register.

Lists give the state, often the county, and a name that somebody typed. Exact forms come first, then one near spelling
within the state, never across states. What no rule finds gets an id of ours, and the reason says what kind of body
it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.agencies.facts import County, counties, counties_named, fold, name_key, states
from pipelines.agencies.identity import built_agency, built_county_agency, jail_agency
from pipelines.agencies.register import AgencyRegister
from pipelines.records import Agency, AgencyKind

__all__ = ["OfficialMatch", "OfficialNames"]

NEAR_SPELLING = 0.84  # difflib's ratio; "Berrian" and "Berrien" reach .86, "Greene" and "Green" .91

_SHERIFF = re.compile(r"\bsher{1,2}if{1,2}s?\b.*$")
_POLICE = re.compile(r"\b(?:police(?: services?)?|public safety|pd)\b.*$")
_COUNTY_WORD = re.compile(r"\b(?:countys?|parish|borough)\b")
_JAIL = re.compile(r"\b(?:corrections?(?:al)?|detention|jail|prison)\b")
_PROSECUTOR = re.compile(r"\b(?:district|states?|county|prosecuting|commonwealths?) attorneys?\b")
_CONSTABLE = re.compile(
    r"(?:state )?(?:office of (?:the )?)?\b(?:constables?|constbales?)(?:['’]?s)?(?:['’]s)?(?: office)?\b",
    re.IGNORECASE,
)
_DROPPED = {
    "department",
    "dept",
    "division",
    "bureau",
    "office",
    "of",
    "the",
    "and",
    "agency",
    "services",
    "service",
    "state",
    "for",
    "&",
}
_CITY_LEADS = re.compile(r"^(?:the )?(?:city|town|township|village|borough|municipality) of (?:the )?")
_CITY_TAILS = re.compile(r" (?:city|town|village|borough|boro|twp|township)$")


@dataclass(frozen=True, slots=True)
class OfficialMatch:
    """The agency, whether the register knew it, and by which rule it was found or why it was not."""

    agency: Agency
    known: bool
    reason: str


class OfficialNames:
    """Names of one register, indexed by state for lists. Build it once for a file."""

    def __init__(self, register: AgencyRegister) -> None:
        self.register = register
        self._cities: dict[str, dict[str, list[str]]] = {}
        for (state, city), ids in register.by_city.items():
            self._cities.setdefault(state, {}).setdefault(city, []).extend(ids)
        self._bodies: dict[str, dict[frozenset[str], list[str]]] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        for row in register.rows.values():
            state_of_row = row.agency.state
            if state_of_row is None:
                continue
            for name in dict.fromkeys([row.agency.name, *row.aliases]):
                self._names.setdefault((state_of_row, fold(name)), []).append(row.agency.agency_id)
                if row.agency.county_fips is None or row.agency.kind not in (AgencyKind.SHERIFF, AgencyKind.PROSECUTOR):
                    key = _significant(name, state_of_row)
                    if key and row.agency.kind is not AgencyKind.POLICE:
                        self._bodies.setdefault(state_of_row, {}).setdefault(key, []).append(row.agency.agency_id)

    def match(self, name: str, state: str, county: str | None = None) -> OfficialMatch:
        """Return the agency that a list means; never raises. `county` is the list's own word for it, if any."""
        plain = _plain(name)
        near = self._county(county, state) if county else None
        for attempt in (
            self._exact,
            self._sheriff,
            self._prosecutor,
            self._jail,
            self._constable,
            self._body,
            self._police,
        ):
            found = attempt(plain, state, near)
            if isinstance(found, str):
                return self._ours(name, state, near, found)
            if found:
                return found
        return self._ours(name, state, near, "no register lists it")

    def _ours(self, name: str, state: str, near: County | None, reason: str) -> OfficialMatch:
        words = " ".join(_CONSTABLE.sub("", name).split()) + " Constable" if _CONSTABLE.search(name) else name.strip()
        # One list says "Florida Department of Agriculture", another "florida of agriculture".
        words = re.sub(rf"^({re.escape(states()[state])}) of (?=the)", r"\1 Office of ", words, flags=re.IGNORECASE)
        words = re.sub(rf"^({re.escape(states()[state])}) of ", r"\1 Department of ", words, flags=re.IGNORECASE)
        words = re.sub(r" Military$", " Military Department", words, flags=re.IGNORECASE)
        if re.search(r"attorney general", words, re.IGNORECASE):
            name = f"{states()[state]} Attorney General's Office"
            return OfficialMatch(built_agency(name, state, AgencyKind.PROSECUTOR), False, reason)
        if _SHERIFF.search(fold(words)):
            base = re.sub(r"\s+(?:County|Parish)?\s*(?:County's\s+)?Sher+if+.*$", "", words, flags=re.IGNORECASE)
            return OfficialMatch(built_county_agency(base, state, AgencyKind.SHERIFF), False, reason)
        titled = " ".join(word.capitalize() if word.islower() else word for word in words.split())
        titled = re.sub(r"\b(?:Of|And|The|For)\b", lambda m: m[0].lower(), titled)
        kind = AgencyKind.POLICE if re.search(r"\bpolice\b", words, re.IGNORECASE) else AgencyKind.OTHER
        agency = built_agency(titled, state, kind, near.fips if near else None)
        return OfficialMatch(agency, False, reason)

    def _exact(self, plain: str, state: str, near: County | None) -> OfficialMatch | None:
        bare = re.sub(r" police(?: department)?$", "", plain)
        ids = self._names.get((state, plain)) or self._names.get((state, f"{plain} department")) or []
        if not ids and bare.endswith(("airport", "authority", "university", "college", "regional", "district")):
            ids = self._names.get((state, bare), [])
        agency = self._choose(ids, near)
        return OfficialMatch(agency, True, "same name") if agency else None

    def _choose(self, ids: Iterable[str], near: County | None) -> Agency | None:
        found = {i: a for i in ids if (a := self.register.get(i))}
        if len(found) > 1 and near:
            found = {i: a for i, a in found.items() if a.county_fips == near.fips}
        return next(iter(found.values())) if len(found) == 1 else None

    def _county(self, written: str, state: str) -> County | None:
        """Return a county of the state as typed, one near spelling allowed."""
        name = _COUNTY_WORD.sub("", _plain(written)).strip()
        found = [c for c in counties_named(name) if c.state == state]
        found = [c for c in found if not c.is_city] or found
        if not found and name:
            of_state = {fold(c.base): c for c in counties().values() if c.state == state}
            close = get_close_matches(name, of_state, n=2, cutoff=NEAR_SPELLING)
            if close:
                found = [of_state[close[0]]]
        return found[0] if found else None

    def _sheriff(self, plain: str, state: str, near: County | None) -> OfficialMatch | str | None:
        if not _SHERIFF.search(plain) or "division of" in plain:
            return None
        name = _SHERIFF.sub("", plain).strip()
        if near and (not name or name in ("county", "office of the")):
            county: County | None = near
        elif name.endswith(" city") and state in ("VA", "MD", "MO"):
            county = next(
                (c for c in counties_named(name.removesuffix(" city")) if c.state == state and c.is_city), None
            )
        else:
            county = self._county(name, state)
        if county and county.state == "VA" and not county.is_city and near is None and not _COUNTY_WORD.search(name):
            # "Norfolk Sheriff's Office": the city, unless a county of that name says "County".
            county = next((c for c in counties_named(name) if c.state == state and c.is_city), county)
        agency = self.register.of_county(county, AgencyKind.SHERIFF) if county else None
        if agency and county:
            reason = "sheriff of the county" if fold(county.base) in name else "sheriff of the county, near spelling"
            return OfficialMatch(agency, True, reason)
        city = self._choose(self._cities.get(state, {}).get(name_key(name), []), near)
        if city and city.kind is AgencyKind.SHERIFF:
            return OfficialMatch(city, True, "sheriff of the consolidated city")
        return "a sheriff of no county that the state has"

    def _prosecutor(self, plain: str, state: str, near: County | None) -> OfficialMatch | None:
        if not _PROSECUTOR.search(plain) or "general" in plain:
            return None
        name = _PROSECUTOR.split(plain)[0].strip()
        county = self._county(name, state) if name else near
        agency = self.register.of_county(county, AgencyKind.PROSECUTOR) if county else None
        return OfficialMatch(agency, True, "prosecutor of the county") if agency else None

    def _jail(self, plain: str, state: str, near: County | None) -> OfficialMatch | None:
        if not _JAIL.search(plain) or _POLICE.search(plain):
            return None
        lead = _JAIL.split(plain)[0]
        name = _COUNTY_WORD.split(lead)[0].strip()
        if not _COUNTY_WORD.search(lead) and name != "miami dade":
            return None
        county = self._county(name, state)
        if county is None:
            return None
        printed = (
            plain[len(name) :]
            .replace("county", "", 1)
            .strip()
            .title()
            .replace(" Of ", " of ")
            .replace(" And ", " and ")
        )
        printed = re.sub(r"^of Corrections$", "Department of Corrections", printed)
        return OfficialMatch(
            jail_agency(county, printed), False, "a county's jail or corrections department of its own"
        )

    def _constable(self, plain: str, state: str, near: County | None) -> OfficialMatch | str | None:
        if not _CONSTABLE.search(plain):
            return None
        return "a constable: elected for a ward or township, in no police list"

    def _body(self, plain: str, state: str, near: County | None) -> OfficialMatch | str | None:
        bodies = self._bodies.get(state, {})
        state_name = fold(states()[state])
        for part in dict.fromkeys([plain, *re.split(r" ?[/,] ?", plain)]):
            written = part if state_name in part else f"{state_name} {part}"
            agency = self._choose(bodies.get(_significant(written, state), []), near)
            if agency and (part == plain or state_name in plain):
                return OfficialMatch(agency, True, "body of the state")
        if "national guard" in plain or "state guard" in plain or plain.endswith(" military"):
            return "a guard or military department, in no police list"
        if "commissioners" in plain:
            return "a county board, in no police list"
        if "trustees" in plain:
            school = re.sub(r" board of trustees$", "", plain)
            ids = self._cities.get(state, {}).get(name_key(school), []) or self._names.get(
                (state, f"{school} police department"), []
            )
            agency = self._choose(ids, near)
            if agency:
                return OfficialMatch(agency, True, "police of the university that the board governs")
            return "a university's board, whose police no register lists"
        if state_name in plain and not _POLICE.search(plain):
            return "a body of the state that no register lists"
        return None

    def _police(self, plain: str, state: str, near: County | None) -> OfficialMatch | None:
        cities = self._cities.get(state, {})
        name = _POLICE.sub("", plain).strip().removesuffix(" department of").removesuffix(" of").strip()
        if not name:
            return None
        if _COUNTY_WORD.search(name):
            county = self._county(name, state)
            agency = self.register.of_county(county, AgencyKind.POLICE) if county else None
            if agency:
                return OfficialMatch(agency, True, "police of the county")
        short = _CITY_LEADS.sub("", name)
        for written, reason in (
            (name, "police of the city"),
            (short, "police of the city"),
            (_CITY_TAILS.sub("", short), "police of the city, without its unit"),
            (f"{short} township", "police of the township"),
            (f"{short} university", "police of the university"),
        ):
            agency = self._choose(cities.get(name_key(written), []), near)
            if agency:
                return OfficialMatch(agency, True, reason)
        return self._near_police(short, state, near)

    def _near_police(self, name: str, state: str, near: County | None) -> OfficialMatch | None:
        cities = self._cities.get(state, {})
        key = name_key(name)
        longer = [
            city for city in cities if city.startswith(key) and not city.endswith(("township", "university", "college"))
        ]
        agency = self._choose([i for city in longer for i in cities[city]], None)
        if agency and len(longer) == 1 and len(name) > 5:
            return OfficialMatch(agency, True, "police of the city, name cut short")
        close = get_close_matches(key, cities, n=1, cutoff=0.88)
        if close:
            agency = self._choose(cities[close[0]], near)
            if agency and close[0][:1] == key[:1] and not _differ_in_direction(agency.name, name):
                return OfficialMatch(agency, True, "police of the city, near spelling")
        return None


def _differ_in_direction(one: str, other: str) -> bool:
    """True where two names differ by a word that tells places apart (north, new, lake, beach …)."""
    words = {
        "north",
        "south",
        "east",
        "west",
        "new",
        "old",
        "upper",
        "lower",
        "lake",
        "port",
        "fort",
        "mount",
        "st",
        "beach",
        "park",
        "township",
        "heights",
        "hills",
        "springs",
    }
    return bool((set(fold(one).split()) ^ set(fold(other).split())) & words)


def _plain(name: str) -> str:
    plain = fold(name.replace("’", "'").replace("#N/A", ""))
    plain = re.sub(r"\bdepartent\b|\bdepartement\b|\bdeparment\b", "department", plain)
    plain = re.sub(r",? (?:[a-z]{2})$", "", plain) if re.search(r", ?[a-z]{2}$", plain) else plain
    return " ".join(plain.split())


def _significant(name: str, state: str) -> frozenset[str]:
    """Return the words that tell one body of a state from another, singular and plural alike."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    own = set(fold(states().get(state, "")).split())
    return frozenset(w.removesuffix("s") for w in words if w not in _DROPPED and w not in own)
