"""Random files of definitions, and what people do to them in an editor and with git."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from desk import Desk

from store.source.partition import Piece, PieceKind, cut
from store.source.texts import newline_of
from store.source.verdict import check

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")
MODULES = ("os", "json", "re", "math")
VALUES = ("1", "[]", "RATE", "os.name", "json.dumps(1)", "re.compile('x')", "alpha", "beta()", "math.pi")


def function(choice: random.Random, name: str, indent: str = "") -> str:
    """A function, or a method, of one to four lines."""
    decorator = choice.choice(("", "", "@staticmethod\n" if indent else "# About it.\n"))
    own = "self" if indent and "static" not in decorator else ""
    lines = [f"def {name}({own}):"]
    if choice.random() < 0.3:
        lines.append(f'    """Say {name}."""')
    lines += [f"    kept = {choice.choice(VALUES)}" for _ in range(choice.randint(0, 2))]
    lines.append(f"    return {choice.choice(VALUES)}")
    return "".join(f"{indent}{line}\n" for line in (*decorator.splitlines(), *lines))


def overloads(choice: random.Random, name: str) -> str:
    """A function with two signatures of its own, which are one piece with it."""
    signature = f"@overload\ndef {name}(x): ...\n"
    return f"{signature}\n\n{signature}\n\n{function(choice, name)}"


def a_class(choice: random.Random, name: str) -> str:
    """A class with up to three members."""
    parts = [f"class {name}:\n"]
    if choice.random() < 0.4:
        parts.append(f'    """A {name}."""\n\n')
    members = choice.sample(NAMES, choice.randint(0, 3))
    if choice.random() < 0.4 or not members:
        parts.append(f"    limit = {choice.randint(1, 9)}\n" + ("\n" if members else ""))
    return "".join(parts) + "\n".join(function(choice, one, "    ") for one in members)


def definition(choice: random.Random, name: str) -> str:
    """Any definition of this name."""
    kind = choice.random()
    if kind < 0.15:
        return f"{name} = {choice.choice(VALUES)}\n"
    if kind < 0.2:
        return overloads(choice, name)
    return a_class(choice, name) if kind < 0.4 else function(choice, name)


def python_file(choice: random.Random) -> str:
    """A Python file: perhaps a docstring, imports, and definitions with comments between them."""
    parts = []
    if choice.random() < 0.5:
        parts.append('"""What is here."""\n\n')
    used = [f"import {one}\n" for one in MODULES if choice.random() < 0.7]
    if choice.random() < 0.3:
        used.append("from typing import overload\n")
    parts.append("".join(used) + "\n" if used else "")
    parts.append("RATE = 2\n")
    for name in choice.sample(NAMES, choice.randint(1, 6)):
        gap = choice.choice(("\n\n", "\n\n", "\n", "\n\n\n", "\n\n# Something apart.\n\n\n"))
        parts.append(gap + definition(choice, name))
    text = "".join(parts)
    if choice.random() < 0.1:
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if choice.random() < 0.15 else text


# Edits


def _pieces(text: str) -> list[Piece]:
    return list(cut("a.py", text).pieces)


def _definitions(pieces: Sequence[Piece]) -> list[int]:
    return [at for at, one in enumerate(pieces) if one.kind is not PieceKind.REST]


def _subtree(text: str, at: int) -> range:
    return cut("a.py", text).subtree(at)


def change_body(choice: random.Random, text: str) -> str:
    """Change a value somewhere in a definition."""
    pieces = _pieces(text)
    texts = [one.text for one in pieces]
    for at in choice.sample(_definitions(pieces), len(_definitions(pieces))):
        lines = texts[at].splitlines(keepends=True)
        places = [row for row, line in enumerate(lines) if re.search(r"(return|=) \S", line)]
        if places:
            row = choice.choice(places)
            lines[row] = re.sub(r"(return|=) [^\r\n]*", rf"\1 {choice.choice(VALUES)}", lines[row])
            texts[at] = "".join(lines)
            break
    return "".join(texts)


def delete_definition(choice: random.Random, text: str) -> str:
    """Take a definition out, a class with all of it, and perhaps the blank lines behind it."""
    pieces = _pieces(text)
    if not pieces:
        return text
    at = choice.choice(_definitions(pieces) or [0])
    taken = _subtree(text, at)
    end = taken.stop
    if choice.random() < 0.8 and end < len(pieces) and not pieces[end].text.strip():
        end += 1
    return "".join(one.text for one in (*pieces[: taken.start], *pieces[end:]))


def add_definition(choice: random.Random, text: str) -> str:
    """Put a new definition before another."""
    pieces = _pieces(text)
    top = [at for at in _definitions(pieces) if not pieces[at].container]
    free = [one for one in NAMES if not any(piece.key == one for piece in pieces)]
    if not free:
        return text
    new = definition(choice, choice.choice(free)) + choice.choice(("\n\n", "\n", ""))
    texts = [one.text for one in pieces]
    at = choice.choice([*top, len(texts)])
    if at == len(texts) and text and not text.endswith("\n"):
        texts.append("\n")
        at += 1
    texts.insert(at, new.replace("\n", "\r\n") if "\r\n" in text else new)
    return "".join(texts)


def rename_definition(choice: random.Random, text: str) -> str:
    """Give a definition another name, perhaps another text too."""
    pieces = _pieces(text)
    if not pieces:
        return text
    at = choice.choice(_definitions(pieces) or [0])
    old = pieces[at].key.rpartition(".")[2]
    new = choice.choice([one for one in NAMES if one not in text] or ["another"])
    texts = [one.text for one in pieces]
    texts[at] = re.sub(rf"((?:def|class) |^){old}\b", rf"\1{new}", texts[at], flags=re.MULTILINE)
    return "".join(texts)


def reorder(choice: random.Random, text: str) -> str:
    """Put a definition where another is."""
    pieces = _pieces(text)
    ranges = [_subtree(text, at) for at in _definitions(pieces) if not pieces[at].container]
    if len(ranges) < 2:
        return text
    first, second = sorted(choice.sample(ranges, 2), key=lambda one: one.start)
    if not text.endswith("\n"):
        return text
    runs = (
        pieces[: first.start],
        pieces[second.start : second.stop],
        pieces[first.stop : second.start],
        pieces[first.start : first.stop],
        pieces[second.stop :],
    )
    return "".join(one.text for run in runs for one in run)


def change_imports(choice: random.Random, text: str) -> str:
    """Add an import, or take one out."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    rows = [row for row, line in enumerate(lines) if line.startswith("import ")]
    if rows and choice.random() < 0.4:
        del lines[choice.choice(rows)]
    else:
        at = rows[-1] + 1 if rows else (2 if text.startswith('"""') else 0)
        lines.insert(at, f"import {choice.choice(MODULES)}{newline}")
    return "".join(lines)


