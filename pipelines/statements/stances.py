"""Which way a statement goes: the rules that are sure, else the learned head."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.records import Evidence, Stance
from pipelines.statements.classifier import Head, Judgment
from pipelines.statements.wording import Word

__all__ = ["decide_stance"]


def decide_stance(text: str, words: Sequence[Word], judgment: Judgment, head: Head) -> tuple[Stance, tuple[Evidence, ...]]:
    """The stance of some words and what decided."""
    return judgment.stance, ()
