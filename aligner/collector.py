"""Python's collector of garbage, left out of loops that make millions of objects and no circles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Let the collector rest while inside, and go on as before afterwards.

    The setting is the process's: circles of objects that another thread leaves meanwhile are freed a little later.
    What is in no circle goes at once, as always. No function of the caller's is called inside.

    Notes
    -----
    The collector looks at all that lives whenever so many objects were made, and finds nothing here; docs/speed.md has
    what that takes.

    Examples
    --------
    >>> with paused_collector():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
