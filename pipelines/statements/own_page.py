"""Whether a page is an agency's own, or a column that its head has signed: what it tells are then their words."""

from __future__ import annotations

import re
from collections import Counter

from pipelines.records import AgencyMention
from pipelines.statements.cast import Cast, Person
from pipelines.statements.layout import Layout
from pipelines.statements.mentions import Mentions
from pipelines.statements.odds import StoryOdds
from pipelines.statements.sides import Side
from pipelines.statements.wording import speaks_of_its_own

__all__ = ["agency_of_own_page", "signer_of"]

# From how many sentences with "our officers" or paragraphs that ask, and sentences with "we", a page is an agency's own.
FEWEST_OWN, FEWEST_QUESTIONS, FEWEST_FIRST_PERSON = 2, 4, 4
LEAST_SHARE_OF_FIRST_PERSON = 0.15
MOST_SENTENCES_OF_A_PAGE = 300
LONGEST_QUESTION_LABEL = 3  # "Q: "
# A column says "I" in so many sentences at least; its byline is short.
FEWEST_SIGNED = 3
LONGEST_BYLINE = 120
LAST_PARAGRAPHS = 4

_I = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]y)\b")
# Behind a name: who that is, or the title of whoever signs, or nothing.
_FROM_NAME = re.compile(
    r"$|,?\s(?:(?:Interim |Acting )?(?:Police )?(?:Chief|Sheriff)\b[^.!?\n]{0,60}$"
    r"|(?:of [A-Z][\w ]{1,30}, )?(?:is|has|was|became)\b|(?:the )?(?:sheriff|chief)\b)",
    re.MULTILINE,
)


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


def signer_of(
    text: str, layout: Layout, cast: Cast, mentions: Mentions, own_site: AgencyMention | None
) -> tuple[Person, AgencyMention] | None:
    """The officer of an agency who signed a column or letter, and the agency; None where nobody did.

    The name stands in a byline before the text, opens the lines about the author behind it, or signs the text with a
    title. On an agency's `own_site` it is that agency's officer.
    """
    told = [s for s in layout.sentences if not layout.quotations_in(s.start, s.end)][:MOST_SENTENCES_OF_A_PAGE]
    first_person = sum(_I.search(text, s.start, s.end) is not None for s in told)
    if first_person < max(FEWEST_SIGNED, LEAST_SHARE_OF_FIRST_PERSON * len(told)):
        return None
    byline = next(
        (p for p in layout.paragraphs[:2] if text.startswith("By ", p[0]) and p[1] - p[0] <= LONGEST_BYLINE), None
    )
    for start, end in (*layout.paragraphs[-LAST_PARAGRAPHS:], *([byline] if byline else [])):
        person = next(
            (p for p in cast.people if p.side is Side.LOCAL and _signs(text, p, start, (start, end) == byline)), None
        )
        if person is not None:
            if own_site is not None:
                return person, own_site
            named = mentions.local(start, end) or mentions.local(person.start, len(text))
            return (person, named[0]) if named else None
    return None


def _signs(text: str, person: Person, start: int, in_byline: bool) -> bool:
    """Whether a paragraph is a person's byline, or begins with the name and goes on to tell who that is."""
    name = text.find(person.name, start, start + LONGEST_BYLINE)
    if name < 0:
        return False
    return in_byline or (name - start <= 20 and _FROM_NAME.match(text, name + len(person.name)) is not None)
