"""All statements that the store's modules declare, for the tests of the statements themselves."""

import importlib
import pkgutil
from pathlib import Path

import jobctl.store as room
from jobctl.store.statements import Select, Statement, parts_of

SQL = Path(room.__path__[0]) / "sql"
# Pages of runs are made up when they are asked for: of the columns, of conditions, and of an order.
CONDITIONS = sorted(
    name
    for folder in ("common", "sqlite")
    for name, _, _ in parts_of((SQL / folder / "runs.sql").read_text(encoding="utf-8"))
    if name.startswith("by_")
)


def statements() -> dict[str, Statement]:
    """Every declared statement, by the module and name of its declaration."""
    found: dict[str, Statement] = {}
    for module in pkgutil.walk_packages(room.__path__, "jobctl.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            values = value.items() if isinstance(value, dict) and name.isupper() else [(None, value)]
            for key, one in values:
                if isinstance(one, Statement) and one not in found.values():
                    found[".".join(filter(None, (one.topic, name.lower(), key)))] = one
    return found


def one_column(select: Select[object]) -> bool:
    """Whether its rows are bare values."""
    return not hasattr(select.row, "_fields")
