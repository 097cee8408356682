"""When a statement was said: the wording beside it ("Monday", "last week", "in 2017") read against the story's
date.

A wording counts where it stands with the verb of saying or, in narration, in the sentence; words inside the
quotation tell when things happened, not when they were said. Where the story tells nothing, there is nothing:
no guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["SaidAt", "read_said_at"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted((name.capitalize() for name in _MONTHS), key=len, reverse=True))
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_DAY = "|".join(day.capitalize() for day in _WEEKDAYS)
_WHEN = re.compile(
    rf"\b(?:(?P<date>(?:(?:{_DAY}), )?(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})\b(?:, (?P<year>\d{{4}})\b)?)"
    rf"|(?P<monthyear>(?:[Ii]n |[Ll]ast )(?P<month2>{_MONTH})\b(?!\.? \d{{1,2}}\b)\.?(?: (?:of )?(?P<year2>\d{{4}})\b)?)"
    rf"|(?P<inyear>(?:[Ii]n|[Bb]ack in)(?: an?| the| his| her| its)? (?P<year3>(?:19|20)\d\d)\b(?: (?:interview|statement|letter|memo|"
    r"email|speech|post|order|news conference|hearing|deposition|debate))?)"
    rf"|(?P<weekday>(?:(?P<last>[Ll]ast|[Tt]his|[Ee]arlier) )?(?P<dayname>{_DAY})\b)"
    r"|(?P<relative>[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]his (?:morning|afternoon|evening|week|month|year)"
    r"|[Ee]arlier this (?:week|month|year)|[Ll]ast (?:night|week|month|year|spring|summer|fall|winter)"
    r"|(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) "
    r"(?P<unit>day|week|month|year)s? (?:ago|earlier)))"
)
# ", who was elected in 2020", ", sheriff since 2017": when a speaker's life happened is not when they spoke.
_ABOUT_SOMEBODY = re.compile(
    r", (?:who|whose|which|(?:first )?elected|appointed|sworn|hired|in office|(?:the |a )?(?:\w+ ){0,3}(?:sheriff|chief|warden))\b"
)
# "Deputies will be trained in September": what is planned tells no day on which it was said.
_PLANNED = re.compile(
    r"\b(?:will|would|plans?|planned|scheduled|expects?|expected|due|set|going|hopes?|starting|beginning|begin|start|next|until|by|before) (?:[^.;“”\"]*)$"
)
PLANNED_CHARACTERS = 60
_SEASON_MONTH = {"spring": 4, "summer": 7, "fall": 10, "winter": 1}


@dataclass(frozen=True, slots=True)
class SaidAt:
    """The time as the story words it and, where that can be told, the day in UTC."""

    raw: str | None
    at: datetime | None


def read_said_at(
    text: str, start: int, end: int, quoted: tuple[int, int] | None, published_at: datetime | None
) -> SaidAt:
    """Read the first wording of a time in `text[start:end]` that does not stand inside the quotation."""
    for match in _WHEN.finditer(text, start, end):
        if quoted is not None and match.start() < quoted[1] and match.end() > quoted[0]:
            continue
        if _ABOUT_SOMEBODY.search(text, max(start, text.rfind(",", start, match.start())), match.end()):
            continue
        if _PLANNED.search(text, max(start, match.start() - PLANNED_CHARACTERS), match.start()):
            continue
        return SaidAt(match.group(), _resolve(match, published_at))
    return SaidAt(None, None)


def _resolve(match: re.Match[str], published_at: datetime | None) -> datetime | None:
    if match["inyear"]:
        return datetime(int(match["year3"]), 1, 1, tzinfo=UTC)
    if match["date"]:
        return _month_day(match["month"], int(match["day"]), match["year"], published_at)
    if match["monthyear"]:
        return _month_day(match["month2"], 1, match["year2"], published_at)
    if published_at is None:
        return None
    day = published_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if match["weekday"]:
        back = (day.weekday() - _WEEKDAYS.index(match["dayname"].lower())) % 7
        return day - timedelta(days=back)
    return _relative(match, day)


def _month_day(month_name: str, day: int, year: str | None, published_at: datetime | None) -> datetime | None:
    month = _MONTHS[month_name.lower()]
    if year is not None:
        number = int(year)
    elif published_at is not None:
        number = published_at.year
    else:
        return None
    try:
        found = datetime(number, month, day, tzinfo=UTC)
        if not year and published_at is not None and found > published_at + timedelta(days=2):
            found = found.replace(year=number - 1)
    except ValueError:
        return None
    return found


def _before(day: datetime, unit: str) -> datetime:
    """The first day of the week, month or year before a day's."""
    if unit == "year":
        return day.replace(year=day.year - 1, month=1, day=1)
    if unit == "month":
        return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return day - timedelta(days=day.weekday() + 7)


def _relative(match: re.Match[str], day: datetime) -> datetime:
    words = match["relative"].lower()
    if match["unit"]:
        count = _COUNTS.get(match["count"].lower()) or int(match["count"])
        return day - timedelta(days=count * {"day": 1, "week": 7, "month": 30, "year": 365}[match["unit"]])
    if words in ("yesterday", "last night"):
        return day - timedelta(days=1)
    span = words.rpartition(" ")[2]
    if words.startswith("last "):
        if span in _SEASON_MONTH:
            found = day.replace(month=_SEASON_MONTH[span], day=1)
            return found if found < day else found.replace(year=day.year - 1)
        return _before(day, span)
    if span == "week":
        return day - timedelta(days=day.weekday())
    if span == "month":
        return day.replace(day=1)
    if span == "year":
        return day.replace(month=1, day=1)
    return day
