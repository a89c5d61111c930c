"""Match a text against a user's regular expression, in a time that grows with the length of both and no faster.

Python's own engine tries every way in which repetitions can share a text out: for `(a+)+$` and thirty letters that
takes longer than anybody waits. Here an expression is still read by Python and each of its letters is judged by Python,
but all ways are followed at once (Thompson's construction). What cannot be followed like that (look-around, back
references, groups that never give back) is left to Python where it has few ways to try, and refused where it has many.

Quick by design: `enqueue` imports this where a param has a pattern.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

LARGEST = 2_000
STEPS = 4_000_000
# Python tries about the square of the length of a text for two repetitions after each other.
LONGEST_FOR_PYTHON = 2_000
_MOST_WAYS = 2

_parser: Any = import_module("re._parser")
_compiler: Any = import_module("re._compiler")
_op: Any = import_module("re._constants")
_LETTERS = (_op.LITERAL, _op.NOT_LITERAL, _op.ANY, _op.IN)
_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT)


class _Beyond(Exception):
    """The expression has what cannot be followed in all ways at once."""


class _Endless(Exception):
    """Python would have to try too many ways."""


class _TooLarge(Exception):
    """The expression has too many places."""


class _State(NamedTuple):
    """One place in an expression: `test` is what must hold, of a letter (`takes`) or of the place in the text.

    `onward` are the places from there on.
    """

    test: Any
    takes: bool
    onward: tuple[int, ...]


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with an expression that somebody wants texts to match.

    >>> pattern_problem("(a+)+$"), pattern_problem("[")
    (None, 'expected a regular expression: unterminated character set at position 0')
    """
    try:
        re.compile(pattern)
        _followed(pattern)
    except _Endless:
        return "this expression may take for ever: beside look-around or `\\1`, repeat at most two letters or sets"
    except _TooLarge:
        return f"expected a regular expression of at most {LARGEST:,} letters, its repetitions written out"
    except (re.error, RecursionError, OverflowError, ValueError) as error:
        return f"expected a regular expression: {error}"
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text matches. Raises ValueError, with the end of a sentence, where that would take too long.

    >>> matches("(a+)+$", "a" * 1000 + "!"), matches("[a-z]+(,[a-z]+)*", "ab,c")
    (False, True)
    """
    try:
        ways, program = _followed(pattern)
    except (_Endless, _TooLarge, re.error, RecursionError, OverflowError):
        raise ValueError("cannot be checked: its pattern is one that `jobctl validate` refuses") from None
    steps = len(text) * (len(program) if program else 1)
    if steps > STEPS or (ways > 1 and not program and len(text) > LONGEST_FOR_PYTHON):
        raise ValueError(f"is too long for its pattern: {len(text):,} characters")
    return _follow(program, text) if program else re.fullmatch(pattern, text) is not None


@lru_cache(maxsize=256)
def _followed(pattern: str) -> tuple[int, list[_State]]:
    """How many repetitions share a text out, and the program that follows them; none where Python may do it.

    Raises _Endless and _TooLarge.
    """
    tree = _parser.parse(pattern)
    ways = _ways(tree)
    if ways <= 1:
        return ways, []
    try:
        return ways, _program(tree)
    except _Beyond:
        if ways > _MOST_WAYS:
            raise _Endless from None
        return ways, []


def _follow(program: list[_State], text: str) -> bool:
    at = _reached(program, (0,), text, 0)
    for place, letter in enumerate(text):
        onward = {
            following
            for state in at
            if program[state].takes and program[state].test(letter)
            for following in program[state].onward
        }
        at = _reached(program, onward, text, place + 1)
        if not at:
            return False
    return len(program) - 1 in at


def _reached(program: list[_State], start: Iterable[int], text: str, place: int) -> set[int]:
    """All states that can be reached from some without taking a letter."""
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        state = program[number]
        if not state.takes and (state.test is None or state.test(text, place)):
            waiting.extend(state.onward)
    return found


def _program(tree: Any) -> list[_State]:
    """The places of an expression; the last one is its end. Raises _Beyond and _TooLarge."""
    program: list[_State] = []
    _emit_all(tree, tree.state.flags, program)
    _add(program, _State(None, False, ()))
    return program


def _emit_all(tokens: Iterable[Any], flags: int, program: list[_State]) -> None:
    for token in tokens:
        _emit(token, flags, program)


def _emit(token: Any, flags: int, program: list[_State]) -> None:
    kind, value = token
    following = (len(program) + 1,)
    if kind in _LETTERS:
        _add(program, _State(_letter(token, flags), True, following))
    elif kind is _op.AT:
        _add(program, _State(_place(token, flags), False, following))
    elif kind is _op.SUBPATTERN:
        _, add, remove, inner = value
        kept = flags & ~_parser.TYPE_FLAGS if add & _parser.TYPE_FLAGS else flags
        _emit_all(inner, (kept | add) & ~remove, program)
    elif kind is _op.BRANCH:
        _emit_branches(value[1], flags, program)
    elif kind in _REPEATS:
        least, most, inner = value
        _emit_repeat(least, most, inner, flags, program)
    else:
        raise _Beyond


def _emit_branches(branches: list[Any], flags: int, program: list[_State]) -> None:
    split = _add(program, _State(None, False, ()))
    starts, ends = [], []
    for branch in branches:
        starts.append(len(program))
        _emit_all(branch, flags, program)
        ends.append(_add(program, _State(None, False, ())))
    program[split] = _State(None, False, tuple(starts))
    for end in ends:
        program[end] = _State(None, False, (len(program),))


def _emit_repeat(least: int, most: int, inner: Any, flags: int, program: list[_State]) -> None:
    for _ in range(least):
        _emit_all(inner, flags, program)
    if most is _op.MAXREPEAT:
        split = _add(program, _State(None, False, ()))
        _emit_all(inner, flags, program)
        _add(program, _State(None, False, (split,)))
        program[split] = _State(None, False, (split + 1, len(program)))
        return
    splits = []
    for _ in range(most - least):
        splits.append(_add(program, _State(None, False, ())))
        _emit_all(inner, flags, program)
    for split in splits:
        program[split] = _State(None, False, (split + 1, len(program)))


def _add(program: list[_State], state: _State) -> int:
    if len(program) >= LARGEST:
        raise _TooLarge
    program.append(state)
    return len(program) - 1


def _letter(token: Any, flags: int) -> Any:
    """Whether a letter is what a token asks for: Python's answer, asked once for each letter."""
    judge = _compiled(token, flags).fullmatch
    return lru_cache(maxsize=1024)(lambda letter: judge(letter) is not None)


