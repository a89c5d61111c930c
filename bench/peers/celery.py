"""Celery with Redis."""

from bench.peers.peer import Peer

PEERS = (
    Peer(
        name="celery",
        packages=("celery[redis]>=5.5",),
        program="celery_app.py",
        workers=lambda bin_: [[str(bin_ / "celery"), "-A", "app", "worker", "-c", "2", "--loglevel", "ERROR"]],
        server="redis",
        remark="Redis, prefork pool of two; acknowledged before it is executed",
    ),
)
