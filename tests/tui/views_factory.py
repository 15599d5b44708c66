"""Session views written by hand, for tests that need values and no store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from store.errors import Code
from store.model import (
    AddDefinition,
    Blocker,
    Collaborator,
    Conflict,
    ConflictKind,
    Dependency,
    EditorContext,
    Op,
    Origin,
    Patch,
    Role,
    Session,
    SessionState,
    UpdateDefinition,
    letter_of,
)
from store.storage.presence import Who
from store.views import CodebaseView, EditorView, PatchView, SessionView

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOSTILE = "[/] \x1b[2J\u202e[@click=app.quit]x[/] 名前 👩‍👩‍👧 " + "n" * 10_000


def update(name: str, user: str = "alice") -> Op:
    return UpdateDefinition(name=name, authors=(user,), digest=f"d-{name}", base_digest=f"b-{name}")


def add(name: str, user: str = "alice") -> Op:
    return AddDefinition(name=name, authors=(user,), digest=f"d-{name}")


def patch(
    index: int,
    name: str,
    *operations: Op,
    ready: bool = False,
    user: str = "alice",
    needs: Iterable[Patch] = (),
    conflict: str | None = None,
    merged: bool = False,
    abandoned: bool = False,
) -> Patch:
    conflicts = (
        (
            Conflict(
                patch=f"p{index}", name=conflict, kind=ConflictKind.BASE_MOVED, base="b", ours="o", theirs="t"
            ),
        )
        if conflict
        else ()
    )
    return Patch(
        id=f"p{index}",
        session_id="s1",
        letter=letter_of(index),
        name=name,
        operations=operations,
        marked_ready=ready,
        created_at=NOW,
        created_by=user,
        conflicts=conflicts,
        dependencies=tuple(Dependency(patch=one.id, origin=Origin.DECLARED) for one in needs),
        merged_at=NOW if merged else None,
        merged_by=user if merged else None,
        revision="12" if merged else None,
        abandoned_at=NOW if abandoned else None,
    )


def editor(
    number: int, target: str, of: Patch | None = None, *, user: str = "alice", pending: bool = False
) -> EditorContext:
    return EditorContext(
        id=f"e{number}",
        session_id="s1",
        number=number,
        target=target,
        user=user,
        patch_id=of.id if of else None,
        pending=(update(target, user),) if pending else (),
        opened_at=NOW,
    )


def blockers_of(
    one: Patch, patches: dict[str, Patch], unsaved: dict[str, EditorContext]
) -> tuple[Blocker, ...]:
    found = []
    if one.conflicts:
        found += [
            Blocker(code=Code.CONFLICTS, message=f"conflict in {c.name}", name=c.name) for c in one.conflicts
        ]
    if not one.marked_ready:
        found.append(Blocker(code=Code.NOT_READY, message="not marked ready"))
    if not one.operations:
        found.append(Blocker(code=Code.EMPTY, message="has no operations"))
    for dependency in one.dependencies:
        other = patches[dependency.patch]
        if other.merged_at is None:
            message = f"waits for {other.letter} {other.name}"
            found.append(Blocker(code=Code.DEPENDENCY_UNMERGED, message=message, patch=other.id))
    for at in unsaved.values():
        if at.patch_id == one.id:
            message = f"editor {at.number} has unsaved text"
            found.append(Blocker(code=Code.UNSAVED_EDITOR, message=message, editor=at.id, name=at.target))
    return tuple(found)


def view(
    name: str,
    patches: Iterable[Patch] = (),
    editors: Iterable[EditorContext] = (),
    *,
    unsaved: Iterable[int] = (),
    user: str = "alice",
    role: Role | None = Role.OWNER,
    broken: Iterable[str] = (),
    closed: bool = False,
) -> SessionView:
    by_id = {one.id: one for one in patches}
    every = {one.id: one for one in editors}
    typed = {one.id: one for one in every.values() if one.number in set(unsaved)}
    session = Session(
        id="s1",
        name=name,
        created_at=NOW,
        created_by="alice",
        closed_at=NOW if closed else None,
        collaborators=(
            Collaborator(user="alice", role=Role.OWNER),
            Collaborator(user="bob", role=Role.CONTRIBUTOR),
        ),
        codebase_revision="12",
    )

    def shown(one: Patch) -> PatchView:
        found = blockers_of(one, by_id, typed) if one.is_open else ()
        if one.id in set(broken):
            found += (Blocker(code=Code.DOES_NOT_PARSE, message="shop/disputes.py does not parse"),)
        return PatchView(
            patch=one,
            blockers=found,
            waits_for=tuple(by_id[d.patch] for d in one.dependencies if by_id[d.patch].merged_at is None),
            dependants=tuple(
                other for other in by_id.values() if one.id in {d.patch for d in other.dependencies}
            ),
        )

    listed = sorted(by_id.values(), key=lambda one: not one.is_open)
    return SessionView(
        user=user,
        role=role,
        codebase=CodebaseView("package-tree", "/demo", "12"),
        state=SessionState(session=session, patches=by_id, editors=every),
        editors=tuple(
            EditorView(
                editor=one,
                patch=by_id.get(one.patch_id or ""),
                unsaved=one.id in typed,
                shown_digest=f"d-{one.target}",
                also_open_by=(),
                link=f"dark://edit/s1/{one.id}",
            )
            for one in every.values()
        ),
        patches=tuple(shown(one) for one in listed),
        online=(Who("alice", 1, "s1", ()), Who("bob", 2, "s1", ())),
    )


def easy() -> SessionView:
    """The seed's example: three editors, Alice's two patches and Bob's, which waits for the first."""
    first = patch(
        0,
        "validation-enhancements",
        update("MyApp.User.validate"),
        add("MyApp.User.EMAIL"),
        update("MyApp.User.create"),
        ready=True,
    )
    second = patch(1, "performance-optimizations", update("MyApp.Database.User.findByEmail"))
    third = patch(2, "validation-tests", add("MyApp.User.Tests.validate", "bob"), user="bob", needs=(first,))
    return view(
        "user-improvements",
        (first, second, third),
        (
            editor(1, "MyApp.User.validate", first),
            editor(2, "MyApp.Database.User.findByEmail", second),
            editor(3, "MyApp.User.Profile.render", pending=True),
        ),
    )


