"""What a daemon's store keeps parsed between transactions: definitions, lanes, the rules of admission."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobctl.decide.admission.admit import JobRule, Lane, QueueRule, Rules
from jobctl.model.job import Job, Rate, UnreadableJob
from jobctl.model.plain import read_plain
from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MOST = 16_384
_MUCH = 2**53


class Known:
    """Definitions and lanes never change under their id; rules are read again when the catalog's generation moves.

    `exclusive`: whether there was a lane without overlap among those that were asked for. `deployment`: the last one
    when the rules were read.
    """

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._lanes: dict[int, Lane] = {}
        self._rules = Rules({}, {}, {})
        self._generation = -1
        self.exclusive = False
        self.deployment = 0

    def job(self, connection: "sqlite3.Connection", definition_id: int, name: str) -> Job:
        """A definition, parsed once; `name` is the job's, for a stand-in."""
        job = self._jobs.get(definition_id)
        if job is None:
            row = connection.execute(query("definition_body"), (definition_id,)).fetchone()
            job = self.parsed(definition_id, "" if row is None else row[0], name)
        return job

    def parsed(self, definition_id: int, body: str, name: str) -> Job:
        """A definition whose text is at hand; a stand-in, which is not kept, where nobody can read it."""
        job = self._jobs.get(definition_id)
        if job is None:
            if len(self._jobs) >= _MOST:
                del self._jobs[next(iter(self._jobs))]
            try:
                job = self._jobs[definition_id] = _job(body)
            except ValueError as error:
                why = f"its definition cannot be read: {error}"
                return UnreadableJob(name=name, description=why, unreadable=why)
        return job

    def lane(self, connection: "sqlite3.Connection", lane_id: int) -> Lane:
        """What a lane stands for."""
        lane = self._lanes.get(lane_id)
        if lane is None:
            # Where a lane has gone its runs are in no bounded one.
            row = connection.execute(query("lane"), (lane_id,)).fetchone()
            queue, job, exclusive = row or ("default", "", 0)
            lane = self._lanes[lane_id] = Lane(queue, job, bool(exclusive))
            self.exclusive = self.exclusive or lane.exclusive
        return lane

    def rules(self, connection: "sqlite3.Connection") -> Rules:
        """The rules in force."""
        generation = connection.execute(query("generation")).fetchone()[0]
        if generation != self._generation:
            self._rules = _read_rules(connection)
            self.deployment = connection.execute(query("last_deployment")).fetchone()[0]
            self._generation = generation
        return self._rules


def to_rate(count: int | None, per: int | None) -> Rate | None:
    """A rate from its columns; `per` is milliseconds. One that cannot be is none."""
    if count is None or per is None or not (0 < count < _MUCH and 0 < per < _MUCH):
        return None
    return Rate(count, timedelta(milliseconds=per))


def _job(body: str) -> Job:
    job: Job = read_plain(Job, body)
    if (job.run is None) == (job.call is None):
        raise ValueError("it has no command, or two")
    return job


def _read_rules(connection: "sqlite3.Connection") -> Rules:
    queues = {
        name: QueueRule(slots, to_rate(count, per))
        for name, slots, count, per in connection.execute(query("queues")).fetchall()
    }
    jobs = {
        name: _rule(max_parallel, uses, rate)
        for name, max_parallel, uses, rate in connection.execute(query("job_rules")).fetchall()
    }
    held = [(row[0], row[1]) for row in connection.execute(query("pauses")).fetchall()]
    return Rules(
        queues,
        jobs,
        dict(connection.execute(query("limits")).fetchall()),
        frozenset(name for kind, name in held if kind == "queue"),
        frozenset(name for kind, name in held if kind == "job"),
    )


def _rule(max_parallel: Any, uses: str | None, rate: str | None) -> JobRule:
    """What bounds one job; nothing does where it cannot be read, for then it is not executed either."""
    try:
        limits = () if uses is None else read_plain(tuple[str, ...], uses)
        found = None if rate is None else read_plain(Rate, rate)
    except ValueError:
        return JobRule(None, (), None)
    usable = found is not None and found.count > 0 and found.per > timedelta(0)
    return JobRule(max_parallel if isinstance(max_parallel, int) else None, limits, found if usable else None)
