"""Replacing a file in one step, durably, with its previous version kept; errors of the disk in sentences.

After `write_atomically` returns, the new bytes survive a power cut; when it raises, or the process is
killed, the file has either its old or its new bytes, whole. What the bytes mean is not known here.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.storage import effects

TEMPORARY_SUFFIX = ".part"
"""How the name of every temporary file ends; one left behind by a killed process counts for nothing."""

LEFTOVER_AGE = 60.0
"""From which age a temporary file is a leftover, in seconds: no write takes that long."""

_TEMPORARY = re.compile(r"\..+\.\d+-[0-9a-f]{8}\.part", re.DOTALL)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS, errno.EXDEV, errno.EACCES})


class Signature(NamedTuple):
    """What tells one version of a file from another without reading it."""

    modified: int
    """Time of the last change, in nanoseconds; `write_atomically` makes it grow with every write."""
    inode: int
    size: int
    """In bytes."""


def signature_from(status: os.stat_result) -> Signature:
    """Return the signature in a stat result."""
    return Signature(status.st_mtime_ns, status.st_ino, status.st_size)


def signature_of(path: Path) -> Signature | None:
    """Return the signature of the file at `path`, or None when there is no file."""
    try:
        return signature_from(path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn errors of the disk about `path` into sentences.

    Raises `STORE_FULL` when there is no room, `STORE_LOCKED` when the place is read-only for this user, and
    `STORE_DAMAGED` for anything else the disk refuses.
    """
    try:
        yield
    except OSError as error:
        raise refusal_for(path, error) from error


def refusal_for(path: Path, error: OSError) -> PatchbayError:
    """Return the refusal that tells what an error of the disk about `path` means."""
    if error.errno in _NO_ROOM:
        return PatchbayError(
            Code.STORE_FULL,
            f"There is no room left to write {path}; nothing was changed. Free some space and try again.",
        )
    if error.errno in _READ_ONLY:
        return PatchbayError(
            Code.STORE_LOCKED,
            f"{path} is read-only for you; nothing was changed. Ask its owner for the right to write there.",
        )
    reason = (error.strerror or str(error)).lower()
    return PatchbayError(
        Code.STORE_DAMAGED, f"{path} cannot be used: {reason}. Check the disk, then run `patchbay doctor`."
    )


def temporary_for(path: Path) -> Path:
    """Return a fresh name for a temporary file in the directory of `path`, recognisable by its end."""
    return path.with_name(f".{path.name[:120]}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")


def is_temporary(name: str) -> bool:
    """Whether a file's name is one that `temporary_for` gives."""
    return _TEMPORARY.fullmatch(name) is not None


def write_temporary(
    path: Path, data: bytes, mode: int | None, *, durable: bool = True
) -> tuple[Path, Signature]:
    """Write `data` to a new temporary file meant to replace `path`; returns it and its signature.

    Nothing is left behind when it raises `OSError`.
    """
    present = signature_of(path)
    temporary = temporary_for(path)
    descriptor = effects.create(temporary, mode)
    try:
        effects.write(descriptor, data)
        modified = max(time.time_ns(), present.modified + 1 if present else 0)
        os.utime(descriptor, ns=(modified, modified))
        if durable:
            effects.fsync(descriptor)
        signature = signature_from(os.fstat(descriptor))
    except BaseException:
        with suppress(OSError):
            effects.unlink(temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary, signature


def write_atomically(
    path: Path, data: bytes, *, previous: Path | None = None, mode: int | None = 0o600, durable: bool = True
) -> Signature:
    """Replace the file at `path` by `data` in one step and return the new file's signature.

    `previous` is where the version that is replaced stays readable. `mode` None means the usual bits of a
    new file. With `durable` unset the disk is not waited for. Raises what `refusals` says; the file then has
    its old bytes (or, when only the last wait for the directory failed, its new ones).
    """
    with refusals(path):
        temporary, signature = write_temporary(path, data, mode, durable=durable)
        try:
            if previous is not None and path.exists():
                keep_copy(path, previous, mode)
            effects.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                effects.unlink(temporary)
            raise
        if durable:
            effects.fsync_directory(path.parent)
    return signature


def keep_copy(path: Path, copy: Path, mode: int | None) -> None:
    """Make `copy` hold the bytes of `path`.

    It is a second name for the same file, or a copy where links are refused: only for a `path` that will
    be replaced and never written in place. Raises `OSError`.
    """
    effects.unlink(copy)
    try:
        effects.link(path, copy)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary, _ = write_temporary(copy, path.read_bytes(), mode)
        effects.replace(temporary, copy)


def remove_durably(*paths: Path) -> None:
    """Remove files, in this order, and wait for their directories; missing ones are fine."""
    for path in paths:
        with refusals(path):
            effects.unlink(path)
    for directory in sorted({path.parent for path in paths}):
        with refusals(directory):
            effects.fsync_directory(directory)
