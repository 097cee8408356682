"""Which address a story is known by, and which pages are the same story.

`addresses.py` says which spellings are one address. A page's own word on its address (rel=canonical, og:url) is taken only
where it can be trusted, and even then two pages are one story only if title and text do not contradict it: a wrong
canonical link costs an alias, never a story. Nothing here fetches, and nothing decides on near-duplicates.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from courlan import is_navigation_page

from pipelines.copies.addresses import (
    address_rules,
    plain_address,
    segments_of,
    site_of,
    tidy,
    unwrapped,
    url_key,
    wrapper_of,
)
from pipelines.copies.comparison import StoryFace, compare_faces

__all__ = [
    "Alias",
    "CanonicalUrl",
    "KnownAddress",
    "StoryIdentity",
    "canonical_url",
    "identify_story",
    "story_id",
    "story_id_of_text",
]

_STORY_NUMBER = re.compile(r"\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|(?=[A-Z0-9]*\d)[A-Z0-9]{20,}")
_SLUG_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Alias:
    """Another address of the same page. `reason`: fetched, redirect, archive, amp, mobile, print or spelling."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class CanonicalUrl:
    """The address that a page goes by.

    `reason` says where it came from (`rel=canonical`, `og:url`, `fetched`). `rejected` says why the page's own word was
    not taken, where it was not. `origin` is the address on another site that the page names as its original: evidence
    of syndication, never an identity.
    """

    url: str
    reason: str
    aliases: tuple[Alias, ...]
    rejected: str | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """The story that goes by an address. `fetched` is False where that story's page only claims the address."""

    story_id: str
    face: StoryFace
    fetched: bool


@dataclass(frozen=True, slots=True)
class StoryIdentity:
    """The story that a page belongs to. `known` is True where an earlier page made that story; `reason` says why."""

    story_id: str
    url: str
    known: bool
    reason: str


def identify_story(
    canonical: CanonicalUrl, face: StoryFace, lookup: Callable[[str], KnownAddress | None]
) -> StoryIdentity:
    """Decide which story a page belongs to: the one known by its address or an alias, or a new one.

    `lookup` answers for a `url_key` what is known of that address, first the story that was fetched there, else one
    that claims it. An address that was fetched before is the same story whatever its text now says: that is a revision.
    A claim (a canonical link, a redirect) joins two pages only where title and text do not contradict it.
    """
    own = [alias.url for alias in canonical.aliases if alias.reason != "redirect"]
    own += [canonical.url] if canonical.reason == "fetched" else []
    fetched_keys = {url_key(address) for address in own}
    contradiction = None
    for address in dict.fromkeys([*own, canonical.url, *(alias.url for alias in canonical.aliases)]):
        if (known := lookup(url_key(address))) is None:
            continue
        if known.fetched and url_key(address) in fetched_keys:
            return StoryIdentity(known.story_id, canonical.url, True, "the address is known")
        verdict = compare_faces(known.face, face)
        if verdict.same:
            return StoryIdentity(known.story_id, canonical.url, True, f"{canonical.reason}: {verdict.reason}")
        contradiction = verdict.reason
    if contradiction is None:
        return StoryIdentity(story_id(canonical.url), canonical.url, False, canonical.reason)
    address = own[0] if own else canonical.url
    # Where another page holds the very id that this address would give, the text tells the two apart.
    taken = lookup(url_key(address)) is not None
    named = story_id_of_text(f"{url_key(address)} {face.text}") if taken else story_id(address)
    return StoryIdentity(named, address, False, f"{canonical.reason} not believed: {contradiction}")


