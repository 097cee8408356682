"""Small sketches of texts, from which copies are recognized without the texts.

A text becomes the set of its three-word shingles, thinned by hash value (fractional MinHash: a shingle is kept where
its hash falls into a fixed fraction of the range; Irber et al., 2022), so that the share of a short text inside a long
one shows in the sketches alone, which min-wise signatures of fixed length cannot tell. Each kept shingle remembers its
place and whether it stood in quotation marks; names and numbers are kept apart. All of it depends on the text alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["BLOCK_WORDS", "MAX_ANCHORS", "MAX_BLOCK", "QUOTED", "THREADS", "Sketches", "firsts", "sketch_texts"]


BLOCK_WORDS = 50
MAX_BLOCK = 127
QUOTED = 128
MAX_ANCHORS = 64

# Of the three-word shingles one in 4 is kept: of a 500-word story about 60, enough to tell 51 % shared from 30 %.
# Copies are looked up by five-word shingles, one in 8: 20 % of words replaced leave a third of them, which is enough to
# be found by, and unrelated stories share hardly any ("immigration and customs enforcement" is too short to count).
# With three words the lists of texts to look through grow with the archive.
_KEPT = (3, 2, 4)
_LOOKED_UP = (5, 3, 8)
# Function words. A shingle needs two words (of five: three) that are none of these.
_EMPTY_WORDS = (
    "a about after again all also an and any are as at be because been before being both but by can could did do does "
    "during each for from had has have he her here hers him his how i if in into is it its just me more most my no nor "
    "not now of off on once one only or other our out over own s said says she should so some such t than that the "
    "their them then there these they this those through to too under until up very was we were what when where which "
    "while who whom why will with would you your de la que el en y los se del las un por con una su para es al lo como "
    "mas o pero sus le ya este si porque esta entre cuando muy sin sobre tambien me hasta hay donde"
)
# Capitals that every template of an agency's or court's repeats: no names. Days and months, too, are filled in anew.
_GENERIC_WORDS = (
    "sheriff sheriffs sheriff's county office jail police department deputy deputies officer officers chief detective "
    "detectives sgt lt capt cpl sergeant lieutenant captain court judge district attorney detention center correctional "
    "facility state city township parish highway patrol trooper troopers monday tuesday wednesday thursday friday saturday "
    "sunday january february march april may june july august september october november december jan feb mar apr aug "
    "sept oct nov dec mr mrs ms dr ice immigration customs enforcement dhs homeland security federal u us united states american"
)
# One after the other: `str.replace` takes a microsecond where `str.translate` takes a hundred.
_UNIFIED = (
    *(("\u201c", '"'), ("\u201d", '"'), ("\u00ab", '"'), ("\u00bb", '"'), ("\u2018", "'"), ("\u2019", "'")),
    *(("\u2013", "-"), ("\u2014", "-"), ("\u00a0", " "), ("\u00ad", ""), ("\u200b", "")),
)
_MAX_WORD = 64
_PADDING = 16
_QUOTATION_MARK, _LINE_END = ord('"'), ord("\n")
# So many texts are sketched at once: enough for two threads to work side by side instead of waiting for each other at
# every step, few enough for the arrays to stay near the processor and for a text's number to fit into eight bits.
_CHUNK_TEXTS = 240
_CHUNK_CHARACTERS = 1_500_000
# numpy lets go of the interpreter's lock in its loops: two threads keep two processors busy.
THREADS = 2
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
    with ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(_sketch_chunk, _chunks(texts)))
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


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, a bounded number and length of them at a time; a text longer than the bound by itself."""
    start = characters = 0
    for at, text in enumerate(texts):
        if at > start and (at - start == _CHUNK_TEXTS or characters + len(text) > _CHUNK_CHARACTERS):
            yield texts[start:at]
            start, characters = at, 0
        characters += len(text)
    yield texts[start:]


