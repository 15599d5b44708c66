"""Sessions with few and many people in them, and a way to look at one dialog about them."""

from __future__ import annotations

import views_factory as views

from store.model import Collaborator, Role
from store.storage.presence import Who
from store.views import SessionView


def crowd(view: SessionView, people: int) -> SessionView:
    """The view with that many people in its session; every third one is here."""
    names = [view.user, *(f"user-{number:04}" for number in range(1, people))]
    roles = tuple(Role)
    session = view.session.model_copy(
        update={
            "collaborators": tuple(
                Collaborator(user=name, role=Role.OWNER if name == view.user else roles[index % 4])
                for index, name in enumerate(names)
            )
        }
    )
    online = tuple(Who(name, number, session.id, ()) for number, name in enumerate(names) if number % 3 == 0)
    state = view.state.model_copy(update={"session": session})
    return view._replace(state=state, online=online)


def hostile_people() -> SessionView:
    """The hostile view, with somebody of a hostile name who types in a hostile definition."""
    view = views.hostile()
    session = view.session.model_copy(
        update={
            "collaborators": (*view.session.collaborators, Collaborator(user="名" * 60, role=Role.VIEWER))
        }
    )
    user = view.editors[0].editor.user
    online = (Who(user, 1, session.id, tuple(one.editor.id for one in view.editors)),)
    return view._replace(state=view.state.model_copy(update={"session": session}), online=online)
