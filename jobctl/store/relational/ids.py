"""Ids of definitions and lanes, given once and kept in mind between transactions."""

from typing import NamedTuple

from jobctl.store.relational.session import Session
from jobctl.store.statements import Change, Select


class _Found(NamedTuple):
    definition_id: int
    body: str


FIND_LANE = Select("ids", "find_lane", int)
INSERT_LANE = Select("ids", "insert_lane", int)
VERSION_DEFINITION = Select("ids", "version_definition", int)
FIND_DEFINITION = Select("ids", "find_definition", _Found)
INSERT_DEFINITION = Select("ids", "insert_definition", int)
MEND_DEFINITION = Change("ids", "mend_definition")


def definition_id(session: Session, text: str, job: str, version: int | None) -> int:
    """The id of a definition, which is kept if it is new; `version` of `job` may have it."""
    kept = session.memory.definition_ids
    found = kept.get(text)
    if found is None:
        found = kept[text] = _definition_id(session, text, job, version)
    return found


def lane_id(session: Session, job: str, queue: str, exclusive: bool) -> int:
    """The id of a lane, which is opened if it is new."""
    key = (job, queue, exclusive)
    kept = session.memory.lane_ids
    found = kept.get(key)
    if found is None:
        values = {"job": job, "queue": queue, "exclusive": exclusive}
        found = kept[key] = _given(session.one(FIND_LANE, values) or session.one(INSERT_LANE, values))
    return found


def _definition_id(session: Session, text: str, job: str, version: int | None) -> int:
    if version is not None:
        found = session.one(VERSION_DEFINITION, {"job": job, "version": version, "body": text})
        if found is not None:
            return found
    from hashlib import sha256

    digest = sha256(text.encode()).hexdigest()
    row = session.one(FIND_DEFINITION, {"digest": digest})
    if row is None:
        return _given(session.one(INSERT_DEFINITION, {"digest": digest, "body": text}))
    if row.body != text:
        # Something has damaged it: the digest says what it was.
        session.run(MEND_DEFINITION, {"definition_id": row.definition_id, "body": text})
    return row.definition_id


def _given(number: int | None) -> int:
    assert number is not None
    return number
