"""Encoders of sentence-transformers, by name or folder, in place of the embedded one.

An encoder maps a list of n texts to an array of shape (n, d). Those made here are objects only because they carry a
signature, which results are signed with, and because they must pickle to reach worker processes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from aligner.doors import checked
from aligner.encoders.cache import Encode, cached, cut_chunks, sort_by_length
from aligner.encoders.embedded import Floats, unit_rows
from aligner.errors import FilePath, InputError, MissingExtraError, check_whole
from aligner.text.unicode import nfc


@checked
def neural_encoder(
    name: FilePath,
    *,
    batch_size: int = 32,
    device: str | None = None,
    cache: FilePath | None = None,
    prompt: str | None = None,
) -> Encode:
    """Load an encoder through sentence-transformers, to be given as `encode` to `align`.

    Parameters
    ----------
    name : str or os.PathLike
        A folder, or a name on huggingface.co, such as 'sentence-transformers/LaBSE' or 'BAAI/bge-m3'. A name is
        downloaded when it is first used; a folder needs no network.
    batch_size : int
        Texts encoded at a time, 1 or more.
    device : str, optional
        'cpu', 'cuda', 'cuda:1', 'mps'; without it sentence-transformers chooses.
    cache : str or os.PathLike, optional
        Folder where vectors are kept and found again; see `cached`.
    prompt : str, optional
        Put before every text, as the models of the E5 family want ('query: ').

    Returns
    -------
    callable
        Maps a list of n texts to a float32 array of shape (n, d) with rows of length one. Its `signature` is the name
        (of a folder, the last part) and a digest of weights, vocabulary and settings. Pickles as a recipe: a worker
        process loads the model again.

    Raises
    ------
    MissingExtraError
        If sentence-transformers is not installed.
    InputError
        If the model cannot be loaded, or `batch_size` is no positive number.

    Notes
    -----
    Equal texts are encoded once, short ones with short ones. The same list gives the same vectors; in other company a
    text may differ in the last digits, since a batch is padded to its longest text.

    Examples
    --------
    >>> neural_encoder("")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no encoder named; give a folder, or a name on huggingface.co
    """
    if not os.fspath(name):
        raise InputError("no encoder named", todo="give a folder, or a name on huggingface.co")
    check_whole(batch_size, "batch_size is no positive number", 1, todo="give 1 or more")
    encoder = NeuralEncoder(os.fspath(name), batch_size, device, prompt)
    return encoder if cache is None else cached(encoder, cache, encoder.signature)


class NeuralEncoder:
    """What `neural_encoder` returns: a model of sentence-transformers that knows its name and digest."""

    def __init__(self, name: str, batch_size: int, device: str | None, prompt: str | None) -> None:
        try:
            library = import_module("sentence_transformers")
        except ImportError as error:
            raise MissingExtraError("neural_encoder", package="sentence-transformers", extra="neural") from error
        try:
            with _no_bars_in_files():
                self._model: Any = library.SentenceTransformer(name, device=device)
        except (
            Exception
        ) as error:  # OSError, ValueError, RuntimeError, JSON and network errors: whatever it meets first
            reason = (str(error).strip().splitlines() or [""])[0]
            raise InputError(
                "cannot load the encoder",
                path=name,
                found=f"{type(error).__name__}: {reason}"[:300],
                todo="give a sentence-transformers model's folder, or a name on huggingface.co with the network on",
            ) from error
        self._recipe = (name, batch_size, device, prompt)
        shown = Path(name).resolve().name if os.path.isdir(name) else name
        self.signature = f"{shown}@{_model_digest(self._model, prompt)}"

    def __call__(self, texts: Iterable[str]) -> Floats:
        """Encode: float32 array of shape (n, d), rows of length one."""
        _, batch_size, _, prompt = self._recipe
        # NFD would halve what the tokeniser knows; lone surrogates, which UTF-8 does not have, would stop it.
        cleaned = [nfc(text).encode("utf-8", "replace").decode("utf-8") for text in texts]
        unique = sort_by_length(cleaned)
        parts = [
            self._model.encode(
                chunk, batch_size=batch_size, prompt=prompt, convert_to_numpy=True, show_progress_bar=False
            )
            for chunk in cut_chunks(unique)
        ]
        if not parts:
            return np.zeros((0, 0), np.float32)
        rows = unit_rows(np.concatenate(parts).astype(np.float32, copy=False))
        place = {text: k for k, text in enumerate(unique)}
        return rows[[place[text] for text in cleaned]]

    def __reduce__(self) -> tuple[type[NeuralEncoder], tuple[str, int, str | None, str | None]]:
        """Pickle the recipe, not gigabytes of weights."""
        return NeuralEncoder, self._recipe


@contextlib.contextmanager
def _no_bars_in_files() -> Iterator[None]:
    """Loading draws a bar even where standard error is no terminal: then, none."""
    logging: Any = None
    if sys.stderr is None or not sys.stderr.isatty():
        with contextlib.suppress(ImportError):
            logging = import_module("transformers.utils.logging")
    if logging is None or not logging.is_progress_bar_enabled():
        yield
        return
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.enable_progress_bar()


def _model_digest(model: Any, prompt: str | None) -> str:
    """First 12 hex digits of a SHA-256 over all that the vectors depend on: weights, vocabulary, modules, settings."""
    digest = hashlib.sha256()
    # The model's own prompts count too: one of them may be the default.
    settings = [prompt, *(getattr(model, key, None) for key in ("prompts", "default_prompt_name", "max_seq_length"))]
    modules = re.sub("0x[0-9a-f]+", "", repr(model))  # no addresses in memory
    digest.update(f"{settings}{modules}".encode("utf-8", "surrogatepass"))
    for key, weights in sorted(model.state_dict().items()):
        array = weights.detach().cpu().float().numpy()  # NumPy has no bfloat16
        digest.update(f"{key}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    for piece, number in sorted(model.tokenizer.get_vocab().items()):
        digest.update(f"{piece}\0{number}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]
