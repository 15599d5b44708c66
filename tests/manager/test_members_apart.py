"""Members that stand apart from their type, as Go's methods do: they keep operations of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from desks import KINDS, Begun


@dataclass(frozen=True)
class Apart:
    """A type, and a member that stands apart from it."""

    path: str
    before: str
    """What stands in the file before both."""
    type_key: str
    type_text: str
    key: str
    text: str
    changed: str
    """The member otherwise."""
    renamed: str
    """The type's key after it was renamed."""
    renamed_text: str
    around: str = ""
    """The head of what the member is in."""

    @property
    def type_name(self) -> str:
        return f"{self.path}:{self.type_key}"

    @property
    def name(self) -> str:
        return f"{self.path}:{self.key}"

    @property
    def new_name(self) -> str:
        return f"{self.path}:{self.renamed}"

    @property
    def new_type(self) -> str:
        """The type as it is saved again under its new name."""
        return self.type_text.replace(self.type_key, self.renamed, 1)

    @property
    def both(self) -> str:
        return f"{self.type_text}\n{self.around}{self.text}"

    @property
    def file(self) -> str:
        return f"{self.before}\n{self.both}"


GO = Apart(
    "a.go",
    "package main\n",
    "U",
    "type U struct {\n\tB int\n}\n",
    "U.N",
    "func (u U) N() int {\n\treturn 5\n}\n",
    "func (u U) N() int {\n\treturn 6\n}\n",
    "W",
    "type W struct {\n\tB int\n}\n",
)
TOML = Apart(
    "a.toml",
    "title = 1\n",
    "d",
    "[d]\nx = 1\n",
    "d.e",
    "[d.e]\ny = 1\n",
    "[d.e]\ny = 2\n",
    "k",
    "[k]\nx = 1\n",
)
JAVASCRIPT = Apart(
    "a.js",
    "const one = 1;\n",
    "Cart",
    "function Cart() {\n  this.items = [];\n}\n",
    "Cart.prototype.total",
    "Cart.prototype.total = function () {\n  return 5;\n};\n",
    "Cart.prototype.total = function () {\n  return 6;\n};\n",
    "Shop",
    "function Shop() {\n  this.items = [];\n}\n",
)
TOML_PAIR = replace(TOML, key="d.e.y", text="y = 1\n", changed="y = 2\n", around="[d.e]\n")
APART = pytest.mark.parametrize("apart", [GO, TOML_PAIR, JAVASCRIPT], ids=["go", "toml", "javascript"])
TYPES = pytest.mark.parametrize("apart", [GO, TOML, JAVASCRIPT], ids=["go", "toml", "javascript"])
RUST = "struct U {\n    b: u32,\n}\n\nimpl U {\n    fn n(&self) -> u32 {\n        5\n    }\n}\n"
RUST_N = "    fn n(&self) -> u32 {\n        6\n    }\n"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def without(apart: Apart, directory: Path, kind: str) -> Begun:
    """A session on a file that has neither."""
    return Begun(directory, kind, {apart.path: apart.before})


def having(apart: Apart, directory: Path, kind: str) -> Begun:
    """A session on a file that has both."""
    return Begun(directory, kind, {apart.path: apart.file})


def added(apart: Apart) -> set[tuple[str, ...]]:
    return {("add", apart.type_name), ("add", apart.name)}


