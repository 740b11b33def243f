"""XML from outside, block by block: no DTD fetched, no entity expanded, characters that XML does not have taken out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from aligner.errors import FilePath, InputError
from aligner.files.streams import MAX_UNIT, decoder_of, read_blocks
from aligner.pairs.chunks import NOT_XML, Source, Tally

_REFERENCE: Final = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_NOT_XML_BYTES: Final = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_PARTS: Final = re.compile(rb"[\x0b\x0c\x1c-\x1f]|&#(?:x0{0,4}(?:[bBcC]|1[c-fC-F])|0{0,4}(?:11|12|28|29|30|31));")
"""Those among them that end a line, a page or a field."""

_TAIL: Final = 12
"""Bytes at the end of a block that may be the beginning of a reference."""

_MOST_NODES: Final = 20_000
"""Elements within one record: 10 MB of memory. Held by tests/test_localisation.py."""

_MOST_BETWEEN: Final = 64_000_000
"""Characters, and elements as 400 each, without a record: files of SDL Trados have the original document, packed,
before their units."""

_LONGEST_TOKEN: Final = 2_000_000
"""Bytes of a tag or comment: the parser begins it anew with each block."""

_MOST_LEVELS: Final = 1_000
"""Elements within elements: the parser keeps the name of each. Held, as those above, by tests/test_localisation.py."""

_ROOT: Final = re.compile(
    r"\ufeff?\s*(?:<\?[^<>]{0,1000}\?>\s*|<!--(?:[^-]|-(?!->)){0,20000}-->\s*|<!DOCTYPE[^<>\[]{0,1000}(?:\[[^\]]{0,2000}\]\s*)?>\s*)"
    r"{0,9}<([A-Za-z_][\w.:-]{0,60})"
)


def safe_parser(path: FilePath, encoding: str | None = None) -> expat.XMLParserType:
    """Return a parser that refuses to declare or to pass over entities; InputError when it meets one."""
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True

    def refuse_declaration(name: str, *_: Any) -> None:
        todo = "write the characters themselves and remove the declarations"
        line, found = parser.CurrentLineNumber, f"<!ENTITY {name[:60]}"
        raise InputError("entities declared in the DOCTYPE", path=path, line=line, found=found, todo=todo)

    def refuse_entity(name: str, _: bool) -> None:
        line, todo = parser.CurrentLineNumber, "write the character itself"
        raise InputError("an unknown entity", path=path, line=line, found=f"&{name[:60]};", todo=todo)

    parser.EntityDeclHandler = refuse_declaration
    parser.SkippedEntityHandler = refuse_entity
    return parser


def parse(
    parser: expat.XMLParserType,
    blocks: Iterable[bytes],
    source: Source,
    n_units: Callable[[], int],
    limit: int = MAX_UNIT,
) -> Iterator[None]:
    """Feed a parser block by block, with a pause after each.

    An encoding that the source names goes before what the XML declaration says: the parser must be one for UTF-8 then.

    Raises
    ------
    InputError
        If the file is empty or not well-formed, cannot be decoded, or has no new unit in `limit` bytes.
    """
    path = source.path
    decode = None if source.encoding is None else decoder_of(source.encoding, path)
    n_bytes = last_unit = last_count = 0
    try:
        for block in blocks:
            parser.Parse(block if decode is None else decode.decode(block).encode("utf-8"), False)
            yield
            n_bytes += len(block)
            if n_units() != last_count:
                last_unit, last_count = n_bytes, n_units()
            elif n_bytes - last_unit > limit:
                found, todo = f"more than {limit:,} bytes", "give a file of sentences"
                raise InputError("a unit too long", path=path, line=parser.CurrentLineNumber, found=found, todo=todo)
        if not n_bytes:
            raise InputError("the file is empty", path=path)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        found = expat.ErrorString(error.code)
        raise InputError(
            "not well-formed XML", path=path, line=error.lineno, found=found, todo="save it as XML again"
        ) from None
    except (LookupError, ValueError) as error:  # an encoding that Python or expat does not know, or wrong bytes
        todo = "save it as UTF-8, or give its encoding"
        raise InputError("cannot be decoded", path=path, found=str(error)[:100], todo=todo) from None


def mended(blocks: Iterator[bytes], tally: Tally) -> Iterator[bytes]:
    """Give blocks without the characters that XML does not have, bare or as references, which are counted.

    Those that part words (a vertical tab is the line break of slides) leave a space. In UTF-16, which has a zero byte
    in every tag, nothing is changed.

    Examples
    --------
    >>> tally = Tally()
    >>> list(mended(iter([b"<a>x&#11;y</a>"]), tally)), tally.skipped["characters that XML does not have"]
    ([b'<a>x y</a>'], 1)
    """

    def mend(found: re.Match[bytes]) -> bytes:
        if found[0].startswith(b"&") and not _is_no_xml(found):
            return found[0]
        tally.skipped["characters that XML does not have"] += 1
        return b" " if _PARTS.fullmatch(found[0]) else b""

    rest = b""
    is_wide: bool | None = None
    for block in itertools.chain(blocks, [b""]):
        data = rest + block
        is_wide = b"\0" in data[:64] if is_wide is None else is_wide
        at = data.rfind(b"&", max(len(data) - _TAIL, 0)) if block else -1
        whole = len(data) if data[-2:-1] != b"\xef" else len(data) - 2  # U+FFFE has three bytes
        whole -= data.endswith(b"\xef")
        cut = at if at >= 0 and b";" not in data[at:] else whole if block else len(data)
        data, rest = data[:cut], data[cut:]
        if not is_wide and (_NOT_XML_BYTES.search(data) or b"&#" in data):
            data = _REFERENCE.sub(mend, _NOT_XML_BYTES.sub(mend, data))
        if data:
            yield data


def _is_no_xml(reference: re.Match[bytes]) -> bool:
    """Whether a reference is to a character that XML does not have."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return not 0 < number <= 0x10FFFF or NOT_XML.match(chr(number)) is not None


