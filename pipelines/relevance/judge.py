"""Whether a story is substantially about local cooperation with immigration enforcement, from its words alone.

The score grows with the share and the number of sentences in which a local agency, immigration enforcement and
an act of cooperation (or its subject, a detainer, an agreement, the asking for status) meet, and with how much
the story speaks of them at all; protests, deaths and legislatures weigh against it, and so does an enforcement
that no local body is near. It is a column and never a
gate; the gate for the costly reading is `mentions_local_enforcement`, which asks for less.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.phrases import FROZEN, load_phrases
from pipelines.records import Evidence, Relevance

__all__ = ["judge_relevance", "mentions_local_enforcement", "with_statements"]

_TERMS = Path(__file__).with_name("terms.yml")
_WORD = re.compile(r"287\(g\)|[a-z0-9]+(?:['.][a-z0-9]+)*|[.!?;\n]")
_ICE = re.compile(r"\bICE\b")
_FROZEN = re.compile(r"\bice\b")
_STOPS = frozenset(".!?\n")
# What exceeds this is not read: 60,000 characters hold any news story, and time stays bounded.
LONGEST_READ = 60_000
LETTERS_THAT_ANCHOR = 1  # so often in capitals, "ICE" is the agency
RELEVANT_FROM = 0.53
SHORT_STORY_WORDS = 120  # densities of a shorter story are reckoned as if it had so many words
SENTENCE_ENDS_THAT_ARE = 0.8  # the rest of the marks stand behind abbreviations
# A logistic regression over 1,086 composed stories and 204 real pages, each real one counted two and a half times.
INTERCEPT = -4.35
WORTH_READING = 0.4
# A story that is made of agencies' statements is about the subject, whatever words it avoids.
MANY_STATEMENTS, SOME_STATEMENTS, SOME_SHARE = 5, 3, 0.15
BARE_MEETING, MEETING_WITH_DEED, MEETING_WITH_ACT, MEETING_ON_SUBJECT, ELSEWHERE_FACTOR = 0.2, 0.4, 0.7, 1.0, 0.4
NEIGHBOR_WORDS, NEIGHBORS_WORTH_READING = 60, 2
_ACROSS = frozenset({"federal", "subject", "debate"})
_SIDES = _ACROSS | {"local"}
BROKEN_MEETING = 0.35
_DENSITIES = ("local", "federal", "anchor", "subject", "act", "debate", "elsewhere", "politics")
_UNMISTAKABLE = frozenset({"deportation", "deportations", "dhs", "cbp", "detainers"})


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A sentence in which the subject's parts meet, and the phrases that did."""

    sentence: int
    weight: float
    words: str


def judge_relevance(title: str | None, text: str) -> Relevance:
    """Score in 0 to 1 with the words that made it; under 2 ms for a story of 1,500 words."""
    table = load_phrases(_TERMS)
    words = _words(text[:LONGEST_READ])
    found = list(table.find(words))
    counts = Counter(notion for _, _, notion in found)
    named = any(length > 1 and words[at] == "ice" and notion in _ACROSS for at, length, notion in found)
    if not named and not _is_anchored(counts, words, title or "") and _letters(title or "", text) < LETTERS_THAT_ANCHOR:
        return Relevance(False, 0.0, (Evidence("no-immigration-term", ""),))
    meetings = [*_meetings(words, found), *_broken_meetings(words, found)]
    total = sum(meeting.weight for meeting in meetings)
    sentences = max(10.0, SENTENCE_ENDS_THAT_ARE * sum(word in _STOPS for word in words))
    per_hundred = {
        notion: 100 * counts[notion] / max(SHORT_STORY_WORDS, len(words)) for notion in counts | Counter(_DENSITIES)
    }
    head = {notion for _, _, notion in table.find(_words(title or ""))}
    in_title = "subject" in head or ("local" in head and bool(head & {"federal", "act", "anchor", "debate"}))
    local, federal = min(per_hundred["local"], 3.0), min(per_hundred["federal"] + per_hundred["anchor"], 3.0)
    log_odds = (
        INTERCEPT
        + 2.4 * total / sentences
        + 2.5 * math.log1p(total)
        + 0.9 * local
        - 1.4 * federal
        + 1.8 * math.sqrt(local * federal)
        + 1.1 * math.sqrt(local * min(per_hundred["subject"], 2.0))
        + 1.4 * min(per_hundred["act"], 3.0)
        + 0.5 * in_title
        - 1.3 * min(per_hundred["debate"], 3.0)
        - 2.6 * min(per_hundred["elsewhere"], 4.0)
        - 1.3 * min(per_hundred["politics"], 3.0)
        - 0.7 * ("politics" in head)
    )
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
    strongest = sorted(meetings, key=lambda meeting: (-meeting.weight, meeting.sentence))[:4]
    evidence = [Evidence("meeting", meeting.words, round(meeting.weight, 2)) for meeting in strongest]
    if in_title:
        evidence.insert(0, Evidence("title", title or "", 1.2))
    return Relevance(score >= RELEVANT_FROM, round(score, 3), tuple(evidence))


