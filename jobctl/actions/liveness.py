"""Which daemons are gone, as somebody sees it who is none of them."""

from collections.abc import Iterable
from datetime import datetime

from jobctl.execute.host.identity import bystander, dead, share_pids
from jobctl.model.daemon import Daemon


def gone(daemons: Iterable[Daemon], now: datetime) -> list[Daemon]:
    """Those that are known to have ended without saying so, also before their silence tells."""
    daemons = list(daemons)
    return dead(daemons, bystander(), now) if daemons else []


def here(daemons: Iterable[Daemon]) -> list[Daemon]:
    """Those whose pids mean something to this process."""
    me = bystander()
    return [daemon for daemon in daemons if share_pids(daemon.identity, me)]
