"""Pure: a definition of Python that is given by its path is called by its one name (Names in the design)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from store.ground.composition import Texts, everything
from store.ground.containers import FILE
from store.model import (
    AddDefinition,
    Op,
    RenameDefinition,
    SessionState,
    new_name_of,
)
from store.source.names import candidate_places, module_of
from store.source.splice import leads_to
from store.source.tree import Tree


def is_by_path(name: str) -> bool:
    """Whether a name gives the path of a Python file, and a definition in it."""
    return ".py:" in name and not name.endswith(FILE)


def path_of(name: str) -> str:
    """Give the path that a name is given by."""
    return name.rpartition(":")[0]


def to_be(tree: Tree, name: str, given: str) -> str:
    """Give what a definition that is to be is called until it is saved.

    That is its path where this was `given`, and its one name alone leads to another file.
    """
    return given if name != given and leads_to(tree, name) != path_of(given) else name


def one_name(tree: Tree, states: Iterable[SessionState], texts: Texts, name: str) -> str:
    """Give the one name of what a name means in a codebase with what sessions hold, be it there or to be."""
    return _held(tree, states, texts, (name,)).one_name(name)


def called(tree: Callable[[], Tree], state: SessionState, texts: Texts, name: str) -> str:
    """Give the name under which a session has, or would have, a definition that may be given by its path.

    What a session of an older store has by its path is found by its one name too.
    """
    if "." not in name:
        return name
    known = set(_names_in(state))
    if name in known:
        return name
    by_path = [one for one in known if is_by_path(one)]
    if is_by_path(name):
        return one_name(tree(), (state,), texts, name)
    if not by_path:
        return name
    held = _held(tree(), (state,), texts, by_path)
    return next((one for one in by_path if held.one_name(one) == name), name)


def with_one_names(
    state: SessionState, codebase: Callable[[], Tree], texts: Texts
) -> tuple[SessionState, list[str]]:
    """Let what a session has by its path have its one name, with a sentence for each editor.

    What would meet another of that name is left as it is, and so is an editor on what is to begin a file
    that its name alone does not lead to.
    """
    by_path = {name for name in _names_in(state) if is_by_path(name)}
    if not by_path:
        return state, []
    tree = codebase()
    held = _held(tree, (state,), texts, by_path)
    plain = {name: one for name in by_path if (one := held.one_name(name)) != name}
    if not plain:
        return state, []
    notes: list[str] = []
    for patch in state.patches.values():
        operations = _operations(patch.operations, plain, tree)
        if patch.merged_at is None and operations != patch.operations:
            conflicts = [
                one.model_copy(update=_said(plain, name=one.name, theirs_name=one.theirs_name))
                for one in patch.conflicts
            ]
            state = state.with_patch(
                patch.model_copy(update={"operations": operations, "conflicts": tuple(conflicts)})
            )
    for editor in state.editors.values():
        target = plain.get(editor.target, editor.target)
        pending = _operations(editor.pending, plain, tree)
        taken = any((one.user, one.target) == (editor.user, target) for one in state.editors.values())
        begins = held.find(target) is None and leads_to(held, target) != path_of(editor.target)
        if target != editor.target and not taken and not begins:
            update = {"target": target, "pending": pending}
            state = state.with_editor(editor.model_copy(update=update))
            notes.append(f"editor {editor.number} is called {target}, as {editor.target} is everywhere else")
    return state, notes


def _held(tree: Tree, states: Iterable[SessionState], texts: Texts, names: Iterable[str]) -> Tree:
    """Give a codebase with what sessions hold of the files that names can mean."""
    paths: set[str] = set()
    for name in filter(is_by_path, names):
        path, _, key = name.rpartition(":")
        module = module_of(path, tree.roots)
        dotted = name if module is None else f"{module}.{key}"
        paths.update(one for one, _ in candidate_places(dotted, tree.roots))
    return everything(tree, states, texts, paths) if paths else tree


def _names_in(state: SessionState) -> list[str]:
    """Give what the editors of a session and its operations that are not merged name."""
    held = [patch.operations for patch in state.patches.values() if patch.merged_at is None]
    held += [editor.pending for editor in state.editors.values() if editor.pending]
    names = [editor.target for editor in state.editors.values()]
    names += [op.name for ops in held for op in ops]
    return names + [op.new_name for ops in held for op in ops if op.kind == "rename"]


def _operations(operations: tuple[Op, ...], plain: Mapping[str, str], tree: Tree) -> tuple[Op, ...]:
    """Let operations have the one names; all stay as they are where two would have the same."""
    found = tuple(_operation(op, plain, tree) for op in operations)
    names = {(op.name, new_name_of(op)) for op in found}
    return found if len(names) == len(found) else operations


def _operation(op: Op, plain: Mapping[str, str], tree: Tree) -> Op:
    update = _said(plain, name=op.name)
    if isinstance(op, RenameDefinition):
        update |= _said(plain, new_name=op.new_name)
    if isinstance(op, AddDefinition | RenameDefinition):
        was = new_name_of(op) or op.name
        now, path = plain.get(was, was), path_of(was)
        begins = now != was and leads_to(tree, now) != path
        update["after"] = path + FILE if begins else plain.get(op.after or "", op.after)
    changed = {key: one for key, one in update.items() if one != getattr(op, key)}
    return op.model_copy(update=changed) if changed else op


def _said(plain: Mapping[str, str], **names: str | None) -> dict[str, object]:
    return {key: plain.get(name or "", name) for key, name in names.items()}
