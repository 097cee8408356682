"""A story as a page, read as the pipeline reads it."""

from __future__ import annotations

import html

from pipelines.reading import read_page
from pipelines.records import Statement

__all__ = ["read_story"]


def read_story(text: str, *, title: str, state: str, site: str = "The Daily") -> list[Statement]:
    """The statements of a page of 12 March 2026, a Thursday, whose paragraphs are parted by blank lines."""
    paragraphs = "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n\n"))
    page = (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:site_name' content='{site}'>"
        "<meta property='article:published_time' content='2026-03-12T12:00:00Z'></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    reading = read_page(page.encode(), url="https://news.example/a", outlet_state=state).reading
    assert reading is not None
    return list(reading.statements)
