"""What came of a call."""

from __future__ import annotations

import json
import os
import re
import sys

from .files import OWN
from .masking import mask_text, mask_value
from .standard import standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # What a call returned, as JSON, and what else there is to say of how it ended.
    Outcome = tuple[str | None, dict[str, Any] | None]

# Bytes that are no UTF-8 are surrogates in it.
to_reply = json.JSONEncoder().encode
to_json = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode
RESULT_LIMIT = 64 * 1024
TEXT_LIMIT = 64 * 1024
DEPTH_LIMIT = 64
INTEGER_LIMIT = 2**63
MAYBE_TOO_LARGE = re.compile(r"\d{19}").search
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
    except Exception as error:  # noqa: BLE001 - a job's own mapping may raise anything
        return None, {"note": clean(mask_text(f"the result is not JSON: {message_of(error)}", secrets), 1000)}
    if size > RESULT_LIMIT:
        return None, {"note": f"the result is {size} bytes of JSON, more than the {RESULT_LIMIT} that are kept"}
    if text.count("[") + text.count("{") > DEPTH_LIMIT or MAYBE_TOO_LARGE(text):
        excess = excess_of(value, DEPTH_LIMIT)
        if excess is not None:
            return None, {"note": f"the result {excess}, and is not kept"}
    if secrets:
        text = to_json(mask_value(json.JSONDecoder().decode(text), secrets))
    return text, None


def excess_of(value: Any, depth: int) -> str | None:
    """What of a value not every reader of JSON takes."""
    if isinstance(value, int) and not -INTEGER_LIMIT <= value < INTEGER_LIMIT:
        return "has an integer of more than 64 bits"
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    if inner and depth == 0:
        return f"is nested more than {DEPTH_LIMIT} deep"
    return next((found for found in (excess_of(item, depth - 1) for item in inner) if found), None)


def meaning_of(error: BaseException, secrets: list[str]) -> dict[str, Any] | None:
    """What an exception means: an exit status, a skip, a wish for another try, or a failure."""
    if isinstance(error, SystemExit):
        return meaning_of_exit(error, secrets)
    message = clean(mask_text(message_of(error), secrets))
    for module in inside_modules():
        if isinstance(error, module.Skip):
            return {"kind": "skipped", "message": message}
        if isinstance(error, module.Retry):
            return {"kind": "retry", "message": message, "delay": delay_of(error)}
    text = clean(mask_text(traceback_text(error), secrets))
    return {"kind": "raised", "names": names_of(type(error)), "message": message, "traceback": text}


def meaning_of_exit(error: SystemExit, secrets: list[str]) -> dict[str, Any] | None:
    code = error.code
    if code is not None and not isinstance(code, int):
        text = message_of(code)
        sys.stderr.write(f"{text}\n")
        return {"kind": "exited", "code": 1, "message": clean(mask_text(text, secrets))}
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
            names += [clean(f"{cls.__module__}.{cls.__qualname__}"), clean(cls.__name__)]
    return names


def delay_of(error: Any) -> float | None:
    """The wait that a job asks for; None where it has put there what is none."""
    delay = error.delay
    return float(delay) if isinstance(delay, (int, float)) and abs(delay) < float("inf") else None


def message_of(error: object) -> str:
    try:
        return str(error)
    except BaseException as other:  # noqa: BLE001 - a job's own __str__ may raise anything
        return f"<{type(error).__name__} has no message: its __str__ raised {type(other).__name__}>"


def traceback_text(error: BaseException) -> str:
    """The traceback from the job's first frame on."""
    frames = error.__traceback__
    while frames is not None and not_the_jobs(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    try:
        return "".join(standard("traceback").format_exception(type(error), error, frames))
    except BaseException as other:  # noqa: BLE001 - an exception of a job may be no better than its __str__
        lines = ["Traceback (most recent call last):"]
        while frames is not None:
            code = frames.tb_frame.f_code
            lines.append(f'  File "{code.co_filename}", line {frames.tb_lineno}, in {code.co_name}')
            frames = frames.tb_next
        lines.append(f"{type(error).__name__}: {message_of(error)} (written plainly: {type(other).__name__})")
        return "\n".join(lines) + "\n"


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
