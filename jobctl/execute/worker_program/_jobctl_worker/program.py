"""The program of a worker process: it executes callables for a daemon, one after the other.

Started as `python worker_program/__main__.py INSIDE WHERE [FOLDER..]`: the file that stands in for the module `jobctl`
where that is not installed, the name of the folder that it runs in, and those to put before sys.path. `JOBCTL_FDS`
holds the numbers of inherited descriptors: tokens, calls, replies, the lifeline that only the daemon's death closes,
the reading end of the pipe that descriptors 1 and 2 are, and a memory file for what is too much for that: whatever a
call prints, in Python, in C or in a child process, is found there when it ends, at the price of one ioctl when it
printed nothing.

Calls come as lines of JSON, many in a line. An object is a form: what calls of a job have in common. A list is a batch,
`[FIRST, CALL..]`, whose calls are numbered from FIRST on. A call is `[FORM, run_id, fence, scheduled_for, MORE]`: the
place of its form among those that precede the batch, and an object, left out where there is no more to say. Calls are
read before their turn. That one may begin is said by its token: its number (8 bytes), on a pipe of which the worker
takes one when it begins a call. What is there can be taken back by the daemon at any moment, and is still there when
this process dies. A call whose token was taken back is passed over.

A result is written before the next token is taken. Replies are lines of JSON too: a result, `{"ready": version}`,
`{"progress": {..}}` or, with the last result, `{"leaving": why}`: this process ends and takes no more calls. See
`calls.Form`, `calls.Call` and `worker.Worker.execute`.
"""

from __future__ import annotations

import os
import sys

from .compiled import load_from
from .drain import Drain
from .forked import close_in_children
from .inbox import Inbox, handed_over
from .outcomes import clean, to_reply
from .process import Process
from .sources import Sources
from .startup import die_with, inherited_descriptors, prepare_imports, start_anew
from .worker import Worker


def main(argv: list[str]) -> None:
    environment = dict(os.environ)
    tokens, calls, replies, lifeline, pipe, memory, *unread = inherited_descriptors()
    inside, folder, *folders = argv[1:]
    die_with(lifeline)
    for fd in (tokens, calls, replies, lifeline, pipe, memory):
        os.set_inheritable(fd, False)
    prepare_imports(inside, folders)
    sys.argv[1:] = []
    load_from(folders)
    sources = Sources(folder, folders)
    process = Process(dict(os.environ), Drain(pipe, memory))
    worker = Worker(replies, sources, process)
    close_in_children([tokens, calls, replies, lifeline, pipe, memory], process.flush)
    import _jobctl_worker  # type: ignore[import-not-found]  # not in the daemon, which has it under its full name

    _jobctl_worker.report = worker.report
    worker.send(to_reply({"ready": sys.version.split()[0]}))
    inbox = Inbox(tokens, calls, handed_over(unread))
    failure = None
    while True:
        if sources.due():
            inbox.wait()
            failure = start_anew(argv, folder, environment, inbox) if sources.changed() else None
        try:
            call = inbox.take()
        except BlockingIOError:
            inbox.wait()
            continue
        if call is None:
            return
        result = worker.answer(call, failure)
        why = worker.leaves(call)
        if why is not None:
            # The daemon is to give it no more; what it may have given it already is still in the pipe of tokens.
            worker.send(result + "\n" + to_reply({"leaving": clean(why, 1000)}))
            return
        worker.send(result)
