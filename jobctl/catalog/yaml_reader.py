"""A file's text to its tree, with every complaint of the YAML reader put in words a user can act on."""

import re
from typing import Any

import yaml

from jobctl.catalog.compose import Composer, TooMuch
from jobctl.catalog.node import Node, Source
from jobctl.model.problem import Problem

MAX_PROBLEMS = 50
_NO_COLON = "could not find expected ':'"
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNFIT = "this line does not fit the lines before it; look at its indentation and at quotes that end too early"
_MEANINGS = (
    ("maximum nesting depth", "nested more than 64 levels deep"),
    (
        "mapping values are not allowed",
        "a colon followed by a space starts a mapping here; indent it as one, or write the value in quotes",
    ),
    (_NO_COLON, "expected `key: value`; there is no colon"),
    ("found unexpected ':'", "a colon cannot stand here; write the value in quotes"),
    ("unexpected end of stream", "the quote opened in line {opened} is never closed"),
    ("escape character", "an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"),
    ("expected '-' indicator", _UNFIT),
    ("did not find expected key", _UNFIT),
    ("expected <block end>", _UNFIT),
    ("node content", "a value is missing here"),
    (
        "sequence entries",
        "a list item cannot stand here; give it a line of its own, or write the value in quotes",
    ),
    ("mapping keys are not allowed", "a leading ? means a key to YAML; write it in quotes"),
    ("<document start>", "the document has ended before this; look at the brackets and quotes before it"),
    ("a directive", "a leading % means a directive to YAML; write it in quotes"),
    ("a block scalar", "nothing may follow | or > in its line; the text begins in the next line"),
    ("flow", "the [ or {{ opened in line {opened} is not closed before this, or a comma is missing"),
)


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
    for at in (mark, start):
        tab = _indent(_line(text, at)).find("\t")
        if tab >= 0:
            place = Node(composer.source, at.line + 1, tab + 1)
            return place.problem(composer.path, "a tab indents this line; YAML takes spaces only"), None
    said = f"{error.context or ''} {error.problem or ''}"
    if "alias" in said or "cannot start any token" in said:
        return _unquoted(text, start, composer)
    before = _line_without_colon(text, mark) if "mapping values" in said else None
    if before is not None:
        place = Node(composer.source, mark.line, len(_indent(before)) + 1)
        return place.problem(composer.path, _words(_NO_COLON, mark.line)), None
    at = start if _NO_COLON in said else mark
    place = Node(composer.source, at.line + 1, at.column + 1)
    return place.problem(composer.path, _words(said, start.line + 1)), None


def _unquoted(text: str, start: Any, composer: Composer) -> tuple[Problem, str | None]:
    """The problem of a value that needs quotes, and the text with them."""
    value = _value(_line(text, start)[start.column :], composer.in_flow)
    place = Node(composer.source, start.line + 1, start.column + 1)
    problem = place.problem(composer.path, _quote_hint(value))
    if not value:
        return problem, None
    quoted = "'" + value.replace("'", "''") + "'"
    return problem, text[: start.index] + quoted + text[start.index + len(value) :]


def _line(text: str, mark: Any) -> str:
    """The line that a mark is in."""
    start = mark.index - mark.column
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _line_without_colon(text: str, mark: Any) -> str | None:
    """The line before the mark, if it is a lone key: YAML takes it for the beginning of the next line's key."""
    end = mark.index - mark.column - 1
    line = text[text.rfind("\n", 0, max(end, 0)) + 1 : max(end, 0)]
    is_key = line.strip() and ":" not in line and not line.lstrip().startswith(("-", "#"))
    return line if is_key else None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


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


def _words(said: str, opened: int) -> str:
    """What a reader's complaint means; `opened` is the line where the construct it is about begins."""
    for sign, meaning in _MEANINGS:
        if sign in said:
            return meaning.format(opened=opened)
    return f"this is no YAML: {said.strip()}"
