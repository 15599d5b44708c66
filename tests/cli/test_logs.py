"""The log is filtered by what there is; what there is not is said instead of giving nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.cli.commands import PROJECT, Demo
from tui.words import VERBS


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("nope", "Give one of session, patch, editor, conflict, tree, follow, undo, redo"),
        ("patchmerge", "Did you mean patch.merge"),
        ("merge", "Did you mean patch.merge?"),
        ("editor.sav", "Did you mean editor.save"),
        ("Patch", "Did you mean patch"),
        ("patch.", "Did you mean patch"),
        ("", "Give one of session"),
        ("x\x1b[31m" * 500, "The log has no verb"),
    ],
)
def test_a_verb_that_does_not_exist_is_wrong_usage_and_names_the_nearest(
    demo: Demo, given: str, offered: str
) -> None:
    said = demo("log", "--verb", given)
    assert (said.code, said.out) == (2, "")
    assert offered in said.err
    assert "\x1b" not in said.err
    assert len(said.err) < 1000
    assert demo("log", "--verb", given, "--json").refusal == "usage"


def test_a_verb_or_group_that_nothing_was_done_by_gives_nothing(demo: Demo) -> None:
    for verb in ("conflict", "patch.merge", "tree.look", "undo"):
        assert demo.json("log", "--verb", verb) == {"entries": []}
    assert {one["verb"] for one in demo.json("log", "--verb", "session")["entries"]} == {
        "session.start",
        "session.invite",
    }


def test_a_user_whom_nobody_knows_is_said(demo: Demo) -> None:
    for given, offered in (("alic", "such as alice."), ("zzz", "such as alice or bob.")):
        said = demo("log", "--by", given, "--json")
        assert (said.code, said.refusal) == (1, "not-found")
        assert offered in said.document["error"]["message"]


def test_a_user_who_has_done_nothing_or_is_gone_gives_what_they_did(demo: Demo) -> None:
    demo.json("session", "invite", "carol", "viewer")
    assert demo.json("log", "--by", "carol") == {"entries": []}
    demo.json("session", "remove", "bob")
    assert {one["user"] for one in demo.json("log", "--by", "bob")["entries"]} == {"bob"}
    assert demo.json("log", "--by", "bob", "--verb", "session.close") == {"entries": []}
    assert demo.json("log", "--by", "patchbay") == {"entries": []}


def test_a_patch_that_does_not_exist_is_said(demo: Demo) -> None:
    said = demo("log", "--patch", "validation-enhancement", "--json")
    assert (said.code, said.refusal) == (1, "not-found")
    assert "Did you mean validation-enhancements" in said.document["error"]["message"]


def verbs_in(file: Path) -> set[str]:
    """Give the verbs of the transactions that a module begins, where they are written out."""
    calls = (one for one in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(one, ast.Call))
    begun = (one for one in calls if getattr(one.func, "attr", "") in ("transaction", "committed", "begun"))
    return {one.args[0].value for one in begun if one.args and isinstance(one.args[0], ast.Constant)}


def test_every_verb_of_a_transaction_can_be_asked_for() -> None:
    """Comparing texts changes nothing, so it is in no log."""
    found = set().union(*(verbs_in(one) for one in (PROJECT / "store/session_manager").glob("*.py")))
    assert len(found) > 20
    assert found - {"editor.compare"} <= set(VERBS)
