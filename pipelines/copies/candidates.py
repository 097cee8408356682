"""Which pairs of texts, at least one of them newly arrived, share enough of the index to be compared?

A pair overlaps where it shares n shingles, n depending on the smaller text and on whether one site published both. Of a
text's shingles the n - 2 that stand in most texts need not be looked up: whichever they are, two of the shared ones are
left (prefix filtering; Chaudhuri et al., 2006). So what is looked up is rare, and no pair is missed by it. Everything is
done by sorting numbers of 64 bits, which takes a tenth of the time of hash joins over the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from pipelines.copies.likeness import HIT_SHARE, HIT_SHARE_WITHIN_A_SITE, LEAST_HITS
from pipelines.copies.sketch import THREADS, firsts

__all__ = ["Published", "Rows", "Shared", "find_candidates", "find_shared", "index_rows", "merged"]

# A shingle in more texts than COMMON is looked up only where the overlap needed leaves no other way.
COMMON = 50
EVERYWHERE = 5000
# Pairs listed at a time, so that memory does not grow with what is stored.
_MOST_PAIRS = 4_000_000
_LARGEST_SIZE = (1 << 12) - 1
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_GROUP = np.uint64(44)

# Rows of the index, sorted: the hash of a shingle in the upper half, in the lower the number of a text that it stands in.
Rows = npt.NDArray[np.uint64]
_Numbers = npt.NDArray[np.uint64]
_Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Published:
    """By a text's number: how many rows of the index it has, and who published it."""

    sizes: _Indices
    sites: _Numbers


@dataclass(frozen=True, slots=True)
class Shared:
    """The shingles of new texts that stand in several texts.

    For each shingle, `counts` tells how many of its `rows` are here and `frequency` in how many texts it stands. Of a
    shingle in more than EVERYWHERE texts only new texts are here.
    """

    rows: Rows
    counts: _Indices
    frequency: _Indices


def find_shared(arrived: Rows, stored: Sequence[Rows]) -> Shared:
    """The shingles that new texts share with each other or with earlier ones."""
    starts = np.flatnonzero(firsts(arrived >> _HALF))
    here = np.diff(starts, append=len(arrived))
    wanted = arrived[starts] & ~_LOW
    with ThreadPoolExecutor(THREADS) as threads:
        places = list(threads.map(lambda rows: _places(wanted, rows), stored))
        frequency = here + sum((ends - begins for begins, ends in places), np.zeros(len(wanted), np.int64))
        kept = frequency > 1
        read = kept & (frequency <= EVERYWHERE)

        def gather(rows: Rows, begins: _Indices, ends: _Indices) -> list[Rows]:
            return [rows[at] for _, at in _ranges(begins[read], (ends - begins)[read])]

        found = threads.map(gather, stored, *zip(*places, strict=True)) if places else []
        gathered = [arrived[np.repeat(kept, here)], *chain.from_iterable(found)]
    shared = merged(gathered)
    counts = np.diff(np.flatnonzero(firsts(shared >> _HALF)), append=len(shared))
    return Shared(shared, counts, frequency[kept])


def _places(wanted: Rows, stored: Rows) -> tuple[_Indices, _Indices]:
    """Where the rows of each wanted hash begin and end among stored ones; most hashes have none."""
    begins = np.searchsorted(stored, wanted)
    ends = begins.copy()
    within = np.flatnonzero(begins < len(stored))
    there = within[(stored[begins[within]] ^ wanted[within]) <= _LOW]
    ends[there] = np.searchsorted(stored, wanted[there] | _LOW, "right")
    return begins, ends


