"""Promises of arguments: what a public function does not take, it refuses as an AlignerError, whatever it is given.

Every public function, every argument of it, and two dozen odd values; a new function without a row here fails.
"""

import dataclasses
import inspect
import itertools
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import aligner
from aligner.doors import check_fields, checked
from aligner.errors import AlignerError, InputError
from aligner.quality.model import shipped_model
from aligner.showing import boundary_lines, names_text

PAIRS = pd.DataFrame({"src_text": ["It rained in Hue.", "We left."], "trg_text": ["Trời mưa ở Huế.", "Chúng tôi đi."]})
BEADS = [((0,), (0,)), ((1,), (1,))]
ALIGNMENT = aligner.align(PAIRS["src_text"].tolist(), PAIRS["trg_text"].tolist())
EVALUATION = aligner.evaluate(BEADS, BEADS)
TABLE = aligner.NameTable((aligner.NameEntry("Hue", "Huế", "place"),))

CALLS: dict[str, tuple[object, ...]] = {
    "align": ("It rained.", "Trời mưa."),
    "align_article": (aligner.parse_article("It rained.\n\nTrời mưa."),),
    "apply_edits": (PAIRS, PAIRS),
    "apply_suggestions": ("a", []),
    "bead_probabilities": (["It rained."], ["Trời mưa."], [((0,), (0,))]),
    "build_corpus": ("m.jsonl", "c"),
    "cached": (aligner.encode, "cache", "x"),
    "compare_evaluations": (EVALUATION, EVALUATION),
    "compare_names": ("Hue", "Huế"),
    "compare_numbers": ("2", "2"),
    "compare_translations": (["a"], ["a"], ["a"]),
    "comparison_key": ("a",),
    "convert_pairs": ("a.tsv", "b.tmx"),
    "decode_legacy": ("a", "tcvn3"),
    "describe": (PAIRS,),
    "detect_language": ("a",),
    "detect_legacy": ("a",),
    "drop_duplicates": (PAIRS,),
    "encode": (["a"],),
    "evaluate": (BEADS, BEADS),
    "evaluate_boundaries": (["a"], ["a"]),
    "evaluate_retrieval": (["a"], ["b"]),
    "evaluate_translations": (["a"], ["b"]),
    "export_corpus": ("c", "o"),
    "find_duplicates": (PAIRS,),
    "find_lost_apostrophes": ("dont",),
    "find_names": ("Hue", "en"),
    "find_numbers": ("2", "en"),
    "fit_quality": (PAIRS.assign(label=1),),
    "join_tables": ([TABLE],),
    "joined": (aligner.encode, aligner.encode, 0.5),
    "judge_beads": (ALIGNMENT, BEADS),
    "leakage": ({"a": PAIRS, "b": PAIRS},),
    "learn_names": ([("Hue", "Huế")],),
    "names_match": ("Hue", "Huế"),
    "neural_encoder": ("x",),
    "normalise": ("a",),
    "normalise_names": (["a"], TABLE),
    "normalise_report": ("a",),
    "numbers_match": ("2", "2"),
    "open_review": ("a.tsv",),
    "parse_article": ("It rained.\n\nTrời mưa.",),
    "plot_alignment": (ALIGNMENT,),
    "plot_f1": (EVALUATION,),
    "plot_lengths": (PAIRS,),
    "plot_quality": (PAIRS.assign(quality=0.5),),
    "plot_reliability": ([],),
    "read_article": ("a.txt",),
    "read_beads": ("b",),
    "read_glossary": ("g.tsv",),
    "match_documents": ([{"text": "It rained."}, {"text": "Trời mưa."}],),
    "mine": ("a.tsv", "a.tsv", "mined.tsv"),
    "read_pairs": ("a.tsv",),
    "read_shards": ("c",),
    "read_vectors": ("v.npy",),
    "reliability": ([0.5], [1]),
    "read_quality": ("a.json",),
    "score_file": ("a.tsv", "b.tsv"),
    "score_hypotheses": (PAIRS, ["a", "b"]),
    "score_pairs": (PAIRS,),
    "show_pairs": (PAIRS,),
    "split_corpus": (PAIRS,),
    "split_sentences": ("a", "en"),
    "threshold_table": ([0.5], [1]),
    "write_glossary": (TABLE, "g2.tsv"),
    "write_pairs": (PAIRS, "w.tsv"),
    "write_quality": (shipped_model(), "q.json"),
    "write_report": (PAIRS, "r.html"),
}
"""A good call of every public function, by its places."""

NEED_LANG = ("comparison_key", "normalise", "normalise_names", "normalise_report")

