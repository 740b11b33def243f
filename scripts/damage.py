"""Make good pairs wrong in many ways, for scripts/fit_quality.py. Pure functions over a random generator."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from aligner.names.detection import Name, find_names

Pair = tuple[str, str]
Damage = Callable[[list[Pair], int, np.random.Generator, Sequence[str]], Pair | None]
"""Takes the good pairs, in the order of their documents, the index of one, and names that stand in no text."""

TONES = "\u0300\u0301\u0309\u0303\u0323"
NEGATIONS = re.compile(r" (?:không|chưa|chẳng|đừng)(?= )")
ENGLISH_NEGATIONS = re.compile(r"\b(?:not|no|never|cannot)\b|n['’]t\b")
NEGATIONS_ALL = re.compile(r"(?i)(?<!\w)(?:không|chưa|chẳng|chả|đừng|chớ)(?!\w)\s*")


def both_ways(*pairs: str) -> dict[str, tuple[str, ...]]:
    """A table of 'one / other' read in both directions."""
    table: dict[str, tuple[str, ...]] = {}
    for one, other in (pair.split(" / ") for pair in pairs):
        table[one] = (*table.get(one, ()), other)
        table[other] = (*table.get(other, ()), one)
    return table


ANTONYMS = both_ways(
    "tăng / giảm", "gia tăng / suy giảm", "nhiều hơn / ít hơn", "tối đa / tối thiểu", "lớn / nhỏ", "to lớn / nhỏ bé",
    "cao / thấp", "tốt / xấu", "tốt nhất / tệ nhất", "tốt hơn / tệ hơn", "mua / bán", "mở cửa / đóng cửa",
    "bên trái / bên phải", "phía bắc / phía nam", "phía đông / phía tây", "miền bắc / miền nam", "trước khi / sau khi",
    "trước đó / sau đó", "đầu tiên / cuối cùng", "bắt đầu / kết thúc", "thắng / thua", "chiến thắng / thất bại",
    "thành công / thất bại", "yêu thương / căm ghét", "sống / chết", "mới / cũ", "trẻ / già", "giàu / nghèo",
    "mạnh / yếu",
    "dễ / khó", "dễ dàng / khó khăn", "nhanh / chậm", "nóng / lạnh", "rẻ / đắt", "nặng / nhẹ", "dài / ngắn",
    "rộng / hẹp", "sâu / nông", "dày / mỏng", "sạch / bẩn", "khô / ướt", "an toàn / nguy hiểm", "đúng / sai",
    "công khai / riêng tư", "nhập khẩu / xuất khẩu", "tải lên / tải xuống", "bật / tắt", "bổ sung / loại bỏ",
    "chấp nhận / từ chối", "đồng ý / phản đối", "ủng hộ / phản đối", "cho phép / cấm", "tấn công / bảo vệ",
    "hiển thị / ẩn", "khóa / mở khóa", "kết nối / ngắt kết nối", "đẩy / kéo", "cười / khóc", "vui vẻ / buồn bã",
    "bên trong / bên ngoài", "ở trên / ở dưới", "phía trên / phía dưới", "sớm / muộn", "luôn luôn / hiếm khi",
    "giống nhau / khác nhau", "hòa bình / chiến tranh", "bạn bè / kẻ thù", "cha / mẹ", "con trai / con gái",
    "chồng / vợ", "anh trai / chị gái", "đàn ông / phụ nữ", "vua / nữ hoàng", "trắng / đen", "đỏ / xanh",
    "tích cực / tiêu cực", "ngang / dọc", "trong nước / nước ngoài", "đứng / ngồi",
    "mở rộng / thu hẹp", "cải thiện / làm xấu đi", "lợi nhuận / thua lỗ", "đa số / thiểu số", "có tội / vô tội",
    "hợp pháp / bất hợp pháp", "ghi nhớ / lãng quên", "xây dựng / phá hủy", "đầu vào / đầu ra", "mã hóa / giải mã",
    "tất cả / một số", "thường xuyên / hiếm khi", "giáo viên / học sinh", "bác sĩ / bệnh nhân", "mùa hè / mùa đông",
    "mùa xuân / mùa thu", "buổi sáng / buổi tối", "đến nơi / khởi hành", "tối nay / sáng nay", "đồng minh / kẻ thù",
    "tỉnh / say", "chủ nhân / đầy tớ", "thiên đường / địa ngục", "tuyển dụng / sa thải",
)  # fmt: skip
"""Words of Vietnamese, and their contraries that a careless writer may put for them. Written apart from
aligner/data/signs.tsv, so that what is found of them tells what the table misses."""

TENSES = both_ways(
    "đã / sẽ", "hôm qua / ngày mai", "năm ngoái / năm tới", "tuần trước / tuần tới", "tháng trước / tháng tới",
    "đêm qua / đêm mai", "tối qua / tối mai",
)  # fmt: skip
TENSES["hôm nay"] = ("hôm qua", "ngày mai")
"""Words of the past and what they are changed for, and the other way round."""

SUBJECTS = {
    "tôi": ("họ", "anh ấy", "cô ấy", "chúng tôi"),
    "chúng tôi": ("họ", "anh ấy", "tôi"),
    "chúng ta": ("họ", "cô ấy", "tôi"),
    "họ": ("tôi", "chúng tôi", "cô ấy", "anh ấy"),
    "anh ấy": ("cô ấy", "họ", "tôi"),
    "anh ta": ("cô ta", "họ", "tôi"),
    "ông ấy": ("bà ấy", "họ", "tôi"),
    "ông ta": ("bà ta", "họ", "tôi"),
    "cô ấy": ("anh ấy", "họ", "tôi"),
    "cô ta": ("anh ta", "họ", "tôi"),
    "bà ấy": ("ông ấy", "họ", "tôi"),
}
"""Persons, and others."""

NEGATED = {
    "đã": ("đã không", "chưa"),
    "sẽ": ("sẽ không",),
    "có thể": ("không thể",),
    "đang": ("không",),
    "là": ("không phải là",),
    "có": ("không có",),
    "muốn": ("không muốn",),
    "cần": ("không cần",),
    "nên": ("không nên",),
    "được": ("không được",),
    "hãy": ("đừng",),
}
"""Words of Vietnamese that a negation is put in at."""


def cut_words(text: str, rng: np.random.Generator) -> str | None:
    """From a third to seven tenths of a text of three words or more; its beginning, one time in five its end."""
    words = text.split()
    if len(words) < 3:
        return None
    n = max(1, round(len(words) * rng.uniform(0.3, 0.7)))
    return " ".join(words[:n] if rng.random() < 0.8 else words[-n:])


def truncated_en(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    cut = cut_words(pairs[k][0], rng)
    return (cut, pairs[k][1]) if cut else None


def truncated_vi(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    cut = cut_words(pairs[k][1], rng)
    return (pairs[k][0], cut) if cut else None


def appended(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The text of the next pair, or of any, behind or before one side's: three times in four the Vietnamese one's."""
    en, vi = pairs[k]
    other = pairs[(k + 1) % len(pairs)] if rng.random() < 0.5 else pairs[int(rng.integers(len(pairs)))]
    side = int(rng.random() < 0.75)
    if len(other[side]) < 0.25 * len((en, vi)[side]) or len(other[side].split()) < 4:
        return None
    own = [en, vi]
    own[side] = f"{own[side]} {other[side]}" if rng.random() < 0.8 else f"{other[side]} {own[side]}"
    return own[0], own[1]


