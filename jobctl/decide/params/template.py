"""How params reach a command: `{{ params.name }}` inside list elements, JOBCTL_PARAM_* in the environment."""

import json
import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

_PARAM = re.compile(r"\{\{\s*params\.([a-z][a-z0-9_-]*)\s*\}\}")
_ANY = re.compile(r"\{\{.*?(?:\}\}|$)", re.DOTALL)
_START = re.compile(r"\{\{-?\s*params\.([A-Za-z0-9_-]*)")


def fill(argv: Sequence[str], params: Mapping[str, Any], declared: Container[str] | None = None) -> tuple[str, ...]:
    """`argv` with `{{ params.name }}` replaced; whatever a value holds stays inside its one element.

    A param without a value becomes empty text. Names that are not `declared` are left alone (None: all are declared).

    >>> fill(["convert", "{{ params.file }}", "{{.Names}}"], {"file": "a b; rm -rf"})
    ('convert', 'a b; rm -rf', '{{.Names}}')
    """

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if declared is not None and name not in declared else as_text(params.get(name))

    return tuple(_PARAM.sub(value, element) for element in argv)


def problems(run: str | Sequence[str], declared: Container[str]) -> list[tuple[int | None, str]]:
    """What is wrong with the templates of a `run` value: the element's index (None: the whole text) and a message.

    >>> problems("echo {{ params.who }}", {"who"})[0][1]
    'text pasted into a shell can be executed; write "$JOBCTL_PARAM_WHO" instead of {{ params.who }}'
    """
    if isinstance(run, str):
        return [(None, _pasted(match[1])) for match in _START.finditer(run)]
    found: list[tuple[int | None, str]] = []
    for index, element in enumerate(run):
        names = [match[1] for match in _START.finditer(element)]
        if not names:
            continue
        if _is_code(run, index):
            found.append(
                (index, f"this element is code, and text pasted into code can be executed; {_instead(names[0])}")
            )
            continue
        found.extend((index, message) for message in unfit(element, declared))
    return found


def unfit(template: str, declared: Container[str]) -> list[str]:
    """What is wrong with the `{{ params.name }}` of one text: undeclared names, and forms that are not understood.

    >>> unfit("order-{{ params.id }}", {"album"})
    ['`{{ params.id }}` names a param that is not declared under `params`']
    """
    known = {match.start(): match[1] for match in _PARAM.finditer(template)}
    wrong = []
    for match in _START.finditer(template):
        name = known.get(match.start())
        if name is None:
            wrong.append(f"`{match[0]}` is not understood; only `{{{{ params.name }}}}` is")
        elif name not in declared:
            wrong.append(f"`{{{{ params.{name} }}}}` names a param that is not declared under `params`")
    return wrong


def unfit_key(template: str, declared: Container[str]) -> list[str]:
    """What is wrong with a template of `unique`: as `unfit`, and any other `{{`, which would be the same in each key.

    >>> unfit_key("order-{{ param.id }}", {"id"})
    ['`{{ param.id }}` would be the same text in each key; write `{{ params.name }}`, with a param that is declared']
    """
    foreign = [match[0] for match in _ANY.finditer(template) if not _START.match(match[0])]
    wrong = [
        f"`{text}` would be the same text in each key; write `{{{{ params.name }}}}`, with a param that is declared"
        for text in foreign
    ]
    return unfit(template, declared) + wrong


def param_env(params: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables of params; a param without a value has none.

    >>> param_env({"album-id": 7, "force": True, "note": None})
    {'JOBCTL_PARAM_ALBUM_ID': '7', 'JOBCTL_PARAM_FORCE': 'true'}
    """
    return {env_name(name): as_text(value) for name, value in params.items() if value is not None}


def env_name(name: str) -> str:
    """The environment variable of one param."""
    return "JOBCTL_PARAM_" + name.upper().replace("-", "_")


def render_key(template: str | bool, params: Mapping[str, Any], job: str) -> str:
    """The idempotency key of a run: the filled template, or for `true` a hash of the job's name and the params.

    >>> render_key("order-{{ params.order_id }}", {"order_id": 7}, "bill")
    'order-7'
    """
    if isinstance(template, str):
        return fill((template,), params)[0]
    from hashlib import sha256

    text = json.dumps([job, dict(params)], sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:32]


def as_text(value: Any) -> str:
    """A param's value as text: itself, `true`/`false`, JSON for the rest, empty for none."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_code(argv: Sequence[str], index: int) -> bool:
    # Imported here: `jobctl enqueue` renders keys, and has no use for this.
    from jobctl.decide.params.code_words import is_code

    starts = [match.start() for match in _START.finditer(argv[index])]
    return any(is_code(argv, index, argv[index][:start]) for start in starts)


def _pasted(name: str) -> str:
    shown = f"{{{{ params.{name} }}}}"
    return f'text pasted into a shell can be executed; write "${env_name(name)}" instead of {shown}'


def _instead(name: str) -> str:
    return f"read ${env_name(name)} from the environment, or pass the value as an element of its own"
