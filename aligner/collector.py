"""Python's collector of garbage, left out of loops that make millions of objects and no circles among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector(*, keeps: bool = True) -> Iterator[None]:
    """Let the collector rest while inside, and go on as before afterwards.

    Parameters
    ----------
    keeps : bool
        Whether much of what is made inside lives on.

    The setting is the process's: circles of objects that another thread leaves meanwhile are freed a little later.
    What is in no circle goes at once, as always. No function of the caller's is called inside.

    Notes
    -----
    The collector looks at all that lives whenever so many objects were made, and finds nothing here; docs/speed.md has
    what that takes. Nor would it find anything in a first look afterwards at all that was made meanwhile, which takes a
    tenth of a second for 10,000 aligned pairs: frozen and thawed, objects count as old without a look. Where somebody
    keeps objects frozen, nothing is thawed; to know that takes a look at all of these, 14 ms in a worker of `build`.

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
            if keeps and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
