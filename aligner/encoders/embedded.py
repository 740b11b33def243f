"""The embedded encoder: a sentence is the sum of the vectors of its SentencePiece pieces.

One vocabulary and one table of vectors serve both languages, and Vietnamese without its marks. The sum is the model:
Wieting et al. (2019, section 3, https://arxiv.org/abs/1909.13872) average the pieces' vectors and normalise; we keep
the sum, which points the same way, because the vector of a run of sentences is then the sum of theirs. The table is
trained by scripts/train_encoder.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.errors import InputError
from aligner.text.unicode import nfc

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Floats = NDArray[np.float32]

BATCH = 4096
"""Texts tokenised at a time; bounds the memory held for piece numbers."""

LONG_TEXT = 2048
"""Pieces from which on equal pieces are counted before they are looked up: the vocabulary then bounds the memory."""

CHUNK_ROWS = 128
"""Vectors that are worked on at a time; a few hundred KB of float32 keep within the processor's second-level cache. A
fact about time, of no influence on results but for the last bits of products."""

USUAL_BACKGROUND = 0.12
"""Mean cosine of two sentences that do not translate each other, of the embedded encoder (.09 to .17 in three sources
of training pairs): what the search expects of any encoder (docs/decisions/0002)."""

MIDDLE = 7.5
"""A vector's numbers are stored as 0..15, of which this is the middle."""


class Encoder:
    """A SentencePiece model with one vector a piece.

    Parameters
    ----------
    folder : Traversable or path
        Holds ``encoder.model`` (SentencePiece) and ``encoder.npz``: ``vectors``, uint8 of shape (V, d / 2), two numbers
        of 0..15 a byte (the first half of the vector in the low four bits, the second in the high ones), and ``scale``,
        float32 of shape (V,). A piece's vector is (number - 7.5) * scale.

    Examples
    --------
    >>> vectors = embedded_encoder().sums(["Good morning", "Chào buổi sáng", ""])
    >>> vectors.dtype, bool(vectors[2].any())
    (dtype('float32'), False)
    """

    def __init__(self, folder: Traversable) -> None:
        from sentencepiece import SentencePieceProcessor

        self._pieces: Any = SentencePieceProcessor(model_proto=(folder / "encoder.model").read_bytes())
        with (folder / "encoder.npz").open("rb") as file, np.load(file, allow_pickle=False) as table:
            self._table: Floats = unpack(table["vectors"], table["scale"])

    @property
    def dimension(self) -> int:
        """Length d of the vectors."""
        return int(self._table.shape[1])

    @property
    def table(self) -> Floats:
        """The pieces' vectors, shape (V, d)."""
        return self._table

    def pieces(self, texts: Iterable[str]) -> list[list[int]]:
        """Cut texts into pieces, given as rows of the table.

        Examples
        --------
        >>> first, second = embedded_encoder().pieces(["Good morning", "good  MORNING"])
        >>> first == second and len(first) > 0
        True
        """
        found: list[list[int]] = self._pieces.encode([_fit_for_pieces(text) for text in texts], num_threads=1)
        return found

    def sums(self, texts: Iterable[str]) -> Floats:
        """Compute additive vectors: the sum over a text's pieces, not normalised.

        Parameters
        ----------
        texts : iterable of str
            n texts, in any Unicode form.

        Returns
        -------
        float32 array, shape (n, d)
            A text without known pieces gets a row of zeros.
        """
        cleaned = [_fit_for_pieces(text) for text in texts]
        result = np.zeros((len(cleaned), self.dimension), np.float32)
        first = {text: k for k, text in reversed([*enumerate(cleaned)])}
        unique = sorted(first.values())
        for start in range(0, len(unique), BATCH):
            places = unique[start : start + BATCH]
            for k, pieces in zip(places, self._pieces.encode([cleaned[k] for k in places], num_threads=1), strict=True):
                if 0 < len(pieces) < LONG_TEXT:
                    np.add.reduce(self._table.take(pieces, axis=0), axis=0, out=result[k])
                elif pieces:
                    found, counts = np.unique(np.array(pieces, np.int64), return_counts=True)
                    result[k] = counts.astype(np.float32) @ self._table[found]
        if len(unique) < len(cleaned):
            for k, text in enumerate(cleaned):
                if first[text] != k:
                    result[k] = result[first[text]]
        return result


def unpack(vectors: NDArray[np.uint8], scale: Floats) -> Floats:
    """Turn two numbers a byte into float32 vectors.

    Examples
    --------
    >>> unpack(np.array([[0x7F]], np.uint8), np.array([2], np.float32)).tolist()
    [[15.0, -1.0]]
    """
    # Rows in one piece whatever the file's order: take() would otherwise copy the table at every call.
    numbers = np.empty((len(vectors), 2 * vectors.shape[1]), np.float32)
    half = vectors.shape[1]
    for first in range(0, len(vectors), BATCH):  # what lies between stays small
        rows, part = vectors[first : first + BATCH], numbers[first : first + BATCH]
        part[:, :half], part[:, half:] = rows & 15, rows >> 4
        part -= np.float32(MIDDLE)
        part *= scale[first : first + BATCH, None]
    return numbers


