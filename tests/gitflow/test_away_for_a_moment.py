"""A file that is away for a moment, or no text: what was held of it in definitions is so afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from desk import Desk

pytestmark = pytest.mark.few(4)

PATH = "shop/user.py"
USER = '''"""Users."""
from dataclasses import dataclass


LIMIT = 10


@dataclass
class User:
    name: str
    email: str

    def validate(self):
        return "@" in self.email

    def contact(self):
        return f"{self.name} <{self.email}>"


def find(users, name):
    for user in users:
        if user.name == name:
            return user
    return None


def create(name, email):
    user = User(name, email)
    if not user.validate():
        raise ValueError(email)
    return user
'''
FILES = {PATH: USER, "shop/__init__.py": "", "shop/cart.py": "from shop.user import User\n\nEMPTY = []\n"}
VALIDATE, CONTACT = "shop.user.User.validate", "shop.user.User.contact"
FIND, EMAIL, IMPORT = "shop.user.find", "shop.user.EMAIL", "shop.user.<import>"
CHANGED = (
    USER.replace("from dataclasses", "import re\nfrom dataclasses")
    .replace("LIMIT = 10\n", 'LIMIT = 10\nEMAIL = re.compile(r"[^@]+@[^@]+")\n')
    .replace('"@" in self.email', "EMAIL.fullmatch(self.email) is not None")
    .replace("        return f", "        if not self.name:\n            return self.email\n        return f")
    .replace("    return None\n", "    raise KeyError(name)\n")
)
NAMES = {VALIDATE, CONTACT, FIND, EMAIL, IMPORT}
Way = tuple[Callable[[Desk], None], Callable[[Desk], None]]
PATCHES: dict[str, dict[str, list[str]]] = {
    "in none": {},
    "in one patch": {"mail": [VALIDATE, CONTACT, EMAIL]},
    "in two patches": {"mail": [VALIDATE, EMAIL], "finding": [FIND, CONTACT]},
}


@pytest.fixture(params=PATCHES)
def held(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """What is in which patch."""
    return PATCHES[request.param]


@pytest.fixture
def user(tmp_path: Path, held: dict[str, list[str]]) -> Desk:
    """Five definitions of a file that are changed, some of them in patches."""
    desk = Desk(tmp_path / "repository", FILES)
    desk.write(PATH, CHANGED)
    desk.look()
    for patch, names in held.items():
        desk.assign(patch, *names)
    return desk


def operations(desk: Desk) -> dict[str, list[tuple[str, str, str | None]]]:
    """What each open patch holds, and what is in none."""
    found = {one.name: one.operations for one in desk.state.open_patches()}
    loose = [op for pending in desk.pending().values() for op in pending]
    return {
        patch: sorted((op.kind, op.name, op.digest) for op in ops)
        for patch, ops in (*found.items(), ("", loose))
    }


def away(desk: Desk) -> None:
    (desk.root / PATH).rename(desk.root.parent / "away")


def back(desk: Desk) -> None:
    (desk.root.parent / "away").rename(desk.root / PATH)


def renamed(desk: Desk) -> None:
    desk.git("mv", PATH, "shop/people.py")


def renamed_back(desk: Desk) -> None:
    desk.git("mv", "shop/people.py", PATH)


def no_text(desk: Desk) -> None:
    desk.write(PATH, CHANGED.encode() + b"\xff\xfe")


def text_again(desk: Desk) -> None:
    desk.write(PATH, CHANGED)


WAYS = {"moved away": (away, back), "renamed": (renamed, renamed_back), "no text": (no_text, text_again)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """How the file goes, and how it comes back."""
    return WAYS[request.param]


def require_in_definitions(desk: Desk) -> None:
    """Each change is told of a definition, in an editor of its own, and can be merged by itself."""
    targets = [one.target for one in desk.state.editors.values()]
    assert len(targets) == len(set(targets)), targets
    assert not [one for one in targets if one.endswith(":<file>") or "people" in one], targets
    for target, (op,) in desk.pending().items():
        assert op.name == target
    held = [op for one in desk.state.open_patches() for op in one.operations]
    assert not [op.name for op in held if op.name.endswith(":<file>")]


def test_what_is_back_as_it_was_is_held_as_it_was(user: Desk, way: Way) -> None:
    before = operations(user)
    for _ in range(2):
        for step in way:
            step(user)
            user.look()
        require_in_definitions(user)
        assert operations(user) == before
    user.merge_all(random.Random(1))


def test_what_is_back_with_another_text_follows_its_patch(
    user: Desk, held: dict[str, list[str]], way: Way
) -> None:
    go, come = way
    go(user)
    user.look()
    come(user)
    user.change(PATH, "EMAIL.fullmatch(self.email) is not None", "bool(EMAIL.fullmatch(self.email))")
    user.change(PATH, "    raise KeyError(name)\n", "    return None\n")
    user.change(
        PATH, "    return user\n\n\n" if False else "raise ValueError(email)", "raise KeyError(email)"
    )
    user.look()
    require_in_definitions(user)
    if held:
        (op,) = (one for one in user.patch("mail").operations if one.name == VALIDATE)
        assert "bool(" in user.alice.text(op.digest or "")
    loose = NAMES - {FIND} - {name for names in held.values() for name in names}
    assert set(user.pending()) == loose | {"shop.user.create"}
    user.merge_all(random.Random(1))


def test_what_is_checked_out_while_it_is_away_is_gone_from_the_patches(user: Desk, way: Way) -> None:
    way[0](user)
    user.look()
    user.git("reset", "--quiet")
    (user.root / "shop/people.py").unlink(missing_ok=True)
    user.git("checkout", "--", PATH)
    user.look()
    require_in_definitions(user)
    assert not any(operations(user).values())
    user.write(PATH, CHANGED)
    user.look()
    require_in_definitions(user)
    assert set(user.pending()) == {IMPORT} | NAMES - {name for ops in PATCHES.values() for name in ops} - {
        op.name for one in user.state.open_patches() for op in one.operations
    }
    user.merge_all(random.Random(1))


def names_held(desk: Desk) -> set[str]:
    """What operations and editors are on."""
    operations = [op for one in desk.state.open_patches() for op in one.operations]
    operations += [op for pending in desk.pending().values() for op in pending]
    return {op.name for op in operations} | {one.target for one in desk.state.editors.values()}


@pytest.mark.parametrize("looks", product([False, True], repeat=3))
def test_what_is_stashed_while_its_file_moves_follows_it_or_is_all_in_no_patch(
    user: Desk, held: dict[str, list[str]], looks: tuple[bool, ...]
) -> None:
    stash, move = ("stash", "--quiet"), ("mv", PATH, "shop/people.py")
    commit, pop = ("commit", "--quiet", "-m", "move"), ("stash", "pop", "--quiet")
    for step, look in zip((stash, move, commit, pop), (*looks, True), strict=True):
        user.git(*step)
        if look:
            user.look()
    assert names_held(user) == {one.replace("shop.user", "shop.people") for one in NAMES}
    kept = {one.name: len(one.operations) for one in user.state.open_patches()}
    lost = dict.fromkeys(held, 0)
    assert kept in (lost, {patch: len(names) for patch, names in held.items()})
    assert any(looks) or kept != lost or not held
    user.merge_all(random.Random(1))


@pytest.mark.parametrize("looks", [False, True])
def test_a_move_committed_by_hand_is_followed_by_what_is_not(user: Desk, looks: bool) -> None:
    sizes = {one.name: len(one.operations) for one in user.state.open_patches()}
    renamed(user)
    if looks:
        user.look()
    user.git("commit", "--quiet", "-m", "move")
    user.look()
    user.change("shop/people.py", "fullmatch(self.email) is not None", "match(self.email)")
    user.look()
    assert names_held(user) == {one.replace("shop.user", "shop.people") for one in NAMES}
    assert {one.name: len(one.operations) for one in user.state.open_patches()} == sizes
    user.merge_all(random.Random(1))


def test_a_new_file_that_is_committed_by_hand_and_edited_at_once_is_told_in_definitions(user: Desk) -> None:
    user.write("shop/till.py", "def open():\n    return 1\n\n\ndef close():\n    return 2\n")
    user.look()
    user.git("add", "shop/till.py")
    user.git("commit", "--quiet", "-m", "till")
    user.change("shop/till.py", "return 2", "return 3")
    user.look()
    assert {one for one in names_held(user) if "till" in one} == {"shop.till.close"}
    user.merge_all(random.Random(1))


ORDERS = [(PATH, "shop/people.py"), ("shop/people.py", PATH)]


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_renamed_and_back_is_seen_one_file_at_a_time(user: Desk, order: tuple[str, ...]) -> None:
    before = operations(user)
    for step in (renamed, renamed_back):
        step(user)
        for path in order:
            user.alice.look([path])
        user.require_held()
    require_in_definitions(user)
    assert operations(user) == before
    user.merge_all(random.Random(1))


def test_a_file_that_a_person_deletes_or_renames_in_a_patch_is_so_as_long_as_the_tree_is(user: Desk) -> None:
    for target in tuple(user.pending()):
        user.assign("rest", target)
    user.alice.delete_definition(f"{PATH}:<file>", new_patch="gone")
    user.alice.rename_definition("shop/cart.py:<file>", "shop/basket.py:<file>", new_patch="basket")
    before = operations(user)
    user.write("notes.txt", "one\n")
    user.look()
    assert (operations(user)["gone"], operations(user)["basket"]) == (before["gone"], before["basket"])
    (user.root / "shop/basket.py").rename(user.root.parent / "away")
    user.look()
    (user.root.parent / "away").rename(user.root / "shop/basket.py")
    user.look()
    assert operations(user)["gone"] == before["gone"]
    user.merge_all(random.Random(1))
    assert (user.head(PATH), user.head("shop/cart.py")) == (None, None)


def test_a_file_that_is_back_with_a_syntax_error_is_told_in_definitions_once_that_is_mended(
    user: Desk, way: Way
) -> None:
    go, come = way
    before = operations(user)
    go(user)
    user.look()
    come(user)
    user.change(PATH, "    raise ValueError(email)", "    raise ValueError(email")
    user.look()
    user.change(PATH, "    raise ValueError(email", "    raise ValueError(email)")
    user.look()
    require_in_definitions(user)
    assert operations(user) == before
    user.merge_all(random.Random(1))


def test_what_a_person_types_over_a_file_that_is_away_is_kept(user: Desk) -> None:
    away(user)
    user.look()
    editor = user.editor(f"{PATH}:<file>")
    user.alice.type_text(editor.id, "# Mine.\n", None)
    back(user)
    user.alice.look()
    kept = user.alice.buffer(editor.id)
    assert kept is not None and kept.text == "# Mine.\n"
