"""The catalogs a daemon was given: applied at start, on SIGHUP, and (`--watch-catalog`) when their files change."""

import logging
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from jobctl.actions.apply import apply
from jobctl.actions.plan import preview, want
from jobctl.catalog.zone import disagreement, machine_zone
from jobctl.daemon.journal import LOGGER, with_facts
from jobctl.model.errors import CatalogInvalid, JobctlError, told
from jobctl.store.protocol import Store

LOOK = timedelta(seconds=1)
_log = logging.getLogger(LOGGER)
_Stamps = dict[str, tuple[int, int]]


class Deployer:
    """Keeps the deployed catalog equal to its files; what cannot be read leaves the deployed one in force."""

    def __init__(
        self, store: Store, catalogs: tuple[str, ...], environment: Mapping[str, str], actor: str, *, watch: bool
    ) -> None:
        self._store = store
        self._paths = [Path(path) for path in catalogs]
        self._environment = environment
        self._actor = actor
        self._watch = watch
        self._seen: _Stamps | None = None
        self._settled: _Stamps | None = None
        self._look_at: datetime | None = None

    def deploy(self, now: datetime) -> bool:
        """Apply the catalogs; whether something changed. Trouble is logged, with every problem, and changes nothing."""
        if not self._paths:
            return False
        self._seen = self._settled = _stamps(self._paths) if self._watch else None
        try:
            wanted = want(self._paths, machine_zone(self._environment), os.geteuid())
            seen = preview(self._store, wanted, prune=False, now=now)
            changed = apply(self._store, seen, self._actor, None, now)
        except CatalogInvalid as error:
            for problem in error.problems:
                _log.error("%s", problem)
            _log.error("%s; the deployed catalog stays in force", error)
            return False
        except JobctlError as error:
            _log.error("the catalog was not applied: %s (hint: %s); the deployed one stays in force", error, error.hint)
            return False
        except Exception as error:  # noqa: BLE001 - a daemon lives on with what is deployed
            _log.error("the catalog was not applied: %s; the deployed one stays in force", told(error))
            return False
        for warning in seen.warnings:
            _log.warning("%s", warning)
        if seen.zone_move is not None:
            _log.warning("%s", seen.zone_move)
        differs = None if seen.zone is None else disagreement(seen.zone, now)
        if differs is not None:
            _log.warning("%s", differs)
        _log.info("catalog applied" if changed else "catalog unchanged", extra=with_facts(jobs=len(seen.plan.sources)))
        return changed

    def shift(self) -> None:
        """The clock was set: look at the files when asked next."""
        self._look_at = None

    def tick(self, now: datetime) -> bool:
        """Apply the catalogs if their files have changed and then stayed the same for a second."""
        if not self._watch or (self._look_at is not None and now < self._look_at):
            return False
        self._look_at = now + LOOK
        before, self._seen = self._seen, _stamps(self._paths)
        if self._seen == self._settled or self._seen != before:
            return False
        return self.deploy(now)


def _stamps(paths: list[Path]) -> _Stamps:
    """When each catalog file was written, and its size; a folder counts with the files in it."""
    files = [file for path in paths for file in (sorted(path.glob("*.y*ml")) if path.is_dir() else [path])]
    found = {}
    for file in files:
        try:
            facts = file.stat()
        except OSError:
            # It has gone, or may not be looked at: applying it tells.
            continue
        found[str(file)] = (facts.st_mtime_ns, facts.st_size)
    return found
