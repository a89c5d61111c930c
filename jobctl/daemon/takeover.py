"""From what the store hands over of a dead daemon to what the executor takes over."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from jobctl.daemon.journal import LOGGER
from jobctl.decide.runs.blame import blamed
from jobctl.execute.shell.executor import Shell
from jobctl.execute.shell.takeover import Inherited
from jobctl.execute.starting import forget_starting, was_starting
from jobctl.execute.state_folder import StateFolder
from jobctl.store.values import Estate

_log = logging.getLogger(LOGGER)


def inherit(shell: Shell, estate: Estate, folder: StateFolder, now: datetime) -> None:
    """Adopt what lives, and have the other ends told. Raises as `Shell.inherit`; then it can be tried again."""
    folders = list(_below(folder, estate.daemon.identity.holders))
    fifo = folder.fifo(estate.daemon.identity.wake_path or "")
    wake_path = None if fifo is None else str(fifo)
    culprit = was_starting(folder, wake_path)
    to_blame = blamed([left.claim for left in estate.claims])
    claims = [
        Inherited(
            left.claim,
            left.started_at,
            blamed=left.claim.key == to_blame,
            began=left.pid is not None,
            felled=left.claim.key == culprit,
        )
        for left in estate.claims
    ]
    shell.inherit(folders, claims, now)
    forget_starting(folder, wake_path)


def _below(folder: StateFolder, named: tuple[str, ...]) -> Iterator[Path]:
    """What a row names is looked for in the state folder alone."""
    for path in named:
        found = folder.holder(path)
        if found is None:
            _log.warning("a daemon's row names a holder that cannot be one: %.200r", path)
        else:
            yield found
