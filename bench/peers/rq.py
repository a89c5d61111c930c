"""RQ with Redis: a worker forks for each job, or (SimpleWorker) does not."""

from collections.abc import Sequence
from pathlib import Path

from bench.peers.peer import Peer


def _two(bin_: Path, *options: str) -> Sequence[Sequence[str]]:
    return [[str(bin_ / "rq"), "worker", *options]] * 2


_REMARK = "Redis, two workers; Redis keeps what is enqueued in memory and saves it now and then"
PEERS = (
    Peer("rq", ("rq>=2",), "rq_app.py", lambda bin_: _two(bin_), server="redis", remark=_REMARK),
    Peer(
        name="rq, simple",
        packages=("rq>=2",),
        program="rq_app.py",
        workers=lambda bin_: _two(bin_, "--worker-class", "rq.SimpleWorker"),
        server="redis",
        remark="two SimpleWorkers, which do not fork",
    ),
)
