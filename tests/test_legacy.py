"""Legacy encodings and mojibake: every letter, what must stay, and what cannot be brought back."""

import re
import shutil
import subprocess
import unicodedata
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.errors import InputError
from aligner.text.legacy import ENCODINGS, decode_legacy, detect_legacy, repair_mojibake
from tests.growth import assert_linear

TONES = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES] + ["đ"]
LETTERS = [letter for letter in SMALL + [letter.upper() for letter in SMALL] if not letter.isascii()]
VIQR = {"\u0302": "^", "\u0306": "(", "\u031b": "+", "\u0301": "'", "\u0300": "`", "\u0309": "?", "\u0303": "~"}
VIQR |= {"\u0323": ".", "đ": "dd", "Đ": "DD"}
HOLES = {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # bytes without a character in Windows-1252, python's cp1252
BYTES = ["tcvn3", "vni", "viscii", "vps"]

# Written for these tests.
VIETNAMESE = [
    "Sáng nay, các kỹ sư đã kiểm tra lại hệ thống bơm nước trước khi mùa mưa bắt đầu ở vùng đồng bằng.",
    "Ủy ban nhân dân xã quyết định mở thêm hai lớp học buổi tối cho người lớn tuổi muốn học chữ.",
    "Thuyền trưởng Nguyễn Văn Bảy nói: gió giật mạnh, sóng lớn, nhưng cả tàu vẫn về bến an toàn.",
]
FOREIGN = [
    "Le garçon a déjà mangé à l’hôtel où nous étions arrivés très tôt, après la fête de Noël. « Voilà\xa0» !",
    "El niño comió piñas y después salió; ¿qué pasó con el señor Muñoz? «Está aquí», dijo mamá. «¡Así está»…",
    "Às vezes não há solução; a situação em São João é difícil, mas amanhã será melhor. MAÇÃ, IRMÃ”, AMANHÃ…",
    "Die Mädchen gehen über die Brücke, während der Bär große Äpfel frisst. „Schön“, sagte Jörg, „ÄÄ“.",
    "Più tardi, perché è così? Città, università, però né sì né no. Laggiù c'è il caffè di là.",
]
GOOD = [
    *VIETNAMESE,
    *(unicodedata.normalize("NFD", text) for text in VIETNAMESE),
    *(text.upper() for text in VIETNAMESE),
    *FOREIGN,
    "NHÀ NƯỚC ĐÃ” NÓI, ĐÃ… “ĐÃ” VÀ XÃ\xa0HỘI, HÀ–NỘI; chữ Ă, Â\xa0và Ê, “â”… «Â» 20°C 3×4 ½ ©2024 ®",
    "tôi và bà có hai con, cô là em tôi và nhà tôi có xe to, cô có con là bà tôi và em tôi",
    "5 µm ± 2 §3, 10 £, naïve façade, Ærø and Århus, Núñez, São Paulo",
    "x = a.b(c) if d.e else f(a+b); foo.bar(a.i, o.o); np_u.__radd__(np_s); print(a^i, u+o, e^a)",
    "I'm in the U.N., he's O.K., e.g. at 5 a.m. or 6 p.m., i.e. early. No? Go. 'DDE', 'DDE-ID', address.",
    "",
    "\x00\ud800 \udfff",
]


def table() -> dict[str, dict[str, str]]:
    """Encoding -> letter -> code as Latin-1 shows it, straight from the data file."""
    rows = (resources.files("aligner") / "data" / "legacy.tsv").read_text("utf-8").splitlines()
    header = rows[0].split("\t")
    cells = [dict(zip(header, row.split("\t"), strict=True)) for row in rows[1:]]
    codes = {name: {cell["letter"]: bytes.fromhex(cell[name]).decode("latin-1") for cell in cells} for name in BYTES}
    viqr = {}
    for letter in LETTERS:
        # RFC 1456 has the tone last; canonical order has the dot below before the circumflex and the breve.
        marks = sorted(unicodedata.normalize("NFD", letter), key=TONES.__contains__)
        viqr[letter] = "".join(VIQR.get(char, char) for char in marks)
    return codes | {"viqr": viqr | {mark: f"\\{mark}" for mark in "^(+'`?~."}}


CODES = table()


def encode(text: str, encoding: str) -> str:
    return "".join(CODES[encoding].get(char, char) for char in text)


def windows(data: bytes) -> str:
    """Bytes as Windows-1252 shows them, its holes as C1 controls (WHATWG)."""
    return "".join(chr(byte) if byte in HOLES else bytes([byte]).decode("cp1252") for byte in data)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_decodes(letter: str, encoding: str) -> None:
    code = CODES[encoding][letter]
    assert decode_legacy(code, encoding) == letter
    assert decode_legacy(f"{code} {code}\n", encoding) == f"{letter} {letter}\n"


@pytest.mark.parametrize("encoding", BYTES)
def test_table_has_every_letter_and_no_code_twice(encoding: str) -> None:
    assert sorted(CODES[encoding]) == sorted(LETTERS)
    assert len(set(CODES[encoding].values())) == len(LETTERS) == 134


# Bytes in order, letters in order, read off the published charts: TCVN 5712:1993 VN3 and RFC 1456 table 1.
@pytest.mark.parametrize(
    ("encoding", "first", "letters"),
    [
        ("tcvn3", 0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
        ("tcvn3", 0xB5, "àảãáạ"),
        ("tcvn3", 0xBB, "ằẳẵắ"),
        ("tcvn3", 0xC6, "ặầẩẫấậè"),
        ("tcvn3", 0xCE, "ẻẽéẹềểễếệìỉ"),
        ("tcvn3", 0xDC, "ĩíịò"),
        ("tcvn3", 0xE1, "ỏõóọồổỗốộờởỡớợù"),
        ("tcvn3", 0xF1, "ủũúụừửữứựỳỷỹýỵ"),
        ("viscii", 0x80, "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"),
        ("viscii", 0xC0, "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"),
        ("vps", 0x83, "ẤẦẨọỗĂếềểệẮẰẲẾ"),
        ("vps", 0x93, "ỀỂỄỐỒỔỖýỷỵỚỜỞ"),
        ("vps", 0xA1, "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒ"),
    ],
)
def test_bytes_in_chart_order(encoding: str, first: int, letters: str) -> None:
    assert "".join(decode_legacy(chr(first + i), encoding) for i in range(len(letters))) == letters


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv is not installed")
@pytest.mark.parametrize(("encoding", "name"), [("tcvn3", "TCVN5712-1"), ("viscii", "VISCII")])
def test_table_agrees_with_iconv(encoding: str, name: str) -> None:
    if name not in subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout:
        pytest.skip(f"this iconv does not know {name}")
    data = "\n".join(CODES[encoding][letter] for letter in LETTERS).encode("latin-1")
    done = subprocess.run(["iconv", "-f", name, "-t", "UTF-8"], input=data, capture_output=True, check=True)
    assert unicodedata.normalize("NFC", done.stdout.decode()).split("\n") == LETTERS


@pytest.mark.parametrize("encoding", BYTES)
@pytest.mark.parametrize("text", VIETNAMESE)
def test_both_readings_of_the_bytes_decode(text: str, encoding: str) -> None:
    seen = encode(text, encoding)
    assert decode_legacy(seen, encoding) == text
    if encoding != "tcvn3" or not text.startswith("Ủ"):  # 'Ủ' of the first subset is 9E, 'ž'
        assert decode_legacy(windows(seen.encode("latin-1")), encoding) == text


@pytest.mark.parametrize(
    ("seen", "encoding", "text"),
    [
        # capital fonts: small codes among typed capitals
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "tcvn3", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("sèng ë Hµ NéI vµ HuÕ", "tcvn3", "sống ở HÀ NỘI và Huế"),
        ("Hµ Néi NATO", "tcvn3", "Hà Nội NATO"),
        ("“Hµ” – Hu\xd5…", "tcvn3", "“Hà” – Huế…"),  # punctuation of Windows-1252 is no letter
        ("\x93Vieät\x94", "vni", "“Việt”"),
        ("Aùo NHAØ ÑAÂY", "vni", "Áo NHÀ ĐÂY"),
        ("Vi\x8ct ệ", "vps", "Việt ệ"),  # correct letters stay
        ("NDD-CP, address, dda~, d-i, world-a", "viqr", "NĐ-CP, address, đã, đi, world-a"),
        (r"C:\Logs a\. \\ la\? dd\d", "viqr", r"C:\Logs a. \ la? đd"),
        ("to^i. Tra?. nhie^`u? thuy. qui.", "viqr", "tôi. Trả. nhiều? thuỵ quị"),
    ],
)
def test_decoding(seen: str, encoding: str, text: str) -> None:
    assert decode_legacy(seen, encoding) == text


@given(st.text(), st.sampled_from(ENCODINGS))
def test_decoding_gives_nfc_and_never_fails(text: str, encoding: str) -> None:
    assert unicodedata.is_normalized("NFC", decode_legacy(text, encoding))


def test_an_unknown_encoding_is_answered_with_the_valid_ones() -> None:
    message = "unknown encoding (found 'vni-win'); use one of tcvn3, vni, viscii, vps, viqr"
    with pytest.raises(InputError, match=re.escape(message)):
        decode_legacy("a", "vni-win")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", VIETNAMESE)
def test_detection(text: str, encoding: str) -> None:
    for sample in (text[:48], text, f"An English sentence, 'quoted'. {text} Isn't it? Go."):
        found = detect_legacy(encode(sample, encoding).replace("\\", ""))
        assert found is not None
        assert found[0] == encoding
        assert 0.6 < found[1] <= 1


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_left(text: str) -> None:
    assert detect_legacy(text) is None
    assert repair_mojibake(text) == (text, 0)


@pytest.mark.parametrize("text", [*VIETNAMESE, *FOREIGN])
def test_mojibake_is_no_legacy_encoding(text: str) -> None:
    assert detect_legacy(windows(text.encode())) is None


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("read", [windows, lambda data: data.decode("latin-1")], ids=["cp1252", "latin-1"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", [*VIETNAMESE, "“Đi đâu?” – ‘Hà Nội’… 50 €, 20 ₫ 😀"])
def test_mojibake_is_repaired(text: str, form: str, read, times: int) -> None:  # type: ignore[no-untyped-def]
    text = damaged = unicodedata.normalize(form, text)
    for _ in range(times):
        damaged = read(damaged.encode())
    assert damaged != text
    assert repair_mojibake(damaged) == (text, 0)
    assert repair_mojibake(f"ĐÃ” {damaged} Ở ĐÂY, xã.") == (f"ĐÃ” {text} Ở ĐÂY, xã.", 0)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_is_repaired_within_a_word(letter: str) -> None:
    assert repair_mojibake(f"b{windows(letter.encode())}n") == (f"b{letter}n", 0)


@pytest.mark.parametrize(
    ("seen", "text", "n_lost"),
    [
        ("hoÃ\xa0", "hoà", 0),
        ("hÃ²a mÃ  khÃ´ng", "hòa mà không", 0),  # the A0 had become a space
        ("HÃ  Ná»™i", "Hà Nội", 0),  # and the space behind it had stayed
        ("XÃ” VIáº¾T", "XÔ VIẾT", 0),  # ambiguous, but damage is near
        ("XÃ”", "XÃ”", 0),
        ("lá»…", "lễ", 0),
        ("25Â°C, Â©2020", "25°C, ©2020", 0),
        ("Há»c má»i", "Há»c má»i", 0),  # nothing plain: left, not counted
        ("Há»c tiáº¿ng", "Há»c tiếng", 1),  # byte 8D dropped
        ("Há»\ufffdc", "Há»\ufffdc", 1),
        ("Äiá»‡n Ãnh", "Äiện Ãnh", 2),  # 90 and 81 dropped
        ("quư vị", "quư vị", 1),  # cp1252 FD read as cp1258
        ("ư ơ uư ươ, hươu, lư thú", "ư ơ uư ươ, hươu, lư thú", 0),
    ],
)
def test_repair(seen: str, text: str, n_lost: int) -> None:
    assert repair_mojibake(seen) == (text, n_lost)


def test_bytes_dropped_by_a_strict_reader_are_counted() -> None:
    data = "Đường về quê của họ: mở cửa, đọc sách, ở lại. Ông hỏi “có ai không?”".encode()
    damaged = data.decode("cp1252", "ignore")
    assert repair_mojibake(damaged)[1] == sum(byte in HOLES for byte in data)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_text_without_a_lead_byte_stays(text: str) -> None:
    text = re.sub("[ÂÃÄÅÆËÌÎÏáâïð]|(?i:uư)", "", text)
    assert repair_mojibake(text)[0] == text


@given(st.text())
def test_nothing_crashes(text: str) -> None:
    repair_mojibake(text)
    assert detect_legacy(text) is None or text.strip()


@pytest.mark.parametrize("unit", ["Ã", "hÃ ", "áº", "á»…", "ộ", "a'", "ddA ", "Aa^' "])
def test_time_is_linear(unit: str) -> None:
    def read(n: int) -> None:
        text = unit * (n // len(unit))
        repair_mojibake(text)
        detect_legacy(text)

    assert_linear(read, 100_000)
