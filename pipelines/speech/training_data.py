"""Training examples: annotated stories cut into the model's windows, with tags and links.

Reads PolNeAR (brat standoff files beside texts) and the stories composed for this project (`training_stories/*.txt`,
marked up in line). Needs no torch.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from tokenizers import Tokenizer

from pipelines.speech.marks import read_marks
from pipelines.speech.pieces import CLS, LAST, SEP, WINDOW, Pieces, cut_pieces, place_windows
from pipelines.speech.tags import LINKS, TAGS

__all__ = ["Annotated", "Event", "Window", "cut_windows", "read_polnear", "read_stories"]

IGNORED = -100
UNLINKED, NOWHERE = -1, -2
MASK = 103
NAME_CASES = (1, 2)
NAMES_HIDDEN, TEXTS_RENAMED = 0.06, 0.4
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Event:
    """One attribution: the spans of its content, source and cue. Any may be empty or in several parts."""

    content: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text and its attributions."""

    text: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One example: the model's inputs and what it should say of each piece, [CLS] and [SEP] included.

    `links` has a row for each of LINKS: the position in the window that a piece points to, or UNLINKED.
    """

    ids: list[int]
    case: list[int]
    tags: list[int]
    links: list[list[int]] = field(default_factory=list)


def read_polnear(folder: Path) -> list[list[Annotated]]:
    """Every text of a PolNeAR folder with `text/` and `attributions/`, once for each of its annotators."""
    read = []
    for path in sorted((folder / "text").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        annotations = sorted((folder / "attributions").glob(path.stem + "*.ann"))
        read.append([Annotated(text, tuple(read_brat(a.read_text(encoding="utf-8")))) for a in annotations])
    return [annotated for annotated in read if annotated]


def read_brat(annotation: str) -> Iterator[Event]:
    """The events of a brat standoff file."""
    spans: dict[str, list[Span]] = {}
    for line in annotation.splitlines():
        key, _, rest = line.partition("\t")
        if key.startswith("T"):
            _, _, offsets = rest.split("\t")[0].partition(" ")
            spans[key] = [(int(a), int(b)) for a, b in (part.split() for part in offsets.split(";") if part)]
        elif key.startswith("E"):
            roles: dict[str, list[Span]] = {}
            for part in rest.split():
                role, _, name = part.partition(":")
                roles.setdefault(role.rstrip("0123456789"), []).extend(spans.get(name, []))
            kinds = (tuple(sorted(roles.get(kind, []))) for kind in ("Content", "Source", "Cue"))
            yield Event(*kinds)


STORY_MARKUP = re.compile(r"<(/?)([csq])(\d+)>")


def read_stories(folder: Path) -> list[Annotated]:
    """The composed stories of a folder: `*.txt`, stories divided by `====`, spans marked <c1>…</c1>, s and q alike."""
    written = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt")))
    stories = (story.strip() for file in written for story in re.split(r"^====+\n", file, flags=re.MULTILINE))
    return [read_markup(story) for story in stories if story]


def read_markup(written: str) -> Annotated:
    """A story from its markup: c content, s source, q cue (what is quoted with), numbered by attribution."""
    parts: list[str] = []
    length = at = 0
    opened: dict[str, int] = {}
    roles: dict[str, dict[str, list[Span]]] = {}
    for match in STORY_MARKUP.finditer(written):
        parts.append(written[at : match.start()])
        length += match.start() - at
        at = match.end()
        closing, kind, number = match.groups()
        if not closing:
            opened[kind + number] = length
        else:
            roles.setdefault(number, {}).setdefault(kind, []).append((opened.pop(kind + number), length))
    if opened:
        raise ValueError(f"markup never closed: {sorted(opened)} in {written[:60]!r}")
    parts.append(written[at:])
    return Annotated("".join(parts), tuple(Event(*(tuple(r.get(k, [])) for k in "csq")) for r in roles.values()))


def cut_windows(tokenizer: Tokenizer, annotated: Annotated, chance: random.Random | None = None) -> list[Window]:
    """The windows of a text; with `chance`, cut at random places and in part of the readings under other names."""
    pieces = cut_pieces(tokenizer, annotated.text, read_marks(annotated.text))
    tags, links = label_pieces(pieces, annotated.events)
    ids, first = pieces.ids.tolist(), WINDOW
    if chance is not None:
        first = chance.randint(WINDOW // 2, WINDOW)
        if chance.random() < TEXTS_RENAMED:
            ids = rename(tokenizer, ids, chance)
        ids = [MASK if hidden else number for number, hidden in zip(ids, hide_names(pieces, chance), strict=True)]
    made = []
    for start, end in place_windows(pieces, first):
        made.append(
            Window(
                [CLS, *ids[start:end], SEP],
                [LAST, *pieces.case[start:end].tolist(), LAST],
                [IGNORED, *tags[start:end], IGNORED],
                [[UNLINKED, *(place_link(to, start, end) for to in row[start:end]), UNLINKED] for row in links],
            )
        )
    return made


def place_link(to: int, start: int, end: int) -> int:
    """Where in a window a link points: 0, its [CLS], for "none printed"; UNLINKED where the target is out of sight."""
    if to == NOWHERE:
        return 0
    return to - start + 1 if start <= to < end else UNLINKED


def label_pieces(pieces: Pieces, events: Sequence[Event]) -> tuple[list[int], list[list[int]]]:
    """Tag numbers of the pieces, and for each of LINKS the piece that the first piece of a content part points to."""
    tags = [0] * len(pieces)
    links = [[UNLINKED] * len(pieces) for _ in LINKS]

    for event in events:
        firsts: dict[str, int] = {}
        for kind in ("source", "cue", "content"):
            for span in getattr(event, kind):
                inside = pieces.inside(*span)
                if not inside:
                    continue
                for at in inside:
                    tags[at] = TAGS.index(("B-" if at == inside[0] else "I-") + kind)
                firsts.setdefault(kind, inside[0])
                if kind == "content":
                    for row, name in zip(links, LINKS, strict=True):
                        row[inside[0]] = firsts.get(name, NOWHERE)
    return tags, links


def hide_names(pieces: Pieces, chance: random.Random) -> list[bool]:
    """A few capitalized pieces to be read as [MASK], so that no name is needed to find a source."""
    return [case in NAME_CASES and chance.random() < NAMES_HIDDEN for case in pieces.case.tolist()]


@cache
def load_names() -> list[dict[str, list[str]]]:
    """The names to be replaced and those that may stand for them, by kind."""
    return list(YAML(typ="safe").load((Path(__file__).parent / "training_names.yml").read_text(encoding="utf-8")))


def rename(tokenizer: Tokenizer, ids: list[int], chance: random.Random) -> list[int]:
    """The pieces with the names of 2016 replaced, the same name always by the same other one."""
    vocabulary = tokenizer.get_vocab()
    other = {
        vocabulary[name]: vocabulary[chance.choice(kind["others"])] for kind in load_names() for name in kind["names"]
    }
    return [other.get(number, number) for number in ids]
