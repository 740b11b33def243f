"""What people changed in a file of pairs, read back as decisions on the same pairs: by their ids, counted and told."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from aligner.doors import checked
from aligner.errors import FilePath, InputError, is_one_of
from aligner.pairs.chunks import NUMBERS, PAIR_ID, TEXTS, UNFIT, Tally, cell_text, fitted
from aligner.pairs.files import chunk_of, read_pairs
from aligner.pairs.frames import frames_of, join_frames
from aligner.pairs.identity import id_column, ids_of
from aligner.text.unicode import nfc

if TYPE_CHECKING:
    import pandas as pd

    Pairs = pd.DataFrame | Iterable[pd.DataFrame] | FilePath

Missing = Literal["drop", "keep"]
"""What becomes of pairs that did not come back: they are dropped, as rows that were deleted, or stay as they were."""

DECISIONS: Final = ("keep", "drop")

_EDITED: Final = ("source", "target", "decision")
"""What a person changed, in a cell of ``edited``, joined by commas."""

_STALE: Final = frozenset(NUMBERS) - {"document_probability"}
"""Columns that speak of the texts as they were; ``reasons`` and all that end in ``_score`` do, too."""

_HARMLESS: Final = frozenset({"empty lines", "head lines"})
"""Lines set aside that are no pair of anybody's."""

