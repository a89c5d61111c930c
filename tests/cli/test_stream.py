"""A job's output on a terminal: colours act, nothing else does."""

from hypothesis import given
from hypothesis import strategies as st

from jobctl.cli.render.stream import RESET, Stream


def _shown(*chunks: bytes, colour: bool = True) -> str:
    stream = Stream(colour=colour)
    return "".join(map(stream.feed, chunks)) + stream.end()


def test_newlines_tabs_and_colours_act() -> None:
    assert _shown(b"\x1b[1;31mred\x1b[0m\tx\n") == "\x1b[1;31mred\x1b[0m\tx\n"


def test_whatever_else_moves_a_terminal_is_shown_escaped() -> None:
    assert _shown(b"a\r\x1b[2J\x1b]0;title\x07\x08") == r"a\r\x1b[2J\x1b]0;title\x07\x08"


def test_a_colour_that_the_job_left_on_is_ended() -> None:
    assert _shown(b"\x1b[31mred") == "\x1b[31mred" + RESET


def test_without_colour_its_sequences_are_taken_out() -> None:
    assert _shown(b"\x1b[31mred\x1b[0m", colour=False) == "red"


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert _shown(b"caf\xe9!") == "caf\ufffd!"


@given(st.binary(max_size=40) | st.just("\x1b[31m日本\x1b[0m\x1b[2J".encode()), st.integers(0, 40))
def test_where_a_chunk_ends_makes_no_difference(output: bytes, at: int) -> None:
    assert _shown(output[:at], output[at:]) == _shown(output)


@given(st.binary(max_size=60))
def test_no_escape_but_colour_passes(output: bytes) -> None:
    import re

    bare = re.sub(r"\x1b\[[0-9;:]*m", "", _shown(output))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", bare)
