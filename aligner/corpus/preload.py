"""Imported by the server that workers are forked from: models are loaded once, and their memory is shared."""

import pandas as pd

from aligner.alignment import align
from aligner.quality.scores import score_pairs

_EN, _VI = ["Ms Mai paid 20 dollars on Monday."], ["Thứ Hai, cô Mai trả 20 đô la."]
align(_EN, _VI)
score_pairs(pd.DataFrame({"src_text": _EN, "trg_text": _VI}))
