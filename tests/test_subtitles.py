"""Subtitles: cues of three formats to running text, bilingual files, times as columns and back into cues."""

import io
import itertools
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.alignment import Alignment, align_article
from aligner.bitext import Article, Cue, Sentence
from aligner.corpus.building.building import build_corpus
from aligner.corpus.building.configuration import BuildConfig
from aligner.documents.articles import parse_article, read_article
from aligner.documents.cues import MAX_CUE, MAX_CUES, looks_like_cues, read_cues
from aligner.documents.subtitles import keep_cues, subtitle_document
from aligner.errors import AlignerError, InputError
from aligner.pairs.cues import TIMES, sentence_times, share_out, srt_text, time_cell
from aligner.pairs.files import read_pairs, write_pairs
from aligner.pairs.tables import COLUMNS
from tests.commands import run
from tests.growth import assert_linear

Timed = list[tuple[float, float, str]]


def clock(seconds: float, mark: str = ",") -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def srt(cues: Timed) -> str:
    return "".join(f"{k}\n{clock(start)} --> {clock(end)}\n{text}\n\n" for k, (start, end, text) in enumerate(cues, 1))


def vtt(cues: Timed) -> str:
    return "WEBVTT\n\n" + "".join(
        f"{clock(start, '.')} --> {clock(end, '.')} align:start\n{text}\n\n" for start, end, text in cues
    )


def ass(cues: Timed) -> str:
    head = "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, "
    head += "MarginV, Effect, Text\n"
    return head + "".join(
        f"Dialogue: 0,{clock(start, '.')[1:-1]},{clock(end, '.')[1:-1]},Default,,0,0,0,,{{\\an2}}{text}\n".replace(
            text, text.replace("\n", "\\N")
        )
        for start, end, text in cues
    )


def ssa(cues: Timed) -> str:
    return (
        "[Script Info]\n[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        + (
            "".join(
                f"Dialogue: Marked=0,{clock(a, '.')[1:-1]},{clock(b, '.')[1:-1]},*Default,,0,0,0,,"
                + text.replace("\n", "\\N")
                + "\n"
                for a, b, text in cues
            )
        )
    )


FORMATS = {"srt": srt, "vtt": vtt, "ass": ass, "ssa": ssa}


def texts(*lines: str) -> Timed:
    """Cues of these texts, each two seconds long."""
    return [(2.0 * k + 1, 2.0 * k + 2.9, text) for k, text in enumerate(lines)]


# Cues as files have them ----------------------------------------------------------------------------------------------

