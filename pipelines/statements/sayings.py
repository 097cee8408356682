"""Who is reported to say what within one sentence, read from its verb of saying: "X said Y", "Y, X said",
"according to X".

This complements the learned tagger of `pipelines.speech`, which finds more but misses or cuts some plain
reports; where both speak, the tagger's source is used for what the sentence leaves open. Quotations are passed
over as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Saying", "read_saying"]

_CUE = re.compile(
    r"\b(?:(?:has |have |had )?(?:also |later |then |only |previously |repeatedly )?"
    r"(?:said|says|say|told|tells|wrote|writes|added|adds|announced|stated|stressed|noted|explained|insisted|confirmed|"
    r"acknowledged|emphasi[sz]ed|clarified|warned|testified(?= that)|promised|vowed|declared|maintained|reiterated|"
    r"pledged|joked|cautioned|asserted|conceded|reported|saying|adding|noting|telling|swore|argued|claimed|claims|contends|contended|alleged|"
    r"replied|answered|tweeted|posted|recalled|recalls|responded|continued|concluded|remarked|asked|reads|read|"
    r"concedes|went on(?=,|\.|$)|went on to say))\b(?!-)"
)
# These report words only beside a quotation; elsewhere they are mostly something else.
_ONLY_QUOTING = frozenset(
    [
        "replied",
        "answered",
        "tweeted",
        "posted",
        "recalled",
        "recalls",
        "responded",
        "continued",
        "concluded",
        "remarked",
        "asked",
        "reads",
        "read",
    ]
)
_PASSIVE = frozenset(["was", "were", "been", "be", "being", "is", "are", "not", "get", "got"])
_NO_SAY = frozenset(
    {"no", "any", "a", "the", "her", "his", "their", "may", "might", "must"}
)  # "has no say", "may say yes"
# "He declined to say whether": who spoke stands before these words, and they belong to what was said.
_UNSAID = re.compile(
    r" (?:has |have |had )?(?:declined to|refused to|would not|wouldn[’']t|did not|didn[’']t|could not|couldn[’']t|won[’']t)$"
)
_ONLY = re.compile(r" (?:would only|would|will|went on to|could only|can only)$")
_TELLING = frozenset({"told", "tells", "telling"})
# "Without telling the board" reports nothing.
_UNTOLD = frozenset({"without", "before", "after", "of", "from"})
# What ends a sentence with the paper that reported it first: ", the Kent Post reports."
_CREDIT = re.compile(
    r", (?:the )?[A-Z][\w&'’.-]{0,24}(?: (?:[A-Z&][\w&'’.-]{0,24}|of|the)){0,5} [Rr]eport(?:s|ed)"
    r"(?: (?:last \w+|(?:on )?[A-Z]\w+day))?[.”\"]{0,2}\s*$"
)
# Whoever tells these does what an agency does, and reports nothing to the reader.
_AGENTS = re.compile(r" (?:ICE|DHS|U\.S\. |immigration|federal|Immigration|Homeland|Border Patrol|agents)\b")
# "told KTVX his deputies", "told reporters on Monday that": the hearer is no part of what was said.
_HEARER = re.compile(
    r"(?:me|us|him|her|them|reporters|lawmakers|residents|commissioners|supervisors|"
    r"[Tt]he [A-Z]\w+(?: (?:and )?[A-Z]\w+){0,3}|"
    r"[A-Z]\w+(?:[’']s) [A-Z]\w+ [A-Z]\w+|[A-Z]{3,6}|[A-Z]\w+ (?:News|Times|Post|Radio)|[A-Z]\w+(?= (?:it|he|she|they|his|her|its|their|the)\b)|(?:county|city|state) \w+)(?: (?:that|in \w+|on \w+|last \w+))? "
)
_DAY = r"(?:on |late |early |last )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|afternoon|evening|night))?"
# "said Tuesday he", "said in a statement Wednesday his", "said in 2019 his": when it was said is no part of it.
_WHEN_SAID = re.compile(
    rf"(?:(?:in|at|through|via|by) an? (?:[a-z]+ )?(?:statement|email|e-mail|text|news conference|interview|post|letter|release)"
    rf"(?: {_DAY})?|{_DAY}|in (?:January|February|March|April|May|June|July|August|September|October|November|December|"
    rf"(?:19|20)\d\d)|(?:last|this|earlier this) (?:week|month|year|spring|summer|fall|winter)|today|yesterday),? "
    r"(?=(?:he|she|they|it|his|her|their|its|the|a|an|no|any|all|most|some|officers|deputies|police|troopers|jailers|[A-Z])\b)"
)
_ASIDE = re.compile(
    r"(?:(?:now|so|and|but|even) )?(?:after|because|since|until|once|unless|although|though|before|when|while|if)\s",
    re.IGNORECASE,
)
# The same without a comma: "… in 2014 after a lawyer | warned", "drew applause when Sheriff Roe | said".
_INNER_ASIDE = re.compile(
    r"(?:\S+ ){3}(?:after|because|since|until|once|before|when|while) (?=(?:an? [a-z]|he |she |they |[A-Z])(?:[^,]){0,40}$)"
)
# "An order that tells officers not to ask" says what to do, and reports nothing.
_COMMAND = re.compile(r" (?:[\w'’-]+ ){1,5}?(?:not )?to [a-z]+")
_FINITE = re.compile(
    r"\b(?:will|would|do|does|did|has|have|had|is|are|was|were|can|could|should|may|might|must|calls?|holds?|held|keeps?|kept|gives?|gave|"
    r"went|came|took|made|sent|told|got|let|left|ran|put|met|paid|found|knew|wants?|[a-z]{3,}ed)\b|n[’']t\b"
)
# "As two workers told the station, Roe said the matter is under review": a report within the report.
_BESIDE = re.compile(r"\b[Aa]s (?:[\w'’.-]{1,30} ){1,5}$")
SHORTEST_CLAUSE = 4  # words
MOST_CUES = 4
MOST_BESIDE = 100  # characters
MOST_WORDS_OF_HEARER = 9  # "told a packed church basement on Tuesday night that"
MOST_WORDS_BEFORE_THAT = 5  # "told the Free Press on Monday that"
_PLAIN = (
    "said",
    "says",
    "say",
    "wrote",
    "told",
    "testified",
)  # the verbs that nearly always report; the rest often do not
_ACCORDING = re.compile(r"\b[Aa]ccording to ")
_THAT = re.compile(r"\bthat\b")


@dataclass(frozen=True, slots=True)
class Saying:
    """Source, verb and contents of one report; spans are half open. `contents` leave the source's own words out.

    `aside` where the report is a clause beside what the sentence tells: "The jail stopped after a lawyer warned that …".
    """

    source: tuple[int, int]
    cue: tuple[int, int]
    contents: tuple[tuple[int, int], ...]
    aside: bool = False


def read_saying(text: str, start: int, end: int, quotations: Sequence[tuple[int, int]]) -> Saying | None:
    """The report that `text[start:end]` is, or None where it reports nobody's words."""
    masked = _mask(text[start:end], start, quotations)
    according = _ACCORDING.search(masked)
    if according:
        return _without_credit(masked, start, _read_according(masked, start, according))
    cues = sorted(
        (cue for cue in _CUE.finditer(masked) if _reports(masked, cue)),
        key=lambda cue: (
            not cue.group().endswith(_PLAIN),
            _BESIDE.search(masked, max(0, cue.start() - MOST_BESIDE), cue.start()) is not None,
            cue.start(),
        ),
    )
    for cue in cues[:MOST_CUES]:
        saying = _read_cue(masked, start, cue.start(), cue.end())
        if saying is not None:
            return _without_credit(masked, start, saying)
    return None


