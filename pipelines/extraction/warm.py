"""Imported once by the process from which reading processes are forked, so that each finds its libraries loaded."""

from pipelines.extraction.document import language_identifier

__all__: list[str] = []

language_identifier()
