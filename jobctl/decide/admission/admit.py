"""Which waiting runs may start now: pauses, slots, `max_parallel`, limits, rates, overlap.

A run passes every *gate* of its lane. Each gate has room for so many more runs; taking one makes less room. A gate is
named by its kind and by what it guards: `("slots", "reports")`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any, Literal, NamedTuple

from jobctl.decide.admission.prefetch import Prefetch, Room
from jobctl.decide.admission.token_bucket import Bucket, filled, whole_tokens
from jobctl.model.job import Rate
from jobctl.model.queues import EXEC_QUEUE

Kind = Literal["pause", "slots", "queue_rate", "max_parallel", "job_rate", "limit", "overlap"]


class Gate(NamedTuple):
    """One thing that bounds what may run."""

    kind: Kind
    name: str


class Lane(NamedTuple):
    """Runs that are admitted alike: one job in one queue. `job` is empty for ad-hoc runs without an overlap rule."""

    queue: str
    job: str
    exclusive: bool


class Running(NamedTuple):
    """How many runs named `job` a lane has in flight."""

    lane: Lane
    job: str
    runs: int


class Candidate(NamedTuple):
    """A run that waits: `order` sorts the runs of all lanes, `payload` is handed back."""

    order: tuple[int, int, int]
    job: str
    payload: Any


_Next = tuple[tuple[Gate, ...], Candidate]


@dataclass(frozen=True, slots=True)
class QueueRule:
    """What bounds a queue."""

    slots: int | None = None
    rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class JobRule:
    """What bounds a job."""

    max_parallel: int | None = None
    uses: tuple[str, ...] = ()
    rate: Rate | None = None


_ANY_QUEUE, _ANY_JOB = QueueRule(), JobRule()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force, by name; a name without a rule is not bounded."""

    queues: Mapping[str, QueueRule]
    jobs: Mapping[str, JobRule]
    limits: Mapping[str, int]
    paused_queues: frozenset[str] = frozenset()
    paused_jobs: frozenset[str] = frozenset()

    @property
    def bounding(self) -> bool:
        """Whether the end of one run may let another start."""
        return bool(self.jobs or self.limits or any(queue.slots is not None for queue in self.queues.values()))


@dataclass(frozen=True, slots=True)
class Admitted:
    """The runs that start, in order, the tokens that they take from each rate's gate, and whether there is no room for
    more."""

    runs: tuple[Candidate, ...]
    tokens: Mapping[Gate, int]
    full: bool = False


def serves(queues: tuple[str, ...], queue: str) -> bool:
    """Whether a daemon that was given `queues` (empty: all) takes runs of a queue.

    >>> serves((), "reports"), serves(("default",), "reports"), serves((), "exec")
    (True, False, False)
    """
    return queue != EXEC_QUEUE and (not queues or queue in queues)


def gates(lane: Lane, rules: Rules) -> tuple[Gate, ...]:
    """The gates that every run of a lane passes.

    >>> gates(Lane("reports", "", False), Rules({"reports": QueueRule(slots=1)}, {}, {}))
    (Gate(kind='slots', name='reports'),)
    """
    queue, job = rules.queues.get(lane.queue, _ANY_QUEUE), rules.jobs.get(lane.job, _ANY_JOB)
    found: list[Gate] = []
    if lane.queue in rules.paused_queues or lane.job in rules.paused_jobs:
        found.append(Gate("pause", ""))
    if queue.slots is not None:
        found.append(Gate("slots", lane.queue))
    if queue.rate is not None:
        found.append(Gate("queue_rate", lane.queue))
    if job.max_parallel is not None:
        found.append(Gate("max_parallel", lane.job))
    if job.rate is not None:
        found.append(Gate("job_rate", lane.job))
    found += [Gate("limit", name) for name in dict.fromkeys(job.uses) if name in rules.limits]
    if lane.exclusive:
        found.append(Gate("overlap", lane.job))
    return tuple(found)


def passed(lane: Lane, job: str, rules: Rules) -> set[Gate]:
    """The gates that a running run named `job` has passed, and the one that it holds shut for those without overlap."""
    return {*gates(lane, rules), Gate("overlap", job)}


