"""The benchmark of selections: the mix, equal sizes, the small translation system, the tables. No peer is needed."""

import doctest
import gzip
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import phrase_based, quality, translation
from benchmarks.peers import judges

# A toy language: a noun phrase turns around ("red house" is "nhà đỏ"), the rest goes word by word.
NOUNS = {"house": "nhà", "dog": "chó", "book": "sách", "tree": "cây", "boat": "thuyền", "road": "đường"}
COLOURS = {"red": "đỏ", "green": "xanh", "black": "đen", "white": "trắng", "small": "nhỏ"}
VERBS = {"sees": "thấy", "likes": "thích", "paints": "vẽ", "buys": "mua"}
WHO = {"he": "nó", "she": "cô", "everybody": "mọi người"}


def toy() -> Iterator[translation.Pair]:
    for who, verb, colour, noun in itertools.product(WHO, VERBS, COLOURS, NOUNS):
        en, vi = f"{who} {verb} a {colour} {noun}.", f"{WHO[who]} {VERBS[verb]} một {NOUNS[noun]} {COLOURS[colour]}."
        yield en.capitalize(), vi.capitalize()


TOY = [pair for k, pair in enumerate(toy()) if k % 7]
NEW = [pair for k, pair in enumerate(toy()) if k % 7 == 0]

POOL = [(f"{en} Number {k} of {k + 3} Bergen.", f"{vi} Số {k} của {k + 3} Bergen.") for k, (en, vi) in enumerate(TOY)]


@pytest.mark.parametrize("module", [phrase_based, translation])
def test_examples_are_right(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_words_and_marks_are_cut_and_joined() -> None:
    assert phrase_based.tokens("I paid $1,000 (or so).") == ("I", "paid", "$", "1,000", "(", "or", "so", ")", ".")
    assert phrase_based.tokens("NATO met.") == ("NATO", "met", ".")
    assert phrase_based.tokens("") == ()
    assert (
        phrase_based.joined(phrase_based.tokens("Trời mưa (rất to), phải không?")) == "Trời mưa (rất to), phải không?"
    )


def test_a_toy_language_is_learnt_and_words_turn_around() -> None:
    sources = [en for en, _ in NEW]
    model = phrase_based.train(TOY, sources)
    assert [phrase_based.translate(model, en) for en in sources] == [vi for _, vi in NEW]
    assert phrase_based.translate(model, "He sees a red zeppelin.") == "Nó thấy một zeppelin đỏ."
    assert phrase_based.translate(model, "") == ""
    assert phrase_based.train(TOY, sources) == model
    with pytest.raises(ValueError, match="no pair"):
        phrase_based.train([("", "x")], sources)


def test_phrases_that_stand_in_no_wanted_sentence_are_not_kept() -> None:
    model = phrase_based.train(TOY, ["He sees."])
    assert set(model.options) <= phrase_based.runs([phrase_based.tokens("He sees.")], phrase_based.LONGEST_SOURCE)
    assert ("sees",) in model.options
    assert all(len(options) <= phrase_based.OPTIONS for options in model.options.values())


def every_translation(
    model: phrase_based.Model, options: Mapping[tuple[int, int], list[phrase_based.Option]], n: int
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """Score and words of every choice and order of phrases, without a beam."""
    todo: list[tuple[float, frozenset[int], int, tuple[str, ...]]] = [(0.0, frozenset(), 0, ("<s>",))]
    while todo:
        score, covered, end, words = todo.pop()
        if len(covered) == n:
            yield score + phrase_based.language_score(model, words, ("</s>",)), words[1:]
        for (i, j), found in options.items():
            if covered.isdisjoint(range(i, j)):
                jump = phrase_based.WEIGHTS["jump"] * abs(i - end)
                for option in found:
                    said = phrase_based.language_score(model, words, option.words)
                    todo.append(
                        (score + jump + option.score + said, covered | {*range(i, j)}, j, (*words, *option.words))
                    )


@pytest.mark.parametrize("text", ["red house", "she likes green", "black dog a he", "zeppelin sees small dog"])
def test_the_beam_finds_what_a_plain_search_finds(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_based, "BEAM", 1000)
    model = phrase_based.train(TOY, [text])
    words = phrase_based.tokens(text)
    model = model._replace(options={phrase: options[:3] for phrase, options in model.options.items()})
    found = list(every_translation(model, phrase_based.options_of(model, words), len(words)))
    best = max(score for score, _ in found)
    assert phrase_based.translate(model, text) in {
        phrase_based.joined(said) for score, said in found if score > best - 1e-9
    }


LINKS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)))


