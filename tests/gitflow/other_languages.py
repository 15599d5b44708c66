"""Random files of Go and Rust, whose members stand apart from their types, and what people do to them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from desk import Desk
from tinkering import NAMES

from store.source.partition import Partition, PieceKind, cut

TypeOrNone = str | None


def go_function(choice: random.Random, name: str, of: TypeOrNone = None) -> str:
    """A function in Go, or a method of a type."""
    comment = choice.choice(("", f"// {name} is told.\n"))
    receiver = f"(own *{of}) " if of else ""
    lines = "".join(f"\t_ = {choice.randint(0, 9)}\n" for _ in range(choice.randint(0, 2)))
    return f"{comment}func {receiver}{name}() int {{\n{lines}\treturn {choice.randint(0, 99)}\n}}\n"


def go_file(choice: random.Random) -> str:
    """A file of Go: types, methods behind them, functions."""
    parts = ["package shop\n", *choice.sample(('import "fmt"\n', "const Rate = 2\n"), choice.randint(0, 2))]
    types: list[str] = []
    for name in choice.sample(NAMES, choice.randint(3, 6)):
        kind = choice.random()
        if kind < 0.3:
            types.append(name.title())
            parts.append(f"type {name.title()} struct {{\n\tsize int\n}}\n")
        else:
            parts.append(go_function(choice, name, choice.choice(types) if types and kind < 0.7 else None))
        if choice.random() < 0.15:
            parts.append("// Something apart.\n")
    return "\n".join(sorted(parts, key=lambda one: not one.startswith(("package", "import"))))


def rust_function(choice: random.Random, name: str, of: TypeOrNone = None) -> str:
    """A function in Rust, or a method as it stands in an `impl`."""
    indent, own = ("    ", "&self") if of else ("", "")
    lines = [f"/// {name} is told."] if choice.random() < 0.3 else []
    lines += [f"pub fn {name}({own}) -> i32 {{"]
    lines += [f"    let _ = {choice.randint(0, 9)};" for _ in range(choice.randint(0, 2))]
    return "".join(f"{indent}{line}\n" for line in (*lines, f"    {choice.randint(0, 99)}", "}"))


def rust_file(choice: random.Random) -> str:
    """A file of Rust: types with their `impl`, functions."""
    parts = ["use std::fmt;\n", "const RATE: i32 = 2;\n"][: choice.randint(0, 2)]
    for name in choice.sample(NAMES, choice.randint(3, 6)):
        kind, of = choice.random(), name.title()
        if kind < 0.35:
            methods = [rust_function(choice, one, of) for one in choice.sample(NAMES, choice.randint(1, 3))]
            parts.append(f"pub struct {of} {{\n    size: i32,\n}}\n")
            parts.append(f"impl {of} {{\n" + "\n".join(methods) + "}\n")
            if kind < 0.1:
                parts.append(f"impl Told for {of} {{\n    fn told(&self) -> i32 {{\n        1\n    }}\n}}\n")
        else:
            parts.append(rust_function(choice, name))
        if choice.random() < 0.15:
            parts.append("// Something apart.\n")
    return "\n".join(parts)


FILES: dict[str, Callable[[random.Random], str]] = {"go": go_file, "rs": rust_file}
FUNCTIONS = {"go": go_function, "rs": rust_function}


def some_files(root: Path, choice: random.Random, language: str) -> Desk:
    """A repository of one or two random files of a language."""
    names = ("cart", "shop")[: choice.randint(1, 2)]
    return Desk(root, {f"app/{name}.{language}": FILES[language](choice) for name in names})


def edit_a_file(desk: Desk, choice: random.Random, language: str) -> None:
    """Do a few things to a file; what would not parse is hardly ever left so."""
    path = choice.choice(sorted(one.relative_to(desk.root).as_posix() for one in desk.root.glob("app/*")))
    text = desk.text(path)
    for _ in range(choice.randint(1, 3)):
        partition = cut(path, text)
        places = [at for at, one in enumerate(partition.pieces) if one.kind is not PieceKind.REST]
        if not places:
            break
        new = choice.choice(EDITS)(choice, partition, choice.choice(places), language)
        if cut(path, new).parses or choice.random() < 0.05:
            text = new
    desk.write(path, text)


def _top(partition: Partition) -> list[int]:
    """Where definitions stand at the top, behind the package and the imports."""
    pieces = enumerate(partition.pieces)
    plain = [(at, one) for at, one in pieces if one.kind is not PieceKind.REST and not one.container]
    return [at for at, one in plain if not one.text.startswith(("package", "import", "use "))]


def _change(choice: random.Random, partition: Partition, at: int, language: str) -> str:
    texts = [one.text for one in partition.pieces]
    texts[at] = re.sub(r"\d+", lambda _: str(choice.randint(0, 99)), texts[at], count=1)
    return "".join(texts)


def _delete(choice: random.Random, partition: Partition, at: int, language: str) -> str:
    texts = [one.text for one in partition.pieces]
    taken = partition.subtree(at)
    end = taken.stop + (taken.stop < len(texts) and not texts[taken.stop].strip())
    return "".join((*texts[: taken.start], *texts[end:]))


def _add(choice: random.Random, partition: Partition, at: int, language: str) -> str:
    name = f"new{choice.randint(0, 99)}"
    types = [one.key for one in partition.pieces if one.kind is PieceKind.CLASS]
    of = choice.choice([None, *types]) if language == "go" else None
    texts = [one.text for one in partition.pieces]
    if top := _top(partition):
        texts.insert(choice.choice(top), FUNCTIONS[language](choice, name, of) + "\n")
    return "".join(texts)


def _rename(choice: random.Random, partition: Partition, at: int, language: str) -> str:
    texts = [one.text for one in partition.pieces]
    name = partition.pieces[at].key.rpartition(".")[2].partition("<")[0]
    texts[at] = re.sub(rf"\b{re.escape(name)}\b", f"{name}2", texts[at])
    return "".join(texts)


def _exchange(choice: random.Random, partition: Partition, at: int, language: str) -> str:
    texts = [one.text for one in partition.pieces]
    ranges = [partition.subtree(one) for one in _top(partition)]
    if len(ranges) < 2:
        return "".join(texts)
    one, other = sorted(choice.sample(ranges, 2), key=lambda taken: taken.start)
    runs = (
        texts[: one.start],
        texts[other.start : other.stop],
        texts[one.stop : other.start],
        texts[one.start : one.stop],
        texts[other.stop :],
    )
    return "".join(text for run in runs for text in run)


EDITS = (_change, _change, _change, _delete, _add, _rename, _exchange)
