"""The bay: editors, cables and patches, drawn from a board and a place into lines. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from textual.content import Content
from textual.style import Style

from store.model import PatchStatus
from store.views import TRAVELS, EditorView, PatchView
from tui.place import Place, Source, filter_of, lit_patch, scrolled
from tui.present.board import FOLD, Board
from tui.present.cables import Cell, route
from tui.present.finding import filter_line, of_all, out_of_sight
from tui.present.frame import boxed
from tui.present.layout import COLUMN_FROM, Layout
from tui.present.look import Look
from tui.present.states import LONG, MEDIUM, SHORT, change_mark, fitting_state, patch_counts, state_of
from tui.present.text import cut_right, definition_name, padded, shortened, visible, width_of, wrapped

_ROWS_KEPT = 256
"""How many drawn rows are kept: those of a few screens, so that a move draws only those it changes."""


def two_rows_each(board: Board, place: Place, layout: Layout) -> bool:
    """Whether every patch takes two lines: all fit, and states have no column of their own (§6)."""
    keys = board.patch_keys(place.unfolded)
    return layout.width < COLUMN_FROM and not layout.alone and 2 * len(keys) - (FOLD in keys) <= layout.rows


def scrolled_to_cursor(place: Place, board: Board, layout: Layout) -> Place:
    """Scroll the panels so that their cursors are visible."""
    keys = board.patch_keys(place.unfolded)
    row = keys.index(place.patch) if place.patch in keys else 0
    lines = len(keys) if two_rows_each(board, place, layout) else layout.rows
    return replace(
        place,
        editors_top=scrolled(
            place.editors_top, board.editor_row.get(place.editor or "", 0), len(board.editors), layout.rows
        ),
        patches_top=scrolled(place.patches_top, row, len(keys), lines),
    )


def editors_panel(board: Board, place: Place, layout: Layout, look: Look) -> list[Content]:
    """Draw the editors panel, without its right border where the cables draw that."""
    top, inner = place.editors_top, layout.editors - (2 if layout.alone else 1)
    lines = [
        _editor_row(one, board, place, inner, look, layout.alone)
        for one in board.editors[top : top + layout.rows]
    ]
    if not board.editors:
        lines = [Content(""), _empty("open-definition", " opens a definition", place.editors_filter, look)]
        codebase = board.view.codebase
        if codebase.kind == "git" and codebase.waits is None and not place.editors_filter.strip():
            told = "or edit files anywhere: it shows up here"
            lines += [Content.styled(f"  {line}", look.dim) for line in wrapped(told, inner - 3)]
    count = of_all(len(board.editors), len(board.view.editors))
    word = "Active editors" if layout.editors >= 23 + len(count) else "Editors"
    foot = _filter_foot(place, "editors", look) or _editors_foot(board, top, layout, look)
    return boxed(
        lines, layout.editors, layout.bay, _counted_title(word, count, look), foot, look,
        _border(place, "editors", look), open_right=not layout.alone,
    )  # fmt: skip


def _border(place: Place, panel: str, look: Look) -> Style:
    return look.active if place.panel == panel else look.border


def _filter_foot(place: Place, source: Source, look: Look) -> Content:
    """Show a panel's filter in its border, with a cursor while it is typed."""
    return filter_line(filter_of(place, source), place.filtering and place.source == source, look)


def _counted_title(word: str, count: str, look: Look) -> Content:
    return Content.assemble((word, look.text), (f" {count}", look.strong))


def _editors_foot(board: Board, top: int, layout: Layout, look: Look) -> Content:
    """Count what is in no patch, unsaved, behind and out of sight: in the longest form that fits."""
    dot, room = f" {look.signs.dot} ", layout.editors - (5 if layout.alone else 4)
    foot = Content("")
    for short, more, between in (
        (False, " more", dot),
        (True, " more", dot),
        (True, "", dot),
        (True, "", " "),
    ):
        parts = _editors_counts(board, look, layout.size, short)
        if hidden := out_of_sight(top, layout.rows, len(board.editors), more):
            parts.append((hidden, look.dim))
        foot = Content.assemble(*[one for part in parts for one in ((between, look.dim), part)][1:])
        if foot.cell_length <= room:
            break
    return foot


