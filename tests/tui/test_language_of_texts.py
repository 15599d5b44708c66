"""What path and text say of how a definition is written."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import TextArea

from tui.language import Indent, indent_of, language_of, path_of


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("shop/cart.py", "python"), ("", "python"), ("web/a.js", "javascript"), ("A.MD", "markdown"),
        ("notes.txt", None), ("Makefile", None), (".gitignore", None),
    ],
)  # fmt: skip
def test_the_path_tells_the_language(path: str, language: str | None) -> None:
    assert language_of(path) == language


def test_a_definitions_name_holds_its_file_where_that_is_not_python() -> None:
    assert language_of(path_of("web/a.js:render")) == "javascript"
    assert language_of(path_of("shop.Cart.total")) == "python"


@pytest.mark.parametrize(
    ("text", "path", "indent"),
    [
        ("", "a.py", Indent(False, 4)),
        ("def f():\n  if a:\n    b\n", "a.py", Indent(False, 2)),
        ("def f():\n\tif a:\n\t\tb\n", "a.py", Indent(True, 4)),
        ("    def f(self):\n        pass\n", "a.py", Indent(False, 4)),
        ("", "main.go", Indent(True, 4)),
        ("all:\n", "Makefile", Indent(True, 4)),
        ("", "a.js", Indent(False, 2)),
        ("f(\n                aligned)\n", "a.py", Indent(False, 4)),
        ("a:\n   b: 1\n", "a.yaml", Indent(False, 3)),
    ],
)
def test_the_text_tells_its_indentation_else_the_language_does(text: str, path: str, indent: Indent) -> None:
    assert indent_of(text, path) == indent
    assert indent.step == ("\t" if indent.tabs else " " * indent.width)


@pytest.mark.parametrize("path", ["a.js", "a.json", "a.md", "a.toml", "a.rs", "a.go", "a.java", "a.py"])
async def test_text_of_each_language_is_typed_in_colour(path: str) -> None:
    class Typing(App[None]):
        def compose(self) -> ComposeResult:
            yield TextArea("function a() { return {b: [1, 2]}; }\n" * 40, language=language_of(path))

    async with Typing().run_test() as pilot:
        await pilot.press("a", "enter", "b")
        assert pilot.app.query_one(TextArea).text.startswith("a\nb")