ODD: list[object] = [
    None, b"bytes", 3, -1, 2.5, float("nan"), True, "", [], {}, object(), [None], ["a", 3], [b"x"],
    PAIRS[["src_text"]], PAIRS["src_text"], (), set(), "\0", "\ud800", np.array([1.0]), np.eye(2), [(-1,)], [((0,),)],
    (1, 2, 3), Path("no"), bytearray(b"x"), ["a"] * 3, [("a", 1)], {"a": 1},
]  # fmt: skip

ODD_FIELDS: list[object] = [
    10**30, float("inf"), -0.5, 1.5, (-1,), (0, 2), (3, 3), (1, 0), (True,), ((),), ((), ()), ("",), (("a", -1),),
    ("a", "b", "c"), ([0],), {"strict": 2}, {"a": -1}, np.int64(-1), np.array([0]), frozenset((1,)),
    (aligner.Bead((0,), (7,)),),
    (aligner.Sentence("a", 0, 1, 9),), (None, None), ((1,), (1,)), "en",
]  # fmt: skip
"""More of them for the fields of classes."""


RECORDS: dict[str, tuple[object, ...]] = {
    "Agreement": ((),),
    "AlignConfig": ("expected", 0.0, "balanced", True),
    "Alignment": tuple(getattr(ALIGNMENT, field.name) for field in dataclasses.fields(ALIGNMENT)),
    "Article": tuple(getattr(CALLS["align_article"][0], field.name) for field in dataclasses.fields(aligner.Article)),
    "Bead": ((0, 1), (2,), 0.5, 0.5, False),
    "Block": (0, 3, "en", "source", 0),
    "Boundary": ("join", "source", (3, 4), 8, ("The Rev.", "Smith."), ("The Rev. Smith.",), 0.1, 0.9),
    "BuildConfig": (),
    "Evaluation": (EVALUATION.tally, "", 1000, 1),
    "Judgement": (0.5, float("nan"), True, ("null",)),
    "MiningConfig": (),
    "Name": aligner.find_names("Mr Cuong left.", "en")[0],
    "NameEntry": ("Hue", "Huế", "place", (("Hue", 1),), (("Huế", 1),), 1, 0.5, ("a / b",), (("a", "b"),), "Q1"),
    "NameTable": TABLE.entries and (TABLE.entries, ""),
    "QualityModel": (shipped_model().additive, shipped_model().thresholds, ""),
    "Quantity": aligner.find_numbers("5 km", "en")[0],
    "Sentence": ("a", 0, 1, 0, "body"),
    "Verdict": ("unrelated", dict.fromkeys(("parallel", "partly parallel", "comparable", "unrelated"), 0.25), 0.5, 0.5),
}
"""A good record of every public class, by its fields."""

USES: dict[str, Callable[[Any], object]] = {
    "Alignment": lambda a: (a.texts(a.beads[0]), a.bead_counts, a.is_parallel, hash(a.doc_id)),
    "Article": lambda a: (a._repr_html_(), a.block_counts),
    "Bead": lambda b: (b.type, b.is_null),
    "Boundary": lambda b: boundary_lines([b]),
    "Evaluation": lambda e: (e.strict, e.values),
    "NameTable": names_text,
    "QualityModel": lambda m: m.threshold("strict"),
    "Quantity": lambda q: q.readings,
    "Verdict": str,
}
"""What is done with a record that was taken: it must hold what its class promises."""


def fields_of(kind: type) -> list[str]:
    return [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]


def test_every_public_class_has_a_good_record() -> None:
    classes = {name for name in aligner.__all__ if inspect.isclass(getattr(aligner, name))}
    assert {name for name in classes if not issubclass(getattr(aligner, name), Exception)} == set(RECORDS)
    for name, values in RECORDS.items():
        USES.get(name, repr)(getattr(aligner, name)(*values))


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.filterwarnings("ignore")
def test_what_a_record_does_not_hold_is_an_error_of_ours(name: str) -> None:
    kind = getattr(aligner, name)
    for (place, field), odd in itertools.product(enumerate(fields_of(kind)), [*ODD, *ODD_FIELDS]):
        values, named = list(RECORDS[name]), {}
        if place < len(values):
            values[place] = odd
        else:
            named[field] = odd
        try:
            record = kind(*values, **named)
        except InputError as error:
            if not (error.what and error.found and error.todo):
                pytest.fail(f"{name}({field}={odd!r}): {error}")
            continue
        except Exception as error:
            pytest.fail(f"{name}({field}={odd!r}): {error!r}")
        try:
            USES.get(name, repr)(record)
        except AlignerError:
            pass
        except Exception as error:
            pytest.fail(f"{name}({field}={odd!r}), taken and then used: {error!r}")


