"""Where a run stands among the others: facts as a store reads them, for `decide.explain` to judge."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from jobctl.decide.admission.admit import Gate, Lane, Rules
from jobctl.decide.admission.token_bucket import Bucket
from jobctl.model.view import Pause

MOST_COUNTED = 10_000


class InFlight(NamedTuple):
    """A run that runs."""

    run_id: int
    job: str
    lane: Lane


class Standing(NamedTuple):
    """One run among the others, at one instant.

    `before_in_lane` and `before` count ready runs that are claimed first, up to `MOST_COUNTED`. `under_way` is another
    run of the job that has begun and waits for its retry, where they may not overlap. `key_holder` is another live run
    with the same key; `key_until` is how long this finished one holds it. `pauses` are by kind (job, queue) and name.
    """

    lane: Lane
    ready: bool
    daemon_id: int | None
    expires_at: datetime | None
    stop: str | None
    key_holder: int | None
    key_until: datetime | None
    before_in_lane: int
    before: int
    under_way: int | None
    rules: Rules
    buckets: Mapping[Gate, Bucket]
    in_flight: tuple[InFlight, ...]
    pauses: Mapping[tuple[str, str], Pause]


class Fact(NamedTuple):
    """One thing to know: a word for programs, a phrase, and the instant and the runs that it is about."""

    code: str
    text: str
    at: datetime | None = None
    runs: tuple[int, ...] = ()


class Explanation(NamedTuple):
    """The answer in one sentence, what it rests on (the decisive fact first), and what to do."""

    answer: str
    facts: tuple[Fact, ...]
    hint: str | None
