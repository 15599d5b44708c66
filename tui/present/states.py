"""The words for where a patch or an editor stands, long and short. No layout."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.style import Style

from store.errors import Code
from store.model import Blocker, Op, PatchStatus, RenameDefinition
from store.views import PatchView
from tui.present.board import Counts
from tui.present.look import Look, Tone
from tui.present.text import cut_right, definition_name, shortened, visible
from tui.words import counted

LONG, MEDIUM, SHORT = 2, 1, 0
_FEWEST_ADDED = 6
"""How many cells there must be for what the long form of a reason adds to the medium one, to be cut."""


def state_of(patch: PatchView, editors: Mapping[str, int], look: Look, size: int) -> Content:
    """Give the state of a patch in `size` LONG, MEDIUM or SHORT; `editors` are numbers by editor id (§6)."""
    dot = (f" {look.signs.dot} ", look.dim)
    parts: list[tuple[str, Style]] = []
    for word, tone in _words(patch, editors, size):
        parts.extend([dot] if parts else [])
        parts.append((word, look.tone(tone)))
    return Content.assemble(*parts)


def fitting_state(patch: PatchView, editors: Mapping[str, int], look: Look, room: int) -> Content:
    """Give the longest form of a patch's state that fits in `room` cells."""
    long = state_of(patch, editors, look, LONG)
    if long.cell_length <= room:
        return long
    operations = Content.styled(counted(len(patch.patch.operations), "op"), look.dim)
    both = Content.assemble(
        operations, (f" {look.signs.dot} ", look.dim), state_of(patch, editors, look, MEDIUM)
    )
    reasons = reasons_of(patch, editors)
    if both.cell_length <= room and reasons:
        (long_word, tone), (word, _) = reasons[0], reasons_of(patch, editors, MEDIUM)[0]
        if long_word.startswith(word) and both.cell_length + _FEWEST_ADDED <= room:
            both += Content.styled(long_word.removeprefix(word), look.tone(tone))
        return shortened(both, room, look.signs.ellipsis)
    return shortened(state_of(patch, editors, look, MEDIUM), room, look.signs.ellipsis)


def _words(patch: PatchView, editors: Mapping[str, int], size: int) -> list[tuple[str, Tone]]:
    status = patch.patch.status
    count = len(patch.patch.operations)
    operations = str(count) if size == SHORT else counted(count, "op")
    if status in (PatchStatus.MERGED, PatchStatus.ABANDONED):
        return [(operations, "dim"), (status.value, "dim")] if size == LONG else [(status.value, "dim")]
    if patch.ready_to_merge:
        if size == SHORT:
            return [(operations, "good")]
        return [(operations, "good"), ("ready to merge" if size == LONG else "ready", "good")]
    reasons = reasons_of(patch, editors, size)
    if size == LONG:
        draft: list[tuple[str, Tone]] = [("draft", "dim")] if status is PatchStatus.DRAFT else []
        if status is PatchStatus.CONFLICTS:
            return [*reasons, (operations, "dim")]
        return [(operations, "dim"), *draft, *reasons]
    if reasons:
        return reasons[:1]
    return [(operations, "dim")] if size == SHORT else [(operations, "dim"), ("draft", "dim")]


def reasons_of(patch: PatchView, editors: Mapping[str, int], size: int = LONG) -> list[tuple[str, Tone]]:
    """Give what stands in the way, worst first, apart from "not marked ready" and "no operations"."""
    by_code: dict[Code, list[Blocker]] = {}
    for blocker in patch.blockers:
        by_code.setdefault(blocker.code, []).append(blocker)
    letters = {one.id: one.letter for one in patch.waits_for}
    found: list[tuple[str, Tone]] = []
    for code in _WORST_FIRST:
        blockers = by_code.pop(code, [])
        if blockers:
            found.append(_reason(code, blockers, letters, editors, size))
    rest = [one for code, ones in by_code.items() if code not in _LEFT_OUT for one in ones]
    found.extend((visible(one.message) if size == LONG else one.code.value, "warn") for one in rest)
    if patch.emptied:
        found.append((_EMPTIED_SHORT if size == SHORT else patch.emptied.replace("the ", ""), "warn"))
    return found


_EMPTIED_SHORT = "empty"


