"""A symbolic link is one piece, whatever it is called; a file that is called as a mode is nobody's mode."""

from __future__ import annotations

import random

import pytest
from desk import Desk

NAME, LINK_MODE = "app/again.py:<file>", "app/again.py:<mode>:<file>"


def with_link(desk: Desk, target: str) -> None:
    """Let there be a committed link that is called as a Python file is."""
    (desk.root / "app/again.py").symlink_to(target)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "A link")
    desk.look()


def led_to(desk: Desk, target: str) -> None:
    (desk.root / "app/again.py").unlink()
    (desk.root / "app/again.py").symlink_to(target)
    desk.look()


@pytest.mark.parametrize("target", ["shop.py", "../app/cart.py", "shop.py other", "x"])
def test_a_link_is_one_definition_with_where_it_leads_as_its_text(desk: Desk, target: str) -> None:
    with_link(desk, "cart.py")
    assert desk.pending() == {}
    assert list(desk.alice.names("app/again")) == [NAME, LINK_MODE]
    assert list(desk.alice.names("app.again")) == []
    assert desk.alice.show(NAME).text == "cart.py"
    led_to(desk, target)
    assert list(desk.pending()) == [NAME]
    desk.assign("leads elsewhere", NAME)
    desk.merge("leads elsewhere")
    assert desk.git("show", "HEAD:app/again.py") == target
    assert desk.git("ls-tree", "HEAD", "app/again.py").startswith("120000 ")
    desk.require_clean()


@pytest.mark.parametrize("target", ["cart.py", "../app/cart.py"])
def test_a_new_link_is_merged_whatever_its_text_would_be_as_python(desk: Desk, target: str) -> None:
    (desk.root / "app/again.py").symlink_to(target)
    desk.look()
    desk.assign("a link", *desk.pending())
    desk.merge("a link")
    assert desk.git("ls-tree", "HEAD", "app/again.py").startswith("120000 ")
    assert desk.git("show", "HEAD:app/again.py") == target
    desk.require_clean()


def test_a_link_that_becomes_a_file_and_a_file_that_becomes_a_link(desk: Desk) -> None:
    with_link(desk, "cart.py")
    place = desk.root / "app/again.py"
    place.unlink()
    desk.write("app/again.py", "def again():\n    return 1\n")
    desk.look()
    desk.assign("a file", *desk.pending())
    desk.merge("a file")
    assert desk.git("ls-tree", "HEAD", "app/again.py").startswith("100644 ")
    assert desk.git("show", "HEAD:app/again.py") == "def again():\n    return 1"
    assert "app.again.again" in list(desk.alice.names())
    led_to(desk, "cart.py")
    desk.assign("a link", *desk.pending())
    desk.merge("a link")
    assert desk.git("ls-tree", "HEAD", "app/again.py").startswith("120000 ")
    assert desk.git("show", "HEAD:app/again.py") == "cart.py"
    desk.require_clean()


def test_where_a_link_leads_is_saved_and_written_into_the_tree(desk: Desk) -> None:
    with_link(desk, "cart.py")
    desk.alice.save_editor(NAME, "../app/shop.py", new_patch="leads elsewhere")
    assert (desk.root / "app/again.py").readlink().as_posix() == "../app/shop.py"
    desk.look()
    assert desk.pending() == {}
    desk.merge_all(random.Random(1))


def test_a_file_called_as_a_mode_is_left_alone_and_the_mode_of_the_other_is_its_own(desk: Desk) -> None:
    desk.write("app/run", "true\n")
    desk.write("app/run:<mode>", "not a mode\n")
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "Both")
    desk.look()
    (desk.root / "app/run").chmod(0o755)
    desk.write("app/run:<mode>", "not a mode either\n")
    desk.write("app/other:<mode>", "new\n")
    desk.look()
    assert list(desk.pending()) == ["app/run:<mode>:<file>"]
    desk.alice.look(["app/run:<mode>", "app/other:<mode>"])
    assert list(desk.pending()) == ["app/run:<mode>:<file>"]
    desk.assign("may be run", "app/run:<mode>:<file>")
    desk.merge("may be run")
    assert desk.git("ls-tree", "HEAD", "app/run").startswith("100755 ")
    assert desk.git("show", "HEAD:app/run:<mode>") == "not a mode"
    assert desk.text("app/run:<mode>") == "not a mode either\n"
    assert desk.git("status", "--short").split("\n") == [" M app/run:<mode>", "?? app/other:<mode>"]
