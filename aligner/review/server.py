"""The page of a review and what it asks for, on this machine alone.

What a page of somebody else's could try is refused before anything is looked at: another name for this machine in
``Host`` (DNS rebinding), a foreign ``Origin``, a form's content type, no cookie. The cookie is given once, for the
token that the command prints, and goes back to this page alone (``SameSite=Strict``). No path comes from the page, and
no text is ever put into HTML here.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from aligner.errors import AlignerError, InputError, check_whole
from aligner.pairs.files import write_pairs
from aligner.pairs.formats import output_formats
from aligner.review.beads import ReviewBead
from aligner.review.editing import Change, OpenDocument, Review
from aligner.review.projects import fit_on_review, remarks_of, reviewed_pairs
from aligner.review.store import OutdatedError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_Call = Callable[[dict[str, Any]], dict[str, Any]]

PAGE: Final = {
    "/": ("review.html", "text/html"),
    "/review.css": ("review.css", "text/css"),
    "/review.js": ("review.js", "text/javascript"),
    "/marking.js": ("marking.js", "text/javascript"),
    "/review.svg": ("review.svg", "image/svg+xml"),
}
"""Files of the page, by their addresses."""

MAX_BODY: Final = 1 << 20
"""Bytes of a request at most: an edit is a sentence, and sentences have a few hundred (test_review_server.py)."""

MAX_FIELDS: Final = 10
"""Fields of a query: the page asks with three."""

MAX_ROWS: Final = 500
"""Beads that are given at once: more than any screen shows."""

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer."""


ASKED: Final = frozenset({"host", "origin", "sec-fetch-site", "content-type"})
"""Headers by which a request is refused: each may stand once."""


@dataclass(slots=True)
class Door:
    """Who may come in: the names of this machine, the one-time token, the cookie that it is exchanged for.

    Attributes
    ----------
    hosts : frozenset of str
        What ``Host`` may say, with the port.
    token, secret : str
        256 bits each; the token is empty once it was used.
    cookie : str
        Name of the cookie; with the port, since browsers do not tell ports apart.
    """

    hosts: frozenset[str]
    cookie: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def exchange(self, token: str) -> bool:
        """Whether this is the token, which then is none any more."""
        with self.lock:
            is_right = bool(self.token) and hmac.compare_digest(token.encode(), self.token.encode())
            if is_right:
                self.token = ""
            return is_right

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Whether these are the cookies of a browser that had the token."""
        return hmac.compare_digest(cookies.get(self.cookie, "").encode(), self.secret.encode())

    def refuses(self, headers: Mapping[str, str], method: str) -> tuple[int, str] | None:
        """Why a request is refused, with its status; None where nothing speaks against it. The cookie is not looked at.

        Examples
        --------
        >>> door = Door(frozenset({"127.0.0.1:8000"}), "c")
        >>> door.refuses({"host": "evil.example:8000"}, "GET")
        (421, 'another name for this machine')
        >>> door.refuses({"host": "127.0.0.1:8000"}, "GET")
        """
        host = headers.get("host", "")
        if host.lower() not in self.hosts:
            return 421, "another name for this machine"
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return 403, "a request from a page of others"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "a request from a page of others"
        if method == "POST":
            if origin is None:
                return 403, "a request that no page sent"
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                return 415, "not JSON"
        return None


def door_for(host: str, port: int) -> Door:
    """A door for the address that is served.

    Examples
    --------
    >>> sorted(door_for("127.0.0.1", 80).hosts)
    ['127.0.0.1:80', 'localhost:80']
    """
    names = {host if ":" not in host else f"[{host}]"}
    if host in ("127.0.0.1", "::1"):
        names.add("localhost")
    return Door(frozenset(f"{name}:{port}" for name in names), f"aligner_review_{port}")


class App:
    """The page and what it asks for, as an ASGI application.

    Parameters
    ----------
    calls : Calls
    door : Door
    """

    def __init__(self, calls: Calls, door: Door) -> None:
        self._door = door
        self._one_at_a_time = threading.Lock()
        self._app = Starlette(
            routes=[
                *(Route(path, self._page, methods=["GET"]) for path in PAGE),
                *(
                    Route(f"/api/{name}", self._answering(getattr(calls, name)), methods=[method])
                    for name, method in CALLS.items()
                ),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the headers before anything else."""
        if scope["type"] == "http":
            given = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
            why = self._door.refuses(dict(given), scope["method"])
            if why is None and any(n > 1 for name, n in Counter(name for name, _ in given).items() if name in ASKED):
                why = 400, "a header that stands twice"
            if why is not None:
                await _refused(*why)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _page(self, request: Request) -> Response:
        """A file of the page; for the token, the cookie."""
        token = request.query_params.get("token")
        if token is not None and request.url.path == "/":
            if not self._door.exchange(token):
                return _refused(403, "a token that was used or is none; start aligner review again")
            answer = RedirectResponse("/", 303, HEADERS)
            answer.set_cookie(self._door.cookie, self._door.secret, httponly=True, samesite="strict", path="/")
            return answer
        if not self._door.knows(request.cookies):
            return _refused(401, "open the address that aligner review printed")
        name, kind = PAGE[request.url.path]
        content = (resources.files("aligner") / "data" / name).read_bytes()
        return Response(content, 200, HEADERS, f"{kind}; charset=utf-8")

    def _answering(self, do: _Call) -> Callable[[Request], Awaitable[Response]]:
        """What a function says of a request, as JSON; bad input is an answer, too."""

        def alone(asked: dict[str, Any]) -> dict[str, Any]:
            with self._one_at_a_time:  # the documents that are open are shared
                return do(asked)

        async def endpoint(request: Request) -> Response:
            if not self._door.knows(request.cookies):
                return _refused(401, "open the address that aligner review printed")
            try:
                said = await run_in_threadpool(alone, await _asked(request))
            except OutdatedError as error:
                return _refused(409, str(error))
            except AlignerError as error:
                return _refused(400, str(error))
            return _Answer(said, 200, HEADERS)

        return endpoint


