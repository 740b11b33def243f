"""What names and addresses of documents say: their language, and which name they share but for it.

Names pair files, but names lie (a course is renumbered, a site counts its articles anew in every language): what is
read off them here is a prior, which content overrules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LANGUAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("en", "eng", "english", "en-us", "en_us", "en-gb", "en_gb"), "en"),
    **dict.fromkeys(("vi", "vie", "vietnamese", "vi-vn", "vi_vn"), "vi"),
}
"""Names of folders, hosts and parameters that tell the language."""

_LONGEST: Final = 2000
"""Characters of an address that are looked at, the last ones: browsers take no longer ones."""

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\.[a-z][a-z0-9]{0,4}(?=$|[?#])")
_WORD: Final = re.compile(r"(?:en|vi)[-_](?:us|gb|vn)(?![^\W_])|[^\W\d_]+|\d+")


def address_words(address: str) -> tuple[str, ...]:
    """Cut a path or an address into words and numbers, in small letters, without those that tell the language.

    Without its scheme, its suffix and the zeros before numbers: two documents with the same words have the same name.

    Examples
    --------
    >>> address_words("https://www.example.org/en/news/item-007.html")
    ('example', 'org', 'news', 'item', '7')
    >>> address_words("vi/news/item_7.vi.md") == address_words("en/news/item_7.en.md")
    True
    """
    text = address.rsplit("\\", 1)[-1] if "/" not in address else address
    text = _SUFFIX.sub("", _SCHEME.sub("", text[-_LONGEST:].lower(), count=1))
    found = [word.lstrip("0") or "0" if word.isdecimal() else word for word in _WORD.findall(text)]
    return tuple(word for word in found if word not in LANGUAGES)
