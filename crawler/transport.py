"""HTTP/1.1 for the crawl: one request over one connection, the answer kept as it came.

Written here because an archive wants what Scrapy's own handlers throw away (the header lines as received, the address
connected to, what had come before a cut), because the address guard must choose the very address that is connected to,
and because it takes a third of their time. No cookies, no redirects, no retries beyond a stale kept connection.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import certifi

from crawler.addresses import is_allowed_address, refusal_of_host
from crawler.answer import Answer, FetchError, one_line
from crawler.job import CrawlJob
from crawler.warc import Exchange

__all__ = ["FetchError", "Transport"]

IDLE_SECONDS: Final = 20.0
NAME_SECONDS: Final = 300.0
# What no reader of ours can use and what may be very large; WARC has no word for that reason (5.9): "unspecified".
_MEDIA: Final = re.compile(r"(?:audio|video|image|font)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a connection leads: host as asked for, port, and whether through TLS."""

    host: str
    port: int
    tls: bool


class Transport:
    """Fetches URLs for one job: guard, names, kept connections, limits."""

    def __init__(self, job: CrawlJob, clock: Callable[[], datetime]) -> None:
        self._job, self._clock = job, clock
        self._idle: dict[_Place, list[_Connection]] = {}
        self._names: dict[_Place, tuple[float, tuple[str, ...]]] = {}
        self._tls: ssl.SSLContext | None = None
        self._proxy = urlsplit(job.proxy) if job.proxy else None

    async def fetch(self, url: str, headers: tuple[tuple[str, str], ...]) -> Exchange:
        """GET a URL. Raises FetchError where no response came; a response that was cut off says so (`truncated`)."""
        if refusal := refusal_of_host(url, self._job.loopback_ports):
            raise FetchError(refusal)
        parts = urlsplit(url)
        target = url if self._proxy else parts._replace(scheme="", netloc="").geturl()
        authority = parts.netloc.rpartition("@")[2]
        lines = [f"GET {target} HTTP/1.1", f"Host: {authority}", *(f"{name}: {value}" for name, value in headers)]
        request = "\r\n".join([*lines, "\r\n"]).encode("ascii", "replace")
        fetched_at, started = self._clock(), time.monotonic()
        deadline = asyncio.get_running_loop().time() + self._job.limits.request_seconds
        try:
            async with asyncio.timeout_at(deadline):
                place = self._place(parts.scheme, parts.hostname, parts.port)
                connection, answer = await self._exchange(place, request)
        except TimeoutError:
            raise FetchError(f"no answer within {self._job.limits.request_seconds:g} s") from None
        except ssl.SSLCertVerificationError as error:
            raise FetchError(f"certificate not accepted: {error.verify_message}") from error
        except (OSError, ssl.SSLError) as error:
            raise FetchError(f"connection failed: {one_line(error)}") from error
        if _MEDIA.match(answer.head.get("content-type") or ""):
            answer.cut_off()
        truncated = await answer.wait(deadline)
        self._keep(connection, answer, truncated)
        return Exchange(
            url=url,
            fetched_at=fetched_at,
            request=request,
            head=answer.head_to_keep(),
            body=answer.body(),
            status=answer.head.status,
            headers=dict(reversed(answer.head.headers)),
            address=connection.address,
            truncated=truncated,
            elapsed_ms=round((time.monotonic() - started) * 1000),
        )

    async def has_lost_proxy(self) -> bool:
        """Whether there is a proxy to go through and it takes no connection any more: then no failure is a site's own."""
        if not self._proxy:
            return False
        try:
            async with asyncio.timeout(self._job.limits.connect_seconds):
                _, writer = await asyncio.open_connection(self._proxy.hostname, self._proxy.port or 80)
        except OSError:  # a time-out is one
            return True
        writer.close()
        return False

    async def close(self) -> None:
        """Close the kept connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.abort()
        self._idle.clear()

    def _place(self, scheme: str, host: str | None, port: int | None) -> _Place:
        if self._proxy:
            return _Place(self._proxy.hostname or "", self._proxy.port or 80, tls=False)
        tls = scheme == "https"
        return _Place(host or "", port or (443 if tls else 80), tls)

    async def _exchange(self, place: _Place, request: bytes) -> tuple[_Connection, Answer]:
        """Send the request over a kept connection or a new one, and wait for the head of the answer."""
        while connection := self._take(place):
            answer = connection.ask(request, self._job.limits.body_bytes)
            try:
                await connection.wait_for_head(answer)
            except FetchError:
                if answer.received:
                    raise
                continue  # the host closed the kept connection meanwhile (RFC 9112, 9.3.1): ask anew
            return connection, answer
        connection = await self._connect(place)
        answer = connection.ask(request, self._job.limits.body_bytes)
        await connection.wait_for_head(answer)
        return connection, answer

    def _take(self, place: _Place) -> _Connection | None:
        kept = self._idle.get(place, [])
        while kept:
            connection = kept.pop()
            if not connection.is_closed and time.monotonic() - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.abort()
        return None

    def _keep(self, connection: _Connection, answer: Answer, truncated: str | None) -> None:
        if truncated or not answer.is_reusable or connection.is_closed:
            connection.abort()
            return
        connection.idle_since = time.monotonic()
        self._idle.setdefault(connection.place, []).append(connection)

    async def _connect(self, place: _Place) -> _Connection:
        loop = asyncio.get_running_loop()
        context = self._tls_context() if place.tls else None
        failure: Exception | None = None
        for address in await self._addresses(place):
            try:
                async with asyncio.timeout(self._job.limits.connect_seconds):
                    _, connection = await loop.create_connection(
                        lambda address=address: _Connection(place, address),
                        address,
                        place.port,
                        ssl=context,
                        server_hostname=place.host if context else None,
                    )
            except ssl.SSLCertVerificationError:
                raise
            except (TimeoutError, OSError) as error:
                failure = error
            else:
                return connection
        if isinstance(failure, TimeoutError):
            raise FetchError(f"no connection within {self._job.limits.connect_seconds:g} s")
        raise FetchError(f"connection failed: {one_line(failure)}")

    async def _addresses(self, place: _Place) -> tuple[str, ...]:
        """The allowed addresses of a host, in the order of the resolver. Each is what will be connected to."""
        if self._proxy:
            return (place.host,)
        kept = self._names.get(place)
        if kept and time.monotonic() - kept[0] < NAME_SECONDS:
            return kept[1]
        try:
            addresses = await resolve_name(place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"host {place.host} is not known: {one_line(error)}") from error
        allowed = tuple(
            address for address in addresses if is_allowed_address(address, place.port, self._job.loopback_ports)
        )
        if not allowed:
            where = addresses[0] if addresses else "nowhere"
            raise FetchError(f"{place.host} leads to {where}, not a public address")
        self._names[place] = (time.monotonic(), allowed)
        return allowed

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=certifi.where())
            with suppress(OSError, ssl.SSLError):
                self._tls.load_default_certs()
        return self._tls


async def resolve_name(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a host, in the resolver's order. Raises OSError or UnicodeError where there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )  # fmt: skip
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Connection(asyncio.Protocol):
    """One connection: hands what arrives to the answer that waits for it."""

    def __init__(self, place: _Place, address: str) -> None:
        self.place, self.address = place, address
        self.idle_since = 0.0
        self.is_closed = False
        self._transport: asyncio.Transport | None = None
        self._answer: Answer | None = None

    def ask(self, request: bytes, most_bytes: int) -> Answer:
        """Send a request; the answer fills as bytes arrive."""
        answer = self._answer = Answer(most_bytes)
        if self.is_closed or self._transport is None:
            answer.end(ConnectionResetError("connection closed"))
        else:
            self._transport.write(request)
        return answer

    async def wait_for_head(self, answer: Answer) -> None:
        """Wait until the head of the answer has come; the connection ends where it does not."""
        try:
            await answer.head_arrived
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None and not self.is_closed:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream's transport, by create_connection

    def data_received(self, data: bytes) -> None:
        if self._answer is not None and not self._answer.feed(data):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        if self._answer is not None:
            self._answer.end(exc)
