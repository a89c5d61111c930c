"""Finding the function that a job names, and what it is called with."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches

from .outcomes import Unstartable, message_of, traceback_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from .calls import Call


def find_function(target: str) -> Any:
    """Import the module of `package.module:function` and take the function from it."""
    name, _, path = target.partition(":")
    module = find_module(name)
    found: Any = module
    for part in path.split("."):
        if not hasattr(found, part):
            file = getattr(module, "__file__", "built in")
            raise Unstartable(f"module `{name}` ({file}) has no `{path}`")
        found = getattr(found, part)
    if not callable(found):
        raise Unstartable(f"`{target}` is not callable: it is {type(found).__name__}")
    if isinstance(found, type) and not hasattr(found, "__await__"):
        hint = "name a function that makes one and calls what is to be done"
        raise Unstartable(f"`{target}` is a class, and making an object of it runs none of its methods: {hint}")
    return found


def find_module(name: str) -> ModuleType:
    invalidate_caches()
    try:
        return import_module(name)
    except BaseException as error:  # noqa: BLE001 - whatever a module raises when imported is told
        if isinstance(error, ModuleNotFoundError) and error.name and (name + ".").startswith(error.name + "."):
            places = ", ".join(place or "." for place in sys.path)
            raise Unstartable(f"module `{error.name}` not found in {places}") from None
        sys.stderr.write(traceback_text(error))
        what = f"{type(error).__name__}: {message_of(error)}".rstrip(": ")
        raise Unstartable(f"module `{name}` cannot be imported by {sys.executable}: {what}") from None


def arguments(call: Call) -> dict[str, Any]:
    """Keyword arguments: params as they are, but dates as `date` and instants as `datetime`."""
    params = call.params
    for name, kind in call.form.dates.items():
        text = params.get(name)
        if text is not None:
            import datetime

            if kind == "date":
                params[name] = datetime.date.fromisoformat(text)
            else:
                params[name] = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return params
