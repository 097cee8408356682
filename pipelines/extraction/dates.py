"""When a page says it was published and last modified: which of its dates, where that stood, and its wording.

Only what the page states is read, never the clock. Sources in order of trust: JSON-LD, meta elements, `time` elements,
the date in the address, the one behind "FOR IMMEDIATE RELEASE", and the text (htmldate).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from itertools import islice

from htmldate import find_date
from lxml.html import HtmlElement

__all__ = ["StatedDate", "modified_date", "parse_date", "published_date"]

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "datepublished",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "dcterms.created",
    "dcterms.date",
    "dc.date.issued",
    "dc.date",
    "dcterms.issued",
    "citation_publication_date",
    "date",
    "article:published",
)
_MODIFIED_META = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "article:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "article.updated",
    "revised",
)
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)")
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0,
    "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "CT": -6, "MST": -7, "MDT": -6, "MT": -7,
    "PST": -8, "PDT": -7, "PT": -8, "AKST": -9, "AKDT": -8, "HST": -10, "AST": -4, "ADT": -3,
}  # fmt: skip
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# "Jan. 24, 2025 3:04 p.m. EST", "January 24th, 2025 at 15:04", "24 January 2025"
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+((?:19|20)\d\d)\b")
_AMERICAN = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)\b")
_PRINTED_DAY = re.compile(f"{_MONTH_FIRST.pattern}|{_DAY_FIRST.pattern}|{_AMERICAN.pattern}")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap]\.?m\.?)?(?:\s*\(?([A-Z]{1,4})\b)?", re.IGNORECASE)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?",
    re.IGNORECASE,
)
_LONGEST_WORDING = 80
_RELEASE = re.compile(r"\b(?:FOR IMMEDIATE RELEASE|FOR RELEASE|For [Ii]mmediate [Rr]elease)\b[\s:–—-]{0,4}(.{0,60})")
_RELEASE_WITHIN = 2_000  # pieces of text


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that the page states. `at` in UTC; `source` is one of json-ld, meta, time, url, text."""

    at: datetime
    raw: str
    source: str


def published_date(
    tree: HtmlElement, linked_data: Iterable[str], meta: dict[str, str], url: str | None
) -> StatedDate | None:
    """The date of publication. `linked_data` holds the JSON-LD values, best first; `meta` the page's meta elements."""
    stated = _first(linked_data, "json-ld") or _first((meta.get(name) for name in _PUBLISHED_META), "meta")
    return stated or _first(_times(tree, modified=False), "time") or _in_url(url) or _released(tree) or _in_text(tree)


def modified_date(tree: HtmlElement, linked_data: Iterable[str], meta: dict[str, str]) -> StatedDate | None:
    """The date of the last change, where the page states one."""
    stated = _first(linked_data, "json-ld") or _first((meta.get(name) for name in _MODIFIED_META), "meta")
    return stated or _first(_times(tree, modified=True), "time")


def _first(wordings: Iterable[str | None], source: str) -> StatedDate | None:
    for raw in wordings:
        at = parse_date(raw) if raw else None
        if raw and at is not None:
            return StatedDate(at, " ".join(raw.split())[:_LONGEST_WORDING], source)
    return None


def _times(tree: HtmlElement, modified: bool) -> Iterable[str]:
    """Wordings of the page's `time` elements and microdata dates, the likeliest first."""
    named: list[str] = []
    plain: list[str] = []
    for element in tree.iter("time", "meta", "span", "abbr"):
        about = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
        if element.tag != "time" and "date" not in (element.get("itemprop") or "").lower():
            continue
        stated = element.get("datetime") or element.get("content") or element.text_content().strip()
        if not stated or any(ancestor.tag in ("aside", "nav", "footer") for ancestor in element.iterancestors()):
            continue
        is_modified = "modif" in about or "updat" in about
        if is_modified != modified:
            continue
        (named if modified or "publi" in about or element.get("pubdate") is not None else plain).append(stated)
    return [*named, *plain]


def _in_url(url: str | None) -> StatedDate | None:
    match = _URL_DATE.search(url or "")
    at = _day(match[1], match[2], match[3]) if match else None
    return StatedDate(at, match[0].strip("/"), "url") if match and at else None


def _released(tree: HtmlElement) -> StatedDate | None:
    """The date that stands behind "FOR IMMEDIATE RELEASE" on an agency's own page."""
    release = _RELEASE.search(" ".join(" ".join(islice(tree.itertext(), _RELEASE_WITHIN)).split()))
    match = _PRINTED_DAY.search(release[1]) if release else None
    at = parse_date(match[0]) if match else None
    return StatedDate(at, match[0], "text") if match and at else None


def _in_text(tree: HtmlElement) -> StatedDate | None:
    try:
        # A fixed bound: the result must not depend on the day on which the page is read.
        found = find_date(
            tree, extensive_search=False, original_date=True, max_date="2099-12-31", min_date="1990-01-01"
        )
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    at = parse_date(found) if found else None
    return StatedDate(at, found, "text") if found and at else None


def parse_date(raw: str) -> datetime | None:
    """The moment that a wording means, in UTC; None where it names no whole day between 1990 and 2100.

    ISO 8601, RFC 2822, a Unix time, and the ways in which US newsrooms print dates. A time without zone counts as UTC.
    """
    raw = raw.strip()[:_LONGEST_WORDING]
    at = _iso(raw) or _unix(raw) or _rfc2822(raw) or _printed(raw)
    if at is None or not _EARLIEST <= at < _LATEST:
        return None
    return at.astimezone(UTC)


def _iso(raw: str) -> datetime | None:
    match = _ISO.search(raw)
    if match is None:
        return None
    zone = (match[3] or "+00:00").upper()
    if zone in ("Z", "UTC", "GMT"):
        zone = "+00:00"
    zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:] or '00'}"
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{zone}")
    except ValueError:
        return None


def _unix(raw: str) -> datetime | None:
    if re.fullmatch(r"\d{10}|\d{13}", raw) is None:
        return None
    return datetime.fromtimestamp(int(raw[:10]), UTC)


def _rfc2822(raw: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _printed(raw: str) -> datetime | None:
    if match := _MONTH_FIRST.search(raw):
        day = _day(match[3], _MONTHS.get(match[1][:3].lower()), match[2])
    elif match := _DAY_FIRST.search(raw):
        day = _day(match[3], _MONTHS.get(match[2][:3].lower()), match[1])
    elif match := _AMERICAN.search(raw):
        day = _day(match[3], match[1], match[2])
    else:
        return None
    clock = _CLOCK.search(raw)
    if day is None or clock is None:
        return day
    hour, minute = int(clock[1]), int(clock[2])
    if clock[3]:
        hour = hour % 12 + (12 if clock[3][0] in "pP" else 0)
    if hour > 23 or minute > 59:
        return day
    offset = _ZONES.get((clock[4] or "").upper(), 0)
    return day.replace(hour=hour, minute=minute, tzinfo=timezone(timedelta(hours=offset)))


def _day(year: str, month: str | int | None, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month or 0), int(day), tzinfo=UTC)
    except ValueError:
        return None
