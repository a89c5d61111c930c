"""What may wait without end is waited for only so long, and not asked again until it has come back."""

from threading import Event

import pytest

from jobctl.execute.patience import Patience
from jobctl.model.errors import ExecutionError
from tests.kit.until import until


def test_an_answer_or_an_error_comes_back() -> None:
    patience = Patience()
    assert patience.within(60, "a", lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        patience.within(60, "a", lambda: 1 // 0)


def test_what_hangs_is_given_up_and_not_asked_again_while_others_go_on() -> None:
    patience, back, asked = Patience(), Event(), []

    def hang() -> int:
        asked.append(1)
        back.wait()
        return 3

    with pytest.raises(ExecutionError, match=r"takes more than 0\.01 s"):
        patience.within(0.01, "dead", hang)
    for _ in range(3):
        with pytest.raises(ExecutionError, match="has not come back since an earlier attempt"):
            patience.within(60, "dead", hang)
    assert patience.within(60, "alive", lambda: 7) == 7
    assert asked == [1]
    back.set()
    until(lambda: _comes(patience), "it has come back")


def _comes(patience: Patience) -> bool:
    try:
        return patience.within(60, "dead", lambda: 5) == 5
    except ExecutionError:
        return False
