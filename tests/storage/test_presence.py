"""Who is here now."""

from __future__ import annotations

import signal

import pytest

from storage.processes import run, start
from store.storage.layout import StoreLayout
from store.storage.presence import Presence, Who

ENTER = """
handle = Presence(layout.presence).enter("bob", "s1", ["e1"])
say("here")
sys.stdin.readline()
"""


@pytest.fixture
def presence(layout: StoreLayout) -> Presence:
    return Presence(layout.presence)


def test_a_screen_is_seen_by_others_while_it_lives(presence: Presence, layout: StoreLayout) -> None:
    bob = start(layout.root, ENTER)
    assert bob.stdout is not None
    bob.stdout.readline()
    alice = presence.enter("alice")
    assert [(who.user, who.session, who.editors) for who in presence.alive()] == [
        ("alice", None, ()),
        ("bob", "s1", ("e1",)),
    ]
    alice.update(session="s2", editors=["e2", "e3"])
    assert presence.alive()[0].editors == ("e2", "e3")
    alice.update(session=None)
    assert presence.alive()[0] == Who("alice", alice_pid(presence), None, ())
    alice.leave()
    alice.leave()
    alice.update(session="s2")
    assert [who.user for who in presence.alive()] == ["bob"]
    bob.send_signal(signal.SIGKILL)
    bob.communicate(timeout=10)
    assert presence.alive() == []
    assert list(layout.presence.iterdir()) == []


def alice_pid(presence: Presence) -> int:
    return presence.alive()[0].pid


def test_two_screens_of_one_user_are_two(presence: Presence) -> None:
    handles = [presence.enter("alice"), presence.enter("alice")]
    assert len(presence.alive()) == 2
    for handle in handles:
        handle.leave()
    assert presence.alive() == []


@pytest.mark.parametrize(
    "user", ["../../lock", "", ".", "a/b", "x" * 5000, "[red]bob[/]", "bob\n\x1b[2J", "é☃", "\udcff", "a b"]
)
def test_any_name_is_shown_as_it_is_and_stays_in_its_directory(
    presence: Presence, layout: StoreLayout, user: str
) -> None:
    handle = presence.enter(user, "s1")
    assert [who.user for who in presence.alive()] == [user]
    [path] = layout.presence.iterdir()
    assert path.parent == layout.presence
    handle.leave()
    assert list(layout.presence.iterdir()) == []


def test_what_is_no_presence_file_harms_nobody(presence: Presence, layout: StoreLayout) -> None:
    (layout.presence / "junk").write_text("junk")
    (layout.presence / "link").symlink_to(layout.lock)
    handle = presence.enter("alice")
    assert [who.user for who in presence.alive()] == ["alice"]
    assert layout.lock.exists()
    handle.leave()


def test_eight_screens_that_enter_at_once_are_all_seen(presence: Presence, layout: StoreLayout) -> None:
    script = ENTER.replace('say("here")', 'Presence(layout.presence).alive()\nsay("here")')
    screens = [start(layout.root, script) for _ in range(8)]
    for screen in screens:
        assert screen.stdout is not None
        screen.stdout.readline()
    assert {who.pid for who in presence.alive()} == {screen.pid for screen in screens}
    for screen in screens:
        screen.communicate("\n", timeout=10)
    assert run(layout.root, "say(len(Presence(layout.presence).alive()))") == "0"
