"""SIGKILL at every write, fsync, replace and unlink of a real process: nothing is lost (R14, §5)."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from world import (
    CHECK,
    COUNT,
    TOTAL,
    World,
    function,
    killed_at,
    leftovers_apart,
    put,
    ready,
    run,
    start,
)

from store.errors import PatchbayError
from store.model import PatchStatus
from store.rules import violations
from store.session_manager import SessionManager, open_store

NEW = function("total", 1)


def unprepared(world: World) -> None:
    pass


def one_ready(world: World) -> None:
    put(world.alice, TOTAL, NEW, "a")
    world.alice.assign_editor(TOTAL, new_patch="b", on_top=True)
    world.alice.save_editor(TOTAL, function("total", 1, 2))
    put(world.alice, COUNT, function("count", 1), "c")
    ready(world.alice, "a", "c")


def merged(world: World) -> None:
    one_ready(world)
    world.alice.merge_patch("a")


def undone(world: World) -> None:
    merged(world)
    world.alice.undo()


def typed(world: World) -> None:
    put(world.alice, TOTAL, NEW, "a")
    world.alice.type_text(TOTAL, function("total", 1, 7))


def moved_elsewhere(world: World) -> None:
    """The codebase has moved by another session's merge that the patches here have nothing to do with."""
    one_ready(world)
    world.alice.start_session("elsewhere")
    put(world.alice, CHECK, function("check", 1), "e")
    ready(world.alice, "e")
    world.alice.merge_patch("e")
    world.alice.switch_session("main")


def moved_here(world: World) -> None:
    """The codebase has moved beneath a patch: the next writer catches up first."""
    one_ready(world)
    world.alice.start_session("elsewhere")
    put(world.alice, TOTAL, function("total", three=3), "e")
    ready(world.alice, "e")
    world.alice.merge_patch("e")
    world.alice.switch_session("main")


def long_log(world: World) -> None:
    """The next entry sends the oldest ones into a file of their own."""
    for number in range(249):
        world.alice.edit_session(description=str(number))


@dataclass(frozen=True)
class Scenario:
    """What a process is killed in: how the store is before, the verb, what must be true when it said so."""

    prepare: Callable[[World], None]
    verb: str
    done: Callable[[SessionManager, str], bool]
    sampled: int

    def script(self) -> str:
        return f"{self.verb}\nsay('acknowledged')\n"


def merged_in(manager: SessionManager, session: str) -> bool:
    patch = next(iter(manager.view(session).state.patches.values()))
    return patch.status is PatchStatus.MERGED


def patch_text(patch: str, name: str, text: str) -> Callable[[SessionManager, str], bool]:
    return lambda manager, session: manager.show(name, patch, session).text == text


SCENARIOS = {
    "a merge": Scenario(one_ready, 'manager.merge_patch("a")', merged_in, 10),
    "a merge in a session that others moved past": Scenario(
        moved_elsewhere, 'manager.merge_patch("a")', merged_in, 8
    ),
    "a merge that catches up first": Scenario(moved_here, 'manager.merge_patch("a")', merged_in, 6),
    "an undo of a merge": Scenario(
        merged, "manager.undo()", lambda manager, session: not merged_in(manager, session), 6
    ),
    "a redo of a merge": Scenario(undone, "manager.redo()", merged_in, 5),
    "a save": Scenario(
        one_ready,
        'put(manager, "app.cart.count", function("count", 8), "c")',
        patch_text("c", COUNT, function("count", 8)),
        5,
    ),
    "a save of the buffer": Scenario(
        typed, 'manager.save_editor("app.cart.total")', patch_text("a", TOTAL, function("total", 1, 7)), 6
    ),
    "typing": Scenario(
        typed,
        'manager.type_text("app.cart.total", function("total", 1, 9))',
        lambda manager, session: manager.buffer("1", session).text == function("total", 1, 9),  # type: ignore[union-attr]
        3,
    ),
    "a close": Scenario(
        one_ready,
        "manager.close_session()",
        lambda manager, session: manager.view(session).session.closed_at is not None,
        12,
    ),
    "an abandoning of the session": Scenario(
        one_ready,
        'manager.abandon_session("main")',
        lambda manager, session: manager.view(session).session.closed_at is not None,
        5,
    ),
    "a start of a session": Scenario(
        unprepared,
        'manager.start_session("second")',
        lambda manager, session: any(one.session.name == "second" for one in manager.sessions()),
        4,
    ),
    "a log that grows over": Scenario(
        long_log,
        'manager.edit_session(description="last")',
        lambda manager, session: manager.view(session).session.description == "last",
        4,
    ),
}


