"""The documentation as a site: `make docs`.

The sources are the whole project, of which the pages below are taken, so that their links to each other work here as
they do on a code host. Notebooks are kept without outputs: the site shows those of build/notebooks, which
`scripts/run_notebooks.py` has run.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import aligner  # noqa: E402  # the tree that is documented, whatever is installed

project = "aligner"
author = project_copyright = "the aligner authors"
version = release = aligner.__version__

root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "notebooks/**",
    "*/README.md",
    "aligner/data/README.md",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "NOTICE.md",
    "SECURITY.md",
]
exclude_patterns = ["docs/README.md", "build", "dist", "tests", ".*"]  # docs/index.md has the page of docs/README.md

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
suppress_warnings = ["ref.python"]  # fields that several classes have
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_number_source_lines = False

default_role = "code"
smartquotes_action = "qe"  # quotes and full stops, no dashes: --version is no dash
autosummary_generate = False  # no page a name: a page a subject
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's sections say them, and what they mean
napoleon_google_docstring = False
napoleon_use_ivar = True  # fields are described once, by their members
napoleon_use_rtype = False
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 90

html_theme = "furo"
html_title = f"aligner {version}"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False

RAN = ROOT / "build" / "notebooks"


BELOW = {"docs/decisions/README": "0*", "docs/reference/README": "[!R]*", "notebooks/README": "0*"}
"""Pages that have others below them, and which: said here, since a code host would show a toctree as code."""


def prepare(app: Sphinx, name: str, source: list[str]) -> None:
    """Put the notebook that was run in the place of the one without outputs; hang pages below others."""
    if name in BELOW:
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n{BELOW[name]}\n```\n"
    ran = RAN / f"{Path(name).name}.ipynb"
    if name.startswith("notebooks/") and ran.is_file():
        source[0] = ran.read_text("utf-8")


def lead_to_the_first_page(app: Sphinx, failure: Exception | None) -> None:
    """Whoever opens the folder gets the first page."""
    if failure is None and app.builder.format == "html":
        page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={root_doc}.html">'
        text = f'{page}<title>aligner</title><a href="{root_doc}.html">aligner</a>\n'
        Path(app.outdir, "index.html").write_text(text, "utf-8")


class Names(SphinxDirective):
    """Public names, one a line: first a table of them, then what the docstring of each says."""

    has_content = True

    def run(self) -> list[Any]:
        """What stands in the place of the directive."""
        names = [line.strip() for line in self.content if line.strip()]
        lines = [".. currentmodule:: aligner", "", ".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   {name}" for name in names]
        for name in names:
            if inspect.isclass(getattr(aligner, name)):
                lines += ["", f".. autoclass:: {name}", "   :members:"]
            else:
                lines += ["", f".. autofunction:: {name}"]
        return self.parse_text_to_nodes("\n".join(["```{eval-rst}", *lines, "```"]))


def setup(app: Sphinx) -> None:
    """Add what is ours."""
    app.add_directive("names", Names)
    app.connect("source-read", prepare)
    app.connect("build-finished", lead_to_the_first_page)
