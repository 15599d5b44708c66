"""Ctrl+c at any moment: one sentence, exit code 130, nothing half-done."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import COMMAND, Demo, environment


def interrupted(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Press ctrl+c; what the command answers."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    return process.returncode, out.decode(), err.decode()


TELL_OF_THE_LOCK = """
import os, sys
descriptor = int(sys.argv.pop(1))
def told(event, arguments):
    if event == "fcntl.flock":
        os.write(descriptor, b".")
sys.addaudithook(told)
from tui.cli import main
main()
"""


def interrupted_at_the_lock(store: Path, *arguments: str) -> tuple[int, str, str]:
    """Press ctrl+c when the command has asked for the lock of a store, which somebody else holds."""
    heard, told = os.pipe()
    with (store / "lock").open("r+") as lock, os.fdopen(heard, "rb", buffering=0) as hearing:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [COMMAND[0], "-c", TELL_OF_THE_LOCK, str(told), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            pass_fds=(told,),
        )
        os.close(told)
        assert hearing.read(1) == b"."
        return interrupted(process)


def test_while_waiting_for_the_lock(demo: Demo) -> None:
    before = demo.json("status")
    code, out, err = interrupted_at_the_lock(demo.store, *demo.options(), "patch", "new", "x")
    assert (code, out) == (130, "")
    assert err.strip() == "Cancelled; nothing was changed."
    assert demo.json("status") == before


def test_with_json_it_is_one_document(demo: Demo) -> None:
    code, out, _ = interrupted_at_the_lock(demo.store, *demo.options(), "patch", "new", "x", "--json")
    assert code == 130
    assert json.loads(out)["error"]["code"] == "cancelled"


MORE_THAN_A_PIPE_HOLDS = 1_048_576
"""In bytes: who has written as many knows that somebody reads them."""


def test_while_reading_standard_input(demo: Demo) -> None:
    before = demo.json("status")
    process = subprocess.Popen(
        [*COMMAND, *demo.options(), "editor", "save", "1", "--file", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    process.stdin.write(b"\n" * MORE_THAN_A_PIPE_HOLDS)
    process.stdin.flush()
    code, _, err = interrupted(process)
    assert code == 130
    assert err.strip() == "Cancelled; nothing was changed."
    assert demo.json("status") == before


INTERRUPT_AN_IMPORT = """
import os, signal, sys
module = sys.argv.pop(1)
begins = {"tui", "tui.cli", *sys.builtin_module_names}
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == module or (module == "the first" and name not in begins):
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from tui.cli import main
main()
"""


@pytest.mark.parametrize(
    "module", ["the first", "tui.cli.command", "click", "store.session_manager", "pydantic", "orjson"]
)
def test_while_a_module_is_being_imported(demo: Demo, module: str) -> None:
    done = subprocess.run(
        [COMMAND[0], "-c", INTERRUPT_AN_IMPORT, module, *demo.options(), "patch", "new", "x"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 130, done
    assert done.stderr.decode().strip() == "Cancelled; nothing was changed."


IMPORT_SLOWLY = """
import os, signal, sys
from store.storage.texts import TextStore
put = TextStore.put_many
def slowly(self, contents, progress=None, cancelled=None):
    def interrupting(done):
        progress(done)
        if done == 3:
            os.kill(os.getpid(), signal.SIGINT)
    return put(self, contents, progress=interrupting, cancelled=cancelled)
TextStore.put_many = slowly
from tui.cli import main
main()
"""


def import_cancelled(store: Path, source: Path) -> subprocess.CompletedProcess[bytes]:
    """Import with ctrl+c pressed after the third file."""
    return subprocess.run(
        [COMMAND[0], "-c", IMPORT_SLOWLY, "--store", str(store), "init", "--import", str(source)],
        capture_output=True,
        env=environment(),
        check=False,
    )


def some_source(directory: Path) -> Path:
    directory.mkdir()
    for number in range(300):
        (directory / f"module_{number}.py").write_text(f"VALUE = {number}\n", encoding="utf-8")
    return directory


def test_an_import_that_is_cancelled_leaves_no_store_behind(tmp_path: Path) -> None:
    done = import_cancelled(tmp_path / "store", some_source(tmp_path / "source"))
    assert done.returncode == 130
    assert done.stderr.decode().strip() == "Cancelled; nothing was changed."
    assert not (tmp_path / "store").exists()


def test_an_import_that_is_cancelled_leaves_a_store_that_was_there_as_it_was(
    demo: Demo, tmp_path: Path
) -> None:
    before = demo.json("status"), demo.json("names")
    done = import_cancelled(demo.store, some_source(tmp_path / "source"))
    assert done.returncode == 130
    assert (demo.json("status"), demo.json("names")) == before


INTERRUPT_A_TRANSACTION = """
import os, signal, sys
from store.storage import effects
replace = effects.replace
def interrupting(*arguments, **more):
    effects.replace = replace
    os.kill(os.getpid(), signal.SIGINT)
    replace(*arguments, **more)
effects.replace = interrupting
from tui.cli import main
main()
"""


def test_a_transaction_that_is_being_written_is_finished_and_answered(demo: Demo) -> None:
    """Ctrl+c is tried again a millisecond after: by then the answer is there, or is on its way."""
    done = subprocess.run(
        [COMMAND[0], "-c", INTERRUPT_A_TRANSACTION, *demo.options(), "patch", "new", "x"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert demo.patch("D")["name"] == "x"
    assert done.returncode in (0, 130)
    assert b"nothing was changed" not in done.stderr
    if done.returncode == 0 or done.stdout:
        assert done.stdout == b"Created D x.\n"
    else:
        assert b"see patchbay log" in done.stderr


def test_between_the_transactions_of_one_verb_what_is_done_stays_done(demo: Demo) -> None:
    for letter in ("B", "C"):
        demo.json("patch", "ready", letter)
    done = subprocess.run(
        [COMMAND[0], "-c", INTERRUPT_A_TRANSACTION, *demo.options(), "patch", "merge", "--ready"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    merged = [one["letter"] for one in demo.json("status")["patches"] if one["status"] == "merged"]
    assert done.returncode == 130
    assert merged == ["A"]
    assert "what was done before that stays done" in done.stderr.decode()


def test_an_editor_keeps_its_own_ctrl_c(demo: Demo) -> None:
    script = demo.work / "editor.sh"
    script.write_text(
        "#!/bin/sh\ntrap '' INT\nkill -INT $PPID\nsleep 0.2\nprintf '    # more\\n' >> \"$1\"\n", "utf-8"
    )
    script.chmod(0o755)
    done = demo.run("editor", "edit", "1", EDITOR=str(script))
    assert done.returncode == 0, done
    assert list((demo.store / "buffers").iterdir()) == []