NO_PLACES = "is not a tuple, each of it a whole number from 0 on"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: aligner.Bead((-1,), (0,)), f"Bead.source {NO_PLACES} (found tuple: (-1,)); give a tuple"),
        (lambda: aligner.Bead((), ()), "Bead holds no sentence (found () and ()); at least one"),
        (lambda: aligner.Bead((0, 2), ()), "Bead: its sentences do not follow one another (found (0, 2))"),
        (lambda: aligner.Bead([0], (0,)), f"Bead.source {NO_PLACES} (found list: [0])"),
        (lambda: aligner.Bead((True,), (0,)), "Bead.source is not a tuple"),
        (lambda: aligner.Sentence(b"a", 0, 1), "Sentence.text is not a str (found bytes: b'a'); give a str"),
        (lambda: aligner.Sentence("a", 2, 1), "Sentence ends before it begins (found start=2, end=1)"),
        (lambda: aligner.Judgement(1.5, 1.0, True, ()), "Judgement.quality is not a number in 0..1 (found float: 1.5)"),
        (lambda: ALIGNMENT.texts(aligner.Bead((7,), ())), "no such sentence: the document has 2 and 2 (found bead"),
        (lambda: ALIGNMENT.quality(3), "bead is not a Bead (found int: 3); give a Bead"),
        (lambda: aligner.find_numbers("5 km", "en")[0]._replace(unit="mile").readings, None),
        (lambda: aligner.Name(3, "a", 0, 1, ()), "Name.kind is not one of 'person', 'place'"),
    ],
)  # fmt: skip
def test_a_record_says_what_it_cannot_hold(make: Any, said: str | None) -> None:
    if said is None:
        make()
        return
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).startswith(said)


def test_a_named_tuple_that_asks_is_still_one() -> None:
    name = aligner.Name("place", "Hue", 0, 3, ("hue",))
    assert pickle.loads(pickle.dumps(name)) == name == tuple(name)
    assert str(inspect.signature(aligner.Name)).startswith("(kind: ")


METHODS = ("texts", "judgement", "judgements", "quality", "reasons", "is_kept", "to_frame", "to_tsv", "cosines",
           "name_reports", "with_boundaries")  # fmt: skip


@dataclasses.dataclass
class Asked:
    """A record with two fields of one kind, and a list."""

    first: Callable[[], int] = int
    second: Callable[[], int] = int
    texts: Sequence[str] = ()

    def __post_init__(self) -> None:
        check_fields(self)


def test_of_fields_of_one_kind_the_wrong_one_is_named() -> None:
    with pytest.raises(InputError, match=r"Asked\.second is not"):
        Asked(second=7)  # type: ignore[arg-type]


def test_what_can_be_gone_through_once_is_no_field() -> None:
    once = (text for text in ("a", "b"))
    with pytest.raises(InputError, match=r"Asked\.texts is not a list"):
        Asked(texts=once)  # type: ignore[arg-type]
    assert list(once) == ["a", "b"]
    assert Asked(texts=["a"]).texts == ["a"]


def test_every_method_of_an_alignment_is_asked() -> None:
    named = {name for name, f in inspect.getmembers(aligner.Alignment, inspect.isfunction)
             if not name.startswith("_") and len(inspect.signature(f).parameters) > 1}  # fmt: skip
    assert named == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.filterwarnings("ignore")
def test_what_a_method_does_not_take_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    method = getattr(ALIGNMENT, name)
    first = {"to_tsv": "a.tsv", "name_reports": "keep"}
    strange = [aligner.Bead((7,), ()), [aligner.Bead((0,), (9,))], [RECORDS["Boundary"]]]
    for option, odd in itertools.product(inspect.signature(method).parameters, [*ODD, *strange]):
        given: dict[str, object] = (
            {next(iter(inspect.signature(method).parameters)): first[name]} if name in first else {}
        )
        given[option] = odd
        try:
            method(**given)
        except AlignerError:
            pass
        except Exception as error:
            pytest.fail(f"{name}({option}={odd!r}): {error!r}")


def options_of(name: str) -> list[str]:
    kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [o for o, p in inspect.signature(getattr(aligner, name)).parameters.items() if p.kind not in kinds]


