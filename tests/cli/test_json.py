"""The JSON documents: the shapes that scripts rely on, one document for every verb."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.commands import Demo, in_process

EDITOR = {
    "id", "number", "target", "user", "patch", "modified", "unsaved", "pending", "last_saved_at",
    "base_digest", "shown_digest", "also_open_by", "link", "travels",
}  # fmt: skip
PATCH = {
    "id", "letter", "name", "description", "status", "marked_ready", "operations", "ready_to_merge",
    "blockers", "suggestions", "dependencies", "conflicts", "created_at", "created_by", "merged_at",
    "merged_by", "revision",
}  # fmt: skip
SESSION = {
    "id", "name", "description", "created_at", "created_by", "closed_at", "organization", "worktree",
    "branch", "collaborators",
}  # fmt: skip
CHANGE = {
    "transaction", "session", "summary", "chosen", "asks", "notes", "patches", "editors", "conflicts",
    "revision", "clean_merges",
}  # fmt: skip
VALIDATE = "MyApp.User.validate"


def test_status_has_the_shape_of_the_design(demo: Demo) -> None:
    status = demo.json("status")
    assert set(status) == {
        "schema",
        "you",
        "codebase",
        "waits",
        "unmerged",
        "left_alone",
        "session",
        "behind",
        "editors",
        "patches",
    }
    assert status["schema"] == 1
    assert status["you"] == {"user": "alice", "role": "owner"}
    assert status["codebase"] == {
        "kind": "package-tree", "root": str(demo.store / "codebase"), "revision": "12"
    }  # fmt: skip
    assert set(status["session"]) == SESSION
    assert status["session"]["collaborators"][1] == {"user": "bob", "role": "contributor"}
    assert all(set(one) == EDITOR for one in status["editors"])
    assert all(set(one) == PATCH for one in status["patches"])
    assert [one["status"] for one in status["patches"]] == ["ready", "draft", "draft"]
    assert [one["kind"] for one in status["patches"][0]["operations"]] == ["add", "update", "update"]


def test_status_tells_blockers_dependencies_pending_work_and_links(demo: Demo) -> None:
    status = demo.json("status")
    first, _, tests = status["patches"]
    assert first["ready_to_merge"] is True
    assert tests["dependencies"] == [{"patch": first["id"], "origin": "declared", "why": "declared by bob"}]
    assert [one["code"] for one in tests["blockers"]] == ["not-ready", "dependency-unmerged"]
    render = status["editors"][2]
    assert (render["modified"], render["unsaved"], render["patch"]) == (True, False, None)
    assert [one["kind"] for one in render["pending"]] == ["update"]
    assert set(render["pending"][0]) == {"kind", "name", "authors", "digest", "base_digest"}
    assert render["link"] == f"dark://edit/{status['session']['id']}/{render['id']}"


def test_a_rename_tells_its_new_name(demo: Demo) -> None:
    demo.json("editor", "rename", "MyApp.Text.shorten", "MyApp.Text.cut", "--patch", "B")
    rename = demo.patch("B")["operations"][1]
    assert rename["kind"] == "rename"
    assert (rename["name"], rename["new_name"]) == ("MyApp.Text.shorten", "MyApp.Text.cut")


def test_status_without_a_session(demo: Demo) -> None:
    status = demo.json("status", user="carol")
    assert status["session"] is None
    assert status["you"] == {"user": "carol", "role": None}
    assert status["editors"] == status["patches"] == []


def test_the_options_stand_before_or_after_the_verb(demo: Demo) -> None:
    store, user = str(demo.store), "alice"
    after = in_process("patch", "list", "--json", "--store", store, "--user", user)
    before = in_process("--json", "--store", store, "--user", user, "patch", "list")
    between = in_process("patch", "--json", "--store", store, "list", "--user", user)
    assert after.document == before.document == between.document


def test_a_session_is_named_by_id_or_name(demo: Demo) -> None:
    status = demo.json("status", "--session", "groundwork")
    assert status["session"]["closed_at"] is not None
    assert demo.json("--session", status["session"]["id"], "status") == status


def test_a_change_says_its_transaction_and_what_it_changed(demo: Demo) -> None:
    change = demo.json("patch", "new", "tidy-up")
    assert set(change) == CHANGE
    assert change["transaction"] == demo.json("log", "--limit", "1")["entries"][0]["id"]
    assert change["patches"] == [demo.patch("D")["id"]]
    assert change["session"] == demo.json("status")["session"]["id"]


def test_saving_says_which_patch_was_chosen_unasked(demo: Demo) -> None:
    demo.json("editor", "close", VALIDATE)
    text = "def validate(email):\n    return EMAIL.fullmatch(email.strip()) is not None\n"
    change = demo.json("editor", "save", VALIDATE, "--file", "-", stdin=text)
    assert change["chosen"] == demo.patch("A")["id"]
    assert change["asks"] is False
    assert demo.patch("A")["status"] == "draft"


def test_saving_what_no_patch_touches_asks(demo: Demo) -> None:
    text = "def link(address):\n    return address\n"
    change = demo.json("editor", "save", "MyApp.Text.link", "--file", "-", stdin=text)
    assert change["chosen"] is None
    assert change["asks"] is True
    (editor,) = (one for one in demo.json("editor", "list")["editors"] if one["target"] == "MyApp.Text.link")
    assert editor["patch"] is None
    assert [one["kind"] for one in editor["pending"]] == ["update"]


def test_closing_gives_the_counts_and_the_lists_behind_them(demo: Demo) -> None:
    preview = demo.json("session", "close", "--dry-run")
    result = demo.json("session", "close")
    assert set(result) == {
        "session_id", "patches_merged", "patches_failed", "patches_abandoned", "merged", "abandoned",
        "clean_merges",
    }  # fmt: skip
    assert (result["patches_merged"], result["patches_failed"], result["patches_abandoned"]) == (1, [], 2)
    assert (result["merged"], result["abandoned"]) == (preview["merges"], preview["abandons"])


def test_a_refusal_is_one_document_with_its_blockers(demo: Demo) -> None:
    said = demo("patch", "merge", "C", "--json", user="bob")
    assert said.code == 1
    assert said.err == ""
    assert set(said.document) == {"error"}
    assert set(said.document["error"]) == {"code", "message", "blockers"}
    assert [one["code"] for one in said.document["error"]["blockers"]] == ["not-ready", "dependency-unmerged"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("patch", "show"),
        ("patch", "merge"),
        ("patch", "merge", "A", "--ready"),
        ("nonsense",),
        ("status", "--nonsense"),
        ("editor", "save", "1", "--file", "missing.py"),
        ("editor", "assign", "3"),
        ("editor", "assign", "3", "A", "--new-patch", "x"),
        ("session", "edit"),
        ("session", "invite", "bob", "king"),
        ("log", "--limit", "0"),
        (),
    ],
)
def test_wrong_usage_is_code_two_and_one_document(demo: Demo, arguments: tuple[str, ...]) -> None:
    said = demo(*arguments, "--json")
    assert said.code == 2
    assert said.refusal == "usage"
    plain = demo(*arguments)
    assert plain.code == 2
    assert plain.out == ""
    assert plain.err


EVERY_VERB: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("alice", ("status",), "patches"),
    ("alice", ("names", "MyApp.User"), "names"),
    ("alice", ("show", VALIDATE), "text"),
    ("alice", ("show", VALIDATE, "--patch", "A"), "digest"),
    ("alice", ("log", "--by", "bob", "--patch", "C", "--verb", "patch"), "entries"),
    ("alice", ("doctor",), "findings"),
    ("alice", ("doctor", "--fix"), "texts_removed"),
    ("alice", ("session", "list", "--all"), "sessions"),
    ("alice", ("patch", "list"), "patches"),
    ("alice", ("patch", "show", "A"), "changes"),
    ("alice", ("editor", "list"), "editors"),
    ("alice", ("editor", "show", "3"), "shown_digest"),
    ("alice", ("conflict", "list"), "conflicts"),
    ("alice", ("patch", "merge", "A", "--dry-run"), "unblocks"),
    ("alice", ("patch", "merge", "--ready", "--dry-run"), "merges"),
    ("alice", ("patch", "abandon", "B", "--dry-run"), "consequences"),
    ("alice", ("session", "abandon", "--dry-run"), "abandons"),
    ("alice", ("session", "invite", "carol", "viewer"), "transaction"),
    ("alice", ("session", "role", "carol", "contributor"), "transaction"),
    ("carol", ("session", "switch", "user-improvements"), "summary"),
    ("carol", ("session", "leave"), "transaction"),
    ("alice", ("session", "edit", "--name", "users"), "transaction"),
    ("alice", ("patch", "new", "spare", "-d", "a spare one"), "patches"),
    ("alice", ("patch", "edit", "spare", "--name", "extra"), "patches"),
    ("alice", ("patch", "depend", "extra", "B"), "patches"),
    ("alice", ("patch", "undepend", "extra", "B"), "patches"),
    ("alice", ("editor", "open", "MyApp.Text.link"), "editors"),
    ("alice", ("editor", "close", "MyApp.Text.link"), "editors"),
    ("alice", ("editor", "assign", "3", "extra"), "patches"),
    ("alice", ("editor", "unassign", "3"), "patches"),
    ("alice", ("editor", "assign", "3", "--new-patch", "profile"), "patches"),
    ("alice", ("editor", "delete", "MyApp.Text.paragraph", "--patch", "profile"), "patches"),
    ("alice", ("editor", "rename", "MyApp.Web.index", "MyApp.Web.everybody", "--patch", "extra"), "patches"),
    ("alice", ("patch", "join", "profile", "extra"), "patches"),
    ("alice", ("patch", "draft", "A"), "patches"),
    ("alice", ("patch", "ready", "A"), "patches"),
    ("alice", ("undo", "--dry-run"), "entries"),
    ("alice", ("undo",), "summary"),
    ("alice", ("redo",), "summary"),
    ("alice", ("patch", "abandon", "B"), "patches"),
    ("alice", ("patch", "restore", "B", "--as", "faster"), "patches"),
    ("alice", ("patch", "merge", "A", "-m", "Check addresses"), "revision"),
    ("alice", ("patch", "merge", "--ready"), "merged"),
    ("alice", ("export", "out"), "written"),
    ("alice", ("session", "remove", "bob"), "transaction"),
    ("alice", ("session", "start", "next"), "session"),
    ("alice", ("session", "abandon", "--confirm", "next"), "transaction"),
    ("alice", ("session", "reopen", "next", "--as", "again"), "transaction"),
    ("alice", ("session", "close"), "session_id"),
)


def test_every_verb_gives_exactly_one_document(demo: Demo) -> None:
    for user, arguments, key in EVERY_VERB:
        document: Any = demo.json(*arguments, user=user)
        assert key in document, arguments


def test_every_verb_has_plain_text_too(demo: Demo) -> None:
    for user, arguments, _ in EVERY_VERB:
        said = demo(*arguments, user=user)
        assert said.code == 0, (arguments, said)
        assert said.out.endswith("\n")
        assert said.err == ""


def test_an_option_that_looks_like_json_is_only_a_value(demo: Demo) -> None:
    said = demo("patch", "new", "odd", "-d", "--json")
    assert said.out == "Created D odd.\n"
    assert demo.patch("D")["description"] == "--json"


IMPORTS = "MyApp.User.<import>"


@pytest.fixture
def merging_along(demo: Demo) -> Demo:
    """A patch on a file's imports, and another one with which a line goes that the first has to take in."""
    imports = demo.json("show", IMPORTS)["text"]
    demo.json(
        "editor", "save", IMPORTS, "--file", "-", "--new-patch", "imports", stdin=imports + "import os\n"
    )
    demo.json("editor", "close", IMPORTS)
    demo.json("editor", "save", IMPORTS, "--file", "-", stdin=imports + "import os\nimport zlib\n")
    sizes = "def size(email):\n    return len(zlib.compress(email.encode()))\n"
    demo.json(
        "editor", "save", "MyApp.User.size", "--new", "--file", "-", "--new-patch", "sizes", stdin=sizes
    )
    demo.json("patch", "ready", "sizes")
    return demo


