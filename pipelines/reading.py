"""The reading of one page, from its bytes to its statements: the very functions that the pipeline calls, in one place.

Extraction and reading are separate steps for the pipeline, which keeps what each makes; `read_page` does both for
whoever has a page in hand. Pure: nothing here opens a file or a socket.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipelines.agencies import AgencyResolver
from pipelines.extraction import ExtractionFailure, extract_document
from pipelines.records import Document, Relevance, Statement, StatementKind
from pipelines.relevance import judge_relevance, mentions_local_enforcement, with_statements
from pipelines.speech import SpeechReading, read_speech
from pipelines.statements.find import find_statements
from pipelines.statements.odds import PRIOR_FROM
from pipelines.statements.reader import read_senses

__all__ = ["PageReading", "Reading", "read_document", "read_page"]

# With so many statements a story is about the subject, whatever words it avoids.
STATEMENTS_THAT_TELL = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a document. `searched` says whether it was read for statements at all."""

    relevance: Relevance
    statements: tuple[Statement, ...]
    searched: bool


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page's document and what was read in it; both None where `failure` says why there is no document."""

    document: Document | None
    reading: Reading | None
    failure: ExtractionFailure | None


def read_page(
    html: bytes,
    *,
    url: str | None,
    outlet_state: str | None = None,
    content_type: str | None = None,
    resolver: AgencyResolver | None = None,
) -> PageReading:
    """The document in a page, whether it is about our subject, and the statements of agencies in it."""
    document = extract_document(html, url=url, content_type=content_type)
    if isinstance(document, ExtractionFailure):
        return PageReading(None, None, document)
    return PageReading(document, read_document(document, outlet_state=outlet_state, resolver=resolver), None)


def read_document(document: Document, *, outlet_state: str | None, resolver: AgencyResolver | None = None) -> Reading:
    """Whether a document is about our subject, and the statements of agencies in it.

    `resolver` reads agencies' names; without it the one over the register that ships.

    Relevance is no gate: a document is searched for statements wherever a local agency and immigration enforcement meet.
    """
    relevance = judge_relevance(document.title, document.text)
    if not mentions_local_enforcement(f"{document.title or ''}.\n{document.text}"):
        return Reading(relevance, (), False)
    resolver = resolver or shipped_resolver()
    publisher = resolver.publisher(document.site, outlet_state=outlet_state)
    # On an agency's own page "the department" is the agency itself.
    title = document.title if publisher is None else f"{publisher.name}. {document.title or ''}"
    mentions = resolver.find(document.text, outlet_state=outlet_state, title=title)

    def read(speech: SpeechReading | None) -> list[Statement]:
        return find_statements(
            document.text,
            title=document.title,
            published_at=document.published_at,
            attributions=speech.attributions if speech else (),
            mentions=mentions,
            relevance=relevance,
            senses=read_senses(speech) if speech else None,
            publisher=publisher,
        )

    # In a story about something else the reader would take an agency's every word for a statement, and the tagger finds
    # no source that the plain reading does not (docs/quality.md): nine windows in ten are spared.
    likely = relevance.score >= PRIOR_FROM
    statements = read(read_speech(document.text) if likely else None)
    if not likely and sum(each.kind is not StatementKind.CLAIM for each in statements) >= STATEMENTS_THAT_TELL:
        statements = read(read_speech(document.text))
    own = {each.start: each.quote for each in statements if each.kind is not StatementKind.CLAIM}
    return Reading(with_statements(relevance, document.text, list(own.values())), tuple(statements), True)


@cache
def shipped_resolver() -> AgencyResolver:
    """The resolver over the register that ships, made once a process."""
    return AgencyResolver()
