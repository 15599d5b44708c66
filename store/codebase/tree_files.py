"""The JSON files of a package tree: its head and its revisions, as bytes and values. Pure.

Where they lie, and when each is written, is decided in `package_tree`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import orjson

from store.codebase.protocol import Revision
from store.errors import Code, PatchbayError

_T = TypeVar("_T")

SCHEMA = 1
"""The schema this version writes."""
HEAD_KIND = "package-tree"
REVISION_KIND = "revision"


class DamagedTreeFileError(Exception):
    """The bytes are not what this file must hold."""


class Head(NamedTuple):
    """The present revision: its number, and the digest of each file's text by path."""

    number: int
    files: Mapping[str, str]


EMPTY = Head(0, {})
"""A package tree before its first revision."""


def encode_head(head: Head) -> bytes:
    """Return the bytes of `head.json`."""
    files = dict(sorted(head.files.items()))
    return _encode({"schema": SCHEMA, "kind": HEAD_KIND, "revision": head.number, "files": files})


def decode_head(data: bytes) -> Head:
    """Read `head.json`. Raises `DamagedTreeFileError` and `STORE_NEWER`."""
    return _decode(data, HEAD_KIND, lambda said: Head(int(said["revision"]), _digests(said["files"])))


def encode_revision(revision: Revision) -> bytes:
    """Return the bytes of a revision's file."""
    return _encode(
        {
            "schema": SCHEMA,
            "kind": REVISION_KIND,
            "revision": revision.id,
            "parent": revision.parent,
            "transaction": revision.transaction,
            "message": revision.message,
            "author": revision.author,
            "at": revision.at.isoformat(),
            "changes": {path: list(pair) for path, pair in revision.changes.items()},
        }
    )


def decode_revision(data: bytes) -> Revision:
    """Read a revision's file. Raises `DamagedTreeFileError` and `STORE_NEWER`."""
    return _decode(data, REVISION_KIND, _revision)


def applied(files: Mapping[str, str], changes: Mapping[str, tuple[str | None, str | None]]) -> dict[str, str]:
    """Return the files after the changes."""
    return _with(files, {path: after for path, (_, after) in changes.items()})


def taken_back(
    files: Mapping[str, str], changes: Mapping[str, tuple[str | None, str | None]]
) -> dict[str, str]:
    """Return the files before the changes."""
    return _with(files, {path: before for path, (before, _) in changes.items()})


def _with(files: Mapping[str, str], digests: Mapping[str, str | None]) -> dict[str, str]:
    result = dict(files)
    for path, digest in digests.items():
        if digest is None:
            result.pop(path, None)
        else:
            result[path] = digest
    return result


def _revision(said: Mapping[str, Any]) -> Revision:
    changes = {
        str(path): (_digest_or_none(before), _digest_or_none(after))
        for path, (before, after) in said["changes"].items()
    }
    return Revision(
        id=str(said["revision"]),
        transaction=_digest_or_none(said["transaction"]),
        message=str(said["message"]),
        author=str(said["author"]),
        at=datetime.fromisoformat(said["at"]),
        parent=_digest_or_none(said["parent"]),
        changes=changes,
    )


def _digest_or_none(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(value)


def _digests(files: Any) -> dict[str, str]:
    if not isinstance(files, dict) or not all(isinstance(digest, str) for digest in files.values()):
        raise TypeError("files")
    return files


def _encode(document: Mapping[str, object]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _decode(data: bytes, kind: str, build: Callable[[Mapping[str, Any]], _T]) -> _T:
    try:
        said = orjson.loads(data)
        schema = said["schema"]
        if schema > SCHEMA:
            raise PatchbayError(
                Code.STORE_NEWER,
                f"The package tree was written by a newer Patchbay (schema {schema}, known here: {SCHEMA}); "
                "nothing was changed. Update Patchbay to use this store.",
            )
        if said["kind"] != kind:
            raise DamagedTreeFileError(f"holds a {said['kind']} instead of a {kind}")
        return build(said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedTreeFileError(f"is not what a {kind} must be") from error
