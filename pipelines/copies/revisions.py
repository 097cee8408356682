"""What changed between two texts of one story, for a reader and for the record.

A change in counters, timestamps, share buttons or links to other stories is no revision (`revision_noise.yml`). What is
one is told sentence by sentence: added, removed or altered, the last with the words marked. Statements are compared by
their quotes, so that a quietly edited quotation shows as such.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path

from ruamel.yaml import YAML

from pipelines.copies.comparison import normalized_words

__all__ = [
    "Change",
    "ChangeKind",
    "compare_statements",
    "compare_texts",
    "is_revision",
    "marked_words",
    "readable_diff",
]

# Two sentences with half of their words in common, in order, are one sentence edited.
LEAST_ALIKE = 0.5
_SIGNS = (
    (re.compile(r"[$€£](?=\d)"), " dollars "),
    (re.compile(r"(?<=\d) ?%"), " percent"),
    (re.compile(r"(?<![\w.,])[-−](?=\d)"), " minus "),
)
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?][\"'\u201d\u2019)\]]*(?=\s)|(?=\n)|$)")
_ABBREVIATED = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Sgt|Lt|Capt|Cpl|Gov|Sen|Rep|Rev|Jr|Sr|St|No|vs|Inc|Co|Jan|Feb|Aug|Sept|Oct|Nov|Dec|U\.S|a\.m|p\.m))\.$")  # fmt: skip


class ChangeKind(StrEnum):
    """What happened to a sentence or a statement."""

    ADDED = "added"
    REMOVED = "removed"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `before` is None where something was added, `after` where it was removed; both as printed."""

    kind: ChangeKind
    before: str | None
    after: str | None


def is_revision(before: str, after: str) -> bool:
    """Whether an editor changed the story: more than counters, timestamps, links and their like, or the order."""
    return bool(compare_texts(before, after))


def compare_texts(before: str, after: str) -> tuple[Change, ...]:
    """List the changes between two texts in the order of the text. Empty where only noise, spacing or order differs."""
    old, new = _telling_sentences(before), _telling_sentences(after)
    old_keys, new_keys = [_key(sentence) for sentence in old], [_key(sentence) for sentence in new]
    # A sentence that moved is in both texts: it is not news.
    kept = Counter(old_keys) & Counter(new_keys)
    changes: list[Change] = []
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            continue
        gone = [old[at] for at in range(old_from, old_to) if old_keys[at] not in kept]
        come = [new[at] for at in range(new_from, new_to) if new_keys[at] not in kept]
        changes += _paired(gone, come)
    return tuple(changes)


def compare_statements(
    before: str, after: str, old_quotes: Sequence[str], new_quotes: Sequence[str]
) -> tuple[Change, ...]:
    """List the statements added, altered or removed between two texts of a story, given the quotes read in each.

    Words that stand in both texts were not edited, though they be read as a statement in one of them alone.
    """
    old_words, new_words = f" {_key(before)} ", f" {_key(after)} "
    old_keys, new_keys = ({_key(quote) for quote in quotes} for quotes in (old_quotes, new_quotes))
    gone = [quote for quote in old_quotes if _key(quote) not in new_keys]
    come = [quote for quote in new_quotes if _key(quote) not in old_keys]

    def edited(change: Change) -> bool:
        left = change.before is not None and f" {_key(change.before)} " not in new_words
        came = change.after is not None and f" {_key(change.after)} " not in old_words
        return left or came

    return tuple(change for change in _paired(gone, come) if edited(change))


def readable_diff(changes: Sequence[Change]) -> str:
    """The changes as lines: `- ` removed, `+ ` added, `~ ` altered, its words marked as [-old-] and {+new+}."""
    lines = []
    for change in changes:
        if change.before is None:
            lines.append(f"+ {change.after}")
        elif change.after is None:
            lines.append(f"- {change.before}")
        else:
            lines.append(f"~ {marked_words(change.before, change.after)}")
    return "\n".join(lines)


def marked_words(before: str, after: str) -> str:
    """One sentence with what left it in [-…-] and what came in {+…+}."""
    old, new = before.split(), after.split()
    parts: list[str] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts += old[old_from:old_to]
            continue
        if old_to > old_from:
            parts.append(f"[-{' '.join(old[old_from:old_to])}-]")
        if new_to > new_from:
            parts.append(f"{{+{' '.join(new[new_from:new_to])}+}}")
    return " ".join(parts)


def _paired(gone: list[str], come: list[str]) -> list[Change]:
    """Pair each new sentence with the most similar old one, in order; what finds no partner was added or removed."""
    changes: list[Change] = []
    rest = list(gone)
    for sentence in come:
        best = max(rest, key=lambda old: _likeness(old, sentence), default=None)
        if best is None or _likeness(best, sentence) < LEAST_ALIKE:
            changes.append(Change(ChangeKind.ADDED, None, sentence))
            continue
        rest.remove(best)
        changes.append(Change(ChangeKind.ALTERED, best, sentence))
    return [*(Change(ChangeKind.REMOVED, sentence, None) for sentence in rest), *changes]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, normalized_words(one), normalized_words(other), autojunk=False).ratio()


def _telling_sentences(text: str) -> list[str]:
    """The sentences of a text without those that are noise, each as printed, white space folded."""
    sentences: list[str] = []
    for line in text.splitlines():
        held = ""
        for match in _SENTENCE.finditer(line):
            held = f"{held} {match[0].strip()}".strip()
            if not _ABBREVIATED.search(held):
                sentences.append(held)
                held = ""
        sentences.append(held)
    return [" ".join(s.split()) for s in sentences if normalized_words(s) and not _is_noise(s)]


def _key(sentence: str) -> str:
    """The words of a sentence for comparing; what stands at a number is one of them ("$40", "40%", "-40")."""
    for sign, word in _SIGNS:
        sentence = sign.sub(word, sentence)
    return " ".join(normalized_words(sentence))


def _is_noise(sentence: str) -> bool:
    return any(pattern.fullmatch(sentence.strip()) for pattern in _noise())


@functools.cache
def _noise() -> tuple[re.Pattern[str], ...]:
    raw = YAML(typ="safe").load(Path(__file__).with_name("revision_noise.yml").read_text(encoding="utf-8"))
    return tuple(re.compile(rule["pattern"], re.IGNORECASE) for rule in raw["noise"])
