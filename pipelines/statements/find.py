"""From a story's text, attributions and agency mentions to its statements about cooperation.

Each paragraph is read for quotations, reported speech and plain narration; whoever speaks decides whether the words are
an agency's own, and the learned head with the rules beside it whether they are about cooperation and which way. What the
federal government, politicians or others say of an agency is kept as their claim and never as the agency's stance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pipelines.records import (
    Agency,
    AgencyMention,
    Attribution,
    Relevance,
    Stance,
    Statement,
    StatementKind,
)
from pipelines.statements.cast import Side, read_cast
from pipelines.statements.classifier import Head, Judgment, shipped_head
from pipelines.statements.layout import Layout, Quotation, Sentence, Turn, read_layout
from pipelines.statements.said_at import SaidAt, read_said_at
from pipelines.statements.sayings import Saying, read_saying
from pipelines.statements.rules import fire_rules
from pipelines.statements.stances import evidence_for, judge_words
from pipelines.statements.voices import Mentions, Voice, VoiceReader, is_federal
from pipelines.statements.wording import Word, clauses_of, is_on_subject, read_wording

__all__ = ["find_statements"]

_Part = TypeVar("_Part", Sentence, Quotation)

# Log odds from which words count, by the evidence that already speaks for them: an agency's voice needs less than a
# sentence of the reporter's in which an agency is named. Set on composed stories, checked on real ones.
QUOTED, REPORTED, NARRATED, CLAIMED = 0.1, 0.2, 1.5, 1.5
# A story's own subject lends its sentences weight, or takes it from them; words that name nothing of the subject need
# much more to count, less so where the lines before them do.
FOCUS_OF_SPEECH, FOCUS_OF_NARRATION, FOCUS_FROM = 0.6, 1.4, 0.45
OFF_SUBJECT, SUBJECT_ELSEWHERE, SUBJECT_BEFORE = -4.0, -1.0, -0.5
CONTEXT_CHARACTERS = 700
FIRST_PERSON = 1.5
WHOLE_FOR_PART = 1.2  # "asked whether they join raids, she said they never had": the sentence knows the subject
PART_OF_WHOLE = 0.4  # a clause may carry its sentence, at a discount
SHORTEST_QUOTATION_WORDS = 3
LONGEST_UNTRIMMED_WORDS = 26
SUBJECT_CHARACTERS = 60  # where a sentence's subject is looked for
CARRIED_CHARACTERS = 700  # how far back "the jail" may lie
LONGEST_STATEMENT = 1_200


@dataclass(frozen=True, slots=True)
class _Unit:
    """Words that may be a statement, and whose they are. `voice` is None in the reporter's own narration."""

    start: int
    end: int
    direct: bool
    voice: Voice | None
    sentence: Sentence
    cue: tuple[int, int] | None


def find_statements(
    text: str,
    *,
    title: str | None = None,
    published_at: datetime | None = None,
    attributions: Sequence[Attribution] = (),
    mentions: Sequence[AgencyMention] = (),
    relevance: Relevance | None = None,
    head: Head | None = None,
) -> list[Statement]:
    """The statements of one story in the order of the text; the quote of each is `text[start:end]`.

    `mentions` are all agencies found in `text`, federal ones among them. `published_at` gives weekdays their date,
    `relevance` tells how much the story is about the subject.
    """
    focus = relevance.score if relevance is not None else FOCUS_FROM
    reading = _Reading(text, Mentions(mentions), attributions, head or shipped_head(), published_at, focus)
    return sorted(reading.statements(), key=lambda found: (found.start, found.end))