def _place(token: Any, flags: int) -> Any:
    judge = _compiled(token, flags).match
    return lambda text, place: judge(text, place) is not None


def _compiled(token: Any, flags: int) -> Any:
    state = _parser.State()
    state.flags = flags
    return _compiler.compile(_parser.SubPattern(state, [token]))


def _ways(tokens: Iterable[Any], before: int = 0) -> int:
    """How many repetitions share a text out in ways that Python would try one by one; many if one is in another."""
    most = before
    for kind, value in tokens:
        if kind in _REPEATS:
            least, longest, inner = value
            if least != longest or len(inner) != 1 or inner[0][0] not in _LETTERS:
                before += 1 if len(inner) == 1 and inner[0][0] in _LETTERS else 1 + _MOST_WAYS
        elif kind is _op.POSSESSIVE_REPEAT or kind is _op.ATOMIC_GROUP:
            inner = value[2] if kind is _op.POSSESSIVE_REPEAT else value
            most = max(most, _ways(inner, before) + (kind is _op.POSSESSIVE_REPEAT and _ways(inner) > 0) * _MOST_WAYS)
        elif kind in (_op.ASSERT, _op.ASSERT_NOT):
            most = max(most, _ways(value[1], before))
        elif kind is _op.SUBPATTERN:
            before = _ways(value[3], before)
        elif kind is _op.BRANCH:
            before = 1 + max(_ways(branch, before) for branch in value[1])
        elif kind is _op.GROUPREF_EXISTS:
            before += 1 + _MOST_WAYS
        most = max(most, before)
    return most
