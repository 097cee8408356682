"""The words around a name that say who it is: a title before it, an apposition before or after it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from pipelines.statements.sides import read_roles, role_words

__all__ = ["apposition_after", "apposition_before", "ends_with_role", "role_start", "words_listed"]

_NAMES = Path(__file__).with_name("names.yml")
_CLAUSE_END = re.compile(r"[,;:.!?—–(“\"]|\b(?:said|says|told|wrote|who)\b")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Oo]ur)\b")
# "Kent County's new sheriff, Jane Roe,"
_OWNER = re.compile(
    r"[A-Z][\w.-]{1,24}(?: [A-Z][\w.-]{1,24}){0,3}['’]s? (?:[a-z-]{1,16} ){0,3}"
    r"(?:sheriff|undersheriff|chief|warden|jailer|commander|director)(?=,|$)"
)


# "Jane Roe has been chief of the Kent Police Department for 19 months", "made Jane Roe the first woman to be elected sheriff"
_HELD = re.compile(
    r" (?:(?:has|had) been|became|took over as|(?:the first [a-z]{1,12} )?to be elected) (?:the |an? )?"
    r"(?:[\w’'-]{1,20} ){0,4}?(?:sheriff|undersheriff|chief|warden|jailer|superintendent|commissioner|director)\b"
)

# "The department will not take part, Director Jane Roe said": a clause presents nobody.
_FINITE = re.compile(r"\b(?:will|would|do|does|did|has|have|had|is|are|was|were|can|could|may|must|not)\b")


def role_start(text: str, paragraph_start: int, start: int) -> int:
    """Lower-case title words straight before the name belong to it: "county sheriff Jane Roe", "spokesman John Doe"."""
    begin = start
    lower = False
    for _ in range(7):
        previous = text.rfind(" ", max(paragraph_start, begin - 30), max(paragraph_start, begin - 1))
        word_at = previous + 1 if previous >= 0 else paragraph_start
        word = text[word_at : begin - 1] if begin - 1 > word_at else ""
        if not word or word[-1] in ',.;:”"—' or not re.fullmatch(r"[\w'’-]+", word):
            break
        if word[0].isupper():
            if not lower:
                break
        else:
            lower = True
            if word not in words_listed("articles") and word not in _title_words():
                break
        begin = word_at
        if word in words_listed("articles"):
            break
    return begin


@cache
def _title_words() -> frozenset[str]:
    """The lower-case words that a title before a name is made of: those of roles, and what goes with them."""
    return role_words() | words_listed("with_titles")


def apposition_before(text: str, paragraph_start: int, start: int) -> tuple[int, int] | None:
    """The words of "a spokesman for the state police, Jane Roe"."""
    if start - 2 < paragraph_start or text[start - 2 : start] != ", ":
        return None
    floor = max(paragraph_start, start - 120)
    window = text[floor : start - 2]
    cut = max(window.rfind(", "), window.rfind(". "), window.rfind("” "), window.rfind('" '), window.rfind("; "))
    window_start = floor + cut + 2 if cut >= 0 else floor
    articles = [match.start() for match in _ARTICLE.finditer(text, window_start, start - 2)]
    if not articles and (owner := _OWNER.match(text, window_start, start - 2)) is not None:
        return (owner.start(), start - 2)
    if not articles:
        return None
    spokes = text.find("spokes", window_start, start - 2)
    earlier = [at for at in articles if spokes < 0 or at < spokes]
    begin = (earlier or articles)[-1]
    return None if _FINITE.search(text, begin, start - 2) else (begin, start - 2)


def apposition_after(text: str, end: int, paragraph_end: int) -> tuple[int, int] | None:
    """The words of "Jane Roe, the sheriff of Kent County," and of "Jane Roe of the Kent County sheriff's office"."""
    limit = min(paragraph_end, end + 140)
    follows = text[end : min(end + 8, limit)]
    if follows.startswith((", ", "’s ", "'s ")) and not follows.startswith((", “", ', "')):
        begin = end + 2
        if text[begin : begin + 4] in ("R-", "D-") or re.match(r"(?:a )?(?:\d\d,|[RDI]-)", text[begin : begin + 6]):
            begin = text.find(", ", begin, limit) + 2 or limit
    elif re.match(r" (?:of|with|from|at|is|was|who|represents|runs) ", follows + " ") or _HELD.match(text, end, limit):
        begin = end + 1
    else:
        return None
    begin = min(begin, limit)
    starts_who = text.startswith("who ", begin)
    cut = _CLAUSE_END.search(text, begin + (4 if starts_who else 0), limit)
    while (
        cut is not None
        and cut.group() == "."
        and cut.end() < limit
        and text[cut.end() - 3 : cut.end()] in ("St.", "U.S", ".S.")
    ):
        cut = _CLAUSE_END.search(text, cut.end(), limit)
    stop = cut.start() if cut else limit
    return (begin, stop) if _presents(text[begin:stop]) else None


def ends_with_role(words: str) -> bool:
    """Whether lower-case words before a name are a title: "county sheriff", "ICE spokesman", not "ICE detains"."""
    read = read_roles(words)
    return (
        bool(read)
        and read[-1].notion is not None
        and read[-1].word not in ("ice", "dhs", "police", "officers", "agents")
    )


def _presents(words: str) -> bool:
    """Whether words after a name and a comma are a role: "the sheriff of Kent County", not "called the sheriff"."""
    first, _, _ = words.partition(" ")
    if not first:
        return False
    if first[0].isupper():
        last = words.rstrip(" ,").rpartition(" ")[2]
        return not last[:1].isupper() or " of " in words or " for " in words
    if first in words_listed("openers"):
        return True
    read = read_roles(words)
    return bool(read) and read[0].notion is not None


@cache
def words_listed(name: str) -> frozenset[str]:
    """A list of words of `names.yml`."""
    with _NAMES.open(encoding="utf-8") as source:
        return frozenset(YAML(typ="safe").load(source)[name])
