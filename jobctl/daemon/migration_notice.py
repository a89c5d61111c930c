"""A daemon that has to migrate its database first says so, and has systemd wait where that lasts."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from jobctl.daemon.journal import LOGGER
from jobctl.daemon.sd_notify import Notifier
from jobctl.store.migration import Around, Migration

# Ten times what a disk takes that is not slow.
_AT_MOST_PER_RUN = timedelta(microseconds=30)
_AT_LEAST = timedelta(minutes=2)
_log = logging.getLogger(LOGGER)


def told(environment: Mapping[str, str]) -> Around:
    """What is around a migration; `environment` says where systemd listens."""

    @contextmanager
    def around(migration: Migration) -> Iterator[None]:
        if migration.lasts:
            notifier = Notifier(environment.get("NOTIFY_SOCKET"))
            notifier.starting(_AT_LEAST + migration.runs * _AT_MOST_PER_RUN)
            notifier.status(str(migration))
            _log.info("%s; if it is interrupted, the database stays as it was", migration)
        yield
        _log.info(migration.done)

    return around
