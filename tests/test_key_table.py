"""The README's table of keys is the registry's, and what it says about config.toml is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tui.config_file import checked
from tui.key_table import key_table, with_table

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_lists_the_keys_as_they_are() -> None:
    text = README.read_text("utf-8")
    assert with_table(text) == text, "write it again with `python -m tui.key_table README.md`"


def test_the_table_is_written_between_its_markers_and_nowhere_else() -> None:
    done = with_table("before\n<!-- keys -->\nold\n<!-- end -->\nafter\n<!-- end -->\n")
    assert done == f"before\n<!-- keys -->\n\n{key_table()}<!-- end -->\nafter\n<!-- end -->\n"
    with pytest.raises(ValueError, match="there is no line"):
        with_table("no markers")


def test_the_example_of_a_configuration_is_one() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    found = checked(example, "config.toml")
    assert not found.problems
    assert found.theme is not None
    assert len(found.written) >= 3
