"""Which address a story is known by, and which pages are the same story.

Addresses are normalised with w3lib and courlan and with what news needs (`url_rules.yml`: tracking parameters, AMP,
mobile and print variants, web-archive prefixes). A page's own word on its address (rel=canonical, og:url) is taken only
where it can be trusted, and even then two pages are one story only if title and text do not contradict it: a wrong
canonical link costs an alias, never a story. Nothing here fetches, and nothing decides on near-duplicates.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit

import tldextract
from courlan import is_navigation_page, scrub_url
from ruamel.yaml import YAML
from w3lib.url import canonicalize_url

from pipelines.copies.comparison import StoryFace, compare_faces

__all__ = [
    "Alias",
    "CanonicalUrl",
    "KnownAddress",
    "StoryIdentity",
    "canonical_url",
    "identify_story",
    "site_of",
    "story_id",
    "story_id_of_text",
    "url_key",
]

# The snapshot of the Public Suffix List that ships with tldextract: no network, and the same answer on every machine.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

_ARCHIVES = re.compile(
    r"^https?://(?P<secure>)(?:"
    r"(?:www\.)?web\.archive\.org/(?:web/)?\d{1,14}(?:[a-z]{2}_)?"
    r"|(?:www\.)?web\.archive\.org/web/\*"
    r"|wayback\.archive-it\.org/(?:\d+/)?\d{4,14}(?:[a-z]{2}_)?"
    r"|archive\.(?:ph|is|today|fo|li|md|vn)/(?:o/\w+|\d{4}[\d.-]*|newest|oldest)"
    r"|(?:www\.)?webarchive\.(?:nationalarchives\.gov\.uk|loc\.gov)/(?:all/|\w+/)?\d{4,14}(?:[a-z]{2}_)?"
    r"|webcache\.googleusercontent\.com/search\?q=cache:[\w-]*:?"
    r")/?(?=https?:|[\w-]+\.)",
    re.IGNORECASE,
)
_AMP_CACHE = re.compile(
    r"^https?://(?:(?:[\w-]+\.)?cdn\.ampproject\.org/[a-z]|www\.google\.[a-z.]+/amp)/(?P<secure>s/)?(?=[\w-]+\.)",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
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
    fetched = _unwrapped(fetched_url)
    rejected: str | None = None
    origin: str | None = None
    chosen, reason = (None, "") if fetched is None else (fetched, "fetched")
    for stated, source in ((stated_canonical, "rel=canonical"), (stated_og_url, "og:url")):
        if not stated or not stated.strip():
            continue
        target = _unwrapped(_joined(fetched_url, fetched, stated.strip()))
        doubt = "not a web address" if target is None else _distrust(target, fetched)
        if target is not None and doubt is None:
            chosen, reason = target, source
            break
        rejected = rejected or f"{source}: {doubt}"
        if target is not None and doubt == "another site" and origin is None and _looks_like_a_story(target):
            origin = _plain(target).url
    if chosen is None:
        return None
    plain = _plain(chosen).url
    if fetched is not None and url_key(plain) == url_key(fetched):
        reason = "fetched"  # the page names the address that it was asked at
    found: list[Alias] = []
    if fetched is not None:
        found.append(Alias(_plain(fetched).url, "fetched"))
        found.append(Alias(_tidy(fetched), _plain(fetched).variant or "spelling"))
        if _wrapper(fetched_url or "") is not None:
            found.append(Alias(_tidy(fetched_url or ""), "archive"))
    # A dead story that redirects to the front page must not become an address of the front page.
    found += [
        Alias(_plain(before).url, "redirect")
        for before in map(_unwrapped, () if _is_home(urlsplit(plain)) else redirected_from)
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


@functools.lru_cache(maxsize=65536)
def url_key(url: str) -> str:
    """Reduce an address to what tells stories apart; equal keys are one address. Idempotent; never fails.

    Scheme, `www.`, default ports, trailing slashes, index files, variants and tracking parameters go. Letter case goes
    in host names and in path segments made of words; a segment that may be a case-sensitive code keeps it.
    """
    target = _unwrapped(url)
    if target is None:
        return url.strip()
    parts = urlsplit(_plain(target).url)
    path = "/".join(_folded(segment) for segment in parts.path.rstrip("/").split("/"))
    host = (parts.hostname or "").removeprefix("www.")
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return f"{host}{port}{path}" + (f"?{parts.query}" if parts.query else "")


@functools.lru_cache(maxsize=16384)
def site_of(host: str) -> str:
    """Name the registered domain of a host, private suffixes included (`a.blogspot.com` is a site of its own)."""
    registered = _SUFFIXES(host).top_domain_under_public_suffix
    if registered:
        return registered.lower()
    labels = host.lower().rstrip(".").split(".")
    # Reserved and private top levels (`.example`, `.internal`) are not on the list; an IP address is its own site.
    return host.lower() if labels[-1].isdigit() else ".".join(labels[-2:])


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
    there = urlsplit(_plain(target).url)
    if _is_home(there):
        return "the home page"
    last = _segments(there)[-1].lower()
    if any(rule.fullmatch(last) for rule in _rules().not_a_story):
        return "not a story's address"
    if is_navigation_page(there.geturl()) and not _looks_like_a_story(there.geturl()):
        return "a listing page"
    if fetched is None:
        return None
    here = urlsplit(_plain(fetched).url)
    if site_of(there.hostname or "") != site_of(here.hostname or ""):
        return "another site"
    above, below = _segments(there), _segments(here)
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
    segments = _segments(parts)
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


def _segments(parts: SplitResult) -> list[str]:
    return [segment for segment in parts.path.split("/") if segment]


def _folded(segment: str) -> str:
    """Fold the case of words; leave what may be a case-sensitive code (`BGH2Q6QCPRFQ`, `dQw4w9Wg`)."""
    code = re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-Za-z0-9_]{6,}", segment)
    return segment if code else segment.lower()


class _Plain(NamedTuple):
    url: str
    variant: str | None


@functools.lru_cache(maxsize=65536)
def _plain(url: str) -> _Plain:
    """The plain dress of a page: no variant, no tracking; and which variant it was."""
    rules = _rules()
    parts = urlsplit(canonicalize_url(url, keep_blank_values=True))
    variant: str | None = None
    host = (parts.hostname or "").rstrip(".")
    first, _, rest = host.partition(".")
    for pattern, kind in rules.variant_hosts:
        if pattern.fullmatch(first) and site_of(rest) == site_of(host):
            host, variant = rest, kind
    segments = _segments(parts)
    slash = "/" if segments and parts.path.endswith("/") else ""
    for pattern, where, kind in rules.variant_paths:
        at = 0 if where == "first" else -1
        if where == "suffix" and segments and pattern.sub("", segments[-1]) not in ("", segments[-1]):
            segments[-1], variant = pattern.sub("", segments[-1]), kind
        elif where != "suffix" and len(segments) > 1 and pattern.fullmatch(segments[at].lower()):
            del segments[at]
            variant = kind
    if segments and any(pattern.fullmatch(segments[-1].lower()) for pattern in rules.index_files):
        segments.pop()
        slash = "/" if segments else ""
    kept: list[tuple[str, str]] = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        dress = rules.variant_of(name.lower(), value.lower())
        variant = dress or variant
        if dress is None and not any(pattern.fullmatch(name.lower()) for pattern in rules.tracking):
            kept.append((name, value))
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    path = "/" + "/".join(segments) + slash
    plain = SplitResult(parts.scheme, host + port, path, urlencode(sorted(kept)), "")
    return _Plain(plain.geturl(), variant)


def _tidy(url: str) -> str:
    """An address in w3lib's canonical spelling, its variant, parameters and archive's prefix kept."""
    return str(canonicalize_url(_written(url), keep_blank_values=True))


def _written(url: str) -> str:
    """An address as browsers read it (WHATWG URL): no control characters or broken lines, blanks inside encoded."""
    return "".join(part.strip() for part in _CONTROLS.split(url)).replace(" ", "%20")


def _wrapper(address: str) -> re.Match[str] | None:
    """The prefix of a web archive or an AMP cache before an address."""
    return _ARCHIVES.match(address) or _AMP_CACHE.match(address)


def _unwrapped(url: str | None) -> str | None:
    """The address itself, out of web archives and AMP caches; None where there is no http(s) address in it."""
    if url is None:
        return None
    address = _written(url)
    # An archive may hold an AMP cache's copy, and an archive may have archived another: three layers are plenty.
    for _ in range(3):
        if (prefix := _wrapper(address)) is None:
            break
        scheme = "https://" if prefix["secure"] else "http://"
        address = re.sub(r"^(https?):/*", r"\1://", address[prefix.end() :], flags=re.IGNORECASE)
        address = address if re.match("https?://", address, re.IGNORECASE) else scheme + address
    if address.count("://") == 1:
        # courlan cuts off markup debris; with two addresses in one it would choose, and might choose the wrong one.
        address = scrub_url(address)
    try:
        parts = urlsplit(address)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
        canonicalize_url(address)
    except ValueError:
        return None
    return address


class _Rules(NamedTuple):
    tracking: list[re.Pattern[str]]
    variant_parameters: list[tuple[re.Pattern[str], re.Pattern[str], str]]
    variant_hosts: list[tuple[re.Pattern[str], str]]
    variant_paths: list[tuple[re.Pattern[str], str, str]]
    index_files: list[re.Pattern[str]]
    not_a_story: list[re.Pattern[str]]

    def variant_of(self, name: str, value: str) -> str | None:
        for pattern, values, kind in self.variant_parameters:
            if pattern.fullmatch(name) and values.fullmatch(value):
                return kind
        return None


@functools.cache
def _rules() -> _Rules:
    raw = YAML(typ="safe").load(Path(__file__).with_name("url_rules.yml").read_text(encoding="utf-8"))
    compiled = re.compile
    return _Rules(
        tracking=[compiled(rule["pattern"]) for rule in raw["tracking_parameters"]],
        variant_parameters=[
            (compiled(rule["pattern"]), compiled(rule["values"]), rule["kind"]) for rule in raw["variant_parameters"]
        ],
        variant_hosts=[(compiled(rule["pattern"]), rule["kind"]) for rule in raw["variant_hosts"]],
        variant_paths=[(compiled(rule["pattern"]), rule["where"], rule["kind"]) for rule in raw["variant_paths"]],
        index_files=[compiled(rule["pattern"]) for rule in raw["index_files"]],
        not_a_story=[compiled(rule["pattern"]) for rule in raw["not_a_story"]],
    )
