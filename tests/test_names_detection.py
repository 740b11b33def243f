"""Names found in English and Vietnamese text: which words, of what kind, and nothing else."""

import itertools
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aligner
from aligner.errors import InputError
from aligner.names import detection
from aligner.names.detection import (
    HEADLINE_SHARE,
    HEADLINE_WORDS,
    KEPT_CHARACTERS,
    MAX_NAME,
    MAX_PHRASE,
    Scan,
    find_names,
    is_bare_phrase,
    name_keys,
    scan,
    scan_small,
)
from aligner.names.gazetteer import Gazetteer, gazetteer, name_words
from aligner.names.spelling import Words, fold, vietnamese_key, words_of
from aligner.names.table import NameEntry, NameTable
from aligner.text.words import grammar_words
from tests.growth import assert_linear


def found(text: str, lang: str, glossary: NameTable | None = None) -> list[tuple[str, str]]:
    return [(name.text, name.kind) for name in find_names(text, lang, glossary=glossary)]


ENGLISH = [
    # persons
    ("Mr Tran Van Ba spoke.", [("Tran Van Ba", "person")]),
    ("They said Duc Anh won.", [("Duc Anh", "person")]),
    ("Teacher Nguyen Thi Lan sang.", [("Nguyen Thi Lan", "person")]),
    ("We met Jean-Luc Moreau and Li Wei.", [("Jean-Luc Moreau", "person"), ("Li Wei", "person")]),
    ("Ludwig van Beethoven was deaf.", [("Ludwig van Beethoven", "person")]),
    ("The O'Neils danced.", [("O'Neils", "other")]),
    ("General Secretary To Lam left.", [("General Secretary", "title"), ("To Lam", "person")]),
    ("Lê Thị Hoa sings.", [("Lê Thị Hoa", "person")]),
    # places
    ("Ferries left from Ostrava.", [("Ostrava", "place")]),
    ("They crossed the Pongo River at night.", [("Pongo River", "place")]),
    ("The bus stops near Lake Lindqvist.", [("Lake Lindqvist", "place")]),
    ("Ho Chi Minh City's harbour is full.", [("Ho Chi Minh City", "place")]),
    ("The Gulf of Tonkin is deep.", [("Gulf of Tonkin", "place")]),
    ("U.S. farmers came.", [("U.S.", "place")]),
    # organisations
    ("The Lindqvist Foundation paid.", [("Lindqvist Foundation", "organisation")]),
    ("She joined the University of Lindqvist.", [("University of Lindqvist", "organisation")]),
    ("The Ministry of Health and the World Bank agreed.",
     [("Ministry of Health", "organisation"), ("World Bank", "organisation")]),
    # titles
    ("Captain Dubois resigned.", [("Captain", "title"), ("Dubois", "person")]),
    ("In Doha, Prime Minister Dubois spoke.", [("Doha", "place"), ("Prime Minister", "title"), ("Dubois", "person")]),
    ("Mrs Dubois resigned.", [("Dubois", "person")]),
    ("The major step was made in general.", []),
    # terms
    ("The Kyoto Protocol is old.", [("Kyoto Protocol", "other")]),
    ("Code of Conduct", [("Code of Conduct", "other")]),
    ("Hoa liked the strategic partnership.", [("Hoa", "other")]),
    # starts of sentences, quotations, items
    ("The bridge opened. Drivers cheered.", []),
    ("Kowalski cheered.", [("Kowalski", "other")]),
    ("“Bread is dear,” said Anna Marsh.", [("Anna Marsh", "other")]),
    ("• Bread is dear.\n• Fresh fish came from Ostrava.", [("Ostrava", "place")]),
    ("BREAD is dear.", [("BREAD", "other")]),
    ("To Hue, they went by train.", [("Hue", "place")]),
    # headlines
    ("Bread Prices Rise As Harvest Fails Across Slovakia After Heavy Rains", [("Slovakia", "place")]),
    # money, weekdays, months, pronouns, words that are names when capitalised
    ("He paid US$40, A$5 and NZ$3.", []),
    ("It is 5 USD or 30 EUR.", []),
    ("On Tuesday in March the Sunday market closed.", []),
    ("Let us eat roast turkey from china plates. Join us.", []),
    ("Japan and the US signed it.", [("Japan", "place"), ("US", "place")]),
    ("", []),
    ("12 %", []),
]  # fmt: skip