def _without_credit(masked: str, start: int, saying: Saying) -> Saying:
    """The report without the paper to which its sentence's end gives the credit."""
    credit = _CREDIT.search(masked)
    if credit is None or credit.start() < saying.cue[1] - start:
        return saying
    end = start + credit.start()
    return replace(saying, contents=tuple((a, min(b, end)) for a, b in saying.contents if a < end))


def _reports(masked: str, cue: re.Match[str]) -> bool:
    """Whether the verb reports: not in the passive, and not one that only quotes where nothing is quoted."""
    verb = cue.group().split(" ")[-1]
    if verb in _ONLY_QUOTING and "\x00" not in masked:
        return False
    if verb in _TELLING and (_AGENTS.match(masked, cue.end()) or _COMMAND.match(masked, cue.end())):
        return False
    before = masked[max(0, cue.start() - 12) : cue.start()].split()
    if verb == "say" and before and before[-1].lower() in _NO_SAY:
        return False
    if verb == "telling" and before and before[-1].lower() in _UNTOLD:
        return False
    return not (before and before[-1].lower() in _PASSIVE)


def _mask(sentence: str, start: int, quotations: Sequence[tuple[int, int]]) -> str:
    masked = sentence
    for a, b in quotations:
        low, high = max(0, a - start), min(len(sentence), b - start)
        if low < high:
            masked = masked[:low] + "\x00" * (high - low) + masked[high:]
    return masked


