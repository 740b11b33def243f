"""Turn English-Vietnamese bilingual text into translation data: read, split, align, judge.

>>> import aligner
>>> a = aligner.align("It rained. We stayed at home.", "Trời mưa. Chúng tôi ở nhà.")
>>> [a.texts(bead) for bead in a.beads]
[('It rained.', 'Trời mưa.'), ('We stayed at home.', 'Chúng tôi ở nhà.')]
"""

from importlib import import_module, resources
from sys import modules
from typing import Any

from aligner.version import VERSION

__version__ = VERSION

# Where each public name lives, as `__init__.pyi` says in lines `from MODULE import NAME as NAME`. It is imported when
# first asked for (PEP 562), so that `import aligner` costs next to nothing.
_LINES = (resources.files("aligner") / "__init__.pyi").read_text(encoding="utf-8").splitlines()
_HOMES = {line.split()[3]: line.split()[1] for line in _LINES if line.startswith("from ")}
__all__ = sorted([*_HOMES, "__version__"])


def __getattr__(name: str) -> Any:
    """Import a public name from its module."""
    if name not in _HOMES:
        # With name and obj, Python adds what was perhaps meant: 'normalise' to who writes normalize.
        raise AttributeError(f"module 'aligner' has no attribute {name!r}", name=name, obj=modules[__name__])
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return __all__
