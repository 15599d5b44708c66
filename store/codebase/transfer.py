"""Filling a package tree from a directory, and writing a codebase into one, byte for byte.

Only paths and bytes are known here. A package tree holds no permission bits: an exported file keeps the
bits of the file it replaces, a new one gets the usual ones.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from store.codebase.package_tree import PackageTree
from store.codebase.paths import fault_of
from store.codebase.protocol import Codebase, Files
from store.errors import Code, PatchbayError
from store.source.texts import decode, digest, encode
from store.storage import effects
from store.storage.atomic import refusals, write_atomically
from store.storage.texts import digest_of

_SKIPPED_DIRECTORIES = frozenset({".git", ".hg", ".patchbay", "__pycache__"})
_NAMED_IN_A_REFUSAL = 5
_ALL_REVISIONS = 1 << 62

IMPORT = "import"
"""How the transaction of an import begins."""

Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""


class ImportSummary(NamedTuple):
    """What an import did."""

    revision: str | None
    """The revision it made, the present one when nothing differed; None when it was cancelled."""
    files: int
    """How many files it added or changed."""
    left_out: tuple[str, ...]
    """One sentence for each thing that was left out."""


class ExportSummary(NamedTuple):
    """What an export did, by path."""

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    """Files of earlier exports that the codebase has since deleted."""
    kept: tuple[str, ...] = ()
    """Such files that were changed since, and so stay."""
    cancelled: bool = False


@dataclass
class _Walk:
    """The files found below a directory, and what was left out on the way."""

    paths: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def import_directory(
    directory: Path,
    tree: PackageTree,
    *,
    author: str,
    at: datetime,
    transaction: str,
    message: str | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportSummary:
    """Make one revision that holds the files below `directory`, which become the paths of the package tree.

    Importing again takes what has changed in the directory since; a file that only merges have changed stays
    as they left it, and one that both have changed refuses it all. No revision is made when nothing differs.
    `transaction` begins with `IMPORT`, by which an import is told from a merge.

    Left out: version control, caches, virtual environments and the `store` itself; reported besides:
    symbolic links, files that cannot be read, and names that cannot be paths. Files that the tree holds and
    the directory does not stay. When `cancelled` says yes, no revision is made. Raises `NOT_FOUND` when there
    is no such directory, `CONFLICTS` for files changed on both sides, and what `PackageTree.commit` does.
    """
    if not directory.is_dir():
        raise PatchbayError(Code.NOT_FOUND, f"{directory} is no directory; name one that holds source files.")
    walk = _walk(directory, None if store is None else store.resolve())
    expected = tree.revision()
    texts: dict[str, str | None] = {}
    total = len(walk.paths)
    report = None if progress is None else (lambda done: progress(done, total))
    tree.texts.put_many(_contents(directory, walk, texts), progress=report, cancelled=cancelled)
    if cancelled is not None and cancelled():
        return ImportSummary(None, 0, tuple(walk.left_out))
    changes = _changed_in(directory, texts, tree)
    if not changes:
        return ImportSummary(expected, 0, tuple(walk.left_out))
    prepared = tree.prepare(
        changes,
        expected=expected,
        message=message or f"Import {directory.resolve().name}",
        author=author,
        at=at,
        transaction=transaction,
    )
    tree.publish(prepared)
    return ImportSummary(prepared.revision, len(changes), tuple(walk.left_out))


def _contents(directory: Path, walk: _Walk, texts: dict[str, str | None]) -> Iterator[bytes]:
    """Give the bytes of each file, and put its text into `texts`; what cannot be read is left out."""
    for path in walk.paths:
        try:
            data = (directory / path).read_bytes()
        except OSError as error:
            walk.left_out.append(f"{path!r} cannot be read ({_reason(error)}).")
            continue
        texts[path] = decode(data)
        yield data


def _changed_in(directory: Path, texts: Mapping[str, str | None], tree: PackageTree) -> dict[str, str | None]:
    """Give the texts that the directory has changed since they were imported last. Raises `CONFLICTS`."""
    present = tree.files()
    differing = {
        path: text
        for path, text in texts.items()
        if text is not None and digest(text) != present.digest(path)
    }
    if not any(present.digest(path) for path in differing):
        return dict(differing)
    imported = _imported_last(tree)
    both: list[str] = []
    changes: dict[str, str | None] = {}
    for path, text in differing.items():
        base, now = imported.get(path), present.digest(path)
        if now is None or now == base:
            changes[path] = text
        elif digest(text) != base:
            both.append(path)
    if both:
        named = ", ".join(both[:_NAMED_IN_A_REFUSAL])
        raise PatchbayError(
            Code.CONFLICTS,
            f"{len(both)} files have changed both in {directory} and by merges since they were imported:"
            f" {named}. Nothing was imported; export into another directory and unite them there.",
        )
    return changes


def _imported_last(tree: PackageTree) -> dict[str, str | None]:
    """Give for each path the digest of the text by which it was imported last."""
    found: dict[str, str | None] = {}
    for revision in tree.history(_ALL_REVISIONS):
        if (revision.transaction or "").startswith(IMPORT):
            for path, (_, after) in revision.changes.items():
                found.setdefault(path, after)
    return found


def _walk(directory: Path, store: Path | None) -> _Walk:
    walk = _Walk()

    def unreadable(error: OSError) -> None:
        walk.left_out.append(
            f"The directory {error.filename!r} cannot be read ({(error.strerror or '').lower()})."
        )

    for place, directories, files in os.walk(directory, onerror=unreadable):
        here = Path(place)
        directories[:] = sorted(name for name in directories if _enters(walk, directory, here / name, store))
        for name in sorted(files):
            path = here / name
            relative = path.relative_to(directory).as_posix()
            if (reason := _why_left_out(path, relative)) is None:
                walk.paths.append(relative)
            else:
                walk.left_out.append(f"{relative!r} {reason}.")
    return walk


def _why_left_out(path: Path, relative: str) -> str | None:
    """Return why a file is left out, as the rest of a sentence that begins with its path, or None."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        return f"cannot be read ({_reason(error)})"
    if stat.S_ISLNK(mode):
        return "is a symbolic link, which is not followed"
    if not stat.S_ISREG(mode):
        return "is no ordinary file"
    fault = fault_of(relative)
    return None if fault is None else f"cannot be a path: it {fault}"


