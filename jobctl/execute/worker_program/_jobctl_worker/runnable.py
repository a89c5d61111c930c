"""Whether what a callable returned is still to be run: a coroutine that nobody awaits has done nothing."""

from __future__ import annotations

import sys
from functools import partial
from types import AsyncGeneratorType, BuiltinFunctionType, FunctionType, GeneratorType, MethodType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# The types of nearly all results: nothing of them is left to be run.
DONE = frozenset((type(None), bool, int, float, str, bytes, list, dict, tuple, set))
UNCALLED = (FunctionType, BuiltinFunctionType, MethodType, partial)
OF_AWAIT = 0x100


class NeverRan(Exception):
    """What was returned holds work that nobody can do here."""


def run_to_end(value: Any, wait_for: Callable[[Any], Any]) -> Any:
    """What comes of a returned value once all that it stands for is done; `wait_for` awaits. Raises NeverRan."""
    while type(value) not in DONE:
        if is_awaitable(value):
            value = wait_for(value)
        elif isinstance(value, AsyncGeneratorType):
            value = wait_for(exhaust_async(value))
        elif isinstance(value, (GeneratorType, map, filter)):
            value = exhaust(value)
        elif is_future(value):
            value = value.result()
        else:
            refuse_work(value)
            return value
    return value


def is_awaitable(value: Any) -> bool:
    if isinstance(value, GeneratorType):
        return bool(value.gi_code.co_flags & OF_AWAIT)
    return hasattr(type(value), "__await__")


def is_future(value: Any) -> bool:
    """Whether it is a future of a thread or process pool; if it is, the module is there."""
    module = sys.modules.get("concurrent.futures._base")
    return module is not None and isinstance(value, module.Future)


def exhaust(values: Any) -> Any:
    """Run a generator to its end; what it yields is for nobody, what it returns is its result."""
    while True:
        try:
            next(values)
        except StopIteration as end:
            return end.value


async def exhaust_async(values: Any) -> None:
    async for _ in values:
        pass


def refuse_work(value: Any) -> None:
    """Raises NeverRan for functions, classes and context managers: work that somebody else would have to begin."""
    if isinstance(value, (*UNCALLED, type)):
        raise NeverRan(f"it returned {described(value)}, which nobody calls: call it, and return what comes of it")
    if type(value).__module__ == "contextlib" and hasattr(value, "gen"):
        raise NeverRan("it is a context manager, which nobody enters: use it in a `with` of a function of its own")


def described(value: Any) -> str:
    if isinstance(value, partial):
        return f"a partial of {described(value.func)}"
    what = "the class" if isinstance(value, type) else "the function"
    return f"{what} `{getattr(value, '__qualname__', value)}`"
