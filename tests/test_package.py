"""What is installed: the names, the import's weight, the data's digests, and what the wheel holds."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterable
from email.parser import BytesParser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import aligner

ROOT = Path(__file__).parents[1]


def test_hosted_ci_runs_what_the_makefile_has_on_every_python_that_is_promised() -> None:
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    rows = jobs["fast"]["strategy"]["matrix"]["include"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {row["run"].removeprefix("make ") for row in rows} <= targets
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = re.findall(r"Programming Language :: Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)
    # The lowest bounds on the lowest Python; on all of them the highest versions, on the newest as uv installs them.
    assert [(row["python"], row["run"]) for row in rows] == [
        (told[0], "make floors"), *((python, "make test") for python in told[:-1]), (told[-1], "make newest")
    ]  # fmt: skip
    assert project["requires-python"] == f">={told[0]}"
    assert f"\nNEWEST ?= {told[-1]}\n" in makefile
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert {step["run"] for step in steps if "run" in step} == {"${{ matrix.run }}", "sudo --preserve-env=PATH .ci/run"}
    assert all(re.fullmatch(r"actions/[a-z-]+@v[0-9]+", step["uses"]) for step in steps if "uses" in step)


DATA = ROOT / "aligner" / "data"
HEAVY = {
    "docx",
    "lxml",
    "markdown_it",
    "matplotlib",
    "pandas",
    "pypdfium2_raw",
    "sacrebleu",
    "scipy",
    "sentence_transformers",
    "sentencepiece",
    "torch",
    "tqdm",
}

# The public contract. A name that goes breaks somebody's code; a name that comes needs a line in CHANGELOG.md.
PUBLIC = [
    "Agreement",
    "AlignConfig",
    "AlignerError",
    "Alignment",
    "Article",
    "Bead",
    "Block",
    "Boundary",
    "BuildConfig",
    "Evaluation",
    "InputError",
    "Judgement",
    "MiningConfig",
    "MissingExtraError",
    "Name",
    "NameEntry",
    "NameTable",
    "QualityModel",
    "Quantity",
    "Sentence",
    "Verdict",
    "__version__",
    "align",
    "align_article",
    "apply_edits",
    "apply_suggestions",
    "bead_probabilities",
    "build_corpus",
    "cached",
    "compare_evaluations",
    "compare_names",
    "compare_numbers",
    "compare_translations",
    "comparison_key",
    "convert_pairs",
    "decode_legacy",
    "detect_language",
    "detect_legacy",
    "drop_duplicates",
    "encode",
    "evaluate",
    "export_corpus",
    "evaluate_boundaries",
    "evaluate_retrieval",
    "evaluate_translations",
    "find_duplicates",
    "find_lost_apostrophes",
    "find_names",
    "find_numbers",
    "fit_quality",
    "join_tables",
    "joined",
    "judge_beads",
    "leakage",
    "learn_names",
    "match_documents",
    "mine",
    "names_match",
    "neural_encoder",
    "normalise",
    "normalise_names",
    "normalise_report",
    "numbers_match",
    "open_review",
    "parse_article",
    "read_article",
    "read_beads",
    "read_glossary",
    "read_vectors",
    "read_pairs",
    "read_quality",
    "read_shards",
    "reliability",
    "score_file",
    "score_hypotheses",
    "score_pairs",
    "split_corpus",
    "split_sentences",
    "threshold_table",
    "write_glossary",
    "write_pairs",
    "write_quality",
    "describe",
    "show_pairs",
    "write_report",
    "plot_alignment",
    "plot_f1",
    "plot_lengths",
    "plot_quality",
    "plot_reliability",
]

MAX_WHEEL_BYTES = 12_000_000  # an 8-bit encoder of 6 to 9 MB, the tables and the code
MAX_IMPORT_RATIO = 1.5  # CPU time of `import aligner` over that of `import numpy`, which it contains
IMPORT_RUNS = 7  # the least of seven fresh processes of each: noise only ever adds


def output_of(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Standard output of a fresh interpreter, in the root of this tree; what it complains of if it fails."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_python(code: str) -> str:
    """Standard output of `code` in a fresh interpreter that finds this tree and may keep bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return output_of("-c", code, environment=environment)


