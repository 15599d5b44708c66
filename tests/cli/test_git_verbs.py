"""The command line in a real repository: what other programs change is taken in, what each verb leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Demo, command
from tests.cli.repository import CART, Checkout
from tests.codebase.repositories import git

# Looking


def test_every_verb_sees_what_was_changed_just_before(shop: Checkout) -> None:
    for number, verb in enumerate((("status",), ("editor", "list"), ("patch", "list"))):
        shop.write(f"new{number}.py", "X = 1\n")
        shop.json(*verb)
        log = shop.json("log", "--limit", "1")["entries"][0]
        assert log["summary"] == f"saw new{number}.py:<file> changed in the working tree"
    shop.change("json.dumps(prices)", "json.dumps(list(prices))")
    assert shop.json("editor", "assign", "shop.cart.saved", "distinct")["summary"].startswith("assigned")


def test_an_edit_outside_follows_its_patch_and_takes_it_back_to_draft(shop: Checkout) -> None:
    shop.change("2)", "3)")
    assert shop.statuses() == {"rounding": "draft", "distinct": "draft"}
    assert "round(sum(prices), 3)" in shop.json("patch", "show", "rounding")["diff"]


def test_status_tells_worktree_branch_and_kind(shop: Checkout) -> None:
    status = shop.json("status")
    assert status["codebase"] == {
        "kind": "git",
        "root": str(shop.root),
        "revision": shop.git("rev-parse", "HEAD"),
        "branch": "refs/heads/main",
    }
    assert (status["session"]["worktree"], status["session"]["branch"]) == ("main", "refs/heads/main")
    assert (status["waits"], status["behind"]) == (None, [])
    assert f"git · main · revision {shop.git('rev-parse', 'HEAD')[:12]} · alice owner" in shop("status").out
    shop.git("switch", "--quiet", "--detach")
    assert shop.json("status")["codebase"]["branch"] is None


def test_a_repository_needs_no_import_and_is_written_out_by_git(shop: Checkout, tmp_path: Path) -> None:
    assert "Edit the repository's files" in shop("init").out
    (tmp_path / "src").mkdir()
    for verb in (("init", "--import", str(tmp_path / "src")), ("export", str(tmp_path / "out"))):
        refused = shop(*verb, "--json")
        assert (refused.code, refused.refusal) == (1, "bad-transition")
    assert not (tmp_path / "out").exists()


def test_completing_neither_makes_a_store_nor_looks(shop: Checkout, tmp_path: Path) -> None:
    def completed(root: Path) -> list[str]:
        asked = {"COMP_WORDS": "patchbay --user alice patch show ", "COMP_CWORD": "5"}
        said = command(cwd=root, _PATCHBAY_COMPLETE="bash_complete", **asked)
        return [one.partition(",")[2] for one in said.stdout.decode().split()]

    fresh = Checkout.made(tmp_path / "fresh")
    assert completed(fresh.root) == []
    assert not (fresh.root / ".git" / "patchbay").exists()
    shop.write("new.py", "X = 1\n")
    known = {path.name: path.read_bytes() for path in (shop.root / ".git/patchbay/sessions").iterdir()}
    assert completed(shop.root) == ["rounding", "distinct"]
    assert known == {
        path.name: path.read_bytes() for path in (shop.root / ".git/patchbay/sessions").iterdir()
    }


# Elsewhere


def test_on_another_branch_the_session_waits_and_can_be_read(shop: Checkout) -> None:
    shop.git("switch", "--quiet", "-c", "other")
    shop.change("import json", "import json as json")
    said = shop("status")
    assert said.code == 0
    told = "  Waits: session prices belongs to main, not to other: go back, or `patchbay session rebind`."
    assert told in said.out.splitlines()
    assert shop.json("status")["waits"] == "session prices belongs to main, not to other"
    assert list(shop.editors()) == ["shop.cart.total", "shop.cart.count"]
    assert "round(" in shop.json("editor", "show", "shop.cart.total")["text"]
    head = shop.git("rev-parse", "other", "main")
    merge, abandon = ("patch", "merge", "rounding"), ("patch", "abandon", "distinct")
    for verb in (merge, abandon, ("session", "close"), ("session", "abandon", "--confirm", "prices")):
        assert shop(*verb, "--dry-run", "--json").refusal == "codebase-moved"
        refused = shop(*verb, "--json")
        assert (refused.code, refused.refusal) == (1, "codebase-moved")
        assert "session rebind" in refused.out
    assert shop.git("rev-parse", "other", "main") == head


def test_on_another_branch_what_is_saved_is_said_to_be_in_no_file(shop: Checkout, tmp_path: Path) -> None:
    typed = tmp_path / "typed.py"
    typed.write_text("def count(prices):\n    return 0\n")
    reason = "session prices belongs to main, not to other"
    shop.git("switch", "--quiet", "-c", "other")
    before = shop.text()
    said = shop("editor", "save", "shop.cart.count", "--file", str(typed))
    assert f"  not written into the file: {reason}" in said.out.splitlines()
    assert shop.text() == before
    assert shop.json("patch", "new", "empty")["notes"] == []
    shop.git("switch", "--quiet", "main")
    typed.write_text("def saved(prices):\n    return None\n")
    saved = shop.json("editor", "save", "shop.cart.saved", "--file", str(typed), "--patch", "empty")
    assert saved["notes"] == []
    assert "def saved(prices):\n    return None\n" in shop.text()


def test_imports_that_travel_are_said_to_go_with_what_needs_them(shop: Checkout) -> None:
    shop.change("import json\n", "import json\nimport math\n")
    shop.change("round(sum(prices), 2)", "math.ceil(sum(prices))")
    (row,) = (one for one in shop("status").out.splitlines() if "shop.cart.<import>" in one)
    assert row.endswith("  goes with what needs it")
    (editor,) = (one for one in shop.json("status")["editors"] if one["target"] == "shop.cart.<import>")
    assert (editor["patch"], editor["travels"]) == (None, True)


def test_what_is_assigned_with_all_that_goes_with_it_is_counted_once(shop: Checkout) -> None:
    shop.write("shop/cart.py", shop.text() + "\n\ndef least():\n    return LEAST\n\n\nLEAST = 1\n")
    said = shop.json("editor", "assign", "shop.cart.least", "--new-patch", "least", "--related")
    assert len(said["editors"]) == 2
    assert said["summary"].startswith("assigned 2 editors to ")


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_on_another_branch_no_merge_is_undone_or_redone(shop: Checkout, verb: str) -> None:
    shop.json("patch", "merge", "rounding")
    if verb == "redo":
        shop.json("undo")
    heads = shop.git("rev-parse", "HEAD")
    shop.git("switch", "--quiet", "-c", "other")
    refused = shop(verb, "--json")
    assert (refused.code, refused.refusal) == (1, "codebase-moved")
    assert shop.git("rev-parse", "HEAD", "main").split() == [heads, heads]


def test_in_the_middle_of_a_rebase_it_says_so_and_nothing_is_bound(shop: Checkout) -> None:
    (shop.root / ".git" / "rebase-merge").mkdir()
    assert shop.json("status")["waits"] == "a rebase is under way"
    for verb in (("patch", "merge", "rounding"), ("session", "rebind"), ("tree", "pull")):
        refused = shop(*verb, "--json")
        assert (refused.code, refused.refusal) == (1, "codebase-moved")
        assert "a rebase is under way" in refused.out


def test_a_rebase_that_stopped_is_what_the_session_waits_for_and_no_place_to_begin_one(
    shop: Checkout,
) -> None:
    shop.git("stash", "--quiet")
    shop.git("switch", "--quiet", "-c", "other")
    shop.change("def total(prices):", "def total(prices, tax=0):")
    shop.git("commit", "--quiet", "-am", "tax")
    shop.git("switch", "--quiet", "main")
    shop.change("def total(prices):", "def total(prices, *more):")
    shop.git("commit", "--quiet", "-am", "more")
    shop.git("rebase", "--quiet", "other", check=False)
    said = shop("status").out
    assert "Waits: a rebase is under way: finish or abort it in git." in said and "rebind" not in said
    for verb in (("patch", "merge", "rounding"), ("session", "start", "fresh")):
        refused = shop(*verb, "--json")
        assert (refused.code, refused.refusal) == (1, "codebase-moved")
        assert "a rebase is under way" in refused.out
    shop.git("rebase", "--abort")
    assert shop.json("status")["waits"] is None
    assert shop("session", "start", "fresh").code == 0


def test_a_session_is_bound_to_the_present_branch_and_merged_with_it(shop: Checkout) -> None:
    shop.git("stash", "--quiet")
    shop.git("switch", "--quiet", "-c", "other")
    shop.change("def total(prices):", "def total(prices, tax=0):")
    shop.git("commit", "--quiet", "-am", "tax")
    shop.git("stash", "pop", "--quiet")
    done = shop.json("session", "rebind")
    assert done["summary"] == "bound session prices to other"
    status = shop.json("status")
    assert (status["session"]["branch"], status["waits"], status["behind"]) == ("refs/heads/other", None, [])
    assert set(shop.statuses().values()) == {"ready", "draft"}
    shop.json("patch", "merge", "rounding")
    assert shop.git("show", "HEAD:shop/cart.py") + "\n" == CART.replace(
        'def total(prices):\n    """Add prices up."""\n    return sum(prices)',
        'def total(prices, tax=0):\n    """Add prices up."""\n    return round(sum(prices), 2)',
    )
    assert shop.git("log", "--format=%s", "main") == "first"


def test_binding_a_session_is_previewed_with_what_would_merge_and_what_would_conflict(
    shop: Checkout,
) -> None:
    shop.change("return json.dumps(prices)", "return json.dumps(prices, indent=1)")
    shop.json("status")
    shop.git("stash", "--quiet")
    shop.git("switch", "--quiet", "-c", "other")
    shop.change("def total(prices):", "def total(prices, tax=0):")
    shop.change("return len(prices)", "return 0")
    shop.change("return json.dumps(prices)", "return prices")
    shop.git("commit", "--quiet", "-am", "otherwise")
    log, status = shop.json("log")["entries"], shop.json("status")
    patches = {one["name"]: one["id"] for one in status["patches"]}
    preview = shop.json("session", "rebind", "--dry-run")
    assert preview == {
        "session": status["session"]["id"],
        "from": {"worktree": "main", "branch": "refs/heads/main"},
        "to": {"worktree": "main", "branch": "refs/heads/other"},
        "clean_merges": [{"patch": patches["rounding"], "name": "shop.cart.total"}],
        "conflicts": [
            preview["conflicts"][0] | {"patch": patches["distinct"], "name": "shop.cart.count"},
            {"id": None, "kind": "base-moved", "name": "shop.cart.saved", "patch": None},
        ],
        "notes": preview["notes"],
    }
    assert shop("session", "rebind", "--dry-run").out.splitlines() == [
        "would bind session prices to other, from main",
        "  would merge A rounding: shop.cart.total",
        "  would conflict B distinct: shop.cart.count (base-moved)",
        "  would conflict what is in no patch: shop.cart.saved (base-moved)",
        "  no file is written; `patchbay session rebind` where it was binds it back",
    ]
    assert (shop.json("log")["entries"], shop.json("status")) == (log, status)
    done = shop.json("session", "rebind")
    assert (done["clean_merges"], done["notes"]) == (preview["clean_merges"], preview["notes"])
    assert done["conflicts"] == [preview["conflicts"][0]["id"]]


def test_only_an_owner_binds_it(shop: Checkout) -> None:
    shop.json("session", "invite", "bob", "maintainer")
    shop.json("session", "switch", "prices", user="bob")
    refused = shop("session", "rebind", "--json", user="bob")
    previewed = shop("session", "rebind", "--dry-run", "--json", user="bob")
    assert (refused.refusal, previewed.code) == ("not-permitted", 1)
    assert previewed.document == refused.document


def test_a_package_tree_has_no_working_tree(demo: Demo) -> None:
    for verb in (
        ("session", "rebind"),
        ("session", "rebind", "--dry-run"),
        ("tree", "pull"),
        ("patch", "abandon", "B", "--restore-tree"),
    ):
        assert demo(*verb, "--json").refusal == "bad-transition"


def test_in_a_linked_worktree_a_session_is_bound_there(
    shop: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    monkeypatch.chdir(tmp_path / "linked")
    assert shop("status").out.endswith("patchbay session start NAME, or session list.\n")
    status = shop.json("status", "--session", "prices")
    assert status["waits"] == "session prices belongs to the worktree main"
    assert shop("session", "rebind", "--session", "prices", "--dry-run").out.startswith(
        "would bind session prices to side in the worktree worktrees/linked, from main in the worktree main\n"
    )
    shop.json("session", "rebind", "--session", "prices")
    status = shop.json("status")
    assert status["session"]["worktree"] == "worktrees/linked"
    assert status["behind"] == ["shop.cart.total", "shop.cart.count"]
    shop.json("tree", "pull")
    assert (tmp_path / "linked/shop/cart.py").read_text() == shop.text()


# Abandoning


def test_an_abandoned_patch_leaves_its_text_in_the_tree_in_no_patch(shop: Checkout) -> None:
    before = shop.text()
    told = shop.json("patch", "abandon", "rounding", "--dry-run")["consequences"]
    assert "the working tree keeps its text, which will be in no patch" in told
    shop.json("patch", "abandon", "rounding")
    assert shop.text() == before
    assert shop.editors() == {"shop.cart.total": None, "shop.cart.count": "distinct"}
    shop.json("undo")
    assert shop.text() == before
    assert shop.statuses() == {"rounding": "ready", "distinct": "draft"}
    assert shop.editors() == {"shop.cart.total": "rounding", "shop.cart.count": "distinct"}
    shop.json("redo")
    assert shop.text() == before
    assert shop.json("status")["editors"][0]["pending"]


def test_or_its_text_is_taken_out_and_undo_puts_it_back(shop: Checkout) -> None:
    before = shop.text()
    told = shop.json("patch", "abandon", "rounding", "--restore-tree", "--dry-run")["consequences"]
    assert "its text will be taken out of the working tree" in told
    shop.json("patch", "abandon", "rounding", "--restore-tree")
    assert shop.text() == before.replace("round(sum(prices), 2)", "sum(prices)")
    assert [one["pending"] for one in shop.json("status")["editors"]] == [[], []]
    shop.json("undo")
    assert shop.text() == before
    assert shop.statuses()["rounding"] == "ready"


def test_what_was_typed_over_an_abandoned_patch_survives_its_return(shop: Checkout) -> None:
    shop.json("patch", "abandon", "rounding")
    shop.change("2)", "4)")
    shop.json("undo")
    assert "round(sum(prices), 4)" in shop.text()
    assert "round(sum(prices), 2)" in shop.json("patch", "show", "rounding")["diff"]
    (pending,) = [one for one in shop.json("status")["editors"] if one["pending"]]
    assert (pending["target"], pending["patch"]) == ("shop.cart.total", None)


def test_a_restored_patch_takes_its_text_from_the_tree_again(shop: Checkout) -> None:
    before = shop.text()
    shop.json("patch", "abandon", "rounding")
    shop.json("patch", "restore", "rounding")
    assert shop.text() == before
    assert shop.editors()["shop.cart.total"] == "rounding"
    assert not any(one["pending"] for one in shop.json("status")["editors"])


def test_undo_of_a_merge_leaves_what_was_edited_since_on_top_of_the_patch(shop: Checkout) -> None:
    shop.json("patch", "merge", "rounding")
    shop.change("2)", "4)")
    before = shop.text()
    assert shop.editors() == {"shop.cart.total": None, "shop.cart.count": "distinct"}
    shop.json("undo")
    assert shop.git("log", "--format=%s") == "first"
    assert shop.text() == before
    assert shop.statuses() == {"rounding": "ready", "distinct": "draft"}
    assert "round(sum(prices), 2)" in shop.json("patch", "show", "rounding")["diff"]
    assert [one["target"] for one in shop.json("status")["editors"] if one["pending"]] == ["shop.cart.total"]


@pytest.mark.parametrize("verb", [("session", "close"), ("session", "abandon", "--confirm", "prices")])
def test_a_session_that_ends_leaves_the_tree_as_it_is_and_the_next_finds_it(
    shop: Checkout, verb: tuple[str, ...]
) -> None:
    before = shop.text()
    shop.json("patch", "draft", "rounding")
    told = "the working tree keeps its text; what is not merged is in no patch then"
    assert f"  {told}" in shop(*verb, "--dry-run").out.splitlines()
    assert shop.json(*verb, "--dry-run")["keeps_tree"] is True
    shop.json(*verb)
    assert shop.text() == before
    assert shop.git("log", "--format=%s") == "first"
    shop.json("session", "start", "again")
    assert shop.editors() == {"shop.cart.total": None, "shop.cart.count": None}
    assert shop.text() == before


def test_undo_of_closing_brings_patches_back_over_what_was_edited_since(shop: Checkout) -> None:
    shop.json("patch", "draft", "rounding")
    shop.json("session", "close")
    shop.change("json.dumps(prices)", "json.dumps(list(prices))")
    before = shop.text()
    shop.json("undo")
    assert shop.text() == before
    assert shop.editors() == {
        "shop.cart.total": "rounding", "shop.cart.count": "distinct", "shop.cart.saved": None
    }  # fmt: skip


def test_a_session_is_reopened_over_what_was_edited_since(shop: Checkout) -> None:
    shop.change("round(sum(prices), 2)", "round(")
    shop.json("session", "close")
    shop.change("json.dumps(prices)", "json.dumps(list(prices))")
    before = shop.text()
    shop.json("session", "reopen", "prices")
    assert shop.text() == before


# Behind


def test_what_only_the_codebase_changed_is_behind_and_pulled(shop: Checkout) -> None:
    git(shop.root, "worktree", "add", "--quiet", "--detach", "../beside")
    beside = Checkout(shop.root.parent / "beside")
    beside.change("return json.dumps(prices)", "return json.dumps(prices, indent=2)")
    beside.git("commit", "--quiet", "-am", "indent")
    mine = shop.text()
    shop.git("update-ref", "refs/heads/main", beside.git("rev-parse", "HEAD"))
    shop.git("reset", "--quiet")
    assert shop.json("status")["behind"] == ["shop.cart.saved"]
    assert (
        "  Behind in the working tree: shop.cart.saved; patchbay tree pull writes it." in shop("status").out
    )
    assert shop("tree", "pull", "--dry-run").out == "behind: shop.cart.saved\n"
    assert shop.text() == mine
    pulled = shop.json("tree", "pull")
    assert pulled["summary"] == "pulled 1 file into the working tree"
    assert shop.text() == mine.replace("json.dumps(prices)", "json.dumps(prices, indent=2)")
    assert shop("tree", "pull", "--dry-run").out == "Nothing is behind in the working tree.\n"
