"""What comes of claims for callables, with real worker processes in a real holder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.model.job import Param, Resources, Secret, WorkerBounds
from jobctl.model.outcome import Exited, Lost, NotStarted, Raised, RetryAsked, Returned, Skipped, Stopped, Unstartable
from jobctl.model.run import Progress
from tests.kit.crew import Crew, now
from tests.kit.until import until

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path / "state") as started:
        yield started


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_value_is_returned(crew: Crew) -> None:
    assert crew.run("plain:add", a=2, b=3) == Returned(5)


def test_an_attempt_has_a_beginning_an_end_and_a_process(crew: Crew) -> None:
    before = now() - timedelta(milliseconds=1)
    begun = crew.start(crew.job("waiting:sleep"), seconds=0.3)
    assert crew.workers.in_flight() == [begun.key]
    ending = crew.ending(begun.key)
    assert before <= ending.started_at <= ending.finished_at <= now()
    assert ending.finished_at - ending.started_at >= timedelta(seconds=0.29)
    assert [b.claim for b in crew.told.began] == [begun.key]
    assert crew.workers.in_flight() == []


def test_a_process_is_told_with_its_start_time(crew: Crew) -> None:
    begun = crew.start(crew.job("waiting:sleep"), seconds=300)
    crew.until(lambda: crew.told.began, "the process is told")
    began = crew.told.began[0]
    stat = Path(f"/proc/{began.pid}/stat").read_text().rpartition(")")[2].split()
    assert began.pid_started == int(stat[19])
    crew.workers.kill(begun.key, "operator", now())


def test_a_worker_is_used_again_and_told_for_each_attempt(crew: Crew) -> None:
    first, second = crew.run("plain:where"), crew.run("plain:where")
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert first.result["pid"] == second.result["pid"] == crew.told.began[-1].pid
    assert len(crew.told.began) == 2


def test_attempts_at_the_same_time_have_workers_of_their_own(crew: Crew, tmp_path: Path) -> None:
    go, begun = tmp_path / "go", [tmp_path / f"begun{number}" for number in range(3)]
    job = crew.job("waiting:talk_until")
    claims = [crew.start(job, first="x", path=str(go), started=str(path)) for path in begun]
    crew.until(lambda: all(path.exists() for path in begun), "all have begun")
    go.touch()
    endings = [crew.ending(c.key) for c in claims]
    assert max(e.started_at for e in endings) < min(e.finished_at for e in endings)


def test_an_exception_is_raised(crew: Crew) -> None:
    outcome = crew.run("plain:buy", item="milk")
    assert isinstance(outcome, Raised)
    assert (outcome.names[1], outcome.message) == ("OutOfStock", "no milk")


def test_skip_retry_and_exit_are_outcomes(crew: Crew) -> None:
    assert crew.run("asking:skip") == Skipped("no new orders")
    assert crew.run("asking:retry", seconds=2) == RetryAsked(timedelta(seconds=2), "")
    assert crew.run("asking:retry") == RetryAsked(None, "")
    assert crew.run("plain:leave", code=3) == Exited(3)


def test_params_of_every_name_and_type_arrive(crew: Crew) -> None:
    params = {"day": "2026-03-08", "at": "2026-03-08T06:30:00Z"}
    job = crew.job("plain:describe", params={"day": Param("date"), "at": Param("datetime")})
    ending = crew.ending(crew.start(job, **params).key)
    assert ending.outcome == Returned(["date", "2026-03-08", "datetime", "2026-03-08T06:30:00+00:00"])
    dry: dict[str, Any] = {"dry-run": True}
    assert crew.run("plain:echo", **dry) == Returned({"dry_run": True})


def test_progress_is_reported_for_its_claim(crew: Crew) -> None:
    begun = crew.start(crew.job("asking:report"))
    crew.ending(begun.key)
    assert (crew.told.reports[-1].claim, crew.told.reports[-1].progress) == (begun.key, Progress(70.0, "album 7"))


def test_a_worker_that_exits_by_itself_is_an_exit(crew: Crew) -> None:
    assert crew.run("plain:drop_dead", code=3) == Exited(3)
    assert crew.run("plain:add", a=1, b=1) == Returned(2)


def test_case_02_sigkill_of_a_worker_is_a_loss_that_names_the_signal(crew: Crew) -> None:
    outcome = crew.run("plain:kill_itself", signal=int(signal.SIGKILL))
    assert isinstance(outcome, Lost)
    assert (outcome.signal, outcome.counts, outcome.for_memory) in [("SIGKILL", True, False), ("SIGKILL", True, None)]
    assert crew.run("plain:add", a=1, b=1) == Returned(2)


def test_an_attempt_that_was_given_to_a_dead_worker_has_not_started(crew: Crew) -> None:
    crew.run("plain:nothing")
    pid = crew.told.began[0].pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{pid}").exists(), "its holder has seen it dead")
    assert crew.run("plain:nothing") == NotStarted()
    assert crew.run("plain:nothing") == Returned(None)


def test_the_death_of_the_holder_is_blamed_on_no_call_where_several_were_under_way(crew: Crew) -> None:
    calls = [crew.start(crew.job("waiting:sleep"), seconds=300) for _ in range(3)]
    crew.until(lambda: len(crew.told.began) == 3, "the processes are told")
    worker = crew.told.began[0].pid
    holder = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(holder, signal.SIGKILL)
    outcomes = [crew.ending(call.key).outcome for call in calls]
    assert [isinstance(outcome, Lost) and outcome.counts for outcome in outcomes] == [False] * 3


def test_the_death_of_the_holder_is_a_loss_and_work_goes_on(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    begun = crew.start(crew.job("waiting:spin_as"), started=str(started))
    crew.until(lambda: started.exists() and started.read_text(), "the worker spins")
    worker = int(started.read_text())
    holder = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(holder, signal.SIGKILL)
    outcome = crew.ending(begun.key).outcome
    assert isinstance(outcome, Lost)
    assert outcome.shared
    assert not alive(worker)
    assert crew.run("plain:add", a=1, b=1) == Returned(2)


def test_a_crash_is_a_loss_with_a_trace_in_the_log(crew: Crew) -> None:
    begun = crew.start(crew.job("plain:kill_itself"), signal=int(signal.SIGSEGV))
    assert crew.ending(begun.key).outcome == Lost("its worker died", "SIGSEGV")
    assert "Fatal Python error: Segmentation fault" in crew.log(begun)


def test_what_a_worker_printed_before_it_died_is_in_the_log(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    begun = crew.start(crew.job("waiting:talk"), seconds=300, first="hello", started=str(started))
    crew.until(started.exists, "it talked")
    crew.workers.kill(begun.key, "operator", now())
    assert crew.ending(begun.key).outcome == Stopped("operator", None, "SIGKILL")
    assert crew.log(begun) == "hello\n"


@pytest.mark.parametrize("call", ["waiting:spin", "waiting:sleep"])
def test_a_timeout_stops_a_call_whatever_it_does(crew: Crew, call: str) -> None:
    params = {"seconds": 60} if call == "waiting:sleep" else {}
    begun = crew.start(crew.job(call, timeout=timedelta(seconds=0.3)), **params)
    assert crew.ending(begun.key).outcome == Stopped("timeout", None, "SIGTERM")
    assert crew.run("plain:add", a=1, b=1) == Returned(2)


def test_a_call_that_ignores_the_stop_signal_is_killed_after_its_grace_period(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    job = crew.job("waiting:deaf_sleep", stop_grace_period=timedelta(seconds=0.3))
    begun = crew.start(job, seconds=300, started=str(started))
    crew.until(started.exists, "it sleeps")
    asked_at = now()
    crew.workers.stop(begun.key, "operator", asked_at)
    ending = crew.ending(begun.key)
    assert ending.outcome == Stopped("operator", None, "SIGKILL")
    assert ending.finished_at - asked_at >= timedelta(seconds=0.29)


def test_a_call_may_end_in_peace_when_asked_to_stop(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    begun = crew.start(crew.job("waiting:polite_sleep"), seconds=300, started=str(started))
    crew.until(started.exists, "it sleeps")
    crew.workers.stop(begun.key, "shutdown", now())
    assert crew.ending(begun.key).outcome == Stopped("shutdown", 5)


def test_what_a_call_started_dies_with_it(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    begun = crew.start(crew.job("waiting:with_child"), seconds=300, started=str(started))
    crew.until(lambda: started.exists() and started.read_text(), "it has a child")
    child = int(started.read_text())
    assert alive(child)
    crew.workers.stop(begun.key, "operator", now())
    crew.ending(begun.key)
    assert not alive(child)


def test_a_deadline_stops_a_call(crew: Crew) -> None:
    job = crew.job("waiting:sleep", params={"seconds": Param("number")})
    begun = crew.start(job, seconds=300)
    crew.workers.stop(begun.key, "deadline", now())
    outcome = crew.ending(begun.key).outcome
    assert isinstance(outcome, Stopped)
    assert outcome.why == "deadline"


def test_an_unknown_claim_is_ignored(crew: Crew) -> None:
    begun = crew.start(crew.job("plain:nothing"))
    crew.workers.stop(begun.key._replace(fence=2), "operator", now())
    assert crew.ending(begun.key).outcome == Returned(None)


def test_a_missing_module_cannot_be_started(crew: Crew) -> None:
    outcome = crew.run("shop.images:make")
    assert isinstance(outcome, Unstartable)
    assert outcome.message.startswith("module `shop` not found in ")


def test_a_missing_interpreter_cannot_be_started(crew: Crew) -> None:
    outcome = crew.run("plain:nothing", job={"python": "/nowhere/python"})
    assert outcome == Unstartable("there is no file `/nowhere/python`; install it or mend the path")


def test_an_interpreter_that_is_none_is_told_with_what_it_said(crew: Crew) -> None:
    outcome = crew.run("plain:nothing", job={"python": "/bin/cat"})
    assert isinstance(outcome, Unstartable)
    assert outcome.message.startswith("`/bin/cat` did not become a worker: ")


def test_a_missing_folder_cannot_be_started_in(crew: Crew) -> None:
    outcome = crew.run("plain:nothing", job={"working_dir": "/nowhere"})
    assert isinstance(outcome, Unstartable)
    assert "the working directory /nowhere cannot be entered" in outcome.message


def test_an_unknown_user_cannot_be_started_as(crew: Crew) -> None:
    outcome = crew.run("plain:nothing", job={"user": "nobody-of-that-name"})
    assert outcome == Unstartable(
        "there is no user `nobody-of-that-name` on this machine; create the user, or mend `user`"
    )


def test_jobs_with_their_own_environment_do_not_see_each_others(crew: Crew) -> None:
    first = crew.run("plain:variables", job={"name": "a", "env": {"SHOP_A": "1"}})
    second = crew.run("plain:variables", job={"name": "b", "env": {"SHOP_B": "2"}})
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert {k: v for k, v in first.result.items() if k.startswith("SHOP")} == {"SHOP_A": "1"}
    assert {k: v for k, v in second.result.items() if k.startswith("SHOP")} == {"SHOP_B": "2"}


def worker_of(crew: Crew, name: str, **facts: Any) -> int:
    outcome = crew.run("plain:where", job={"name": name, **facts})
    assert isinstance(outcome, Returned)
    return int(outcome.result["pid"])


def test_jobs_with_the_same_environment_share_a_worker(crew: Crew) -> None:
    shop = {"SHOP": "1"}
    assert worker_of(crew, "a", env=shop) == worker_of(crew, "b", env=shop)
    assert worker_of(crew, "c", env={"SHOP": "2"}) != worker_of(crew, "a", env=shop)


def test_jobs_with_secrets_never_share_a_worker(crew: Crew, tmp_path: Path) -> None:
    assert worker_of(crew, "a", **secret_job(tmp_path)) != worker_of(crew, "b", **secret_job(tmp_path))


def test_a_call_knows_its_run(crew: Crew) -> None:
    outcome = crew.run("plain:variables", job={"name": "thumbnails"}, album=7)
    assert isinstance(outcome, Returned)
    assert {name: value for name, value in outcome.result.items() if name != "JOBCTL_MARK"} == {
        "JOBCTL_RUN_ID": "1",
        "JOBCTL_JOB": "thumbnails",
        "JOBCTL_ATTEMPT": "1",
        "JOBCTL_QUEUE": "default",
        "JOBCTL_SCHEDULED_FOR": "2026-03-08T06:29:00Z",
        "JOBCTL_CORRELATION_ID": "7",
        "JOBCTL_PARAM_ALBUM": "7",
    }


def test_the_daemons_own_environment_does_not_leak(tmp_path: Path) -> None:
    with Crew(tmp_path / "state", daemon_env={"SHOP_OF_THE_DAEMON": "1"}) as crew:
        outcome = crew.run("plain:variables")
        assert isinstance(outcome, Returned)
        assert "SHOP_OF_THE_DAEMON" not in outcome.result


def secret_job(tmp_path: Path) -> dict[str, dict[str, Secret]]:
    (tmp_path / "password").write_text("hunter22\n")
    return {"secrets": {"SHOP_PASSWORD": Secret(file=str(tmp_path / "password"))}}


def test_case_33_a_secret_is_in_the_environment_and_masked_everywhere_else(crew: Crew, tmp_path: Path) -> None:
    begun = crew.start(crew.job("talking:tells", **secret_job(tmp_path)), secret="hunter22")
    assert crew.ending(begun.key).outcome == Returned({"kept": ["***"]})
    assert crew.log(begun) == "the secret is ***!\n"
    seen = crew.run("plain:variables", job=secret_job(tmp_path))
    assert isinstance(seen, Returned)
    assert seen.result["SHOP_PASSWORD"] == "***"


def test_a_secret_is_read_anew_for_each_attempt(crew: Crew, tmp_path: Path) -> None:
    facts = secret_job(tmp_path)
    assert crew.run("plain:letters_of", job=facts, name="SHOP_PASSWORD") == Returned(8)
    (tmp_path / "password").write_text("longer-than-that")
    assert crew.run("plain:letters_of", job=facts, name="SHOP_PASSWORD") == Returned(16)


def test_a_secret_that_cannot_be_read_is_named(crew: Crew) -> None:
    outcome = crew.run("plain:nothing", job={"secrets": {"PASSWORD": Secret(file="/nowhere/password")}})
    assert isinstance(outcome, Unstartable)
    assert outcome.message.startswith("the secret `PASSWORD` cannot be read")


def test_a_few_lines_come_with_the_ending_and_leave_no_log_file(crew: Crew) -> None:
    crew.run("plain:nothing")  # a worker that is there: what takes longer than half a second is followed
    begun = crew.start(crew.job("talking:bytes_of"), hexadecimal="00ff1b5b33")
    assert crew.ending(begun.key).output == bytes.fromhex("00ff1b5b33")
    assert not crew.folder.log(begun.run_id, begun.fence).exists()


def test_output_of_more_than_a_page_is_in_a_log_file_alone(crew: Crew) -> None:
    begun = crew.start(crew.job("waiting:flood"), count=5)
    assert crew.ending(begun.key).output is None
    assert crew.folder.log(begun.run_id, begun.fence).stat().st_size == 5 * 1024


def test_what_a_call_prints_when_it_is_stopped_comes_with_its_ending(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    begun = crew.start(crew.job("waiting:last_words"), seconds=300, started=str(started))
    crew.until(started.exists, "it has begun")
    crew.workers.stop(begun.key, "operator", now())
    ending = crew.ending(begun.key)
    assert ending.outcome == Stopped("operator", exit_code=5)
    assert crew.log(begun) == "here I am\nso be it\n"


def test_the_log_of_a_long_call_can_be_followed(crew: Crew, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    begun = crew.start(crew.job("waiting:talk_until"), first="hello", path=str(go_on))
    log = crew.folder.log(begun.run_id, begun.fence)
    crew.until(log.exists, "its log appears")
    assert log.read_text() == "hello\n"
    go_on.touch()
    assert crew.ending(begun.key).output is None
    assert log.read_text() == "hello\nthe end\n"


def test_a_log_that_was_begun_and_cannot_be_finished_is_kept_with_the_ending(crew: Crew, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    begun = crew.start(crew.job("waiting:talk_until"), first="hello", path=str(go_on))
    log = crew.folder.log(begun.run_id, begun.fence)
    crew.until(log.exists, "its log appears")
    log.unlink()
    log.mkdir()
    go_on.touch()
    assert crew.ending(begun.key).output == b"hello\nthe end\n"


def test_a_call_of_c_that_prints_much_and_lets_no_thread_run_goes_on(crew: Crew) -> None:
    begun = crew.start(crew.job("talking:floods_without_a_pause"), count=300_000)
    crew.ending(begun.key)
    assert crew.log(begun) == "x" * 300_000 + "\nthe end\n"


def test_case_31_a_flood_is_cut_and_does_not_fill_the_memory(crew: Crew, tmp_path: Path) -> None:
    started = tmp_path / "started"
    job = crew.job("waiting:flood", log_max_bytes=100_000)
    begun = crew.start(job, count=100_000, started=str(started), seconds=300)
    crew.until(started.exists, "the flood is over")
    worker = next(iter(crew.workers._staff))
    crew.until(lambda: os.fstat(worker.capture.fd).st_blocks * 512 < 4_000_000, "its memory is given back")
    crew.workers.kill(begun.key, "operator", now())
    crew.ending(begun.key)
    text = crew.log(begun)
    assert len(text) < 101_000
    assert "\n[... 102300000 bytes cut ...]\n" in text


def test_workers_of_another_user_have_logs_too(crew: Crew) -> None:
    begun = crew.start(crew.job("talking:hello", user=str(os.geteuid()), python=sys.executable))
    crew.ending(begun.key)
    assert crew.log(begun) == "hello world\n"


def test_reload_replaces_workers_and_lets_a_busy_one_finish(crew: Crew, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    busy = crew.start(crew.job("waiting:talk_until"), first="hello", path=str(go_on))
    crew.until(lambda: crew.told.began, "it has a process")
    pid = crew.told.began[0].pid
    crew.workers.reload()
    go_on.touch()
    assert crew.ending(busy.key).outcome == Returned(None)
    crew.until(lambda: not alive(pid), "the old worker is gone")
    crew.run("plain:nothing")
    assert crew.told.began[-1].pid != pid


def test_a_worker_without_work_ends_after_a_minute(crew: Crew) -> None:
    crew.run("plain:nothing")
    pid = crew.told.began[0].pid
    crew.go_round(now() + timedelta(seconds=55))
    assert alive(pid)
    crew.go_round(now() + timedelta(seconds=61))
    crew.until(lambda: not alive(pid), "it ended")


def test_there_are_never_more_workers_than_slots(tmp_path: Path) -> None:
    with Crew(tmp_path / "state", slots=2) as crew:
        for name in ("a", "b", "c", "d"):
            crew.run("plain:nothing", job={"name": name, "env": {"SHOP_NAME": name}})
        crew.until(lambda: len(crew.workers._staff) == 2, "the others are gone")


def test_a_limit_on_cpu_time_is_for_one_attempt(crew: Crew) -> None:
    facts = {"resources": Resources(cpu_time=timedelta(seconds=1))}
    first, second = crew.run("plain:where", job=facts), crew.run("plain:where", job=facts)
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert first.result["pid"] != second.result["pid"]


def test_a_call_that_reaches_its_limit_on_cpu_time_is_a_loss_by_a_signal(crew: Crew) -> None:
    outcome = crew.run("waiting:spin", job={"resources": Resources(cpu_time=timedelta(seconds=1))})
    assert isinstance(outcome, Lost)
    assert outcome.signal == "SIGKILL"


def test_params_larger_than_a_pipe_arrive(crew: Crew) -> None:
    text = "x" * 60_000
    outcome = crew.run("plain:length_of", a=text, b=text, c=text, d=text)
    assert outcome == Returned(240_000)


def test_a_worker_that_computes_does_not_outlive_its_daemon(tmp_path: Path) -> None:
    started = tmp_path / "started"
    daemon = subprocess.Popen([sys.executable, "-c", DAEMON, str(tmp_path), str(started)], cwd=REPOSITORY)
    until(lambda: started.exists() and started.read_text(), "the worker spins")
    worker = int(started.read_text())
    daemon.kill()
    daemon.wait()
    until(lambda: not alive(worker), "the worker is dead")


DAEMON = """
import sys
from pathlib import Path
from tests.kit.crew import Crew
with Crew(Path(sys.argv[1]) / "state") as crew:
    crew.start(crew.job("waiting:spin_as"), started=sys.argv[2])
    while True:
        crew.go_round()
