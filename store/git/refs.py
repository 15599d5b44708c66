"""Moving a branch by compare-and-swap, and asking a branch's history what has been made."""

from __future__ import annotations

from store.errors import Code, PatchbayError
from store.git.process import failure, printable
from store.git.repository import GitRepository
from store.storage import effects

HEAD = "HEAD"


def swap(repository: GitRepository, ref: str, new: str | None, old: str | None, note: str) -> None:
    """Move a ref from one commit to another; None is no commit. `note` goes into the reflog.

    Raises `CODEBASE_MOVED` when the ref is elsewhere, `STORE_LOCKED` when another git holds it.
    """
    before = old or repository.zero_id
    arguments = ["-m", note, *(("--no-deref",) if ref == HEAD else ())]
    arguments += ["-d", ref, before] if new is None else [ref, new, before]
    effects.program("git update-ref")
    answer = repository.git.ask("update-ref", *arguments)
    if not answer.code:
        return
    if "but expected" in answer.complaint or "already exists" in answer.complaint:
        raise moved(ref)
    if "File exists" in answer.complaint:
        message = f"Another git command is changing {short(ref)}: wait for it, then try again."
        raise PatchbayError(Code.STORE_LOCKED, message)
    raise failure("update-ref", answer)


def commit_at(repository: GitRepository, ref: str) -> str | None:
    """Return the commit a ref is at, or None."""
    answer = repository.git.ask("rev-parse", "--quiet", "--verify", f"{ref}^{{commit}}")
    return answer.output.decode().strip() or None


def is_within(repository: GitRepository, commit: str, ref: str) -> bool:
    """Whether a commit is part of what a ref has."""
    return repository.git.ask("merge-base", "--is-ancestor", commit, ref).code == 0


def ref_with(repository: GitRepository, commit: str, below: str = "refs") -> str | None:
    """Return the short name of a ref that has a commit, or None; `below` is where to look."""
    answer = repository.git.ask(
        "for-each-ref", "--count=1", "--format=%(refname:short)", "--contains", commit, below
    )
    return printable(answer.output.decode("utf-8", "replace")) or None


def has_line(repository: GitRepository, ref: str, since: str | None, line: str) -> bool:
    """Whether the message of a commit on a ref, after `since`, has this line."""
    span = ref if since is None else f"{since}..{ref}"
    answer = repository.git.ask("log", "-z", "--format=%B", span, "--")
    return any(
        line in message.split("\n") for message in answer.output.decode("utf-8", "replace").split("\0")
    )


def was_noted(repository: GitRepository, ref: str, note: str) -> bool:
    """Whether a ref's reflog has this note."""
    answer = repository.git.ask("log", "-g", "-z", "--format=%gs", ref, "--")
    return note in answer.output.decode("utf-8", "replace").split("\0")


def moved(ref: str) -> PatchbayError:
    """Return the refusal for a ref that is not where it was expected."""
    message = f"{short(ref)} has moved meanwhile: look at what changed and try again."
    return PatchbayError(Code.CODEBASE_MOVED, message)


def short(ref: str) -> str:
    """Return a ref's name as people say it."""
    return ref.removeprefix("refs/heads/")
