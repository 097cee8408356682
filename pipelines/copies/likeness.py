"""Whether two sketched texts are copies, decided for many pairs at once from their sketches alone.

The share of the shorter text that stands in the longer one is necessary and not enough. The shared words must be spread
over the shorter text (a shared quotation or a paragraph of background is no copy), must go beyond what stands in
quotation marks, and must bring names and numbers along (a template filled anew does not). A text much longer than the
other must begin with it, so that a roundup does not tie its items together. Only the pair counts, never what else is
stored: that is why the order in which texts arrive cannot matter.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.copies.sketch import MAX_ANCHORS, MAX_BLOCK, QUOTED, THREADS, Sketches

__all__ = ["FEWEST_SHINGLES", "HIT_SHARE", "HIT_SHARE_WITHIN_A_SITE", "LEAST_HITS", "Likeness", "compare_sketches"]

# Below about 70 words a text says too little: consent walls and teasers are alike everywhere.
FEWEST_SHINGLES = 8
# The smallest overlap among the looked-up shingles for a pair to be compared at all: this share of the smaller text's,
# and this many. The join relies on the same numbers.
HIT_SHARE = 0.12
HIT_SHARE_WITHIN_A_SITE = 0.6
LEAST_HITS = 2
# 20 % of words replaced leave half of the three-word shingles.
LEAST_SHARE = 0.32
LEAST_SPREAD = 0.6
# Names and numbers are few and their share is rough: half as many may do where the wording leaves no doubt.
LEAST_ANCHORS = 0.5
LEAST_SHARE_AND_ANCHORS = 1.0
# A site fills the same template day after day; within it only the same text under another address is a copy.
LEAST_WITHIN_A_SITE = 0.9
# A collection (live blog, blotter, roundup) is a copy only as a whole.
LEAST_OF_A_COLLECTION = 0.6
# A text less than half as long is a truncated copy only where the longer one begins with it, in its first 200 words.
PARTIAL = 0.5
LATEST_BEGINNING = 3
# And only where it was cut, not where the longer one cites it at length.
LEAST_SHARE_OF_A_PART = 0.45
# With fewer names and numbers, or fewer shingles outside quotation marks, that test has nothing to go by.
FEWEST_ANCHORS = 4
FEWEST_UNQUOTED = 8

# Few enough for the arrays to stay in the processor's cache.
_CHUNK_PAIRS = 4096

_Indices = npt.NDArray[np.int64]
_Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """The verdict for each pair. Shares run from 0 to 1 and are of the shorter text.

    `share` is of its shingles (those outside quotation marks, where there are enough), `spread` of its stretches of 50
    words, `anchors` of its names and numbers. `whole` is the shared part of the longer text.
    """

    copied: npt.NDArray[np.bool_]
    share: _Shares
    spread: _Shares
    anchors: _Shares
    whole: _Shares


def compare_sketches(
    sketches: Sketches,
    pairs: npt.NDArray[np.int64],
    same_site: npt.NDArray[np.bool_],
    collection: npt.NDArray[np.bool_],
) -> Likeness:
    """Decide for each pair of rows of `sketches` (an array of two columns) whether the two are copies.

    `same_site` and `collection` say, for each pair, whether one site published both and whether either is a collection.
    Symmetric in the two columns. Pairs that overlap too little to be compared have shares of 0.
    """
    sizes = np.diff(sketches.shingle_ends, prepend=0)
    first, second = pairs[:, 0], pairs[:, 1]
    # Of two texts of one size the words decide which counts as the shorter, never the order in which they came.
    content = _content(sketches)
    swap = (sizes[first] > sizes[second]) | ((sizes[first] == sizes[second]) & (content[first] > content[second]))
    small, large = np.where(swap, second, first), np.where(swap, first, second)
    found = [np.zeros(len(pairs)) for _ in range(4)]
    copied = np.zeros(len(pairs), np.bool_)

    def compare(at: int) -> None:
        chunk = slice(at, at + _CHUNK_PAIRS)
        hit_share = np.where(same_site[chunk], HIT_SHARE_WITHIN_A_SITE, HIT_SHARE)
        near = at + _overlapping(sketches, small[chunk], large[chunk], hit_share)
        facts = _compared(sketches, small[near], large[near])
        for column, values in zip(found, facts[:4], strict=True):
            column[near] = values
        lengths = sizes[small[near]], sizes[large[near]]
        copied[near] = _are_copies(facts, *lengths, same_site[near], collection[near])

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(compare, range(0, len(pairs), _CHUNK_PAIRS)))
    return Likeness(copied, *found)


def _content(sketches: Sketches) -> npt.NDArray[np.uint64]:
    """A number for each text that depends on its sketch alone."""
    total = np.zeros(len(sketches.shingle_ends), np.uint64)
    hashes = (sketches.hashes.astype(np.uint64), sketches.shingle_ends)
    places = (sketches.places.astype(np.uint64), sketches.shingle_ends)
    anchors = (sketches.anchors.astype(np.uint64), sketches.anchor_ends)
    for weight, (values, ends) in enumerate((hashes, places, anchors), start=1):
        sums = np.append(np.uint64(0), np.cumsum(values))
        starts = np.append(0, ends[:-1])[: len(ends)]
        total += (sums[ends] - sums[starts]) * np.uint64(2 * weight + 1)
    return total


class _Facts(NamedTuple):
    """What is found out about each pair; `beginning` is the longer text's block in which the shared part begins."""

    share: _Shares
    spread: _Shares
    anchors: _Shares
    whole: _Shares
    beginning: _Indices


