"""Signs that turn a meaning round: what must speak, what must be silent, what always holds, and the table itself."""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.names.spelling import words_of
from aligner.quality.signs import KINDS, LONG, MOST, SIGN_FEATURES, SILENT, Clashes, compare_signs
from aligner.text.tables import parse_table, read_table
from tests.growth import assert_linear

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
damage = pytest.importorskip("damage", reason="the scripts are not here")

COLUMNS = ("kind", "axis", "value", "language", "words", "source")
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in read_table("signs.tsv", *COLUMNS)]
PHRASES = [(row, phrase) for row in ROWS for phrase in row["words"].split(", ")]
MINIMAL = parse_table(
    (ROOT / "tests" / "cases" / "signs_match" / "minimal_pairs.tsv").read_text("utf-8"),
    "minimal_pairs.tsv",
    ("kind", "en", "vi", "turned"),
)

# Minimal pairs that are not found, with why.
MISSED = {
    "Farmers support the dam, but fishermen oppose it.",  # both contraries, exchanged
    "Nothing was stolen from the safe.",  # 'khỏi' may negate
    "The tide is rising.",  # 'lên', 'xuống' mean too much
    "A loud noise woke the baby.",  # 'lớn' of a sound
    "The army advanced at dawn.",  # 'advanced' means too much
    "Turn the volume up.",  # 'up' means too much
}

SPEAKS = [
    # feature, English, Vietnamese, words
    ("negation_differs", "I do not smoke.", "Tôi hút thuốc.", "not / —"),
    ("negation_differs", "I smoke.", "Tôi không hút thuốc.", "— / không"),
    ("negation_differs", "We don’t know him.", "Chúng tôi biết ông ta.", "don’t / —"),
    ("negation_differs", "The lock cannot be opened.", "Ổ khóa mở được.", "cannot / —"),
    ("negation_differs", "Tea without sugar, please.", "Cho tôi trà có đường.", "without / —"),
    ("negation_differs", "The printer is unable to start.", "Máy in khởi động được.", "unable / —"),
    ("negation_differs", "Open the box.", "Đừng mở hộp.", "— / Đừng"),
    ("opposite", "Rents are rising.", "Giá thuê nhà đang giảm.", "rising / giảm"),
    ("opposite", "Rents aren't rising.", "Giá thuê nhà không giảm.", "rising / giảm"),
    ("opposite", "Close the door.", "Mở cửa ra.", "Close / Mở cửa"),
    ("opposite", "The lake lies south of the town.", "Hồ nằm ở phía bắc thị trấn.", "south / phía bắc"),
    ("opposite", "She arrived after lunch.", "Cô ấy đến trước bữa trưa.", "after / trước"),
    ("opposite", "More than ten boats sank.", "Chưa đến mười chiếc thuyền bị chìm.", "More than / Chưa đến"),
    ("opposite", "A black cat slept here.", "Một con mèo trắng ngủ ở đây.", "black / trắng"),
    ("time_differs", "I saw it yesterday.", "Ngày mai tôi xem nó.", "saw, yesterday / Ngày mai, yesterday / Ngày mai"),
    ("time_differs", "They will win.", "Họ đã thắng.", "will / đã"),
    ("time_differs", "He went home.", "Anh ấy sẽ về nhà.", "went / sẽ"),
    ("time_differs", "See you next week.", "Gặp lại tuần trước.", "next week / tuần trước"),
    ("time_differs", "In summer we swim.", "Vào mùa đông chúng tôi bơi.", "summer / mùa đông"),
    ("person_differs", "She coughed.", "Anh ấy ho.", "She / Anh ấy"),
    ("person_differs", "I am tired.", "Họ mệt.", "I / Họ"),
    ("person_differs", "They greeted me.", "Tôi chào họ.", "They, me / Tôi, họ"),
    ("person_differs", "I know that she lies.", "Tôi biết anh ấy nói dối.", "she / anh ấy"),
    ("person_differs", "I asked for your keys.", "Tôi hỏi chìa khóa của cô ấy.", "I, your / cô ấy"),
]

