"""Keys of a job: other names for them, and how defaults are merged under a job."""

from collections.abc import Sequence

from jobctl.catalog.node import Entry, Items, Node, Part, Scalar, Table
from jobctl.model.problem import Problem

ALIASES = {"command": "run", "cron": "schedule", "tz": "timezone", "environment": "env", "cwd": "working_dir"}
_BY_NAME = ("env", "secrets")
_EXCLUSIVE = ({"run", "call"}, {"schedule", "every", "at"})


def canonical(table: Table, path: Sequence[Part]) -> tuple[Table, list[Problem]]:
    """A job's table with every key under its one name and `env` as a mapping."""
    seen: dict[str, Entry] = {}
    problems = []
    for entry in table:
        name = ALIASES.get(entry.key.text, entry.key.text)
        if name in seen:
            first = seen[name].key
            message = f"`{entry.key.text}` is another name of `{first.text}`, which is given at {first.where}"
            problems.append(entry.key.problem([*path, entry.key.text], message))
            continue
        value = entry.value
        if name == "env" and isinstance(value, Items):
            value, wrong = _env_table(value, [*path, entry.key.text])
            problems.extend(wrong)
        seen[name] = Entry(entry.key, name, value)
    return _with(table, list(seen.values())), problems


def merged(job: Table, defaults: Table | None) -> Table:
    """A canonical job with canonical defaults under it: `env` and `secrets` by name, other keys replace.

    A default that would contradict what the job says (`every` under a job with a `schedule`) gives way too.
    """
    if defaults is None:
        return job
    names = {entry.name for entry in job}
    hidden = set().union(*(group for group in _EXCLUSIVE if group & names))
    entries = [_merged_entry(entry, defaults) for entry in job]
    inherited = [entry for entry in defaults if entry.name not in names | hidden]
    return _with(job, [*entries, *inherited])


def _merged_entry(entry: Entry, defaults: Table) -> Entry:
    under = defaults.get(entry.name)
    if entry.name not in _BY_NAME or under is None:
        return entry
    if not isinstance(entry.value, Table) or not isinstance(under.value, Table):
        return entry
    names = {inner.name for inner in entry.value}
    inherited = [inner for inner in under.value if inner.name not in names]
    return Entry(entry.key, entry.name, _with(entry.value, [*inherited, *entry.value]))


def _env_table(items: Items, path: Sequence[Part]) -> tuple[Table, list[Problem]]:
    """A list of NAME=value as a mapping; the last one of a name counts, as in an environment."""
    entries: dict[str, Entry] = {}
    problems = []
    for index, item in enumerate(items.items):
        name, equals, value = item.text.partition("=") if isinstance(item, Scalar) else ("", "", "")
        if not equals and not item.bad:
            message = "expected NAME=value; to pass a variable of the daemon on, name it under `inherit_env`"
            problems.append(item.problem([*path, index], message))
            continue
        key = Scalar(item.source, item.line, item.column, name, plain=False)
        entries[name] = Entry(key, name, Scalar(item.source, item.line, item.column, value, plain=False))
    return Table(items.source, items.line, items.column, list(entries.values()), bad=items.bad), problems


def _with(table: Table, entries: list[Entry]) -> Table:
    return Table(table.source, table.line, table.column, entries, bad=table.bad)


def place_of(node: Node, loc: Sequence[Part]) -> tuple[Node, list[Part], Node]:
    """Where the value at `loc` under `node` was typed: its node, its path as typed, and its key (or itself).

    A `loc` that goes deeper than what was typed (a short form) ends at the deepest node there is.
    """
    at: Node = node
    key: Node = node
    path: list[Part] = []
    for part in loc:
        if isinstance(at, Table) and (entry := at.get(str(part))):
            at, key = entry.value, entry.key
            path.append(entry.key.text)
        elif isinstance(at, Items) and isinstance(part, int) and part < len(at.items):
            at = key = at.items[part]
            path.append(part)
        else:
            break
    return at, path, key