def rooms(
    wanted: Iterable[Gate], rules: Rules, running: Iterable[Running], buckets: Mapping[Gate, Bucket], now: datetime
) -> dict[Gate, int]:
    """How many more runs each of the `wanted` gates lets through."""
    held: dict[Gate, int] = {}
    for lane, job, runs in running:
        for gate in passed(lane, job, rules):
            held[gate] = held.get(gate, 0) + runs
    return {gate: max(0, _capacity(gate, rules, buckets, now) - _held(gate, held)) for gate in wanted}


def admit(
    lanes: Mapping[Lane, tuple[tuple[Gate, ...], Iterable[Candidate]]],
    rooms: Mapping[Gate, int],
    capacity: int,
    prefetch: Prefetch | None = None,
) -> Admitted:
    """At most `capacity` runs, and what `prefetch` allows, in the order of all lanes together.

    A run goes as far as every gate has room. Each lane brings its gates and its runs in order; a lane's runs are read
    only as far as they are needed.
    """
    left = dict(rooms)
    room = Room(capacity, prefetch)
    taken: list[Candidate] = []
    tokens: dict[Gate, int] = {}
    for path, candidate in _in_order(lanes.values(), left):
        if path and not _open(path, left):
            continue
        if not room.take(candidate.job):
            return Admitted(tuple(taken), tokens, full=True)
        taken.append(candidate)
        if left:
            _take(path, candidate, left, tokens)
        if room.full:
            break
    return Admitted(tuple(taken), tokens, room.full)


def rate_of(gate: Gate, rules: Rules) -> Rate | None:
    """The rate behind a gate, if it is one."""
    if gate.kind == "queue_rate":
        return rules.queues[gate.name].rate
    return rules.jobs[gate.name].rate if gate.kind == "job_rate" else None


def _capacity(gate: Gate, rules: Rules, buckets: Mapping[Gate, Bucket], now: datetime) -> int:
    """How many runs a gate lets through when nothing runs."""
    rate = rate_of(gate, rules)
    if rate is not None:
        return whole_tokens(filled(buckets.get(gate), rate, now))
    match gate.kind:
        case "slots":
            return rules.queues[gate.name].slots or 0
        case "max_parallel":
            return rules.jobs[gate.name].max_parallel or 0
        case "limit":
            return rules.limits[gate.name]
        case "overlap":
            return 1
        case _:
            return 0


def _held(gate: Gate, held: Mapping[Gate, int]) -> int:
    """What is already through a gate; tokens were paid for when they were taken."""
    return 0 if gate.kind in ("queue_rate", "job_rate") else held.get(gate, 0)


def _open(path: tuple[Gate, ...], left: Mapping[Gate, int]) -> bool:
    return all(left[gate] > 0 for gate in path)


def _while_open(path: tuple[Gate, ...], runs: Iterable[Candidate], left: Mapping[Gate, int]) -> Iterator[_Next]:
    """The runs of one lane, until one of its gates is shut."""
    if not path:
        yield from ((path, candidate) for candidate in runs)
    elif _open(path, left):
        for candidate in runs:
            yield path, candidate
            if not _open(path, left):
                return


def _in_order(
    lanes: Collection[tuple[tuple[Gate, ...], Iterable[Candidate]]], left: Mapping[Gate, int]
) -> Iterable[_Next]:
    """The runs of all lanes together, in their order; those at hand that nothing bounds are sorted at once."""
    free = [run for path, runs in lanes if not path and isinstance(runs, list) for run in runs]
    others = [_while_open(path, runs, left) for path, runs in lanes if path or not isinstance(runs, list)]
    unbounded: Iterator[_Next] = (((), run) for run in sorted(free))
    return merge(unbounded, *others, key=lambda coming: coming[1].order) if others else unbounded


def _take(path: tuple[Gate, ...], candidate: Candidate, left: dict[Gate, int], tokens: dict[Gate, int]) -> None:
    for gate in path:
        left[gate] -= 1
        if gate.kind in ("queue_rate", "job_rate"):
            tokens[gate] = tokens.get(gate, 0) + 1
    if left:
        # A run that may overlap others still keeps those that may not from starting beside it.
        overlap = Gate("overlap", candidate.job)
        if overlap in left:
            left[overlap] = 0
