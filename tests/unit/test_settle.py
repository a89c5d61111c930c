from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.runs.settle import settle
from jobctl.decide.runs.states import allows
from jobctl.model.job import Job, Resources, Retry
from jobctl.model.outcome import (
    Exited,
    Lost,
    NotStarted,
    Outcome,
    Raised,
    RetryAsked,
    Returned,
    Signalled,
    Skipped,
    Stopped,
    Unstartable,
)
from jobctl.model.settlement import Settlement
from tests.kit.claims import CLAIMED_AT, claim

NOW = datetime(2026, 3, 8, 6, 31, tzinfo=UTC)
STEADY = Retry(limit=2, delay=timedelta(seconds=10), jitter=0)


def job(**keys: object) -> Job:
    return Job(name="backup", run="true", **keys)  # type: ignore[arg-type]


def decided(outcome: Outcome, of: Job | None = None, **facts: object) -> Settlement:
    return settle(claim(of, **facts), outcome, CLAIMED_AT, NOW, dice=0.5)


def test_exit_zero_succeeds() -> None:
    assert decided(Exited(0)).state == "succeeded"


def test_a_listed_success_code_succeeds() -> None:
    assert decided(Exited(3), job(success_codes=(0, 3))).state == "succeeded"


def test_zero_fails_when_it_is_not_a_success_code() -> None:
    assert decided(Exited(0), job(success_codes=(3,))).state == "failed"


def test_the_skip_code_skips_with_its_reason() -> None:
    settlement = decided(Exited(75), job(skip_code=75))
    assert (settlement.state, settlement.reason) == ("skipped", "skip_code")


def test_another_exit_fails_for_good_without_retries() -> None:
    settlement = decided(Exited(7))
    assert (settlement.state, settlement.exit_code, settlement.failures) == ("failed", 7, 1)


@pytest.mark.parametrize(
    ("signal", "limit", "resources"),
    [
        ("SIGKILL", "cpu_time", Resources(cpu_time=timedelta(seconds=1))),
        ("SIGXCPU", "cpu_time", Resources(cpu_time=timedelta(seconds=1))),
        ("SIGABRT", "memory", Resources(memory=2**30)),
        ("SIGXFSZ", "file_size", Resources(file_size=2**20)),
    ],
)
def test_a_signal_that_speaks_of_a_limit_names_it(signal: str, limit: str, resources: Resources) -> None:
    settlement = decided(Signalled(signal), job(resources=resources))
    assert settlement.error == f"killed by {signal}, perhaps at its limit `resources.{limit}`"


def test_a_signal_without_a_limit_is_only_named() -> None:
    assert decided(Signalled("SIGSEGV"), job()).error == "killed by SIGSEGV"


def test_a_kill_without_a_limit_may_be_the_machine_out_of_memory() -> None:
    said = decided(Signalled("SIGKILL"), job(resources=Resources(memory=2**30))).error
    assert said == "killed by SIGKILL, perhaps out of memory"


def test_a_kill_that_the_cgroup_counts_was_for_memory_whatever_the_limits_are() -> None:
    limited = job(resources=Resources(cpu_time=timedelta(seconds=1)))
    said = decided(Signalled("SIGKILL", for_memory=True), limited).error
    assert said == "killed by SIGKILL, out of memory (its cgroup counts a kill)"


def test_a_kill_that_the_cgroup_does_not_count_was_not_for_memory() -> None:
    said = decided(Signalled("SIGKILL", for_memory=False), job()).error
    assert said == "killed by SIGKILL, not for memory as far as its cgroup tells"


def test_a_worker_that_may_have_reached_a_limit_names_it() -> None:
    limited = job(resources=Resources(cpu_time=timedelta(seconds=1)))
    said = decided(Lost("its worker died", "SIGKILL", for_memory=False), limited).error
    assert said == "its worker was killed by SIGKILL, perhaps at its limit `resources.cpu_time`"


def test_the_death_of_a_worker_is_told_in_the_same_words() -> None:
    said = decided(Lost("its worker died", "SIGKILL", for_memory=True), losses=2).error
    assert said == "its worker was killed by SIGKILL, out of memory (its cgroup counts a kill); 3 losses"


def test_the_last_words_of_an_exit_are_its_error() -> None:
    settlement = decided(Exited(1, "no space left"))
    assert (settlement.exit_code, settlement.error) == (1, "no space left")


def test_a_failure_with_budget_waits_for_the_backoff() -> None:
    settlement = decided(Exited(7), job(retry=STEADY), failures=1)
    assert (settlement.state, settlement.reason) == ("waiting", "retry")
    assert settlement.due_at == NOW + timedelta(seconds=20)


