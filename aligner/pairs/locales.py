"""Codes of the two languages as BCP 47 has them, with a region where one is wanted: en-US, vi-VN."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aligner.errors import InputError

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})){0,8}"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8}){1,8}){0,8}(?:-x(?:-[a-z0-9]{1,8}){1,8})?",
    re.IGNORECASE | re.ASCII,
)
"""A language tag (RFC 5646, section 2.1): language, script, region, variants, extensions, private use."""

_REGIONS: Final = frozenset(
    re.findall(
        "[A-Z]{2}",
        """
        AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
        CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
        FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
        JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
        MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
        PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
        TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
        """,
    )
)
"""Regions of two letters: ISO 3166-1 as pycountry 23.12.11 lists it, which is what the IANA registry of subtags has for
countries (tests/test_edits.py holds it to pycountry). UK is none: it is GB."""


def read_locales(locales: str | Sequence[str] | None) -> tuple[str, str]:
    """Read the codes of English and Vietnamese, in the case that BCP 47 recommends.

    Parameters
    ----------
    locales : str or pair of str, optional
        English first, as ``"en-US,vi-VN"`` or ``("en-US", "vi-VN")``; None for the bare languages.

    Raises
    ------
    InputError
        If one is no tag of BCP 47, of another language, or its region is none of ISO 3166.

    Examples
    --------
    >>> read_locales("en-us,vi-VN"), read_locales(None)
    (('en-US', 'vi-VN'), ('en', 'vi'))
    >>> read_locales("en_US,vi")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: no language tag of BCP 47 (found 'en_US'); parts are joined by hyphens, as en-US
    """
    if locales is None:
        return "en", "vi"
    given: Sequence[object] = locales.split(",") if isinstance(locales, str) else locales
    if not isinstance(given, (list, tuple)) or not all(isinstance(part, str) for part in given):
        raise InputError("no codes of languages", found=repr(locales), todo="give both as text, as in en-US,vi-VN")
    parts = [str(part).strip() for part in given]
    if len(parts) != 2:
        raise InputError(
            "not two locales", found=repr(",".join(parts)), todo="give English and Vietnamese: en-US,vi-VN"
        )
    return _tag(parts[0], "en", "English"), _tag(parts[1], "vi", "Vietnamese")


def _tag(text: str, language: str, name: str) -> str:
    """A tag of one language, in the recommended case (RFC 5646, section 2.1.1)."""
    found = _TAG.fullmatch(text)
    if found is None:
        told = text[:40]
        todo = f"parts are joined by hyphens, as {language}-{'US' if language == 'en' else 'VN'}"
        raise InputError("no language tag of BCP 47", found=repr(told), todo=todo)
    if found["language"].lower() != language:
        todo = f"English first, then Vietnamese; {name} is {language}"
        raise InputError(f"no locale of {name}", found=repr(text[:40]), todo=todo)
    region = (found["region"] or "").upper()
    if region.isalpha() and region not in _REGIONS:
        todo = "the United Kingdom is GB" if region == "UK" else "give one of ISO 3166, or leave it out"
        raise InputError("no region", found=repr(region), todo=todo)
    if language == "vi" and region == "VI":
        raise InputError("VI is the Virgin Islands", found=repr(text), todo="Viet Nam is VN")
    head, *rest = text.split("-")
    n_cased = sum(found[part] is not None for part in ("script", "region"))
    cased = [part.title() if len(part) == 4 else part.upper() for part in rest[:n_cased]]
    return "-".join([head.lower(), *cased, *map(str.lower, rest[n_cased:])])
