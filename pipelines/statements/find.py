"""From a story's text, attributions and agency mentions to its statements about cooperation.

Each paragraph is read for quotations, reported speech and plain narration; whoever speaks decides whether the
words are an agency's own, and the learned head with the rules beside it whether they are about cooperation and
which way. What the federal government, politicians or others say of an agency is kept as their claim, never as
the agency's stance.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from pipelines.records import (
    Agency,
    AgencyKind,
    AgencyMention,
    Attribution,
    Evidence,
    Relevance,
    Statement,
    StatementKind,
)
from pipelines.speech.marks import in_double_marks
from pipelines.statements.answers import Answer, answered, read_answer
from pipelines.statements.cast import Person, read_cast
from pipelines.statements.classifier import Head, Judgment, shipped_head
from pipelines.statements.constancy import with_constant_stances
from pipelines.statements.layout import Quotation, Sentence, Turn, read_layout
from pipelines.statements.mentions import Mentions
from pipelines.statements.odds import FOCUS_FROM, StoryOdds
from pipelines.statements.own_page import agency_of_own_page, signer_of
from pipelines.statements.quoting import speakers_of
from pipelines.statements.reader import Senses
from pipelines.statements.sayings import Saying, read_saying
from pipelines.statements.sides import Side
from pipelines.statements.subjects import contrasted, is_told, kind_of_narration, subjects_of, tells_them_apart
from pipelines.statements.voices import Voice, VoiceReader
from pipelines.statements.wording import is_on_subject
from pipelines.statements.writing import StatementWriter, Unit, stripped

__all__ = ["LONGEST_TEXT", "find_statements"]

logger = logging.getLogger(__name__)

# Log odds from which words count, by the evidence that already speaks for them: an agency's voice needs less than a
# sentence of the reporter's in which an agency is named. Set on composed stories, checked on real ones.
QUOTED, QUOTED_IN_CONTEXT, REPORTED, ATTRIBUTED, NARRATED, CLAIMED = 0.3, 1.2, 0.2, 1.0, 2.2, 1.5
WRITTEN, WRITTEN_IN_CONTEXT = 1.0, 2.5
# Log odds from which the reader alone says that words are an agency's, whoever the lines before seem to name.
SURE_OF_PART, SURE_OF_VOICE, SURE_OF_SUBJECT = 8.5, 10.0, 3.0
NAMED_CHARACTERS = 1_500
NAME_CHARACTERS, ARTICLE_CHARACTERS, SUBJECT_CHARACTERS = 60, 4, 80
SHORTEST_QUOTATION_WORDS = 3
LONGEST_UNTRIMMED_WORDS = 26
SHORTEST_CONTENT = 8
SHORTEST_CLAUSE_WORDS = 6
# Bounds that no story reaches; what lies beyond is not read.
LONGEST_TEXT = 200_000
MOST_QUOTATIONS = 60  # in one paragraph

_DEED = re.compile(
    r",? (?:has |have |had |also |then |later ){0,2}(?:signed|joined|ended|quit|ordered|stopped|barred|banned|withdrew|renewed|"
    r"cancel(?:l)?ed|applied|opened|closed|sent|handed|turned|held|released|assisted|helped|hired|trained|assigned|issued|"
    r"adopted|rescinded|revoked|suspended|extended|let|"
    r"discussed|addressed|attended|listened|presented|appeared|met with|spoke (?:about|on)|talked about|took questions|was asked|were asked)\b"
)
_REST_OF_NAME = re.compile(r"(?<=[a-z])(?: [A-Z][\w’'-]+){1,2}")  # of which the tagger had the beginning
# "DHS accused the police of ignoring calls": whoever blames an agency speaks of it, and not the agency.
_BLAMES = re.compile(
    r"(?P<who>[^.“”\"]{2,80}?),? (?:has |have |had |also |again )?(?:accused|accuses|blamed|blames|faulted|faults|criticized|criticizes)\b"
)
_DAY_BEHIND = re.compile(r" (?:on |late |early |last )?(?:[A-Z][a-z]+day|week|month|year)$")
_OF_STATION = re.compile(r"\b(?:reporter|host|correspondent|anchor|producer|editor)\b", re.IGNORECASE)
_BYLINE = re.compile(r"\b(?P<last>[\w'’-]{1,40}), (?:BYLINE|HOST|REPORTER)\b", re.IGNORECASE)
_JOINT = re.compile(r"(?:,|;) (?:and|but)\b[^.;“”\"]{0,60}$")
_SHOWN = re.compile(
    r"\b(?:signs?|placards?|banners?|posters?|stickers?|shirts?|chants?|flyers?|graffiti)\b", re.IGNORECASE
)
_Part = TypeVar("_Part", Sentence, Quotation)


def find_statements(
    text: str,
    *,
    title: str | None = None,
    published_at: datetime | None = None,
    attributions: Sequence[Attribution] = (),
    mentions: Sequence[AgencyMention] = (),
    relevance: Relevance | None = None,
    head: Head | None = None,
    senses: Senses | None = None,
    publisher: Agency | None = None,
) -> list[Statement]:
    """The statements of one story in the order of the text; the quote of each is `text[start:end]`.

    `mentions` are all agencies found in `text`, federal ones among them. `published_at` gives weekdays their date,
    `relevance` tells how much the story is about the subject. A paragraph that only repeats the title is passed over.
    `senses` are the reader's judgments of the text (`reader.read_senses`); without them the head judges alone.
    `publisher` is the agency on whose own site the text stands.
    Only the first LONGEST_TEXT characters are read; a longer text is logged as cut.
    """
    if len(text) > LONGEST_TEXT:
        logger.warning("text of %d characters cut to %d for statements", len(text), LONGEST_TEXT)
        text = text[:LONGEST_TEXT]
    focus = relevance.score if relevance is not None else FOCUS_FROM
    marked = in_double_marks(text)
    reading = _Reading(
        marked, title, Mentions(mentions), attributions, head or shipped_head(), published_at, focus, senses, publisher
    )
    found = (replace(statement, quote=text[statement.start : statement.end]) for statement in reading.statements())
    return with_constant_stances(sorted(found, key=lambda statement: (statement.start, statement.end)))


class _Reading:
    """One story being read."""

    def __init__(
        self,
        text: str,
        title: str | None,
        mentions: Mentions,
        attributions: Sequence[Attribution],
        head: Head,
        published_at: datetime | None,
        focus: float,
        senses: Senses | None,
        publisher: Agency | None,
    ) -> None:
        self._text = text
        self._publisher = publisher
        self._title = title
        self._layout = read_layout(text)
        self._mentions = mentions
        self._cast = read_cast(text, self._layout)
        self._voices = VoiceReader(text, self._layout, self._cast, mentions)
        self._odds = StoryOdds(text, self._layout, mentions, head, focus, senses)
        self._writer = StatementWriter(text, self._layout, self._odds, head, published_at)
        self._sources = [found for found in attributions if found.source_start is not None]
        self._sources.sort(key=lambda found: found.source_start or 0)
        self._left_open: Voice | None = None

    def statements(self) -> Iterator[Statement]:
        count = len(self._layout.paragraphs)
        sentences, quotations = (
            _by_paragraph(self._layout.sentences, count),
            _by_paragraph(self._layout.quotations, count),
        )
        turns = {turn.paragraph: turn for turn in self._layout.turns}
        transcript = len(turns) >= 4
        for number, (start, end) in enumerate(self._layout.paragraphs):
            if self._text[start:end] == self._title:
                continue
            turn = turns.get(number)
            voice = self._turn_voice(turn) if turn is not None and (transcript or turn.answers) else None
            if turn is not None and voice is not None and voice.side is not Side.OTHER:
                yield from self._of_turn(turn, voice, sentences[number])
                continue
            told = sentences[number]
            if turn is not None and transcript and voice is not None and self._is_reporter(voice):
                told = [replace(s, start=max(s.start, turn.label_end)) for s in told if s.end > turn.label_end]
            yield from self._of_paragraph(told, quotations[number][:MOST_QUOTATIONS])

    # --- transcripts and interviews ------------------------------------------------------------------------------

    def _turn_voice(self, turn: Turn) -> Voice | None:
        if not turn.answers:
            return self._voices.of_label(self._text[turn.start : turn.label_end], turn.start)
        asked = self._interviewee
        return self._voices.of_label(asked.last, turn.start) if asked else None

    def _is_reporter(self, voice: Voice) -> bool:
        """Whether a transcript's voice is the station's own, whose turns are the story and not what somebody claims."""
        person = voice.person
        return person is not None and (
            _OF_STATION.search(person.role or "") is not None or person.last.casefold() in self._labeled_reporters
        )

    @cached_property
    def _labeled_reporters(self) -> frozenset[str]:
        """Last names that a transcript's labels give to the station: "BEN ARCHULETA, BYLINE:"."""
        return frozenset(match["last"].casefold() for match in _BYLINE.finditer(self._text))

    @cached_property
    def _interviewee(self) -> Person | None:
        """Who answers an interview's questions: the first presented before an answer, never somebody named in one."""
        first = next((turn.start for turn in self._layout.turns if turn.answers), 0)
        return next(
            (person for person in self._cast.people if person.side is Side.LOCAL and person.start < first), None
        )

    def _of_turn(self, turn: Turn, voice: Voice, sentences: Sequence[Sentence]) -> Iterator[Statement]:
        inside = [(max(s.start, turn.label_end), s.end) for s in sentences if s.end > turn.label_end]
        if not inside or voice.side is not Side.LOCAL:
            return
        judged = self._judge_quoted(Unit(inside[0][0], inside[-1][1], False, voice, sentences[0]), inside)
        if judged is not None:
            yield from self._writer.write(*judged, StatementKind.SPEECH)

    # --- paragraphs ----------------------------------------------------------------------------------------------

    def _of_paragraph(self, sentences: Sequence[Sentence], quotations: Sequence[Quotation]) -> Iterator[Statement]:
        sayings: dict[int, Saying | None] = {}
        voices: dict[int, Voice] = {}
        spoken = [q for q in quotations if len(self._text[q.start : q.end].split()) >= SHORTEST_QUOTATION_WORDS]
        for sentence in sentences:
            inside = [(q.start, q.end) for q in self._layout.quotations_in(sentence.start, sentence.end)]
            saying = read_saying(self._text, sentence.start, sentence.end, inside[:MOST_QUOTATIONS])
            sayings[sentence.start] = saying
            source = saying.source if saying is not None else self._attributed_source(sentence)
            if source is not None:
                voice = self._voices.read(*source)
                if saying is not None or voice.person is not None:
                    voices[sentence.start] = voice
                if saying is not None:
                    spans = [*saying.contents, *inside]
                    told = (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None
                    self._writer.note_day(voice, sentence.start, sentence.end, told)
        speakers = speakers_of(sentences, spoken, voices, self._left_open, self._voices.last)
        taken: list[tuple[int, int]] = []
        for unit, judgment in self._best_quotations(sentences, spoken, speakers, sayings):
            taken.append((unit.start, unit.end))
            yield from self._writer.write(unit, judgment, StatementKind.SPEECH)
        for quotation in spoken:
            yield from self._of_foreign_quotation(quotation, sentences, speakers.get(quotation))
        if not quotations and sentences and (announced := self._announced(sentences[-1], voices)) is not None:
            self._left_open = self._voices.last = announced
        filled = [(q.start - 1, q.end + 2) for q in spoken if q in speakers]
        for sentence in sentences:
            if any(a < sentence.end and b > sentence.start for a, b in taken):
                continue
            if not any(a <= sentence.start and b >= sentence.end for a, b in filled):
                yield from self._of_prose(sentence, sayings[sentence.start], voices.get(sentence.start))
        if spoken and spoken[-1] in speakers:
            self._left_open = speakers[spoken[-1]]

    def _attributed_source(self, sentence: Sentence) -> tuple[int, int] | None:
        """The source that the tagger found in a sentence whose verb the plain reading does not know."""
        for found in self._sources:
            start, end = found.source_start or 0, found.source_end or 0
            if start >= sentence.end:
                return None
            if start >= sentence.start and found.start < sentence.end and found.end > sentence.start:
                # "In 2011 Roe signed an agreement": what somebody does is no report of their words.
                name_end = _REST_OF_NAME.match(self._text, end)
                end = name_end.end() if name_end is not None else end
                return None if _DEED.match(self._text, end) else (start, end)
        return None

    def _best_quotations(
        self,
        sentences: Sequence[Sentence],
        spoken: Sequence[Quotation],
        speakers: dict[Quotation, Voice],
        sayings: dict[int, Saying | None],
    ) -> list[tuple[Unit, Judgment]]:
        """Of a quotation that its speaker's name splits, the part that says it, with the stance of all its parts."""
        found: dict[str, list[tuple[Unit, Judgment]]] = {}
        for quotation in spoken:
            inside = [s for s in sentences if s.start < quotation.end and s.end > quotation.start]
            voice = self._own_voice(speakers.get(quotation), quotation.start, quotation.end)
            if voice is None or not inside:
                continue
            spans = [(max(s.start, quotation.start), min(s.end, quotation.end)) for s in inside]
            judged = self._judge_quoted(Unit(quotation.start, quotation.end, True, voice, inside[0]), spans)
            if judged is not None and not self._is_said_around(
                quotation, inside[0], sayings.get(inside[0].start), judged[1]
            ):
                found.setdefault(voice.person.name if voice.person else voice.source, []).append(judged)
        kept = []
        for parts in found.values():
            best = max(parts, key=self._rank)
            # What the reader is sure of in another sentence is a statement of its own.
            apart = [part for part in parts if part[0].sentence != best[0].sentence and self._is_sure(part[0])]
            spans = sorted((unit.start, unit.end) for unit, judgment in parts if (unit, judgment) not in apart)
            together = self._odds.together(spans, best[1]) if len(spans) > 1 else best[1]
            kept += [(best[0], together), *apart]
        return kept

    def _of_foreign_quotation(
        self, quotation: Quotation, sentences: Sequence[Sentence], voice: Voice | None
    ) -> Iterator[Statement]:
        """What somebody else's quotation says of the local agency that it names."""
        about = self._mentions.local(quotation.start, quotation.end)[:1]
        if not about or voice is None or voice.side is Side.LOCAL or voice.leads_nowhere or voice.is_press:
            return
        sentence = next(s for s in sentences if s.start < quotation.end and s.end > quotation.start)
        judgment = self._odds.reported(quotation.start, quotation.end, sentence)
        if judgment.log_odds >= CLAIMED and not _SHOWN.search(voice.source):
            yield from self._claimed(Unit(quotation.start, quotation.end, True, voice, sentence), judgment, about)

    def _claimed(self, unit: Unit, judgment: Judgment, about: Sequence[AgencyMention]) -> Iterator[Statement]:
        """What a voice says of agencies that are not its own."""
        voice = unit.voice
        told = replace(voice, side=Side.LOCAL, person=None, role=None, mentions=tuple(about))
        claimant = voice.person.name if voice.person else voice.source
        yield from self._writer.write_claims(replace(unit, voice=told), judgment, claimant)

    def _announced(self, sentence: Sentence, voices: dict[int, Voice]) -> Voice | None:
        """Whose words the next paragraphs are: "The chief posted a statement Monday:"."""
        if not self._text[sentence.start : sentence.end].endswith(":"):
            return None
        if sentence.start in voices:
            return voices[sentence.start]
        person = self._cast.named(self._text[sentence.start : sentence.start + SUBJECT_CHARACTERS])
        return self._voices.of_person(person) if person is not None and person.side is Side.LOCAL else None

    def _is_sure(self, unit: Unit) -> bool:
        return self._odds.sense_odds(unit.start, unit.end) >= SURE_OF_PART

    def _own_voice(self, voice: Voice | None, start: int, end: int) -> Voice | None:
        """The voice where it is an agency's; one that leads nowhere is the agency's named last where the reader is sure."""
        if voice is not None and not voice.leads_nowhere:
            return voice if voice.side is Side.LOCAL else None
        if self._odds.sense_odds(start, end) < SURE_OF_VOICE or (last := self._named_last(start)) is None:
            return None
        if voice is None:
            return Voice(Side.LOCAL, "", None, None, (last,), start)
        return replace(voice, side=Side.LOCAL, mentions=(last,))

    def _named_last(self, offset: int) -> AgencyMention | None:
        """The local agency that the story named last, if not too far back."""
        last = self._mentions.last_before(offset)
        return last if last is not None and offset - last.start < NAMED_CHARACTERS else None

    def _rank(self, part: tuple[Unit, Judgment]) -> tuple[bool, float]:
        """What names the subject says it; of two that do the surer."""
        unit, judgment = part
        return is_on_subject(self._odds.wording(unit.start, unit.end)), judgment.log_odds

    def _is_said_around(
        self, quotation: Quotation, sentence: Sentence, saying: Saying | None, judged: Judgment
    ) -> bool:
        """Whether a quoted fragment only adds to what its sentence reports in words of its own."""
        if saying is None or not saying.contents or not self._text[quotation.start].islower():
            return False
        spans = [span for span in saying.contents if span[1] <= quotation.start - 1 or span[0] > quotation.end]
        for start, end in saying.contents:
            if start < quotation.start - 1 and quotation.end + 1 < end:
                spans += [(start, quotation.start - 1), (quotation.end + 1, end)]
        return any(self._odds.spoken(*span).log_odds >= max(REPORTED, judged.log_odds) for span in spans)

    def _judge_quoted(self, unit: Unit, inside: Sequence[tuple[int, int]]) -> tuple[Unit, Judgment] | None:
        """The quotation without sentences at its ends that are about something else, where it is long."""
        spans = [span for span in inside if span[1] > span[0]]
        if len(spans) > 1 and len(self._text[unit.start : unit.end].split()) > LONGEST_UNTRIMMED_WORDS:
            good = [span for span in spans if self._odds.spoken(*span).log_odds >= QUOTED]
            if good:
                unit = replace(unit, start=good[0][0], end=good[-1][1])
        judgment = self._odds.spoken(unit.start, unit.end)
        named = is_on_subject(self._odds.wording(unit.start, unit.end))
        return (unit, judgment) if judgment.log_odds >= (QUOTED if named else QUOTED_IN_CONTEXT) else None

    def _of_prose(self, sentence: Sentence, saying: Saying | None, voice: Voice | None) -> Iterator[Statement]:
        words = self._text[sentence.start : sentence.end]
        if not is_told(words):
            return
        if self._signer is not None and (voice is None or voice.source.casefold() in ("i", "we")):
            yield from self._of_column(sentence, self._signer)
            return
        beside = saying is not None and saying.aside and (voice is None or voice.side is not Side.LOCAL)
        if voice is not None and not voice.is_press and not beside:
            lead = self._clause_before(sentence, saying)
            if lead is not None:
                yield from self._of_narration(lead)
            yield from self._of_report(sentence, saying, voice)
            return
        blames = _BLAMES.match(self._text, sentence.start, sentence.end)
        if blames is not None:
            yield from self._of_blame(sentence, blames)
            return
        yield from self._of_narration(sentence)

    def _clause_before(self, sentence: Sentence, saying: Saying | None) -> Sentence | None:
        """What a sentence tells before it reports: "The jail will keep the beds, and on Tuesday the sheriff said …"."""
        if saying is None or not saying.contents or saying.contents[0][0] < saying.cue[1]:
            return None
        joint = _JOINT.search(self._text, sentence.start, saying.source[0])
        if joint is None or len(self._text[sentence.start : joint.start()].split()) < SHORTEST_CLAUSE_WORDS:
            return None
        return replace(sentence, end=joint.start())

    def _of_narration(self, sentence: Sentence) -> Iterator[Statement]:
        words = self._text[sentence.start : sentence.end]
        about = subjects_of(self._text, sentence, self._layout, self._mentions, self._cast, self._voices, self._odds)
        if not about and self._odds.sense_odds(sentence.start, sentence.end) >= SURE_OF_SUBJECT:
            last = self._named_last(sentence.start)
            about = [last] if last is not None else []
        if not about and self._writing_agency is not None:
            judgment = self._odds.spoken(sentence.start, sentence.end)
            if judgment.log_odds >= self._least_written(sentence):
                own = Voice(Side.LOCAL, "", None, None, (self._writing_agency,), sentence.start)
                unit = Unit(sentence.start, sentence.end, False, own, sentence)
                yield from self._writer.write(unit, judgment, kind_of_narration(words))
            return
        if not about or tells_them_apart(words, about):
            return
        for part, meant in contrasted(self._text, sentence, about):
            judgment = self._odds.narrated(part)
            if judgment.log_odds >= NARRATED:
                narrated = Voice(Side.LOCAL, "", None, None, tuple(meant), part.start)
                unit = Unit(part.start, part.end, False, narrated, sentence)
                yield from self._writer.write(unit, judgment, kind_of_narration(self._text[part.start : part.end]))

    def _of_blame(self, sentence: Sentence, blames: re.Match[str]) -> Iterator[Statement]:
        about = self._mentions.local(blames.end(), sentence.end)
        claimant = _DAY_BEHIND.sub("", blames["who"])
        judgment = self._odds.reported(blames.end(), sentence.end, sentence)
        if about and judgment.log_odds >= CLAIMED:
            voice = Voice(Side.LOCAL, claimant, None, None, tuple(about[:1]), sentence.start)
            unit = Unit(sentence.start, sentence.end, False, voice, sentence)
            yield from self._writer.write_claims(unit, judgment, claimant)

    def _least_written(self, sentence: Sentence) -> float:
        return WRITTEN if is_on_subject(self._odds.wording(sentence.start, sentence.end)) else WRITTEN_IN_CONTEXT

    def _of_column(self, sentence: Sentence, signer: Voice) -> Iterator[Statement]:
        judgment = self._odds.spoken(sentence.start, sentence.end)
        if judgment.log_odds >= self._least_written(sentence):
            unit = Unit(sentence.start, sentence.end, False, signer, sentence)
            yield from self._writer.write(unit, judgment, StatementKind.SPEECH)

    @cached_property
    def _signer(self) -> Voice | None:
        """The voice of whoever signed the whole text as a column."""
        signed = signer_of(self._text, self._layout, self._cast, self._mentions, self._own_site)
        if signed is None:
            return None
        person, mention = signed
        return Voice(Side.LOCAL, person.name, person, person.role, (mention,), person.start)

    @cached_property
    def _writing_agency(self) -> AgencyMention | None:
        return self._own_site or agency_of_own_page(self._text, self._layout, self._mentions, self._odds)

    @cached_property
    def _own_site(self) -> AgencyMention | None:
        """The agency on whose site the text stands, as if the text named it."""
        if self._publisher is None:
            return None
        evidence = (Evidence("own-site", self._publisher.name),)
        return AgencyMention(0, 0, self._publisher, (self._publisher,), evidence)

    def _of_report(self, sentence: Sentence, saying: Saying | None, voice: Voice) -> Iterator[Statement]:
        answer = read_answer(self._text, sentence.start, sentence.end) if voice.side is Side.LOCAL else None
        if answer is not None:
            yield from self._of_answer(sentence, answer, voice)
            return
        contents = saying.contents if saying is not None else ((sentence.start, sentence.end),)
        if not contents or _SHOWN.search(voice.source):
            return
        start, end = stripped(self._text, contents[0][0], contents[-1][1])
        if end - start < SHORTEST_CONTENT:
            return
        judgment = self._odds.reported(start, end, sentence)
        voice = self._own_voice(voice, start, end) or voice
        unit = Unit(start, end, False, voice, sentence)
        other = self._told_of_another(voice, start) if voice.side is Side.LOCAL else []
        if other and voice.person is not None and not self._voices.is_presented_with(voice.person, voice.mentions):
            # Whom the story gives no agency speaks for the one that heads what is reported.
            voice, other = replace(voice, mentions=tuple(other)), []
            unit = replace(unit, voice=voice)
        if voice.side is Side.LOCAL and not other:
            if judgment.log_odds >= (ATTRIBUTED if saying is None else REPORTED):
                yield from self._writer.write(unit, judgment, StatementKind.SPEECH)
        elif judgment.log_odds >= CLAIMED and (about := other or self._mentions.local(start, end)):
            yield from self._claimed(unit, judgment, about)

    def _of_answer(self, sentence: Sentence, answer: Answer, voice: Voice) -> Iterator[Statement]:
        """The question and its short answer as one statement."""
        judgment = self._odds.reported(answer.start, answer.end, sentence)
        if judgment.log_odds >= REPORTED:
            judgment = replace(judgment, stances=answered(judgment.stances, answer.helps))
            unit = Unit(sentence.start, sentence.end, False, voice, sentence)
            yield from self._writer.write(unit, judgment, StatementKind.SPEECH)

    def _told_of_another(self, voice: Voice, start: int) -> list[AgencyMention]:
        """The agency with which reported words open, where the voice speaks for another: what one tells of the other."""
        opening = self._mentions.local(start, start + NAME_CHARACTERS)[:1]
        own = [agency for agency, _ in voice.agencies if agency is not None]
        if not opening or opening[0].start - start > ARTICLE_CHARACTERS or opening[0].agency is None or not own:
            return []
        told_of = opening[0].agency
        # A sheriff speaks of the county's jail as of his own, whoever runs it.
        is_own = any(each.agency_id == told_of.agency_id or _runs_jail_of(each, told_of) for each in own)
        return [] if is_own else opening


def _runs_jail_of(one: Agency, other: Agency) -> bool:
    kinds = {one.kind, other.kind}
    return kinds == {AgencyKind.SHERIFF, AgencyKind.CORRECTIONS} and one.county_fips == other.county_fips is not None


def _by_paragraph(parts: Iterable[_Part], count: int) -> list[list[_Part]]:
    sorted_out: list[list[_Part]] = [[] for _ in range(count)]
    for part in parts:
        sorted_out[part.paragraph].append(part)
    return sorted_out
