"""The command: what it writes, what it says, and its exit status."""

import argparse
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import aligner
from aligner.cli import INPUTS, OUTPUTS, VERBS, _parser, main
from aligner.commands.telling import following, quiet
from aligner.names.glossaries import read_glossary
from tests.commands import run, run_process

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "corpus" / "articles" / "state_visit.txt"
TEXT = "It rained.\n\n  • Trời mưa.\n\nWe stayed at home.\n\n  • Chúng tôi ở nhà.\n\nNobody came.\n"


def test_align_writes_tsv_and_sums_up(tmp_path: Path) -> None:
    out = tmp_path / "pairs.tsv"
    done = run("align", ARTICLE, "-o", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert out.read_text("utf-8").startswith("src_text\ttrg_text\t")
    assert {path.name for path in tmp_path.iterdir()} == {"pairs.tsv", "pairs.tsv.meta.json"}
    for part in ("layout: bulleted", "sentences: 44 English", "of 1:1", "verdict: parallel", "signature: ", "time: "):
        assert part in done.stderr
    assert "June 4, 2026" in done.stderr  # a null, with its text


def test_the_suffix_tells_the_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "good.txt"
    article.write_text(TEXT, "utf-8")
    for name in ("pairs.tmx", "pairs.jsonl.gz"):
        assert main(["align", str(article), "-o", str(tmp_path / name)]) == 0, capsys.readouterr().err
        (frame,) = aligner.read_pairs(tmp_path / name)
        assert frame["src_text"].tolist() == ["It rained.", "We stayed at home."]


def test_standard_input_and_output(tmp_path: Path) -> None:
    done = run("align", "-", "-o", "-", given=TEXT.encode())
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[:2] for line in done.stdout.split("\n")[1:-1]] == [
        ["It rained.", "Trời mưa."],
        ["We stayed at home.", "Chúng tôi ở nhà."],
    ]
    with_nulls = run("align", "-", "-o", "-", "--nulls", given=TEXT.encode())
    assert len(with_nulls.stdout.split("\n")) == len(done.stdout.split("\n")) + 1


def test_without_output_the_pairs_are_shown_whatever_the_locale() -> None:
    done = run_process("align", "-", given=TEXT.encode())
    assert done.returncode == 0, done.stderr
    assert "EN  It rained." in done.stdout
    assert "VI  Chúng tôi ở nhà." in done.stdout


def test_two_files(tmp_path: Path) -> None:
    en, vi = tmp_path / "a.en.txt", tmp_path / "a.vi.txt"
    en.write_text("It rained.\n\nWe stayed at home.\n", "utf-8")
    vi.write_text("Trời mưa.\n\nChúng tôi ở nhà.\n", "utf-16")
    done = run("align", en, vi, "-o", "-")
    assert done.returncode == 0, done.stderr
    assert "layout: two-files" in done.stderr


