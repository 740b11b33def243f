"""Turn English-Vietnamese bilingual text into translation data: read, split, align, judge.

>>> import aligner
>>> a = aligner.align("It rained. We stayed at home.", "Trời mưa. Chúng tôi ở nhà.")
>>> [a.texts(bead) for bead in a.beads]
[('It rained.', 'Trời mưa.'), ('We stayed at home.', 'Chúng tôi ở nhà.')]
"""

from aligner.alignment import Alignment, align, align_article
from aligner.bitext import AlignConfig, Article, Bead, Block, Sentence
from aligner.errors import AlignerError, InputError, MissingExtraError
from aligner.evaluation import Evaluation, evaluate
from aligner.evidence.encoder import encode
from aligner.exchange.articles import parse_article, read_article
from aligner.text.apostrophes import apply_suggestions, find_lost_apostrophes
from aligner.text.language import detect_language
from aligner.text.legacy import decode_legacy, detect_legacy
from aligner.text.normalisation import comparison_key, normalise, normalise_report
from aligner.text.sentences import split_sentences
from aligner.version import VERSION as __version__

__all__ = [
    "AlignConfig",
    "AlignerError",
    "Alignment",
    "Article",
    "Bead",
    "Block",
    "Evaluation",
    "InputError",
    "MissingExtraError",
    "Sentence",
    "__version__",
    "align",
    "align_article",
    "apply_suggestions",
    "comparison_key",
    "decode_legacy",
    "detect_language",
    "detect_legacy",
    "encode",
    "evaluate",
    "find_lost_apostrophes",
    "normalise",
    "normalise_report",
    "parse_article",
    "read_article",
    "split_sentences",
]