def _read_according(masked: str, start: int, cue: re.Match[str]) -> Saying:
    after = _phrase_end(masked, cue.end())
    source = (start + cue.end(), start + after)
    contents = []
    before = masked[: cue.start()].rstrip(" ,(")
    if len(before) > 3:
        contents.append((start, start + len(before)))
    rest = after + len(masked[after:]) - len(masked[after:].lstrip(" ,)"))
    if len(masked) - rest > 12:
        contents.append((start + rest, start + len(masked)))
    return Saying(source, (start + cue.start(), start + cue.end() - 1), tuple(contents))


def _read_cue(masked: str, start: int, cue_start: int, cue_end: int) -> Saying | None:
    left = masked[:cue_start]
    stripped = left.rstrip()
    told = masked[cue_start:cue_end].endswith(tuple(_TELLING))  # whose source never stands behind it
    participle = masked[cue_start:cue_end].rstrip().endswith("ing")
    ends_clause = bool(stripped) and stripped[-1] in ',\x00”"'
    inverted = ends_clause and not told and not participle and not _ends_apposition(stripped)
    if inverted or not stripped:
        return _read_inverted(masked, start, cue_start, cue_end, stripped)
    unsaid = _UNSAID.search(stripped)
    source_start = 0 if participle else _source_start(masked, unsaid.start() if unsaid is not None else cue_start)
    if source_start >= len(stripped) and (subject := _SUBJECT.match(masked)) is not None:
        # "Roe declined to comment on the suit, but said …": who spoke opens the sentence.
        source = (start, start + subject.end("who"))
        spoken = (start + _content_start(masked, cue_end), start + len(masked.rstrip()))
        return Saying(source, (start + cue_start, start + cue_end), (spoken,))
    conjunction = _ASIDE.match(masked, source_start) or _INNER_ASIDE.search(stripped, source_start)
    if conjunction is not None:
        source_start = conjunction.end()
    source = (start + source_start, start + len(stripped.rstrip(",")))
    if unsaid is not None and unsaid.start() - source_start > 1:
        spoken = (start + unsaid.start() + 1, start + len(masked.rstrip()))
        return Saying((source[0], start + unsaid.start()), (start + cue_start, start + cue_end), (spoken,))
    if (only := _ONLY.search(masked, source_start, source[1] - start)) is not None and only.start() - source_start > 1:
        source = (source[0], start + only.start())
    before = masked[:source_start].rstrip(" ,—–-")
    contents: list[tuple[int, int]] = []
    after = _content_start(masked, cue_end)
    comment = masked[cue_end:].strip(" .,")
    # "…, Roe told the county board Tuesday.": to whom and when is no content; what "that" opens always is.
    is_remark = len(comment.split()) < 3 or (
        (told or _CIRCUMSTANCE.match(comment) is not None) and not _FINITE.search(comment) and "\x00" not in before
    )
    opens_with_that = _THAT.search(masked, cue_end, after) is not None and _FINITE.search(masked, after) is not None
    opens_with_content = (
        conjunction is None
        and not participle
        and len(before.split()) >= 4
        and masked[:source_start].rstrip()[-1:]
        in (
            ",",
            "—",
            "–",
            "”",
            '"',
            "\x00",
            "?",
        )
    )
    if (
        opens_with_content
        and not before.startswith(("Asked ", "When asked "))
        and not opens_with_that
        and (not _is_adverbial(before) or (is_remark and "\x00" not in before))
    ):
        contents.append((start, start + len(before)))
        tail = masked[cue_end:]
        but = re.search(r", (?:but|and|although|though|because|adding) ", tail)
        if but and len(tail) - but.end() > 10:
            contents.append((start + cue_end + but.start() + 2, start + len(masked)))
    elif len(comment.split()) >= 3 and not (
        "\x00" in masked and "\x00" not in masked[after:] and _CIRCUMSTANCE.match(masked, after)
    ):
        contents.append((start + after, start + len(masked.rstrip())))
    return Saying(source, (start + cue_start, start + cue_end), tuple(contents), conjunction is not None)


