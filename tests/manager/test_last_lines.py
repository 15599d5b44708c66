"""What stood last in a file has no line's end; what is added behind it gives it one (R7)."""

from __future__ import annotations

import pytest
from source.memory_files import MemoryFiles

from store.ground.rebase import follow
from store.model import UpdateDefinition
from store.source.texts import digest as digest_of
from store.source.tree import Tree

COUNT = "def count(prices):\r\n    return len(prices)"
OTHER = "def count(prices):\r\n    return 7"


@pytest.mark.parametrize(("theirs", "clean"), [(f"{COUNT}\r\n", True), (f"{OTHER}\r\n", False)])
def test_the_end_of_the_last_line_is_nobodys_conflict(theirs: str, clean: bool) -> None:
    ours = f"{COUNT}\n"
    texts = {digest_of(text): text for text in (COUNT, ours)}
    op = UpdateDefinition(
        name="cart.count", authors=("alice",), digest=digest_of(ours), base_digest=digest_of(COUNT)
    )
    followed = follow(op, Tree(MemoryFiles({"cart.py": theirs})), texts.__getitem__, {})
    assert (followed.conflict is None) is clean
    if clean:
        assert followed.op is not None
        assert followed.op.digest == digest_of(ours)
