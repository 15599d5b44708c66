"""The peer of the command line: one verb with click, over a TinyDB file, that prints one JSON document.

`python -m tests.benchmarks.peer_verb FILE`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson
from pydantic import BaseModel
from tinydb import TinyDB
from tinydb.storages import Storage


class Item(BaseModel):
    name: str
    state: str


class OrjsonStorage(Storage):
    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def read(self) -> Any:
        return orjson.loads(self.path.read_bytes())

    def write(self, data: Any) -> None:
        self.path.write_bytes(orjson.dumps(data))


@click.command()
@click.argument("file")
def show(file: str) -> None:
    """Print the items."""
    rows = TinyDB(file, storage=OrjsonStorage).table("items").all()
    items = [Item.model_validate(row) for row in rows]
    click.echo(orjson.dumps({"items": [item.model_dump() for item in items]}))


if __name__ == "__main__":
    show()
