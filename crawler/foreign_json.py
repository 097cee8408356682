"""JSON that strangers wrote: what `json.loads` gives, of characters alone that files, databases and XML take.

An escape can name what no text may hold: half of a surrogate pair, a control character, U+FFFF. One such headline would
stop whoever writes it down, so they give way to U+FFFD here, before anything is read (RFC 8259, section 8.2; XML 1.0,
section 2.2).
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["read_json"]

_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(rf"({_HIGH}{_LOW})|\\u([0-9a-fA-F]{{4}})|\\(.)", re.DOTALL)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read_json(text: str) -> Any:
    """What the text says. Raises ValueError where it is no JSON, RecursionError where it nests too deep."""
    return json.loads(_ESCAPE.sub(_written, _NOT_TEXT.sub("", text)), strict=False)


def _written(escape: re.Match[str]) -> str:
    pair, code, letter = escape.groups()
    if pair or (code and not _NOT_TEXT.match(chr(int(code, 16)))) or (letter and letter not in "bf"):
        return escape[0]
    return "\\ufffd"
