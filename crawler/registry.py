"""The registry of sources: what an entry of `crawler/sources/*.yml` says, read and checked.

Every fault is reported with the file and line where it stands, all faults of a folder at once. An entry with a fault
is left out and the others are kept, so that a typo costs one source and not a run. Nothing here touches the network:
addresses that an entry does not name are found by `crawler.discovery`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from cssselect import SelectorError
from parsel.csstranslator import HTMLTranslator

from crawler.counties import county_names, state_numbers
from crawler.entries import Entry, Problem, read_entries
from crawler.errors import SourceError

__all__ = [
    "Endpoint",
    "EndpointKind",
    "ListingSelectors",
    "Problem",
    "Registry",
    "Source",
    "SourceKind",
    "load_registry",
    "read_registry",
]

EndpointKind = Literal["feed", "sitemap", "listing"]
SourceKind = Literal["outlet", "agency", "government", "wire"]

ENDPOINT_KINDS: Final[tuple[EndpointKind, ...]] = get_args(EndpointKind)
SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)
MAX_PAGES_UNLESS_SAID: Final = 5
MOST_PAGES: Final = 100
LONGEST_DELAY_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class ListingSelectors:
    """How to read a newsroom's listing page: CSS selectors, `::text` and `::attr(name)` included.

    `item` picks one row of the listing, `link`, `title` and `date` are looked up inside it, and `next_page` picks the
    link to older rows, followed until `max_pages` pages are read.
    """

    item: str
    link: str
    title: str | None = None
    date: str | None = None
    next_page: str | None = None
    max_pages: int = MAX_PAGES_UNLESS_SAID


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One feed, sitemap or listing page. `verified` is the day on which somebody saw it answer, None if nobody did."""

    kind: EndpointKind
    url: str
    selectors: ListingSelectors | None = None
    verified: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet or an agency that publishes.

    `state` is a postal code and `county_fips` five digits (Census 2020), None where the source covers more than one.
    `agency` is the standard name of the agency whose own newsroom this is, so that its releases are known to be its
    own words. No endpoints means: discover them from the homepage.
    """

    id: str
    name: str
    kind: SourceKind
    homepage: str
    state: str | None = None
    county_fips: str | None = None
    endpoints: tuple[Endpoint, ...] = ()
    delay_seconds: float | None = None
    language: str = "en"
    notes: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """What a folder of source files holds: the sound entries by id, and the faults of the others in file order."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def load_registry(folder: Path) -> tuple[Source, ...]:
    """Read every `*.yml` of the folder; sources sorted by id.

    Raises SourceError when anything is wrong, its message one `file:line: what is wrong` a line.
    """
    registry = read_registry(folder)
    if registry.problems:
        raise SourceError("\n".join(map(str, registry.problems)))
    return registry.sources


