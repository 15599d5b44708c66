"""The plain text: short, calm, complete."""

from __future__ import annotations

import itertools

from tests.cli.commands import Demo, in_process

STATUS = """\
Session user-improvements
  Enhancing user validation and profile features
  package tree · revision 12 · alice owner · bob contributor

Editors
  1   MyApp.User.validate              A validation-enhancements
  2   MyApp.Database.User.findByEmail  B performance-optimizations
  3   MyApp.User.Profile.render        unassigned, changed, waiting for a patch

Patches
  A  validation-enhancements    alice  3 ops  ready to merge
  B  performance-optimizations  alice  1 op   draft
  C  validation-tests           bob    1 op   draft · waits for A validation-enhancements
"""


def test_status_looks_like_the_session_of_the_seed(demo: Demo) -> None:
    assert demo("status").out == STATUS


def test_status_without_a_session_says_how_to_begin(demo: Demo) -> None:
    out = demo("status", user="carol").out
    assert out == (
        "package tree · revision 12 · carol\n"
        "You have no current session: patchbay session start NAME, or session list.\n"
    )


def test_unsaved_text_and_other_peoples_editors_are_marked(demo: Demo) -> None:
    demo("editor", "type", "1", "--file", "-", stdin="def validate(email):\n    return 1\n")
    demo("editor", "open", "MyApp.Text.link", user="bob")
    rows = demo("editor", "list").out.splitlines()
    assert rows[1].split() == [
        "1*",
        "MyApp.User.validate",
        "A",
        "validation-enhancements,",
        "unsaved",
        "text",
    ]
    assert rows[4].split() == ["4", "MyApp.Text.link", "bob", "unassigned"]


def test_an_editor_in_no_patch_tells_what_is_saved_in_it(demo: Demo) -> None:
    several = "".join(f"def {name}(a):\n    return a\n\n\n" for name in ("link", "a", "b", "c", "d"))
    demo("editor", "save", "MyApp.Text.link", "--file", "-", stdin=several)
    (row,) = (one for one in demo("editor", "list").out.splitlines() if "MyApp.Text.link" in one)
    assert row.split("  ")[-1] == (
        "unassigned, changed, MyApp.Text.a added, MyApp.Text.b added, 2 more, waiting for a patch"
    )


def test_a_save_that_nobody_can_place_says_how_to_go_on(demo: Demo) -> None:
    out = demo("editor", "save", "MyApp.Text.link", "--file", "-", stdin="def link(a):\n    return a\n").out
    assert out == (
        "Saved MyApp.Text.link, in no patch yet.\n"
        "Choose its patch: patchbay editor assign E PATCH, or --new-patch NAME.\n"
    )


def test_a_patch_is_shown_as_a_diff_of_files_below_comments(demo: Demo) -> None:
    assert demo("patch", "show", "C").out.splitlines()[:7] == [
        "# C validation-tests · 1 op · draft · waits for A validation-enhancements",
        "#   Say by examples which addresses are refused",
        "#   depends on A validation-enhancements (declared: declared by bob)",
        "#   add MyApp.User.Tests.validate",
        "diff --git a/MyApp/User/Tests.py b/MyApp/User/Tests.py",
        "--- a/MyApp/User/Tests.py",
        "+++ b/MyApp/User/Tests.py",
    ]


def test_what_closing_would_do_and_what_it_did(demo: Demo) -> None:
    assert demo("session", "close", "--dry-run").out.splitlines() == [
        "Closing would:",
        "  would merge A validation-enhancements",
        "  would abandon B performance-optimizations of alice",
        "  would abandon C validation-tests of bob",
        "  in no patch: editor 3 MyApp.User.Profile.render of alice, changed",
    ]
    assert demo("session", "close").out.splitlines() == [
        "Closed: 1 merged, 0 failed, 2 abandoned.",
        "  merged A validation-enhancements",
        "  abandoned B performance-optimizations",
        "  abandoned C validation-tests",
    ]


def test_a_merge_is_previewed_as_it_would_be_refused_or_done(demo: Demo) -> None:
    refused = demo("patch", "merge", "C", "--dry-run", user="bob")
    assert refused.code == 1
    assert refused.out.splitlines() == [
        "can't merge C validation-tests, 1 op, onto revision 12",
        "  not marked ready",
        "  waits for A validation-enhancements",
    ]
    assert demo("patch", "merge", "A", "--dry-run").out.splitlines()[:9] == [
        "would merge A validation-enhancements, 3 ops, onto revision 12",
        "  nothing else holds up C validation-tests then",
        "  stays open, unassigned: editor 1 MyApp.User.validate of alice",
        "",
        "    validation-enhancements",
        "",
        "    Refuse addresses that no mail can reach",
        "",
        "diff --git a/MyApp/User/__init__.py b/MyApp/User/__init__.py",
    ]


