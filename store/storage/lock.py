"""The store's one lock: who may change the files at this moment.

The lock is `flock` on one file that is never deleted and never replaced. It is held for a transaction,
never while a person thinks. What the lock protects is decided by its users.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.errors import Code, PatchbayError
from store.storage.atomic import refusal_for, refusals

DEFAULT_TIMEOUT = 10.0
"""How long to wait for the lock, in seconds."""

_FIRST_WAIT = 0.0005
_LONGEST_WAIT = 0.01
_NOTE_LENGTH = 96


class _Held(threading.local):
    """The locks this thread holds: the lock file's real path → whether exclusively."""

    def __init__(self) -> None:
        self.exclusively: dict[str, bool] = {}


_held = _Held()


class StoreLock:
    """The lock at `path`; any number of these objects, threads and processes may share one file."""

    def __init__(self, path: Path, *, mode: int = 0o600) -> None:
        self.path = path
        self._mode = mode
        self._key = os.path.realpath(path)

    @property
    def held_exclusively(self) -> bool:
        """Whether this thread may change the store now."""
        return _held.exclusively.get(self._key, False)

    @property
    def held(self) -> bool:
        """Whether this thread holds the lock, shared or exclusive."""
        return self._key in _held.exclusively

    @contextmanager
    def exclusive(self, timeout: float = DEFAULT_TIMEOUT) -> Iterator[None]:
        """Hold the lock alone; `timeout` in seconds.

        Raises `STORE_LOCKED` when others keep it longer than that or the store is read-only, and
        `RuntimeError` when this thread holds it already.
        """
        self._refuse_nesting()
        with refusals(self.path):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, self._mode)
        try:
            self._wait(descriptor, fcntl.LOCK_EX, timeout)
            _write_note(descriptor, f"{os.getpid()} {_user()}")
            _held.exclusively[self._key] = True
            try:
                yield
            finally:
                del _held.exclusively[self._key]
                _write_note(descriptor, "")
        finally:
            os.close(descriptor)

    @contextmanager
    def shared(self, timeout: float = DEFAULT_TIMEOUT) -> Iterator[None]:
        """Hold the lock together with other readers; nobody changes the store meanwhile.

        Works on a read-only store too, and one whose lock file is missing and cannot be made needs no lock:
        nobody can change it. Raises as `exclusive` does.
        """
        self._refuse_nesting()
        descriptor = self._open_for_reading()
        try:
            if descriptor is not None:
                self._wait(descriptor, fcntl.LOCK_SH, timeout)
            _held.exclusively[self._key] = False
            try:
                yield
            finally:
                del _held.exclusively[self._key]
        finally:
            if descriptor is not None:
                os.close(descriptor)

    @contextmanager
    def ensure_exclusive(self) -> Iterator[None]:
        """Be inside `exclusive`: take the lock unless this thread holds it exclusively already."""
        if self.held_exclusively:
            yield
            return
        with self.exclusive():
            yield

    def _refuse_nesting(self) -> None:
        if self.held:
            raise RuntimeError(f"the lock {self.path} is already held by this thread")

    def _open_for_reading(self) -> int | None:
        for flags in (os.O_RDONLY, os.O_RDWR | os.O_CREAT):
            try:
                return os.open(self.path, flags | os.O_CLOEXEC, self._mode)
            except FileNotFoundError:
                continue
            except OSError as error:
                if not flags & os.O_CREAT:
                    raise refusal_for(self.path, error) from error
        return None

    def _wait(self, descriptor: int, kind: int, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        pause = _FIRST_WAIT
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise self._refusal(descriptor, timeout) from None
                time.sleep(min(pause, left))
                pause = min(pause * 2, _LONGEST_WAIT)
            except OSError as error:
                raise refusal_for(self.path, error) from error
            else:
                return

    def _refusal(self, descriptor: int, timeout: float) -> PatchbayError:
        pid, _, user = _read_note(descriptor).partition(" ")
        holder = f"process {pid} of {user}" if pid.isdigit() else "another process"
        return PatchbayError(
            Code.STORE_LOCKED,
            f"The store is in use by {holder} since more than {timeout:g} seconds; nothing was changed. "
            "Wait for it to finish, or end it, and try again.",
        )


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _write_note(descriptor: int, note: str) -> None:
    """Say in the lock file who holds it; of fixed length, so that a longer older note never shows through."""
    data = note.encode("utf-8", "replace")[: _NOTE_LENGTH - 1].ljust(_NOTE_LENGTH - 1) + b"\n"
    with suppress(OSError):
        os.pwrite(descriptor, data, 0)


def _read_note(descriptor: int) -> str:
    note = os.pread(descriptor, _NOTE_LENGTH, 0).decode("utf-8", "replace").strip()
    return "".join(character if character.isprintable() else "?" for character in note)
