"""Texts of programs as pairs: each kind of file, what is set aside, what is refused with the way out, twins, bombs."""

import gzip
import json
import plistlib
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aligner
from aligner.cli import main
from aligner.errors import InputError, MissingExtraError
from aligner.pairs.chunks import Source, Tally
from aligner.pairs.formats import BUNDLES
from aligner.pairs.localisation import catalogues
from aligner.pairs.localisation.catalogues import Catalogue
from aligner.pairs.localisation.elements import read_android
from aligner.pairs.localisation.files import KINDS, REFUSED
from aligner.pairs.localisation.lines import read_properties, read_strings
from aligner.pairs.localisation.po import read_mo, read_po
from tests.growth import assert_linear

SHOP = ("Open the shop", "Mở cửa hàng")
ORDER = ("Your order of %1$d items is ready.", "Đơn hàng gồm %1$d món của bạn đã sẵn sàng.")
HELLO = ("Hello {name}, how are you today?", "Xin chào {name}, hôm nay bạn thế nào?")
FILES = ("%d files were removed", "Đã xoá %d tập tin")
QUOTE = ('He said "yes" \\ "no"', 'Anh ấy nói "có" \\ "không"')
LINES = ("First line\nSecond line", "Dòng đầu\nDòng hai")

HEADER = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset={}\\n"\n"Plural-Forms: {}\\n"\n\n'
HEAD = HEADER.format("UTF-8", "nplurals=1; plural=0;")
TS = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n<TS version="2.1" language="vi_VN" sourcelanguage="en">\n'
RESX = (
    '<?xml version="1.0" encoding="utf-8"?>\n<root>\n<resheader name="resmimetype"><value>text/microsoft-resx</value>'
    '</resheader>\n{}</root>\n'
)
XLIFF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
    '<file original="{}" source-language="en" target-language="vi" datatype="plaintext"><body>\n{}</body></file></xliff>'
)
XLIFF2 = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en-US" trgLang="vi-VN">'
    '<file id="f1">{}</file></xliff>'
)


def bundle(**texts: Any) -> str:
    return json.dumps(texts, ensure_ascii=False)


def mo_of(pairs: Mapping[str, str], order: str = "<") -> bytes:
    """An MO file as msgfmt writes it, without a hash table."""
    keys = sorted(key.encode() for key in pairs)
    texts = [pairs[key.decode()].encode() for key in keys]
    n, at, tables, data = len(keys), 28 + 16 * len(keys), [], b""
    for strings in (keys, texts):
        for string in strings:
            tables.append(struct.pack(f"{order}2I", len(string), at + len(data)))
            data += string + b"\0"
    head = struct.pack(f"{order}7I", 0x950412DE, 0, n, 28, 28 + 8 * n, 0, at)
    return head + b"".join(tables) + data


