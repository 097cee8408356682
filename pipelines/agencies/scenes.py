"""Where the passages of a story play: datelines and labels of a round-up, headings, "In Dover, …", "Neighboring Culpeper …".

A passage's place decides what "the sheriff" or "police" mean in it, before whoever was named in the passage above.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.agencies.context import STATE_PATTERN, state_of
from pipelines.agencies.facts import counties_named, places_named

__all__ = ["Label", "Passage", "Scene", "Setting", "find_passages", "find_scenes"]

_NAME = r"(?:(?:St|Ste|Ft|Mt|Pt)\.\s)?[A-Z][\w'\-]*(?:\s[A-Z][\w'\-]*){0,3}"
_ADVERBS = r"(?:(?:And|But|Over|Down|Up|Out|Back|Across\sthe\s\w{1,12}|Elsewhere|Meanwhile)\b,?\s)?"
# "Twenty miles down the road in Odessa, …", "Next door in Clifton, …".
_AWAY = (
    r"(?:Next\sdoor|(?:[A-Z][\w\-]*\s)?(?:[a-z]+\s){0,2}(?:miles?|minutes?|hours?|blocks?)(?:\s[a-z]+){0,4}"
    r"|(?:Down|Up|Over|Across|Along|Beyond|Just|Farther|Further|North|South|East|West|Nearby|Back|Out|Off)(?:\s[a-z]+){0,5})"
)
# A sentence that opens "In Dover, …", a line or a paragraph that opens with a place alone: what follows plays there.
_SCENE = re.compile(
    rf"(?:^|\n|[.!?][\"'”)]*\s)(?:(?:[^\n.]{{0,40}}\bIn|{_ADVERBS}[Ii]n|{_AWAY},?\sin|(?:Not\sso|[Tt]hings\sdiffer|It\sis\sdifferent|It(?:'s|\swas)\sdifferent)\sin)"
    rf"\s(?:neighboring\s|nearby\s)?(?P<there>{_NAME})"
    rf"|(?:And\s)?[Tt]hen\sthere(?:\sis|'s)\s(?P<introduced>{_NAME})"
    rf"|(?:Neighboring|Nearby|Compare)\s(?P<near>{_NAME})"
    rf"|[^\n.]{{0,60}}\b(?:went|drove|goes?|headed|crossed|moved|over)\s(?:[a-z]+\s){{0,2}}to\s(?P<reached>{_NAME})(?=[.,;])"
    rf"|(?P<subject>{_NAME}),\s(?:which|where|whose|an?\s(?:city|town|village|suburb|borough)|the\s(?:city|town|village|suburb|seat|county\sseat))\b"
    rf"|(?:[A-Z'\-]{{2,20}}:\s)?What\sabout\s(?P<asked>{_NAME})\?"
    rf"|(?P<alone>{_NAME})(?=\n|$)|(?P<lead>[A-Z][A-Z'\-]+(?:\s[A-Z'\-]+){{0,3}})(?=\.\s[A-Z]))"
)
# "FARGO, N.D. — Cass County has …", "PARK COUNTY, WYOMING (Cody). The sheriff …"
_PASSAGE = re.compile(
    r"(?:^|\n)(?:(?P<place>[A-Z][A-Z.'\- ]{1,30}[A-Z])(?:, (?P<state>"
    + STATE_PATTERN
    + r"))?(?: \([^)\n]{1,40}\))? ?(?:—|–|--) ?"
    r"|(?P<county>[A-Z][A-Za-z.'\- ]{1,30}) (?:COUNTY|County|PARISH), (?P<of>[A-Z][A-Za-z.]{1,14}(?: [A-Z][A-Za-z]{1,12})?)"
    r"(?= ?[(:.—\n]| -))"
)
_STATE_BEHIND = re.compile(rf",\s(?P<state>{STATE_PATTERN})(?!\s(?:City|County|[A-Z]))")
FEWEST_PASSAGES = 2  # one dateline is the story's own
# "Macomb County: The jail …", "Wells. The police department here …", "In Barry County" on a line of its own.
_LABEL = re.compile(
    r"(?:^|\n)(?P<in>In )?(?![A-Z'.\-]{2,}(?: [A-Z'.\-]{2,})*(?<!COUNTY)(?<!PARISH):)(?P<name>[A-Z][\w.'\-]*(?:\s[A-Z][\w.'\-]*){0,3})(?:(?P<mark>[.:])\s(?=[A-Z\d\"'“])|(?=\n))"
)
FEWEST_LABELS = 3  # of one form, and that many of them places


@dataclass(frozen=True, slots=True)
class Scene:
    """A place that a sentence or line sets, with a state printed behind it; `is_heading` where it stands alone or in
    capitals.
    """

    position: int
    name: str
    is_heading: bool
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a round-up, from its own dateline on: its place or county, and its state where printed."""

    position: int
    name: str
    is_county: bool
    state: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """A place or county that heads its passage of a round-up; `name` is without the word "County"."""

    start: int
    end: int
    name: str
    is_county: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """The passages of a round-up in order, and its labels; both empty for a story with a single dateline."""

    passages: tuple[Passage, ...]
    labels: tuple[Label, ...]

    def at(self, position: int) -> Passage | None:
        """The passage in which a position lies."""
        number = bisect_right(self.passages, position, key=lambda passage: passage.position)
        return self.passages[number - 1] if number else None


