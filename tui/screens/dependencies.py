"""The dependency view: the session's patches as a graph in merge order, and the selected one's dependencies.

The graph is laid out in `present/graph`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from store.model import Dependency, Patch
from store.views import PatchView, Suggestion
from tui.commands import Command
from tui.dialogs.picking import DependDialog
from tui.dialogs.rows import KEYS, Row, RowList
from tui.place import Selection, nearest_in_section, scrolled
from tui.present.frame import boxed
from tui.present.graph import Graph, Lanes, graph_from, graph_of, graph_row
from tui.present.patch import DetailLine, DetailRows, detail_title, edge_lines
from tui.present.text import padded
from tui.registry import DEPENDENCIES
from tui.screens.commanded import CommandedScreen, Part
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

_CELLS_A_LANE = 7
"""One lane for so many cells of the list's width; where more are needed only the selected one's are drawn."""

SUGGESTED = "suggested"
"""The origin of an edge that is none yet."""


class DependenciesScreen(CommandedScreen):
    """Shows what is merged before what. The cursor is in the graph, or among the selected patch's edges."""

    KNOWN: ClassVar[tuple[Command, ...]] = DEPENDENCIES.commands
    OPENED_BY: ClassVar[str | None] = "depend"

    def __init__(self, verbs: Verbs, session: SessionScreen, patch: str | None) -> None:
        super().__init__(verbs, session)
        self._graph = Graph((), {}, {})
        self._lanes: Lanes | None = None
        self._edges = RowList()
        self._lines: tuple[DetailLine, ...] = ()
        self._in_edges = False
        self._edges_top = 0
        self._rebuild(patch)

    @property
    def gone(self) -> str:
        """Say that there is no session any more."""
        return "" if self.board is not None else "That session is gone."

    @property
    def one(self) -> PatchView | None:
        """The patch under the graph's cursor."""
        row = self.filtered.current
        return None if row is None or self.board is None else self.board.patch_by_id.get(row.key)

    @property
    def selection(self) -> Selection:
        """The patch under the graph's cursor."""
        return Selection(None, self.one)

    def follow(self) -> None:
        """Take over the new view, the cursors on their patches."""
        row = self.filtered.current
        self._rebuild(row.key if row else None)

    def _rebuild(self, patch: str | None) -> None:
        if self.board is None:
            return
        patches = self.board.view.state.patches
        every = graph_of(self.board)
        self.filtered.replace(
            [Row(one, Content(""), f"{patches[one].letter} {patches[one].name}") for one in every.order]
        )
        kept = [row.key for row in self.filtered.rows]
        self._graph, self._lanes = graph_from(kept, patches) if self.filtered.wanted else every, None
        self.filtered.cursor = self._graph.row_of.get(patch or "", self.filtered.cursor)
        self._select()

    @property
    def row(self) -> str:
        """The key of the row under the cursor."""
        edge = self._edges.current
        return edge.key if self._in_edges and edge is not None else super().row

    @property
    def part(self) -> Part:
        """The part that holds the cursor."""
        return "preview" if self._in_edges else "list"

    def narrowed(self) -> None:
        """Draw the graph of the patches that the filter leaves."""
        self._in_edges = False
        self.follow()

    def _select(self) -> None:
        """List the selected patch's edges."""
        self._lines = edge_lines(self.one, self.board, self.columns) if self.one and self.board else ()
        if len(self._lines) > self.sizes[1].height - 2:
            self._lines = tuple(line for line in self._lines if line != DetailLine())
        at, before = self._edges.current, [row.key for row in self._edges.rows]
        self._edges.replace([Row(line.key, Content("")) for line in self._lines if line.key])
        keys = [row.key for row in self._edges.rows]
        here = nearest_in_section(at.key, before, keys) if at is not None else None
        self._edges.cursor = keys.index(here) if here is not None else 0
        self._in_edges = self._in_edges and bool(self._edges.rows)

    # Drawing

    def on_resize(self) -> None:
        """Fit the terminal; Textual calls the base class's method after this."""
        self._lanes = None
        self._select()

    def draw(self) -> None:
        """Draw the rows of the graph that are visible, and the selected patch's edges."""
        board, look = self.board, self.bench.look
        if board is None:
            return
        size = self.sizes[0]
        width = size.width - 2
        if self._lanes is None:
            self._lanes = Lanes(self._graph, max(3, width // _CELLS_A_LANE))
        selected = self.one.patch.id if self.one is not None else None
        lines = []
        for index in self.filtered.window(size.height - 2):
            line = padded(graph_row(index, self._lanes, board, selected, width, look), width)
            style = look.lit if self._in_edges else look.cursor
            lines.append(line.stylize(style) if index == self.filtered.cursor else line)
        if not lines and self.filtered.wanted:
            lines = [Content.styled(" No patch here holds that.", look.warn)]
        elif not lines:
            key = look.keymap.shown("new-patch")
            lines = [
                Content(""),
                Content.styled(f" There is no patch yet: on the session screen, {key} names one.", look.dim),
            ]
        title = Content.assemble(
            ("Dependencies", look.strong), (f" {look.signs.dot} in the order of merging", look.text)
        )
        border = look.border if self._in_edges else look.active
        self.show("list", boxed(lines, size.width, size.height, title, self._foot(), look, border))
        self._draw_edges()

    def _foot(self) -> Content:
        look, count = self.bench.look, counted(len(self._graph.order), "patch")
        if wanted := self.filtered.foot(look):
            return wanted
        if self._lanes is not None and not self._lanes.fits:
            said = f"{count} {look.signs.dot} only the selected one's lines are drawn"
        else:
            edges = sum(len(found) for found in self._graph.needs.values())
            said = f"{count}, {edges} {'dependency' if edges == 1 else 'dependencies'}"
        return Content.styled(said, look.dim)

    def _draw_edges(self) -> None:
        one, board, look, size = self.one, self.board, self.bench.look, self.sizes[1]
        border = look.active if self._in_edges else look.border
        if one is None or board is None:
            self.show("preview", boxed((), size.width, size.height, Content(""), Content(""), look, border))
            return
        here = self._edge_line() if self._in_edges else -1
        draw = DetailRows(one, board, (), self.bench.manager.clock(), size.width - 2, look)
        height = size.height - 2
        self._edges_top = scrolled(self._edges_top, max(0, here), len(self._lines), height)
        shown = []
        for index in range(self._edges_top, min(self._edges_top + height, len(self._lines))):
            line = padded(draw.drawn(self._lines[index]), size.width - 2)
            shown.append(line.stylize(look.cursor) if index == here else line)
        below = len(self._lines) - self._edges_top - len(shown)
        foot = Content.styled(f"{counted(below, 'line')} more" if below > 0 else "", look.dim)
        title = detail_title(one, board, look, size.width - 4)
        self.show("preview", boxed(shown, size.width, size.height, title, foot, look, border))

    def _edge_line(self) -> int:
        """Give the line that the cursor among the edges is on."""
        key = self._edges.current.key if self._edges.current else ""
        return next((at for at, line in enumerate(self._lines) if line.key and line.key == key), 0)

    def hints(self) -> Sequence[tuple[str, str]]:
        """Give the keys for where the cursor is."""
        look = self.bench.look
        key = look.keymap.shown
        enter = look.signs.enter if key("open-patch") == "enter" else key("open-patch")
        drop = (key("drop-dependency"), self._drop_word())
        add = (key("add-dependency"), "add")
        if self._in_edges:
            edge = self._edge()
            if edge is not None and edge[2] == SUGGESTED:
                return ((enter, "go there"), (add[0], "accept"), drop, (key("next-panel"), "graph"))
            return ((enter, "go there"), drop, (key("next-panel"), "graph"), add)
        edges = (drop, (key("next-panel"), "its dependencies")) if self._edges.rows else ()
        return ((enter, "open"), add, *edges, (key("merge"), "merge"), (key("ready"), "ready"))

    def _drop_word(self) -> str:
        edge = self._edge() if self._in_edges else None
        return "dismiss" if edge is not None and edge[2] in ("inferred", SUGGESTED) else "drop"

    # Keys

    def move(self, command: str) -> None:
        """Move in the graph or among the edges, or between them."""
        if command in ("next-panel", "previous-panel"):
            self._in_edges = not self._in_edges and bool(self._edges.rows)
            return
        if command in ("left", "right"):
            self._in_edges = command == "right" and bool(self._edges.rows)
            return
        rows = self._edges if self._in_edges else self.filtered
        rows.press(KEYS.get(command, command))
        if not self._in_edges:
            self._edges_top = 0
            self._select()

    async def run_own(self, command: str, selection: Selection) -> None:
        """Run a command of the view. Raises what the manager raises."""
        one = selection.patch
        if one is None:
            return
        if command == "open-patch":
            await self._open(one)
        elif command == "add-dependency":
            await self._add(one)
        elif command == "drop-dependency":
            await self._drop(one)

    async def _open(self, one: PatchView) -> None:
        """Show the patch in detail; from an edge, go to the patch at its other end."""
        edge = self._edges.current
        if not self._in_edges or edge is None:
            await self.verbs.run("open", Selection(None, one))
            return
        self.show_patch(edge.key.rpartition(" ")[2])

    def show_patch(self, patch: str) -> None:
        """Put the cursor on a patch of the graph."""
        self._in_edges = False
        if patch not in self._graph.row_of:
            self.filtered.wanted = ""
        self._rebuild(patch)
        self.draw_all()

    async def _add(self, one: PatchView) -> None:
        """Add the suggested dependency under the cursor, else one that is asked for."""
        edge = self._edge() if self._in_edges else None
        if edge is not None and edge[2] == SUGGESTED:
            add = self.bench.manager.add_dependency
            await self.verbs.did(await self.bench.call(add, *edge[:2], session=self.verbs.session))
            return
        choice = await self.verbs.ask(DependDialog(self.bench, self.verbs.board, one))
        if choice is not None:
            other, added = choice
            manager = self.bench.manager
            verb = manager.add_dependency if added else manager.drop_dependency
            await self.verbs.did(await self.bench.call(verb, one.patch.id, other, session=self.verbs.session))

    async def _drop(self, one: PatchView) -> None:
        """Drop the edge under the cursor, or the patch's only dependency; of several one has to be chosen."""
        edge = self._edge() if self._in_edges else None
        if edge is None and len(one.patch.dependencies) == 1:
            edge = (one.patch.id, one.patch.dependencies[0].patch, "")
        if edge is None:
            self._in_edges = True
            self.draw_all()
            key = self.bench.look.keymap.shown("drop-dependency")
            self.say(f"Which one? {key} drops the one under the cursor.", failed=True)
            return
        manager = self.bench.manager
        await self.verbs.did(
            await self.bench.call(manager.drop_dependency, edge[0], edge[1], session=self.verbs.session)
        )

    def _edge(self) -> tuple[str, str, str] | None:
        """Give the edge under the cursor: the patch that needs, the one needed, the origin if it is known."""
        one, target = self.one, self._lines[self._edge_line()].target if self._lines else None
        if one is None:
            return None
        if isinstance(target, Dependency):
            return one.patch.id, target.patch, target.origin.value
        if isinstance(target, Suggestion):
            return one.patch.id, target.patch.id, SUGGESTED
        return (target.id, one.patch.id, "") if isinstance(target, Patch) else None
