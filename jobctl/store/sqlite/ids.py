"""Ids of definitions and lanes, kept in memory between transactions."""

from typing import TYPE_CHECKING

from jobctl.store.statements import query

if TYPE_CHECKING:
    from jobctl.store.sqlite.driver import sqlite3

_MOST = 10_000


class Ids:
    """Knows the ids of what came before. Empty lanes and definitions of ad-hoc runs are pruned, perhaps elsewhere."""

    def __init__(self) -> None:
        self._definitions: dict[str, int] = {}
        self._lanes: dict[tuple[str, str, bool], int] = {}
        self._data_version = -1

    def begin(self, connection: "sqlite3.Connection") -> None:
        """Trust what is kept only if no other connection has written since."""
        version = connection.execute(query("data_version")).fetchone()[0]
        if version != self._data_version or len(self._definitions) > _MOST:
            self.forget()
            self._data_version = version

    def forget(self) -> None:
        """Trust nothing that is kept: a transaction was undone, or something was deleted."""
        self._definitions.clear()
        self._lanes.clear()

    def definition(self, connection: "sqlite3.Connection", text: str, job: str, version: int | None) -> int:
        """The id of a definition, kept if it is new."""
        found = self._definitions.get(text)
        if found is None:
            found = self._definitions[text] = _definition(connection, text, job, version)
        return found

    def lane(self, connection: "sqlite3.Connection", job: str, queue: str, exclusive: bool) -> int:
        """The id of a lane, opened if it is new."""
        key = (job, queue, exclusive)
        found = self._lanes.get(key)
        if found is None:
            row = connection.execute(query("find_lane"), key).fetchone()
            row = row or connection.execute(query("insert_lane"), key).fetchone()
            found = self._lanes[key] = int(row[0])
        return found


def _definition(connection: "sqlite3.Connection", text: str, job: str, version: int | None) -> int:
    if version is not None:
        row = connection.execute(query("version_definition"), (job, version, text)).fetchone()
        if row is not None:
            return int(row[0])
    from hashlib import sha256

    digest = sha256(text.encode()).hexdigest()
    row = connection.execute(query("find_definition"), (digest,)).fetchone()
    if row is None:
        return int(connection.execute(query("insert_definition"), (digest, text)).fetchone()[0])
    if row[1] != text:
        # Something has damaged it: the digest says what it was.
        connection.execute(query("mend_definition"), (text, row[0]))
    return int(row[0])