def _editors_counts(board: Board, look: Look, size: int, short: bool) -> list[tuple[str, Style]]:
    counts, behind = board.counts, len(board.view.behind)
    unassigned = look.signs.waits if short else " unassigned"
    unsaved = " unsaved" if size > SHORT and not short else look.signs.unsaved
    found = ((counts.unassigned, unassigned), (counts.unsaved, unsaved), (behind, " behind"))
    return [(f"{number}{word}", look.warn) for number, word in found if number]


def _editor_row(
    one: EditorView, board: Board, place: Place, inner: int, look: Look, with_patch: bool
) -> Content:
    editor = one.editor.id
    row = _editor_line(board, editor, inner, look, with_patch, editor in place.chosen_editors)
    if editor == place.editor and place.panel == "editors":
        return row.stylize(look.cursor)
    if _is_lit(one, board, place):
        return row.stylize(look.lit)
    return row


@lru_cache(maxsize=_ROWS_KEPT)
def _editor_line(
    board: Board, key: str, inner: int, look: Look, with_patch: bool, is_chosen: bool
) -> Content:
    one = board.editor_by_id[key]
    editor = one.editor
    numbers, letters = board.number_width, board.letter_width
    user = "" if editor.user == board.view.user else cut_right(editor.user, 8, look.signs.ellipsis)
    patch = _its_patch(one, inner * 2 // 5, look) if with_patch else Content("")
    room = inner - numbers - letters - 4 - (width_of(user) + 1 if user else 0) - patch.cell_length
    name = definition_name(editor.target, room, look.dim, look.strong, look.signs.ellipsis)
    mark, word = change_mark(one.operation, look)
    if word and name.cell_length + len(word) < room:
        name = Content.assemble(padded(name, room - len(word)), (word, look.dim))
    if one.patch is not None:
        letter = Content.styled(f"{visible(one.patch.letter):>{letters}}", look.hue(one.patch.letter))
        letter = letter.stylize(Style(bold=True))
    else:
        sign = look.signs.waits if one.waits else look.signs.travels if one.travels else ""
        letter = Content.styled(f"{sign:>{letters}}", look.warn if one.waits else look.dim)
    line = Content.assemble(
        (f"{editor.number:>{numbers}}", look.strong if editor.number < 10 else look.dim),
        (look.signs.unsaved if one.modified and one.unsaved else " ", look.warn),
        _chosen_mark(True, look) if is_chosen else mark,
        padded(name, room),
        (f" {user}", look.italic) if user else "",
        " ",
        letter,
        " ",
        patch,
    )
    return padded(line, inner)


def _its_patch(one: EditorView, width: int, look: Look) -> Content:
    """Name the patch of an editor, for a row that has room for it."""
    if one.patch is not None:
        return padded(Content.styled(cut_right(one.patch.name, width, look.signs.ellipsis), look.text), width)
    word = "in no patch yet" if one.waits else TRAVELS if one.travels else "unchanged"
    return padded(Content.styled(word, look.warn if one.waits else look.dim), width)


def _chosen_mark(is_chosen: bool, look: Look) -> tuple[str, Style]:
    return (look.signs.chosen, look.key) if is_chosen else (" ", look.text)


def _empty(command: str, does: str, wanted: str, look: Look) -> Content:
    """Say what to press where a panel has no row."""
    if wanted.strip():
        return Content.assemble(("  esc", look.key), (" shows all again", look.dim))
    return Content.assemble((f"  {look.keymap.shown(command)}", look.key), (does, look.dim))


def _is_lit(one: EditorView, board: Board, place: Place) -> bool:
    if place.source == "editors":
        return one.editor.id == place.editor
    return one.patch is not None and one.patch.id == lit_patch(place, board)


def cables_column(board: Board, place: Place, layout: Layout, look: Look) -> list[Content]:
    """Draw the cables with the jacks and the two borders beside them."""
    shown = board.editors[place.editors_top : place.editors_top + layout.rows]
    patch_rows = _visible_patch_rows(board, place, layout)
    sources = [one.patch.id if one.patch and one.patch.id in board.patch_by_id else None for one in shown]
    ascii_only = look.signs.box[0] == "+"
    selected = lit_patch(place, board)
    cells = route(sources, patch_rows, layout.cables - 2, layout.rows, selected, ascii_only)
    left, right = _border(place, "editors", look), _border(place, "patches", look)
    by_row = {row: patch for patch, row in patch_rows.items()}
    box = look.signs.box
    lines = [_corners(box[2], box[0], layout, left, right)]
    for row in range(layout.rows):
        editor = shown[row] if row < len(shown) else None
        start = _editor_jack(editor, look) if editor else (box[3], left)
        end = _patch_jack(board, by_row[row], look) if row in by_row else (box[3], right)
        lines.append(Content.assemble(start, *_runs(cells[row], board, look), end))
    lines.append(_corners(box[5], box[4], layout, left, right))
    return lines


def _corners(left: str, right: str, layout: Layout, left_style: Style, right_style: Style) -> Content:
    return Content.assemble((left, left_style), " " * (layout.cables - 2), (right, right_style))


def _editor_jack(one: EditorView, look: Look) -> tuple[str, Style]:
    if one.patch is not None:
        return (look.signs.plugged, look.hue(one.patch.letter))
    return (look.signs.free, look.warn if one.waits else look.dim)


def _patch_jack(board: Board, patch: str, look: Look) -> tuple[str, Style]:
    plugged = patch in board.editors_of
    style = look.hue(board.patch_by_id[patch].patch.letter) if plugged else look.dim
    return (look.signs.plugged if plugged else look.signs.free, style)


def _runs(cells: list[Cell], board: Board, look: Look) -> list[tuple[str, Style]]:
    runs: list[tuple[str, Style]] = []
    for cell in cells:
        style = Style.null()
        if cell.patch is not None:
            style = look.hue(board.patch_by_id[cell.patch].patch.letter)
            style = style + Style(bold=True) if cell.heavy else style
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + cell.character, style)
        else:
            runs.append((cell.character, style))
    return runs