def hard() -> SessionView:
    """Twelve editors and nine patches in every state."""
    a = patch(0, "validation-enhancements", *(update(f"shop.v{n}") for n in range(3)), ready=True)
    b = patch(1, "performance-optimizations", update("shop.db.users.find_by_email"))
    c = patch(2, "validation-tests", update("shop.t"), ready=True, user="bob", needs=(a,))
    d = patch(
        3, "profile-page-redesign-for-mobile-and-tablet-visitors", update("shop.p"), update("shop.q"),
        ready=True, conflict="shop.web.profile.ProfilePage",
    )  # fmt: skip
    e = patch(
        4, "rename-user-to-account", update("shop.account.Account"), update("x"), ready=True, needs=(d,)
    )
    f = patch(5, "fix-typo-in-messages", update("shop.i18n.messages"), ready=True)
    h = patch(6, "audit-log", user="bob")
    i = patch(7, "stripe-disputes", update("shop.disputes"), ready=True)
    last = patch(8, "money-as-integer-cents", update("shop.m"), update("shop.n"), ready=True)
    targets = (
        ("shop.cart.Cart.total", a), ("shop.db.users.find_by_email", b), ("shop.web.profile.render", None),
        ("shop.web.profile.ProfilePage.responsive_breakpoints_for_tablet", d),
        ("shop.tests.test_cart.TestCart.test_total_with_voucher", c), ("shop.account.Account", e),
        ("shop.account.Account.deactivate", e), ("shop.i18n.messages", f), ("shop.audit.AuditLog.append", h),
        ("shop.providers.stripe.webhooks.handle_charge_dispute_created", i), ("shop.cart.Cart.add", a),
        ("shop.cart.Cart.remove", None),
    )  # fmt: skip
    editors = [
        editor(n, target, of, user="bob" if n in (5, 9) else "alice", pending=n == 3)
        for n, (target, of) in enumerate(targets, 1)
    ]
    return view(
        "checkout-rewrite-2026-q4", (a, b, c, d, e, f, h, i, last), editors, unsaved=(2, 3, 9), broken=(i.id,)
    )


def hostile() -> SessionView:
    """Hostile text in every field that a person can write."""
    first = patch(0, HOSTILE, update(HOSTILE), ready=True, user=HOSTILE)
    second = patch(1, HOSTILE, update(HOSTILE), user="alice", needs=(first,))
    second = second.model_copy(update={"description": HOSTILE})
    editors = (
        editor(1, HOSTILE, first, user=HOSTILE),
        editor(2, HOSTILE, second),
        editor(3, HOSTILE, pending=True),
    )
    return view(HOSTILE, (first, second), editors, unsaved=(2,))


def many(count: int = 1_000) -> SessionView:
    """As many patches and editors."""
    patches = [patch(n, f"patch-{n}", update(f"shop.m{n}.f"), ready=n % 2 == 0) for n in range(count)]
    return view("large", patches, [editor(n + 1, f"shop.m{n}.f", one) for n, one in enumerate(patches)])
