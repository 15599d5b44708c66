"""Pure: files before and after as a unified diff that `git apply` takes, whatever is in them.

The text of a path `FILE:<mode>` is the mode of a file that is not a regular one, as in git codebases.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b85encode
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from store.source.merge import Hunk, hunks
from store.source.texts import MODE, encode, lines_of

CONTEXT = 3
"""How many unchanged lines stand around a change."""

_REGULAR = "100644"
_NO_END = "\\ No newline at end of file\n"
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_BINARY_BYTES = 52


def unified_diff(changes: Mapping[str, tuple[str | None, str | None]], object_format: str = "sha1") -> bytes:
    """Give the diff of files, each path with its text before and after (None: not there), sorted by path.

    `object_format` is the hash by which the repository it is for names blobs.
    """
    found = []
    for path in sorted({path.removesuffix(MODE) for path in changes}):
        texts, modes = changes.get(path), changes.get(path + MODE, (None, None))
        if texts is None:
            found += _mode_alone(path, modes)
            continue
        old, new = (_file(text, mode) for text, mode in zip(texts, modes, strict=True))
        if old is not None and new is not None and old.mode[:3] != new.mode[:3]:
            found += [
                *_file_diff(path, old, None, object_format),
                *_file_diff(path, None, new, object_format),
            ]
        elif old != new:
            found += _file_diff(path, old, new, object_format)
    return b"".join(found)


class _File(NamedTuple):
    text: str
    mode: str


def _file(text: str | None, mode: str | None) -> _File | None:
    return None if text is None else _File(text, _mode(mode))


def _mode(text: str | None) -> str:
    return _REGULAR if text is None else text.strip()


def _mode_alone(path: str, modes: tuple[str | None, str | None]) -> list[bytes]:
    old, new = (_mode(mode) for mode in modes)
    return [_header(path), f"old mode {old}\nnew mode {new}\n".encode()] if old != new else []


def _file_diff(path: str, old: _File | None, new: _File | None, object_format: str) -> Iterator[bytes]:
    yield _header(path)
    if old is None:
        assert new is not None
        yield f"new file mode {new.mode}\n".encode()
    elif new is None:
        yield f"deleted file mode {old.mode}\n".encode()
    elif old.mode != new.mode:
        yield f"old mode {old.mode}\nnew mode {new.mode}\n".encode()
    before, after = ("" if one is None else one.text for one in (old, new))
    if "\0" in before or "\0" in after:
        named = [None if one is None else encode(one.text) for one in (old, new)]
        yield _binary(named[0], named[1], object_format)
    elif before != after:
        yield "--- {}\n".format("/dev/null" if old is None else _name("a/" + path)).encode()
        yield "+++ {}\n".format("/dev/null" if new is None else _name("b/" + path)).encode()
        yield from _hunks(lines_of(before), lines_of(after))


def _header(path: str) -> bytes:
    return f"diff --git {_quoted('a/' + path)} {_quoted('b/' + path)}\n".encode()


def _name(path: str) -> str:
    """Give a path as it stands after --- and +++: with a tab after it where a blank could end it."""
    quoted = _quoted(path)
    return quoted + "\t" if quoted == path and " " in path else quoted


def _quoted(path: str) -> str:
    """Give a path in quotes, as C does it, where there is anything in it that git would not read as it is."""
    if all(" " <= one <= "~" and one not in '"\\' for one in path):
        return path
    return '"' + "".join(_escaped(byte) for byte in encode(path)) + '"'


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


# Lines


def _hunks(old: list[str], new: list[str]) -> Iterator[bytes]:
    for group in _grouped(hunks(old, new)):
        above = min(CONTEXT, group[0].base_start)
        below = min(CONTEXT, len(old) - group[-1].base_end)
        old_start, old_end = group[0].base_start - above, group[-1].base_end + below
        new_start, new_end = group[0].new_start - above, group[-1].new_end + below
        yield f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n".encode()
        at = old_start
        for hunk in group:
            yield from _lines(" ", old[at : hunk.base_start])
            yield from _lines("-", old[hunk.base_start : hunk.base_end])
            yield from _lines("+", new[hunk.new_start : hunk.new_end])
            at = hunk.base_end
        yield from _lines(" ", old[at:old_end])


def _grouped(found: Sequence[Hunk]) -> list[list[Hunk]]:
    """Put changes together whose unchanged lines around them touch."""
    groups: list[list[Hunk]] = []
    for hunk in found:
        if groups and hunk.base_start - groups[-1][-1].base_end <= 2 * CONTEXT:
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
    return groups


def _range(start: int, end: int) -> str:
    return f"{start + (end > start)},{end - start}"


def _lines(sign: str, lines: Sequence[str]) -> Iterator[bytes]:
    for line in lines:
        yield encode(sign + line if line.endswith("\n") else f"{sign}{line}\n{_NO_END}")


# Binary files


def _binary(old: bytes | None, new: bytes | None, object_format: str) -> bytes:
    """Give both texts whole, packed, so that the diff can be applied and taken back."""
    ids = [_blob_id(data, object_format) for data in (old, new)]
    parts = (_literal(data or b"") for data in (new, old))
    return f"index {ids[0]}..{ids[1]}\nGIT binary patch\n".encode() + b"".join(parts)


def _blob_id(data: bytes | None, object_format: str) -> str:
    hasher = hashlib.new(object_format, usedforsecurity=False)
    if data is None:
        return "0" * (2 * hasher.digest_size)
    hasher.update(b"blob %d\0" % len(data) + data)
    return hasher.hexdigest()


def _literal(data: bytes) -> bytes:
    packed = zlib.compress(data)
    lines = [f"literal {len(data)}\n".encode()]
    for start in range(0, len(packed), _BINARY_BYTES):
        part = packed[start : start + _BINARY_BYTES]
        length = chr(ord("A") + len(part) - 1 if len(part) <= 26 else ord("a") + len(part) - 27)
        lines.append(length.encode() + b85encode(part, pad=True) + b"\n")
    return b"".join(lines) + b"\n"