READ: dict[str, tuple[dict[str, str | bytes], list[tuple[str, str]], dict[str, int]]] = {
    # PO: GNU gettext manual, "The Format of PO Files".
    "po": (
        {"vi.po": HEAD + f'#: a.c:1\n#. A hint\nmsgid "{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n'
                  f'\n#, fuzzy, c-format\n#| msgid "Old %s"\nmsgid "New %s"\nmsgstr "Cũ %s"\n\nmsgid "Not yet"\nmsgstr ""\n'
                  f'#, c-format\nmsgctxt "menu"\nmsgid ""\n"{ORDER[0]}"\nmsgstr ""\n"{ORDER[1][:9]}"\n"{ORDER[1][9:]}"\n'
                  '#~ msgid "Gone"\n#~ msgstr "Đã mất"\n'},
        [SHOP, ORDER], {"fuzzy entries": 1, "untranslated entries": 1, "obsolete entries": 1},
    ),
    "po without blank lines, with spaces, CRLF and a byte order mark": (
        {"a.po": "\ufeff" + (HEAD.strip() + f'\n  msgid   "{SHOP[0]}"  \nmsgstr "{SHOP[1]}"\nmsgid "{HELLO[0]}"\nmsgstr\t'
                 f'"{HELLO[1]}"').replace("\n", "\r\n")}, [SHOP, HELLO], {},
    ),
    "po escapes": (
        {"vi.po": HEAD + r'msgid "He said \"yes\" \\ \"no\""' + "\n" + r'msgstr "Anh ấy nói \"có\" \\ \"không\""' + "\n"
                  r'msgid "First line\nSecond line"' + "\n" + r'msgstr "D\303\262ng đầu\nDòng hai"' + "\n"},
        [QUOTE, (LINES[0], "DÃ²ng đầu\nDòng hai")], {},
    ),
    "po plural, one form": (
        {"vi.po": HEAD + f'msgid "%d file was removed"\nmsgid_plural "{FILES[0]}"\nmsgstr[0] "{FILES[1]}"\n'},
        [FILES], {"singular forms beside one form": 1},
    ),
    "po plural, two forms": (
        {"vi.po": HEADER.format("UTF-8", "nplurals=2; plural=n!=1;") + 'msgid "one file"\n'
                  f'msgid_plural "{FILES[0]}"\nmsgstr[0] "một tập tin"\nmsgstr[1] "{FILES[1]}"\n'},
        [("one file", "một tập tin"), FILES], {},
    ),
    "po of KDE 3": (
        {"vi.po": HEAD + f'msgid "_: Name of a button\\n{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n\nmsgctxt "EMAIL OF TRANSLATORS"\n'
                  'msgid "Your emails"\nmsgstr "lan@example.org"\n\nmsgid "translator-credits"\nmsgstr "Lan"\n'},
        [SHOP], {"names of translators": 2},
    ),
    "po in another charset": (
        {"vi.po": (HEADER.format("CP1258", "x") + 'msgid "Street"\nmsgstr "Đường"\n').encode("cp1258", "ignore")},
        [("Street", "Đường"[:1] + "ường".encode("cp1258", "ignore").decode("cp1258"))], {},
    ),
    "po without a header": ({"x.po": f'msgid "{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n'}, [SHOP], {}),
    "po that breaks once": (
        {"x.po": HEAD + f'msgid "{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n\nmsgid "a"\nmsgstr "b\n\nmsgid "{HELLO[0]}"\nmsgstr '
                 f'"{HELLO[1]}"\n\nmsgid "cut"\n'}, [SHOP, HELLO], {"broken entries": 2},
    ),
    "two po, of keys": (
        {"en.po": HEAD.replace(": vi", ": en") + f'msgid "shop.open"\nmsgstr "{SHOP[0]}"\nmsgid "x"\nmsgstr ""\n'
                  f'msgctxt "c"\nmsgid "shop.open"\nmsgstr "{ORDER[0]}"\n',
         "vi.po": HEAD + f'msgctxt "c"\nmsgid "shop.open"\nmsgstr "{ORDER[1]}"\nmsgid "shop.open"\nmsgstr "{SHOP[1]}"\n'},
        [SHOP, ORDER], {"untranslated entries in en.po": 1},
    ),
    "mo": (
        {"vi.mo": mo_of({"": "Content-Type: text/plain; charset=UTF-8\nLanguage: vi\n", SHOP[0]: SHOP[1],
                         f"menu\x04{HELLO[0]}": HELLO[1], f"a file\0{FILES[0]}": FILES[1]})},
        [SHOP, FILES, HELLO], {"singular forms beside one form": 1},
    ),
    "mo, big-endian": ({"vi.mo": mo_of({SHOP[0]: SHOP[1]}, ">")}, [SHOP], {}),
    # XLIFF 1.2 and 2.0: OASIS.
    "xliff of CAT tools": (
        {"a.xlf": XLIFF.format("m.html",
            f'<trans-unit id="1"><source>{SHOP[0]}</source><target state="translated">{SHOP[1]}</target>'
            '<note>hint</note></trans-unit>\n<trans-unit id="2"><source>a</source><target state="needs-translation">b'
            '</target></trans-unit>\n<trans-unit id="3"><source>a</source><target state="new">b</target></trans-unit>'
            '\n<trans-unit id="4" translate="no"><source>a</source><target>a</target></trans-unit>'
            '<group><trans-unit id="5" approved="yes"><source>Press <g id="1">the<x id="2" ctype="lb"/>green</g> key'
            '<bpt id="3">&lt;b></bpt>.</source><target state="needs-review-translation">Nhấn <g id="1">phím<x id="2"'
            ' ctype="lb"/>xanh</g>.</target><alt-trans><source>x</source><target>y</target></alt-trans></trans-unit>'
            '</group>')},
        [SHOP, ("Press the green key.", "Nhấn phím xanh.")],
        {"untranslated units": 1, "new units": 1, "units not to be translated": 1, "alternative translations": 1,
         "marks in segments": 3, "notes": 1},
    ),
    "xliff of several files": (
        {"a.xliff": XLIFF.format("a", f'<trans-unit id="1"><source>{SHOP[0]}</source><target>{SHOP[1]}</target>'
            '</trans-unit></body></file><file original="b" source-language="en" target-language="fr"><body><trans-unit '
            'id="1"><source>One</source><target>Un</target></trans-unit></body></file><file original="c" '
            'source-language="vi" target-language="en-GB"><body><trans-unit id="1">'
            f'<source>{HELLO[1]}</source><target>{HELLO[0]}</target></trans-unit>')},
        [SHOP, HELLO], {"units in other languages": 1},
    ),
    "xliff of Trados": (
        {"a.sdlxliff": XLIFF.format("a.docx", '<trans-unit id="1"><source>x y</source><seg-source><g id="5"><mrk '
            f'mtype="seg" mid="1">{SHOP[0]}</mrk> <mrk mtype="seg" mid="2">Later.</mrk></g></seg-source><target><g '
            f'id="5"><mrk mtype="seg" mid="1">{SHOP[1]}</mrk> <mrk mtype="seg" mid="2">Sau.</mrk></g></target>'
            '<sdl:seg-defs xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0"><sdl:seg id="1" conf="Translated"/>'
            '<sdl:seg id="2" conf="Draft"/></sdl:seg-defs></trans-unit>')},
        [SHOP], {"draft units": 1},
    ),
    "xliff 2": (
        {"a.xlf": XLIFF2.format('<unit id="u"><notes><note>n</note></notes><originalData><data id="d">&lt;br/&gt;</data>'
            f'</originalData><segment state="final"><source>{SHOP[0]}</source><target>{SHOP[1]}</target></segment>'
            '<ignorable><source> </source></ignorable><segment><source>One<ph id="1" dataRef="d"/><pc id="2">two</pc>'
            '</source><target>Một<ph id="1" dataRef="d"/><pc id="2">hai</pc></target></segment><segment state="initial">'
            '<source>a</source><target>b</target></segment></unit>')},
        [SHOP, ("One two", "Một hai")], {"notes": 1, "untranslated units": 1, "marks in segments": 2},
    ),
    "xliff in a file of Android's suffix": (
        {"a.xml": XLIFF.format("a", f'<trans-unit id="1"><source>{SHOP[0]}</source><target>{SHOP[1]}</target>'
                               "</trans-unit>")}, [SHOP], {},
    ),
    # Qt: https://doc.qt.io/qt-6/linguist-ts-file-format.html
    "ts": (
        {"app_vi.ts": TS + f"<context><name>Main</name><message><location line='1'/><source>{SHOP[0]}</source>"
            f"<translation>{SHOP[1]}</translation></message><message><source>Not</source><translation "
            "type='unfinished'>Chưa</translation></message><message><source>Not</source><translation type='unfinished'/>"
            "</message><message><source>Old</source><translation type='vanished'>Cũ</translation></message>"
            f"<message numerus='yes'><source>{FILES[0]}</source><translation><numerusform>{FILES[1]}</numerusform>"
            "</translation></message></context></TS>"},
        [SHOP, FILES], {"unfinished translations": 1, "untranslated entries": 1, "obsolete entries": 1},
    ),
    # JSON, as vue-i18n, react-intl, i18next, WebExtensions, Laravel, Transifex have it.
    "json": (
        {"en.json": bundle(shop={"open": SHOP[0], "more": [HELLO[0], "same"], "n": 3, "none": None}, a="only here",
                           e="filled"),
         "vi.json": bundle(shop={"open": SHOP[1], "more": [HELLO[1], "same"], "n": 3}, b="chỉ ở đây", e=" ")},
        [SHOP, HELLO], {"keys only in en.json": 2, "keys only in vi.json": 1, "empty texts in vi.json": 1,
                        "empty texts in en.json": 1, "values that are no text in en.json": 1,
                        "values that are no text in vi.json": 1, "texts that are the same in both files": 1},
    ),
    "json, the wrong way round": (
        {"vi.json": bundle(a=SHOP[1], b=HELLO[1]), "en.json": bundle(a=SHOP[0], b=HELLO[0])}, [SHOP, HELLO], {},
    ),
    "json under lying names": (
        {"en.json": bundle(a=SHOP[1], b=HELLO[1]), "vi.json": bundle(a=SHOP[0], b=HELLO[0])}, [SHOP, HELLO], {},
    ),
    "json of both languages": (
        {"i18n.json": bundle(en={"a": SHOP[0], "x": {"b": HELLO[0]}}, vi={"a": SHOP[1], "x": {"b": HELLO[1]}, "c": "Có"},
                             fr={"a": "Ouvrir"})},
        [SHOP, HELLO], {"texts in other languages": 1, "texts of one language alone": 1},
    ),
    "json of both languages under each key": (
        {"i18n.json": bundle(a={"en": SHOP[0], "vi": SHOP[1]}, b={"c": {"vi": HELLO[1], "en": HELLO[0]}})},
        [SHOP, HELLO], {},
    ),
    "json records": (
        {"i18n.json": json.dumps([{"en": SHOP[0], "vi": SHOP[1]}, {"en": HELLO[0], "vi": HELLO[1]}])}, [SHOP, HELLO], {},
    ),
    "json of WebExtensions": (
        {"_locales/en/messages.json": bundle(a={"message": SHOP[0], "description": "button"}, b={"message": HELLO[0]}),
         "_locales/vi/messages.json": bundle(a={"message": SHOP[1], "description": "button"}, b={"message": HELLO[1]})},
        [SHOP, HELLO], {},
    ),
    "json of i18next under its language": (
        {"en.json": bundle(en={"translation": {"a": SHOP[0]}}), "vi.json": bundle(vi={"translation": {"a": SHOP[1]}})},
        [SHOP], {},
    ),
    "json with names of languages": (
        {"en.json": bundle(languages={"en": "English", "vi": "Vietnamese"}, a=SHOP[0]),
         "vi.json": bundle(languages={"en": "Tiếng Anh", "vi": "Tiếng Việt"}, a=SHOP[1])},
        [("English", "Tiếng Anh"), ("Vietnamese", "Tiếng Việt"), SHOP], {},
    ),
    "json whose keys are the texts": ({"vi.json": bundle(**{SHOP[0]: SHOP[1], HELLO[0]: HELLO[1]})}, [SHOP, HELLO], {}),
    "json with a key twice": (
        {"en.json": '{"a": "x", "a": "Open the shop"}', "vi.json": bundle(a=SHOP[1])}, [SHOP],
        {"keys given twice in en.json": 1},
    ),
    # Flutter: Application Resource Bundle.
    "arb": (
        {"app_en.arb": json.dumps({"@@locale": "en", "a": SHOP[0], "@a": {"description": "d"}, "b": HELLO[0]}),
         "app_vi.arb": json.dumps({"@@locale": "vi", "a": SHOP[1], "b": HELLO[1]})},
        [SHOP, HELLO], {"descriptions of texts in app_en.arb": 1},
    ),
    "xcstrings": (
        {"Localizable.xcstrings": json.dumps({"sourceLanguage": "en", "version": "1.0", "strings": {
            SHOP[0]: {"localizations": {"vi": {"stringUnit": {"state": "translated", "value": SHOP[1]}}}},
            "hello": {"localizations": {"en": {"stringUnit": {"state": "translated", "value": HELLO[0]}},
                                        "vi": {"stringUnit": {"state": "translated", "value": HELLO[1]}}}},
            "late": {"localizations": {"vi": {"stringUnit": {"state": "needs_review", "value": "muộn"}}}},
            "none": {}, "Brand": {"shouldTranslate": False},
            "n": {"localizations": {
                "en": {"variations": {"plural": {"one": {"stringUnit": {"state": "translated", "value": "%d file"}},
                                                 "other": {"stringUnit": {"state": "translated", "value": FILES[0]}}}}},
                "vi": {"variations": {"plural": {"other": {"stringUnit": {"state": "translated", "value": FILES[1]}}}}}}},
         }})},
        [SHOP, HELLO, FILES], {"texts that need review": 1, "texts of one language alone": 1,
                               "texts not to be translated": 1},
    ),
    # Rails: guides.rubyonrails.org/i18n.html
    "yaml": (
        {"en.yml": f'en:\n  shop:\n    open: "{SHOP[0]}"\n    hello: |-\n      First line\n      Second line\n  days: [Sunday, Monday]'
                   '\n  n: 3\n  none: ~\n  on: true\n',
         "vi.yml": f'# nhận xét\n"vi":\n  shop:\n    open: {SHOP[1]}\n    hello: "Dòng đầu\\nDòng hai"\n  days:\n  - Chủ nhật\n  - '
                   "Thứ hai\n  n: 3\n"},
        [SHOP, LINES, ("Sunday", "Chủ nhật"), ("Monday", "Thứ hai")],
        {"values that are no text in en.yml": 2, "values that are no text in vi.yml": 1, "empty texts in en.yml": 1},
    ),
    "yaml with aliases": (
        {"a.en.yaml": f"en:\n  a: &x {SHOP[0]}\n  b: *x\n  d: &y\n    e: {HELLO[0].replace(':', '')!r}\n  c:\n    <<: *y\n    f: g\n",
         "a.vi.yaml": f"vi:\n  a: {SHOP[1]}\n  b: {SHOP[1]}\n  d:\n    e: {HELLO[1]!r}\n"},
        [SHOP, SHOP, HELLO], {"aliases of several texts in a.en.yaml": 1, "keys only in a.en.yaml": 1},
    ),
    # Java: java.util.Properties.load
    "properties": (
        {"messages.properties": "# a\n! b\nshop.open=Open the shop\nhello = Hello {name},\\\n    \\ how are you today?\n\\\n"
                                "key\\ with\\:space : value\nlone\nempty=\nshop.open=Open the shop\n",
         "messages_vi.properties": r"shop.open = M\u1edf c\u1eeda h\u00e0ng" + "\n" + f"hello={HELLO[1]}\n"
                                   "key\\ with\\:space=giá trị\n"},
        [SHOP, HELLO, ("value", "giá trị")], {"keys given twice in messages.properties": 1,
                                             "empty texts in messages.properties": 2},
    ),
    "properties in Latin-1": (
        {"m_en.properties": "a=The café opens".encode("latin-1"), "m_vi.properties": r"a=Qu\u00e1n m\u1edf c\u1eeda"},
        [("The café opens", "Quán mở cửa")], {},
    ),
    # Apple: Strings files.
    "strings": (
        {"en.lproj/Localizable.strings": '/* Button */\n"open" = "Open the shop";\n// line\n"hi" = "Hello {name}, how are '
                                         'you today?";\nCFName = "The \\"shop\\"\\nis open";\n',
         "vi.lproj/Localizable.strings": f'"open"="{SHOP[1]}";"hi" = "{HELLO[1]}";\nCFName = "Cửa \\"hàng\\"\\nmở cửa";'},
        [SHOP, HELLO, ('The "shop"\nis open', 'Cửa "hàng"\nmở cửa')], {},
    ),
    "strings in UTF-16, one missing a semicolon": (
        {"Base.lproj/a.strings": '"open" = "Open the shop";\n"b" = "c"\n"hi" = "Good day to you";\n'.encode("utf-16"),
         "vi.lproj/a.strings": f'"open" = "{SHOP[1]}";\n"hi" = "Chúc một ngày tốt lành";\n'.encode("utf-16")},
        [SHOP, ("Good day to you", "Chúc một ngày tốt lành")], {"broken entries in Base.lproj/a.strings": 1},
    ),
    "strings whose keys are the texts": ({"vi.strings": f'"{SHOP[0]}" = "{SHOP[1]}";\n"Log out" = "Đăng xuất";'},
                                         [SHOP, ("Log out", "Đăng xuất")], {}),
    "strings as a property list": (
        {"en.strings": plistlib.dumps({"a": SHOP[0]}), "vi.strings": plistlib.dumps({"a": SHOP[1]})}, [SHOP], {},
    ),
    "stringsdict": (
        {"en.stringsdict": plistlib.dumps({"n": {"NSStringLocalizedFormatKey": "%#@files@", "files": {
            "NSStringFormatSpecTypeKey": "NSStringPluralRuleType", "NSStringFormatValueTypeKey": "d",
            "one": "%d file was removed", "other": FILES[0]}}}),
         "vi.stringsdict": plistlib.dumps({"n": {"NSStringLocalizedFormatKey": "%#@files@", "files": {
            "NSStringFormatSpecTypeKey": "NSStringPluralRuleType", "NSStringFormatValueTypeKey": "d",
            "other": FILES[1]}}})},
        [FILES], {"keys only in en.stringsdict": 1},
    ),
    # Android: developer.android.com/guide/topics/resources/string-resource
    "android": (
        {"values/strings.xml": '<?xml version="1.0" encoding="utf-8"?>\n<resources xmlns:xliff="urn:oasis:names:tc:xliff:'
            'document:1.2"><!-- c -->\n<string name="app" translatable="false">Shop</string>\n<string name="open">Open\n'
            '   the <b>shop</b></string><string name="r">@string/open</string><string name="q">Don\\\'t say \\"no\\" \\u2026'
            '</string><string name="s">"  kept  "</string>\n<string name="o">Your order of <xliff:g id="n">%1$d</xliff:g> '
            'items is ready.</string><string-array name="d"><item>Sunday</item><item>Monday</item></string-array>'
            '<plurals name="f"><item quantity="one">%d file</item><item quantity="other">%d files were removed</item>'
            "</plurals><dimen name='x'>3dp</dimen></resources>",
         "values-vi/strings.xml": f'<resources><string name="open">{SHOP[1]}</string><string name="q">Đừng nói \\"không\\" …'
            f'</string><string name="s">"  giữ  "</string><string name="o">{ORDER[1]}</string><string-array name="d"><item>'
            'Chủ nhật</item><item>Thứ hai</item></string-array><plurals name="f"><item quantity="other">Đã xoá %d tập tin'
            "</item></plurals></resources>"},
        [SHOP, ('Don\'t say "no" …', 'Đừng nói "không" …'), ("  kept  ", "  giữ  "), ORDER, ("Sunday", "Chủ nhật"),
         ("Monday", "Thứ hai"), FILES],
        {"texts not to be translated in values/strings.xml": 1, "references to other texts in values/strings.xml": 1,
         "keys only in values/strings.xml": 1},
    ),
    "resx": (
        {"Texts.resx": RESX.format(f'<data name="open" xml:space="preserve"><value>{SHOP[0]}</value><comment>c</comment>'
            '</data><data name="icon" type="System.Resources.ResXFileRef, System.Windows.Forms"><value>a.ico</value></data>'
            f'<data name="hi"><value>{HELLO[0]}</value></data>'),
         "Texts.vi-VN.resx": RESX.format(f'<data name="hi"><value>{HELLO[1]}</value></data><data name="open">'
            f'<value>{SHOP[1]}</value></data>')},
        [SHOP, HELLO], {"notes in Texts.resx": 1, "values that are no text in Texts.resx": 1},
    ),
    "two kinds": ({"en.json": bundle(a=SHOP[0]), "vi.properties": f"a={SHOP[1]}\n"}, [SHOP], {}),
    "packed": ({"vi.po.gz": gzip.compress((HEAD + f'msgid "{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n').encode())}, [SHOP], {}),
}  # fmt: skip
"""Files as the manuals named describe them, written for these tests; the pairs that they hold; what is set aside."""