def _visible_patch_rows(board: Board, place: Place, layout: Layout) -> dict[str, int]:
    """Give the line within the panel of each patch that is visible."""
    step = 2 if two_rows_each(board, place, layout) else 1
    rows: dict[str, int] = {}
    line = 0
    for key in board.patch_keys(place.unfolded)[place.patches_top :]:
        if line >= layout.rows:
            break
        if key == FOLD:
            line += 1
            continue
        rows[key] = line
        line += step
    return rows


def patches_panel(board: Board, place: Place, layout: Layout, look: Look) -> list[Content]:
    """Draw the patches panel, without its left border where the cables draw that."""
    inner = layout.patches - (2 if layout.alone else 1)
    two = two_rows_each(board, place, layout)
    lines: list[Content] = []
    for key in board.patch_keys(place.unfolded)[place.patches_top :]:
        if len(lines) >= layout.rows:
            break
        found = (
            (_fold_row(board, place, inner, look),)
            if key == FOLD
            else _patch_rows(board, key, inner, look, layout, two, key in place.chosen_patches)
        )
        lines.extend(_marked(key, line, board, place, look) for line in found)
    if not lines:
        lines = [Content(""), _empty("new-patch", " names a new patch", place.patches_filter, look)]
    title = _counted_title("Patches", of_all(len(board.open_patches), board.open_patch_count), look)
    foot = _filter_foot(place, "patches", look) or _patches_foot(board, place, layout, look)
    return boxed(
        lines, layout.patches, layout.bay, title, foot, look, _border(place, "patches", look),
        open_left=not layout.alone,
    )  # fmt: skip


