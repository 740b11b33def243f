"""What results are signed with: the version, and the digests of the shipped data."""

import functools
import hashlib
import json
from importlib import resources

VERSION = "0.1.0"

TOOL = "envi-aligner"
"""The name under which the package is installed, and under which files say what wrote them."""

SIGNED = f"{TOOL}|v:{VERSION}"
"""How every signature begins."""


def join_signatures(*signatures: object) -> str:
    """Join what made something, step by step: each signature once, by ' + '; what is none is left out.

    Examples
    --------
    >>> join_signatures("a|v:1", None, "b", "a|v:1 + c")
    'a|v:1 + b + c'
    """
    parts = (part for told in signatures if isinstance(told, str) for part in told.split(" + "))
    return " + ".join(dict.fromkeys(filter(None, parts)))


@functools.cache
def shipped_digest(name: str) -> str:
    """Return the first 12 hex digits of the SHA-256 of a file in aligner/data, as MANIFEST.json has it.

    Examples
    --------
    >>> len(shipped_digest("encoder.npz"))
    12
    """
    manifest = json.loads((resources.files("aligner") / "data" / "MANIFEST.json").read_text(encoding="utf-8"))
    digest: str = manifest["files"][name]["sha256"]
    return digest[:12]


@functools.cache
def data_digest() -> str:
    """Return the first 12 hex digits of a SHA-256 over the digests of all files in aligner/data that judge text.

    Pages, licences and explanations are left out: they change no result.

    Examples
    --------
    >>> len(data_digest())
    12
    """
    manifest = json.loads((resources.files("aligner") / "data" / "MANIFEST.json").read_text(encoding="utf-8"))
    seen = (".html", ".css", ".js", ".svg", ".md", ".txt")
    digests = sorted((name, entry["sha256"]) for name, entry in manifest["files"].items() if not name.endswith(seen))
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()[:12]
