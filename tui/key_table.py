"""The README's table of keys, made from the registry: `python -m tui.key_table README.md` writes it there."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tui.registry import DEFAULT_KEYMAP, SCREENS

_BETWEEN = re.compile(r"(?<=<!-- keys -->\n).*?(?=<!-- end -->)", re.DOTALL)


def key_table() -> str:
    """Give a Markdown table of every command with its keys, its name in `config.toml` and what it does."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    for screen in SCREENS:
        yield from (f"**{screen.title}**", "", "| key | command | what it does |", "|---|---|---|")
        for command in screen.own:
            keys = _cell(DEFAULT_KEYMAP.all_shown(command.id))
            yield f"| {keys} | `{command.id}` | {command.help.replace('|', chr(92) + '|')} |"
        yield ""


def _cell(keys: str) -> str:
    return " ".join(f"`{key}`" for key in keys.split())


def with_table(text: str) -> str:
    """Give a README's text with the table between its markers. Raises ValueError where there are none."""
    if not _BETWEEN.search(text):
        raise ValueError("there is no line <!-- keys --> with a line <!-- end --> after it")
    return _BETWEEN.sub(lambda _: "\n" + key_table(), text, count=1)


def main(path: Path) -> None:
    """Write the table into a README."""
    path.write_text(with_table(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
