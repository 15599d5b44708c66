"""The header, the footer, the Actions panel, and the screens without a session. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.style import Style

from store.views import CodebaseView
from tui.commands import Scope
from tui.keymap import NO_KEY, Keymap
from tui.offers import Heading, Offer
from tui.place import Place, filter_of, scrolled
from tui.present.board import Board
from tui.present.frame import boxed, keys_that_fit
from tui.present.layout import FULL_WIDTH, SAID_AT_MOST, SMALLEST, WORDS_FROM, Layout
from tui.present.look import Look
from tui.present.text import cut_right, last_part, padded, visible, width_of, wrapped
from tui.refusals import in_short
from tui.words import counted, left_alone

_LABELS = 26
"""Cells of the actions' labels where what they do stands beside them."""
_REASON_ROWS = 3
"""Rows of the reason why a command is refused, below its label."""
WAITS_IN_FULL_FROM = 160
"""From how many columns the header says in full why the session waits."""


def header(board: Board | None, user: str, width: int, look: Look, opening: bool = False) -> Content:
    """Draw the top row: session, codebase, who is here; `opening` until the session has been read."""
    brand = Content.styled(" Patchbay ", look.brand)
    if board is None:
        right = Content.assemble((cut_right(user, 20, look.signs.ellipsis), look.text), " ")
        word = f"opening{look.signs.ellipsis}" if opening else "no session"
        middle = Content.styled(f" {word}", look.dim)
        gap = max(1, width - brand.cell_length - middle.cell_length - right.cell_length)
        return padded(Content.assemble(brand, middle, " " * gap, right), width).stylize_before(look.bar)
    view = board.view
    dot = (f" {look.signs.dot} ", look.text)
    role = f" ({view.role or 'not in it'})" if width >= WORDS_FROM or view.role is None else ""
    parts: list[tuple[str, Style]] = [
        (f"{codebase_word(view.codebase, look)} {look.signs.dot} {revision_word(board)}", look.dim),
        dot,
        (cut_right(view.user, 20, look.signs.ellipsis) + role, look.text),
    ]
    reasons = [(one, "waits") for one in (view.codebase.waits,) if one is not None]
    reasons += [(one, "unmerged") for one in view.codebase.clashes]
    if view.codebase.left_alone:
        count = len(view.codebase.left_alone)
        reasons.append((left_alone(count), f"{counted(count, 'file')} left alone"))
    if reasons:
        reason = reasons[0][width < WAITS_IN_FULL_FROM]
        parts[:0] = [(cut_right(reason, width // 2, look.signs.ellipsis), look.warn), dot]
    if board.looking:
        parts[:0] = [(f"looking at {board.looking:,} changed files", look.warn), dot]
    if board.merging:
        parts[:0] = [(f"merging {cut_right(board.merging, 12, look.signs.ellipsis)}", look.warn), dot]
    others = sorted(
        {one.user for one in view.online if one.user != view.user and one.session == view.session.id}
    )
    for other in others[:3]:
        parts += [dot, (f"{look.signs.online} {cut_right(other, 12, look.signs.ellipsis)}", look.good)]
    if len(others) > 3:
        parts += [(f" +{len(others) - 3}", look.good)]
    right = Content.assemble(*parts, " ")
    closed = f" {look.signs.dot} closed" if view.session.closed_at else ""
    right = right.truncate(max(20, width * 2 // 3))
    room = max(8, width - brand.cell_length - right.cell_length - 3 - width_of(closed))
    name = cut_right(view.session.name, room, look.signs.ellipsis)
    left = Content.assemble(brand, " ", (name, look.strong), (closed, look.warn))
    gap = max(1, width - left.cell_length - right.cell_length)
    return padded(Content.assemble(left, " " * gap, right), width).stylize_before(look.bar)


def codebase_word(codebase: CodebaseView, look: Look) -> str:
    """Give a kind of codebase in words, with the branch that is checked out."""
    kind = codebase.kind.replace("-", " ")
    if codebase.kind != "git":
        return kind
    branch = codebase.branch_name or "detached HEAD"
    return f"{kind} {look.signs.dot} {cut_right(branch, 24, look.signs.ellipsis)}"


def revision_word(board: Board) -> str:
    """Give the codebase's revision as people say it."""
    codebase = board.view.codebase
    if codebase.kind == "git":
        return visible(codebase.revision)[:8]
    return f"revision {visible(codebase.revision)[:12]}"


_FOOTER = (
    ("editor", "editor"), ("next-panel", "panel"), ("open-definition", "open"), ("new-patch", "new"),
    ("undo", "undo"), ("palette", "commands"), ("help", "help"), ("quit", "quit"),
)  # fmt: skip
_WIDE_FOOTER = (
    ("editor", "editor"), ("previous-editor next-editor", "prev, next"), ("next-panel", "panel"),
    ("open-definition", "open definition"), ("new-patch", "new patch"), ("diff", "diff"), ("undo", "undo"),
    ("palette", "commands"), ("help", "help"), ("quit", "quit"),
)  # fmt: skip


_CLOSED_FOOTER = (
    ("editor", "editor"), ("next-panel", "panel"), ("sessions", "sessions"), ("new-session", "new session"),
    ("palette", "commands"), ("help", "help"), ("quit", "quit"),
)  # fmt: skip
_ALONE_FOOTER = (
    ("new-session", "start a session"), ("sessions", "sessions"), ("palette", "commands"), ("help", "help"),
    ("quit", "quit"),
)  # fmt: skip


_NOWHERE = Place()


def _footer_keys(commands_shown: Sequence[tuple[str, str]], keymap: Keymap) -> list[tuple[str, str]]:
    """Give the keys of those commands that have one."""
    shown = []
    for commands, word in commands_shown:
        ids = [one for one in commands.split() if keymap.keys[one]]
        if ids == ["editor"]:
            shown.append((keymap.all_shown("editor"), word))
        elif ids:
            shown.append((" ".join(keymap.shown(one) for one in ids), word))
    return shown


def footer(
    width: int, look: Look, place: Place = _NOWHERE, alone: bool = False, closed: bool = False
) -> Content:
    """Draw the bottom row: the keys that always work, first what goes back; `alone`: without a session."""
    wide: Sequence[tuple[str, str]] = _WIDE_FOOTER if width >= WORDS_FROM else _FOOTER
    wide = _CLOSED_FOOTER if closed else wide
    if width < FULL_WIDTH:
        wide = [(one, "panel, actions" if one == "next-panel" else word) for one, word in wide]
    keys = _footer_keys(_ALONE_FOOTER if alone else wide, look.keymap)
    if place.filtering and not alone:
        typed = ((look.signs.enter, "keep this filter"), ("esc", "show all again"))
        shown = keys_that_fit((("type", "what the rows are to hold"), *typed), (), width - 2, look, gap=2)
    else:
        back = () if alone else _footer_keys(_back(place), look.keymap)
        shown = keys_that_fit((*back, *keys[bool(back) : -2]), keys[-2:], width - 2, look, gap=2)
    return padded(" " + shown, width).stylize_before(look.bar)


def _back(place: Place) -> tuple[tuple[str, str], ...]:
    """Give the command that gives up what narrows the view or is chosen, in the order of doing so."""
    if filter_of(place, place.source):
        return (("back", "show all again"),)
    if place.maximised:
        return (("maximise", "smaller"),)
    if place.editors_filter or place.patches_filter:
        return (("back", "show all again"),)
    return (("back", "choose none"),) if place.chosen_editors or place.chosen_patches else ()


def said(width: int, look: Look, message: str, failed: bool, rows: int = SAID_AT_MOST) -> list[Content]:
    """Draw a result, or a refusal, in as many of at most `rows` rows as it takes; no message takes one."""
    mark = f" {look.signs.bad if failed else look.signs.good} "
    lines = wrapped(message, width - width_of(mark) - 1, rows, look.signs.ellipsis)
    return [
        padded(
            Content.assemble(
                (" " * width_of(mark) if row else mark, look.warn if failed else look.good), (line, look.text)
            ),
            width,
        ).stylize_before(look.bar)
        for row, line in enumerate(lines)
    ]


def actions_panel(
    rows: Sequence[Heading | Offer], place: Place, step: str, layout: Layout, look: Look
) -> tuple[list[Content], Place]:
    """Draw Actions and scroll it to its cursor; `step` is the next sensible command."""
    inner = layout.actions - 2
    lines: list[Content] = []
    cursor_line = 0
    for row, below in zip(rows, (*rows[1:], None), strict=True):
        if isinstance(row, Heading):
            lines.append(_heading(row, inner, look))
            continue
        on_cursor = place.panel == "actions" and row.command.id == place.command
        if on_cursor:
            cursor_line = len(lines)
        told_below = isinstance(below, Offer) and below.refusal == row.refusal
        found = _offer(row, row.command.id == step, inner, look, layout.alone, told_below)
        lines += [padded(line, inner).stylize(look.cursor) for line in found[:1]] if on_cursor else found[:1]
        lines += found[1:]
    top = scrolled(place.actions_top, cursor_line, len(lines), layout.rows)
    border = look.active if place.panel == "actions" else look.border
    title = Content.styled("Actions", look.text)
    more = Content.styled("more below", look.dim) if top + layout.rows < len(lines) else Content("")
    drawn = boxed(lines[top:], layout.actions, layout.bay, title, more, look, border)
    return drawn, replace(place, actions_top=top)


def _heading(row: Heading, inner: int, look: Look) -> Content:
    if row.kind is Scope.SESSION:
        return Content.styled("Session", look.heading)
    if row.count:
        return Content.styled(f"{counted(row.count, row.kind.value)} chosen", look.heading)
    if row.kind is Scope.EDITOR:
        text = f"Editor {row.letter} {last_part(row.text)}"
        return Content.styled(cut_right(text, inner, look.signs.ellipsis), look.heading)
    if not row.letter:
        return Content.styled("No patch yet", look.heading)
    head = Content.assemble(("Patch ", look.heading), (row.letter, look.hue(row.letter) + look.heading))
    name = cut_right(row.text, inner - head.cell_length - 1, look.signs.ellipsis)
    return Content.assemble(head, (f" {name}", look.heading))


def _offer(
    row: Offer, is_step: bool, inner: int, look: Look, explained: bool, told_below: bool
) -> list[Content]:
    """Draw a command; of several refused for one reason the last says it in full where it takes rows."""
    shown = look.keymap.shown(row.command.id)
    shown = {"enter": look.signs.enter, NO_KEY: ""}.get(shown, shown)
    mark = look.signs.next if is_step else " "
    label = _label(row, inner - 3 - len(shown), look)
    if row.refusal is None:
        style = look.strong if is_step else look.text
        line = Content.assemble((mark, look.good), (f"{shown:<2}", look.key), (f" {label}", style))
        if explained:
            line = padded(line, max(_LABELS, line.cell_length + 2))
            room = inner - line.cell_length - 1
            line += Content.styled(cut_right(row.command.help, room, look.signs.ellipsis), look.dim)
        return [line]
    head = Content.assemble((mark, look.dim), (f"{shown:<2}", look.dim), (f" {label}", look.dim))
    reason = look.warn + Style(italic=True)
    if head.cell_length + 2 + width_of(row.refusal) <= inner:
        return [Content.assemble(head, "  ", (row.refusal, reason))]
    said = in_short(row.refusal) if told_below else row.refusal
    why = wrapped(said, inner - 4, _REASON_ROWS, look.signs.ellipsis)
    return [head, *(Content.assemble("    ", (line, reason)) for line in why)]


def _label(row: Offer, room: int, look: Look) -> str:
    """Give a command's label, its short one where that alone has room."""
    labels = [one.replace("…", look.signs.ellipsis) for one in (row.label, row.command.short or row.label)]
    return cut_right(labels[width_of(labels[0]) > room], room, look.signs.ellipsis)


def without_session(user: str, width: int, height: int, look: Look, others: int = 0) -> list[Content]:
    """Draw what stands in the place of the panels when the user has no session."""
    keymap = look.keymap
    lines = [
        Content(""),
        Content.styled("No session is open.", look.strong),
        Content(""),
        Content.styled("A session holds several changes at once: every definition you edit is", look.text),
        Content.styled(
            "plugged into the patch it belongs to, and each patch is merged on its own.", look.text
        ),
        Content(""),
        Content.assemble((keymap.shown("new-session"), look.key), "  start a session"),
        Content.assemble(
            (keymap.shown("sessions"), look.key),
            f"  {others} open: choose one" if others else "  list sessions",
        ),
        Content.assemble((keymap.shown("help"), look.key), "  help"),
        Content.assemble((keymap.shown("quit"), look.key), "  quit"),
    ]
    title = Content.styled(f"Welcome, {cut_right(user, 40, look.signs.ellipsis)}", look.text)
    return boxed(["  " + line for line in lines], width, height, title, Content(""), look, look.active)


def too_small(width: int, height: int, look: Look) -> list[Content]:
    """Say in one sentence that the terminal is too small."""
    columns, rows = SMALLEST
    text = f"This terminal is {width}x{height}: Patchbay needs {columns}x{rows}. Enlarge it, or press q."
    lines = [Content.styled(line, look.text) for line in wrapped(text, max(8, width), max(1, height))]
    return [*lines, *[Content("")] * (height - len(lines))]
