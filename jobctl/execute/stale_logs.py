"""Logs of runs that had the numbers of others before: after a restore of the database they are given out again."""

from jobctl.execute.state_folder import StateFolder
from jobctl.model.claim import Claim


class FormerLogs:
    """Makes way for the logs of attempts among those that were there when the daemon started."""

    def __init__(self, folder: StateFolder) -> None:
        self._folder = folder
        numbers = [int(home.name) for home in folder.logs.iterdir() if home.name.isdecimal()]
        # A folder holds those of a thousand runs. A run beyond them, as nearly all are, costs a comparison.
        self._beyond = (max(numbers, default=-1) + 1) * 1000

    def make_way(self, claim: Claim) -> None:
        """Remove what has the name of the log of an attempt that has not begun."""
        if claim.run_id >= self._beyond:
            return
        try:
            self._folder.log(claim.run_id, claim.fence).unlink()
        except OSError:
            # None is there, or it cannot be written either: then the attempt itself will tell.
            return
