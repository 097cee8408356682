"""Whose words are reported: from the source of an attribution to a person or body, its side, and its agencies.

A source is read by the name in it, by its role ("the sheriff", "a spokeswoman for the state police"), or as a
pronoun that leads back to whoever spoke last. The agencies come from the mentions that stand in the source or
in the words that present the person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from pipelines.records import Agency, AgencyKind, AgencyMention
from pipelines.statements.cast import Cast, Person
from pipelines.statements.layout import Layout
from pipelines.statements.mentions import Mentions, is_federal, meant_by
from pipelines.statements.sides import Side, side_of

__all__ = ["Voice", "VoiceReader"]

_PRONOUN = re.compile(r"(?:^|\b)(?:he|she|they|it|both|He|She|They|It|Both)$")
# "the statement reads": whose statement it is was said before.
_PAPER = re.compile(
    r"^(?:the|a|his|her|its|their) (?:\w+ )?"
    r"(?:statement|post|posts|email|e-mail|letter|release|memo|tweet|message|video)$"
)
_PRESS = re.compile(
    r"\b(?:Times|Post|Chronicle|Tribune|Herald|News|Journal|Press|Gazette|Globe|Inquirer|Register|Republic|Star|Sun|Bee|NPR|"
    r"CNN|AP|[Rr]ecords?|[Dd]ata|[Rr]eports?|[Dd]ocuments|[Ff]igures|[Ss]tatistics|[Ll]ogs|[Aa]nalysis|"
    r"[Tt]ranscripts?|[Ss]tory|[Aa]rticle|[Hh]eadline|[Cc]aption|[Cc]hart|[Gg]raphic|[Cc]opy|[Cc]opies|[Aa]udits?|[Ii]nvoices|[Dd]atabase|[Mm]inutes|[Rr]osters?|[Ss]preadsheets?|[Ff]ootage)\b"
)
# "The manual says": what an agency wrote for its own.
_OWN_PAPER = re.compile(
    r"(?:the|a|an|its|their|his|her|that|this) (?:[\w’'-]{1,20} ){0,2}"
    r"(?:manual|polic(?:y|ies)|orders?|directives?|memo|memorandum|handbook|guidelines?|procedures?|rules?|agreement|contract|plan)"
)
# "Department records", "logs kept by the jail": whoever keeps them, they tell what happened.
_RECORDS = re.compile(
    r"(?:[\w'’.&-]{1,30} ){0,5}(?:records|rosters?|data|figures|statistics|logs?|spreadsheets?|invoices|database|footage)"
    r"(?: (?:of|from|kept|released|obtained|provided|compiled|that)\b.{0,200})?",
    re.IGNORECASE,
)
_HEADED_BY = re.compile(
    r"(?:[’']s?)? (?:[Ee]xecutive |[Aa]cting |[Ii]nterim )?(?:[Dd]irector|[Cc]ommissioner|[Ss]uperintendent|[Cc]olonel)"
)
_HEAD = re.compile(
    r"(?:the|its|their) (?:(?:jail|prison|department|bureau|center|centre)['’]?s? )?(?P<title>director|commissioner|superintendent|administrator)"
)
_HEADS = re.compile(r"(?:[Dd]irector|[Cc]ommissioner|[Ss]uperintendent) (?:of|for) (?:the )?")
PRONOUN_REACH = 900
OPENS_WITHIN = 4  # "The "
MOST_BEFORE = 40  # mentions of a paragraph among which the one that heads a sentence is looked for
LONGEST_LEAD = 9  # words up to a pronoun: "in an interview on Tuesday she"
WHO_REACH = 60  # "Roe, 52, who has said"
_THE_BODY = re.compile(r"^(?:the|its) (?:bureau|department|agency|office|force|jail)$")
_THE_BODIES = re.compile(r"^(?:the|both|all) (?:\w+ )?(?:departments|agencies|offices|sheriffs|chiefs|jails|forces)$")
_ACTS_ON = re.compile(
    r" (?:has |had )?(?:placed|put|suspended|fired|named|hired|appointed|promoted|disciplined|identified|arrested|cleared) "
)
_OFFICE_OF = re.compile(r"[’']s? (?:office|department|agency|campaign|spokes\w+|staff)$")
_OFFICIALS = re.compile(r"^(?:the )?(?:jail |county |city |police |sheriff[’']s |prison )?officials(?: there)?$")
# "Who spent 20 years with the police in Tacoma": where somebody was before is not for whom they speak.
_CAREER = re.compile(r"\b(?:spent|worked|served|came|moved|retired|previously|formerly|years (?:at|in|with))\b")
_OWN_BODY = re.compile(r"^(?:his|her|their) (?:own )?(?:office|department|agency|deputies|officers|staff|force|jail)$")
# What may stand between an agency and the name of somebody who speaks for it: "Kent police | clerk | Jane Roe".
_LEADS_UP = re.compile(r"(?:[’']s?)?(?: [a-z][a-z-]{1,14}){1,3},? |, ")
# "An attorney for a man held by Kent police": named beside an agency, and no part of it.
_NOT_OF = re.compile(
    r"\b(?:held|arrested|jailed|detained|suing|sued|critics?|against|opponent|running|candidate|monitors?|predecessor|attorney|lawyer|"
    r"challenger|advocate|activist|protest\w*|reporter|resident|victim|husband|wife|mother|father|"
    r"told|asked|thanked|urged|pressed|begged)\b"
)
_FOLLOWS = re.compile(r",? (?:has been |is |was )?(?:of|with|from|at|for|an?|the|who \w+)\b[^.;:“”\"\n]{0,60}")
_AND = re.compile(r"(?: [A-Z][\w.'’-]{1,20}){1,3},? and (?:the )?")
_SINGULAR = frozenset({"he", "she"})
_ROLE_NOUNS = (
    "sheriff",
    "undersheriff",
    "police chief",
    "chief",
    "warden",
    "superintendent",
    "commissioner",
    "captain",
    "lieutenant",
    "sergeant",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "prosecutor",
    "district attorney",
    "director",
    "deputy",
    "mayor",
    "governor",
    "senator",
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: `source` as printed, person where named, and the agencies for which the words count."""

    side: Side
    source: str
    person: Person | None
    role: str | None
    mentions: tuple[AgencyMention, ...]
    at: int

    @property
    def is_press(self) -> bool:
        """Whether the source is a newspaper, a report or records: what they tell is told as the story's own."""
        return self.side is Side.OTHER and bool(_PRESS.search(self.source))

    @property
    def is_pronoun(self) -> bool:
        """Whether the source is "he", "she", "it" or "they" alone."""
        return _PRONOUN.fullmatch(self.source) is not None

    @property
    def leads_nowhere(self) -> bool:
        """Whether the story does not tell for whom the source speaks: a pronoun, or a role or body that no list knows."""
        if self.side is not Side.OTHER:
            return False
        if self.person is not None:
            return self.person.side is None
        return self.is_pronoun or side_of(self.source, first_decides=True)[0] is None

    @property
    def agencies(self) -> tuple[tuple[Agency | None, tuple[Agency, ...]], ...]:
        """Each agency once, with its candidates where it is undecided."""
        found: dict[tuple[str, ...], tuple[Agency | None, tuple[Agency, ...]]] = {}
        for mention in self.mentions:
            key = (mention.agency.agency_id,) if mention.agency else tuple(a.agency_id for a in mention.candidates)
            found.setdefault(key, (mention.agency, mention.candidates))
        decided = {key: pair for key, pair in found.items() if pair[0] is not None}
        return tuple((decided or found).values()) or ((None, ()),)


