"""Small sketches of texts, from which copies are recognized without the texts.

A text becomes the set of its three-word shingles, thinned by hash value (fractional MinHash: a shingle is kept where
its hash falls into a fixed fraction of the range; Irber et al., 2022), so that the share of a short text inside a long
one shows in the sketches alone, which min-wise signatures of fixed length cannot tell. Each kept shingle remembers its
place and whether it stood in quotation marks; names and numbers are kept apart. All of it depends on the text alone.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK_WORDS", "MAX_ANCHORS", "MAX_BLOCK", "QUOTED", "Sketches", "sketch_texts"]


BLOCK_WORDS = 50
MAX_BLOCK = 127
QUOTED = 128
MAX_ANCHORS = 64

# Of the three-word shingles one in 4 is kept: of a 500-word story about 60, enough to tell 51 % shared from 30 %.
# Copies are looked up by five-word shingles, one in 8: 20 % of words replaced leave a third of them, which is enough to
# be found by, and unrelated stories share hardly any ("immigration and customs enforcement" is too short to count).
# With three words the lists of texts to look through grow with the archive.
_KEPT = (3, 2, np.uint64(3))
_LOOKED_UP = (5, 3, np.uint64(7))
# Function words. A shingle needs two words (of five: three) that are none of these.
_EMPTY_WORDS = (
    "a about after again all also an and any are as at be because been before being both but by can could did do does "
    "during each for from had has have he her here hers him his how i if in into is it its just me more most my no nor "
    "not now of off on once one only or other our out over own s said says she should so some such t than that the "
    "their them then there these they this those through to too under until up very was we were what when where which "
    "while who whom why will with would you your de la que el en y los se del las un por con una su para es al lo como "
    "mas o pero sus le ya este si porque esta entre cuando muy sin sobre tambien me hasta hay donde"
)
# One after the other: `str.replace` takes a microsecond where `str.translate` takes a hundred.
_UNIFIED = (
    *(("\u201c", '"'), ("\u201d", '"'), ("\u00ab", '"'), ("\u00bb", '"'), ("\u2018", "'"), ("\u2019", "'")),
    *(("\u2013", "-"), ("\u2014", "-"), ("\u00a0", " "), ("\u00ad", ""), ("\u200b", "")),
)
_PRIME = 0x100000001B3
_CHUNK_TEXTS = 48
_THREADS = 2
_MAX_AT = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Sketches:
    """The sketches of a batch of texts, one after the other.

    The shingles of text `i` are `hashes[shingle_ends[i - 1]:shingle_ends[i]]`, sorted, each once. `places` holds the
    block of `BLOCK_WORDS` words in which a shingle first stands (0 to 127), plus 128 where it stands in quotation
    marks. `index` are the five-word shingles that a text is looked up by; `anchors` are names and numbers, hashed, at
    most `MAX_ANCHORS` a text. Both are laid out as `hashes` are.
    """

    hashes: npt.NDArray[np.uint32]
    places: npt.NDArray[np.uint8]
    shingle_ends: npt.NDArray[np.int64]
    index: npt.NDArray[np.uint32]
    index_ends: npt.NDArray[np.int64]
    anchors: npt.NDArray[np.uint32]
    anchor_ends: npt.NDArray[np.int64]


def sketch_texts(texts: Sequence[str]) -> Sketches:
    """Sketch each text, independently of the others in the batch; an empty text has an empty sketch."""
    if not texts:
        nothing, no_ends = np.zeros(0, np.uint32), np.zeros(0, np.int64)
        return Sketches(nothing, np.zeros(0, np.uint8), no_ends, nothing, no_ends, nothing, no_ends)
    chunks = [texts[at : at + _CHUNK_TEXTS] for at in range(0, len(texts), _CHUNK_TEXTS)]
    # numpy lets go of the interpreter's lock in its loops: two threads keep two processors busy.
    with ThreadPoolExecutor(_THREADS) as threads:
        parts = list(threads.map(_sketch_chunk, chunks))
    return Sketches(
        np.concatenate([part.hashes for part in parts]),
        np.concatenate([part.places for part in parts]),
        _chained([part.shingle_ends for part in parts]),
        np.concatenate([part.index for part in parts]),
        _chained([part.index_ends for part in parts]),
        np.concatenate([part.anchors for part in parts]),
        _chained([part.anchor_ends for part in parts]),
    )


def _chained(ends: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """End offsets of consecutive parts, each counted from its own start, as offsets into the whole."""
    starts = np.cumsum([0] + [part[-1] for part in ends[:-1]])
    return np.concatenate([part + start for part, start in zip(ends, starts, strict=True)])


def _sketch_chunk(texts: Sequence[str]) -> Sketches:
    """Sketch a few texts at once, few enough for the arrays to stay in the processor's cache."""
    raw = np.frombuffer(("\0" + "\0".join(map(_unified, texts)) + "\0").encode("utf-8", "replace"), np.uint8)
    folded = _FOLD[raw]
    is_word = folded != 0
    edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    bounds = np.searchsorted(starts, np.flatnonzero(raw == 0))
    first_word, word_counts = bounds[:-1], np.diff(bounds)
    document = np.repeat(np.arange(len(texts)), word_counts)
    words = _word_hashes(folded, starts, ends)
    empty = _EMPTY_TABLE[(words >> np.uint64(48)).astype(np.int64)]

    at, hashes, owner = _shingles(words, empty, document, *_KEPT)
    # Text, hash and place packed into one number, so that sorting it finds each hash of a text where it stands first.
    packed = np.sort(
        (owner.astype(np.uint64) << np.uint64(56))
        | (hashes << np.uint64(24))
        | np.minimum(at, _MAX_AT).astype(np.uint64)
    )
    packed = packed[np.append(True, packed[1:] >> np.uint64(24) != packed[:-1] >> np.uint64(24))[: len(packed)]]
    keys, at = packed >> np.uint64(24), (packed & np.uint64(_MAX_AT)).astype(np.intp)
    block = np.minimum((at - first_word[document[at]]) // BLOCK_WORDS, MAX_BLOCK).astype(np.uint8)
    place = block | (_inside_quotes(raw, starts[at]).astype(np.uint8) << 7)
    _, index_hashes, index_owner = _shingles(words, empty, document, *_LOOKED_UP)
    index_keys = _distinct((index_owner.astype(np.uint64) << np.uint64(32)) | index_hashes)

    named = np.flatnonzero(_is_anchor(raw, starts) & ~empty)
    anchor_keys = _distinct((document[named].astype(np.uint64) << np.uint64(32)) | (words[named] >> np.uint64(32)))
    anchor_owner = (anchor_keys >> np.uint64(32)).astype(np.int64)
    counts = np.bincount(anchor_owner, minlength=len(texts))
    rank = np.arange(len(anchor_keys)) - (np.cumsum(counts) - counts)[anchor_owner]
    few = rank < MAX_ANCHORS
    return Sketches(
        keys.astype(np.uint32),
        place,
        _ends(keys, len(texts)),
        index_keys.astype(np.uint32),
        _ends(index_keys, len(texts)),
        anchor_keys[few].astype(np.uint32),
        np.cumsum(np.minimum(counts, MAX_ANCHORS)).astype(np.int64),
    )


def _shingles(
    words: _Hashes,
    empty: npt.NDArray[np.bool_],
    document: npt.NDArray[np.intp],
    length: int,
    telling: int,
    mask: np.uint64,
) -> tuple[npt.NDArray[np.intp], _Hashes, npt.NDArray[np.intp]]:
    """The thinned shingles of `length` words, at least `telling` of them no function words: place, hash, text."""
    count = len(words) - length + 1
    if count <= 0:
        nowhere = np.zeros(0, np.intp)
        return nowhere, np.zeros(0, np.uint64), nowhere
    full = (~empty).astype(np.uint8)
    mixed = words[:count] * _ODD[0]
    weight = full[:count].copy()
    for offset in range(1, length):
        mixed += words[offset : count + offset] * _ODD[offset]
        weight += full[offset : count + offset]
    hashes = _scrambled(mixed) >> np.uint64(32)
    whole = document[length - 1 :] == document[:count]
    at = np.flatnonzero(whole & (weight >= telling) & ((hashes & mask) == 0))
    return at, hashes[at], document[at]


def _distinct(values: _Hashes) -> _Hashes:
    """Sorted, each value once (numpy's own `unique` hashes first, which takes three times as long here)."""
    values = np.sort(values)
    firsts: npt.NDArray[np.bool_] = np.append(True, values[1:] != values[:-1])[: len(values)]
    return values[firsts]


def _ends(keys: _Hashes, count: int) -> npt.NDArray[np.int64]:
    """Where each text's values end, from keys with the text in the upper half."""
    return np.cumsum(np.bincount((keys >> np.uint64(32)).astype(np.int64), minlength=count)).astype(np.int64)


def _unified(text: str) -> str:
    """One dress for quotation marks, dashes, spaces and composed letters, so that an outlet's typography is no edit."""
    if not text.isascii():
        for dress, plain in _UNIFIED:
            text = text.replace(dress, plain)
        text = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return text.replace("\0", " ") if "\0" in text else text


def _word_hashes(folded: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> _Hashes:
    """Hash all words at once: differences of a running polynomial modulo 2**64, shifted back by the inverse power."""
    powers, inverses = _powers(1 << max(len(folded) - 1, 1).bit_length())
    running = np.cumsum(folded * powers[: len(folded)], dtype=np.uint64)
    return _scrambled((running[ends - 1] - running[starts - 1]) * inverses[starts])


def _inside_quotes(raw: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Whether each word stands in quotation marks, counted anew in each paragraph (one may lack its closing mark)."""
    marks = np.flatnonzero(raw == ord('"'))
    breaks = np.flatnonzero((raw == ord("\n")) | (raw == 0))
    paragraph = breaks[np.searchsorted(breaks, starts) - 1]
    inside: npt.NDArray[np.bool_] = (np.searchsorted(marks, starts) - np.searchsorted(marks, paragraph)) % 2 == 1
    return inside


def _is_anchor(raw: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Names and numbers: a capital letter inside a sentence, or a digit. What a template's copies differ in."""
    first = raw[starts]
    inside = (raw[starts - 1] == ord(" ")) & ~_ENDS_SENTENCE[raw[np.maximum(starts - 2, 0)]]
    capital = (first >= ord("A")) & (first <= ord("Z")) & inside
    digit = (first >= ord("0")) & (first <= ord("9"))
    anchor: npt.NDArray[np.bool_] = capital | digit
    return anchor


def _scrambled(values: _Hashes) -> _Hashes:
    """The finalizer of SplitMix64 (Steele et al., 2014): every bit of the input reaches every bit of the output."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@functools.lru_cache(maxsize=2)
def _powers(count: int) -> tuple[_Hashes, _Hashes]:
    """Powers of an odd number modulo 2**64 and of its inverse."""
    inverse = pow(_PRIME, -1, 1 << 64)
    up, down = np.full(count, _PRIME, np.uint64), np.full(count, inverse, np.uint64)
    up[0] = down[0] = 1
    return np.multiply.accumulate(up), np.multiply.accumulate(down)


def _folding() -> npt.NDArray[np.uint8]:
    """Byte to lower-case byte for letters, digits and all of UTF-8 beyond ASCII; 0 for what parts words."""
    table = np.zeros(256, np.uint8)
    for byte in range(256):
        if byte >= 128 or chr(byte).isalnum():
            table[byte] = ord(chr(byte).lower()) if byte < 128 else byte
    return table


def _empty_table() -> npt.NDArray[np.bool_]:
    """Marks of function words by the top 16 bits of their hash; one other word in 400 is marked too, without harm."""
    padded = np.frombuffer(("\0" + "\0".join(_EMPTY_WORDS.split()) + "\0").encode(), np.uint8)
    bounds = np.flatnonzero(padded == 0)
    table = np.zeros(1 << 16, np.bool_)
    table[(_word_hashes(_FOLD[padded], bounds[:-1] + 1, bounds[1:]) >> np.uint64(48)).astype(np.int64)] = True
    return table


_Hashes = npt.NDArray[np.uint64]
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], np.uint64
)
_FOLD = _folding()
_EMPTY_TABLE = _empty_table()
_ENDS_SENTENCE = np.isin(np.arange(256), [ord(mark) for mark in '.!?:"\n\0'])
