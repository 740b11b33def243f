"""Write the bills of materials, in CycloneDX JSON: what the core needs, and what the core needs with each extra.

usage: write_sbom.py [FOLDER]      (build/sbom by default; with the extra `release`, which pins what writes)

Versions are those that an installation would choose today on this Python, with the digests of their files; resolved,
not installed. Not committed: a bill belongs to the day of a release.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from aligner.version import VERSION

ROOT = Path(__file__).parents[1]
NOT_USED = {"dev", "docs", "loaders", "release", "tables", "train"}
"""Extras of those who work on the project, and of nobody who uses it (tests/test_publishing.py)."""


def main(folder: Path) -> None:
    """Resolve and write, one bill after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    scripts = Path(sys.executable).parent
    for extra in [None, *sorted(set(project["optional-dependencies"]) - NOT_USED)]:
        path = folder / f"{project['name']}{f'-{extra}' if extra else ''}.cdx.json"
        resolve = [f"{scripts}/uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--generate-hashes"]
        pinned = subprocess.run(
            [*resolve, "pyproject.toml", "--python", sys.executable, *(["--extra", extra] if extra else [])],
            cwd=ROOT, check=True, capture_output=True,
        ).stdout  # fmt: skip
        write = [f"{scripts}/cyclonedx-py", "requirements", "--mc-type", "library", "--output-reproducible"]
        # A list of requirements has no graph of who needs whom, of which it would warn each time.
        written = subprocess.run(
            [*write, "--pyproject", f"{ROOT}/pyproject.toml", "--of", "JSON", "-"],
            input=pinned, check=True, capture_output=True, env=os.environ | {"PYTHONWARNINGS": "ignore"},
        ).stdout  # fmt: skip
        bill = json.loads(written)
        bill["metadata"]["component"]["version"] = VERSION  # which pyproject.toml leaves to version.py
        for component in bill["components"]:
            component.pop("description")  # the line of the list, digests and all, which stand beside it
        path.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"{path}: {pinned.count(b'==')} packages")


if __name__ == "__main__":
    main(Path(*sys.argv[1:]) if sys.argv[1:] else ROOT / "build" / "sbom")