def _reason(error: OSError) -> str:
    return (error.strerror or "for an unknown reason").lower()


def _enters(walk: _Walk, root: Path, directory: Path, store: Path | None) -> bool:
    """Whether the import looks into a directory; says so in `walk` when a person may expect it to."""
    if directory.name in _SKIPPED_DIRECTORIES:
        return False
    try:
        if directory.is_symlink():
            relative = directory.relative_to(root).as_posix()
            walk.left_out.append(f"{relative!r} is a symbolic link, which is not followed.")
            return False
        return not (directory / "pyvenv.cfg").is_file() and (store is None or directory.resolve() != store)
    except PermissionError:
        return True


def export_directory(
    codebase: Codebase,
    directory: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ExportSummary:
    """Write the codebase's present files below `directory`, each in one step, byte for byte.

    A file that is there already with the same bytes, or with the bytes of any revision of that path, was
    exported before; any other is changed, and then nothing is written at all without `force`. Files of
    earlier exports that the codebase has deleted are removed when they are unchanged. Raises `NAME_TAKEN`
    for changed files, `INVALID_NAME` for a path that leads out of the directory, and what the disk refuses.
    """
    files = codebase.files()
    paths = sorted(files.paths())
    held = _digests_held(codebase)
    with refusals(directory):
        directory.mkdir(parents=True, exist_ok=True)
        _refuse_leaving(directory, paths)
        removable, kept = _deleted(directory, sorted(held.keys() - set(paths)), held)
        _refuse_obstacles(directory, paths, frozenset(removable))
        to_write = [path for path in paths if _digest_in(directory / path) != files.digest(path)]
        if not force:
            _refuse_changed(
                directory, [path for path in to_write if _is_changed(directory / path, held[path])]
            )
        for path in removable:
            _remove(directory, directory / path)
        written = _write_all(directory, to_write, files, progress, cancelled)
    unchanged = tuple(sorted(set(paths) - set(to_write)))
    stopped = len(written) < len(to_write)
    return ExportSummary(tuple(written), unchanged, tuple(removable), tuple(kept), stopped)


def _digests_held(codebase: Codebase) -> dict[str, set[str]]:
    """Return every digest that each path had at any revision."""
    held: dict[str, set[str]] = {}
    for revision in codebase.history(_ALL_REVISIONS):
        for path, pair in revision.changes.items():
            held.setdefault(path, set()).update(digest for digest in pair if digest is not None)
    return held


def _refuse_leaving(directory: Path, paths: list[str]) -> None:
    for path in paths:
        if fault_of(path) is not None or not _stays_inside(directory, path):
            raise PatchbayError(
                Code.INVALID_NAME,
                f"{path!r} would be written outside {directory}; nothing was written. "
                "Look for a symbolic link on its way.",
            )


def _stays_inside(directory: Path, path: str) -> bool:
    """Whether the directory that the file goes into lies below `directory`, symbolic links followed."""
    root = directory.resolve()
    return (directory / path).parent.resolve().is_relative_to(root)


def _digest_in(path: Path) -> str | None:
    """Return the digest of an ordinary file's bytes, or None for anything else or nothing."""
    if path.is_symlink() or not path.is_file():
        return None
    return digest_of(path.read_bytes())


def _is_changed(place: Path, held: set[str]) -> bool:
    """Whether there is something that no revision of the codebase put there; directories never count."""
    if place.is_dir() and not place.is_symlink():
        return False
    return os.path.lexists(place) and _digest_in(place) not in held


def _refuse_obstacles(directory: Path, paths: list[str], removable: frozenset[str]) -> None:
    """Refuse, even by force, files where a directory must be, and directories where a file must be."""
    for path in paths:
        place = directory / path
        parents = [parent.as_posix() for parent in Path(path).parents if parent.parts]
        files = [parent for parent in parents if (directory / parent).is_file() and parent not in removable]
        if files:
            raise _obstacle(directory / files[0], "is a file where a directory must be")
        if place.is_dir() and not place.is_symlink() and not _only_holds(directory, place, removable):
            raise _obstacle(place, "is a directory where a file must be")


def _obstacle(place: Path, what: str) -> PatchbayError:
    return PatchbayError(Code.NAME_TAKEN, f"{place} {what}; nothing was written. Move it away.")


def _only_holds(directory: Path, place: Path, removable: frozenset[str]) -> bool:
    inside = (path for path in place.rglob("*") if path.is_symlink() or not path.is_dir())
    return all(path.relative_to(directory).as_posix() in removable for path in inside)


def _refuse_changed(directory: Path, changed: list[str]) -> None:
    if not changed:
        return
    few = ", ".join(repr(path) for path in changed[:_NAMED_IN_A_REFUSAL])
    more = len(changed) - _NAMED_IN_A_REFUSAL
    raise PatchbayError(
        Code.NAME_TAKEN,
        f"{directory} holds files that were changed outside Patchbay: {few}"
        + (f" and {more} more" if more > 0 else "")
        + "; nothing was written. Move them away, or export with --force to overwrite them.",
    )


def _write_all(
    directory: Path,
    paths: list[str],
    files: Files,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> list[str]:
    """Write the files one by one until `cancelled` says yes; returns the paths that were written."""
    written: list[str] = []
    for path in paths:
        if cancelled is not None and cancelled():
            break
        _write(directory / path, encode(files.text(path)))
        written.append(path)
        if progress is not None:
            progress(len(written), len(paths))
    return written


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        place.rmdir()
    replaces = place.is_file() and not place.is_symlink()
    mode = stat.S_IMODE(place.stat().st_mode) if replaces else None
    write_atomically(place, data, mode=mode, durable=False)


def _deleted(directory: Path, paths: list[str], held: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """Split the deleted paths that are still in the directory into unchanged and changed ones."""
    removable: list[str] = []
    kept: list[str] = []
    for path in paths:
        place = directory / path
        if _stays_inside(directory, path) and os.path.lexists(place) and not place.is_dir():
            (kept if _is_changed(place, held[path]) else removable).append(path)
    return removable, kept


def _remove(directory: Path, place: Path) -> None:
    """Remove a file, and the directories that are empty then."""
    effects.unlink(place)
    for parent in place.parents:
        if parent == directory or any(parent.iterdir()):
            return
        parent.rmdir()
