"""What results are signed with: the version, and the digests of the shipped data."""

import functools
import json
from importlib import resources

VERSION = "0.1.0"


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
