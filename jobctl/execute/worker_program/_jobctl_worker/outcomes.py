"""What came of a call."""

from __future__ import annotations

import json
import os
import sys

from .files import OWN
from .masking import mask_text, mask_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What a call returned, as JSON, and what else there is to say of how it ended.
    Outcome = tuple[str | None, dict[str, Any] | None]

to_json = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode
RESULT_LIMIT = 64 * 1024
TEXT_LIMIT = 64 * 1024
NOTHING: Outcome = (None, None)


class Unstartable(Exception):
    """The function cannot be had."""


def unstartable(message: str) -> Outcome:
    return None, {"kind": "unstartable", "message": clean(message)}


def returned(value: Any, secrets: list[str]) -> Outcome:
    """A value that is to be kept, or a note that says why it is not."""
    try:
        text = to_json(value)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        return None, {"note": clean(mask_text(f"the result is not JSON: {error}", secrets), 1000)}
    if size > RESULT_LIMIT:
        return None, {"note": f"the result is {size} bytes of JSON, more than the {RESULT_LIMIT} that are kept"}
    if secrets:
        text = to_json(mask_value(json.loads(text), secrets))
    return text, None


def meaning_of(error: BaseException, secrets: list[str]) -> dict[str, Any] | None:
    """What an exception means: an exit status, a skip, a wish for another try, or a failure."""
    if isinstance(error, SystemExit):
        return meaning_of_exit(error, secrets)
    message = clean(mask_text(message_of(error), secrets))
    for module in inside_modules():
        if isinstance(error, module.Skip):
            return {"kind": "skipped", "message": message}
        if isinstance(error, module.Retry):
            return {"kind": "retry", "message": message, "delay": error.delay}
    text = clean(mask_text(traceback_text(error), secrets))
    return {"kind": "raised", "names": names_of(type(error)), "message": message, "traceback": text}


def meaning_of_exit(error: SystemExit, secrets: list[str]) -> dict[str, Any] | None:
    code = error.code
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        return {"kind": "exited", "code": 1, "message": clean(mask_text(str(code), secrets))}
    return {"kind": "exited", "code": code & 0xFF} if code else None


def inside_modules() -> list[Any]:
    """inside.py, under the name that the job's imports gave it; not imported for the question's sake."""
    modules = (sys.modules.get("jobctl.execute.inside"), sys.modules.get("jobctl"))
    return [module for module in modules if module is not None and "flush_progress" in vars(module)]


def names_of(kind: type) -> list[str]:
    """Class and base names, most special first, each with its module and without."""
    names: list[str] = []
    for cls in kind.__mro__:
        if cls is not object:
            names += [f"{cls.__module__}.{cls.__qualname__}", cls.__name__]
    return names


def message_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as other:  # noqa: BLE001 - a job's own __str__ may raise anything
        return f"<{type(error).__name__} has no message: its __str__ raised {type(other).__name__}>"


def traceback_text(error: BaseException) -> str:
    """The traceback from the job's first frame on."""
    from traceback import format_exception

    frames = error.__traceback__
    while frames is not None and not_the_jobs(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    return "".join(format_exception(type(error), error, frames))


def not_the_jobs(filename: str) -> bool:
    """Whether a frame belongs to the machinery that calls the job: these files, importlib, asyncio."""
    if filename.startswith((OWN, "<frozen importlib")):
        return True
    machinery = [getattr(sys.modules.get(name), "__file__", None) for name in ("importlib", "asyncio")]
    return any(file is not None and filename.startswith(os.path.dirname(file)) for file in machinery)


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text that every database takes, with its middle cut out when it is long."""
    if len(text) > limit:
        half = limit // 2
        text = f"{text[:half]}\n[... {len(text) - 2 * half} characters cut ...]\n{text[-half:]}"
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