def change_gap(choice: random.Random, text: str) -> str:
    """Set other blank lines, or another comment, between two definitions."""
    pieces = _pieces(text)
    texts = [one.text for one in pieces]
    newline = "\r\n" if "\r\n" in text else "\n"
    gaps = [at for at, one in enumerate(pieces) if one.kind is PieceKind.REST and "import" not in one.key]
    if not gaps:
        return text
    at = choice.choice(gaps)
    if not texts[at].strip():
        texts[at] = newline * choice.randint(1, 4)
    elif choice.random() < 0.5:
        texts[at] += f"# And more.{newline}{newline}"
    else:
        texts[at] = newline * 2
    return "".join(texts)


def break_syntax(choice: random.Random, text: str) -> str:
    """Leave a bracket open."""
    return text.replace("return ", "return (", 1)


def move_comment(choice: random.Random, text: str) -> str:
    """Put a comment that stands apart somewhere else between two definitions."""
    pieces = _pieces(text)
    texts = [one.text for one in pieces]
    rests = [at for at, one in enumerate(pieces) if one.kind is PieceKind.REST and not one.container]
    told = [at for at in rests if texts[at].strip().startswith("#") and "import" not in pieces[at].key]
    others = [at for at in rests if not texts[at].strip()]
    if not told or not others:
        return text
    one, other = choice.choice(told), choice.choice(others)
    texts[one], texts[other] = texts[other], texts[one]
    return "".join(texts)


