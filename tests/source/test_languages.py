"""Definitions in JavaScript, Go, Rust, Java, TOML and Markdown: cut, named, and changed by every verb."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.language_samples import ADDED, KEYS, SAMPLES, Added
from source.memory_files import MemoryFiles
from store.errors import Code, PatchbayError
from store.source.names import Place, check_name
from store.source.partition import PieceKind, cut
from store.source.splice import Change, cut_saved, rename_text
from store.source.tree import Tree
from store.source.verdict import check

PATHS = list(SAMPLES)


def tree_with(path: str, text: str | None = None) -> Tree:
    return Tree(MemoryFiles({path: SAMPLES[path] if text is None else text}))


def definitions(tree: Tree, path: str) -> list[str]:
    pieces = tree.partition(path).pieces
    return [f"{path}:{piece.key}" for piece in pieces if piece.kind is not PieceKind.REST]


def keys(path: str, text: str) -> list[str]:
    partition = cut(path, text)
    assert partition.text == text
    return [piece.key for piece in partition.pieces]


@pytest.mark.parametrize("path", PATHS)
def test_a_file_is_cut_into_its_definitions(path: str) -> None:
    assert keys(path, SAMPLES[path]) == KEYS[path]
    assert cut(path, SAMPLES[path]).parses
    assert keys(path, SAMPLES[path].replace("\n", "\r\n")) == KEYS[path]
    assert keys(path, SAMPLES[path].rstrip("\n")) == KEYS[path]


CASES = [
    ("a.js", "let a = 1; let b = 2;\n", ["a"]),
    ("a.js", "export default function () {}\n", ["default"]),
    ("a.js", "const {u, v: [w]} = x;\n", ["u"]),
    ("a.js", "const fs = require('fs');\nexport * from 'x';\n", ["<import>"]),
    ("a.js", "class A { x = 1 }\n", ["A"]),
    ("a.js", "class A {\n  'a b'() {}\n  [S.i]() {}\n}\n", ["A", "A.a%20b", "A.[S%2Ei]", "A.<tail>"]),
    ("a.js", "class A {\n  get x() {}\n\n  set x(v) {}\n}\n", ["A", "A.x", "A.<tail>"]),
    ("a.js", "f();\nfunction g() {}\nf();\n", ["<doc>", "g", "<tail>"]),
    ("a.js", "var größe = 1\n\x0c\nvar x\n", ["größe", "<after größe>", "x"]),
    ("a.go", "func (Cart[T]) A() {}\nfunc (c *Cart) B() {}\n", ["Cart.A", "Cart.B"]),
    ("a.go", "type (\n\tA int\n\tB int\n)\n", ["A"]),
    ("a.rs", "impl A {\n}\nimpl A {\n}\n", ["A<impl>", "A.<tail>", "A<impl>#2", "A.<tail>#2"]),
    ("a.rs", "impl From<u8> for a::B<u8> {}\nimpl From<u16> for B {}\n", ["B<From-u8>", "B<From-u16>"]),
    ("a.rs", "mod t {\n    use x;\n    #[test]\n    fn a() {}\n}\n", ["t", "t.<import>", "t.a", "t.<tail>"]),
    ("a.rs", "#[cfg(\n x)] fn f() {}\n", ["f"]),
    ("A.java", "class A {\n  void f() {}\n\n  void f(int a) {}\n}\n", ["A", "A.f", "A.<tail>"]),
    ("A.java", "class A\n{\n  int x;\n}\n", ["A", "A.x", "A.<tail>"]),
    ("A.java", "enum E {\n  A;\n  void f() {}\n}\n", ["E", "E.f", "E.<tail>"]),
    ("a.toml", "a.\"b.c\" = 1\n'' = 2\n", ["a.b%2Ec", "%22%22"]),
    ("a.md", "# A\n# A\n## !!\n", ["A", "A#2", "A#2.section"]),
    ("a.md", "# [Docs: x](http://a.b/c)\n> # quoted\n\n- # listed\n", ["Docs-x"]),
    ("a.md", "no heading\n", ["<doc>"]),
    ("a.js", "", []),
]


@pytest.mark.parametrize(("path", "text", "expected"), CASES)
def test_hard_cases_are_cut_as_decided(path: str, text: str, expected: list[str]) -> None:
    assert keys(path, text) == expected


def test_comments_and_attributes_that_touch_go_with_the_definition() -> None:
    tree = Tree(MemoryFiles(SAMPLES))
    assert (tree.definition("web/app.js:Cart.total") or "").startswith("  // what it costs\n")
    assert (tree.definition("src/cart.rs:Cart") or "").startswith("/// A cart.\n#[derive(Debug)]\n")
    assert (tree.definition("shop/Cart.java:Cart") or "").startswith("/** A cart. */\n@Deprecated\n")
    assert tree.definition("web/app.js:<after go>") == "\n// detached\n\n"
    assert (tree.definition("pyproject.toml:name") or "").startswith("# about the name\n")


def test_a_go_method_is_no_member_of_its_type() -> None:
    tree = tree_with("shop/cart.go")
    assert tree.members("shop/cart.go:Cart") == ()
    assert tree.whole("shop/cart.go:Cart") == tree.definition("shop/cart.go:Cart")
    without = tree.apply([Change("shop/cart.go:Cart", None, None)])
    assert "func (c *Cart) Total" in without.text("shop/cart.go")
    assert "type Cart" not in without.text("shop/cart.go")


def test_an_impl_holds_the_methods_that_are_named_after_its_type() -> None:
    tree = tree_with("src/cart.rs")
    assert tree.members("src/cart.rs:Cart") == ()
    assert tree.members("src/cart.rs:Cart<impl>") == ("src/cart.rs:Cart.total",)
    assert tree.members("src/cart.rs:Cart<Display>") == ("src/cart.rs:Cart<Display>.fmt",)


@pytest.mark.parametrize("path", PATHS)
def test_every_name_is_sound_and_leads_back(path: str) -> None:
    tree = tree_with(path)
    for piece in tree.partition(path).pieces:
        name = tree.name_of(Place(path, piece.key))
        check_name(name)
        assert tree.find(name) == Place(path, piece.key)
        assert tree.resolve(name).explicit == name
    assert not any(name.endswith("<tail>") for name in tree.names())


@pytest.mark.parametrize(
    "name", ["a.js:a b", "a.js:a..b", "a.md:a/b", "a.rs:A<b c>", "a.js:<nope>", "a.py:a-b"]
)
def test_what_is_no_key_is_refused(name: str) -> None:
    with pytest.raises(PatchbayError) as refusal:
        check_name(name)
    assert refusal.value.code is Code.INVALID_NAME


@pytest.mark.parametrize(("path", "added"), [(path, one) for path in PATHS for one in ADDED[path]])
def test_an_added_definition_stands_where_it_belongs_and_can_be_taken_out(path: str, added: Added) -> None:
    tree = tree_with(path)
    name = f"{path}:{added.key}"
    after = tree.apply([Change(None, name, added.text)])
    assert added.reads in after.text(path)
    assert after.partition(path).parses
    assert after.find(name) == Place(path, added.key)
    before = {one: tree.definition(one) for one in definitions(tree, path)}
    kept = {one: after.definition(one) for one in before if "Empty" not in one}
    assert kept.items() <= before.items()
    taken_out = after.apply([Change(name, None, None)]).text(path)
    assert taken_out == SAMPLES[path] or "Empty" in name


@pytest.mark.parametrize("path", PATHS)
def test_deleting_a_definition_leaves_every_other_one_as_it_was(path: str) -> None:
    tree = tree_with(path)
    before = {name: tree.definition(name) for name in definitions(tree, path) if "#2" not in name}
    for name in before:
        after = tree.apply([Change(name, None, None)])
        gone = {name, *tree.members(name)}
        assert after.partition(path).parses
        for other, text in before.items():
            if other not in gone and not other.startswith("pyproject.toml:tool.ruff.per"):
                assert after.definition(other) == text, (name, other)
        assert all(after.find(one) is None for one in gone if "per%20file" not in one)
        assert "\n\n\n" not in after.text(path)


@pytest.mark.parametrize("path", PATHS)
def test_an_equal_text_saved_changes_nothing_and_stays_under_its_name(path: str) -> None:
    tree = tree_with(path)
    for name in definitions(tree, path):
        text = tree.definition(name) or ""
        assert cut_saved(tree, name, text) == [(name, text)]
        assert not tree.apply([Change(name, name, text)]).changed
        whole = cut_saved(tree, name, tree.whole(name) or "")
        assert [one for one, _ in whole] == [name, *tree.members(name)]
        assert not tree.apply([Change(one, one, part) for one, part in whole]).changed, name


@pytest.mark.parametrize(
    ("name", "text", "reads"),
    [
        ("web/app.js:Cart.total", "total() {\n  return 2;\n}\n", "\n  total() {\n    return 2;\n  }\n}\n"),
        ("web/app.js:Cart", "export class Cart {}\n", "\nexport class Cart {\n  #size = 3;\n"),
        (
            "shop/cart.go:Cart.Total",
            "func (c *Cart) Total() {\n}\n",
            "}\n\nfunc (c *Cart) Total() {\n}\n\nfunc",
        ),
        ("src/cart.rs:Cart<impl>", "impl<T: X> Cart<T> {\n}\n", "impl<T: X> Cart<T> {\n    /// What"),
        (
            "shop/Cart.java:Cart.total",
            "int total() {\n    return 1;\n}\n",
            "    int total() {\n        return 1;\n",
        ),
        ("pyproject.toml:tool.ruff.select", "select = []\n", "line-length = 110\nselect = []\n\n#"),
        ("README.md:Shop-the-cart.Use", "## Use\n\nThis.\n\n\n", "## Use\n\nThis.\n\nSecond"),
    ],
)
def test_an_update_fits_into_its_file(name: str, text: str, reads: str) -> None:
    path = name.partition(":")[0]
    tree = tree_with(path)
    after = tree.apply([Change(name, name, part) for name, part in cut_saved(tree, name, text)])
    assert reads in after.text(path)
    assert after.partition(path).parses
    assert definitions(after, path) == definitions(tree, path)


@pytest.mark.parametrize(
    ("name", "new", "reads"),
    [
        ("web/app.js:Cart", "Basket", "export class Basket extends Base {"),
        ("web/app.js:Cart.total", "sum", "\n  sum() {"),
        ("web/app.js:Cart.#size", "#count", "\n  #count = 3;"),
        ("web/app.js:go", "run", "export const run = () => {"),
        ("shop/cart.go:Most", "Least", "\tLeast  = 2\n"),
        ("shop/cart.go:Cart.Total", "Sum", "func (c *Cart) Sum() int {"),
        ("src/cart.rs:Cart.total", "sum", "pub fn sum(&self)"),
        ("src/cart.rs:Cart<Display>", "Basket<Display>", "impl<T> fmt::Display for Basket<T> {"),
        ("shop/Cart.java:Cart", "Basket", "public class Basket {\n    private"),
        ("shop/Cart.java:Cart.total", "sum", "public int sum() {"),
        ("pyproject.toml:name", "title", '\ntitle = "shop"'),
        ("pyproject.toml:tool.ruff", "black", "\n[tool.black]\n"),
        ("pyproject.toml:tool.ruff.line-length", "a%2Eb", '\n"a.b" = 110\n'),
        ("README.md:Shop-the-cart.Install", "Set-up", "\n## Set up\n"),
        ("README.md:Second-part", "Third", "\nThird\n===========\n"),
    ],
)
def test_a_rename_rewrites_the_name_where_it_is_defined(name: str, new: str, reads: str) -> None:
    path, _, key = name.partition(":")
    tree = tree_with(path)
    last = key.rpartition(".")[2]
    new_name = name.removesuffix(last) + new
    text = rename_text(path, tree.whole(name) or "", last, new)
    after = tree.apply([Change(name, new_name, text)]) if "Most" not in name else None
    assert reads in (after.text(path) if after else text)
    if after is not None:
        assert after.definition(new_name) is not None
        assert after.find(name) is None
        assert after.partition(path).parses


def test_a_renamed_java_class_takes_its_constructor_along() -> None:
    text = SAMPLES["shop/Cart.java"]
    assert "public Basket() {" in rename_text("shop/Cart.java", text, "Cart", "Basket")


def test_a_definition_moves_to_another_file_and_another_class() -> None:
    tree = Tree(MemoryFiles({"a.js": SAMPLES["web/app.js"], "b.js": "class B {\n    x() {}\n}\n"}))
    text = tree.whole("a.js:Cart.total") or ""
    after = tree.apply([Change("a.js:Cart.total", "b.js:B.total", text, "b.js:B.x")])
    assert after.text("b.js").startswith(
        "class B {\n    x() {}\n\n    // what it costs\n    total() {\n      return `\nkept`;"
    )
    assert "total" not in after.text("a.js")
    after = tree.apply([Change("a.js:Cart", "c.mjs:Cart", tree.whole("a.js:Cart"))])
    assert after.text("c.mjs").startswith("/** A cart. */\nexport class Cart")
    assert after.find("c.mjs:Cart.total") is not None


def test_every_assignment_of_a_name_is_renamed() -> None:
    text = "exports.a = void 0;\nexports.a = 1;\n"
    assert rename_text("a.js", text, "a", "b") == text.replace(".a", ".b")
    tree = tree_with("a.js", text).apply(
        [Change("a.js:exports.a", "a.js:exports.b", text.replace(".a", ".b"))]
    )
    assert list(tree.names()) == ["a.js:exports.b"]


@pytest.mark.parametrize(
    ("key", "text", "reads"),
    [
        (
            "Shop-the-cart.More",
            "# More\n\n## Deep\n\n```\n# kept\n```\n",
            "## More\n\n### Deep\n\n```\n# kept\n```\n",
        ),
        ("More", "## More\n\n### Deep\n", "# More\n\n## Deep\n"),
        ("Shop-the-cart.Install.More", "## More\n", "### More\n"),
    ],
)
def test_a_new_section_gets_the_level_that_its_name_says(key: str, text: str, reads: str) -> None:
    after = tree_with("README.md").apply([Change(None, f"README.md:{key}", text)])
    assert f"\n\n{reads}" in after.text("README.md")
    assert after.whole(f"README.md:{key}") == reads


def test_a_class_and_its_new_member_can_come_together() -> None:
    for path, head, member, name in (
        ("n.js", "class C {}\n", "f() {}\n", "C"),
        ("n.rs", "impl C {}\n", "fn f() {}\n", "C<impl>"),
        ("n.toml", "[C]\n", "f = 1\n", "C"),
        ("n.md", "# C\n", "## f\n", "C"),
    ):
        changes = [Change(None, f"{path}:C.f", member), Change(None, f"{path}:{name}", head)]
        after = Tree(MemoryFiles({})).apply(changes)
        assert after.definition(f"{path}:C.f") is not None
        assert after.partition(path).parses


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("web/app.js:go", "function go() {}\n", Code.NAME_TAKEN),
        ("web/app.js:Nope.f", "f() {}\n", Code.INVALID_NAME),
        ("web/app.js:LIMIT.f", "f() {}\n", Code.INVALID_NAME),
        ("README.md:Nope.Install", "## Install\n", Code.INVALID_NAME),
        ("web/app.css:a", "a {}\n", Code.INVALID_NAME),
    ],
)
def test_what_cannot_be_added_is_refused(name: str, text: str, code: Code) -> None:
    with pytest.raises(PatchbayError) as refusal:
        Tree(MemoryFiles(SAMPLES)).apply([Change(None, name, text)])
    assert refusal.value.code is code


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("struct V {\n    b: u32,\n}\n", "a.rs:V.n", "Add a.rs:V<impl> before a.rs:V.n."),
        ("", "a.rs:V.n", "Add a.rs:V<impl>, or the trait or module of that name, before a.rs:V.n."),
        ("struct V;\n", "a.rs:V<Show>.n", "Add the class V<Show> to a.rs before a.rs:V<Show>.n."),
        (
            "impl V {\n    fn k() {}\n}\n",
            "a.rs:V<impl>.n",
            "What is in a.rs:V<impl> is called a.rs:V.n: use that name.",
        ),
        ("", "a.java:V.n", "Add the class V to a.java before a.java:V.n."),
        ("const V = 1;\n", "a.js:V.n", "a.js:V is no class and can't hold n; choose another name."),
    ],
)
def test_what_a_member_is_to_be_in_is_said(text: str, name: str, sentence: str) -> None:
    with pytest.raises(PatchbayError) as refusal:
        tree_with(name.partition(":")[0], text).apply([Change(None, name, "")])
    assert refusal.value.message == sentence


def test_newlines_stay_as_the_file_has_them() -> None:
    text = "class A {\r\n  f() {}\r\n}\r\n"
    after = tree_with("a.js", text).apply([Change(None, "a.js:A.g", "g() {\n}\n")])
    assert after.text("a.js") == "class A {\r\n  f() {}\r\n\r\n  g() {\r\n  }\r\n}\r\n"


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith(".md")])
def test_a_damaged_definition_leaves_the_others_their_names(path: str) -> None:
    tree = tree_with(path)
    name = definitions(tree, path)[-1]
    broken = (tree.definition(name) or "").rstrip("}\n ") + " ((( [\n"
    after = tree.apply([Change(name, name, broken)])
    assert not after.partition(path).parses
    assert definitions(after, path) == definitions(tree, path)
    assert not check(path, after.text(path)).parses
    assert check(path, SAMPLES[path]).parses


LINES = [
    "}\n",
    "{\n",
    "// c\n",
    "/* d\n",
    "*/\n",
    "#[x]\n",
    "[t]\n",
    "a = 1\n",
    "## H.i: é\n",
    "---\n",
    "```\n",
]
LINES += [
    "\x0c\n",
    "\r\n",
    "\n",
    "  f() {}\n",
    "x",
    "class A {\n",
    "impl B for A {\n",
    "\x1c\n",
    "\ufeff",
    "'\n",
]


@pytest.mark.parametrize("path", PATHS)
@given(st.data())
def test_any_lines_concatenate_and_keep_distinct_sound_names(path: str, data: st.DataObject) -> None:
    rows = SAMPLES[path].splitlines(keepends=True)
    edits = data.draw(
        st.lists(st.tuples(st.integers(0, len(rows)), st.integers(0, 4), st.sampled_from(LINES)), max_size=6)
    )
    for at, removed, line in edits:
        rows[at : at + removed] = [line]
    text = "".join(rows)
    found = keys(path, text)
    assert len(set(found)) == len(found)
    tree = tree_with(path, text)
    changes = []
    for piece in tree.partition(path).pieces:
        check_name(f"{path}:{piece.key}")
        assert not piece.container or piece.container in found
        changes.append(Change(f"{path}:{piece.key}", f"{path}:{piece.key}", piece.text))
    assert not tree.apply(changes).changed


def test_independent_changes_give_the_same_file_in_any_order() -> None:
    chance = random.Random(8)
    for path in PATHS:
        alone = [Change(None, f"{path}:{added.key}", added.text) for added in ADDED[path]]
        changes = [
            change._replace(after=tree_with(path).apply([change]).predecessor(change.new_name or ""))
            for change in alone
        ]
        together = tree_with(path).apply(changes).text(path)
        for _ in range(4):
            chance.shuffle(changes)
            tree = tree_with(path)
            for change in changes:
                tree = tree.apply([change])
            assert tree.text(path) == together
