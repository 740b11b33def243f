"""Licences as sources state them, under the names that those who pass corpora on have for them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SPDX: Final = (
    "AFL-3.0 Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-Clear BSL-1.0 CC-BY-2.0 CC-BY-2.5 "
    "CC-BY-3.0 CC-BY-4.0 CC-BY-NC-2.0 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-3.0 CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 "
    "CC-BY-NC-SA-3.0 CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDLA-Permissive-1.0 "
    "CDLA-Permissive-2.0 CDLA-Sharing-1.0 ECL-2.0 EPL-1.0 EPL-2.0 etalab-2.0 EUPL-1.1 ISC LPPL-1.3c MIT MPL-2.0 MS-PL "
    "NCSA OFL-1.1 OSL-3.0 PostgreSQL Unlicense WTFPL Zlib"
)
"""Names of SPDX that Hugging Face has in small letters."""

_VERSIONED: Final = {"c-uda": "C-UDA-1.0", "odbl": "ODbL-1.0", "odc-by": "ODC-By-1.0", "pddl": "PDDL-1.0"}
"""Those that it has without their version."""

_ELSEWHERE: Final = (
    "agpl-3.0 bigcode-openrail-m bigscience-bloom-rail-1.0 bigscience-openrail-m bsd cc creativeml-openrail-m "
    "deepfloyd-if-license gemma gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 lgpl-lr llama2 openrail openrail++"
)
"""Those that SPDX does not have under one name: families, and those of GNU, which it tells apart by later versions."""

HUB: Final[dict[str, str]] = {
    **{name.lower(): name for name in _SPDX.split()},
    **_VERSIONED,
    **dict.fromkeys(_ELSEWHERE.split(), ""),
}
"""Identifiers that cards on Hugging Face have (hub-docs, docs/hub/repositories-licenses.md, at 008d54d), with the name
at SPDX; but for the two below. Held by tests/test_export.py."""

OTHER: Final = "other"
UNKNOWN: Final = "unknown"

_CREATIVE: Final = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-sa|-nd)?)|publicdomain/zero)/(\d\.\d)(?:[/#?].*)?"
)
_AT_SPDX: Final = re.compile(r"https?://(?:www\.)?spdx\.org/licenses/([\w.+-]{1,60}?)(?:\.html)?/?")


def hub_licence(stated: str) -> str:
    """Give the identifier that cards on Hugging Face have for a licence.

    Parameters
    ----------
    stated : str
        As a source states it: a name of SPDX in any spelling, or an address of Creative Commons or SPDX.

    Returns
    -------
    str
        One of `HUB`, `OTHER` for one that is not among them, `UNKNOWN` where none is stated.

    Examples
    --------
    >>> [hub_licence(stated) for stated in ("CC BY 4.0", "https://creativecommons.org/licenses/by-sa/3.0/", "ours", "")]
    ['cc-by-4.0', 'cc-by-sa-3.0', 'other', 'unknown']
    """
    name = stated.strip().lower()
    if found := _CREATIVE.fullmatch(name):
        name = f"cc-{found[1]}-{found[2]}" if found[1] else f"cc0-{found[2]}"
    elif found := _AT_SPDX.fullmatch(name):
        name = found[1]
    name = re.sub(r"[\s_]+", "-", name)
    name = next((hub for hub, spdx in _VERSIONED.items() if name == spdx.lower()), name)
    name = re.sub(r"-(?:only|or-later)\Z", "", name)  # of GNU's, which Hugging Face does not tell apart
    return (name if name in HUB else OTHER) if name else UNKNOWN


def each_licence(stated: Iterable[str]) -> list[str]:
    """Give all licences of what is stated, each once: of pairs that two documents have it is both, with a semicolon.

    Examples
    --------
    >>> each_licence(["MIT", "CC0-1.0; MIT", ""])
    ['MIT', 'CC0-1.0', '']
    """
    return list(dict.fromkeys(part.strip() for one in stated for part in one.split("; ")))


def hub_licences(stated: Iterable[str]) -> list[str]:
    """Give the identifiers of several licences, each once, in order of the alphabet.

    Examples
    --------
    >>> hub_licences(["CC-BY-4.0", "cc by 4.0", ""])
    ['cc-by-4.0', 'unknown']
    """
    return sorted({hub_licence(one) for one in each_licence(stated)})


def licence_address(stated: str) -> str:
    """Give the address of a licence at SPDX, where it is known there; else what is stated.

    Examples
    --------
    >>> licence_address("cc by-sa 4.0"), licence_address("ask the editors")
    ('https://spdx.org/licenses/CC-BY-SA-4.0', 'ask the editors')
    """
    name = HUB.get(hub_licence(stated))
    return f"https://spdx.org/licenses/{name}" if name else stated.strip()
