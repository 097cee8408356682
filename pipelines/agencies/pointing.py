"""Whether bare words ("the jail", "deputies") speak of one agency of the story or of agencies in general.

It judges the words and what stands around them; which agency they mean is another module's question.
"""

from __future__ import annotations

import re

from pipelines.agencies.headings import Heading, lexicon

__all__ = ["points_back"]

# "Police said", "police have", but not "afraid of the police": bare police that do something are the story's own.
_ACTS = re.compile(
    r"\s(?:also\s|later\s|then\s|now\s|still\s|never\s|there\s|here\s)?(?:[a-z]{2,12}ed|said|says?|told|tells?|were|was|are|have|had|has|do|does"
    r"|did|will|would|won't|can|cannot|can't|could|may|might|must|don't|didn't|call|take|hold|honor|notify|turn|join|keep|refuse|cooperate|enforce|made|took|found|went|got|held|gave)\b"
)
_NAME_FOLLOWS = re.compile(r"\s[A-Z][a-z]")
_IN_PLACE = re.compile(
    r"\b[Ii]n (?:the city of )?[A-Z][\w.'\-]{1,20}(?: [A-Z][\w'\-]{1,20}){0,2}, $"
)  # "In Dover, officers do not ask"
_ACCORDING = re.compile(r"(?:[Aa]ccording to|said|told) (?:the )?$")


def points_back(heading: Heading, text: str) -> bool:
    """Return whether bare words speak of one agency of the story rather than of agencies in general."""
    words, before = heading.words.lower(), heading.before
    definite = before in lexicon("definite") or before.endswith("'s")
    titled = heading.words[:1].isupper() and _NAME_FOLLOWS.match(text, heading.end) is not None
    if heading.general and not titled and before not in lexicon("not_general_alone"):
        return False
    if heading.sort == "officers":
        if words == "officers":
            return _IN_PLACE.search(text, max(0, heading.start - 40), heading.start) is not None
        return words.startswith(("department", "dept")) and before in ("the", "his", "her", "its", "their")
    if heading.sort == "jail":
        return _jail_points_back(words, before, definite)
    if heading.sort == "sheriff":
        return _sheriff_points_back(heading, text)
    if heading.sort == "police":
        if words == "police":
            return bool(
                _ACTS.match(text, heading.end) or _ACCORDING.search(text, max(0, heading.start - 18), heading.start)
            )
        return "departments" not in words and not words.startswith(("police chiefs", "police officers", "pd"))
    if heading.sort == "prosecutor":
        return definite or heading.words[:1].isupper()
    if heading.sort in ("state", "corrections"):
        return before not in ("a", "an") or "state" in words
    return before not in ("fire", "battalion", "bureau")


def _jail_points_back(words: str, before: str, definite: bool) -> bool:
    first = words.split()[0]
    if first in ("warden", "jailer"):
        return True
    if first in ("jails", "prisons"):
        return before in ("his", "her", "its", "county's")
    if first in ("house", "department"):
        return definite
    if first == "prison":
        return before in ("county", "county's")
    # "in jail" and "a jail" are no agency; detention centers and prisons without a county are mostly federal.
    return first == "jail" and (definite or len(words.split()) > 1)


def _sheriff_points_back(heading: Heading, text: str) -> bool:
    words, before = heading.words.lower(), heading.before
    if words == "deputy":
        # "Deputy Jo Roe", "the deputy"; a courtroom's or a medical examiner's deputy is no sheriff's.
        titled = heading.words[0].isupper() and bool(re.match(r"\s[A-Z][a-z]+", text[heading.end : heading.end + 4]))
        return titled or before == "the" or before == "chief"
    if "offices" in words or "departments" in words or before == "or":
        return False
    if words.startswith(("sheriffs", "undersheriffs")):
        return words.startswith(("sheriffs'", "sheriffs "))
    return not (before in ("a", "an") and words.startswith("deput"))
