"""A second opinion: two encoders as one, whose cosine is the weighted mean of theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from aligner.doors import checked
from aligner.encoders.adaptation import name_encoder
from aligner.encoders.cache import Encode
from aligner.encoders.embedded import Floats, list_texts, scaled_rows, unit_rows
from aligner.errors import InputError, check_number


@checked
def joined(encode_a: Encode, encode_b: Encode, weight: float) -> Encode:
    """Join two encoders into one, to be given as `encode` to `align`, `mine`, `match_documents`, `evaluate_retrieval`.

    Parameters
    ----------
    encode_a, encode_b : callable
        Each maps a list of n texts to an array of shape (n, d), each with a d of its own; `aligner.encode` is ours.
    weight : float
        What the second weighs, 0..1; the first weighs the rest.

    Returns
    -------
    callable
        Maps a list of n texts to a float32 array of shape (n, d of the first + d of the second) with rows of length
        one: both unit rows, times the roots of their weights, one behind the other. The product of two rows is the
        weighted mean of both cosines. Its `signature` names both, with their digests, and the weight. It pickles where
        both do.

    Raises
    ------
    InputError
        If an encoder is no function, or the weight no number in 0..1; when called, if one of them returns something
        of the wrong shape.

    Notes
    -----
    Where one of them has a row of zeros for a text, as ours has for a text without known pieces, the other's row
    stands alone, at length one. An encoder for which any two texts are alike weighs less than its weight, since its
    cosines differ by little: docs/encoders.md has what was measured.

    Examples
    --------
    >>> from aligner import encode
    >>> both = joined(encode, lambda texts: [[len(text), 1] for text in texts], 0.25)
    >>> rows, ours = both(["It rained.", "Trời mưa."]), encode(["It rained.", "Trời mưa."])
    >>> rows.shape, bool(np.isclose(rows[0] @ rows[1], 0.75 * ours[0] @ ours[1] + 0.25, atol=1e-2))
    ((2, 514), True)
    """
    for name, encoder in (("encode_a", encode_a), ("encode_b", encode_b)):
        if not callable(encoder):
            raise InputError(f"{name} is not a function", found=type(encoder).__name__, todo="give a function of texts")
    check_number(weight, "weight is no share", 0, 1, todo="give a number from 0 to 1")
    return JoinedEncoder(encode_a, encode_b, float(weight))


class JoinedEncoder:
    """What `joined` returns: two encoders that are asked the same."""

    def __init__(self, encode_a: Callable[..., Any], encode_b: Callable[..., Any], weight: float) -> None:
        self._parts = ((encode_a, 1 - weight), (encode_b, weight))
        names = "+".join(f"{share:g}*{name_encoder(encode)}" for encode, share in self._parts)
        self.signature = f"joined({names})"

    def __call__(self, texts: Iterable[str]) -> Floats:
        """Encode: float32 array of shape (n, d), rows of length one."""
        items = list_texts(texts)
        if not items:
            return np.zeros((0, 0), np.float32)
        rows = [unit_rows(scaled_rows(encode, items)) * np.float32(math.sqrt(share)) for encode, share in self._parts]
        return unit_rows(np.hstack(rows))