@dataclass(slots=True)
class Node:
    """An element of a record.

    Attributes
    ----------
    name : str
        Without its prefix.
    attributes : dict of str to str
        With their prefixes.
    line : int
        Where it begins.
    parts : list of str and Node
        Its text and its elements, in order.
    """

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[str | Node] = field(default_factory=list)

    def children(self, *names: str) -> Iterator[Node]:
        """Give the elements right below it, of these names.

        Examples
        --------
        >>> [child.name for child in Node("a", {}, 1, ["x", Node("b", {}, 1), Node("c", {}, 1)]).children("c")]
        ['c']
        """
        return (part for part in self.parts if isinstance(part, Node) and part.name in names)

    def text(self, *breaks: str) -> str:
        """Give its text, with that of all elements in it, and a space where an element of the names `breaks` begins.

        Examples
        --------
        >>> node = Node("a", {}, 1, ["x", Node("br", {}, 1), Node("b", {}, 1, ["y"])])
        >>> node.text(), node.text("br")
        ('xy', 'x y')
        """
        told: list[str] = []
        stack = [iter(self.parts)]
        while stack:
            part = next(stack[-1], None)
            if part is None:
                stack.pop()
            elif isinstance(part, str):
                told.append(part)
            else:
                told.append(" " if part.name in breaks else "")
                stack.append(iter(part.parts))
        return "".join(told)


def read_nodes(
    source: Source, tally: Tally, roots: Iterable[str], records: Iterable[str], containers: Iterable[str] = ()
) -> Iterator[Node]:
    """Read the records of an XML file, each when it is whole; the root, and elements around records, when they begin.

    Memory is that of one block. Processing instructions are given as nodes of the name ``?target``.

    Parameters
    ----------
    roots, records, containers : iterable of str
        Names of elements, without prefix.

    Raises
    ------
    InputError
        As `parse` does, and if the root is another one or a record has more than 20,000 elements or 10 MB.
    """
    reader = _Nodes(source.path, frozenset(roots), frozenset(records), frozenset(containers))
    parser = reader.parser(None if source.encoding is None else "utf-8")
    for _ in parse(parser, mended(read_blocks(source.path), tally), source, lambda: reader.n_events, _LONGEST_TOKEN):
        yield from reader.found
        reader.found.clear()
    yield from reader.found


