"""Run ids on the command line: `1841` or, as tables write them, `#1841`."""

from collections.abc import Iterable

from jobctl.model.errors import UsageError

_LARGEST = 2**63 - 1


def run_ids(texts: Iterable[str]) -> list[int]:
    """The ids, each once. Raises UsageError for what is no number."""
    return list(dict.fromkeys(_run_id(text) for text in texts))


def _run_id(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and int(digits) <= _LARGEST):
        raise UsageError(f"`{text}` is not the id of a run", hint="ids are numbers: `jobctl runs` lists them")
    return int(digits)
