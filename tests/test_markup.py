"""Markup taken out: what is read, what is set aside, what only looks like markup. The samples were written for this."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.alignment import align_article
from aligner.corpus.building.building import build_corpus
from aligner.corpus.building.configuration import BuildConfig
from aligner.documents.articles import parse_article, read_article
from aligner.documents.blocks import Document
from aligner.documents.html import html_document
from aligner.documents.markdown import markdown_document
from aligner.documents.markup import leave_code, leave_comments, leave_the_same, strip_markdown
from aligner.documents.plain import plain_document
from aligner.errors import InputError
from tests.commands import run
from tests.growth import assert_linear


def shown(text: str) -> list[str]:
    document = strip_markdown(markdown_document(text))
    return [" ".join(document.shown(block.start, block.end).text.split()) for block in document.blocks]


def aside(text: str) -> list[tuple[str, str]]:
    return list(strip_markdown(markdown_document(text)).set_aside)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        # Emphasis: CommonMark 0.31, section 6.2.
        ("A *b* _c_ **d** __e__ ***f*** ~~g~~", ["A b c d e f g"]),
        ("**bold *and* nested** words", ["bold and nested words"]),
        ("un**believ**able", ["unbelievable"]),
        ("*a **b** c*", ["a b c"]),
        ("**Lưu ý:**Hãy lưu tệp.", ["Lưu ý:Hãy lưu tệp."]),  # a mark inside, a letter behind: browsers show the stars
        ("**Lưu ý: **Hãy lưu tệp.", ["Lưu ý: Hãy lưu tệp."]),
        ("Hãy **lưu tệp ** rồi đi.", ["Hãy lưu tệp rồi đi."]),
        ("**“Chào”**nhé", ["“Chào”nhé"]),
        # Links and images: sections 6.3 to 6.5.
        ("See [the map](https://a.org/x_(y) 'Title') now.", ["See the map now."]),
        ("See [the *old* `map`](<a b.md>).", ["See the old map."]),
        ("[one][two], [two] and [two][].\n\n[two]: https://a.org 'T'\n", ["one, two and two."]),
        ("[![Build](b.svg)](https://ci) status", ["Build status"]),
        ("a ![A lamp](l.png 'x') b", ["a A lamp b"]),
        ("one![two](x)three", ["one two three"]),
        ("![](spacer.png) text", ["text"]),
        ("<https://a.org/b_c_d> and <ann@a.org>", ["https://a.org/b_c_d and ann@a.org"]),
        ("[a [b] c](d)", ["a [b] c"]),
        ("[[Home page]] and [[Home|the start]]", ["Home page and the start"]),
        ("[text]{.class} and [link](u){target=_blank} go", ["text and link go"]),
        ("[văn bản] (https://a.org/x) và [tệp](tệp của tôi.pdf)", ["văn bản và tệp"]),  # no links to CommonMark
        ("Text[^7] with a note elsewhere", ["Text with a note elsewhere"]),
        ("##Title without a space", ["Title without a space"]),
        ("```{note}\nRead *this*.\n\nAnd [this](x).\n```\n", ["Read this.", "And this."]),  # MyST
        ("```{tip} Mind\n:class: wide\n\nRead this.\n```\n", ["Read this."]),
        # Code spans, escapes, references: sections 6.1, 2.4, 2.5.
        ("Call `run_all(*args)` and ``a`b``.", ["Call run_all(*args) and a`b."]),
        (r"\*not\* \_em\_ \[no\](x) 1\. \# \\", [r"*not* _em_ [no](x) 1. # \ ".strip()]),
        ("Tom &amp; Ann&nbsp;go &lt;b&gt; &#8212; &copy; &unknown; AT&T", ["Tom & Ann go <b> — © &unknown; AT&T"]),
        ("one\\\ntwo  \nthree", ["one two three"]),
        # Tags and JSX.
        ("H<sub>2</sub>O, <kbd>Ctrl</kbd>+<kbd>C</kbd>, one<br>two<br/>three", ["H2O, Ctrl+C, one two three"]),
        ('<span class="x" data-y=\'1\'>Red</span> <img src="a.png"> end', ["Red end"]),
        ("Text <!-- a note --> goes on", ["Text goes on"]),
        ("<Note>Read <Link to={`/a`} onClick={() => { go(1 > 2) }}>this</Link></Note> now", ["Read this now"]),
        ("Use <Icon name='x' /> here and <>there</>", ["Use here and there"]),
        ("<my-box>inside</my-box> outside", ["inside outside"]),
        # Ids and attributes: kramdown, pandoc, Docusaurus, React's handbook.
        ("# Why lamps? {#why-lamps}\n", ["Why lamps?"]),
        ("## Why lamps? {/*why-lamps*/}\n", ["Why lamps?"]),
        ("## Why lamps? [[why-lamps]]\n", ["Why lamps?"]),
        ("## Lamps![[lamps]]\n", ["Lamps!"]),
        ("[[why-lamps]]\n", []),
        ("## Why lamps? {: .wide #why}\n", ["Why lamps?"]),
        ("Why lamps? {#why}\n---------\n", ["Why lamps?"]),
        ('A paragraph.\n{: .note title="x y"}\n', ["A paragraph."]),
        # Templates and MDX.
        ("Hello {{ user.name }}, welcome{% if x %} back{% endif %}.", ["Hello , welcome back."]),
        ('{{< figure src="a.png" >}}\n\nText {/* hidden */} here\n', ["Text here"]),
        ("{#if pt}\n\nOne\n\n{:else}\n\nTwo\n\n{/if}\n", ["One", "Two"]),
        ("import Tabs from '@theme/Tabs';\n\nexport const x = 1\n\nText\n", ["Text"]),
        ("{% highlight js %}\nlet a = 1\n{% endhighlight %}\n\nText\n", ["Text"]),
        # Admonitions: Docusaurus, VuePress, MkDocs, GitHub.
        (":::note\n\nRead this.\n\n:::\n", ["Read this."]),
        (":::tip My tip\nRead this.\n:::\n", ["My tip", "Read this."]),
        (":::warning[Take care]\nRead this.\n:::\n", ["Take care", "Read this."]),
        ("::: danger\nRead this.\n:::\n", ["Read this."]),
        ('!!! note "My title"\n', ["My title"]),
        ("> [!WARNING]\n> Read this.\n", ["Read this."]),
        ("[TOC]\n\nText\n", ["Text"]),
        # Lists, tables, notes.
        ("- [ ] buy lamps\n- [x] light *them*\n", ["buy lamps", "light them"]),
        ("| *a* | `b \\| c` |\n|---|---|\n| [d](e) | **f** |\n", ["a", "b | c", "d", "f"]),
        ("Lamps[^1] burn.\n\n[^1]: Oil *lamps* do.\n", ["Lamps burn.", "Oil lamps do."]),
        ("See :ref:`the lamps` and :label:`sec_lamps`.", ["See the lamps and ."]),
        ("> *quoted*\n> **text**\n", ["quoted text"]),
        ("---\ntitle: A\n---\n\nText\n", ["Text"]),
        ("+++\ntitle = 'A'\n+++\n\nText\n", ["Text"]),
    ],
)
def test_what_is_read(text: str, blocks: list[str]) -> None:
    assert shown(text) == blocks


@pytest.mark.parametrize(
    "text",
    [
        "A List<int> or a Map<String, List<T>> holds them.",  # generics of C# and Java
        "vector<a> of Set<i>",
        "if a < b and c > d, then 1<2 or x <y and z>",
        "Type <your name> and press Enter.",
        "Euler: $x_i + y_i$, $$a*b*c$$, $\\alpha_1$ and \\(p*q*r\\) hold.",
        "\\[ x_1*y*z \\] holds",
        "[a] (b) and f[0] (see below), #hashtag #1",
        "It costs $5 for *one and $6 for two.",
        "the names my_long_name, __init__.py, _private and CONST_A_B",
        "2*3*4 = 24, 2**8 = 256, 5 * 6 * 7, a * b",
        "the files *.md, **/*.js and lib/*",
        "pass **kwargs and **options on",
        "[1] and [x] and [not a link] (really) stay, f[i](x",
        "AT&T, R&D; &c., a&b=c;",
        "a { brace } and {curly} and { x: 1 } stay",
        "at 10:30: see note:this, ::wow:: and :)",
        "~5 kg, ~/bin, a~b~c",
        "x ^ y | z # 1 - 2 + 3",
        "https://a.org/a_b_c/*x?y=1&copy=2#_z_ stays",
        "export the file, import duties from 'abroad'",
        "C:\\temp\\new and \\d+ stay",
        "Ông A – 5* và 4* – nói: “được”…",
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert shown(text) == [" ".join(text.split())]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("```js\nx\n```\n\n    y = 1\n\n<style>\na {}\n</style>\n\nText\n", ["code", "code", "code"]),
        ("---\na: 1\n---\n\nText\n", ["front matter"]),
        ("[a]: https://a.org\n[b]: <c d> (T)\n\nText\n", ["link definition", "link definition"]),
        ("![](a.png)\n\nText\n", ["markup"]),
        ("import A from 'a'\n\nText\n", ["import or export"]),
    ],
)
def test_what_is_set_aside_is_counted(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in aside(text)] == kinds
    assert shown(text) == ["Text"]


@pytest.mark.parametrize(
    "page",
    [
        "<pre class='highlight'>x()</pre>",
        "<div class='highlight-python notranslate'><div class=x><pre><span>x</span>()</pre></div></div>",
        "<pre class='language-js line-numbers'><code>x()</code></pre>",
    ],
)
def test_code_as_highlighters_write_it_is_code(page: str) -> None:
    document = leave_code(html_document(f"<p>Run it.</p>{page}<pre>A poem</pre>"))
    assert [document.shown(b.start, b.end).text for b in document.blocks] == ["Run it.", "A poem"]
    assert document.set_aside == (("code", "x()"),)


def test_code_of_pages_is_set_aside() -> None:
    document = leave_code(html_document("<p>Run <code>x</code>:</p><pre><code>x()\n\ny()</code></pre><p>Done."))
    assert [document.shown(b.start, b.end).text for b in document.blocks] == ["Run x:", "Done."]
    assert document.set_aside == (("code", "x() y()"),)


EN = ["The old lamp stands in the hall.", "Nobody lights it any more.", "We sold the oil last winter."]
VI = ["Chiếc đèn cũ đứng trong sảnh.", "Không còn ai thắp nó nữa.", "Chúng tôi đã bán dầu hồi mùa đông."]


def test_comments_stay_where_they_are_the_other_language() -> None:
    two = "".join(f"<!-- {e} -->\n{v}\n\n" for e, v in zip(EN, VI, strict=True))
    article = parse_article(two, markup="strip")
    assert (article.layout, [s.text for s in article.source]) == ("comments", EN)
    note = "<!-- To do: look at this again. -->\n\n"
    [left] = leave_comments([markdown_document(note + "\n\n".join(f"{e}\n\n{v}" for e, v in zip(EN, VI, strict=True)))])
    assert left.set_aside == (("comment", "To do: look at this again."),)
    article = parse_article(note + "\n\n".join(EN), "# \n\n" + "\n\n".join(VI), markup="strip")
    assert [s.text for s in article.source] == EN


def test_spans_count_in_the_source() -> None:
    en = "# The *old* lamp {#lamp}\n\nSee **the [hall](h.md)** now. It &amp; we stay.\n"
    vi = "# Chiếc đèn *cũ* {#lamp}\n\nHãy xem **[sảnh](h.md)** ngay. Nó và chúng tôi ở lại.\n"
    article = parse_article(en, vi, markup="strip")
    assert [s.text for s in article.source] == ["The old lamp", "See the hall now.", "It & we stay."]
    assert [en[s.start : s.end] for s in article.source] == [
        "The *old* lamp",
        "See **the [hall](h.md)** now.",
        "It &amp; we stay.",
    ]
    assert article.source_text == en
    kept = parse_article(en, vi)
    assert [s.text for s in kept.source][:2] == ["The *old* lamp {#lamp}", "See **the [hall](h.md)** now."]


def test_what_is_the_same_on_both_sides_is_no_bead() -> None:
    same = "`npm_start`\n\nhttps://a.org/lamps\n\n2.3.0 (2021)\n\n```\nx = 1\n```\n\n"
    article = parse_article(f"# A\n\n{EN[0]}\n\n{same}{EN[1]}\n", f"# A\n\n{VI[0]}\n\n{same}{VI[1]}\n", markup="strip")
    assert [s.text for s in article.source] == ["A", *EN[:2]]
    assert [s.text for s in article.target] == ["A", *VI[:2]]
    kinds = [kind for kind, _ in article.set_aside]
    assert (kinds.count("the same on both sides"), kinds.count("code")) == (6, 2)
    frame = align_article(article).to_frame(nulls=True)
    assert len(frame) == 3
    # A number that stands on one side alone is text.
    article = parse_article(f"# A\n\n{EN[0]}\n\n1998\n", f"# A\n\n{VI[0]}\n\n1999\n", markup="strip")
    assert [s.text for s in article.source][-1] == "1998"


def test_a_document_of_markup_alone_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("```\nx\n```\n", "utf-8")
    with pytest.raises(InputError, match=r"no text \(found only white space or markup\)"):
        read_article(tmp_path / "a.md", markup="strip")
    with pytest.raises(InputError, match=r"unknown markup \(found 'drop'\); markup must be 'keep' or 'strip'"):
        parse_article("a", markup="drop")  # type: ignore[arg-type]


WRAPS = [
    "{}",
    "*{}*",
    "**{}**",
    "`{}`",
    "[{}](https://a.org/x)",
    "<b>{}</b>",
    "![{}](a.png)",
    "~~{}~~",
    "({})",
    "“{}”",
    "{},",
]


@given(st.lists(st.tuples(st.sampled_from(WRAPS), st.sampled_from(WRAPS), st.integers(0, 99)), min_size=1, max_size=12))
def test_no_word_is_lost_in_markup(parts: list[tuple[str, str, int]]) -> None:
    words = [f"word{n}" for _, _, n in parts]
    text = "Text " + " ".join(
        outer.format(word if "`" in outer else inner.format(word))
        for (outer, inner, _), word in zip(parts, words, strict=True)
    )
    read = " ".join(shown(text))
    assert re.findall(r"word\d+", read) == words


PIECES = [
    "word ",
    "word",
    "*",
    "**",
    "_",
    "`",
    "``",
    "[",
    "]",
    "](u)",
    "!",
    "<b>",
    "</b>",
    "\\",
    "&amp;",
    "$",
    "~~",
    "\n",
]
PIECES += ["> ", "- ", "| ", "#", "[^1]", "[u]: x.y\n", ":::", ":", "<", ">", "{", "\n\n", "(", "1", "ộ"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_blocks_keep_their_places(pieces: list[str]) -> None:
    text = "".join(pieces)
    document = strip_markdown(markdown_document(text))
    assert len(document.plain) == len(document.text)
    at = 0
    for block in document.blocks:
        assert at <= block.start < block.end
        assert not document.plain[at : block.start].strip()
        read = document.shown(block.start, block.end)
        assert read.text.strip()
        spans = [read.span(i, i + 1) for i in range(len(read.text))]
        assert all(block.start <= a < b <= block.end for a, b in spans)
        assert spans == sorted(spans)
        at = block.end
    for (_, end, _), (start, _, _) in zip(document.edits, document.edits[1:], strict=False):
        assert end <= start


@given(
    st.lists(
        st.sampled_from([p for p in PIECES if p not in ("```", "(", "{", "<", "[u]: x.y\n", ":::", "|", "$")]),
        max_size=25,
    )
)
def test_every_word_is_read_or_set_aside(pieces: list[str]) -> None:
    text = "".join(pieces)
    document = strip_markdown(markdown_document(text))
    read = "".join(document.shown(b.start, b.end).text for b in document.blocks)
    left = "".join(piece for _, piece in document.set_aside)
    assert read.count("word") + left.count("word") == markdown_document(text).plain.count("word")


# A middle dot is a space here, a pilcrow the end of a line.
HOSTILE = re.findall(
    r"\S+",
    r"""* ** _a [ ] [[ ![ < <a <a·b={ ` ``a` & { {{ {% {# $ \ ( [a]( ~~ :a:` <!-- [[a]]· {#a}· *a_ **a· <> a[^1]
    [a]:·x/¶ :::a·¶ !!!·a·· ········· <a> http:// https://a <a·b·c· [^a]:· {:a· **/ [x](y(z [a][b] </a> </> $$ {/*""",
)


@pytest.mark.parametrize("piece", ["x", "$", "a$", "x.", "a@"])
def test_time_grows_with_a_word(piece: str) -> None:
    other = plain_document("One two.")
    assert_linear(lambda n: leave_the_same(plain_document(piece * (n // len(piece))), other), 60_000)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text(piece: str) -> None:
    def run(n: int) -> Document:
        hostile = piece.replace("·", " ").replace("¶", "\n") * (n // len(piece))
        return strip_markdown(markdown_document(f"x {hostile} end {n}\n"))

    assert_linear(run, 24_000)


def test_corpora_hold_no_markup_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for lang, lines in (("en", EN), ("vi", VI)):
        text = "\n\n".join(f"**{line}** [x](y)" for line in lines) + "\n\n```\nx = 1\n```\n"
        (tmp_path / "in" / f"a.{lang}.md").write_text(text, "utf-8")
    for markup, kept in (("strip", False), ("keep", True)):
        with ThreadPoolExecutor(1) as executor:
            config = BuildConfig(compress=False, **({"markup": "keep"} if kept else {}))
            total = build_corpus(tmp_path / "in", tmp_path / markup, config=config, executor=executor)
        shard = (tmp_path / markup / "shards" / "00000.tsv").read_text("utf-8")
        assert ("**" in shard) == ("x = 1" in shard) == kept
        assert total["config"]["markup"] == markup
        documents = (tmp_path / markup / "documents.tsv").read_text("utf-8")
        assert ("2 × code" in documents) != kept
    with pytest.raises(InputError, match="unknown markup"):
        BuildConfig(markup="drop")  # type: ignore[arg-type]


def test_the_command_strips_unless_asked(tmp_path: Path) -> None:
    paths = []
    for lang, lines in (("en", EN), ("vi", VI)):
        paths.append(tmp_path / f"a.{lang}.md")
        paths[-1].write_text("\n\n".join(f"**{line}**" for line in lines) + "\n\n```\nx\n```\n", "utf-8")
    done = run("align", *paths)
    assert "**" not in done.stdout
    assert "set aside or mended: 2 × code" in done.stderr
    assert "**" in run("align", *paths, "--markup", "keep").stdout
