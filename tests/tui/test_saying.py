"""What is said in the footers: the last result, a refusal before all else, and what came unasked."""

from __future__ import annotations

from tui.saying import SILENCE, Said, Saying

DID, REFUSAL, NEWS = Said("Did it."), Said("Not now.", True), Said("bob did it.", True)


def test_what_comes_unasked_takes_the_place_of_a_result() -> None:
    saying = Saying()
    saying.say(*DID)
    saying.tell(*NEWS)
    assert saying.now == NEWS
    saying.unsay()
    assert saying.now is SILENCE


def test_it_waits_under_a_refusal_and_is_gone_with_the_key_after() -> None:
    saying = Saying()
    saying.say(*REFUSAL)
    saying.tell(*NEWS)
    assert saying.now == REFUSAL
    saying.unsay()
    assert saying.now == NEWS
    saying.unsay()
    assert saying.now is SILENCE


def test_what_a_key_comes_to_is_said_before_what_still_waits() -> None:
    saying = Saying()
    saying.tell(*NEWS)
    saying.say(*DID)
    assert saying.now == DID
    saying.unsay()
    assert saying.now == NEWS


def test_what_has_come_to_be_untrue_is_taken_back_also_where_it_waits() -> None:
    saying = Saying()
    saying.say(*REFUSAL)
    saying.tell(*NEWS)
    saying.take_back("something else")
    saying.take_back(NEWS.message)
    saying.unsay()
    assert saying.now is SILENCE


def test_screens_are_told_of_each_sentence_also_of_the_same_one_again() -> None:
    saying, heard = Saying(), list[Said]()
    saying.watchers.add(lambda: heard.append(saying.now))
    saying.unsay()
    saying.tell(*NEWS)
    saying.tell(*NEWS)
    saying.unsay()
    assert heard == [NEWS, NEWS, SILENCE]
