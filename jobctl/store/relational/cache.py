"""What a daemon needs parsed: definitions, lanes, the rules of admission."""

from datetime import timedelta
from typing import Any, NamedTuple

from jobctl.decide.admission.admit import JobRule, Lane, QueueRule, Rules
from jobctl.model import defaults
from jobctl.model.job import Job, Rate, UnreadableJob
from jobctl.model.plain import read_plain
from jobctl.store.relational.generation import generation_of
from jobctl.store.relational.session import Session
from jobctl.store.statements import Select

_MOST = 16_384
_MUCH = 2**53
_MOST_SLOTS = 2**31 - 1


class LaneRow(NamedTuple):
    """What a lane stands for."""

    queue: str
    job: str
    exclusive: int


class QueueRuleRow(NamedTuple):
    """A declared queue; `rate_per` is milliseconds."""

    name: str
    slots: int | None
    rate_count: int | None
    rate_per: int | None


class LimitRow(NamedTuple):
    """A declared limit."""

    name: str
    units: int


class PauseRow(NamedTuple):
    """Something that is held."""

    kind: str
    name: str
    until_at: int | None
    reason: str | None
    actor: str
    paused_at: int


class _JobRuleRow(NamedTuple):
    name: str
    max_parallel: Any
    uses: str | None
    rate: str | None


DEFINITION_BODY = Select("rules", "definition_body", str)
LANE = Select("rules", "lane", LaneRow)
LAST_DEPLOYMENT = Select("rules", "last_deployment", int)
QUEUES = Select("rules", "queues", QueueRuleRow)
LIMITS = Select("rules", "limits", LimitRow)
PAUSES = Select("rules", "pauses", PauseRow)
JOB_RULES = Select("rules", "job_rules", _JobRuleRow)


def job_of(session: Session, definition_id: int, name: str) -> Job:
    """A definition, parsed once; `name` is the job's, for a stand-in."""
    job = session.memory.jobs.get(definition_id)
    if job is None:
        job = parsed(session, definition_id, session.one(DEFINITION_BODY, {"definition_id": definition_id}) or "", name)
    return job


def parsed(session: Session, definition_id: int, body: str, name: str) -> Job:
    """A definition whose text is at hand; a stand-in, which is not kept, where nobody can read it."""
    jobs = session.memory.jobs
    job = jobs.get(definition_id)
    if job is None:
        if len(jobs) >= _MOST:
            del jobs[next(iter(jobs))]
        try:
            job = jobs[definition_id] = _job(body)
        except ValueError as error:
            why = f"its definition cannot be read: {error}"
            return UnreadableJob(name=name, description=why, unreadable=why)
    return job


def lane_of(session: Session, lane_id: int) -> Lane:
    """What a lane stands for."""
    memory = session.memory
    lane = memory.lanes.get(lane_id)
    if lane is None:
        # Where a lane has gone its runs are in no bounded one.
        row = session.one(LANE, {"lane_id": lane_id}) or LaneRow(defaults.QUEUE, "", 0)
        lane = memory.lanes[lane_id] = Lane(row.queue, row.job, bool(row.exclusive))
        memory.exclusive = memory.exclusive or lane.exclusive
    return lane


def rules_of(session: Session) -> Rules:
    """The rules in force, read again when the catalog's generation has moved."""
    memory = session.memory
    generation = generation_of(session)
    if memory.rules is None or generation != memory.generation:
        memory.rules = _read_rules(session)
        memory.deployment = session.one(LAST_DEPLOYMENT) or 0
        memory.generation = generation
    return memory.rules


def to_rate(count: int | None, per: int | None) -> Rate | None:
    """A rate from its columns; `per` is milliseconds. One that cannot be is none."""
    if count is None or per is None or not (0 < count < _MUCH and 0 < per < _MUCH):
        return None
    return Rate(count, timedelta(milliseconds=per))


def slots_of(queue: QueueRuleRow) -> int | None:
    """How many slots a queue has, None for any number; of what cannot be the nearest that can."""
    return None if queue.slots is None else max(0, min(queue.slots, _MOST_SLOTS))


def _job(body: str) -> Job:
    job: Job = read_plain(Job, body)
    if (job.run is None) == (job.call is None):
        raise ValueError("it has no command, or two")
    return job


def _read_rules(session: Session) -> Rules:
    held = [(pause.kind, pause.name) for pause in session.all(PAUSES)]
    return Rules(
        {row.name: QueueRule(slots_of(row), to_rate(row.rate_count, row.rate_per)) for row in session.all(QUEUES)},
        {row.name: _rule(row) for row in session.all(JOB_RULES)},
        dict(session.all(LIMITS)),
        frozenset(name for kind, name in held if kind == "queue"),
        frozenset(name for kind, name in held if kind == "job"),
    )


def _rule(row: _JobRuleRow) -> JobRule:
    """What bounds one job; nothing does where it cannot be read, for then it is not executed either."""
    try:
        limits = () if row.uses is None else read_plain(tuple[str, ...], row.uses)
        found = None if row.rate is None else read_plain(Rate, row.rate)
    except ValueError:
        return JobRule(None, (), None)
    usable = found is not None and found.count > 0 and found.per > timedelta(0)
    return JobRule(row.max_parallel if isinstance(row.max_parallel, int) else None, limits, found if usable else None)
