"""What the newsstand answers: from an address and the hour to status, headers and bytes.

No sockets here: `Library.answer` is a pure function of the request and of `now`. Pages are made by Jinja2 templates
with autoescape on, one a style; feeds and sitemaps likewise, apart from JSON Feed, which `json` writes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from sample.answer import Answer
from sample.damage import damage_page
from sample.sites import Feed, Site, Sitemap, load_sites
from sample.stories import Block, Story, Version, load_stories

__all__ = ["SAMPLE_HEADER", "SAMPLE_LINE", "Library", "ListedStory"]

SAMPLE_HEADER = ("X-Badgewire-Sample", "fiction")
SAMPLE_LINE = "Sample page: the outlet, the agencies and the people in it are invented."
SLOW_SECONDS = 1.2
HUGE_BYTES = 64 * 1024 * 1024
NEWS_SITEMAP_AGE = timedelta(days=2)
FEED_TYPES = {
    "rss2": "application/rss+xml; charset=UTF-8",
    "rss092": "text/xml",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story as templates and feeds see it: its address, its text at the time, and its times as the site has them."""

    story: Story
    version: Version
    url: str
    path: str
    published: datetime
    modified: datetime

    @property
    def teaser(self) -> str:
        return self.story.dek or next((block.text for block in self.version.blocks if block.kind == "p"), "")


