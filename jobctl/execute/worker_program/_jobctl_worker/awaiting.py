"""The event loop in which coroutines of calls run."""

from __future__ import annotations

from .forked import Forked
from .standard import standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class EventLoop:
    """One event loop for all calls, and a new one when a call did not leave it as it was."""

    def __init__(self) -> None:
        self.loop: Any = None

    def wait_for(self, awaitable: Any) -> Any:
        """What an awaitable comes to; a future is awaited in the loop that it belongs to."""
        asyncio = standard("asyncio")

        if asyncio.isfuture(awaitable):
            loop = awaitable.get_loop()
        else:
            loop = self.loop = self.loop or asyncio.new_event_loop()
            awaitable = awaited(awaitable)
        try:
            return loop.run_until_complete(awaitable)
        finally:
            if not Forked.here:  # a forked child shares the selector of the loop
                self.tidy(loop)

    def tidy(self, loop: Any) -> None:
        """Cancel what the call has left in the loop, and give the loop up where more than that is left."""
        asyncio = standard("asyncio")

        if not loop.is_closed():
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        if loop is self.loop and not is_as_new(loop):
            self.loop = None
            if not loop.is_closed():
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()


async def awaited(awaitable: Any) -> Any:
    return await awaitable


def is_as_new(loop: Any) -> bool:
    """Whether the next call would find nothing in the loop; what other kinds of loops do not tell is not asked."""
    if loop.is_closed() or loop.get_task_factory() is not None or loop.get_exception_handler() is not None:
        return False
    if getattr(loop, "_ready", None):
        loop.call_soon(loop.stop)  # what was ready when the call ended
        loop.run_forever()
    timers = [handle for handle in getattr(loop, "_scheduled", ()) if not handle.cancelled()]
    watched: Any = getattr(getattr(loop, "_selector", None), "get_map", dict)()
    marks = ("_executor_shutdown_called", "_asyncgens_shutdown_called", "_signal_handlers", "_ready")
    # One descriptor is the loop's own.
    return not timers and len(watched or ()) <= 1 and not any(getattr(loop, mark, None) for mark in marks)