def _patches_foot(board: Board, place: Place, layout: Layout, look: Look) -> Content:
    """Count the patches by how they stand, and those out of sight: in the longest form that fits."""
    count = 0 if two_rows_each(board, place, layout) else len(board.patch_keys(place.unfolded))
    foot = Content("")
    for short, more in ((False, " more"), (False, ""), (True, " more"), (True, "")):
        if not short and layout.size == SHORT and board.counts.conflict:
            continue
        foot = patch_counts(board.counts, look, short)
        if hidden := out_of_sight(place.patches_top, layout.rows, count, more):
            between = f" {look.signs.dot} " if foot.plain else ""
            foot = Content.assemble(foot, (f"{between}{hidden}", look.dim))
        if foot.cell_length <= layout.patches - 6:
            break
    return foot


def _marked(key: str, line: Content, board: Board, place: Place, look: Look) -> Content:
    if key == place.patch and place.panel == "patches":
        return line.stylize(look.cursor)
    if key == lit_patch(place, board) or (key == place.patch and place.source == "patches"):
        return line.stylize(look.lit)
    return line


def _fold_row(board: Board, place: Place, inner: int, look: Look) -> Content:
    """Count the merged and abandoned patches, in words or, where those do not fit, with their signs."""
    statuses = [one.patch.status for one in board.closed_patches]
    counts = [(statuses.count(one), one) for one in (PatchStatus.MERGED, PatchStatus.ABANDONED)]
    counts = [one for one in counts if one[0]]
    hint = "hides" if place.unfolded else "shows"
    head = Content.assemble((" space", look.key), (f" {hint}", look.dim))
    text = f" {f' {look.signs.dot} '.join(f'{number} {status.value}' for number, status in counts)}"
    if head.cell_length + width_of(text) > inner:
        text = " " + "  ".join(f"{look.sign(status, False)} {number}" for number, status in counts)
    return padded(Content.assemble(head, (text, look.dim)), inner)


@lru_cache(maxsize=_ROWS_KEPT)
def _patch_rows(
    board: Board, key: str, inner: int, look: Look, layout: Layout, two: bool, is_chosen: bool
) -> tuple[Content, ...]:
    one = board.patch_by_id[key]
    letters = board.letter_width
    patch = one.patch
    sign = look.sign(patch.status, one.ready_to_merge)
    hue = look.hue(patch.letter) if patch.is_open else look.dim
    head = Content.assemble(
        (f"{visible(patch.letter):<{letters}}", hue + Style(bold=True)),
        _chosen_mark(is_chosen, look),
        f"{sign} ",
    )
    room = inner - head.cell_length
    if two:
        indent = " " * head.cell_length
        state = fitting_state(one, board.numbers, look, room)
        return padded(head + _patch_name(one, board, room - 1, look), inner), padded(indent + state, inner)
    if layout.size == LONG:
        column = max(26, inner * 2 // 5)
        state = fitting_state(one, board.numbers, look, column - 2)
        name = padded(_patch_name(one, board, room - column, look), room - column)
        return (padded(Content.assemble(head, name, "  ", state), inner),)
    state = state_of(one, board.numbers, look, MEDIUM if layout.size else SHORT)
    state = shortened(state, room // 2, look.signs.ellipsis)
    left = room - state.cell_length - 1
    name = padded(_patch_name(one, board, left - 1, look), left)
    return (padded(Content.assemble(head, name, state, " "), inner),)


def _patch_name(one: PatchView, board: Board, room: int, look: Look) -> Content:
    patch = one.patch
    strong = look.strong if patch.is_open else look.dim
    author = (
        "" if patch.created_by == board.view.user else cut_right(patch.created_by, 8, look.signs.ellipsis)
    )
    name = cut_right(patch.name, room - (width_of(author) + 1 if author else 0), look.signs.ellipsis)
    return Content.assemble((name, strong), (f" {author}", look.italic) if author else "")
