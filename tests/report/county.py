"""A workspace whose published snapshot has known rows, hostile ones among them, for tests of the report."""

from __future__ import annotations

from pathlib import Path

from pipelines.workspace import Profile, Workspace
from tests.warehouse.conftest import World
from warehouse.database import open_warehouse

__all__ = ["HOSTILE_NAME", "HOSTILE_QUOTE", "HOSTILE_TITLE", "publish_rows", "workspace"]

HOSTILE_NAME = "<b>Bold</b> County Sheriff's Office"
HOSTILE_QUOTE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
HOSTILE_TITLE = "<h1>Sheriff</h1> & \u202eTown\u202c <script>document.title='owned'</script>"


def workspace(folder: Path, profile: Profile = Profile.SAMPLE) -> Workspace:
    """An empty workspace in that folder."""
    return Workspace(profile, folder / profile).create()


def publish_rows(place: Workspace, *, more: bool = False) -> None:
    """Publish the known rows; `more` adds a statement that makes a confirmed change of position."""
    place.published.unlink(missing_ok=True)
    with open_warehouse(place.published) as connection:
        world = World(connection)
        world.source("herald", "CA", county_fips="06037")
        world.source("times", "TX")
        world.source("silent", "OH")
        world.agency("ca-one", "CA", "06037", name="Alpha County Sheriff's Office")
        world.agency("ca-two", "CA", "06037", name="Zeta Police Department", kind="police")
        world.agency("tx-bold", "TX", "48201", name=HOSTILE_NAME)
        world.agency("oh-one", "OH", name="Mid County Sheriff's Office")
        world.story("a", "herald", "2026-01-05")
        world.story("b", "herald", "2026-02-09", title=HOSTILE_TITLE)
        world.story("c", "times", "2026-02-10", cluster="b", title=HOSTILE_TITLE)
        world.story("d", "times", "2026-02-11")
        connection.execute("update stories set url = 'javascript:alert(1)' where story_id = 'd'")
        for cluster, lead, count in (("a", "a", 1), ("b", "b", 2), ("d", "d", 1)):
            world.insert("clusters", cluster_id=cluster, lead_story_id=lead, story_count=count)
        for story, cluster in (("a", "a"), ("b", "b"), ("c", "b"), ("d", "d")):
            world.insert("cluster_members", story_id=story, cluster_id=cluster, similarity=1.0, reason="same text")
        world.statement(
            "s1", "ca-one", "2026-01-05", "refuses", ("a",), speaker="Ana Pérez", role="Sheriff", direct=True
        )
        world.statement("s2", "ca-two", "2026-02-01", "limits", ("b",), corrected=True)
        world.statement("s3", "tx-bold", "2026-02-11", "cooperates", ("d",), quote=HOSTILE_QUOTE, direct=True)
        world.statement("s4", "oh-one", "2026-02-09", "unclear", ("b", "c"), story_count=2)
        world.statement(
            "claim", "oh-one", "2026-02-12", "refuses", ("b",), kind="claim", quote="A claim of somebody else"
        )
        world.agreement("tx-bold", "Task Force Model", "2026-01-01", "2026-02-20")
        if more:
            world.statement("s5", "ca-one", "2026-02-13", "cooperates", ("b",), direct=True, confidence=0.95)
