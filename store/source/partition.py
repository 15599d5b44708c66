"""Files cut into definitions and what stands between them.

A file is a partition: pieces of whole lines that concatenate to it, byte for byte. Which languages are cut
is one table; everything else, and every opaque text, is one `<file>` piece. Names of pieces across files
live in `names`, changes to pieces in `splice`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import PurePosixPath

from store.source import broken, python, walk
from store.source.languages import WALKED
from store.source.pieces import Partition, Piece, PieceKind
from store.source.texts import is_opaque

__all__ = ["Partition", "Piece", "PieceKind", "cut", "cut_as", "cut_sound", "is_cut", "uncut"]

Cutter = Callable[[str], tuple[tuple[Piece, ...], bool]]

LANGUAGES: dict[str, str] = {".py": "python", ".pyi": "python"} | {
    suffix: language.name for language in WALKED.values() for suffix in language.suffixes
}
CUTTERS: dict[str, Cutter] = {
    "python": python.cut,
    **{language.name: partial(walk.cut, language) for language in WALKED.values()},
}


def is_cut(path: str) -> bool:
    """Whether files of this path are cut into definitions, their texts allowing."""
    return PurePosixPath(path).suffix in LANGUAGES


def cut(path: str, text: str, last_good: Partition | None = None) -> Partition:
    """The pieces of a file.

    With a syntax error in it and a `last_good` partition of an earlier text, that partition is projected
    onto the new lines, so that every piece which still has lines keeps its key.
    """
    sound = cut_sound(path, text)
    if sound is not None:
        return sound
    language = LANGUAGES.get(PurePosixPath(path).suffix, "")
    return (last_good and cut_as(path, text, last_good)) or _recovered(language, text)


def cut_sound(path: str, text: str) -> Partition | None:
    """The pieces of a file without a syntax error; None where it has one."""
    partition = _cut(LANGUAGES.get(PurePosixPath(path).suffix, ""), text)
    return partition if partition.parses else None


def uncut(text: str) -> Partition:
    """A text as one piece, whatever its file is called."""
    return Partition((Piece("<file>", PieceKind.FILE, text, ("<file>",), ""),), True)


def cut_as(path: str, text: str, last_good: Partition) -> Partition | None:
    """The pieces of an earlier text as they are in a later one; None where that was not cut."""
    language = LANGUAGES.get(PurePosixPath(path).suffix, "")
    if not last_good.pieces or last_good.pieces[0].kind is PieceKind.FILE:
        return None
    return broken.projected(partial(_cut_anew, language), text, last_good)


@lru_cache(maxsize=1024)
def _cut(language: str, text: str) -> Partition:
    return _cut_anew(language, text)


def _cut_anew(language: str, text: str) -> Partition:
    if not language or is_opaque(text):
        return uncut(text)
    return Partition(*CUTTERS[language](text))


@lru_cache(maxsize=64)
def _recovered(language: str, text: str) -> Partition:
    return broken.recovered(partial(_cut_anew, language), text)