def with_statements(relevance: Relevance, text: str, quotes: Sequence[str]) -> Relevance:
    """The judgment once the agencies' statements in a story are known; `quotes` are their words in `text`."""
    share = sum(map(len, quotes)) / max(1, len(text))
    if relevance.relevant or len(quotes) < (SOME_STATEMENTS if share >= SOME_SHARE else MANY_STATEMENTS):
        return relevance
    told = Evidence("statements", f"{len(quotes)} statements, {share:.0%} of the text", round(share, 3))
    return replace(relevance, relevant=True, score=RELEVANT_FROM, evidence=(told, *relevance.evidence))


def _is_anchored(counts: Counter[str], words: list[str], title: str) -> bool:
    """Whether a word of immigration enforcement alone stands in the text, so that "ice" and "detainer" mean it."""
    if counts["anchor"] > 0 or "homeland" in words or "287(g)" in words:
        return True
    if "patrol" in words and any(pair == ("border", "patrol") for pair in itertools.pairwise(words)):
        return True
    return any(word in _UNMISTAKABLE or word.startswith("immigra") for word in (*words, *_words(title)))


def _letters(*texts: str) -> int:
    return sum(1 for text in texts for _ in _ICE.finditer(text[:LONGEST_READ]))


def mentions_local_enforcement(text: str) -> bool:
    """Whether the text is worth the costly reading for statements.

    It is where a local agency, immigration enforcement and an act meet in one sentence, the first two in two (in one of
    a few lines), or either stands near the other so often that sentences alone do not tell: interviews and radio split
    them.
    """
    words = _words(text[: 10 * LONGEST_READ])
    found = list(load_phrases(_TERMS).find(words))
    if len(words) < SHORT_STORY_WORDS and _is_worth_a_look(text, words, found):
        return True
    if sum(meeting.weight for meeting in _meetings(words, found)) >= WORTH_READING:
        return True
    return _neighbors(found) >= NEIGHBORS_WORTH_READING


def _is_worth_a_look(text: str, words: list[str], found: Sequence[tuple[int, int, str]]) -> bool:
    """Whether a few lines, which say everything once, name a local agency and ICE by its letters in one sentence."""
    ends = [0, *(at for at, word in enumerate(words) if word in _STOPS), len(words)]
    local = {at for at, _, notion in found if notion == "local"}
    return _ICE.search(text) is not None and any(
        "ice" in words[start:end] and not local.isdisjoint(range(start, end)) for start, end in itertools.pairwise(ends)
    )


def _neighbors(found: Sequence[tuple[int, int, str]]) -> int:
    """How many phrases of one side stand within NEIGHBOR_WORDS behind one of the other."""
    last: dict[bool, int] = {}
    count = 0
    for at, _, notion in found:
        if notion in _SIDES:
            here = notion == "local"
            count += (not here) in last and at - last[not here] <= NEIGHBOR_WORDS
            last[here] = at
    return count


def _words(text: str) -> list[str]:
    lowered = _FROZEN.sub(FROZEN, text).lower().replace("’", "'").replace("'s", "").replace("287g", "287(g)")
    return _WORD.findall(lowered)


def _meetings(words: list[str], found: Sequence[tuple[int, int, str]]) -> Iterator[_Meeting]:
    """Sentences in which a local body meets immigration enforcement or its subject, weighed by what else they hold."""
    ends = [at for at, word in enumerate(words) if word in _STOPS] + [len(words)]
    place = 0
    for number, end in enumerate(ends):
        held: dict[str, list[str]] = {}
        while place < len(found) and found[place][0] < end:
            at, length, notion = found[place]
            held.setdefault(notion, []).append(" ".join(words[at : at + length]))
            place += 1
        if "local" in held and not held.keys().isdisjoint(("federal", "subject", "debate")):
            told = ("local", "federal", "act", "subject")
            yield _Meeting(
                number, _weight(held), ", ".join(phrase for notion in told for phrase in held.get(notion, ())[:2])
            )


def _broken_meetings(words: list[str], found: Sequence[tuple[int, int, str]]) -> Iterator[_Meeting]:
    """Sentences with an act in which one side alone stands, right behind a sentence in which the other does."""
    ends = [at for at, word in enumerate(words) if word in _STOPS] + [len(words)]
    place = 0
    before: set[str] = set()
    for number, end in enumerate(ends):
        held: dict[str, str] = {}
        while place < len(found) and found[place][0] < end:
            at, length, notion = found[place]
            held.setdefault(notion, " ".join(words[at : at + length]))
            place += 1
        local, other = "local" in held, not held.keys().isdisjoint(_ACROSS)
        missing = _ACROSS if local and not other else {"local"} if other and not local else set()
        if not before.isdisjoint(missing) and ("act" in held or "subject" in held) and "elsewhere" not in held:
            yield _Meeting(number, BROKEN_MEETING, ", ".join(held.values()))
        if held:
            before = set(held)


def _weight(held: dict[str, list[str]]) -> float:
    weight = BARE_MEETING
    for notion, value in (("subject", MEETING_ON_SUBJECT), ("act", MEETING_WITH_ACT), ("deed", MEETING_WITH_DEED)):
        if notion in held:
            weight = value
            break
    return weight * ELSEWHERE_FACTOR if "elsewhere" in held else weight
