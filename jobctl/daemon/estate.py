"""From what the store hands over of a dead daemon to what the executor takes over."""

from datetime import datetime
from pathlib import Path

from jobctl.execute.folder import StateFolder
from jobctl.execute.inheritance import Inherited
from jobctl.execute.shell import Shell
from jobctl.execute.starting import forget_starting, was_starting
from jobctl.store.values import Estate


def inherit(shell: Shell, estate: Estate, folder: StateFolder, now: datetime) -> None:
    """Adopt what lives, and have the other ends told. Raises as `Shell.inherit`; then it can be tried again."""
    folders = [Path(folder) for folder in estate.daemon.identity.holders]
    wake_path = estate.daemon.identity.wake_path
    culprit = was_starting(folder, wake_path)
    claims = [
        Inherited(left.claim, left.started_at, left.alone, began=left.pid is not None, felled=left.claim.key == culprit)
        for left in estate.claims
    ]
    shell.inherit(folders, claims, now)
    forget_starting(folder, wake_path)
