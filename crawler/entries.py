"""Mappings in a YAML file read key by key, so that whatever is wrong is reported with the line where it stands.

The reader knows nothing of what the keys mean: `crawler.registry` asks for them and brings the checks. It works on
YAML's nodes, not on values: `state: NO`, `id: on` and `county_fips: 01001` are the words that stand in the file.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["Entry", "Problem", "nearest", "read_entries"]

_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the registry and where it stands; `line` counts from 1."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def read_entries(path: Path, problems: list[Problem]) -> Iterator[Entry]:
    """The entries of one file, each a mapping; a file that is no list of mappings is a problem.

    Where the file is no YAML, its entries are read one by one, so that a slip of the pen costs one of them.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read: {error.strerror}; mend its rights"))
        return
    except UnicodeDecodeError as error:
        problems.append(Problem(path, 1, f"not YAML: {error}"))
        return
    root = _compose(text)
    parts = [root]
    if isinstance(root, _Fault):
        one_by_one = [_compose(part) for part in _parts(text)]
        parts = one_by_one if any(isinstance(part, _Fault) for part in one_by_one) else parts
    for part in parts:
        if isinstance(part, _Fault):
            problems.append(Problem(path, part.line, f"not YAML: {part.message}"))
        elif isinstance(part, SequenceNode):
            yield from _mappings(path, part, problems)
        elif part is not None:
            told = "a source file is a list of entries, each starting with '- id: …'"
            problems.append(Problem(path, _line(part), told))


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a text is no YAML."""

    line: int
    message: str


def _compose(text: str) -> Node | _Fault | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _Fault(mark.line + 1 if mark else 1, error.problem or error.context)
    except (YAMLError, RecursionError) as error:
        return _Fault(1, " ".join(str(error).split()))
    return node


def _parts(text: str) -> Iterator[str]:
    """The entries of a list, each on the lines where it stands in the file."""
    starts = [0, *(match.start() for match in re.finditer(r"^- ", text, re.MULTILINE)), len(text)]
    for start, end in itertools.pairwise(starts):
        yield "\n" * text.count("\n", 0, start) + text[start:end]


def _mappings(path: Path, root: SequenceNode, problems: list[Problem]) -> Iterator[Entry]:
    for node in root.value:
        if isinstance(node, MappingNode):
            yield Entry(path, node, problems)
        else:
            problems.append(Problem(path, _line(node), "an entry is a mapping that starts with '- id: …'"))


class Entry:
    """One mapping of a source file, read key by key; what is wrong goes to `problems` with its line."""

    def __init__(self, path: Path, node: MappingNode, problems: list[Problem], label: str | None = None) -> None:
        self.path, self.node, self.problems, self.label = path, node, problems, label
        self._first_problem = len(problems)
        self.keys: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            if name in self.keys:
                self._record(key, f"{name!r} stands twice in this entry; keep one")
            self.keys[name] = (key, value)

    @property
    def is_sound(self) -> bool:
        """Whether nothing has been found wrong with this mapping and those inside it so far."""
        return len(self.problems) == self._first_problem

    def text(self, key: str, *, required: bool = False, check: Callable[[str], str | None] | None = None) -> str | None:
        """The value of a key as the words in the file; `check` returns what is wrong with them, or None."""
        value = self._value(key)
        if value is None:
            if required:
                self._record(self.keys[key][0] if key in self.keys else self.node, f"'{key}' is missing")
            return None
        if not isinstance(value, ScalarNode) or not value.value.strip():
            self._record(value, f"'{key}' must be a line of text")
            return None
        text: str = value.value.strip()
        fault = check(text) if check else None
        if fault:
            self._record(value, f"'{key}': {fault}")
        return text

    def choice(self, key: str, words: tuple[_Word, ...]) -> _Word | None:
        """The value of a key that must be one of the words."""
        text = self.text(key, required=True)
        chosen = next((word for word in words if word == text), None)
        if text is not None and chosen is None:
            self.complain(key, f"{text!r} is none of {', '.join(words)}{nearest(text, words)}")
        return chosen

    def number(self, key: str, least: float, most: float) -> float | None:
        """The value of a key as a number between two bounds."""
        text = self.text(key)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) or not least <= float(text) <= most:
            self.complain(key, f"{text!r} is no number from {least:g} to {most:g}")
            return None
        return float(text)

    def entry(self, key: str) -> Entry | None:
        """The mapping under a key."""
        value = self._value(key)
        if value is None or isinstance(value, MappingNode):
            return Entry(self.path, value, self.problems, self.label) if value else None
        self.complain(key, "must be a mapping: names, each with a colon and a value")
        return None

    def entries(self, key: str) -> Iterator[Entry]:
        """The mappings of the list under a key."""
        value = self._value(key)
        if value is None:
            return
        if not isinstance(value, SequenceNode):
            self.complain(key, "must be a list of mappings, each item starting with a dash")
            return
        for node in value.value:
            if isinstance(node, MappingNode):
                yield Entry(self.path, node, self.problems, self.label)
            else:
                self._record(node, f"'{key}': each item is a mapping: names, each with a colon and a value")

    def refuse_unknown_keys(self, record: type) -> None:
        """Record every key that is no field of the dataclass."""
        known = tuple(record.__dataclass_fields__)  # type: ignore[attr-defined]  # called with our dataclasses only
        for name, (key, _) in self.keys.items():
            if name not in known:
                self._record(key, f"unknown key {name!r}{nearest(name, known) or '; known: ' + ', '.join(known)}")

    def refuse_repeated(self, key: str, noun: str, value: str, seen: dict[str, str]) -> None:
        """Record a value that stands elsewhere too; `seen` maps each value to its first place."""
        places = {
            f"{self.path}:{_line(node)}": node for node in _scalars(self.keys[key][1]) if node.value.strip() == value
        }
        place = next((place for place in places if place != seen.get(value)), next(iter(places)))
        if value in seen:
            self._record(places[place], f"{noun} {value} stands already at {seen[value]}")
        seen.setdefault(value, place)

    def complain(self, key: str, message: str) -> None:
        """Record that what stands under a key is wrong."""
        self._record(self.keys[key][1], f"'{key}': {message}")

    def is_empty(self, key: str) -> bool:
        """Whether a key stands there with nothing under it."""
        value = self._value(key)
        return key in self.keys and (value is None or value.value in ("", []))

    def _value(self, key: str) -> Node | None:
        """What stands under a key; an empty value is none."""
        value = self.keys[key][1] if key in self.keys else None
        return None if value is None or value.tag == "tag:yaml.org,2002:null" else value

    def _record(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.path, _line(node), f"{self.label}: {message}" if self.label else message))


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for inner in node.value:
            yield from _scalars(inner)
    else:
        for _, inner in node.value:
            yield from _scalars(inner)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def nearest(word: str, words: tuple[str, ...]) -> str:
    """A hint for the end of a message: the word that was probably meant, or nothing."""
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
