"""The JSON Schema of a catalog, judged by jsonschema."""

from typing import Any

import jsonschema
import pytest
import yaml

from jobctl.catalog.schema import json_schema
from tests.unit.catalog.conftest import Folder

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

VALID = {
    "the shortest job": "jobs: {a: {run: x}}",
    "a list of jobs": "jobs: [{name: a, run: [sleep, 5]}]",
    "every section": (
        "version: 1\ninclude: []\ndefaults: {tz: UTC}\nqueues: {q: {slots: 1, rate: 5/min}}\nlimits: {w: 1}\njobs: {}"
    ),
    "every alias": "jobs: {a: {command: x, cron: '@daily', tz: UTC, environment: [A=b], cwd: /}}",
    "short forms": "jobs: {a: {run: x, retry: 3, params: {p: integer}, tags: a, env_file: e, umask: '022', uses: w}}\n"
    "limits: {w: 1}",
    "long forms": (
        "jobs: {a: {call: 'a.b:c', retry: {limit: 1, delay: 5}, params: {p: {type: number, minimum: 1}}, "
        "env: {A: 1, B: true, C: x}, inherit_env: [PATH], secrets: {S: {command: [pass, s]}}, unique: true, "
        "keep: {runs: 5}, log: {max_bytes: 1M}, resources: {memory: 512M}, "
        "every: 2h30m, timeout: 90, dst: {gap: skip}}}"
    ),
    "workers": "jobs: {a: {call: 'a:b', worker: fresh}, b: {call: 'a:b', worker: {max_runs: 9, max_memory: 1G}}}",
    "odd names": "jobs: {off: {run: x}, 123abc: {run: x}}",
    "a command that looks like a boolean": "jobs: {a: {run: true}}",
}
INVALID = {
    "an unknown section": "job: {}",
    "an unknown key": "jobs: {a: {run: x, timout: 3}}",
    "an unknown key of a mapping": "jobs: {a: {run: x, retry: {limit: 1, dellay: 3}}}",
    "a name of digits": "jobs: {'123': {run: x}}",
    "a worker of no kind": "jobs: {a: {call: 'a:b', worker: stale}}",
    "a word that is not offered": "jobs: {a: {run: x, overlap: never}}",
    "a duration that is none": "jobs: {a: {run: x, timeout: soon}}",
    "run and call": "jobs: {a: {command: x, call: 'a:b'}}",
    "two schedules": "jobs: {a: {run: x, every: 5m, cron: '@daily'}}",
    "a wrong type": "jobs: {a: {run: x, priority: high}}",
    "another version": "version: 2",
    "a listed job without a name": "jobs: [{run: x}]",
    "a null": "jobs: {a: {run: x, timeout: null}}",
}


def data(text: str) -> Any:
    return yaml.load(text, yaml.BaseLoader if "123abc" in text else yaml.SafeLoader)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", VALID.values(), ids=VALID.keys())
def test_a_valid_catalog_validates(folder: Folder, text: str) -> None:
    assert folder.problems(text) == []
    assert [error.message for error in VALIDATOR.iter_errors(data(text))] == []


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID.keys())
def test_an_invalid_catalog_does_not_validate(folder: Folder, text: str) -> None:
    assert folder.problems(text) != []
    assert not VALIDATOR.is_valid(data(text))


def test_every_key_has_a_description() -> None:
    keys = {**SCHEMA["properties"]}
    for definition in SCHEMA["$defs"].values():
        keys |= definition.get("properties", {})
    assert [name for name, key in keys.items() if "description" not in key] == []
