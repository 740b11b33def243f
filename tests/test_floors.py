"""Imports go down only: a room imports from rooms on lower floors, and modules of one room in no circle."""

import ast
import functools
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "aligner"

# From the ground up. A room is a folder of aligner/ or a module beside them, and of the largest of them each folder in
# it; those of one floor know nothing of each other. A new room is a word here; a new module of a room is none.
FLOORS = (
    ("errors", "version", "threads", "collector", "logistic"),
    ("doors", "fragments"),
    ("bitext", "agreement"),
    ("text",),
    ("numbers", "files"),
    ("encoders", "pairs", "documents"),
    ("names", "evaluation", "html_report"),
    ("search", "quality", "showing", "mining"),
    ("alignment", "matching"),
    ("corpus.jobs", "plots"),
    ("corpus",),
    ("corpus.repeats",),
    ("corpus.finding",),
    ("corpus.building",),
    ("corpus.exports",),
    ("review",),
    ("commands", "__init__"),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

SOURCES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}


def room_of(module: str) -> str:
    """'text.unicode' -> 'text', 'errors' -> 'errors', 'corpus.jobs.locks' -> 'corpus.jobs'."""
    inner = ".".join(module.split(".")[:2])
    return inner if inner in FLOOR_OF else module.split(".")[0]


def module_of(dotted: str) -> str:
    """'aligner.text.unicode.nfc' -> 'text.unicode'; what is no module is taken for a name of what is before it."""
    inner = dotted.removeprefix("aligner").lstrip(".")
    while inner and inner not in SOURCES and f"{inner}.__init__" not in SOURCES and "." in inner:
        inner = inner.rpartition(".")[0]
    if inner in SOURCES or f"{inner}.__init__" not in SOURCES:
        return inner if inner in SOURCES or dotted.count(".") == 1 else "__init__"
    return f"{inner}.__init__"


@functools.cache
def imports(module: str, source: str) -> list[tuple[int, str]]:
    """Line and module of every import from aligner, in functions and under TYPE_CHECKING too."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["aligner", *module.split(".")][: -node.level] if node.level else []
            origin = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}".removeprefix("aligner.")
                is_module = inner in SOURCES or f"{inner}.__init__" in SOURCES
                found.append((node.lineno, f"{origin}.{alias.name}" if is_module else origin))
    return [(line, module_of(name) or "__init__") for line, name in found if name.split(".")[0] == "aligner"]


def faults(module: str, source: str) -> list[str]:
    """What breaks the rule in one module; a room that is on no floor breaks it."""
    room = room_of(module)
    if room not in FLOOR_OF:
        return [f"{room} is on no floor: list it in tests/test_floors.py"]
    return [
        f"{module}:{line} (floor {FLOOR_OF[room]}) imports {name} (floor {FLOOR_OF.get(room_of(name), 'none')})"
        for line, name in imports(module, source)
        if (room_of(name) != room or name == module) and FLOOR_OF.get(room_of(name), 99) >= FLOOR_OF[room]
    ]


def circles(sources: dict[str, str]) -> list[str]:
    """The imports that close a circle, within a room or over several."""
    below = {module: sorted({name for _, name in imports(module, source)}) for module, source in sources.items()}
    found: list[str] = []
    done: set[str] = set()

    def walk(module: str, above: tuple[str, ...]) -> None:
        if module in above:
            found.append(" -> ".join([*above[above.index(module) :], module]))
        elif module not in done:
            for name in below.get(module, ()):
                walk(name, (*above, module))
            done.add(module)

    for module in below:
        walk(module, ())
    return found


@pytest.mark.parametrize("module", SOURCES)
def test_imports_go_down(module: str) -> None:
    assert faults(module, SOURCES[module]) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(SOURCES) == []


def test_what_a_reason_names_is_there() -> None:
    """Constants say which test, benchmark or script holds them: each is a file that there is."""
    root = PACKAGE.parent
    named = r"(?<![\w/])(?:(benchmarks|scripts)/)?((?:test_)?[a-z_]+\.py)\b"
    missing = [
        f"{module}: {folder or 'tests'}/{name}"
        for module, source in SOURCES.items()
        for folder, name in re.findall(named, source)
        if (folder or name.startswith("test_")) and not (root / (folder or "tests") / name).exists()
    ]
    assert missing == []


def test_every_floor_has_its_rooms() -> None:
    assert sorted(FLOOR_OF) == sorted({room_of(module) for module in SOURCES})


def test_an_inner_package_holds_no_import() -> None:
    assert [m for m in SOURCES if m.endswith(".__init__") and imports(m, SOURCES[m])] == []


@pytest.mark.parametrize(
    ("module", "source", "imported"),
    [
        ("text.unicode", "from aligner.alignment import align", "alignment (floor 8)"),
        ("text.unicode", "import numpy, aligner.cli as c", "cli (floor 17)"),
        ("text.unicode", "from aligner import alignment", "alignment (floor 8)"),
        ("text.unicode", "from aligner import __version__", "__init__ (floor 16)"),
        ("text.unicode", "from aligner import *", "__init__ (floor 16)"),
        ("text.unicode", "import aligner", "__init__ (floor 16)"),
        ("text.unicode", "from ..cli import main", "cli (floor 17)"),
        ("text.unicode", "def f():\n    from aligner.search import lattice", "search.lattice (floor 7)"),
        ("text.unicode", "if TYPE_CHECKING:\n    import aligner.showing", "showing (floor 7)"),
        ("text.unicode", "from aligner.nowhere import x", "nowhere (floor none)"),
        ("text.unicode", "from aligner.text import unicode", "text.unicode (floor 3)"),
        ("names.table", "from aligner.evaluation.beads import evaluate", "evaluation.beads (floor 6)"),
        ("errors", "from aligner.bitext import Bead", "bitext (floor 2)"),
    ],
)
def test_an_import_upward_or_sideways_is_caught(module: str, source: str, imported: str) -> None:
    (fault,) = faults(module, source)
    assert fault.endswith(f"imports {imported}")


def test_a_circle_within_a_room_is_caught() -> None:
    ring = {
        "text.unicode": "from aligner.text.language import detect_language",
        "text.language": "def f():\n    from aligner.text import syllables",
        "text.syllables": "from aligner.text.unicode import nfc",
    }
    assert circles(ring) == ["text.unicode -> text.language -> text.syllables -> text.unicode"]


def test_an_unlisted_room_is_caught() -> None:
    assert faults("brand.new", "") == ["brand is on no floor: list it in tests/test_floors.py"]


@pytest.mark.parametrize(
    "source",
    [
        "import os, numpy as np",
        "from aligner.errors import InputError",
        "from aligner import errors",
        "import aligner.errors",
        "from ..errors import InputError",
        "from . import language",
        "import aligner_of_others",
    ],
)
def test_an_import_downward_or_within_the_room_passes(source: str) -> None:
    assert faults("text.unicode", source) == []
