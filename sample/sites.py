"""The sample's sites as data: six outlets and three agency newsrooms, read from `sites.yml`.

A site says in which style it is built, where its stories, listings, feeds and sitemaps stand, which validators it
sends and what its robots.txt asks for. `sample/pages.py` makes the answers out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

__all__ = ["Feed", "Listing", "Site", "Sitemap", "load_sites"]

FILE = Path(__file__).with_name("sites.yml")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's path and `kind` (`rss2`, `rss092`, `atom`, `json`); `suffix` is what it adds to every link."""

    path: str
    kind: str
    limit: int = 200
    full_text: bool = False
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`kind` is `index` (monthly children at `child`, and `also`), `urlset` or `news` (the last two days)."""

    path: str
    kind: str
    child: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Pages of `size` stories: the first at `path`, the following at `following`, numbered from `number`."""

    path: str
    following: str
    number: int
    size: int

    def page_path(self, page: int) -> str:
        """The path of page 0, 1, …"""
        return self.path if page == 0 else self.following.format(page=self.number + page - 1)


@dataclass(frozen=True, slots=True)
class Site:
    """One host. `validators` is `both`, `etag`, `last-modified` or `none`; `charset` None sends no charset header."""

    id: str
    host: str
    name: str
    kind: str
    style: str
    state: str
    place: str
    tagline: str
    utc_offset: timedelta
    zone: str
    story_path: str
    validators: str
    charset: str | None
    robots: str | None
    listing: Listing
    feeds: tuple[Feed, ...]
    sitemaps: tuple[Sitemap, ...]

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"


def load_sites(path: Path = FILE) -> tuple[Site, ...]:
    """The sites in the order of the file."""
    return tuple(_site(row) for row in YAML(typ="safe", pure=True).load(path))


def _site(row: dict[str, Any]) -> Site:
    return Site(
        **{
            **{name: value for name, value in row.items() if name != "utc_offset_hours"},
            "utc_offset": timedelta(hours=row["utc_offset_hours"]),
            "listing": Listing(**row["listing"]),
            "feeds": tuple(Feed(**entry) for entry in row["feeds"]),
            "sitemaps": tuple(Sitemap(**{**entry, "also": tuple(entry.get("also", ()))}) for entry in row["sitemaps"]),
        }
    )