@given(LINKS, LINKS)
def test_links_of_both_directions_are_kept_and_no_others_made(
    one: set[tuple[int, int]], other: set[tuple[int, int]]
) -> None:
    links = phrase_based.grow(one, other)
    assert one & other <= links <= one | other


@given(LINKS)
def test_phrases_are_those_that_a_plain_search_finds(links: set[tuple[int, int]]) -> None:
    pair = tuple("abcde"), tuple("vwxyz")
    found = list(phrase_based.phrases_of(pair, links, phrase_based.runs([pair[0]], 5)))
    plain = []
    for i, k in itertools.product(range(5), range(5)):
        for j, m in itertools.product(range(i + 1, 6), range(k + 1, 6)):
            inside = [i <= s < j and k <= t < m for s, t in links]
            crossing = [(i <= s < j) != (k <= t < m) for s, t in links]
            if any(inside) and not any(crossing) and j - i <= phrase_based.LONGEST_SOURCE:
                plain.append((pair[0][i:j], pair[1][k:m]))
    assert Counter(found) == Counter(plain)


def test_the_language_model_backs_off() -> None:
    model = phrase_based.train([("a b", "x y"), ("a c", "x z")], ["a"])
    weight = phrase_based.WEIGHTS["language"]
    assert phrase_based.language_score(model, ("x",), ("y",)) == pytest.approx(weight * np.log(1 / 2))
    unigram = 1 / 6  # x, y and the end, twice three words
    assert phrase_based.language_score(model, ("z",), ("y",)) == pytest.approx(
        weight * np.log(phrase_based.BACKOFF * unigram)
    )


def test_the_mix_follows_its_seed_and_is_counted() -> None:
    rows = translation.crawl_mix(POOL, 200, 1)
    assert rows == translation.crawl_mix(POOL, 200, 1) != translation.crawl_mix(POOL, 200, 2)
    kinds = Counter(row.kind for row in rows)
    assert kinds["good"] == 100
    assert kinds.total() == 200
    assert kinds.keys() - {"good"} <= translation.MIX.keys()
    assert len(kinds) > 10
    good = [tuple(row[1:]) for row in rows if row.kind == "good"]
    assert set(good) <= set(POOL)
    assert len(set(good)) == 100
    assert not [row for row in rows if row.kind != "good" and tuple(row[1:]) in POOL]
    with pytest.raises(SystemExit, match="too few for a mix"):
        translation.crawl_mix(POOL, len(POOL) * 2, 1)


def test_every_kind_of_damage_is_known_and_has_a_weight() -> None:
    assert set(translation.ways()) == set(translation.MIX)
    assert min(translation.MIX.values()) > 0


def test_boilerplate_makes_no_good_pair() -> None:
    rng = np.random.default_rng(1)
    made = [translation.boilerplate(POOL, 3, rng, ()) for _ in range(50)]
    assert not set(made) & {POOL[3], *translation.BOILERPLATE}


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.integers(1, 9)), min_size=1), st.data())
def test_the_best_are_chosen_always_as_many_words(rows: list[tuple[float, int]], data: st.DataObject) -> None:
    scores, sizes = [score for score, _ in rows], [size for _, size in rows]
    words = data.draw(st.integers(1, sum(sizes)))
    chosen = translation.top(np.array(scores), sizes, words)
    assert chosen == sorted(set(chosen))
    left = set(range(len(scores))) - set(chosen)
    assert all(scores[a] > scores[b] or (scores[a] == scores[b] and a < b) for a in chosen for b in left)
    last = max(chosen, key=lambda k: (-scores[k], k))
    assert sum(sizes[k] for k in chosen) - sizes[last] < words <= sum(sizes[k] for k in chosen)


