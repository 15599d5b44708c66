"""Who is here now: one file per living screen, held by a lock that ends with its process.

Nothing here is logged or waited for; a file whose lock nobody holds is a leftover.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from store.storage import effects
from store.storage.atomic import TEMPORARY_SUFFIX, refusals


class Who(NamedTuple):
    """A living screen."""

    user: str
    pid: int
    session: str | None
    """The session it shows."""
    editors: tuple[str, ...]
    """The ids of the editors it has open for typing."""


class PresenceHandle:
    """One screen's presence, from `Presence.enter` until `leave` or the end of the process."""

    def __init__(self, path: Path, descriptor: int, who: Who) -> None:
        self.path = path
        self._descriptor: int | None = descriptor
        self._length = 0
        self._who = who

    def update(self, *, session: str | None, editors: Sequence[str] = ()) -> None:
        """Say what the screen shows now. Does nothing after `leave`."""
        if self._descriptor is None:
            return
        self._who = Who(self._who.user, self._who.pid, session, tuple(editors))
        data = json.dumps(self._who._asdict()).encode("ascii") + b"\n"
        padded = data.rjust(self._length)
        with refusals(self.path):
            os.pwrite(self._descriptor, padded, 0)
        self._length = len(padded)

    def leave(self) -> None:
        """Be gone; a second time does nothing."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            effects.unlink(self.path)
        os.close(self._descriptor)
        self._descriptor = None


class Presence:
    """The presence files in `directory`; `mode` is their permission bits."""

    def __init__(self, directory: Path, *, mode: int = 0o600) -> None:
        self.directory = directory
        self._mode = mode

    def enter(self, user: str, session: str | None = None, editors: Sequence[str] = ()) -> PresenceHandle:
        """Be seen by others until `leave`, or until the process ends.

        The file is locked before it gets its name, so that nobody takes it for a leftover. Raises
        `STORE_FULL` and `STORE_LOCKED`.
        """
        quoted = quote(user, safe="", errors="surrogateescape")[:100]
        path = self.directory / f"{quoted}-{os.getpid()}-{secrets.token_hex(4)}"
        temporary = path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")
        with refusals(path):
            descriptor = effects.create(temporary, self._mode)
            handle = PresenceHandle(path, descriptor, Who(user, os.getpid(), None, ()))
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                handle.update(session=session, editors=editors)
                effects.replace(temporary, path)
            except BaseException:
                handle.leave()
                with suppress(OSError):
                    effects.unlink(temporary)
                raise
        return handle

    def alive(self) -> list[Who]:
        """Return the living screens, by user and pid; leftovers are removed where that is allowed."""
        with refusals(self.directory):
            paths = sorted(path for path in self.directory.iterdir() if path.suffix != TEMPORARY_SUFFIX)
        found = (_living(path) for path in paths)
        return sorted((who for who in found if who is not None), key=lambda who: (who.user, who.pid))


def _living(path: Path) -> Who | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    else:
        with suppress(OSError):
            effects.unlink(path)
        return None
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Who | None:
    """Read what a living screen says; once more when it was just being rewritten."""
    for _ in range(2):
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(os.pread(descriptor, 1 << 20, 0))
            session = said["session"]
            editors = tuple(str(editor) for editor in said["editors"])
            return Who(
                str(said["user"]), int(said["pid"]), None if session is None else str(session), editors
            )
    return None
