"""Extraction: the bytes of one HTML response to a Document, as a pure function, and many of them on worker processes."""

from pipelines.extraction.document import EXTRACTOR, ExtractionFailure, FailureReason, extract_document
from pipelines.extraction.workers import read_many

__all__ = ["EXTRACTOR", "ExtractionFailure", "FailureReason", "extract_document", "read_many"]