def find_candidates(shared: Shared, first: int, published: Published) -> _Indices:
    """Find the pairs to compare: rows of an older and a newer text's number, each pair once, sorted by the newer.

    The texts from number `first` on are the new ones. `published` knows all texts that are still there.
    """
    rows, counts, frequency = shared.rows, shared.counts, shared.frequency
    overlap = _Overlap(published)
    common = frequency > COMMON
    is_common = np.repeat(common, counts)
    with ThreadPoolExecutor(1) as thread:
        by_rare = thread.submit(list, _pairs_by_rare(rows[~is_common], counts[~common], first))
        ranked = _rank(rows[is_common], counts[common], frequency[common], first)
        by_common = _pairs_by_common(rows[is_common], counts[common], frequency[common], ranked, overlap)
        pairs = np.concatenate([np.zeros(0, np.uint64), *by_common, *by_rare.result()])
    _sorted(pairs)
    at = np.flatnonzero(firsts(pairs))
    hits = np.diff(at, append=len(pairs))
    pairs, hits = pairs[at[hits >= LEAST_HITS]], hits[hits >= LEAST_HITS]
    newer, older = (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
    needed = overlap.needed(newer, older)
    passed_over = np.bincount(ranked.texts - first, minlength=len(published.sizes) - first)[newer - first]
    enough = hits + np.minimum(passed_over, needed - LEAST_HITS) >= needed
    there = published.sizes[older] > 0
    return np.column_stack([older[enough & there], newer[enough & there]])


class _Overlap:
    """How many shingles two texts must share to be compared."""

    def __init__(self, published: Published) -> None:
        self._published = published
        sizes = np.arange(published.sizes.max(initial=0) + 1)
        self._across = np.maximum(LEAST_HITS, np.ceil(HIT_SHARE * sizes)).astype(np.int64)
        self._within = np.maximum(LEAST_HITS, np.ceil(HIT_SHARE_WITHIN_A_SITE * sizes)).astype(np.int64)

    def needed(self, one: _Indices, other: _Indices) -> _Indices:
        """The overlap that each pair needs."""
        smaller = np.minimum(self._published.sizes[one], self._published.sizes[other])
        same_site = self._published.sites[one] == self._published.sites[other]
        return np.where(same_site, self._within[smaller], self._across[smaller])

    def largest_partner(self, texts: _Indices, overlap: _Indices, same_site: npt.NDArray[np.bool_]) -> _Indices:
        """The size up to which another text, of the same site or of another, needs no more than this overlap."""
        own = self._published.sizes[texts]
        limits = []
        for needed in (self._across, self._within):
            limit = np.searchsorted(needed, overlap, side="right") - 1
            limits.append(np.where(needed[own] <= overlap, _LARGEST_SIZE, limit))
        return np.where(same_site, limits[1], limits[0])

    @property
    def sites(self) -> _Numbers:
        """Who published each text, by its number."""
        return self._published.sites

    def sizes(self, texts: _Indices) -> _Indices:
        """Sizes, those beyond the largest that a packed number holds as that."""
        return np.minimum(self._published.sizes[texts], _LARGEST_SIZE)


def index_rows(hashes: npt.NDArray[np.uint32], texts: npt.NDArray[np.int32]) -> Rows:
    """The rows of these shingles of these texts."""
    return _sorted(_packed(hashes, texts))


def merged(parts: Sequence[Rows]) -> Rows:
    """Sorted parts as one; a stable sort merges what is in order already, in a sixth of the time of another."""
    values = np.concatenate(parts)
    values.sort(kind="stable")
    return values


def _sorted(values: _Numbers) -> _Numbers:
    """Sort in place, on all processors."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(np.ndarray.sort, np.array_split(values, THREADS)))
    values.sort(kind="stable")
    return values


def _packed(above: npt.NDArray[np.integer], below: npt.NDArray[np.integer]) -> _Numbers:
    """Two numbers of 32 bits in one."""
    return (above.astype(np.uint64) << _HALF) | below.astype(np.uint64)


def _pairs_by_rare(rows: _Numbers, counts: _Indices, first: int) -> Iterator[_Numbers]:
    """Every pair of a new text and an earlier one that share a rare shingle, once for each."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    texts = rows & _LOW
    new = np.flatnonzero(texts >= first)
    for owner, at in _ranges(starts[new], new - starts[new]):
        yield _packed(texts[new[owner]], texts[at])


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The common shingles of the new texts: text, shingle (by ordinal), and its rank in the text, 1 the most common."""

    texts: _Indices
    shingles: _Indices
    ranks: _Indices


def _rank(rows: _Numbers, counts: _Indices, frequency: _Indices, first: int) -> _Ranked:
    shingles = np.repeat(np.arange(len(counts)), counts)
    by_frequency = np.argsort(-frequency, kind="stable")
    order = np.empty_like(by_frequency)
    order[by_frequency] = np.arange(len(frequency))
    new = (rows & _LOW) >= first
    packed = np.sort(_packed(rows[new] & _LOW, order[shingles[new]]))
    texts = (packed >> _HALF).astype(np.int64)
    starts = np.flatnonzero(firsts(packed >> _HALF))
    ranks = np.arange(len(packed)) - np.repeat(starts, np.diff(starts, append=len(packed))) + 1
    return _Ranked(texts, by_frequency[(packed & _LOW).astype(np.int64)], ranks)


def _pairs_by_common(
    rows: _Numbers, counts: _Indices, frequency: _Indices, ranked: _Ranked, overlap: _Overlap
) -> Iterator[_Numbers]:
    """The pairs that share a common shingle which the overlap that they need does not let pass over."""
    sites = overlap.sites
    shingles = np.repeat(np.arange(len(counts)), counts)
    texts = (rows & _LOW).astype(np.int64)
    # Most of what is common is the boilerplate of one site, within which a pair needs far more: its texts stand apart.
    home = sites[texts[np.cumsum(counts) - 1]]
    at_home = sites[texts] == home[shingles]
    # By shingle, those of other sites first, and by size: the partners that need little overlap stand first.
    by_size = _sorted(_sized(shingles, at_home, overlap.sizes(texts)) | texts.astype(np.uint64))
    looked_up = np.flatnonzero(frequency[ranked.shingles] <= EVERYWHERE)
    texts, shingles, ranks = ranked.texts[looked_up], ranked.shingles[looked_up], ranked.ranks[looked_up]
    for inside in (False, True):
        same_site = (sites[texts] == home[shingles]) & inside
        starts = np.searchsorted(by_size, _sized(shingles, inside, 0))
        ends = np.searchsorted(
            by_size, _sized(shingles, inside, overlap.largest_partner(texts, ranks + 1, same_site) + 1)
        )
        for owner, at in _ranges(starts, ends - starts):
            newer, older = texts[owner], (by_size[at] & _LOW).astype(np.int64)
            needed = (older < newer) & (overlap.needed(newer, older) <= ranks[owner] + 1)
            yield _packed(newer[needed], older[needed])


def _sized(shingles: _Indices, at_home: npt.NDArray[np.bool_] | bool, sizes: _Indices | int) -> _Numbers:
    """Shingle, whether the site is its home, and size in one number with room for a text below; the size after the
    largest is the next one's first.
    """
    groups = 2 * shingles.astype(np.uint64) + np.asarray(at_home, np.uint64)
    return (groups << _GROUP) + (np.asarray(sizes, np.uint64) << _HALF)


def _ranges(starts: _Indices, counts: _Indices) -> Iterator[tuple[_Indices, _Indices]]:
    """The positions from each start on, as many as its count, with the ordinal of their range; some ranges at a time."""
    totals = np.cumsum(counts)
    cuts = np.searchsorted(totals, np.arange(0, totals[-1] if len(totals) else 0, _MOST_PAIRS))
    for begin, end in pairwise([*cuts, len(counts)]):
        some = counts[begin:end]
        owner = np.repeat(np.arange(begin, end), some)
        before = np.repeat(starts[begin:end] - (np.cumsum(some) - some), some)
        yield owner, before + np.arange(len(owner))
