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
    from aligner.alignment import Alignment, align, align_article
    from aligner.bitext import AlignConfig, Article, Bead, Block, Boundary, Finding, Sentence, Verdict
    from aligner.errors import AlignerError, InputError, MissingExtraError
    from aligner.evaluation import Evaluation, evaluate
    from aligner.evidence.agreement import Agreement
    from aligner.evidence.encoder import encode
    from aligner.evidence.names.detection import Name, find_names
    from aligner.evidence.names.learning import join_tables, learn_names
    from aligner.evidence.names.matching import compare_names, names_match
    from aligner.evidence.names.rewriting import normalise_names
    from aligner.evidence.names.table import NameEntry, NameTable
    from aligner.evidence.numbers.matching import compare_numbers, find_numbers, numbers_match
    from aligner.evidence.numbers.quantities import Quantity
    from aligner.exchange.articles import parse_article, read_article
    from aligner.exchange.encoders import cached, neural_encoder
    from aligner.exchange.glossaries import read_glossary, write_glossary
    from aligner.exchange.pairs import read_pairs, score_file
    from aligner.exchange.vectors import read_vectors
    from aligner.scoring.model import QualityModel
    from aligner.scoring.scores import fit_quality, score_pairs
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
    "AlignerError": "errors",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "Evaluation": "evaluation",
    "evaluate": "evaluation",
    "encode": "evidence.encoder",
    "Agreement": "evidence.agreement",
    "Name": "evidence.names.detection",
    "find_names": "evidence.names.detection",
    "join_tables": "evidence.names.learning",
    "learn_names": "evidence.names.learning",
    "compare_names": "evidence.names.matching",
    "names_match": "evidence.names.matching",
    "normalise_names": "evidence.names.rewriting",
    "NameEntry": "evidence.names.table",
    "NameTable": "evidence.names.table",
    "compare_numbers": "evidence.numbers.matching",
    "find_numbers": "evidence.numbers.matching",
    "numbers_match": "evidence.numbers.matching",
    "Quantity": "evidence.numbers.quantities",
    "parse_article": "exchange.articles",
    "read_article": "exchange.articles",
    "cached": "exchange.encoders",
    "neural_encoder": "exchange.encoders",
    "read_glossary": "exchange.glossaries",
    "write_glossary": "exchange.glossaries",
    "read_vectors": "exchange.vectors",
    "read_pairs": "exchange.pairs",
    "score_file": "exchange.pairs",
    "QualityModel": "scoring.model",
    "fit_quality": "scoring.scores",
    "score_pairs": "scoring.scores",
    "apply_suggestions": "text.apostrophes",
    "find_lost_apostrophes": "text.apostrophes",
    "detect_language": "text.language",
    "decode_legacy": "text.legacy",
    "detect_legacy": "text.legacy",
    "comparison_key": "text.normalisation",
    "normalise": "text.normalisation",
    "normalise_report": "text.normalisation",
    "split_sentences": "text.sentences",
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
    "cached",
    "compare_names",
    "compare_numbers",
    "comparison_key",
    "decode_legacy",
    "detect_language",
    "detect_legacy",
    "encode",
    "evaluate",
    "find_lost_apostrophes",
    "find_names",
    "find_numbers",
    "fit_quality",
    "join_tables",
    "learn_names",
    "names_match",
    "neural_encoder",
    "normalise",
    "normalise_names",
    "normalise_report",
    "numbers_match",
    "parse_article",
    "read_article",
    "read_glossary",
    "read_pairs",
    "read_vectors",
    "score_file",
    "score_pairs",
    "split_sentences",
    "write_glossary",
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
