"""Redraw a view in place until somebody leaves: no flicker, follows the window, always gives the terminal back."""

import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

LEAVE = b"qQ\x03\x04"
_LOOK = 0.2


def watch(
    draw: Callable[[], "RenderableType"],
    interval: float = 1.0,
    stamp: Callable[[], object] = lambda: None,
    ended: Callable[[], bool] = lambda: False,
) -> None:
    """Show what `draw` gives, again each `interval` seconds, when `stamp` gives something new, on a resize and on a
    key; returns after q or Ctrl-C, or once `ended` says so."""
    from rich.live import Live

    from jobctl.cli.render.console import StdoutConsole

    console = StdoutConsole()
    if not console.is_terminal or console.is_dumb_terminal:
        _print_pictures(console, draw, interval, ended)
        return
    with ExitStack() as stack:
        stack.enter_context(_terminating())
        wakes = stack.enter_context(_woken_by(signal.SIGWINCH))
        keys = stack.enter_context(_keys())
        live = stack.enter_context(Live(console=console, screen=True, auto_refresh=False, vertical_overflow="crop"))
        try:
            while not ended():
                # Taken before the drawing reads: a change while it draws must not be missed.
                changed = _change_of(stamp)
                live.update(draw(), refresh=True)
                if _pause(keys, wakes, interval, changed):
                    return
        except KeyboardInterrupt:
            return


def _change_of(stamp: Callable[[], object]) -> Callable[[], bool]:
    """Whether `stamp` gives something else than now."""
    seen = stamp()
    return lambda: stamp() != seen


def _print_pictures(
    console: "Console", draw: Callable[[], "RenderableType"], interval: float, ended: Callable[[], bool]
) -> None:
    """One picture after the other, for whoever reads from a pipe."""
    while not ended():
        console.print(draw())
        console.print()
        sys.stdout.flush()
        time.sleep(interval)


def _pause(keys: int | None, wakes: int, interval: float, changed: Callable[[], bool]) -> bool:
    """Wait for a reason to draw again; True when somebody wants to leave."""
    until = time.monotonic() + interval
    while (left := until - time.monotonic()) > 0:
        ready = select.select([fd for fd in (keys, wakes) if fd is not None], [], [], min(left, _LOOK))[0]
        if keys in ready and keys is not None:
            typed = os.read(keys, 64)
            return not typed or any(key in LEAVE for key in typed)
        if wakes in ready:
            os.read(wakes, 64)
            return False
        if changed():
            return False
    return False


@contextmanager
def _keys() -> Iterator[int | None]:
    """Read single keys, unseen, while inside; None where stdin is no terminal."""
    if not sys.stdin.isatty():
        yield None
        return
    keys = sys.stdin.fileno()
    before = termios.tcgetattr(keys)
    try:
        tty.setcbreak(keys)
        yield keys
    finally:
        termios.tcsetattr(keys, termios.TCSADRAIN, before)


@contextmanager
def _woken_by(number: signal.Signals) -> Iterator[int]:
    """A descriptor that becomes readable when a signal comes."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.signal(number, lambda *_: None)
    old = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(old)
        signal.signal(number, before)
        os.close(reading)
        os.close(writing)


@contextmanager
def _terminating() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into an exit that passes through every `finally`."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
