"""A full disk, and damaged, truncated or deleted files: refusals or honest reports, nothing lost (§5)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from test_kills import faults, one_ready, typed
from world import COUNT, TOTAL, World, function, leftovers_apart, put, ready, refused, run

from store.errors import STORE_CODES, Code, PatchbayError
from store.session_manager import open_store
from store.storage.doctor import FindingKind

FULL = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
without_room(int(sys.argv[2]))
try:
    {verb}
except PatchbayError as error:
    say(f"{error.code} {error.message}")
else:
    say("done")
without_room(-1)
"""

VERBS = {
    "a save": 'manager.save_editor("app.cart.count", function("count", 8))',
    "a merge": 'manager.merge_patch("a")',
    "a close": "manager.close_session()",
    "typing": 'manager.type_text("app.cart.count", "x" * 9000)',
    "an abandoning": 'manager.abandon_session("main")',
    "an undo": "manager.undo()",
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("size", [700, 4000])
def test_on_a_full_disk_a_verb_is_refused_loses_nothing_and_goes_on_afterwards(
    tmp_path: Path, verb: str, size: int
) -> None:
    world = World(tmp_path)
    one_ready(world)
    before = world.state
    script = FULL.replace("{verb}", VERBS[verb])
    said = run(world.directory, script, str(size))
    manager = world.reopened()
    assert faults(manager, world.session) == []
    assert manager.repository.reports == []
    for key, patch in before.patches.items():
        assert manager.view(world.session).state.patches[key].operations == patch.operations
    if said != "done":
        code, _, message = said.partition(" ")
        assert code == Code.STORE_FULL
        if world.state == before:
            assert run(world.directory, script, "-1") == "done"
        else:
            assert verb == "a close" or "whoever uses the store next completes it" in message
    assert faults(world.reopened(), world.session) == []
    assert leftovers_apart(world.reopened().doctor().findings) == []


def test_nothing_fits_on_a_disk_without_room_at_all(tmp_path: Path) -> None:
    world = World(tmp_path)
    one_ready(world)
    for verb in list(VERBS.values())[:3]:
        assert run(world.directory, FULL.replace("{verb}", verb), "0").startswith(Code.STORE_FULL)


# Damage


def session_file(world: World) -> Path:
    return world.root / "sessions" / f"{world.session}.json"


DAMAGES = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "not JSON": lambda data: b"\x00\xff" + data[2:],
    "another shape": lambda data: b'{"session": []}',
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_session_is_read_from_its_previous_version_and_the_person_is_told(
    world: World, how: str
) -> None:
    world.alice.create_patch("kept")
    world.alice.create_patch("lost")
    path = session_file(world)
    damaged = DAMAGES[how](path.read_bytes())
    path.write_bytes(damaged)
    manager = world.reopened()
    seen = manager.view(world.session)
    assert [one.patch.name for one in seen.patches] == ["kept"]
    assert any(str(path) in one for one in seen.reports)
    manager.create_patch("after", session=world.session)
    assert [one.read_bytes() for one in path.parent.glob("*damaged*")] == [damaged]
    world.check()


def test_a_deleted_session_file_is_read_from_its_previous_version(world: World) -> None:
    world.alice.create_patch("kept")
    world.alice.create_patch("lost")
    session_file(world).unlink()
    manager = world.reopened()
    seen = manager.view(world.session)
    assert [one.patch.name for one in seen.patches] == ["kept"]
    assert seen.reports
    manager.create_patch("after", session=world.session)
    world.check()


def test_a_session_lost_with_its_previous_version_is_refused_and_the_others_go_on(world: World) -> None:
    other = world.alice.start_session("other").session_id
    world.alice.create_patch("a")
    path = session_file(world)
    path.write_bytes(b"broken")
    path.with_name(path.name + ".previous").write_bytes(b"broken too")
    manager = world.reopened()
    with refused(Code.STORE_DAMAGED, naming=str(path)):
        manager.view(world.session)
    manager.create_patch("b", session=other)
    assert [one.session.name for one in manager.sessions()] == ["other"]
    manager.start_session("third")
    manager.switch_session("other")


def test_the_doctor_says_which_texts_are_missing_and_what_names_them(world: World) -> None:
    one_ready(world)
    texts = world.root / "texts"
    digest = world.patch("c").operations[0].digest
    world.alice.type_text(COUNT, function("count", 5))
    world.alice.close_editor(COUNT, discard=True)
    [discarded] = world.alice.log(limit=1)[0].texts
    committed = world.alice.codebase.files().digest("app/cart.py")
    assert world.reopened().doctor().findings == ()
    for lost in (digest, discarded, committed):
        (texts / str(lost)).unlink()
    found = world.reopened().doctor(put_right=True)
    assert {one.kind for one in found.findings} == {FindingKind.MISSING_TEXT}
    assert found.fixed == ()
    assert {one.path.name: one.sentence.partition(", which ")[2] for one in found.findings} == {
        digest: f"session {world.session} names, is missing: restore it from a backup.",
        discarded: f"session {world.session} names, is missing: restore it from a backup.",
        committed: "the package tree names, is missing: restore it from a backup.",
    }


def test_the_doctor_misses_a_damaged_text_that_it_has_put_aside(world: World) -> None:
    one_ready(world)
    place = world.root / "texts" / str(world.patch("c").operations[0].digest)
    place.write_bytes(b"damaged")
    assert world.reopened().doctor(put_right=True).fixed
    kinds = [one.kind for one in world.reopened().doctor().findings]
    assert kinds == [FindingKind.KEPT_ASIDE, FindingKind.MISSING_TEXT]


def test_the_doctor_goes_on_where_a_session_cannot_be_read(world: World) -> None:
    path = session_file(world)
    path.write_bytes(b"broken")
    path.with_name(path.name + ".previous").unlink(missing_ok=True)
    assert {one.kind for one in world.reopened().doctor().findings} == {FindingKind.DAMAGED}


def test_a_damaged_archived_session_is_never_revived(world: World) -> None:
    world.alice.create_patch("a")
    world.alice.close_session()
    path = world.root / "archive" / f"{world.session}.json"
    path.write_bytes(b"broken")
    manager = world.reopened()
    assert manager.view(world.session).session.closed_at is not None
    assert manager.sessions() == ()


def test_a_damaged_workspace_loses_at_most_who_has_what_current(world: World) -> None:
    world.alice.start_session("other")
    workspace = world.root / "workspace.json"
    for path in world.root.glob("workspace.json*"):
        path.unlink()
    manager = world.reopened()
    assert manager.current_session() is None
    manager.switch_session("main")
    assert manager.current_session() == world.session
    workspace.write_bytes(b"{")
    again = world.reopened()
    try:
        again.switch_session("other")
    except PatchbayError as error:
        assert error.code is Code.STORE_DAMAGED


def test_a_damaged_head_is_rebuilt_and_the_person_told(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    head = world.root / "codebase" / "head.json"
    for damage in (b"", b"broken", None):
        if damage is None:
            head.unlink()
        else:
            head.write_bytes(damage)
        manager = world.reopened()
        assert manager.show(TOTAL).text == function("total", 1)
        assert any("rebuilt" in one for one in manager.view(world.session).reports)
        manager.create_patch(f"after {damage!r}", session=world.session)
        assert faults(world.reopened(), world.session) == []


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema": 1}', b'{"schema": 1, "session": 3}', b"[]"])
def test_a_damaged_intent_is_refused_with_what_to_do(world: World, damage: bytes) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    intent = world.root / "intent.json"
    intent.write_bytes(damage)
    manager = world.reopened()
    for verb in (
        lambda: manager.create_patch("b", session=world.session),
        lambda: manager.view(world.session),
    ):
        with refused(Code.STORE_DAMAGED, naming="intent.json"):
            verb()
    intent.unlink()
    manager.create_patch("b", session=world.session)


def test_an_intent_from_a_newer_version_is_refused(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    (world.root / "intent.json").write_bytes(b'{"schema": 99, "what": "unknown"}')
    with refused(Code.STORE_NEWER, naming="intent.json"):
        world.reopened().create_patch("b", session=world.session)


def test_a_damaged_or_deleted_text_is_refused_by_name_and_others_go_on(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "b")
    ready(world.alice, "b")
    digest = world.patch("a").operations[0].digest
    assert digest is not None
    text = world.root / "texts" / digest
    whole = text.read_bytes()
    for damage in (None, b"other", whole[:-5]):
        if damage is None:
            text.unlink()
        else:
            text.write_bytes(damage)
        manager = world.reopened()
        with refused(Code.STORE_DAMAGED, naming=digest[:12]):
            manager.show(TOTAL, "a", world.session)
        assert manager.show(COUNT, "b", world.session).text == function("count", 1)
    world.reopened().merge_patch("b", session=world.session)
    text.write_bytes(whole)
    assert world.reopened().show(TOTAL, "a", world.session).text == function("total", 1)


@pytest.mark.parametrize("damage", [b"", b"no header", b"\xff\xfe\n\x00", b'{"kind": 1}\ntext'])
def test_a_damaged_buffer_is_shown_as_what_is_left_of_it(world: World, damage: bytes) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    (world.root / "buffers" / world.editor(TOTAL).id).write_bytes(damage)
    manager = world.reopened()
    seen = manager.view(world.session)
    assert [one.editor.target for one in seen.editors] == [TOTAL]
    manager.buffer(TOTAL, world.session)
    manager.drop_buffer(TOTAL, world.session)
    assert manager.buffer(TOTAL, world.session) is None


def test_a_damaged_chunk_of_the_log_is_refused_with_what_to_do(world: World) -> None:
    for number in range(260):
        world.alice.edit_session(description=str(number))
    (chunk,) = (world.root / "log").iterdir()
    chunk.write_bytes(b"[")
    with refused(Code.STORE_DAMAGED, naming=str(chunk)):
        world.reopened().log(world.session)
    assert len(world.reopened().log(world.session, limit=20)) == 20
    world.alice.undo()


def test_a_session_from_a_newer_version_is_refused_and_left_as_it_is(world: World) -> None:
    path = session_file(world)
    data = path.read_bytes()
    newer = re.sub(rb'"schema": ?\d+', b'"schema":99', data)
    assert newer != data
    path.write_bytes(newer)
    with refused(Code.STORE_NEWER):
        world.reopened().create_patch("a", session=world.session)
    assert path.read_bytes() == newer


def test_a_store_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with refused(Code.STORE_MISSING, naming="patchbay init"):
        open_store(tmp_path, user="alice")


def test_a_store_killed_while_typing_keeps_the_text(tmp_path: Path) -> None:
    world = World(tmp_path)
    typed(world)
    script = 'manager.type_text("app.cart.total", function("total", 1, 9))\nos.kill(os.getpid(), 9)'
    with pytest.raises(AssertionError):
        run(world.directory, script)
    buffer = world.reopened().buffer(TOTAL, world.session)
    assert buffer is not None
    assert buffer.text == function("total", 1, 9)


def test_every_store_refusal_has_its_code() -> None:
    assert {one for one in Code if one.value.startswith("store-")} == STORE_CODES


def test_a_copy_of_a_store_is_a_store(tmp_path: Path) -> None:
    world = World(tmp_path)
    one_ready(world)
    shutil.copytree(world.directory, tmp_path / "copy")
    manager = open_store(tmp_path / "copy", user="alice")
    manager.merge_patch("a", session=world.session)
    assert world.patch("a").is_open
