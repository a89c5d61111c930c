"""The SQL of a store: one statement per file, its purpose in the first line."""

from functools import cache
from pathlib import Path

_SQLITE = Path(__file__).parent / "sql" / "sqlite"


@cache
def query(name: str) -> str:
    """The statement in `sql/sqlite/<name>.sql`, read once and without its first line."""
    return (_SQLITE / f"{name}.sql").read_text(encoding="utf-8").split("\n", 1)[1]
