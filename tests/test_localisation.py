"""Texts of programs as pairs: each kind of file, what is set aside, what is refused with the way out, twins, bombs."""

import contextlib
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
from aligner.pairs.formats import BUNDLE
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
    "</resheader>\n{}</root>\n"
)
XLIFF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
    '<file original="{}" source-language="en" target-language="vi" '
    'datatype="plaintext"><body>\n{}</body></file></xliff>'
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
                  f'\n#, fuzzy, c-format\n#| msgid "Old %s"\nmsgid "New %s"\nmsgstr "Cũ %s"\n\nmsgid "Not '
                    f'yet"\nmsgstr ""\n'
                  f'#, c-format\nmsgctxt "menu"\nmsgid ""\n"{ORDER[0]}"\nmsgstr '
                    f'""\n"{ORDER[1][:9]}"\n"{ORDER[1][9:]}"\n'
                  '#~ msgid "Gone"\n#~ msgstr "Đã mất"\n'},
        [SHOP, ORDER], {"fuzzy entries": 1, "untranslated entries": 1, "obsolete entries": 1},
    ),
    "po without blank lines, with spaces, CRLF and a byte order mark": (
        {"a.po": "\ufeff" + (HEAD.strip() + f'\n  msgid   "{SHOP[0]}"  \nmsgstr "{SHOP[1]}"\nmsgid '
          f'"{HELLO[0]}"\nmsgstr\t'
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
        {"vi.po": HEAD + f'msgid "_: Name of a button\\n{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n\nmsgctxt "EMAIL OF '
          f'TRANSLATORS"\n'
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
         "vi.po": HEAD + f'msgctxt "c"\nmsgid "shop.open"\nmsgstr "{ORDER[1]}"\nmsgid "shop.open"\nmsgstr '
           f'"{SHOP[1]}"\n'},
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
        {"a.xlf": XLIFF2.format('<unit id="u"><notes><note>n</note></notes><originalData><data '
          'id="d">&lt;br/&gt;</data>'
            f'</originalData><segment state="final"><source>{SHOP[0]}</source><target>{SHOP[1]}</target></segment>'
            '<ignorable><source> </source></ignorable><segment><source>One<ph id="1" dataRef="d"/><pc id="2">two</pc>'
            '</source><target>Một<ph id="1" dataRef="d"/><pc id="2">hai</pc></target></segment><segment '
              'state="initial">'
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
            "type='unfinished'>Chưa</translation></message><message><source>Not</source><translation "
              "type='unfinished'/>"
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
        {"i18n.json": bundle(en={"a": SHOP[0], "x": {"b": HELLO[0]}}, vi={"a": SHOP[1], "x": {"b": HELLO[1]},
          "c": "Có"},
                             fr={"a": "Ouvrir"})},
        [SHOP, HELLO], {"texts in other languages": 1, "texts of one language alone": 1},
    ),
    "json of both languages under each key": (
        {"i18n.json": bundle(a={"en": SHOP[0], "vi": SHOP[1]}, b={"c": {"vi": HELLO[1], "en": HELLO[0]}})},
        [SHOP, HELLO], {},
    ),
    "json records": (
        {"i18n.json": json.dumps([{"en": SHOP[0], "vi": SHOP[1]}, {"en": HELLO[0], "vi": HELLO[1]}])}, [SHOP, HELLO],
          {},
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
                "vi": {"variations": {"plural": {"other": {"stringUnit": {"state": "translated",
                  "value": FILES[1]}}}}}}},
         }})},
        [SHOP, HELLO, FILES], {"texts that need review": 1, "texts of one language alone": 1,
                               "texts not to be translated": 1},
    ),
    # Rails: guides.rubyonrails.org/i18n.html
    "yaml": (
        {"en.yml": f'en:\n  shop:\n    open: "{SHOP[0]}"\n    hello: |-\n      First line\n      Second line\n  '
          f'days: [Sunday, Monday]'
                   '\n  n: 3\n  none: ~\n  on: true\n',
         "vi.yml": f'# nhận xét\n"vi":\n  shop:\n    open: {SHOP[1]}\n    hello: "Dòng đầu\\nDòng hai"\n  days:\n  - '
           f'Chủ nhật\n  - '
                   "Thứ hai\n  n: 3\n"},
        [SHOP, LINES, ("Sunday", "Chủ nhật"), ("Monday", "Thứ hai")],
        {"values that are no text in en.yml": 2, "values that are no text in vi.yml": 1, "empty texts in en.yml": 1},
    ),
    "yaml with aliases": (
        {"a.en.yaml": f"en:\n  a: &x {SHOP[0]}\n  b: *x\n  d: &y\n    e: {HELLO[0].replace(':', '')!r}\n  c:\n    "
          f"<<: *y\n    f: g\n",
         "a.vi.yaml": f"vi:\n  a: {SHOP[1]}\n  b: {SHOP[1]}\n  d:\n    e: {HELLO[1]!r}\n"},
        [SHOP, SHOP, HELLO], {"aliases of several texts in a.en.yaml": 1, "keys only in a.en.yaml": 1},
    ),
    # Java: java.util.Properties.load
    "properties": (
        {"messages.properties": "# a\n! b\nshop.open=Open the shop\nhello = Hello {name},\\\n    \\ how are you "
          "today?\n\\\n"
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
        {"en.lproj/Localizable.strings": '/* Button */\n"open" = "Open the shop";\n// line\n"hi" = "Hello {name}, '
          'how are '
                                         'you today?";\nCFName = "The \\"shop\\"\\nis open";\n',
         "vi.lproj/Localizable.strings": f'"open"="{SHOP[1]}";"hi" = "{HELLO[1]}";\nCFName = "Cửa \\"hàng\\"\\nmở '
           f'cửa";'},
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
        {"values/strings.xml": '<?xml version="1.0" encoding="utf-8"?>\n<resources '
          'xmlns:xliff="urn:oasis:names:tc:xliff:'
            'document:1.2"><!-- c -->\n<string name="app" translatable="false">Shop</string>\n<string '
              'name="open">Open\n'
            '   the <b>shop</b></string><string name="r">@string/open</string><string name="q">Don\\\'t say \\"no\\" '
              '\\u2026'
            '</string><string name="s">"  kept  "</string>\n<string name="o">Your order of <xliff:g '
              'id="n">%1$d</xliff:g> '
            'items is ready.</string><string-array name="d"><item>Sunday</item><item>Monday</item></string-array>'
            '<plurals name="f"><item quantity="one">%d file</item><item quantity="other">%d files were removed</item>'
            "</plurals><dimen name='x'>3dp</dimen></resources>",
         "values-vi/strings.xml": f'<resources><string name="open">{SHOP[1]}</string><string name="q">Đừng nói '
           f'\\"không\\" …'
            f'</string><string name="s">"  giữ  "</string><string name="o">{ORDER[1]}</string><string-array '
              f'name="d"><item>'
            'Chủ nhật</item><item>Thứ hai</item></string-array><plurals name="f"><item quantity="other">Đã xoá %d '
              'tập tin'
            "</item></plurals></resources>"},
        [SHOP, ('Don\'t say "no" …', 'Đừng nói "không" …'), ("  kept  ", "  giữ  "), ORDER, ("Sunday", "Chủ nhật"),
         ("Monday", "Thứ hai"), FILES],
        {"texts not to be translated in values/strings.xml": 1, "references to other texts in values/strings.xml": 1,
         "keys only in values/strings.xml": 1},
    ),
    "resx": (
        {"Texts.resx": RESX.format(f'<data name="open" '
          f'xml:space="preserve"><value>{SHOP[0]}</value><comment>c</comment>'
            '</data><data name="icon" type="System.Resources.ResXFileRef, '
              'System.Windows.Forms"><value>a.ico</value></data>'
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
    assert names >= set(BUNDLE.suffixes) - {".gmo", ".resw"}


EN_JSON = bundle(a=SHOP[0], b=HELLO[0])
VI_JSON = bundle(a=SHOP[1], b=HELLO[1])
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
UNIT = '<trans-unit id="1"><source>{}</source><target{}>{}</target></trans-unit>'

REFUSED_FILES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a template": ({"a.pot": HEAD}, r"a\.pot: a template, which has no translations .*; give the \.po"),
    "a template beside a catalogue": ({"a.pot": HEAD, "vi.po": HEAD}, r"a\.pot: a template"),
    "an empty po": ({"a.po": ""}, "the file is empty"),
    "a header alone": ({"a.po": HEAD}, r"no translations \(found nothing\); give a file that is translated"),
    "nothing translated": ({"a.po": HEAD + 'msgid "a"\nmsgstr ""\n'},
      r"no translations \(found 1 untranslated entries\)"),
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
        {"a.mo": struct.pack("<7I", 0x950412DE, 0, 99, 28, 820, 0, 0) + struct.pack("<2I", 5000,
          28) * 198 + b"x" * 6000},
        "a broken MO file"),
    "one json": ({"en.json": EN_JSON}, r"texts of one language alone \(found 2 texts of JSON, English\); give the "
      r"English "
                                       "file and the Vietnamese one"),
    "one Vietnamese json": ({"vi.json": VI_JSON}, r"found 2 texts of JSON, Vietnamese"),
    "json cut off": ({"en.json": EN_JSON[:-9], "vi.json": VI_JSON}, r"en\.json:1: not JSON \(found .* at column \d+\)"),
    "json with comments": ({"en.json": "// a\n" + EN_JSON, "vi.json": VI_JSON},
      r"en\.json:1: not JSON .*without comments"),
    "json, a text": ({"en.json": '"a"', "vi.json": VI_JSON}, r"no texts under keys \(found a text\); give an object"),
    "json, empty": ({"en.json": "{}", "vi.json": VI_JSON}, r"en\.json: no texts \(found nothing\)"),
    "json of other keys": ({"en.json": bundle(x="a"), "vi.json": VI_JSON},
      r"no key of vi\.json is there \(found 'x' in"),
    "the same json twice": ({"en.json": EN_JSON, "vi.json": EN_JSON},
      r"the same texts in both files \(found 2 texts\)"),
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
    "strings broken": ({"en.strings": "a = b\nc = d\n", "vi.strings": '"a" = "b";'},
      r"en\.strings:1: not strings of Apple"),
    "strings compiled": ({"en.strings": plistlib.dumps({"a": "b"}, fmt=plistlib.FMT_BINARY),
      "vi.strings": '"a" = "b";'},
                         r"a compiled property list .*plutil -convert xml1"),
    "stringsdict broken": ({"en.stringsdict": "<plist><dict><string>a</string></dict></plist>", "vi.stringsdict": "x"},
                           r"not a property list \(found"),
    "stringsdict with entities": ({"en.stringsdict": f"<?xml version='1.0'?>{BOMB}<plist><dict/></plist>",
                                   "vi.stringsdict": "x"}, "not a property list"),
    "android with entities": ({"en.xml": f"{BOMB}<resources><string name='a'>&b;</string></resources>",
                               "vi.xml": "<resources/>"}, r"en\.xml:1: entities declared in the DOCTYPE"),
    "android cut off": ({"en.xml": "<resources><string name='a'>b", "vi.xml": "<resources/>"}, "not well-formed XML"),
    "another xml": ({"a.xml": "<html><p>Hi</p></html>"}, r"no texts of a program \(found the root <html>\); give a "
      r"file with"),
    "tmx named xml": ({"a.xml": '<tmx version="1.4"><body/></tmx>'}, r"TMX under another name .*--from tmx"),
    "text named xml": ({"a.xml": "Hello."}, "no root element"),
    "resx of another root": ({"a.resx": "<resources/>", "b.resx": "<root/>"},
      r"XML of another kind \(found the root <reso"),
    "TypeScript": ({"en.ts": "export default { a: 'b' };\n", "vi.ts": "export default { a: 'c' };\n"},
                   r"not a translation file of Qt's .*of TypeScript write the texts as JSON"),
    "ts in French": ({"a.ts":
        TS.replace("vi_VN", "fr") + "<context><message><source>a</source><translation>b</translation>"
                              "</message></context></TS>"}, r"another language \(found 'fr'\)"),
    "ts of bytes": ({"a.ts":
        TS + "<context><message><source>a<byte value='x99999'/></source><translation type='obsolete'>b"
                             "</translation></message></context></TS>"},
                                 r"no translations \(found 1 obsolete entries\)"),
    "xliff of no translations": ({"a.xlf": XLIFF.format("a", UNIT.format("a", ' state="new"', "b"))},
                                 r"no translated unit \(found 1 units, languages en, vi; 1 new units\)"),
    "xliff in French": ({"a.xlf": XLIFF.format("a", UNIT.format("a", "", "b")).replace('"vi"', '"fr"')},
                        r"no translated unit \(found 1 units, languages en, fr"),
    "xliff with entities": ({"a.xlf": BOMB + XLIFF.format("a", "").partition("?>")[2]}, "entities declared"),
    "xliff cut off": ({"a.xlf": XLIFF.format("a", UNIT.format("a", "", "b"))[:-30]}, "not well-formed XML"),
    "tmx named xliff": ({"a.xlf": "<tmx/>"}, r"XML of another kind \(found the root <tmx>\)"),
    "two xliff": ({"en.xlf": XLIFF.format("a", ""), "vi.xlf": XLIFF.format("a", "")},
        "which has both languages .*alone"),
    "two tmx": ({"en.tmx": "<tmx/>", "vi.tmx": "<tmx/>"}, "which has both languages .*alone"),
    "two json lines": ({"en.jsonl": '{"a": 1}\n', "vi.jsonl": '{"a": 1}\n'}, "which has both languages .*alone"),
    "php": ({"en.php": "<?php return ['a' => 'b'];", "vi.php": "<?php return ['a' => 'c'];"},
        r"texts in program code .*php -r"),
    "fluent": ({"en.ftl": "a = b\n", "vi.ftl": "a = c\n"}, "Fluent, which is not read .*as JSON"),
    # Two files that are neither known nor lines of text are not joined line by line.
    "two of settings": ({"a.cfg": "ui.title=Open\nui.x=Close\n", "b.cfg": "ui.title=Mở\nui.x=Đóng\n"},
                        r"a\.cfg: not lines of text \(found 2 of 2 lines like 'ui\.title=Open'\); give files"),
    "two of markup": ({"a.sgm": '<refset>\n<seg id="1"> One. </seg>\n<seg id="2"> Two. </seg>\n</refset>\n',
                       "b.sgm": "<a>\n<b>\n"}, "not lines of text"),
    "two of code": ({"a.dart": "class S {\n  final a = 'Open';\n  final b = 'Close';\n}\n", "b.dart": "{\n}\n"},
                    "not lines of text"),
    "two unknown of JSON": ({"en.i18n": '{\n "a": "Open",\n "b": "Close"\n}\n', "vi.i18n": "{\n}\n"},
        "not lines of text"),
    "two unknown of YAML": ({"en.x": "en:\n  menu:\n    open_file: Open\n    close_file: Close\n", "vi.x":
        "vi:\n  menu:\n"},
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


# Bounds ---------------------------------------------------------------------------------------------------------------

MB = 1 << 20
XML = b'<?xml version="1.0"?>'
BOMBS = {
    "po of one entry": ("a.po", b'msgid ""\n', b'"aaaaaaaa"\n', "an entry too long"),
    "po of comments": ("a.po", b"", b"# aaaaaaaaaaaaaaaa\n", "an entry too long"),
    "json of lists": ("a.json", b"[", b"[],", "too large for texts of a program"),
    "json of values": ("a.json", b"[0", b",1111111", "too large|too many for texts of a program"),
    "yaml of values": ("a.yml", b"a: [", b"aaaaaaaaaaaaaaaa,", "too large|too many"),
    "properties of keys": ("a.properties", b"", b"aaaaaaaaaaaaaaaa=\n", "too large|too many"),
    "strings of quotes": ("a.strings", b"", b'"\n""\n', "too large|not strings of Apple's"),
    "android of elements": ("a.xml", XML + b"<resources><string>", b"<a/>", "a unit too long"),
    "android of depth": ("a.xml", XML + b"<resources><string>", b"<string>", "a unit too long"),
    "android of strings": ("a.xml", XML + b"<resources>", b"<string/>", "too many for texts of a program"),
    "resx of an attribute": ("a.resx", XML + b'<root><data name="', b"a" * 64, "a unit too long"),
    "android of depth outside of texts": ("a.xml", XML + b"<resources>", b"<a>", "a unit too long"),
    "xliff of files": ("a.xlf", b"<xliff>", b"<file/>", "a unit too long"),
    "xliff of elements": ("a.xlf", b"<xliff><trans-unit><source>", b"<g>", "a unit too long"),
    "xliff of text": ("a.xlf", b"<xliff><trans-unit><source>", b"a" * 64, "a unit too long"),
    "stringsdict of lists": ("a.stringsdict", b"<plist><array>", b"<array/>", "too large|not a property list"),
    "mo of nothing": ("a.mo", b"\xde\x12\x04\x95", b"\0" * 64, "too large for texts of a program"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_what_is_small_when_packed_ends_soon(name: str, tmp_path: Path) -> None:
    """A file of 24 MB in one of some hundred kB is not read to its end, whatever it would become."""
    file, head, unit, message = BOMBS[name]
    path = tmp_path / f"{file}.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(head)
        block = unit * (MB // len(unit))
        for _ in range(24):
            packed.write(block)
    with pytest.raises(InputError, match=message):
        list(aligner.read_pairs(path))


def test_aliases_of_yaml_do_not_multiply(tmp_path: Path) -> None:
    rows = [f"  a{k}: &a{k} [{','.join([f'*a{k - 1}'] * 9)}]\n" for k in range(1, 40)]
    write_all(tmp_path, {"en.yml": f"en:\n  a0: &a0 [{','.join('x' * 9)}]\n  b: {SHOP[0]}\n{''.join(rows)}",
                         "vi.yml": f"vi:\n  b: {SHOP[1]}\n"})  # fmt: skip
    frame = read(tmp_path / "en.yml", tmp_path / "vi.yml")
    assert list(frame["trg_text"]) == [SHOP[1]]
    assert frame.attrs["skipped"]["aliases of several texts in en.yml"] == 39 * 9


GROWING: dict[str, tuple[str, Any]] = {
    "po": ("a.po", lambda n: HEAD + f'msgid "{SHOP[0]}"\nmsgstr "{SHOP[1]}"\n' * n),
    "po, broken": ("a.po", lambda n: HEAD + f'msgid "a"\nmsgstr "b"\nmsgid "{SHOP[0]}"\nmsgid "{SHOP[1]}\n' * n),
    "po of quotes": ("a.po", lambda n: 'msgid "' + '\\"' * (20 * n) + '"\nmsgstr "a"\n'),
    "strings of comments": ("a.strings", lambda n: "/*\n" * (4 * n)),
    "strings of quotes": ("a.strings", lambda n: '"\\"\n' * n),
    "strings of spaces": ("a.strings", lambda n: "a" + " \n" * (20 * n)),
    "properties that go on": ("a.properties", lambda n: "a=" + "\\\n" * (4 * n)),
    "properties of backslashes": ("a.properties", lambda n: "a=" + "\\" * (20 * n)),
    "properties of spaces": ("a.properties", lambda n: "a" + " " * (20 * n)),
    "android of quotes": ("a.xml", lambda n: "<resources><string>" + '\\"" ' * (4 * n) + "</string></resources>"),
    "json within json": ("a.json", lambda n: '{"a":' * 90 + "[" + "1," * n + "1]" + "}" * 90),
    "xliff of marks": ("a.xlf", lambda n: XLIFF.format("a", UNIT.format("a", "", "<x/>b" * 99) * (n // 99))),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_file(name: str, tmp_path: Path) -> None:
    file, made = GROWING[name]

    def run(n: int) -> None:
        (tmp_path / file).write_text(made(n), "utf-8")
        with contextlib.suppress(InputError):
            list(aligner.read_pairs(tmp_path / file))

    assert_linear(run, 40_000)


# Twins and properties -------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("abcxyzêđ %s{}$1:=#!\"'\\\n\t@&<>;/*~"), min_size=1, max_size=20).filter(str.strip)


def texts(catalogue: Catalogue) -> dict[str, str]:
    return {entry.key: entry.text for entry in catalogue.entries}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_properties_read_as_another_reader_has_them(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, str]
) -> None:
    """Written as java.util.Properties.store does: all that could be taken for something else behind a backslash."""
    escape = {"\n": "\\n", "\t": "\\t", " ": "\\ ", **{mark: f"\\{mark}" for mark in ":=#!\\"}}
    path = tmp_path_factory.mktemp("p") / "a.properties"
    lines = ["=".join("".join(escape.get(c, c if c.isascii() else f"\\u{ord(c):04x}") for c in part) for part in pair)
             for pair in found.items()]  # fmt: skip
    path.write_text("\n".join(lines) + "\n", "ascii")
    assert texts(read_properties(Source(path), Tally())) == found


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_strings_of_apple_read_back(tmp_path_factory: pytest.TempPathFactory, found: dict[str, str]) -> None:
    escape = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    path = tmp_path_factory.mktemp("s") / "a.strings"
    quoted = [[f'"{"".join(escape.get(c, c) for c in part)}"' for part in pair] for pair in found.items()]
    path.write_text("".join(f"/* c */ {key} = {text};\n" for key, text in quoted) or " ", "utf-8")
    assert texts(read_strings(Source(path), Tally())) == found


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=6))
def test_po_and_mo_agree_with_the_translate_toolkit(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, str]
) -> None:
    from translate.storage import pypo

    store = pypo.pofile()
    for source, target in found.items():
        store.addsourceunit(source).target = target
    path = tmp_path_factory.mktemp("po") / "a.po"
    path.write_bytes(bytes(store))
    assert texts(read_po(Source(path), Tally())) == found
    compiled = path.with_suffix(".mo")
    compiled.write_bytes(mo_of(found))
    assert texts(read_mo(Source(compiled), Tally())) == found


@pytest.mark.parametrize("text", [
    r"Don\'t", r"a \"b\"", '"  a   b  "', "  a \n  b  ", r"a\nb", r"\@a", r"\u00e0", "a <b>b</b> c", "&lt;b>x&lt;/b>",
    "<![CDATA[a <i>b</i>]]>", r"%1$s of %2$d", r"a\\b", "<xliff:g id='x'>%s</xliff:g> a",
])  # fmt: skip
def test_android_reads_as_the_translate_toolkit_has_it(text: str, tmp_path: Path) -> None:
    from translate.storage import aresource

    data = (
        f'<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2"><string name="a">{text}</string></resources>'
    )
    (tmp_path / "a.xml").write_text(data, "utf-8")
    (unit,) = aresource.AndroidResourceFile.parsestring(data.encode()).units
    expected = unit.target if "<" not in text or "CDATA" in text else None
    found = texts(read_android(Source(tmp_path / "a.xml"), Tally()))["a"]
    if expected is not None:
        assert found == expected
    else:
        assert "<" not in found


# The command ----------------------------------------------------------------------------------------------------------


def test_every_verb_of_pairs_takes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    en, vi = map(str, write_all(tmp_path, {"en.json": EN_JSON, "vi.json": VI_JSON}))
    for verb in (["score", en, vi, "-o", str(tmp_path / "s.xlf")], ["convert", en, vi, str(tmp_path / "c.tmx")],
                 ["deduplicate", en, vi, "-o", str(tmp_path / "d.tsv")], ["describe", en, vi],
                 ["report", en, vi, "-o", str(tmp_path / "r.html")]):  # fmt: skip
        assert main(verb) == 0, verb
    assert list(read(tmp_path / "c.tmx")["key"]) == ["a", "b"]
    scored = read(tmp_path / "s.xlf")
    assert {"quality", "decision", "key"} <= set(scored)
    assert set(scored["decision"]) <= {"keep", "drop"}
    capsys.readouterr()


def test_what_is_set_aside_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, _, _ = READ["po"]
    (path,) = map(str, write_all(tmp_path, files))
    assert main(["convert", path, str(tmp_path / "a.tsv")]) == 0
    told = capsys.readouterr().err
    assert "not read: 1 obsolete entries\n" in told
    assert "set aside: 1 fuzzy entries (first at line 14), 1 untranslated entries (first at line 17)\n" in told


def test_the_output_is_not_one_of_the_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    en, vi = map(str, write_all(tmp_path, {"en.json": EN_JSON, "vi.json": VI_JSON}))
    assert main(["convert", en, vi, vi, "--to", "jsonl"]) == 2
    assert "vi.json" in capsys.readouterr().err
    assert Path(vi).read_text("utf-8") == VI_JSON


@pytest.mark.parametrize(
    ("name", "head", "message"),
    [
        ("a.po", "", "aligned already .*aligner score"),
        ("a.xlf", "", "aligned already .*aligner convert"),
        ("a.tmx", "", "aligned already"),
        ("a.csv", "", "aligned already"),
        ("en.json", "", "texts under keys, not an article .*aligner convert EN VI OUT"),
        ("strings.xml", '<?xml version="1.0"?>\n<resources>\n', "texts under keys, not an article"),
        ("a.txt", 'msgid "a"\nmsgstr "b"\n', "aligner score"),
        ("app.ts", "<!DOCTYPE TS>\n<TS>", "aligner score"),
        ("a.pot", "", "a template, which has no translations"),
        ("a.properties", "", "texts under keys"),
    ],
)
def test_align_says_which_command_they_want(
    name: str, head: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (path,) = write_all(tmp_path, {name: head or "a"})
    assert main(["align", str(path)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert pd.Series([told]).str.contains(message).all(), told


def test_what_becomes_of_swap_and_columns(tmp_path: Path) -> None:
    en, vi = write_all(tmp_path, {"en.json": EN_JSON, "vi.json": VI_JSON})
    assert list(read(vi, en, swap=True)["src_text"]) == [SHOP[0], HELLO[0]]
    with pytest.raises(InputError, match=r"no columns to choose from \(found the format texts under keys\); say which"):
        read(en, vi, columns="en=1,vi=2")
    with pytest.raises(InputError, match=r"\(found the format texts under keys\); leave columns out"):
        read(tmp_path / "vi.po", columns="en=1,vi=2")


def test_yaml_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    write_all(tmp_path, {"en.yml": "en:\n  a: b\n", "vi.yml": "vi:\n  a: c\n"})
    with pytest.raises(MissingExtraError, match=r"pip install 'envi-aligner\[localisation\]'"):
        read(tmp_path / "en.yml", tmp_path / "vi.yml")


def test_lines_of_text_with_marks_of_code_are_still_lines(tmp_path: Path) -> None:
    """Dialogues, glossaries, headings, prices: no program writes so."""
    en = ["Lan: Hello there.", "Hùng: Hi!", "# Title", "- One", "1. Two", "Note: it rains.", "(laughs)",
          "a = b is true.", "Price: 20", "“Go.”", "...", "{name} left.", "<i>Stop</i> it",
          "He said: 'No.'"]  # fmt: skip
    vi = ["Lan: Xin chào.", "Hùng: Chào!", "# Đề", "- Một", "1. Hai", "Ghi chú: trời mưa.", "(cười)", "a = b là đúng.",
          "Giá: 20", "“Đi.”", "...", "{name} đã đi.", "<i>Dừng</i> lại", "Anh nói: 'Không.'"]  # fmt: skip
    write_all(tmp_path, {"a.en": "\n".join(en) + "\n", "a.vi": "\n".join(vi) + "\n"})
    assert list(read(tmp_path / "a.en", tmp_path / "a.vi")["trg_text"]) == vi


def test_editors_of_xliff_change_a_state_and_ours_comes_back(tmp_path: Path) -> None:
    frame = pd.DataFrame({"key": ["1", "2"], "src_text": [SHOP[0], HELLO[0]], "trg_text": [SHOP[1], HELLO[1]],
                          "quality": ["0.9100", "0.0200"], "decision": ["keep", "drop"], "src_ids": ["0", "1,2"],
                          "doc_id": ["pairs", ""]})  # fmt: skip
    for name in ("xliff", "xliff2"):
        path = tmp_path / "a.xlf"
        aligner.write_pairs(frame, path, format=name, signature="made so")
        found = read(path)
        assert found.to_dict("list") == frame.to_dict("list")
        assert found.attrs == {"skipped": {}, "signature": "made so"}
        text = path.read_text("utf-8")
        path.write_text(text.replace('state="translated"', 'state="needs-translation"', 1), "utf-8")
        assert list(read(path)["decision"]) == ["drop", "drop"]


def test_kinds_are_rows_and_no_suffix_is_twice() -> None:
    suffixes = [suffix for kind in KINDS for suffix in kind.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert not set(suffixes) & set(REFUSED)
    assert catalogues.MOST_TEXTS < catalogues.MOST_BYTES
