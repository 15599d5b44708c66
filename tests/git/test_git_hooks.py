"""The repository's hooks on merges: none unless it says so, then on the commit alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_world import CART, GitWorld

from store.errors import Code

MERGED = CART.replace("return 0", "return 1", 1)
REFUSING = "#!/bin/sh\necho 'no tabs please' >&2\nexit 1\n"


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    return GitWorld(tmp_path / "work")


def hook(world: GitWorld, name: str, text: str) -> None:
    place = world.root / ".git" / "hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text)
    place.chmod(0o755)


def test_hooks_do_not_run_unless_the_repository_says_so(world: GitWorld) -> None:
    hook(world, "pre-commit", REFUSING)
    world.merge({"app/cart.py": MERGED})


def test_a_hook_that_refuses_stops_the_merge_with_what_it_says(world: GitWorld) -> None:
    world.git("config", "patchbay.hooks", "true")
    hook(world, "pre-commit", REFUSING)
    world.refused({"app/cart.py": MERGED}, Code.NOT_PERMITTED, "pre-commit hook refuses .*no tabs please")


def test_a_setting_that_is_neither_yes_nor_no_stops_the_merge_with_its_name(world: GitWorld) -> None:
    """An unsigned commit, or one past the hooks, is not what was asked for."""
    world.git("config", "patchbay.hooks", "true")
    world.git("config", "commit.gpgsign", "perhaps")
    world.refused({"app/cart.py": MERGED}, Code.STORE_DAMAGED, "bad boolean config value.*commit.gpgsign")


def test_the_first_lines_of_what_a_hook_says_are_passed_on(world: GitWorld) -> None:
    world.git("config", "patchbay.hooks", "true")
    hook(world, "pre-commit", "#!/bin/sh\nfor n in 1 2 3 4 5 6 7; do echo; echo problem $n; done\nexit 1\n")
    said = "problem 1; problem 2; problem 3; problem 4; and 3 lines more"
    world.refused(
        {"app/cart.py": MERGED}, Code.NOT_PERMITTED, rf"The pre-commit hook refuses this commit \({said}\)"
    )
    hook(world, "pre-commit", "#!/bin/sh\nexit 0\n")
    hook(world, "commit-msg", "#!/bin/sh\nprintf 'no\\033[31m ticket' >&2\nexit 1\n")
    world.refused({"app/cart.py": MERGED}, Code.NOT_PERMITTED, r"The commit-msg hook .*\(no \[31m ticket\)")


def test_a_hook_sees_the_commit_and_not_what_is_staged(world: GitWorld) -> None:
    world.git("config", "patchbay.hooks", "true")
    world.write("README", "staged\n")
    world.git("add", "README")
    hook(world, "pre-commit", "#!/bin/sh\ngit diff --cached --name-only HEAD > ../seen\n")
    world.merge({"app/cart.py": MERGED})
    assert (world.root.parent / "seen").read_text() == "app/cart.py\n"
    assert world.git("diff", "--cached", "--name-only").strip() == "README"


def test_the_message_hook_may_change_the_message(world: GitWorld) -> None:
    world.git("config", "patchbay.hooks", "true")
    hook(world, "commit-msg", '#!/bin/sh\nsed -i "1s/^/SHOP-7 /" "$1"\n')
    world.merge({"app/cart.py": MERGED})
    assert world.git("log", "-1", "--format=%s").strip() == "SHOP-7 A patch"
    assert world.tree.describe(world.tree.revision()).transaction == "t1"