class VoiceReader:
    """Reads sources of one story in order, remembering who spoke last."""

    def __init__(self, text: str, layout: Layout, cast: Cast, mentions: Mentions) -> None:
        self._text = text
        self._layout = layout
        self._cast = cast
        self._mentions = mentions
        self.last: Voice | None = None
        self._last_single: Voice | None = None

    def read(self, start: int, end: int) -> Voice:
        """The voice of the source that stands at `text[start:end]`."""
        voice = self._read(start, end)
        self.last = voice
        if voice.person is not None or voice.role is not None:
            self._last_single = voice
        return voice

    def of_label(self, label: str, at: int) -> Voice | None:
        """The voice of a transcript's label: "SHERIFF JANE ROE", "ROE", "Q", "A"."""
        words = label.rstrip(": ").split(",")[0]
        person = self._cast.named(words.title()) or self._cast.named(words)
        if person is None:
            return None
        voice = self._of_person(person, words, at)
        self.last = self._last_single = voice
        return voice

    def of_person(self, person: Person) -> Voice:
        """The voice of a person of the story, wherever they are named."""
        return self._of_person(person, person.name, person.start)

    def _read(self, start: int, end: int) -> Voice:
        words = self._text[start:end].strip(" ,")
        lowered = words.casefold()
        if _RECORDS.fullmatch(words):
            return Voice(Side.OTHER, words, None, None, (), start)
        if _PRONOUN.search(lowered) and (len(words.split()) <= 2 or self._only_leads_up(words, start, end)):
            return self._of_pronoun(lowered.split()[-1], words, start)
        if lowered == "who" and (presented := self._cast.before(start - 1, WHO_REACH)) is not None:
            return self._of_person(presented, words, start)
        if _PAPER.search(lowered) and not self._mentions.within(start, end):
            return self._of_pronoun("it", words, start)
        local = self._mentions.local(start, end)
        if _OWN_PAPER.fullmatch(lowered) and not self._mentions.within(start, end):
            last = self._mentions.last_before(start)
            if last is not None and start - last.start < PRONOUN_REACH:
                return Voice(Side.LOCAL, words, None, None, (last,), start)
        if (
            len(local) > 1
            and _AND.fullmatch(self._text, local[0].end, local[1].start)
            and not _meet(local[:1], local[1:2])
        ):
            # "Dane County Sheriff Jane Roe and Rock County Sheriff Al Poe said": both speak.
            return Voice(Side.LOCAL, words, None, None, tuple(local[:2]), start)
        person = self._cast.named(words)
        if person is not None and local and _ACTS_ON.search(words) and local[0].start <= start + OPENS_WITHIN:
            person = None  # "The sheriff's office placed Deputy Roe on leave and said": the office said it
        if person is not None and not (person.side is None and local):
            voice = self._of_person(person, words, start)
            # "Sheriff Roe's office said": it is not he who speaks.
            return replace(voice, person=None, role=None) if _OFFICE_OF.search(words) else voice
        if (headed := self._of_head(lowered, words, start)) is not None:
            return headed
        side, bare = side_of(words, first_decides=True)
        if side is Side.OTHER and not (local and local[0].start <= start + 4 and "former" not in lowered):
            return Voice(Side.OTHER, words, None, None, (), start)
        within = self._mentions.within(start, end)
        if side is Side.FEDERAL and (not local or is_federal(within[0])):
            return Voice(Side.FEDERAL, words, None, None, (), start)
        if within and is_federal(within[0]) and "spokes" in lowered:
            return Voice(Side.FEDERAL, words, None, None, (), start)
        if _THE_BODIES.search(lowered) and not within:
            sentence = self._layout.sentence_at(start)
            together = _parallel(self._mentions.local(sentence.start, start)) if sentence is not None else []
            if together:
                return Voice(Side.LOCAL, words, None, None, tuple(together), start)
        if _OFFICIALS.search(lowered) and not within and (opening := self._opening(start)):
            return Voice(Side.LOCAL, words, None, None, tuple(opening), start)
        if _THE_BODY.search(lowered) and not within:
            if opening := self._opening(start):
                return _of_body(opening[0], words, None, start)
            meant = self._mentions.within(max(0, start - PRONOUN_REACH), start)
            meant = meant if lowered.endswith("agency") else [mention for mention in meant if not is_federal(mention)]
            if meant:
                return _of_body(meant[-1], words, None, start)
        if _OWN_BODY.search(lowered) and not within:
            holder = self._cast.before(start, PRONOUN_REACH)
            if holder is not None and holder.side is Side.LOCAL:
                return replace(self._of_person(holder, words, start), person=None, role=None)
        role = _role_of(words)
        if role is not None and len(words.split()) <= 4 and "spokes" not in role:
            holder = self._cast.with_role(role.casefold(), start)
            definite = lowered.startswith(("the ", "his ", "her ", "this ")) or (
                lowered.startswith(("a ", "an ")) and not local
            )
            if holder is not None and holder.side is not None and definite:
                voice = self._of_person(holder, words, start)
                # "The Yuma County sheriff said", "Chandler police call ICE, the chief said": not the sheriff of before.
                named = local[:1] or self._opening(start)
                if voice.side is not Side.LOCAL or not named or _meet(named, voice.mentions):
                    return voice
                return Voice(Side.LOCAL, words, None, role, tuple(named), start)
        if local:
            return Voice(Side.LOCAL, words, None, role, tuple(_parallel(local)), start)
        if side is None or bare:
            sentence = self._layout.sentence_at(start)
            paragraph = self._layout.paragraphs[sentence.paragraph][0] if sentence is not None else start
            named = self._mentions.within(paragraph, start)
            if bare and " for " in words and not local:
                return Voice(Side.OTHER, words, None, role, (), start)
            if bare and named:
                # "The county police call ICE only after an arrest, a department spokesman said": whom it is about.
                opening = [m for m in named if sentence is not None and 0 <= m.start - sentence.start <= 4]
                return _of_body((opening or named)[-1], words, role, start)
            follows = self.last if self.last is not None and start - self.last.at < PRONOUN_REACH else None
            if follows is not None and (bare or role):
                return Voice(follows.side, words, None, role, follows.mentions, start)
            return Voice(Side.OTHER, words, None, role, (), start)
        last = self._mentions.last_before(start)
        return Voice(side, words, None, role, (last,) if last and side is Side.LOCAL else (), start)

    def _of_head(self, lowered: str, words: str, at: int) -> Voice | None:
        """The voice of "the director" where the story's director heads a local agency."""
        title = _HEAD.fullmatch(lowered)
        voice = self._of_holder(title["title"], words, at) if title is not None else None
        return voice if voice is not None and voice.side is Side.LOCAL else None

    def _of_holder(self, role: str, words: str, at: int) -> Voice | None:
        """The voice of whoever holds a role in the story."""
        holder = self._cast.with_role(role, at)
        return self._of_person(holder, words, at) if holder is not None else None

    def _only_leads_up(self, words: str, start: int, end: int) -> bool:
        """Whether what stands before a pronoun names nobody: "in a text message he", "last week she"."""
        return (
            len(words.split()) <= LONGEST_LEAD
            and "," not in words
            and not self._mentions.within(start, end)
            and self._cast.named(words) is None
        )

    def _of_pronoun(self, pronoun: str, words: str, at: int) -> Voice:
        if pronoun in _SINGULAR:
            if (heading := self._officer_opening(at, words)) is not None:
                return heading
            person = self._cast.before(at - 1, PRONOUN_REACH)
            spoke = self._last_single
            if (
                spoke is not None
                and at - spoke.at < PRONOUN_REACH
                and (person is None or self._cast.last_place(at - 1) <= spoke.at + max(40, len(spoke.source)))
            ):
                return Voice(spoke.side, words, spoke.person, spoke.role, spoke.mentions, at)
            if person is not None:
                return self._of_person(person, words, at)
        if pronoun == "both":
            sentence = self._layout.sentence_at(at)
            start = self._layout.paragraphs[sentence.paragraph][0] if sentence else at
            local = self._mentions.local(start, at)
            if local:
                return Voice(Side.LOCAL, words, None, None, tuple(local[:2]), at)
        if pronoun == "it" and (opening := self._opening(at, federal=True)):
            return _of_body(opening[0], words, None, at)
        subject = self._subject_before(at)
        if subject is not None and (self.last is None or subject.start > self.last.at):
            return _of_body(subject, words, None, at)
        if self.last is not None and at - self.last.at < PRONOUN_REACH:
            return Voice(self.last.side, words, self.last.person, self.last.role, self.last.mentions, at)
        return Voice(Side.OTHER, words, None, None, (), at)

    def _opening(self, at: int, *, federal: bool = False) -> list[AgencyMention]:
        """The agency with which the sentence of an offset opens, outside quotation marks and before the offset."""
        sentence = self._layout.sentence_at(at)
        if sentence is None or any(
            quotation.start <= sentence.start + 1
            for quotation in self._layout.quotations_in(sentence.start, sentence.end)
        ):
            return []
        named = (self._mentions.within if federal else self._mentions.local)(sentence.start, at)
        return [mention for mention in named[:1] if 0 <= mention.start - sentence.start <= OPENS_WITHIN]

    def _officer_opening(self, at: int, words: str) -> Voice | None:
        """Whom "he" means in "The Kent County sheriff wants the beds filled, and he told …", named later or never."""
        opening = self._opening(at)
        role = _role_of(self._text[opening[0].start : opening[0].end]) if opening else None
        if role is None or self._cast.last_place(at - 1) >= opening[0].start:
            return None
        voice = self._of_holder(role, words, at)
        if voice is not None and _meet(opening, voice.mentions):
            return voice
        return Voice(Side.LOCAL, words, None, role, tuple(opening), at)

    def _subject_before(self, at: int) -> AgencyMention | None:
        """The agency that heads the sentence before, which "it" and "they" most often mean."""
        sentence = self._layout.sentence_at(at)
        before = self._layout.sentence_at(sentence.start - 1) if sentence is not None and sentence.start else None
        if sentence is None or before is None or sentence.paragraph - before.paragraph > 1:
            return None
        outside = [
            mention
            for mention in self._mentions.within(before.start, before.end)
            if not any(q.start <= mention.start < q.end for q in self._layout.quotations_in(before.start, before.end))
        ]
        return outside[0] if outside and outside[0].start - before.start < 60 else None

    def _of_person(self, person: Person, words: str, at: int) -> Voice:
        side = person.side or Side.OTHER
        mentions: list[AgencyMention] = []
        if person.side is None and (presented := self._presented(person)) is not None:
            return Voice(Side.LOCAL, words, person, person.role, (presented,), at)
        if side is Side.OTHER and (headed := self._headed(person)) is not None:
            return Voice(Side.LOCAL, words, person, person.role, (headed,), at)
        if side is Side.LOCAL:
            for start, end in person.role_spans:
                mentions = [
                    m for m in self._mentions.local(start, end) if not _CAREER.search(self._text, start, m.start)
                ]
                if mentions:
                    break
            if not mentions:
                mentions = self._near(person)
        return Voice(side, words, person, person.role, tuple(_parallel(mentions)), at)

    def is_presented_with(self, person: Person, mentions: Sequence[AgencyMention]) -> bool:
        """Whether the words that present a person name one of these agencies, or stand in a sentence that does."""
        spans = [*person.role_spans]
        if (sentence := self._layout.sentence_at(person.start)) is not None:
            spans.append((sentence.start, sentence.end))
        return any(start <= mention.start < end for start, end in spans for mention in mentions)

    def _headed(self, person: Person) -> AgencyMention | None:
        """The local agency that a title of any body's head names: "KBI Director Jane Roe"."""
        for start, end in person.role_spans:
            for mention in self._mentions.local(start, end):
                if _HEADED_BY.fullmatch(self._text, mention.end, end) or _HEADS.fullmatch(
                    self._text, start, mention.start
                ):
                    return mention
        return None

    def _presented(self, person: Person) -> AgencyMention | None:
        """The local agency that the words beside a name give to somebody whose role no list knows."""
        sentence = self._layout.sentence_at(person.start)
        if sentence is None or person.name.isupper():
            return None
        end = person.start + len(person.name)
        for mention in self._mentions.local(sentence.start, sentence.end):
            before, after = self._text[mention.end : person.start], self._text[end : mention.start]
            if (mention.end <= person.start and _LEADS_UP.fullmatch(before)) or (after and _FOLLOWS.fullmatch(after)):
                return mention if _NOT_OF.search(before if mention.end <= person.start else after) is None else None
        return None

    def _heading(self, paragraph: int, offset: int) -> list[AgencyMention]:
        """The last mention up to an offset with which a sentence opens: whom it is about, not whom it only names."""
        for mention in islice(self._mentions.nearest(offset), MOST_BEFORE):
            if mention.start < paragraph:
                break
            if mention.start >= offset:
                continue
            sentence = self._layout.sentence_at(mention.start)
            if sentence is not None and mention.start - sentence.start <= OPENS_WITHIN:
                return [mention]
        return []

    def _near(self, person: Person) -> list[AgencyMention]:
        """The agency that the sentence presenting the person names, else the last before, else the next after it."""
        role = " ".join(self._text[slice(*span)] for span in person.role_spans)
        kinds = _kinds_of(role)
        sentence = self._layout.sentence_at(person.start)
        around = self._mentions.local(sentence.start, sentence.end) if sentence is not None else []
        paragraph = self._layout.paragraphs[sentence.paragraph][0] if sentence is not None else person.start
        before = self._mentions.last_before(person.start)
        named_before = before is not None and before.end > paragraph
        if before is not None and named_before and around and around[0].start > person.start:
            # "The jail has had work from ICE, Lt. Jane Roe said, and drives people to the Clay County jail."
            around = [before, *around]
        elif named_before and not around:
            around = self._heading(paragraph, person.start)
        for mention in chain(around, self._mentions.nearest(person.start)):
            if not kinds or any(agency.kind in kinds for agency in meant_by(mention)):
                return [mention]
        # "Chief Jane Roe" heads the police, where the story has told of any; else whatever it has told of.
        return around[:1] or list(islice(self._mentions.nearest(person.start), 1)) if _CHIEF.search(role) else []