def test_the_budget_counts_retries_after_the_first_attempt() -> None:
    assert decided(Exited(7), job(retry=STEADY), failures=2).state == "failed"


def test_an_excepted_exit_code_is_not_retried() -> None:
    policy = Retry(limit=2, except_exit_codes=(7,))
    assert decided(Exited(7), job(retry=policy)).state == "failed"


def test_only_listed_exit_codes_are_retried() -> None:
    policy = Retry(limit=2, exit_codes=(7,))
    assert decided(Exited(7), job(retry=policy)).state == "waiting"
    assert decided(Exited(8), job(retry=policy)).state == "failed"


@pytest.mark.parametrize("listed", ["ConnectionError", "builtins.ConnectionError", "OSError"])
def test_an_exception_is_retried_by_its_name_or_a_base(listed: str) -> None:
    raised = Raised(("builtins.ConnectionError", "builtins.OSError"), "refused", "Traceback ...")
    assert decided(raised, job(retry=Retry(limit=1, exceptions=(listed,)))).state == "waiting"


def test_another_exception_is_not_retried() -> None:
    raised = Raised(("builtins.ValueError",), "bad", "Traceback ...")
    assert decided(raised, job(retry=Retry(limit=1, exceptions=("OSError",)))).state == "failed"


def test_an_exception_keeps_its_traceback_and_exit_code_one() -> None:
    settlement = decided(Raised(("builtins.ValueError",), "bad", "Traceback ...\nValueError: bad"))
    assert (settlement.exit_code, settlement.error) == (1, "Traceback ...\nValueError: bad")


def test_a_signal_is_a_failure_named_after_it() -> None:
    settlement = decided(Signalled("SIGSEGV"))
    assert (settlement.state, settlement.signal, settlement.exit_code) == ("failed", "SIGSEGV", None)


def test_a_job_may_choose_its_own_delay() -> None:
    settlement = decided(RetryAsked(timedelta(minutes=5), "busy"), job(retry=STEADY))
    assert settlement.due_at == NOW + timedelta(minutes=5)


def test_a_job_that_asks_again_without_budget_fails() -> None:
    assert decided(RetryAsked(None, "busy")).state == "failed"


def test_a_timeout_is_a_failure_that_may_be_retried() -> None:
    settlement = decided(Stopped("timeout", signal="SIGTERM"), job(timeout=timedelta(minutes=30), retry=STEADY))
    assert (settlement.outcome, settlement.state, settlement.failures) == ("timeout", "waiting", 1)


def test_a_timeout_without_budget_ends_failed_timeout() -> None:
    settlement = decided(Stopped("timeout", exit_code=0), job(timeout=timedelta(minutes=30)))
    assert (settlement.state, settlement.reason, settlement.error) == ("failed", "timeout", "timeout after 30 min")


def test_a_deadline_is_final() -> None:
    settlement = decided(Stopped("deadline"), job(retry=STEADY))
    assert (settlement.state, settlement.reason) == ("failed", "deadline")


def test_no_retry_is_planned_past_the_deadline() -> None:
    settlement = decided(Exited(1), job(retry=STEADY), deadline_at=NOW + timedelta(seconds=5))
    assert (settlement.state, settlement.reason) == ("failed", "deadline")


def test_a_cancel_is_no_failure() -> None:
    settlement = decided(Stopped("operator", signal="SIGTERM"), job(retry=STEADY))
    assert (settlement.state, settlement.reason, settlement.failures) == ("cancelled", "operator", 0)


def test_a_shutdown_puts_the_run_back_with_its_failures_unchanged() -> None:
    settlement = decided(Stopped("shutdown", signal="SIGTERM"), failures=1)
    assert (settlement.state, settlement.reason, settlement.failures) == ("waiting", "interrupted", 1)
    assert settlement.due_at == NOW


def test_a_shutdown_ends_a_job_that_must_not_start_twice() -> None:
    settlement = decided(Stopped("shutdown"), job(idempotent=False))
    assert (settlement.state, settlement.reason) == ("failed", "lost")


def test_an_attempt_that_never_began_goes_back_even_if_not_idempotent() -> None:
    assert decided(NotStarted(), job(idempotent=False)).state == "waiting"


def test_an_attempt_that_never_began_keeps_the_place_of_its_run_in_the_line() -> None:
    due_at = NOW - timedelta(hours=1)
    assert decided(NotStarted(), due_at=due_at).due_at == due_at


