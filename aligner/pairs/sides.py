"""Which column is English and which Vietnamese: by what the caller says, else by the words, with the names as a hint.

Names lie: files are named in the other order, headers are unknown, ids and scores stand before the texts. So a sample
of the first chunk is read. Nothing is settled in silence: what was not read as it stands is told in the tally.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from aligner.errors import FilePath, InputError
from aligner.pairs.chunks import TEXTS, Chunk, Columns, Source, Tally, cell_text, check_columns
from aligner.pairs.headings import alias_pair, heading_pairs, read_heading
from aligner.text.columns import LETTER, Look, look_at, order_of, tongue_of
from aligner.text.unicode import nfc

_SAMPLE: Final = 400
"""Rows looked at, spread over the first chunk: 20 ms a column. Held by tests/test_sides.py."""

# Shares, found on the tables of tests/test_sides.py, which hold them.
_OFTEN: Final = 0.9  # of cells that begin alike: attributions, addresses
_FEW: Final = 10  # cells for each that is not like another, from which on they are labels
_MINOR: Final = 1 / 3  # of the letters of the largest column in a language: what has fewer is a label beside the texts
_MIXED: Final = 0.25  # of the rows that tell both sides, against the others: sides that change from row to row
_LEAST_MIXED: Final = 2  # rows

# Licences, addresses, references, file names, dates: beside a pair, never one of it.
_ASIDE: Final = re.compile(
    r"\A\s*\w{2,12}://|\bCC[ -](?:BY|0)\b|Attribution:|©"
    r"|\A\s*[\w./\\-]{1,200}\.(?:html?|xml|txt|gz|mp3|wav|png|jpg|docx?)\b"
    r"|\A\s*[^\s@]{1,64}@[^\s@]{1,64}\s*\Z|\A\W{0,9}\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column is."""

    look: Look
    is_text: bool
    """Whether most cells have words, and no address, licence, date or code of a language."""
    is_varied: bool
    """Whether cells differ; a label (a domain, a language) is one of few."""
    is_words: bool
    """Whether each cell is one word."""


def _column(cells: Sequence[str]) -> _Column:
    filled = [cell for cell in cells if cell.strip()]
    distinct = set(filled)
    n_aside = sum(not LETTER.search(cell) or _ASIDE.search(cell) is not None for cell in filled)
    is_code = all(read_heading(cell).words == {"code"} for cell in distinct)
    is_text = bool(filled) and 2 * n_aside < len(filled) and not is_code
    n_alike = sum(cell[:12] == filled[0][:12] for cell in filled)
    are_alike = len(filled) > 2 and n_alike >= _OFTEN * len(filled)
    is_varied = not are_alike and len(distinct) > len(filled) // _FEW
    return _Column(look_at(filled), is_text, is_varied, not any(" " in cell.strip() for cell in filled))


def settle(chunks: Iterator[Chunk], source: Source, tally: Tally) -> Iterator[Chunk]:
    """Give the texts of chunks our names, each on its own side.

    What was decided is put into the tally's ``notices``, unless the texts stood where they are looked for first.

    Raises
    ------
    InputError
        If a column that the caller names is not there, or nothing tells which columns hold the texts; it says what was
        found, and how to name them.

    Examples
    --------
    >>> tally = Tally()
    >>> chunk = {"column_1": ["Xin chào các bạn"], "column_2": ["Hello my friends"]}
    >>> next(settle(iter([chunk]), Source("a.tsv"), tally))
    {'trg_text': ['Xin chào các bạn'], 'src_text': ['Hello my friends']}
    >>> tally.notices
    ['English is column 2, Vietnamese column 1, by their words']
    """
    first = next(chunks, None)
    if first is None:
        return
    en, vi, turns = _choose(first, source, tally)
    new = {en: TEXTS[0], vi: TEXTS[1]}
    if turns:  # what is said of one text stays beside it
        new |= {
            name: twin
            for name in first
            for twin in ("trg_" + name[4:] if name.startswith("src_") else "src_" + name[4:],)
            if name not in new and name[:4] in ("src_", "trg_") and twin in first
        }
    for name in TEXTS:  # a file of ours from which another column was asked for, as another system's translation
        if name not in new:
            new[name] = f"{name}_before"
            if name in first:
                tally.notices.append(f"{name} is kept as {new[name]}")
    for chunk in itertools.chain([first], chunks):
        names = [new.get(name, name) for name in chunk]
        check_columns(names, source.path)
        yield dict(zip(names, chunk.values(), strict=True))


