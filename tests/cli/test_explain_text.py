"""Plain text given to `badgewire explain`: what is its title."""

from __future__ import annotations

from pipelines.cli.explain import page_of


def test_the_first_line_is_the_title() -> None:
    assert b"<h1>Sheriff signs</h1>" in page_of("Sheriff signs\n\nThe sheriff signed.")


def test_a_first_line_with_a_dateline_is_the_story() -> None:
    page = page_of("NEWARK, Ohio (AP) — The sheriff signed.\n\nShe said so.")
    assert "<p>NEWARK, Ohio (AP) — The sheriff signed.</p>".encode() in page
    assert b"<h1></h1>" in page
