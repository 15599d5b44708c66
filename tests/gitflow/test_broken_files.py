"""Files with a syntax error, as they are while somebody types: nothing is told of the wrong definition."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

from store.errors import PatchbayError
from store.model import RenameDefinition

TOTAL, COUNT, FRESH = "app.cart.total", "app.cart.count", "app.cart.fresh"
WHOLE = "app/cart.py:<file>"


def test_a_first_commit_made_anew_with_a_syntax_error_leaves_definitions_as_they_were_cut(desk: Desk) -> None:
    desk.change("app/cart.py", "RATE = 2", "RATE = 3")
    desk.look()
    desk.change("app/cart.py", "RATE = 3", "RATE = 4")
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.look()
    desk.assign("rate", "app.cart.RATE")
    desk.git("commit", "--quiet", "-a", "--amend", "-m", "anew")
    desk.look()
    assert desk.pending() == {}
    assert desk.patch("rate").operations == ()
    desk.require_clean()


def test_a_function_added_to_a_file_with_a_syntax_error_is_a_definition(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.change("app/cart.py", "def count", "def fresh(x):\n    return x\n\n\n# Apart.\n\n\ndef count")
    desk.look()
    assert set(desk.pending()) == {TOTAL, FRESH}
    desk.mend()
    desk.merge_all(random.Random(1))


def test_what_came_for_another_of_its_name_in_a_file_with_a_syntax_error_is_told_apart(desk: Desk) -> None:
    desk.change("app/cart.py", "def count(prices):\n", "def number(prices):\n")
    desk.change(
        "app/cart.py", "return sum(prices)\n", "return (sum(prices)\n\n\ndef count():\n    return 1\n"
    )
    desk.look()
    desk.mend()
    assert set(desk.pending()) == {COUNT, "app.cart.number"}
    desk.merge_all(random.Random(1))


def test_a_method_added_to_a_file_with_a_syntax_error_is_a_definition(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.change("app/cart.py", "    def clear", "    def fresh(self):\n        return 1\n\n    def clear")
    desk.look()
    assert set(desk.pending()) == {TOTAL, "app.cart.Cart.fresh"}
    desk.mend()
    desk.merge_all(random.Random(1))


def test_a_function_is_a_definition_before_it_parses(desk: Desk) -> None:
    desk.change("app/cart.py", "def count", "def fresh(x:\n    return (x\n\n\ndef count")
    desk.look()
    assert set(desk.pending()) == {FRESH}
    desk.assign("fresh", FRESH)
    desk.change("app/cart.py", "def fresh(x:\n    return (x", "def fresh(x):\n    return x")
    desk.look()
    assert [op.name for op in desk.patch("fresh").operations] == [FRESH]
    desk.merge_all(random.Random(1))


def test_what_was_committed_with_a_syntax_error_is_cut_up_to_it_and_behind_it(desk: Desk) -> None:
    desk.change("app/cart.py", "    def add(self, price):", "    def add(self, price:")
    desk.git("commit", "--quiet", "-am", "broken")
    names = set(desk.alice.names("app.cart."))
    assert {"app.cart.Cart", "app.cart.Cart.add", "app.cart.Cart.clear", "app.cart.where"} <= names
    desk.look()
    desk.change("app/cart.py", "return os.getcwd()", "return os.curdir")
    desk.look()
    desk.change("app/cart.py", "    def add(self, price:", "    def add(self, price):")
    desk.look()
    assert set(desk.pending()) == {"app.cart.Cart.add", "app.cart.where"}
    desk.merge_all(random.Random(1))


def test_a_file_that_a_save_mends_is_cut_anew(desk: Desk) -> None:
    parts = "RATE = 2\n", "\n\ndef one():\n    return 1\n\n\n", "def two():\n    return 2\n"
    desk.write("app/cart.py", "".join(parts))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    desk.write("app/cart.py", "".join(("def two():\n    return (2\n", parts[1], "RATE = 3\n")))
    desk.look()
    held = {target: desk.alice.text(op.digest or "") for target, (op,) in desk.pending().items()}
    assert held == {"app.cart.RATE": "def two():\n    return (2\n", "app.cart.two": "RATE = 3\n"}
    shown = desk.alice.editor_text("app.cart.RATE").digest
    desk.alice.save_editor("app.cart.RATE", "RATE = 2\n", shown=shown)
    desk.look()
    assert [op.name for (op,) in desk.pending().values()] == ["app/cart.py:<file>"]
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("patch", [None, "basket"], ids=["pending", "in a patch"])
def test_a_class_renamed_in_a_file_with_a_syntax_error_is_renamed_when_that_is_mended(
    desk: Desk, patch: str | None
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.change("app/cart.py", "class Cart:", "class Basket:")
    desk.look()
    if patch is not None:
        desk.assign(patch, "app.cart.Cart")
    desk.mend()
    held = [*desk.pending().values(), *(one.operations for one in desk.state.open_patches())]
    (rename,) = (op for operations in held for op in operations if op.name == "app.cart.Cart")
    assert isinstance(rename, RenameDefinition) and rename.new_name == "app.cart.Basket"
    desk.merge_all(random.Random(1))


def whole_file_in_a_patch(desk: Desk) -> str:
    """Let a patch hold a file as a whole, and give the text that this had before."""
    before = desk.text("app/cart.py")
    desk.change("app/cart.py", "        self.prices.append(price)", "        sel\nf.prices.append(price)")
    desk.look()
    desk.change("app/cart.py", "    return sum(prices)", '    return sum"""(prices)')
    desk.change("app/cart.py", "    limit = 9", "  }  limit = 9")
    desk.look()
    desk.assign("p", WHOLE)
    return before


