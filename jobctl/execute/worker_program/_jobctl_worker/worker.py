"""Executes calls and tells what came of them."""

from __future__ import annotations

import json
import os
import time
from _thread import allocate_lock
from types import CoroutineType

from .files import write_all
from .masking import mask_text
from .outcomes import NOTHING, Unstartable, clean, inside_modules, meaning_of, returned, unstartable
from .targets import arguments, find_function

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
        self.loop: Any = None
        self.pid = os.getpid()

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
        started_at = self.began = time.time()
        self.process.enter(call)
        value, more = unstartable(failure) if failure else self.outcome(call)
        self.flush_progress()
        finished_at = time.time()
        self.current = None
        inline, trouble = self.process.leave(call)
        took = 1e6 * (finished_at - self.began)
        end = END % (call.run_id, call.fence, 1000 * started_at, 1000 * finished_at, took)
        end += "]" if value is None and inline is None else f",{value or 'null'},{inline or 'null'}]"
        if more is None and trouble is None:
            return end
        return f'{{"end":{end},{json.dumps({**(more or {}), **(trouble or {})})[1:]}'

    def outcome(self, call: Call) -> Outcome:
        try:
            function = self.functions.get(call.form.target) or self.function(call.form.target)
        except Unstartable as error:
            return unstartable(mask_text(str(error), call.secrets))
        try:
            value = function(**arguments(call))
            if isinstance(value, CoroutineType):
                value = self.wait_for(value)
            return NOTHING if value is None or not call.form.keep_result else returned(value, call.secrets)
        except BaseException as error:  # noqa: BLE001 - whatever a job raises is its outcome
            return None, meaning_of(error, call.secrets)
        finally:
            self.sources.note()

    def function(self, target: str) -> Any:
        if target not in self.functions:
            try:
                self.functions[target] = find_function(target)
            finally:
                self.sources.note()
                self.began = time.time()
        return self.functions[target]

    def wait_for(self, coroutine: Any) -> Any:
        import asyncio

        if self.loop is None:
            self.loop = asyncio.new_event_loop()
        try:
            return self.loop.run_until_complete(coroutine)
        finally:
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            if left:
                self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    def report(self, percent: float, message: str | None) -> None:
        """Tell how far the current call is; called by inside.py."""
        call = self.current
        if call is None or os.getpid() != self.pid:
            return
        message = None if message is None else clean(mask_text(message, call.secrets), 1000)
        progress = {"run_id": call.run_id, "fence": call.fence, "percent": percent, "message": message}
        self.send(json.dumps({"progress": progress}))

    def flush_progress(self) -> None:
        for module in inside_modules():
            module.flush_progress()

    def send(self, line: str) -> None:
        data = (line + "\n").encode()
        with self.lock:
            written = os.write(self.replies, data)
            if written < len(data):
                write_all(self.replies, data[written:])
