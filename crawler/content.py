"""HTTP messages as they lie in the archive: the head read leniently, the body with its codings undone and bounded.

Never raises on what a server sent: a body that cannot be undone comes back as far as it goes, with the problem named.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

import brotli
from isal.isal_zlib import IsalError, decompressobj

__all__ = ["MOST_BYTES", "Content", "Head", "decode_content", "parse_head", "undo_gzip"]

# What one body may unfold to. The largest real page met has 1.8 MB; a sitemap may have 50 MB by its standard.
MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """The head of an HTTP response: status 0 where the status line is none; names of headers in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Content:
    """A body with its codings undone; `problem` says why it is not whole, None where it is."""

    body: bytes
    problem: str | None


def parse_head(block: bytes) -> tuple[Head, bytes]:
    """The head of an HTTP message and the body behind it. Lines without a colon are passed over, as browsers do."""
    match = re.search(rb"\r?\n\r?\n", block)
    raw, body = (block[: match.start()], block[match.end() :]) if match else (block, b"")
    lines = raw.decode("latin-1").replace("\r\n", "\n").split("\n")
    status = re.match(r"HTTP/\d(?:\.\d)?\s+(\d{3})", lines[0]) if lines else None
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon and name.strip():
            headers.append((name.strip().lower(), value.strip()))
    return Head(int(status[1]) if status else 0, tuple(headers)), body


def decode_content(body: bytes, content_encoding: str | None, transfer_encoding: str | None = None) -> Content:
    """Undo the content coding of a body (and a chunked transfer coding that a foreign archive kept).

    gzip, x-gzip, deflate and br are undone, at most MOST_BYTES; another coding is a problem, and the body then empty.
    """
    if transfer_encoding and "chunked" in transfer_encoding.lower():
        body = _undo_chunks(body)
    codings = [coding.strip().lower() for coding in (content_encoding or "").split(",")]
    problem = None
    for coding in reversed([coding for coding in codings if coding not in ("", "identity", "none", "utf-8")]):
        if coding in ("gzip", "x-gzip"):
            # Servers name a coding that they did not apply; browsers then take the bytes as they are.
            content = undo_gzip(body) if body[:2] == b"\x1f\x8b" else Content(body, None)
        elif coding == "deflate":
            content = _undo_deflate(body)
        elif coding == "br":
            content = _undo_brotli(body)
        else:
            return Content(b"", f"content coding {coding[:20]!r} is not known")
        body, problem = content.body, problem or content.problem
    return Content(body, problem)


def undo_gzip(data: bytes, most_bytes: int = MOST_BYTES) -> Content:
    """The content of a gzip stream, all members, as far as it goes and at most so many bytes."""
    parts: list[bytes] = []
    left = most_bytes
    while data[:2] == b"\x1f\x8b":
        unpacker = decompressobj(wbits=31)
        try:
            part = unpacker.decompress(data, left + 1)
        except IsalError as error:  # type: ignore[misc]  # isal declares its error class as an instance
            return Content(_salvage(parts, data, left), f"gzip stream is broken: {error}")
        parts.append(part[:left])
        if len(part) > left:
            return Content(b"".join(parts), f"gzip stream unfolds to more than {most_bytes} bytes; cut off")
        left -= len(part)
        if not unpacker.eof:
            return Content(b"".join(parts), "gzip stream ends early")
        data = unpacker.unused_data
    return Content(b"".join(parts), None)


def _salvage(parts: list[bytes], data: bytes, left: int) -> bytes:
    """What comes out of a broken stream before the fault: zlib gives it byte by byte, ISA-L does not."""
    unpacker = zlib.decompressobj(wbits=31)
    whole = list(parts)
    for start in range(0, len(data), 512):
        try:
            part = unpacker.decompress(data[start : start + 512], left)
        except zlib.error:
            break
        whole.append(part)
        left -= len(part)
        if left <= 0:
            break
    return b"".join(whole)


def _undo_deflate(data: bytes) -> Content:
    """RFC 9110's deflate is zlib's format; many servers send the raw stream instead."""
    for wbits in (15, -15):
        unpacker = zlib.decompressobj(wbits)
        try:
            body = unpacker.decompress(data, MOST_BYTES)
        except zlib.error:
            continue
        whole = unpacker.eof and not unpacker.unconsumed_tail
        return Content(body, None if whole else "deflate stream ends early or is too long")
    return Content(b"", "deflate stream is broken")


def _undo_brotli(data: bytes) -> Content:
    """What browsers were sent, and archives made with them therefore hold (RFC 7932)."""
    unpacker = brotli.Decompressor()
    try:
        body = unpacker.process(data, output_buffer_limit=MOST_BYTES)
    except brotli.error:
        return Content(b"", "brotli stream is broken")
    whole = unpacker.is_finished() and len(body) <= MOST_BYTES
    return Content(body[:MOST_BYTES], None if whole else "brotli stream ends early or is too long")


def _undo_chunks(body: bytes) -> bytes:
    """The chunks of a body joined; the body as it is where it is not in chunks (tools differ in what they keep)."""
    parts: list[bytes] = []
    at = 0
    while match := re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]*\r?\n").match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 0
    return b"".join(parts) if parts and at >= len(body) else body