class _Nodes:
    """What expat calls: keeps the record being read and those that are whole."""

    def __init__(
        self, path: FilePath, roots: frozenset[str], records: frozenset[str], containers: frozenset[str]
    ) -> None:
        self.found: list[Node] = []
        self.n_events = self._depth = 0
        self._path, self._roots, self._records, self._containers = path, roots, records, containers
        self._open: list[Node] = []
        self._has_root = False
        self._n_nodes = self._n_letters = self._n_between = 0

    def parser(self, encoding: str | None) -> expat.XMLParserType:
        """A parser that calls this reader; one for each file."""
        parser = safe_parser(self._path, encoding)
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._stop
        parser.CharacterDataHandler = self._hear
        parser.CommentHandler = self._pass_over
        parser.ProcessingInstructionHandler = self._instruct
        self._parser = parser
        return parser

    def _pass_over(self, text: str) -> None:
        self.n_events += 1
        self._n_between += len(text) + 400
        self._check_between()

    def _check_between(self) -> None:
        if self._n_between > _MOST_BETWEEN:
            self._refuse(f"more than {_MOST_BETWEEN:,} characters without one")

    def _instruct(self, target: str, data: str) -> None:
        self._pass_over(data)
        if not self._open and not self._has_root:
            self.found.append(Node(f"?{target}", {}, self._parser.CurrentLineNumber, [data]))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.n_events += 1
        self._depth += 1
        if self._depth > _MOST_LEVELS:
            self._refuse(f"more than {_MOST_LEVELS:,} elements within each other")
        if self._open or name in self._records:
            node = Node(name, attributes, self._parser.CurrentLineNumber)
            if self._open:
                self._open[-1].parts.append(node)
            else:
                self._n_nodes = self._n_letters = 0
            self._open.append(node)
            self._n_nodes += 1
            if self._n_nodes > _MOST_NODES:
                self._refuse(f"more than {_MOST_NODES:,} elements")
        elif not self._has_root or name in self._containers:
            self._pass_over("")
            self.found.append(Node(name, attributes, self._parser.CurrentLineNumber))
            if not self._has_root and name not in self._roots:
                found, told = f"the root <{name[:60]}>", " or ".join(f"<{root}>" for root in sorted(self._roots))
                todo = f"give a file with the root {told}"
                raise InputError("XML of another kind", path=self._path, found=found, todo=todo)
        else:
            self._pass_over("")
        self._has_root = True

    def _stop(self, name: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.found.append(node)
                self._n_between = 0

    def _hear(self, text: str) -> None:
        self.n_events += 1
        if not self._open:
            self._n_between += len(text)
            self._check_between()
        else:
            self._open[-1].parts.append(text)
            self._n_letters += len(text)
            if self._n_letters > MAX_UNIT:
                self._refuse(f"more than {MAX_UNIT:,} characters")

    def _refuse(self, found: str) -> None:
        line = self._open[0].line if self._open else self._parser.CurrentLineNumber
        todo = "give a file of sentences"
        raise InputError("a unit too long", path=self._path, line=line, found=found, todo=todo)


def root_of(head: str) -> str:
    r"""Tell the root element of XML by its first characters, without a prefix; nothing where it is no XML.

    Examples
    --------
    >>> root_of('<?xml version="1.0"?><!-- a --><resources>'), root_of("<!DOCTYPE TS>\n<TS>"), root_of("a < b")
    ('resources', 'TS', '')
    """
    found = _ROOT.match(head)
    return found[1].rpartition(":")[2] if found else ""
