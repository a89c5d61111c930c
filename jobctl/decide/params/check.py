"""Parameters of a run: given values against a job's declaration, as plain data.

Quick by design: `enqueue` imports this at every start, so there are no dataclasses here and no YAML.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from jobctl.decide.params.value import shown, spelled, stored, typed
from jobctl.decide.text.closest import did_you_mean
from jobctl.model.errors import UsageError

_Wrong = list[tuple[str, str]]


def check_params(specs: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values a run gets: `given` checked against the plain declarations `specs`, defaults filled in.

    A param that is not given and has no default is left out; so is one given as null, unless its type is json.
    Raises UsageError that names everything that is wrong.

    >>> check_params({"size": {"type": "integer", "default": 256}, "album": {"required": True}}, {"album": "spring"})
    {'size': 256, 'album': 'spring'}
    """
    return _settled(specs, given, [])


def parse_params(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> dict[str, Any]:
    """As `check_params`, for texts `NAME=VALUE` from a command line.

    >>> parse_params({"size": {"type": "integer"}}, ["size=256"])
    {'size': 256}
    """
    given, wrong = _read(specs, pairs)
    return _settled(specs, given, wrong)


def read_pairs(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> dict[str, Any]:
    """Texts `NAME=VALUE` as typed values, nothing filled in; for changing some params of a run that has them all."""
    given, wrong = _read(specs, pairs)
    if wrong:
        raise _error(specs, wrong)
    return given


def _settled(specs: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any], wrong: _Wrong) -> dict[str, Any]:
    """The values; `wrong` is what was wrong already, each with the param that it is about."""
    wrong = wrong + [(name, _unknown(specs, name)) for name in given if name not in specs]
    mentioned = {name for name, _ in wrong}
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        value = given.get(name)
        if value is None and not (name in given and spec.get("type") == "json"):
            value = spec.get("default")
            if value is None:
                if spec.get("required") and name not in mentioned:
                    wrong.append((name, f"param `{name}` is required"))
                continue
        try:
            values[name] = stored(spec, value)
        except ValueError as problem:
            wrong.append((name, f"param `{name}` {problem}"))
    if wrong:
        raise _error(specs, wrong)
    return values


def _read(specs: Mapping[str, Mapping[str, Any]], pairs: Iterable[str]) -> tuple[dict[str, Any], _Wrong]:
    given: dict[str, Any] = {}
    wrong: _Wrong = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            wrong.append((name, f"expected NAME=VALUE, got `{pair[:60]}`"))
        elif name in given:
            wrong.append((name, f"param `{name}` is given twice"))
        elif name not in specs:
            wrong.append((name, _unknown(specs, name)))
        else:
            try:
                given[name] = typed(specs[name].get("type", "string"), text)
            except ValueError as problem:
                wrong.append((name, f"param `{name}` {problem}"))
    return given, wrong


def _unknown(specs: Mapping[str, Any], name: str) -> str:
    name = spelled(name)
    return f"unknown param `{name}`{did_you_mean(name, specs)}"


def _error(specs: Mapping[str, Mapping[str, Any]], wrong: _Wrong) -> UsageError:
    takes = ", ".join(f"{name} ({_described(spec)})" for name, spec in specs.items())
    return UsageError(
        "; ".join(message for _, message in wrong),
        hint=f"the job takes: {takes}" if takes else "the job takes no params",
    )


def _described(spec: Mapping[str, Any]) -> str:
    kind = str(spec.get("type", "string"))
    if spec.get("required"):
        return f"{kind}, required"
    default = spec.get("default")
    return kind if default is None else f"{kind}, default {shown(default)}"