_WORST_FIRST = (
    Code.CONFLICTS,
    Code.CODEBASE_MOVED,
    Code.DOES_NOT_PARSE,
    Code.UNDEFINED_NAME,
    Code.DEPENDENCY_ABANDONED,
    Code.DEPENDENCY_UNMERGED,
    Code.UNSAVED_EDITOR,
)
_MOST_NAMES, _LONGEST_NAME = 3, 40
"""How many undefined names are told, and how many cells of each."""
_LEFT_OUT = (Code.NOT_READY, Code.EMPTY)


def _reason(
    code: Code, blockers: list[Blocker], letters: Mapping[str, str], editors: Mapping[str, int], size: int
) -> tuple[str, Tone]:
    if code is Code.CONFLICTS:
        return ("conflict" if size == SHORT else counted(len(blockers), "conflict"), "bad")
    if code is Code.CODEBASE_MOVED:
        return (visible(blockers[0].message) if size == LONG else "unmerged", "warn")
    if code is Code.DOES_NOT_PARSE:
        return ("does not parse" if size == LONG else "syntax", "warn")
    if code is Code.UNDEFINED_NAME:
        missing = dict.fromkeys(name for one in blockers for name in one.missing)
        named = ", ".join(cut_right(name, _LONGEST_NAME) for name in [*missing][:_MOST_NAMES])
        return (f"undefined {named}" if size == LONG else "undefined", "warn")
    if code is Code.UNSAVED_EDITOR:
        numbers = ",".join(str(editors.get(one.editor or "", "?")) for one in blockers)
        if size == LONG:
            return (f"{'editor' if len(blockers) == 1 else 'editors'} {numbers} unsaved", "warn")
        return (f"*{numbers}" if size == SHORT else f"*{numbers} unsaved", "warn")
    names = ", ".join(letters.get(one.patch or "", "?") for one in blockers)
    if code is Code.DEPENDENCY_ABANDONED:
        return (f"needs abandoned {names}" if size == LONG else f"needs {names}", "bad")
    return (f"waits for {names}" if size == LONG else f"needs {names}", "warn")


def short_reason(patch: PatchView, editors: Mapping[str, int]) -> str:
    """Say in a few words why the patch can't be merged."""
    if not patch.patch.is_open:
        return patch.patch.status.value
    if any(one.code is Code.EMPTY for one in patch.blockers):
        return patch.emptied or "no operations yet"
    reasons = reasons_of(patch, editors)
    return reasons[0][0] if reasons else "still a draft"


def patch_counts(counts: Counts, look: Look, short: bool) -> Content:
    """Say how many patches stand how, for a border: in words, or with one-cell signs."""
    shown = (
        (counts.conflict, "conflict", look.bad),
        (counts.blocked, "blocked", look.warn),
        (counts.draft, "draft", look.dim),
        (counts.ready, "ready", look.good),
    )
    parts: list[tuple[str, Style]] = []
    for (number, word, style), sign in zip(shown, look.signs.short, strict=True):
        if number:
            if parts:
                parts.append((" ", look.dim) if short else (f" {look.signs.dot} ", look.dim))
            parts.append((f"{sign}{number}" if short else f"{number} {word}", style))
    return Content.assemble(*parts)


_CHANGES: Mapping[str, tuple[int, str, Tone]] = {
    "add": (0, "added", "good"),
    "delete": (1, "deleted", "bad"),
    "rename": (2, "renamed", "warn"),
}


def change_mark(op: Op | None, look: Look) -> tuple[Content, str]:
    """Give the one-cell sign and the word for a definition that is added, deleted or renamed, else blanks."""
    if op is None or op.kind not in _CHANGES:
        return Content(" "), ""
    index, word, tone = _CHANGES[op.kind]
    return Content.styled(look.signs.change[index], look.tone(tone)), word


def operation(op: Op, width: int, look: Look) -> Content:
    """Show one operation: what it does, and the definition's name."""
    verb = Content.styled(f"{op.kind:<7}", look.dim)
    if not isinstance(op, RenameDefinition):
        return verb + definition_name(op.name, max(4, width - 7), look.dim, look.strong, look.signs.ellipsis)
    half = max(4, (width - 11) // 2)
    names = [
        definition_name(name, half, look.dim, look.strong, look.signs.ellipsis)
        for name in (op.name, op.new_name)
    ]
    return Content.assemble(verb, names[0], (f" {look.signs.arrow} ", look.dim), names[1])