def test_each_selection_has_its_scores() -> None:
    rows = translation.crawl_mix(POOL, 60, 1)
    said = {name: translation.score(name, rows, 1, {}) for name in ("random", "cosine", "aligner", "oracle")}
    assert {len(scores) for scores in said.values()} == {60}
    assert (said["random"] == translation.score("random", rows, 1, {})).all()
    assert (said["random"] != translation.score("random", rows, 2, {})).any()
    assert said["oracle"].sum() == 30
    assert said["aligner"].max() <= 1
    assert all(np.abs(said["cosine"]) < 1.001)
    with pytest.raises(translation.Missing):
        translation.score("OpusFilter, by filters passed", rows, 1, {"OpusFilter": "/bin/false"})


def test_without_a_number_of_words_a_perfect_choice_takes_all_good_pairs_and_no_other() -> None:
    tests = [translation.Texts("toy", ["He sees."], ["Nó thấy."])]
    outcomes, _ = translation.measure(
        POOL, tests, size=60, words=None, seeds=1, pythons={}, systems=("oracle", "random")
    )
    assert (outcomes["oracle"].chosen, outcomes["oracle"].good) == ([30], [1.0])
    assert outcomes["random"].good < [0.9]


def test_texts_that_were_seen_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "seen.tsv.gz"
    path.write_bytes(gzip.compress("source\tdoc\ten\tvi\nx\ty\tIt rained - AGAIN\tTrời lại mưa\n".encode()))
    seen = translation.read_seen([path])
    pairs = [
        ("It rained again!", "Mưa nữa."),
        ("So it goes.", "Thế đấy nhé."),
        ("So it goes", "Thế đấy, nhé"),
        ("Go", "Đi"),
    ]
    assert translation.unseen(pairs, seen) == [("So it goes.", "Thế đấy nhé.")]
    plain = tmp_path / "wrong.tsv"
    plain.write_text("english\tvi\n", "utf-8")
    with pytest.raises(SystemExit, match=r"wrong\.tsv: no columns en and vi"):
        translation.read_seen([plain])


@pytest.mark.parametrize(
    ("given_line", "wanted"),
    [
        ("He said , &quot; It &apos;s 5 % . &quot;", 'He said, "It\'s 5%."'),
        ("( Laughter )", "(Laughter)"),
        ("I do n't know : maybe …", "I don't know: maybe…"),
        ("Nothing to do here", "Nothing to do here"),
    ],
)
def test_marks_are_joined_to_their_words(given_line: str, wanted: str) -> None:
    assert translation.detokenised(given_line) == wanted


def test_files_of_unequal_length_are_refused(tmp_path: Path) -> None:
    en, vi = tmp_path / "a.en", tmp_path / "a.vi"
    en.write_text("one\ntwo\n", "utf-8")
    vi.write_text("một\n", "utf-8")
    with pytest.raises(SystemExit, match=r"2 lines.* 1: give a text a line"):
        translation.read_pairs(en, vi)


def test_every_sentence_of_a_test_belongs_to_one_seed() -> None:
    for n, seeds in itertools.product(range(1, 30), range(1, 5)):
        places = [k for part in translation.parts(n, seeds) for k in range(n)[part]]
        assert places == list(range(n))