class Library:
    """All sites and stories for one anchor."""

    def __init__(self, anchor: datetime) -> None:
        self.sites = {site.host: site for site in load_sites()}
        offsets = {site.id: site.utc_offset for site in self.sites.values()}
        self.stories = load_stories(anchor, offsets)
        self._by_path: dict[tuple[str, str], Story] = {}
        for site in self.sites.values():
            for story in self.stories:
                if story.site == site.id:
                    self._by_path[site.host, story_path(site, story)] = story

    def answer(self, host: str, target: str, request_headers: Mapping[str, str], now: datetime) -> Answer:
        """The answer to a GET of `target` (path and query) at `host`, as of `now`; header names in lower case."""
        site = self.sites.get(host)
        if site is None:
            return _plain(404, f"No such host at this newsstand: {host}")
        found = self._find(site, target, now)
        if found.status != 200 or found.stream_bytes:
            return found
        return _conditional(site, found, request_headers)

    def listed(self, site: Site, now: datetime) -> list[ListedStory]:
        """What feeds, sitemaps and listings of the site name at `now`, newest first."""
        return [
            _listed(site, story, now)
            for story in self.stories
            if story.site == site.id and story.listed and story.published <= now
        ]

    def _find(self, site: Site, target: str, now: datetime) -> Answer:
        path = urlsplit(target).path
        if path == "/robots.txt":
            return _plain(200, site.robots) if site.robots is not None else _plain(404, "Not Found")
        if story := self._story_at(site, target):
            return self._story(site, story, now)
        for feed in site.feeds:
            if path == feed.path:
                return self._feed(site, feed, now)
        for sitemap in site.sitemaps:
            if (found := self._sitemap(site, sitemap, path, now)) is not None:
                return found
        for page, entries in enumerate(self._listing_pages(site, now)):
            if target == site.listing.page_path(page) or (page == 0 and target == "/"):
                return self._listing(site, page, entries, now)
        if path in ("/about/", "/about"):
            return self._page(site, now, about=True)
        return self._page(site, now, status=404)

    def _story_at(self, site: Site, target: str) -> Story | None:
        """The story there, whatever tracking the link carries; article numbers in a query count as address."""
        if found := self._by_path.get((site.host, target)):
            return found
        bare = re.sub(r"[?&](utm_\w+|ref|outputType)=[^&]*", "", target).replace("&", "?", 1)
        return self._by_path.get((site.host, bare)) or self._by_path.get((site.host, urlsplit(target).path))

    def _story(self, site: Site, story: Story, now: datetime) -> Answer:
        if story.published > now:
            return self._page(site, now, status=404)
        if story.until is not None and story.until <= now:
            return self._page(site, now, status=410)
        match story.answer:
            case "redirect":
                return Answer(story.status, {"Location": _redirect_target(self, site, story)})
            case "missing":
                return self._page(site, now, status=story.status)
            case "document":
                return Answer(200, {"Content-Type": "application/pdf"}, _small_pdf(story))
            case "huge":
                page = self._page(site, now, entry=_listed(site, story, now))
                return replace(page, stream_bytes=HUGE_BYTES)
            case "slow":
                return replace(self._page(site, now, entry=_listed(site, story, now)), delay_seconds=SLOW_SECONDS)
            case _:
                return self._page(site, now, entry=_listed(site, story, now))

    def _page(
        self,
        site: Site,
        now: datetime,
        *,
        entry: ListedStory | None = None,
        about: bool = False,
        status: int = 200,
    ) -> Answer:
        html = _TEMPLATES.get_template(f"{site.style}.html.j2").render(
            site=site,
            entry=entry,
            entries=None,
            about=about,
            status=status,
            latest=[other for other in self.listed(site, now) if entry is None or other.url != entry.url][:5],
            newer=None,
            older=None,
            # A counter and a clock that change with every visit while the story does not.
            views=int(now.timestamp() // 1800) % 9000,
            now=now + site.utc_offset,
            sample_line=SAMPLE_LINE,
        )
        modified = entry.version.at if entry else None
        return _html(site, status, html, modified, entry.story.damage if entry else None)

    def _listing_pages(self, site: Site, now: datetime) -> Iterator[list[ListedStory]]:
        entries, size = self.listed(site, now), site.listing.size
        yield from (entries[start : start + size] for start in range(0, max(len(entries), 1), size))

    def _listing(self, site: Site, page: int, entries: list[ListedStory], now: datetime) -> Answer:
        pages = sum(1 for _ in self._listing_pages(site, now))
        html = _TEMPLATES.get_template(f"{site.style}.html.j2").render(
            site=site,
            entry=None,
            entries=entries,
            about=False,
            status=200,
            latest=self.listed(site, now)[:5],
            newer=site.listing.page_path(page - 1) if page else None,
            older=site.listing.page_path(page + 1) if page + 1 < pages else None,
            views=int(now.timestamp() // 1800) % 9000,
            now=now + site.utc_offset,
            sample_line=SAMPLE_LINE,
        )
        return _html(site, 200, html, max((e.version.at for e in entries), default=None), None)

    def _feed(self, site: Site, feed: Feed, now: datetime) -> Answer:
        entries = self.listed(site, now)[: feed.limit]
        updated = max((entry.version.at for entry in entries), default=now)
        if feed.kind == "json":
            body = _json_feed(site, feed, entries)
        else:
            template = _TEMPLATES.get_template(f"{feed.kind}.xml.j2")
            body = template.render(site=site, feed=feed, entries=entries, updated=updated, rfc822=_rfc822)
        return Answer(200, {"Content-Type": FEED_TYPES[feed.kind], "Last-Modified": _http_date(updated)}, body.encode())

    def _sitemap(self, site: Site, sitemap: Sitemap, path: str, now: datetime) -> Answer | None:
        entries = self.listed(site, now)
        if path == sitemap.path and sitemap.kind == "index":
            months = sorted({f"{entry.published:%Y-%m}" for entry in entries}, reverse=True)
            children = [f"{sitemap.child}{month}.xml.gz" for month in months] + list(sitemap.also)
            body = _TEMPLATES.get_template("sitemap_index.xml.j2").render(urls=[site.url(child) for child in children])
            return Answer(200, {"Content-Type": "application/xml"}, body.encode())
        if path == sitemap.path:
            if sitemap.kind == "news":
                entries = [entry for entry in entries if entry.story.published > now - NEWS_SITEMAP_AGE]
            return Answer(200, {"Content-Type": "text/xml"}, _urlset(site, entries, sitemap.kind == "news").encode())
        if sitemap.child and path.startswith(sitemap.child):
            month = path.removeprefix(sitemap.child).removesuffix(".xml.gz")
            chosen = [entry for entry in entries if f"{entry.published:%Y-%m}" == month]
            packed = gzip.compress(_urlset(site, chosen, False).encode(), mtime=0)
            return Answer(200, {"Content-Type": "application/x-gzip"}, packed) if chosen else None
        return None


def story_path(site: Site, story: Story) -> str:
    """The path and query at which the site serves the story."""
    local = story.published + site.utc_offset
    return story.path or site.story_path.format(
        slug=story.slug,
        number=story.number,
        section=story.section,
        y=f"{local:%Y}",
        m=f"{local:%m}",
        d=f"{local:%d}",
    )


def _listed(site: Site, story: Story, now: datetime) -> ListedStory:
    path, version = story_path(site, story), story.version(now)
    return ListedStory(
        story, version, site.url(path), path, story.published + site.utc_offset, version.at + site.utc_offset
    )


def _redirect_target(library: Library, site: Site, story: Story) -> str:
    """`to` names a story of the same site by its slug, or is an address as it stands."""
    for other in library.stories:
        if other.site == site.id and other.slug == story.to:
            return site.url(story_path(site, other))
    return story.to or "/"


def _html(site: Site, status: int, html: str, modified: datetime | None, damage: str | None) -> Answer:
    content_type = "text/html" + (f"; charset={site.charset}" if site.charset else "")
    headers = {"Content-Type": content_type}
    if modified is not None and status == 200:
        headers["Last-Modified"] = _http_date(modified)
    return damage_page(Answer(status, headers, html.encode()), html, damage)


def _conditional(site: Site, answer: Answer, request_headers: Mapping[str, str]) -> Answer:
    """Adds the validators that the site sends, and answers 304 where the client has the bytes (RFC 9110, 13.2.2)."""
    headers = dict(answer.headers)
    modified = headers.pop("Last-Modified", None)
    if site.validators in ("both", "etag"):
        headers["ETag"] = f'W/"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
    if site.validators in ("both", "last-modified") and modified:
        headers["Last-Modified"] = modified
    if wanted := request_headers.get("if-none-match"):
        fresh = "ETag" in headers and headers["ETag"] in [tag.strip() for tag in wanted.split(",")]
    else:
        fresh = _not_modified(headers.get("Last-Modified"), request_headers.get("if-modified-since"))
    if fresh:
        return Answer(304, {name: headers[name] for name in ("ETag", "Last-Modified") if name in headers})
    return replace(answer, headers=headers)


def _not_modified(modified: str | None, since: str | None) -> bool:
    try:
        return bool(modified and since) and parsedate_to_datetime(modified or "") <= parsedate_to_datetime(since or "")
    except ValueError:
        return False


def _urlset(site: Site, entries: list[ListedStory], news: bool) -> str:
    return _TEMPLATES.get_template("urlset.xml.j2").render(site=site, entries=entries, news=news)


def _json_feed(site: Site, feed: Feed, entries: list[ListedStory]) -> str:
    items = [
        {
            "id": entry.url,
            "url": entry.url + feed.suffix,
            "title": entry.version.title,
            "summary": entry.teaser,
            "date_published": entry.published.replace(tzinfo=None).isoformat() + _offset(site),
            "authors": [{"name": entry.story.byline or site.name}],
            "language": entry.story.language,
        }
        for entry in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": site.name, "home_page_url": site.url("/")}
    return json.dumps({**head, "feed_url": site.url(feed.path), "items": items}, ensure_ascii=False, indent=1)


def _offset(site: Site) -> str:
    hours = int(site.utc_offset.total_seconds() // 3600)
    return f"{'-' if hours < 0 else '+'}{abs(hours):02}:00"


def _rfc822(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC))


def _http_date(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _plain(status: int, text: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())


def _small_pdf(story: Story) -> bytes:
    return b"%PDF-1.4\n% " + story.versions[0].title.encode("ascii", "replace") + b"\n1 0 obj<<>>endobj\n%%EOF\n"


def _paragraphs(blocks: Iterable[Block]) -> str:
    """The text as HTML in a plain string, which the feed templates escape once more, as feeds want it."""
    return "\n".join(f"<p>{escape(block.text)}</p>" for block in blocks)


_TEMPLATES.filters["paragraphs"] = _paragraphs
_TEMPLATES.filters["iso"] = lambda when, site: when.replace(tzinfo=None).isoformat(timespec="seconds") + _offset(site)
