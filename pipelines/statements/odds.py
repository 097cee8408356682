"""How surely words of one story are a statement: the judgment of head and rules, weighed by where the words stand.

A story's own subject lends its sentences weight or takes it from them. Words that name nothing of immigration
enforcement count only where the lines before them do, and a clause may carry the sentence in which it stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pipelines.statements.classifier import Head, Judgment, probabilities
from pipelines.statements.layout import Layout, Sentence
from pipelines.statements.mentions import Mentions, is_federal
from pipelines.statements.reader import Sense, Senses
from pipelines.statements.rules import fire_rules
from pipelines.statements.stances import LEAST_PROBABILITY, judge_words
from pipelines.statements.wording import (
    Word,
    clauses_of,
    features_before,
    is_on_subject,
    read_wording,
    speaks_of_its_own,
)

__all__ = ["FOCUS_FROM", "PRIOR_FROM", "StoryOdds"]

# A story about the subject lends its sentences weight; where it is about something else, an agency's own voice loses
# less than the reporter's narration.
FOCUS_OF_SPEECH, FOCUS_OF_NARRATION, FOCUS_FROM = 1.2, 1.2, 0.6
OTHER_FOCUS_OF_SPEECH = 0.9
OFF_SUBJECT, SUBJECT_ELSEWHERE, SUBJECT_BEFORE = -4.0, -1.0, -0.2
CONTEXT_CHARACTERS = 700
CONTEXT_PARAGRAPHS = 2
BEFORE_CHARACTERS = 300
# What is judged here has an agency's voice or subject already: more of it is a statement than of the head's examples.
# So much the more where the story has to do with the subject at all.
PRIOR, PRIOR_ELSEWHERE, PRIOR_FROM = 1.2, 0.2, 0.3
FIRST_PERSON = 1.5
WHOLE_FOR_PART = 1.2
PART_OF_WHOLE = 0.4
LONGEST_JUDGED = 1_200
# Head and reader are no independent witnesses, and the reader is too sure of itself. Measured on a hand that neither had
# seen, and on real pages.
READER_ODDS, READER_STANCES = 0.35, 0.65


class StoryOdds:
    """Judges spans of one story. `focus` is the score of its relevance; without `senses` the head judges alone."""

    def __init__(
        self, text: str, layout: Layout, mentions: Mentions, head: Head, focus: float, senses: Senses | None
    ) -> None:
        self._text = text
        self._layout = layout
        self._mentions = mentions
        self._head = head
        self._focus = focus
        self._senses = senses

    def spoken(self, start: int, end: int) -> Judgment:
        """The judgment of words that somebody is reported to have said."""
        return self._judge(start, end, FOCUS_OF_SPEECH if self._focus >= FOCUS_FROM else OTHER_FOCUS_OF_SPEECH)

    def reported(self, start: int, end: int, sentence: Sentence) -> Judgment:
        """The judgment of reported words.

        "Asked whether they join raids, she said they never had" knows its subject as a sentence only.
        """
        judgment = self.spoken(start, end)
        if is_on_subject(self.wording(start, end)) or not is_on_subject(self.wording(sentence.start, sentence.end)):
            return judgment
        whole = self.spoken(sentence.start, sentence.end)
        return replace(judgment, log_odds=max(judgment.log_odds, whole.log_odds - WHOLE_FOR_PART))

    def narrated(self, sentence: Sentence) -> Judgment:
        """The judgment of a sentence of the reporter's own.

        "We" outside quotation marks is the writer of a statement printed whole, who need not be the agency named.
        """
        judgment = self._judge(sentence.start, sentence.end, FOCUS_OF_NARRATION)
        words = self.wording(sentence.start, sentence.end)
        # "Our deputies" in an agency's own release are the agency's all the same.
        first_person = not speaks_of_its_own(words) and any(word.name == "WE" for word in words)
        return replace(judgment, log_odds=judgment.log_odds - FIRST_PERSON) if first_person else judgment

    def together(self, spans: list[tuple[int, int]], judgment: Judgment) -> Judgment:
        """The judgment with the stance that several spans have when read as one."""
        words = [word for start, end in spans for word in self.wording(start, end)]
        whole = replace(judgment, stances=judge_words(words, self._head).stances)
        return replace(judgment, stances=joined(whole, self._sense(spans)).stances)

    def wording(self, start: int, end: int) -> list[Word]:
        """The notions of a span, agencies' names among them."""
        end = min(end, start + LONGEST_JUDGED)
        named = [(mention.start, mention.end, is_federal(mention)) for mention in self._mentions.within(start, end)]
        return read_wording(self._text, start, end, named)

    def _judge(self, start: int, end: int, focus_weight: float) -> Judgment:
        words = self.wording(start, end)
        before = features_before(self.wording(max(0, start - BEFORE_CHARACTERS), start))
        judgment = judge_words(words, self._head, before)
        parts = [judge_words(clause, self._head, before).log_odds - PART_OF_WHOLE for clause in clauses_of(words)]
        prior = PRIOR if self._focus >= PRIOR_FROM else PRIOR_ELSEWHERE
        odds = prior + max([judgment.log_odds, *parts]) + focus_weight * (self._focus - FOCUS_FROM)
        odds = odds if is_on_subject(words) else odds + self._off_subject(words, start)
        return joined(replace(judgment, log_odds=odds), self._sense([(start, end)]))

    def sense_odds(self, start: int, end: int) -> float:
        """The log odds of the reader alone; minus infinity without one."""
        sense = self._sense([(start, end)])
        return sense.log_odds if sense is not None else -math.inf

    def _sense(self, spans: Sequence[tuple[int, int]]) -> Sense | None:
        return self._senses.of(spans) if self._senses is not None else None

    def _off_subject(self, words: list[Word], start: int) -> float:
        paragraph = self._layout.paragraph_at(start)
        first = self._layout.paragraphs[max(0, paragraph - CONTEXT_PARAGRAPHS)][0]
        if not is_on_subject(self.wording(max(first, start - CONTEXT_CHARACTERS), start)):
            return OFF_SUBJECT
        if self._focus >= FOCUS_FROM:
            return SUBJECT_BEFORE
        return SUBJECT_ELSEWHERE if fire_rules(words) else OFF_SUBJECT


def joined(judgment: Judgment, sense: Sense | None) -> Judgment:
    """The judgment of head and rules with the reader's."""
    if sense is None:
        return judgment
    logs = {
        stance: math.log(max(LEAST_PROBABILITY, judgment.stances[stance])) + READER_STANCES * sense.stances[stance]
        for stance in sense.stances
    }
    return replace(judgment, log_odds=judgment.log_odds + READER_ODDS * sense.log_odds, stances=probabilities(logs))
