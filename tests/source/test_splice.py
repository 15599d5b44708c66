"""Changes put into files: where they go, what stays, what is refused."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.memory_files import MemoryFiles, tree_of
from store.errors import Code, PatchbayError
from store.source.splice import Change, cut_saved, rename_text
from store.source.tree import Tree

CART = '''"""Cart."""

import os

LIMIT = 1


class Cart:
    """A cart."""

    size = 3

    def total(self):
        return 1


def go():
    pass


if __name__ == "__main__":
    go()
'''


def after(text: str, *changes: Change) -> str:
    return tree_of(m=text).apply(changes).text("m.py")


def add(name: str, text: str, behind: str | None = None) -> Change:
    return Change(None, f"m.{name}", text, behind and f"m.{behind}")


def delete(name: str) -> Change:
    return Change(f"m.{name}", None, None)


def test_an_added_function_stands_two_blank_lines_apart_before_the_tail() -> None:
    added = "def stop():\n    pass\n"
    assert after(CART, add("stop", added)) == CART.replace("\n\nif", f"\n\n{added}\n\nif")


def test_an_added_method_gets_its_class_indentation_also_inside_its_docstring() -> None:
    text = 'def f(self):\n    """One\n    two."""\n    return """\nkept"""\n'
    result = after(CART, add("Cart.f", text, "Cart.total"))
    assert (
        '        return 1\n\n    def f(self):\n        """One\n        two."""\n'
        '        return """\nkept"""\n\n\ndef go' in result
    )


def test_a_text_that_is_indented_already_is_kept() -> None:
    text = "    def f(self):\n        pass\n"
    assert text in after(CART, add("Cart.f", text))


def test_constants_stand_together() -> None:
    assert "LIMIT = 1\nMOST = 2\n\n\nclass" in after(CART, add("MOST", "MOST = 2", "LIMIT"))


@pytest.mark.parametrize(
    "text",
    [
        "class A: pass\n",
        "class A:\n    pass\n",
        "class A: ...  # later\n",
        "class A:\n    ...",
        'class A:\n    """Doc."""\n',
        'class A: """Doc."""',
        "class A: x = 1\n",
        "@d\nclass A(B):  # c\n    # inside\n    pass\n",
        "class A:\n\tpass\n",
        "class A:\r\n    pass\r\n",
        "class A:\n    print()\n",
        "class O:\n    class A: pass\n    y = 1\n",
    ],
)
def test_any_class_takes_a_member(text: str) -> None:
    name = "O.A" if text.startswith("class O") else "A"
    result = after(text, add(f"{name}.f", "def f(self):\n    return 1\n"))
    found = {node.name for node in ast.walk(ast.parse(result)) if isinstance(node, ast.FunctionDef)}
    assert found == {"f"}
    assert "pass" not in result
    assert tree_of(m=result).find(f"m.{name}.f") is not None


def test_a_class_left_without_members_stays_valid() -> None:
    result = after(
        "class A:\n    x = 1\n\n    # note\n\n    y = 2\n\n\nz = 1\n", delete("A.x"), delete("A.y")
    )
    ast.parse(result)
    assert "class A:\n    pass\n" in result
    assert "# note" in result


def test_deleting_takes_the_blank_lines_along_and_keeps_comments() -> None:
    text = "def a(): pass\n\n\ndef b(): pass\n\n\n# about the rest\n\n\ndef c(): pass\n"
    assert after(text, delete("a")) == text.removeprefix("def a(): pass\n\n\n")
    assert after(text, delete("b")) == text.replace("\n\ndef b(): pass\n", "")
    assert after(text, delete("c")) == "def a(): pass\n\n\ndef b(): pass\n\n\n# about the rest\n"


def test_a_file_goes_with_its_last_definition() -> None:
    tree = tree_of(m="x = 1\n\n\ny = 2\n").apply([delete("x"), delete("y")])
    assert not tree.exists("m.py")
    assert dict(tree.changed) == {"m.py": None}
    assert tree_of(m='"""Doc."""\nx = 1\n').apply([delete("x")]).text("m.py").startswith('"""Doc."""\n')


def test_a_new_name_makes_its_file_and_an_undone_one_leaves_no_trace() -> None:
    change = Change(None, "MyApp.User.validate", "def validate(): pass")
    tree = tree_of(m="").apply([change])
    assert dict(tree.changed) == {"MyApp/User.py": "def validate(): pass\n"}
    assert dict(tree.apply([Change("MyApp.User.validate", None, None)]).changed) == {}


def test_a_class_and_its_new_member_can_come_together() -> None:
    tree = tree_of(m="").apply(
        [
            Change(None, "a.b.C.f", "def f(self): pass\n"),
            Change(None, "a.b.C", "class C:\n    pass\n"),
            Change(None, "a.b.g", "def g(): pass\n"),
        ]
    )
    assert tree.text("a/b.py") == "class C:\n    def f(self): pass\n\n\ndef g(): pass\n"


def test_two_definitions_can_swap_their_names() -> None:
    swap = [Change("m.a", "m.b", "b = 1\n"), Change("m.b", "m.a", "a = 2\n")]
    assert after("a = 1\n\nb = 2\n", *swap) == "b = 1\n\na = 2\n"


def test_a_rename_stays_in_its_place_and_a_move_goes_to_its_new_one() -> None:
    assert "def run():\n    pass\n\n\nif" in after(CART, Change("m.go", "m.run", "def run():\n    pass\n"))
    tree = tree_of(m=CART).apply([Change("m.go", "m.Cart.go", "def go():\n    pass\n", "m.Cart.total")])
    assert "        return 1\n\n    def go():\n        pass\n\n\nif" in tree.text("m.py")
    tree = tree_of(m=CART).apply([Change("m.Cart", "n.Cart", "class Cart:\n    x = 1\n")])
    assert tree.text("n.py") == "class Cart:\n    x = 1\n"
    assert "class" not in tree.text("m.py")


def test_an_updated_class_keeps_its_members() -> None:
    result = after(CART, Change("m.Cart", "m.Cart", "class Cart(Base):\n    pass\n"))
    assert "class Cart(Base):\n\n    size = 3\n\n    def total" in result


def test_a_dedented_method_is_indented_on_saving() -> None:
    result = after(
        CART, Change("m.Cart.total", "m.Cart.total", "# sum\ndef total(self):\n    return 2\n\n\n")
    )
    assert "\n    # sum\n    def total(self):\n        return 2\n\n\ndef go" in result


def test_newlines_and_byte_order_marks_stay_as_the_file_has_them() -> None:
    text = "\ufeffx = 1\r\n\r\n\r\ndef f():\r\n    pass"
    result = after(text, delete("x"), add("g", "def g():\n    pass\n", "f"))
    assert result == "\ufeffdef f():\r\n    pass\r\n\r\n\r\ndef g():\r\n    pass\r\n"
    assert after(text, Change("m.f", "m.f", "def f():\n    return\n")) == text.replace("pass", "return")


def test_whole_files_are_made_replaced_and_deleted() -> None:
    tree = Tree(MemoryFiles({"a.md": "a\n", "b.py": "x = 1\n"}))
    tree = tree.apply(
        [
            Change("a.md:<file>", "a.md:<file>", "A\n"),
            Change(None, "c/d.txt:<file>", "d\0"),
            Change("b.py:<file>", None, None),
        ]
    )
    assert dict(tree.changed) == {"a.md": "A\n", "c/d.txt": "d\0", "b.py": None}


def test_a_broken_definition_leaves_the_others_their_names() -> None:
    tree = tree_of(m=CART).apply([Change("m.go", "m.go", "def go(:\n    '''\n")])
    assert tree.definition("m.go") == "def go(:\n    '''\n"
    assert tree.definition("m.Cart.total") == "    def total(self):\n        return 1\n"
    mended = tree.apply([Change("m.go", "m.go", "def go():\n    pass\n")])
    assert mended.text("m.py") == CART


def test_imports_can_be_added_where_there_are_none() -> None:
    assert after('"""D."""\nx = 1\n', add("<import>", "import os\n")) == '"""D."""\n\nimport os\n\nx = 1\n'
    assert after("def f(): pass\n", add("<import>", "import os\n")) == "import os\n\n\ndef f(): pass\n"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (add("go", "def go(): pass"), Code.NAME_TAKEN),
        (Change("m.go", "m.LIMIT", "LIMIT = 1"), Code.NAME_TAKEN),
        (Change("m.nothing", "m.nothing", "x"), Code.NOT_FOUND),
        (delete("nothing"), Code.NOT_FOUND),
        (add("go.inner", "x = 1"), Code.INVALID_NAME),
        (add("Nope.f", "def f(): pass"), Code.INVALID_NAME),
        (add("Cart.Nope.f", "def f(): pass"), Code.INVALID_NAME),
        (Change(None, "m.py:Nope.f", "def f(): pass"), Code.INVALID_NAME),
        (add("go#2", "def go(): pass"), Code.INVALID_NAME),
        (Change(None, "a.txt:f", "def f(): pass"), Code.INVALID_NAME),
        (Change(None, "../a.py:f", "def f(): pass"), Code.INVALID_NAME),
        (Change(None, "m.py:<file>", "x"), Code.NAME_TAKEN),
    ],
)
def test_what_cannot_be_done_is_refused(change: Change, code: Code) -> None:
    with pytest.raises(PatchbayError) as refusal:
        tree_of(m=CART).apply([change])
    assert refusal.value.code is code


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("def old(a):\n    return old(a)\n", "def new(a):\n    return old(a)\n"),
        ("@d\nclass old(B):\n    old = 1\n", "@d\nclass new(B):\n    old = 1\n"),
        ("old: int = other = 1\n", "new: int = other = 1\n"),
        ("other = old = 1\n", "other = new = 1\n"),
        ("type old = int\n", "type new = int\n"),
        (
            "if x:\n    def old(): pass\nelse:\n    old = 1\n",
            "if x:\n    def new(): pass\nelse:\n    new = 1\n",
        ),
        (
            "    # ä\n    @property\n    def old(self): ...\n    @old.setter\n    def old(self, v): ...\n",
            "    # ä\n    @property\n    def new(self): ...\n    @new.setter\n    def new(self, v): ...\n",
        ),
    ],
)
def test_renaming_rewrites_what_defines_the_name(text: str, renamed: str) -> None:
    assert rename_text("m.py", text, "old", "new") == renamed
    assert rename_text("m.txt", text, "old", "new") == text


F = "    def f(self): pass\n"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "go",
            "# a\n\ndef go(): pass\n# b\n\nX = 1\n",
            ["go", "# a\n\ndef go(): pass\n# b\n\n", "X", "X = 1\n"],
        ),
        ("go", "def went(): pass\n", ["went", "def went(): pass\n"]),
        ("go", "print()\n", []),
        ("go", "", []),
        ("go", "def go(:\n", ["go", "def go(:\n"]),
        ("<import>", "import os\nx = 1\n", ["<import>", "import os\nx = 1\n"]),
        ("Cart.total", f"{F}\n    y = 1\n", ["Cart.f", f"{F}\n", "Cart.y", "    y = 1\n"]),
        (
            "Cart.total",
            "def total(): pass\ny = 1\n",
            ["Cart.total", "def total(): pass\n", "Cart.y", "y = 1\n"],
        ),
        ("Cart", "class Cart:\n", ["Cart", "class Cart:\n"]),
        ("Cart", f"class Cart(B):\n    'D.'\n\n{F}", ["Cart", "class Cart(B):\n    'D.'\n\n", "Cart.f", F]),
        ("New", f"class New:\n{F}", ["New", f"class New:\n{F}"]),
    ],
)
def test_a_saved_text_is_cut_into_its_definitions(name: str, text: str, found: list[str]) -> None:
    names, texts = found[::2], found[1::2]
    for prefix in ("m.", "m.py:"):
        expected = [(prefix + key, part) for key, part in zip(names, texts, strict=True)]
        assert cut_saved(tree_of(m=CART), prefix + name, text) == expected


def test_a_whole_file_saved_stays_whole() -> None:
    assert cut_saved(tree_of(m=CART), "a.md:<file>", "x = 1\n") == [("a.md:<file>", "x = 1\n")]
    assert cut_saved(tree_of(m=CART), "m.py:<file>", "x = 1\n") == [("m.py:<file>", "x = 1\n")]


PARTS = [
    "def f():\n    pass\n",
    "class A:\n    x = 1\n",
    "    # d\n",
    "x = 1; y = 2\n",
    "\n",
    "# c\n",
    "\x0c\n",
]
PARTS += [
    "@d\n",
    '"""s\n\n"""\n',
    "if a:\n    z = 1\n",
    "import q\n",
    "class B: pass\r\n",
    "print()\n",
    "\\\n",
]


@given(st.lists(st.sampled_from(PARTS), max_size=10).map("".join))
def test_any_change_of_a_file_that_parses_leaves_one_that_parses(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError:
        return
    tree = tree_of(m=text)
    added = "def added():\n    pass\n"
    for name in list(tree.names()):
        for change in (
            Change(name, None, None),
            Change(None, "m.added", added, name),
            Change(name, name, f"{(tree.definition(name) or '').rstrip()}  # more\n"),
        ):
            if change.new_name == name and "<" in name:
                continue
            after_it = tree.apply([change])
            if after_it.exists("m.py"):
                ast.parse(after_it.text("m.py"))
