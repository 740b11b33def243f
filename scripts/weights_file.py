"""The file of the weights of alignment, a section of which each of the scripts that fit them writes."""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import sys
from collections.abc import Mapping
from typing import Any

from aligner.search.weights import NAMES, AlignmentWeights


def partial_model(section: Mapping[str, Any]) -> AlignmentWeights:
    """Make a model of some weights, all others 0: their features may have changed since they were fitted."""
    nothing = {part: dict.fromkeys(names, 0.0) for part, names in NAMES.items()}
    return AlignmentWeights(**{part: section.get(part, nothing.get(part)) for part in AlignmentWeights.__slots__})


def read_model(path: pathlib.Path) -> AlignmentWeights:
    """Read what the other scripts align by: the weights of beads that fit_alignment.py wrote."""
    return partial_model(json.loads(path.read_text(encoding="utf-8"))["alignment"])


def digest(path: pathlib.Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_section(arguments: argparse.Namespace, name: str, what: str, found: Mapping[str, Any]) -> None:
    """Write what one script found into its section of the file of weights, the others' kept."""
    stored = json.loads(arguments.weights.read_text(encoding="utf-8")) if arguments.weights.exists() else {}
    script = pathlib.Path(sys.argv[0]).name
    stored[name] = {
        "what": what,
        "command": f"scripts/{script} PAIRS.tsv.gz … --encoders FOLDER … --documents {arguments.documents}"
        + (f" --without {' '.join(arguments.without)}" if arguments.without else ""),
        "pairs_files_sha256": {path.name: digest(path) for path in arguments.pairs},
        "encoders": [
            {
                "command": json.loads((folder / "encoder.json").read_text(encoding="utf-8"))["command"],
                "sha256": digest(folder / "encoder.npz"),
            }
            for folder in arguments.encoders
        ],
        "seed": arguments.seed,
        **found,
    }
    partial = arguments.weights.with_suffix(".partial")
    partial.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    partial.replace(arguments.weights)
