"""What the assets are given: the workspace of a profile, and how its crawls meet the web."""

from pathlib import Path

import dagster as dg

from pipelines.workspace import PROJECT, Profile, Workspace

__all__ = ["WebResource", "WorkspaceResource", "resources_of"]


class WorkspaceResource(dg.ConfigurableResource):
    """The folder of one profile."""

    profile: str
    root: str

    def open(self) -> Workspace:
        """The workspace, its folders made."""
        return Workspace(Profile(self.profile), Path(self.root)).create()


class WebResource(dg.ConfigurableResource):
    """How crawls meet the web: the folder of source files, and the pace.

    `proxy` and `loopback_port` are for the sample and for tests, which serve many host names from one loopback port.
    """

    registry: str
    delay_seconds: float = 1.0
    max_age_days: int | None = 30
    proxy: str | None = None
    loopback_port: int | None = None

    @property
    def registry_folder(self) -> Path:
        return Path(self.registry)


def resources_of(workspace: Workspace) -> dict[str, dg.ConfigurableResource]:
    """The resources of a workspace's profile, by the names that the assets use."""
    sample = workspace.profile is Profile.SAMPLE
    web = WebResource(
        registry=str(PROJECT / ("sample" if sample else "crawler") / "sources"),
        delay_seconds=0.0 if sample else 1.0,
        max_age_days=None if sample else 30,
    )
    return {"workspace": WorkspaceResource(profile=workspace.profile, root=str(workspace.root)), "web": web}
