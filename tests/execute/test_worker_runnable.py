"""A callable that has not run does not count as a success."""

from pathlib import Path

import pytest

from tests.kit.worker_process import WorkerProcess

RUN = {
    "generate": "result",
    "generate_async": None,
    "return_coroutine": "result",
    "return_awaitable": "awaited",
    "Awaitable": "awaited",
    "return_future": "future",
    "return_pool_future": "pooled",
    "return_map": None,
}
REFUSED = {
    "return_function": "returned the function `add`",
    "return_partial": "returned a partial of the function `add`",
    "manage": "a context manager, which nobody enters",
    "Plain": "is a class",
}


def test_what_can_be_run_is_run_to_its_end(tmp_path: Path) -> None:
    with WorkerProcess(tmp_path) as worker:
        for target, value in RUN.items():
            result = worker.call(f"forking:{target}")
            assert (result["kind"], result["result"]) == ("returned", value), result
        assert worker.call("forking:partial", b=2)["result"] == 3
        done = ["generate", "generate_async", "coroutine", "generate", "awaitable", "awaitable", "mapped"]
        assert worker.call("forking:done")["result"] == done


@pytest.mark.parametrize("keep_result", [True, False])
def test_what_cannot_be_run_is_refused_with_the_reason(tmp_path: Path, keep_result: bool) -> None:
    with WorkerProcess(tmp_path) as worker:
        for target, why in REFUSED.items():
            result = worker.run([worker.request(f"forking:{target}", keep_result=keep_result)])[0]
            assert result["kind"] == "unstartable", target
            assert why in result["message"]
