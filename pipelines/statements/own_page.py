"""Whether a page is an agency's own, so that what it tells in sentences of its own are the agency's words."""

from __future__ import annotations

from collections import Counter

from pipelines.records import AgencyMention
from pipelines.statements.layout import Layout
from pipelines.statements.odds import StoryOdds
from pipelines.statements.voices import Mentions
from pipelines.statements.wording import speaks_of_its_own

__all__ = ["agency_of_own_page"]

# From how many sentences with "our officers" or paragraphs that ask, and sentences with "we", a page is an agency's own.
FEWEST_OWN, FEWEST_QUESTIONS, FEWEST_FIRST_PERSON = 2, 4, 4
LEAST_SHARE_OF_FIRST_PERSON = 0.15
MOST_SENTENCES_OF_A_PAGE = 300
LONGEST_QUESTION_LABEL = 3  # "Q: "


def agency_of_own_page(text: str, layout: Layout, mentions: Mentions, odds: StoryOdds) -> AgencyMention | None:
    """The agency whose own page this is: it says "we" outside quotation marks, and "our officers" or answers.

    A newspaper's own opinion says "we" too, but asks and answers nothing.
    """
    if any(turn.label_end - turn.start > LONGEST_QUESTION_LABEL for turn in layout.turns):
        return None
    told = [s for s in layout.sentences if not layout.quotations_in(s.start, s.end)]
    words = [odds.wording(s.start, s.end) for s in told[:MOST_SENTENCES_OF_A_PAGE]]
    own = sum(speaks_of_its_own(found) for found in words)
    first_person = sum(any(word.name == "WE" for word in found) for found in words)
    asked = sum(text[end - 1] == "?" for _, end in layout.paragraphs)
    if (own < FEWEST_OWN and asked < FEWEST_QUESTIONS) or first_person < FEWEST_FIRST_PERSON:
        return None
    if first_person < LEAST_SHARE_OF_FIRST_PERSON * len(words):
        return None
    counts = Counter(m.agency.agency_id for m in mentions.local(0, len(text)) if m.agency)
    most = counts.most_common(1)
    return next((m for m in mentions.all if m.agency and most and m.agency.agency_id == most[0][0]), None)
