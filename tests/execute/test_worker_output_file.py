"""What is kept of long output with secrets in it."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobctl.execute.worker_program._jobctl_worker.output import Output

LIMIT = 8192


@pytest.fixture(scope="module")
def memory() -> Iterator[int]:
    fd = os.memfd_create("output")
    yield fd
    os.close(fd)


def fill(memory: int, data: bytes) -> None:
    os.ftruncate(memory, 0)
    os.pwrite(memory, data, 0)


@pytest.mark.parametrize("place", [4090, 4093, 4096, 20_000 - 4096 - 6, 20_000 - 4096 - 1])
def test_a_secret_on_the_border_of_a_cut_is_not_seen_in_part(memory: int, place: int) -> None:
    data = bytearray(b"." * 20_000)
    data[place : place + 8] = b"hunter22"
    fill(memory, bytes(data))
    kept = b"".join(Output(memory, LIMIT, ["hunter22"]).whole(len(data)))
    assert kept.replace(b"[... ", b"").strip(b".\n").count(b"hunter") == 0
    assert not any(part in kept for part in (b"hunt", b"er22", b"h.", b".2"))


@given(
    data=st.lists(st.sampled_from([b"abcabc", b"abcab", b"a", b"bc", b"x" * 3000]), max_size=12).map(b"".join),
    seen=st.integers(0, 40_000),
)
def test_what_is_sure_early_is_a_prefix_of_what_is_kept_in_the_end(memory: int, data: bytes, seen: int) -> None:
    fill(memory, data)
    output = Output(memory, LIMIT, ["abcabc", "abcabcx"])
    end = min(seen, len(data), output.half + output.longest - 1)
    early = b"".join(block for _, block in output.masked(0, end, final=False))
    assert b"".join(output.whole(len(data))).startswith(early)


@given(data=st.lists(st.sampled_from([b"abcabc", b"abcab", b"a", b"x"]), max_size=30).map(b"".join))
def test_no_secret_is_left(memory: int, data: bytes) -> None:
    fill(memory, data)
    kept = b"".join(Output(memory, LIMIT, ["abcabc"]).whole(len(data)))
    assert kept == data.replace(b"abcabc", b"***")
