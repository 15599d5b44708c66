"""Every lasting effect on the disk, one plain function each, so that a test can count and stop them.

A test aid that costs nothing when unset. Two environment variables are read once, when this module is
imported: `PATCHBAY_KILL_AT=n` makes the process send itself SIGKILL just before its n-th effect (counted
from 1), and `PATCHBAY_COUNT_EFFECTS=FILE` appends one line per effect to FILE. The lock's note of its
holder is not state and is not counted. What the effects are used for lies in `atomic` and its callers.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path


def _hook_from(environment: Mapping[str, str]) -> Callable[[str, Path | int], None] | None:
    kill_at = int(environment.get("PATCHBAY_KILL_AT", "0"))
    count_into = environment.get("PATCHBAY_COUNT_EFFECTS")
    if not kill_at and not count_into:
        return None
    done = 0

    def hook(effect: str, subject: Path | int) -> None:
        nonlocal done
        done += 1
        if count_into:
            with Path(count_into).open("a", encoding="utf-8", errors="surrogateescape") as lines:
                lines.write(f"{effect} {subject}\n")
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


_hook = _hook_from(os.environ)


def create(path: Path, mode: int | None) -> int:
    """Create a file that must not exist and return its descriptor for writing.

    It gets exactly `mode`, or with None what the process's umask leaves of 0666.
    """
    if _hook:
        _hook("create", path)
    descriptor = os.open(
        path,
        os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW,
        0o666 if mode is None else mode & 0o600,
    )
    if mode is not None:
        os.fchmod(descriptor, mode)
    return descriptor


def write(descriptor: int, data: bytes) -> None:
    """Write all of `data` at the descriptor's place."""
    if _hook:
        _hook("write", descriptor)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def fsync(descriptor: int) -> None:
    """Return when the file's bytes are on the disk."""
    if _hook:
        _hook("fsync", descriptor)
    os.fsync(descriptor)


def fsync_file(path: Path) -> None:
    """Return when the bytes of the file at `path` are on the disk."""
    if _hook:
        _hook("fsync_file", path)
    _fsync_path(path, 0)


def fsync_directory(path: Path) -> None:
    """Return when the directory's entries are on the disk."""
    if _hook:
        _hook("fsync_directory", path)
    _fsync_path(path, os.O_DIRECTORY)


def _fsync_path(path: Path, flags: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename `source` to `target`, replacing what is there in one step."""
    if _hook:
        _hook("replace", target)
    source.replace(target)


def link(source: Path, target: Path) -> None:
    """Give the file `source` the second name `target`, which must not exist."""
    if _hook:
        _hook("link", target)
    os.link(source, target, follow_symlinks=False)


def symlink(name: str, target: Path) -> None:
    """Make `target`, which must not exist, a symbolic link to a name."""
    if _hook:
        _hook("symlink", target)
    target.symlink_to(name)


def unlink(path: Path) -> None:
    """Remove a file; a missing one is fine."""
    if _hook:
        _hook("unlink", path)
    path.unlink(missing_ok=True)


def mkdir(path: Path, mode: int) -> None:
    """Make a directory with exactly `mode`, set-group-id included; an existing one is left as it is."""
    if _hook:
        _hook("mkdir", path)
    try:
        path.mkdir(mode & 0o777)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    path.chmod(mode)


def change_mode(path: Path, mode: int) -> None:
    """Give a file or directory exactly `mode`."""
    if _hook:
        _hook("change_mode", path)
    path.chmod(mode)


def program(command: str) -> None:
    """Count what another program, such as `git update-ref`, is about to do for this process."""
    if _hook:
        _hook("program", Path(command))
