"""Some hundred cases of `python -m tests.fuzz`, which draws as many as asked for; and that it finds what breaks."""

import argparse
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import aligner
from aligner.cli import VERBS
from aligner.pairs import formats
from aligner.pairs.chunks import Chunk, Tally, Target
from aligner.pairs.tsv import write_tsv_chunks
from tests import bad_inputs, fuzz
from tests.bad_inputs import WAYS, Kind, kinds, try_kind
from tests.fuzz import FORMS, run_batch
from tests.hostile import Maker


def test_hostile_sentences_go_through_all_steps_and_forms(tmp_path: Path) -> None:
    found = run_batch(1, 1, tmp_path, n=20, at_once=len(FORMS))
    assert found.faults == []
    assert found.pairs.keys() == {form.name for form in FORMS}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(20, 23))
def test_more_hostile_sentences(tmp_path: Path, number: int) -> None:
    assert run_batch(1, number, tmp_path, at_once=len(FORMS)).faults == []


def test_the_same_seed_gives_the_same_sentences() -> None:
    assert Maker(3, 4).sides(50) == Maker(3, 4).sides(50)
    assert Maker(3, 4).sides(50) != Maker(3, 5).sides(50)


def test_every_format_and_every_verb_is_tried() -> None:
    tried = {form.format or formats.check_output(f"x/../{form.suffix}").name for form in FORMS}
    assert tried == set(formats.output_formats())
    assert {form.format or "tsv" for form in FORMS if form.streams} <= {
        name for name, row in formats.output_formats().items() if row.streams
    }
    assert {way[0] for way in WAYS} == set(VERBS)


def test_there_are_two_hundred_kinds_of_bad_input_and_more() -> None:
    names = [kind.name for kind in kinds()]
    assert len(names) == len(set(names)) > 700


def test_bad_input_of_every_kind_is_refused_by_a_verb_or_taken() -> None:
    """Each fifth kind, each in another way; a slow test and the harness try more."""
    some = [kind for kind in kinds()[::5] if len(kind.data or b"") < 100_000]
    faults = [try_kind(kind, [way]).faults for kind, way in zip(some, itertools.cycle(WAYS), strict=False)]
    assert [fault for found in faults for fault in found] == []


@pytest.mark.slow
def test_bad_input_is_refused_by_every_verb_or_taken() -> None:
    assert bad_inputs.run_inputs(every=60, processes=3).faults == []


# The harness finds what breaks


def lossy(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """A writer that loses the last pair of a chunk."""
    write_tsv_chunks(({name: cells[:-1] for name, cells in chunk.items()} for chunk in chunks), target, tally)


def silent(chunks: Iterator[Chunk], target: Target, tally: Tally) -> None:
    """A writer that does not count what it replaces."""
    write_tsv_chunks(chunks, target, own := Tally())
    tally.pairs = own.pairs


@pytest.mark.parametrize(("writer", "said"), [(lossy, "were written"), (silent, "replaced; there are")])
def test_a_writer_that_loses_something_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: Any, said: str
) -> None:
    rows = [replace(row, write=writer) if row.name == "tsv" else row for row in formats.FORMATS]
    monkeypatch.setattr(formats, "FORMATS", tuple(rows))
    (fault,) = run_batch(1, 0, tmp_path, FORMS[:1], n=25).faults
    assert fault.startswith("seed 1, batch 0: TSV: ")
    assert said in fault
    assert re.search(r"ON [12] rows", fault)  # the smallest part that fails


def test_a_sentence_that_is_lost_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    split = aligner.split_sentences
    monkeypatch.setattr(aligner, "split_sentences", lambda text, lang: split(text, lang)[:-1])
    faults = run_batch(1, 0, tmp_path, FORMS[:1], n=25).faults
    assert [re.search("split, (..): .lost at the end.* ON '.'$", fault)[1] for fault in faults] == ["en", "vi"]  # type: ignore[index]


def test_a_sentence_in_two_beads_is_found() -> None:
    beads = [aligner.Bead((0,), (0,)), aligner.Bead((0, 1), (1,))]
    assert "source sentences are not each in one bead" in fuzz.wrong_beads(beads, 2, 2)
    assert fuzz.wrong_beads(beads[:1], 1, 3) == "target sentences are not each in one bead: [1, 2]"


def raising(chosen: argparse.Namespace) -> None:
    raise KeyError(chosen.file)


def half_done(chosen: argparse.Namespace) -> None:
    Path(chosen.output).with_name(".x.tmp").write_text("half", "utf-8")
    Path(chosen.output).write_text("half", "utf-8")
    raise aligner.InputError("bad")


def untold(chosen: argparse.Namespace) -> None:
    """Take anything, and write nothing."""


@pytest.mark.parametrize(
    ("job", "said"), [(raising, "traceback: KeyError"), (half_done, "but written"), (untold, "was not written")]
)
def test_a_verb_that_breaks_is_found(monkeypatch: pytest.MonkeyPatch, job: Any, said: str) -> None:
    monkeypatch.setattr("aligner.commands.split._split", job)
    kind = Kind("text", "a.txt", lambda path: path.write_bytes(b"Hi."), b"Hi.")  # type: ignore[func-returns-value]
    (fault,) = try_kind(kind, [["split", "IN", "--lang", "vi", "-o", "OUT.txt"]]).faults
    assert said in fault
