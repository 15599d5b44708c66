"""A disk that is full once the files of the tree are written: they are as they were, as are the records."""

from __future__ import annotations

import random

import pytest
from desk import Desk
from storage.processes import run

TOTAL = "app.cart.total"
VERB = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="alice")
text = "def total(prices):\\n    return 3\\n"
if len(sys.argv) > 2:
    without_room(int(sys.argv[2]))
try:
    {verb}
except PatchbayError as error:
    say(error.code)
else:
    say("done")
"""
VERBS = {
    "a save into a patch": ('manager.save_editor("app.cart.total", text)', "return 3"),
    "a save into a new file": (
        'manager.save_editor("app.new.fresh", "def fresh():\\n    return 3\\n", new_patch="n", new=True)',
        "return 1",
    ),
    "an abandoning": ('manager.abandon_patch("totals", restore_tree=True)', "return sum(prices)"),
    "an undo": ("manager.undo()", "return 1"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_a_refused_verb_wrote_into_the_tree_is_put_back(desk: Desk, verb: str) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    if verb == "an undo":
        desk.alice.save_editor(TOTAL, "def total(prices):\n    return 2\n")
    files, state = desk.files(), desk.state
    script, comes = VERBS[verb]
    assert run(desk.root, VERB.format(verb=script), "1500") == "store-full"
    assert desk.files() == files
    desk.look()
    assert desk.state == state
    assert run(desk.root, VERB.format(verb=script)) == "done"
    assert comes in desk.text("app/cart.py")
    assert (desk.root / "app/new.py").exists() == (verb == "a save into a new file")
    assert not [one for one in desk.root.rglob("*") if ".git" not in one.parts and one.name.startswith(".")]
    desk.look()
    desk.merge_all(random.Random(1))
