"""One worker process as the daemon sees it."""

import selectors
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jobctl.execute.attempt import Began, Timer
from jobctl.execute.callables.capture import Capture
from jobctl.execute.callables.key import WorkerKey
from jobctl.execute.callables.line import MOST, Line
from jobctl.execute.callables.requests import LONG, Call, batch_of

IDLE_LIMIT = timedelta(seconds=60)
PATIENCE = timedelta(seconds=5)
FOLLOWED_AFTER = timedelta(milliseconds=500)
FOLLOWED_EVERY = timedelta(milliseconds=250)
# A call that lasts longer than this is not quick: what waits behind it is taken elsewhere, and some time later, when
# no other worker was to be had, back to the store.
STUCK_AFTER = timedelta(milliseconds=25)
GIVEN_BACK_AFTER = timedelta(milliseconds=250)
TOLD_AFTER = timedelta(milliseconds=100)


class Worker:
    """A process, its line and the calls that it was given.

    `sent` are those that it has or may take by itself, the first of them under way since `began_at`; `kept` follow
    when there is room. `answered` is set when a result came after a stop had been asked for, `output` what came with
    it. `leaving` workers get no more work; `kill_at` is when one that should have ended is killed.
    """

    def __init__(
        self,
        name: str,
        key: WorkerKey,
        selector: selectors.BaseSelector,
        hear: "Callable[[Worker, list[Any]], None]",
        now: datetime,
    ) -> None:
        self.name = name
        self.key = key
        self._capture = Capture()
        try:
            self.line = Line(selector, lambda replies: hear(self, replies))
        except OSError:
            self._capture.close()
            raise
        self.ready = False
        self.process: tuple[int, int] | None = None
        self.sent: deque[Call] = deque()
        self.kept: deque[Call] = deque()
        self.load = 0
        self.began_at = now
        self._timer: Timer | None = None
        self.told = False
        self.answered = False
        self.exit_code: int | None = None
        self.output: bytes | None = None
        self.leaving = False
        self.kill_at: datetime | None = None
        self.idle_since = now
        self.copied_at: datetime | None = None
        self._captured: Call | None = None

    @property
    def busy(self) -> bool:
        """Whether it has anything to do."""
        return bool(self.sent or self.kept)

    @property
    def timer(self) -> Timer | None:
        """The time limits of the call under way, None while there is none; most calls end before somebody asks."""
        if self._timer is None and self.sent:
            self._timer = Timer(self.sent[0].claim, self.began_at)
        return self._timer

    @property
    def stopping(self) -> bool:
        """Whether the call under way has been asked to stop."""
        return self._timer is not None and self._timer.why is not None

    def shares(self, now: datetime) -> bool:
        """Whether more may be sent behind what it has."""
        if self.leaving or self.line.ended:
            return False
        if not self.sent:
            return bool(self.kept) and not self.kept[0].alone
        return not self.sent[0].alone and (not self.ready or now - self.began_at < STUCK_AFTER)

    def soon(self, now: datetime) -> bool:
        """Whether what waits may still be executed here."""
        timer = self.timer
        if timer is None or self.leaving or self.line.ended or timer.why is not None or timer.is_due(now):
            return False
        return not self.sent[0].alone and now - timer.started_at < GIVEN_BACK_AFTER

    def give(self, call: Call) -> None:
        """Execute a call, after those that it was given before: it is sent with others."""
        self.kept.append(call)
        self.load += call.cost

    def send(self, now: datetime) -> None:
        """Send what there is room for."""
        while self.kept and (not self.sent or self._may_follow(now)):
            calls = self._batch()
            if not self.line.send(batch_of(self.line.next, calls), len(calls)):
                return
            if not self.sent:
                self._begin(now)
            self.sent.extend(calls)
            for _ in calls:
                self.kept.popleft()

    def _may_follow(self, now: datetime) -> bool:
        return self.line.flows and self.shares(now) and not self.kept[0].alone

    def _batch(self) -> list[Call]:
        """The first that are kept, as many as may be sent together."""
        if self.kept[0].alone:
            return [self.kept[0]]
        calls: list[Call] = []
        length = 0
        for call in self.kept:
            length += len(call.text)
            if call.alone or len(calls) == MOST or length > 2 * LONG:
                break
            calls.append(call)
        return calls

    def first_ended(self, at: datetime) -> None:
        """The call under way has ended."""
        self.load -= self.sent.popleft().cost
        self.idle_since = at
        self._begin(at)

    def recall(self) -> None:
        """Take back what it has not begun; then nothing is sent but what it has begun, one call at most."""
        for _ in range(min(self.line.recall(), len(self.sent))):
            self.kept.appendleft(self.sent.pop())
        if not self.sent:
            self._timer = None
        self.line.read()

    def died(self) -> None:
        """Hear its last words and take back what it had not begun. One that has never come to anything has its first
        call to answer for."""
        self.line.read()
        timer = self.timer
        self.recall()
        if timer is not None and not self.ready and not self.sent:
            self.sent.append(self.kept.popleft())
            self._timer = timer
        # A child that a call has forked may hold the other end of the line: it does not look ended then.
        self.leaving = True

    def take_kept(self) -> list[Call]:
        """What it has not begun is for somebody else."""
        calls = list(self.kept)
        self.kept.clear()
        self.load -= sum(call.cost for call in calls)
        return calls

    def keep(self, calls: Iterable[Call]) -> None:
        """Execute calls when it is looked after next."""
        self.kept.extend(calls)
        self.load = sum(call.cost for call in (*self.sent, *self.kept))

    def began(self) -> Began | None:
        """The news that the attempt under way has a process, once; None before that is so."""
        if self.told or not self.sent or self.process is None:
            return None
        self.told = True
        return Began(self.sent[0].claim.key, *self.process, self.began_at)

    def shift(self, by: timedelta) -> None:
        """The clock was set: what is measured goes on as if it had not been."""
        self.began_at += by
        self.idle_since += by
        self.kill_at = None if self.kill_at is None else self.kill_at + by
        self.copied_at = None if self.copied_at is None else self.copied_at + by
        if self._timer is not None:
            self._timer.shift(by)

    def leave(self) -> None:
        """End when there is nothing to do."""
        self.leaving = True
        if not self.busy:
            self.line.finish()

    def follow(self, now: datetime) -> None:
        """Copy the output of a call that lasts into its log. Raises OSError."""
        at = self._follow_at()
        if at is not None and now >= at:
            self.copied_at = now
            self.capture.copy()

    def finish_log(self) -> None:
        """What a call has printed belongs into its log, if one was begun while it lasted. Raises OSError."""
        if self.output is not None and self.capture.finish(self.output):
            self.output = None

    @property
    def capture(self) -> Capture:
        """What the call under way has printed."""
        if self.sent and self._captured is not self.sent[0]:
            self._captured = call = self.sent[0]
            self._capture.begin(Path(call.log), call.claim.job.log_max_bytes, call.secrets)
        return self._capture

    def overdue(self, now: datetime) -> bool:
        """Whether it is to be killed now; asked until it has ended."""
        if self.busy:
            return False
        if not self.leaving and now - self.idle_since >= IDLE_LIMIT:
            self.leave()
        if self.leaving or self.line.ended:
            self.kill_at = self.kill_at or now + PATIENCE
        return self.kill_at is not None and now >= self.kill_at

    def wake_at(self) -> datetime | None:
        """When to look at it again."""
        timer = self.timer
        if timer is None:
            return self.kill_at or self.idle_since + IDLE_LIMIT
        clear_at = None
        if len(self.sent) > 1:
            clear_at = timer.started_at + STUCK_AFTER
        elif self.kept:
            clear_at = timer.started_at + GIVEN_BACK_AFTER
        return min(filter(None, (timer.wake_at(), clear_at, self._follow_at())), default=None)

    def close(self) -> None:
        """Let go of it; it is killed if it still lives."""
        self.line.close()
        self._capture.close()

    def _begin(self, now: datetime) -> None:
        self.began_at = now
        self._timer = None
        self.told = False
        self.copied_at = None

    def _follow_at(self) -> datetime | None:
        if not self.sent:
            return None
        return self.copied_at + FOLLOWED_EVERY if self.copied_at else self.began_at + FOLLOWED_AFTER
