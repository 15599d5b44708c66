"""Names and places, one to one, and what can't be a name."""

from __future__ import annotations

import pytest

from source.memory_files import MemoryFiles, tree_of
from store.errors import Code, PatchbayError
from store.source.names import Place, candidate_places, check_name, module_of, nearest
from store.source.splice import Change
from store.source.tree import Tree


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("MyApp/User.py", "MyApp.User"),
        ("a/__init__.py", "a"),
        ("__init__.py", None),
        ("a.pyi", None),
        ("a-b/c.py", None),
        ("a/b.c.py", None),
        ("größe.py", "größe"),
    ],
)
def test_a_path_gives_its_module(path: str, module: str | None) -> None:
    assert module_of(path) == module


def test_a_name_can_mean_the_shortest_module_first() -> None:
    assert candidate_places("a.b.c") == [
        ("a.py", "b.c"),
        ("a/__init__.py", "b.c"),
        ("a/b.py", "c"),
        ("a/b/__init__.py", "c"),
    ]
    assert candidate_places("x/a b.txt:<file>") == [("x/a b.txt", "<file>")]


def test_a_clash_leaves_the_dotted_name_to_the_shorter_module() -> None:
    tree = tree_of(
        MyApp__User="class Profile:\n    def render(self): pass\n",
        MyApp__User__Profile="def render(): pass\n\n\ndef other(): pass\n",
    )
    assert list(tree.names()) == [
        "MyApp.User.Profile",
        "MyApp.User.Profile.render",
        "MyApp/User/Profile.py:render",
        "MyApp.User.Profile.other",
    ]
    assert tree.find("MyApp.User.Profile.render") == Place("MyApp/User.py", "Profile.render")
    assert tree.find("MyApp/User/Profile.py:render") == Place("MyApp/User/Profile.py", "render")
    assert tree.find("MyApp/User/Profile.py:other") == tree.find("MyApp.User.Profile.other")


def test_files_that_are_not_python_have_a_name_too() -> None:
    tree = Tree(MemoryFiles({"docs/read me.txt": "hi\n", "a.py": "import os\n\n\nx = 1\n", "e.py": ""}))
    assert list(tree.names()) == ["a.<import>", "a.x", "docs/read me.txt:<file>"]
    assert tree.definition("docs/read me.txt:<file>") == "hi\n"
    assert tree.definition("e.py:<file>") == ""
    assert list(tree.names("a.x")) == ["a.x"]
    assert list(tree.names("docs/")) == ["docs/read me.txt:<file>"]


SRC = ("src",)


def test_a_source_root_is_left_out_of_names() -> None:
    texts = {"src/shop/cart.py": "def total(): pass\n", "tests/test_cart.py": "def test(): pass\n"}
    tree = Tree(MemoryFiles(texts, SRC))
    assert list(tree.names()) == ["shop.cart.total", "tests.test_cart.test"]
    assert tree.find("shop.cart.total") == Place("src/shop/cart.py", "total")
    assert tree.find("src.shop.cart.total") is None
    assert list(tree.names("shop.")) == ["shop.cart.total"]
    assert list(Tree(MemoryFiles(texts)).names("src.")) == ["src.shop.cart.total"]


def test_a_module_above_the_source_root_keeps_the_dotted_name() -> None:
    texts = {"shop/cart.py": "a = 1\n", "src/shop/cart.py": "a = 2\nb = 2\n", "src/src/x.py": "c = 3\n"}
    tree = Tree(MemoryFiles(texts, SRC))
    assert list(tree.names()) == ["shop.cart.a", "src/shop/cart.py:a", "shop.cart.b", "src.x.c"]
    for name in tree.names():
        place = tree.find(name)
        assert place is not None
        assert tree.name_of(place) == name


@pytest.mark.parametrize(
    ("paths", "name", "made"),
    [
        (["src/shop/cart.py"], "shop.basket.f", "src/shop/basket.py"),
        (["src/shop/cart.py"], "other.f", "src/other.py"),
        (["src/shop/cart.py", "tests/test_a.py"], "tests.test_b.f", "tests/test_b.py"),
        (["shop/cart.py"], "shop.basket.f", "shop/basket.py"),
        ([], "shop.basket.f", "shop/basket.py"),
    ],
)
def test_a_new_module_goes_beside_its_package(paths: list[str], name: str, made: str) -> None:
    tree = Tree(MemoryFiles(dict.fromkeys(paths, "x = 1\n"), SRC))
    changed = tree.apply([Change(None, name, "def f(): pass\n")])
    assert list(changed.changed) == [made]
    assert changed.definition(name) == "def f(): pass\n"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "alone",
        "a..b",
        ".a",
        "a.b.",
        "a b.c",
        "1a.b",
        "a.b\n",
        "a.\x1b[31m",
        "a.\u202eb",
        "/etc/passwd:<file>",
        "../x.py:f",
        "a/../b.py:f",
        "a//b.py:f",
        "C:/x.py:f",
        ".git/hooks/pre-commit:<file>",
        "a/.GIT/config:<file>",
        "a.py:",
        ":f",
        "a.py:<nope>",
        "a.<import>.b",
        "a." + "b" * 500,
        "a.\udc80b",
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(PatchbayError) as refusal:
        check_name(name)
    assert refusal.value.code is Code.INVALID_NAME
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize(
    "name",
    ["a.b", "a.b#2.c", "a.<import>", "a.<import>#2", "a.B.<after f>", "a.<tail>", "x y/z.md:<file>", "é.ü"],
)
def test_what_can_be_a_name_is_let_through(name: str) -> None:
    check_name(name)


def test_a_refused_name_is_named_as_it_was_typed() -> None:
    with pytest.raises(PatchbayError) as refused:
        check_name("café")
    assert refused.value.message.startswith("'café' is no name of a definition: ")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    tree = tree_of(shop__cart="def total():\n    pass\n\n\ndef count():\n    pass\n")
    with pytest.raises(PatchbayError) as refusal:
        tree.resolve("shop.cart.totl")
    assert refusal.value.code is Code.NOT_FOUND
    assert "shop.cart.total" in refusal.value.message
    assert nearest("shop.cart.total", ["shop.basket.total", "shop.cart.totals", "other.thing"]) == [
        "shop.basket.total",
        "shop.cart.totals",
    ]


def test_the_predecessor_is_what_an_added_definition_would_stand_behind() -> None:
    tree = tree_of(m='"""D."""\nimport os\n\nx = 1\n\n\nclass A:\n    y = 1\n    z = 2\n\n\ndef f(): pass\n')
    found = {name: tree.predecessor(name) for name in tree.names()}
    assert found == {
        "m.<doc>": None,
        "m.<import>": "m.<doc>",
        "m.x": "m.<import>",
        "m.A": "m.x",
        "m.A.y": "m.A",
        "m.A.z": "m.A.y",
        "m.f": "m.A",
    }


def test_a_class_names_its_members_and_gives_itself_whole() -> None:
    text = "class A:\n    class B:\n        x = 1\n\n    def f(self): pass\n"
    tree = tree_of(m=text)
    assert tree.members("m.A") == ("m.A.B", "m.A.B.x", "m.A.f")
    assert tree.members("m.A.f") == ()
    assert tree.whole("m.A") == text
    assert tree.definition("m.A") == "class A:\n"
    assert tree.whole("m.A.f") == tree.definition("m.A.f") == "    def f(self): pass\n"
    assert tree.whole("m.nothing") is None
