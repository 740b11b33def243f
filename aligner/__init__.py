"""Turn English-Vietnamese bilingual text into translation data: read, split, align, judge.

>>> import aligner
>>> a = aligner.align("It rained. We stayed at home.", "Trời mưa. Chúng tôi ở nhà.")
>>> [a.texts(bead) for bead in a.beads]
[('It rained.', 'Trời mưa.'), ('We stayed at home.', 'Chúng tôi ở nhà.')]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aligner.version import VERSION as __version__

if TYPE_CHECKING:
    from aligner.agreement import Agreement
    from aligner.alignment import Alignment, align, align_article
    from aligner.bitext import AlignConfig, Article, Bead, Block, Boundary, Finding, Sentence, Verdict
    from aligner.corpus.building import BuildConfig, build_corpus
    from aligner.corpus.description import describe
    from aligner.corpus.export import export_corpus, read_shards
    from aligner.corpus.repeats.duplicates import drop_duplicates, find_duplicates
    from aligner.corpus.splits import leakage, split_corpus
    from aligner.documents.articles import parse_article, read_article
    from aligner.encoders.cache import cached
    from aligner.encoders.embedded import encode
    from aligner.encoders.neural import neural_encoder
    from aligner.encoders.vectors import read_vectors
    from aligner.errors import AlignerError, InputError, MissingExtraError
    from aligner.evaluation.bead_files import read_beads
    from aligner.evaluation.beads import Evaluation, evaluate
    from aligner.evaluation.boundaries import evaluate_boundaries
    from aligner.evaluation.judgements import judge_beads
    from aligner.evaluation.retrieval import evaluate_retrieval
    from aligner.evaluation.significance import compare_evaluations, compare_translations
    from aligner.evaluation.translations import evaluate_translations, score_hypotheses
    from aligner.html_report import write_report
    from aligner.names.detection import Name, find_names
    from aligner.names.glossaries import read_glossary, write_glossary
    from aligner.names.learning import join_tables, learn_names
    from aligner.names.matching import compare_names, names_match
    from aligner.names.rewriting import normalise_names
    from aligner.names.table import NameEntry, NameTable
    from aligner.numbers.matching import compare_numbers, find_numbers, numbers_match
    from aligner.numbers.quantities import Quantity
    from aligner.pairs.formats import convert_pairs, read_pairs, write_pairs
    from aligner.plots import plot_alignment, plot_f1, plot_lengths, plot_quality, plot_reliability
    from aligner.quality.files import score_file
    from aligner.quality.measures import reliability, threshold_table
    from aligner.quality.model import QualityModel
    from aligner.quality.scores import fit_quality, score_pairs
    from aligner.showing import show_pairs
    from aligner.text.apostrophes import apply_suggestions, find_lost_apostrophes
    from aligner.text.language import detect_language
    from aligner.text.legacy import decode_legacy, detect_legacy
    from aligner.text.normalisation import comparison_key, normalise, normalise_report
    from aligner.text.sentences import split_sentences

# Where each name lives. It is imported when first asked for, so that `import aligner` costs next to nothing.
_HOMES = {
    "Alignment": "alignment",
    "align": "alignment",
    "align_article": "alignment",
    "AlignConfig": "bitext",
    "Article": "bitext",
    "Bead": "bitext",
    "Block": "bitext",
    "Boundary": "bitext",
    "Finding": "bitext",
    "Sentence": "bitext",
    "Verdict": "bitext",
    "BuildConfig": "corpus.building",
    "build_corpus": "corpus.building",
    "export_corpus": "corpus.export",
    "read_shards": "corpus.export",
    "score_file": "quality.files",
    "drop_duplicates": "corpus.repeats.duplicates",
    "find_duplicates": "corpus.repeats.duplicates",
    "leakage": "corpus.splits",
    "split_corpus": "corpus.splits",
    "AlignerError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "Evaluation": "evaluation.beads",
    "evaluate": "evaluation.beads",
    "evaluate_boundaries": "evaluation.boundaries",
    "judge_beads": "evaluation.judgements",
    "evaluate_retrieval": "evaluation.retrieval",
    "compare_evaluations": "evaluation.significance",
    "compare_translations": "evaluation.significance",
    "evaluate_translations": "evaluation.translations",
    "score_hypotheses": "evaluation.translations",
    "encode": "encoders.embedded",
    "Agreement": "agreement",
    "Name": "names.detection",
    "find_names": "names.detection",
    "join_tables": "names.learning",
    "learn_names": "names.learning",
    "compare_names": "names.matching",
    "names_match": "names.matching",
    "normalise_names": "names.rewriting",
    "NameEntry": "names.table",
    "NameTable": "names.table",
    "compare_numbers": "numbers.matching",
    "find_numbers": "numbers.matching",
    "numbers_match": "numbers.matching",
    "Quantity": "numbers.quantities",
    "parse_article": "documents.articles",
    "read_article": "documents.articles",
    "read_beads": "evaluation.bead_files",
    "cached": "encoders.cache",
    "neural_encoder": "encoders.neural",
    "read_glossary": "names.glossaries",
    "write_glossary": "names.glossaries",
    "read_vectors": "encoders.vectors",
    "convert_pairs": "pairs.formats",
    "read_pairs": "pairs.formats",
    "write_pairs": "pairs.formats",
    "reliability": "quality.measures",
    "threshold_table": "quality.measures",
    "QualityModel": "quality.model",
    "fit_quality": "quality.scores",
    "score_pairs": "quality.scores",
    "apply_suggestions": "text.apostrophes",
    "find_lost_apostrophes": "text.apostrophes",
    "detect_language": "text.language",
    "decode_legacy": "text.legacy",
    "detect_legacy": "text.legacy",
    "comparison_key": "text.normalisation",
    "normalise": "text.normalisation",
    "normalise_report": "text.normalisation",
    "split_sentences": "text.sentences",
    "describe": "corpus.description",
    "show_pairs": "showing",
    "write_report": "html_report",
    "plot_alignment": "plots",
    "plot_f1": "plots",
    "plot_lengths": "plots",
    "plot_quality": "plots",
    "plot_reliability": "plots",
}

__all__ = [
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
    "Finding",
    "InputError",
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
    "apply_suggestions",
    "build_corpus",
    "cached",
    "compare_evaluations",
    "compare_names",
    "compare_numbers",
    "compare_translations",
    "comparison_key",
    "convert_pairs",
    "decode_legacy",
    "describe",
    "detect_language",
    "detect_legacy",
    "drop_duplicates",
    "encode",
    "evaluate",
    "evaluate_boundaries",
    "evaluate_retrieval",
    "evaluate_translations",
    "export_corpus",
    "find_duplicates",
    "find_lost_apostrophes",
    "find_names",
    "find_numbers",
    "fit_quality",
    "join_tables",
    "judge_beads",
    "leakage",
    "learn_names",
    "names_match",
    "neural_encoder",
    "normalise",
    "normalise_names",
    "normalise_report",
    "numbers_match",
    "parse_article",
    "plot_alignment",
    "plot_f1",
    "plot_lengths",
    "plot_quality",
    "plot_reliability",
    "read_article",
    "read_beads",
    "read_glossary",
    "read_pairs",
    "read_shards",
    "read_vectors",
    "reliability",
    "score_file",
    "score_hypotheses",
    "score_pairs",
    "show_pairs",
    "split_corpus",
    "split_sentences",
    "threshold_table",
    "write_glossary",
    "write_pairs",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'aligner' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"aligner.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return __all__
