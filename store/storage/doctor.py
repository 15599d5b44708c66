"""Looking through a store for what should not be there, and putting right what can be put right safely.

Only files are known here: which texts are still named, and whether a session's records make sense, is
told or checked by the layers above.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import orjson

from store.errors import Code, PatchbayError
from store.storage import effects
from store.storage.atomic import LEFTOVER_AGE, TEMPORARY_SUFFIX, refusals
from store.storage.damage import is_kept_aside, keep_damaged_aside
from store.storage.json_storage import previous_of
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.record_file import RecordFile
from store.storage.session_files import SESSION_KIND, SessionFiles, is_closed, session_paths
from store.storage.texts import TextStore, digest_of

UNNAMED_AGE = 3600.0
"""From which age a text that nothing names may go, in seconds."""


class FindingKind(StrEnum):
    """What is wrong."""

    LEFTOVER = "leftover"
    DAMAGED = "damaged"
    KEPT_ASIDE = "kept-aside"
    DAMAGED_TEXT = "damaged-text"
    MISSING_TEXT = "missing-text"
    IN_BOTH_PLACES = "in-both-places"
    MISPLACED = "misplaced"
    WRONG_MODE = "wrong-mode"
    MISSING_DIRECTORY = "missing-directory"


class Finding(NamedTuple):
    """One thing that is wrong, in a sentence."""

    kind: FindingKind
    path: Path
    sentence: str
    fixable: bool


def examine(layout: StoreLayout, lock: StoreLock) -> list[Finding]:
    """Return what is wrong with the store's files, without changing anything.

    Every text is read, so this takes a while on a big store.
    """
    looks: tuple[Callable[[StoreLayout, StoreLock], Iterator[Finding]], ...] = (
        _missing_directories,
        _leftovers,
        _damaged_files,
        _damaged_records,
        _damaged_texts,
        _wrong_places,
        _wrong_modes,
    )
    return [finding for look in looks for finding in look(layout, lock)]


def missing_texts(texts: TextStore, naming: Iterable[tuple[str, AbstractSet[str]]]) -> Iterator[Finding]:
    """Give the texts that are not there though something, told in words, names them: each once."""
    there = set(texts.digests())
    for name, named in naming:
        for digest in sorted(named - there):
            sentence = (
                f"The text {texts.path(digest)}, which {name} names, is missing: restore it from a backup."
            )
            yield Finding(FindingKind.MISSING_TEXT, texts.path(digest), sentence, False)
        there |= named


def fix(layout: StoreLayout, lock: StoreLock, findings: Iterable[Finding]) -> list[Finding]:
    """Put right the fixable findings, in the store's exclusive lock, and return those that were.

    Damaged files are kept aside, never deleted. What this user may not change is passed over. Raises
    `STORE_FULL`, and `STORE_LOCKED` when the lock is not to be had.
    """
    sessions = SessionFiles(layout, lock)
    fixed = []
    with lock.ensure_exclusive():
        for finding in findings:
            try:
                if finding.fixable and _fix_one(layout, lock, sessions, finding):
                    fixed.append(finding)
            except PatchbayError as error:
                if error.code is Code.STORE_FULL:
                    raise
    return fixed


def remove_unnamed_texts(
    texts: TextStore, lock: StoreLock, named: AbstractSet[str], *, older_than: float = UNNAMED_AGE
) -> list[str]:
    """Remove the texts whose digest is not in `named` and that are older than so many seconds.

    Returns their digests. `named` must have been gathered inside the same hold of the exclusive lock: else
    `RuntimeError`.
    """
    if not lock.held_exclusively:
        raise RuntimeError("texts may only be removed inside the lock in which the named ones were gathered")
    removed = []
    for digest in sorted(set(texts.digests()) - named):
        if _age(texts.path(digest)) >= older_than:
            texts.remove(digest)
            removed.append(digest)
    return removed


def _missing_directories(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    for directory in layout.directories:
        if not directory.is_dir():
            sentence = f"The directory {directory} is missing."
            yield Finding(FindingKind.MISSING_DIRECTORY, directory, sentence, directory != layout.root)


def _leftovers(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    for path in _files(layout):
        if path.name.endswith(TEMPORARY_SUFFIX) and _age(path) >= LEFTOVER_AGE:
            sentence = (
                f"{path} was left behind by a process that ended in the middle of a write; it holds nothing."
            )
            yield Finding(FindingKind.LEFTOVER, path, sentence, True)


def _damaged_files(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    for path in _files(layout):
        if is_kept_aside(path):
            sentence = f"{path} is a damaged file that was kept; delete it when you no longer need it."
            yield Finding(FindingKind.KEPT_ASIDE, path, sentence, False)
    kinds = [(path, SESSION_KIND) for path in _session_paths(layout)] + [(layout.workspace, "workspace")]
    for path, kind in kinds:
        file = RecordFile(path, lock, kind, mode=layout.file_mode)
        try:
            file.load()
        except PatchbayError as error:
            yield Finding(FindingKind.DAMAGED, path, error.message, False)
        else:
            for report in file.reports:
                yield Finding(FindingKind.DAMAGED, path, report.message, True)


def _damaged_records(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    logs = sorted(layout.log.glob("*.json")) if layout.log.is_dir() else []
    for path in (*logs, layout.intent):
        with refusals(path):
            try:
                orjson.loads(path.read_bytes())
            except FileNotFoundError:
                continue
            except orjson.JSONDecodeError:
                sentence = f"{path} is damaged. Restore it from a backup, or move it away."
                yield Finding(FindingKind.DAMAGED, path, sentence, False)


def _damaged_texts(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    texts = TextStore(layout.texts, mode=layout.file_mode)
    for digest in sorted(texts.digests()) if layout.texts.is_dir() else ():
        path = texts.path(digest)
        with refusals(path):
            try:
                sound = digest_of(path.read_bytes()) == digest
            except FileNotFoundError:
                continue
        if not sound:
            sentence = f"The text {path} does not have the content its name stands for."
            yield Finding(FindingKind.DAMAGED_TEXT, path, sentence, True)


def _wrong_places(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    for path in _session_paths(layout):
        other = (layout.archive if path.parent == layout.sessions else layout.sessions) / path.name
        if other.exists():
            if path.parent == layout.sessions:
                sentence = f"The session {path.stem} is both open and archived; the newer file counts."
                yield Finding(FindingKind.IN_BOTH_PLACES, path, sentence, True)
            continue
        try:
            tables = RecordFile(path, lock, SESSION_KIND).load()
        except PatchbayError:
            continue
        if tables and is_closed(tables) != (path.parent == layout.archive):
            sentence = (
                f"The session {path.stem} lies in {path.parent.name}/, where its closed_at says it does not."
            )
            yield Finding(FindingKind.MISPLACED, path, sentence, True)


def _wrong_modes(layout: StoreLayout, lock: StoreLock) -> Iterator[Finding]:
    for directory in layout.directories:
        if directory.is_dir() and _mode(directory) != layout.directory_mode:
            sentence = f"{directory} has the mode {_mode(directory):o} instead of {layout.directory_mode:o}."
            yield Finding(FindingKind.WRONG_MODE, directory, sentence, True)
    for path in _files(layout):
        if _mode(path) != layout.file_mode:
            sentence = f"{path} has the mode {_mode(path):o} instead of {layout.file_mode:o}."
            yield Finding(FindingKind.WRONG_MODE, path, sentence, True)


def _fix_one(layout: StoreLayout, lock: StoreLock, sessions: SessionFiles, finding: Finding) -> bool:
    path = finding.path
    with refusals(path):
        if finding.kind is FindingKind.MISSING_DIRECTORY:
            effects.mkdir(path, layout.directory_mode)
        elif finding.kind is FindingKind.LEFTOVER:
            effects.unlink(path)
        elif finding.kind is FindingKind.DAMAGED:
            kind = SESSION_KIND if path != layout.workspace else "workspace"
            RecordFile(path, lock, kind, mode=layout.file_mode).load()
        elif finding.kind is FindingKind.DAMAGED_TEXT:
            keep_damaged_aside(path, layout.file_mode)
            effects.unlink(path)
        elif finding.kind is FindingKind.MISPLACED:
            return sessions.follow(path.stem)
        elif finding.kind is FindingKind.IN_BOTH_PLACES:
            _settle_both(layout, path)
            sessions.follow(path.stem)
        elif finding.kind is FindingKind.WRONG_MODE:
            if path.exists():
                effects.change_mode(path, layout.directory_mode if path.is_dir() else layout.file_mode)
        else:
            return False
    return True


def _settle_both(layout: StoreLayout, path: Path) -> None:
    """Keep the older of a session's two files aside, with the previous version beside it gone."""
    older = min(path, layout.archive / path.name, key=lambda file: file.stat().st_mtime_ns)
    keep_damaged_aside(older, layout.file_mode)
    effects.unlink(previous_of(older))
    effects.unlink(older)


def _session_paths(layout: StoreLayout) -> list[Path]:
    places = ((layout.sessions, layout.archive), (layout.archive, layout.sessions))
    return [path for place, other in places if place.is_dir() for path in session_paths(place, other)]


def _files(layout: StoreLayout) -> Iterator[Path]:
    for directory in layout.directories:
        if directory.is_dir():
            yield from sorted(
                path for path in directory.iterdir() if path.is_file() and not path.is_symlink()
            )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _age(path: Path) -> float:
    """Return how long ago the file was changed, in seconds; a file that is gone has no age."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return -1.0