def canonical_url(
    fetched_url: str | None,
    stated_canonical: str | None = None,
    stated_og_url: str | None = None,
    redirected_from: Sequence[str] = (),
) -> CanonicalUrl | None:
    """Find the address that a page goes by, from where it was fetched and what it says of itself.

    `fetched_url` is the address that answered, after redirects; `redirected_from` the addresses before it. Returns None
    where no web address is left at all. Stated addresses may be relative. RFC 6596 (canonical link relation) leaves the
    trust to the reader; the tests applied are in `_distrust`.
    """
    fetched = unwrapped(fetched_url)
    rejected: str | None = None
    origin: str | None = None
    chosen, reason = (None, "") if fetched is None else (fetched, "fetched")
    for stated, source in ((stated_canonical, "rel=canonical"), (stated_og_url, "og:url")):
        if not stated or not stated.strip():
            continue
        target = unwrapped(_joined(fetched_url, fetched, stated.strip()))
        doubt = "not a web address" if target is None else _distrust(target, fetched)
        if target is not None and doubt is None:
            chosen, reason = target, source
            break
        rejected = rejected or f"{source}: {doubt}"
        if target is not None and doubt == "another site" and origin is None and _looks_like_a_story(target):
            origin = plain_address(target).url
    if chosen is None:
        return None
    plain = plain_address(chosen).url
    if fetched is not None and url_key(plain) == url_key(fetched):
        reason = "fetched"  # the page names the address that it was asked at
    found: list[Alias] = []
    if fetched is not None:
        found.append(Alias(plain_address(fetched).url, "fetched"))
        found.append(Alias(tidy(fetched), plain_address(fetched).variant or "spelling"))
        if wrapper_of(fetched_url or "") is not None:
            found.append(Alias(tidy(fetched_url or ""), "archive"))
    # A dead story that redirects to the front page must not become an address of the front page.
    found += [
        Alias(plain_address(before).url, "redirect")
        for before in map(unwrapped, () if _is_home(urlsplit(plain)) else redirected_from)
        if before is not None and not _is_home(urlsplit(before))
    ]
    aliases = {alias.url: alias for alias in reversed(found) if alias.url != plain}
    return CanonicalUrl(plain, reason, tuple(reversed(aliases.values())), rejected, origin)


def story_id(url: str) -> str:
    """Name the story at an address: 16 hex digits of SHA-256 over its `url_key`, so that two machines agree."""
    return hashlib.sha256(url_key(url).encode()).hexdigest()[:16]


def story_id_of_text(text: str) -> str:
    """Name a story that has no address of its own: 16 hex digits of SHA-256 over its words."""
    words = " ".join(re.findall(r"\w+", text.lower()))
    return hashlib.sha256(b"text\n" + words.encode()).hexdigest()[:16]


def _joined(fetched_url: str | None, fetched: str | None, stated: str) -> str | None:
    """A stated address made absolute: against the page itself, or its web archive where the archive wrote the link."""
    base = fetched_url if re.match(r"/web/\d", stated) else fetched
    try:
        return urljoin((base or "").strip(), stated)
    except ValueError:
        return None


def _distrust(target: str, fetched: str | None) -> str | None:
    """Why a stated address is not this page's own, or None where nothing speaks against it."""
    if fetched is not None and url_key(target) == url_key(fetched):
        return None
    there = urlsplit(plain_address(target).url)
    if _is_home(there):
        return "the home page"
    segments = segments_of(there)
    if not segments:
        return "a query without a path"  # "/?p=48213"
    if any(rule.fullmatch(segments[-1].lower()) for rule in address_rules().not_a_story):
        return "not a story's address"
    if is_navigation_page(there.geturl()) and not _looks_like_a_story(there.geturl()):
        return "a listing page"
    if fetched is None:
        return None
    here = urlsplit(plain_address(fetched).url)
    if site_of(there.hostname or "") != site_of(here.hostname or ""):
        return "another site"
    above, below = segments_of(there), segments_of(here)
    if len(above) < len(below) and above == below[: len(above)] and not there.query:
        return "a section above this page"
    if _looks_like_a_story(here.geturl()) and not _looks_like_a_story(there.geturl()):
        return "less specific than this page's own address"
    return _other_story(there, here)


def _other_story(there: SplitResult, here: SplitResult) -> str | None:
    """A canonical link left over from another story: both addresses carry words, and share neither word nor number."""
    words = [
        set(_SLUG_WORD.findall(unquote(parts.path.rstrip("/").rpartition("/")[2]).lower())) for parts in (there, here)
    ]
    numbers = [set(_STORY_NUMBER.findall(unquote(parts.path + "?" + parts.query))) for parts in (there, here)]
    if numbers[0] & numbers[1]:
        return None
    if min(map(len, words)) >= 3 and not words[0] & words[1]:
        return "the address of another story"
    return None


def _looks_like_a_story(url: str) -> bool:
    """Whether an address is specific enough for one story: a number, a long code, or a slug of three words."""
    parts = urlsplit(url)
    segments = segments_of(parts)
    if not segments:
        return bool(re.search(r"\d", parts.query))
    last = unquote(segments[-1])
    return bool(
        re.search(r"\d{3,}", last)
        or _STORY_NUMBER.search(parts.path)
        or len(re.findall(r"[^\W_]+", last)) >= 3
        or re.search(r"\d", parts.query)
    )


def _is_home(parts: SplitResult) -> bool:
    """Whether an address is a site's front page, in any language."""
    return not parts.query and re.fullmatch(r"(?:/[A-Za-z]{2}(?:-[A-Za-z]{2})?)?/?", parts.path) is not None