def _read_inverted(masked: str, start: int, cue_start: int, cue_end: int, before: str) -> Saying | None:
    """ "Y, said X": the source follows the verb, and the sentence may go on behind it."""
    source_start = cue_end + 1
    source_end = _phrase_end(masked, source_start)
    if source_end - source_start < 2 or masked[source_start : source_start + 1] in ("\x00", "“", '"', ",", ":"):
        return None
    contents = [(start, start + len(before.rstrip(',\x00”" ')))] if "\x00" not in before else []
    goes_on = _goes_on(masked, source_start, source_end) if contents and _is_adverbial(before) else None
    if goes_on is not None:
        contents.append((start + goes_on + 2, start + source_end))
        source_end = goes_on
    return Saying((start + source_start, start + source_end), (start + cue_start, start + cue_end), tuple(contents))


def _goes_on(masked: str, source_start: int, source_end: int) -> int | None:
    """Where the sentence goes on behind its source: "Until it is adopted, said Warden Roe, staff will call ICE"."""
    comma = masked.find(", ", source_start, source_end)
    while comma >= 0:
        following = masked.find(", ", comma + 2, source_end)
        clause = masked[comma + 2 : following if following >= 0 else source_end]
        if (
            len(clause.split()) >= SHORTEST_CLAUSE
            and _FINITE.search(clause)
            and not clause.startswith(("who ", "whose "))
        ):
            return comma
        comma = following
    return None


def _ends_apposition(stripped: str) -> bool:
    """Whether the comma before the verb closes an apposition: "Jane Roe, the sheriff, said"."""
    if stripped[-1] != ",":
        return False
    earlier = stripped[:-1].rfind(", ")
    if earlier < 0:
        return False
    last_part = stripped[earlier + 2 : -1]
    first_part = stripped[:earlier]
    return (
        not _CLAUSE.match(last_part)
        and (last_part.startswith(("who ", "whose ")) or not _FINITE.search(last_part))
        and len(last_part.split()) <= 14
        and len(first_part.split()) <= 14
        and "\x00" not in last_part
        and (first_part[-1:].isalpha() or first_part[-1:] == ".")
    )


_LIST = re.compile(
    r"(?:^|[.;:—] |, )(?P<whole>(?:[A-Z]?[a-z’']{1,15} ){0,4}(?:[A-Z]\w{1,20}(?: [A-Z]\w{1,20}){0,2}, ){1,6}"
    r"[A-Z]\w{1,20}(?: [A-Z]\w{1,20}){0,2},? and [A-Z]\w{1,20}(?: [A-Za-z]\w{1,20}){0,3})$"
)
_SUBJECT = re.compile(
    r"(?P<who>(?:[A-Z][\w'’.-]{0,20},? ){1,7}|(?:[Tt]he|An?|[Hh]is|[Hh]er) (?:[\w'’.-]{1,20} ){1,6}?)"
    r"(?=(?:has |have |had )?(?:declined|refused|did not|didn[’']t|would not|wouldn[’']t|could not|deferred|offered|confirmed|denied|"
    r"acknowledged|apologized|defended|praised|criticized|called|placed|put|released|issued|posted|signed|ended|held)\b)"
)
_CLAUSE = re.compile(r"(?:and|but|or|nor|so|yet) ")
# What stands behind "she said" beside a quotation is mostly where and when she said it.
_CIRCUMSTANCE = re.compile(
    r"(?:at|in|on|by|to|of|during|after|before|when|while|from|with|outside|inside|through|via|last|this|earlier)\b"
)
_ADVERBIAL = re.compile(
    r"^(?:[“\"]?)(?:In|On|At|After|Before|During|Asked|When|While|As|Since|By|For|With|Until|Once|Unless|If|Under|From|Last|This|Earlier|Later|Meanwhile|But|And|"
    r"Still|However|Instead|Also|Then|Out|Across|Back|Like|Unlike|Despite|Speaking|Called|Because|Although|Though|Even)\b"
)


