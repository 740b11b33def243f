"""Completion, as the shells themselves do it; those that are not installed are left out, bash is everywhere."""

import shutil
import subprocess
from pathlib import Path

import pytest

from aligner.cli import VERBS
from aligner.commands.completion import SHELLS
from tests.commands import run

pytest.importorskip("shtab")

HOW = {
    # A shell's own way to say what it would offer at the end of a line.
    "bash": """source {script}
COMP_WORDS=({words} ""); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); [ "{last}" ] && COMP_WORDS[COMP_CWORD]="{last}"
COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}
$(complete -p aligner | sed -E 's/.*-F ([^ ]+).*/\\1/') aligner "{last}"
printf '%s\\n' "${{COMPREPLY[@]}}"
""",
    "fish": "source {script}; complete -C '{line}'",
    # A shell in a terminal of its own; its screen is read until it shows what is waited for.
    "zsh": """zmodload zsh/zpty; zpty shell "PS1= zsh -f -i"
zpty -w shell "autoload -Uz compinit; compinit -u -D; source {script}; compdef _shtab_aligner aligner; echo rea''dy"
zpty -r shell seen "*ready*"; zpty -w -n shell $'{line}\\t\\t'
zpty -r shell seen "*{wanted}*"; print -r -- $seen
""",
}

WANTED = [
    # what is typed, what is offered, what is not
    ("aligner sc", "score", "align"),
    ("aligner score --thr", "--threshold", "--moved"),
    ("aligner align --decoding v", "viterbi", "expected"),
    ("aligner split --lang e", "en", "score"),
    ("aligner describe PAI", "PAIRS_HERE.tsv", "report"),
    ("aligner build --gloss", "--glossary", "--report"),
]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script of each shell, and with a file to be found."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "PAIRS_HERE.tsv").write_text("", "utf-8")
    for shell in SHELLS:
        done = run("completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        (folder / f"_aligner.{shell}").write_text(done.stdout, "utf-8")
    return folder


@pytest.mark.parametrize("shell", ["bash", *(pytest.param(shell, marks=pytest.mark.slow) for shell in ("zsh", "fish"))])
@pytest.mark.parametrize(("line", "wanted", "other"), WANTED)
def test_a_shell_offers_what_fits(scripts: Path, shell: str, line: str, wanted: str, other: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    words, _, last = line.rpartition(" ")
    code = HOW[shell].format(script=scripts / f"_aligner.{shell}", line=line, words=words, last=last, wanted=wanted)
    done = subprocess.run(
        [shell, "-c", code], cwd=scripts, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    offered = done.stdout.replace("\t", "\n").split()
    assert any(word.endswith(wanted) for word in offered), done.stdout + done.stderr
    assert other not in offered


def test_every_verb_is_in_every_script(scripts: Path) -> None:
    for shell in SHELLS:
        script = (scripts / f"_aligner.{shell}").read_text("utf-8")
        assert [verb for verb in VERBS if verb not in script] == []


@pytest.mark.parametrize("arguments", [["completion"], ["completion", "powershell"]])
def test_a_shell_that_is_not_known_is_refused(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
