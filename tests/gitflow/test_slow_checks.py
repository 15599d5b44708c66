"""Hooks and signing take their time outside of the store's lock: others work on, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk
from storage.processes import run, start

from store.errors import Code, PatchbayError
from store.model import PatchStatus

TOTAL, CLOSE, OPEN_SHOP = "app.cart.total", "app.shop.close_shop", "app.shop.open_shop"

AS_ALICE = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="alice")
"""
MERGE = f"{AS_ALICE}say(manager.merge_patch(sys.argv[2]).revision)\n"
SAVE = f"{AS_ALICE}say(manager.save_editor(sys.argv[2], sys.argv[3]).summary)\n"

WAITS = """
echo run >> "$HERE/runs"
tries=0
while [ ! -e "$HERE/go" ] && [ $tries -lt 2400 ]; do sleep 0.05; tries=$((tries + 1)); done
"""
"""What a program does that is waited for: it says that it runs, and goes on when it is told to."""

GPG = """cat > /dev/null
echo '[GNUPG:] SIG_CREATED ' >&2
printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nsigned\\n-----END PGP SIGNATURE-----\\n'
"""
SSH = """for last; do :; done
printf -- '-----BEGIN SSH SIGNATURE-----\\nsigned\\n-----END SSH SIGNATURE-----\\n' > "$last.sig"
"""

MERGE_CHAIN = f"""{AS_ALICE}
report = manager.merge_chain(sys.argv[3:], sys.argv[-1:], stamp=sys.argv[2])
say(f"{{len(report.outcomes)}} {{' '.join(one.code for one in report.failures)}}")
"""


def refused(verb: str, what: str = "code") -> str:
    """A script of a verb that is refused, and says the code or the message."""
    return f"{AS_ALICE}try:\n    {verb}\nexcept PatchbayError as refusal:\n    say(refusal.{what})\n"


def program(desk: Desk, place: Path, text: str) -> Path:
    """Write a shell script that knows the directory beside the repository."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"#!/bin/sh\nHERE='{desk.root.parent}'\n{text}")
    place.chmod(0o755)
    return place


def with_hook(desk: Desk, text: str = WAITS, name: str = "pre-commit") -> None:
    desk.git("config", "patchbay.hooks", "true")
    program(desk, desk.root / ".git" / "hooks" / name, text)


def with_gpg(desk: Desk) -> None:
    desk.git("config", "gpg.program", str(program(desk, desk.root.parent / "gpg", WAITS + GPG)))
    desk.git("config", "commit.gpgsign", "true")


def with_ssh(desk: Desk) -> None:
    desk.git("config", "gpg.format", "ssh")
    desk.git("config", "gpg.ssh.program", str(program(desk, desk.root.parent / "ssh", WAITS + SSH)))
    desk.git("config", "user.signingkey", "key::ssh-ed25519 AAAA alice")
    desk.git("config", "commit.gpgsign", "true")


def runs(desk: Desk) -> int:
    """How often the program was run."""
    place = desk.root.parent / "runs"
    return len(place.read_text().split()) if place.exists() else 0


def go(desk: Desk) -> None:
    """Let the program end, and every later one."""
    (desk.root.parent / "go").touch()


def commit_by_hand(desk: Desk) -> None:
    """Move HEAD."""
    desk.git("commit", "--quiet", "--no-verify", "--allow-empty", "-m", "meanwhile")


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A patch that is ready, and another that is not."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.assign("closing", CLOSE)
    desk.alice.mark_ready("totals")
    return desk


@pytest.fixture
def merging(two: Desk) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a process that merges, and wait until it runs the program."""
    started: list[subprocess.Popen[str]] = []

    def begin(script: str = MERGE, *arguments: str) -> subprocess.Popen[str]:
        before = runs(two)
        started.append(start(two.root, script, *(arguments or ("totals",))))
        until(lambda: runs(two) > before or started[-1].poll() is not None)
        return started[-1]

    yield begin
    go(two)
    for process in started:
        process.communicate(timeout=60)


def ended(process: subprocess.Popen[str]) -> str:
    said, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    return said.strip()


def require_merged(desk: Desk, patch: str) -> str:
    """A patch is merged as one commit; gives that."""
    found = desk.patch(patch)
    assert found.status is PatchStatus.MERGED
    assert found.revision is not None
    assert desk.git("log", "--format=%H", f"--grep=Patchbay-Patch: {found.id}") == found.revision
    assert desk.git("diff", "--cached", "--name-only") == ""
    leftovers = [one.name for one in (desk.root / ".git").glob("patchbay-*")]
    assert leftovers == []
    return found.revision


@pytest.mark.parametrize("slow", [with_hook, with_gpg, with_ssh])
def test_while_a_hook_runs_or_somebody_signs_another_process_saves(
    two: Desk, merging: Callable[..., subprocess.Popen[str]], slow: Callable[[Desk], None]
) -> None:
    slow(two)
    process = merging()
    saved = run(two.root, SAVE, OPEN_SHOP, "def open_shop(name):\n    return 5\n")
    assert saved == f"saved {OPEN_SHOP}, in no patch yet"
    run(two.root, SAVE, CLOSE, "def close_shop(name):\n    return 6\n")
    assert process.poll() is None
    go(two)
    revision = ended(process)
    assert require_merged(two, "totals") == revision
    assert runs(two) == 1
    assert ("gpgsig" in two.git("cat-file", "commit", revision)) == (slow is not with_hook)
    assert "return 6" in (two.alice.show(CLOSE, "closing").text or "")
    two.look()
    assert set(two.pending()) == {OPEN_SHOP}


