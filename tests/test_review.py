"""Beads under review: what edits do to them, what is kept, undone and redone, and what several people make of them."""

import itertools
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.errors import InputError
from aligner.pairs.frames import join_frames
from aligner.review import judging
from aligner.review.beads import (
    Replacement,
    ReviewBead,
    apply_replacement,
    decide,
    edit_text,
    merge,
    pull,
    push,
    split,
    unlink,
    with_ids,
)
from aligner.review.editing import KINDS, Review, differing, realigned
from aligner.review.judging import best_cut, judge_at
from aligner.review.opinions import compare_reviews, find_conflicts
from aligner.review.progress import tell_progress
from aligner.review.projects import fit_on_review, open_project, read_documents, remarks_of, reviewed_pairs
from aligner.review.store import OutdatedError, Store
from tests.commands import run

ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"

ABC = [
    ReviewBead(0, ("A.", "B."), ("a.",)),
    ReviewBead(1, (), ("b.",)),
    ReviewBead(2, ("C.",), ("c.", "d.")),
]
FIRST, SECOND, THIRD = ((bead.source, bead.target) for bead in ABC)


def texts(beads: Any) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(bead.source, bead.target) for bead in beads]


def after(done: Replacement, beads: list[ReviewBead] = ABC) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    whole = list(beads)
    apply_replacement(whole, done)
    return texts(whole)


NULL: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (merge(ABC, 0, "next"), [(("A.", "B."), ("a.", "b.")), THIRD]),
        (merge(ABC, 1, "previous"), [(("A.", "B."), ("a.", "b.")), THIRD]),
        (pull(ABC, 0, "vi", "next"), [(("A.", "B."), ("a.", "b.")), THIRD]),
        (pull(ABC, 0, "en", "next"), [(("A.", "B.", "C."), ("a.",)), SECOND, (NULL, ("c.",)), (NULL, ("d.",))]),
        (pull(ABC, 2, "en", "previous"), [(("A.",), ("a.",)), SECOND, (("B.", "C."), ("c.", "d."))]),
        (pull(ABC, 1, "en", "previous"), [(("A.",), ("a.",)), (("B.",), ("b.",)), THIRD]),
        (push(ABC, 0, "en", "next"), [(("A.",), ("a.",)), (("B.",), ("b.",)), THIRD]),
        (push(ABC, 2, "vi", "previous"), [FIRST, SECOND, (NULL, ("c.",)), (("C.",), ("d.",))]),
        (push(ABC, 2, "vi", "next"), [FIRST, SECOND, (("C.",), ("c.",)), (NULL, ("d.",))]),
        (push(ABC, 0, "en", "previous"), [(("A.",), NULL), (("B.",), ("a.",)), SECOND, THIRD]),
        (split(ABC, 2, (1, 0), (1, 0)), [FIRST, SECOND, (("C.",), ("c.",)), (NULL, ("d.",))]),
        (split(ABC, 0, (0, 1), (0, 0)), [(("A",), NULL), ((".", "B."), ("a.",)), SECOND, THIRD]),
        (unlink(ABC, 0), [(("A.",), NULL), (("B.",), NULL), (NULL, ("a.",)), SECOND, THIRD]),
        (edit_text(ABC, 0, "en", 1, " Bee.\n"), [(("A.", "Bee."), ("a.",)), SECOND, THIRD]),
        (edit_text(ABC, 0, "en", 1, " "), [(("A.",), ("a.",)), SECOND, THIRD]),
    ],
)
def test_what_edits_make_of_beads(done: Replacement, expected: list[Any]) -> None:
    assert after(done) == expected
    # What a person arranged is accepted; what stayed as it was is as it was.
    known = {(bead.source, bead.target) for bead in ABC}
    assert all(
        (bead.source, bead.target) in known or (bead.status == "accepted" and bead.touched) for bead in done.after
    )
    whole = list(ABC)
    named = with_ids(done, 10)
    apply_replacement(whole, named)
    assert len({bead.id for bead in whole}) == len(whole)
    apply_replacement(whole, named.inverse())
    assert whole == ABC