def test_other_peoples_unsaved_text_can_be_gone_past(demo: Demo) -> None:
    demo("editor", "open", "MyApp.User.create", user="bob")
    demo("editor", "assign", "MyApp.User.create", "A", user="bob")
    demo("editor", "type", "MyApp.User.create", "--file", "-", user="bob", stdin="def create(): ...\n")
    refused = demo("patch", "merge", "A", "--json")
    assert refused.refusal == "unsaved-editor"
    previewed = demo("patch", "merge", "A", "--dry-run", "--json")
    assert (previewed.code, previewed.document["error"]) == (1, refused.document["error"])
    assert previewed.document["blockers"] == refused.document["error"]["blockers"]
    assert previewed.document["diff"].startswith("diff --git")
    assert demo.json("patch", "merge", "A", "--past-unsaved", "--dry-run")["blockers"] == []
    assert demo.json("patch", "merge", "A", "--past-unsaved")["revision"] == "13"
    assert demo.json("editor", "show", "MyApp.User.create", user="bob")["buffer"] is not None


def test_merging_all_that_is_ready_reports_what_fails_by_code_one(demo: Demo) -> None:
    demo("patch", "ready", "C", user="bob")
    demo("editor", "type", "1", "--file", "-", stdin="def validate(email):\n    return 1\n")
    previewed = demo("patch", "merge", "--ready", "--dry-run", "--json")
    assert previewed.code == 1
    said = demo("patch", "merge", "--ready", "--json")
    assert said.code == 1
    assert said.document["merged"] == []
    assert [one["code"] for one in previewed.document["fails"]] == [
        one["code"] for one in said.document["failed"]
    ]
    assert [one["code"] for one in said.document["failed"]] == ["unsaved-editor", "dependency-unmerged"]


def test_init_imports_and_export_writes_it_back(demo: Demo) -> None:
    source = demo.work / "source"
    source.mkdir()
    (source / "shop.py").write_bytes(b"PRICE = 1\r\n")
    options = ("--store", str(demo.work / "own"), "--user", "alice")
    said = in_process(*options, "init", "--import", "source", "--organization", "Wonderland")
    assert said.out.splitlines()[1] == "Imported 1 file as revision 1."
    assert in_process(*options, "names").out == "shop.PRICE\n"
    assert in_process(*options, "export", "out").code == 0
    assert (demo.work / "out" / "shop.py").read_bytes() == b"PRICE = 1\r\n"
    (demo.work / "out" / "shop.py").write_bytes(b"PRICE = 2\n")
    assert in_process(*options, "export", "out", "--json").refusal == "name-taken"
    assert in_process(*options, "export", "out", "--force").code == 0
    in_process(*options, "session", "start", "one")
    status = in_process(*options, "status", "--json").document
    assert status["session"]["organization"] == "Wonderland"


def test_the_log_is_filtered(demo: Demo) -> None:
    entries = demo.json("log", "--by", "bob")["entries"]
    assert {one["user"] for one in entries} == {"bob"}
    assert [one["verb"] for one in demo.json("log", "--patch", "A", "--verb", "patch")["entries"]] == [
        "patch.ready",
        "patch.new",
    ]
    assert len(demo("log", "--limit", "3").out.splitlines()) == 3


def test_what_one_command_merged_is_undone_by_one(demo: Demo) -> None:
    assert demo("patch", "ready", "B").code == 0
    assert demo("patch", "merge", "--ready").code == 0
    assert {demo.patch(one)["status"] for one in "AB"} == {"merged"}
    assert demo("undo", "--dry-run").out == (
        "would undo 22: merged B performance-optimizations\nwould undo 21: merged A validation-enhancements\n"
    )
    assert demo("undo").out == (
        "Undid 2 steps: merged B performance-optimizations, merged A validation-enhancements.\n"
    )
    assert {demo.patch(one)["status"] for one in "AB"} == {"ready"}
    entries = demo.json("log", "--limit", "4")["entries"]
    same = [one["act"] == other["act"] for one, other in itertools.pairwise(entries)]
    assert same == [True, False, True]


def test_undo_and_redo_say_what_they_did(demo: Demo) -> None:
    demo.json("patch", "draft", "A")
    assert demo("undo", "--dry-run").out == "would undo 20: took A validation-enhancements back to draft\n"
    assert demo("undo").out == "Undid: took A validation-enhancements back to draft.\n"
    assert demo.patch("A")["status"] == "ready"
    assert demo("redo").out == "Redid: took A validation-enhancements back to draft.\n"
    assert demo.patch("A")["status"] == "draft"


def test_closing_past_what_fails_ends_with_code_one_as_merging_all_does(demo: Demo) -> None:
    demo("patch", "ready", "C", user="bob")
    demo("editor", "type", "1", "--file", "-", stdin="def validate(email):\n    return 1\n")
    previewed = demo("session", "close", "--dry-run", "--json")
    closed = demo("session", "close", "--json")
    assert (previewed.code, closed.code) == (1, 1)
    assert [one["patch"] for one in previewed.document["fails"]] == [
        one["patch"] for one in closed.document["patches_failed"]
    ]
    assert demo("status").out.startswith("package tree")
    again = demo("session", "reopen", "user-improvements")
    assert again.code == 0
