"""The JSON Schema of a catalog, for editors."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from jobctl.catalog.keys import ALIASES
from jobctl.catalog.models import FileModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """A draft 2020-12 schema made from the models: every valid catalog validates, unknown keys do not."""
    schema = _tidy(FileModel.model_json_schema(schema_generator=GenerateJsonSchema))
    for name in ("JobModel", "NamedJobModel"):
        _add_aliases(schema["$defs"][name])
    return {"$schema": _DIALECT, **schema, "title": "jobctl catalog"}


def _add_aliases(job: dict[str, Any]) -> None:
    keys = job["properties"]
    for alias, name in ALIASES.items():
        keys[alias] = {**keys[name], "description": f"Another name of `{name}`"}
    exclusive = [("run", "call"), ("schedule", "every", "at")]
    spelled = {name: [name, *(alias for alias, meant in ALIASES.items() if meant == name)] for name in keys}
    pairs = [(a, b) for group in exclusive for i, a in enumerate(group) for b in group[i + 1 :]]
    job["allOf"] = [
        {"not": {"required": [left, right]}} for a, b in pairs for left in spelled[a] for right in spelled[b]
    ]


def _tidy(node: Any) -> Any:
    """Without what pydantic adds for keys that were not typed: null branches, null defaults, titles made of names."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy(value) for key, value in node.items() if not _is_noise(key, value)}
    choices = tidy.get("anyOf")
    if isinstance(choices, list):
        kept = [choice for choice in choices if choice != {"type": "null"}]
        if len(kept) == 1 and not (set(tidy) & set(kept[0])):
            tidy = {key: value for key, value in tidy.items() if key != "anyOf"} | kept[0]
        else:
            tidy["anyOf"] = kept
    if "patternProperties" in tidy:
        tidy["additionalProperties"] = False
    return tidy


def _is_noise(key: str, value: Any) -> bool:
    return (key == "default" and value is None) or (key == "title" and isinstance(value, str))
