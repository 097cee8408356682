"""Which story each document of a load belongs to: asked of the ledger first, then of the warehouse, then decided.

A document whose own address was seen before is the same story whatever else has changed. Only a new address is decided
on, by what its page claims and what is known of the address it claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from pipelines.copies.addresses import url_key
from pipelines.copies.comparison import StoryFace
from pipelines.copies.identity import (
    CanonicalUrl,
    KnownAddress,
    canonical_url,
    identify_story,
    story_id_of_text,
)
from warehouse.ledger import Ledger

__all__ = ["Identities"]

KNOWN = """
select u.story_id, r.title, r.text, u.fetched
from story_urls as u
join stories as s on s.story_id = u.story_id
join story_revisions as r on r.revision_id = s.revision_id
where u.url_key = ?
"""


class Identities:
    """The stories of one load. `first_sights` maps each own address met to its story, for the ledger."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger
        self._met: dict[str, KnownAddress] = {}
        self._addresses: dict[str, dict[str, Any]] = {}
        self.first_sights: dict[str, str] = {}

    def story_of(self, document: Mapping[str, Any], redirected_from: Sequence[str]) -> str:
        """The id of the story that a document shows; its addresses are kept for `address_rows`."""
        face = StoryFace(document["title"], document["text"])
        canonical = canonical_url(document["url"], document["canonical_url"], None, redirected_from)
        if canonical is None:
            return story_id_of_text(document["text"])
        own = [alias.url for alias in canonical.aliases if alias.reason != "redirect"]
        own += [canonical.url] if canonical.reason == "fetched" else []
        seen = next(filter(None, (self._sight(url_key(address)) for address in own)), None)
        if seen is None:
            identity = identify_story(canonical, face, self._known)
            story_id, address = identity.story_id, identity.url
        else:
            story_id, address = seen, self._believed(canonical, seen, own)
        self._keep(story_id, address, canonical, own, face)
        return story_id

    def story_at(self, url: str) -> str | None:
        """The story known by an address; None where there is none."""
        known = self._known(url_key(url))
        return known.story_id if known else None

    def address_rows(self) -> Iterator[dict[str, Any]]:
        """The addresses met, as rows of story_urls."""
        yield from self._addresses.values()

    def _sight(self, key: str) -> str | None:
        return self.first_sights.get(key) or self._ledger.identity("story", key)

    def _known(self, key: str) -> KnownAddress | None:
        if key not in self._met:
            row = self._connection.execute(KNOWN, [key]).fetchone()
            if row is None:
                return None
            self._met[key] = KnownAddress(row[0], StoryFace(row[1], row[2]), row[3])
        return self._met[key]

    def _believed(self, canonical: CanonicalUrl, story_id: str, own: Sequence[str]) -> str:
        """The canonical address, unless it is another story's."""
        known = self._known(url_key(canonical.url))
        return canonical.url if known is None or known.story_id == story_id else own[0]

    def _keep(self, story_id: str, address: str, canonical: CanonicalUrl, own: Sequence[str], face: StoryFace) -> None:
        own_keys = {url_key(url) for url in own}
        # Several spellings share a key: the one that the story goes by is kept, then its own, before an archive's.
        spellings = [address, canonical.url, *own, *(alias.url for alias in canonical.aliases)]
        for key, url in {url_key(url): url for url in reversed(spellings)}.items():
            known = self._known(key)
            if key in own_keys:
                self.first_sights.setdefault(key, story_id)
            if known is not None and known.story_id != story_id and (known.fetched or key not in own_keys):
                continue
            self._met[key] = KnownAddress(story_id, face, key in own_keys or (known is not None and known.fetched))
            self._addresses[key] = {
                "url_key": key,
                "url": url,
                "story_id": story_id,
                "fetched": self._met[key].fetched,
                "canonical": key == url_key(address),
            }
