"""Take out of the notebooks what running them left there, so that git shows what a person changed.

    python scripts/strip_notebooks.py [NOTEBOOK ...]

Outputs, counts and the metadata of an editor go; words for a picture, which the site takes, stay; cells are numbered
anew: `03-07` is the seventh of notebook 03.
"""

import json
import sys
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def stripped(text: str, number: str) -> str:
    """The notebook as git should have it; cells get the number of the notebook in their ids."""
    cells = []
    for k, cell in enumerate(json.loads(text)["cells"], 1):
        kept: dict[str, Any] = {"cell_type": cell["cell_type"], "id": f"{number}-{k:02}", "metadata": {}}
        if "mystnb" in cell["metadata"]:
            kept["metadata"] = {"mystnb": cell["metadata"]["mystnb"]}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cells.append(dict(sorted((kept | {"source": source.splitlines(keepends=True)}).items())))
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def main(paths: list[Path]) -> None:
    for path in paths:
        before = path.read_text("utf-8")
        after = stripped(before, path.name[:2])
        if after != before:
            path.write_text(after, "utf-8", newline="\n")
            print(f"{path.name}: stripped")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted(NOTEBOOKS.glob("*.ipynb")))
