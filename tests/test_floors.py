"""Imports go down only: each module imports from strictly lower floors, wherever in its text the import stands."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "aligner"

FLOORS = {
    "__init__": 31,
    "__main__": 31,
    "cli": 30,
    "commands.align": 25,
    "commands.evaluate": 25,
    "commands.convert": 25,
    "commands.deduplicate": 25,
    "commands.describe": 25,
    "commands.names": 25,
    "commands.report": 25,
    "commands.score": 25,
    "commands.text": 25,
    "commands.options": 24,
    "commands.telling": 1,
    "corpus.scoring": 12,
    "commands.build": 25,
    "commands.export": 25,
    "corpus.export": 15,
    "corpus.card": 13,
    "corpus.preload": 13,
    "corpus.building": 14,
    "corpus.shards": 13,
    "corpus.documents": 12,
    "exchange.pairs": 7,
    "exchange.tmx": 5,
    "exchange.xliff": 5,
    "exchange.readings": 5,
    "exchange.sheets": 5,
    "exchange.frames": 4,
    "exchange.chunks": 3,
    "exchange.streams": 3,
    "scoring.scores": 9,
    "scoring.model": 8,
    "scoring.rules": 8,
    "scoring.evidence": 7,
    "scoring.surface": 4,
    "scoring.pieces": 0,
    "scoring.fluency": 0,
    "scoring.additive": 0,
    "scoring.measures": 1,
    "corpus.description": 7,
    "corpus.splits": 6,
    "corpus.duplicates": 5,
    "alignment": 8,
    "quality": 7,
    "evidence.names.learning": 7,
    "evidence.names.matching": 6,
    "evidence.names.rewriting": 6,
    "evidence.names.detection": 5,
    "evidence.names.gazetteer": 4,
    "evidence.names.spelling": 3,
    "exchange.glossaries": 6,
    "exchange.tables": 5,
    "report": 6,
    "plots": 9,
    "page": 5,
    "views": 0,
    "exchange.articles": 6,
    "evaluation.significance": 7,
    "evaluation.judgements": 6,
    "evaluation.beads": 5,
    "evaluation.boundaries": 6,
    "evaluation.retrieval": 5,
    "evaluation.translations": 5,
    "evaluation.tallies": 4,
    "exchange.beads": 5,
    "exchange.layout": 5,
    "evidence.anchors": 6,
    "evidence.encoder": 2,
    "evidence.numbers.matching": 4,
    "evidence.numbers.english": 3,
    "evidence.numbers.vietnamese": 3,
    "evidence.numbers.quantities": 2,
    "evidence.agreement": 1,
    "exchange.blocks": 4,
    "exchange.encoders": 3,
    "exchange.vectors": 3,
    "exchange.files": 2,
    "text.language": 2,
    "text.sentences": 2,
    "search.anchors": 2,
    "search.lattice": 1,
    "text.unicode": 1,
    "text.words": 0,
    "text.clauses": 1,
    "text.legacy": 1,
    "text.syllables": 1,
    "text.normalisation": 2,
    "text.kinds": 2,
    "text.apostrophes": 2,
    "version": 0,
    "threads": 0,
    "search.features": 3,
    "search.model": 4,
    "search.bands": 4,
    "search.verdict": 5,
    "search.beads": 6,
    "search.moved": 4,
    "search.boundaries": 2,
    "evidence.names.table": 1,
    "bitext": 1,
    "errors": 0,
    # Inner packages hold a docstring and no import.
    "evidence.__init__": 0,
    "evidence.numbers.__init__": 0,
    "evidence.names.__init__": 0,
    "commands.__init__": 0,
    "corpus.__init__": 0,
    "evaluation.__init__": 0,
    "exchange.__init__": 0,
    "scoring.__init__": 0,
    "search.__init__": 0,
    "text.__init__": 0,
}


def listed_name(dotted: str) -> str:
    """'aligner.text.unicode' -> 'text.unicode'; a name that is no listed module is taken for a package."""
    inner = dotted.removeprefix("aligner").lstrip(".")
    return inner if inner in FLOORS else f"{inner}.__init__".lstrip(".")


def imports(module: str, source: str) -> list[tuple[int, str]]:
    """Line and listed name of every import from aligner, in functions and under TYPE_CHECKING too."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["aligner", *module.split(".")][: -node.level] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            inner = [f"{origin}.{alias.name}" for alias in node.names]
            found += [(node.lineno, name if listed_name(name) in FLOORS else origin) for name in inner]
    return [(line, listed_name(name)) for line, name in found if name.split(".")[0] == "aligner"]


def faults(module: str, source: str) -> list[str]:
    """What breaks the rule in one module; an unlisted module, importing or imported, breaks it."""
    if module not in FLOORS:
        return [f"{module} has no floor: list it in tests/test_floors.py"]
    return [
        f"{module}:{line} (floor {FLOORS[module]}) imports {name} (floor {FLOORS.get(name, 'none')})"
        for line, name in imports(module, source)
        if FLOORS.get(name, 99) >= FLOORS[module]
    ]


SOURCES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}


@pytest.mark.parametrize("module", SOURCES)
def test_imports_go_down(module: str) -> None:
    assert faults(module, SOURCES[module]) == []


def test_every_floor_has_its_module() -> None:
    assert sorted(FLOORS) == sorted(SOURCES)


@pytest.mark.parametrize(
    ("module", "source", "imported"),
    [
        ("text.unicode", "from aligner.alignment import align", "alignment (floor 8)"),
        ("text.unicode", "import numpy, aligner.cli as c", "cli (floor 30)"),
        ("text.unicode", "from aligner import alignment", "alignment (floor 8)"),
        ("text.unicode", "from aligner import __version__", "__init__ (floor 31)"),
        ("text.unicode", "from aligner import *", "__init__ (floor 31)"),
        ("text.unicode", "import aligner", "__init__ (floor 31)"),
        ("text.unicode", "from . import language", "text.language (floor 2)"),
        ("text.unicode", "from ..cli import main", "cli (floor 30)"),
        ("text.unicode", "def f():\n    from aligner.text import language", "text.language (floor 2)"),
        ("text.unicode", "if TYPE_CHECKING:\n    import aligner.report", "report (floor 6)"),
        ("text.unicode", "from aligner.nowhere import x", "nowhere.__init__ (floor none)"),
        ("text.__init__", "from .unicode import normalise", "text.unicode (floor 1)"),
        ("errors", "from aligner.bitext import Bead", "bitext (floor 1)"),
    ],
)
def test_an_import_upward_or_sideways_is_caught(module: str, source: str, imported: str) -> None:
    (fault,) = faults(module, source)
    assert fault.endswith(f"imports {imported}")


def test_an_unlisted_module_is_caught() -> None:
    assert faults("text.brand_new", "") == ["text.brand_new has no floor: list it in tests/test_floors.py"]


@pytest.mark.parametrize(
    "source",
    [
        "import os, numpy as np",
        "from aligner.errors import InputError",
        "from aligner import errors",
        "import aligner.errors",
        "from ..errors import InputError",
        "import aligner_of_others",
    ],
)
def test_an_import_downward_passes(source: str) -> None:
    assert faults("text.unicode", source) == []
