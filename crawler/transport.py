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
from crawler.content import Head, parse_head
from crawler.job import CrawlJob
from crawler.warc import Exchange

__all__ = ["FetchError", "Transport"]

LONGEST_HEAD_BYTES: Final = 256 * 1024
IDLE_SECONDS: Final = 20.0
NAME_SECONDS: Final = 300.0
# What no reader of ours can use and what may be very large; WARC has no word for that reason (5.9): "unspecified".
_MEDIA: Final = re.compile(r"(?:audio|video|image|font)/", re.IGNORECASE)
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]*\r?\n")
_TRANSFER_CODING: Final = re.compile(rb"^(transfer-encoding)(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)


class FetchError(Exception):
    """Nothing came back that could be archived; the message says why in a few words."""


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
            raise FetchError(f"connection failed: {_one_line(error)}") from error
        if _MEDIA.match(answer.head.get("content-type") or ""):
            answer.cut_off()
        truncated = await answer.wait(deadline)
        self._keep(connection, answer, truncated)
        return Exchange(
            url=url,
            fetched_at=fetched_at,
            request=request,
            head=_head_to_keep(answer),
            body=answer.body(),
            status=answer.head.status,
            headers=dict(reversed(answer.head.headers)),
            address=connection.address,
            truncated=truncated,
            elapsed_ms=round((time.monotonic() - started) * 1000),
        )

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

    async def _exchange(self, place: _Place, request: bytes) -> tuple[_Connection, _Answer]:
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

    def _keep(self, connection: _Connection, answer: _Answer, truncated: str | None) -> None:
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
        raise FetchError(f"connection failed: {_one_line(failure)}")

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
            raise FetchError(f"host {place.host} is not known: {_one_line(error)}") from error
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
        self._answer: _Answer | None = None

    def ask(self, request: bytes, most_bytes: int) -> _Answer:
        """Send a request; the answer fills as bytes arrive."""
        answer = self._answer = _Answer(most_bytes)
        if self.is_closed or self._transport is None:
            answer.end(ConnectionResetError("connection closed"))
        else:
            self._transport.write(request)
        return answer

    async def wait_for_head(self, answer: _Answer) -> None:
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


class _Answer:
    """One response as it arrives. `head_arrived` and the end of the body are awaited apart."""

    def __init__(self, most_bytes: int) -> None:
        loop = asyncio.get_running_loop()
        self.head_arrived: asyncio.Future[None] = loop.create_future()
        self.raw_head = b""
        self.head = Head(0, ())
        self.received = b""
        self.size = 0
        self.is_reusable = False
        self._done: asyncio.Future[str | None] = loop.create_future()
        self._parts: list[bytes] = []
        self._left: int | None = None  # bytes to come, None until the connection closes
        self._chunks: _Chunks | None = None
        self._most_bytes = most_bytes

    async def wait(self, deadline: float) -> str | None:
        """Wait until the body has come; why it has not come whole (WARC's word), or None."""
        try:
            async with asyncio.timeout_at(deadline):
                return await self._done
        except TimeoutError:
            return "time"

    def cut_off(self) -> None:
        """Want no more of the body."""
        self.is_reusable = False
        self._finish("unspecified")

    def body(self) -> bytes:
        """What has come of the body, transfer coding undone."""
        return b"".join(self._parts)

    def feed(self, data: bytes) -> bool:
        """Take bytes; False where the connection is of no more use."""
        if self._done.done():
            return False
        if not self.raw_head:
            data = self.received = self.received + data
            if not self._take_head(data):
                return not self.head_arrived.done()
            data, self.received = self.received, b""
        if self._chunks is not None:
            self._parts.extend(pieces := self._chunks.feed(data))
            self.size += sum(map(len, pieces))
            if self._chunks.is_broken:
                return self._finish("disconnect")
            if self._chunks.is_done:
                return self._finish(None)
        else:
            if self._left is not None:
                data = data[: self._left]
                self._left -= len(data)
            if data:
                self._parts.append(data)
                self.size += len(data)
            if self._left == 0:
                return self._finish(None)
        if self.size > self._most_bytes:
            self.is_reusable = False
            return self._finish("length")
        return True

    def end(self, error: Exception | None) -> None:
        """The connection has closed."""
        if not self.head_arrived.done():
            what = f"connection lost: {_one_line(error)}" if error else "connection closed without an answer"
            self.head_arrived.set_exception(FetchError(what))
        if not self._done.done():
            whole = self._left is None and self._chunks is None and error is None
            self._finish(None if whole else "disconnect")
        self.is_reusable = False

    def _take_head(self, data: bytes) -> bool:
        """Read the head from the bytes so far; what lies behind it becomes `received`."""
        while match := _END_OF_HEAD.search(data):
            raw, rest = data[: match.start()], data[match.end() :]
            head, _ = parse_head(raw)
            if head.status == 0 or not 100 <= head.status <= 599:
                return self._fail("the answer is not HTTP")
            if 100 <= head.status < 200:
                data = self.received = rest
                continue
            self.raw_head, self.head, self.received = raw, head, rest
            self._frame(head)
            self.head_arrived.set_result(None)
            return True
        return self._fail("the head of the answer is too long") if len(data) > LONGEST_HEAD_BYTES else False

    def _frame(self, head: Head) -> None:
        """How the body ends (RFC 9112, 6.3)."""
        length = head.get("content-length")
        if head.status in (204, 304):
            self._left = 0
        elif "chunked" in (head.get("transfer-encoding") or "").lower():
            self._chunks = _Chunks()
        elif length is not None and (digits := length.split(",")[0].strip()).isdecimal():
            self._left = int(digits)
        keeps = (head.get("connection") or "").lower()
        self.is_reusable = "close" not in keeps and (self._left is not None or self._chunks is not None)
        self.is_reusable = self.is_reusable and (self.raw_head.startswith(b"HTTP/1.1") or "keep-alive" in keeps)

    def _fail(self, reason: str) -> bool:
        if not self.head_arrived.done():
            self.head_arrived.set_exception(FetchError(reason))
        return False

    def _finish(self, truncated: str | None) -> bool:
        if not self._done.done():
            self._done.set_result(truncated)
        return truncated is None and self.is_reusable


class _Chunks:
    """Undoes the chunked transfer coding (RFC 9112, 7.1) as it arrives."""

    def __init__(self) -> None:
        self.is_done = self.is_broken = False
        self._waiting = b""
        self._left = 0
        self._in_trailer = False

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces of the body in these bytes."""
        pieces: list[bytes] = []
        data, self._waiting = self._waiting + data, b""
        at = 0
        while at < len(data) and not self.is_done and not self.is_broken:
            if self._left > 2:
                piece = data[at : at + self._left - 2]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
            elif self._left:  # the line end behind a chunk
                step = min(self._left, len(data) - at)
                at += step
                self._left -= step
            elif self._in_trailer:
                end = data.find(b"\n", at)
                if end < 0:
                    break
                self.is_done = not data[at:end].strip()
                at = end + 1
            elif match := _CHUNK_SIZE.match(data, at):
                at = match.end()
                size = int(match[1], 16)
                self._left = size + 2 if size else 0
                self._in_trailer = size == 0
            elif len(data) - at > 1024 or b"\n" in data[at:]:
                self.is_broken = True
            else:
                break
        self._waiting = data[at:]
        return pieces


def _head_to_keep(answer: _Answer) -> bytes:
    """The head as received, but that a transfer coding, which is undone, is no longer claimed: readers would undo it
    once more."""
    head, count = _TRANSFER_CODING.subn(rb"X-Archive-Orig-\1", answer.raw_head)
    return head + f"\r\nContent-Length: {answer.size}".encode() if count else head


def _one_line(error: BaseException | None) -> str:
    text = " ".join(str(error).split())
    return text[:160] or type(error).__name__