BAD = [
    (["align", "missing.txt"], "missing.txt"),
    (["align", "."], "."),
    (["align", "empty.txt"], "empty.txt"),
    (["align", "binary.txt"], "binary.txt"),
    (["align", "latin.txt"], "--encoding"),
    (["align", "english.txt"], "no Vietnamese text"),
    (["align", "good.txt", "-o", "out.xyz"], "out.xyz: unknown output format"),
    (["align", "good.txt", "-o", "no/where.tsv"], "no"),
    (["align", "good.txt", "--threshold", "7"], "threshold out of range"),
    (["align", "good.txt", "--encoding", "klingon"], "klingon"),
    (["align", "good.txt", "good.txt"], "good.txt"),
    (["align", "good.txt", "--nulls"], "--nulls is about the file"),
    (["align", "good.txt", "--names", "vietnamese"], "--names is about the file"),
    (["align", "good.txt", "--glossary", "missing.tsv"], "missing.tsv: no such file"),
    (["align", "good.txt", "--glossary", "good.txt"], "good.txt: unknown format of a glossary"),
    (["names", "missing.txt"], "missing.txt"),
    (["names", "english.txt"], "no Vietnamese text"),
    (["names", "good.txt", "english.txt", "--lang", "en"], "leave --lang or OTHER out"),
    (["names", "good.txt", "-o", "out.xyz"], "out.xyz: unknown format of a glossary"),
    (["names", "good.txt", "-o", "no/where.tsv"], "no/where.tsv: no such folder"),
    (["names", "good.txt", "--glossary", "missing.tbx"], "missing.tbx: no such file"),
    (["names", "english.txt", "--lang", "en", "--glossary", "missing.tsv"], "missing.tsv: no such file"),
    (
        ["normalise", "english.txt", "--lang", "en", "--names", "ascii", "--glossary", "missing.tsv"],
        "missing.tsv: no such file",
    ),
    # An output that is an input, also by another name, or another output.
    *[
        (words, "the output is also an input")
        for words in (
            ["align", "good.txt", "-o", "good.txt"],
            ["align", "english.txt", "good.txt", "-o", "./good.txt"],
            ["split", "good.txt", "--lang", "en", "-o", "good.txt"],
            ["names", "good.txt", "-o", "link.tsv"],
            ["normalise", "good.txt", "--lang", "en", "-o", "link.tsv"],
            ["score", "pairs.tsv", "-o", "pairs.tsv"],
            ["convert", "pairs.tsv", "./pairs.tsv"],
            ["describe", "pairs.tsv", "-o", "pairs.tsv"],
            ["describe", "pairs.tsv", "--json", "pairs.tsv"],
            ["report", "page.html", "--format", "tsv", "-o", "page.html"],
            ["deduplicate", "pairs.tsv", "-o", "pairs.tsv"],
            ["apply", "pairs.tsv", "test.tsv", "-o", "pairs.tsv"],
            ["apply", "pairs.tsv", "test.tsv", "-o", "test.tsv"],
            ["deduplicate", "pairs.tsv", "-o", "a.tsv", "--report", "pairs.tsv"],
            ["deduplicate", "pairs.tsv", "-o", "test.tsv", "--against", "test.tsv"],
            ["evaluate", "good.txt", "good.txt", "--boundaries", "--json", "good.txt"],
            ["align", "good.txt", "--glossary", "pairs.tsv", "-o", "pairs.tsv"],
            ["convert", "side.en", "side.vi", "side", "--to", "moses"],
            ["convert", "folder/train.jsonl", "folder", "--to", "huggingface"],
            ["build", "folder", "-o", "folder"],
        )
    ],
    (["describe", "pairs.tsv", "-o", "-", "--json", "-"], "-: two outputs in one place"),
    (["deduplicate", "pairs.tsv", "-o", "a.tsv", "--report", "./a.tsv"], "./a.tsv: two outputs in one place"),
    # The cause is told before what follows from it.
    *[
        ([verb, "nosuch", *more], "nosuch: no such file")
        for verb, *more in (
            ["score"],
            ["describe"],
            ["convert", "a.tsv"],
            ["report", "-o", "a.html"],
            ["deduplicate", "-o", "a.tsv"],
        )
    ],
    *[
        (words, "folder: this is a folder; give a file")
        for words in (
            ["score", "folder"],
            ["convert", "folder", "a.tsv"],
            ["score", "pairs.tsv", "-o", "folder"],
            ["align", "good.txt", "-o", "folder"],
            ["names", "good.txt", "-o", "folder"],
            ["report", "pairs.tsv", "-o", "folder"],
            ["convert", "pairs.tsv", "folder"],
            ["split", "good.txt", "--lang", "en", "-o", "folder"],
            ["evaluate", "good.txt", "pairs.tsv", "--hypotheses", "-o", "folder"],
        )
    ],
    (["align", "english.txt"], "(found 2 English blocks); give both files: an English and a Vietnamese one"),
    (["build", "void", "-o", "corp"], "no documents"),
    (["report", "sure.tsv", "--score", "-o", "a.html"], "sure.tsv: pair 2: probability is no number in 0..1"),
    *[
        (words, f"{found}.tsv: pair 2: quality is no number in 0..1 (found '{found}')")
        for found in ("7", "xx", "inf")
        for words in (
            ["describe", f"{found}.tsv"],
            ["describe", f"{found}.tsv", "--by", "src_text"],
            ["report", f"{found}.tsv", "-o", "a.html"],
            ["deduplicate", f"{found}.tsv", "-o", "a.tsv"],
        )
    ],
    # Options that would do nothing.
    (["normalise", "english.txt", "--lang", "en", "--glossary", "missing.tsv"], "--glossary needs --names"),
    (["describe", "pairs.tsv", "--by", "doc_id", "--sample", "5"], "--sample does nothing with --by"),
    (["deduplicate", "pairs.tsv", "-o", "a.tsv", "--exact", "--threshold", "0.8"], "--threshold is about near"),
    (["score", "good.txt", "good.txt", "--format", "tsv"], "two files, but not Moses"),
    (["score", "good.txt", "good.txt", "--threshold", "best"], "strict, balanced, recall"),
]


