"""Run the notebooks, and write them with their outputs, as the site shows them.

usage: run_notebooks.py FOLDER [NOTEBOOK ...]      (build/notebooks for `make docs`; with the extra `docs`)

The notebooks themselves stay without outputs. Each is run on a copy, and none may change a file of it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COPIED = ("notebooks", "corpus")


def run(path: Path, folder: Path) -> Any:
    """Run a notebook in `folder`, where all that it and Jupyter write stays; the notebook with its outputs."""
    import nbclient
    import nbformat

    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    before = state_of(folder)

    # The kernel is this very Python, whatever kernels are installed for this user.
    kernel = folder / "jupyter" / "kernels" / "this-python"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    # One thread: beside other work, threads of linear algebra that wait for each other take ten times as long.
    spec = {"argv": argv, "display_name": "this Python", "language": "python", "env": {"OPENBLAS_NUM_THREADS": "1"}}
    (kernel / "kernel.json").write_text(json.dumps(spec), "utf-8")
    for name, inner in (("PATH", "jupyter"), ("CONFIG_DIR", "config"), ("RUNTIME_DIR", "runtime")):
        os.environ[f"JUPYTER_{name}"] = str(folder / inner)
    os.environ |= {"IPYTHONDIR": str(folder / "ipython"), "TMPDIR": str(folder)}
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    nbclient.NotebookClient(
        notebook,
        timeout=600,  # seconds a cell, so that a hang ends
        kernel_name="this-python",
        resources={"metadata": {"path": str(folder / "notebooks")}},
    ).execute()
    if state_of(folder) != before:
        sys.exit(f"{path.name} changes files of the project")
    return notebook


def state_of(folder: Path) -> dict[str, bytes]:
    """Every file of what was copied."""
    files = [file for name in COPIED for file in (folder / name).rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def main(folder: Path, paths: list[Path]) -> None:
    """Run one after the other."""
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        with tempfile.TemporaryDirectory() as scratch:
            notebook = run(path, Path(scratch))
        nbformat.write(notebook, folder / path.name)  # type: ignore[no-untyped-call]
        print(f"{folder / path.name}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]] or sorted((ROOT / "notebooks").glob("*.ipynb")))