VIETNAMESE = [
    # persons
    ("Ông Trần Văn Ba rời đi.", [("Trần Văn Ba", "person")]),
    ("Trần Thị Bưởi thắng.", [("Trần Thị Bưởi", "person")]),
    ("Cô giáo Hồng hát.", [("Hồng", "person")]),
    ("Bà Anna Marsh gặp ông Tom Brown.", [("Anna Marsh", "person"), ("Tom Brown", "person")]),
    ("Anh ấy gặp Kowalski.", [("Kowalski", "other")]),
    ("Nhà văn Lê Văn Tỵ mất.", [("Lê Văn Tỵ", "person")]),
    # places
    ("Hôm nay trời mưa ở Hà Nội.", [("Hà Nội", "place")]),
    ("Nhà anh ở phố Hàng Bạc.", [("Hàng Bạc", "place")]),
    ("Sông Pongo chảy qua làng Mái.", [("Pongo", "place"), ("Mái", "place")]),
    ("Cầu nối thành phố Đà Nẵng với TP. HCM.", [("thành phố Đà Nẵng", "place"), ("TP. HCM", "place")]),
    ("Biển Đông dậy sóng; biển đông người.", [("Biển Đông", "place")]),
    ("Anh ấy ở Anh.", [("Anh", "place")]),
    # organisations
    ("Quỹ Lindqvist đã trả.", [("Lindqvist", "organisation")]),
    ("Đội Sao Đỏ thắng.", [("Sao Đỏ", "organisation")]),
    ("Hôm qua, Bộ Y tế và Ngân hàng Thế giới đã đồng ý.",
     [("Bộ Y tế", "organisation"), ("Ngân hàng Thế giới", "organisation")]),
    # titles
    ("Bộ trưởng Dubois từ chức.", [("Bộ trưởng", "title"), ("Dubois", "person")]),
    ("Thủ tướng Lawrence Wong thăm Huế.",
     [("Thủ tướng", "title"), ("Lawrence Wong", "person"), ("Huế", "place")]),
    # terms and compounds with one capital a word
    ("Họ đọc Chương trình Phát triển Nông thôn.", [("Chương trình Phát triển Nông thôn", "other")]),
    ("Họ xem Chương trình Trao đổi Học sinh giỏi.", [("Chương trình Trao đổi Học sinh", "other")]),
    ("Họ xem Chương trình mới.", []),
    ("Họ học tiếng Việt.", [("tiếng Việt", "other")]),
    ("quan hệ đối tác chiến lược", [("quan hệ đối tác chiến lược", "other")]),
    ("Hai nước có quan hệ đối tác chiến lược.", []),
    # transliterations
    ("Xinh-ga-po xa Mát-xcơ-va.", [("Xinh-ga-po", "place"), ("Mát-xcơ-va", "place")]),
    ("Ở đó, Lin-đơ-bơ đã ngủ.", [("Lin-đơ-bơ", "other")]),
    ("Inđônêxia nóng.", [("Inđônêxia", "place")]),
    # starts of sentences
    ("Lúa đã chín. Mưa rơi.", []),
    ("Bánh ngon. “Bưởi chua”, họ nói.", []),
    ("Ông nói: Lan đã về.", []),
    ("Kowalski ngủ.", [("Kowalski", "other")]),
    # money, weekdays, forms of address, words that are names when capitalised
    ("Giá 5 USD hoặc 3 NDT.", []),
    ("Thứ Ba, họ họp vào Thứ Sáu và Chủ nhật, tháng Mười.", []),
    ("Anh yêu em. Ông bà khỏe.", []),
    ("Cuộc sống hòa bình ở tỉnh Hòa Bình.", [("Hòa Bình", "place")]),
    ("Họ sống có đức, nói tiếng mẹ đẻ.", []),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), ENGLISH)
def test_english(text: str, names: list[tuple[str, str]]) -> None:
    assert found(text, "en") == names


@pytest.mark.parametrize(("text", "names"), VIETNAMESE)
def test_vietnamese(text: str, names: list[tuple[str, str]]) -> None:
    assert found(text, "vi") == names