def write_all(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    paths = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        paths.append(path)
    return paths


def read(*paths: Path, **options: Any) -> pd.DataFrame:
    frame = pd.concat(list(aligner.read_pairs(*paths, **options)), ignore_index=True)
    return frame


@pytest.mark.parametrize("name", READ)
def test_files_of_translators_are_pairs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, pairs, skipped = READ[name]
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path, files)
    frame = read(*map(Path, files))
    assert list(zip(frame["src_text"], frame["trg_text"], strict=True)) == pairs
    assert frame.attrs["skipped"] == skipped


def test_every_suffix_has_a_file_here() -> None:
    names = {Path(name.removesuffix(".gz")).suffix for files, _, _ in READ.values() for name in files}
    assert names >= set(BUNDLES) - {".gmo", ".resw"}


EN_JSON = bundle(a=SHOP[0], b=HELLO[0])
VI_JSON = bundle(a=SHOP[1], b=HELLO[1])
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
UNIT = '<trans-unit id="1"><source>{}</source><target{}>{}</target></trans-unit>'

REFUSED_FILES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a template": ({"a.pot": HEAD}, r"a\.pot: a template, which has no translations .*; give the \.po"),
    "a template beside a catalogue": ({"a.pot": HEAD, "vi.po": HEAD}, r"a\.pot: a template"),
    "an empty po": ({"a.po": ""}, "the file is empty"),
    "a header alone": ({"a.po": HEAD}, r"no translations \(found nothing\); give a file that is translated"),
    "nothing translated": ({"a.po": HEAD + 'msgid "a"\nmsgstr ""\n'}, r"no translations \(found 1 untranslated entries\)"),
    "po in French": ({"a.po": HEAD.replace(": vi", ": fr") + 'msgid "a"\nmsgstr "b"\n'},
                     r"another language \(found 'fr'\); give one in English and Vietnamese"),
    "text named po": ({"a.po": "Hello there.\nHow are you?\n"}, r"a\.po:1: not PO .* write msgid"),
    "po without quotes": ({"a.po": HEAD + "msgid a\nmsgstr b\nmsgid c\nmsgstr d\n"}, r"a\.po:7: not PO"),
    "po cut off": ({"a.po": 'msgid "a"\n'}, r"a\.po:1: an entry without msgstr .*give the whole file"),
    "po in no charset": ({"a.po": (HEADER.format("klingon", "x") + 'msgid "a"\nmsgstr "b"\n')}, "klingon"),
    "po in a wrong charset": ({"a.po": (HEAD + 'msgid "a"\nmsgstr "caf\xe9"\n').encode("latin-1")},
                              r"a\.po:8: not UTF-8 .*--encoding"),
    "binary named po": ({"a.po": b"\x89PNG\r\n\x1a\n"}, "not a text file"),
    "text named mo": ({"a.mo": "msgid"}, r"not an MO file .*give the PO file"),
    "mo cut off": ({"a.mo": mo_of({SHOP[0]: SHOP[1]})[:-20]}, "a broken MO file"),
    "mo with a huge number": ({"a.mo": struct.pack("<7I", 0x950412DE, 0, 2**31, 28, 28, 0, 28)}, "a broken MO file"),
    "mo of strings over each other": (
        {"a.mo": struct.pack("<7I", 0x950412DE, 0, 99, 28, 820, 0, 0) + struct.pack("<2I", 5000, 28) * 198 + b"x" * 6000},
        "a broken MO file"),
    "one json": ({"en.json": EN_JSON}, r"texts of one language alone \(found 2 texts of JSON, English\); give the English "
                                       "file and the Vietnamese one"),
    "one Vietnamese json": ({"vi.json": VI_JSON}, r"found 2 texts of JSON, Vietnamese"),
    "json cut off": ({"en.json": EN_JSON[:-9], "vi.json": VI_JSON}, r"en\.json:1: not JSON \(found .* at column \d+\)"),
    "json with comments": ({"en.json": "// a\n" + EN_JSON, "vi.json": VI_JSON}, r"en\.json:1: not JSON .*without comments"),
    "json, a text": ({"en.json": '"a"', "vi.json": VI_JSON}, r"no texts under keys \(found a text\); give an object"),
    "json, empty": ({"en.json": "{}", "vi.json": VI_JSON}, r"en\.json: no texts \(found nothing\)"),
    "json of other keys": ({"en.json": bundle(x="a"), "vi.json": VI_JSON}, r"no key of vi\.json is there \(found 'x' in"),
    "the same json twice": ({"en.json": EN_JSON, "vi.json": EN_JSON}, r"the same texts in both files \(found 2 texts\)"),
    "json of brackets": ({"en.json": "[" * 200_000, "vi.json": VI_JSON}, "not JSON"),
    "json of a huge number": ({"en.json": '{"a": ' + "9" * 9000 + "}", "vi.json": VI_JSON}, "not JSON"),
    "json of a huge key": ({"en.json": bundle(**{"k" * 3000: {"a": "b"}}), "vi.json": VI_JSON}, "a key too long"),
    "json beside text": ({"en.json": EN_JSON, "vi.txt": "Xin chào.\n"}, r"vi\.txt: not a file of texts under keys"),
    "arb, a list": ({"en.arb": "[]", "vi.arb": "{}"}, r"not an ARB file \(found a list\)"),
    "xcstrings without texts": ({"a.xcstrings": "{}"}, "not a String Catalog"),
    "xcstrings in English alone": ({"a.xcstrings": '{"sourceLanguage": "en", "strings": {"a": {}}}'},
                                   r"no texts in English and Vietnamese \(found en\)"),
    "yaml broken": ({"en.yml": "en:\n  a: [b\nc: d\n", "vi.yml": "vi:\n  a: b\n"}, r"en\.yml:\d: not YAML"),
    "yaml of brackets": ({"en.yml": "a: " + "[" * 5000, "vi.yml": "vi:\n  a: b\n"}, r"en\.yml:?\d*: not YAML"),
    "yaml of an object": ({"en.yml": "en:\n  a: !!python/object/apply:os.system ['x']\n", "vi.yml": "vi:\n  a: b\n"},
                          "no key of|the same texts"),
    "properties with an escape cut off": ({"en.properties": "a=b\\u00\n", "vi.properties": "a=c\n"},
                                          r"en\.properties:1: an escape cut off \(found .*four digits"),
    "one properties": ({"a.properties": "a.b=Open the shop\n"}, "texts of one language alone"),
    "strings broken": ({"en.strings": "a = b\nc = d\n", "vi.strings": '"a" = "b";'}, r"en\.strings:1: not strings of Apple"),
    "strings compiled": ({"en.strings": plistlib.dumps({"a": "b"}, fmt=plistlib.FMT_BINARY), "vi.strings": '"a" = "b";'},
                         r"a compiled property list .*plutil -convert xml1"),
    "stringsdict broken": ({"en.stringsdict": "<plist><dict><string>a</string></dict></plist>", "vi.stringsdict": "x"},
                           r"not a property list \(found"),
    "stringsdict with entities": ({"en.stringsdict": f"<?xml version='1.0'?>{BOMB}<plist><dict/></plist>",
                                   "vi.stringsdict": "x"}, "not a property list"),
    "android with entities": ({"en.xml": f"{BOMB}<resources><string name='a'>&b;</string></resources>",
                               "vi.xml": "<resources/>"}, r"en\.xml:1: entities declared in the DOCTYPE"),
    "android cut off": ({"en.xml": "<resources><string name='a'>b", "vi.xml": "<resources/>"}, "not well-formed XML"),
    "another xml": ({"a.xml": "<html><p>Hi</p></html>"}, r"no texts of a program \(found the root <html>\); give a file with"),
    "tmx named xml": ({"a.xml": '<tmx version="1.4"><body/></tmx>'}, r"TMX under another name .*--from tmx"),
    "text named xml": ({"a.xml": "Hello."}, "no root element"),
    "resx of another root": ({"a.resx": "<resources/>", "b.resx": "<root/>"}, r"XML of another kind \(found the root <reso"),
    "TypeScript": ({"en.ts": "export default { a: 'b' };\n", "vi.ts": "export default { a: 'c' };\n"},
                   r"not a translation file of Qt's .*of TypeScript write the texts as JSON"),
    "ts in French": ({"a.ts": TS.replace("vi_VN", "fr") + "<context><message><source>a</source><translation>b</translation>"
                              "</message></context></TS>"}, r"another language \(found 'fr'\)"),
    "ts of bytes": ({"a.ts": TS + "<context><message><source>a<byte value='x99999'/></source><translation type='obsolete'>b"
                             "</translation></message></context></TS>"}, r"no translations \(found 1 obsolete entries\)"),
    "xliff of no translations": ({"a.xlf": XLIFF.format("a", UNIT.format("a", ' state="new"', "b"))},
                                 r"no translated unit \(found 1 units, languages en, vi; 1 new units\)"),
    "xliff in French": ({"a.xlf": XLIFF.format("a", UNIT.format("a", "", "b")).replace('"vi"', '"fr"')},
                        r"no translated unit \(found 1 units, languages en, fr"),
    "xliff with entities": ({"a.xlf": BOMB + XLIFF.format("a", "").partition("?>")[2]}, "entities declared"),
    "xliff cut off": ({"a.xlf": XLIFF.format("a", UNIT.format("a", "", "b"))[:-30]}, "not well-formed XML"),
    "tmx named xliff": ({"a.xlf": "<tmx/>"}, r"XML of another kind \(found the root <tmx>\)"),
    "two xliff": ({"en.xlf": XLIFF.format("a", ""), "vi.xlf": XLIFF.format("a", "")}, "which has both languages .*alone"),
    "two tmx": ({"en.tmx": "<tmx/>", "vi.tmx": "<tmx/>"}, "which has both languages .*alone"),
    "two json lines": ({"en.jsonl": '{"a": 1}\n', "vi.jsonl": '{"a": 1}\n'}, "which has both languages .*alone"),
    "php": ({"en.php": "<?php return ['a' => 'b'];", "vi.php": "<?php return ['a' => 'c'];"}, r"texts in program code .*php -r"),
    "fluent": ({"en.ftl": "a = b\n", "vi.ftl": "a = c\n"}, "Fluent, which is not read .*as JSON"),
    # Two files that are neither known nor lines of text are not joined line by line.
    "two of settings": ({"a.cfg": "ui.title=Open\nui.x=Close\n", "b.cfg": "ui.title=Mở\nui.x=Đóng\n"},
                        r"a\.cfg: not lines of text \(found 2 of 2 lines like 'ui\.title=Open'\); give files of one sentence"),
    "two of markup": ({"a.sgm": '<refset>\n<seg id="1"> One. </seg>\n<seg id="2"> Two. </seg>\n</refset>\n',
                       "b.sgm": "<a>\n<b>\n"}, "not lines of text"),
    "two of code": ({"a.dart": "class S {\n  final a = 'Open';\n  final b = 'Close';\n}\n", "b.dart": "{\n}\n"},
                    "not lines of text"),
    "two unknown of JSON": ({"en.i18n": '{\n "a": "Open",\n "b": "Close"\n}\n', "vi.i18n": "{\n}\n"}, "not lines of text"),
    "two unknown of YAML": ({"en.x": "en:\n  menu:\n    open_file: Open\n    close_file: Close\n", "vi.x": "vi:\n  menu:\n"},
                            "not lines of text"),
}  # fmt: skip
"""Files of these suffixes that are something else, broken or hostile, and how the command refuses them."""


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_what_cannot_be_read_is_refused_in_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files, message = REFUSED_FILES[name]
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path, files)
    assert main(["convert", *files, "out.tsv"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert not Path("out.tsv").exists()
    with pytest.raises(InputError, match=message):
        list(aligner.read_pairs(*map(Path, files)))


@pytest.mark.parametrize("suffix", REFUSED)
def test_what_is_not_read_has_a_reason_and_a_way_out(suffix: str, tmp_path: Path) -> None:
    write_all(tmp_path, {f"a{suffix}": "a", f"b{suffix}": "b"})
    what, todo = REFUSED[suffix]
    for other in (None, tmp_path / f"b{suffix}"):
        with pytest.raises(InputError) as told:
            list(aligner.read_pairs(tmp_path / f"a{suffix}", other))
        assert what in str(told.value)
        assert todo in str(told.value)