def test_what_a_confirmed_preview_promised_is_merged_though_others_saved_meanwhile(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    stamp = two.alice.merge_preview("totals").stamp
    process = merging(f"{AS_ALICE}say(manager.merge_patch('totals', stamp=sys.argv[2]).revision)\n", stamp)
    run(two.root, SAVE, CLOSE, "def close_shop(name):\n    return 6\n")
    go(two)
    revision = ended(process)
    assert require_merged(two, "totals") == revision


def test_a_draft_that_was_to_be_marked_and_merged_after_another_is_not_where_it_has_changed_meanwhile(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    two.alice.add_dependency("closing", "totals")
    preview = two.alice.merge_preview("closing")
    assert preview.marks_ready == (two.patch("closing").id,)
    process = merging(MERGE_CHAIN, preview.stamp, *(one.patch.id for one in preview.patches))
    run(two.root, SAVE, CLOSE, "def close_shop(name):\n    return 6\n")
    go(two)
    assert ended(process) == "1 preview-stale"
    require_merged(two, "totals")
    assert two.patch("closing").status is PatchStatus.DRAFT


def test_a_commit_made_meanwhile_is_what_the_merge_is_made_upon_and_checked_again(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    process = merging()
    commit_by_hand(two)
    other = two.git("rev-parse", "HEAD")
    go(two)
    revision = ended(process)
    assert two.git("rev-parse", f"{revision}~") == other
    require_merged(two, "totals")
    assert runs(two) == 2


def test_a_confirmed_preview_that_a_commit_made_stale_asks_again(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    stamp = two.alice.merge_preview("totals").stamp
    script = refused("manager.merge_patch('totals', stamp=sys.argv[2])")
    process = merging(script, stamp)
    commit_by_hand(two)
    go(two)
    assert ended(process) == Code.PREVIEW_STALE
    assert two.patch("totals").status is PatchStatus.READY
    assert runs(two) == 1


def test_a_patch_taken_back_to_draft_while_its_hook_runs_is_not_merged(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    script = (
        f"{AS_ALICE}try:\n    manager.merge_patch('totals')\nexcept PatchbayError as e:\n    say(e.code)\n"
    )
    process = merging(script)
    head = two.git("rev-parse", "HEAD")
    run(two.root, SAVE, TOTAL, "def total(prices):\n    return 8\n")
    go(two)
    assert ended(process) == Code.NOT_READY
    assert two.git("rev-parse", "HEAD") == head
    assert "return 8" in (two.alice.show(TOTAL, "totals").text or "")


def test_where_something_moves_each_time_it_gives_up_and_nothing_is_half_done(two: Desk) -> None:
    commits = "unset GIT_INDEX_FILE\ngit commit --quiet --no-verify --allow-empty -m 'a hook'\n"
    with_hook(two, f'echo run >> "$HERE/runs"\n{commits}')
    with pytest.raises(PatchbayError, match="changes all the time") as refusal:
        two.alice.merge_patch("totals")
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert runs(two) == 4
    assert two.patch("totals").status is PatchStatus.READY
    two.git("config", "patchbay.hooks", "false")
    two.look()
    two.merge("totals")
    require_merged(two, "totals")


def test_a_hook_that_refuses_on_the_second_look_refuses(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two, WAITS + '[ $(wc -l < "$HERE/runs") -lt 2 ] || { echo no >&2; exit 1; }\n')
    script = (
        f"{AS_ALICE}try:\n    manager.merge_patch('totals')\nexcept PatchbayError as e:\n    say(e.message)\n"
    )
    process = merging(script)
    commit_by_hand(two)
    go(two)
    assert "pre-commit hook refuses this commit (no)" in ended(process)
    assert two.patch("totals").status is PatchStatus.READY


def test_a_process_killed_while_its_hook_runs_leaves_nothing_in_the_way(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    with_hook(two)
    process = merging()
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    assert two.patch("totals").status is PatchStatus.READY
    go(two)
    run(two.root, MERGE, "totals")
    long_ago = (time.time() - 7200,) * 2
    for left in (two.root / ".git").glob("patchbay-*"):
        os.utime(left, long_ago)
    two.alice.mark_ready("closing")
    two.alice.merge_patch("closing")
    require_merged(two, "totals")
    require_merged(two, "closing")


def test_two_processes_merge_at_once_and_both_commits_are_made(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    two.alice.mark_ready("closing")
    with_hook(two)
    processes = [merging(MERGE, "totals"), merging(MERGE, "closing")]
    go(two)
    revisions = {ended(process) for process in processes}
    assert revisions == {require_merged(two, "totals"), require_merged(two, "closing")}
    assert runs(two) == 3
    two.look()
    two.require_clean()


def test_a_merge_brought_again_by_redo_is_checked_outside_of_the_lock_too(
    two: Desk, merging: Callable[..., subprocess.Popen[str]]
) -> None:
    two.merge("totals")
    two.alice.undo()
    with_hook(two)
    process = merging(f"{AS_ALICE}say(manager.redo().revision)\n")
    run(two.root, f"{AS_ALICE}say(manager.open_editor(sys.argv[2]).summary)\n", OPEN_SHOP)
    go(two)
    revision = ended(process)
    assert require_merged(two, "totals") == revision
    assert runs(two) == 1


def test_closing_merges_all_that_is_ready_with_a_hook(two: Desk) -> None:
    two.alice.mark_ready("closing")
    go(two)
    with_hook(two)
    closed = two.alice.close_session()
    assert (closed.patches_merged, closed.patches_failed) == (2, ())
    assert runs(two) == 2