def test_selections_are_of_equal_size_and_the_tables_compare_them() -> None:
    test = translation.Texts("toy", [en for en, _ in NEW], [vi for _, vi in NEW])
    counted: list[int] = []
    told: list[str] = []

    def counting(scores: translation.Scores, sizes: Sequence[int], words: int) -> list[int]:
        chosen = real(scores, sizes, words)
        counted.append(sum(sizes[k] for k in chosen))
        return chosen

    real = translation.top
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translation, "top", counting)
        outcomes, missing = translation.measure(
            POOL,
            [test],
            size=200,
            words=250,
            seeds=3,
            pythons={"OpusFilter": "/bin/false"},
            systems=("random", "OpusFilter, by filters passed", "aligner", "oracle"),
            tell=told.append,
        )
    assert len(counted) == 9
    assert all(250 <= n < 270 for n in counted)
    assert len(told) == 9
    assert list(missing) == ["OpusFilter, by filters passed"]
    assert {len(outcome.translations["toy"]) for outcome in outcomes.values()} == {len(NEW)}
    assert outcomes["oracle"].good == [1.0] * 3
    assert np.mean(outcomes["aligner"].good) > np.mean(outcomes["random"].good)
    compared = translation.compare(outcomes, test, "random", "chrf")
    assert compared["random"].difference == 0
    assert compared["random"].p == 1
    assert compared["oracle"].difference > 0
    assert compared["oracle"].low <= compared["oracle"].value <= compared["oracle"].high
    assert compared["oracle"].p < 0.05
    head, rule, *lines = translation.scores_table(outcomes, missing, [test]).splitlines()
    assert head == "| selection | pairs | good | toy chrF++ | toy BLEU |"
    assert {line.count(" | ") for line in (head, rule, *lines)} == {4}
    first = [line.split(" | ")[0] for line in lines]
    assert first == ["| random", "| aligner", "| oracle", "| OpusFilter, by filters passed"]
    assert "not here" in lines[-1]
    assert lines[-2].split(" | ")[2] == "1.000"
    rows = {row.system: row for row in translation.rows_of(outcomes, missing, [test])}
    assert rows["aligner"].figures.keys() == {
        "pairs",
        "good",
        *(f"toy {m}{e}" for m in ("chrF++", "BLEU") for e in ("", ", 95 %")),
    }
    assert f"{rows['oracle'].figures['toy chrF++']:.2f} ({rows['oracle'].figures['toy chrF++, 95 %']})" in lines[2]
    assert float(rows["oracle"].figures["toy BLEU, p"]) <= 1
    assert rows["OpusFilter, by filters passed"].kind == ""
    head, rule, *lines = translation.differences_table(outcomes, [test], "random").splitlines()
    assert head == "| over random (p) | toy chrF++ | toy BLEU | toy chrF++ by seed |"
    assert [line.split(" | ")[0] for line in lines] == ["| aligner", "| oracle"]
    assert re.fullmatch(r"\| oracle \| \+\d+\.\d\d \(0\.\d{3}\) \| \+.* \| \+[^,]*, \+[^,]*, \+[^,]* \|", lines[-1])


def test_the_command_prints_a_signature_and_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, pairs in (("pool", POOL), ("toy", NEW)):
        for side, suffix in enumerate(("en", "vi")):
            (tmp_path / f"{name}.{suffix}").write_text("".join(f"{pair[side]}\n" for pair in pairs), "utf-8")
    files = {name: [str(tmp_path / f"{name}.{suffix}") for suffix in ("en", "vi")] for name in ("pool", "toy")}
    asked = ["translation.py", "--pool", *files["pool"], "--test", "toy", *files["toy"], "--seeds", "1"]
    asked += ["--pairs", "100", "--out", str(tmp_path / "out"), "--python", "OpusFilter=/bin/false", "--words"]
    monkeypatch.setattr(sys, "argv", [*asked, "9000"])
    with pytest.raises(SystemExit, match="English words: choose fewer than 9,000"):
        translation.main()
    capsys.readouterr()
    monkeypatch.setattr(sys, "argv", [*asked, "400"])
    translation.main()
    first, *others = capsys.readouterr().out.splitlines()
    signed = json.loads(first)
    assert (signed["pairs"], signed["words"], signed["seeds"], signed["seen"]) == (100, 400, 1, 0)
    assert signed["tests"]["toy"].startswith(f"{len(NEW)} sentences, ")
    assert others[1].startswith("Mix of seed 1: ")
    assert "good 50" in others[1]
    assert len([line for line in others if line.startswith(("| selection |", "| over random", "| over aligner"))]) == 3
    assert len((tmp_path / "out" / "toy.oracle.vi").read_text("utf-8").splitlines()) == len(NEW)
    assert (tmp_path / "out" / "toy.reference.vi").read_text("utf-8").splitlines() == [vi for _, vi in NEW]


@pytest.mark.parametrize("setting", ["by filters passed", "by word alignment"])
def test_opusfilter_ranks_what_it_keeps_above_the_rest(setting: str) -> None:
    rows = [quality.Row("good", en, vi) for en, vi in POOL[:20]] + [quality.Row("bad", "<b>a</b>", "z" * 90)]
    found = judges.run(f"OpusFilter, {setting}", [row[1:] for row in rows])
    if "missing" in found:
        pytest.skip(found["missing"])
    kept = judges.run("OpusFilter", [row[1:] for row in rows])["kept"]
    assert [rank > 0 for rank in found["kept"]] == kept
