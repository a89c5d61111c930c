"""Run ids on the command line."""

from collections.abc import Iterable

from jobctl.decide.text.run_id import read_run_id
from jobctl.model.errors import UsageError


def run_ids(texts: Iterable[str]) -> list[int]:
    """The ids, each once. Raises UsageError for what is no number."""
    return list(dict.fromkeys(_run_id(text) for text in texts))


def _run_id(text: str) -> int:
    found = read_run_id(text)
    if found is None:
        raise UsageError(f"`{text}` is not the id of a run", hint="ids are numbers: `jobctl runs` lists them")
    return found
