"""Names that are known beforehand: what capitals they ask for, how they are spelled, and a glossary on top."""

import functools
import itertools
import re
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.names.gazetteer import (
    ALL,
    ANY,
    GLOSSARY_PREFIX,
    ONE,
    PHRASE,
    _capitals,
    _joined,
    _opening,
    gazetteer,
    name_words,
)
from aligner.names.spelling import Words, vietnamese_key, words_of
from aligner.names.table import NameEntry, NameTable
from tests.growth import assert_linear


def match(text: str, lang: str, *, is_bare: bool = False, most: int = 99) -> tuple[str, tuple[str, ...]]:
    """The words of the known name that a text begins with, and its entities."""
    words = words_of(text, lang)
    n, entities = gazetteer().match(words, 0, lang, is_bare=is_bare, most=most)
    return text[: words[n - 1].end] if n else "", entities


@pytest.mark.parametrize(
    ("text", "lang", "entity"),
    [
        ("US", "en", "US"),
        ("us", "en", ""),
        ("Us", "en", ""),
        ("WHO", "en", "org:who"),
        ("who", "en", ""),
        ("Who", "en", ""),
        ("Germany", "en", "DE"),
        ("GERMANY", "en", "DE"),
        ("germany", "en", ""),
        ("turkey", "en", ""),
        ("biển Đông", "vi", "sea:east-sea"),
        ("Biển Đông", "vi", "sea:east-sea"),
        ("biển đông", "vi", ""),
        ("hòa bình", "vi", ""),
        ("đức", "vi", ""),
        ("prime minister", "en", "title:prime-minister"),  # offices may stand in small letters
        ("thủ tướng", "vi", "title:prime-minister"),
    ],
)
def test_capitals_decide(text: str, lang: str, entity: str) -> None:
    _, entities = match(text, lang)
    assert entity in entities if entity else entities == ()


@pytest.mark.parametrize(("text", "lang"), [("strategic partnership", "en"), ("đổi mới", "vi")])
def test_a_term_in_small_letters_is_one_only_where_it_stands_alone(text: str, lang: str) -> None:
    assert match(text, lang) == ("", ())
    assert match(text, lang, is_bare=True)[0] == text
    assert match(text[0].upper() + text[1:], lang)[0].lower() == text


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Inđônêxia", "ID"),
        ("In-đô-nê-xi-a", "ID"),
        ("In‑đô‑nê‑xi‑a", "ID"),  # hyphens that do not break
        ("Mátxcơva", "city:moscow"),
        ("Mát-xcơ-va", "city:moscow"),
        ("Mĩ", "US"),
        ("Mỹ", "US"),
        ("Hoà Bình", "VN-14"),
        ("Hòa Bình", "VN-14"),
        ("Ðà Nẵng", "VN-DN"),
        ("TP.HCM", "VN-SG"),
        ("TP. HCM", "VN-SG"),
    ],
)
def test_spellings_of_one_vietnamese_name(text: str, entity: str) -> None:
    assert match(text, "vi") == (text, (entity,))


@pytest.mark.parametrize("text", ["New York", "New  York", "New-York", "New\u00a0York"])
def test_words_of_a_name_stand_close(text: str) -> None:
    assert match(text, "en")[0] == text


@pytest.mark.parametrize("text", ["New, York", "New\nYork", "New (York", "New/York", "New     York"])
def test_words_that_stand_apart_are_no_name(text: str) -> None:
    assert match(text, "en")[0] != text


@pytest.mark.parametrize(
    ("text", "lang", "entity"),
    [
        ("Ministry of Culture, Sports and Tourism", "en", "org:ministry-of-culture-sports-and-tourism"),
        ("Bộ Văn hóa, Thể thao và Du lịch", "vi", "org:ministry-of-culture-sports-and-tourism"),
        ("Ministry of Culture (Sports and Tourism)", "en", "org:ministry-of-culture"),
        ("Washington, D.C", "en", "city:washington"),
        ("HIV/AIDS", "vi", "term:hiv-aids"),
        ("G-20", "en", "org:g20"),
    ],
)
def test_a_form_may_hold_its_own_commas_and_strokes(text: str, lang: str, entity: str) -> None:
    found, entities = match(text, lang)
    assert entity in entities
    assert (found == text) == ("(" not in text)


def test_the_longest_name_is_taken() -> None:
    assert match("Ho Chi Minh City's harbour", "en") == ("Ho Chi Minh City", ("VN-SG",))
    assert match("Ho Chi Minh City's harbour", "en", most=3) == ("Ho Chi Minh", ("person:ho-chi-minh",))
    assert match("Nam Định và Huế", "vi")[0] == "Nam Định"
    assert match("Nam đi chơi", "vi")[1] != match("Nam Định", "vi")[1]


