"""The peer of the screen: a minimal Textual app over a TinyDB file, with as many widgets as asked for.

`python -m tests.benchmarks.peer_app FILE WIDGETS`; j and k move, q quits.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import OptionList, Static
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


class PeerApp(App[None]):
    CSS = "#bay, OptionList, .panel { height: 1fr; } OptionList { width: 40; } .panel { width: 1fr; }"
    BINDINGS = [("j", "move('cursor_down')"), ("k", "move('cursor_up')"), ("q", "quit")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        rows = TinyDB(sys.argv[1], storage=OrjsonStorage).table("items").all()
        items = [Item.model_validate(row) for row in rows]
        yield Static("Peer")
        with Horizontal(id="bay"):
            yield OptionList(*[f"{item.name}  {item.state}" for item in items], markup=False)
            for number in range(int(sys.argv[2]) - 4):
                yield Static(f"panel {number}", classes="panel")
        yield Static("j k move  q quit")

    def action_move(self, how: str) -> None:
        getattr(self.query_one(OptionList), f"action_{how}")()


if __name__ == "__main__":
    PeerApp().run()