def _choose(chunk: Chunk, source: Source, tally: Tally) -> tuple[str, str, bool]:
    """The columns of English and Vietnamese, and whether what goes with them changes sides."""
    names = list(chunk)
    if source.columns is not None:
        en, vi = _asked(source.columns, names, source.path)
        return names[en], names[vi], False
    if source.swap is not None:
        headed = heading_pairs(names)
        en, vi = headed[0] if headed else _by_place(names, _looks(chunk), source.path)
        if not source.swap:
            return names[en], names[vi], False
        tally.notices.append(f"swapped: {_said(names, vi, en, tally)}")
        return names[vi], names[en], _has_sides(names, en, tally)
    looks = _looks(chunk)
    named = _by_name(names, looks, tally)
    en, vi = named or _by_words(names, looks, source.path)
    _check_rows(chunk, names, en, vi, source.path, is_named=named is not None, tally=tally)
    # Our own names are believed unless both sides speak against them.
    is_sure = names[en] == TEXTS[0] and not tally.labels and not tally.keys
    if not tally.is_ours and order_of(looks[en].look, looks[vi].look, is_sure=is_sure) < 0:
        lie = "; their names say the contrary" if _languages(names, en, vi, tally) == ("en", "vi") else ""
        tally.notices.append(f"{_said(names, vi, en, tally)}, by their words{lie}")
        return names[vi], names[en], _has_sides(names, en, tally)
    if tally.labels:
        is_plain = (en, vi) == (0, 1)
    elif named is None:
        is_plain = (en, vi) == _first_two(names) and is_made_up(names[en])
    else:
        is_plain = named == alias_pair(names)
    if not is_plain:
        tally.notices.append(f"{_said(names, en, vi, tally)}, by their {'words' if named is None else 'names'}")
    return names[en], names[vi], _has_sides(names, vi, tally) and named is None


def _by_name(names: Sequence[str], looks: Sequence[_Column], tally: Tally) -> tuple[int, int] | None:
    """The two texts by their names: ours before all, then those that the words agree with or contradict."""
    if tally.labels:
        return (1, 0) if _languages(names, 0, 1, tally) in (("vi", "en"), ("vi", ""), ("", "en")) else (0, 1)
    headed = heading_pairs(names)
    if headed and tuple(names[k].strip().lower() for k in headed[0]) == TEXTS:
        return headed[0]
    told = [pair for pair in headed if order_of(looks[pair[0]].look, looks[pair[1]].look)]
    texts = [pair for pair in headed if all(looks[k].is_text for k in pair)]
    return next(iter(told or texts or (headed if alias_pair(names) is not None else [])), None)


def _languages(names: Sequence[str], en: int, vi: int, tally: Tally) -> tuple[str, str]:
    """The languages that two columns, or their files, are named for."""
    keys = [tally.keys.get(names[k], names[k]) for k in (en, vi)]
    told = [tally.labels[key][1] if tally.labels else read_heading(key).language for key in keys]
    return told[0], told[1]


def _has_sides(names: Sequence[str], en: int, tally: Tally) -> bool:
    """Whether other columns (src_url, trg_url) are said of these two, and not of languages."""
    if tally.labels or tally.keys:
        return False
    return names[en] in TEXTS or (names[0] == "src_url" and en == _first_two(names)[0])


def is_made_up(name: str) -> bool:
    """Whether a column has no name in its file.

    Examples
    --------
    >>> is_made_up("column_2"), is_made_up("en")
    (True, False)
    """
    return re.fullmatch(r"column_[0-9]+", name) is not None