@pytest.mark.parametrize(
    ("text", "entity"),
    [("Thanh Hoa", "VN-21"), ("Thanh Hoá", "VN-21"), ("Thanh Hóa", "VN-21"), ("Thanh Hòa", ""), ("Thánh Hóa", "")],
)
def test_marks_that_english_keeps_must_be_the_names(text: str, entity: str) -> None:
    assert match(text, "en")[1] == ((entity,) if entity else ())


def test_a_glossary_stands_on_top_of_what_ships() -> None:
    added = NameTable(
        (
            NameEntry("Blue Heron", "Cò Xanh", "organisation", vi_forms=(("CLB Cò Xanh", 2),)),
            NameEntry("Hue", "Thành Cũ", "place"),
            NameEntry("Lone Side", "", "place", confidence=0.0),
        )
    )
    known = gazetteer(added)
    for text, lang in (("Blue Heron", "en"), ("Cò Xanh", "vi"), ("CLB Cò Xanh", "vi")):
        words = words_of(text, lang)
        assert known.match(words, 0, lang) == (len(words), (f"{GLOSSARY_PREFIX}0",))
    assert set(known.match(words_of("Hue", "en"), 0, "en")[1]) == {"VN-26", f"{GLOSSARY_PREFIX}1"}
    assert known.match(words_of("Lone Side", "en"), 0, "en") == (0, ())
    assert known.match(words_of("Germany", "en"), 0, "en") == gazetteer().match(words_of("Germany", "en"), 0, "en")


def test_a_glossary_leaves_what_ships_as_it_was() -> None:
    before = match("Blue Heron", "en"), match("Hue", "en"), len(gazetteer().entities)
    gazetteer(NameTable((NameEntry("Blue Heron", "Cò Xanh"), NameEntry("Hue", "Thành Cũ"))))
    assert (match("Blue Heron", "en"), match("Hue", "en"), len(gazetteer().entities)) == before


class Plain(NamedTuple):
    """Forms by the keys of their words, every one read: ids and the capitals asked for, and gaps of their own."""

    phrases: dict[tuple[str, ...], list[tuple[str, int]]]
    gaps: dict[tuple[str, ...], set[str]]


@functools.cache
def plain_index(lang: str) -> Plain:
    """What `Index` reads little by little, of all names at once."""
    phrases: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    gaps: dict[tuple[str, ...], set[str]] = {}
    for entity in gazetteer().entities.values():
        plurals = [f"{form}s" for form in entity.adjectives if form[-1] in "aiknt"]
        forms = [*entity.en, *entity.adjectives, *plurals] if lang == "en" else list(entity.vi)
        for form in dict.fromkeys([*forms, *(joined for own in forms if "-" in own for joined in _joined(own))]):
            words = words_of(form, lang)
            meaning = entity.id, _capitals(form, entity.kind)
            meanings = phrases.setdefault(words.keys, [])
            if meaning not in meanings:
                meanings.append(meaning)
            own = {gap for gap in words.gaps[1:] if not re.fullmatch("[ .–‑'’&\u00a0-]{1,3}|", gap)}
            gaps.setdefault(words.keys, set()).update(own)
    phrases.pop((), None)
    return Plain(phrases, gaps)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_forms_read_when_they_are_asked_for_are_those_that_all_names_have(lang: str) -> None:
    plain, index = plain_index(lang), gazetteer().index[lang]
    found: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    gaps: dict[tuple[str, ...], set[str]] = {}
    for first in {keys[0] for keys in plain.phrases}:
        for second in index.following[first]:
            forms = index.forms[f"{first} {second}"]
            assert forms.lengths == tuple(sorted({len(keys) for keys in forms.phrases}, reverse=True))
            assert all((*keys, "")[:2] == (first, second) for keys in forms.phrases)
            for keys, meanings in forms.phrases.items():
                found[keys] = [(id_, meaning.capitals) for meaning in meanings for id_ in meaning.entities]
                gaps[keys] = {*forms.gaps.get(keys, ())}
        several = [m for keys, found in plain.phrases.items() if keys[0] == first and keys[1:] for m in found]
        assert index.needs_no_capital(first) == any(capitals != ONE for _, capitals in several)
    assert found == plain.phrases
    assert gaps == plain.gaps
    assert index.seconds == {keys[1] for keys in plain.phrases if keys[1:]}
    assert not index.following["xyzzy"]


def test_a_glossary_of_one_first_word_is_read_in_linear_time() -> None:
    entries = [NameEntry(f"Blue Heron{k}", f"Cò Xanh{k}") for k in range(40_000)]
    assert_linear(lambda n: gazetteer.__wrapped__(NameTable(tuple(entries[:n]))), len(entries))


