"""What a text looks like to Python."""

from __future__ import annotations

import warnings

from store.source.verdict import Verdict, check


def test_undefined_names_are_found() -> None:
    assert check("a.py", "def f():\n    return missing, len\n") == Verdict(True, frozenset({"missing"}))


def test_nothing_is_undefined_where_everything_is_imported() -> None:
    assert check("a.py", "from os import *\nmissing\n") == Verdict(True, frozenset())


def test_what_python_refuses_does_not_parse() -> None:
    for text in ("def f(:\n", "x = \0", "(" * 5000, "return\n  x", "\udc80"):
        assert check("a.py", text).parses is (text in ("x = \0", "\udc80"))


def test_other_files_always_parse() -> None:
    assert check("a.md", "def f(:\n") == Verdict(True, frozenset())


def test_warnings_stay_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check("a.py", "x = '\\d'\nassert (x, 1)\n").parses


def test_an_expression_too_deep_to_look_through_leaves_nothing_undefined() -> None:
    assert check("a.py", "x = 1" + " + 1" * 900 + "\n").parses
