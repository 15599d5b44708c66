"""Wires the screens to the manager and the terminal: nothing else happens here."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress

from textual import events

from store.session_manager import SessionManager
from tui.commands import COMMAND_BY_ID
from tui.keymap import PASTED
from tui.pasted import keep_pastes_whole
from tui.pauses import LOOK_SECONDS, Pauses
from tui.present.colours import Colours
from tui.present.look import look_of
from tui.saying import Says
from tui.screens.in_turn import GivesInTurn
from tui.screens.session import SessionScreen
from tui.settings import ConfigFile, Settings, SignSet, config_path, read_settings, settings_of
from tui.terminal import line_is_gone
from tui.type_ahead import Keystrokes
from tui.visible import visible
from tui.workbench import Workbench

_LONGEST_PASTED = 200
"""How many characters a filter takes of what is pasted."""
LINE_SECONDS = 1.0
"""How often it is looked whether the terminal is still there: not every line that drops sends a signal."""
_ANSWER_SECONDS = 1.0
"""How long quitting waits for keys that came before it."""


class PatchbayApp(GivesInTurn):
    """The application: one session screen over one manager.

    Without `settings` it reads no file; `signs` and `theme` go before them.
    """

    TITLE = "Patchbay"
    CSS_PATH = "screens/session.tcss"
    """The first screen's; Textual loads the others with theirs."""

    def __init__(
        self,
        manager: SessionManager,
        link: str | None = None,
        *,
        settings: Settings | None = None,
        signs: SignSet | None = None,
        theme: str | None = None,
    ) -> None:
        settings = settings or settings_of(os.environ, ConfigFile(), config_path(os.environ))
        theme = theme or settings.theme.value
        super().__init__(ansi_color=True if theme.startswith("ansi") else None)
        self.theme = theme
        look = look_of(self._colours(), signs or settings.sign_set, settings.keymap, self._tint())
        self.bench = Workbench(manager, look)
        self._link, self._notice = link, settings.notice()
        self._pauses = Pauses()

    def _tint(self) -> Mapping[str, str] | None:
        """Give the colours of a theme that the screens' own were not chosen for."""
        theme = self.current_theme
        if theme.name in ("textual-dark", "textual-light") or theme.ansi or self.no_color:
            return None
        return theme.to_color_system().generate()

    def _colours(self) -> Colours:
        if self.no_color:
            return "plain"
        if self.current_theme.ansi:
            return "ansi"
        return "dark" if self.current_theme.dark else "light"

    def get_default_screen(self) -> SessionScreen:
        """Begin with the session; Textual calls this."""
        return SessionScreen(self.bench, self._link, self._notice)

    def on_mount(self) -> None:
        """Be seen by others, and keep what is typed when the line drops."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self._hang_up)
        if not self.is_headless:
            self.set_interval(LINE_SECONDS, self._look_at_line)
            self._pauses.begin()
            self.set_interval(LOOK_SECONDS, self._pauses.look)

    async def on_event(self, event: events.Event) -> None:
        """Take note of what is typed; Textual calls this."""
        if isinstance(event, Keystrokes):
            self._pauses.typed()
        await super().on_event(event)

    def _look_at_line(self) -> None:
        if line_is_gone():
            self._hang_up()

    def _hang_up(self) -> None:
        self.bench.flush()
        self.exit()

    async def action_quit(self) -> None:
        """Leave; what is typed is written first. Where it can't be, that is said, and the next one leaves."""
        await self._answered()
        told = [typed.may_be_lost(why) for typed, why in self.bench.flush().items()]
        if all(told):
            self.exit()

    async def _answered(self) -> None:
        """Wait for the keys before this one that wait in the focused widget: they are text to be kept."""
        if self.focused is not None:
            answered = asyncio.Event()
            self.focused.call_later(answered.set)
            with suppress(TimeoutError):
                await asyncio.wait_for(answered.wait(), _ANSWER_SECONDS)

    def on_unmount(self) -> None:
        """Write what is left and go."""
        self.bench.flush()
        self.bench.close()

    def on_paste(self, event: events.Paste) -> None:
        """Hand on what is pasted where no field takes it, its first line as one key: a filter takes that."""
        lines = event.text.strip().splitlines()
        if lines:
            self.screen.post_message(events.Key(PASTED, visible(lines[0][:_LONGEST_PASTED])))

    def action_command_palette(self) -> None:
        """Open the palette of the screen, or say that it has none; a command at work is answered first."""
        from tui.dialogs.base import Dialog
        from tui.dialogs.palette import Commanded, PaletteDialog

        if self.bench.ahead.holding:
            self.bench.ahead.keep(events.Key(self.COMMAND_PALETTE_BINDING, None))
        elif isinstance(self.screen, Commanded):
            self.screen.press(COMMAND_BY_ID["palette"])
        elif isinstance(self.screen, Dialog) and not isinstance(self.screen, PaletteDialog):
            self.screen.tell("The palette opens when this is answered or left.")
        elif isinstance(self.screen, Says):
            where = "on the session screen, in a patch, the dependency view and the history"
            self.screen.say(f"The palette opens {where}.", failed=True)

    def action_help_quit(self) -> None:
        """Answer ctrl+c with one sentence; nothing is lost."""
        self.bench.saying.say("ctrl+c does nothing here: ctrl+q quits, and nothing is lost.")


def run(manager: SessionManager, link: str | None = None) -> int:
    """Show the screens until the user leaves; gives the process's exit code."""
    keep_pastes_whole()
    app = PatchbayApp(manager, link, settings=read_settings())
    app.run()
    app.bench.finish()
    return app.return_code or 0
