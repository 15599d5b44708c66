"""Five stories told with nothing but keys, each with the number of keys that it takes.

Keys are counted as they are pressed; text that is typed, such as a name or a line of code, is not.
"""

from __future__ import annotations

from pathlib import Path

from conflict_stores import PAGE, codebase_moved, sharing
from demo_stores import empty_store, improvements
from driver import Person, at
from textual.widgets import TextArea

from store.model import PatchStatus
from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen

KEYS = {
    "newcomer": 11,
    "blocked merge": 8,
    "conflict": 6,
    "closing": 6,
    "two people": 9,
}
"""How many keys each story takes."""


class Traveller(Person):
    """Somebody whose keys are counted."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.pilot)
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await super().press(*keys)

    async def look(self) -> None:
        """Let a dialog that opened by itself begin to listen."""
        await self.settle()

    def text(self) -> str:
        """What the definition editor holds."""
        return self.app.screen.query_one(TextArea).text


async def test_newcomer(tmp_path: Path) -> None:
    """Somebody who has never seen Patchbay starts a session, changes a function, and merges the change.

    The welcome says N, its suggested name does, and what is said then names o. The function is found by a
    part of its name and opens for typing. Saving asks for a patch and suggests a name for a new one. Back in
    the session, merging a draft that only lacks its mark offers to mark it and merge.
    """
    manager = empty_store(tmp_path)
    async with at(manager) as person:
        one = Traveller(person)
        assert "N  start a session" in one.lines("alone")
        await one.press("N", "enter")
        assert "o opens a definition" in one.footer()
        await one.press("o")
        await one.write("valid")
        await one.press("enter")
        assert isinstance(one.app.screen, EditorScreen)
        await one.press("down", "home")
        await one.write("    email = email.strip()\n")
        await one.press("f2")
        await one.look()
        assert "create and assign" in one.lines("keys")
        await one.press("enter", "escape")
        await one.press("m")
        assert "mark ready and merge" in one.lines("keys")
        await one.press("enter")
        assert "Merged A" in one.footer()
    assert "email.strip()" in manager.show("MyApp.User.validate").text
    assert one.keys == KEYS["newcomer"]


async def test_blocked_merge_understood_and_unblocked(tmp_path: Path) -> None:
    """Alice merges a patch that she has broken: what is in the way is named, and enter goes there.

    The patch no longer parses. The list of blockers says so; enter opens the definition that breaks the
    file. She mends it and saves; back in the session the same key merges, with the mark that saving took.
    """
    manager = improvements(tmp_path)
    broken = "def validate(email):\n    return EMAIL.fullmatch(email\n"
    manager.save_editor("1", broken)
    async with at(manager) as person:
        one = Traveller(person)
        assert "does not parse" in one.lines("actions")
        await one.press("m")
        assert "MyApp/User/__init__.py does not parse" in one.lines("lines")
        await one.press("enter")
        assert isinstance(one.app.screen, EditorScreen)
        assert one.text() == broken
        await one.press("down", "end")
        await one.write(")")
        await one.press("f2", "escape")
        await one.press("m")
        assert "mark ready and merge" in one.lines("keys")
        await one.press("enter")
        assert "Merged A" in one.footer()
    assert "EMAIL.fullmatch(email)" in manager.show("MyApp.User.validate").text
    assert one.keys == KEYS["blocked merge"]


async def test_conflict_settled(tmp_path: Path) -> None:
    """Bob has changed what Alice's patch changes: she settles it place by place, and merges.

    The next sensible step of her patch is c. Each place shows base, hers and Bob's; what only one of them
    changed is taken already. She keeps hers in the first place, takes Bob's in the second, and enter takes
    the result.
    """
    manager = codebase_moved(tmp_path)
    async with at(manager) as person:
        one = Traveller(person)
        assert "▸c  Conflict" in one.lines("actions")
        await one.press("c")
        assert "you changed it in patch" in one.lines("lines")
        await one.press("o", "t", "enter")
        assert "Settled" in one.footer()
        await one.press("m", "enter")
        assert "Merged A" in one.footer()
    text = manager.show(PAGE).text
    assert "width = max(320, 1440)" in text
    assert "columns = settings.COLUMNS" in text
    assert 'color = "green"' in text
    assert "render(theme, settings)" in text
    assert one.keys == KEYS["conflict"]


TEXTS = {
    "MyApp.User.validate": "def validate(email):\n    return bool(email)\n",
    "MyApp.User.create": "def create(email):\n    return email\n",
    "MyApp.User.ADMIN": 'ADMIN = "root"\n',
    "MyApp.User.Profile.render": 'def render(profile):\n    return "hello"\n',
    "MyApp.Database.User.findByEmail": "def findByEmail(email, rows):\n    return rows\n",
    "MyApp.User.Profile.TEMPLATE": 'TEMPLATE = "<h2>%s</h2>"\n',
}


def crowded(directory: Path) -> SessionManager:
    """A to C ready to merge, D and E drafts, F marked ready although Bob merged a change of the same name."""
    manager = empty_store(directory)
    session = manager.start_session("spring-cleaning").session_id
    for letter, (name, text) in zip("ABCDEF", TEXTS.items(), strict=True):
        manager.save_editor(name, text, new_patch=f"patch-{letter}")
        if letter in "ABCF":
            manager.mark_ready(letter)
    bob = manager.as_user("bob")
    bob.start_session("bobs")
    bob.save_editor("MyApp.User.Profile.TEMPLATE", 'TEMPLATE = "<h3>%s</h3>"\n', new_patch="smaller")
    bob.mark_ready("smaller")
    bob.merge_patch("smaller")
    manager.switch_session(session)
    return manager


async def test_a_session_with_three_ready_two_drafts_and_one_failing_is_closed(tmp_path: Path) -> None:
    """Alice closes her session: what will happen to each of six patches is shown before it does.

    Three merge in order, two drafts are abandoned, the one in conflict stays as it is; the answer counts
    them and names the key that reopens the session, where that one waits to be settled.
    """
    manager = crowded(tmp_path)
    async with at(manager) as person:
        one = Traveller(person)
        await one.press("C")
        told = one.lines("lines")
        assert "3 will merge, in this order" in told
        assert "1 cannot merge" in told
        assert "2 drafts will be abandoned" in told
        await one.press("y")
        assert "Closed spring-cleaning: 3 merged, 2 abandoned, 1 failed: s reopens it." in one.footer(), (
            one.footer()
        )
        assert "No session is open." in one.lines("alone")
        await one.press("s", "space", "down", "enter")
        assert "Reopened. Its end abandoned 2 drafts" in one.footer()
        assert "space hides 📦 3  💤 2" in one.lines("patches")
    left = [one.patch for one in manager.view().patches if one.patch.is_open]
    assert [(patch.letter, patch.status) for patch in left] == [("F", PatchStatus.CONFLICTS)]
    assert one.keys == KEYS["closing"]


async def test_two_people_on_one_definition(tmp_path: Path) -> None:
    """Alice and Bob type in the same function of the same patch at the same time; both changes are kept.

    Alice is told that Bob has it open. What Bob saves stands in her editor at once, under what she types;
    her save merges the two.
    """
    manager, bobs = sharing(tmp_path)
    async with at(manager) as first, at(bobs) as second:
        alice, bob = Traveller(first), Traveller(second)
        assert "also open: bob" in alice.lines("preview")
        await alice.press("enter")
        await bob.press("2", "enter", "down", "end")
        await bob.write("0")
        await bob.press("f2")
        assert "Saved" in bob.lines("footer")
        await alice.until(lambda: "width = 9600" in alice.text())
        await alice.press("pagedown", "end")
        await alice.write("  # checked")
        await alice.press("f2")
        assert "Saved" in alice.lines("footer")
    text = manager.show(PAGE, patch="A").text
    assert "width = 9600" in text
    assert "# checked" in text
    assert alice.keys + bob.keys == KEYS["two people"]


async def test_what_a_person_may_not_merge_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    """Bob, a contributor, presses m on Alice's ready patch: the footer says whose it is, no dialog opens."""
    manager = improvements(tmp_path)
    async with at(manager.as_user("bob")) as person:
        await person.press("m")
        assert person.footer() == "✗ Merge: it is alice's: a maintainer may."


async def test_the_footer_without_a_session_names_only_keys_that_work_there(tmp_path: Path) -> None:
    manager = empty_store(tmp_path)
    async with at(manager) as person:
        assert person.footer() == "N start a session  s sessions  : commands  ? help  q quit"
