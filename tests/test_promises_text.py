"""Sentences of docstrings of the text functions that no other test holds; each falls with a change of one line."""

import itertools

import pytest

import aligner
from aligner.text.apostrophes import Suggestion

LOST = "The countrys farmers dont sell, and it doesnt rain."


def test_suggestions_come_in_order_and_change_nothing_by_themselves() -> None:
    suggestions = aligner.find_lost_apostrophes(LOST)
    assert [s.before for s in suggestions] == ["countrys", "dont", "doesnt"]
    assert all(LOST[s.start : s.end] == s.before for s in suggestions)


def test_suggestions_are_applied_in_any_order() -> None:
    repaired = {
        aligner.apply_suggestions(LOST, order) for order in itertools.permutations(aligner.find_lost_apostrophes(LOST))
    }
    assert repaired == {"The country’s farmers don’t sell, and it doesn’t rain."}


def test_suggestions_that_overlap_are_refused() -> None:
    two = [Suggestion(0, 4, "dont", "don’t", ""), Suggestion(2, 4, "nt", "n’t", "")]
    with pytest.raises(aligner.InputError, match="suggestion does not fit the text"):
        aligner.apply_suggestions("dont", two)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ba con bo dang an co tren đồng", "vi-unaccented"),  # one word of eight has marks
        ("ba con đang đứng", "vi"),  # one word of two
        ("THE PRESIDENT MEETS FARMERS", "en"),
        ("CHỦ TỊCH GẶP NÔNG DÂN", "vi"),
        ("The Smith Brown Miller", "en"),  # capitals are of names; 'The' is a function word
        ("Các Smith Brown Miller", "vi"),
        ("foo_bar(x1)[0] += 2;", "und"),
        ("Nguyen Hue", "und"),
        ("Привет, мир", "und"),
    ],
)
def test_what_decides_the_language(text: str, language: str) -> None:
    assert aligner.detect_language(text) == language


@pytest.mark.parametrize(
    ("text", "encoding", "decoded"),
    [
        ("đường Việt", "tcvn3", "đường Việt"),  # what it does not use stays, correct letters too
        ("VIÖT NAM", "tcvn3", "VIỆT NAM"),  # a font for capitals
        ("ViÖt Nam", "tcvn3", "Việt Nam"),
        ("a\\. b", "viqr", "a. b"),  # an escaped stop is no tone
        ("a.", "viqr", "ạ"),
    ],
)
def test_decoding(text: str, encoding: str, decoded: str) -> None:
    assert aligner.decode_legacy(text, encoding) == decoded


def test_confidence_grows_with_the_text_and_plain_words_do_not_matter() -> None:
    short = "B¸o c¸o vÒ t×nh h×nh kinh tÕ n¨m nay"
    long = short + " cho thÊy nh÷ng thay ®æi lín trong nÒn s¶n xuÊt c«ng nghiÖp"
    found = [aligner.detect_legacy(text) for text in (short, long, f"He said the report was fine. {long}")]
    assert [one[0] for one in found if one] == ["tcvn3"] * 3
    confidences = [one[1] for one in found if one]
    assert 0 < confidences[0] < confidences[1] <= 1
    assert confidences[2] == confidences[1]


@pytest.mark.parametrize(
    ("rule", "text", "normalised"),
    [
        ("encoding", "Viá»‡t Nam", "Việt Nam"),
        ("character", "Việt\u200b Nam", "Việt Nam"),
        ("nfc", "Vie\u0323\u0302t Nam", "Việt Nam"),
        ("reference", "5&nbsp;kg", "5 kg"),
        ("letter", "đi Ðà Lạt, nǎm sau", "đi Đà Lạt, năm sau"),
        ("tone", "tòan thể", "toàn thể"),
        ("spacing", "Một  hai .", "Một hai."),
    ],
)
def test_each_rule_has_its_name(rule: str, text: str, normalised: str) -> None:
    report = aligner.normalise_report(text, lang="vi")
    assert report.text == normalised
    assert rule in {part for change in report.changes for part in change.rule.split("+")}


@pytest.mark.parametrize(
    "text", ["tỷ số 2 : 1", "Ừ …", "dùng .NET", "https://a.vn/hòa.html", "tệp tòan.txt", "Cười :)"]
)
def test_what_is_left(text: str) -> None:
    assert aligner.normalise(text, lang="vi") == text


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Kỹ", "kĩ", True),
        ("lý do", "lí do", True),
        ("thúy", "thuý", True),
        ("tay", "tai", False),
        ("y tá", "i tá", False),
        ("thuý", "thúi", False),
        ("đi…", "đi...", True),
        ("a – b", "a - b", True),
        ("“a”", '"a"', True),
        ("má", "mà", False),
    ],
)
def test_what_a_key_folds(one: str, other: str, equal: bool) -> None:
    assert (aligner.comparison_key(one, lang="vi") == aligner.comparison_key(other, lang="vi")) is equal


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("One, two; three, four", ["One, two;", "three, four"]),  # semicolons before commas
        ("One, two – three four", ["One, two –", "three four"]),  # dashes before commas
        ("One: two; three four", ["One: two;", "three four"]),  # before colons
        ("One two, three: four five", ["One two, three:", "four five"]),
        ("Onetwothreefourfivesixseven eight", ["Onetwothreefourfivesixseven eight"]),  # nowhere to cut
    ],
)
def test_where_a_long_sentence_is_cut(text: str, units: list[str]) -> None:
    assert [s.text for s in aligner.split_sentences(text, "en", max_chars=16)] == units


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("It rained.\n\nWe stayed", 2),
        ("We live in the\n\nU.S.", 2),  # a blank line always ends a sentence
        ("He lives in the U.S. It is warm there.", 2),  # a function word opens a sentence
        ("He lives in the U.S. Hanoi is far.", 1),  # anything else is taken for a name
        ("- One\n- Two", 2),
    ],
)
def test_where_a_sentence_ends(text: str, n: int) -> None:
    assert len(aligner.split_sentences(text, "en")) == n
