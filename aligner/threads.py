"""One thread for matrix products: the products here are many and small, and threads only wait for each other."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from typing import Any


@functools.cache
def _libraries() -> Any:
    """The BLAS libraries that NumPy has loaded; looking for them takes milliseconds, so once."""
    import numpy  # noqa: F401 - loads them
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")


def one_thread() -> AbstractContextManager[Any]:
    """Let BLAS use one thread while inside, and as many as before afterwards.

    The setting is the process's: other products that run meanwhile have one thread, too. Of callers in several threads
    only the first to ask ever sets it (threadpoolctl's rule), so that none takes off another's.

    Notes
    -----
    docs/decisions/0024 has what it gains: alignment is faster even on two free cores, scoring many times on busy ones.

    Examples
    --------
    >>> with one_thread():
    ...     pass
    """
    limit: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return limit