def _fit_for_pieces(text: str) -> str:
    """A text as the tokeniser takes it, which folds case, width and spaces itself: lone surrogates would stop it."""
    return text if text.isascii() else nfc(text).encode("utf-8", "replace").decode("utf-8")


@functools.cache
def embedded_encoder() -> Encoder:
    """Load the encoder that ships in the package, once."""
    return Encoder(resources.files("aligner") / "data")


def unit_rows(vectors: Floats, out: Floats | None = None) -> Floats:
    """Rows of length one, in `out` (which may be the same array) if given; a row of zeros stays.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    norm = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    result: Floats = np.divide(vectors, np.maximum(norm, np.float32(1e-9))[:, None], out=out)
    return result


def sum_of_units(vectors: Floats) -> Floats:
    """Sum of the rows, each of length one, shape (d,): added row after row, and never all there at once.

    Examples
    --------
    >>> sum_of_units(np.array([[3.0, 4.0], [0.0, 2.0]], np.float32)).tolist()
    [0.6000000238418579, 1.7999999523162842]
    """
    units = np.zeros((CHUNK_ROWS + 1, vectors.shape[1]), np.float32)
    for first in range(0, len(vectors), CHUNK_ROWS):
        rows = vectors[first : first + CHUNK_ROWS]
        unit_rows(rows, out=units[1 : len(rows) + 1])
        units[0] = np.add.reduce(units[: len(rows) + 1], axis=0)
    total: Floats = units[0]
    return total


def checked_rows(
    encode: Callable[[list[str]], Any], texts: list[str], *, what: str = "encode must return"
) -> NDArray[np.float64]:
    """Take what a caller's encoder gives for n texts, checked.

    Parameters
    ----------
    encode : callable
        Any; what it returns may be of any kind that NumPy makes numbers of.
    texts : list of str
        n texts.
    what : str
        Begins the message about what is wrong.

    Returns
    -------
    float64 array, shape (n, d)
        Finite.

    Raises
    ------
    InputError
        If it returns no numbers, another shape, or a number that is not finite.

    Examples
    --------
    >>> checked_rows(lambda texts: [[len(text), 1] for text in texts], ["a", "bc"]).tolist()
    [[1.0, 1.0], [2.0, 1.0]]
    """
    problem, todo = f"{what} finite numbers of shape (n, d)", "return one row for each text"
    try:
        rows = np.asarray(encode(texts), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(problem, found=f"{type(error).__name__}: {error}", todo=todo) from error
    if rows.ndim != 2 or len(rows) != len(texts) or not np.isfinite(rows).all():
        raise InputError(problem, found=f"shape {rows.shape} for {len(texts)} texts", todo=todo)
    return rows


def scaled_rows(encode: Callable[[list[str]], Any], texts: list[str]) -> Floats:
    """Take what a caller's encoder gives, each row divided by its largest number: no square of it overflows.

    Examples
    --------
    >>> scaled_rows(lambda texts: [[3e300, -4e300], [0, 0]], ["a", "b"]).tolist()
    [[0.75, -1.0], [0.0, 0.0]]
    """
    rows = checked_rows(encode, texts)
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    return (rows / np.where(largest > 0, largest, 1)).astype(np.float32)


@checked
def encode(texts: Iterable[str]) -> Floats:
    """Encode texts of either language into one space.

    Parameters
    ----------
    texts : iterable of str
        n texts; a single str is refused, since it would be read as its letters.

    Returns
    -------
    float32 array, shape (n, d)
        Rows of length one, so that a product of two is their cosine; a row of zeros for a text without known pieces.

    Raises
    ------
    InputError
        If `texts` is a single str, or an item is not a str.

    Examples
    --------
    >>> en, vi, other = encode(["The weather is nice today.", "Hôm nay thời tiết đẹp.", "The bank raised its rates."])
    >>> bool(en @ vi > en @ other)
    True
    """
    sums = embedded_encoder().sums(list_texts(texts))
    return unit_rows(sums)


def list_texts(texts: Iterable[str]) -> list[str]:
    """List what an encoder is given; InputError for a single str, which would be read as its letters, and no texts.

    Examples
    --------
    >>> list_texts(text for text in ("It rained.", "We left."))
    ['It rained.', 'We left.']
    """
    if isinstance(texts, str):
        raise InputError("encode takes a list of texts", found="a single str", todo="put it in a list: encode([text])")
    if not isinstance(texts, Iterable):
        raise InputError("encode takes a list of texts", found=type(texts).__name__, todo="give a list of str")
    items = list(texts)
    for k, text in enumerate(items):
        if not isinstance(text, str):
            raise InputError(f"texts[{k}] is not a str", found=type(text).__name__, todo="give a list of str")
    return items