"""


def test_times_are_utc(crew: Crew) -> None:
    ending = crew.ending(crew.start(crew.job("plain:nothing")).key)
    assert ending.started_at.tzinfo is UTC
    assert isinstance(ending.finished_at, datetime)


def test_a_job_may_have_a_fresh_worker_for_each_run(crew: Crew) -> None:
    fresh = WorkerBounds(max_runs=1)
    pids = {worker_of(crew, "fresh", worker=fresh) for _ in range(4)}
    assert len(pids) == 4
    shared = {worker_of(crew, "shared") for _ in range(4)}
    assert len(shared) == 1
    assert not shared & pids
    crew.until(lambda: not any(alive(pid) for pid in pids), "its workers are gone")


def test_a_worker_is_replaced_after_so_many_runs_when_it_is_large_and_when_it_is_old(crew: Crew) -> None:
    pids = [worker_of(crew, "counted", worker=WorkerBounds(max_runs=2)) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    assert len({worker_of(crew, "large", worker=WorkerBounds(max_memory=1024**2)) for _ in range(3)}) == 3
    assert len({worker_of(crew, "small", worker=WorkerBounds(max_memory=1024**3)) for _ in range(3)}) == 1
    assert len({worker_of(crew, "old", worker=WorkerBounds(max_age=timedelta(microseconds=1))) for _ in range(3)}) == 3
    assert len({worker_of(crew, "young", worker=WorkerBounds(max_age=timedelta(hours=1))) for _ in range(3)}) == 1


def test_a_worker_that_a_call_has_spoilt_is_replaced_and_nothing_is_lost(crew: Crew) -> None:
    spoiling = crew.job("leaking:leave_thread", params={"daemon": Param(), "seconds": Param()})
    for _ in range(5):
        crew.run("plain:nothing")
    begun = [crew.start(spoiling, daemon=True, seconds=60)]
    begun += [crew.start(crew.job("plain:nothing")) for _ in range(5)]
    outcomes = [crew.ending(claim.key).outcome for claim in begun]
    assert set(outcomes) <= {Returned(None), NotStarted()}
    assert outcomes[0] == Returned(None)