class _Reading:
    """One story being read."""

    def __init__(
        self,
        text: str,
        mentions: Mentions,
        attributions: Sequence[Attribution],
        head: Head,
        published_at: datetime | None,
        focus: float,
    ) -> None:
        self._text = text
        self._layout = read_layout(text)
        self._mentions = mentions
        self._head = head
        self._published_at = published_at
        self._focus = focus
        self._cast = read_cast(text, self._layout)
        self._voices = VoiceReader(text, self._layout, self._cast, mentions)
        self._attributions = sorted(attributions, key=lambda found: found.start)
        self._left_open: Voice | None = None

    def statements(self) -> Iterator[Statement]:
        sentences = _by_paragraph(self._layout.sentences, len(self._layout.paragraphs))
        quotations = _by_paragraph(self._layout.quotations, len(self._layout.paragraphs))
        turns = {turn.paragraph: turn for turn in self._layout.turns}
        transcript = len(turns) >= 4
        for number in range(len(self._layout.paragraphs)):
            turn = turns.get(number) if transcript or number in turns and self._is_interview(turns[number]) else None
            if turn is not None and (voice := self._turn_voice(turn)) is not None and voice.side is not Side.OTHER:
                yield from self._of_turn(turn, voice, sentences[number])
                continue
            yield from self._of_paragraph(sentences[number], quotations[number])

    # --- transcripts -------------------------------------------------------------------------------------------------

    def _is_interview(self, turn: Turn) -> bool:
        return self._text[turn.start : turn.start + 2] in ("A:", "A.", "Q:", "Q.")

    def _turn_voice(self, turn: Turn) -> Voice | None:
        label = self._text[turn.start : turn.label_end]
        if label[:2] in ("A:", "A.") or label.startswith("Answer"):
            person = next((person for person in self._cast.people if person.side is Side.LOCAL), None)
            return self._voices.of_label(person.last, turn.start) if person else None
        return self._voices.of_label(label, turn.start)

    def _of_turn(self, turn: Turn, voice: Voice, sentences: Sequence[Sentence]) -> Iterator[Statement]:
        inside = [(max(s.start, turn.label_end), s.end) for s in sentences if s.end > turn.label_end]
        if not inside or voice.side is not Side.LOCAL:
            return
        unit = _Unit(inside[0][0], inside[-1][1], False, voice, sentences[0], None)
        judged = self._judge_quoted(unit, inside)
        if judged is not None:
            yield from self._emit(*judged, StatementKind.SPEECH)

    # --- paragraphs --------------------------------------------------------------------------------------------------

    def _of_paragraph(self, sentences: Sequence[Sentence], quotations: Sequence[Quotation]) -> Iterator[Statement]:
        sayings: dict[int, Saying | None] = {}
        voices: dict[int, Voice] = {}
        spoken = [q for q in quotations if len(self._text[q.start : q.end].split()) >= SHORTEST_QUOTATION_WORDS]
        for sentence in sentences:
            inside = [(q.start, q.end) for q in quotations if q.end > sentence.start and q.start < sentence.end]
            saying = read_saying(self._text, sentence.start, sentence.end, inside)
            sayings[sentence.start] = saying
            source = self._source_of(saying, sentence)
            if source is not None:
                voices[sentence.start] = self._voices.read(*source)
        by_quotation = self._quotation_voices(sentences, spoken, voices)
        taken: list[tuple[int, int]] = []
        for unit, judgment in self._best_quotations(spoken, by_quotation, sayings):
            taken.append((unit.start, unit.end))
            yield from self._emit(unit, judgment, StatementKind.SPEECH)
        for sentence in sentences:
            if any(a < sentence.end and b > sentence.start for a, b in taken):
                continue
            if any(q in by_quotation and q.start <= sentence.start + 1 and q.end >= sentence.end - 2 for q in spoken):
                continue
            yield from self._of_prose(sentence, sayings[sentence.start], voices.get(sentence.start), spoken)
        if spoken and spoken[-1] in by_quotation:
            self._left_open = by_quotation[spoken[-1]]

    def _source_of(self, saying: Saying | None, sentence: Sentence) -> tuple[int, int] | None:
        if saying is not None:
            return saying.source
        for found in self._attributions:
            if found.source_start is not None and found.source_end is not None and found.start < sentence.end and found.end > sentence.start:
                if sentence.start <= found.source_start < sentence.end:
                    return found.source_start, found.source_end
        return None

    def _quotation_voices(
        self, sentences: Sequence[Sentence], spoken: Sequence[Quotation], voices: dict[int, Voice]
    ) -> dict[Quotation, Voice]:
        """Who speaks each quotation: by its own sentence, else by its neighbors in the paragraph, else who went on."""
        known: dict[Quotation, Voice] = {}
        for quotation in spoken:
            for sentence in sentences:
                if sentence.start < quotation.end and sentence.end > quotation.start and sentence.start in voices:
                    known[quotation] = voices[sentence.start]
                    break
        if not spoken:
            return known
        before: Voice | None = None
        for quotation in spoken:
            if quotation in known:
                before = known[quotation]
            elif quotation.continues and self._left_open is not None:
                known[quotation] = before = self._left_open
            elif before is not None:
                known[quotation] = before
        for quotation in reversed(spoken):
            if quotation not in known:
                later = [known[other] for other in spoken if other in known and other.start > quotation.start]
                if later:
                    known[quotation] = later[0]
                elif voices and quotation.end - quotation.start > 25:
                    known[quotation] = list(voices.values())[-1]
                elif self._voices.last is not None and _fills(quotation, sentences):
                    known[quotation] = self._voices.last
        return known

    def _best_quotations(
        self, spoken: Sequence[Quotation], by_quotation: dict[Quotation, Voice], sayings: dict[int, Saying | None]
    ) -> list[tuple[_Unit, Judgment]]:
        """Of a quotation that its speaker's name splits, the part that says it; another only where it says otherwise."""
        found: dict[str, list[tuple[_Unit, Judgment]]] = {}
        for quotation in spoken:
            voice = by_quotation.get(quotation)
            sentence = self._layout.sentence_at(quotation.start)
            if voice is None or voice.side is not Side.LOCAL or sentence is None:
                continue
            saying = sayings.get(sentence.start)
            unit = _Unit(quotation.start, quotation.end, True, voice, sentence, saying.cue if saying else None)
            inside = [
                (max(s.start, quotation.start), min(s.end, quotation.end))
                for s in self._layout.sentences
                if s.paragraph == quotation.paragraph and s.start < quotation.end and s.end > quotation.start
            ]
            judged = self._judge_quoted(unit, inside)
            if judged is not None:
                found.setdefault(voice.person.name if voice.person else voice.source, []).append(judged)
        kept = []
        for parts in found.values():
            unit, judgment = max(parts, key=lambda part: part[1].log_odds)
            if len(parts) > 1:
                # What the speaker says in the other parts belongs to the sense of this one.
                whole = [word for part, _ in sorted(parts, key=lambda part: part[0].start) for word in self._wording(part.start, part.end)]
                judgment = replace(judgment, stances=judge_words(whole, self._head).stances)
            kept.append((unit, judgment))
        return kept

    def _judge_quoted(self, unit: _Unit, inside: Sequence[tuple[int, int]]) -> tuple[_Unit, Judgment] | None:
        """The quotation without sentences at its ends that are about something else, where it is long."""
        spans = [span for span in inside if span[1] > span[0]]
        if len(spans) > 1 and len(self._text[unit.start : unit.end].split()) > LONGEST_UNTRIMMED_WORDS:
            odds = [self._judge(*span).log_odds for span in spans]
            good = [at for at, value in enumerate(odds) if value >= QUOTED]
            if good:
                unit = replace(unit, start=spans[good[0]][0], end=spans[good[-1]][1])
        judgment = self._judge(unit.start, unit.end)
        return (unit, judgment) if judgment.log_odds >= QUOTED else None

    def _of_prose(
        self, sentence: Sentence, saying: Saying | None, voice: Voice | None, spoken: Sequence[Quotation]
    ) -> Iterator[Statement]:
        if not _is_told(self._text[sentence.start : sentence.end]):
            return
        if voice is not None and not voice.is_press:
            yield from self._of_report(sentence, saying, voice)
            return
        local = self._mentions.local(sentence.start, sentence.end) or self._carried(sentence)
        if not local:
            return
        judgment = self._judge(sentence.start, sentence.end, FOCUS_OF_NARRATION)
        if any(word.name == "WE" for word in self._wording(sentence.start, sentence.end)):
            # "We" outside quotation marks is the writer of a statement printed whole, who need not be the agency named.
            judgment = replace(judgment, log_odds=judgment.log_odds - FIRST_PERSON)
        if judgment.log_odds < NARRATED:
            return
        narrated = Voice(Side.LOCAL, "", None, None, tuple(local), sentence.start)
        unit = _Unit(sentence.start, sentence.end, False, narrated, sentence, None)
        for statement in self._emit(unit, judgment, _kind_of(self._text[sentence.start : sentence.end])):
            yield replace(statement, source=None)

    def _carried(self, sentence: Sentence) -> list[AgencyMention]:
        """Whom a sentence is about that names no agency: a person who speaks for one, "it", "the jail", "staff"."""
        words = self._wording(sentence.start, min(sentence.end, sentence.start + SUBJECT_CHARACTERS))
        person = self._cast.named(self._text[sentence.start : sentence.start + SUBJECT_CHARACTERS])
        if person is not None and person.side is Side.LOCAL:
            return list(self._voices.of_person(person).mentions)
        paragraph = self._layout.paragraphs[sentence.paragraph]
        inside = self._mentions.local(paragraph[0], sentence.start)
        if inside and _names_definitely(self._text, self._wording(sentence.start, sentence.end)):
            return inside[-1:]
        first = self._text[sentence.start : sentence.start + 12].split(" ")[0]
        if first not in ("It", "They", "Its", "Their", "Both") and not _opens_with_agency(self._text, words):
            return []
        after = self._mentions.local(sentence.end, paragraph[1])
        last = self._mentions.last_before(sentence.start)
        return inside[-1:] or after[:1] or ([last] if last is not None and sentence.start - last.start < CARRIED_CHARACTERS else [])

    def _of_report(self, sentence: Sentence, saying: Saying | None, voice: Voice) -> Iterator[Statement]:
        contents = saying.contents if saying is not None else ((sentence.start, sentence.end),)
        if not contents:
            return
        spans = [contents[0]]
        if len(contents) > 1 and saying is not None:
            spans = [(contents[0][0], contents[-1][1])]
        for start, end in spans:
            start, end = _stripped(self._text, start, end)
            if end - start < 8:
                continue
            judgment = self._judge(start, end)
            if not is_on_subject(self._wording(start, end)) and is_on_subject(self._wording(sentence.start, sentence.end)):
                whole = self._judge(sentence.start, sentence.end)
                judgment = replace(judgment, log_odds=max(judgment.log_odds, whole.log_odds - WHOLE_FOR_PART))
            unit = _Unit(start, end, False, voice, sentence, saying.cue if saying else None)
            if voice.side is Side.LOCAL and judgment.log_odds >= REPORTED:
                yield from self._emit(unit, judgment, StatementKind.SPEECH)
            elif voice.side is not Side.LOCAL and judgment.log_odds >= CLAIMED:
                local = self._mentions.local(start, end)
                if local:
                    claimed = replace(unit, voice=Voice(Side.LOCAL, voice.source, None, None, tuple(local), start))
                    for statement in self._emit(claimed, judgment, StatementKind.CLAIM):
                        name = voice.person.name if voice.person else voice.source
                        yield replace(statement, claimant=name, confidence=round(statement.confidence / 2, 3))

    # --- judging and emitting ----------------------------------------------------------------------------------------

    def _judge(self, start: int, end: int, focus_weight: float = FOCUS_OF_SPEECH) -> Judgment:
        """The head's judgment of a span, its log odds weighed by what the story and the lines before it are about."""
        words = self._wording(start, end)
        judgment = judge_words(words, self._head)
        parts = [judge_words(clause, self._head).log_odds - PART_OF_WHOLE for clause in clauses_of(words)]
        odds = max([judgment.log_odds, *parts]) + focus_weight * (self._focus - FOCUS_FROM)
        if not is_on_subject(words):
            paragraph = self._layout.paragraph_at(start)
            before = max(self._layout.paragraphs[max(0, paragraph - 2)][0], start - CONTEXT_CHARACTERS)
            near = is_on_subject(self._wording(before, start))
            sure = self._focus >= FOCUS_FROM or bool(fire_rules(words))
            odds += OFF_SUBJECT if not near or not sure else SUBJECT_BEFORE if self._focus >= FOCUS_FROM else SUBJECT_ELSEWHERE
        return replace(judgment, log_odds=odds)

    def _wording(self, start: int, end: int) -> list[Word]:
        end = min(end, start + LONGEST_STATEMENT)
        return read_wording(self._text, start, end, [(m.start, m.end, is_federal(m)) for m in self._mentions.within(start, end)])

    def _emit(self, unit: _Unit, judgment: Judgment, kind: StatementKind) -> Iterator[Statement]:
        voice = unit.voice
        if voice is None:
            return
        start, end = _stripped(self._text, unit.start, unit.end)
        words = self._wording(start, end)
        stance = judgment.stance
        evidence = evidence_for(self._text, words, judgment, stance, self._head)
        said = self._said_at(unit)
        for agency, candidates in voice.agencies:
            if agency is None and not candidates:
                continue
            yield Statement(
                start=start,
                end=end,
                quote=self._text[start:end],
                kind=kind,
                direct=unit.direct,
                speaker=voice.person.name if voice.person else None,
                role=voice.role,
                source=voice.source or None,
                agency=agency,
                agency_candidates=candidates,
                stance=stance,
                claimant=None,
                said_at=said.at,
                said_at_raw=said.raw,
                confidence=_confidence(judgment, stance, agency),
                evidence=evidence,
            )

    def _said_at(self, unit: _Unit) -> SaidAt:
        return read_said_at(self._text, unit.sentence.start, unit.sentence.end, (unit.start, unit.end) if unit.direct else None, self._published_at)