@pytest.mark.parametrize(("text", "lang"), [(t, "en") for t, _ in ENGLISH] + [(t, "vi") for t, _ in VIETNAMESE])
def test_decomposed_text_has_the_same_names(text: str, lang: str) -> None:
    loose = unicodedata.normalize("NFD", text)
    names = find_names(loose, lang)
    assert [(unicodedata.normalize("NFC", n.text), n.kind) for n in names] == found(text, lang)
    assert all(loose[name.start : name.end] == name.text for name in names)


@pytest.mark.parametrize(
    ("text", "lang", "certain"),
    [
        ("He met Kowalski.", "en", True),
        ("He met Brown.", "en", False),  # a colour too
        ("He met Tom Kowalski.", "en", True),
        ("Anh gặp Kowalski.", "vi", True),
        ("Anh gặp Lan.", "vi", False),  # an orchid too
        ("Đức thắng.", "vi", False),  # a virtue, and a man's name
        ("Đội Đức thắng.", "vi", True),
        ("Japan won.", "en", False),  # a lacquer
        ("They beat Japan.", "en", True),
    ],
)
def test_certain_is_what_can_be_no_common_word(text: str, lang: str, certain: bool) -> None:
    assert [name.is_certain for name in find_names(text, lang)] == [certain]


def test_known_names_have_their_entities_and_others_none() -> None:
    germany, stranger = find_names("Germany met Kowalski.", "en")
    assert (germany.entities, germany.keys) == (("DE",), ("germany",))
    assert (stranger.entities, stranger.keys) == ((), ("kowalski",))
    (anh,) = find_names("Họ rời Anh.", "vi")
    assert "GB" in anh.entities


def test_a_glossary_adds_names_on_both_sides() -> None:
    glossary = NameTable((NameEntry("blue heron", "cò xanh", "organisation"), NameEntry("Ostrava", "Ốt", "place")))
    assert found("They saw Blue Heron.", "en") == [("Blue Heron", "other")]
    assert found("They saw Blue Heron.", "en", glossary) == [("Blue Heron", "organisation")]
    assert found("Họ thích Cò xanh ở Ốt.", "vi", glossary) == [("Cò xanh", "organisation"), ("Ốt", "place")]
    (name,) = find_names("They left Ostrava.", "en", glossary=glossary)
    assert name.entities == ("glossary:1",)


def test_a_weekday_is_no_country() -> None:
    assert found("Họ gặp nhau vào Chủ Nhật.", "vi") == []
    assert found("Họ gặp nhau ở Nhật.", "vi") == [("Nhật", "place")]


def test_title_case_begins_at_the_share_and_the_number_of_words_named() -> None:
    plain = "Bread and fish and rice and salt were sold on the old quay in Ostrava today."
    titled = "Bread And Fish And Rice And Salt Were Sold On The Old Quay In Ostrava Today."
    assert found(plain, "en") == found(titled, "en") == [("Ostrava", "place")]
    assert (HEADLINE_SHARE, HEADLINE_WORDS) == (0.6, 5)
    two_thirds = "We Ate Bread and Fish and Rice and Salt With Honey."
    assert found(two_thirds, "en") == []
    assert found("We ate bread and fish and Rice and Salt with honey.", "en") == [("Rice", "other"), ("Salt", "other")]


def test_a_phrase_is_short_and_has_no_stop() -> None:
    assert found("Fresh Bread", "en") == [("Fresh Bread", "other")]  # a name as a glossary or a table cell has it
    assert found("Fresh Bread.", "en") == [("Bread", "other")]
    assert found("Bún Chả", "vi") == [("Bún Chả", "other")]
    assert found("Bread is sold here today", "en") == []  # its only capital is a heading's
    heading = "Bread is good for Ostrava"
    assert (len(heading.split()), found(heading, "en")[-1:]) == (MAX_NAME, [("Ostrava", "other")])
    words = ["renovation"] + ["process"] * (MAX_PHRASE - 1)
    assert is_bare_phrase(" ".join(words), words_of(" ".join(words), "en"))
    assert not is_bare_phrase(" ".join([*words, "x"]), words_of(" ".join([*words, "x"]), "en"))
    assert not is_bare_phrase("Stop!", words_of("Stop!", "en"))
    assert not is_bare_phrase("“Stop!”", words_of("“Stop!”", "en"))