ONE, TWO = "00:00:01,000 --> 00:00:01,900", "00:00:02,000 --> 00:00:02,900"
FILES = [
    ("as it should be", f"1\n{ONE}\nHello.\n\n2\n{TWO}\nBye.\n", ["Hello.", "Bye."]),
    ("no blank lines", f"1\n{ONE}\nHello.\n2\n{TWO}\nBye.", ["Hello.", "Bye."]),
    ("no counters", f"{ONE}\nHello.\n\n{TWO}\n42\n", ["Hello.", "42"]),
    ("a number is said", f"1\n{ONE}\nHow old?\n42\n\n2\n{TWO}\n1984\n", ["How old?|42", "1984"]),
    ("blank lines doubled", f"1\r\r\n{ONE}\r\r\nHello.\r\r\n\r\r\n2\r\r\n{TWO}\r\r\nBye.\r\r\n", ["Hello.", "Bye."]),
    ("old Mac", f"1\r{ONE}\rHello.\r\r2\r{TWO}\rBye.\r", ["Hello.", "Bye."]),
    ("a mark in the middle", f"\ufeff1\n{ONE}\nHello.\n\n\ufeff2\n{TWO}\n\ufeffBye.\n", ["Hello.", "Bye."]),
    ("periods", f"1\n{ONE.replace(',', '.')}\nHello.\n", ["Hello."]),
    ("short times", "1\n0:0:1,0 --> 0:0:1,9\nHello.\n", ["Hello."]),
    ("no hours", "00:01.000 -> 00:01.900\nHello.\n", ["Hello."]),
    ("spaces in times", "1\n00: 00: 01, 000 --> 00: 00: 01, 900\nHello.\n", ["Hello."]),
    ("all on one line", f"1 {ONE} Hello.\n2 {TWO} Bye.\n", ["Hello.", "Bye."]),
    ("places on the screen", f"1\n{ONE}  X1:100 X2:200 Y1:010 Y2:020\nHello.\n", ["Hello."]),
    (
        "styles",
        f'1\n{ONE}\n{{\\an8}}<i>Hello,</i> <font color="#fff">you</FONT> <b>there</b>.\n',
        ["Hello, you there."],
    ),
    ("wild tags", f"1\n{ONE}\n<I>Hello</ i >, <br/>< b >you</b>.\n", ["Hello,|you."]),
    ("no tag", f"1\n{ONE}\nI <3 you, x < y & z > w.\n", ["I <3 you, x < y & z > w."]),
    ("entities", f"1\n{ONE}\nRock &amp; roll&nbsp;&lt;3\n", ["Rock & roll <3"]),
    ("decomposed", f"1\n{ONE}\nHo\u0302m nay\n", ["Hôm nay"]),
    (
        "WebVTT",
        "WEBVTT - a film\nKind: captions\n\nNOTE by me\nof two lines\n\nSTYLE\n::cue { color: red }\n\nintro\n"
        "00:01.000 --> 00:01.900 line:0 align:start\n<v.loud Ann>Hello <c.red>you</c></v>\n\nNOTE no --> cue\n\n"
        "00:02.000 --> 00:02.900\n<v Bob>Bye.\n",
        ["- Hello you", "- Bye."],
    ),
    (
        "ASS",
        "[Script Info]\nTitle: a film\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:02.00,0:00:02.90,Default,,0,0,0,,Bye,\\Nyou {\\i1}there{\\i0}\\h.\n"
        "Comment: 0,0:00:01.00,0:00:01.90,Default,,0,0,0,,not shown\n"
        "Dialogue: 0,0:00:01.50,0:00:01.90,Sign,,0,0,0,,{\\an7\\p1}m 0 0 l 100 0 100 100{\\p0}\n"
        "Dialogue: 0,0:00:01.00,0:00:01.90,Default,,0,0,0,,{\\k20}Hel{\\k30}lo.\n",
        ["Hello.", "Bye,|you there ."],
    ),
    (
        "rolling captions",
        "WEBVTT\nKind: captions\nLanguage: en\n\n"
        "00:00:00.000 --> 00:00:02.000 align:start position:0%\n \nso<00:00:00.500><c> today</c>\n\n"
        "00:00:02.000 --> 00:00:02.010 align:start position:0%\nso today\n \n\n"
        "00:00:02.010 --> 00:00:04.000 align:start position:0%\nso today\nwe<00:00:02.500><c> go</c>\n\n"
        "00:00:04.000 --> 00:00:04.010 align:start position:0%\nwe go\n \n\n"
        "00:00:05.010 --> 00:00:06.000 align:start position:0%\nwe go\nhome<00:00:04.500><c> again</c>\n",
        ["so today", "we go", "home again"],
    ),
    (
        "people repeat themselves",
        srt(texts("No.", "No.", "Why not?", "Because.")),
        ["No.", "No.", "Why not?", "Because."],
    ),
    ("twice the same", f"1\n{ONE}\nHello.\n\n2\n{ONE}\nHello.\n\n3\n{TWO}\nBye.\n", ["Hello.", "Bye."]),
    (
        "frame by frame",
        ass([(1 + k / 25, 1 + (k + 1) / 25, "The house by the river") for k in range(9)] + [(2, 3, "Bye.")]),
        ["The house by the river", "Bye."],
    ),
    ("out of order", srt([(1, 2, "One."), (5, 6, "Three."), (3, 4, "Two.")]), ["One.", "Two.", "Three."]),
    (
        "two disks in one file",
        srt([(1, 2, "One."), (3000, 3002, "Two."), (1, 3, "Three."), (2000, 2002, "Four.")]),
        ["One.", "Two.", "Three.", "Four."],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_cues(text: str, wanted: list[str]) -> None:
    cues = read_cues(text).cues
    assert ["|".join(cue.lines) for cue in cues] == wanted
    assert all(0 <= cue.start_ms <= cue.end_ms for cue in cues)
    assert looks_like_cues(text)


@pytest.mark.parametrize(
    "text", ["WEBVTT is a format.", "Dialogue: a play.", "[Events] of the year", "1\n2\n3", "10:30 lunch"]
)
def test_other_texts_are_none(text: str) -> None:
    assert not looks_like_cues(text)


def test_times() -> None:
    text = f"1\n{ONE}\nA\n\n2\n01:02:03.5 --> 01:02:04\nB\n\n3\n-00:00:01,500 --> 00:00:02,000\nC\n"
    file = read_cues(text + "\n4\n02:00:09,000 --> 02:00:08,000\nD\n")
    assert sorted((cue.start_ms, cue.end_ms) for cue in file.cues) == [
        (0, 2000), (1000, 1900), (3_723_500, 3_724_000), (7_209_000, 7_209_000)
    ]  # fmt: skip
    assert Counter(kind for kind, _ in file.set_aside) == {
        "time before the beginning": 1,
        "end before its beginning": 1,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Just text.\n",
            "no cue with times (found 'Just text.'); give a subtitle file with times, or name a text .txt",
        ),
        ("WEBVTT\n", "no cue with times (found 'WEBVTT'); give a subtitle file with times, or name a text .txt"),
        (
            f"1\n{ONE}\nHi.\n\n2\n00:00:xx,000 --> 00:00:02,000\nHo.\n",
            "line 6: times that cannot be read (found '00:00:xx,000 --> 00:00:02,000'); "
            "write them as 00:00:01,000 --> 00:00:02,000",
        ),
        (
            "[Events]\nDialogue: 0,0:00:xx.00,0:00:02.00,Default,,0,0,0,,Hi.\n",
            "line 2: an event that cannot be read (found 'Dialogue: 0,0:00:xx.00,0:00:02.00,Default,,0,0,0,,Hi.'); "
            "write it as Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Text",
        ),
        (
            "[Events]\nFormat: Layer, Style\n",
            "line 2: events without times or text (found 'Layer, Style'); name Start, End and Text, as Aegisub does",
        ),
        (
            f"1\n{ONE}\n{'a' * (MAX_CUE + 1)}\n",
            f"line 2: too long a cue (found {MAX_CUE + 2:,} characters); "
            "mend the file, or name it .txt if it is no subtitle file",
        ),
        (
            srt([(k, k + 0.5, "a") for k in range(MAX_CUES + 1)]),
            f"too many cues for one film (found more than {MAX_CUES:,}); cut the file into parts",
        ),
        (
            srt([(k, k + 0.5, "a") for k in range(MAX_CUES + 1)]).replace("-->", "->"),
            f"too many cues for one film (found more than {MAX_CUES:,}); cut the file into parts",
        ),
    ],
)
def test_faults(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        subtitle_document(text)
    assert str(caught.value) == message
    (tmp_path / "film.srt").write_text(text, "utf-8")
    done = run("align", tmp_path / "film.srt")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert message.removeprefix("line 6: ").removeprefix("line 2: ") in done.stderr


BOMBS = [
    "{",
    "{\\",
    "{\\p1}",
    "<",
    "<i",
    "<v a>b",
    "[",
    "(a",
    "- a. ",
    ". - A",
    "&amp;",
    "♪a ",
    "...",
    "0:",
    "A ",
    "a.b ",
]


@pytest.mark.parametrize("unit", BOMBS)
def test_bombs(unit: str) -> None:
    def lay_out(n: int) -> None:  # in cues as long as they may be
        each = unit * (MAX_CUE // 2 // len(unit))
        subtitle_document(srt([(k, k + 0.9, each) for k in range(n * 2 // MAX_CUE)]))

    assert_linear(lay_out, 320_000)


def test_bombs_of_ass() -> None:
    assert_linear(lambda n: subtitle_document(ass(texts("{\\p1}m 0 0" * (n // 10) + "{\\p0}Hello."))), 300_000)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["1\n", f"{ONE}\n", f"{TWO}\n", "WEBVTT\n", "[Events]\n", "Dialogue: 0,0:0:1.0,0:0:2.0,D,,0,0,0,,",
             "{\\p1}", "Hello. ", "Tôi đi… ", "…về. ", "- Ừ. - No? ", "♪ la ♪", "[x]", "(AB)", "A: ", "\n", "\n\n", "-",
             "…", "--", "<i>", "<v A>", "&#0;", "\r", "\u2028", "www.a.com", "Dịch: A", "00:99:99,9 --> 0:1:2\n"]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_a_file_holds_the_spans_are_those_of_the_text(parts: list[str]) -> None:
    try:
        whole = subtitle_document("".join(parts))
    except InputError:
        return
    for document in (whole, *(whole.tracks or ())):
        spans = [(cue.start, cue.end) for cue in document.cues]
        assert all(start < end <= len(document.text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
        covered = {k for start, end in spans for k in range(start, end)}
        assert all(document.text[k].isspace() or k in covered for k in range(len(document.text)))
        blocks = [(block.start, block.end) for block in document.blocks]
        assert blocks == sorted(blocks)
        assert all(document.text[start:end].strip() == document.text[start:end] for start, end in blocks)
        kept = keep_cues(document)
        assert "".join(kept.text[b.start : b.end] for b in kept.blocks).split() or not whole.blocks


# Sentences ------------------------------------------------------------------------------------------------------------

EN = ["The old boat lies on the beach.", "Nobody has painted it for years.", "My aunt wants to sell it.",
      "I would rather keep it.", "We talk about it every Sunday.", "Then it begins to rain.",
      "She closes the window."]  # fmt: skip
VI = ["Con thuyền cũ nằm trên bãi biển.", "Nhiều năm rồi không ai sơn nó.", "Dì tôi muốn bán nó.",
      "Tôi thì muốn giữ lại hơn.", "Chủ nhật nào chúng tôi cũng nói về nó.", "Rồi trời bắt đầu mưa.",
      "Dì đóng cửa sổ lại."]  # fmt: skip

JOINS = [
    ("plain", ["The old boat lies", "on the beach."], ["The old boat lies on the beach."]),
    ("lines of a cue", ["The old boat lies\non the beach."], ["The old boat lies on the beach."]),
    ("ellipses", ["I went to the…", "…market."], ["I went to the market."]),
    ("three stops", ["I went to the...", "... market. Alone."], ["I went to the market.", "Alone."]),
    ("an ellipsis behind", ["I went to the...", "market."], ["I went to the... market."]),
    ("an ellipsis before", ["I went to the", "...market."], ["I went to the market."]),
    ("trailing off", ["I went to the…", "Never mind."], ["I went to the…", "Never mind."]),
    ("an ellipsis alone", ["I went home.", "...", "It rained."], ["I went home.", "It rained."]),
    ("dashes", ["The man I told you about--", "--he is back."], ["The man I told you about he is back."]),
    ("interrupted", ["But I thought--", "Be quiet!"], ["But I thought--", "Be quiet!"]),
    ("several in a cue", ["It rained. We left.", "Why? Nobody knows."],
     ["It rained.", "We left.", "Why?", "Nobody knows."]),
    ("speakers", ["- Where?\n- There."], ["Where?", "There."]),
    ("speakers on a line", ["- Where is she? - There.", "She sleeps."], ["Where is she?", "There.", "She sleeps."]),
    ("speakers without spaces", ["-Where?\n–There."], ["Where?", "There."]),
    ("a speaker without stop", ["- Come here\n- No way", "- Come"], ["Come here", "No way", "Come"]),
    ("a speaker goes on", ["- I think that he", "went to Huế.", "- When?"], ["I think that he went to Huế.", "When?"]),
    ("broadcast", [">> Good evening.", ">>> Our top story tonight."], ["Good evening.", "Our top story tonight."]),
    ("a dash inside", ["It is a well-known – and old – story."], ["It is a well-known – and old – story."]),
    ("a name goes on", ["Yesterday I saw", "Minh at the market,", "and he waved."],
     ["Yesterday I saw Minh at the market, and he waved."]),
    ("I go on", ["The day that", "I met you was cold."], ["The day that I met you was cold."]),
    ("no stops, a sentence opens", ["He is not here", "The door was open", "and the lamp burned"],
     ["He is not here", "The door was open and the lamp burned"]),
    ("capitals alone", ["THE OLD BOAT LIES", "ON THE BEACH. IT IS", "VERY OLD."],
     ["THE OLD BOAT LIES ON THE BEACH.", "IT IS VERY OLD."]),
    ("what the picture shows", ["POLICE STATION\nWhere am I?", "He sleeps."],
     ["POLICE STATION", "Where am I?", "He sleeps."]),
    ("a title alone", ["Mr.", "Lee is here."], ["Mr. Lee is here."]),
    ("an abbreviation at the end", ["I asked Mr.", "Lee about it."], ["I asked Mr. Lee about it."]),
    ("a sound between", ["I went to the", "[MUSIC]", "market."], ["I went to the market."]),
    ("an advertisement between", ["I went to the", "www.example.com", "Market of Huế."], None),
    ("songs", ["♪ Row, row your boat ♪", "♪ gently down\nthe stream ♪"],
     ["Row, row your boat", "gently down", "the stream"]),
    ("labels", ["JOHN: Where?", "ANN: There.", "JOHN: Where there?", "OLD MAN: Here."],
     ["Where?", "There.", "Where there?", "Here."]),
    ("labels above", ["JOHN:\nWhere is she?", "ANN:\nThere.", "JOHN:\nWhere there?"],
     ["Where is she?", "There.", "Where there?"]),
    ("an ellipsis behind a sentence", ["- Who is it?", "…and then he left…", "…for good."],
     ["Who is it?", "…and then he left for good."]),
    ("an answer without stop", ["Really", "Minh was there, and he waved."],
     ["Really", "Minh was there, and he waved."]),
    ("one label is a word", ["NOTE: it is closed.", "He sleeps."], ["NOTE: it is closed.", "He sleeps."]),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("lines", "wanted"), [case[1:] for case in JOINS], ids=[case[0] for case in JOINS])
def test_joins(lines: list[str], wanted: list[str] | None, form: str) -> None:
    cues = [(k + 1.0, k + 1.95, line) for k, line in enumerate(lines)]
    article = parse_article(FORMATS[form](cues), srt(texts(*VI)))
    assert wanted is None or [s.text for s in article.source] == wanted


def test_a_pause_ends_a_sentence() -> None:
    pause = [(1, 2, "He had no name"), (9, 10, "Minh came back"), (10, 11, "and was tired.")]
    assert [s.text for s in parse_article(srt(pause), srt(texts(*VI))).source] == [
        "He had no name", "Minh came back and was tired."
    ]  # fmt: skip


def test_an_answer_of_one_letter_is_no_initial() -> None:
    article = parse_article(srt(texts(*EN)), srt(texts("Ừ.", "Trời mưa suốt đêm.", "À.", "Thế à?")))
    assert [s.text for s in article.target] == ["Ừ.", "Trời mưa suốt đêm.", "À.", "Thế à?"]


def test_vietnamese_that_leaves_out_stops() -> None:
    lines = ["Anh đang ở đâu vậy", "Em không thấy anh", "Mẹ hỏi anh suốt", "Lan đang chờ\nở ngoài cổng", "Về nhà đi"]
    article = parse_article(srt(texts(*EN)), srt(texts(*lines)))
    assert [s.text for s in article.target] == [line.replace("\n", " ") for line in lines]


def test_capitals_where_stops_are_left_out() -> None:
    said = (
        "Con thuyền cũ nằm trên bãi biển Nhưng nhiều năm rồi không ai sơn lại nó "
        "Dì của Minh thì muốn bán cho ông Lê ở Huế Tôi thì muốn giữ nó lại hơn "
        "Và chủ nhật nào chúng tôi cũng ngồi nói với nhau về nó"
    )
    article = parse_article(srt(texts(*EN)), srt(spread([said], 7)))
    assert [s.text for s in article.target] == [
        "Con thuyền cũ nằm trên bãi biển",
        "Nhưng nhiều năm rồi không ai sơn lại nó",
        "Dì của Minh thì muốn bán cho ông Lê ở Huế",
        "Tôi thì muốn giữ nó lại hơn",
        "Và chủ nhật nào chúng tôi cũng ngồi nói với nhau về nó",
    ]


def test_what_nobody_says_is_set_aside_and_told(tmp_path: Path) -> None:
    lines = ["[WIND]", EN[0], "(SIGHS) " + EN[1], "♪♪", *EN[2:], "Subtitles by Ann", "www.example.com"]
    (tmp_path / "film.en.srt").write_text(srt(texts(*lines)), "utf-8")
    (tmp_path / "film.vi.srt").write_text(srt(texts(*VI, "Dịch: Lan")), "utf-8")
    article = read_article(tmp_path / "film.en.srt", tmp_path / "film.vi.srt")
    assert [s.text for s in article.source] == EN
    assert Counter(kind for kind, _ in article.set_aside) == {"sound": 3, "credit": 2, "advertisement": 1}
    done = run("align", tmp_path / "film.en.srt", tmp_path / "film.vi.srt", "-o", tmp_path / "out.tsv")
    assert done.returncode == 0
    assert "\nset aside or mended: 3 × sound, 2 × credit, 1 × advertisement\n" in done.stderr


def test_songs_are_of_their_own_kind() -> None:
    article = parse_article(srt(texts(*EN, "♪ Sail away with me ♪")), srt(texts(*VI, "♪ Ra khơi cùng em ♪")))
    frame = align_article(article).to_frame()
    assert frame.iloc[-1][["src_text", "trg_text", "src_kind", "trg_kind"]].tolist() == [
        "Sail away with me", "Ra khơi cùng em", "lyrics", "lyrics"
    ]  # fmt: skip
    assert set(frame["src_kind"][:-1]) == {"body"}


# Twins ----------------------------------------------------------------------------------------------------------------


def spread(sentences: list[str], size: int, shift: float = 0.0, rate: float = 1.0) -> Timed:
    """Sentences as a translator's cues: cut every `size` words wherever that is, at the pace of speech."""
    words = [word for sentence in sentences for word in sentence.split()]
    cues, at = [], 1.0
    for k in range(0, len(words), size):
        text = " ".join(words[k : k + size])
        cues.append((at * rate + shift, (at + len(text) / 15) * rate + shift, text))
        at += len(text) / 15 + 0.05
    return cues


def pairs_of(alignment: Alignment) -> set[tuple[str, str]]:
    return {alignment.texts(bead) for bead in alignment.beads if not bead.is_null}


@pytest.mark.parametrize("form", FORMATS)
def test_a_subtitle_file_gives_the_pairs_of_its_plain_text(form: str, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in (f"film.en.{form}", f"film.vi.{form}", "en.txt", "vi.txt")]
    for path, text in zip(
        paths, (FORMATS[form](spread(EN, 5)), FORMATS[form](spread(VI, 7, 3)), " ".join(EN), " ".join(VI)), strict=True
    ):
        path.write_text(text, "utf-8")
    timed, plain = (align_article(read_article(paths[k], paths[k + 1])) for k in (0, 2))
    assert pairs_of(timed) == pairs_of(plain) == set(zip(EN, VI, strict=True))
    assert timed.to_frame()["quality"].tolist() == pytest.approx(plain.to_frame()["quality"].tolist(), abs=0.02)
    told = " ".join(timed.to_frame()["src_text"]) + " ".join(timed.to_frame()["trg_text"])
    assert not re.search(r"-->|\d:\d\d|Dialogue|WEBVTT", told)


def cp1258(text: str) -> bytes:
    """As Windows writes it: letters with their first mark, tones apart."""
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        parts += [unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones)), *tones]
    return "".join(parts).encode("cp1258")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1258"])
def test_encodings_are_those_of_all_documents(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "film.en.srt").write_text(srt(spread(EN, 5)), "ascii")
    text = srt(spread(VI, 6)).replace("\n", "\r\n")
    is_named = encoding == "cp1258"
    (tmp_path / "film.vi.srt").write_bytes(cp1258(text) if is_named else text.encode(encoding))
    article = read_article(tmp_path / "film.en.srt", tmp_path / "film.vi.srt", encoding=encoding if is_named else None)
    assert [s.text for s in article.target] == VI


def test_the_text_tells_what_the_suffix_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(vtt(texts(*EN)), "utf-8")
    (tmp_path / "b.srt").write_text(ass(texts(*VI)), "utf-8")
    article = read_article(tmp_path / "a.txt", tmp_path / "b.srt")
    assert ([s.text for s in article.source], [s.text for s in article.target]) == (EN, VI)


def test_cues_as_lines() -> None:
    en, vi = texts("so today we go", "to the old boat"), texts("hôm nay chúng ta", "ra chỗ con thuyền cũ")
    both = parse_article(srt(en), srt(vi))
    assert both.lines == "cues, as neither side has stops"
    assert [s.text for s in both.source] == ["so today we go", "to the old boat"]
    assert [s.text for s in parse_article(srt(en), srt(vi), lines=False).source] == ["so today we go to the old boat"]
    asked = parse_article(srt(texts("It rained. We", "left.")), srt(texts("Trời mưa. Chúng", "tôi đi.")), lines=True)
    assert [s.text for s in asked.source] == ["It rained. We", "left."]
    spoken = parse_article(srt(texts("- Yes.\n- Go.", *EN)), srt(texts("- Ừ.\n- Đi đi.", *VI)), lines=True)
    assert [s.text for s in (*spoken.source, *spoken.target)] == ["Yes. Go.", *EN, "Ừ. Đi đi.", *VI]
    assert len(parse_article(srt(en), srt(texts(*VI))).source) == 1  # the other side's sentences will cut it


# Two languages in one file --------------------------------------------------------------------------------------------


def bilingual(form: str, upside_down: bool = False) -> str:
    pairs = [(vi, en) if upside_down else (en, vi) for en, vi in zip(EN, VI, strict=True)]
    return FORMATS[form](texts(*("\n".join(pair) for pair in pairs)))


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("form", FORMATS)
def test_two_languages_in_each_cue(form: str, upside_down: bool) -> None:
    article = parse_article(bilingual(form, upside_down))
    assert ([s.text for s in article.source], [s.text for s in article.target]) == (EN, VI)
    alignment = align_article(article)
    assert pairs_of(alignment) == set(zip(EN, VI, strict=True))
    assert alignment.to_frame()["src_time"].tolist() == alignment.to_frame()["trg_time"].tolist()


def test_lines_too_short_to_tell_go_by_their_place() -> None:
    lines = [f"{en}\n{vi}" for en, vi in zip(EN, VI, strict=True)]
    article = parse_article(srt(texts(*lines[:3], "Minh!\nMinh ơi!", "OK.\nOK.", *lines[3:])))
    assert [s.text for s in article.source][3:5] == ["Minh!", "OK."]
    assert [s.text for s in article.target][3:5] == ["Minh ơi!", "OK."]


def test_two_languages_in_turn_and_by_style() -> None:
    in_turn = [(a, b, text) for (a, b, en), vi in zip(texts(*EN), VI, strict=True) for text in (en, vi)]
    assert [s.text for s in parse_article(srt(in_turn)).target] == VI
    styled = ass([cue for cue in in_turn if cue[2] in EN]).replace("Default", "EN") + "".join(
        line.replace("Default", "VI") + "\n"
        for line in ass([cue for cue in in_turn if cue[2] in VI]).split("\n")
        if line.startswith("Dialogue")
    )
    article = parse_article(styled)
    assert ([s.text for s in article.source], [s.text for s in article.target]) == (EN, VI)


def test_sentences_of_a_bilingual_file_run_over_cues() -> None:
    lines = ["The old boat lies\nCon thuyền cũ nằm", "on the beach.\ntrên bãi biển.", f"{EN[1]}\n{VI[1]}"]
    article = parse_article(srt(texts(*lines)))
    assert [s.text for s in article.source] == EN[:2]
    assert [s.text for s in article.target] == VI[:2]


def test_a_file_with_a_song_in_the_other_language_is_not_bilingual() -> None:
    songs = ["♪ Row, row your boat ♪", "♪ Gently down the stream ♪"]
    article = parse_article(srt(texts(*EN)), srt(texts(*VI[:3], *songs, *VI[3:])))
    assert [s.text for s in article.source] == EN
    assert len(article.target) == len(VI) + len(songs)


def test_an_english_file_alone_is_refused() -> None:
    with pytest.raises(InputError, match="no Vietnamese text"):
        parse_article(srt(texts(*EN)))


# Times ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def film() -> Alignment:
    article = parse_article(srt(spread(EN, 5)), srt(spread(VI, 7, 3)))
    return align_article(article)


def test_times_are_columns_where_there_are_any(film: Alignment, tmp_path: Path) -> None:
    frame = film.to_frame()
    assert tuple(frame.columns) == (*COLUMNS, *TIMES)
    assert frame["src_time"].map(lambda cell: re.fullmatch(r"[\d:]{8}\.\d{3}-[\d:]{8}\.\d{3}", cell)).notna().all()
    assert frame["src_time"][0].startswith("00:00:01.000-")
    assert frame["trg_time"][0].startswith("00:00:04.000-")
    for name in ("a.tsv", "a.jsonl", "a.parquet"):
        write_pairs(frame, tmp_path / name)
        again = pd.concat(read_pairs(tmp_path / name))
        assert again[list(TIMES)].to_numpy().tolist() == frame[list(TIMES)].to_numpy().tolist()
    plain = align_article(parse_article(" ".join(EN), " ".join(VI)))
    assert tuple(plain.to_frame().columns) == COLUMNS
    half = align_article(parse_article(srt(texts(*EN)), " ".join(VI)))
    assert set(half.to_frame()["trg_time"]) == {""}


def test_times_of_sentences() -> None:
    cues = [Cue(0, 10, 1000, 2000), Cue(11, 21, 2500, 3000)]
    sentences = [Sentence("a" * 5, 0, 5), Sentence("b" * 15, 6, 21)]
    assert sentence_times(cues, sentences).tolist() == [[1000, 1500], [1600, 3000]]
    assert [time_cell(cues, [s]) for s in sentences] == ["00:00:01.000-00:00:02.000", "00:00:01.000-00:00:03.000"]
    assert time_cell((), sentences) == time_cell(cues, []) == ""


def test_times_stay_with_boundaries_changed(film: Alignment) -> None:
    assert film.with_boundaries().cues == film.cues


# Back to cues ---------------------------------------------------------------------------------------------------------


def test_back_to_cues(film: Alignment) -> None:
    frame = film.to_cues()
    cues = spread(EN, 5)
    assert frame["src_text"].tolist() == [text for _, _, text in cues]
    assert " ".join(frame["trg_text"]) == " ".join(VI)
    assert frame["src_time"].tolist() == [f"{clock(a, '.')}-{clock(b, '.')}" for a, b, _ in cues]
    again = parse_article(srt_text(frame))
    assert ([s.text for s in again.source], [s.text for s in again.target]) == (EN, VI)


def test_what_the_target_alone_has_goes_with_the_cue_before() -> None:
    alignment = align_article(
        parse_article(srt(texts(*EN)), srt(texts(*VI[:3], "Chuông nhà thờ ở xa đổ mười hai tiếng.", *VI[3:])))
    )
    assert " ".join(alignment.to_cues()["trg_text"]).count("Chuông nhà thờ") == 1


def test_back_to_cues_needs_cues(tmp_path: Path) -> None:
    plain = align_article(parse_article(" ".join(EN), srt(texts(*VI))))
    with pytest.raises(InputError, match="the English has no cues; give subtitles"):
        plain.to_cues()
    (tmp_path / "en.txt").write_text(" ".join(EN), "utf-8")
    (tmp_path / "vi.srt").write_text(srt(texts(*VI)), "utf-8")
    done = run("align", tmp_path / "en.txt", tmp_path / "vi.srt", "--cues", tmp_path / "out.srt")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out.srt").exists()


@given(st.text(st.sampled_from("ab .,")), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_shares_are_the_whole(text: str, sizes: list[int]) -> None:
    text = " ".join(text.split())
    parts = share_out(text, sizes)
    assert len(parts) == len(sizes)
    assert " ".join(filter(None, parts)) == text


def test_the_command_writes_a_bilingual_file(tmp_path: Path) -> None:
    (tmp_path / "film.en.srt").write_text(srt(spread(EN, 5)), "utf-8")
    (tmp_path / "film.vi.srt").write_text(srt(spread(VI, 7)), "utf-8")
    both = tmp_path / "film.en.srt", tmp_path / "film.vi.srt"
    done = run("align", *both, "-o", tmp_path / "out.tsv", "--cues", tmp_path / "both.srt")
    assert done.returncode == 0
    assert f"\ncues: {len(spread(EN, 5))} English, {len(spread(VI, 7))} Vietnamese\n" in done.stderr
    assert [s.text for s in read_article(tmp_path / "both.srt").target] == VI
    done = run("align", *both, "--cues", both[0])
    assert done.returncode == 2
    assert "the output is also an input" in done.stderr


def test_cues_and_shown_pairs_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "film.en.srt").write_text(srt(spread(EN, 5)), "utf-8")
    (tmp_path / "film.vi.srt").write_text(srt(spread(VI, 7)), "utf-8")
    both = tmp_path / "film.en.srt", tmp_path / "film.vi.srt"
    done = run("align", *both, "--cues", "-")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "standard output has the pairs" in done.stderr
    done = run("align", *both, "-o", tmp_path / "out.tsv", "--cues", "-")
    assert (done.returncode, [s.text for s in parse_article(done.stdout).target]) == (0, VI)


@pytest.mark.parametrize(
    ("out", "what"), [("no/both.srt", "no such folder"), (".", "this is a folder"), ("", "no file name")]
)
def test_cues_without_a_place_are_refused_before_the_work(tmp_path: Path, out: str, what: str) -> None:
    (tmp_path / "film.en.srt").write_text(srt(spread(EN, 5)), "utf-8")
    (tmp_path / "film.vi.srt").write_text(srt(spread(VI, 7)), "utf-8")
    both = tmp_path / "film.en.srt", tmp_path / "film.vi.srt"
    done = run("align", *both, "-o", tmp_path / "out.tsv", "--cues", tmp_path / out if out else "")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert what in done.stderr
    assert not (tmp_path / "out.tsv").exists()


# Build ----------------------------------------------------------------------------------------------------------------


def test_a_corpus_of_subtitles_and_texts(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "film.en.srt").write_text(srt([*spread(EN, 5), (99, 100, "[bell]")]), "utf-8")
    (folder / "film.vi.srt").write_text(srt(spread(VI, 7)), "utf-8")
    (folder / "both.ass").write_text(bilingual("ass"), "utf-8")
    (folder / "story.en.txt").write_text(" ".join(EN), "utf-8")
    (folder / "story.vi.txt").write_text(" ".join(VI), "utf-8")
    (folder / "all.tsv").write_text(
        "id\ten\tvi\nfilm\tfilm.en.srt\tfilm.vi.srt\nboth\tboth.ass\t\nstory\tstory.en.txt\tstory.vi.txt\n", "utf-8"
    )
    total = build_corpus(folder / "all.tsv", tmp_path / "out", config=BuildConfig(compress=False), jobs=1)
    assert (total["documents"], total["counts"]["pairs"]) == (3, 3 * len(EN))
    (shard,) = (tmp_path / "out").rglob("00000*.tsv")
    frame = pd.read_csv(io.StringIO(shard.read_text("utf-8")), sep="\t", quoting=3, keep_default_na=False)
    assert tuple(frame.columns) == (*COLUMNS, *TIMES)
    assert {name: any(rows["src_time"]) for name, rows in frame.groupby("doc_id")} == {
        "film": True, "both": True, "story": False
    }  # fmt: skip
    documents = pd.read_csv(tmp_path / "out" / "documents.tsv", sep="\t", keep_default_na=False).set_index("id")
    assert documents["left_out"].to_dict() == {"film": "1 × sound", "both": "", "story": ""}


def test_errors_are_ours() -> None:
    assert issubclass(InputError, AlignerError)
    assert Article((), (), "", "", (), "two-files").cues == ((), ())


@pytest.mark.parametrize("times", ["00:00:03,000 00:00:04,000", "00:00:03,000 - 00:00:04,000", "0:03.5 – 0:04.5"])
def test_times_without_their_arrow_are_no_text(times: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nIt rained.\n\n2\n{times}\nWe left.\n"
    with pytest.raises(InputError, match="line 6: times that cannot be read"):
        subtitle_document(text)
