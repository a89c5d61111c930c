"""A tree to plain data for the models: every single value by its meaning, or as the text that was typed."""

from collections.abc import Sequence
from typing import Any

from jobctl.catalog.node import Items, Node, Part, Scalar, Table
from jobctl.catalog.scalar import refusal, value
from jobctl.model.problem import Problem


def to_data(node: Node, path: Sequence[Part], loc: tuple[Part, ...] = ()) -> tuple[Any, list[Problem]]:
    """Plain data of a job's tree (`loc` is where in the job it is), and the values that are refused.

    Where only text makes sense (a command, the environment, a umask) numbers keep the text that was typed, so that
    `1.10` stays `1.10`. A refused value is marked bad: nothing more is said about it.
    """
    problems: list[Problem] = []
    return _data(node, list(path), loc, problems), problems


def _data(node: Node, path: list[Part], loc: tuple[Part, ...], problems: list[Problem]) -> Any:
    if isinstance(node, Table):
        return {e.name: _data(e.value, [*path, e.key.text], (*loc, e.name), problems) for e in node}
    if isinstance(node, Items):
        return [_data(item, [*path, i], (*loc, i), problems) for i, item in enumerate(node.items)]
    assert isinstance(node, Scalar)
    return _scalar(node, path, loc, problems)


def _scalar(node: Scalar, path: list[Part], loc: tuple[Part, ...], problems: list[Problem]) -> Any:
    if node.bad or (loc == ("umask",) and node.plain and node.text):
        return node.text
    message = refusal(node)
    if "\0" in node.text:
        message = "holds a NUL character, which no file name, argument or variable can carry"
    if message is None:
        try:
            found = value(node)
        except ValueError as wrong:
            message = str(wrong)
        else:
            if found is None and not _may_be_null(loc):
                message = "expected a value, got nothing" + _instead(node.text, loc)
            elif _is_text(loc) and not isinstance(found, str):
                return node.text
            else:
                return found
    node.bad = True
    problems.append(node.problem(path, message))
    return node.text


def _is_text(loc: tuple[Part, ...]) -> bool:
    """Whether a number or a boolean here can only be meant as text."""
    return bool(loc) and loc[0] in ("run", "on_failure", "env", "secrets")


def _may_be_null(loc: tuple[Part, ...]) -> bool:
    return len(loc) > 2 and loc[0] == "params" and loc[2] in ("default", "choices")


def _instead(text: str, loc: tuple[Part, ...]) -> str:
    if text and _is_text(loc):
        return f'; write "{text}" in quotes for text'
    if loc and loc[0] == "env":
        return '; write "" for an empty one, or name it under `inherit_env` to pass the daemon\'s on'
    return ""
