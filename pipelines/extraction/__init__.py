"""Extraction: the bytes of an HTML response to a Document, one by a pure function, many on worker processes."""

from pipelines.extraction.document import EXTRACTOR, ExtractionFailure, FailureReason, extract_document
from pipelines.extraction.workers import read_many

__all__ = ["EXTRACTOR", "ExtractionFailure", "FailureReason", "extract_document", "read_many"]
