"""Sessions and transitions of patches: R1–R5, R23."""

from __future__ import annotations

import pytest
from world import CHECK, COUNT, TOTAL, World, function, put, ready, refused

from store.errors import Code, PatchbayError
from store.model import LETTERS, PatchStatus, letter_of

BAD_NAMES = [
    "",
    "   ",
    "x" * 81,
    "two\nlines",
    "a\x00b",
    "\x1b[31mred",
    "\ud800",
    "right\u202eleft",
    "a\u2028b",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_session_name_is_one_printable_line_of_1_to_80_characters(world: World, name: str) -> None:
    with refused(Code.INVALID_NAME):
        world.alice.start_session(name)
    with refused(Code.INVALID_NAME):
        world.alice.edit_session(name=name)
    with refused(Code.INVALID_NAME):
        world.alice.create_patch(name)


def test_a_name_of_80_characters_and_one_with_markup_are_taken_as_they_are(world: World) -> None:
    world.alice.start_session("x" * 80)
    world.alice.start_session("[bold]né 日本[/bold]")
    assert world.alice.view().session.name == "[bold]né 日本[/bold]"


def test_session_names_are_unique_among_open_sessions_only(world: World) -> None:
    alice = world.alice
    with refused(Code.NAME_TAKEN, naming="main"):
        alice.start_session("main")
    alice.start_session("other")
    with refused(Code.NAME_TAKEN):
        alice.edit_session(name="main")
    alice.close_session("main")
    alice.edit_session(name="main")
    with refused(Code.NAME_TAKEN):
        alice.reopen_session(world.session)
    alice.reopen_session(world.session, as_name="main again")
    assert world.state.session.name == "main again"


def test_undoing_a_close_into_a_taken_session_name_is_refused(world: World) -> None:
    alice = world.alice
    alice.close_session()
    alice.start_session("main")
    with refused(Code.NAME_TAKEN, Code.RESTS_ON, naming="main"):
        alice.undo(session=world.session)
    assert world.state.session.closed_at is not None


def test_undoing_a_rename_of_a_session_into_a_taken_name_is_refused(world: World) -> None:
    alice = world.alice
    alice.edit_session(name="renamed")
    alice.start_session("main")
    with refused(Code.NAME_TAKEN, Code.RESTS_ON, naming="main"):
        alice.undo(session=world.session)
    assert world.state.session.name == "renamed"


def test_starting_and_switching_make_one_session_current_and_leave_the_others_open(world: World) -> None:
    alice = world.alice
    second = alice.start_session("second").session_id
    assert alice.current_session() == second
    alice.switch_session("main")
    assert alice.current_session() == world.session
    assert [(one.session.name, one.current) for one in alice.sessions()] == [
        ("second", False),
        ("main", True),
    ]


def test_being_invited_changes_nothing_about_the_current_session(world: World) -> None:
    bob = world.alice.as_user("bob")
    own = bob.start_session("bob's").session_id
    world.alice.invite("bob", "contributor", session=world.session)
    assert bob.current_session() == own
    with refused(Code.NOT_PERMITTED):
        world.alice.switch_session("bob's")


def test_without_a_current_session_a_verb_says_to_start_or_switch(world: World) -> None:
    with refused(Code.NOT_FOUND, naming="start one or switch"):
        world.alice.as_user("bob").create_patch("a")


def test_a_closed_session_is_read_only_but_takes_buffers_of_its_user(world: World) -> None:
    alice = world.alice
    put(alice, TOTAL, function("total", one=1), "a")
    alice.close_session()
    for verb in (
        lambda: alice.create_patch("b", session=world.session),
        lambda: alice.save_editor(TOTAL, "x = 1\n", session=world.session),
        lambda: alice.open_editor(COUNT, session=world.session),
        lambda: alice.edit_session(name="x", session=world.session),
        lambda: alice.restore_patch("a", session=world.session),
        lambda: alice.close_session(session=world.session),
        lambda: alice.abandon_session("main", session=world.session),
        lambda: alice.invite("bob", "viewer", session=world.session),
        lambda: alice.switch_session(world.session),
        lambda: alice.merge_all_ready(session=world.session),
    ):
        with refused(Code.CLOSED, naming="reopen"):
            verb()
    editor = world.editor(TOTAL).id
    alice.type_text(editor, function("total", one=7), None, session=world.session)
    assert alice.buffer(editor, session=world.session).text == function("total", one=7)  # type: ignore[union-attr]
    assert len(alice.view(world.session).patches) == 1


def test_reopening_names_what_the_end_of_the_session_abandoned(world: World) -> None:
    before = put(world.alice, COUNT, function("count", 1), "before")
    world.alice.abandon_patch(before)
    with_end = put(world.alice, TOTAL, function("total", 1), "draft")
    world.alice.close_session()
    outcome = world.alice.reopen_session(world.session)
    assert outcome.patches == (with_end,)
    assert "B draft" in outcome.notes[0]


def test_reopening_brings_editors_and_buffers_back(world: World) -> None:
    alice = world.alice
    alice.type_text(TOTAL, function("total", one=7))
    alice.close_session()
    with refused(Code.CLOSED):
        alice.open_editor(COUNT, session=world.session)
    alice.reopen_session("main")
    assert alice.current_session() == world.session
    seen = alice.view()
    assert [(one.editor.target, one.unsaved) for one in seen.editors] == [(TOTAL, True)]
    put(alice, TOTAL, None, "a")  # type: ignore[arg-type]
    assert world.text(TOTAL, "a") == function("total", one=7)
    with refused(Code.BAD_TRANSITION):
        alice.reopen_session("main")


def test_a_new_patch_is_a_draft_of_the_acting_user(world: World) -> None:
    bob = world.join("bob")
    bob.create_patch("tests", "What Bob tests")
    patch = world.patch("tests")
    assert (patch.created_by, patch.status, patch.operations) == ("bob", PatchStatus.DRAFT, ())
    assert (patch.letter, patch.description) == ("A", "What Bob tests")


def test_patch_names_are_unique_among_the_open_patches_of_the_session(world: World) -> None:
    alice = world.alice
    alice.create_patch("a")
    with refused(Code.NAME_TAKEN):
        alice.create_patch("a")
    alice.create_patch("b")
    with refused(Code.NAME_TAKEN):
        alice.edit_patch("b", name="a")
    alice.abandon_patch("A")
    alice.create_patch("a")
    with refused(Code.NAME_TAKEN):
        alice.restore_patch("A")
    alice.restore_patch("A", as_name="a again")
    assert world.patch("A").name == "a again"
    alice.start_session("elsewhere")
    alice.create_patch("a")


def test_undoing_into_a_taken_patch_name_is_refused(world: World) -> None:
    alice, bob = world.alice, world.join("bob")
    alice.create_patch("a")
    alice.abandon_patch("A")
    bob.create_patch("a")
    with refused(Code.RESTS_ON, naming="bob has since: created B a"):
        alice.undo()
    world.check()


def test_letters_are_given_in_order_and_never_reused(world: World) -> None:
    alice = world.alice
    for name in ("a", "b", "c"):
        alice.create_patch(name)
    alice.undo()
    alice.abandon_patch("b")
    alice.create_patch("d")
    assert [one.letter for one in world.state.patches.values()] == ["A", "B", "D"]
    assert not set(LETTERS) & set("GJKNQ")
    assert (letter_of(20), letter_of(21), letter_of(21 + 441)) == ("Z", "AA", "AAA")


TRANSITIONS = {
    ("draft", "ready"): "ready",
    ("draft", "draft"): Code.BAD_TRANSITION,
    ("draft", "merge"): Code.NOT_READY,
    ("draft", "abandon"): "abandoned",
    ("draft", "restore"): Code.BAD_TRANSITION,
    ("ready", "ready"): Code.BAD_TRANSITION,
    ("ready", "draft"): "draft",
    ("ready", "merge"): "merged",
    ("ready", "abandon"): "abandoned",
    ("ready", "restore"): Code.BAD_TRANSITION,
    ("conflicts", "ready"): Code.CONFLICTS,
    ("conflicts", "draft"): Code.BAD_TRANSITION,
    ("conflicts", "merge"): Code.NOT_READY,
    ("conflicts", "abandon"): "abandoned",
    ("conflicts", "restore"): Code.BAD_TRANSITION,
    ("merged", "ready"): Code.BAD_TRANSITION,
    ("merged", "draft"): Code.BAD_TRANSITION,
    ("merged", "merge"): Code.BAD_TRANSITION,
    ("merged", "abandon"): Code.BAD_TRANSITION,
    ("merged", "restore"): Code.BAD_TRANSITION,
    ("abandoned", "ready"): Code.BAD_TRANSITION,
    ("abandoned", "draft"): Code.BAD_TRANSITION,
    ("abandoned", "merge"): Code.BAD_TRANSITION,
    ("abandoned", "abandon"): Code.BAD_TRANSITION,
    ("abandoned", "restore"): "draft",
}


@pytest.mark.parametrize("begin", ["draft", "ready", "conflicts", "merged", "abandoned"])
def test_the_transitions_of_a_patch(world: World, begin: str) -> None:
    alice = world.alice
    put(alice, CHECK, function("check", one=1), "p")
    if begin in ("ready", "merged"):
        ready(alice, "p")
    if begin == "merged":
        alice.merge_patch("p")
    if begin == "abandoned":
        alice.abandon_patch("p")
    if begin == "conflicts":
        alice.start_session("other")
        put(alice, CHECK, function("check", one=2), "q")
        ready(alice, "q")
        alice.merge_patch("q")
        alice.switch_session("main")
    assert alice.view().patches[0].patch.status == begin
    verbs = {
        "ready": alice.mark_ready,
        "draft": alice.mark_draft,
        "merge": alice.merge_patch,
        "abandon": alice.abandon_patch,
        "restore": alice.restore_patch,
    }
    for verb, act in verbs.items():
        expected = TRANSITIONS[begin, verb]
        if isinstance(expected, Code):
            with refused(expected):
                act("A")
            assert alice.view().patches[0].patch.status == begin
        else:
            act("A")
            assert world.patch("A").status == expected
            alice.undo()
            assert alice.view().patches[0].patch.status == begin
    world.check()


def test_an_empty_patch_cannot_be_marked_ready(world: World) -> None:
    world.alice.create_patch("a")
    with refused(Code.EMPTY):
        world.alice.mark_ready("a")


def test_restoring_takes_the_ready_mark_away(world: World) -> None:
    put(world.alice, CHECK, function("check", one=1), "p")
    ready(world.alice, "p")
    world.alice.abandon_patch("p")
    world.alice.restore_patch("p")
    assert world.patch("p").status is PatchStatus.DRAFT


@pytest.mark.parametrize(
    "link",
    [
        "",
        "dark://edit/",
        "dark://edit/../../etc/passwd",
        "dark://edit/{s}/nobody",
        "http://{s}/{e}",
        "x" * 10_000,
    ],
)
def test_a_link_that_opens_nothing_is_refused(world: World, link: str) -> None:
    world.alice.open_editor(TOTAL)
    text = link.replace("{s}", world.session).replace("{e}", world.editor(TOTAL).id)
    with refused(Code.NOT_FOUND) as caught:
        world.alice.resolve_link(text)
    assert len(caught.value.message) < 300


def test_a_link_opens_for_members_alone(world: World) -> None:
    world.alice.open_editor(TOTAL)
    link = world.alice.link(TOTAL)
    with refused(Code.NOT_PERMITTED):
        world.alice.as_user("mallory").resolve_link(link)
    bob = world.join("bob", "viewer")
    assert bob.resolve_link(link) == (world.session, world.editor(TOTAL).id)
    world.alice.close_session()
    assert world.alice.resolve_link(link)[0] == world.session


def test_a_letter_that_is_another_patch_s_name_is_ambiguous_while_that_is_open(world: World) -> None:
    first = world.alice.create_patch("first").patches[0]
    second = world.alice.create_patch("A").patches[0]
    with refused(Code.AMBIGUOUS, naming=f"give {first} for the one, {second} for the other"):
        world.alice.mark_ready("A")
    assert world.patch(first).name == "first"
    assert world.patch("B").id == second
    assert world.patch("a").id == first
    world.alice.abandon_patch(second)
    assert world.patch("A").id == first
    own = world.alice.create_patch("C").patches[0]
    assert world.patch("C").id == own


def test_references_are_ids_unique_names_letters_and_numbers(world: World) -> None:
    alice = world.alice
    put(alice, TOTAL, function("total", one=1), "first")
    patch = world.patch("first")
    for reference in (patch.id, "first", "A", "a"):
        assert alice.diff_of(reference)[0][0] == TOTAL
    for reference in (world.editor(TOTAL).id, "1", TOTAL):
        assert alice.editor_text(reference).name == TOTAL
    with refused(Code.NOT_FOUND, naming="Did you mean first"):
        alice.mark_ready("fisrt")
    with refused(Code.NOT_FOUND, naming="total"):
        alice.open_editor("app.cart.totl")
    bob = world.join("bob")
    bob.open_editor(COUNT)
    world.join("carol").open_editor(COUNT)
    with refused(Code.AMBIGUOUS):
        alice.editor_text(COUNT)
    with pytest.raises(PatchbayError):
        alice.editor_text("99")


def test_restoring_a_patch_plugs_its_authors_editor_in_again(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.abandon_patch("a")
    assert world.editor(TOTAL).patch_id is None
    world.alice.restore_patch("a")
    assert world.editor(TOTAL).patch_id == world.patch("a").id


def test_who_was_in_a_session_is_in_it_again_when_it_is_opened_again(world: World) -> None:
    bob, carol = world.join("bob"), world.join("carol")
    for brought_back in (lambda: world.alice.undo(), lambda: world.alice.reopen_session(world.session)):
        world.alice.close_session(world.session)
        assert [one.current_session() for one in (world.alice, bob, carol)] == [None] * 3
        brought_back()
        assert [one.current_session() for one in (world.alice, bob)] == [world.session] * 2
    world.alice.close_session(world.session)
    own = carol.start_session("hers").session_id
    world.alice.reopen_session(world.session)
    assert (bob.current_session(), carol.current_session()) == (world.session, own)
