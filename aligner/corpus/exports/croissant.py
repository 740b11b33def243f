"""What programs read of an exported corpus: its files, records, fields and licences, as Croissant has them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aligner.corpus.exports.licences import each_licence, licence_address
from aligner.errors import FilePath, printable
from aligner.files.whole import file_digest
from aligner.pairs.chunks import NUMBERS, OFFSETS, PAIR_ID, TEXTS
from aligner.pairs.formats import output_formats

CROISSANT: Final = "croissant.json"

_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context of Croissant 1.1 (appendix 1), which mlcroissant wants whole."""

_MEDIA: Final = {
    **{suffix: row.media for row in output_formats().values() for suffix in row.suffixes},
    **dict.fromkeys((".en", ".vi", ".ids"), "text/plain"),
    ".gz": "application/gzip",
    ".zst": "application/zstd",
    ".zip": "application/zip",
    ".json": "application/json",
    ".xml": "application/xml",
}
"""Media types by suffix."""

_TYPES: Final = dict.fromkeys(NUMBERS, "sc:Float") | dict.fromkeys(OFFSETS, "sc:Integer")


def describe_files(
    folder: FilePath,
    names: Iterable[str],
    *,
    title: str,
    description: str,
    licences: Iterable[str],
    records: Mapping[str, str],
    columns: Sequence[str],
    signature: str,
    has_dates: bool = True,
) -> str:
    """Write the Croissant metadata of a folder (https://mlcommons.org/croissant/1.1), as JSON-LD.

    Of what the standard asks for, ``url``, ``creator`` and ``datePublished`` are left to whoever publishes.

    Parameters
    ----------
    folder : str or path
        Where the files are.
    names : iterable of str
        Their paths below it, with slashes.
    title, description : str
        What it is called, and what it is.
    licences : iterable of str
        As they are stated.
    records : dict of str to str
        Files that hold records, by split; none where no reader of Croissant knows the format.
    columns : sequence of str
        Those of the records.
    signature : str
        What made it.
    has_dates : bool
        Whether the column ``date`` has dates or nothing, no other text.

    Returns
    -------
    str
        Its ``version`` is 0.0.0 with a digest of the files, since nobody has numbered it.

    Examples
    --------
    >>> told = describe_files(
    ...     ".", [], title="t", description="d", licences=["MIT"], records={}, columns=[], signature="s"
    ... )
    >>> json.loads(told)["license"]
    ['https://spdx.org/licenses/MIT']
    """
    files = [_file(folder, name) for name in sorted(names)]
    made = hashlib.sha256("\n".join(f"{file['@id']} {file['sha256']}" for file in files).encode()).hexdigest()
    types = {**_TYPES, **({"date": "sc:Date"} if has_dates else {})}
    addresses = [licence_address(licence) for licence in each_licence(licences) if licence]
    told = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": printable(title),
        "description": printable(f"{description} Signature: {signature}"),
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        **({"license": [printable(address) for address in dict.fromkeys(addresses)]} if addresses else {}),
        "inLanguage": ["en", "vi"],
        "version": f"0.0.0+{made[:12]}",
        "distribution": files,
        **(
            {"recordSet": [_record_set(split, name, columns, types) for split, name in records.items()]}
            if records
            else {}
        ),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _file(folder: FilePath, name: str) -> dict[str, Any]:
    """A file with its digest."""
    path = Path(folder, name)
    suffixes = [suffix for suffix in path.suffixes[-2:] if suffix in _MEDIA]
    # Of packed text both types: readers unpack by what the file begins with, and read by the type of the text.
    media = [_MEDIA[suffix] for suffix in suffixes] or ["application/octet-stream"]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": media[0] if len(media) == 1 else media,
        "sha256": file_digest(path).hex(),
    }


def _record_set(split: str, name: str, columns: Sequence[str], types: Mapping[str, str]) -> dict[str, Any]:
    """The records of a file: a field for each column, and for each of both texts where one column holds both."""
    places = {text: ("translation", path) for text, path in zip(TEXTS, ("en", "vi"), strict=True)}
    if "translation" not in columns:
        places = {}
    places |= {column: (column, "") for column in columns if column != "translation"}
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{split}/{field}",
            "name": field,
            "dataType": types.get(field, "sc:Text"),
            "source": {
                "fileObject": {"@id": name},
                "extract": {"column": column},
                **({"transform": {"jsonPath": path}} if path else {}),
            },
        }
        for field, (column, path) in places.items()
    ]
    key = {"key": {"@id": f"{split}/{PAIR_ID}"}} if PAIR_ID in columns else {}
    return {"@type": "cr:RecordSet", "@id": split, "name": split, **key, "field": fields}