def extra_clause(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """A few words of another text behind or inside one side's: three times in four the Vietnamese one's."""
    side = int(rng.random() < 0.75)
    own, words = list(pairs[k]), pairs[int(rng.integers(len(pairs)))][side].split()
    size = max(3, round(0.4 * len(own[side].split())))
    if len(words) < size or words == own[side].split():
        return None
    at = int(rng.integers(len(words) - size + 1))
    clause = " ".join(words[at : at + size]).strip(".,;:")
    if rng.random() < 0.3:
        mine = own[side].split()
        cut = int(rng.integers(len(mine) + 1))
        own[side] = " ".join([*mine[:cut], clause, *mine[cut:]])
    else:
        end = own[side][-1:] if own[side][-1:] in ".!?…" else ""
        joint = str(rng.choice([", ", " và " if side else " and ", " – ", " "]))
        own[side] = own[side].rstrip(".!?…") + joint + clause + end
    return own[0], own[1]


def cut_quarter(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The last quarter of one side lost, the last mark kept half the time."""
    own, side = list(pairs[k]), int(rng.random() < 0.75)
    words = own[side].split()
    if len(words) < 6:
        return None
    end = own[side][-1:] if own[side][-1:] in ".!?…" and rng.random() < 0.5 else ""
    own[side] = " ".join(words[: round(len(words) * rng.uniform(0.68, 0.8))]).rstrip(".,;:") + end
    return own[0], own[1]


BOILERPLATE = (
    "Đọc thêm", "Xem tiếp", "Quay lại đầu trang", "Theo dõi chúng tôi trên mạng xã hội", "Đăng nhập để bình luận",
    "Giữ toàn quyền.", "Ghi rõ nguồn khi phát hành lại thông tin từ trang này.", "Tin liên quan", "Trang chủ",
    "Liên hệ quảng cáo", "Bấm vào đây để tải ứng dụng", "Gửi bình luận của bạn", "Đăng ký nhận bản tin hằng tuần",
    "Chính sách quyền riêng tư", "Trang web này dùng cookie để cải thiện trải nghiệm của bạn.",
    "Mời bạn xem thêm các bài viết khác cùng chuyên mục.",
    "In bài viết", "Cỡ chữ", "Lượt xem", "Phiên bản dành cho máy tính", "Thêm vào giỏ hàng",
    "Hotline hỗ trợ khách hàng",
)  # fmt: skip
"""What stands around the text on Vietnamese pages."""


def boilerplate(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    return pairs[k][0], str(rng.choice(BOILERPLATE))


def boilerplate_tail(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    joint = str(rng.choice([" ", " | ", " - ", " » "]))
    return pairs[k][0], f"{pairs[k][1]}{joint}{rng.choice(BOILERPLATE)}"


def same_shape(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Another text of nearly as many words that ends with the same mark, of forty that are looked at."""
    en, vi = pairs[k]
    size = len(vi.split())
    for j in rng.integers(len(pairs), size=40).tolist():
        other = pairs[j]
        near = abs(len(other[1].split()) - size) <= max(1, size // 8)
        if near and other[1][-1:].isalnum() == vi[-1:].isalnum() and other[1] != vi and other[0] != en:
            return en, other[1]
    return None


def half_bead(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Two sentences of one side against the first or second of them on the other."""
    if k + 1 >= len(pairs) or min(len(t.split()) for p in pairs[k : k + 2] for t in p) < 4:
        return None
    (en, vi), (en2, vi2) = pairs[k : k + 2]
    one = int(rng.random() < 0.5)
    return (f"{en} {en2}", (vi, vi2)[one]) if rng.random() < 0.5 else ((en, en2)[one], f"{vi} {vi2}")


def neighbour(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    other = pairs[(k + int(rng.choice([-2, -1, 1, 2]))) % len(pairs)]
    return None if other[1] == pairs[k][1] or other[0] == pairs[k][0] else (pairs[k][0], other[1])


def random(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    other = pairs[int(rng.integers(len(pairs)))]
    return None if other[1] == pairs[k][1] or other[0] == pairs[k][0] else (pairs[k][0], other[1])


def number(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Another number in the place of one of the Vietnamese text, with as many digits or one more or less."""
    en, vi = pairs[k]
    runs = list(re.finditer(r"\d+", vi))
    if not runs:
        return None
    run = runs[int(rng.integers(len(runs)))]
    old = int(run[0][-9:])
    new = old + int(rng.integers(1, 20)) if rng.random() < 0.7 else int(rng.integers(10, 2000))
    return None if new == old else (en, vi[: run.start()] + str(new) + vi[run.end() :])


def name(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """A stranger in the place of a name, or of a foreign word with a capital, of the Vietnamese text."""
    en, vi = pairs[k]
    spans = [(n.start, n.end) for n in find_names(vi, "vi") if is_stranger(n)]
    spans += [m.span() for m in re.finditer(r"(?<=[a-zà-ỹ,] )[A-Z][a-z]*[fjwz][a-z]+\b", vi)]
    if not spans:
        return None
    start, end = spans[int(rng.integers(len(spans)))]
    stranger = strangers[int(rng.integers(len(strangers)))]
    return None if vi[start:end] == stranger or stranger in en else (en, vi[:start] + stranger + vi[end:])


def is_stranger(found: Name) -> bool:
    """Whether a Vietnamese text's name is surely that of a person or a place, so that changing it makes a bad pair."""
    return found.kind in ("person", "place") and found.is_certain and found.start > 0


def shuffled(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    words = pairs[k][1].split()
    if len(words) < 5:
        return None
    mixed = [words[i] for i in rng.permutation(len(words))]
    return None if mixed == words else (pairs[k][0], " ".join(mixed))


def salad(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """What a poor system writes: runs of one to three words at other places, some lost, some said twice."""
    words, runs = pairs[k][1].split(), []
    if len(words) < 8:
        return None
    while words:
        n = int(rng.integers(1, 4))
        runs.append(words[:n])
        words = words[n:]
    places = np.argsort(np.arange(len(runs)) + rng.uniform(0, 4, len(runs)))
    mixed = [runs[i] for i in places for _ in range(int(rng.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])))]
    return pairs[k][0], " ".join(word for run in mixed for word in run)


def untranslated(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The English text on both sides; a single word that begins with a capital may be a name, which is no fault."""
    en = pairs[k][0]
    return None if len(en.split()) == 1 and en[:1].isupper() else (en, en)


def half_translated(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The first part in Vietnamese, the rest in English, or the other way round."""
    en, vi = pairs[k][0].split(), pairs[k][1].split()
    if min(len(en), len(vi)) < 4:
        return None
    cut = rng.uniform(0.3, 0.7)
    a, b = round(cut * len(en)), round(cut * len(vi))
    return pairs[k][0], " ".join(vi[:b] + en[a:] if rng.random() < 0.5 else en[:a] + vi[b:])


def turned(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The sides changed, or Vietnamese on both."""
    if len(pairs[k][1].split()) < 4:
        return None
    return (pairs[k][1], pairs[k][0]) if rng.random() < 0.5 else (pairs[k][1], pairs[k][1])


def bare(text: str) -> str:
    """A text without its marks."""
    stripped = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return stripped.replace("đ", "d").replace("Đ", "D")


def unaccented(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    plain = bare(pairs[k][1])
    return None if plain == pairs[k][1] or len(plain.split()) < 3 else (pairs[k][0], plain)


def half_accented(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Marks lost from a half of the words or more."""
    words, share = pairs[k][1].split(), rng.uniform(0.5, 0.95)
    plain = " ".join(bare(word) if rng.random() < share else word for word in words)
    return None if len(words) < 6 or plain == pairs[k][1] else (pairs[k][0], plain)


def wrong_marks(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Another tone on a third of the marked words or more, as careless writing and wrong decoding have it."""
    words, share, changed = pairs[k][1].split(" "), rng.uniform(0.3, 0.9), 0
    for i, word in enumerate(words):
        letters = unicodedata.normalize("NFD", word)
        found = re.search(f"[{TONES}]", letters)
        if found and rng.random() < share:
            other = str(rng.choice([tone for tone in TONES if tone != found[0]]))
            words[i] = unicodedata.normalize("NFC", letters[: found.start()] + other + letters[found.end() :])
            changed += 1
    return (pairs[k][0], " ".join(words)) if changed >= 3 else None


def mojibake(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """UTF-8 read as Latin-1, as Windows-1252, or with what cannot be read replaced."""
    data = pairs[k][1].encode("utf-8")
    if len(data) - len(pairs[k][1]) < 4:
        return None
    way = rng.random()
    if way < 0.5:
        return pairs[k][0], data.decode("latin-1")
    if way < 0.8:
        return pairs[k][0], "".join(bytes([b]).decode("cp1252", "replace") for b in data)
    return pairs[k][0], pairs[k][1].encode("cp1258", "replace").decode("utf-8", "replace")


def negation(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The only negation of the Vietnamese text left out."""
    en, vi = pairs[k]
    if len(NEGATIONS.findall(vi)) != 1 or not ENGLISH_NEGATIONS.search(en):
        return None
    return en, NEGATIONS.sub("", vi)


def negated(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The only negation of the Vietnamese text left out, where both are negated; one put in, where neither is."""
    en, vi = pairs[k]
    found, is_negated = NEGATIONS_ALL.findall(vi), bool(ENGLISH_NEGATIONS.search(en))
    if is_negated != bool(found) or len(found) > 1:
        return None
    return (en, _drop(vi)) if is_negated else _exchanged(pairs[k], NEGATED, rng)


def antonym(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """A word of the Vietnamese text changed for its contrary."""
    return _exchanged(pairs[k], ANTONYMS, rng)


def tense(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The past of the Vietnamese text told as to come, or the other way round, with all words of days."""
    en, vi = pairs[k]
    changed = "".join(_other(part, TENSES, rng) for part in re.split(_phrases(TENSES), vi))
    return None if changed == vi else (en, changed)


def subject(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """Another person in the place of the first one of the Vietnamese text."""
    return _exchanged(pairs[k], SUBJECTS, rng, first=True)


def _exchanged(
    pair: Pair, words: Mapping[str, Sequence[str]], rng: np.random.Generator, first: bool = False
) -> Pair | None:
    """One of the words of the Vietnamese text, any or the first, changed for another one."""
    parts = re.split(_phrases(words), pair[1])
    if len(parts) == 1:
        return None
    at = 1 if first else 1 + 2 * int(rng.integers(len(parts) // 2))
    parts[at] = _other(parts[at], words, rng)
    return pair[0], "".join(parts)


def _drop(vi: str) -> str:
    """A text without its negations, with a capital where it had one."""
    rest = NEGATIONS_ALL.sub("", vi).strip()
    return rest[:1].upper() + rest[1:] if vi[:1].isupper() else rest


def _other(word: str, words: Mapping[str, Sequence[str]], rng: np.random.Generator) -> str:
    """What a word is changed for, itself where it is none of them; a capital stays."""
    others = words.get(word.lower(), (word,))
    chosen = str(others[int(rng.integers(len(others)))])
    return chosen[:1].upper() + chosen[1:] if word[:1].isupper() else chosen


@functools.cache
def _pattern(phrases: tuple[str, ...]) -> str:
    longest = sorted(phrases, key=len, reverse=True)
    return rf"(?i)(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)"


def _phrases(words: Mapping[str, Sequence[str]]) -> str:
    """A pattern of whole phrases, the longest first, in a group so that a split keeps them."""
    return _pattern(tuple(words))


def repeated(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """The Vietnamese text twice, or its words."""
    words = pairs[k][1].split()
    if len(words) < 4:
        return None
    if rng.random() < 0.5:
        return pairs[k][0], f"{pairs[k][1]} {pairs[k][1]}"
    n = int(rng.integers(1, 4))
    at = int(rng.integers(0, len(words) - n + 1))
    return pairs[k][0], " ".join(words[:at] + words[at : at + n] * int(rng.integers(3, 8)) + words[at + n :])


def residue(pairs: list[Pair], k: int, rng: np.random.Generator, strangers: Sequence[str]) -> Pair | None:
    """What an extractor leaves: tags, addresses, references, code."""
    words = pairs[k][1].split()
    left = ["<div class='a'>", "</span><br/>", "https://ex.am/p?id=7", "&nbsp;", "&lt;p&gt;", "{{ x }}", "[link](/p/7)"]
    for _ in range(int(rng.integers(2, 5))):
        words.insert(int(rng.integers(0, len(words) + 1)), str(rng.choice(left)))
    return pairs[k][0], " ".join(words)


SIGN_WAYS: Mapping[str, Damage] = {"antonym": antonym, "negated": negated, "subject": subject, "tense": tense}
"""Ways that turn one sign of a pair round (aligner.quality.signs)."""

WAYS: Mapping[str, tuple[Damage, float]] = {
    "appended": (appended, 1.0),
    "boilerplate": (boilerplate, 0.4),
    "boilerplate_tail": (boilerplate_tail, 0.2),
    "cut_quarter": (cut_quarter, 0.4),
    "extra_clause": (extra_clause, 0.6),
    "half_accented": (half_accented, 0.3),
    "half_bead": (half_bead, 0.5),
    "half_translated": (half_translated, 0.5),
    "mojibake": (mojibake, 0.5),
    "name": (name, 0.8),
    "negation": (negation, 0.05),
    "neighbour": (neighbour, 2.0),
    "number": (number, 0.8),
    "random": (random, 1.0),
    "repeated": (repeated, 0.2),
    "residue": (residue, 0.2),
    "salad": (salad, 0.4),
    "same_shape": (same_shape, 1.0),
    "shuffled": (shuffled, 0.6),
    "truncated_en": (truncated_en, 1.0),
    "truncated_vi": (truncated_vi, 1.2),
    "turned": (turned, 0.3),
    "unaccented": (unaccented, 0.6),
    "untranslated": (untranslated, 0.8),
    "wrong_marks": (wrong_marks, 0.3),
    **{name: (make, 0.1) for name, make in SIGN_WAYS.items()},
}
"""Ways to make a pair wrong, and how much each weighs among them: about as much as it is found in crawled text, where
neighbours, strangers and halves are the most. `near` is made by made_pairs.py."""
