"""A file's text to its tree, with every complaint of the YAML reader put in words a user can act on."""

import re
from typing import Any

import yaml

from jobctl.catalog.compose import Composer, TooMuch
from jobctl.catalog.node import Node, Source
from jobctl.model.problem import Problem

MAX_PROBLEMS = 50
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_tree(text: str, source: Source) -> tuple[Node | None, list[Problem]]:
    """The tree of one document, and what is wrong with it as YAML; the tree is None for an empty or unreadable text.

    A value that only lacks its quotes (`*/5 * * * *`, `@daily`) is told and then read as if it had them, so that what
    is wrong after it is told too.
    """
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        place = _place(text, unprintable.start(), source)
        code = f"U+{ord(unprintable[0]):04X}"
        return None, [place.problem([], f"the character {code} is not allowed; write it as an escape in double quotes")]
    problems: list[Problem] = []
    while len(problems) < MAX_PROBLEMS:
        composer = Composer(source)
        try:
            composer.compose(text)
        except TooMuch as bound:
            return None, [*problems, *composer.problems, bound.problem]
        except yaml.MarkedYAMLError as error:
            problem, mended = _explained(error, text, composer)
            problems.append(problem)
            if mended is None:
                return None, [*problems, *composer.problems]
            text = mended
        except (yaml.YAMLError, RecursionError) as error:
            return None, [*problems, Node(source, 1, 1).problem([], f"this is no YAML: {error}")]
        else:
            return composer.root, [*problems, *composer.problems]
    return None, problems


def _place(text: str, offset: int, source: Source) -> Node:
    line = text.count("\n", 0, offset) + 1
    return Node(source, line, offset - text.rfind("\n", 0, offset))


def _explained(error: Any, text: str, composer: Composer) -> tuple[Problem, str | None]:
    """The problem behind a reader's error, and the text with the missing quotes when that is all that is wrong."""
    mark, start = error.problem_mark, error.context_mark or error.problem_mark
    lines = text.split("\n")
    for at in (mark, start):
        if _is_indented_by_tab(lines, at.line):
            place = Node(composer.source, at.line + 1, 1 + _indent(lines[at.line]).index("\t"))
            return place.problem(composer.path, "a tab indents this line; YAML takes spaces only"), None
    line = lines[start.line] if start.line < len(lines) else ""
    value = line[start.column :]
    if "alias" in (error.context or "") or "cannot start any token" in (error.problem or ""):
        value = _value(value, composer.in_flow)
        place = Node(composer.source, start.line + 1, start.column + 1)
        mended = line[: start.column] + "'" + value.replace("'", "''") + "'" + line[start.column + len(value) :]
        return place.problem(composer.path, _quote_hint(value)), _with_line(
            lines, start.line, mended
        ) if value else None
    place = Node(composer.source, mark.line + 1, mark.column + 1)
    return place.problem(composer.path, _words(error, line)), None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _is_indented_by_tab(lines: list[str], at: int) -> bool:
    return at < len(lines) and "\t" in _indent(lines[at])


def _value(rest: str, in_flow: bool) -> str:
    """The value that starts a rest of a line, without a comment and the end of a flow collection."""
    rest = re.split(r"\s+#", rest, maxsplit=1)[0].rstrip()
    return re.split(r"\s*[,\]}]", rest, maxsplit=1)[0] if in_flow else rest


def _quote_hint(value: str) -> str:
    first = value[:1] or "this"
    meaning = {"*": "an alias", "@": "something reserved", "`": "something reserved", "%": "a directive"}.get(first)
    if meaning is None:
        return f"`{first}` cannot stand here; write the value in quotes"
    quoted = f'"{value}"' if '"' not in value else f"'{value}'"
    return f"a leading {first} means {meaning} to YAML; write it in quotes: {quoted[:80]}"


def _with_line(lines: list[str], at: int, line: str) -> str:
    return "\n".join([*lines[:at], line, *lines[at + 1 :]])


def _words(error: Any, line: str) -> str:
    said = " ".join(part for part in (error.context, error.problem) if part)
    if "mapping values are not allowed" in said:
        return "a colon followed by a space starts a mapping here; indent it as one, or write the value in quotes"
    if "quoted scalar" in said and "end of stream" in said:
        return (
            "the quote that opens here is never closed"
            if not error.context_mark
            else (f"the quote opened in line {error.context_mark.line + 1} is never closed")
        )
    if "escape character" in said:
        return "an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"
    if "did not find expected '-' indicator" in said or "did not find expected key" in said:
        return "this line does not fit the lines before it; look at its indentation and at quotes that end too early"
    if "flow" in said:
        return "a [ or { opened before is not closed, or a comma is missing"
    return f"this is no YAML: {said}"
