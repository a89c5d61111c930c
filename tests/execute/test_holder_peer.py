"""The connection to the daemon, seen from the holder."""

import os
import resource
import socket

from jobctl.execute.holder_program.frames import pack
from jobctl.execute.holder_program.peer import Peer


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


def test_descriptors_that_come_for_one_operation_are_inherited_by_nobody_and_stay_with_it() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    peer = Peer(ours)
    given = [os.open("/dev/null", os.O_RDONLY) for _ in range(5)]
    theirs.sendall(pack(["forget", "run:1.1"]))
    socket.send_fds(theirs, [pack(["spawn", 1])], given[:2])
    socket.send_fds(theirs, [pack(["spawn", 2])], given[2:])
    theirs.close()

    assert peer.read(everything=True) == [["forget", "run:1.1"], ["spawn", 1], ["spawn", 2]]
    taken = [peer.take_fds(0), peer.take_fds(2), peer.take_fds(3)]

    assert [len(fds) for fds in taken] == [0, 2, 3]
    assert not any(os.get_inheritable(fd) for fds in taken for fd in fds)
    peer.close()
    for fd in (fd for fds in (given, *taken) for fd in fds):
        os.close(fd)


def test_where_no_descriptor_is_free_an_operation_is_not_given_those_of_the_next() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    peer = Peer(ours)
    given = os.open("/dev/null", os.O_RDONLY)
    socket.send_fds(theirs, [pack(["spawn", 1])], [given] * 3)
    socket.send_fds(theirs, [pack(["spawn", 2])], [given])
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free() + 1, usual[1]))
    try:
        assert peer.read() == [["spawn", 1]]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
    assert peer.read() == [["spawn", 2]]
    taken = [peer.take_fds(3), peer.take_fds(1)]

    assert [len(fds) for fds in taken] == [1, 1]
    for fd in (given, *taken[0], *taken[1]):
        os.close(fd)
    theirs.close()
    peer.close()


def first_free() -> int:
    """The number of the next descriptor; all below it are taken."""
    fd = os.open("/dev/null", os.O_RDONLY)
    os.close(fd)
    return fd