def test_another_language_is_refused() -> None:
    with pytest.raises(InputError, match="unknown language"):
        find_names("Bonjour.", "fr")


def test_keys_for_alignment_do_not_depend_on_the_language() -> None:
    for text, lang in (
        ("Moreau flew from Germany to Xo, then Moreau slept.", "en"),
        ("Moreau bay từ Đức đến Xo, rồi Moreau ngủ.", "vi"),
    ):
        assert name_keys(scan(text, lang, gazetteer())) == ("w:moreau", "e:DE", "w:moreau")
    assert name_keys(scan("", "en", gazetteer())) == ()


def test_a_sentence_is_looked_at_once_by_alignment_findings_and_name_table(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(detection, "_kept", detection._Kept())
    monkeypatch.setattr(detection, "words_of", lambda text, *told: looked_at.append(text) or words_of(text, *told))  # type: ignore[func-returns-value, redundant-expr]
    alignment = aligner.align(["Kowalski met Trump.", "They ate."], ["Kowalski gặp Trump.", "Họ ăn."])
    assert len(alignment.to_frame()) == 2
    assert [entry.en for entry in alignment.name_table.entries] == ["Trump", "Kowalski"]
    assert looked_at == ["Kowalski met Trump.", "They ate.", "Kowalski gặp Trump.", "Họ ăn."]


def test_scans_are_kept_on_request_by_text_language_and_glossary() -> None:
    known, more = gazetteer(), gazetteer(NameTable((NameEntry("Blue Heron", "Cò Xanh"),)))
    kept = scan("We saw Hue Heron.", "en", known, keep=True)
    assert scan("We saw Hue Heron.", "en", known) is kept
    assert scan("We saw Hue Heron.", "en", more) is not kept
    assert scan("We saw Hue Heron.", "vi", known) is not kept
    passing = scan("We saw Hue Herons.", "en", known)
    assert scan("We saw Hue Herons.", "en", known) is not passing


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "_kept", detection._Kept())
    monkeypatch.setattr(detection, "KEPT_SCANS", 3)
    for n in range(20):
        scan("a" * n, "en", gazetteer(), keep=True)
        assert len(detection._kept) <= 2 * 3
    last = len(detection._kept)
    scan("a" * (KEPT_CHARACTERS + 1), "en", gazetteer(), keep=True)
    assert len(detection._kept) == last


def test_who_changes_the_names_found_changes_no_scan() -> None:
    find_names("Kowalski met Trump.", "en").clear()
    assert len(find_names("Kowalski met Trump.", "en")) == 2


# Parts that make and break names: capitals, roles, known names, links, stops, marks, what is no letter.
PARTS = st.sampled_from(
    ["Nguyễn", "Hà", "Nội", "Kowalski", "The", "of", "van", "United", "Nations", "Bộ", "trưởng", "Chương", "trình",
     "Ông", "ông", "US", "$", "U.S.", "HCM", "TP.", "Thứ", "Hai", "Mát-xcơ-va", "-", "'s", "’", ".", "\n", " ", "  ",
     "•", "“", "To", "Lam", "A", "İ", "\u0323", "\u0302", "\ud800", "\x00", "3", "๓", "ﬁ", "𝐀", "đông", "Biển",
     ", ", "/", "s"]
)  # fmt: skip
HOSTILE = st.lists(PARTS, max_size=24).map("".join) | st.lists(PARTS, max_size=16).map(" ".join) | st.text(max_size=30)


@given(HOSTILE, st.sampled_from(["en", "vi"]))
def test_names_stand_in_order_without_overlap(text: str, lang: str) -> None:
    end = 0
    for name in find_names(text, lang):
        assert end <= name.start < name.end <= len(text)
        assert text[name.start : name.end] == name.text
        assert name.keys
        end = name.end


