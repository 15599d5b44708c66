"""Dialogs that ask for a name: a new session, a new patch, another name for one that is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import events
from textual.content import Content
from textual.widget import Widget

from store.errors import PatchbayError
from store.model import SessionState
from store.rules import check_patch_name
from tui.dialogs.base import Dialog
from tui.kept import kept
from tui.one_line import in_lines, in_one_line
from tui.present.text import visible, wrapped
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench

Named = tuple[str, str]
"""A name and a description."""
Changed = tuple[str | None, str | None]
"""A new name and a new description; None for what stays as it is."""
Check = Callable[[str], object]
"""Raises `PatchbayError` for a name that will not do."""


UNCHANGED = "Nothing was changed."
_ABOUT = r"description, if you like; \n begins a line"


def changed(named: Named, name: str, description: str) -> Changed:
    """Give what a dialog that began with a name and a description changed.

    What was left as it was shown stays, with characters that a field shows as escapes, also around a change.
    """
    new_name, typed = named
    return None if new_name == visible(name).strip() else new_name, retyped(description, typed)


def retyped(before: str, typed: str) -> str | None:
    """Give a text that a field showed as it was typed over; None where it was left as it was shown."""
    if typed == in_lines(_shown(before)).strip():
        return None
    return typed and _around(before, partial(kept, typed=typed))


def _around(text: str, replace: Callable[[str], str]) -> str:
    """Replace a text between the blanks around it, which a field does not show."""
    inner = text.strip(" \n")
    start = text.find(inner)
    return text[:start] + replace(inner) + text[start + len(inner) :]


def _shown(description: str) -> str:
    return visible(in_one_line(description)).strip()


class NameDialog(Dialog[Named]):
    """Asks for a name, prefilled, and where wanted for a description."""

    OPENS_ON_FIELD = True

    def __init__(
        self,
        bench: Workbench,
        title: str,
        hint: str,
        suggestion: str = "",
        *,
        described: bool = False,
        description: str = "",
        enter_label: str = "create",
        check: Check = lambda name: name,
    ) -> None:
        super().__init__(bench)
        self._title, self._hint, self._suggestion, self._described = title, hint, suggestion, described
        self._description, self._enter_label = description, enter_label
        self._check, self._wrong = check, ""

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled(self._title, self.look.strong)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Say what the name is for."""
        lines = [Content.styled(line, self.look.text) for line in wrapped(self._hint, width)]
        lines += [Content.styled(line, self.look.bad) for line in wrapped(self._wrong, width, 3) if line]
        return [*lines, Content("")]

    def fields(self) -> Sequence[Widget]:
        """Give the fields."""
        name = LineInput(self._suggestion, placeholder="name", id="name", suggested=True)
        if not self._described:
            return (name,)
        about = LineInput(in_one_line(self._description), placeholder=_ABOUT, id="description")
        return (name, about)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        enter = (self.look.signs.enter, self._enter_label)
        return (
            (enter, ("tab", "description"), ("esc", "back")) if self._described else (enter, ("esc", "back"))
        )

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key in ("tab", "shift+tab", "down", "up"):
            if self._described:
                self.focus_next()
            return True
        if event.key != "enter":
            return False
        name = self.query_one("#name", LineInput).value.strip()
        self._wrong = self._refusal(name)
        if self._wrong:
            self.redraw()
            return True
        about = self.query_one("#description", LineInput).value.strip() if self._described else ""
        self.dismiss((name, in_lines(about).strip()))
        return True

    def _refusal(self, name: str) -> str:
        """Say why the name will not do, while it can still be mended here; empty where it will."""
        try:
            self._check(name)
        except PatchbayError as error:
            return error.message
        return "" if name else "It needs a name."


def other_name(bench: Workbench, verb: str, why: str, suggestion: str, state: SessionState) -> NameDialog:
    """Ask for another name for a patch, one that is free; `why` says why its own will not do."""
    check = partial(check_patch_name, state)
    return NameDialog(bench, f"{verb} under another name", why, suggestion, check=check)