def find_scenes(text: str, labels: Iterable[Label]) -> list[Scene]:
    """The places that sentences and lines of a text set, the labels of a round-up among them, in order."""
    set_by_words = [
        Scene(match.start(kind), match[kind], kind in ("alone", "lead"), _state_behind(text, match.end(kind)))
        for match in _SCENE.finditer(text)
        if (kind := match.lastgroup)
    ]
    set_by_labels = [
        Scene(label.start, f"{label.name} County" if label.is_county else label.name, True) for label in labels
    ]
    return sorted([*set_by_words, *set_by_labels], key=lambda scene: scene.position)


def _state_behind(text: str, end: int) -> str | None:
    """The state that is printed behind a place: "In Jackson, Michigan, …"."""
    printed = _STATE_BEHIND.match(text, end)
    return state_of(printed["state"]) if printed else None


def find_labels(text: str) -> list[Label]:
    """The labels of a round-up in order; none where a text has fewer than FEWEST_LABELS of one form."""
    forms: dict[str, list[Label]] = {}
    for match in _LABEL.finditer(text):
        name = match["name"].rstrip(".") if match["mark"] else match["name"]
        name = name.title() if name.isupper() else name
        base, _, unit = name.rpartition(" ")
        is_county = unit in ("County", "Parish") and bool(base)
        # "MANATEE. Detention deputies …": a name of no place but of counties.
        is_county = is_county or (
            match["mark"] == "." and match["name"].isupper() and not places_named(name) and bool(counties_named(name))
        )
        base = base if unit in ("County", "Parish") else name
        if is_county or places_named(name) or (match["mark"] == ":" and counties_named(name)):
            end = match.start("name") + len(match["name"])
            forms.setdefault(match["mark"] or match["in"] or "line", []).append(
                Label(match.start("name"), end, base if is_county else name, is_county)
            )
    return sorted(
        (label for labels in forms.values() if len(labels) >= FEWEST_LABELS for label in labels),
        key=lambda label: label.start,
    )


def find_passages(text: str) -> Setting:
    """The passages of a text that gives a dateline or a county's heading to each of several, and its labels."""
    found = []
    for match in _PASSAGE.finditer(text):
        printed = match["state"] or match["of"]
        state = state_of(printed.title() if printed and len(printed) > 2 and printed.isupper() else printed or "")
        if match["county"] and state is None:
            continue
        found.append(Passage(match.start(), (match["place"] or match["county"]).title(), bool(match["county"]), state))
    return Setting(tuple(found) if len(found) >= FEWEST_PASSAGES else (), tuple(find_labels(text)))
