"""Who is to blame when several runs have vanished at once."""

from jobctl.decide.runs.blame import blamed
from tests.kit.claims import claim


def test_who_was_alone_is_to_blame() -> None:
    only = claim(run_id=7)
    assert blamed([only]) == only.key


def test_of_several_that_vanish_for_the_first_time_nobody_is() -> None:
    assert blamed([claim(run_id=7), claim(run_id=8)]) is None


def test_who_alone_has_vanished_before_is() -> None:
    again = claim(run_id=8, lost=1)
    assert blamed([claim(run_id=7), again, claim(run_id=9)]) == again.key


def test_of_several_that_have_vanished_before_nobody_is() -> None:
    assert blamed([claim(run_id=7, lost=1), claim(run_id=8, lost=4)]) is None
