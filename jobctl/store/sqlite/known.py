"""What a daemon's store keeps parsed between transactions: definitions, lanes, the rules of admission."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobctl.decide.admission import JobRule, Lane, QueueRule, Rules
from jobctl.model.job import Job, Rate
from jobctl.model.plain import from_plain
from jobctl.store.queries import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MOST = 16_384


class Known:
    """Definitions and lanes never change under their id; rules are read again when the catalog's generation moves.

    `exclusive`: whether there was a lane without overlap among those that were asked for.
    """

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._lanes: dict[int, Lane] = {}
        self._rules = Rules({}, {}, {})
        self._generation = -1
        self.exclusive = False

    def job(self, connection: "sqlite3.Connection", definition_id: int) -> Job:
        """A definition, parsed once."""
        job = self._jobs.get(definition_id)
        if job is None:
            body = connection.execute(query("definition_body"), (definition_id,)).fetchone()[0]
            job = self.parsed(definition_id, body)
        return job

    def parsed(self, definition_id: int, body: str) -> Job:
        """A definition whose text is at hand."""
        job = self._jobs.get(definition_id)
        if job is None:
            if len(self._jobs) >= _MOST:
                del self._jobs[next(iter(self._jobs))]
            job = self._jobs[definition_id] = from_plain(Job, json.loads(body))
        return job

    def lane(self, connection: "sqlite3.Connection", lane_id: int) -> Lane:
        """What a lane stands for."""
        lane = self._lanes.get(lane_id)
        if lane is None:
            queue, job, exclusive = connection.execute(query("lane"), (lane_id,)).fetchone()
            lane = self._lanes[lane_id] = Lane(queue, job, bool(exclusive))
            self.exclusive = self.exclusive or lane.exclusive
        return lane

    def rules(self, connection: "sqlite3.Connection") -> Rules:
        """The rules in force."""
        generation = connection.execute(query("generation")).fetchone()[0]
        if generation != self._generation:
            self._rules = _read_rules(connection)
            self._generation = generation
        return self._rules


def to_rate(count: int | None, per: int | None) -> Rate | None:
    """A rate from its columns; `per` is milliseconds."""
    return None if count is None else Rate(count, timedelta(milliseconds=per or 0))


def _read_rules(connection: "sqlite3.Connection") -> Rules:
    queues = {
        name: QueueRule(slots, to_rate(count, per))
        for name, slots, count, per in connection.execute(query("queues")).fetchall()
    }
    jobs = {
        name: JobRule(max_parallel, tuple(_json(uses, ())), from_plain(Rate, _json(rate, None)) if rate else None)
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


def _json(text: str | None, default: Any) -> Any:
    return default if text is None else json.loads(text)