QUIET = [
    # negation said in another way
    ("He failed to answer.", "Anh ấy không trả lời."),
    ("The village lacks water.", "Làng không có nước."),
    ("The city has no water.", "Thành phố thiếu hụt nước."),
    ("He did not tell the truth.", "Anh ấy dối trá."),
    ("He is not afraid of illegal deals.", "Anh ấy ưa những vụ làm ăn bất hợp pháp."),
    ("The room is unlocked.", "Căn phòng không khóa."),
    ("It is a homeless dog.", "Đó là một con chó không nhà."),
    ("The shop is never empty.", "Cửa hàng lúc nào cũng đông, hiếm khi vắng."),
    ("I hardly slept.", "Tôi gần như không ngủ."),
    ("Unless it rains, we walk.", "Nếu trời không mưa thì chúng tôi đi bộ."),
    ("He refused the medal.", "Ông ta không nhận huy chương."),
    ("Avoid alcohol.", "Không uống rượu bia."),
    ("The news is not true.", "Tin này sai."),
    ("The bottle is not full.", "Cái chai còn thiếu."),
    ("Do not enter.", "Cấm vào."),
    ("We could not find the ring.", "Chúng tôi tìm mãi mà mất dấu chiếc nhẫn."),
    ("Nobody but Lan came.", "Ngoại trừ Lan, mọi người đều vắng mặt; ai cũng từ chối."),
    # idioms of negation
    ("He is not only tall but also strong.", "Anh ấy vừa cao vừa khỏe."),
    ("He is tall and strong as well.", "Anh ấy không chỉ cao mà còn khỏe."),
    ("Don't forget your hat.", "Nhớ mang mũ."),
    ("Please contact us with questions.", "Đừng ngại liên hệ với chúng tôi nếu có câu hỏi."),
    ("Why don't we dance?", "Sao mình lại đứng đây, nhảy đi?"),
    ("It is cold, isn't it?", "Trời lạnh nhỉ?"),
    ("There is no doubt that he is ill.", "Chắc chắn là anh ấy ốm."),
    ("Shortly afterwards the rain began.", "Không lâu sau trời bắt đầu mưa."),
    ("She cooks, for example, soup.", "Cô ấy nấu ăn, chẳng hạn như súp."),
    ("Any student may come.", "Bất kỳ sinh viên nào cũng có thể đến."),
    # questions
    ("Are you hungry?", "Bạn có đói không?"),
    ("Have you eaten?", "Bạn ăn cơm chưa?"),
    ("Check whether the light is on.", "Kiểm tra xem đèn có sáng không."),
    ("You like it, right?", "Bạn thích nó, phải không?"),
    # words that hold a negation and are none
    ("The air is clean.", "Không khí trong lành."),
    ("The airline ordered two planes.", "Hãng hàng không đặt mua hai máy bay."),
    ("There is space for a table.", "Có không gian để kê một cái bàn."),
    ("The air force trains here.", "Không quân tập luyện ở đây."),
    ("Set the counter to zero.", "Đặt bộ đếm về số không."),
    ("Wireless mouse", "Chuột không dây"),
    # contraries said by a negation
    ("The test was not easy.", "Bài kiểm tra khó."),
    ("He is not rich.", "Anh ấy nghèo."),
    ("That is wrong.", "Điều đó không đúng."),
    # both contraries, or one side alone
    ("Prices rose, then fell.", "Giá tăng rồi giảm."),
    ("Imports fell while exports rose.", "Nhập khẩu giảm trong khi xuất khẩu tăng."),
    ("The rise was expected.", "Điều này đã được dự đoán."),
    ("He turned round.", "Anh ấy quay sang phải."),
    ("Everything must be paid.", "Mọi thứ phải được trả tiền."),
    # words that look like a contrary
    ("They expanded the airport in July.", "Họ mở rộng sân bay vào tháng Bảy."),
    ("They closed the peninsula to cars.", "Họ đóng cửa bán đảo đối với ô tô."),
    ("He bought a radius gauge.", "Anh ấy mua thước đo bán kính."),
    ("Our old neighbour has just moved.", "Người hàng xóm già của chúng tôi mới chuyển nhà."),
    ("She left her bag here.", "Cô ấy để túi ở bên phải đây."),
    ("You need more rest, more or less.", "Bạn ít nhiều cần nghỉ ngơi."),
    ("The plane landed on water.", "Máy bay hạ cánh trên mặt nước."),
    ("Wait at least an hour.", "Chờ ít nhất một giờ."),
    ("He has no more than two shirts.", "Anh ấy có không quá hai cái áo."),
    ("The workers demand higher wages.", "Công nhân yêu cầu mức lương cao hơn."),
    # time that a translator tells otherwise
    ("He said he would come.", "Anh ấy nói sẽ đến."),
    ("If you have saved the file, it will open.", "Nếu bạn đã lưu tệp, nó mở ra."),
    ("After it rains, the road will flood.", "Sau khi trời đã mưa, đường ngập."),
    ("He planned to stay.", "Anh ấy định sẽ ở lại."),
    ("The box was heavy.", "Cái hộp nặng."),
    ("I work here.", "Tôi sẽ làm việc ở đây."),
    ("Sort the names that he wrote.", "Sắp xếp những cái tên mà anh ấy viết."),
    ("He came last night.", "Anh ấy đến tối qua."),
    ("He came this evening.", "Anh ấy đến tối nay."),
    ("The shop closes at dusk.", "Cửa hàng đóng cửa lúc chiều tối."),
    # persons
    ("I love you.", "Anh yêu em."),
    ("I love you.", "Em yêu anh."),
    ("She smiled at her grandson.", "Bà mỉm cười với cháu."),
    ("He said that his wife was ill.", "Ông nói rằng vợ ông bị ốm."),
    ("They say it will rain.", "Người ta nói trời sẽ mưa."),
    ("He lives alone.", "Nó sống một mình."),
    ("Their full names are here.", "Họ và tên có ở đây."),
    ("She has many relatives.", "Cô ấy có nhiều họ hàng."),
    ("I told them everything.", "Đã kể hết cho họ nghe."),
    ("World War I destroyed it.", "Chiến tranh thế giới thứ nhất đã phá hủy nó, họ kể."),
    ("They surrounded us.", "Chúng đã bao vây chúng ta."),
    ("He speaks English.", "Anh ấy nói tiếng Anh."),
    ("Does she live in England?", "Cô ấy sống ở nước Anh à?"),
    ("The unsafe bridge is not open.", "Cây cầu không an toàn chưa mở."),
    ("These seats are optional and won't be booked.", "Các ghế này không bắt buộc và sẽ không được đặt."),
    ("Disconnect from the server.", "Hủy kết nối với máy chủ."),
    ("It is licensed under the GPL.", "Trên đây là phần mềm có giấy phép GPL."),
    ("We have one more try.", "Chúng ta sẽ thử thêm một lần."),
    ("She told the driver her name.", "Bạn ấy nói tên mình cho tài xế."),
    ("My friend lost the keys.", "Bạn tôi làm mất chìa khóa."),
    ("They received the letter.", "Bức thư được gửi đến họ."),
]


