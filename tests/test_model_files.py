"""A refitted model of quality comes back from its file as it was; what is none is refused in one line."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import aligner
from aligner.cli import main
from aligner.errors import InputError
from aligner.quality.model import shipped_model

PAIRS = pd.DataFrame(
    {
        "src_text": ["My aunt sells green tea.", "It rained all night.", "The bridge is closed until 2027."],
        "trg_text": ["Dì tôi bán trà xanh.", "Chính phủ công bố ngân sách.", "Cây cầu đóng cửa đến năm 2026."],
    }
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "quality.json"
    aligner.write_quality(shipped_model(), path)
    return path


def test_a_model_judges_as_before(file: Path) -> None:
    again = aligner.read_quality(file)
    assert again.signature == shipped_model().signature
    ours, theirs = (aligner.score_pairs(PAIRS, model=model)["quality"] for model in (None, again))
    assert theirs.tolist() == pytest.approx(ours.tolist(), abs=2e-3)  # weights have four decimals


def test_the_verb_takes_a_model_and_signs_with_it(file: Path, tmp_path: Path) -> None:
    PAIRS.to_csv(tmp_path / "p.tsv", sep="\t", index=False)
    stored = json.loads(file.read_text("utf-8")) | {"signature": "mine|v:1"}
    (tmp_path / "m.json").write_text(json.dumps(stored), "utf-8")
    out = tmp_path / "out.tsv"
    assert main(["score", str(tmp_path / "p.tsv"), "-o", str(out), "--model", str(tmp_path / "m.json")]) == 0
    assert next(aligner.read_pairs(out)).attrs["signature"].startswith("mine|v:1|")


def changed(stored: dict[str, Any], path: str, value: object) -> str:
    at: Any = stored
    *inner, last = path.split("/")
    for name in inner:
        at = at[name]
    at[last] = value
    return json.dumps(stored)


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("kind", "envi-aligner quality 2", "no model"),
        ("encoder", "0" * 12, "another encoder"),
        ("thresholds", {"strict": 1}, "no model"),
        ("thresholds", {"strict": 0.5, "balanced": 7, "recall": 0}, "no model"),
        ("model/features", {}, "other evidence"),
        ("model/features/cosine", {"at": [0, 1], "nats": [[1]]}, "no model"),
        ("model/features/cosine/at", "x", "no model"),
        ("model/bias", [1], "no model"),
        ("model/bias", [1, 1], "no model"),
        ("model/sizes", [1, 2, 3, 4], "no model"),
        ("model/calibration", {"sum": [1, 0], "logit": [0, 1]}, "no model"),
        ("model/calibration", {"sum": [0, 1], "logit": [1, 0]}, "no model"),
        ("thresholds", {"strict": 10**400, "balanced": 0, "recall": 0}, "no model"),
        ("signature", "mine\nv:1", "no model"),
        ("signature", "mine\x1b[31m", "no model"),
        ("signature", None, "no model"),
        ("model", None, "no model"),
    ],
)
def test_what_is_no_model_is_refused(file: Path, tmp_path: Path, path: str, value: object, what: str) -> None:
    (tmp_path / "m.json").write_text(changed(json.loads(file.read_text("utf-8")), path, value), "utf-8")
    with pytest.raises(InputError, match=what):
        aligner.read_quality(tmp_path / "m.json")


@pytest.mark.parametrize("content", [" ", "[]", "{", "NaN", "[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "m.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match="no model"):
        aligner.read_quality(tmp_path / "m.json")
