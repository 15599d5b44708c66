"""Independent changes give the same file in whatever order they are made."""

from __future__ import annotations

import ast
import random

from hypothesis import given
from hypothesis import strategies as st

from source.memory_files import tree_of
from store.source.keys import last_part
from store.source.splice import Change
from store.source.tree import Tree

NAMES = [first + second for first in "abcdefgh" for second in "kmpx"]


def definition(name: str, kind: str, body: int) -> str:
    if kind == "constant":
        return f"{name} = {body}\n"
    if kind == "commented":
        return f"# about {name}\n{name} = {body}\n"
    if kind == "class":
        return f"class {name}:\n    value = {body}\n\n    def method(self):\n        return {body}\n"
    return f"def {name}():\n    return {body}\n"


KINDS = st.sampled_from(["constant", "commented", "class", "function", "function"])
GAPS = st.sampled_from(["", "", "\n", "\n\n", "\n\n\n", "\n# a section\n\n", "\n\nprint()\n\n\n"])


@st.composite
def module_and_changes(draw: st.DrawFn) -> tuple[str, list[Change]]:
    names = draw(st.permutations(NAMES))
    present, new = names[: draw(st.integers(1, 7))], names[8 : 8 + draw(st.integers(0, 4))]
    top = draw(st.sampled_from(["", '"""Doc."""\n\n', "import os\n\n\n", '"""Doc."""\n\nimport os\n']))
    kinds = {name: draw(KINDS) for name in present}
    text = top + "".join(definition(name, kinds[name], 1) + draw(GAPS) for name in present)
    text += draw(st.sampled_from(["", "\n\nmain()\n"]))
    if draw(st.booleans()):
        text = text.rstrip("\n")
    anchors = [draw(st.sampled_from(present)) for _ in new]
    changes = [
        Change(None, f"m.{name}", definition(name, draw(KINDS), 2), f"m.{anchor}")
        for name, anchor in zip(new, anchors, strict=True)
    ]
    before = tree_of(m=text)
    stops = {
        stop_of(before, order_of(change.text or "", last_part(change.new_name or "")), anchor)
        for change, anchor in zip(changes, anchors, strict=True)
    }
    for name in present:
        verb = draw(st.sampled_from(["keep", "update", "delete"]))
        if verb == "update" and kinds[name] != "class":
            changes.append(Change(f"m.{name}", f"m.{name}", definition(name, kinds[name], 3)))
        elif verb == "delete" and name not in anchors and name not in stops:
            changes.append(Change(f"m.{name}", None, None))
    return text, changes


def order_of(text: str, key: str) -> tuple[bool, str]:
    return text.startswith(("def", "class")), key


def stop_of(tree: Tree, new: tuple[bool, str], anchor: str, prefix: str = "m.") -> str | None:
    """The definition before which an added one stops."""
    keys = [name.removeprefix(prefix) for name in tree.names(prefix)]
    keys = [key for key in keys if "." not in key]
    for key in keys[keys.index(anchor) + 1 if anchor else 0 :]:
        text = (tree.definition(prefix + key) or "").lstrip()
        if key.startswith("<") or order_of(text, key) > new:
            return key
    return None


def one_by_one(text: str, changes: list[Change]) -> str | None:
    tree = tree_of(m=text)
    for change in changes:
        tree = tree.apply([change])
    return tree.text("m.py") if tree.exists("m.py") else None


@given(module_and_changes(), st.randoms(use_true_random=False))
def test_changes_made_in_any_order_give_the_same_file(
    case: tuple[str, list[Change]], chance: random.Random
) -> None:
    text, changes = case
    shuffled = list(changes)
    chance.shuffle(shuffled)
    first = one_by_one(text, changes)
    assert one_by_one(text, shuffled) == first
    at_once = tree_of(m=text).apply(changes)
    assert (at_once.text("m.py") if at_once.exists("m.py") else None) == first


@given(module_and_changes())
def test_what_is_not_changed_keeps_its_text_and_the_file_parses(case: tuple[str, list[Change]]) -> None:
    text, changes = case
    before = tree_of(m=text)
    after = before.apply(changes)
    if not after.exists("m.py"):
        return
    ast.parse(after.text("m.py"))
    touched = {change.name for change in changes}
    for name in before.names():
        if (
            name not in touched
            and "<" not in name
            and not any(name.startswith(f"{gone}.") for gone in touched)
        ):
            was, now = before.definition(name), after.definition(name)
            assert was is not None and now is not None
            assert now.rstrip("\n") == was.rstrip("\n")
    for change in changes:
        if change.new_name and change.text:
            assert (after.whole(change.new_name) or "").rstrip("\n") == change.text.rstrip("\n")


@st.composite
def class_and_changes(draw: st.DrawFn) -> tuple[str, list[Change]]:
    names = draw(st.permutations(NAMES))
    present, new = names[: draw(st.integers(1, 6))], names[8 : 8 + draw(st.integers(0, 4))]
    head = draw(st.sampled_from(["class C:\n", 'class C:\n    """Doc."""\n', 'class C:\n    """Doc."""\n\n']))
    members = "".join(
        indented(definition(name, draw(KINDS), 1)) + draw(st.sampled_from(["", "\n", "\n    # part\n\n"]))
        for name in present
    )
    text = f"import os\n\n\n{head}{members}\n\ndef z():\n    pass\n"
    anchors = [draw(st.sampled_from([*present, ""])) for _ in new]
    changes = [
        Change(None, f"m.C.{name}", definition(name, draw(KINDS), 2), f"m.C.{anchor}".rstrip("."))
        for name, anchor in zip(new, anchors, strict=True)
    ]
    before = tree_of(m=text)
    held = {*anchors} | {
        stop_of(before, order_of(change.text or "", last_part(change.new_name or "")), anchor, "m.C.")
        for change, anchor in zip(changes, anchors, strict=True)
    }
    changes += [
        Change(f"m.C.{name}", None, None) for name in present if name not in held and draw(st.booleans())
    ]
    return text, changes


def indented(text: str) -> str:
    return "".join("    " + line if line.strip() else line for line in text.splitlines(keepends=True))


@given(class_and_changes(), st.randoms(use_true_random=False))
def test_members_added_or_deleted_in_any_order_give_the_same_class(
    case: tuple[str, list[Change]], chance: random.Random
) -> None:
    text, changes = case
    shuffled = list(changes)
    chance.shuffle(shuffled)
    first = one_by_one(text, changes)
    assert first is not None
    ast.parse(first)
    assert one_by_one(text, shuffled) == first
    assert tree_of(m=text).apply(changes).text("m.py") == first
