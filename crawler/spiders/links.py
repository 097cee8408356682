"""What a feed, a sitemap or a listing page comes down to: addresses with what is said of them. Plain records."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

__all__ = ["LONGEST_DATE", "Link", "Reading", "date_in_url", "read_date"]

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST_DATE: Final = 100
_MONTH_DAY_YEAR: Final = re.compile(
    rf"\b({'|'.join(MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an endpoint names; `published` as it stands there, `published_at` where that is a date."""

    url: str
    title: str | None = None
    published: str | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What an endpoint's body says: stories, further sitemaps, the next page; or the `problem` that hides it."""

    kind: str
    stories: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()
    next_page: str | None = None
    problem: str | None = None


def read_date(text: str | None) -> datetime | None:
    """A date as feeds and sitemaps write it (RFC 822 or ISO 8601, with slips), in UTC; None where it is none."""
    text = " ".join((text or "")[:LONGEST_DATE].split())
    if not text:
        return None
    for candidate in (text, text.replace(" UTC", "+00:00"), re.sub(r"[.,]\d+(?=Z|[+-]|$)", "", text)):
        try:
            moment = datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return _in_utc(moment)
    try:
        return _in_utc(email.utils.parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    return _printed_day(text)


def _printed_day(text: str) -> datetime | None:
    """A day as newsrooms print it: 2026-05, May 4, 2026, 5/4/2026, among other words."""
    if match := re.search(r"(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)", text):
        return _day(match[1], match[2], match[3])
    if match := _MONTH_DAY_YEAR.search(text):
        return _day(match[3], str(MONTHS.index(match[1].lower()) + 1), match[2])
    if match := re.search(r"(?<!\d)(\d{1,2})/(\d{1,2})/(20\d{2})(?!\d)", text):
        return _day(match[3], match[1], match[2])
    return None


def date_in_url(url: str) -> datetime | None:
    """The day or month that an address carries (`/2026/05/31/`, `/2026-05/`, `sitemap-2026-05.xml`), or None."""
    match = re.search(r"(?<!\d)(20\d{2})[/_-]?(0[1-9]|1[0-2])(?:[/_-]?(0[1-9]|[12]\d|3[01]))?(?!\d)", url)
    return _day(match[1], match[2], match[3]) if match else None


def _day(year: str, month: str, day: str | None) -> datetime | None:
    """The end of a day or month, so that comparing never makes it older than it may be."""
    try:
        if day:
            return datetime(int(year), int(month), int(day), 23, 59, 59, tzinfo=UTC)
        return datetime(int(year) + int(month) // 12, int(month) % 12 + 1, 1, tzinfo=UTC)
    except ValueError:
        return None


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
