"""What a page itself says of where its text comes from, and whether it is a collection of items.

A byline, a dateline or a closing line may name a wire service or another outlet (`marks.yml`); a title or an address
may say that the page is a live blog, a blotter or a roundup. Marks are evidence: whether two texts are copies is
decided on the texts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ruamel.yaml import YAML

__all__ = ["Mark", "find_marks", "is_collection"]

# A dateline stands at the head of the text; share buttons and captions may stand before it.
_HEAD_CHARACTERS = 1200
_TAIL_CHARACTERS = 600
# Words that tell neither an outlet nor a wire from others.
_GENERIC = re.compile(r"\b(?:the|news|wire|newswire|service|agency|network|bureau|press|media)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of syndication: the service named, where it stands (byline, dateline, credit), and the words."""

    service: str
    place: str
    words: str


def find_marks(byline: str | None, text: str, own_names: Sequence[str] = ()) -> tuple[Mark, ...]:
    """Find the services and outlets that a page names as the origin of its text, each place once, strongest first.

    `own_names` are the outlet's name and that of its site, without the ending: a wire that is not on the list counts only
    where it is called otherwise.
    """
    found: dict[tuple[str, str], Mark] = {}
    parts = {"byline": byline or "", "dateline": text[:_HEAD_CHARACTERS], "credit": text[-_TAIL_CHARACTERS:]}
    whole = "\n".join(parts.values())
    for service in _rules().services:
        if not any(word in whole for word in service.words):
            continue
        for place, pattern in service.patterns:
            if match := pattern.search(parts[place]):
                found.setdefault((service.name, place), Mark(service.name, place, " ".join(match[0].split())))
    if not any(place == "dateline" for _, place in found):
        for pattern in _rules().datelines:
            if (match := pattern.search(parts["dateline"])) and not _is_own(match["service"], own_names):
                name = match["service"].removeprefix("The ")
                found[name, "dateline"] = Mark(name, "dateline", " ".join(match[0].split()))
    if any(place == "credit" for _, place in found):
        return tuple(found.values())
    for pattern in _rules().elsewhere:
        if match := pattern.search(parts["dateline"]) or pattern.search(parts["credit"]):
            outlet = " ".join(match["outlet"].split())
            found.setdefault((outlet, "credit"), Mark(outlet, "credit", " ".join(match[0].split())))
            break
    return tuple(found.values())


def _is_own(service: str, own_names: Sequence[str]) -> bool:
    """Whether a wire's name shares what sets it apart with a name of the outlet: (Valley News) in the Valley News."""
    apart = _letters(_GENERIC.sub(" ", service))
    names = [_letters(_GENERIC.sub(" ", name)) for name in own_names]
    return not apart or any(apart in name or name in apart for name in filter(None, names))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_collection(title: str | None, url: str | None) -> bool:
    """Whether a page gathers items (live blog, blotter, roundup): it is a copy of another only as a whole."""
    path = unquote(urlsplit(url).path).replace("-", " ").replace("_", " ") if url else ""
    return any(pattern.search(title or "") or pattern.search(path) for pattern in _rules().collections)


@dataclass(frozen=True, slots=True)
class _Service:
    name: str
    words: tuple[str, ...]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    services: tuple[_Service, ...]
    datelines: tuple[re.Pattern[str], ...]
    elsewhere: tuple[re.Pattern[str], ...]
    collections: tuple[re.Pattern[str], ...]


@functools.cache
def _rules() -> _Rules:
    raw = YAML(typ="safe").load(Path(__file__).with_name("marks.yml").read_text(encoding="utf-8"))
    # Services are named in capitals; what surrounds them may be in any case.
    services = tuple(
        _Service(
            name,
            tuple(named["words"]),
            tuple(
                (rule["place"], re.compile(rule["pattern"].replace("NAME", f"(?:{named['names']})"), re.MULTILINE))
                for rule in raw["places"]
            ),
        )
        for name, named in raw["services"].items()
    )
    datelines = tuple(re.compile(rule["pattern"], re.MULTILINE) for rule in raw["datelines"])
    elsewhere = tuple(re.compile(rule["pattern"]) for rule in raw["elsewhere"])
    return _Rules(
        services, datelines, elsewhere, tuple(re.compile(rule["pattern"], re.IGNORECASE) for rule in raw["collections"])
    )
