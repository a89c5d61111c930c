"""FlexiQ with its SQLite storage."""

from bench.peers.peer import Peer

PEERS = (
    Peer(
        name="flexiq",
        packages=("flexiq>=2",),
        program="flexiq_app.py",
        workers=lambda bin_: [[str(bin_ / "flexiq"), "worker", "--app", "app:queue"]],
        remark="SQLite storage; a pool of threads",
    ),
)