def add_several_names(choice: random.Random, text: str) -> str:
    """Put an assignment of two names at once before a definition."""
    name = choice.choice(NAMES)
    pieces = _pieces(text)
    top = [at for at in _definitions(pieces) if not pieces[at].container]
    if not top or any(name in one.binds or f"{name}_too" in one.binds for one in pieces):
        return text
    texts = [one.text for one in pieces]
    texts.insert(choice.choice(top), f"{name} = {name}_too = 3{newline_of(text)}")
    return "".join(texts)


def add_type_checking(choice: random.Random, text: str) -> str:
    """Import for the type checker alone, and use it."""
    if "TYPE_CHECKING" in text or not text.endswith("\n"):
        return text
    imports = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from decimal import Decimal\n"
    user = "\n\ndef typed(x: Decimal):\n    return 1\n"
    pieces = _pieces(text)
    at = next((row for row, one in enumerate(pieces) if one.kind is not PieceKind.REST), len(pieces))
    if choice.random() < 0.3:
        at = choice.choice([row for row, one in enumerate(pieces) if not one.container])
    texts = [one.text for one in pieces]
    texts.insert(at, (imports + "\n").replace("\n", newline_of(text)))
    return "".join(texts) + user.replace("\n", newline_of(text))


EDITS: tuple[Callable[[random.Random, str], str], ...] = (
    change_body,
    change_body,
    change_body,
    delete_definition,
    add_definition,
    add_definition,
    rename_definition,
    reorder,
    change_imports,
    change_gap,
    break_syntax,
)


MORE_EDITS = (*EDITS, *(move_comment, add_several_names, add_type_checking) * 3)


def edited(
    choice: random.Random, text: str, edits: Sequence[Callable[[random.Random, str], str]] = EDITS
) -> str:
    """Give a text after a few edits; one that does not parse is mended first."""
    text = text.replace("return (", "return ")
    for _ in range(choice.randint(1, 3)):
        new = choice.choice(edits)(choice, text)
        text = new if check("a.py", new.replace("return (", "return ")).parses else text
    return text


# What people do


def python_paths(desk: Desk) -> list[str]:
    """The Python files of a desk, sorted."""
    return sorted(one.relative_to(desk.root).as_posix() for one in desk.root.glob("app/*.py"))


def edit_a_file(desk: Desk, choice: random.Random) -> None:
    """Edit a Python file."""
    if paths := python_paths(desk):
        path = choice.choice(paths)
        desk.write(path, edited(choice, desk.text(path)))


def edit_more(desk: Desk, choice: random.Random) -> None:
    """Edit a Python file, with edits that are rarer."""
    if paths := python_paths(desk):
        path = choice.choice(paths)
        desk.write(path, edited(choice, desk.text(path), MORE_EDITS))


def move_to_another_file(desk: Desk, choice: random.Random) -> None:
    """Move a definition to the end of another file."""
    paths = [path for path in python_paths(desk) if check(path, desk.text(path)).parses]
    if len(paths) < 2:
        return
    source, target = choice.sample(paths, 2)
    pieces = _pieces(desk.text(source))
    top = [at for at in _definitions(pieces) if not pieces[at].container]
    if len(top) < 2:
        return
    taken = _subtree(desk.text(source), choice.choice(top))
    moved = "".join(pieces[at].text for at in taken)
    there = desk.text(target)
    if pieces[taken.start].key in {one.key for one in _pieces(there)} or not there.endswith("\n"):
        return
    lines = moved.replace("\r\n", "\n").rstrip("\n") + "\n"
    desk.write(target, there + f"\n\n{lines}".replace("\n", newline_of(there)))
    desk.write(source, "".join(one.text for at, one in enumerate(pieces) if at not in taken))