@TYPES
def test_a_member_is_added_to_a_type_that_the_same_patch_adds(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = without(apart, tmp_path, kind)
    desk.save(apart.type_name, apart.type_text, "p", new=True)
    desk.save(apart.name, apart.text, "p", new=True)
    assert desk.operations("p") == added(apart)
    desk.save(apart.name, apart.changed, "p")
    assert desk.shown(apart.name, "p") == apart.changed
    desk.save(apart.type_name, apart.type_text.replace("B", "C").replace("x", "z"), "p")
    assert desk.operations("p") == added(apart)
    assert desk.merged(apart.path, "p").count(apart.changed) == 1


@TYPES
def test_a_type_is_added_to_a_member_that_the_same_patch_adds(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = without(apart, tmp_path, kind)
    desk.save(apart.name, apart.text, "p", new=True)
    desk.save(apart.type_name, apart.type_text, "p", new=True)
    assert desk.operations("p") == added(apart)
    text = desk.merged(apart.path, "p")
    assert apart.text in text
    assert apart.type_text in text


@TYPES
def test_one_text_adds_a_type_with_its_member(apart: Apart, tmp_path: Path, kind: str) -> None:
    desk = without(apart, tmp_path, kind)
    desk.save(apart.type_name, apart.both, "p", new=True)
    assert desk.operations("p") == added(apart)
    text = desk.merged(apart.path, "p")
    assert apart.text in text
    assert apart.type_text in text


@TYPES
def test_joining_keeps_a_member_beside_its_type(apart: Apart, tmp_path: Path, kind: str) -> None:
    desk = without(apart, tmp_path, kind)
    desk.save(apart.type_name, apart.type_text, "p", new=True)
    desk.save(apart.name, apart.text, "q", new=True)
    desk.alice.join_patches("q", "p")
    assert desk.operations("p") == added(apart)
    assert apart.text in desk.merged(apart.path, "p")


@APART
def test_a_changed_member_stays_so_as_its_type_is_renamed(apart: Apart, tmp_path: Path, kind: str) -> None:
    desk = having(apart, tmp_path, kind)
    desk.save(apart.name, apart.changed, "p")
    desk.alice.rename_definition(apart.type_name, apart.new_name, patch="p")
    assert desk.operations("p") == {("update", apart.name), ("rename", apart.type_name, apart.new_name)}
    text = desk.merged(apart.path, "p")
    assert apart.changed in text
    assert apart.renamed_text in text


@APART
def test_a_member_is_changed_after_its_type_was_renamed_and_saved(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = having(apart, tmp_path, kind)
    desk.alice.rename_definition(apart.type_name, apart.new_name, new_patch="p")
    desk.save(apart.name, apart.changed, "p")
    again = apart.renamed_text.replace("B", "C").replace("1", "3").replace("[]", "[7]")
    desk.save(apart.new_name, again, "p")
    assert desk.operations("p") == {("update", apart.name), ("rename", apart.type_name, apart.new_name)}
    text = desk.merged(apart.path, "p")
    assert apart.changed in text
    assert again in text


@APART
def test_a_changed_or_deleted_member_stays_so_as_its_type_is_deleted(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = having(apart, tmp_path, kind)
    desk.save(apart.name, apart.changed, "p")
    desk.alice.delete_definition(apart.type_name, patch="p")
    assert desk.operations("p") == {("update", apart.name), ("delete", apart.type_name)}
    desk.alice.delete_definition(apart.name, patch="p")
    assert desk.operations("p") == {("delete", apart.name), ("delete", apart.type_name)}
    assert desk.merged(apart.path, "p").split() == f"{apart.before}{apart.around}".split()


@APART
def test_a_deleted_member_stays_so_as_its_type_is_deleted_after_it(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = having(apart, tmp_path, kind)
    desk.alice.delete_definition(apart.name, new_patch="p")
    desk.alice.delete_definition(apart.type_name, patch="p")
    assert desk.merged(apart.path, "p").split() == f"{apart.before}{apart.around}".split()


@TYPES
def test_an_added_type_goes_without_the_member_that_was_added_apart(
    apart: Apart, tmp_path: Path, kind: str
) -> None:
    desk = without(apart, tmp_path, kind)
    desk.save(apart.type_name, apart.type_text, "p", new=True)
    desk.save(apart.name, apart.text, "p", new=True)
    desk.alice.delete_definition(apart.type_name, patch="p")
    assert desk.operations("p") == {("add", apart.name)}
    assert desk.shown(apart.name, "p") == apart.text


def test_a_method_stays_changed_in_its_impl_as_the_struct_is_renamed(tmp_path: Path, kind: str) -> None:
    desk = Begun(tmp_path, kind, {"a.rs": RUST})
    desk.save("a.rs:U.n", RUST_N, "p")
    desk.alice.rename_definition("a.rs:U", "a.rs:W", patch="p")
    assert desk.operations("p") == {("update", "a.rs:U.n"), ("rename", "a.rs:U", "a.rs:W")}
    desk.alice.rename_definition("a.rs:U<impl>", "a.rs:W<impl>", patch="p")
    text = desk.merged("a.rs", "p")
    assert text == RUST.replace("U {", "W {").replace("5", "6")


def test_a_method_is_added_to_the_impl_that_a_patch_adds_with_its_struct(tmp_path: Path, kind: str) -> None:
    desk = Begun(tmp_path, kind, {"a.rs": "const ONE: u32 = 1;\n"})
    desk.save("a.rs:U", RUST.partition("\n\n")[0] + "\n", "p", new=True)
    desk.save("a.rs:U<impl>", RUST.partition("\n\n")[2], "p", new=True)
    desk.save("a.rs:U.n", RUST_N, "p")
    desk.save("a.rs:U.m", RUST_N.replace("n(", "m("), "p", new=True)
    assert desk.operations("p") == {("add", "a.rs:U"), ("add", "a.rs:U<impl>")}
    text = desk.merged("a.rs", "p")
    assert text.count("fn n(&self) -> u32 {\n        6") == text.count("fn m(&self) -> u32 {\n        6") == 1


def test_a_pair_that_moves_to_a_table_apart_is_not_lost(tmp_path: Path, kind: str) -> None:
    desk = Begun(tmp_path, kind, {"a.toml": "[a.e]\ny = 1\n"})
    desk.save("a.toml:a", "[a]\nx = 1\nz = 2\n", "p", new=True)
    desk.alice.rename_definition("a.toml:a.x", "a.toml:a.e.x", patch="p")
    assert desk.shown("a.toml:a.e.x", "p") == "x = 1\n"
    text = desk.merged("a.toml", "p")
    assert text.count("x = 1\n") == 1
    assert "[a]\nz = 2\n" in text


def test_a_module_in_a_package_is_no_part_of_the_file_that_a_patch_adds_for_the_package(
    tmp_path: Path, kind: str
) -> None:
    desk = Begun(tmp_path, kind, {"notes.txt": "one\n", "shop/cart.py": "RATE = 1\n"})
    desk.save("shop/__init__.py:<file>", "ONE = 1\n", "p", new=True)
    desk.save("shop.cart.total", "def total():\n    return 2\n", "p", new=True)
    desk.save("shop.cart.RATE", "RATE = 3\n", "p")
    desk.save("shop/__init__.py:<file>", "ONE = 2\n", "p")
    text = desk.merged("shop/cart.py", "p")
    assert "def total():\n    return 2\n" in text
    assert "RATE = 3\n" in text
