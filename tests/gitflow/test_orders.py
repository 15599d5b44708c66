"""Definitions that stand in another order in the working tree than in HEAD."""

from __future__ import annotations

from desk import Desk


def test_a_renamed_definition_stays_before_one_that_was_moved_behind_it_and_merged_first(desk: Desk) -> None:
    one, two, three = (
        f"def {name}():\n    return {name!r}\n    return 0\n" for name in ("one", "two", "three")
    )
    desk.write("app/cart.py", "\n\n".join(("import os\n\nRATE = 2\n", one, two, three)))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    first = one.replace("def one", "def first")
    desk.write("app/cart.py", "\n\n".join(("import os\n", first, three, two)))
    desk.look()
    desk.assign("named", "app.cart.first", "app.cart.RATE")
    (moved,) = desk.pending()
    desk.assign("moved", moved)
    desk.merge("moved")
    desk.look()
    desk.merge("named")
    desk.look()
    desk.require_clean()