def _is_adverbial(words: str) -> bool:
    return bool(_ADVERBIAL.match(words)) and len(words.split()) <= 22


def _source_start(masked: str, cue_start: int) -> int:
    """Where the noun phrase before the verb begins: after the last clause's end, over appositions."""
    left = masked[:cue_start].rstrip()
    at = len(left)
    if left.endswith(","):
        opening = left[:-1].rfind(", ")
        at = opening if opening >= 0 else at - 1
    cut = max(
        left.rfind(", ", 0, at) + 2,
        left.rfind("” ", 0, at) + 2,
        left.rfind('" ', 0, at) + 2,
        left.rfind("; ", 0, at) + 2,
        left.rfind("— ", 0, at) + 2,
        left.rfind(": ", 0, at) + 2,
        left.rfind("\x00 ", 0, at) + 2,
        left.rfind("? ", 0, at) + 2,
    )
    cut = cut if cut >= 2 else 0
    while cut < at and not masked[cut].isalnum():
        cut += 1
    for word in ("and ", "but ", "as ", "But ", "And ", "where ", "which ", "though "):
        if masked.startswith(word, cut):
            cut += len(word)
    listed = _LIST.search(left)  # "Police chiefs from Kettering, Oakwood and Dayton said"
    return min(cut, listed.start("whole")) if listed is not None else cut


def _content_start(masked: str, cue_end: int) -> int:
    """After the verb, its hearer, its occasion and "that"."""
    that = _THAT.search(masked, cue_end, cue_end + 90)
    between = masked[cue_end : that.start()] if that else ""
    tells = masked[:cue_end].endswith(tuple(_TELLING))
    is_long = tells or _CIRCUMSTANCE.match(masked, cue_end + 1) is not None
    most = MOST_WORDS_OF_HEARER if is_long else MOST_WORDS_BEFORE_THAT
    if that and len(between.split()) <= most and "," not in between.strip(",") and "\x00" not in between:
        return that.end() + 1
    at = cue_end
    while at < len(masked) and masked[at] in " ,:":
        at += 1
    hearer = _HEARER.match(masked, at) if tells else None
    at = hearer.end() if hearer else at
    when = _WHEN_SAID.match(masked, at)
    return when.end() if when else at


def _phrase_end(masked: str, start: int) -> int:
    """Where a source after its verb ends, appositions included."""
    end = len(masked)
    stop = re.compile(r"[.;:?!](?=\s|$|\x00)|[“\"\x00—]|, (?:but|and|adding|who|which|where|when|while|as)\b").search(
        masked, start
    )
    while (
        stop is not None
        and stop.group() == "."
        and re.search(
            r"\b(?:[A-Z]|Lt|Sgt|Capt|Gov|Sen|Rep|Dr|St|Cpl|Col|Det|Maj|Jr|Cmdr|Supt|Asst|Gen|Ofc|Dep|Insp|Rev|Mr|Ms|Mrs)$",
            masked[max(start, stop.start() - 5) : stop.start()],
        )
    ):
        stop = re.compile(r"[.;:?!](?=\s|$|\x00)|[“\"\x00—]").search(masked, stop.end())
    return min(end, stop.start() if stop else end, start + 200)
