"""A preview of a merge is refused as the merge would be: for a role, or for what is staged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Demo
from tests.cli.repository import Checkout


@pytest.fixture
def shop(checkout: Checkout) -> Checkout:
    """A repository with one ready patch of Alice's; Bob is in the session."""
    checkout.change("return sum(prices)", "return round(sum(prices), 2)")
    checkout.json("editor", "assign", "shop.cart.total", "--new-patch", "rounding")
    checkout.json("patch", "ready", "rounding")
    checkout.json("session", "invite", "bob", "contributor")
    checkout.json("session", "switch", "prices", user="bob")
    return checkout


def everything_of_git(shop: Checkout) -> tuple[str, bytes, list[Path]]:
    files = sorted(one for one in (shop.root / ".git").iterdir() if one.name != "patchbay")
    return shop.git("rev-parse", "HEAD"), (shop.root / ".git/index").read_bytes(), files


def refused_alike(shop: Checkout, code: str, user: str = "alice") -> None:
    """The preview gives the error of the merge, and leaves everything as it was."""
    log, before = shop.json("log")["entries"], everything_of_git(shop)
    previewed = shop("patch", "merge", "rounding", "--dry-run", "--json", user=user)
    assert everything_of_git(shop) == before
    told = shop("patch", "merge", "rounding", "--dry-run", user=user)
    merged = shop("patch", "merge", "rounding", "--json", user=user)
    assert (previewed.code, previewed.refusal) == (merged.code, code)
    assert previewed.document["error"] == merged.document["error"]
    assert "round(sum(prices), 2)" in previewed.document["diff"]
    assert (told.code, told.out.split("\n")[0][:11]) == (1, "can't merge")
    assert f"  {merged.document['error']['message']}\n" in told.out
    assert (shop.json("log")["entries"], everything_of_git(shop)) == (log, before)


def test_somebody_elses_patch(shop: Checkout) -> None:
    refused_alike(shop, "not-permitted", user="bob")
    previewed = shop("patch", "merge", "--ready", "--dry-run", "--json", user="bob")
    merged = shop("patch", "merge", "--ready", "--json", user="bob")
    assert (previewed.code, merged.code) == (1, 1)
    assert previewed.document["fails"] == merged.document["failed"]
    assert previewed.document["merges"] == []


def test_ending_a_session_or_a_patch_of_others(shop: Checkout) -> None:
    for ending in (("session", "close"), ("session", "abandon", "--confirm", "prices")):
        previewed = shop(*ending, "--dry-run", "--json", user="bob")
        done = shop(*ending, "--json", user="bob")
        assert (previewed.code, previewed.refusal, done.code) == (1, "not-permitted", 1)
        assert previewed.document["error"] == done.document["error"]
        assert shop(*ending, "--dry-run", user="bob").out.startswith(done.document["error"]["message"])
        assert shop(*ending, "--dry-run").code == 0
    previewed = shop("patch", "abandon", "rounding", "--dry-run", "--json", user="bob")
    assert previewed.document == shop("patch", "abandon", "rounding", "--json", user="bob").document
    assert (previewed.code, previewed.refusal) == (1, "not-permitted")


def test_what_is_staged_and_cannot_be_kept(shop: Checkout) -> None:
    text = shop.text()
    shop.write("shop/cart.py", text.replace("round(sum(prices), 2)", "round(sum(prices), 3)"))
    shop.git("add", "shop/cart.py")
    shop.write("shop/cart.py", text)
    refused_alike(shop, "conflicts")


def stage_another_text(shop: Checkout) -> None:
    """Beside three ready patches, in one file: the first one's text otherwise, for which the second waits."""
    shop.change("return json.dumps(prices)", "return json.dumps(list(prices))")
    shop.change("return len(prices)", "return len(list(prices))")
    for target, name in (("saved", "saving"), ("count", "counting")):
        shop.json("editor", "assign", f"shop.cart.{target}", "--new-patch", name)
    shop.json("patch", "depend", "saving", "rounding")
    for name in ("saving", "counting"):
        shop.json("patch", "ready", name)
    text = shop.text()
    shop.write("shop/cart.py", text.replace("round(sum(prices), 2)", "round(sum(prices), 3)"))
    shop.git("add", "shop/cart.py")
    shop.write("shop/cart.py", text)