def compared(en: str, vi: str) -> Clashes:
    return compare_signs(words_of(en, "en"), words_of(vi, "vi"))


@pytest.mark.parametrize(("feature", "en", "vi", "words"), SPEAKS)
def test_speaks_with_the_words_of_both_sides(feature: str, en: str, vi: str, words: str) -> None:
    found = compared(en, vi)
    at = SIGN_FEATURES.index(feature)
    assert found.features[at] > 0
    assert found.words[at] == words
    assert [k for k, value in enumerate(found.features) if value] == [at]


@pytest.mark.parametrize(("en", "vi"), QUIET)
def test_is_silent(en: str, vi: str) -> None:
    assert compared(en, vi) == SILENT


@pytest.mark.parametrize(("kind", "en", "vi", "turned"), MINIMAL)
def test_minimal_pairs(kind: str, en: str, vi: str, turned: str) -> None:
    assert compared(en, vi) == SILENT
    assert any(compared(en, turned).features) == (en not in MISSED), kind


def test_counts_stop_and_long_sentences_count_half() -> None:
    en = "The rich old man bought a big white house before winter because prices rose yesterday in the north."
    vi = "Bà nghèo trẻ bán ngôi nhà nhỏ màu đen sau mùa hè vì giá giảm vào ngày mai ở phía nam."
    assert compared(en, vi).features[1] == MOST[1]
    assert 0 < compared(en, vi).features[2] <= MOST[2]
    rest = "car " * (LONG - 4)
    assert compared(f"I do not {rest}", "Tôi hút thuốc.").features[0] == 1
    assert compared(f"I do not {rest} car", "Tôi hút thuốc.").features[0] == 0.5


def test_spelling_of_tone_case_and_apostrophe_do_not_matter() -> None:
    assert compared("CLOSE IT", "KHOÁ").features == compared("close it", "khóa").features
    assert compared("It isn’t here.", "Nó ở đây.").features == compared("It isn't here.", "Nó ở đây.").features
    assert compared("Delete it.", "Hãy hòa vào.").features == compared("Delete it.", "Hãy hoà vào.").features


TEXTS = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from([phrase.rstrip(" |") for _, phrase in PHRASES]), st.just(".")),
    max_size=12,
).map(" ".join)


@given(TEXTS, TEXTS)
def test_any_text_gives_numbers_in_range_and_words_where_they_speak(en: str, vi: str) -> None:
    found = compared(en, vi)
    assert len(found.features) == len(found.words) == len(SIGN_FEATURES)
    for value, words, most in zip(found.features, found.words, MOST, strict=True):
        assert 0 <= value <= most
        assert bool(value) == bool(words)
        assert value or not words
    assert (found == SILENT) == (not any(found.features))


