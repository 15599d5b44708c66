"""Where a new definition belongs in its file: in which class, told from its key and its text."""

from __future__ import annotations

from store.source.keys import last_part, parent_of, unnumbered
from store.source.languages import walked_language
from store.source.partition import Partition
from store.source.pieces import PieceKind
from store.source.shapes import cut_alone


def container_for(path: str, partition: Partition | None, key: str, text: str) -> str | None:
    """The key of the class that is to hold a new definition, empty for the top, None where it is missing.

    `partition` is the file as it is, None for a new one. A text that on its own has the whole key stands at
    the top whatever its key: a Go method, the table `[tool.ruff]`.
    """
    parent = parent_of(key)
    language = walked_language(path)
    if not parent:
        return ""
    if language is None:
        found = partition.class_at(parent) if partition else None
        return None if found is None else found.key
    if defines(path, text, key):
        return ""
    holder = partition.holder(parent) if partition else None
    if holder is None and partition is not None and language.name == "toml":
        while parent and holder is None:
            parent = parent_of(parent)
            holder = partition.holder(parent)
    if holder is not None:
        return holder.key
    return None if language.containers or language.is_open_ended else ""


_SAMPLES = {"toml": "[{}]\n", "javascript": "{} = 1;\n"}
"""Texts that have a dotted key and stand at the top, by language."""


def sample(name: str) -> str:
    """A text that could have a new name: whether there is a place for it is tried with that."""
    path, _, key = name.rpartition(":")
    language = walked_language(path)
    if language is not None and language.name in _SAMPLES:
        return _SAMPLES[language.name].format(key)
    last = last_part(name)
    return f"def {last}():\n    pass\n" if last.isidentifier() else ""


def defines(path: str, text: str, key: str) -> bool:
    """Whether a text on its own is one definition of this key, its number aside."""
    if last_part(key).startswith("<"):
        return False
    partition = cut_alone(path, text)
    heads = [piece for piece in partition.pieces if not piece.container and piece.kind is not PieceKind.REST]
    return partition.parses and len(heads) == 1 and heads[0].key == unnumbered(key)