def effects_of(directory: Path, scenario: Scenario, counted: Path) -> list[str]:
    """The lasting effects of a scenario's verb in order, as effect and file."""
    run(directory, scenario.script(), PATCHBAY_COUNT_EFFECTS=str(counted))
    return counted.read_text().splitlines()


def faults(manager: SessionManager, session: str) -> list[str]:
    """What is half done: rules broken, or a merge that is in the codebase or the session alone."""
    log = manager.log(session)
    made = {one.transaction for one in manager.codebase.history(10) if one.id != "1"}
    state = manager.view(session).state
    found = violations(state)
    known = {entry.id for entry in log}
    for other in manager.repository.session_ids(archived=True):
        known |= {entry.id for entry in manager.repository.recent_log(other)}
    found += [f"revision of {one} is in no session's log" for one in made - known]
    found += [f"{one.summary} has no revision" for one in log if one.revision and one.id not in made]
    if [entry.number for entry in log] != list(range(len(log), 0, -1)):
        found.append("the log has gaps or doubles")
    for patch in state.patches.values():
        for op in patch.operations:
            text = None if op.digest is None else manager.text(op.digest)
            if patch.status is PatchStatus.MERGED and manager.show(op.name).text != text:
                found.append(f"{patch.letter} is merged and its text is not in the codebase")
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_any_effect_loses_nothing_and_shows_nothing_half_done(
    tmp_path: Path, name: str, sample: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = SCENARIOS[name]
    world = World(tmp_path)
    scenario.prepare(world)
    before = world.state
    counted = tmp_path / "counted"
    shutil.copytree(world.directory, counted)
    effects = effects_of(counted, scenario, tmp_path / "effects")
    assert scenario.done(open_store(counted, user="alice"), world.session)
    with capsys.disabled():
        print(f"\n{name}: {len(effects)} effects", end="")
    after_commits = [at + 1 for at, one in enumerate(effects, 1) if one.endswith("head.json")][-1:]
    for effect in sorted({*sample(range(1, len(effects) + 1), scenario.sampled), *after_commits}):
        copy = tmp_path / f"killed-{effect}"
        shutil.copytree(world.directory, copy)
        said = killed_at(copy, effect, scenario.script())
        assert said == ""
        manager = open_store(copy, user="alice")
        assert faults(manager, world.session) == [], effects[effect - 1]
        for key, patch in before.patches.items():
            after = manager.view(world.session).state.patches[key]
            assert after.operations or not patch.operations
        finish(manager, world.session, scenario)
        assert scenario.done(manager, world.session)
        assert faults(manager, world.session) == []
        assert leftovers_apart(manager.doctor().findings) == []
        assert manager.repository.reports == []
        shutil.rmtree(copy)


def finish(manager: SessionManager, session: str, scenario: Scenario) -> None:
    """Go on where the killed process left off: the verb again, if it had not happened."""
    if scenario.done(manager, session):
        for one in manager.repository.session_ids():
            if manager.repository.load(one).session.closed_at is None:
                manager.create_patch("afterwards", session=one)
                return
        manager.start_session("afterwards")
        return
    try:
        exec(scenario.verb, {"manager": manager, "put": put, "function": function})
    except PatchbayError as error:
        raise AssertionError(f"going on was refused: {error}") from error


def commit_of(effects: list[str]) -> int:
    """The number of the effect by which a merge is in the codebase."""
    return next(
        at for at, one in enumerate(effects, 1) if one.startswith("replace") and one.endswith("head.json")
    )


class Unsettled(SessionManager):
    """A manager that never settles a merge that was interrupted."""

    def settle(self) -> None:
        """Leave the intent where it is."""


def test_without_settling_a_killed_merge_is_found_half_done(tmp_path: Path) -> None:
    world = World(tmp_path)
    one_ready(world)
    scenario = SCENARIOS["a merge"]
    counted = tmp_path / "counted"
    shutil.copytree(world.directory, counted)
    effects = effects_of(counted, scenario, tmp_path / "effects")
    committed = commit_of(effects)
    killed_at(world.directory, committed + 1, scenario.script())
    opened = open_store(world.directory, user="alice")
    careless = Unsettled(opened.repository, opened.codebase, "alice")
    assert "is in no session's log" in faults(careless, world.session)[0]
    settling = open_store(world.directory, user="alice")
    assert faults(settling, world.session) == []
    assert merged_in(settling, world.session)


def test_going_on_without_settling_loses_the_merge_from_the_session(tmp_path: Path) -> None:
    world = World(tmp_path)
    one_ready(world)
    scenario = SCENARIOS["a merge"]
    counted = tmp_path / "counted"
    shutil.copytree(world.directory, counted)
    committed = commit_of(effects_of(counted, scenario, tmp_path / "effects"))
    killed_at(world.directory, committed + 1, scenario.script())
    opened = open_store(world.directory, user="alice")
    careless = Unsettled(opened.repository, opened.codebase, "alice")
    careless.create_patch("afterwards", session=world.session)
    assert not merged_in(careless, world.session)
    assert careless.show(TOTAL).text == NEW
    assert faults(careless, world.session) != []


def test_a_second_process_that_waits_for_the_lock_goes_on_after_the_kill(tmp_path: Path, sample: Any) -> None:
    world = World(tmp_path)
    one_ready(world)
    holding = (
        "clock = manager.clock\n"
        "def waiting():\n    say('holding'); sys.stdin.readline(); return clock()\n"
        "manager.clock = waiting\n"
    ) + SCENARIOS["a merge"].script()
    scenario = SCENARIOS["a merge"]
    counted = tmp_path / "counted"
    shutil.copytree(world.directory, counted)
    effects = effects_of(counted, scenario, tmp_path / "effects")
    committed = commit_of(effects)
    for effect in sample((2, committed, committed + 1, len(effects)), 2):
        copy = tmp_path / f"killed-{effect}"
        shutil.copytree(world.directory, copy)
        first = start(copy, holding, PATCHBAY_KILL_AT=str(effect))
        assert first.stdout is not None
        assert first.stdout.readline() == "holding\n"
        second = start(copy, "say('waiting')\nmanager.create_patch('second')\nsay('done')")
        assert second.stdout is not None
        assert second.stdout.readline() == "waiting\n"
        time.sleep(0.1)
        said, _ = first.communicate("go on\n", timeout=60)
        assert (said, first.returncode) == ("", -9)
        said, complaints = second.communicate(timeout=60)
        assert (said, second.returncode) == ("done\n", 0), complaints
        manager = open_store(copy, user="alice")
        assert faults(manager, world.session) == []
        assert merged_in(manager, world.session) is (effect > committed)
        assert manager.view(world.session).patches[-1 if effect > committed else 0] is not None
        if effect <= committed:
            manager.merge_patch("a")
        assert manager.show(TOTAL).text == NEW


EIGHT = """
number = int(sys.argv[2])
names = [f"app.cart.made{number}_{turn}" for turn in range(3)]
for turn, name in enumerate(names):
    text = function(name.rpartition(".")[2], number, turn)
    manager.save_editor(name, text, new_patch=f"p{number}-{turn}", new=True)
manager.save_editor(f"app.lines.line{number}", function(f"line{number}", number))
say("done")
"""


def test_eight_processes_write_at_once_and_no_update_is_lost(tmp_path: Path) -> None:
    files = {
        "app/cart.py": function("total"),
        "app/lines.py": "\n\n".join(function(f"line{number}") for number in range(8)),
    }
    world = World(tmp_path, files)
    world.alice.create_patch("lines")
    processes = [start(world.directory, EIGHT, str(number)) for number in range(8)]
    for process in processes:
        said, complaints = process.communicate(timeout=120)
        assert (said, process.returncode) == ("done\n", 0), complaints
    manager = world.reopened()
    state = manager.view(world.session).state
    assert len(state.patches) == 1 + 8 * 3
    assert len({one.letter for one in state.patches.values()}) == 25
    for number in range(8):
        for turn in range(3):
            name = f"made{number}_{turn}"
            assert manager.show(f"app.cart.{name}", f"p{number}-{turn}", world.session).text == function(
                name, number, turn
            )
        assert f"one = {number}" in manager.editor_text(f"app.lines.line{number}", world.session).text
    assert faults(manager, world.session) == []