@given(TEXTS)
def test_a_side_that_says_nothing_leaves_negation_alone_to_speak(text: str) -> None:
    for found in (compared(text, ""), compared("", text)):
        assert found.features[1:] == (0.0, 0.0, 0.0)
    assert compared("", "") is SILENT


@pytest.mark.parametrize(
    ("en", "vi"), [("not only ", "không những "), ("to us ", "chúng "), ("no ", "không "), ("(", "không (")]
)
def test_time_grows_with_the_words(en: str, vi: str) -> None:
    assert_linear(lambda n: compared(en * n, vi * n), 24_000)


# The table


def test_rows_are_of_a_kind_a_language_and_a_source() -> None:
    assert {row["kind"] for row in ROWS} == set(KINDS)
    assert {row["language"] for row in ROWS} == {"en", "vi"}
    assert all(row["source"] and row["words"] for row in ROWS)
    assert ROWS[0]["axis"] == "negation"
    assert [row["value"] for row in ROWS if row["axis"] == "negation"] == ["no", "no", "deny", "deny", "weak", "weak"]


def test_a_row_stands_once_and_an_axis_is_of_one_kind() -> None:
    heads = [(row["kind"], row["axis"], row["value"], row["language"]) for row in ROWS]
    assert len(set(heads)) == len(heads)
    kinds = defaultdict(set)
    for row in ROWS:
        kinds[row["axis"]].add(row["kind"])
    assert all(len(found) == 1 for found in kinds.values())


def test_a_phrase_stands_once_on_an_axis_and_is_no_sign_where_it_only_looks_like_one() -> None:
    seen = defaultdict(list)
    for row, phrase in PHRASES:
        keys = (
            row["language"],
            words_of(phrase, row["language"]).keys,
            phrase.endswith("|"),
            (phrase[0] == "-", phrase[-1] == "-"),
        )
        seen[keys].append((row["kind"], row["axis"]))
    assert {keys: found for keys, found in seen.items() if len(set(found)) < len(found)} == {}
    assert {keys: found for keys, found in seen.items() if len({k == "none" for k, _ in found}) > 1} == {}


def test_opposites_and_times_have_their_values_in_both_languages() -> None:
    languages, values = defaultdict(set), defaultdict(set)
    for row in ROWS:
        if row["kind"] in ("opposite", "time"):
            for value in row["value"].split(","):
                values[row["axis"]].add(value.rstrip("?"))
                if not value.endswith("?"):
                    languages[row["axis"], value].add(row["language"])
    assert {key: found for key, found in languages.items() if found != {"en", "vi"}} == {}
    assert all(2 <= len(found) <= 16 for found in values.values())


def test_words_are_those_of_their_language() -> None:
    for row, phrase in PHRASES:
        assert phrase == phrase.strip().lower(), phrase
        assert row["language"] == "vi" or phrase.isascii(), phrase
        assert words_of(phrase, row["language"]).keys, phrase


# Damage


@pytest.mark.parametrize(
    ("way", "en", "vi", "wanted"),
    [
        ("negated", "I don't smoke.", "Tôi không hút thuốc.", {"Tôi hút thuốc."}),
        ("negated", "Do not smoke.", "Đừng hút thuốc.", {"Hút thuốc."}),
        ("negated", "He came.", "Anh ấy đã đến.", {"Anh ấy đã không đến.", "Anh ấy chưa đến."}),
        ("negated", "He came.", "Anh ấy không đến.", {None}),
        ("negated", "It is not, not here.", "Nó không, không ở đây.", {None}),
        ("antonym", "Prices rose.", "Giá tăng.", {"Giá giảm."}),
        ("antonym", "Hello.", "Xin chào.", {None}),
        ("tense", "He came yesterday.", "Hôm qua anh ấy đã đến.", {"Ngày mai anh ấy sẽ đến."}),
        ("tense", "Hello.", "Xin chào.", {None}),
        ("subject", "She lied.", "Cô ấy nói dối.", {"Anh ấy nói dối.", "Họ nói dối.", "Tôi nói dối."}),
    ],
)
def test_damage_turns_one_sign(way: str, en: str, vi: str, wanted: set[str | None]) -> None:
    found = set()
    for seed in range(20):
        pair = damage.SIGN_WAYS[way]([(en, vi)], 0, np.random.default_rng(seed), ())
        found.add(None if pair is None else pair[1])
        assert pair is None or pair[0] == en
    assert found == wanted
