"""What the bytes of a TinyDB file must look like: shape, kind, schema number and migrations. Pure.

Reading and writing the file, and what to do about a damaged one, lie in `json_storage`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import orjson

from store.errors import Code, PatchbayError

SCHEMA = 2
"""The schema this version writes."""

META = "meta"
"""The table that says what the file is; its one record has the id "1"."""

Record: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, dict[str, Record]]
FrozenTables: TypeAlias = Mapping[str, Mapping[str, Mapping[str, Any]]]


class DamagedContentError(Exception):
    """The bytes are not what this file must hold; the message ends a sentence that begins "it"."""


class Content(NamedTuple):
    """The tables of a file, the meta table included, at the present schema."""

    tables: Tables
    read_schema: int
    """The schema the bytes were in; lower than `SCHEMA` when they were migrated."""


def decode(data: bytes, kind: str, name: str) -> Content:
    """Read the bytes of the file called `name`, which must be of `kind`, and migrate them.

    Raises `DamagedContentError`, and `STORE_NEWER` for bytes of a newer version.
    """
    if not data:
        raise DamagedContentError("is empty")
    try:
        tables = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DamagedContentError(f"is not JSON ({error})") from None
    _check_shape(tables)
    schema = _schema_of(tables, name)
    if schema > SCHEMA:
        raise PatchbayError(
            Code.STORE_NEWER,
            f"{name} was written by a newer Patchbay (schema {schema}, this one knows {SCHEMA}); "
            "nothing was changed. Update Patchbay to use this store.",
        )
    for older in range(schema, SCHEMA):
        tables = MIGRATIONS[older](tables, kind)
    if (found := tables[META]["1"].get("kind")) != kind:
        raise DamagedContentError(f"holds a {found!s} instead of a {kind}")
    return Content(tables, schema)


def encode(tables: FrozenTables, kind: str) -> bytes:
    """Return the bytes of a file of `kind` with these tables (any meta table among them is replaced)."""
    document: dict[str, Mapping[str, Any]] = {META: {"1": {"schema": SCHEMA, "kind": kind}}}
    document.update((name, dict(rows)) for name, rows in tables.items() if name != META)
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _check_shape(tables: object) -> None:
    if not isinstance(tables, dict):
        raise DamagedContentError("does not hold tables")
    for name, rows in tables.items():
        if not isinstance(rows, dict):
            raise DamagedContentError(f"does not hold records in its table {name!r}")
        for record in rows.values():
            if not isinstance(record, dict):
                raise DamagedContentError(f"holds something that is no record in its table {name!r}")


def _schema_of(tables: Tables, name: str) -> int:
    if META not in tables:
        return 0
    schema = tables[META].get("1", {}).get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise DamagedContentError("does not say its schema")
    return schema


def _from_schema_0(tables: Tables, kind: str) -> Tables:
    """Schema 0 had no meta table."""
    return {META: {"1": {"schema": 1, "kind": kind}}, **tables}


def _from_schema_1(tables: Tables, kind: str) -> Tables:
    """Schema 1 kept a signature, which nothing asked for, with each file seen in a worktree."""
    if kind != "worktree":
        return tables
    rows = {
        key: {
            **row,
            "files": {
                path: {field: value for field, value in file.items() if field != "signature"}
                for path, file in row.get("files", {}).items()
            },
        }
        for key, row in tables.get("worktree", {}).items()
    }
    return {**tables, "worktree": rows}


MIGRATIONS: dict[int, Callable[[Tables, str], Tables]] = {0: _from_schema_0, 1: _from_schema_1}
"""From a schema to the next: takes the tables and the kind of file, returns new tables."""
