"""Stories in a warehouse, put there as the loader does, with only the columns that matter to copies filled in."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.copies.clusters import ClusterUpdate, update_clusters

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
EMPTY = ["the", "of", "to", "and", "in", "that", "for", "on", "with", "as", "at", "by", "from", "it", "was", "they"]
FIRST = ["bar", "cor", "den", "fal", "gim", "hol", "jun", "kel", "lam", "mor", "nad", "pel"]
LAST = ["as", "ent", "ing", "ower", "ist", "ule", "ora", "iff", "ock", "ard", "ime", "und"]
WORDS = [first + last for first in FIRST for last in LAST]


def written(seed: int, words: int = 300) -> str:
    """A text of its own: sentences of words, names and numbers that no other seed shares in this order."""
    rng = random.Random(seed)
    names = [f"{rng.choice(WORDS).capitalize()}{rng.choice('abcdef')}son" for _ in range(25)]
    sentences = []
    while sum(len(sentence.split()) for sentence in sentences) < words:
        tokens = [rng.choice(EMPTY) if rng.random() < 0.4 else rng.choice(WORDS) for _ in range(14)]
        tokens[5], tokens[10] = (
            rng.choice(names),
            str(rng.randrange(10_000)) if rng.random() < 0.3 else rng.choice(names),
        )
        sentences.append(" ".join(tokens).capitalize() + ".")
    return " ".join(sentences)


def edited(text: str, seed: int, share: float) -> str:
    """The text with a share of its words replaced."""
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) if rng.random() < share else word for word in text.split(" "))


class Newsroom:
    """A warehouse that stories are put into and taken from."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, runs: Path) -> None:
        self.connection = connection
        self.runs = runs

    def print(self, story: str, text: str, *, site: str = "", captured: int = 0, published: int | None = None,
              title: str = "Jail ends its contract", byline: str | None = None, printed: str = "12:00", hint: str | None = None) -> None:  # fmt: skip
        """Add a story, or another text of it; hours are counted from START. `printed` is the date as the page has it."""
        revision = hashlib.sha256(f"{story}\n{text}".encode()).hexdigest()[:16]
        at = START + timedelta(hours=captured)
        out = None if published is None else START + timedelta(hours=published)
        url = f"https://www.{site or story}.example/news/{story}"
        self._insert(
            "story_revisions", revision_id=revision, story_id=story, title=title, byline=byline, published_at=out,
            published_at_raw=printed, text=text, text_hash=revision, word_count=len(text.split()), access_hint=hint, relevant=True, relevance_score=1.0,
            relevance_evidence="[]", extractor="test", first_captured_at=at, last_captured_at=at, warc_file="w",
            warc_offset=0, run_id="r", rules_version="1",
        )  # fmt: skip
        self.connection.execute("delete from stories where story_id = ?", [story])
        self._insert(
            "stories", story_id=story, cluster_id=story, revision_id=revision, url=url, source_id=site or story,
            title=title, byline=byline, published_at=out, published_at_raw=printed, word_count=len(text.split()), relevant=True,
            relevance_score=1.0, first_captured_at=at, last_captured_at=at, revision_count=1, rules_version="1",
        )  # fmt: skip

    def outlet(self, source: str, state: str | None) -> None:
        self._insert("sources", source_id=source, name=source, kind="outlet", state=state, registered=True)

    def mention(self, story: str, revision: str, start: int, quote: str) -> None:
        self._insert(
            "statement_mentions", mention_id=f"{revision}-{start}", statement_id=quote, story_id=story,
            revision_id=revision, char_start=start, char_end=start + len(quote), quote=quote, rules_version="1",
        )  # fmt: skip

    def withdraw(self, story: str) -> None:
        self.connection.execute("delete from story_revisions where story_id = ?", [story])
        self.connection.execute("delete from stories where story_id = ?", [story])

    def update(self, known: dict[str, str] | None = None) -> ClusterUpdate:
        self.connection.execute("begin")
        update = update_clusters(self.connection, known or {}, self.runs)
        self.connection.execute("commit")
        return update

    def clusters(self) -> dict[str, str]:
        return dict(self.connection.execute("select story_id, cluster_id from cluster_members order by 1").fetchall())

    def partition(self) -> set[frozenset[str]]:
        groups: dict[str, set[str]] = {}
        for story, cluster in self.clusters().items():
            groups.setdefault(cluster, set()).add(story)
        return {frozenset(group) for group in groups.values()}

    def lead(self, cluster: str) -> str:
        row = self.connection.execute("select lead_story_id from clusters where cluster_id = ?", [cluster]).fetchone()
        assert row is not None
        return str(row[0])

    def snapshot(self) -> list[object]:
        tables = (
            "clusters",
            "cluster_members",
            "story_copies",
            "story_sketches",
            "syndication_marks",
        )
        stories = self.connection.execute("select story_id, cluster_id from stories order by all").fetchall()
        return [*(self.connection.execute(f"from {table} order by all").fetchall() for table in tables), stories]

    def _insert(self, table: str, **values: object) -> None:
        marks = ", ".join("?" for _ in values)
        self.connection.execute(f"insert into {table} ({', '.join(values)}) values ({marks})", list(values.values()))