def naive_spans(text: str, lang: str, words: Words, known: Gazetteer) -> list[tuple[int, int, tuple[str, ...]]]:
    """`_find_spans`, which asks of every word whether a name begins there, and passes none over by its look."""
    spans, taken = [], 0
    is_shouted = len(words) > 1 and text.isupper()
    is_bare = not is_shouted and is_bare_phrase(text, words) and not re.search('[?!…][ "”»]', text)
    is_headline = (is_shouted or detection._is_title_case(words, lang)) and not is_bare
    is_short = is_bare and len(words) <= MAX_NAME and sum(words.flags) > (len(words) > 1)
    find_end = detection._english_end if lang == "en" else detection._vietnamese_end
    for at, key in enumerate(words.keys):
        if at < taken or key in name_words()["currency"]:
            continue
        n, entities = detection._known(text, words, at, lang, known, is_bare=is_bare)
        end = at + n
        if not n and words.flags[at] and text[words.ends[at] : words.ends[at] + 1] != "$":
            end = find_end(words, at, known, is_headline=is_headline, is_bare=is_short)
            if end == at + 1 and len(words.texts[at]) == 1:
                end = at
        if end > at:
            spans.append((at, end, entities))
            taken = end
    return spans


def naive_small(found: Scan) -> list[tuple[int, int, tuple[str, ...]]]:
    """`scan_small`, which asks of every word whether it is a name without a capital."""
    words, lang, known = found.plain, found.lang, found.known
    if True in words.flags[1:] or len(words) < 2:
        return list(found.spans)
    raised = replace(words, flags=bytes([1]) * len(words))
    spans, taken = list(found.spans), {k for at, end, _ in found.spans for k in range(at, end)}
    for at, text in enumerate(words.texts):
        if at in taken or words.flags[at]:
            continue
        n, entities = known.match(raised, at, lang)
        if n and (
            taken & set(range(at, at + n))
            or not detection._is_plain_place(known.entities[entities[0]], words, at, n, lang)
        ):
            n, entities = 0, ()
        n = n or int(detection._is_stranger(text, lang))
        if n:
            taken.update(range(at, at + n))
            spans.append(detection._Span(at, at + n, entities))
    return sorted(spans)


def known_forms(lang: str) -> list[str]:
    """Forms of known names."""
    entities = gazetteer().entities.values()
    return sorted({form for entity in entities for form in (entity.en + entity.adjectives, entity.vi)[lang == "vi"]})


def some_words(lang: str) -> list[str]:
    """Words of every role: of known names of each kind of capitals, function words, words around names."""
    words = {word for form in known_forms(lang)[::40] for word in words_of(form, lang).keys}
    for role in sorted(name_words()):
        words |= {word for phrase in sorted(name_words()[role])[::9] for word in phrase.split()}
    return sorted(words | set(sorted(grammar_words(lang))[::4]))


def sentences(lang: str) -> st.SearchStrategy[str]:
    """Texts of such words, most in small letters, with what may stand between them."""
    word = st.sampled_from(some_words(lang)).flatmap(
        lambda word: st.sampled_from([word, word, word, word.capitalize(), word.upper()])
    )
    gap = st.sampled_from([" "] * 12 + [". ", ".", "-", ", ", "! ", " “", "'s ", "$", "\n", " (", ") "])
    phrase = st.sampled_from(sorted({" ".join(words_of(form, lang).keys) for form in known_forms(lang)})[::7])
    piece = st.one_of(word, word, word, phrase, phrase.map(str.capitalize), phrase.map(str.title), HOSTILE)
    return st.lists(st.tuples(piece, gap), max_size=14).map(lambda rows: "".join(itertools.chain(*rows)))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_known_names_of_one_word_are_found_in_small_letters_and_with_a_capital(lang: str) -> None:
    """Of those, the looks of words must not pass over one: every form of one word, alone and in a sentence."""
    known = gazetteer()
    around = {"en": "the {} left early", "vi": "hôm qua {} rời đi"}[lang]
    forms = {word for form in known_forms(lang) if len(words := words_of(form, lang).keys) == 1 for word in words}
    for form, frame in itertools.product(sorted(forms), ("{}", around)):
        for word in (form, form.capitalize(), form.upper()):
            scanned = scan(frame.format(word), lang, known)
            assert list(scanned.spans) == naive_spans(scanned.text, lang, scanned.plain, known), scanned.text


def test_what_is_remembered_of_words_stays_with_as_many_gazetteers_as_are_kept() -> None:
    detection._told.cache_clear()
    known = [gazetteer(), *(gazetteer(NameTable((NameEntry(f"Ab{k}", f"Ăb{k}", "place"),))) for k in range(3))]
    for _ in range(3):
        for one in known:
            for lang in ("en", "vi"):
                scan("It rained.", lang, one)
    assert detection._told.cache_info().misses == 2 * len(known)