def heavy_modules_after(statement: str) -> set[str]:
    return HEAVY & set(run_python(f"{statement}\nimport sys\nprint(*sys.modules)").split())


def digest(content: bytes) -> dict[str, object]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def manifest() -> dict[str, dict[str, object]]:
    """Digest of every shipped data file, by its path under aligner/data."""
    files = json.loads((DATA / "MANIFEST.json").read_text("utf-8"))["files"]
    return {name: {"sha256": entry["sha256"], "bytes": entry["bytes"]} for name, entry in files.items()}


def test_public_names_are_pinned() -> None:
    assert sorted(aligner.__all__) == sorted(PUBLIC)


def test_star_import_gives_every_public_name() -> None:
    names = run_python("from aligner import *\nprint(*dir())").split()
    assert set(PUBLIC) <= set(names)


def test_every_public_name_is_where_the_door_says() -> None:
    for name in PUBLIC:
        assert getattr(aligner, name) is not None
    assert set(PUBLIC) <= set(dir(aligner))
    with pytest.raises(AttributeError, match="module 'aligner' has no attribute 'nonsense'"):
        aligner.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    assert heavy_modules_after("import aligner") == set()


def test_no_public_name_loads_anything_heavy() -> None:
    assert heavy_modules_after("from aligner import *") == set()


def test_a_heavy_import_would_be_seen() -> None:
    assert "markdown_it" in heavy_modules_after("import aligner, markdown_it")


def test_import_budget() -> None:
    seconds: dict[str, list[float]] = {"numpy": [], "aligner": []}
    for _ in range(IMPORT_RUNS):
        for module, runs in seconds.items():
            runs.append(float(run_python(f"import {module}, time\nprint(time.process_time())")))
    assert min(seconds["aligner"]) <= MAX_IMPORT_RATIO * min(seconds["numpy"]), seconds


def test_data_files_are_those_of_the_manifest() -> None:
    listed = manifest()
    assert listed, "aligner/data/MANIFEST.json lists no file"
    assert {name: digest((DATA / name).read_bytes()) for name in listed} == listed, "run make data"


def test_every_shipped_byte_is_in_the_manifest() -> None:
    present = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()}
    described = {name for name in present if name.endswith((".md", ".py", ".pyc"))}
    assert present - described - {"MANIFEST.json"} <= set(manifest())


def test_types_are_shipped() -> None:
    assert (ROOT / "aligner" / "py.typed").is_file()


def test_version_is_that_of_the_metadata() -> None:
    metadata = json.loads(output_of("-m", "hatchling", "metadata"))
    assert (metadata["name"], metadata["version"]) == ("envi-aligner", aligner.__version__)