def _meet(one: Sequence[AgencyMention], other: Sequence[AgencyMention]) -> bool:
    """Whether any agency may be meant by both."""
    ids = [{agency.agency_id for mention in mentions for agency in meant_by(mention)} for mentions in (one, other)]
    return not ids[0].isdisjoint(ids[1])


def _of_body(mention: AgencyMention, words: str, role: str | None, at: int) -> Voice:
    """The voice of the body that a mention means: the federal government's speaks for no agency here."""
    if is_federal(mention):
        return Voice(Side.FEDERAL, words, None, role, (), at)
    return Voice(Side.LOCAL, words, None, role, (mention,), at)


def _parallel(mentions: Sequence[AgencyMention]) -> list[AgencyMention]:
    """The mentions that speak together: "Reno and Sparks police"; a second one further off only explains the first."""
    kept = list(mentions[:1])
    for mention in mentions[1:]:
        if mention.start - kept[-1].end <= 6:
            kept.append(mention)
    return kept


_CHIEF = re.compile(r"(?:^|the )(?:interim |acting )?chief$", re.IGNORECASE)
_KINDS = (
    (_CHIEF, frozenset({AgencyKind.POLICE})),
    (re.compile(r"(?<!state )police chief|(?<!state )chief of police"), frozenset({AgencyKind.POLICE})),
    (re.compile(r"sheriff"), frozenset({AgencyKind.SHERIFF})),
    (re.compile(r"police"), frozenset({AgencyKind.POLICE, AgencyKind.STATE_POLICE})),
    (re.compile(r"trooper|highway patrol|state patrol"), frozenset({AgencyKind.STATE_POLICE})),
    (re.compile(r"prosecutor|district attorney"), frozenset({AgencyKind.PROSECUTOR})),
    (re.compile(r"^officer$"), frozenset({AgencyKind.POLICE, AgencyKind.STATE_POLICE, AgencyKind.OTHER})),
    (re.compile(r"^deputy$"), frozenset({AgencyKind.SHERIFF})),
)


def _kinds_of(role: str) -> frozenset[AgencyKind]:
    """The kinds of agency for which a role speaks; none where it does not tell ("captain", "deputy chief")."""
    lowered = role.casefold()
    return next((kinds for pattern, kinds in _KINDS if pattern.search(lowered)), frozenset())


def _role_of(words: str) -> str | None:
    lowered = words.casefold()
    for noun in ("spokesman", "spokeswoman", "spokesperson", "spokespeople"):
        if noun in lowered:
            return noun.capitalize() if noun == "spokespeople" else noun
    return next((noun for noun in _ROLE_NOUNS if re.search(rf"\b{noun}\b", lowered)), None)