@pytest.mark.parametrize("lang", ["en", "vi"])
@given(st.data())
def test_names_are_those_that_a_look_at_every_word_finds(lang: str, data: st.DataObject) -> None:
    known = gazetteer()
    text = data.draw(sentences(lang))
    scanned = scan(text, lang, known)
    assert list(scanned.spans) == naive_spans(text, lang, scanned.plain, known)
    assert list(scan_small(scanned).spans) == naive_small(scanned)
    for words in (scanned.words, scanned.plain):
        assert list(words.flags) == [word[0].isupper() for word in words.texts]
        assert words.keys == tuple((fold if lang == "en" else vietnamese_key)(word) for word in words.texts)


@pytest.mark.parametrize(
    ("text", "lang"), [(text, lang) for lang, rows in (("en", ENGLISH), ("vi", VIETNAMESE)) for text, _ in rows]
)
def test_names_of_the_cases_are_those_that_a_look_at_every_word_finds(text: str, lang: str) -> None:
    for written in (text, text.lower(), text.upper(), text.title(), text.rstrip("."), f"{text} {text}"):
        scanned = scan(written, lang, gazetteer())
        assert list(scanned.spans) == naive_spans(written, lang, scanned.plain, gazetteer())
        assert list(scan_small(scanned).spans) == naive_small(scanned)


MEGABYTES = [
    ("A ", 500_000),
    ("Nguyễn ", 150_000),
    ("Nguyen To ", 100_000),
    ("Do Hue ", 140_000),
    ("a", 10**6),
    ("A", 10**6),
    ("-", 10**6),
    ("A-b", 330_000),
    ("U.", 300_000),
    ("Kowalski. ", 100_000),
    ("Tổng Bí thư Đảng ", 60_000),
    ("the West ", 110_000),
    ("I\u0323\u0302", 300_000),
]


@pytest.mark.slow
@pytest.mark.parametrize(("part", "n"), MEGABYTES, ids=[part for part, _ in MEGABYTES])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_time_grows_with_a_hostile_text(part: str, n: int, lang: str) -> None:
    assert_linear(lambda size: find_names(part * size, lang), n)


@pytest.mark.parametrize(
    ("text", "lang", "names"),
    [
        ("<i>Anh ta đâu?</i>", "vi", []),
        ("{\\an8}Open the door.", "en", []),
        ("[música] Some days are better.", "en", []),
        ("Mr. <b>Kowalski</b> left <i>Berlin</i>.", "en", ["Kowalski", "Berlin"]),
        ("See https://example.org/wiki/Germany for more.", "en", []),
        ("Write to Jan.Kowalski@example.org today.", "en", []),
        ("&quot;Lại đây,&quot; Anna nói.", "vi", ["Anna"]),
        ("Giốc-tan sinh Anh-mô-đát.", "vi", ["Giốc-tan", "Anh-mô-đát"]),
        ("Họ đến Bê-e-Sê-ba.", "vi", ["Bê-e-Sê-ba"]),
        ("David Beckham met Elton John.", "en", ["David Beckham", "Elton John"]),
        ("Hung Van Le left.", "en", ["Hung Van Le"]),
        ("TRẦN QUỐC TOẢN ĐOẠT GIẢI NHẤT", "vi", ["TRẦN QUỐC TOẢN"]),
        ("THE LIFE OF HO XUAN HUONG", "en", ["HO XUAN HUONG"]),
    ],
)
def test_tags_chains_and_headings(text: str, lang: str, names: list[str]) -> None:
    assert [name.text for name in find_names(text, lang)] == names


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("Úc đóng cửa biên giới.", True),  # no word in small letters
        ("Đức có tổng thống mới.", True),  # before a verb's word
        ("Áo của tôi rách.", False),
        ("PHÁP CẤM XE MÁY", True),
        ("PHÁP LUẬT MỚI", False),
    ],
)
def test_a_country_of_one_syllable(text: str, certain: bool) -> None:
    assert next(iter(find_names(text, "vi"))).is_certain == certain
