"""A definition is held as its file takes it in: no blank lines at its ends, indented as it stands there."""

from __future__ import annotations

import pytest
from desk import Desk

ADD = "app.cart.Cart.add"
BODY = "    def add(self, price):\n        self.prices.append({})\n"
GO = "package shop\n\ntype Cart struct{}\n\nfunc (c *Cart) Add(n int) {\n\tc.n += n\n}\n"


@pytest.mark.parametrize(
    "typed",
    [
        "\n" + BODY.format("price"),
        BODY.format("price") + "   \n\n",
        "".join(f"        {line}\n" for line in BODY.format("price").splitlines()),
        BODY.format("price").replace("    def", "def").replace("        self", "    self"),
    ],
    ids=["a blank line before it", "blank lines behind it", "indented more", "not indented"],
)
def test_a_text_that_the_file_has_already_is_no_operation(desk: Desk, typed: str) -> None:
    desk.alice.create_patch("adds")
    before = desk.files()
    desk.alice.save_editor(ADD, typed, patch="adds")
    assert desk.patch("adds").operations == ()
    assert desk.files() == before
    desk.look()
    assert desk.patch("adds").operations == ()


def test_what_is_typed_at_another_indentation_is_held_as_the_file_has_it(desk: Desk) -> None:
    desk.alice.create_patch("adds")
    desk.alice.save_editor(
        ADD, "\n" + "".join(f"   {line}\n" for line in BODY.format("1").split("\n")), patch="adds"
    )
    (op,) = desk.patch("adds").operations
    assert op.digest is not None
    assert desk.alice.text(op.digest) == BODY.format("1")
    desk.look()
    desk.git("stash", "--quiet")
    desk.look()
    assert desk.patch("adds").operations == ()
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert desk.patch("adds").operations == (op,)
    assert len(desk.state.editors) == 1


def test_a_conflict_is_settled_with_the_text_as_the_file_takes_it_in(desk: Desk) -> None:
    desk.change("app/cart.py", BODY.format("price"), BODY.format("1"))
    desk.look()
    desk.assign("adds", ADD)
    desk.commit_elsewhere("app/cart.py", desk.text("app/cart.py").replace(BODY.format("1"), BODY.format("2")))
    desk.look()
    ((_, conflict),) = desk.alice.conflicts()
    desk.alice.resolve_conflict(conflict.id, text="\n" + BODY.format("12") + "        \n")
    (op,) = desk.patch("adds").operations
    assert op.digest is not None
    assert desk.alice.text(op.digest) == BODY.format("12")


def test_so_it_is_in_other_languages(desk: Desk) -> None:
    desk.write("cart.go", GO)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "more")
    desk.look()
    desk.alice.create_patch("adds")
    desk.alice.save_editor(
        "cart.go:Cart.Add", "\n  func (c *Cart) Add(n int) {\n  \tc.n += n\n  }\n\n", patch="adds"
    )
    assert desk.patch("adds").operations == ()