@pytest.mark.parametrize("form", ["Hudson's Bay", "'s Bay", "Mỹ’s Tho", "Mi\u0303 Tho", "…", "", "_Foo_Bar", "A"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_the_opening_of_a_form_is_that_of_its_words(form: str, lang: str) -> None:
    assert _opening(form, lang) == (*words_of(form, lang).keys, "", "")[:2]


@given(st.text(st.sampled_from("aB_-.'’s \n\u0303đ")), st.sampled_from(["en", "vi"]))
def test_the_opening_of_any_text_is_that_of_its_words(form: str, lang: str) -> None:
    assert _opening(form, lang) == (*words_of(form, lang).keys, "", "")[:2]


def naive_match(words: Words, at: int, lang: str, *, is_bare: bool, is_small: bool) -> tuple[int, tuple[str, ...]]:
    """`Gazetteer.match` over all numbers of words, the largest first."""
    known = gazetteer()
    for n in range(len(words) - at, 0, -1):
        keys, texts, found = words.keys[at : at + n], words.texts[at : at + n], list[str]()
        own = plain_index(lang).gaps.get(keys, ())
        if not all(gap in own or re.fullmatch("[ .–‑'’&\u00a0-]{1,3}|", gap) for gap in words.gaps[at + 1 : at + n]):
            continue
        for entity, capitals in plain_index(lang).phrases.get(keys, []):
            has_capital = is_small or any(words.flags[at : at + n])
            fits = {
                ANY: True,
                ONE: has_capital,
                ALL: all(text.isupper() or text.isdigit() for text in texts),
                PHRASE: is_bare or has_capital,
            }
            found += [entity] if fits[capitals] else []
        if lang == "en" and not "".join(texts).isascii():
            marked = [text for text in texts if not text.isascii()]
            forms = {id_: (*known.entities[id_].en, *known.entities[id_].vi) for id_ in found}
            kept = {id_: {key for form in forms[id_] for key in words_of(form, "vi").keys} for id_ in found}
            found = [id_ for id_ in found if kept[id_].issuperset(map(vietnamese_key, marked))]
        if found:
            return n, tuple(found)
    return 0, ()


@pytest.mark.parametrize("lang", ["en", "vi"])
@settings(max_examples=300)
@given(st.data(), st.booleans(), st.booleans())
def test_the_longest_form_that_fits_is_found(lang: str, data: st.DataObject, is_bare: bool, is_small: bool) -> None:
    forms = sorted({form for e in gazetteer().entities.values() for form in (e.en + e.adjectives, e.vi)[lang == "vi"]})
    form = st.sampled_from(forms[::3])
    piece = form | form.map(str.lower) | form.map(str.title) | form.map(lambda form: form.split()[0]) | st.just("Hoà")
    gap = st.sampled_from([" ", " ", " ", "-", ". ", ", ", " & ", "", "    ", "…"])
    words = words_of("".join(itertools.chain(*data.draw(st.lists(st.tuples(piece, gap), max_size=5)))), lang)
    for at in range(len(words)):
        found = gazetteer().match(words, at, lang, is_bare=is_bare, is_small=is_small)
        assert found == naive_match(words, at, lang, is_bare=is_bare, is_small=is_small)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_form_is_found_as_its_entity(lang: str) -> None:
    known, missed = gazetteer(), []
    for entity in known.entities.values():
        for form in entity.en + entity.adjectives if lang == "en" else entity.vi:
            words = words_of(form, lang)
            n, found = known.match(words, 0, lang, is_bare=True)
            if (n, entity.id in found) != (len(words), True):
                missed.append(form)
    assert all(not any(map(str.isalpha, form)) for form in missed), missed  # 9/11 is a date first


@pytest.mark.parametrize(
    ("role", "key"),
    [
        ("family", "nguyễn"),
        ("middle", "thị"),
        ("honorific_en", "mr"),
        ("honorific_vi", "ông"),
        ("address_vi", "anh"),
        ("organisation_en", "ministry"),
        ("organisation_vi", "bộ"),
        ("place_en", "river"),
        ("place_vi", "sông"),
        ("head_vi", "chương trình"),
        ("link_en", "van"),
        ("before_place_en", "near"),
        ("calendar_vi", "tháng"),
        ("deputy_en", "deputy"),
        ("deputy_vi", "phó"),
        ("currency", "usd"),
        ("abbreviation", "tp"),
    ],
)
def test_roles_of_words(role: str, key: str) -> None:
    assert key in name_words()[role]


def test_words_of_roles_are_keys() -> None:
    for role, words in name_words().items():
        lang = "vi" if role in ("family", "middle") or role.endswith("_vi") else "en"
        assert {" ".join(word.key for word in words_of(key, lang)) for key in words} == words