class _Answer(JSONResponse):
    """JSON whose texts may hold half a character, as names of files do."""

    def render(self, content: Any) -> bytes:
        """The bytes."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(
            "utf-8", "replace"
        )


def _refused(status: int, why: str) -> Response:
    return _Answer({"error": why}, status, HEADERS)


CALLS: Final = {
    "project": "GET", "outline": "GET", "beads": "GET", "edit": "POST", "undo": "POST", "redo": "POST",
    "realign": "POST", "share": "POST", "export": "POST", "fit": "POST",
}  # fmt: skip
"""What the page can ask for, each a method of `Calls`."""


async def _asked(request: Request) -> dict[str, Any]:
    """What a request says: its query, or the JSON of its body."""
    if request.method == "GET":
        try:
            pairs = parse_qs(request.url.query, max_num_fields=MAX_FIELDS)
        except ValueError:
            raise InputError("too many words", found=f"over {MAX_FIELDS}", todo="ask for one thing") from None
        return {name: int(values[-1]) if values[-1].isascii() and values[-1].isdigit() and len(values[-1]) < 10
                else values[-1] for name, values in pairs.items()}  # fmt: skip
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise InputError("a request that is too long", found=f"over {MAX_BODY} bytes", todo="send less")
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("not JSON", found=repr(body[:40]), todo="send an object") from None
    if not isinstance(asked, dict):
        raise InputError("not an object", found=type(asked).__name__, todo="send an object")
    return asked


class Calls:
    """What the page can ask for; docs/review.md has the list."""

    def __init__(self, review: Review, folder: Path, title: str, changed: list[str]) -> None:
        self._review, self._folder, self._title, self._changed = review, folder, title, changed

    def project(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Documents and how far each has come."""
        known = self._review.store.progress(self._review.reviewer)
        documents = self._review.store.documents()
        rows = [(d, known.get(d.document, (d.beads, 0, d.expected_wrong))) for d in documents]
        return {
            "title": self._title,
            "reviewer": self._review.reviewer,
            "reviewers": self._review.store.reviewers(),
            "signature": documents[0].signature if documents else "",
            "documents": [
                {"name": d.name, "beads": beads, "decided": decided, "expected_wrong": round(expected, 3)}
                for d, (beads, decided, expected) in rows
            ],
            "formats": [name for name, row in output_formats().items() if row.suffixes],
            "changed": self._changed,
            "remarks": remarks_of(self._review.store),
        }

    def outline(self, asked: dict[str, Any]) -> dict[str, Any]:
        """All beads of a document in a few numbers each."""
        opened = self._review.open(_whole(asked, "document"))
        beads = opened.beads
        statuses = {"": 0, "accepted": 1, "rejected": 2}
        doubts = (opened.doubts * 1000).round().astype(int).tolist()
        return {
            "version": opened.version,
            "ids": [bead.id for bead in beads],
            "doubt": doubts,
            "status": [statuses[bead.status] for bead in beads],
            "length": [max(sum(map(len, bead.source)), sum(map(len, bead.target))) for bead in beads],
            "sides": [bool(bead.source) + 2 * bool(bead.target) for bead in beads],
            "progress": self._progress(_whole(asked, "document")),
        }

    def beads(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Some beads of a document, whole."""
        opened = self._review.open(_whole(asked, "document"))
        start, count = _whole(asked, "start"), _whole(asked, "count")
        check_whole(count, "too many beads at once", 1, MAX_ROWS, todo=f"ask for {MAX_ROWS} at most")
        rows = [_row(opened, k) for k in range(start, min(start + count, len(opened.beads)))]
        return {"version": opened.version, "start": start, "rows": rows}

    def edit(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do something to a bead."""
        document, version, bead = (_whole(asked, name) for name in ("document", "version", "bead"))
        kind = asked.get("kind")
        return self._changed_by(document, self._review.edit(document, version, str(kind), bead, asked))

    def undo(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Take the newest edit back."""
        document = _whole(asked, "document")
        return self._changed_by(document, self._review.undo(document, _whole(asked, "version")))

    def redo(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do it again."""
        document = _whole(asked, "document")
        return self._changed_by(document, self._review.redo(document, _whole(asked, "version")))

    def realign(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Align again what nobody decided."""
        document = _whole(asked, "document")
        change = self._review.realign(document, _whole(asked, "version"))
        return self._changed_by(document, change) | {"changed": len(change.rows)}

    def share(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Choose the share of wrong beads that is aimed at."""
        self._review.aim(asked.get("share"))  # type: ignore[arg-type]
        return self._progress(_whole(asked, "document"))

    def export(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Write the pairs into the project's folder, in a format by its name."""
        rows, name = output_formats(), asked.get("format")
        if not isinstance(name, str) or name not in rows or not rows[name].suffixes:
            raise InputError("unknown format", found=repr(name), todo=f"give one of {', '.join(rows)}")
        file = f"{self._review.reviewer}{rows[name].suffixes[0]}"
        told = write_pairs(reviewed_pairs(self._review), self._folder / file, format=name)
        return {"file": file, "pairs": told["pairs"]}

    def fit(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What the decisions say of quality."""
        labels, lines = fit_on_review(self._review)
        return {"labels": labels, "told": lines}

    def _progress(self, document: int) -> dict[str, Any]:
        """How far a document has come."""
        opened = self._review.open(document)
        known = self._review.progress(document)._asdict()
        return known | {"can_undo": bool(opened.done), "can_redo": bool(opened.undone)}

    def _changed_by(self, document: int, change: Change) -> dict[str, Any]:
        """An edit as the page takes it."""
        opened = self._review.open(document)
        told: dict[str, Any] = {"version": change.version, "progress": self._progress(document), "focus": change.focus}
        if change.is_whole:
            return told | {"reload": True}
        rows = [_row(opened, change.at + k) for k in range(len(change.rows))]
        return told | {"at": change.at, "removed": change.removed, "rows": rows}


def _row(opened: OpenDocument, k: int) -> dict[str, Any]:
    """A bead as the page draws it."""
    bead: ReviewBead = opened.beads[k]
    offered = opened.offered(k)
    return {
        "id": bead.id,
        "en": list(bead.source),
        "vi": list(bead.target),
        "doubt": round(bead.doubt, 4),
        "quality": bead.quality,
        "probability": bead.probability,
        "status": bead.status,
        "touched": bead.touched,
        "note": bead.note,
        "reasons": bead.reasons,
        "told": bead.told,
        "repair": None
        if offered is None
        else {
            "replaces": list(offered.replaces),
            "beads": [{"en": list(source), "vi": list(target)} for source, target in offered.beads],
        },
    }


def _whole(asked: Mapping[str, Any], name: str) -> int:
    """A number that a request must have."""
    value = asked.get(name)
    check_whole(value, f"{name} is no number", 0, 2**53, todo="reload the page")
    return int(value)  # type: ignore[arg-type]
