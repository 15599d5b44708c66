"""What patches change in a real repository, as the command line shows it: diffs and commits to come."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pexpect

from tests.cli.commands import COMMAND, Demo, environment
from tests.cli.repository import Checkout
from tests.codebase.repositories import git


def test_a_shown_patch_is_applied_by_git(shop: Checkout, tmp_path: Path) -> None:
    shop.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    for name in ("rounding", "distinct"):
        diff = subprocess.run(
            [*COMMAND, "--user", "alice", "patch", "show", name],
            cwd=shop.root,
            env=environment(),
            capture_output=True,
            check=True,
        ).stdout
        for more in ((), ("--check", "--reverse")):
            git(tmp_path / "clone", "apply", *more, "-", given=diff)
    assert (tmp_path / "clone/shop/cart.py").read_text() == shop.text()


def test_a_package_trees_patch_is_applied_to_what_it_exports(demo: Demo) -> None:
    for when in ("before", "after"):
        demo.json("export", str(demo.work / when))
        if when == "before":
            diff = demo.run("patch", "show", "A").stdout
            demo.json("patch", "merge", "A")
    ceiling = {"GIT_CEILING_DIRECTORIES": str(demo.work)}
    command = ["git", "apply", "-"]
    subprocess.run(command, cwd=demo.work / "before", input=diff, check=True, env=os.environ | ceiling)
    for place in sorted((demo.work / "after").rglob("*.py")):
        path = place.relative_to(demo.work / "after")
        assert (demo.work / "before" / path).read_bytes() == place.read_bytes()


def test_a_patch_that_moves_a_definition_says_so(shop: Checkout) -> None:
    start, end = shop.text().index("def total"), shop.text().index("def count")
    total = shop.text()[start:end].rstrip("\n")
    shop.write("shop/cart.py", f"{shop.text()[:start]}{shop.text()[end:]}\n\n{total}\n")
    (moved,) = shop.json("patch", "show", "rounding")["patch"]["operations"]
    assert (moved["kind"], moved["name"], moved["moved"]) == ("update", "shop.cart.total", True)
    assert "#   update shop.cart.total, moved" in shop("patch", "show", "rounding").out.splitlines()
    shop.change("round(sum(prices), 2)", "sum(prices)")
    (moved,) = shop.json("patch", "show", "rounding")["patch"]["operations"]
    assert moved["moved"] and moved["digest"] == moved["base_digest"]
    assert "#   moved shop.cart.total" in shop("patch", "show", "rounding").out.splitlines()
    (other,) = shop.json("patch", "show", "distinct")["patch"]["operations"]
    assert "moved" not in other


def test_a_merged_patch_is_shown_as_its_own_revision_changed_it(shop: Checkout, tmp_path: Path) -> None:
    shop.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    shop.json("patch", "merge", "rounding")
    shop.json("patch", "ready", "distinct")
    shop.json("patch", "merge", "distinct")
    shop.change("round(sum(prices), 2)", "round(sum(prices), 3)")
    shop.git("commit", "--quiet", "-am", "later work")
    for name, revision in (("rounding", "HEAD~2"), ("distinct", "HEAD~1")):
        diff = shop.json("patch", "show", name)["diff"]
        git(tmp_path / "clone", "apply", "--index", "-", given=diff.encode())
        assert git(tmp_path / "clone", "write-tree") == shop.git("rev-parse", revision + "^{tree}")


def test_a_package_trees_merged_patch_is_shown_as_before_the_merge(demo: Demo) -> None:
    before = demo.json("patch", "show", "A")["diff"]
    demo.json("patch", "merge", "A")
    change = demo.json("patch", "show", "A")["changes"][0]
    later = change["after"].replace("\n", "  # later\n")
    demo.json("editor", "save", change["name"], "--file", "-", "--new-patch", "later", stdin=later)
    demo.json("patch", "ready", "later")
    demo.json("patch", "merge", "later")
    assert demo.json("patch", "show", "A")["diff"] == before


def test_a_dry_run_shows_the_commit_that_the_merge_makes(shop: Checkout, tmp_path: Path) -> None:
    shop.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    plain = shop("patch", "merge", "rounding", "--dry-run").out
    said = shop.json("patch", "merge", "rounding", "--dry-run")
    assert said["diff"] in plain
    assert said["message"]["subject"] == "rounding"
    assert said["message"]["body"] == "Cents are enough.\n\nNobody pays less."
    merged = shop.json("patch", "merge", "rounding")
    trailers = said["message"]["trailers"] | {"Patchbay-Transaction": merged["transaction"]}
    assert list(trailers) == ["Patchbay-Session", "Patchbay-Patch", "Patchbay-Transaction"]
    assert shop.git("log", "-1", "--format=%B").rstrip("\n").split("\n\n") == [
        said["message"]["subject"],
        *said["message"]["body"].split("\n\n"),
        "\n".join(f"{key}: {value}" for key, value in trailers.items()),
    ]
    git(tmp_path / "clone", "apply", "--index", "-", given=said["diff"].encode())
    assert git(tmp_path / "clone", "write-tree") == shop.git("rev-parse", "HEAD^{tree}")


def test_a_message_of_ones_own_is_told_too(shop: Checkout) -> None:
    said = shop.json("patch", "merge", "rounding", "-m", "Round\n\nTo cents.", "--dry-run")["message"]
    assert (said["subject"], said["body"]) == ("Round", "To cents.")


def test_what_another_program_takes_is_raw_and_a_terminal_gets_it_visible(shop: Checkout) -> None:
    shop.change("len(set(prices))", 'len(set(prices))  # "\x1b[31m\x07"')
    assert "\x1b[31m\x07" in shop("patch", "show", "distinct").out
    child = pexpect.spawn(
        sys.executable,
        ["-m", "tui.cli", "--user", "alice", "patch", "show", "distinct"],
        cwd=str(shop.root),
        env=environment(TERM="xterm"),
        timeout=20,
    )
    child.expect(pexpect.EOF)
    assert b"\x1b" not in child.before
    assert b'# "\\x1b[31m\\x07"' in child.before


def test_status_says_that_the_working_tree_has_another_text_which_waits(shop: Checkout) -> None:
    branch = shop.git("branch", "--show-current")
    shop.git("stash", "--quiet")
    shop.git("checkout", "--quiet", "-b", "beside")
    typed = shop.root.parent / "typed.py"
    typed.write_text("def total(prices):\n    return 3\n")
    shop("editor", "save", "shop.cart.total", "--file", str(typed))
    shop.git("checkout", "--quiet", branch)
    rows = shop("status").out.splitlines()
    (row,) = (one for one in rows if "shop.cart.total" in one)
    assert row.endswith("another text in the working tree: save one, or close it with --discard")
    assert not any("tree pull writes it" in one for one in rows)
