"""Whatever encoder is given, vectors that the search can add up: one direction a sentence, longer for longer texts.

The embedded encoder's sums are additive by themselves: a run of sentences is the sum of its sentences' vectors. What
other encoders give, and what comes as arrays, is checked and made so here. Of all, what a side has in common is put at
what the search expects.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aligner.encoders import embedded
from aligner.encoders.embedded import CHUNK_ROWS, USUAL_BACKGROUND, Floats, checked_rows, embedded_encoder, unit_rows
from aligner.errors import InputError
from aligner.version import shipped_digest

Encode = Callable[[list[str]], Any] | tuple[Any, Any]
"""What `align` takes for `encode`: a function of a list of n texts, or the vectors of both sides."""


LENGTH_POWER = 0.6
"""A foreign encoder's vector of a sentence is made as long as this power of its characters. Of 0, .25, .4, .5, .6, .7,
.8 and 1 it makes the sum over a run of 2 to 4 sentences most like the vector of the run's own text, on the average over
five stand-in encoders and 1,502 runs of training text; the embedded encoder's own sums grow with the power .56
(docs/decisions/0014; test_encoders.py: a long and a short sentence)."""

ORIGIN_SENTENCES = 1
"""How many sentences the origin counts as in the mean vector of a side that is taken off every sentence: a side of one
sentence keeps its direction. With 1 an encoder for which all texts are alike (cosine .8) aligns as well as one for
which they are not, with 5 it loses up to .008 of F1 (docs/decisions/0014; test_encoders.py: all texts are alike)."""


def encode_sides(source: list[str], target: list[str], encode: Encode | None) -> tuple[Floats, Floats]:
    """Encode both sides into additive vectors.

    Parameters
    ----------
    source, target : list of str
        n and m texts.
    encode : callable, pair of arrays, or None
        As `align` takes it; None is the embedded encoder.

    Returns
    -------
    tuple of float32 arrays, shapes (n, d) and (m, d)
        Finite. A callable is asked once for each side that has texts; rows are made additive by `make_additive`.

    Raises
    ------
    InputError
        If `encode` is neither, or gives rows of the wrong number, of different lengths or with numbers that are not
        finite.

    Examples
    --------
    >>> source, target = encode_sides(["one", "two"], [], lambda texts: [[len(text), 1] for text in texts])
    >>> source.shape, target.shape
    ((2, 3), (0, 3))
    """
    texts = source, target
    if encode is None:
        encoder = embedded_encoder()
        return centre_sums(encoder.sums(source)), centre_sums(encoder.sums(target))
    if callable(encode):
        sides = [
            make_additive(checked_rows(encode, side), usual_lengths(side)) if side else np.zeros((0, 0), np.float32)
            for side in texts
        ]
    else:
        sides = [_take_given(encode, k, side) for k, side in enumerate(texts)]
    widths = {rows.shape[1] for rows in sides if len(rows)}
    if len(widths) > 1:
        given = [rows.shape[1] - 1 for rows in sides]  # the last number of a row is ours
        raise InputError("encode must return rows of one length", found=f"{given[0]} and {given[1]} numbers a row")
    width = widths.pop() if widths else 1
    first, second = (rows if len(rows) else np.zeros((0, width), np.float32) for rows in sides)
    return first, second


def _take_given(encode: object, k: int, texts: list[str]) -> Floats:
    """Vectors of one side that came in a pair of arrays."""
    if not isinstance(encode, (tuple, list)) or len(encode) != 2:
        todo = "give a function of a list of texts, or (vectors of the source, vectors of the target)"
        raise InputError("encode is neither callable nor two arrays", found=type(encode).__name__, todo=todo)
    if not texts and not np.size(encode[k]):
        return np.zeros((0, 0), np.float32)
    return make_additive(checked_rows(lambda _: encode[k], texts, what=f"encode[{k}] must hold"), usual_lengths(texts))


def usual_lengths(texts: Sequence[str]) -> NDArray[np.float32]:
    """How long vectors are made that do not tell themselves: characters to the power LENGTH_POWER, shape (n,).

    Examples
    --------
    >>> usual_lengths(["a", ""]).tolist()
    [1.0, 1.0]
    """
    return np.array([max(len(text), 1) ** LENGTH_POWER for text in texts], np.float32)


def centre_sums(sums: Floats) -> Floats:
    """Make sums of the embedded encoder what the search wants, as others are made, but as long as they are.

    Examples
    --------
    >>> rows = centre_sums(embedded_encoder().sums(["Good morning", "It rains", ""]))
    >>> rows.shape, bool(rows[2].any())
    ((3, 513), False)
    """
    return make_additive(sums, np.sqrt(np.einsum("ij,ij->i", sums, sums)))


def make_additive(rows: NDArray[np.floating], lengths: NDArray[np.floating]) -> Floats:
    """Make rows of any encoder what the search wants: without their common part, longer for longer texts, addable.

    Parameters
    ----------
    rows : float array, shape (n, d)
        Finite vectors of one side's texts, of any length.
    lengths : float array, shape (n,)
        How long each is to become.

    Returns
    -------
    float32 array, shape (n, d + 1)
        Each row divided by its length, less the mean of the side's (ORIGIN_SENTENCES rows of zeros counted in), with
        one number more, the same for all, that gives two texts with nothing in common the cosine USUAL_BACKGROUND; made
        as long as asked. A row of zeros, as of an empty text, stays one.

    Notes
    -----
    The search weighs a cosine c as it comes, and knows what our encoder's mean. Taking an encoder's own common part off
    and giving it our encoder's makes c of two sentences into c + USUAL_BACKGROUND (1 - c). Of runs the common parts add
    up, as they do in any encoder's sums: of runs of 5 with nothing else in common the cosine is .4.

    Examples
    --------
    >>> make_additive(np.array([[3.0, 4.0]]), np.ones(1)).astype(float).round(3).tolist()
    [[0.563, 0.75, 0.346]]
    """
    n, d = rows.shape
    result = np.empty((n, d + 1), np.float32)
    unit = result[:, :d]
    # Divided by the largest number first, so that no square overflows.
    largest = np.maximum(rows.max(axis=1, initial=0), -rows.min(axis=1, initial=0))
    known = largest > 0  # a row of zeros, as of an empty text, stays one
    scale = np.where(known, largest, 1)
    for part in _blocks(n):
        unit[part] = rows[part] / scale[part, None]
        unit_rows(unit[part], out=unit[part])
    common = unit.sum(axis=0) / np.float32(known.sum() + ORIGIN_SENTENCES)
    for part in _blocks(n):
        unit[part] -= common
        unit[part][~known[part]] = 0
        unit_rows(unit[part], out=unit[part])
        unit[part] *= np.float32(math.sqrt(1 - USUAL_BACKGROUND))
    result[:, d] = np.where(known, np.float32(math.sqrt(USUAL_BACKGROUND)), 0)
    result *= lengths.astype(np.float32)[:, None]
    return result


def _blocks(n: int) -> Iterator[slice]:
    """Runs of CHUNK_ROWS of n rows."""
    for first in range(0, n, CHUNK_ROWS):
        yield slice(first, first + CHUNK_ROWS)


def name_encoder(encode: Encode | None) -> str:
    """Name an encoder for signatures: by its own signature or name, by a digest of the vectors given, or of our model.

    Examples
    --------
    >>> name_encoder(len), name_encoder(([[1.0]], [[2.0]]))
    ('len', 'vectors:ccc4eb87d57b')
    """
    if encode is None:
        return shipped_digest("encoder.npz")
    if encode is embedded.encode:
        return f"embedded@{shipped_digest('encoder.npz')}"
    if not callable(encode):
        digest = hashlib.sha256()
        for rows in encode:
            array = np.ascontiguousarray(rows, np.float64)
            digest.update(f"{array.shape}".encode() + array.tobytes())
        return f"vectors:{digest.hexdigest()[:12]}"
    signature = getattr(encode, "signature", None)
    name = signature if isinstance(signature, str) else getattr(encode, "__qualname__", type(encode).__name__)
    return re.sub(r"[|\s]+", "_", str(name))  # a signature is one line, with bars between its parts