def read_registry(folder: Path) -> Registry:
    """Read every `*.yml` of the folder, keeping the sound entries beside the faults of the others.

    Raises SourceError only when there is no such folder or no source file in it.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise SourceError(f"{folder}: no source files (*.yml) here; name the folder that holds the registry")
    problems: list[Problem] = []
    ids: dict[str, str] = {}
    addresses: dict[str, str] = {}
    sources: list[Source] = []
    for path in paths:
        for entry in read_entries(path, problems):
            source = _source(entry)
            if entry.label is not None:
                entry.refuse_repeated("id", "id", entry.label, ids)
            for endpoint in source.endpoints if source else ():
                entry.refuse_repeated("endpoints", "endpoint", endpoint.url, addresses)
            if source is not None and entry.is_sound:
                sources.append(source)
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return Registry(tuple(sorted(sources, key=lambda source: source.id)), tuple(problems))


def _source(entry: Entry) -> Source | None:
    """The source that an entry describes, or None when something in it is wrong (and recorded)."""
    id_ = entry.text("id", required=True, check=_check_id)
    entry.label = id_
    entry.refuse_unknown_keys(Source)
    name = entry.text("name", required=True)
    kind = entry.choice("kind", SOURCE_KINDS)
    homepage = entry.text("homepage", required=True, check=_check_url)
    state = entry.text("state", check=_check_state)
    county_fips = entry.text("county_fips", check=lambda code: _check_county(code, state))
    agency = entry.text("agency")
    if agency is not None and kind not in ("agency", "government"):
        entry.complain("agency", "only sources of kind agency or government speak for an agency; drop 'agency'")
    delay_seconds = entry.number("delay_seconds", 0.0, LONGEST_DELAY_SECONDS)
    language = entry.text("language", check=_check_language)
    notes = entry.text("notes")
    endpoints = tuple(filter(None, map(_endpoint, entry.entries("endpoints"))))
    if not entry.is_sound or id_ is None or name is None or homepage is None or kind is None:
        return None
    return Source(
        id=id_,
        name=name,
        kind=kind,
        homepage=homepage,
        state=state,
        county_fips=county_fips,
        endpoints=endpoints,
        delay_seconds=delay_seconds,
        language=language or "en",
        notes=notes,
        agency=agency,
    )


def _endpoint(entry: Entry) -> Endpoint | None:
    entry.refuse_unknown_keys(Endpoint)
    kind = entry.choice("kind", ENDPOINT_KINDS)
    url = entry.text("url", required=True, check=_check_url)
    verified = entry.text("verified", check=_check_date)
    inner = entry.entry("selectors")
    selectors = _selectors(inner) if inner else None
    if kind == "listing" and inner is None:
        entry.complain("kind", "a listing needs selectors: at least 'item' and 'link'")
    if kind in ("feed", "sitemap") and inner is not None:
        entry.complain("selectors", f"a {kind} needs no selectors; drop them or say 'kind: listing'")
    if not entry.is_sound or kind is None or url is None:
        return None
    return Endpoint(kind, url, selectors, date.fromisoformat(verified) if verified else None)


def _selectors(entry: Entry) -> ListingSelectors | None:
    entry.refuse_unknown_keys(ListingSelectors)
    item = entry.text("item", required=True, check=_check_selector)
    link = entry.text("link", required=True, check=_check_selector)
    title, when, next_page = (entry.text(key, check=_check_selector) for key in ("title", "date", "next_page"))
    max_pages = entry.text("max_pages", check=_check_max_pages)
    if not entry.is_sound or item is None or link is None:
        return None
    return ListingSelectors(item, link, title, when, next_page, int(max_pages or MAX_PAGES_UNLESS_SAID))


def _check_id(text: str) -> str | None:
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) and len(text) <= 60:
        return None
    return f"{text!r} is no id: lower-case letters, digits and single hyphens, 60 at most (it names folders)"


def _check_url(text: str) -> str | None:
    advice = "give the whole address, such as https://example.org/feed/"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        return f"{text!r} is no address ({error}); {advice}"
    if parts.scheme not in ("http", "https") or re.search(r"\s|[\x00-\x1f<>\"\\]", text):
        return f"{text!r} is no http(s) address; {advice}"
    labels = (host or "").split(".")
    if len(labels) < 2 or not all(re.fullmatch(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?", label) for label in labels):
        return f"{text!r} has no proper host name; {advice}"
    if port == 0 or parts.username is not None or parts.fragment:
        return f"{text!r} must carry no user name, fragment or port 0; {advice}"
    return None


def _check_state(text: str) -> str | None:
    if text in state_numbers():
        return None
    return f"{text!r} is no postal code of a state, DC or a territory; write TX, not Texas"


def _check_county(text: str, state: str | None) -> str | None:
    if text not in county_names():
        return f"{text!r} is no county's FIPS code of five digits (Census 2020)"
    if state is None:
        return f"{text!r} needs a 'state' beside it"
    if state in state_numbers() and not text.startswith(state_numbers()[state]):
        at = next((code for code, fips in state_numbers().items() if text.startswith(fips)), "another state")
        return f"{text!r} is {county_names()[text]}, {at}, which is not in {state}"
    return None


def _check_language(text: str) -> str | None:
    return None if re.fullmatch(r"[a-z]{2,3}", text) else f"{text!r} is no language code such as en or es"


def _check_date(text: str) -> str | None:
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"{text!r} is no date such as 2026-05-31"
    return None


def _check_max_pages(text: str) -> str | None:
    if re.fullmatch(r"\d{1,3}", text) and 1 <= int(text) <= MOST_PAGES:
        return None
    return f"{text!r} is no whole number from 1 to {MOST_PAGES}"


def _check_selector(text: str) -> str | None:
    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        return f"{text!r} is no CSS selector ({error})"
    return None
