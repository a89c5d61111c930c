"""Executes calls and tells what came of them."""

from __future__ import annotations

import os
import sys
from _contextvars import copy_context
from _thread import allocate_lock

from .awaiting import EventLoop
from .bounds import reached
from .files import write_all
from .forked import Forked, end_child
from .masking import mask_text
from .outcomes import (
    NOTHING,
    Unstartable,
    clean,
    inside_modules,
    meaning_of,
    message_of,
    returned,
    to_reply,
    unstartable,
)
from .runnable import DONE, NeverRan, run_to_end
from .standard import Clock
from .state import State
from .targets import arguments, find_function
from .threads import Threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .calls import Call
    from .outcomes import Outcome
    from .process import Process
    from .sources import Sources

END = "[%d,%d,%d,%d,%d"


class Worker:
    """Executes calls and tells what came of them."""

    def __init__(self, replies: int, sources: Sources, process: Process) -> None:
        self.replies = replies
        self.sources = sources
        self.process = process
        self.lock = allocate_lock()
        self.current: Call | None = None
        self.functions: dict[str, Any] = {}
        self.began = 0.0
        self.loop = EventLoop()
        self.state = State()
        self.threads = Threads()
        self.runs = 0
        self.since = Clock.steady()

    def answer(self, call: Call, failure: str | None) -> str:
        """Execute one call; its result as JSON, also where something goes wrong here: nobody else tells of it."""
        began = Clock.wall()
        try:
            return self.execute(call, failure)
        except BaseException as error:  # noqa: BLE001 - a job may have changed whatever all this stands on
            self.current = None
            self.state.broken = "a call has spoilt its worker"
            told = {
                "end": [call.run_id, call.fence, 1000 * began, 1000 * Clock.wall(), 0],
                "kind": "raised",
                "names": [f"builtins.{type(error).__name__}"],
                "message": clean(f"what the call came to cannot be told: {type(error).__name__}: {message_of(error)}"),
                "traceback": "",
            }
            return to_reply(told)

    def execute(self, call: Call, failure: str | None) -> str:
        """Execute one call; its result as JSON.

        `[run_id, fence, started_at, finished_at, took, value, inline]`: milliseconds since the epoch, the microseconds
        that it took without imports, what it returned if that is kept, and what it printed if that is little: masked,
        as text in which bytes that are no UTF-8 are surrogates. The last two are left out when both are null. More
        output is in the log file. All that is so when it has just returned; else the result is an object whose `end` is
        this list. There `kind` says how it ended, with what belongs to that; `note` why a value is not kept; `unsaved`
        that output could not be saved: it waits for the daemon after a call that is alone, else it is lost, and
        `trouble` says why.
        """
        self.current = call
        started_at = self.began = Clock.wall()
        self.process.enter(call)
        value, more = unstartable(failure) if failure else self.outcome(call)
        if Forked.here:
            end_child(more, self.process.flush)
        if self.threads.changed():
            value, more = self.after_threads(value, more, call)
        self.flush_progress()
        finished_at = Clock.wall()
        self.current = None
        inline, trouble = self.process.leave(call)
        self.state.restore()
        took = 1e6 * (finished_at - self.began)
        end = END % (call.run_id, call.fence, 1000 * started_at, 1000 * finished_at, took)
        end += "]" if value is None and inline is None else f",{value or 'null'},{inline or 'null'}]"
        if more is None and trouble is None:
            return end
        return f'{{"end":{end},{to_reply({**(more or {}), **(trouble or {})})[1:]}'

    def outcome(self, call: Call) -> Outcome:
        try:
            function = self.functions.get(call.form.target) or self.function(call.form.target)
        except Unstartable as error:
            return unstartable(mask_text(str(error), call.secrets))
        try:
            self.state.enter()
            context = copy_context()
            value = context.run(function, **arguments(call))
            if type(value) not in DONE:
                value = context.run(run_to_end, value, self.loop.wait_for)
            return NOTHING if value is None or not call.form.keep_result else returned(value, call.secrets)
        except NeverRan as error:
            return unstartable(f"`{call.form.target}` did not run: {error}")
        except BaseException as error:  # noqa: BLE001 - whatever a job raises is its outcome
            return None, meaning_of(error, call.secrets)
        finally:
            self.sources.note()

    def after_threads(self, value: str | None, more: dict[str, Any] | None, call: Call) -> Outcome:
        """The outcome once the threads of the call have ended, unless that is another one."""
        try:
            if not self.threads.wait():
                self.state.broken = "a call has left a thread behind"
        except BaseException as error:  # noqa: BLE001 - as above: a signal handler of the job may raise
            return None, meaning_of(error, call.secrets)
        return value, more

    def function(self, target: str) -> Any:
        if target not in self.functions:
            try:
                self.functions[target] = find_function(target)
            finally:
                self.sources.note()
                self.state.adopt()
                self.threads.adopt()
                self.began = Clock.wall()
        return self.functions[target]

    def leaves(self, call: Call) -> str | None:
        """Why no other call is to be executed here after this one; None if one may be."""
        if call.form.bounds is not None:
            self.runs += 1
            return self.state.broken or reached(call.form.bounds, self.runs, self.since)
        return self.state.broken

    def report(self, percent: float, message: str | None) -> None:
        """Tell how far the current call is; called by inside.py."""
        call = self.current
        if call is None or Forked.here:
            return
        message = None if message is None else clean(mask_text(message, call.secrets), 1000)
        progress = {"run_id": call.run_id, "fence": call.fence, "percent": percent, "message": message}
        self.send(to_reply({"progress": progress}))

    def flush_progress(self) -> None:
        if "jobctl" in sys.modules:
            for module in inside_modules():
                module.flush_progress()

    def send(self, line: str) -> None:
        data = (line + "\n").encode()
        with self.lock:
            written = os.write(self.replies, data)
            if written < len(data):
                write_all(self.replies, data[written:])
