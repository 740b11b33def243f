"""The corpus's articles as browsers and office programs print them, read back, and how many pairs come back the same.

usage: python -m tests.printed [LAYOUT ...]     print the F1 of the pairs of each article, in each layout or those named

An article is printed as two files. Its twin is the same text without pages: plain text, blank lines between the
paragraphs. Chromium prints what begins with 'web', LibreOffice what begins with 'office'.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import aligner
from aligner.bitext import Article
from tests.quality_gate import articles, f1

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OFFICE = shutil.which("soffice")

STYLES = {
    "web one column": "body{font:12pt/1.4 'Liberation Serif';text-align:justify}@page{size:A4;margin:25mm}",
    "web A5 ragged": "body{font:10pt/1.2 'DejaVu Sans'}@page{size:A5;margin:15mm}",
    "web indented": "body{font:11pt/1.3 'Liberation Serif';text-align:justify}p{margin:0;text-indent:1.5em}"
    "h1+p,h2+p{text-indent:0}@page{size:A4;margin:22mm}",
    "web running heads": "body{font:11pt/1.5 'Liberation Sans'}@page{size:A5;margin:20mm;"
    "@top-center{content:'The quarterly, no. 4';font-size:8pt}"
    "@bottom-right{content:'Page ' counter(page);font-size:8pt}}",
    "web two columns": "body{font:10pt/1.3 'Liberation Serif';text-align:justify;columns:2;hyphens:auto}"
    "h1{column-span:all}@page{size:A4;margin:20mm}",
    "web two ragged columns": "body{font:11pt/1.3 'Liberation Sans';columns:2;column-gap:8mm;column-rule:1px solid}"
    "@page{size:A4;margin:20mm}",
}
"""Style sheets by name."""

Paragraphs = Sequence[str]


def is_heading(text: str) -> bool:
    """What is set as a heading: a short paragraph that ends without a stop."""
    return len(text) < 90 and text[-1:] not in set(".,:;!?…”\"'’)")


def web_page(paragraphs: Paragraphs, lang: str, style: str) -> str:
    body = []
    for k, text in enumerate(paragraphs):
        tag = "h1" if k == 0 else "h2" if is_heading(text) else "p"
        body.append(f"<{tag}>{html.escape(text)}</{tag}>")
    return f'<!DOCTYPE html><html lang="{lang}"><meta charset="utf-8"><style>{STYLES[style]}</style>{"".join(body)}'


OFFICE_LAYOUTS = {
    "office notes and heads": (1, "21cm", "29.7cm", True),
    "office two columns": (2, "21cm", "21cm", True),
}
"""Columns, width, height, whether there are notes, a running head and page numbers."""

NOTE = {"en": "See the annex, page {}, on how this was found.", "vi": "Xem phụ lục, trang {}, về cách tìm ra điều này."}


def office_text(paragraphs: Paragraphs, lang: str, layout: str) -> str:
    """An OpenDocument text, flat: every third paragraph of running text has a note."""
    columns, width, height, noted = OFFICE_LAYOUTS[layout]
    body, n = [], 0
    for k, text in enumerate(paragraphs):
        style = "Title" if k == 0 else "Heading" if is_heading(text) else "Text"
        escaped = html.escape(text, quote=False)
        if noted and style == "Text" and k % 3 == 2:
            n += 1
            note = NOTE[lang].format(n)
            escaped += (
                f'<text:note text:id="n{n}" text:note-class="footnote"><text:note-citation>{n}</text:note-citation>'
                f'<text:note-body><text:p text:style-name="Note">{note}</text:p></text:note-body></text:note>'
            )
        body.append(f'<text:p text:style-name="{style}">{escaped}</text:p>')
    head = '<text:p text:style-name="Note">{}</text:p>'
    names = ("office", "style", "text", "fo")
    space = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{"xsl-fo-compatible" if n == "fo" else n}:1.0"'
        for n in names
    )

    def style_of(name: str, size: int, more: str = "", text: str = "") -> str:
        return (
            f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties '
            f'fo:margin-bottom="0.2cm" {more}/><style:text-properties style:font-name="Liberation Serif" '
            f'fo:font-family="Liberation Serif" fo:font-size="{size}pt" {text}/></style:style>'
        )

    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {space} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
        + style_of("Text", 12, 'fo:text-align="justify"')
        + style_of("Title", 18, 'fo:text-align="center"', 'fo:font-weight="bold"')
        + style_of("Heading", 12, 'fo:margin-top="0.4cm"', 'fo:font-weight="bold"')
        + style_of("Note", 9)
        + '</office:styles><office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties '
        f'fo:page-width="{width}" fo:page-height="{height}" fo:margin="2cm"><style:columns fo:column-count="{columns}" '
        'fo:column-gap="0.7cm"/></style:page-layout-properties><style:header-style>'
        '<style:header-footer-properties fo:margin-bottom="0.5cm" '
        'fo:min-height="1cm"/></style:header-style><style:footer-style><style:header-footer-properties '
        'fo:margin-top="0.5cm" fo:min-height="1cm"/></style:footer-style>'
        '</style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" '
        f'style:page-layout-name="L"><style:header>{head.format("The quarterly, no. 4")}</style:header><style:footer>'
        f"{head.format('<text:page-number/>')}</style:footer></style:master-page></office:master-styles>"
        f"<office:body><office:text>{''.join(body)}</office:text></office:body></office:document>"
    )


def twin_of(paragraphs: Paragraphs, lang: str, layout: str) -> list[str]:
    """The paragraphs as the printed file has them: with its notes behind."""
    texts = list(paragraphs)
    if layout in OFFICE_LAYOUTS and OFFICE_LAYOUTS[layout][3]:
        noted = [k for k, text in enumerate(texts) if k and not is_heading(text) and k % 3 == 2]
        texts += [NOTE[lang].format(n) for n in range(1, len(noted) + 1)]
    return texts


def print_web(pages: dict[Path, str]) -> None:
    """Print HTML texts to the files named."""
    assert CHROMIUM is not None
    for path, text in pages.items():
        source = path.with_suffix(".html")
        source.write_text(text, "utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run([CHROMIUM, *flags, f"--print-to-pdf={path}", str(source)], check=True, capture_output=True)


def print_office(pages: dict[Path, str]) -> None:
    """Print OpenDocument texts to the files named, all in one folder."""
    assert OFFICE is not None
    sources = []
    for path, text in pages.items():
        sources.append(path.with_suffix(".fodt"))
        sources[-1].write_text(text, "utf-8")
    folder = sources[0].parent
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True)


def sides_of(article: Article) -> dict[str, list[str]]:
    """The paragraphs of each side, a heading without a sentence left out."""
    texts = {"source": article.source_text, "target": article.target_text}
    blocks = {s.block for s in (*article.source, *article.target)}
    found: dict[str, list[str]] = {"source": [], "target": []}
    for k, block in enumerate(article.blocks):
        if k in blocks:
            found[block.side].append(" ".join(texts[block.side][block.start : block.end].split()))
    return {"en": found["source"], "vi": found["target"]}


def pairs_of(en: Path, vi: Path) -> set[tuple[str, str]]:
    document = aligner.align_article(aligner.read_article(en, vi))
    return {document.texts(bead) for bead in document.beads if not bead.is_null}


def measure(layout: str, folder: Path, names: Sequence[str] = ()) -> dict[str, float]:
    """F1 of the pairs of each article, printed in a layout, against those of its twin."""
    is_web = layout in STYLES
    write: Callable[[Paragraphs, str, str], str] = web_page if is_web else office_text
    pages: dict[Path, str] = {}
    for name, files in articles().items():
        if names and name not in names:
            continue
        for lang, paragraphs in sides_of(aligner.read_article(*files)).items():
            path = folder / f"{name}.{lang}.pdf"
            pages[path] = write(paragraphs, lang, layout)
            path.with_suffix(".txt").write_text("\n\n".join(twin_of(paragraphs, lang, layout)) + "\n", "utf-8")
    (print_web if is_web else print_office)(pages)
    scores = {}
    for path in pages:
        if path.name.endswith(".en.pdf"):
            other = path.with_name(path.name.replace(".en.", ".vi."))
            twin = pairs_of(path.with_suffix(".txt"), other.with_suffix(".txt"))
            scores[path.name.split(".")[0]] = f1(twin, pairs_of(path, other))
    return scores


def main(layouts: Sequence[str]) -> int:
    for layout in layouts or [*STYLES, *OFFICE_LAYOUTS]:
        with tempfile.TemporaryDirectory() as folder:
            scores = measure(layout, Path(folder))
        mean = sum(scores.values()) / len(scores)
        print(f"{layout:24s} {mean:.4f}  " + "  ".join(f"{name} {score:.3f}" for name, score in scores.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
