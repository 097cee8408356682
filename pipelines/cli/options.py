"""Options that several subcommands share, and the workspace that they mean."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.workspace import Profile, Workspace

__all__ = ["Live", "workspace_of"]

Live = Annotated[bool, typer.Option("--live", help="Mean the live pages instead of the embedded sample.")]


def workspace_of(live: bool) -> Workspace:
    """The live workspace, or the sample's."""
    return Workspace.of(Profile.LIVE if live else Profile.SAMPLE)
