"""What comes of a call: values, exceptions, exits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.worker_process import JOBS, WorkerProcess


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(tmp_path_factory.mktemp("logs")) as process:
        yield process


def test_a_worker_says_with_which_python_it_is_ready(worker: WorkerProcess) -> None:
    assert worker.ready["ready"].startswith("3.")


def test_params_are_keyword_arguments_and_the_value_is_the_result(worker: WorkerProcess) -> None:
    result = worker.call("plain:add", a=2, b=3)
    assert (result["kind"], result["result"], result["note"]) == ("returned", 5, None)


def test_a_result_names_its_claim_and_says_when_it_began_and_ended(worker: WorkerProcess) -> None:
    request = worker.request("plain:nothing") | {"run_id": 7, "fence": 3}
    result = worker.run([request])[0]
    assert (result["run_id"], result["fence"]) == (7, 3)
    assert 1_700_000_000_000 < result["started_at"] <= result["finished_at"]


def test_json_values_come_back_as_they_went_in(worker: WorkerProcess) -> None:
    params = {"list": [1, 2.5, None, True], "map": {"ä": "ö\n"}, "text": "日本"}
    assert worker.call("plain:echo", **params)["result"] == params


def test_dates_arrive_as_dates(worker: WorkerProcess) -> None:
    params = {"day": "2026-03-08", "at": "2026-03-08T06:30:00.250Z"}
    request = worker.request("plain:describe", params) | {"dates": {"day": "date", "at": "datetime"}}
    assert worker.run([request])[0]["result"] == [
        "date",
        "2026-03-08",
        "datetime",
        "2026-03-08T06:30:00.250000+00:00",
    ]


def test_64_kib_of_result_are_kept(worker: WorkerProcess) -> None:
    assert len(worker.call("plain:text", length=65_534)["result"]) == 65_534


def test_more_than_64_kib_of_result_are_null_and_a_note(worker: WorkerProcess) -> None:
    result = worker.call("plain:text", length=65_535)
    assert result["result"] is None
    assert result["note"] == "the result is 65537 bytes of JSON, more than the 65536 that are kept"


@pytest.mark.parametrize("target", ["plain:a_set", "plain:not_a_number"])
def test_a_result_that_is_not_json_is_null_and_a_note(worker: WorkerProcess, target: str) -> None:
    result = worker.call(target)
    assert (result["kind"], result["result"]) == ("returned", None)
    assert result["note"].startswith("the result is not JSON: ")


def test_a_result_that_nobody_wants_is_not_judged(worker: WorkerProcess) -> None:
    result = worker.run([worker.request("plain:a_set", keep_result=False)])[0]
    assert (result["kind"], result["result"], result["note"]) == ("returned", None, None)


def test_an_exception_is_told_with_its_class_and_bases(worker: WorkerProcess) -> None:
    result = worker.call("plain:buy", item="milk")
    assert (result["kind"], result["message"]) == ("raised", "no milk")
    assert result["names"][:4] == ["plain.OutOfStock", "OutOfStock", "builtins.LookupError", "LookupError"]


def test_a_traceback_begins_with_the_jobs_own_frame(worker: WorkerProcess) -> None:
    lines = worker.call("plain:buy", item="milk")["traceback"].splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].startswith(f'  File "{JOBS / "plain.py"}", line ')
    assert lines[1].endswith(" in buy")
    assert lines[-1] == "plain.OutOfStock: no milk"
    assert not any("worker_program" in line for line in lines)


def test_wrong_arguments_are_an_exception_without_a_frame(worker: WorkerProcess) -> None:
    result = worker.call("plain:add", a=1)
    assert result["kind"] == "raised"
    assert result["traceback"] == "TypeError: add() missing 1 required positional argument: 'b'\n"


def test_keyboard_interrupt_is_an_exception_like_any_other(worker: WorkerProcess) -> None:
    result = worker.call("plain:interrupted")
    assert (result["kind"], result["names"][1]) == ("raised", "KeyboardInterrupt")


@pytest.mark.parametrize("code", [0, None])
def test_sys_exit_without_an_error_is_a_return(worker: WorkerProcess, code: int | None) -> None:
    assert worker.call("plain:leave", code=code)["kind"] == "returned"


@pytest.mark.parametrize(("code", "expected"), [(3, 3), (256 + 7, 7), (-1, 255), (True, 1)])
def test_sys_exit_with_a_code_ends_with_that_code(worker: WorkerProcess, code: int, expected: int) -> None:
    result = worker.call("plain:leave", code=code)
    assert (result["kind"], result["code"]) == ("exited", expected)


def test_sys_exit_with_a_text_prints_it_and_ends_with_1(worker: WorkerProcess) -> None:
    result = worker.call("plain:leave", code="no space left")
    assert (result["kind"], result["code"], worker.logged()) == ("exited", 1, "no space left\n")
    assert result["message"] == "no space left"


def test_a_coroutine_function_is_awaited(worker: WorkerProcess) -> None:
    assert worker.call("waiting:gentle", word="soft")["result"] == "SOFT"


def test_coroutines_share_one_loop(worker: WorkerProcess) -> None:
    assert worker.call("waiting:loop_of")["result"] == worker.call("waiting:loop_of")["result"]


def test_the_traceback_of_a_coroutine_has_no_frames_of_asyncio(worker: WorkerProcess) -> None:
    lines = worker.call("waiting:gentle_failure")["traceback"].splitlines()
    assert lines[1].startswith(f'  File "{JOBS / "waiting.py"}"')


def test_a_method_of_a_class_can_be_named(worker: WorkerProcess) -> None:
    assert worker.call("plain:Desk.answer")["result"] == 42


def test_a_batch_answers_every_call_in_order(worker: WorkerProcess) -> None:
    calls = [worker.request("plain:add", {"a": n, "b": n}) for n in range(50)]
    assert [result["result"] for result in worker.run(calls)] == [2 * n for n in range(50)]


def test_a_call_does_not_disturb_the_next_one(worker: WorkerProcess) -> None:
    before = worker.call("plain:surroundings")["result"]
    worker.call("plain:litter")
    assert worker.call("plain:surroundings")["result"] == before


def test_variables_of_a_run_are_gone_in_the_next_one(worker: WorkerProcess) -> None:
    worker.run([worker.request("plain:nothing", environ={"JOBCTL_PARAM_A": "1"})])
    assert "JOBCTL_PARAM_A" not in worker.call("plain:variables")["result"]


def test_variables_follow_from_what_a_call_is(worker: WorkerProcess) -> None:
    request = worker.request("plain:variables", {"album": 7}) | {"run_id": 12, "fence": 3}
    assert worker.run([request])[0]["result"] == {
        "JOBCTL_RUN_ID": "12",
        "JOBCTL_ATTEMPT": "3",
        "JOBCTL_SCHEDULED_FOR": "2026-03-08T06:29:00Z",
        "JOBCTL_CORRELATION_ID": "12",
    }


def test_variables_that_a_call_brings_along_come_last(worker: WorkerProcess) -> None:
    brought = {"JOBCTL_ATTEMPT": "mine", "JOBCTL_PARAM_A": "1"}
    request = worker.request("plain:variables", environ=brought, correlation_id="order-7") | {"run_id": 13}
    assert worker.run([request])[0]["result"] == {
        "JOBCTL_RUN_ID": "13",
        "JOBCTL_SCHEDULED_FOR": "2026-03-08T06:29:00Z",
        "JOBCTL_CORRELATION_ID": "order-7",
        **brought,
    }


def unstartable(worker: WorkerProcess, target: str) -> str:
    result = worker.call(target)
    assert result["kind"] == "unstartable"
    message: str = result["message"]
    return message


def test_a_missing_module_is_named_with_the_places_searched(worker: WorkerProcess) -> None:
    message = unstartable(worker, "shop.images:make")
    assert message.startswith(f"module `shop` not found in {JOBS}, ")


def test_a_missing_dependency_is_not_taken_for_the_missing_job(tmp_path: Path) -> None:
    (tmp_path / "needy.py").write_text("import numpie\n")
    with WorkerProcess(tmp_path, folders=[tmp_path]) as worker:
        message = unstartable(worker, "needy:run")
        assert message.startswith("module `needy` cannot be imported by ")
        assert message.endswith("ModuleNotFoundError: No module named 'numpie'")
        assert f'File "{tmp_path / "needy.py"}", line 1' in worker.logged()


def test_a_missing_function_is_named_with_its_file(worker: WorkerProcess) -> None:
    assert unstartable(worker, "plain:gone") == f"module `plain` ({JOBS / 'plain.py'}) has no `gone`"


def test_what_cannot_be_called_is_not_called(worker: WorkerProcess) -> None:
    assert unstartable(worker, "plain:not_callable") == "`plain:not_callable` is not callable: it is int"


def test_texts_that_no_database_takes_are_made_visible(worker: WorkerProcess) -> None:
    message = worker.call("plain:buy", item="a\0b\udc80")["message"]
    assert message == "no a\\x00b\\udc80"


def test_an_enormous_message_is_cut_in_the_middle(worker: WorkerProcess) -> None:
    message = worker.call("plain:buy", item="x" * 100_000)["message"]
    assert len(message) < 66_000
    assert "[... 34467 characters cut ...]" in message


def test_a_reply_is_json_whatever_happens(worker: WorkerProcess) -> None:
    outcomes: list[dict[str, Any]] = [worker.call("plain:buy", item="\ud800"), worker.call("plain:echo", t="\ud800")]
    assert [json.loads(json.dumps(o))["kind"] for o in outcomes] == ["raised", "returned"]


def run_id_of_a_child(worker: WorkerProcess, run_id: int) -> str:
    request = worker.request("plain:variables_of_a_child") | {"run_id": run_id}
    variables: dict[str, str] = worker.run([request])[0]["result"]
    return variables["JOBCTL_RUN_ID"]


def test_a_child_of_a_call_has_the_variables_of_that_call(worker: WorkerProcess) -> None:
    for number in (1, 22, 10**15, 4):
        assert run_id_of_a_child(worker, number) == str(number)


def test_a_variable_grows_and_shrinks_from_call_to_call(worker: WorkerProcess) -> None:
    for text in ("1", "3" * 500, "", "4 4"):
        request = worker.request("plain:variables_of_a_child", environ={"JOBCTL_PARAM_A": text})
        assert worker.run([request])[0]["result"]["JOBCTL_PARAM_A"] == text


def test_a_variable_that_a_call_has_set_by_itself_is_put_right(worker: WorkerProcess) -> None:
    worker.run([worker.request("plain:nothing") | {"run_id": 1}])
    worker.run([worker.request("plain:set_run_id") | {"run_id": 2}])
    assert run_id_of_a_child(worker, 3) == "3"


def test_a_worker_does_not_grow_by_the_number_of_its_calls(worker: WorkerProcess) -> None:
    def grown_after(first: int, count: int) -> int:
        for number in range(first, first + count):
            worker.run([worker.request("plain:nothing") | {"run_id": number}])
        pages = int(Path(f"/proc/{worker.process.pid}/statm").read_text().split()[1])
        return pages * 4096

    before = grown_after(0, 2_000)
    assert grown_after(10_000, 8_000) - before < 128 * 1024