def test_a_loss_costs_no_failure_and_is_due_at_once() -> None:
    settlement = decided(Lost("its daemon died"), job(retry=Retry(limit=0)))
    assert (settlement.state, settlement.reason, settlement.losses, settlement.failures) == ("waiting", "lost", 1, 0)
    assert settlement.due_at == NOW


def test_the_last_loss_is_poison() -> None:
    settlement = decided(Lost("its daemon died"), losses=2)
    assert (settlement.state, settlement.reason, settlement.losses) == ("failed", "poison", 3)


def test_a_loss_that_does_not_count_never_poisons() -> None:
    settlement = decided(Lost("its daemon died", counts=False), losses=2)
    assert (settlement.state, settlement.losses) == ("waiting", 2)


def test_those_that_vanish_again_and_again_with_others_come_at_times_of_their_own() -> None:
    loss = Lost("the process that held it was killed", counts=False)
    assert decided(loss).due_at == NOW
    assert [decided(loss, lost=lost).due_at for lost in (1, 2, 3)] == [NOW + timedelta(seconds=n) for n in (1, 2, 4)]
    assert decided(loss, lost=99).due_at == NOW + timedelta(seconds=150)


def test_a_loss_ends_a_job_that_must_not_start_twice() -> None:
    settlement = decided(Lost("its daemon died"), job(idempotent=False))
    assert (settlement.state, settlement.reason) == ("failed", "lost")


def test_a_result_is_kept_only_where_the_job_says_so() -> None:
    assert decided(Returned({"n": 1})).result == {"n": 1}
    assert decided(Returned({"n": 1}), job(result=False)).result is None


def test_a_skip_from_within_keeps_its_message() -> None:
    settlement = decided(Skipped("nothing new"))
    assert (settlement.state, settlement.error) == ("skipped", "nothing new")


def test_a_final_failure_brings_its_on_failure_run() -> None:
    settlement = decided(Exited(7), job(on_failure="mail root"))
    assert settlement.follow_up is not None
    assert settlement.follow_up.job == "backup:on_failure"
    assert '"JOBCTL_EXIT_CODE": "7"' in settlement.follow_up.definition


def test_an_on_failure_run_finds_the_nominal_time_as_the_failed_run_found_it() -> None:
    at = datetime(2026, 3, 8, 6, 30, 0, 250_000, tzinfo=UTC)
    settlement = decided(Exited(7), job(on_failure="mail root"), scheduled_for=at)
    assert settlement.follow_up is not None
    assert '"JOBCTL_SCHEDULED_FOR": "2026-03-08T06:30:00Z"' in settlement.follow_up.definition


def test_a_retried_failure_brings_none() -> None:
    assert decided(Exited(7), job(on_failure="mail root", retry=STEADY)).follow_up is None


OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Exited, st.integers(0, 255)),
    st.just(Signalled("SIGKILL")),
    st.just(Returned(1)),
    st.just(Raised(("ValueError",), "bad", "")),
    st.just(Skipped("")),
    st.builds(RetryAsked, st.none() | st.timedeltas(timedelta(0), timedelta(days=1)), st.just("")),
    st.builds(Stopped, st.sampled_from(["timeout", "deadline", "operator", "replaced", "shutdown"])),
    st.builds(Lost, st.just("gone"), st.none(), st.booleans()),
    st.just(NotStarted()),
    st.just(Unstartable("no such folder")),
)


@given(
    outcome=OUTCOMES,
    limit=st.integers(0, 5),
    failures=st.integers(0, 6),
    losses=st.integers(0, 4),
    idempotent=st.booleans(),
    dice=st.floats(0, 1, exclude_max=True),
)
def test_every_settlement_follows_the_table_and_waits_only_with_a_due_time(
    outcome: Outcome, limit: int, failures: int, losses: int, idempotent: bool, dice: float
) -> None:
    of = job(retry=Retry(limit=limit), idempotent=idempotent)
    settlement = settle(claim(of, failures=failures, losses=losses), outcome, CLAIMED_AT, NOW, dice)
    assert allows("running", "settle", settlement.state)
    assert (settlement.due_at is not None) == (settlement.state == "waiting")
    assert settlement.failures - failures in (0, 1)
    assert settlement.losses - losses in (0, 1)


def test_a_start_that_felled_its_daemon_counts_as_a_loss_whatever_the_job() -> None:
    for idempotent in (True, False):
        once = decided(NotStarted(felled=True), job(idempotent=idempotent))
        assert (once.state, once.reason, once.losses) == ("waiting", "lost", 1)
