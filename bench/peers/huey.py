"""huey with its SQLite storage: no server, one file. It executes at most once."""

from bench.peers.peer import Peer

PEERS = (
    Peer(
        name="huey",
        packages=("huey>=3",),
        program="huey_app.py",
        workers=lambda bin_: [[str(bin_ / "huey_consumer"), "app.huey", "-w", "4", "-k", "process", "-q"]],
        remark="SQLite storage, four processes; a task under way when its worker is killed is gone",
    ),
)
