"""How addresses are spelled: which spellings, variants and wrappings are one address.

Addresses are normalised with w3lib and courlan and with what news needs (`url_rules.yml`: tracking parameters, AMP,
mobile and print variants, web-archive prefixes). Nothing here looks at pages; `identity.py` does.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import tldextract
from courlan import scrub_url
from ruamel.yaml import YAML
from w3lib.url import canonicalize_url

__all__ = [
    "PlainAddress",
    "address_rules",
    "plain_address",
    "segments_of",
    "site_of",
    "tidy",
    "unwrapped",
    "url_key",
    "wrapper_of",
]

# The snapshot of the Public Suffix List that ships with tldextract: no network, and the same answer on every machine.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

_ARCHIVES = re.compile(
    r"^https?://(?P<secure>)(?:"
    r"(?:www\.)?web\.archive\.org/(?:web/)?\d{1,14}(?:[a-z]{2}_|\*)?"
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
# A session that a server wrote into the path of every link.
_SESSIONS = re.compile(r";(?:jsessionid|phpsessid)=[^/?#;]*", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@functools.lru_cache(maxsize=65536)
def url_key(url: str) -> str:
    """Reduce an address to what tells stories apart; equal keys are one address. Idempotent; never fails.

    Scheme, `www.` (`www2.`), sessions, default ports, trailing slashes, index files, variants and tracking parameters
    go. Letter case goes in host names and in path segments made of words; a segment that may be a case-sensitive code
    keeps it.
    """
    target = unwrapped(url)
    if target is None:
        return url.strip()
    parts = urlsplit(plain_address(target).url)
    path = "/".join(_folded(segment) for segment in parts.path.rstrip("/").split("/"))
    host = parts.hostname or ""
    bare = re.sub(r"^www\d?\.", "", host)
    host = bare if site_of(bare) == site_of(host) else host  # "www2.com" is a site of its own
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


def segments_of(parts: SplitResult) -> list[str]:
    """The parts of an address's path, empty ones left out."""
    return [segment for segment in parts.path.split("/") if segment]


def _folded(segment: str) -> str:
    """Fold the case of words; leave what may be a case-sensitive code (`BGH2Q6QCPRFQ`, `dQw4w9Wg`)."""
    code = re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-Za-z0-9_]{6,}", segment)
    return segment if code else segment.lower()


class PlainAddress(NamedTuple):
    """An address in plain dress, and the variant that it was given in: amp, mobile, print or none."""

    url: str
    variant: str | None


@functools.lru_cache(maxsize=65536)
def plain_address(url: str) -> PlainAddress:
    """The plain dress of a page: no variant, no tracking; and which variant it was."""
    rules = address_rules()
    parts = urlsplit(canonicalize_url(url, keep_blank_values=True))
    variant: str | None = None
    host = (parts.hostname or "").rstrip(".")
    first, _, rest = host.partition(".")
    for pattern, kind in rules.variant_hosts:
        if pattern.fullmatch(first) and site_of(rest) == site_of(host):
            host, variant = rest, kind
    segments = segments_of(parts)
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
    return PlainAddress(plain.geturl(), variant)


def tidy(url: str) -> str:
    """An address in w3lib's canonical spelling, its variant, parameters and archive's prefix kept."""
    return str(canonicalize_url(_written(url), keep_blank_values=True))


def _written(url: str) -> str:
    """An address as browsers read it (WHATWG URL): no control characters or broken lines, blanks inside encoded."""
    return "".join(part.strip() for part in _CONTROLS.split(url)).replace(" ", "%20")


def wrapper_of(address: str) -> re.Match[str] | None:
    """The prefix of a web archive or an AMP cache before an address."""
    return _ARCHIVES.match(address) or _AMP_CACHE.match(address)


def unwrapped(url: str | None) -> str | None:
    """The address itself, out of web archives and AMP caches; None where there is no http(s) address in it."""
    if url is None:
        return None
    address = _written(url)
    # An archive may hold an AMP cache's copy, and an archive may have archived another: three layers are plenty.
    for _ in range(3):
        if (prefix := wrapper_of(address)) is None:
            break
        scheme = "https://" if prefix["secure"] else "http://"
        address = re.sub(r"^(https?):/*", r"\1://", address[prefix.end() :], flags=re.IGNORECASE)
        address = address if re.match("https?://", address, re.IGNORECASE) else scheme + address
    if address.count("://") == 1:
        # courlan cuts off markup debris; with two addresses in one it would choose, and might choose the wrong one.
        address = scrub_url(_SESSIONS.sub("", address))
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
def address_rules() -> _Rules:
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
