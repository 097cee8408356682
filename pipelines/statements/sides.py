"""On which side the words for a role or a body stand: a local agency's, the federal government's, or neither's.

Read from the roles that the news prints (`roles.yml`): "police chief", "ICE spokesman", "a lawyer with the union". A
former sheriff speaks for nobody; a spokesman speaks for whom the words after him name.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from pipelines.phrases import Token, load_phrases, tokens_of

__all__ = ["Side", "read_roles", "role_words", "side_of"]

_ROLES = Path(__file__).with_name("roles.yml")
_AMBIGUOUS = frozenset(
    {
        "director",
        "executive director",
        "commissioner",
        "superintendent",
        "administrator",
        "manager",
        "supervisor",
        "chairman",
        "attorney",
        "counsel",
    }
)
_PAST = frozenset({"former", "retired", "ex", "ex-sheriff", "onetime", "then-candidate"})


class Side(StrEnum):
    """For whom somebody speaks."""

    LOCAL = "local"
    FEDERAL = "federal"
    OTHER = "other"


def read_roles(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words of `text[start:end]`, those of a role joined and told by their side."""
    return load_phrases(_ROLES).read(tokens_of(text, start, end))


@cache
def role_words() -> frozenset[str]:
    """Every word of which a listed role is made."""
    with _ROLES.open(encoding="utf-8") as source:
        listed = YAML(typ="safe").load(source)
    return frozenset(word for phrases in listed.values() for phrase in phrases for word in phrase.split())


def side_of(words: str, first_decides: bool = False) -> tuple[Side | None, bool]:
    """On which side a role or body stands, and whether the words leave the body open ("a spokesman")."""
    read = read_roles(words)
    notions = [token for token in read if token.notion is not None]
    if any(token.word in _PAST for token in read):
        return Side.OTHER, False
    if not notions:
        return None, False
    spokes = [token for token in notions if token.notion == "spokesperson"]
    others = [token for token in notions if token.notion != "spokesperson"]
    if spokes:
        for token in others:
            if token.word not in ("officer", "chief", *_VAGUE):
                return _side(token), False
        return Side.LOCAL if others else None, not others or all(token.word in _VAGUE for token in others)
    deciding = others[0] if first_decides else others[-1]
    if deciding.word in _AMBIGUOUS:
        for token in others:
            if token.notion in ("local", "federal") and token.word not in ("officer", "chief", "deputy"):
                return _side(token), False
        return Side.OTHER, deciding.word in ("director", "superintendent", "administrator") and not _names_body(words)
    if deciding.notion == "local" and any(token.notion == "federal" for token in others):
        federal = next(token for token in others if token.notion == "federal")
        if federal.start < deciding.start or first_decides:
            return Side.FEDERAL, False
    return _side(deciding), deciding.word in ("officer", "department", "commander")


_VAGUE = ("department", "agency", "office")  # "a department spokesperson": whose department, the story has said


def _side(token: Token) -> Side:
    return Side(token.notion or "other")


def _names_body(words: str) -> bool:
    return " of " in words or " for " in words