def test_the_page_on_pypi_has_no_link_into_the_repository() -> None:
    """There they lead nowhere; their words stay."""
    text = json.loads(output_of("-m", "hatchling", "metadata"))["readme"]["text"]
    assert re.findall(r"\]\((?!https?:)[^)]*\)", text) == []
    assert "docs/: the proof, the first hour," in text


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sdist, and the wheel built from that sdist, so that a file missing there shows."""
    folder = tmp_path_factory.mktemp("dist")
    output_of("-m", "build", "--no-isolation", "--outdir", str(folder))
    return folder


@pytest.mark.slow
def test_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (path,) = built.glob("*.whl")
    assert path.name == f"envi_aligner-{aligner.__version__}-py3-none-any.whl"
    assert path.stat().st_size <= MAX_WHEEL_BYTES
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        assert {name.split("/")[0] for name in names} == {
            "aligner",
            path.name.removesuffix("-py3-none-any.whl") + ".dist-info",
        }
        assert names >= {
            "aligner/py.typed",
            "aligner/__init__.pyi",
            "aligner/data/MANIFEST.json",
            "aligner/data/README.md",
        }
        assert {name: digest(wheel.read(f"aligner/data/{name}")) for name in manifest()} == manifest()
        (entry_points,) = (name for name in names if name.endswith("/entry_points.txt"))
        assert "aligner = aligner.cli:main" in wheel.read(entry_points).decode()


@pytest.mark.slow
def test_wheel_holds_every_module(built: Path) -> None:
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        in_wheel = {name for name in wheel.namelist() if name.endswith(".py")}
    assert in_wheel == {file.relative_to(ROOT).as_posix() for file in (ROOT / "aligner").rglob("*.py")}


WHEEL = r"""
aligner/(\w+/)*\w+\.py
aligner/__init__\.pyi
aligner/py\.typed
aligner/data/[\w.]+
envi_aligner-[\d.]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/(LICENSE|NOTICE\.md))
"""
"""What may be in the wheel, a pattern a line: a file of another kind is a slip, or a line here."""

SDIST = r"""
(PKG-INFO|LICENSE|Makefile|pyproject\.toml|\.gitignore)
(README|CHANGELOG|CITATION|CODE_OF_CONDUCT|CONTRIBUTING|NOTICE|SECURITY)\.(md|cff)
aligner/(\w+/)*[\w.]+
benchmarks/[\w/.-]+\.(py|md|json|txt|tsv|csv|png)
corpus/[\w/.-]+\.(md|tsv|txt|html|json|gz|gold|moved|en|vi|ids|tmx|jsonl|docx)
docs/([\w/-]+\.(md|png|svg)|conf\.py|site\.css)
scripts/[\w/-]+\.(py|md|tsv)
tests/[\w/.-]+
"""
"""What may be in the sdist."""


def strangers(names: set[str], patterns: str) -> list[str]:
    """Files that no pattern allows."""
    allowed = [re.compile(line) for line in patterns.split()]
    return sorted(name for name in names if not any(pattern.fullmatch(name) for pattern in allowed))


def test_a_stranger_in_a_wheel_is_seen() -> None:
    assert strangers({"aligner/cli.py", "aligner/data/x.tsv", "aligner/.env", "build/x"}, WHEEL) == [
        "aligner/.env",
        "build/x",
    ]


@pytest.mark.slow
def test_wheel_and_sdist_hold_nothing_strange(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        assert strangers({name for name in files.namelist() if not name.endswith("/")}, WHEEL) == []
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert strangers({file.name.split("/", 1)[1] for file in archive if file.isfile()}, SDIST) == []


@pytest.mark.slow
def test_pypi_would_take_them(built: Path) -> None:
    pytest.importorskip("twine")
    said = output_of("-m", "twine", "check", "--strict", *map(str, sorted(built.iterdir())))
    assert said.count("PASSED") == 2, said


@pytest.mark.slow
def test_the_wheel_alone_gives_the_first_pair(built: Path, tmp_path: Path) -> None:
    """In an environment that has the wheel, and of all else only what its metadata ask for."""
    begun = time.perf_counter()
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    (site,) = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(site)
        (metadata,) = (name for name in files.namelist() if name.endswith("/METADATA"))
        needed = BytesParser().parsebytes(files.read(metadata)).get_all("Requires-Dist", [])
    for name in closure(needed):
        for top in {
            file.parts[0] for file in distribution(name).files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            os.symlink(distribution(name).locate_file(top), Path(site, top))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = ["-m", "aligner", "align", "-", "-o", "-"]
    given = "It rained.\n\nTrời mưa.\n"
    done = subprocess.run(
        [python, *words], cwd=tmp_path, env=environment, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("It rained.\tTrời mưa.\t")
    print(f"the first pair after {time.perf_counter() - begun:.1f} s")  # told (pytest -rP), and not asserted


def closure(requirements: Iterable[str]) -> set[str]:
    """The packages that requirements ask for without an extra, and those that these ask for."""
    found: set[str] = set()
    asked = [Requirement(text) for text in requirements]
    while asked:
        one = asked.pop()
        if one.name not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found.add(one.name)
            asked += [Requirement(text) for text in distribution(one.name).requires or ()]
    return found


@pytest.mark.slow
def test_sdist_holds_tests_and_licences_but_no_notebooks(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        names = {name.split("/", 1)[1] for name in sdist.getnames() if "/" in name}
    assert names >= {"LICENSE", "NOTICE.md", "README.md", "tests/test_package.py", "corpus/articles/state_visit.txt"}
    assert not [name for name in names if name.endswith(".ipynb") or name.startswith((".venv", ".ci"))]
