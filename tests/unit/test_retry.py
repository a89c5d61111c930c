from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobctl.decide.runs.retry import next_retry_at
from jobctl.model.job import Retry

NOW = datetime(2026, 3, 8, 6, 31, tzinfo=UTC)


def test_the_first_retry_waits_the_plain_delay() -> None:
    policy = Retry(delay=timedelta(seconds=15), jitter=0)
    assert next_retry_at(policy, 1, NOW, 0.5) == NOW + timedelta(seconds=15)


def test_the_wait_never_exceeds_its_maximum() -> None:
    policy = Retry(delay=timedelta(seconds=15), max_delay=timedelta(minutes=1), jitter=0)
    assert next_retry_at(policy, 50, NOW, 0.5) == NOW + timedelta(minutes=1)


def test_an_absurd_number_of_failures_still_gives_the_maximum() -> None:
    assert next_retry_at(Retry(jitter=0), 100_000, NOW, 0.5) == NOW + timedelta(hours=1)


@given(failures=st.integers(1, 60), dice=st.floats(0, 1, exclude_max=True))
def test_jitter_stays_within_its_share(failures: int, dice: float) -> None:
    policy = Retry(delay=timedelta(seconds=10), jitter=0.1)
    plain = next_retry_at(Retry(delay=timedelta(seconds=10), jitter=0), failures, NOW, 0.5) - NOW
    assert 0.9 * plain <= next_retry_at(policy, failures, NOW, dice) - NOW <= 1.1 * plain