@pytest.mark.parametrize(
    "call",
    [
        lambda: merge(ABC, 2, "next"),
        lambda: merge(ABC, 0, "sideways"),  # type: ignore[arg-type]
        lambda: pull(ABC, 2, "en", "next"),
        lambda: pull(ABC, 0, "fr", "next"),
        lambda: push(ABC, 1, "en", "next"),
        lambda: split(ABC, 0, (0, 0), (0, 0)),
        lambda: split(ABC, 0, (3, 0), (0, 0)),
        lambda: split(ABC, 0, (0, 99), (0, 0)),
        lambda: split(ABC, 0, "12", (0, 0)),  # type: ignore[arg-type]
        lambda: unlink(ABC, 1),
        lambda: edit_text(ABC, 1, "vi", 0, ""),
        lambda: edit_text(ABC, 1, "vi", 7, "x"),
        lambda: edit_text(ABC, 1, "vi", 0, 3),  # type: ignore[arg-type]
        lambda: decide(ABC, 0, "maybe"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_done_is_said(call: Any) -> None:
    with pytest.raises(InputError, match=";"):
        call()


def made(n: int, rng: random.Random) -> list[ReviewBead]:
    """A document of n beads of all sizes."""
    sizes = [(1, 1), (2, 1), (1, 2), (1, 0), (0, 1), (3, 2)]
    numbers = itertools.count()
    beads = []
    for k in range(n):
        s, t = rng.choice(sizes)
        source, target = ([f"{next(numbers)}." for _ in range(m)] for m in (s, t))
        beads.append(ReviewBead(k, tuple(source), tuple(target), quality=rng.random() if s and t else None))
    return beads


def sentences(beads: list[ReviewBead]) -> tuple[list[str], list[str]]:
    return [s for b in beads for s in b.source], [t for b in beads for t in b.target]


STRUCTURE = ["merge", "pull", "push", "split", "unlink"]


def asked_at_random(rng: random.Random) -> dict[str, Any]:
    return {
        "with": rng.choice(["next", "previous"]),
        "from": rng.choice(["next", "previous"]),
        "to": rng.choice(["next", "previous"]),
        "side": rng.choice(["en", "vi"]),
        "en": (rng.randint(0, 2), 0),
        "vi": (rng.randint(0, 2), 0),
    }


@given(st.integers(0, 10_000))
def test_whatever_is_arranged_nothing_is_lost_or_repeated(seed: int) -> None:
    rng = random.Random(seed)
    beads = made(12, rng)
    whole = sentences(beads)
    first = list(beads)
    done: list[Replacement] = []
    for number in range(25):
        kind = rng.choice(STRUCTURE)
        try:
            change = KINDS[kind](beads, rng.randrange(len(beads)), asked_at_random(rng))
        except InputError:
            continue
        change = with_ids(change, 100 * (number + 1))
        apply_replacement(beads, change)
        done.append(change)
        assert sentences(beads) == whole
        assert all(bead.source or bead.target for bead in beads)
        assert len({bead.id for bead in beads}) == len(beads)
    for change in reversed(done):
        apply_replacement(beads, change.inverse())
    assert beads == first


def test_doubt_is_the_order_of_work() -> None:
    beads = [
        ReviewBead(0, ("A.",), ("a.",), quality=0.9),
        ReviewBead(1, ("B.",), ("b.",), quality=0.1),
        ReviewBead(2, ("C.",), (), probability=0.7),
        ReviewBead(3, ("D.",), ()),
        ReviewBead(4, ("E.",), ("e.",), "accepted", quality=0.0),
    ]
    assert [round(bead.doubt, 2) for bead in beads] == [0.1, 0.9, 0.3, 0.5, 0.0]


@given(st.lists(st.floats(0, 1), max_size=40), st.floats(0, 1))
def test_how_many_more_is_what_looking_at_them_gives(doubts: list[float], share: float) -> None:
    told = tell_progress(np.array(doubts), len(doubts) + 3, share)
    left = sorted(doubts, reverse=True)[told.more :]
    assert sum(left) <= share * (len(doubts) + 3) + 1e-6
    if told.more:
        assert sum(sorted(doubts, reverse=True)[told.more - 1 :]) > share * (len(doubts) + 3)


GOOD = [
    ("The old well behind the school has been dry since April.", "Cái giếng cũ sau trường đã cạn từ tháng Tư."),
    ("My aunt sells green tea at the night market.", "Dì tôi bán trà xanh ở chợ đêm."),
    ("Nobody had seen the ferry since Monday's storm.", "Không ai nhìn thấy chuyến phà từ sau cơn bão hôm thứ Hai."),
    ("A ticket to the island costs 45,000 dong.", "Một vé ra đảo giá 45.000 đồng."),
    ("Children under six travel free of charge.", "Trẻ em dưới sáu tuổi được đi miễn phí."),
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


def review_of(store: Store, beads: list[ReviewBead], name: str = "lan") -> Review:
    store.add_document("d", beads, files=[], signature="made|by:hand")
    return Review(store, name, lambda: "2026-01-01T00:00:00.000Z")


def good_beads() -> list[ReviewBead]:
    return judge_at([ReviewBead(k, (en,), (vi,)) for k, (en, vi) in enumerate(GOOD)], range(len(GOOD)))


def test_new_beads_are_judged_where_they_stand() -> None:
    beads = [*good_beads(), ReviewBead(9, (GOOD[0][0],), (GOOD[3][1],))]
    judged = judge_at(beads, [0, 5])
    assert judged[0].quality is not None
    assert judged[0].quality > 0.5
    assert judged[1].quality is not None
    assert judged[1].quality < 0.1
    assert "numbers_differ" in judged[1].reasons or "dissimilar" in judged[1].reasons


@pytest.mark.slow
def test_beads_farther_than_those_judged_beside_change_little(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for path in sorted(ARTICLES.glob("*.txt")) if len(path.suffixes) == 1]
    beads = [bead for path in files for document in read_documents(path) for bead in document.beads]
    places = [k for k in range(20, len(beads) - 20, 4) if not beads[k].is_null]
    near = [judge_at(beads, [k])[0].quality for k in places]
    monkeypatch.setattr(judging, "AROUND", 2 * judging.AROUND)
    far = [judge_at(beads, [k])[0].quality for k in places]
    assert len(places) > 30
    assert np.abs(np.subtract(near, far)).mean() < 0.01  # type: ignore[arg-type]


def test_a_bead_is_cut_where_both_halves_are_best() -> None:
    whole = ReviewBead(0, tuple(en for en, _ in GOOD[:3]), tuple(vi for _, vi in GOOD[:3]))
    assert best_cut(whole) in [((1, 0), (1, 0)), ((2, 0), (2, 0))]
    clauses = ReviewBead(0, ("The well is dry; my aunt sells tea.",), ("Giếng đã cạn.", "Dì tôi bán trà."))
    assert best_cut(clauses) == ((0, 17), (1, 0))
    assert best_cut(ReviewBead(0, ("Tea.",), ("Trà.",))) is None


def test_edits_are_kept_undone_and_redone_without_limit(tmp_path: Path, store: Store) -> None:
    review = review_of(store, good_beads())
    states, version = [list(review.open(0).beads)], 0
    asked: list[tuple[str, int, dict[str, Any]]] = [
        ("accept", 0, {}), ("merge", 1, {"with": "next"}), ("reject", 3, {}), ("flag", 4, {"note": "price of 2025"}),
        ("split", 5, {}), ("edit", 3, {"side": "en", "sentence": 0, "text": "A ticket costs 45,000 dong."}),
    ]  # fmt: skip
    for kind, bead, more in asked:
        change = review.edit(0, version, kind, bead, more)
        assert change.version > version
        version = change.version
        states.append(list(review.open(0).beads))
    for expected in reversed(states[:-1]):
        version = review.undo(0, version).version
        assert review.open(0).beads == expected
        assert Review(store, "lan", str).open(0).beads == expected
    with pytest.raises(OutdatedError, match="nothing to undo"):
        review.undo(0, version)
    for expected in states[1:]:
        version = review.redo(0, version).version
        assert review.open(0).beads == expected
    with pytest.raises(OutdatedError, match="nothing to redo"):
        review.redo(0, version)
    again = Review(Store(tmp_path), "lan", str)
    assert again.open(0).beads == states[-1]
    assert again.progress(0) == review.progress(0)
    assert again.store.progress("lan")[0][1] == sum(bool(bead.status) for bead in states[-1])
    again.store.close()


def test_ids_are_never_used_twice(store: Store) -> None:
    review = review_of(store, good_beads())
    version = review.edit(0, 0, "merge", 0).version
    first = {bead.id for bead in review.open(0).beads}
    version = review.undo(0, version).version
    fresh = Review(store, "lan", str)
    fresh.edit(0, version, "merge", 2)
    new = {bead.id for bead in fresh.open(0).beads} - {0, 1, 2, 3, 4}
    assert new
    assert not new & first


def test_an_edit_that_changes_nothing_is_none(store: Store) -> None:
    review = review_of(store, good_beads())
    version = review.edit(0, 0, "accept", 0).version
    assert review.edit(0, version, "accept", 0).version == version
    assert len(store.edits(0, "lan")) == 1


def test_an_edit_of_an_older_state_is_refused(store: Store) -> None:
    review, other_tab = review_of(store, good_beads()), Review(store, "lan", str)
    other_tab.open(0)
    review.edit(0, 0, "accept", 0)
    with pytest.raises(OutdatedError, match="older state"):
        review.edit(0, 0, "accept", 1)
    with pytest.raises(OutdatedError, match="meanwhile"):  # the same person's other process
        other_tab.edit(0, 0, "accept", 1)
    assert len(store.edits(0, "lan")) == 1
    assert other_tab.open(0).beads == review.open(0).beads  # who reads it again, as the message says, can go on
    assert other_tab.edit(0, other_tab.open(0).version, "accept", 1).version == 2


@pytest.mark.parametrize(
    ("kind", "bead", "asked", "what"),
    [
        ("explode", 0, {}, "unknown kind"),
        ("accept", 99, {}, "no such bead"),
        ("repair", 0, {}, "nothing is offered"),
        ("flag", 0, {"note": 7}, "a note is text"),
        ("split", 0, {"en": [0, 2], "vi": [5, 0]}, "no such sentence"),
        ("split", 0, {"en": [True, 2], "vi": [0, 0]}, "no such sentence"),
        ("edit", 0, {"side": "en", "sentence": 0, "text": None}, "a sentence is text"),
        ("merge", 0, {"with": ["next"]}, "unknown direction"),
    ],
)
def test_odd_edits_are_refused_and_not_kept(store: Store, kind: str, bead: int, asked: Any, what: str) -> None:
    review = review_of(store, good_beads())
    with pytest.raises(InputError, match=what):
        review.edit(0, 0, kind, bead, asked)
    assert store.edits(0, "lan") == []
    assert review.open(0).beads == good_beads()


def test_what_is_aligned_again_leaves_decisions_alone(store: Store) -> None:
    en, vi = [list(side) for side in zip(*GOOD, strict=True)]
    wrong = [
        ReviewBead(0, (en[0],), (vi[0], vi[1])), ReviewBead(1, (en[1],), ()),
        ReviewBead(2, (en[2], en[3]), (vi[2],), "accepted"),  # what a person says is right
        ReviewBead(3, (), (vi[3],), "rejected"), ReviewBead(4, (en[4],), ()), ReviewBead(5, (), (vi[4],)),
    ]  # fmt: skip
    review = review_of(store, wrong)
    change = review.realign(0, 0)
    assert change.is_whole
    assert len(change.rows) == 3
    assert texts(review.open(0).beads) == [
        ((en[0],), (vi[0],)), ((en[1],), (vi[1],)), ((en[2], en[3]), (vi[2],)), ((), (vi[3],)), ((en[4],), (vi[4],)),
    ]  # fmt: skip
    assert [bead.status for bead in review.open(0).beads] == ["", "", "accepted", "rejected", ""]
    assert realigned(review.open(0).beads) == []
    review.undo(0, change.version)
    assert review.open(0).beads == wrong


def test_what_was_flagged_and_not_decided_stays_flagged(store: Store) -> None:
    wrong = [ReviewBead(0, (GOOD[0][0],), (), note="ask Lan"), ReviewBead(1, (), (GOOD[0][1],), note="and Minh")]
    (bead,) = review_of(store, wrong).realign(0, 0).rows
    assert (bead.source, bead.target, bead.note) == (*((text,) for text in GOOD[0]), "ask Lan and Minh")


def test_runs_that_differ_are_the_smallest() -> None:
    bead = aligner.Bead
    one = [bead((0,), (0,)), bead((1, 2), (1,)), bead((3,), (2,)), bead((), (3,)), bead((4,), ())]
    other = [bead((0,), (0,)), bead((1,), (1,)), bead((2,), ()), bead((3,), (2,)), bead((4,), ()), bead((), (3,))]
    assert differing(one, other) == [((1, 2), (1, 3))]  # null beads in another order are none


def test_two_reviewers_agree_differ_and_a_third_resolves(store: Store) -> None:
    lan = review_of(store, good_beads())
    minh = Review(store, "minh", str)
    for review, rejected in ((lan, 3), (minh, 4)):
        version = 0
        for k in range(5):
            version = review.edit(0, version, "reject" if k == rejected else "accept", k).version
    version = minh.edit(0, minh.open(0).version, "merge", 0).version
    ours, theirs = lan.open(0).beads, minh.open(0).beads
    agreed = compare_reviews(ours, theirs)
    assert agreed.f1 == pytest.approx(2 * 3 / (5 + 4))
    assert agreed.both_decided == 3
    assert agreed.kappa == pytest.approx(-0.5)
    assert [(c.start, c.stop) for c in find_conflicts(ours, theirs)] == [(0, 2), (3, 4), (4, 5)]
    third = Review(store, "final", str)
    assert third.resolve(0, "lan", "minh") == 3
    beads = third.open(0).beads
    assert [bead.status for bead in beads] == ["", "", "accepted", "", ""]
    assert "minh: " in beads[0].note
    assert "accepted" in beads[3].note
    assert third.open(0).offered(1) is not None
    change = third.edit(0, third.open(0).version, "repair", 1)
    assert texts(change.rows) == texts(theirs[:1])
    with pytest.raises(InputError, match="under another name"):
        third.resolve(0, "lan", "minh")
    assert Review(store, "lan", str).open(0).beads == ours


def test_who_resolves_keeps_notes_and_sees_what_only_the_other_has(store: Store) -> None:
    beads = [*good_beads()[:2], ReviewBead(2, ("More.",), ())]
    lan = review_of(store, beads)
    minh = Review(store, "minh", str)
    version = lan.edit(0, 0, "merge", 2, {"with": "previous"}).version  # Lan takes the last sentence away
    version = lan.edit(0, version, "edit", lan.open(0).beads[1].id,
                       {"side": "en", "sentence": 1, "text": ""}).version  # fmt: skip
    lan.edit(0, version, "flag", lan.open(0).beads[0].id, {"note": "a good one"})
    lan.edit(0, lan.open(0).version, "accept", lan.open(0).beads[0].id)
    minh.edit(0, minh.edit(0, 0, "reject", 0).version, "accept", 2)
    third = Review(store, "final", str)
    assert third.resolve(0, "lan", "minh") == 2
    first, last = third.open(0).beads
    assert first.note.startswith("a good one minh: ")
    assert last.status == ""
    assert last.note == "minh: More. /  (accepted)"


def test_resolving_is_begun_in_all_documents_or_in_none(store: Store) -> None:
    lan = review_of(store, good_beads())
    store.add_document("other", good_beads(), files=[], signature="")
    lan.edit(1, 0, "accept", 0)
    Review(store, "minh", str).edit(0, 0, "reject", 0)
    third = Review(store, "final", str)
    third.edit(1, 0, "reject", 0)

    def resolve() -> None:
        with store.transaction():
            for document in (0, 1):
                third.resolve(document, "lan", "minh")

    with pytest.raises(InputError, match="under another name"):
        resolve()
    assert store.edits(0, "final") == []
    assert third.open(0).beads == good_beads()


def test_documents_that_cannot_be_read_are_told_at_every_opening(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in (("a.en", GOOD[0][0]), ("a.vi", GOOD[0][1]), ("b.en", "Alone.")):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    for inputs in ([folder], []):
        store, _ = open_project(tmp_path / "p", inputs)
        (told,) = remarks_of(store)
        assert told.startswith("set aside: b")
        assert len(store.documents()) == 1
        store.close()


def test_what_of_a_file_is_no_pair_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("en,vi\n" + "".join(f"{en},{vi}\n,\n" for en, vi in GOOD[:2]), "utf-8")
    aside: list[str] = []
    (document,) = read_documents(path, remarks=aside)
    assert len(document.beads) == 2
    assert [line.partition(": ")[2] for line in aside] == ["2 empty lines"]
    with pytest.raises(InputError, match="a folder of documents and a file"):
        next(read_documents(tmp_path, path))


def test_agreement_of_equal_reviews_is_one_and_of_none_unknown() -> None:
    assert compare_reviews(ABC, ABC).f1 == 1.0
    assert math.isnan(compare_reviews(ABC, ABC).kappa)


# Projects: what is read, and what comes out.


def test_an_article_becomes_beads_with_what_was_found_out(tmp_path: Path) -> None:
    (document,) = read_documents(ARTICLES / "state_visit.txt")
    alignment = aligner.align_article(aligner.read_article(ARTICLES / "state_visit.txt"))
    assert [(len(b.source), len(b.target)) for b in document.beads] == [
        (len(b.source), len(b.target)) for b in alignment.beads
    ]
    assert [b.probability for b in document.beads] == [b.probability for b in alignment.beads]
    assert any(bead.told.startswith("repeats") for bead in document.beads)
    assert document.signature == alignment.signature


def damaged(tmp_path: Path) -> tuple[Path, int]:
    """Five pairs, the second and third joined, written as pairs."""
    en, vi = [list(side) for side in zip(*GOOD, strict=True)]
    rows = [(en[0], vi[0]), (f"{en[1]} {en[2]}", f"{vi[1]} {vi[2]}"), (en[3], vi[3]), (en[4], vi[4])]
    path = tmp_path / "pairs.tsv"
    path.write_text("src_text\ttrg_text\n" + "".join(f"{a}\t{b}\n" for a, b in rows), "utf-8")
    return path, len(rows)


def test_pairs_are_read_as_sentences_and_mends_are_offered(tmp_path: Path) -> None:
    path, n = damaged(tmp_path)
    (document,) = read_documents(path)
    assert len(document.beads) == n
    assert len(document.beads[1].source) == 2
    assert [repair.replaces for repair in document.repairs] == [(1,)]
    assert document.beads[1].doubt > max(b.doubt for k, b in enumerate(document.beads) if k != 1)
    store, changed = open_project(tmp_path / "p", [path])
    review = Review(store, "lan", str)
    change = review.edit(0, 0, "repair", 1)
    assert len(change.rows) == 2
    assert changed == []
    frame = join_frames(reviewed_pairs(review))
    assert frame["src_text"].tolist() == [en for en, _ in GOOD]
    assert frame["reviewed"].tolist() == ["", "accepted", "accepted", "", ""]
    assert "|review:lan|edits:1|" in frame.attrs["signature"]
    store.close()


def test_what_is_judged_by_its_texts_alone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third language, and a long document; and files that come into a review of others."""
    russian = tmp_path / "ru.tsv"
    lines = [f"My aunt sells {k} teas.\tМоя тётя продаёт {k} сортов чая на рынке." for k in range(9)]
    russian.write_text("src_text\ttrg_text\n" + "\n".join(lines) + "\n", "utf-8")
    store, _ = open_project(tmp_path / "p", [russian])
    (remark,) = remarks_of(store)
    assert remark.startswith("judged by its texts alone: ru.tsv: ")
    store.close()
    monkeypatch.setattr("aligner.review.projects.ALIGNED", 3)
    store, _ = open_project(tmp_path / "p", [damaged(tmp_path)[0]])
    assert [remark.partition(":")[0] for remark in remarks_of(store)[1:]] == [
        "read into a review of other files", "judged by its texts alone, since it has more than 3 sentences"
    ]  # fmt: skip
    store.close()


def test_half_a_character_in_a_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"en": "It rained \\ud800 all night.", "vi": "Trời mưa suốt đêm."}\n', "utf-8")
    (document,) = read_documents(path)
    assert document.beads[0].source == ("It rained ? all night.",)


def test_a_file_of_paragraphs_is_one(tmp_path: Path) -> None:
    pairs = [pair for pair in GOOD for _ in (0, 1)]
    path = tmp_path / "paragraphs.tsv"
    joined = [[" ".join(side) for side in zip(*pairs[k : k + 3], strict=True)] for k in (0, 2, 4, 6)]
    path.write_text("src_text\ttrg_text\n" + "".join(f"{a}\t{b}\n" for a, b in joined), "utf-8")
    (document,) = read_documents(path)
    assert len(document.beads) == 4
    assert document.repairs == []
    assert all(bead.doubt < 0.5 and bead.kept for bead in document.beads)


def test_a_changed_input_is_told_and_never_read_again(tmp_path: Path) -> None:
    path, n = damaged(tmp_path)
    open_project(tmp_path / "p", [path])[0].close()
    path.write_text("src_text\ttrg_text\nOther.\tKhác.\n", "utf-8")
    store, changed = open_project(tmp_path / "p", [path])
    assert changed == [str(path)]
    assert [d.beads for d in store.documents()] == [n]
    store.close()
    path.unlink()
    store, changed = open_project(tmp_path / "p")
    assert changed == [str(path)]
    store.close()


def test_a_failed_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("src_text\ttrg_text\nOne.\n", "utf-8")
    with pytest.raises(InputError):
        open_project(tmp_path / "p", [bad])
    store, _ = open_project(tmp_path / "p", [damaged(tmp_path)[0]])
    assert len(store.documents()) == 1
    store.close()


def test_gold_that_evaluate_reads(tmp_path: Path) -> None:
    store, _ = open_project(tmp_path / "p", [ARTICLES / "state_visit.txt"])
    review = Review(store, "lan", str)
    k = next(k for k, b in enumerate(review.open(0).beads) if not b.is_null)
    review.edit(0, 0, "unlink", review.open(0).beads[k].id)
    frame = join_frames(reviewed_pairs(review, nulls=True))
    aligner.write_pairs(frame, tmp_path / "gold.tsv")
    gold = aligner.read_beads(tmp_path / "gold.tsv")[""]
    ours = aligner.align_article(aligner.read_article(ARTICLES / "state_visit.txt"))
    n = sum(not bead.is_null for bead in ours.beads)
    assert aligner.evaluate(ours, gold).strict.recall == 1.0
    assert aligner.evaluate(ours, gold).strict.precision == pytest.approx((n - 1) / n)
    store.close()


def test_labels_tell_thresholds_and_refit(tmp_path: Path, store: Store) -> None:
    rng = random.Random(5)
    beads = [ReviewBead(k, (GOOD[k % 5][0],), (GOOD[(k + (k // 5) % 2) % 5][1],)) for k in range(100)]
    review = review_of(store, judge_at(beads, range(100)))
    assert fit_on_review(review)[0] == 0
    version = 0
    for k in rng.sample(range(100), 100):
        version = review.edit(0, version, "reject" if (k // 5) % 2 else "accept", k).version
    labels, lines = fit_on_review(review)
    assert labels == 100
    assert lines[0] == "labels: 50 accepted, 50 rejected"
    assert any(line.startswith("refitted: ") for line in lines)


def test_documents_of_a_folder_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "good.txt").write_text("Good morning.\n\nChào buổi sáng.\n", "utf-8")
    (folder / "lone.txt").write_text("Only this side is here.\n", "utf-8")
    done = run("review", folder, "-o", tmp_path / "out.tsv")
    assert done.returncode == 0, done.stderr
    assert "set aside: " in done.stderr
    assert "lone.txt" in done.stderr
    assert "good.txt" not in done.stderr
