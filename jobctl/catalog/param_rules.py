"""What holds between the keys of a declared param."""

from collections.abc import Iterator, Mapping
from typing import Any

from jobctl.catalog.models import ParamModel
from jobctl.catalog.node import Part
from jobctl.decide.params.matching import pattern_problem
from jobctl.decide.params.template import env_name
from jobctl.decide.params.value import problem_of

Found = tuple[list[Part], str]


def param_problems(params: Mapping[str, ParamModel]) -> list[Found]:
    """What is wrong with the declarations: where under `params`, and the message."""
    found = list(_collisions(params))
    for name, param in params.items():
        found += [([name, *loc], message) for loc, message in _problems(param)]
    return found


def _collisions(params: Mapping[str, ParamModel]) -> Iterator[Found]:
    first: dict[str, str] = {}
    for name in params:
        other = first.setdefault(env_name(name), name)
        if other != name:
            yield [name], f"`{name}` and `{other}` would be the same variable {env_name(name)}"


def _problems(param: ParamModel) -> Iterator[Found]:
    kind = param.type or "string"
    spec: dict[str, Any] = {"type": kind}
    if param.pattern is not None:
        wrong = _pattern_problem(kind, param.pattern)
        if wrong:
            yield ["pattern"], wrong
        else:
            spec["pattern"] = param.pattern
    for key in ("minimum", "maximum"):
        bound = getattr(param, key)
        if bound is not None and kind not in ("integer", "number"):
            yield [key], f"only an integer or a number has a {key}, and the type is {kind}"
        elif bound is not None:
            spec[key] = bound
    if spec.get("minimum", 0) > spec.get("maximum", spec.get("minimum", 0)):
        yield ["maximum"], f"expected at least the minimum {param.minimum}, got {param.maximum}"
        return
    fitting = []
    for index, choice in enumerate(param.choices or ()):
        wrong = problem_of(spec, choice)
        if wrong:
            yield ["choices", index], f"a choice {wrong}"
        else:
            fitting.append(choice)
    if param.default is None:
        return
    if param.required:
        yield ["default"], "a required param has no default; remove one of the two"
    wrong = problem_of(spec | {"choices": fitting}, param.default)
    if wrong:
        yield ["default"], f"the default {wrong}"


def _pattern_problem(kind: str, pattern: str) -> str | None:
    if kind != "string":
        return f"only text has a pattern, and the type is {kind}"
    return pattern_problem(pattern)
