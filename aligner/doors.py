"""Arguments of public functions: each is what the function's annotations say, or an InputError says what it is.

Callers without a type checker give anything: bytes for text, a frame for a list, a number for a path. What a function
does with these is a TypeError from far inside, or worse, a result: a frame in place of a list is the names of its
columns. Numbers and words have checks of their own, where their range or list is known.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FunctionType
from typing import Any, Final, NoReturn, TypeVar, cast

from aligner.errors import InputError, shorten

_Function = TypeVar("_Function", bound=Callable[..., Any])
_Test = Callable[[object], bool]


def _is_frame(value: object) -> bool:
    pandas = sys.modules.get("pandas")  # a frame cannot be there before it
    return pandas is not None and isinstance(value, pandas.DataFrame)


def _is_list(value: object) -> bool:
    """Whether it holds one thing after another: no text, no bytes, no frame; a dict or set has no places."""
    if isinstance(value, (str, bytes, bytearray, Mapping, set, frozenset)) or _is_frame(value):
        return False
    return isinstance(value, (Iterable, Sequence)) and getattr(value, "ndim", 1) == 1


_KINDS: Final[Mapping[str, tuple[_Test, str]]] = {
    "str": (lambda value: isinstance(value, str), "a str"),
    "FilePath": (lambda value: isinstance(value, (str, os.PathLike)), "a str or path"),
    "bool": (lambda value: isinstance(value, bool), "True or False"),
    "None": (lambda value: value is None, "None"),
    "Callable": (callable, "a function"),
    "Progress": (callable, "a function"),
    "Columns": (lambda value: isinstance(value, Mapping), "a dict"),
    "Split": (lambda value: isinstance(value, Iterable), "a list"),
    "Beads": (lambda value: isinstance(value, Iterable) or hasattr(value, "beads"), "a list of beads"),
    "Mapping": (lambda value: isinstance(value, Mapping), "a dict"),
    "tuple": (lambda value: isinstance(value, tuple), "a tuple"),
    "Sequence": (_is_list, "a list"),
    "Iterable": (_is_list, "a list"),
    "Axes": (lambda value: hasattr(value, "get_figure"), "axes of matplotlib"),
    **dict.fromkeys(
        ("Tone", "NameStyle", "OneSided", "Repeats", "Existing"), (lambda value: isinstance(value, str), "a str")
    ),
}
"""What an annotation's first word takes, and how it is called. Others are classes of the function's module, or what has
a check of its own."""


_OWN: Final = frozenset(("pd.DataFrame", "AlignedDocument", "Encode"))
"""What functions ask for themselves, in words of what is in it; and a text or list of texts, as `align` takes it."""


def checked(function: _Function) -> _Function:
    """Have a function refuse what its annotations do not take, before its first line.

    Examples
    --------
    >>> @checked
    ... def shout(text: str) -> str:
    ...     return text.upper()
    >>> shout(b"hi")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: text is not a str (found bytes: b'hi'); give a str
    """
    options = list(inspect.signature(function).parameters.values())
    checks: dict[str, Callable[[object], None] | None] = {}
    names = tuple(option.name for option in options)
    scope = function.__globals__

    def check(name: str, value: object) -> None:
        if name not in checks:  # at the first call: only then are all classes of the module there
            checks[name] = _check_of(name, str(options[names.index(name)].annotation), scope)
        if (asked := checks[name]) is not None:
            asked(value)

    known = frozenset(names)
    pair = zip

    def door(*arguments: Any, **given: Any) -> Any:
        for name, value in pair(names, arguments):
            check(name, value)
        for name, value in given.items():
            if name in known:
                check(name, value)
        return function(*arguments, **given)

    # In the function's own module by its globals, too, where doctest looks for them.
    made = FunctionType(door.__code__, scope, function.__name__, None, door.__closure__)
    made.__kwdefaults__ = None
    for attribute in ("__module__", "__qualname__", "__doc__", "__annotations__"):
        setattr(made, attribute, getattr(function, attribute))
    made.__dict__["__wrapped__"] = function
    return made  # type: ignore[return-value]


def _check_of(name: str, annotation: str, scope: Mapping[str, Any]) -> Callable[[object], None] | None:
    """What an argument is asked; None where it has a check of its own."""
    tests: list[_Test] = []
    words: list[str] = []
    inner = ""
    parts = _alternatives(annotation)
    if not _OWN.isdisjoint(parts) or parts == ["Iterable[str]"] or {"str", "Sequence[str]"} <= set(parts):
        return None
    for part in parts:
        head, _, rest = part.partition("[")
        kind = scope.get(head)
        if head in _KINDS:
            test, word = _KINDS[head]
            if head in ("Sequence", "Iterable"):
                inner = rest.removesuffix("]")
        elif isinstance(kind, type):
            test, word = (lambda value, kind=kind: isinstance(value, kind)), f"a {head}"  # type: ignore[misc]
        else:
            return None
        tests.append(test)
        words.append(word)
    given = " or ".join(word for word in words if word != "None")

    def ask(value: object) -> None:
        if not any(test(value) for test in tests):
            if isinstance(value, str) and inner == "str":
                raise InputError(f"{name} is a single str", todo="give a list of sentences")
            found = f"{type(value).__name__}: {shorten(repr(value), 60)}"
            raise InputError(f"{name} is not {given}", found=found, todo=f"give {given}")
        if inner and (isinstance(value, (list, tuple)) or hasattr(value, "ndim")):  # not what can be gone through once
            _ask_items(name, cast("Iterable[object]", value), inner, scope.get(inner))

    return ask


def _ask_items(name: str, value: Iterable[object], annotation: str, kind: object) -> None:
    """Refuse an item of a list that is none of what the annotation says: texts, two texts, dicts, a class's."""
    for k, item in enumerate(value):
        if annotation == "str":
            if not isinstance(item, str):
                raise InputError(f"{name}[{k}] is not a str", found=type(item).__name__, todo="give text in each place")
        elif annotation == "tuple[str, str]":
            if not isinstance(item, (tuple, list)) or len(item) != 2 or not all(isinstance(t, str) for t in item):
                _refuse_item(f"{name}[{k}] is no two texts", item, "give pairs of str")
        elif annotation.startswith("Mapping"):
            if not isinstance(item, Mapping):
                _refuse_item(f"{name}[{k}] is no dict", item, "give a dict in each place")
        elif inspect.isclass(kind) and annotation != "Any" and not isinstance(item, kind):
            _refuse_item(f"{name}[{k}] is no {annotation}", item, f"give a {annotation} in each place")


def _refuse_item(what: str, item: object, todo: str) -> NoReturn:
    raise InputError(what, found=f"{type(item).__name__}: {shorten(repr(item), 60)}", todo=todo)


def _alternatives(annotation: str) -> list[str]:
    """An annotation cut at the bars outside of brackets."""
    found, depth = [""], 0
    for letter in annotation:
        depth += (letter == "[") - (letter == "]")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found]