def test_a_file_that_a_patch_holds_as_a_whole_is_taken_as_a_whole_when_its_error_is_mended(
    desk: Desk,
) -> None:
    mended = whole_file_in_a_patch(desk).replace("limit = 9", "limit = 10")
    desk.write("app/cart.py", mended)
    desk.look()
    assert desk.pending() == {}
    desk.merge_all(random.Random(1))
    assert desk.head("app/cart.py") == mended


def test_what_does_not_merge_with_the_whole_file_of_a_patch_waits_as_the_whole_file(desk: Desk) -> None:
    committed = whole_file_in_a_patch(desk).replace("RATE = 2", "RATE = 5")
    desk.commit_elsewhere("app/cart.py", committed)
    desk.alice.look()
    desk.change("app/cart.py", "RATE = 2", "RATE = 7")
    desk.alice.look()
    waiting = desk.alice.buffer(desk.editor(WHOLE).id)
    assert waiting is not None
    assert waiting.text == desk.text("app/cart.py")
    desk.change("app/cart.py", "RATE = 7", "RATE = 8")
    desk.alice.look()
    waiting = desk.alice.buffer(desk.editor(WHOLE).id)
    assert waiting is not None
    assert waiting.text == desk.text("app/cart.py")


def test_a_definition_taken_back_beneath_a_whole_file_renames_nothing(desk: Desk) -> None:
    desk.change("app/cart.py", "        self.prices.append", "     }   self.prices.append")
    desk.change("app/cart.py", "def where():\n    return os.getcwd()\n", "def where()")
    desk.look()
    desk.assign("p", "app.cart.Cart.add")
    desk.assign("q", WHOLE)
    desk.change("app/cart.py", "     }   self.prices.append", "        self.prices.append")
    done = desk.alice.look()
    assert done is not None
    assert not [note for note in done.notes if "is now" in note]


