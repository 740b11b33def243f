"""What a command says beside its output."""

from __future__ import annotations

import sys


def tell(message: str) -> None:
    """Print to standard error where there is one: without it, print would turn to standard output, among the data.

    Examples
    --------
    >>> tell("sentences: 3")
    """
    if sys.stderr is not None:
        print(message, file=sys.stderr)