def test_every_public_function_has_a_good_call_and_asks_what_it_is_given() -> None:
    functions = {name for name in aligner.__all__ if inspect.isfunction(getattr(aligner, name))}
    assert functions == set(CALLS)
    assert [name for name in sorted(functions) if not hasattr(getattr(aligner, name), "__wrapped__")] == []


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_what_a_function_does_not_take_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tsv").write_text("src_text\ttrg_text\nIt rained.\tTrời mưa.\n", "utf-8")
    (tmp_path / "a.txt").write_text("It rained.\n\nTrời mưa.\n", "utf-8")
    (tmp_path / "g.tsv").write_text("en\tvi\nHue\tHuế\n", "utf-8")
    function = getattr(aligner, name)
    for (place, option), odd in itertools.product(enumerate(options_of(name)), ODD):
        arguments: list[object] = list(CALLS[name])
        given: dict[str, object] = {"lang": "en"} if name in NEED_LANG else {}
        if place < len(arguments):
            arguments[place] = odd
        else:
            given[option] = odd
        try:
            found = function(*arguments, **given)
            if isinstance(found, Iterator):
                list(found)
        except AlignerError:
            pass
        except Exception as error:
            pytest.fail(f"{name}({option}={odd!r}): {error!r}")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: aligner.align(PAIRS[["src_text"]], ["a"]), "source is not text (found DataFrame)"),
        (lambda: aligner.align({"It rained.": 1}, ["a"]), "source is not text (found dict)"),
        (lambda: aligner.normalise(b"a", lang="en"), "text is not a str (found bytes: b'a'); give a str"),
        (lambda: aligner.names_match("Hue", None), "vi is not a str (found NoneType: None); give a str"),
        (lambda: aligner.names_match("Hue", "Huế", glossary={"Hue": "Huế"}), "glossary is not a NameTable (found dict"),
        (lambda: aligner.read_pairs(b"a.tsv"), "path is not a str or path (found bytes"),
        (lambda: aligner.mine("a", "b", "c", progress=3), "progress is not a function (found int: 3); give a function"),
        (lambda: aligner.match_documents([{"text": "a"}], progress=3), "progress is not a function (found int"),
        (lambda: aligner.score_file("a.tsv", "b.tsv", progress=3), "progress is not a function (found int"),
        (lambda: aligner.convert_pairs("a.tsv", "b.tmx", progress=3), "progress is not a function (found int"),
        (lambda: aligner.export_corpus("a", "b", progress=3), "progress is not a function (found int"),
        (lambda: aligner.learn_names([("Hue",)]), "pairs[0] is no two texts"),
        (lambda: aligner.evaluate_translations(["a", 3], ["a", "b"]), "hypotheses[1] is not a str (found int)"),
        (lambda: aligner.evaluate_translations("a", ["a"]), "hypotheses is a single str; give a list of sentences"),
        (lambda: aligner.split_corpus(PAIRS, near=1), "near is not True or False (found int: 1)"),
    ],
)
def test_the_message_says_what_stands_there(call: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(said)


def test_what_an_argument_may_be_is_read_off_its_annotation() -> None:
    @checked
    def ask(text: "str", table: "aligner.NameTable | None" = None, *, of: "Mapping[str, int] | list[int]" = {}) -> str:  # noqa: B006
        """Say it again."""
        return text

    assert ask("a") == ask(text="a") == "a"
    assert ask.__doc__ == "Say it again."
    assert str(inspect.signature(ask)).startswith("(text: 'str', table:")
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        ask()
    with pytest.raises(TypeError, match="unexpected keyword argument 'b'"):
        ask("a", b=1)
    with pytest.raises(TypeError, match="takes from 1 to 2 positional arguments"):
        ask("a", None, 3)
    assert ask("a", of={"a": 1}) == "a"
    assert pickle.loads(pickle.dumps(aligner.normalise)) is aligner.normalise  # for executors


def test_bytes_are_never_the_text_that_python_writes_for_them(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    for kind in (pa.binary(), pa.large_binary(), pa.binary(3)):
        texts = pa.array([b"Mot", b"Hai"], kind)
        pq.write_table(pa.table({"src_text": ["One", "Two"], "trg_text": texts}), tmp_path / "a.parquet")
        with pytest.raises(InputError, match=r"a.parquet: column trg_text holds bytes, no text .found .*binary"):
            list(aligner.read_pairs(tmp_path / "a.parquet"))
    frame = pd.DataFrame({"src_text": ["One"], "trg_text": [b"Mot"]}, dtype=object)
    for call in (
        aligner.score_pairs,
        aligner.find_duplicates,
        aligner.describe,
        aligner.show_pairs,
        aligner.split_corpus,
    ):
        with pytest.raises(InputError, match=r"a cell of bytes, which are no text .found b'Mot'"):
            call(frame)
    for name in ("a.tsv", "a.jsonl", "b.parquet", "a.tmx"):
        with pytest.raises(InputError, match="bytes"):
            aligner.write_pairs(frame, tmp_path / name)
        assert not (tmp_path / name).exists()
