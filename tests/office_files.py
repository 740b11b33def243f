"""Files of offices and books made by hand, as small as they can be: what a test is about stands in the test."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape as escape_html


def escape(text: str) -> str:
    """Text as XML has it."""
    return escape_html(text, quote=False)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = {
    "w": W,
    "r": R,
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
    "presentation": "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0",
}


def xml(root: str, inner: str) -> str:
    """A document of XML whose root knows all prefixes."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {spaces}>{inner}</{root}>'


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive; the first part is not packed, as media types of books and OpenDocument must not be."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for k, (name, part) in enumerate(parts.items()):
            packed.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED if k else zipfile.ZIP_STORED)
    return buffer.getvalue()


def links(**targets: str) -> str:
    """Relationships: ids, which without the number behind them are the last words of their types, and targets."""
    one = '<Relationship Id="{0}" Type="{1}/{2}" Target="{3}"/>'
    found = "".join(one.format(name, R, name.rstrip("0123456789"), target) for name, target in targets.items())
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{found}</Relationships>'
    )


def wp(*runs: str, style: str = "") -> str:
    """A paragraph of Word."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{''.join(runs)}</w:p>"


def wr(text: str, properties: str = "") -> str:
    """A run of Word."""
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def docx(body: str, **parts: str) -> bytes:
    """A document of Word; `parts` are the inner XML of parts by the name of their relationship."""
    roots = {"footnotes": "w:footnotes", "endnotes": "w:endnotes", "comments": "w:comments", "styles": "w:styles"}
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": links(officeDocument="word/document.xml"),
        "word/document.xml": xml("w:document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": links(**{name: f"{name}.xml" for name in parts}),
    }
    for name, inner in parts.items():
        files[f"word/{name}.xml"] = xml(roots.get(name, "w:hdr"), inner)
    return archive(files)


def odt(body: str, styles: str = "", bars: str = "", kind: str = "text") -> bytes:
    """A document of OpenDocument."""
    inner = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    content = f"<office:automatic-styles>{styles}</office:automatic-styles>{inner}"
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": xml("office:document-content", content),
            "styles.xml": xml("office:document-styles", f"<office:master-styles>{bars}</office:master-styles>"),
        }
    )


def shape(*texts: str, at: tuple[int, int] | None = None, holder: str = "", hidden: bool = False) -> str:
    """A shape of a slide, at x and y in EMU."""
    place = f'<a:xfrm><a:off x="{at[0]}" y="{at[1]}"/></a:xfrm>' if at else ""
    held = f'<p:ph type="{holder}"/>' if holder else ""
    inner = "".join(
        text if text.startswith("<a:p>") else f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in texts
    )
    told = ' hidden="1"' if hidden else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"{told}/><p:nvPr>{held}</p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>'
        f"<p:txBody>{inner}</p:txBody></p:sp>"
    )


def pptx(slides: Sequence[str], notes: Mapping[int, str] | None = None, hidden: Sequence[int] = ()) -> bytes:
    """A slide show; slides stand in the archive in the other order."""
    ids = "".join(f'<p:sldId id="{256 + k}" r:id="slide{k}"/>' for k in range(len(slides)))
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": links(officeDocument="ppt/presentation.xml"),
        "ppt/presentation.xml": xml("p:presentation", f"<p:sldIdLst>{ids}</p:sldIdLst>"),
        "ppt/_rels/presentation.xml.rels": links(
            **{f"slide{k}": f"slides/s{len(slides) - k}.xml" for k in range(len(slides))}
        ),
    }
    for k, inner in enumerate(slides):
        name = f"s{len(slides) - k}.xml"
        shown = xml("p:sld", f"<p:cSld><p:spTree>{inner}</p:spTree></p:cSld>")
        files[f"ppt/slides/{name}"] = shown.replace("<p:sld ", '<p:sld show="0" ') if k in hidden else shown
        if notes and k in notes:
            files[f"ppt/slides/_rels/{name}.rels"] = links(notesSlide=f"../notes/n{k}.xml")
            files[f"ppt/notes/n{k}.xml"] = xml("p:notes", f"<p:cSld><p:spTree>{notes[k]}</p:spTree></p:cSld>")
    return archive(files)


def xlsx(sheets: Mapping[str, str], styles: str = "", hidden: Sequence[str] = ()) -> bytes:
    """A workbook; each sheet is the inner XML of `worksheet`."""
    told = "".join(
        f'<x:sheet name="{name}" sheetId="{k}" r:id="worksheet{k}" '
        f'state="{"hidden" if name in hidden else "visible"}"/>'
        for k, name in enumerate(sheets)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": links(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": xml("x:workbook", f"<x:sheets>{told}</x:sheets>"),
        "xl/_rels/workbook.xml.rels": links(
            styles="styles.xml", **{f"worksheet{k}": f"s{k}.xml" for k in range(len(sheets))}
        ),
        "xl/styles.xml": xml("x:styleSheet", styles),
    }
    for k, inner in enumerate(sheets.values()):
        files[f"xl/s{k}.xml"] = xml("x:worksheet", inner)
    return archive(files)


def sheet_rows(rows: Sequence[Sequence[str]]) -> str:
    """Rows of a sheet, their texts in the cells."""
    cell = '<x:c t="inlineStr"><x:is><x:t>{}</x:t></x:is></x:c>'
    told = ("".join(cell.format(escape(text)) for text in row) for row in rows)
    return "<x:sheetData>" + "".join(f"<x:row>{cells}</x:row>" for cells in told) + "</x:sheetData>"


def page(inner: str) -> str:
    """A page of a book."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{inner}</body></html>'
    )


def epub(pages: Mapping[str, str], guide: str = "", nav: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """A book; its pages stand in the archive in the other order. `nav` is the name of that which is navigation."""
    items = "".join(
        f'<item id="i{k}" href="text/{name}" media-type="application/xhtml+xml"'
        f' properties="{"nav" if name == nav else ""}"/>'
        for k, name in enumerate(pages)
    )
    spine = "".join(f'<itemref idref="i{k}"/>' for k in range(len(pages)))
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine>'
        f"<guide>{guide}</guide></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OEBPS/content.opf": package,
        **{f"OEBPS/text/{name}": inner for name, inner in reversed(list(pages.items()))},
        **(extra or {}),
    }
    return archive(files)


def rtf_text(text: str) -> str:
    r"""Text as Word writes it: \u with one character behind it for those who know no Unicode."""
    units = text.encode("utf-16-le")
    codes = (int.from_bytes(units[k : k + 2], "little") for k in range(0, len(units), 2))
    plain = {ord("\\"): "\\\\", ord("{"): "\\{", ord("}"): "\\}", ord("\n"): "\\line "}
    return "".join(plain.get(c) or (chr(c) if c < 128 else f"\\u{c - (c > 32767) * 65536}?") for c in codes)


def rtf(body: str, fonts: str = "{\\f0\\fnil\\fcharset0 Arial;}", head: str = "\\ansi\\ansicpg1252") -> bytes:
    """A file of RTF."""
    return f"{{\\rtf1{head}\\deff0{{\\fonttbl{fonts}}}\n{body}}}".encode("latin-1")
