"""From the bytes of a response to text that the HTML parser can be given.

The charset is settled as a browser would, except that bytes which are plainly UTF-8 are read as UTF-8 whatever the page
claims, and that a wrong claim never fails the page. Size, attribute and tag bounds are kept here, before any parsing.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

__all__ = ["MAX_PAGE_BYTES", "MAX_TAGS", "decode_page", "without_controls"]

MAX_PAGE_BYTES = 5_000_000
MAX_TAGS = 120_000
"""Opening and closing tags together; the largest of 268 real news pages, a live blog, holds 25,000."""

# The cost of an element's attributes grows with the square of their number (30,000 of them: 4 s).
_LONG_TAG_BYTES = 8_192
_MAX_ATTRIBUTES = 500

_META_CHARSET = re.compile(rb"<meta[^>]{0,256}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_TAG_START = re.compile(rb"<[A-Za-z][A-Za-z0-9:-]{0,40}")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_ASCII_AND_CONTINUATION = bytes(range(0xC2))
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WESTERN_CHARACTERS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_GUESS_BYTES = 20_000
# The labels of the WHATWG Encoding Standard that mean windows-1252 in practice.
_WESTERN = frozenset(
    {"ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252"}
)


def decode_page(body: bytes, content_type: str | None) -> str:
    """The page as text, without NUL bytes and other characters that XML forbids.

    A body longer than MAX_PAGE_BYTES or of more than MAX_TAGS tags is cut there. Never raises.
    """
    body = body[:MAX_PAGE_BYTES]
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(encoding, "replace"))
    wide = _wide_encoding(body)
    if wide is not None:
        return _clean(body.decode(wide, "replace"))
    body = _bound_tags(body)
    try:
        return _clean(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    return _clean(_decode_as_declared(body, _declared_charset(body, content_type)))


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: half of the bytes of mostly Latin text are zero."""
    head = body[:2000]
    if len(head) < 8 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _bound_tags(body: bytes) -> bytes:
    if body.count(b"<") > MAX_TAGS:
        at = -1
        for _ in range(MAX_TAGS):
            at = body.find(b"<", at + 1)
        body = body[:at]
    pieces = body.split(b">")
    if max(map(len, pieces)) > _LONG_TAG_BYTES:
        body = b">".join(_bound_attributes(piece) if len(piece) > _LONG_TAG_BYTES else piece for piece in pieces)
    return body


def _bound_attributes(piece: bytes) -> bytes:
    start = _TAG_START.search(piece)
    if start is None:
        return piece
    attributes = _QUOTED.sub(b"", piece[start.end() :]).split(None, _MAX_ATTRIBUTES)
    return piece[: start.end()] if len(attributes) > _MAX_ATTRIBUTES else piece


def _declared_charset(body: bytes, content_type: str | None) -> str | None:
    in_header = _HEADER_CHARSET.search(content_type or "")
    if in_header:
        return in_header[1].lower()
    in_page = _META_CHARSET.search(body, 0, 4096)
    return in_page[1].decode("ascii").lower() if in_page else None


def _decode_as_declared(body: bytes, declared: str | None) -> str:
    """Text of bytes that are not valid UTF-8 as a whole."""
    if declared in _WESTERN:
        return _western(body)
    if declared is not None and declared not in {"utf-8", "utf8"}:
        try:
            return body.decode(declared, "strict")
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    as_utf8 = body.decode("utf-8", "replace")
    # A page cut within a character, or pasted together from two encodings, is still UTF-8 for the most part.
    broken = as_utf8.count("\ufffd")
    if broken <= 2 or broken * 20 < len(body.translate(None, _ASCII_AND_CONTINUATION)):
        return as_utf8
    guess = from_bytes(body[:_GUESS_BYTES]).best() if declared is None else None
    if guess is not None and guess.encoding not in {"utf_8", "ascii"}:
        return body.decode(guess.encoding, "replace")
    return _western(body)


def _western(body: bytes) -> str:
    """windows-1252 with its five holes filled from Latin-1, as the Encoding Standard has it."""
    return body.decode("latin-1").translate(_WESTERN_CHARACTERS)


def without_controls(text: str) -> str:
    """A text without the characters that XML forbids: a page can name them by number."""
    return _NOT_TEXT.sub("", text)


def _clean(text: str) -> str:
    # lxml refuses a string that carries an encoding declaration.
    return without_controls(_XML_DECLARATION.sub("", text, count=1))
