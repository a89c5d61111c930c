"""A tree against a model: the model's value, and every problem in words at its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from jobctl.catalog.data import to_data
from jobctl.catalog.keys import ALIASES, place_of
from jobctl.catalog.kind import got
from jobctl.catalog.models import JobModel, ParamModel, RetryModel
from jobctl.catalog.node import Node, Part, shortened
from jobctl.decide.text.closest import did_you_mean
from jobctl.model.problem import MOST_TOLD, Problem

Model = TypeVar("Model", bound=BaseModel)
_BY_NAME = ("params", "secrets")
_LATER = ("needs", "when", "on_success", "notify", "sla", "mode", "flag", "template")
_FEW = 8
_SHORT = {RetryModel: "a number of retries, or ", ParamModel: "a type, or "}
_WANTED = {
    "dict_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
}


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """What a tree says as far as it is right (None: nothing is), and what is wrong with it."""

    value: Model | None
    problems: list[Problem]


def check(model: type[Model], node: Node, path: Sequence[Part]) -> Checked[Model]:
    """The value of `node`, which stands at `path`, as `model`, and all that is wrong with it."""
    data, problems = to_data(node, path)
    try:
        return Checked(model.model_validate(data), problems)
    except ValidationError as error:
        wrong = error.errors(include_url=False)
    told = [problem for detail in wrong[:MOST_TOLD] if (problem := _told(detail, model, node, path))]
    try:
        value = model.model_validate(_without(data, [detail["loc"] for detail in wrong]))
    except ValidationError:
        value = None
    return Checked(value, problems + told)


def _without(data: Any, locs: Sequence[Any]) -> Any:
    """`data` without the keys that are wrong; of params and secrets only the wrong ones go."""
    if not isinstance(data, dict):
        return data
    rest = {key: dict(item) if isinstance(item, dict) and key in _BY_NAME else item for key, item in data.items()}
    for loc in locs:
        inner = rest.get(loc[0]) if loc else None
        if len(loc) > 1 and loc[0] in _BY_NAME and isinstance(inner, dict):
            inner.pop(loc[1], None)
        elif loc:
            rest.pop(loc[0], None)
    return rest


def _told(detail: Any, model: type[BaseModel], root: Node, path: Sequence[Part]) -> Problem | None:
    """The problem behind one detail; None when the place is known to be bad already."""
    loc = tuple(detail["loc"])
    about_key = detail["type"] in ("extra_forbidden", "missing") or loc[-1:] == ("[key]",)
    value, typed, key = place_of(root, loc)
    place = key if about_key else value
    if place.bad or value.bad:
        return None
    place.bad = detail["type"] != "missing"
    return place.problem([*path, *typed], _words(detail, model, loc))


def _words(detail: Any, model: type[BaseModel], loc: tuple[Part, ...]) -> str:
    match detail["type"]:
        case "value_error":
            return str(detail["ctx"]["error"])
        case "missing":
            return f"`{loc[-1]}` is missing"
        case "extra_forbidden":
            return _unknown(str(loc[-1]), _model_at(model, loc[:-1]))
        case "model_type" if _is_count(detail["input"]) and _model_at(model, loc) is RetryModel:
            count = detail["input"]
            return f"expected a number of retries, got {got(count)}; write {count} without quotes"
        case "model_type":
            return f"expected {_mapping(_model_at(model, loc))}, got {got(detail['input'])}"
        case kind:
            return f"expected {_WANTED.get(kind, 'something else')}, got {got(detail['input'])}"


def _unknown(key: str, model: type[BaseModel]) -> str:
    if issubclass(model, JobModel) and key in _LATER:
        return f"`{key}` is not available in this version of jobctl"
    return f"unknown key `{shortened(key)}`" + _meant(key, model)


def _is_count(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal()


def _mapping(model: type[BaseModel]) -> str:
    """What to write instead of something that is no mapping; its keys where they are few."""
    keys = [f"`{key}`" for key in model.model_fields]
    if not 1 < len(keys) <= _FEW:
        return f"{_SHORT.get(model, '')}a mapping" + (f" with {keys[0]}" if len(keys) == 1 else "")
    return f"{_SHORT.get(model, '')}a mapping with keys of {', '.join(keys[:-1])} and {keys[-1]}"


def _meant(key: str, model: type[BaseModel]) -> str:
    known = [*model.model_fields, *(ALIASES if issubclass(model, JobModel) else ())]
    return did_you_mean(key.lower().replace("-", "_")[:60], known)


def _model_at(model: type[BaseModel], loc: Sequence[Part]) -> type[BaseModel]:
    """The model of the mapping at `loc`."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field is not None else None
        model = inner or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