def _looks(chunk: Chunk) -> list[_Column]:
    """A look at each column, of rows spread over the chunk."""
    n = len(next(iter(chunk.values())))
    step = -(-n // _SAMPLE) or 1
    return [_column([cell_text(cell) for cell in column[::step]]) for column in chunk.values()]


def _first_two(names: Sequence[str]) -> tuple[int, int]:
    """Where the texts stand in a table without a header: first, or behind two addresses."""
    return (2, 3) if list(names[:2]) == ["src_url", "trg_url"] else (0, 1)


def _by_place(names: Sequence[str], looks: Sequence[_Column], path: FilePath) -> tuple[int, int]:
    """The first two columns of text."""
    texts = [k for k in range(len(names)) if looks[k].is_text]
    if len(texts) < 2:
        raise InputError(_UNTOLD, path=path, found=_found(names, looks), todo=_TODO)
    return texts[0], texts[1]


def _by_words(names: Sequence[str], looks: Sequence[_Column], path: FilePath) -> tuple[int, int]:
    """The two texts of columns without names that are known, in order of place where the words tell no more."""
    texts = [k for k, look in enumerate(looks) if look.is_text]
    varied = [k for k in texts if looks[k].is_varied]
    texts = varied if len(texts) > 2 and len(varied) > 1 else texts
    by_language = {lang: _main([k for k in texts if looks[k].look.language == lang], looks) for lang in ("en", "vi")}
    if len(by_language["en"]) == len(by_language["vi"]) == 1:
        return by_language["en"][0], by_language["vi"][0]
    if len(texts) == 2:
        return texts[0], texts[1]
    if len(texts) < 2 and not all(map(is_made_up, names)) and "src_url" not in names:
        check_columns(names, path)
    if len(names) > 2 and (len(texts) < 2 or any(by_language.values())):
        raise InputError(_UNTOLD, path=path, found=_found(names, looks), todo=_TODO)
    return _first_two(names)


_UNTOLD: Final = "it is not clear which columns are English and Vietnamese"
_TODO: Final = "say it by number or name: columns='en=1,vi=2' (--columns en=1,vi=2)"


def _main(columns: list[int], looks: Sequence[_Column]) -> list[int]:
    """The columns of one language without those that are small beside the largest, or of words beside sentences."""
    if not all(looks[k].is_words for k in columns):
        columns = [k for k in columns if not looks[k].is_words]
    most = max((looks[k].look.letters for k in columns), default=0)
    return [k for k in columns if looks[k].look.letters >= _MINOR * most]


def _found(names: Sequence[str], looks: Sequence[_Column]) -> str:
    """What stands in each column."""
    words = {"en": "English", "vi": "Vietnamese", "both": "both languages", "und": "words"}
    told = []
    for k, (name, column) in enumerate(zip(names[:12], looks, strict=False), 1):
        what = words[column.look.language] if column.is_text else "no text"
        told.append(f"{k}: {what}" if is_made_up(name) else f"{k} {name[:30]!r}: {what}")
    return ", ".join(told)


def _check_rows(
    chunk: Chunk, names: Sequence[str], en: int, vi: int, path: FilePath, *, is_named: bool, tally: Tally
) -> None:
    """Refuse columns whose sides change from row to row; where names tell them apart that is only said."""
    n = len(chunk[names[en]])
    step = -(-n // _SAMPLE) or 1
    pairs = zip(chunk[names[en]][::step], chunk[names[vi]][::step], strict=True)
    told = [tuple(tongue_of(cell_text(cell)) for cell in pair) for pair in pairs]
    straight, turned = told.count(("en", "vi")), told.count(("vi", "en"))
    if min(straight, turned) < max(_LEAST_MIXED, _MIXED * (straight + turned)):
        return
    found = f"English first in {straight} rows, Vietnamese first in {turned}"
    if not is_named:
        todo = "sort the rows, or read them as they stand: swap=False (--no-swap)"
        raise InputError("the languages change sides from row to row", path=path, found=found, todo=todo)
    tally.notices.append(f"the languages change sides from row to row ({found} of {len(told)} looked at)")


def _said(names: Sequence[str], en: int, vi: int, tally: Tally) -> str:
    """Which columns are which, in words."""
    if tally.labels:
        return f"English is {tally.labels[names[en]][0]}, Vietnamese {tally.labels[names[vi]][0]}"
    if tally.keys:
        return f"English is {tally.keys[names[en]][:60]!r}, Vietnamese {tally.keys[names[vi]][:60]!r}"
    both = (f"column {k + 1}{'' if is_made_up(names[k]) else f' ({names[k][:60]})'}" for k in (en, vi))
    return "English is {}, Vietnamese {}".format(*both)


def read_columns(text: str) -> Columns:
    """Read which columns are which: numbers from 1 on, or names.

    Examples
    --------
    >>> read_columns("en=2,vi=Tiếng Việt")
    {'en': '2', 'vi': 'Tiếng Việt'}
    >>> read_columns("2,3")
    Traceback (most recent call last):
    ...
    aligner.errors.InputError: these name no columns (found '2,3'); give en=2,vi=3, by number or by name
    """
    parts = [part.partition("=") for part in re.split(r",(?=\s*(?:en|vi)\s*=)", text)]
    found = {lang.strip(): name.strip() for lang, _, name in parts}
    if len(parts) != 2 or set(found) != {"en", "vi"} or not all(found.values()):
        raise InputError("these name no columns", found=repr(text), todo="give en=2,vi=3, by number or by name")
    return found


def check_asked(columns: Columns | str | None, swap: bool | None) -> Columns | None:
    """Check what a caller says of the columns, before a file is opened.

    Examples
    --------
    >>> check_asked({"en": 2, "vi": 3}, None)
    {'en': 2, 'vi': 3}
    """
    if columns is None:
        return None
    if swap is not None:
        raise InputError("columns and swap exclude each other", todo="leave one of them out")
    found = read_columns(columns) if isinstance(columns, str) else dict(columns)
    if set(found) != {"en", "vi"}:
        todo = "give one for en and one for vi"
        raise InputError("these name no columns", found=", ".join(map(str, found)) or "none", todo=todo)
    return found


def _asked(columns: Columns, names: Sequence[str], path: FilePath) -> tuple[int, int]:
    """Where the columns stand that a caller names, by their names or by numbers."""
    en, vi = (place_of(columns[lang], names, path) for lang in ("en", "vi"))
    if en == vi:
        raise InputError("one column for both languages", path=path, found=str(columns["en"]), todo="name two")
    return en, vi


def place_of(asked: int | str, names: Sequence[str], path: FilePath) -> int:
    """Find a column by its name, in any case, or by its number.

    Examples
    --------
    >>> [place_of(asked, ["id", "en", "vi"], "a.tsv") for asked in ("VI", 1, "2")]
    [2, 0, 1]
    """
    folded = [nfc(name).strip().casefold() for name in names]
    if isinstance(asked, str) and (name := nfc(asked).strip().casefold()) in folded:
        return folded.index(name)
    number = int(asked) if isinstance(asked, int) or (asked.strip().isascii() and asked.strip().isdigit()) else 0
    if 1 <= number <= len(names):
        return number - 1
    found = ", ".join(f"{k} {name[:30]}" for k, name in enumerate(names[:20], 1))
    raise InputError(
        f"no column {str(asked)[:60]!r}", path=path, found=found, todo="give one by its number or its name"
    )


def names_asked(columns: Columns | None) -> Iterable[str]:
    """Give the names among the columns that a caller names, folded; none for numbers.

    Examples
    --------
    >>> list(names_asked({"en": 2, "vi": "Bản dịch"}))
    ['bản dịch']
    """
    asked = () if columns is None else columns.values()
    return (nfc(name).strip().casefold() for name in asked if isinstance(name, str) and not name.strip().isdigit())
