"""dramatiq with Redis."""

from bench.peers.peer import Peer

PEERS = (
    Peer(
        name="dramatiq",
        packages=("dramatiq[redis]>=2",),
        program="dramatiq_app.py",
        workers=lambda bin_: [[str(bin_ / "dramatiq"), "app", "-p", "2"]],
        server="redis",
        remark="Redis, two processes with eight threads each",
    ),
)