def _are_copies(
    facts: _Facts,
    size: _Indices,
    large_size: _Indices,
    same_site: npt.NDArray[np.bool_],
    collection: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """The rule itself: every test must pass, the strict ones where a template or a collection is to be feared."""
    floor = np.where(same_site, LEAST_WITHIN_A_SITE, 0.0)
    copied: npt.NDArray[np.bool_] = (
        (size >= FEWEST_SHINGLES)
        & (facts.share >= np.maximum(LEAST_SHARE, floor))
        & (facts.spread >= np.maximum(LEAST_SPREAD, floor))
        & (facts.anchors >= np.maximum(LEAST_ANCHORS, floor))
        & (facts.share + facts.anchors >= LEAST_SHARE_AND_ANCHORS)
        & (~collection | (facts.whole >= LEAST_OF_A_COLLECTION))
        & (
            (size >= PARTIAL * large_size)
            | ((facts.beginning <= LATEST_BEGINNING) & (facts.share >= LEAST_SHARE_OF_A_PART))
        )
    )
    return copied


def _overlapping(sketches: Sketches, small: _Indices, large: _Indices, hit_share: _Shares) -> _Indices:
    """Which pairs share enough of what is looked up: the join's own bound, made exact."""
    sizes = np.diff(sketches.index_ends, prepend=0)
    owner, _, _, met = _meet(sketches.index, sketches.index_ends, small, large)
    hits = np.bincount(owner[met], minlength=len(small))
    needed = np.maximum(LEAST_HITS, np.ceil(hit_share * np.minimum(sizes[small], sizes[large])))
    return np.flatnonzero(hits >= needed)


def _compared(sketches: Sketches, small: _Indices, large: _Indices) -> _Facts:
    """Find the facts of each pair from the sketches of its shorter and its longer text."""
    count = len(small)
    sizes = np.diff(sketches.shingle_ends, prepend=0)
    owner, at_small, at_large, met = _meet(sketches.hashes, sketches.shingle_ends, small, large)
    place = sketches.places[at_small]
    shared = np.bincount(owner[met], minlength=count)
    plain = place < QUOTED
    plain_size = np.bincount(owner[plain], minlength=count)
    plain_share = np.bincount(owner[plain & met], minlength=count) / np.maximum(plain_size, 1)
    share = np.where(plain_size >= FEWEST_UNQUOTED, plain_share, shared / np.maximum(sizes[small], 1))
    stretches = _distinct_blocks(owner, place, count)
    spread = _distinct_blocks(owner[met], place[met], count) / np.maximum(stretches, 1)
    beginning = np.full(count, MAX_BLOCK, np.int64)
    np.minimum.at(beginning, owner[met], (sketches.places[at_large[met]] % QUOTED).astype(np.int64))
    named, at_named, _, named_met = _meet(sketches.anchors, sketches.anchor_ends, small, large)
    # Of a text with more names than are kept only those with the lowest hashes are known: beyond them nothing is missing.
    known = sketches.anchors[at_named] <= _last_anchor(sketches)[large[named]]
    anchor_count = np.bincount(named[known], minlength=count)
    anchor_share = np.bincount(named[named_met], minlength=count) / np.maximum(anchor_count, 1)
    anchors = np.where(anchor_count >= FEWEST_ANCHORS, anchor_share, 1.0)
    return _Facts(share, spread, anchors, shared / np.maximum(sizes[large], 1), beginning)


def _last_anchor(sketches: Sketches) -> npt.NDArray[np.uint32]:
    """Up to which hash the names and numbers of each text are kept: all of them, or those of the fullest sketches."""
    ends = sketches.anchor_ends
    last = np.full(len(ends), np.iinfo(np.uint32).max, np.uint32)
    full = np.flatnonzero(np.diff(ends, prepend=0) == MAX_ANCHORS)
    last[full] = sketches.anchors[ends[full] - 1]
    return last


def _meet(
    values: npt.NDArray[np.uint32], ends: _Indices, small: _Indices, large: _Indices
) -> tuple[_Indices, _Indices, _Indices, npt.NDArray[np.bool_]]:
    """Look up every value of each pair's smaller set in its larger one.

    Returns, for each value of the smaller sets, the pair, its position, the position in the larger set where it would
    stand, and whether it does. Sets are sorted slices of `values`.
    """
    owner, at_small = _slices(ends, small)
    owner_large, at_large = _slices(ends, large)
    wanted = (owner.astype(np.uint64) << np.uint64(32)) | values[at_small]
    offered = (owner_large.astype(np.uint64) << np.uint64(32)) | values[at_large]
    if not len(offered):
        return owner, at_small, np.zeros_like(at_small), np.zeros(len(at_small), np.bool_)
    found = np.minimum(np.searchsorted(offered, wanted), len(offered) - 1)
    return owner, at_small, at_large[found], offered[found] == wanted


def _slices(ends: _Indices, rows: _Indices) -> tuple[_Indices, _Indices]:
    """The positions of every value in the slices of `rows`, and the ordinal of the row that each belongs to."""
    starts = np.where(rows > 0, ends[rows - 1], 0)
    lengths = ends[rows] - starts
    owner = np.repeat(np.arange(len(rows)), lengths)
    before = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return owner, before + np.arange(len(owner))


def _distinct_blocks(owner: _Indices, place: npt.NDArray[np.uint8], count: int) -> _Indices:
    """How many stretches of each pair's shorter text the shingles given stand in."""
    met = np.zeros((count, MAX_BLOCK + 1), np.bool_)
    met[owner, place % QUOTED] = True
    blocks: _Indices = met.sum(axis=1)
    return blocks
