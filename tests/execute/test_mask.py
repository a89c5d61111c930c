from itertools import pairwise
from time import process_time

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


def test_a_long_secret_that_never_comes_costs_no_more_for_being_long() -> None:
    output = (b"a" * 32_000 + b"b") * 30

    def spent(secret: str) -> float:
        mask, began = Mask([secret, secret[:-1] + "c"]), process_time()
        for at in range(0, len(output), 65_536):
            mask.feed(output[at : at + 65_536])
        return process_time() - began

    assert spent("a" * 64_000) < 50 * max(spent("hunter22"), 0.002)


def test_a_long_secret_is_masked_wherever_it_is_cut() -> None:
    secret = "".join(chr(65 + n % 26) * (n % 7 + 1) for n in range(900))
    text = f"before {secret[:500]} {secret} after {secret}{secret} {secret[:2000]}"
    for size in (1, 7, 64, 3000, 100_000):
        mask = Mask([secret])
        pieces = [mask.feed(text[at : at + size].encode()) for at in range(0, len(text), size)]
        assert b"".join([*pieces, mask.end()]).decode() == text.replace(secret, "***")
