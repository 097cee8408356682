"""Who published a page: the source that was asked for it, or, for a page that others captured, the source of its site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from crawler.registry import Source, read_registry
from pipelines.copies.addresses import url_key

__all__ = ["Publishers", "read_publishers"]


@dataclass(frozen=True, slots=True)
class Publishers:
    """The registry's sources by id and by host name."""

    by_id: dict[str, Source]
    by_host: dict[str, Source]

    def source_id(self, source_id: str, url: str) -> str:
        """The id of the registered source of a page; the page's host name where there is none.

        A host of which a source is a part (`news.example.org` of `example.org`) counts as that source's.
        """
        if source_id in self.by_id:
            return source_id
        host = host_of(url)
        labels = host.split(".")
        for start in range(len(labels) - 1):
            if source := self.by_host.get(".".join(labels[start:])):
                return source.id
        return host

    def state(self, source_id: str, url: str) -> str | None:
        """The state of a page's source, two letters; None where it is not known."""
        source = self.by_id.get(self.source_id(source_id, url))
        return source.state if source else None


def read_publishers(registry: Path) -> Publishers:
    """The sources of a folder of source files; entries with a fault are left out.

    Read once for each state of the files: a run over many days asks for every day.
    """
    states = ((path.name, path.stat()) for path in sorted(registry.glob("*.yml")))
    return publishers_of(registry, tuple((name, state.st_mtime_ns, state.st_size) for name, state in states))


@lru_cache(maxsize=1)
def publishers_of(registry: Path, _files: tuple[tuple[str, int, int], ...]) -> Publishers:
    """The sources of a folder whose files are in this state."""
    sources = read_registry(registry).sources
    hosts: dict[str, Source] = {}
    for source in sources:
        hosts.setdefault(host_of(source.homepage), source)
    return Publishers({source.id: source for source in sources}, hosts)


def host_of(url: str) -> str:
    """The host name of an address, taken out of a web archive's, without `www.` and port."""
    return url_key(url).split("/")[0].split(":")[0]
