"""Takes care of children: starts them, stops them, listens to them, and tells their ends."""

from __future__ import annotations

import os
import resource
import signal
import time

from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program import spawning
from jobctl.execute.holder_program.child import Child
from jobctl.execute.holder_program.family import Family
from jobctl.execute.holder_program.frames import to_text
from jobctl.execute.holder_program.journal import Journal
from jobctl.execute.holder_program.output import Output
from jobctl.execute.holder_program.queued import Waiting
from jobctl.execute.holder_program.stamp import Stamps
from jobctl.execute.holder_program.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SETTLED_IN_MS = 50
_HEARD_IN_MS = 10
"""What a child prints before that fits into its pipe, or waits: most have ended by then, and need not be watched."""
_PROGRESS_MS = 200
_UPKEEP_MS = 250
_KILL_AGAIN_MS = 10
_NEVER = 1 << 62


class Care:
    """The children and what is due for them.

    `ended` holds the ends that the daemon has not settled, by key, `last_words` the progress told right before that.
    What is in `waiting` starts when others have ended.
    `tell` takes an event as JSON for the daemon; while `is_behind` it does not listen, and progress is not told.
    `outliving` are the outputs of children that have ended, into which others can still write, the oldest first; of
    very many the oldest are listened to no longer.
    """

    def __init__(self, token: str, journal: Journal, watch: Watch, tell: Callable[[str], None]) -> None:
        self._stamps = Stamps()
        self.family = Family(token, self._stamps)
        self.ended: dict[str, list[Any]] = {}
        self.last_words: dict[str, list[Any]] = {}
        self.waiting = Waiting()
        self.outliving: dict[Output, None] = {}
        # Each has a pipe and a log: half of all descriptors are for them.
        self._most_outliving = max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)
        self._journal = journal
        self._watch = watch
        self._tell = tell
        self.is_behind = False
        self._null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
        self._upkeep_at = _NEVER

    @property
    def patience_ms(self) -> int | None:
        """For how long nothing is due; None: until something happens."""
        return None if self._upkeep_at == _NEVER else max(0, self._upkeep_at - _monotonic())

    def live(self) -> list[list[Any]]:
        """What there is to say of each child to a daemon that is new here."""
        return [[c.key, c.pid, c.ticks, c.started_at, c.worker, c.why] for c in self.family.by_key.values()]

    def untold(self) -> list[list[Any]]:
        """What there is to say to it of those that have ended."""
        return [*self.last_words.values(), *self.ended.values()]

    def journal_lines(self) -> list[list[Any]]:
        """All that a new journal must hold."""
        return [*(child.on_record() for child in self.family.by_key.values()), *self.untold()]

    def forget(self, keys: list[str]) -> None:
        """The daemon has settled these."""
        for key in keys:
            self.last_words.pop(key, None)
            if self.ended.pop(key, None) is not None:
                self._journal.add(["F", key])

    def kill_workers(self) -> None:
        """Their daemon is gone, and nobody else can use them."""
        for child in list(self.family.by_key.values()):
            if child.worker:
                self.kill(child.key, signal.SIGKILL)

    def spawn(self, spec: dict[str, Any], fds: list[int]) -> None:
        """Start a child beside those that there are."""
        if not spec["worker"]:
            self.waiting.beside()
        self._start(spec, fds)
        self.start_next()

    def spawn_behind(self, spec: dict[str, Any], most: int) -> None:
        """Start a child as soon as fewer than `most` of its kind are there, after those that wait already."""
        self.waiting.add(spec, most)
        self.start_next()

    def allow(self, most: int) -> None:
        """So many may be there before what waits has to wait."""
        self.waiting.most = most
        self.start_next()

    def recall(self, keys: list[str]) -> None:
        """Those of these children that have not been started never will be."""
        for key in keys:
            if self.waiting.take_out(key):
                self._tell(to_text(["n", key, _wall()]))

    def start_next(self) -> None:
        """Start what there is room for. Where the disk does not take the record of it, all that waits goes back."""
        while specs := self.waiting.take(self.family.jobs):
            for spec in specs:
                self._journal.add(["I", spec["key"]])
            self._journal.flush()
            if not self._journal.written:
                self._give_back(specs)
                return
            for spec in specs:
                self._start(spec, [])

    def _give_back(self, specs: list[dict[str, Any]]) -> None:
        for spec in specs:
            self._journal.add(["F", spec["key"]])
        self.waiting.put_back(specs)
        self.recall(self.waiting.keys())

    def _start(self, spec: dict[str, Any], fds: list[int]) -> None:
        """Start a child, or tell why not; a key that is known already is left alone."""
        key = spec["key"]
        try:
            if key in self.family.by_key or key in self.ended:
                return
            # A wrapped command finds the limits of its caller, and is its holder's only child.
            stamp = self._stamps.put(0) if spec["fds"] and not spec["worker"] else self._stamps.take()
            before = tree.ticks()
            child = spawning.spawn(spec, fds, self.family.mark(key), self._null, _wall())
        except spawning.Refused as error:
            self._end(["r", key, str(error), _wall()], remember=not spec["worker"])
            return
        finally:
            for fd in fds:
                os.close(fd)
        child.born, child.between, child.stamp = _monotonic(), (before, tree.ticks()), stamp
        self.family.add(child)
        self._journal.add(child.on_record())
        self._look_within(0 if child.worker else _HEARD_IN_MS)

    def kill(self, key: str, number: int, why: str | None = None) -> None:
        """Signal the whole tree of a child; its end is told when the tree is dead, with the first reason given."""
        child = self.family.by_key.get(key)
        if child is None:
            return
        child.asked = True
        child.why = child.why or why
        child.killing = child.killing or number == signal.SIGKILL
        members = self.family.members(child)
        child.signal(number, members)
        if number != signal.SIGKILL:
            child.signal(signal.SIGCONT, members)
        self._look_within(_KILL_AGAIN_MS)

    def reap(self) -> None:
        """Take the wait status of everything that has ended, and start what waited for it."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            child = self.family.reaped(pid)
            if child is not None:
                child.status = os.waitstatus_to_exitcode(status)
                child.ended_at, child.gone = _wall(), _monotonic()
                self._look_after(child, child.gone)
        self.start_next()

    def _take_output(self, output: Output) -> None:
        """Have in the log what there is in the pipe; an output that has ended is let go of."""
        output.take()
        if output.ended:
            self._let_go(output)

    def _hear_progress(self, child: Child) -> None:
        progress = child.progress
        if progress is None:
            return
        child.news = progress.read() or child.news
        if progress.ended:
            self._watch.forget(progress.fd)
        if child.news is not None:
            self._look_within(max(0, child.news_sent + _PROGRESS_MS - _monotonic()))

    def _report(self, child: Child, now: int) -> None:
        if child.news is None or self.is_behind:
            return
        event = child.progressed()
        child.news, child.news_sent = None, now
        self._tell(to_text(event))

    def _say_last(self, child: Child) -> None:
        """The last that a child has said is told even if the daemon is behind, and to the next one too."""
        event = child.progressed()
        text = to_text(event)
        self._tell(text)
        if not child.worker:
            self._journal.add_text(text)
            self.last_words[child.key] = event

    def _look_within(self, ms: int) -> None:
        self._upkeep_at = min(self._upkeep_at, _monotonic() + ms)

    def upkeep(self) -> None:
        """Do what is due by now."""
        now = _monotonic()
        if now < self._upkeep_at:
            return
        self._upkeep_at = _NEVER
        for child in list(self.family.by_key.values()):
            self._look_after(child, now)
        if any(child.told for child in self.family.by_key.values()):
            self.family.look_for_strays()
        self.start_next()

    def _look_after(self, child: Child, now: int) -> None:
        """Whatever it is time for in a child's life, and when to look again."""
        if child.status is not None and not self._lives_on(child):
            self._finish(child, now)
        elif child.status is not None or child.killing:
            self._listen_to(child.output)
            self._look_within(_KILL_AGAIN_MS if child.killing or not child.asked else _SETTLED_IN_MS)
        elif not child.told and not child.worker and now - child.born < _SETTLED_IN_MS:
            self._await(child, now - child.born)
        else:
            self._attend(child, now)

    def _await(self, child: Child, age: int) -> None:
        if age < _HEARD_IN_MS:
            self._look_within(_HEARD_IN_MS - age)
        else:
            self._listen_to(child.output)
            self._look_within(_SETTLED_IN_MS - age)

    def _attend(self, child: Child, now: int) -> None:
        if not child.told:
            self._introduce(child)
        if child.news is not None and now - child.news_sent >= _PROGRESS_MS:
            self._report(child, now)
        if not child.worker:
            self._look_within(_UPKEEP_MS)

    def _listen_to(self, output: Output | None) -> None:
        if output is not None and not output.ended and output.fd not in self._watch:
            self._watch.add(output.fd, lambda: self._take_output(output))

    def _introduce(self, child: Child) -> None:
        """A child has lived for a moment: only then is it worth telling, and its start time worth reading."""
        child.told = True
        self._listen_to(child.output)
        self._tell(to_text(["s", child.key, child.pid, child.ticks, child.started_at]))
        if child.progress is not None:
            self._watch.add(child.progress.fd, lambda: self._hear_progress(child))

    def _lives_on(self, child: Child) -> bool:
        """After a stop was asked for: True while anything of the tree lives. Two looks, since one can miss a fork."""
        if not child.asked:
            return False
        members = self.family.members(child) or self.family.members(child)
        if child.killing:
            child.signal(signal.SIGKILL, members)
        return bool(members)

    def _finish(self, child: Child, now: int) -> None:
        self.family.remove(child)
        if child.progress is not None:
            self._watch.forget(child.progress.fd)
            child.news = child.progress.last() or child.news
            child.progress.close()
            if child.news is not None:
                self._say_last(child)
        if child.output is not None:
            self._take_leave_of(child.output)
        self._end(child.ending(), remember=not child.worker)

    def _take_leave_of(self, output: Output) -> None:
        """Have all that a child has printed in its log. Those that it has left behind may print on, and are heard."""
        if not output.ended:
            self._take_output(output)
        if not output.ended:
            output.outlive()
            self._listen_to(output)
            self.outliving[output] = None
        if len(self.outliving) > self._most_outliving:
            # Whoever starts next would lack what they hold.
            oldest = next(iter(self.outliving))
            oldest.finish()
            self._let_go(oldest)

    def _let_go(self, output: Output) -> None:
        self._watch.forget(output.fd)
        output.close()
        self.outliving.pop(output, None)

    def _end(self, event: list[Any], *, remember: bool) -> None:
        key, text = event[1], to_text(event)
        self._journal.add_text(text)
        if remember:
            self.ended[key] = event
        else:
            self._journal.add(["F", key])
        self._tell(text)


def _wall() -> int:
    return time.time_ns() // 1_000_000


def _monotonic() -> int:
    return time.monotonic_ns() // 1_000_000