def test_previews_say_which_texts_would_be_merged_and_change_nothing(merging_along: Demo) -> None:
    demo = merging_along
    patch = next(one["id"] for one in demo.json("status")["patches"] if one["name"] == "imports")
    along = [{"patch": patch, "name": IMPORTS}]
    texts, before = set((demo.store / "texts").iterdir()), demo.json("status")
    assert demo.json("patch", "merge", "sizes", "--dry-run")["clean_merges"] == along
    assert demo.json("patch", "merge", "--ready", "--dry-run")["clean_merges"] == along
    assert demo.json("patch", "merge", "A", "--dry-run")["clean_merges"] == []
    assert demo.json("patch", "abandon", "sizes", "--dry-run")["clean_merges"] == []
    assert demo.json("session", "abandon", "--dry-run")["clean_merges"] == []
    assert (set((demo.store / "texts").iterdir()), demo.json("status")) == (texts, before)
    assert demo.json("patch", "merge", "sizes")["clean_merges"] == along


def test_closing_says_which_texts_were_merged_as_its_preview_does(merging_along: Demo) -> None:
    demo = merging_along
    demo.json("patch", "depend", "imports", "sizes")
    demo.json("patch", "ready", "imports")
    previewed = demo.json("session", "close", "--dry-run")["clean_merges"]
    closed = demo.json("session", "close")
    assert closed["clean_merges"] == previewed
    assert [one["name"] for one in previewed] == [IMPORTS]
    assert closed["patches_merged"] == 3


def test_closing_says_to_a_person_too_what_was_merged(merging_along: Demo) -> None:
    merging_along.json("patch", "depend", "imports", "sizes")
    merging_along.json("patch", "ready", "imports")
    told = merging_along("session", "close").out
    assert "D imports: MyApp.User.<import> was merged with what changed beneath it\n" in told


def test_what_a_patch_that_cannot_be_merged_would_merge_is_not_said(merging_along: Demo) -> None:
    merging_along.json("patch", "draft", "sizes")
    previewed = merging_along("patch", "merge", "sizes", "--dry-run", "--json")
    assert (previewed.code, previewed.document["clean_merges"]) == (1, [])
