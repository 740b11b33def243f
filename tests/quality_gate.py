"""The quality gate: scores on the corpus's gold beads, and the floors that they may not fall below.

usage: python -m tests.quality_gate                     print the scores beside the floors; exit 1 if one fell
       python -m tests.quality_gate --update            raise the floors to the scores; refuses to lower one
       python -m tests.quality_gate --update --allow-regression   lowers too (needs a page in docs/decisions)
"""

import argparse
import ast
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import aligner

CORPUS = Path(__file__).parents[1] / "corpus"
FLOORS = Path(__file__).with_name("quality_floors.json")

Scores = dict[str, dict[str, float]]


def articles(corpus: Path = CORPUS) -> dict[str, list[Path]]:
    """Files of each article by name: one, or the English and the Vietnamese one."""
    found: dict[str, list[Path]] = {}
    for path in sorted((corpus / "articles").iterdir()):
        found.setdefault(path.name.split(".")[0], []).append(path)
    return found


def read_lines(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")[:-1]


def read_beads(path: Path) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    rows = [line.split(":") for line in read_lines(path)]
    return [(tuple(ast.literal_eval(source)), tuple(ast.literal_eval(target))) for source, target in rows]


def digest(corpus: Path = CORPUS) -> str:
    """SHA-256 over the articles and the gold files, names and bytes."""
    total = hashlib.sha256()
    for folder in ("articles", "gold"):
        for path in sorted((corpus / folder).iterdir()):
            total.update(f"{folder}/{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def f1(gold: set[tuple[str, str]], found: set[tuple[str, str]]) -> float:
    return 2 * len(gold & found) / (len(gold) + len(found))


def measure(corpus: Path = CORPUS) -> Scores:
    """By article: strict F1 of the beads given the gold sentences, and F1 of the pairs' texts from the file alone."""
    scores: Scores = {}
    for name, files in articles(corpus).items():
        en, vi = (read_lines(corpus / "gold" / f"{name}.{lang}") for lang in ("en", "vi"))
        gold = read_beads(corpus / "gold" / f"{name}.gold")
        article = aligner.align_article(aligner.read_article(*files))
        texts = {article.texts(bead) for bead in article.beads if not bead.is_null}
        gold_texts = {(" ".join(en[i] for i in s), " ".join(vi[j] for j in t)) for s, t in gold if s and t}
        scores[name] = {
            "beads": aligner.evaluate(aligner.align(en, vi), gold).strict.f1,
            "article": f1(gold_texts, texts),
        }
    return scores


def fallen(scores: Scores, floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Every floor that its score does not reach, in words; an article without a floor is one, too."""
    faults = [f"{name} has no floor; run with --update" for name in scores if name not in floors]
    for name, kinds in floors.items():
        for kind, floor in kinds.items():
            score = scores.get(name, {}).get(kind)
            if score is None or score < floor:
                faults.append(f"{name}, {kind}: {score} is below the floor of {floor}")
    return faults


def pinned(scores: Scores) -> Scores:
    """Scores as floors, rounded down to three digits, so that a last bit of another processor does not matter."""
    return {name: {kind: int(value * 1000) / 1000 for kind, value in kinds.items()} for name, kinds in scores.items()}


def main(arguments: list[str], floors_path: Path = FLOORS, corpus: Path = CORPUS) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--allow-regression", action="store_true")
    chosen = parser.parse_args(arguments)
    stored = json.loads(floors_path.read_text("utf-8")) if floors_path.exists() else {"floors": {}}
    scores = measure(corpus)
    for name, kinds in scores.items():
        print(f"{name:20s} " + "  ".join(f"{kind} {value:.4f}" for kind, value in kinds.items()))
    faults = [fault for fault in fallen(scores, stored["floors"]) if not (chosen.update and "has no floor" in fault)]
    if faults and not chosen.allow_regression:
        print("\n".join(faults), file=sys.stderr)
        return 1
    if chosen.update:
        new = {"corpus_sha256": digest(corpus), "articles": len(scores), "floors": pinned(scores)}
        floors_path.write_text(json.dumps(new, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
