"""Reads the sample's story files: YAML between two lines of dashes, then the text, paragraph by paragraph.

Every time in a story file counts from the sample's anchor, so that the newsstand is always of today. A story can be
edited (`edits`), appear (`published`) and vanish (`until`); nothing here knows HTTP or HTML. Copies of a wire story
take their text from the wire's own file (`copy_of`), each with its own headline, boilerplate and cuts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

__all__ = ["Block", "Story", "Version", "load_stories", "parse_offset"]

FOLDER = Path(__file__).parent / "stories"
WIRE = "plainswire"
MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
SPANISH_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

_OFFSET = re.compile(r"^-(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?$")
_CLOCK = re.compile(r"^-(\d+)d\s+(\d\d):(\d\d)$")
_WHEN = re.compile(r"\{(weekday|date|longdate|month|year|dia|fecha)(?: ([+-]\d+))?\}")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: `kind` is `p`, `h2`, `quote` (a pull quote or a letter) or `li`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """What the story says from `at` on. The first version's `at` is the time of publication."""

    at: datetime
    title: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Story:
    """One address of the newsstand. `answer` is what the server does there: `page` unless the file says otherwise.

    `path` is None where the site's own pattern makes it; `until` is the time from which the address answers 410;
    `damage` names what is wrong with the bytes of the page; `listed` is False for pages that no feed names.
    """

    site: str
    slug: str
    number: int
    path: str | None
    byline: str | None
    section: str
    dek: str
    language: str
    credit: str | None
    published: datetime
    until: datetime | None
    versions: tuple[Version, ...]
    answer: str
    to: str | None
    status: int
    damage: str | None
    listed: bool
    teaser_only: bool
    boilerplate: tuple[str, ...]

    def version(self, now: datetime) -> Version:
        """The text that stands there at `now` (the first one for a time before publication)."""
        return max((v for v in self.versions if v.at <= now), key=lambda v: v.at, default=self.versions[0])


def load_stories(anchor: datetime, utc_offsets: Mapping[str, timedelta], folder: Path = FOLDER) -> tuple[Story, ...]:
    """All stories of the sample, by site and newest first; `utc_offsets` gives each site's local time.

    Raises ValueError, naming the file, for a file that is not in the format, or an edit whose words do not stand
    in the text exactly once.
    """
    wires = {path.stem: _split(path) for path in sorted((folder / WIRE).glob("*.md"))}
    stories: list[Story] = []
    for site in sorted(utc_offsets):
        for number, path in enumerate(sorted((folder / site).glob("*.md")), start=1):
            stories.append(_read_story(path, site, number, anchor, utc_offsets[site], wires))
    return tuple(sorted(stories, key=lambda s: (s.site, -s.published.timestamp(), s.slug)))


def parse_offset(text: str, anchor: datetime, utc_offset: timedelta) -> datetime:
    """`-3d4h` before the anchor, or `-12d 14:05`: that local clock time, so many days before the anchor's day.

    Raises ValueError for anything else.
    """
    if match := _CLOCK.match(text):
        local = anchor.astimezone(UTC) + utc_offset - timedelta(days=int(match[1]))
        return local.replace(hour=int(match[2]), minute=int(match[3]), second=0, microsecond=0) - utc_offset
    if match := _OFFSET.match(text):
        days, hours, minutes = (int(part or 0) for part in match.groups())
        return anchor.astimezone(UTC).replace(microsecond=0) - timedelta(days=days, hours=hours, minutes=minutes)
    raise ValueError(f"{text!r} is no time before the anchor, such as '-3d4h' or '-12d 14:05'")


def _read_story(
    path: Path,
    site: str,
    number: int,
    anchor: datetime,
    utc_offset: timedelta,
    wires: Mapping[str, tuple[Mapping[str, Any], str]],
) -> Story:
    head, text = _split(path)
    try:
        if wire := head.get("copy_of"):
            text = "\n\n".join([*re.split(r"\n\n+", wires[wire][1])[: head.get("take")], text]).strip()
        published = parse_offset(head["published"], anchor, utc_offset)
        # A copy's "Monday" is the wire's: it was written once, whenever each outlet printed it.
        written = parse_offset(wires[wire][0]["published"], anchor, utc_offset) if wire else published
        local = written + utc_offset
        for change in head.get("changes", ()):
            text = _replace_once(text, change["old"], change["new"])
        versions = [_version(published, head["title"], text, local)]
        for edit in head.get("edits", ()):
            for change in edit["changes"]:
                text = _replace_once(text, change["old"], change["new"])
            at = parse_offset(edit["at"], anchor, utc_offset)
            versions.append(_version(at, edit.get("title", head["title"]), text, local))
        return Story(
            site=site,
            slug=path.stem,
            number=head.get("number", number),
            path=head.get("path"),
            byline=head.get("byline"),
            section=head.get("section", "local"),
            dek=_fill(head.get("dek", ""), local),
            language=head.get("language", "en"),
            credit=head.get("credit"),
            published=published,
            until=parse_offset(head["until"], anchor, utc_offset) if "until" in head else None,
            versions=tuple(versions),
            answer=head.get("answer", "page"),
            to=head.get("to"),
            status=head.get("status", 200),
            damage=head.get("damage"),
            listed=head.get("listed", True),
            teaser_only=head.get("teaser_only", False),
            boilerplate=tuple(head.get("boilerplate", ())),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error


def _split(path: Path) -> tuple[Mapping[str, Any], str]:
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return YAML(typ="safe", pure=True).load(head), text.strip()


def _replace_once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in the text, not once")
    return text.replace(old, new)


def _version(at: datetime, title: str, text: str, local: datetime) -> Version:
    return Version(at, _fill(title, local), tuple(_blocks(re.split(r"\n\n+", _fill(text, local)))))


def _blocks(paragraphs: Iterable[str]) -> Iterable[Block]:
    for paragraph in paragraphs:
        if paragraph.startswith("## "):
            yield Block("h2", paragraph[3:])
        elif paragraph.startswith("> "):
            yield Block("quote", paragraph[2:].replace("\n> ", " "))
        elif paragraph.startswith("- "):
            yield from (Block("li", line[2:]) for line in paragraph.split("\n"))
        elif paragraph:
            yield Block("p", paragraph.replace("\n", " "))


def _fill(text: str, local: datetime) -> str:
    """Puts real days for `{weekday -2}`, `{date -9}` ("Oct. 14"), `{longdate}`, `{month -40}`, `{year}`, `{dia}`."""

    def day(match: re.Match[str]) -> str:
        that = local + timedelta(days=int(match[2] or 0))
        return {
            "weekday": f"{that:%A}",
            "date": f"{MONTHS[that.month - 1]} {that.day}",
            "longdate": f"{that:%B} {that.day}, {that.year}",
            "month": f"{that:%B}",
            "year": f"{that.year}",
            "dia": SPANISH_DAYS[that.weekday()],
            "fecha": f"{that.day} de {SPANISH_MONTHS[that.month - 1]}",
        }[match[1]]

    return _WHEN.sub(day, text)
