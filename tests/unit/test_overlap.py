"""What becomes of a new run beside those that have not ended."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.runs.overlap import POLICIES, decide
from jobctl.decide.runs.settle import end_state
from jobctl.model.job import Overlap

COUNTS = st.integers(0, 5)


@pytest.mark.parametrize(
    ("policy", "under_way", "waiting", "answer"),
    [
        ("skip", 1, 0, "skip"),
        ("skip", 0, 1, "skip"),
        ("queue", 1, 0, "queue"),
        ("queue", 0, 1, "skip"),
        ("queue", 1, 1, "skip"),
        ("replace", 1, 0, "replace"),
        ("replace", 0, 1, "replace"),
        ("allow", 3, 3, "start"),
    ],
)
def test_each_policy_has_its_answer(policy: str, under_way: int, waiting: int, answer: str) -> None:
    assert decide(policy, under_way, waiting) == answer


@pytest.mark.parametrize("policy", ["skip", "queue", "replace", "allow"])
def test_a_job_without_live_runs_starts_under_every_policy(policy: str) -> None:
    assert decide(policy, 0, 0) == "start"


@given(COUNTS, COUNTS)
def test_queue_never_lets_a_second_one_wait(under_way: int, waiting: int) -> None:
    assert decide("queue", under_way, waiting) != "queue" or waiting == 0


def test_a_run_that_was_to_be_stopped_ends_rather_than_wait_again() -> None:
    assert end_state("waiting", "lost", "replaced") == ("cancelled", "replaced")


def test_a_run_that_ended_before_its_stop_keeps_its_end() -> None:
    assert end_state("failed", "timeout", "operator") == ("failed", "timeout")


def test_every_policy_that_a_job_may_have_is_known() -> None:
    assert get_args(Overlap) == POLICIES