ENDS = {
    "failed": ("patch", "merge", "--ready"),
    "patches_failed": ("session", "close"),
}


@pytest.mark.parametrize("failed", ENDS)
def test_what_is_staged_and_cannot_be_kept_where_several_patches_are_merged(
    shop: Checkout, failed: str
) -> None:
    stage_another_text(shop)
    before = everything_of_git(shop)
    previewed = shop(*ENDS[failed], "--dry-run", "--json")
    told = shop(*ENDS[failed], "--dry-run")
    assert everything_of_git(shop) == before
    done = shop(*ENDS[failed], "--json")
    assert (previewed.code, told.code, done.code) == (1, 1, 1)
    by_patch = sorted(done.document[failed], key=lambda one: str(one["code"]))
    assert sorted(previewed.document["fails"], key=lambda one: str(one["code"])) == by_patch
    assert [one["code"] for one in by_patch] == ["conflicts", "dependency-unmerged"]
    assert "has staged changes that a merge cannot keep" in by_patch[0]["message"]
    assert all(one["message"] in told.out for one in by_patch)
    assert told.out.split("\n")[1].startswith("  would merge") and "counting" in told.out.split("\n")[1]
    assert len(previewed.document["merges"]) == len(done.document["merged"]) == 1
    assert shop.git("log", "-1", "--format=%s") == "counting"


def test_what_is_staged_and_stays_so_fails_nothing(shop: Checkout) -> None:
    shop.git("add", "--all")
    shop.write("lib/more.py", "MORE = 1\n")
    shop.git("add", "lib/more.py")
    preview = shop.json("patch", "merge", "--ready", "--dry-run")
    assert (len(preview["merges"]), preview["fails"]) == (1, [])
    assert len(shop.json("patch", "merge", "--ready")["merged"]) == 1
    assert shop.git("diff", "--cached", "--name-only") == "lib/more.py"


def test_a_merge_that_can_be_done_is_previewed_and_then_done(shop: Checkout) -> None:
    before = everything_of_git(shop)
    assert shop.json("patch", "merge", "rounding", "--dry-run")["merges"]
    assert everything_of_git(shop) == before
    assert shop.json("patch", "merge", "rounding")["revision"] == shop.git("rev-parse", "HEAD")


def test_a_hook_is_not_run_by_a_preview(shop: Checkout) -> None:
    hook = shop.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho ran >> ../ran\nexit 1\n")
    hook.chmod(0o755)
    shop.git("config", "patchbay.hooks", "true")
    assert shop("patch", "merge", "rounding", "--dry-run").code == 0
    assert not (shop.root.parent / "ran").exists()
    assert shop("patch", "merge", "rounding", "--json").refusal == "not-permitted"
    assert (shop.root.parent / "ran").exists()


def test_an_undo_that_would_be_refused(shop: Checkout) -> None:
    shop.json("patch", "merge", "rounding")
    shop.git("commit", "--quiet", "--allow-empty", "-m", "later")
    previewed, undone = shop("undo", "--dry-run", "--json"), shop("undo", "--json")
    assert (previewed.code, undone.code) == (1, 1)
    assert previewed.document["error"] == undone.document["error"]
    assert previewed.document["refusal"] == undone.document["error"]["message"]


def test_an_undo_where_there_is_nothing_to_undo(demo: Demo) -> None:
    previewed, undone = demo("undo", "--dry-run", "--json"), demo("undo", "--json")
    assert (previewed.code, undone.code) == (1, 1)
    assert previewed.document == {"entries": [], "details": []} | undone.document | {
        "refusal": undone.document["error"]["message"]
    }


def test_a_preview_on_a_package_tree_writes_nothing(demo: Demo) -> None:
    before = {path: path.read_bytes() for path in demo.store.rglob("*") if path.is_file()}
    assert demo("patch", "merge", "A", "--dry-run").code == 0
    assert demo("patch", "merge", "A", "--dry-run", "--json", user="bob").refusal == "not-permitted"
    assert {path: path.read_bytes() for path in demo.store.rglob("*") if path.is_file()} == before
