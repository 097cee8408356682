"""One HTTP/1.1 response as its bytes arrive: head, framing, transfer coding, and where it is cut off (RFC 9112).

Lenient where browsers are (lines without a colon, bare line feeds), and bounded. Connections are `crawler.transport`'s.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from crawler.content import Head, parse_head

__all__ = ["Answer", "FetchError", "one_line"]

LONGEST_HEAD_BYTES: Final = 256 * 1024
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[^\r\n]*\r?\n")
_TRANSFER_CODING: Final = re.compile(rb"^(transfer-encoding)(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)


class FetchError(Exception):
    """Nothing came back that could be archived; the message says why in a few words."""


class Answer:
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

    def head_to_keep(self) -> bytes:
        """The head as received, but that a transfer coding, which is undone, is no longer claimed: readers would undo
        it once more."""
        head, count = _TRANSFER_CODING.subn(rb"X-Archive-Orig-\1", self.raw_head)
        return head + f"\r\nContent-Length: {self.size}".encode() if count else head

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
            what = f"connection lost: {one_line(error)}" if error else "connection closed without an answer"
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


def one_line(error: BaseException | None) -> str:
    """What an error says, on one line and not too long."""
    text = " ".join(str(error).split())
    return text[:160] or type(error).__name__
