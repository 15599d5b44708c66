"""A state machine over the manager: random verbs by two people, the rules as invariants.

Every verb may be refused, by a `PatchbayError` and nothing else. What holds after each step is checked by
means of its own, not by the code that is to keep it.
"""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from copies import Begun
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from store.errors import Code, PatchbayError
from store.ground.composition import ground, text_under, view
from store.model import PatchStatus, SessionState, affected_names, new_name_of
from store.rules import violations
from store.session_manager import SessionManager, open_store
from store.source.texts import digest
from store.source.tree import Tree

NAMES = (
    "app.cart.total",
    "app.cart.count",
    "app.cart.Cart.add",
    "app.cart.Cart",
    "app.user.check",
    "app.user.LIMIT",
)
NEW_NAMES = ("app.cart.tax", "app.cart.Cart.clear", "app.user.fresh", "app.extra.helper", "app.cart.aaa")
USERS = ("alice", "bob")


def function(last: str, values: tuple[int, int, int] = (0, 0, 0), indent: str = "") -> str:
    one, two, three = values
    lines = [f"def {last}(self=None):", f"    one = {one}", "", f"    two = {two}", "", f"    return {three}"]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


FILES = {
    "app/cart.py": '"""Carts."""\n\nimport os\n\n\n'
    + function("total")
    + "\n\n"
    + function("count")
    + '\n\nclass Cart:\n    """A cart."""\n\n'
    + function("add", indent="    ")
    + "\n"
    + function("drop", indent="    ")
    + "\n\nprint(os.name)\n",
    "app/user.py": "LIMIT = 3\n\n\n" + function("check"),
}


def ticking(seconds: Iterator[int]) -> Callable[[], datetime]:
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


def counting(numbers: Iterator[int]) -> Callable[[str], str]:
    return lambda kind: f"{kind}-{next(numbers):05d}"


@cache
def session_of_both() -> tuple[Begun, str]:
    """Alice's session with Bob in it, made once, and its id."""
    begun = Begun(ticking, counting, "work")
    alice = begun.started(FILES)
    session = alice.start_session("main").session_id
    alice.invite("bob", "contributor")
    alice.as_user("bob").switch_session("main")
    return begun, session


def merge_in_turn(manager: SessionManager, order: list[str]) -> dict[str, str]:
    """Mark and merge what can be, in an order with dependencies first, and give the codebase's files."""
    for patch in order:
        try:
            if not manager.view().patch(patch).patch.marked_ready:  # type: ignore[union-attr]
                manager.mark_ready(patch)
            manager.merge_patch(patch, past_unsaved=True)
        except PatchbayError:
            continue
    files = manager.codebase.files()
    return {path: files.text(path) for path in files.paths()}


def comparable(state: SessionState) -> Any:
    """A state without times, revisions and what undo leaves alone."""
    raw = state.model_dump(mode="json")
    raw["session"].pop("codebase_revision")
    raw["session"].pop("letters_given")
    for record in (raw["session"], *raw["patches"].values(), *raw["editors"].values()):
        for field in [one for one in record if one.endswith("_at") or one == "revision"]:
            record[field] = record[field] is not None
    return raw


class ManagerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="patchbay-machine-"))
        begun, self.session = session_of_both()
        alice = begun.copied(self.directory).opened()
        bob = alice.as_user("bob")
        self.managers = {"alice": alice, "bob": bob}
        self.saved: set[str] = set()

    # What the checks look at

    @property
    def state(self) -> SessionState:
        return self.managers["alice"].repository.load(self.session)

    def tree(self) -> Tree:
        return Tree(self.managers["alice"].codebase.files())

    def patch_at(self, index: int, *, any_status: bool = False) -> str | None:
        patches = self.state.patches.values() if any_status else self.state.open_patches()
        ids = [patch.id for patch in patches]
        return ids[index % len(ids)] if ids else None

    def tried(self, verb: Callable[[], Any]) -> Any:
        """Do a verb; None when it was refused, and then nothing has changed."""
        before = self.managers["alice"].view().state
        try:
            return verb()
        except PatchbayError as error:
            assert error.message.endswith((".", "?")), error.message
            after = self.managers["alice"].view().state
            assert after.patches == before.patches, f"refused, yet changed: {error.message}"
            return None

    # Verbs

    @initialize()
    def a_patch_of_each(self) -> None:
        for user in USERS:
            self.managers[user].create_patch(f"of {user}")

    @rule(user=st.sampled_from(USERS), number=st.integers(0, 5))
    def create(self, user: str, number: int) -> None:
        self.tried(lambda: self.managers[user].create_patch(f"patch {number}"))
        names = [patch.name for patch in self.state.open_patches()]
        assert len(set(names)) == len(names), "R4: open patches have one name each"

    @rule(
        user=st.sampled_from(USERS),
        name=st.sampled_from(NAMES + NEW_NAMES),
        line=st.integers(0, 2),
        value=st.integers(1, 3),
        into=st.sampled_from((None, 0, 1, 1, 2, 3)),
    )
    def save(self, user: str, name: str, line: int, value: int, into: int | None) -> None:
        manager = self.managers[user]
        before = self.state
        patch = None if into is None else self.patch_at(into)
        text = self.changed_text(manager, name, line, value)
        holders = [one.id for one in before.open_patches() if name in _names(one)]
        editor = manager.editor_in(before, name)
        mine = editor is not None and editor.user == user
        outcome = self.tried(lambda: manager.save_editor(name, text, patch=patch, new=name in NEW_NAMES))
        if outcome is None:
            return
        after = self.state
        for key, old in before.patches.items():
            if old.operations != after.patches[key].operations and key in outcome.patches[:1]:
                assert not after.patches[key].marked_ready, (
                    "R8: a changed operation takes a patch back to Draft"
                )
            self.saved |= {op.digest for op in after.patches[key].operations if op.digest}
        if patch is None and not (mine and editor is not None and editor.patch_id):
            assert (outcome.chosen is not None) == (len(holders) == 1), (
                "R9: the only holder is joined, else ask"
            )
            if len(holders) == 1:
                assert outcome.chosen == holders[0], "R9"

    def changed_text(self, manager: SessionManager, name: str, line: int, value: int) -> str:
        last = name.rsplit(".", 1)[-1]
        try:
            number = manager.open_editor(name).editors[0]
            text = manager.editor_text(number).text
        except PatchbayError:
            text = ""
        if last == "Cart":
            return (
                text.replace('"""A cart', f'"""A cart {value}')
                if "class Cart" in text
                else "class Cart:\n    pass\n"
            )
        if last == "LIMIT":
            return f"LIMIT = {value}\n"
        indent = "    " if ".Cart." in name else ""
        if f"def {last}" not in text:
            values = [0, 0, 0]
            values[line] = value
            return function(last, (values[0], values[1], values[2]), indent)
        lines = text.split("\n")
        at = [1, 3, 5][line]
        if at >= len(lines):
            return text
        lines[at] = f"{indent}    {('one =', 'two =', 'return')[line]} {value}"
        return "\n".join(lines)

    @rule(user=st.sampled_from(USERS), name=st.sampled_from(NAMES))
    def delete(self, user: str, name: str) -> None:
        self.tried(lambda: self.managers[user].delete_definition(name))

    @rule(user=st.sampled_from(USERS), name=st.sampled_from(NAMES), new=st.sampled_from(("renamed", "other")))
    def rename(self, user: str, name: str, new: str) -> None:
        target = name.rsplit(".", 1)[0] + "." + (new.upper() if name.endswith("LIMIT") else new)
        self.tried(lambda: self.managers[user].rename_definition(name, target))

    @rule(
        user=st.sampled_from(USERS),
        number=st.integers(1, 6),
        text=st.sampled_from(("x = 1\n", function("total"))),
    )
    def type(self, user: str, number: int, text: str) -> None:
        self.tried(lambda: self.managers[user].type_text(str(number), text))

    @rule(user=st.sampled_from(USERS), number=st.integers(1, 6))
    def drop(self, user: str, number: int) -> None:
        self.tried(lambda: self.managers[user].drop_buffer(str(number)))

    @rule(user=st.sampled_from(USERS), number=st.integers(1, 6), discard=st.booleans())
    def close_editor(self, user: str, number: int, discard: bool) -> None:
        pending = [
            op.digest for one in self.state.editors.values() if one.number == number for op in one.pending
        ]
        if self.tried(lambda: self.managers[user].close_editor(str(number), discard)) is not None:
            self.saved |= {one for one in pending if one}

    @rule(user=st.sampled_from(USERS))
    def close_clean_editors(self, user: str) -> None:
        for editor in self.state.editors.values():
            if editor.user == user and not editor.pending:
                self.tried(lambda one=editor.id: self.managers[user].close_editor(one))

    @rule(user=st.sampled_from(USERS), number=st.integers(1, 6), to=st.integers(0, 5), on_top=st.booleans())
    def assign(self, user: str, number: int, to: int, on_top: bool) -> None:
        patch = self.patch_at(to)
        if patch is not None:
            self.tried(lambda: self.managers[user].assign_editor(str(number), patch, on_top=on_top))

    @rule(user=st.sampled_from(USERS), number=st.integers(1, 6))
    def unassign(self, user: str, number: int) -> None:
        self.tried(lambda: self.managers[user].unassign_editor(str(number)))

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5), ready=st.booleans())
    def mark(self, user: str, at: int, ready: bool) -> None:
        patch = self.patch_at(at, any_status=True)
        if patch is not None:
            manager = self.managers[user]
            self.tried(lambda: manager.mark_ready(patch) if ready else manager.mark_draft(patch))

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5), mark_first=st.booleans())
    def merge(self, user: str, at: int, mark_first: bool) -> None:
        patch = self.patch_at(at, any_status=True)
        if patch is None:
            return
        manager = self.managers[user]
        if mark_first and not self.state.patches[patch].marked_ready:
            self.tried(lambda: manager.mark_ready(patch))
        before = self.managers["alice"].view().state.patches[patch]
        if self.tried(lambda: manager.merge_patch(patch)) is not None:
            assert before.is_open, "R5: merged is final"
            assert before.marked_ready and before.operations and not before.conflicts, (
                "R6: only what is ready"
            )
            assert user == "alice" or before.created_by == user, "R20: contributors merge their own"
            assert all(one.patch_id != patch for one in self.state.editors.values()), "R15"

    @rule(user=st.sampled_from(USERS))
    def merge_all(self, user: str) -> None:
        self.tried(lambda: self.managers[user].merge_all_ready())

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5))
    def abandon(self, user: str, at: int) -> None:
        patch = self.patch_at(at)
        if patch is not None:
            names = self.managers["alice"].view().patch(patch).patch.operations  # type: ignore[union-attr]
            if self.tried(lambda: self.managers[user].abandon_patch(patch)) is not None:
                assert self.state.patches[patch].operations == names, "R19: abandoning never deletes"

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5))
    def restore(self, user: str, at: int) -> None:
        gone = [one.id for one in self.state.patches.values() if one.status is PatchStatus.ABANDONED]
        if gone:
            self.tried(lambda: self.managers[user].restore_patch(gone[at % len(gone)]))

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5), on=st.integers(0, 5), drop=st.booleans())
    def depend(self, user: str, at: int, on: int, drop: bool) -> None:
        patch, other = self.patch_at(at), self.patch_at(on, any_status=drop)
        if patch is not None and other is not None:
            manager = self.managers[user]
            self.tried(
                lambda: (
                    manager.drop_dependency(patch, other) if drop else manager.add_dependency(patch, other)
                )
            )

    @rule(user=st.sampled_from(USERS), at=st.integers(0, 5), into=st.integers(0, 5))
    def join(self, user: str, at: int, into: int) -> None:
        patch, other = self.patch_at(at), self.patch_at(into)
        if patch is not None and other is not None:
            self.tried(lambda: self.managers[user].join_patches(patch, other))

    @rule(user=st.sampled_from(USERS), ours=st.booleans())
    def resolve(self, user: str, ours: bool) -> None:
        for patch, conflict in self.managers["alice"].conflicts():
            done = self.tried(
                lambda key=conflict.id: self.managers[user].resolve_conflict(key, ours=ours, theirs=not ours)
            )
            if done is not None:
                still = [one.name for one in self.state.patches[patch.id].conflicts]
                assert conflict.name not in still, "R13: a settled conflict is settled"
            break

    @rule(user=st.sampled_from(USERS), skip=st.booleans())
    def undo(self, user: str, skip: bool) -> None:
        self.tried(lambda: self.managers[user].undo(skip=skip))

    @rule(user=st.sampled_from(USERS))
    def redo(self, user: str) -> None:
        self.tried(lambda: self.managers[user].redo())

    @rule(user=st.sampled_from(USERS))
    def undo_and_redo(self, user: str) -> None:
        before = comparable(self.managers["alice"].view().state)
        if self.tried(lambda: self.managers[user].undo()) is not None:
            self.managers[user].redo()
            assert comparable(self.managers["alice"].view().state) == before, (
                "R22: undo, then redo, gives the same records"
            )

    @rule(name=st.sampled_from(NAMES[:3]), line=st.integers(0, 2), value=st.integers(4, 6))
    def the_codebase_moves(self, name: str, line: int, value: int) -> None:
        codebase = self.managers["alice"].codebase
        tree = self.tree()
        place = tree.find(name)
        if place is None:
            return
        text = tree.text(place.path)
        marks = (f"one = {line}", "two = 0", "return 0")
        new = text.replace(marks[line], marks[line].rsplit(" ", 1)[0] + f" {value}", 1)
        prepared = codebase.prepare(
            {place.path: new},
            expected=codebase.revision(),
            message="outside",
            author="bob",
            at=datetime(2026, 2, 1, tzinfo=UTC),
            transaction=f"outside-{codebase.revision()}",
        )
        codebase.publish(prepared)

    # What always holds

    @precondition(lambda self: self.state.session.role_of("bob") is None)
    @rule()
    def bob_is_invited_again(self) -> None:
        self.tried(lambda: self.managers["alice"].invite("bob", "contributor"))

    @invariant()
    def every_rule_holds(self) -> None:
        assert violations(self.state) == []

    @invariant()
    def ready_means_no_blockers(self) -> None:
        seen = self.managers["alice"].view()
        state = seen.state
        buffers = set(self.managers["alice"].repository.buffers.ids())
        for one in seen.patches:
            patch = one.patch
            expected = (
                patch.is_open
                and patch.marked_ready
                and bool(patch.operations)
                and not patch.conflicts
                and all(state.patches[d.patch].merged_at is not None for d in patch.dependencies)
                and not any(e.patch_id == patch.id and e.id in buffers for e in state.editors.values())
            )
            blocked_by_text = any(b.code in (Code.DOES_NOT_PARSE, Code.UNDEFINED_NAME) for b in one.blockers)
            same_buffer = expected is False and one.ready_to_merge and bool(buffers)
            assert one.ready_to_merge == (expected and not blocked_by_text) or same_buffer, "R6"

    @invariant()
    def a_base_is_the_ground_or_in_conflict(self) -> None:
        state = self.managers["alice"].view().state
        text = self.managers["alice"].text
        for patch in state.open_patches():
            under = ground(self.tree(), state.patches, patch.id, text)
            for op in patch.operations:
                there = text_under(under, op, op.name)
                same = (None if there is None else digest(there)) == op.base_digest
                open_names = {one.name for one in patch.conflicts}
                assert same or op.name in open_names, f"R12: {op.name} in {patch.letter}"
            seen = view(self.tree(), state.patches, patch.id, text)
            for op in patch.operations:
                shown = op.digest is None or seen.find(new_name_of(op) or op.name) is not None
                assert shown or op.name in {one.name for one in patch.conflicts}, f"R7: {op.name} is nowhere"

    @invariant()
    def merged_once(self) -> None:
        log = self.managers["alice"].repository.recent_log(self.session)
        for patch in self.state.patches.values():
            times = [
                (1 if change.after is not None else -1)
                for entry in log
                for change in entry.changes
                if change.id == patch.id and change.field == "merged_at"
            ]
            assert sum(times) == (1 if patch.merged_at is not None else 0), "R5: never merged twice"
            assert all(a != b for a, b in itertools.pairwise(times)), "R5: never merged twice"

    @invariant()
    def every_text_can_be_reached(self) -> None:
        if self.saved:
            named = self.managers["alice"].repository.named_texts()
            assert self.saved <= named, "each text ever saved can still be reached"

    def teardown(self) -> None:
        try:
            if getattr(self, "session", None):
                self.check_orders()
                self.check_close()
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def copied(self, name: str) -> SessionManager:
        target = self.directory / name
        shutil.copytree(self.directory / "work", target)
        return open_store(target, user="alice", clock=ticking(itertools.count()), new_id=counting_from(name))

    def check_orders(self) -> None:
        """Merging everything in any allowed order gives the same codebase."""
        self.managers["alice"].create_patch("to follow the codebase before the copies are made")
        state = self.state
        ids = [patch.id for patch in state.open_patches()]
        results = []
        for seed in (1, 2):
            order = _random_order(state, ids, random.Random(seed * 31 + len(ids)))
            results.append((order, merge_in_turn(self.copied(f"order{seed}"), order)))
        assert results[0][1] == results[1][1], f"R16: {results[0][0]} and {results[1][0]} differ"

    def check_close(self) -> None:
        """The counts of closing add up, and a closed session is read-only."""
        manager = self.copied("close")
        before = [patch.id for patch in self.state.open_patches()]
        preview = manager.close_preview()
        result = manager.close_session()
        after = manager.repository.load(self.session)
        assert result.patches_merged == len(result.merged) == len(preview.merges)
        assert result.patches_abandoned == len(result.abandoned)
        assert result.patches_merged + len(result.patches_failed) + result.patches_abandoned == len(before), (
            "R17"
        )
        assert all(after.patches[one].merged_at is not None for one in result.merged)
        assert all(after.patches[one].abandoned_at is not None for one in result.abandoned)
        assert all(after.patches[one.patch].is_open for one in result.patches_failed)
        try:
            manager.create_patch("late", session=self.session)
        except PatchbayError as error:
            assert error.code is Code.CLOSED, "R3"
        else:
            raise AssertionError("R3: a closed session is read-only")


def counting_from(name: str) -> Callable[[str], str]:
    numbers = itertools.count(1)
    return lambda kind: f"{kind}-{name}-{next(numbers)}"


def _names(patch: Any) -> set[str]:
    return {name for op in patch.operations for name in (*affected_names(op), new_name_of(op) or op.name)}


def _random_order(state: SessionState, ids: list[str], source: random.Random) -> list[str]:
    left, order = set(ids), []
    while left:
        free = sorted(one for one in left if not ({d.patch for d in state.patches[one].dependencies} & left))
        chosen = source.choice(free)
        order.append(chosen)
        left.remove(chosen)
    return order
