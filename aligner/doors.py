"""Arguments of public functions and fields of public classes: what their annotations say, or an InputError.

Callers without a type checker give anything: bytes for text, a frame for a list, a number for a path. What a function
does with these is a TypeError from far inside, or worse, a result: a frame in place of a list is the names of its
columns. Numbers and words of functions have checks of their own, where their range or list is known; those of classes
stand in the annotation (`Share`, `Place`).
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import operator
import os
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from numbers import Integral, Real
from types import FunctionType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    NoReturn,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

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
        for test in tests:  # a generator for `any` would take twice as long
            if test(value):
                break
        else:
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


class Within(NamedTuple):
    """The range of a number, for its annotation; nan is outside, unless it says that nothing is known."""

    low: float
    high: float
    or_nan: bool = False


Share = Annotated[float, Within(0, 1)]
"""A probability or a part of a whole."""

Place = Annotated[int, Within(0, float("inf"))]
"""A number of a thing from 0 on, an offset, a count."""

_Class = TypeVar("_Class", bound=type)


def check_fields(record: object) -> None:
    """Raise an InputError unless each field of a dataclass or named tuple is what its annotation says.

    Examples
    --------
    >>> class Spot(NamedTuple):
    ...     at: Place
    >>> check_fields(Spot(-1))
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: Spot.at is not a whole number from 0 on (found int: -1); give a whole number from 0 on
    """
    try:
        get, tests, told = _FIELDS[type(record)]
    except KeyError:
        get, tests, told = _fields_of(type(record))
    values = get(record)
    for test, value in zip(tests, values):  # noqa: B905  # of one length; millions of beads pass here
        if not test(value):
            name, words = next(told[k] for k, own in enumerate(tests) if not own(values[k]))
            found = f"{type(value).__name__}: {shorten(repr(value), 60)}"
            raise InputError(f"{type(record).__name__}.{name} is not {words}", found=found, todo=f"give {words}")


def checked_tuple(kind: _Class) -> _Class:
    """Have a named tuple ask its fields when it is made, as dataclasses do behind theirs.

    Examples
    --------
    >>> @checked_tuple
    ... class Word(NamedTuple):
    ...     text: str
    >>> Word(b"hi")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: Word.text is not a str (found bytes: b'hi'); give a str
    """
    make = kind.__new__

    @functools.wraps(make)
    def __new__(cls: type, *values: Any, **named: Any) -> Any:
        record = make(cls, *values, **named)
        check_fields(record)
        return record

    kind.__new__ = __new__  # type: ignore[method-assign, assignment]
    return kind


_Fields = tuple[Callable[[object], tuple[object, ...]], list[_Test], list[tuple[str, str]]]
_FIELDS: Final[dict[type, _Fields]] = {}
"""Of each class that was made: what gives its fields, their tests, their names and words."""


def _fields_of(kind: type) -> _Fields:
    """The fields of a class, when the first of it is made: only then are all classes that they name there."""
    names = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else kind._fields  # type: ignore[attr-defined]
    hints = get_type_hints(kind, include_extras=True)
    tests, words = zip(*(_test_of(hints[name]) for name in names), strict=True)
    # With one name an attrgetter gives the value alone.
    get = operator.attrgetter(*names) if len(names) > 1 else lambda record: (getattr(record, names[0]),)
    return _FIELDS.setdefault(kind, (get, list(tests), list(zip(names, words, strict=True))))


def _test_of(kind: Any) -> tuple[_Test, str]:
    """What a value of an annotation is asked, and how such values are called."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _number_test(parts[0], parts[1])
    if kind in (int, float):
        return _number_test(kind, Within(-float("inf"), float("inf")))
    if kind is Any:
        return (lambda value: True), "anything"
    if kind is None or kind is type(None):
        return (lambda value: value is None), "None"
    if origin is Literal:
        known = frozenset(parts)
        return (lambda value: isinstance(value, str) and value in known), f"one of {', '.join(map(repr, parts))}"
    if origin in (Union, UnionType):
        return _any_of([_test_of(part) for part in parts])
    if origin is tuple:
        return _tuple_test(parts)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        (key, key_words), (item, item_words) = _test_of(parts[0]), _test_of(parts[1])
        told = f"a dict of {key_words} to {item_words}"
        return (
            lambda value: isinstance(value, Mapping) and all(key(k) and item(v) for k, v in value.items()),
            told,
        )
    if isinstance(origin, type) and issubclass(origin, Sequence):
        item, item_words = _test_of(parts[0])
        # Not what can be gone through once: nothing would be left of it behind the question.
        return (
            lambda value: isinstance(value, Collection) and _is_list(value) and all(map(item, value))
        ), f"a list of {item_words}"
    return _class_test(kind if isinstance(kind, type) else origin or kind.__bound__)


def _class_test(kind: Any) -> tuple[_Test, str]:
    """An instance of a class; a thing with the attributes of a protocol."""
    if not getattr(kind, "_is_protocol", False):
        return (lambda value: isinstance(value, kind)), f"a {kind.__name__}"
    wanted = sorted(name for name in vars(kind) if name == "__call__" or not name.startswith("_"))
    if wanted == ["__call__"]:
        return callable, "a function"
    return (lambda value: all(hasattr(value, name) for name in wanted)), f"a thing with {', '.join(wanted)}"


def _number_test(kind: type, within: Within) -> tuple[_Test, str]:
    """A number in its range; True is none."""
    low, high, or_nan = within
    exact, wide, what = (int, Integral, "a whole number") if kind is int else (float, Real, "a number")

    def test_any(value: Any) -> bool:
        is_number = isinstance(value, wide) and not isinstance(value, bool)
        return is_number and bool(low <= value <= high or (or_nan and value != value))

    def test(value: Any) -> bool:
        return (type(value) is exact and low <= value <= high) or test_any(value)

    if high < float("inf"):
        return test, f"{what} in {low:g}..{high:g}"
    return test, what if low == -high else f"{what} from {low:g} on"


def _any_of(tests: Sequence[tuple[_Test, str]]) -> tuple[_Test, str]:
    """A value that one of some tests takes."""
    alone = [test for test, _ in tests]
    return (lambda value: any(test(value) for test in alone)), " or ".join(words for _, words in tests)


def _tuple_test(parts: tuple[Any, ...]) -> tuple[_Test, str]:
    """A tuple of things of one kind, however many, or of one of each kind that is told."""
    if parts[1:] == (...,):
        item, words = _test_of(parts[0])

        def test(value: object) -> bool:
            if not isinstance(value, tuple):
                return False
            for one in value:  # noqa: SIM110  # a generator would take twice as long
                if not item(one):
                    return False
            return True

        return test, f"a tuple, each of it {words}"
    tests = [_test_of(part) for part in parts]

    def test_each(value: object) -> bool:
        return isinstance(value, tuple) and len(value) == len(tests) and all(t(v) for (t, _), v in pairs(tests, value))

    pairs = functools.partial(zip, strict=True)
    return test_each, f"a tuple of {' and '.join(words for _, words in tests)}"
