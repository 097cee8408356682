"""Imported once by the process from which reading processes are forked, so that each finds its libraries loaded."""

import py3langid

import pipelines.extraction.document

__all__: list[str] = []

# The model of the language classifier is unpacked at its first use: 0.3 s.
py3langid.classify(pipelines.extraction.document.EXTRACTOR)
