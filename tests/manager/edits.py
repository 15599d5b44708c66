"""What tests and the processes they start save with; quick to load, for those that are killed at once."""

from __future__ import annotations

from typing import Any

from store.session_manager import SessionManager


def function(name: str, one: object = 0, two: object = 0, three: object = 0, indent: str = "") -> str:
    """A function whose three lines can be changed apart from each other."""
    lines = [f"def {name}(self=None):", f"    one = {one}", "", f"    two = {two}", "", f"    return {three}"]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


def put(manager: SessionManager, name: str, text: str, patch: str | None = None, **options: Any) -> str:
    """Save a text into a patch, a new one where there is none of that name; gives the patch's id."""
    names = {one.name for one in manager.repository.load(manager.session_id(None)).open_patches()}
    letters = {one.letter for one in manager.repository.load(manager.session_id(None)).open_patches()}
    if patch is not None and patch not in names | letters:
        options["new_patch"] = patch
    elif patch is not None:
        options["patch"] = patch
    outcome = manager.save_editor(name, text, **options)
    return outcome.patches[0] if outcome.patches else ""
