"""Help for each command with an example that works, and completion for the shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest

from tests.cli.commands import Demo, command, in_process
from tui.cli.asked import Verb
from tui.cli.command import patchbay


def verbs(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from verbs(one, (*path, name))
        else:
            yield (*path, name), one


VERBS = dict(verbs(patchbay))
DESIGNED = """
open demo init export status names show log doctor undo redo keys config
session: start list switch edit close abandon reopen invite role remove leave rebind
patch: new list show edit ready draft merge abandon restore revert depend undepend join
editor: open list show edit type save delete rename assign unassign close
conflict: list show resolve
tree: pull
"""


def test_the_verbs_are_those_of_the_design() -> None:
    expected = set()
    for line in DESIGNED.strip().splitlines():
        group, _, rest = line.rpartition(":")
        expected |= {(group, name) if group else (name,) for name in rest.split()}
    assert set(VERBS) == expected


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_explains_itself_with_an_example(path: tuple[str, ...]) -> None:
    said = in_process(*path, "--help")
    assert said.code == 0
    assert "Example:" in said.out
    for option in ("--store", "--user", "--session", "--json"):
        assert option in said.out
    assert VERBS[path].help


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_the_example_of_every_verb_parses(path: tuple[str, ...]) -> None:
    verb = VERBS[path]
    assert isinstance(verb, Verb)
    words = shlex.split(verb.example)
    assert tuple(words[: 1 + len(path)]) == ("patchbay", *path)
    with click.Context(patchbay, info_name="patchbay") as parent:
        context = verb.make_context(path[-1], words[1 + len(path) :], parent=parent)
    assert context.params.keys() == {
        one.name for one in verb.get_params(context) if one.expose_value and one.name != "help"
    }


@pytest.mark.parametrize("path", sorted(set(VERBS) - {("open",), ("demo",)}), ids=" ".join)
def test_the_example_of_every_verb_is_understood_on_the_demo(path: tuple[str, ...], demo: Demo) -> None:
    (demo.work / "src").mkdir()
    (demo.work / "validate.py").write_text("def validate(email):\n    return True\n", encoding="utf-8")
    verb = VERBS[path]
    assert isinstance(verb, Verb)
    said = demo(*shlex.split(verb.example)[1:])
    assert said.code in (0, 1), said


@pytest.mark.parametrize("group", ["session", "patch", "editor", "conflict", "tree"])
def test_a_group_without_a_command_shows_its_help(group: str) -> None:
    said = in_process(group)
    assert said.code == 2
    assert f"Usage: patchbay {group}" in said.err
    assert in_process(group, "--json").refusal == "usage"


def test_the_version_is_said() -> None:
    assert in_process("--version").out.startswith("patchbay ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_given_its_completion(shell: str) -> None:
    done = command("--help", _PATCHBAY_COMPLETE=f"{shell}_source")
    assert done.returncode == 0
    assert b"_PATCHBAY_COMPLETE" in done.stdout
    assert f"_PATCHBAY_COMPLETE={shell}_source" in in_process("--help").out


def completed(demo: Demo, *words: str) -> list[str]:
    line = shlex.join(["patchbay", *demo.options(), *words])
    done = command(
        _PATCHBAY_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(demo.options()) + len(words))
    )
    return [one.partition(",")[2] for one in done.stdout.decode().split()]


def test_tab_offers_commands_patches_editors_sessions_and_definitions(demo: Demo) -> None:
    assert completed(demo, "patch", "re") == ["ready", "restore", "revert"]
    assert completed(demo, "patch", "show", "val") == ["validation-enhancements", "validation-tests"]
    assert completed(demo, "editor", "show", "MyApp.U") == [
        "MyApp.User.validate",
        "MyApp.User.Profile.render",
    ]
    assert completed(demo, "session", "switch", "") == ["user-improvements", "groundwork"]
    assert completed(demo, "editor", "open", "MyApp.Text.s") == ["MyApp.Text.shorten"]


def test_tab_offers_nothing_where_there_is_no_store(demo: Demo) -> None:
    nowhere = Demo(demo.work / "nowhere", demo.work)
    assert completed(nowhere, "patch", "show", "val") == []