def files_in(folder: Path) -> dict[Path, bytes]:
    """Every file and folder in it, with what it holds."""
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def test_bad_input_is_one_line_in_a_process_of_its_own() -> None:
    done = run_process("align", "no/such/file.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "aligner: no/such/file.txt: no such file; check the path\n"


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_bad_input_is_one_line_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.txt").write_bytes(b"")
    Path("binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    Path("latin.txt").write_bytes("Thành phố\n".encode("cp1258", "replace") + b"\xe0\xe9 caf\xe9\n")
    Path("english.txt").write_text("It rained all day.\n\nWe stayed at home.\n", "utf-8")
    Path("good.txt").write_text(TEXT, "utf-8")
    for name in ("pairs.tsv", "test.tsv", "page.html"):
        Path(name).write_text("It rained.\tTrời mưa.\n", "utf-8")
    for found in ("7", "xx", "inf"):
        Path(f"{found}.tsv").write_text(f"src_text\ttrg_text\tquality\na\tb\t\na\tb\t{found}\n", "utf-8")
    Path("sure.tsv").write_text("src_text\ttrg_text\tprobability\na\tb\t1\na\tb\tsure\n", "utf-8")
    Path("link.tsv").symlink_to("good.txt")
    for name in ("side.en", "side.vi"):
        Path(name).write_text("2019\n", "utf-8")
    Path("void").mkdir()
    Path("folder").mkdir()
    Path("folder", "train.jsonl").write_text('{"en": "It rained.", "vi": "Trời mưa."}\n', "utf-8")
    before = files_in(tmp_path)
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("aligner: ")
    assert said in line
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("verb", ["score", "convert", "describe", "report", "deduplicate"])
def test_every_verb_that_reads_pairs_takes_an_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pairs.tsv").write_bytes(b"We had a coffee.\tCh\xfang t\xf4i u\xf4ng c\xe0 ph\xea.\n")
    words = [
        "pairs.tsv",
        *(["out.tsv"] if verb == "convert" else ["-o", "out.html" if verb == "report" else "out.tsv"]),
    ]
    assert "--encoding" in run(verb, *words).stderr
    assert run(verb, *words, "--encoding", "cp1252").returncode == 0
    if verb != "describe":
        assert "càphê" in Path(words[-1]).read_text("utf-8").replace(" ", "")


ODD = (
    '{"en": "It rained \\ud800.", "vi": "Trời \\udfff mưa.", "doc_id": "\\ud800", "quality": 0.5, "decision": "keep", '
    '"reasons": "\\ud801"}\n'
)
"""A pair with lone surrogates in every column of text: JSON can have them, pandas' own text cannot."""


@pytest.mark.parametrize(
    "words",
    [
        ["score", "odd.jsonl", "-o", "out.tsv"],
        ["deduplicate", "odd.jsonl", "-o", "out.tsv", "--report", "report.tsv"],
        ["describe", "odd.jsonl", "-o", "out.tsv"],
        ["describe", "odd.jsonl", "--by", "doc_id", "-o", "out.tsv"],
        ["mine", "bytes-\udcff.txt", "vi.txt", "-o", "out.tsv", "-j", "1"],
        ["match", ".", "-o", "out.tsv", "--report", "report.tsv", "-j", "1"],
    ],
    ids=" ".join,
)
def test_lone_surrogates_in_cells_and_names_are_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("odd.jsonl").write_text(ODD * 2, "utf-8")
    Path("vi.txt").write_text("Trời mưa.\n\nChúng tôi ở nhà.\n", "utf-8")
    try:
        Path("bytes-\udcff.txt").write_text("It rained.\n\nWe stayed at home.\n", "utf-8")
    except OSError:
        pytest.skip("this system has no such names")
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert Path("out.tsv").stat().st_size > 0


@pytest.mark.parametrize(
    "words", [["mine", "pipe", "vi.txt", "-o", "out.tsv"], ["mine", "vi.txt", "pipe", "-o", "out.tsv", "--split"]]
)
def test_what_is_read_twice_is_no_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("vi.txt").write_text("Trời mưa.\n", "utf-8")
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("aligner: pipe: a collection cannot be a pipe or a device; give a file")
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "vi.txt"}


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that cannot be read is played by Linux")
@pytest.mark.parametrize("words", [["align"], ["names"], ["score"], ["split", "--lang", "en"]], ids=" ".join)
def test_a_file_that_the_system_cannot_read_is_named(words: list[str]) -> None:
    done = run(words[0], "/proc/self/mem", *words[1:])
    assert done.returncode == 2
    assert done.stderr.startswith("aligner: /proc/self/mem: ")
    assert len(done.stderr.splitlines()) == 1


def test_an_error_of_the_system_about_a_file_names_that_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(chosen: argparse.Namespace) -> None:
        raise PermissionError(13, "Permission denied", "notes.txt")

    monkeypatch.setattr("aligner.commands.split._split", fail)
    done = run("split", "-", "--lang", "en", given=b"Hi.")
    assert (done.returncode, done.stderr) == (2, "aligner: notes.txt: Permission denied\n")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run_process("align", "-", given=TEXT.encode(), stdout=writer)
    os.close(writer)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["align"], ["align", "a", "--no-such-option"]])