def _confidence(judgment: Judgment, stance: Stance, agency: Agency | None) -> float:
    found = 1 / (1 + math.exp(-judgment.log_odds))
    sure = judgment.stances[stance]
    return round(found * (0.4 + 0.6 * sure) * (1.0 if agency else 0.6), 3)


def _kind_of(words: str) -> StatementKind:
    lowered = f" {words.casefold()} "
    habitual = any(word in lowered for word in (" policy", " policies", " rule", " do not ", " does not ", " don’t ", " don't ",
                                                " will ", " may ", " only ", " cannot ", " honors ", " never "))
    return StatementKind.POLICY if habitual else StatementKind.ACTION


_AGENCY_NOTIONS = ("FORCE", "JAIL", "BODY")
_IN_GENERAL = frozenset("jails prisons sheriffs departments agencies police departments sheriffs cops".split()) | {"police departments"}


def _opens_with_agency(text: str, words: Sequence[Word]) -> bool:
    """Whether a sentence's first words are of an agency, one in particular and not agencies at large, before any other body."""
    for word in words[:6]:
        if word.name in _AGENCY_NOTIONS:
            return text[word.start : word.end].casefold() not in _IN_GENERAL
        if word.name in ("FED", "WE"):
            return False
    return False


def _names_definitely(text: str, words: Sequence[Word]) -> bool:
    """Whether a sentence speaks of "the jail" or "the deputies": those that the lines before it named."""
    return any(word.name in ("JAIL", "FORCE") and text[max(0, word.start - 4) : word.end].casefold().startswith("the ") for word in words)


def _is_told(sentence: str) -> bool:
    """Whether a sentence states something: it ends like one, and not as a question."""
    return sentence.rstrip("”\"’')] 0123456789[")[-1:] in (".", "!", "…")


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:—–-“\""):
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _fills(quotation: Quotation, sentences: Sequence[Sentence]) -> bool:
    """Whether the quotation is its paragraph, so that nobody is named beside it."""
    return bool(sentences) and quotation.start - sentences[0].start <= 2 and sentences[-1].end - quotation.end <= 2


def _by_paragraph(parts: Iterable[_Part], count: int) -> list[list[_Part]]:
    sorted_out: list[list[_Part]] = [[] for _ in range(count)]
    for part in parts:
        sorted_out[part.paragraph].append(part)
    return sorted_out
