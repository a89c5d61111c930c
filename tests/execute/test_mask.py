from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jobctl.execute.holder_program.mask import Mask

SECRETS = ["abcabcab", "abcdef", "aaaaaa", "abcdefgh"]
TEXT = st.lists(st.sampled_from([*SECRETS, "a", "b", "c", "abc", "x", "ef"])).map("".join)


@given(text=TEXT, cuts=st.lists(st.integers(0, 200)))
def test_pieces_of_any_size_come_out_as_the_whole_would(text: str, cuts: list[int]) -> None:
    mask = Mask(SECRETS)
    borders = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    pieces = [mask.feed(text[a:b].encode()) for a, b in pairwise(borders)]
    assert b"".join([*pieces, mask.end()]).decode() == Mask(SECRETS).text(text)


@given(text=TEXT)
def test_no_secret_is_left(text: str) -> None:
    masked = Mask(SECRETS).text(text)
    assert not [secret for secret in SECRETS if secret in masked.replace("***", "\n")]
