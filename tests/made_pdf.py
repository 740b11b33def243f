"""PDF files made by hand for the tests: words set in a font whose letters are all half as wide as high."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Text(NamedTuple):
    """A run of text: where its baseline begins, size, font, and the matrix of its direction."""

    x: float
    y: float
    text: str
    size: float = 12
    font: str = "Times"
    turn: tuple[float, float, float, float] = (1, 0, 0, 1)


class Bar(NamedTuple):
    """A filled bar."""

    x: float
    y: float
    width: float
    height: float


Drawn = Text | Bar | bytes
"""What a page has; bytes are content as it stands."""


def objects(bodies: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, start)
    return bytes(out)


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), more, packed)


def pdf(
    pages: Iterable[Sequence[Drawn]],
    *,
    codes: Mapping[str, Sequence[str]] | None = None,
    mapped: bool = True,
    size: tuple[float, float] = (595, 842),
    picture: bool = False,
    turned: int = 0,
) -> bytes:
    """A file of these pages.

    Parameters
    ----------
    pages : iterable of sequence
        What is drawn on each.
    codes : mapping of str to sequence of str
        For a font, the characters that its codes from 65 on stand for, each perhaps of several; without it a font's
        codes are those that its text has, and text beyond Latin-1 needs none.
    mapped : bool
        Whether the fonts say what their codes stand for.
    picture : bool
        Whether each page has a picture all over.
    turned : int
        By how many degrees each page is to be turned.
    """
    drawn = [list(page) for page in pages]
    tables: dict[str, dict[str, int]] = {
        name: {c: k for k, c in enumerate(of, 65)} for name, of in (codes or {}).items()
    }
    for page in drawn:
        for one in page:
            if isinstance(one, Text) and one.font not in (codes or {}):
                table = tables.setdefault(one.font, {})
                for char in one.text:
                    table.setdefault(char, 65 + len(table))
    names = sorted(tables)
    bodies: list[bytes] = [b"", b""]
    fonts = b""
    for k, name in enumerate(names):
        bodies.append(_map(tables[name]))
        widths = b"[" + b"500 " * 256 + b"]"
        escaped = name.encode("latin-1").replace(b" ", b"#20")
        to_unicode = (
            b"/ToUnicode %d 0 R" % len(bodies)
            if mapped
            else b"/Encoding<</Differences[0%s]>>" % b"".join(b"/g%d" % k for k in range(256))
        )
        bodies.append(
            b"<</Type/Font/Subtype/TrueType/BaseFont/%s/FirstChar 0/LastChar 255/Widths%s%s"
            b"/FontDescriptor<</Type/FontDescriptor/FontName/%s/Flags 4/Ascent 800/Descent -200/CapHeight 700"
            b"/ItalicAngle 0/StemV 80/FontBBox[0 -200 1000 800]>>>>" % (escaped, widths, to_unicode, escaped)
        )
        fonts += b"/F%d %d 0 R" % (k, len(bodies))
    bodies.append(
        stream(b"\xff" * 64, b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8")
    )
    image = len(bodies)
    kids = []
    for page in drawn:
        content = bytearray()
        if picture:
            content += b"q %f 0 0 %f 0 0 cm /I Do Q\n" % size
        for one in page:
            if isinstance(one, Bar):
                content += b"%f %f %f %f re f\n" % one
            elif isinstance(one, Text):
                table = tables[one.font]
                keys = codes[one.font] if codes and one.font in codes else one.text
                string = "".join(f"{table[key]:02x}" for key in keys)
                place = (*one.turn, one.x, one.y)
                content += b"BT /F%d %f Tf %f %f %f %f %f %f Tm <%s> Tj ET\n" % (
                    names.index(one.font),
                    one.size,
                    *place,
                    string.encode(),
                )
            else:
                content += one
        bodies.append(stream(bytes(content)))
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<<%s>>/XObject<</I %d 0 R>>>>>>" % (*size, turned, len(bodies), fonts, image)
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    bodies[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return objects(bodies)


def _map(table: Mapping[str, int]) -> bytes:
    rows = "".join(f"<{code:02x}> <{text.encode('utf-16-be').hex()}>\n" for text, code in table.items())
    return stream(
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(table)} beginbfchar\n{rows}endbfchar\n"
        f"endcmap end end".encode()
    )


def lines(texts: Sequence[str], x: float = 72, y: float = 760, step: float = 14, **more: object) -> list[Drawn]:
    """Lines one under another, the first at a height."""
    return [Text(x, y - step * k, text, **more) for k, text in enumerate(texts)]  # type: ignore[arg-type]
