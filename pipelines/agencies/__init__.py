"""Which law-enforcement agencies a story names, and which they are: registers, resolver, imports of official lists."""

from __future__ import annotations

from pipelines.agencies.register import AgencyRegister, AgencyRow, shipped_register
from pipelines.agencies.resolver import AgencyResolver

__all__ = ["AgencyRegister", "AgencyResolver", "AgencyRow", "shipped_register"]