def test_wrong_arguments_are_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by /dev/full")
@pytest.mark.parametrize("arguments", [["align", "-"], ["align", "-", "-o", "-"], ["split", "-", "--lang", "en"]])
def test_a_full_disk_is_one_line_and_status_2(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = run_process(*arguments, given=TEXT.encode(), stdout=full.fileno())
    assert done.returncode == 2
    assert "No space left" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_traceback(closed: str) -> None:
    command = f"{sys.executable} -m aligner split - --lang en {closed}"
    given = None if closed == "<&-" else TEXT
    done = subprocess.run(command, shell=True, cwd=ROOT, input=given, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if closed == "2>&-" else 2)
    if closed == "2>&-":
        assert "sentences:" not in done.stdout


def test_version_and_help() -> None:
    assert run_process("--version").stdout == f"aligner {aligner.__version__}\n"
    assert "--null-bias" in run("align", "--help").stdout


def modules_after(*arguments: str) -> set[str]:
    """What a process has imported once the command has answered."""
    code = (
        "import sys\nfrom aligner.cli import main\ntry:\n    main(sys.argv[1:])\n"
        "except SystemExit:\n    print()\nprint(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["nonsense"]])
def test_what_needs_no_verb_imports_none(arguments: list[str]) -> None:
    modules = modules_after(*arguments)
    assert modules & {"numpy", "pandas", "regex", "sentencepiece", "lxml", "http", "concurrent.futures"} == set()
    ours = {module.removeprefix("aligner.") for module in modules if module.startswith("aligner.")}
    assert ours == {"cli", "commands", "commands.telling", "errors", "version"}


def test_a_verb_imports_no_other() -> None:
    ours = {f"aligner.commands.{verb}" for verb in VERBS}
    assert modules_after("split", "--help") & ours == {"aligner.commands.split"}


def test_no_argument_that_names_a_file_is_forgotten() -> None:
    (verbs,) = (action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    free = {
        action.dest
        for verb in verbs.choices.values()
        for action in verb._actions
        if action.nargs != 0 and action.type is None and action.choices is None
    }
    no_files = {"encoding", "encoder", "encoder_prompt", "encoder_cache", "title", "by", "scheduler"}
    no_files |= {"reviewer", "agreement", "resolve"}
    assert free == {*INPUTS, *OUTPUTS, *no_files}


def test_every_verb_is_a_module_of_its_name() -> None:
    modules = {path.stem for path in (ROOT / "aligner" / "commands").glob("*.py")}
    assert modules == {*VERBS, "__init__", "options", "telling"}


def test_split_writes_a_sentence_a_line(tmp_path: Path) -> None:
    text = "Ông ở TP. HCM. Bà ở Huế;\nhọ ít gặp nhau."
    done = run("split", "-", "--lang", "vi", given=text.encode())
    assert done.stdout.split("\n") == ["Ông ở TP. HCM.", "Bà ở Huế; họ ít gặp nhau.", ""]
    assert done.stderr == "sentences: 2\n"
    out = tmp_path / "units.txt"
    assert run("split", "-", "--lang", "vi", "--max-chars", "12", "-o", out, given=text.encode()).returncode == 0
    assert out.read_text("utf-8").split("\n") == ["Ông ở TP. HCM.", "Bà ở Huế;", "họ ít gặp nhau.", ""]


def test_normalise_counts_its_changes() -> None:
    done = run("normalise", "-", "--lang", "vi", "--tone", "old", given="Vie\u0323\u0302t\u00a0Nam hoà bình .".encode())
    assert done.stdout == "Việt Nam hòa bình."
    assert done.stderr.startswith("changes: 4 (")


def test_legacy_files_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("ViÖt Nam\n".encode("latin-1"))
    assert run("normalise", path, "--lang", "vi", "--encoding", "tcvn3").stdout == "Việt Nam\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["align", "-", "--null-bias", "900"], "--null-bias out of range (found 900.0); give nats in -100..100"),
        (["align", "-", "--null-bias=900"], "--null-bias out of range (found 900.0); give nats in -100..100"),
        (["align", "-", "--threshold", "7"], "--threshold out of range (found 7.0); give "),
        (["split", "-", "--lang", "en", "--max-chars", "0"], "--max-chars out of range (found 0); give 1 or more\n"),
    ],
)
def test_an_error_calls_an_option_by_its_name(arguments: list[str], said: str) -> None:
    assert run(*arguments, given=TEXT.encode()).stderr.startswith(f"aligner: {said}")


@pytest.mark.parametrize("arguments", [["--max-chars", "0"], ["--max-chars", "-3"]])
def test_a_wrong_limit_is_one_line_and_status_2(arguments: list[str]) -> None:
    done = run("split", "-", "--lang", "en", *arguments, given=b"Hi.")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


# Beside the output ---------------------------------------------------------------------------------------------------


def test_quiet_tells_nothing_but_what_is_wrong(tmp_path: Path) -> None:
    out = tmp_path / "pairs.tsv"
    assert run("align", "-", "-o", out, given=TEXT.encode()).stderr
    said = out.read_bytes()
    for option in ("-q", "--quiet"):
        done = run("align", "-", "-o", out, option, given=TEXT.encode())
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert out.read_bytes() == said
    done = run("align", "missing.txt", "--quiet")
    assert (done.returncode, done.stderr) == (2, "aligner: missing.txt: no such file; check the path\n")
    assert run("align", "-", given=TEXT.encode()).stderr  # and the next one tells again


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_quiet(verb: str) -> None:
    assert "--quiet" in run(verb, "--help").stdout


def test_another_spelling_is_the_same_verb_and_no_help_lists_it() -> None:
    assert run("normalize", "-", "--lang", "vi", given="hoa\u0300".encode()).stdout == "hoà"
    assert "normalize" not in run("--help").stdout
    with pytest.raises(AttributeError) as caught:
        aligner.normalize  # type: ignore[attr-defined]  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("normalize", aligner)  # from which Python proposes normalise


class Terminal(io.StringIO):
    """Standard error as a person sees it."""

    def isatty(self) -> bool:
        return True


def followed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds: list[float]) -> str:
    """What is shown of six steps, each at its second."""
    monkeypatch.setattr(sys, "stderr", stream)
    times = iter([0.0, *seconds])
    with following(" pairs", clock=lambda: next(times)) as follow:
        for k, _ in enumerate(seconds):
            if follow is not None:
                follow("scored", 1000 * k, 0 if k < 4 else 6000)
    return stream.getvalue()


