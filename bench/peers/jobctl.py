"""jobctl itself, through the same protocol as its peers."""

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.peers.peer import Peer

_ROOT = Path(__file__).parents[2]
_WORK = "path: ['.']"
CATALOG = f"""
jobs:
  nothing: {{call: 'work:nothing', {_WORK}}}
  stamp: {{call: 'work:stamp', {_WORK}, params: {{path: {{type: string}}}}}}
"""


def _jobctl(*args: str) -> Sequence[str]:
    return [sys.executable, "-m", "jobctl", *args]


PEER = Peer(
    name="jobctl",
    packages=(),
    program="jobctl_app.py",
    workers=lambda _: [_jobctl("daemon", "--slots", "2")],
    prepare=lambda _: [_jobctl("apply")],
    files={"jobs.yaml": CATALOG},
    environment={"JOBCTL_DB": "jobctl.db", "PYTHONPATH": str(_ROOT)},
    remark="two slots; every acknowledged run, claim and result is on disk",
)
