"""The page of a review attacked: other names, foreign pages, no cookie, odd requests; and edits that outlive a kill."""

import asyncio
import json
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest

import aligner
from aligner.cli import main
from aligner.errors import InputError
from aligner.review.beads import ReviewBead
from aligner.review.editing import Review
from aligner.review.server import CALLS, MAX_BODY, PAGE, App, Calls, Door, door_for
from aligner.review.serving import name_reviewer, open_review
from aligner.review.store import FILE, Store

HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
HOSTILE = "<script>document.title='ran'</script><img src=x onerror=alert(1)>"
BEADS = [
    ReviewBead(0, (HOSTILE,), ("Xin chào.",), quality=0.2),
    ReviewBead(1, ("How are you?",), ("Bạn khỏe không?",), quality=0.9),
]


class Answer(NamedTuple):
    """What the application said."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Page:
    """A browser that was given the address, or somebody who makes requests of any kind; and the review behind it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        self.store.add_document("walk.txt", BEADS, files=[], signature="made|by:hand")
        self.door = door_for("127.0.0.1", 8765)
        self.app = App(Calls(Review(self.store, "lan", lambda: "now"), folder, "walk", []), self.door)
        self.token = self.door.token
        self.cookie = ""

    def ask(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes = b"") -> Answer:
        """One request, its headers as they are given."""
        path, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
            "server": ("127.0.0.1", 8765), "client": ("127.0.0.1", 5),
        }  # fmt: skip
        sent: list[Any] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        given = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], given, b"".join(part.get("body", b"") for part in sent[1:]))

    def get(self, path: str) -> Answer:
        cookie = [("cookie", self.cookie)] if self.cookie else []
        answer = self.ask("GET", path, [("host", HOST), *cookie])
        if told := answer.headers.get("set-cookie"):
            self.cookie = told.partition(";")[0]
        return answer

    def come_in(self) -> None:
        assert self.get(f"/?token={self.token}").status == 303

    def post(self, name: str, asked: object, *more: tuple[str, str], **headers: str) -> Answer:
        """As the page sends it, but for what is said otherwise; an empty header is left out."""
        body = asked if isinstance(asked, bytes) else (asked if isinstance(asked, str) else json.dumps(asked)).encode()
        sent = {"host": HOST, "content-type": "application/json", "origin": ORIGIN, "cookie": self.cookie}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", f"/api/{name}", [*((n, v) for n, v in sent.items() if v), *more], body)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    made = Page(tmp_path)
    yield made
    made.store.close()


ACCEPT = {"document": 0, "version": 0, "kind": "accept", "bead": 0}


def test_the_token_is_exchanged_once_for_a_strict_cookie(page: Page) -> None:
    assert page.get("/").status == 401
    answer = page.get(f"/?token={page.token}")
    assert answer.status == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert page.token not in cookie
    assert page.get("/api/project").status == 200
    page.cookie = ""
    assert page.get(f"/?token={page.token}").status == 403
    assert page.get("/api/project").status == 401