def test_a_log_gets_a_line_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    told = followed(monkeypatch, io.StringIO(), [1, 59, 61, 90, 130, 250])
    assert told.splitlines() == [
        "scored: 2,000 pairs, 1 min",
        "scored: 4,000 of 6,000 pairs, 2 min",
        "scored: 5,000 of 6,000 pairs, 4 min",
    ]


def test_a_terminal_gets_a_bar_and_the_quiet_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = followed(monkeypatch, Terminal(), [1, 59, 61, 90, 130, 250])
    assert "scored: " in bar
    assert "5000/6000" in bar
    with quiet():
        assert followed(monkeypatch, Terminal(), [61]) == followed(monkeypatch, io.StringIO(), [61]) == ""


@pytest.mark.parametrize(
    ("words", "step"),
    [
        (["score", "pairs.tsv"], "scored: 2 pairs"),
        (["convert", "pairs.tsv", "out.tmx"], "converted: 2 pairs"),
        (["describe", "pairs.tsv"], "read: 2 pairs"),
        (["deduplicate", "pairs.tsv", "-o", "out.tsv", "--exact"], "read: 2 pairs"),
        (["report", "pairs.tsv", "-o", "out.html"], "read: 2 pairs"),
        (["build", "folder", "-o", "corpus", "-j", "1"], "built, 0 set aside: 1 of 1 documents"),
        (["match", "folder", "-j", "1"], "read"),
        (["export", "corpus", "-o", "out"], "exported: 1 of 1 shards"),
    ],
)
def test_long_work_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], step: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("aligner.commands.telling.EVERY", 0.0)  # each step is told, and no clock is asked
    Path("pairs.tsv").write_text("It rained.\tTrời mưa.\nWe stayed.\tChúng tôi ở lại.\n", "utf-8")
    Path("folder").mkdir()
    Path("folder", "a.txt").write_text(TEXT, "utf-8")
    Path("folder", "b.txt").write_text(TEXT.replace("rained", "snowed").replace("mưa", "có tuyết"), "utf-8")
    if words[0] in ("build", "export"):
        Path("folder", "b.txt").unlink()
    if words[0] == "export":
        assert run("build", "folder", "-o", "corpus", "-j", "1", "-q").returncode == 0
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert step in done.stderr
    assert step not in run(*words, "--quiet").stderr


