"""Real stores in which Alice's patch or save is in conflict with what Bob did."""

from __future__ import annotations

from pathlib import Path

from demo_stores import empty_store

from store.session_manager import SessionManager

PAGE = "shop.page.profile"
OTHER = "shop.page.banner"


def page(
    width: str = "960",
    columns: str = "1",
    body: str = "render(theme)",
    color: str = '"blue"',
    name: str = "profile",
) -> str:
    """A function with four places that can be changed apart from each other."""
    return (
        f"def {name}(theme, settings):\n    width = {width}\n\n    columns = {columns}\n\n"
        f"    color = {color}\n    margins = 2\n    padding = 2\n    border = 1\n    shadow = None\n\n"
        f"    body = {body}\n    return body, width, columns, color\n"
    )


FILES = {
    "shop/__init__.py": "",
    "shop/page.py": page() + '\n\ndef banner():\n    return "hello"\n',
    "shop/old.py": "def unused():\n    return 1\n",
}
OURS = page(width="max(320, 1440)", columns="2 if settings.tablet else 1", color='"green"')
THEIRS = page(width="1200", columns="settings.COLUMNS", body="render(theme, settings)")


def begun(directory: Path, files: dict[str, str] = FILES) -> tuple[SessionManager, SessionManager, str]:
    """Alice's session with Bob in it, empty."""
    manager = empty_store(directory, files)
    session = manager.start_session("checkout-rewrite").session_id
    manager.invite("bob", "maintainer")
    return manager, manager.as_user("bob"), session


def merge_elsewhere(bob: SessionManager, *texts: tuple[str, str]) -> None:
    """Let Bob merge other texts in a session of his own."""
    bob.start_session("bobs")
    patch = bob.create_patch("bobs-page").patches[0]
    for name, text in texts:
        bob.save_editor(name, text, patch=patch, new="footer" in name)
    bob.mark_ready(patch)
    bob.merge_patch(patch)
    bob.close_session()


def codebase_moved(directory: Path) -> SessionManager:
    """Alice changed a function in two places that Bob's merged change touches too; both changed more."""
    alice, bob, session = begun(directory)
    alice.save_editor(PAGE, OURS, new_patch="profile-page-redesign")
    merge_elsewhere(bob, (PAGE, THEIRS))
    bob.switch_session(session)
    return alice


def several(directory: Path) -> SessionManager:
    """One patch with three conflicts: one changed, one added on both sides, one deleted by Alice."""
    alice, bob, session = begun(directory)
    patch = alice.save_editor(PAGE, OURS, new_patch="profile-page-redesign").patches[0]
    alice.save_editor("shop.page.footer", page(width="1", name="footer"), patch=patch, new=True)
    alice.delete_definition("shop.old.unused", patch=patch)
    merge_elsewhere(
        bob,
        (PAGE, THEIRS),
        ("shop.page.footer", page(width="2", name="footer")),
        ("shop.old.unused", "def unused():\n    return 2\n"),
    )
    bob.switch_session(session)
    return alice


def renamed_twice(directory: Path) -> SessionManager:
    """Bob renamed a function in the patch below, Alice in the one above."""
    alice, bob, session = begun(directory)
    bob.switch_session(session)
    alice.create_patch("low")
    bob.open_editor(OTHER)
    bob.assign_editor(OTHER, "low")
    alice.rename_definition(OTHER, "shop.page.headline", new_patch="up")
    alice.add_dependency("up", "low")
    bob.rename_definition(OTHER, "shop.page.greeting")
    return alice


def sharing(directory: Path) -> tuple[SessionManager, SessionManager]:
    """Alice and Bob both have an editor on one function in one patch."""
    alice, bob, session = begun(directory)
    bob.switch_session(session)
    patch = alice.save_editor(PAGE, page(columns="3"), new_patch="redesign").patches[0]
    bob.open_editor(PAGE)
    bob.assign_editor("2", patch)
    return alice, bob


def long_lines(directory: Path) -> SessionManager:
    """A conflict whose lines are wider than a terminal of 80 columns."""
    alice, bob, session = begun(directory)
    names = ", ".join(f"settings.column_number_{number}" for number in range(1, 5))
    alice.save_editor(PAGE, page(columns=f"settings.choose({names})"), new_patch="page")
    merge_elsewhere(
        bob, (PAGE, page(columns=f"settings.decide({names}, theme, default=None)", color='"red"'))
    )
    alice.switch_session(session)
    return alice