_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}`\N{ACUTE ACCENT}", "'"),
        **dict.fromkeys("\N{SINGLE LOW-9 QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "'"),
        **dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{DOUBLE PRIME}", '"'),
        **dict.fromkeys("\N{DOUBLE LOW-9 QUOTATION MARK}", '"'),
        **dict.fromkeys("\N{EN DASH}\N{EM DASH}\N{NON-BREAKING HYPHEN}\N{HYPHEN}\N{MINUS SIGN}\N{HORIZONTAL BAR}", "-"),
        **dict.fromkeys("\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}"),
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{COPYRIGHT SIGN}": "(c)", "\N{REGISTERED SIGN}": "(r)", "\N{TRADE MARK SIGN}": "(tm)",
        **dict.fromkeys(map(chr, (*range(0x20), *range(0x7F, 0xA0))), " "),
        **dict.fromkeys(map(chr, (*range(0xD800, 0xE000), 0xFFFE, 0xFFFF)), "\N{REPLACEMENT CHARACTER}"),
    }
)  # fmt: skip
"""What AutoCorrect of Word and Excel, and editors of translations, make of what was there (AutoCorrect options), and
our own formats of what they cannot hold (`chunks.fitted`)."""

_RETURN: Final = re.compile(r"(?:_x000[Dd]_|\r)(?:_x000[Aa]_|\n)?|_x000[Aa]_")
"""A carriage return or line feed as OOXML escapes it (ECMA-376, part 1, 22.9.2.19)."""

_GUARD: Final = re.compile(r"'(?=\s*[=+@＝＋－＠-])")
"""An apostrophe that keeps a cell from being a formula."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,3})?")

_CUT: Final = 32_000
"""Characters from which on a text may have lost its end in a cell: Excel holds 32,767."""


class Change(NamedTuple):
    """One thing that a person changed: the pair's id, what of it, and how it was before and after."""

    pair_id: str
    what: str
    before: str
    after: str


class _Row(NamedTuple):
    """What came back of a pair; of ``marks`` are the changes that its ``edited`` tells."""

    texts: tuple[str, str]
    decision: str
    marks: frozenset[str]


def edited_texts(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of each pair whether a person changed a text of it, by the column ``edited`` where it is there.

    Examples
    --------
    >>> import pandas as pd
    >>> edited_texts(pd.DataFrame({"edited": ["target,decision", "decision", ""]})).tolist()
    [True, False, False]
    """
    cells = frame["edited"].tolist() if "edited" in frame else [None] * len(frame)
    return np.array([not set(_EDITED[:2]).isdisjoint(cell_text(cell).split(",")) for cell in cells], dtype=np.bool_)


@checked
def apply_edits(
    original: Pairs, edited: Pairs, *, missing: Missing = "drop", encoding: str | None = None
) -> pd.DataFrame:
    """Apply to pairs what a person changed in a copy of them: texts, decisions, rows deleted.

    Pairs are found by ``pair_id`` (docs/formats.md); the order is that of the original. A text that differs only as
    programs change it by themselves (curly quotes, dashes, spaces, line ends, the apostrophe before a formula) is as it
    was. A pair with a text left empty is dropped, with its text.

    Parameters
    ----------
    original : DataFrame, iterable of DataFrame, str or path
        The pairs as they went out, or what they were made of.
    edited : DataFrame, iterable of DataFrame, str or path
        What came back, in any format that is read, with the column of ids. Of it texts and ``decision`` count alone,
        and ``edited``: a text that it names, as the page of `write_report` does, is a person's whatever differs.
    missing : {"drop", "keep"}
        Whether pairs that did not come back are dropped or stay as they were.
    encoding : str, optional
        That of an edited file, where it is neither UTF-8 nor UTF-16.

    Returns
    -------
    DataFrame
        All pairs of the original. ``decision`` is keep or drop; ``edited`` says what a person changed: ``source``,
        ``target``, ``decision``, joined by commas. Where a text was changed ``reasons`` and all scores of the pair are
        empty: score it again. ``attrs["edits"]`` has the counts (`COUNTS`).

    Raises
    ------
    InputError
        If no column has ids, a row has none or one that the original has not, an id stands twice, a decision is
        neither keep nor drop, lines of the edited file are no pairs, or its letters were lost in a code page.

    Examples
    --------
    >>> import pandas as pd
    >>> original = pd.DataFrame({"pair_id": ["1", "2"], "src_text": ["Hi.", "Bye."], "trg_text": ["Chào.", "Chào."]})
    >>> edited = original.assign(trg_text=["Chào.", "Tạm biệt."])
    >>> frame = apply_edits(original, edited[1:])
    >>> frame[["trg_text", "decision", "edited"]].values.tolist()
    [['Chào.', 'drop', 'decision'], ['Tạm biệt.', 'keep', 'target']]
    """
    counts, changes = Counter[str](), list[Change]()
    return join_frames(edited_pairs(original, edited, counts, changes, missing=missing, encoding=encoding))


def edited_pairs(
    original: Pairs,
    edited: Pairs,
    counts: Counter[str],
    changes: list[Change],
    *,
    missing: Missing = "drop",
    encoding: str | None = None,
) -> Iterator[pd.DataFrame]:
    """Give the pairs of `apply_edits` chunk by chunk; the edited ones are in memory, and what changed.

    What is counted and changed is put into `counts` and `changes`; the last frame has the counts in its ``attrs``, too.
    """
    if not is_one_of(missing, get_args(Missing)):
        raise InputError("unknown missing", found=repr(missing), todo=f"give {' or '.join(get_args(Missing))}")
    rows = _rows_of(edited, encoding)
    path = _path_of(original)
    seen: set[str] = set()
    place = 0
    counts.update(dict.fromkeys(COUNTS, 0))
    held: pd.DataFrame | None = None
    for frame in _frames_of(original):
        if held is not None:
            yield held
        ids = ids_of(chunk_of(frame), place)
        place += len(frame)
        twice = next((own for own, n in Counter(ids).items() if n > 1 or own in seen), None)
        if twice is not None:
            todo = "leave one of the pairs out, or give each an id of its own in a column pair_id"
            raise InputError("two pairs with one id", path=path, found=twice, todo=todo)
        seen.update(ids)
        held = _applied(frame, ids, rows, counts, changes, missing)
    unknown = next((own for own in rows if own not in seen), None)
    if unknown is not None:
        n = sum(own not in seen for own in rows)
        found, todo = f"{unknown}, {n} in all", "give the file that the edited one was made of"
        raise InputError("ids that the original has not", path=_path_of(edited), found=found, todo=todo)
    counts["moved"] = sum(
        change.after in before
        for what in _EDITED[:2]
        for before in ({change.before for change in changes if change.what == what},)
        for change in changes
        if change.what == what
    )
    if held is not None:
        held.attrs["edits"] = dict(counts)
        yield held


COUNTS: Final = (
    "pairs", "came_back", "missing", "missing_dropped", "unchanged", "edited_source", "edited_target", "emptied",
    "moved", "set_to_keep", "set_to_drop", "as_programs_write", "kept", "dropped",
)  # fmt: skip
"""What `apply_edits` counts: pairs, those that came back and did not, those dropped for it; of the former those left
as they were, changed on a side, left empty; texts that stood in another pair before; decisions changed, of missing
ones too; texts that only programs changed; decisions in the end."""


def _applied(
    frame: pd.DataFrame,
    ids: list[str],
    rows: dict[str, _Row],
    counts: Counter[str],
    changes: list[Change],
    missing: Missing,
) -> pd.DataFrame:
    """One frame with what was changed in it."""
    import pandas as pd

    cells = chunk_of(frame)
    texts = [list(map(cell_text, cells[name])) for name in TEXTS]
    n = len(ids)
    before = [cell_text(cell).strip().lower() for cell in cells.get("decision", [None] * n)]
    decisions: list[str] = []
    edited = [cell_text(cell) for cell in cells.get("edited", [None] * n)]
    is_stale = [False] * n
    for k, own in enumerate(ids):
        row = rows.get(own)
        was = before[k] if before[k] in DECISIONS else "keep" if all(side[k].strip() for side in texts) else "drop"
        now, marks = was, set[str]()
        if row is None:
            counts["missing"] += 1
            now = was if missing == "keep" else "drop"
            counts["missing_dropped"] += now != was
        else:
            counts["came_back"] += 1
            now = row.decision or was
            emptied = [bool(side[k].strip()) and not text.strip() for side, text in zip(texts, row.texts, strict=True)]
            if any(emptied):
                counts["emptied"] += 1
                now = "drop"
            for what, side, text, is_empty in zip(_EDITED, texts, row.texts, emptied, strict=False):
                if is_empty or text == side[k]:
                    continue
                if what not in row.marks - frozenset(edited[k].split(",")):
                    if _is_alike(text, side[k]):
                        counts["as_programs_write"] += 1
                        continue
                    _check_letters(own, text, side[k])
                    text = _taken(text)
                changes.append(Change(own, what, side[k], text))
                counts[f"edited_{what}"] += 1
                side[k], is_stale[k] = text, True
                marks.add(what)
        if now != was:
            counts[f"set_to_{now}"] += 1
            changes.append(Change(own, "decision", was, now))
            marks.add("decision")
        counts["unchanged"] += row is not None and not marks
        counts["kept" if now == "keep" else "dropped"] += 1
        decisions.append(now)
        edited[k] = ",".join(name for name in _EDITED if name in marks or name in edited[k].split(","))
    counts["pairs"] += n
    result = frame.copy()
    is_old = pd.Series(is_stale, index=frame.index)
    for name in map(str, frame.columns):
        if is_old.any() and (name in _STALE or name == "reasons" or name.endswith("_score")):
            column = frame[name]
            result[name] = column.mask(is_old) if pd.api.types.is_numeric_dtype(column) else column.where(~is_old, "")
    new = {TEXTS[0]: texts[0], TEXTS[1]: texts[1], "decision": decisions, "edited": edited, PAIR_ID: ids}
    for name, values in new.items():
        result[name] = pd.Series(values, index=frame.index, dtype=object)
    said = frame.attrs.get("signature", "")
    result.attrs = dict(frame.attrs) | ({"signature": f"{said} + edits"} if said else {})
    return result


def _rows_of(edited: Pairs, encoding: str | None) -> dict[str, _Row]:
    """What came back, by id."""
    path = _path_of(edited)
    rows: dict[str, _Row] = {}
    name: str | None = None
    number = 0
    for frame in _frames_of(edited, encoding):
        cells = chunk_of(frame)
        _check_lines(frame.attrs, path)
        if name is None or name not in cells:
            name = id_column(list(cells), cells)
        if name is None:
            found, todo = ", ".join(list(cells)[:12]), "give a file with the column pair_id: aligner convert --ids"
            raise InputError("no column of ids", path=path, found=found, todo=todo)
        column = next((key for key in cells if key.strip().lower() == "decision"), None)
        said = cells[column] if column is not None else [None] * len(frame)
        marked = cells.get("edited", [None] * len(frame))
        columns = (cells[name], cells[TEXTS[0]], cells[TEXTS[1]], said, marked)
        for own, en, vi, decision, marks in zip(*columns, strict=True):
            number += 1
            key = cell_text(own).strip()
            if not key:
                todo = "new pairs go into a file of their own"
                found = repr(cell_text(en)[:40])
                raise InputError(f"pair {number}: a row without an id", path=path, found=found, todo=todo)
            if key in rows:
                todo = "leave one of its rows out"
                raise InputError(f"pair {number}: an id that stands twice", path=path, found=key, todo=todo)
            told = cell_text(decision).strip().lower()
            if told and told not in DECISIONS:
                todo = "write keep or drop, or leave it as it was"
                raise InputError(f"pair {number}: no decision", path=path, found=repr(told[:40]), todo=todo)
            rows[key] = _Row((cell_text(en), cell_text(vi)), told, frozenset(cell_text(marks).split(",")))
    return rows


def _check_lines(told: dict[Any, Any], path: FilePath | None) -> None:
    """Refuse an edited file with lines that are no pairs: theirs would count as deleted."""
    for kind, line in told.get("first", {}).items():
        if kind not in _HARMLESS:
            todo = "mend it: its pair would count as deleted"
            raise InputError(f"{kind} in an edited file", path=path, line=line, todo=todo)


def _check_letters(own: str, text: str, before: str) -> None:
    """Refuse a file whose letters were lost: Excel's plain CSV has those of a code page, and ? for all others."""
    if len(text) == len(before):
        changed = [(new, old) for new, old in zip(text, before, strict=True) if new != old]
        is_lost = all(new == "?" and old.isalpha() and not old.isascii() for new, old in changed)
    else:
        try:
            is_lost = not before.isascii() and text.encode("cp1252").decode("utf-8") == before
        except UnicodeError:
            is_lost = False
    if is_lost:
        todo = "save it as CSV UTF-8 or XLSX, or give its encoding"
        raise InputError(f"letters that were lost, pair {own}", found=repr(text[:60]), todo=todo)


def _frames_of(pairs: Pairs, encoding: str | None = None) -> Iterator[pd.DataFrame]:
    """Frames, or those of a file."""
    path = _path_of(pairs)
    yield from frames_of(pairs) if path is None else read_pairs(path, encoding=encoding)  # type: ignore[arg-type]


def _path_of(pairs: Pairs) -> FilePath | None:
    """The file that pairs were named by."""
    return pairs if isinstance(pairs, (str, os.PathLike)) else None


def _taken(text: str) -> str:
    """A text that a person changed, as it is meant: line feeds alone, and no apostrophe before a formula."""
    return _GUARD.sub("", _RETURN.sub("\n", text), count=1) if text.startswith("'") else _RETURN.sub("\n", text)


def _is_alike(text: str, before: str) -> bool:
    """Whether a text differs from what it was only as programs change it by themselves.

    Examples
    --------
    >>> _is_alike("‘It’s  here…’", "'It's here...'"), _is_alike("'=1+1", "=1+1"), _is_alike("It is.", "It was.")
    (True, True, False)
    """
    new, old = _plain(text), _plain(before)
    if len(new) > 1 and new[0] == new[-1] == '"' and not old.startswith('"'):  # as a spreadsheet saves TSV
        new = _plain(new[1:-1].replace('""', '"'))
    if new == old or text == fitted(nfc(before), UNFIT, Tally()):  # as a line of TSV holds it
        return True
    if _NUMBER.fullmatch(new) and _NUMBER.fullmatch(old):
        return float(new) == float(old)
    return len(text) >= _CUT and old.startswith(new)


def _plain(text: str) -> str:
    """A text without what programs change: quotes, dashes, spaces, line ends, a guard."""
    return " ".join(re.sub("-{2,3}", "-", _taken(nfc(text).translate(_ALIKE))).split())
