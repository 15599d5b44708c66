"""The stores that are measured: the demo, one with a long history, one with a crowded session.

History and crowds are written as records, since making them by verbs would take as long as living them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from store.model import (
    Change,
    Collaborator,
    EditorContext,
    LogEntry,
    Patch,
    Role,
    Session,
    SessionState,
    UpdateDefinition,
    letter_of,
)
from store.repository import Repository
from store.session_manager import SessionManager, init_store, open_store
from store.source.tree import Tree
from tui.demo import build_demo, fixed_clock, fixed_ids

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FUNCTIONS_PER_FILE = 10


def demo(store: Path) -> SessionManager:
    """Make the demo; gives it as Alice."""
    build_demo(store, fixed_clock(), fixed_ids())
    return open_store(store, store=store, user="alice")


def demo_with_history(store: Path, sessions: int = 1_000, patches: int = 10, entries: int = 1_000) -> None:
    """Make the demo with archived sessions of merged patches, and as many log entries in its own session."""
    manager = demo(store)
    add_history(manager, sessions, patches)
    repository = manager.repository
    session_id = manager.session_id(None)
    with repository.lock.exclusive():
        first = repository.last_number(session_id) + 1
        for start in range(first, first + entries, 50):
            state = repository.load(session_id)
            batch = [_entry(number, state) for number in range(start, min(start + 50, first + entries))]
            repository.save(state, state, batch)


def add_history(manager: SessionManager, sessions: int, patches: int) -> None:
    """Archive sessions of so many merged patches each in a store."""
    repository = manager.repository
    with repository.lock.exclusive():
        for index in range(sessions):
            _archive(repository, index, patches)


def _archive(repository: Repository, index: int, patches: int) -> None:
    still_open = SessionState(session=_session(f"archived{index}", f"archived-{index}", patches))
    merged = {
        f"archived{index}-{number}": _patch(
            f"archived{index}", number, f"shop.m{number}.f", "0" * 64, "1" * 64
        )
        for number in range(patches)
    }
    ended = {
        key: one.model_copy(update={"merged_at": NOW, "merged_by": "alice", "revision": "1"})
        for key, one in merged.items()
    }
    closed = still_open.session.model_copy(update={"closed_at": NOW})
    repository.save(still_open, SessionState(session=closed, patches=ended), [_entry(1, still_open)])


def _session(session_id: str, name: str, letters: int, revision: str = "1") -> Session:
    return Session(
        id=session_id,
        name=name,
        created_at=NOW,
        created_by="alice",
        collaborators=(Collaborator(user="alice", role=Role.OWNER),),
        codebase_revision=revision,
        letters_given=letters,
    )


def _patch(session_id: str, number: int, name: str, base: str, digest: str) -> Patch:
    op = UpdateDefinition(name=name, authors=("alice",), digest=digest, base_digest=base)
    return Patch(
        id=f"{session_id}-{number}",
        session_id=session_id,
        letter=letter_of(number),
        name=f"improvement-{number}",
        operations=(op,),
        marked_ready=number % 2 == 0,
        created_at=NOW,
        created_by="alice",
    )


def _entry(number: int, state: SessionState) -> LogEntry:
    session = state.session
    change = Change(table="session", id=session.id, field="description", before="before", after=f"{number}")
    return LogEntry(
        id=f"entry-{session.id}-{number}",
        number=number,
        at=NOW + timedelta(seconds=number),
        user="alice",
        verb="session.edit",
        summary=f"edited session {session.name}",
        changes=(change,),
    )


def program(directory: Path, functions: int) -> SessionManager:
    """Make a store whose codebase is a program of so many functions; gives it as Alice."""
    source, store = directory / "source" / "shop", directory / "store"
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("")
    for file in range(-(-functions // FUNCTIONS_PER_FILE)):
        numbers = range(file * FUNCTIONS_PER_FILE, min(functions, (file + 1) * FUNCTIONS_PER_FILE))
        (source / f"m{file}.py").write_text("\n\n".join(text_of(number, 0) for number in numbers))
    manager = init_store(directory, store=store, user="alice")
    manager.import_tree(directory / "source")
    return manager


def name_of(number: int) -> str:
    return f"shop.m{number // FUNCTIONS_PER_FILE}.handle_{number}"


def text_of(number: int, version: int) -> str:
    body = "".join(f"    total += {version} * {line}\n" for line in range(8))
    return f"def handle_{number}(total):\n{body}    return total\n"


def crowded(directory: Path, count: int) -> Path:
    """Make a store with one session of so many patches, each with one operation and one editor."""
    manager = program(directory, count)
    session_id = manager.start_session("crowded").session_id
    repository, tree = manager.repository, Tree(manager.codebase.files())
    with repository.lock.exclusive():
        before = repository.load(session_id)
        patches: dict[str, Patch] = {}
        editors: dict[str, EditorContext] = {}
        for number in range(count):
            base = repository.keep(tree.definition(name_of(number)) or "")
            patch = _patch(
                session_id, number, name_of(number), base, repository.keep(text_of(number, number + 1))
            )
            patches[patch.id] = patch
            editors[f"editor-{number}"] = EditorContext(
                id=f"editor-{number}",
                session_id=session_id,
                number=number + 1,
                target=name_of(number),
                user="alice",
                patch_id=patch.id,
                base_digest=base,
                opened_at=NOW,
            )
        session = before.session.model_copy(update={"letters_given": count})
        state = SessionState(session=session, patches=patches, editors=editors)
        repository.save(before, state, [_entry(2, state)])
    return directory / "store"


def items(file: Path, count: int) -> Path:
    """Make the peers' store: so many names with a state."""
    rows = {str(n): {"name": name_of(n), "state": f"improvement-{n} · draft"} for n in range(count)}
    file.write_bytes(orjson.dumps({"items": rows}))
    return file