def add_a_file(desk: Desk, choice: random.Random) -> None:
    """Add a file of definitions, of text, of bytes, or a link."""
    name = choice.choice(NAMES)
    kind = choice.random()
    if kind < 0.6:
        desk.write(f"app/{name}.py", python_file(choice))
    elif kind < 0.8:
        desk.write(f"{name}.txt", "".join(f"{one}\n" for one in choice.sample(NAMES, 3)))
    elif kind < 0.9:
        desk.write(name, b"\0\xff" + bytes([choice.randint(0, 9)]))
    elif not (desk.root / "link").is_symlink():
        (desk.root / "link").symlink_to(choice.choice(python_paths(desk) or ["notes.txt"]))


def remove_a_file(desk: Desk, choice: random.Random) -> None:
    """Remove a file."""
    if paths := python_paths(desk):
        (desk.root / choice.choice(paths)).unlink()


def rename_a_file(desk: Desk, choice: random.Random) -> None:
    """Rename a file."""
    free = [one for one in NAMES if not (desk.root / f"app/{one}.py").exists()]
    if (paths := python_paths(desk)) and free:
        (desk.root / choice.choice(paths)).rename(desk.root / f"app/{choice.choice(free)}.py")


def change_a_mode(desk: Desk, choice: random.Random) -> None:
    """Make a file executable, or not."""
    if paths := python_paths(desk):
        place = desk.root / choice.choice(paths)
        place.chmod(0o644 if place.stat().st_mode & 0o100 else 0o755)


def edit_through_the_link(desk: Desk, choice: random.Random) -> None:
    """Edit the file that a symbolic link leads to."""
    if (desk.root / "link").exists():
        desk.write("link", edited(choice, desk.text("link")))


def take_a_file_back(desk: Desk, choice: random.Random) -> None:
    """Bring a file back to what the index has."""
    desk.git("checkout", "--quiet", "--", choice.choice(python_paths(desk) or ["."]), check=False)


def stash_and_pop(desk: Desk, choice: random.Random) -> None:
    """Put the changes aside, look, and bring them back."""
    if not desk.git("status", "--porcelain", "--untracked-files=no"):
        return
    desk.git("stash", "--quiet")
    if choice.random() < 0.7:
        desk.look()
    desk.git("stash", "pop", "--quiet")


def commit_by_hand(desk: Desk, choice: random.Random) -> None:
    """Commit all that is tracked, or one file, by git itself."""
    paths = ["-a"] if choice.random() < 0.5 else ["--", choice.choice(python_paths(desk) or ["notes.txt"])]
    desk.git("commit", "--quiet", "-m", "by hand", *paths, check=False)


def stage(desk: Desk, choice: random.Random) -> None:
    """Stage a file."""
    if paths := python_paths(desk):
        desk.git("add", "--", choice.choice(paths))


def reset(desk: Desk, choice: random.Random) -> None:
    """Go back by a commit: the branch, the index, the tree."""
    if "\n" in desk.git("log", "--format=%h"):
        desk.git("reset", "--quiet", choice.choice(("--soft", "--mixed", "--hard")), "HEAD~")


def amend(desk: Desk, choice: random.Random) -> None:
    """Take what is changed into the last commit."""
    desk.git("commit", "--quiet", "-a", "--amend", "-m", "amended", check=False)


TREE = (edit_a_file,) * 6 + (add_a_file, remove_a_file, rename_a_file, change_a_mode, edit_through_the_link)
MORE = (edit_more,) * 3 + (move_to_another_file, move_to_another_file, edit_a_file)
GIT = (take_a_file_back, stash_and_pop, commit_by_hand, stage, reset, amend)
