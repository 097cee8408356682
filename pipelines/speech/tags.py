"""What the model says of each word piece: a tag, and for the first piece of a content what it links to."""

from __future__ import annotations

__all__ = ["LINKS", "TAGS"]

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")

# A content part points to the first piece of its source, of its cue, and of the first part of the same attribution
# (itself where it is the first); [CLS] stands for "none printed".
LINKS = ("source", "cue", "content")
