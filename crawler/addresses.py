"""Which addresses may be fetched, and when two of them name the same thing.

The guard judges the network address that a connection is opened to, not the name that led there, so that a name which
resolves to a private address (by mistake or by DNS rebinding) is refused. Which story an address belongs to is not
decided here: that is a matter of canonical URLs and texts, and of `pipelines.copies`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from w3lib.url import safe_url_string

__all__ = ["address_key", "fetchable_url", "is_allowed_address", "refusal_of_host"]

LONGEST_URL: Final = 2_000

# Query parameters that say where a click came from and never choose the page. Kept short on purpose: parameters such
# as `source`, `id` or `eid` choose pages on many newsroom systems.
TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|mkt_tok|_hs(?:enc|mi)|ocid|cmpid|ncid"
    r"|smid|__twitter_impression|at_(?:medium|campaign)|traffic_source|guccounter",
    re.IGNORECASE,
)
# Most addresses need no mending; a sitemap may have 50,000.
_PLAIN: Final = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[A-Za-z0-9/._~!$&()*+,;=:@-]*(?:\?[A-Za-z0-9/._~!$&()*+,;=:@?-]+)?"
)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def fetchable_url(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) URL that a link means, percent-encoded and without its fragment; None where it has none.

    Links are taken as browsers take them (WHATWG URL: surrounding blanks, tabs and line ends are dropped).
    """
    if _PLAIN.fullmatch(url) and len(url) <= LONGEST_URL:
        return url
    stripped = re.sub(r"[\t\r\n\x00]", "", url).strip()
    try:
        joined = urljoin(base, stripped) if base else stripped
        safe = str(safe_url_string(joined)).split("#", 1)[0]
        parts = urlsplit(safe)
        host, _ = parts.hostname, parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or len(safe) > LONGEST_URL:
        return None
    if parts.username is not None or parts.password is not None or re.search(r"[\s\x00-\x1f%<>\"]", host):
        return None
    return parts._replace(path=parts.path or "/").geturl()


def address_key(url: str) -> str:
    """What makes two URLs one address for the crawl: host, path and query, less tracking, scheme and default port."""
    try:
        parts = urlsplit(url)
        authority = _authority(parts)
    except ValueError:  # only an archive of others' making holds such an address
        return url
    query = sorted(piece for piece in parts.query.split("&") if piece and not _is_tracking(piece))
    return f"{authority}{parts.path.rstrip('/')}{'?' if query else ''}{'&'.join(query)}"


def _is_tracking(piece: str) -> bool:
    return TRACKING.fullmatch(piece.split("=", 1)[0]) is not None


def _authority(parts: SplitResult) -> str:
    port = parts.port
    host = (parts.hostname or "").rstrip(".")
    return host if port is None or port in (80, 443) else f"{host}:{port}"


def is_allowed_address(address: str, port: int, loopback_ports: Iterable[int]) -> bool:
    """Whether a connection to this IP address and port may be opened.

    Public addresses only; loopback on the given ports. An IPv6 address that carries an IPv4 one is judged by both.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    carried = _carried(ip)
    if any(one.is_loopback for one in (ip, *carried)):
        return port in frozenset(loopback_ports)
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in (ip, *carried))


def _carried(ip: _Address) -> tuple[_Address, ...]:
    """The IPv4 addresses in an IPv6 one: mapped (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052)."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return ()
    if ip in _NAT64:
        return (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF),)
    return tuple(filter(None, (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()))))


def refusal_of_host(url: str, loopback_ports: Iterable[int]) -> str | None:
    """Why a URL is refused for its host as written, before any name is asked for; None where it is not."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if host == "localhost" or host.endswith(".localhost"):
        host = "127.0.0.1"
    if re.fullmatch(r"[0-9a-fx.]*\.?(?:0x[0-9a-f]+|\d+)", host) and not re.fullmatch(r"\d+(\.\d+){3}", host):
        return f"{host} is a number in disguise, not a host name"
    if not re.fullmatch(r"[0-9.]+|.*:.*", host):
        return None
    return None if is_allowed_address(host, port, loopback_ports) else f"{host} is not a public address"