def _sketch_chunk(texts: Sequence[str]) -> Sketches:
    """Sketch a few texts at once."""
    raw_bytes = ("\0" + "\0".join(map(_unified, texts)) + "\0").encode("utf-8", "replace")
    raw_bytes += bytes(_PADDING - len(raw_bytes) % 8)
    raw = np.frombuffer(raw_bytes, np.uint8)
    folded = np.frombuffer(raw_bytes.translate(_FOLD), np.uint8)
    parting = _nonzero_of_few((raw == _QUOTATION_MARK) | (raw == _LINE_END) | (raw == 0))
    text_ends = parting[raw[parting] == 0][: len(texts) + 1]
    is_word = folded != 0
    edges = np.flatnonzero(is_word[1:] != is_word[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    bounds = np.searchsorted(starts, text_ends)
    first_word, word_counts = bounds[:-1], np.diff(bounds)
    document = np.repeat(np.arange(len(texts)), word_counts)
    words = _word_hashes(folded, starts, ends)
    top = (words >> np.uint64(48)).astype(np.int64)
    full = ~_EMPTY_TABLE[top]

    kept, looked_up = _shingles(words, full, document)
    # Text, hash and place packed into one number, so that sorting it finds each hash of a text where it stands first.
    packed = np.sort(
        (document[kept.at].astype(np.uint64) << np.uint64(56))
        | (kept.hashes << np.uint64(24))
        | np.minimum(kept.at, _MAX_AT).astype(np.uint64)
    )
    packed = packed[firsts(packed >> np.uint64(24))]
    keys, at = packed >> np.uint64(24), (packed & np.uint64(_MAX_AT)).astype(np.intp)
    quoted = np.zeros(len(words) + 1, np.uint8)
    quoted[kept.at] = _inside_quotes(raw, parting, starts[kept.at])
    block = np.minimum((at - first_word[document[at]]) // BLOCK_WORDS, MAX_BLOCK).astype(np.uint8)
    index_keys = _distinct((document[looked_up.at].astype(np.uint64) << np.uint64(32)) | looked_up.hashes)

    named = _anchors(raw, starts, full & ~_GENERIC_TABLE[top])
    anchor_keys = _distinct((document[named].astype(np.uint64) << np.uint64(32)) | (words[named] >> np.uint64(32)))
    anchor_owner = (anchor_keys >> np.uint64(32)).astype(np.int64)
    counts = np.bincount(anchor_owner, minlength=len(texts))
    rank = np.arange(len(anchor_keys)) - (np.cumsum(counts) - counts)[anchor_owner]
    few = rank < MAX_ANCHORS
    return Sketches(
        keys.astype(np.uint32),
        block | (quoted[at] * np.uint8(QUOTED)),
        _ends(keys, len(texts)),
        index_keys.astype(np.uint32),
        _ends(index_keys, len(texts)),
        anchor_keys[few].astype(np.uint32),
        np.cumsum(np.minimum(counts, MAX_ANCHORS)).astype(np.int64),
    )


class _Shingles(NamedTuple):
    """Shingles that are kept: the word where each begins, ascending, and its hash of 32 bits."""

    at: npt.NDArray[np.intp]
    hashes: _Hashes


def _shingles(
    words: _Hashes, full: npt.NDArray[np.bool_], document: npt.NDArray[np.intp]
) -> tuple[_Shingles, _Shingles]:
    """The shingles to compare by and those to look up by, thinned.

    A shingle's hash is the sum of its words' hashes, each times an odd number of its place, of which the upper half is
    used (multilinear hashing; Lemire and Kaser, 2014).
    """
    full_before = np.append(0, np.cumsum(full, dtype=np.int32))
    found = []
    sums = words[:0]
    done = 0
    for length, telling, one_in in (_KEPT, _LOOKED_UP):
        count = max(len(words) - length + 1, 0)
        sums = sums[:count] if done else np.zeros(count, np.uint64)
        for offset in range(done, length):
            sums += words[offset : offset + count] * _ODD[offset]
        done = length
        at = np.flatnonzero(sums < np.uint64((1 << 64) // one_in))
        whole = document[at] == document[at + length - 1]
        at = at[whole & (full_before[at + length] - full_before[at] >= telling)]
        # The fraction is spread over the range of the stored hash again.
        found.append(_Shingles(at, (sums[at] * np.uint64(one_in)) >> np.uint64(32)))
    return found[0], found[1]


def _distinct(values: _Hashes) -> _Hashes:
    """Sorted, each value once (numpy's own `unique` hashes first, which takes three times as long here)."""
    values = np.sort(values)
    return values[firsts(values)]


def firsts(values: _Hashes) -> npt.NDArray[np.bool_]:
    """Which of these sorted values differ from the one before."""
    firsts: npt.NDArray[np.bool_] = np.append(True, values[1:] != values[:-1])[: len(values)]
    return firsts


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
    """Hash all words at once, eight letters at a time; of a longer word than `_MAX_WORD` bytes, its beginning and length.

    `folded` must reach eight bytes beyond the last word.
    """
    # Every eight consecutive bytes as one number, without copying.
    windows = np.ndarray((len(folded) - 7,), "<u8", buffer=folded, strides=(1,))
    lengths = ends - starts
    hashes = _scrambled(windows[starts] & _LETTERS[np.minimum(lengths, 8)])
    longer = np.flatnonzero(lengths > 8)
    for offset in range(8, _MAX_WORD, 8):
        if not len(longer):
            break
        rest = lengths[longer] - offset
        letters = windows[starts[longer] + offset] & _LETTERS[np.minimum(rest, 8)]
        hashes[longer] = _scrambled(hashes[longer] + letters * _ODD[0] + lengths[longer].astype(np.uint64))
        longer = longer[rest > 8]
    return hashes


def _inside_quotes(
    raw: npt.NDArray[np.uint8], parting: npt.NDArray[np.intp], places: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Whether each place, ascending, is in quotation marks, counted anew in each paragraph (one may lack its last).

    `parting` is where quotation marks and ends of lines and texts stand.
    """
    is_mark = raw[parting] == _QUOTATION_MARK
    marks_before = np.append(0, np.cumsum(is_mark))
    # An even number at the start of a paragraph, an odd one once a mark has opened there.
    since_break = marks_before[:-1] - np.maximum.accumulate(np.where(is_mark, 0, marks_before[:-1])) + is_mark
    # Looking up the few marks among the places is cheaper than the places among the marks.
    before = np.cumsum(np.bincount(np.searchsorted(places, parting), minlength=len(places) + 1))[: len(places)]
    inside: npt.NDArray[np.bool_] = since_break[before - 1] % 2 == 1
    return inside


def _anchors(
    raw: npt.NDArray[np.uint8], starts: npt.NDArray[np.intp], telling: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """The telling words that are names and numbers, in which a template's copies differ: a capital inside a sentence, a digit."""
    first = raw[starts]
    # Bytes below the letter or digit wrap around to large ones.
    digit = first - np.uint8(ord("0")) < 10
    named = np.flatnonzero(((first - np.uint8(ord("A")) < 26) | digit) & telling)
    at = starts[named]
    inside = (raw[at - 1] == ord(" ")) & ~_ENDS_SENTENCE[raw[np.maximum(at - 2, 0)]]
    anchors: npt.NDArray[np.intp] = named[digit[named] | inside]
    return anchors


def _nonzero_of_few(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """`np.flatnonzero` of a mask with few marks and a length of whole eights, in a fifth of the time."""
    eights = np.flatnonzero(mask.view(np.uint64))
    within = np.flatnonzero(mask.reshape(-1, 8)[eights])
    places: npt.NDArray[np.intp] = eights[within >> 3] * 8 + (within & 7)
    return places


def _scrambled(values: _Hashes) -> _Hashes:
    """The finalizer of SplitMix64 (Steele et al., 2014): every bit of the input reaches every bit of the output."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _folding() -> bytes:
    """Byte to lower-case byte for letters, digits and all of UTF-8 beyond ASCII; 0 for what parts words."""
    return bytes(byte if byte >= 128 else ord(chr(byte).lower()) if chr(byte).isalnum() else 0 for byte in range(256))


def _table_of(words: str) -> npt.NDArray[np.bool_]:
    """Marks of words by the top 16 bits of their hash; one other word in some hundreds is marked too, without harm."""
    padded = np.frombuffer(("\0" + "\0".join(words.split()) + "\0").encode() + bytes(_PADDING), np.uint8)
    bounds = np.flatnonzero(padded == 0)[:-_PADDING]
    table = np.zeros(1 << 16, np.bool_)
    table[(_word_hashes(padded, bounds[:-1] + 1, bounds[1:]) >> np.uint64(48)).astype(np.int64)] = True
    return table


_Hashes = npt.NDArray[np.uint64]
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F], np.uint64
)
# Masks that leave the first 0 to 8 bytes of eight.
_LETTERS = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)
_FOLD = _folding()
_EMPTY_TABLE = _table_of(_EMPTY_WORDS)
_GENERIC_TABLE = _table_of(_GENERIC_WORDS)
_ENDS_SENTENCE = np.isin(np.arange(256), [ord(mark) for mark in '.!?:"\n\0'])