def test_a_file_renamed_and_made_executable_while_it_has_a_syntax_error_is_assigned_as_one(
    desk: Desk,
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.look()
    desk.assign("totals", TOTAL)
    (desk.root / "app/cart.py").chmod(0o755)
    (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")
    desk.look()
    desk.mend()
    assert set(desk.pending()) == {"app/basket.py:<file>"}
    desk.merge_all(random.Random(1))
    assert desk.head("app/basket.py") == desk.text("app/basket.py")


EPSILON = "def epsilon():\n    kept = os.name\n    return kept\n"
BETA = "def beta():\n    kept = os.name\n    return 1\n"
ALPHA = "def alpha():\n    return kept\n"
THETA = "class theta:\n    limit = 6\n"
WORDS = "# Something.\n"
KEPT = "kept = 1\nkept = 2\n"
FRESH_TOO = "def eta():\n    return beta()\n"


def test_a_file_that_is_pending_as_a_whole_beside_definitions_is_taken_as_a_whole_when_mended(
    tmp_path: Path,
) -> None:
    head = "\n\n".join((WORDS, KEPT, EPSILON, BETA, ALPHA, THETA))
    desk = Desk(tmp_path / "repository", {"app/till.py": head})
    above = (EPSILON, WORDS, "\f\n\n", KEPT)
    broken = BETA.replace("return 1", "return (1")
    desk.write("app/till.py", "\n\n".join((*above, broken, THETA, ALPHA)))
    desk.look()
    assert "app/till.py:<file>" in desk.pending() and "app.till.beta" in desk.pending()
    mended = "\n\n".join((*above, FRESH_TOO, BETA, THETA, ALPHA))
    desk.write("app/till.py", mended)
    desk.look()
    assert all(desk.alice.buffer(one) is None for one in desk.state.editors)
    desk.merge_all(random.Random(1))
    assert desk.head("app/till.py") == mended


def test_a_member_saved_where_its_file_is_held_as_a_whole_with_a_syntax_error_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    head = (
        "RATE = 2\n\n\nclass alpha:\n    @staticmethod\n    def zeta():\n        {0}\n        kept = RATE\n"
    )
    theta = "    def theta(self):\n        kept = os.name\n        return re.compile('x')\n"
    rest = f"        return os.name\n  }}  \n{theta}"
    zeta = f"{head}        return os.name\n\n{theta}"
    desk = Desk(tmp_path / "repository", {"app/till.py": zeta.format("kept = 1")})
    for text in (zeta.format(""), head.format("") + rest, head.format("") + rest.lstrip(" ")):
        desk.write("app/till.py", text)
        desk.look()
    assert set(desk.pending()) == {"app/till.py:<file>"}
    desk.alice.save_editor("app.till.alpha.theta", theta.replace("return ", "return 0 or "))
    assert desk.alice.view().behind == ()
    desk.look()
    assert "return 0 or re" in desk.text("app/till.py")


USER = "def find(users, name):\n    return users.get(name)\n\n\ndef valid(email):\n    return True\n"
WITH_RE = f"import re\n\n\n{USER.replace('return True', 'return bool(re.match(email, email))')}"
HALF_TYPED = WITH_RE.replace("users.get(name)", "users.get(name")


def in_users(desk: Desk, text: str) -> None:
    desk.write("app/user.py", USER)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "users")
    desk.look()
    desk.write("app/user.py", text)
    desk.look()
    desk.assign("mail", "app.user.valid")


@pytest.mark.parametrize("also_in_a_patch", [False, True])
def test_an_import_goes_along_while_another_function_of_its_file_is_half_typed(
    desk: Desk, also_in_a_patch: bool
) -> None:
    in_users(desk, WITH_RE)
    assert not desk.alice.merge_preview("mail", with_dependencies=False).blockers[1:]
    desk.write("app/user.py", HALF_TYPED)
    desk.look()
    if also_in_a_patch:
        desk.assign("finds", "app.user.find")
    assert any(one.travels for one in desk.alice.view().editors)
    desk.merge("mail")
    assert desk.head("app/user.py") == WITH_RE
    desk.write("app/user.py", WITH_RE.replace("users.get(name)", "users.get(name, 1)"))
    desk.look()
    desk.require_held()


def test_a_merge_finds_out_anew_what_was_fine_before(desk: Desk) -> None:
    in_users(desk, WITH_RE)
    desk.alice.mark_ready("mail")
    assert not desk.alice.merge_preview("mail", with_dependencies=False).blockers
    desk.write("app/user.py", WITH_RE.replace("import re", "import (re"))
    desk.look()
    with pytest.raises(PatchbayError, match="uses re, which nothing defines"):
        desk.alice.merge_patch("mail")
