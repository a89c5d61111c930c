"""procrastinate with PostgreSQL."""

from bench.peers.peer import Peer

PEERS = (
    Peer(
        name="procrastinate",
        packages=("procrastinate>=3",),
        program="procrastinate_app.py",
        workers=lambda bin_: [[str(bin_ / "procrastinate"), "--app", "app.app", "worker", "--concurrency", "4"]],
        prepare=lambda bin_: [[str(bin_ / "procrastinate"), "--app", "app.app", "schema", "--apply"]],
        server="postgres",
        remark="PostgreSQL with its defaults, one worker, four at a time",
    ),
)