# Names ---------------------------------------------------------------------------------------------------------------


def test_names_of_an_article_are_shown() -> None:
    done = run("names", ARTICLE)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:2] == ["place", "11"]
    assert any(line.endswith("Vu Thanh Bach  |  Vũ Thanh Bách") for line in done.stdout.splitlines())
    head, signature = done.stderr.splitlines()
    assert head.startswith(f"names: {len(rows)}, ")
    assert signature.startswith("signature: envi-aligner|")


@pytest.mark.parametrize("suffix", [".tsv", ".tbx"])
def test_names_of_an_article_are_a_glossary_that_reads_back(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"names{suffix}"
    done = run("names", ARTICLE, "-o", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert {path.name for path in tmp_path.iterdir()} == {out.name}
    table = read_glossary(out)
    assert ("Vu Thanh Bach", "Vũ Thanh Bách", "person") in {(e.en, e.vi, e.kind) for e in table.entries}
    if suffix == ".tsv":
        assert f"entries:{len(table.entries)}" in table.signature
    again = run("align", ARTICLE, "-o", "-", "--glossary", out)
    assert again.returncode == 0, again.stderr


def test_names_of_a_text_in_one_language() -> None:
    text = "Mr Tran Van Ba met Ms Kowalski. Then Mr Ba left."
    done = run("names", "-", "--lang", "en", given=text.encode())
    assert [line.split("—")[-2].strip() for line in done.stdout.splitlines()] == ["Tran Van Ba  |", "Kowalski  |"]
    assert done.stderr == "names: 2, 0 of them in both languages; spelled in more than one way: 0\n"
    assert "Trần Ba" in run("names", "-", "--lang", "vi", given="Ông Trần Ba đi.".encode()).stdout


def test_names_know_what_a_glossary_says(tmp_path: Path) -> None:
    glossary = tmp_path / "known.tsv"
    glossary.write_text("en\tvi\nZorblat\tKwimp\n", "utf-8")
    text = "We left Zorblat.\n\nTa rời Kwimp.\n".encode()
    assert "Zorblat  |  Kwimp" not in run("names", "-", given=text).stdout
    assert "Zorblat  |  Kwimp" in run("names", "-", "--glossary", glossary, given=text).stdout
    for glossary_given, decision in (([], "drop"), (["--glossary", glossary], "keep")):
        (row,) = run("align", "-", "-o", "-", *glossary_given, given=text).stdout.splitlines()[1:]
        assert ("names_differ" in row) is (decision == "drop")


def test_names_of_two_files(tmp_path: Path) -> None:
    en, vi = tmp_path / "a.en.txt", tmp_path / "a.vi.txt"
    en.write_text("Mr To Lam left.\n", "utf-8")
    vi.write_text("Ông Tô Lâm đi.\n", "utf-8")
    assert "To Lam  |  Tô Lâm" in run("names", en, vi).stdout


NAMED = "Mr Cuong left.\n\nÔng Cường đi.\n\nMr Lương Cường is back.\n\nÔng Lương Cường đã về.\n"


def test_align_writes_names_in_one_way_and_keeps_the_texts(tmp_path: Path) -> None:
    out = tmp_path / "pairs.tsv"
    done = run("align", "-", "--names", "vietnamese", "-o", out, given=NAMED.encode())
    assert done.returncode == 0, done.stderr
    header, *rows = [line.split("\t") for line in out.read_text("utf-8").splitlines()]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["src_text"] for row in cells] == ["Mr Cường left.", "Mr Lương Cường is back."]
    assert [row["src_original"] for row in cells] == ["Mr Cuong left.", "Mr Lương Cường is back."]
    assert [row["trg_text"] for row in cells] == [row["trg_original"] for row in cells]
    told = json.loads((tmp_path / "pairs.tsv.meta.json").read_text("utf-8"))
    assert told["signature"].endswith("|names:vietnamese")
    plain = run("align", "-", "--names", "ascii", "-o", "-", given=NAMED.encode()).stdout
    assert "Mr Luong Cuong is back.\tÔng Lương Cường đã về." in plain
    assert "src_original" not in run("align", "-", "-o", "-", given=NAMED.encode()).stdout


def test_normalise_writes_names_in_one_way(tmp_path: Path) -> None:
    text = "Mr  Cường met Ms Núñez.\n"
    done = run("normalise", "-", "--lang", "en", "--names", "ascii", given=text.encode())
    assert done.stdout == "Mr Cuong met Ms Núñez.\n"
    assert done.stderr.startswith("changes: 2 (1 names: ascii, ")
    assert run("normalise", "-", "--lang", "en", given=text.encode()).stdout == "Mr Cường met Ms Núñez.\n"
    glossary = tmp_path / "known.tsv"
    glossary.write_text("en\tvi\tkind\nCuong\tCường\tperson\n", "utf-8")
    arguments = ["normalise", "-", "--lang", "en", "--names", "vietnamese"]
    assert run(*arguments, given=b"Mr Cuong left.\n").stdout == "Mr Cuong left.\n"
    assert run(*arguments, "--glossary", glossary, given=b"Mr Cuong left.\n").stdout == "Mr Cường left.\n"


@pytest.mark.parametrize(
    "arguments",
    [["names", "a", "--lang", "fr"], ["align", "a", "--names", "accents"], ["normalise", "a", "--names", "keep"]],
)
def test_wrong_choices_about_names_are_status_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_names_has_help() -> None:
    said = run("names", "--help").stdout
    assert all(option in said for option in ("--lang", "--glossary", "--output", "--encoding"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "missing: VERB; see aligner --help"),
        (["allign", "a"], "there is no verb allign (did you mean align?); see aligner --help"),
        (["frobnicate"], "there is no verb frobnicate; see aligner --help"),
        (["align"], "missing: file; see aligner align --help"),
        (["build"], "missing: input, --output; see aligner build --help"),
        (["align", "a", "b", "c", "--kept"], "too much was given: c; see aligner align --help"),
        (
            ["align", "a", "b", "c", "--quite"],
            "there is no option --quite (did you mean --quiet?); see aligner align --help",
        ),
        (["align", "a", "b", "c"], "too much was given: c; see aligner align --help"),
        (
            ["score", "a", "--ouput", "b"],
            "there is no option --ouput (did you mean --output?); see aligner score --help",
        ),
        (["score", "a", "-o"], "--output has no value; see aligner score --help"),
        (["score", "a", "--quiet=3"], "--quiet takes nothing (found '3'); see aligner score --help"),
        (["split", "a", "--lang", "fr"], "--lang takes one of en, vi (found 'fr'); see aligner split --help"),
        (["build", "a", "-j", "x"], "--jobs takes a whole number (found 'x'); see aligner build --help"),
        (["align", "a", "--null-bias", "x"], "--null-bias takes a number (found 'x'); see aligner align --help"),
        (["align", "a", "--all", "--kept-only"], "--kept-only and --all exclude each other; see aligner align --help"),
        (["review", "a", "--agreement", "b"], "--agreement takes 2 values, and has fewer; see aligner review --help"),
        (
            ["split", "a", "--lan", "en", "--max", "x"],
            "--max-chars takes a whole number (found 'x'); see aligner split --help",
        ),
        (["mine", "a", "b", "--s", "3"], "--s may be --split, --shard, --scheduler; see aligner mine --help"),
        (["mine", "a", "b", "--shard", "3"], "--shard: not a part: '3'; give i/n, as 1/8; see aligner mine --help"),
    ],
)
def test_a_mistake_in_the_words_of_a_command_is_one_line(words: list[str], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr == f"aligner: {said}\n"


def test_split_says_when_the_text_looks_like_the_other_language(tmp_path: Path) -> None:
    (tmp_path / "vi.txt").write_text("Trời mưa suốt đêm ở Huế. Chúng tôi ở nhà và đọc sách.\n", "utf-8")
    told = run("split", tmp_path / "vi.txt", "--lang", "en").stderr
    assert "note: the text looks like vi, and was split by the rules of --lang en" in told
    assert "note:" not in run("split", tmp_path / "vi.txt", "--lang", "vi").stderr


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that opens and cannot be read")
@pytest.mark.parametrize("words", [["align"], ["split", "--lang", "en"], ["normalise", "--lang", "en"]])
def test_what_cannot_be_read_is_not_blamed_on_the_output(words: list[str]) -> None:
    done = run(words[0], "/proc/self/mem", *words[1:])
    assert (done.returncode, done.stderr) == (
        2, "aligner: /proc/self/mem: cannot be opened (found Input/output error)\n"
    )  # fmt: skip
