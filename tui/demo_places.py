"""Where fresh demos lie, in the user's cache directory, and what becomes of those nobody needs any more.

One in which anything at all was done stays, as does one that somebody is in: what a person did by hand is
never removed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.storage.layout import StoreLayout

_ASIDE = ".removed-"
"""How the name of a demo's directory begins while it is being removed."""
_REMOVED_AFTER = 24 * 60 * 60
"""Seconds for which every demo stays."""


def fresh_directory() -> Path:
    """Make a new, empty directory in the user's cache directory, and remove what is left of earlier ones.

    Raises `store-locked`, `store-full`.
    """
    from platformdirs import user_cache_path

    from store.storage.atomic import refusals

    cache = user_cache_path("patchbay")
    with refusals(cache):
        cache.mkdir(parents=True, exist_ok=True)
        remove_untouched(cache, time.time() - _REMOVED_AFTER)
        return Path(tempfile.mkdtemp(prefix="demo-", dir=cache))


def note_made(directory: Path) -> None:
    """Write down what is in a demo's directory now that it is made; where that fails, it stays for good."""
    with suppress(OSError):
        _note_of(directory).write_text(_size(directory) + _digest(directory), "ascii")


def remove_untouched(cache: Path, before: float) -> None:
    """Remove the demos made before a time in which nothing was done and nobody is. What fails is left.

    What a killed process left of making or removing one goes too.
    """
    for directory in cache.glob("demo-*"):
        with suppress(OSError, ValueError):
            if _note_of(directory).stat().st_mtime < before:
                _remove(directory, _note_of(directory))
    for left in (*cache.glob(f"{_ASIDE}demo-*"), *cache.glob(".patchbay-demo-*")):
        with suppress(OSError):
            if left.stat().st_ctime < before:
                shutil.rmtree(left)


def _remove(directory: Path, note: Path) -> None:
    """Remove a demo's directory if it is as it was made, also once nobody finds it there any more."""
    if _somebody_is_in(directory):
        return
    made = note.read_text("ascii")
    if _is_still(directory, made):
        aside = directory.with_name(_ASIDE + directory.name)
        directory.rename(aside)
        if _somebody_is_in(aside) or not _is_still(aside, made):
            aside.rename(directory)
        else:
            shutil.rmtree(aside)
    note.unlink()


def _note_of(directory: Path) -> Path:
    """Give where it is written, beside a demo's directory, what was in it when it was made."""
    return directory.with_name(f".{directory.name}.made")


def _somebody_is_in(directory: Path) -> bool:
    from store.storage.presence import Presence

    return any(Presence(one.presence).alive() for one in _stores(directory) if one.exists())


def _stores(directory: Path) -> tuple[StoreLayout, ...]:
    """Give where a demo's store may lie."""
    from store.storage.layout import StoreLayout

    return StoreLayout(directory), StoreLayout(directory / ".git" / "patchbay")


def _is_still(directory: Path, made: str) -> bool:
    size = _size(directory)
    return made.startswith(size) and made == size + _digest(directory)


def _size(directory: Path) -> str:
    """Say how many files there are in a directory, and how many bytes in them, without reading any."""
    sizes = [path.lstat().st_size for path in _files(directory)]
    return f"{len(sizes)} {sum(sizes)} "


def _digest(directory: Path) -> str:
    """Give the digest of all that is in a directory. Raises `OSError`."""
    digest = hashlib.sha256()
    for path in _files(directory):
        name, mode = os.fsencode(path.relative_to(directory)), path.lstat().st_mode
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        digest.update(b"%d %b %o %d %b" % (len(name), name, mode, len(data), data))
    return digest.hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    """Give each file and link below a directory, in the order of their names. Raises `OSError` for others.

    What is kept of a patch for showing is left out: looking makes it.
    """
    looked_at = {one.verdicts for one in _stores(directory)}
    for place, directories, files in os.walk(directory):
        directories[:] = sorted(one for one in directories if Path(place) / one not in looked_at)
        links = (one for one in directories if (Path(place) / one).is_symlink())
        for path in sorted(Path(place) / one for one in (*files, *links)):
            if not (path.is_symlink() or path.is_file()):
                raise OSError(errno.EINVAL, "neither a file nor a link", str(path))
            yield path