ATTACKS: dict[str, tuple[int, dict[str, Any]]] = {
    "rebinding": (421, {"host": "evil.example:8765"}),
    "rebinding to a subdomain": (421, {"host": "127.0.0.1.evil.example:8765"}),
    "another port": (421, {"host": "127.0.0.1:80"}),
    "no port": (421, {"host": "127.0.0.1"}),
    "an address of all": (421, {"host": "0.0.0.0:8765"}),
    "user before the host": (421, {"host": f"evil@{HOST}"}),
    "an empty host": (421, {"host": " "}),
    "a foreign origin": (403, {"origin": "http://evil.example"}),
    "an origin of another port": (403, {"origin": "http://127.0.0.1:9"}),
    "https": (403, {"origin": f"https://{HOST}"}),
    "a file": (403, {"origin": "null"}),
    "an origin that begins alike": (403, {"origin": f"{ORIGIN}.evil.example"}),
    "no origin": (403, {"origin": ""}),
    "a page of others": (403, {"sec_fetch_site": "cross-site"}),
    "a page of this machine": (403, {"sec_fetch_site": "same-site"}),
    "a form": (415, {"content_type": "application/x-www-form-urlencoded"}),
    "a form with a file": (415, {"content_type": "multipart/form-data"}),
    "plain text": (415, {"content_type": "text/plain"}),
    "text that says JSON": (415, {"content_type": "text/plain; application/json"}),
    "no type": (415, {"content_type": ""}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_request_that_the_page_did_not_send_is_refused(page: Page, name: str) -> None:
    page.come_in()
    status, headers = ATTACKS[name]
    answer = page.post("edit", ACCEPT, **headers)
    assert answer.status == status
    assert page.store.edits(0, "lan") == []


def test_two_hosts_or_origins_are_refused(page: Page) -> None:
    page.come_in()
    assert page.post("edit", ACCEPT, ("host", HOST)).status == 400
    assert page.post("edit", ACCEPT, ("origin", ORIGIN)).status == 400
    assert page.store.edits(0, "lan") == []


BODIES: dict[str, object] = {
    "nothing": "",
    "no JSON": "{",
    "no object": [1],
    "nested": "[" * 100_000,
    "too long": json.dumps({"note": "x" * MAX_BODY}),
    "not text": b"\xff\xfe\x00",
    "no document": {"version": 0, "kind": "accept", "bead": 0},
    "a document that is none": {**ACCEPT, "document": 7},
    "a negative document": {**ACCEPT, "document": -1},
    "a document as text": {**ACCEPT, "document": "0"},
    "a document as a list": {**ACCEPT, "document": [0]},
    "a bead as true": {**ACCEPT, "bead": True},
    "a bead as a fraction": {**ACCEPT, "bead": 0.5},
    "a huge bead": {**ACCEPT, "bead": 10**30},
    "an unknown kind": {**ACCEPT, "kind": "__init__"},
    "a kind as an object": {**ACCEPT, "kind": {}},
    "an old version": {**ACCEPT, "version": 3},
    "a side that is none": {**ACCEPT, "kind": "pull", "side": "../../etc"},
    "a note as a number": {**ACCEPT, "kind": "flag", "note": 7},
    "a sentence that is none": {**ACCEPT, "kind": "edit", "side": "en", "sentence": 9, "text": "x"},
}


@pytest.mark.parametrize("name", BODIES)
def test_an_odd_request_is_an_answer_in_one_line(page: Page, name: str) -> None:
    page.come_in()
    answer = page.post("edit", BODIES[name])
    assert answer.status in (400, 409)
    error = answer.json()["error"]
    assert "\n" not in error
    assert 0 < len(error) < 1000
    assert page.store.edits(0, "lan") == []


def test_a_query_of_too_many_words_is_an_answer(page: Page) -> None:
    page.come_in()
    answer = page.get("/api/outline?document=0" + "&a=1" * 20)
    assert answer.status == 400
    assert "too many words" in answer.json()["error"]


@pytest.mark.parametrize(
    "path", ["/../etc/passwd", "/%2e%2e/etc/passwd", "/data/encoder.npz", "/review.html", "/api/", "/static/review.js"]
)
def test_nothing_else_is_served(page: Page, path: str) -> None:
    page.come_in()
    assert page.get(path).status == 404


@pytest.mark.parametrize("name", CALLS)
def test_every_call_wants_the_cookie_and_its_method(page: Page, name: str) -> None:
    answer = page.get(f"/api/{name}") if CALLS[name] == "GET" else page.post(name, {})
    assert answer.status == 401
    page.come_in()
    other = page.get(f"/api/{name}") if CALLS[name] == "POST" else page.post(name, {})
    assert other.status == 405


@pytest.mark.parametrize(
    "file", [{"format": "../../x"}, {"format": "html/../../x"}, {"format": None}, {"format": ["tsv"]}, {}]
)
def test_no_path_comes_from_the_page(page: Page, file: dict[str, Any]) -> None:
    page.come_in()
    before = sorted(page.folder.iterdir())
    assert page.post("export", file).status == 400
    assert sorted(page.folder.iterdir()) == before


def test_every_answer_forbids_what_a_text_could_do(page: Page) -> None:
    page.come_in()
    answers = [page.get(path) for path in PAGE] + [page.get("/api/project"), page.get("/nowhere")]
    for answer in answers[:-1]:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert answers[-1].status == 404
    html = (Path(aligner.__file__).parent / "data" / "review.html").read_text("utf-8")
    assert "<script>" not in html
    assert " style=" not in html


def test_a_page_reads_edits_and_writes(page: Page) -> None:
    page.come_in()
    project = page.get("/api/project").json()
    assert [d["name"] for d in project["documents"]] == ["walk.txt"]
    assert "tsv" in project["formats"]
    outline = page.get("/api/outline?document=0").json()
    assert (outline["ids"], outline["doubt"], outline["status"]) == ([0, 1], [800, 100], [0, 0])
    assert outline["progress"]["expected_wrong"] == pytest.approx(0.9)
    rows = page.get("/api/beads?document=0&start=0&count=500").json()["rows"]
    assert rows[0]["en"] == [HOSTILE]
    assert page.get("/api/beads?document=0&start=0&count=501").status == 400
    change = page.post("edit", ACCEPT).json()
    assert (change["at"], change["removed"], change["rows"][0]["status"]) == (0, 1, "accepted")
    assert change["progress"]["can_undo"]
    change = page.post("undo", {"document": 0, "version": change["version"]}).json()
    assert change["rows"][0]["status"] == ""
    assert page.post("redo", {"document": 0, "version": change["version"]}).status == 200
    assert page.post("redo", {"document": 0, "version": 3}).status == 409
    assert page.post("share", {"document": 0, "share": 0.5}).json()["more"] == 0
    assert page.post("share", {"document": 0, "share": 7}).status == 400
    assert page.post("export", {"format": "tsv"}).json() == {"file": "lan.tsv", "pairs": 2}
    assert "accepted" in (page.folder / "lan.tsv").read_text("utf-8")
    assert page.post("fit", {}).json()["labels"] == 1


def test_half_a_character_is_none(page: Page) -> None:
    page.come_in()
    asked = {"document": 0, "version": 0, "kind": "edit", "bead": 1, "side": "en", "sentence": 0, "text": "a\ud800b"}
    change = page.post("edit", asked).json()
    assert change["rows"][0]["en"] == ["a?b"]
    flagged = asked | {"version": change["version"], "kind": "flag", "bead": change["focus"], "note": "\udfff"}
    assert page.post("flag", flagged).status == 404
    assert page.post("edit", flagged).json()["rows"][0]["note"] == "?"


def test_doors_know_their_names() -> None:
    assert door_for("::1", 9).hosts == {"[::1]:9", "localhost:9"}
    tokens = {Door(frozenset(), "c").token for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)  # 256 bits
    assert not Door(frozenset(), "c").exchange("")


@pytest.mark.parametrize("name", ["", " ", "../x", "a/b", "x" * 61, ".hidden", "a\nb"])
def test_a_reviewer_has_a_name_that_is_a_files(name: str) -> None:
    with pytest.raises(InputError):
        name_reviewer(name)


def test_edits_are_only_added(page: Page) -> None:
    page.come_in()
    page.post("edit", ACCEPT)
    base = sqlite3.connect(page.folder / FILE)
    for statement in ("DELETE FROM edits", "UPDATE edits SET reviewer = 'x'"):
        with pytest.raises(sqlite3.Error, match="only added"):
            base.execute(statement)
    base.close()


def test_beads_that_somebody_changed_are_told(page: Page) -> None:
    base = sqlite3.connect(page.folder / FILE)
    base.execute("UPDATE beads SET bead = replace(bead, 'Bạn', 'Anh')")
    base.commit()
    base.close()
    with pytest.raises(InputError, match="not those that were read"):
        Review(page.store, "lan", str).open(0)


@pytest.mark.parametrize("content", [b"", b"no database" * 100, b"SQLite format 3\x00" + b"\xff" * 200])
def test_a_damaged_database_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    if not content:  # a file of no bytes is a database without tables: it was just made
        Store(tmp_path).close()
        return
    with pytest.raises(InputError, match="cannot be used"):
        Store(tmp_path)


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    base = sqlite3.connect(tmp_path / FILE)
    base.execute("PRAGMA user_version = 99")
    base.commit()
    base.close()
    with pytest.raises(InputError, match="not a review of this version"):
        Store(tmp_path)


EDITOR = """
import itertools, pathlib, sys
from aligner.review.editing import Review
from aligner.review.store import Store

review = Review(Store(pathlib.Path(sys.argv[1])), "lan", lambda: "now")
version = review.open(0).version
for kind in itertools.cycle(("accept", "reject", "clear")):
    version = review.edit(0, version, kind, 1).version
    print(version, flush=True)  # said to be confirmed
"""


def kill_while_editing(tmp_path: Path, moments: int, seed: int) -> int:
    """Kill an editor at so many moments; edits that were confirmed and are not there. Every state folds."""
    store = Store(tmp_path)
    store.add_document("d", BEADS, files=[], signature="")
    store.close()
    rng, lost = random.Random(seed), 0
    for _ in range(moments):
        editor = subprocess.Popen([sys.executable, "-c", EDITOR, tmp_path], stdout=subprocess.PIPE, text=True)
        assert editor.stdout is not None
        said = [editor.stdout.readline() for _ in range(rng.randint(1, 60))]
        editor.send_signal(signal.SIGKILL)
        said += editor.stdout.readlines()
        editor.wait()
        told = [int(line) for line in said if line.endswith("\n")]
        again = Store(tmp_path)
        state = again.state(0, "lan")
        lost += state.version < told[-1]
        assert [bead.id for bead in state.beads] == [0, 1]
        again.close()
    return lost


def test_a_kill_loses_no_confirmed_edit(tmp_path: Path) -> None:
    assert kill_while_editing(tmp_path, 2, seed=3) == 0


@pytest.mark.slow
def test_a_hundred_kills_lose_no_confirmed_edit(tmp_path: Path) -> None:
    assert kill_while_editing(tmp_path, 100, seed=7) == 0


# The verb, and the function for notebooks.


def write_pairs_file(tmp_path: Path) -> str:
    path = tmp_path / "pairs.tsv"
    path.write_text(
        "src_text\ttrg_text\nMy aunt sells tea.\tDì tôi bán trà.\nIt rained all night.\tTrời mưa suốt đêm.\n", "utf-8"
    )
    return str(path)


def test_a_notebook_gets_a_link_and_the_pairs(tmp_path: Path) -> None:
    with open_review(write_pairs_file(tmp_path), project=tmp_path / "p", reviewer="lan") as review:
        assert review.url.startswith("http://127.0.0.1:")
        assert f'href="{review.url}"' in review._repr_html_()
        assert review.pairs()["reviewed"].tolist() == ["", ""]
        import urllib.request

        with pytest.raises(urllib.error.HTTPError):  # type: ignore[attr-defined]
            urllib.request.urlopen(review.url.split("?")[0], timeout=20)


def test_the_verb_writes_compares_and_resolves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, project = write_pairs_file(tmp_path), str(tmp_path / "p")
    out = str(tmp_path / "out.tsv")
    assert main(["review", file, "--project", project, "--reviewer", "lan", "-o", out]) == 0
    assert "pairs: 2, 2 of them to keep; 0 decided by lan" in capsys.readouterr().err
    for name, kind in (("lan", "accept"), ("minh", "reject")):
        review = Review(Store(Path(project)), name, lambda: "now")
        review.edit(0, 0, kind, 0)
        review.store.close()
    assert main(["review", "--project", project, "--agreement", "lan", "minh"]) == 0
    told = capsys.readouterr().out
    assert "strict F1 1.0000; kappa of keep and drop 0.000 on 1 beads; conflicts: 1" in told
    assert "1 minh: My aunt sells tea. / Dì tôi bán trà. rejected" in told
    assert main(["review", "--project", project, "--reviewer", "final", "--resolve", "lan", "minh"]) == 0
    assert "conflicts: 1 in 1 documents" in capsys.readouterr().err
    assert main(["review", "--project", project, "--reviewer", "lan", "--fit"]) == 0
    assert "labels: 1 accepted, 0 rejected" in capsys.readouterr().out


def test_without_the_extra_nothing_is_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aligner.review.serving.find_spec", lambda name: None)
    file = write_pairs_file(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["review", file, "--no-browser"]) == 2
    assert "pip install 'envi-aligner[review]'" in capsys.readouterr().err
    with pytest.raises(aligner.MissingExtraError):
        open_review(file)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "nothing to review"),
        (["no/such.tsv"], "no such file"),
        (["--project", "no/such"], "no review there"),
        (["{file}", "--nulls"], "--nulls is about the file"),
        (["{file}", "--fit", "-o", "x.tsv"], "several things at once"),
        (["{file}", "--agreement", "a", "b"], "no such reviewer"),
        (["{file}", "-o", "x.docx"], "x.docx"),
        (["{file}", "--port", "70000", "--no-browser"], "port out of range"),
        (["{file}", "--project", "", "--fit"], "no name of a folder"),
        (["--project", "", "--fit"], "no name of a folder"),
        (["{file}", "--reviewer", "../x"], "no name for a reviewer"),
        (["-"], "no such file"),
        (["/dev/null"], "neither a file nor a folder"),
    ],
)
def test_bad_words_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_pairs_file(tmp_path)
    assert main(["review", *(word.replace("{file}", file) for word in words)]) == 2
    told = capsys.readouterr().err
    assert what in told
    assert told.count("\n") == 1
