"""Models of quality that were refitted, kept in files: weights, thresholds, and which encoder they are of."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from aligner.bitext import PURPOSES
from aligner.doors import checked
from aligner.errors import FilePath, InputError
from aligner.files.whole import read_text, write_text
from aligner.quality.additive import SIZES, Additive
from aligner.quality.features import FEATURES
from aligner.quality.model import QualityModel
from aligner.version import shipped_digest

KIND: Final = "envi-aligner quality 1"
"""What such a file says that it is; the number is that of its format."""


@checked
def write_quality(model: QualityModel, path: FilePath) -> None:
    """Write a model of quality, as `fit_quality` gives it, to a file of JSON.

    Parameters
    ----------
    model : QualityModel
    path : str or path
        The file; it appears whole or not at all.

    Raises
    ------
    InputError
        If the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from aligner.quality.model import shipped_model
    >>> path = pathlib.Path(tempfile.mkdtemp(), "quality.json")
    >>> write_quality(shipped_model(), path)
    >>> read_quality(path).thresholds == shipped_model().thresholds
    True
    """
    stored = {
        "kind": KIND,
        "encoder": shipped_digest("encoder.npz"),
        "signature": model.signature,
        "thresholds": dict(model.thresholds),
        "model": model.additive.to_json(),
    }
    write_text(path, json.dumps(stored, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


@checked
def read_quality(path: FilePath) -> QualityModel:
    """Read a model of quality that `write_quality` wrote, to be given to `score_pairs` and `score_file`.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    QualityModel

    Raises
    ------
    InputError
        If the file cannot be read, is no such model, or is one of another encoder or of other evidence.

    Examples
    --------
    >>> read_quality("no/such.json")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no/such.json: no such file; check the path
    """
    todo = "write it with aligner.write_quality, or aligner review --fit"
    try:
        stored: Any = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError("no model of quality", path=path, found=str(error), todo=todo) from None
    if not isinstance(stored, dict) or stored.get("kind") != KIND:
        found = repr(stored.get("kind")) if isinstance(stored, dict) else type(stored).__name__
        raise InputError("no model of quality", path=path, found=found, todo=todo)
    if stored.get("encoder") != shipped_digest("encoder.npz"):
        todo = "refit it with this version"
        raise InputError("a model of another encoder", path=path, found=str(stored.get("encoder")), todo=todo)
    try:
        additive = Additive.from_json(stored["model"])
        thresholds = {name: float(stored["thresholds"][name]) for name in PURPOSES}
        signature, sizes = stored["signature"], stored["model"]["sizes"]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError("no model of quality", path=path, found=repr(error), todo=todo) from None
    if additive.features != FEATURES:
        found = f"{len(additive.features)} kinds of evidence"
        raise InputError("a model of other evidence", path=path, found=found, todo="refit it with this version")
    if not isinstance(signature, str) or not signature.isprintable():  # it is written beside what it judges
        raise InputError("no model of quality", path=path, found=f"signature {signature!r}", todo=todo)
    if sizes != list(SIZES) or not _is_whole(additive) or not all(0 <= value <= 1 for value in thresholds.values()):
        raise InputError("no model of quality", path=path, found="lines that are none", todo=todo)
    return QualityModel(additive, thresholds, signature)


def _is_whole(additive: Additive) -> bool:
    """Whether every line has as many values as points, in order, and each size a line, all of them numbers."""
    try:
        numbers = [*additive.bias, *additive.calibration[0], *additive.calibration[1]]
        if len(additive.bias) != len(SIZES) or any(list(line) != sorted(line) for line in additive.calibration):
            return False
        for knots, lines in zip(additive.knots, additive.values, strict=True):
            if len(lines) != len(additive.bias) or any(len(line) != len(knots) for line in lines):
                return False
            if not knots or list(knots) != sorted(knots):
                return False
            numbers += [*knots, *(value for line in lines for value in line)]
        return len(additive.calibration[0]) == len(additive.calibration[1]) and all(map(math.isfinite, numbers))
    except (TypeError, ValueError, OverflowError):
        return False
