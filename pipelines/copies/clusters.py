"""Keep the clusters of copies up to date: which stories are the same reporting, under an id that does not change.

Clusters are the connected components of the pairs in `story_copies`, which depend on the texts alone; so the partition
is the same in whatever order stories came. A cluster's id is the id of its founding story, kept from first sight:
the ledger's ids are given by the caller and win over everything; where two known clusters meet, the older id stays and
the merge is reported. Everything runs in the caller's transaction and changes nothing where nothing is new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pyarrow as pa

from pipelines.copies.addresses import site_of
from pipelines.copies.join import Connection, TextToSketch, find_copies, insert_rows, store_sketches
from pipelines.copies.marks import find_marks, is_collection

__all__ = ["ClusterUpdate", "Copy", "Merge", "Partition", "StoryTimes", "partition_stories", "update_clusters"]

BATCH_TEXTS = 20_000
_SQL = Path(__file__).parent / "sql"
_NEVER_US = 1 << 62


class Copy(NamedTuple):
    """A pair of stories found to be copies; `share` and `whole` as in `likeness.Likeness`."""

    story_id: str
    other_story_id: str
    share: float
    whole: float


class StoryTimes(NamedTuple):
    """When a story came out (the warehouse's macro came_out_at) and was first captured: microseconds since 1970, UTC."""

    came_out_us: int
    captured_us: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Two known clusters that proved to be one: `kept_id` is the older. For the ledger."""

    merged_id: str
    kept_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Partition:
    """Stories by cluster, the lead of each cluster, and the merges that led there."""

    cluster_of: dict[str, str]
    leads: dict[str, str]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class ClusterUpdate:
    """What an update did: the cluster of every story that was looked at, merges for the ledger, and counts."""

    cluster_of: dict[str, str]
    merges: tuple[Merge, ...]
    new_texts: int
    new_copies: int


def update_clusters(connection: Connection, known: Mapping[str, str], runs: Path) -> ClusterUpdate:
    """Bring clusters up to date with `stories` and `story_revisions`, in the caller's transaction.

    `known` gives the cluster of first sight by story id, as the ledger keeps it (merges followed). Writes
    story_sketches, shingle_runs, story_copies, syndication_marks, clusters, cluster_members and stories.cluster_id.
    The caller records `cluster_of` and `merges` in the ledger. Run again, it changes nothing.
    """
    connection.execute(_statement("find_stale"))
    connection.execute(_statement("forget_gone"))
    new_texts = new_copies = 0
    while texts := _texts_to_sketch(connection):
        new_copies += find_copies(connection, store_sketches(connection, texts), runs)
        new_texts += len(texts)
    connection.execute(_statement("find_touched"))
    stories = _touched(connection, known)
    times = {row[0]: StoryTimes(row[1], row[2]) for row in stories}
    copies = [Copy(*row) for row in connection.execute(_statement("read_copies")).fetchall()]
    held = {story: known[story] for story in times if story in known}
    held |= {row[0]: row[3] for row in stories if row[3] is not None}
    partition = partition_stories(times, copies, held, _founding(connection, set(held.values()) - set(times)))
    _write(connection, partition, copies)
    return ClusterUpdate(partition.cluster_of, partition.merges, new_texts, new_copies)


def partition_stories(
    times: Mapping[str, StoryTimes],
    copies: Iterable[Copy],
    known: Mapping[str, str],
    founded_us: Mapping[str, int] | None = None,
) -> Partition:
    """Part stories into clusters by their copies, and name and lead each cluster.

    `known` gives clusters of first sight, `founded_us` when their founders were captured where those are not in
    `times`. The parts do not depend on any order; the names depend on `known` alone.
    """
    parts = _components(times, copies)
    ages = {**(founded_us or {}), **{story: seen.captured_us for story, seen in times.items()}}

    def age(founder: str) -> tuple[int, str]:
        return ages.get(founder, _NEVER_US), founder

    # A part claims the clusters that its stories are known by, and those that one of them founded.
    ids = {known[story] for story in times if story in known}
    claims = [{known[s] for s in part if s in known} | {s for s in part if s in ids} for part in parts]
    claimants: dict[str, list[list[str]]] = defaultdict(list)
    for part, claimed in zip(parts, claims, strict=True):
        for cluster in claimed:
            claimants[cluster].append(part)
    # A cluster that fell apart (a text was read anew) leaves its id to the part with its founder, else to the oldest.
    owner = {
        cluster: min(rivals, key=lambda part: (cluster not in part, min(age(story) for story in part)))
        for cluster, rivals in claimants.items()
    }
    cluster_of: dict[str, str] = {}
    leads: dict[str, str] = {}
    merges: list[Merge] = []
    for part, claimed in zip(parts, claims, strict=True):
        held = sorted((cluster for cluster in claimed if owner[cluster] is part), key=age)
        kept = held[0] if held else min(part, key=age)
        merges += [Merge(gone, kept, f"copies: {len(part)} stories") for gone in held[1:]]
        cluster_of.update(dict.fromkeys(part, kept))
        leads[kept] = min(part, key=lambda story: (*times[story], story))
    return Partition(cluster_of, leads, tuple(sorted(merges, key=lambda merge: (merge.kept_id, merge.merged_id))))


def _components(stories: Iterable[str], copies: Iterable[Copy]) -> list[list[str]]:
    """Connected components, each sorted: union by smaller id, with path halving (Tarjan and van Leeuwen, 1984)."""
    parent = {story: story for story in stories}

    def root(story: str) -> str:
        while parent[story] != story:
            parent[story] = parent[parent[story]]
            story = parent[story]
        return story

    for copy in copies:
        one, other = root(copy.story_id), root(copy.other_story_id)
        parent[max(one, other)] = min(one, other)
    parts: dict[str, list[str]] = defaultdict(list)
    for story in sorted(parent):
        parts[root(story)].append(story)
    return list(parts.values())


def _texts_to_sketch(connection: Connection) -> list[TextToSketch]:
    """The next texts that have no sketch, with the marks of syndication found on the way."""
    rows = connection.execute(_statement("read_unsketched"), {"limit": BATCH_TEXTS}).fetchall()
    texts, marks = [], []
    for revision_id, story_id, url, title, byline, text, outlet in rows:
        site = site_of(urlsplit(url).hostname or "")
        texts.append(TextToSketch(revision_id, story_id, site, is_collection(title, url), text))
        found = find_marks(byline, text, (outlet or "", site.split(".")[0]))
        marks += [(revision_id, story_id, mark.service, mark.place, mark.words) for mark in found]
    names = ("revision_id", "story_id", "service", "place", "words")
    if marks:
        insert_rows(connection, "syndication_marks", dict(zip(names, zip(*marks, strict=True), strict=True)))
    return texts


def _touched(connection: Connection, known: Mapping[str, str]) -> list[tuple[str, int, int, str | None]]:
    """The stories to cluster, and with them every story of a cluster that one of them is known by."""
    asked: set[str] = set()
    while True:
        stories = connection.execute(_statement("read_stories")).fetchall()
        clusters = {known[row[0]] for row in stories if row[0] in known} - {row[3] for row in stories} - asked
        if not clusters:
            return stories
        connection.execute(_statement("touch_clusters"), {"clusters": sorted(clusters)})
        asked |= clusters


def _founding(connection: Connection, clusters: set[str]) -> dict[str, int]:
    """When the founders of these clusters were first captured, where they are stored."""
    if not clusters:
        return {}
    rows = connection.execute(_statement("read_founders"), {"clusters": sorted(clusters)}).fetchall()
    return {row[0]: row[1] for row in rows}


def _write(connection: Connection, partition: Partition, copies: Sequence[Copy]) -> None:
    """Bring clusters, members and stories.cluster_id in line with the partition."""
    closest: dict[str, tuple[float, float, str]] = {}
    for copy in copies:
        for story, other in ((copy.story_id, copy.other_story_id), (copy.other_story_id, copy.story_id)):
            closest[story] = max(closest.get(story, (0.0, 0.0, "")), (copy.share, copy.whole, other))
    members: dict[str, list[object]] = {"story_id": [], "cluster_id": [], "similarity": [], "reason": []}
    sizes: dict[str, int] = defaultdict(int)
    for story, cluster in sorted(partition.cluster_of.items()):
        sizes[cluster] += 1
        share, whole, other = closest.get(story, (1.0, 1.0, ""))
        members["story_id"].append(story)
        members["cluster_id"].append(cluster)
        members["similarity"].append(share)
        members["reason"].append(_reason(share, whole, other))
    clusters = {
        "cluster_id": list(sizes),
        "lead_story_id": [partition.leads[cluster] for cluster in sizes],
        "story_count": pa.array(sizes.values(), pa.int32()),
    }
    connection.execute(_statement("drop_touched"))
    if sizes:
        insert_rows(connection, "cluster_members", members)
        insert_rows(connection, "clusters", clusters)
    connection.execute(_statement("point_stories"))


def _reason(share: float, whole: float, other: str) -> str:
    """Why a story is in its cluster, for a reader."""
    if not other:
        return "alone"
    if share >= 0.97 and whole >= 0.97:
        return f"same text as {other}"
    kind = "part of, or a longer version of," if whole < share - 0.2 else "edited text of"
    return f"{kind} {other}: {share:.0%} of the shorter text's wording"


def _statement(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
