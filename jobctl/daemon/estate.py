"""From what the store hands over of a dead daemon to what the executor takes over."""

from datetime import datetime
from pathlib import Path

from jobctl.execute.inheritance import Inherited
from jobctl.execute.shell import Shell
from jobctl.store.values import Estate


def inherit(shell: Shell, estate: Estate, now: datetime) -> None:
    """Adopt what lives, and have the other ends told. Raises as `Shell.inherit`; then it can be tried again."""
    folders = [Path(folder) for folder in estate.daemon.identity.holders]
    claims = [Inherited(left.claim, left.started_at, left.alone, began=left.pid is not None) for left in estate.claims]
    shell.inherit(folders, claims, now)
