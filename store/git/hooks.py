"""The repository's own hooks on a commit that plumbing makes: only where `patchbay.hooks` is set to true.

They are given the commit as an index of its own, never the person's, and the message as a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.errors import Code, PatchbayError
from store.git.index import OURS
from store.git.process import Answer, printable
from store.git.repository import GitRepository
from store.source.texts import decode, encode

SETTING = "patchbay.hooks"
"""The yes-or-no setting of git's that lets hooks run."""
_LINES, _CHARACTERS = 4, 100
"""How much of what a hook says is passed on: its first lines, the beginning of each."""


def checked(repository: GitRepository, tree: str, message: str, transaction: str) -> str:
    """Run pre-commit on a tree and commit-msg on a message; gives the message that the latter leaves.

    Hooks that are not there pass. Raises `NOT_PERMITTED` with what the hook said when one refuses.
    """
    with _passing_file(repository.git_dir / f"{OURS}hooks-{transaction}") as index:
        repository.git.run("read-tree", tree, index=index)
        _run(repository, "pre-commit", index)
        with _passing_file(repository.git_dir / f"{OURS}message-{transaction}") as text:
            text.write_bytes(encode(message))
            _run(repository, "commit-msg", index, str(text))
            return decode(text.read_bytes())


def _run(repository: GitRepository, hook: str, index: Path, *arguments: str) -> None:
    more = ("--", *arguments) if arguments else ()
    answer = repository.git.ask("hook", "run", "--ignore-missing", hook, *more, index=index)
    if answer.code:
        raise PatchbayError(
            Code.NOT_PERMITTED,
            f"The {hook} hook refuses this commit{_reason(answer)}: put that right, then merge again.",
        )


def _reason(answer: Answer) -> str:
    """Give the first lines of what a hook said, as a part of a sentence."""
    said = answer.complaint if answer.complaint.strip() else decode(answer.output)
    lines = [found for line in said.splitlines() if (found := printable(line))]
    more = [f"and {len(lines) - _LINES} lines more"] if len(lines) > _LINES + 1 else []
    kept = lines[:_LINES] if more else lines
    return f" ({'; '.join([line[:_CHARACTERS] for line in kept] + more)})" if lines else ""


@contextmanager
def _passing_file(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()
