"""The connection to the daemon, seen from the holder."""

import socket

from jobctl.execute.holding.frames import pack
from jobctl.execute.holding.peer import Peer


def test_what_a_daemon_has_said_before_it_went_is_heard_although_it_cannot_be_answered() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    peer = Peer(ours)
    theirs.sendall(pack(["forget", "run:1.1"]))
    theirs.close()

    peer.send(["x", "worker:1"])
    peer.flush()

    assert peer.read() == [["forget", "run:1.1"]]
    peer.read()
    assert peer.ended
    peer.close()
