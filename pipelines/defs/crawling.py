"""The asset `crawl`: run the spiders in a child process, which appends to the archive and does nothing else.

A Twisted reactor cannot start twice in one process, so each crawl has its own; Dagster Pipes carries its progress and
counts back. The sample's newsstand lives as long as the crawl that reads it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from crawler.errors import SourceError
from pipelines.defs.failures import ERRORS
from pipelines.defs.resources import WebResource, WorkspaceResource
from pipelines.sample_clock import sample_anchor
from pipelines.workspace import PROJECT, Profile, user_agent
from sample.newsstand import Newsstand

__all__ = ["CrawlConfig", "crawl"]

CHILD = "pipelines.defs.crawl_process"
SAMPLE_USER_AGENT = "Badgewire/0.1 (embedded sample; +sample@badgewire.example)"


class CrawlConfig(dg.Config):
    """What one crawl does.

    `sources` names sources by id (none: all). `replay` names WARC files or folders to take pages from instead of the
    web. `now` is the time at which the crawl takes place, ISO 8601 (none: the machine's).
    """

    sources: list[str] = []  # noqa: RUF012  # a field of the configuration, copied for each instance
    replay: list[str] = []  # noqa: RUF012  # the same
    now: str | None = None


@dg.asset(
    group_name="collecting",
    kinds={"scrapy"},
    pool="archive",
    retry_policy=dg.RetryPolicy(max_retries=2, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS),
)
def crawl(
    context: dg.AssetExecutionContext,
    config: CrawlConfig,
    workspace: WorkspaceResource,
    web: WebResource,
    pipes: dg.PipesSubprocessClient,
) -> dg.MaterializeResult:
    """WARC files of every response, and a log row of every address tried, of one crawl."""
    place = workspace.open()
    now = datetime.fromisoformat(config.now) if config.now else datetime.now(UTC)
    with reachable_web(place.profile, place.root, now, web) as (proxy, port):
        extras = {
            "run_id": f"{now:%Y%m%dT%H%M%S}-{context.run.run_id[:8]}",
            "root": str(place.root),
            "profile": place.profile.value,
            "registry": web.registry,
            "sources": config.sources,
            "replay": config.replay,
            "now": now.isoformat(),
            "frozen": config.now is not None,
            "proxy": proxy,
            "loopback_ports": [port] if port else [],
            "max_age_days": web.max_age_days,
            "delay_seconds": web.delay_seconds,
            "user_agent": agent_of(place.profile, config),
        }
        done = pipes.run(context=context, command=[sys.executable, "-m", CHILD], cwd=str(PROJECT), extras=extras)
    for message in done.get_custom_messages():
        error = ERRORS[message["kind"]](message["error"])
        raise dg.Failure(str(error), allow_retries=False) from error
    return done.get_materialize_result()


def agent_of(profile: Profile, config: CrawlConfig) -> str | None:
    """The user agent of a crawl; a replay, which asks nobody, needs none."""
    if profile is Profile.SAMPLE:
        return SAMPLE_USER_AGENT
    if config.replay:
        return None
    try:
        return user_agent()
    except SourceError as error:
        raise dg.Failure(str(error), allow_retries=False) from error


@contextmanager
def reachable_web(
    profile: Profile, root: Path, now: datetime, web: WebResource
) -> Iterator[tuple[str | None, int | None]]:
    """The proxy and the loopback port through which a crawl reaches its pages: none for the public web."""
    if profile is Profile.SAMPLE and web.proxy is None:
        with Newsstand(sample_anchor(root)) as newsstand:
            newsstand.now = now
            yield newsstand.proxy, newsstand.port
    else:
        yield web.proxy, web.loopback_port
