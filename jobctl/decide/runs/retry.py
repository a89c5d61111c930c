"""Whether and when a failed attempt is tried again."""

from datetime import datetime, timedelta

from jobctl.model.job import Retry
from jobctl.model.outcome import Exited, Outcome, Raised, RetryAsked


def next_retry_at(policy: Retry, failures: int, now: datetime, dice: float) -> datetime:
    """When the run is due again after its `failures`-th failure; `dice` in [0, 1) spreads it by +- `jitter`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 3, 8, tzinfo=UTC)
    >>> next_retry_at(Retry(delay=timedelta(seconds=10), jitter=0), 3, now, 0.5) - now
    datetime.timedelta(seconds=40)
    """
    ceiling = policy.max_delay.total_seconds()
    try:
        seconds = policy.delay.total_seconds() * policy.backoff ** (failures - 1)
    except OverflowError:
        seconds = ceiling
    spread = 1 + policy.jitter * (2 * dice - 1)
    return now + timedelta(seconds=min(seconds, ceiling) * spread)


def retries(policy: Retry, failures: int, outcome: Outcome) -> bool:
    """Whether the policy tries again after `failures` failures of which the last was `outcome`."""
    return failures <= policy.limit and _matches(policy, outcome)


def _matches(policy: Retry, outcome: Outcome) -> bool:
    match outcome:
        case RetryAsked():
            return True
        case Exited(code):
            if code in policy.except_exit_codes:
                return False
            return not policy.exit_codes or code in policy.exit_codes
        case Raised(names=names):
            return not policy.exceptions or any(_same(name, n) for name in policy.exceptions for n in names)
        case _:
            return True


def _same(wanted: str, name: str) -> bool:
    return wanted == name or name.rpartition(".")[2] == wanted
