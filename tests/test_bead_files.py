"""Files of beads: both forms, folders, and what is wrong in them with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.evaluation.bead_files import PREDICTED_SUFFIXES, read_beads
from tests.growth import assert_linear, shortened

GOLD = "# by hand\n[0]:[0]\n[1, 2]:[1]\n\n[]:[2]\n [ 3 ] : [4,3] :0.25:x\n"
BEADS = [((0,), (0,)), ((1, 2), (1,)), ((), (2,)), ((3,), (3, 4))]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_bead_a_line(tmp_path: Path) -> None:
    assert read_beads(write(tmp_path, "a.gold", GOLD)) == {"": BEADS}


def test_our_own_tsv(tmp_path: Path) -> None:
    alignment = aligner.align(["It rained.", "We stayed at home.", "Page 3"], ["Trời mưa.", "Chúng tôi ở nhà."])
    alignment.to_tsv(tmp_path / "a.tsv", nulls=True)
    (beads,) = read_beads(tmp_path / "a.tsv").values()
    assert beads == [(bead.source, bead.target) for bead in alignment.beads]
    assert aligner.evaluate(beads, alignment).with_nulls.f1 == 1


def test_moved_pairs_are_left_aside(tmp_path: Path) -> None:
    en = ["The old well is dry.", "My aunt sells tea at the market.", "It rained all night.", "Nobody saw the dog."]
    vi = ["Dì tôi bán trà ở chợ.", "Trời mưa suốt đêm.", "Không ai nhìn thấy con chó.", "Cái giếng cũ đã cạn."]
    alignment = aligner.align(en, vi)
    assert alignment.moved
    alignment.to_tsv(tmp_path / "a.tsv", nulls=True, moved=True)
    (beads,) = read_beads(tmp_path / "a.tsv").values()
    assert beads == [(bead.source, bead.target) for bead in alignment.beads]


def test_several_documents_in_one_table(tmp_path: Path) -> None:
    text = "doc_id\tsrc_ids\ttrg_ids\na\t0\t0,1\nb\t0\t\na\t1\t2\n"
    assert read_beads(write(tmp_path, "all.tsv", text)) == {"a": [((0,), (0, 1)), ((1,), (2,))], "b": [((0,), ())]}
    with pytest.raises(aligner.InputError, match=r"all\.tsv: a file with several documents \(found 2 doc_ids\)"):
        read_beads(tmp_path)


def test_a_folder_gives_the_files_of_one_suffix(tmp_path: Path) -> None:
    write(tmp_path, "a.gold", "[0]:[0]\n")
    write(tmp_path, "b.gold", "[1]:[1]\n")
    write(tmp_path, "a.out", "[0]:[]\n")
    write(tmp_path, ".b.out", "no bead")
    write(tmp_path, "a.en", "It rained.\n")
    assert read_beads(tmp_path) == {"a": [((0,), (0,))], "b": [((1,), (1,))]}
    assert read_beads(tmp_path, suffixes=PREDICTED_SUFFIXES) == {"a": [((0,), ())]}
    with pytest.raises(aligner.InputError, match=r"no file named \*\.tsv \(found \.en, \.gold, \.out\)"):
        read_beads(tmp_path, suffixes=[".tsv"])


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.gold", "[0]:[0]\n[1]-[1]\n", "a.gold:2: not a bead (found '[1]-[1]'); write a bead as [0, 1]:[2]"),
        ("a.gold", "[0]\n", "a.gold:1: not a bead (found '[0]')"),
        ("a.gold", "[0, x]:[0]\n", "a.gold:1: not a bead (found '[0, x]:[0]')"),
        ("a.gold", "[-1]:[0]\n", "a.gold:1: not a bead"),
        ("a.gold", "[0, 0]:[0]\n", "a.gold:1: not a bead"),
        ("a.gold", "[0,]:[0]\n", "a.gold:1: not a bead"),
        ("a.gold", "[٣]:[0]\n", "a.gold:1: not a bead"),
        ("a.gold", "[" + "9" * 5000 + "]:[0]\n", "a.gold:1: not a bead (found '[9999"),
        ("a.gold", "[]:[]\n", "a.gold:1: a bead of nothing (found '[]:[]'); remove it"),
        ("a.gold", "[0]:[0]\n#\n[0] : [0]\n", "a.gold:3: a bead that is there twice (found '[0] : [0]', as in line 1)"),
        ("a.gold", "# nothing\n", "a.gold: no beads"),
        ("a.gold", "", "a.gold: the file is empty"),
        ("a.tsv", "src_text\tsrc_ids\nx\t0\n", "a.tsv:1: no column trg_ids (found src_text, src_ids); write it by"),
        ("a.tsv", "en\tvi\nx\ty\n", "a.tsv:1: no columns src_ids and trg_ids (found en, vi)"),
        ("a.tsv", "src_ids\ttrg_ids\n0\n", "a.tsv:2: a row of another length (found 1 of 2 columns)"),
        ("a.tsv", "src_ids\ttrg_ids\n0\t0.5\n", "a.tsv:2: not a bead (found '0 and 0.5'); give 0-based numbers"),
        ("a.tsv", "src_ids\ttrg_ids\n", "a.tsv: no beads (found a header alone)"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(aligner.InputError) as caught:
        read_beads(write(tmp_path, name, text))
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)


@pytest.mark.parametrize("text", ["[" * 10**6, "[0" + ", 0" * 300_000, "[0]:[0]" + " " * 10**6 + "x", "9" * 10**6])
def test_a_hostile_line_is_refused_in_no_time(tmp_path: Path, text: str) -> None:
    def read(n: int) -> None:
        with pytest.raises(aligner.InputError, match="not a bead"):
            read_beads(write(tmp_path, "a.gold", shortened(text, n)))

    assert_linear(read, len(text))


ids = st.lists(st.integers(0, 50), max_size=4, unique=True).map(lambda found: tuple(sorted(found)))


@given(st.lists(st.tuples(ids, ids).filter(any), min_size=1, max_size=8, unique=True))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, beads: list[tuple[tuple[int, ...], ...]]
) -> None:
    folder = tmp_path_factory.mktemp("beads")
    lines = "".join(f"{list(source)}:{list(target)}\n" for source, target in beads)
    assert read_beads(write(folder, "a.out", lines)) == {"": beads}
    table = "src_ids\ttrg_ids\n" + "".join("\t".join(",".join(map(str, s)) for s in bead) + "\n" for bead in beads)
    assert read_beads(write(folder, "a.tsv", table)) == {"": beads}
