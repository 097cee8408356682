"""What real servers do to pages: tag soup, wrong charsets, NUL bytes, gzip cut short, broken JSON-LD.

Each kind of damage is a small function from the finished page to the bytes that are sent.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import replace

from sample.answer import Answer

__all__ = ["DAMAGES", "damage_page"]


def damage_page(answer: Answer, html: str, damage: str | None) -> Answer:
    """The answer with its page spoiled as `damage` names it; as it was for None. KeyError for an unknown name."""
    return answer if damage is None else DAMAGES[damage](answer, html)


def _tag_soup(answer: Answer, html: str) -> Answer:
    """Unclosed paragraphs and containers, crossed inline tags, a second body, no end."""
    html = re.sub(r"</(p|div|li|article|body|html)>", "", html)
    html = html.replace("<p", "<P").replace("<body", "</head><body class=x><body", 1)
    return replace(answer, body=(html + "<b><i>More</b></i><table><tr><div>").encode())


def _wrong_charset(answer: Answer, html: str) -> Answer:
    """Windows-1252 bytes under a header and a meta tag that promise UTF-8."""
    return replace(answer, body=html.encode("cp1252", "xmlcharrefreplace"))


def _nul_bytes(answer: Answer, html: str) -> Answer:
    """A NUL after every third full stop of a sentence, as a broken database export leaves them."""
    parts = html.split(". ")
    return replace(
        answer, body="".join(p + (".\x00 " if n % 3 == 2 else ". ") for n, p in enumerate(parts)).encode()[:-2]
    )


def _cut_gzip(answer: Answer, html: str) -> Answer:
    """A gzip stream that ends in the middle, sent whole as far as HTTP can tell."""
    packed = gzip.compress(html.encode(), mtime=0)
    return replace(answer, headers={**answer.headers, "Content-Encoding": "gzip"}, body=packed[: len(packed) * 2 // 3])


def _broken_json_ld(answer: Answer, html: str) -> Answer:
    """Linked data with a trailing comma and a raw line break inside a string."""
    return replace(answer, body=html.replace('"datePublished"', '"note": "cut\nhere",, "datePublished"').encode())


def _empty(answer: Answer, html: str) -> Answer:
    """Nothing at all, with status 200."""
    return replace(answer, body=b"")


DAMAGES: dict[str, Callable[[Answer, str], Answer]] = {
    "tag-soup": _tag_soup,
    "wrong-charset": _wrong_charset,
    "nul-bytes": _nul_bytes,
    "cut-gzip": _cut_gzip,
    "broken-json-ld": _broken_json_ld,
    "empty": _empty,
}
