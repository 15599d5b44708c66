"""What the shell offers after tab: names of patches, editors, sessions and definitions.

Where a store can't be read there is nothing to offer; completing never makes one, never complains and never
waits long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from store.model import SessionState
    from store.session_manager import SessionManager

_MOST = 200

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _completing(names: Callable[[SessionManager, str | None, str], Iterable[str]]) -> Complete:
    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from store.storage.layout import StoreLayout, locate
        from tui.cli.asked import asked_in, here

        found: list[str] = []
        with suppress(Exception):
            asked = asked_in(context)
            if not StoreLayout(locate(here(), asked.store)).exists():
                return found
            known = names(asked.manager(looks=False), asked.session, incomplete)
            found.extend(islice((one for one in known if one.startswith(incomplete)), _MOST))
        return found

    return complete


def _state(manager: SessionManager, session: str | None) -> SessionState:
    return manager.repository.load(manager.session_id(session))


def _patches(manager: SessionManager, session: str | None, _: str) -> list[str]:
    return [one.name for one in _state(manager, session).open_patches()]


def _editors(manager: SessionManager, session: str | None, _: str) -> Iterator[str]:
    editors = _state(manager, session).editors.values()
    yield from (one.target for one in editors)
    yield from (str(one.number) for one in editors)


def _sessions(manager: SessionManager, session: str | None, _: str) -> list[str]:
    return [one.session.name for one in manager.sessions(all=True)]


def _definitions(manager: SessionManager, _: str | None, prefix: str) -> Iterator[str]:
    return manager.names(prefix)


complete_patch = _completing(_patches)
complete_editor = _completing(_editors)
complete_session = _completing(_sessions)
complete_definition = _completing(_definitions)
