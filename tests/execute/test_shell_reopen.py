"""A job may open its output again, as programs do that are given `/dev/stderr`; nothing that was printed is lost."""

import os
import resource
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobctl.execute.holder.messages import Spawn
from jobctl.execute.holder_program import proc as tree
from jobctl.execute.holder_program.journal import Journal
from jobctl.execute.holder_program.log import Log
from jobctl.execute.holder_program.supervisor import Care
from jobctl.execute.holder_program.watch import Watch
from jobctl.model.job import Secret
from jobctl.model.outcome import Exited
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives, stop
from tests.kit.until import until

BOUND = 65536
ANOTHER = "nobody" if os.geteuid() == 0 else None
WAYS = [
    "echo 1; echo 2 > /dev/stderr; echo 3",
    "echo 1; echo 2 | tee /dev/stderr > /dev/null; echo 3",
    "echo 1; echo 2 | cat > /proc/self/fd/1; echo 3",
    "echo 1; sh -c 'exec 2> /dev/stdout; echo 2 >&2'; echo 3",
    "echo 1; echo 2 >> /dev/fd/2; echo 3",
    "echo 1; printf '2\\n' | dd of=/dev/stdout 2> /dev/null; echo 3",
    "echo 1; exec > /dev/stderr; echo 2; echo 3",
    "echo 1; sh -c 'echo 2 1<> /dev/stdout >&1'; echo 3",
]


def test_what_was_printed_stays_in_order_whatever_opens_the_output_again(jobs: ShellJobs) -> None:
    check(jobs)


def test_nor_is_anything_lost_or_denied_where_the_job_has_a_user(jobs: ShellJobs) -> None:
    check(jobs, user=ANOTHER, working_dir="/")


def test_output_and_progress_can_be_opened_by_a_user_that_the_job_changes_to(jobs: ShellJobs) -> None:
    change = "import os, sys, warnings; os.geteuid() or os.setuid(65534); os.execvp('sh', ['sh', '-c', sys.argv[1]])"
    script = """echo 1 > /dev/stderr; echo '{"percent": 7}' > /dev/fd/3; echo 2"""
    assert jobs.output(jobs.run((sys.executable, "-c", change, script), working_dir="/")) == b"1\n2\n"
    assert [report.progress.percent for report in jobs.news.reports] == [7.0]


def check(jobs: ShellJobs, **keys: Any) -> None:
    claims = [jobs.start(way, **keys) for way in WAYS]
    assert [jobs.output(jobs.ending(claim)) for claim in claims] == [b"1\n2\n3\n"] * len(WAYS)


def test_nothing_is_lost_where_secrets_are_masked_and_where_a_job_waits_behind_another(tmp_path: Path) -> None:
    jobs = ShellJobs(tmp_path, slots=1)
    (tmp_path / "secret").write_text("hunter22")
    masked = jobs.run("echo $TOKEN; echo 2 > /dev/stderr", secrets={"TOKEN": Secret(file=str(tmp_path / "secret"))})
    assert jobs.output(masked) == b"***\n2\n"
    outputs: list[bytes] = []

    def one_behind_another() -> bool:
        claims = [jobs.start("echo 1; echo 2 > /dev/stdout; echo 3") for _ in range(2)]
        endings = [ending for ending in map(jobs.ending, claims) if ending.outcome == Exited(0)]
        outputs.extend(map(jobs.output, endings))
        return len(endings) == 2

    until(one_behind_another, "it was its turn before it was given back")
    assert set(outputs) == {b"1\n2\n3\n"}
    jobs.close()


@pytest.mark.parametrize("left_behind", ["", "sleep 300 & "])
def test_all_that_was_printed_before_the_end_is_in_the_log_when_it_is_told(tmp_path: Path, left_behind: str) -> None:
    log = tmp_path / "1.1.log"
    logs: list[bytes] = []
    care = Care("t", Journal(str(tmp_path), "t", "boot", 1, 1), Watch(), lambda _: logs.append(log.read_bytes()))
    script = f"{left_behind}echo $!; head -c 60000 /dev/zero"
    spec = Spawn("run:1.1", ("sh", "-c", script), {"PATH": os.environ["PATH"]}, "/", log=str(log))
    care.spawn(spec.plain(0o22, 0), [])
    os.waitid(os.P_PID, care.family.by_key["run:1.1"].pid, os.WEXITED | os.WNOWAIT)
    care.reap()
    pid, _, rest = logs[-1].partition(b"\n")
    assert rest == bytes(60000)
    if left_behind:
        stop(int(pid))


def test_a_silent_job_has_no_log_while_it_runs_nor_after(jobs: ShellJobs) -> None:
    claim = jobs.start("while [ ! -e go ]; do sleep 0.02; done")
    jobs.until(lambda: bool(jobs.news.began), "it has begun")
    assert not [path for path in jobs.folder.logs.rglob("*") if path.is_file()]
    (jobs.root / "go").touch()
    jobs.ending(claim)
    assert not [path for path in jobs.folder.logs.rglob("*") if path.is_file()]


def test_what_a_job_left_behind_prints_on_into_its_log_and_the_holder_stays_for_it(jobs: ShellJobs) -> None:
    late = "while [ ! -e go ]; do sleep 0.02; done; head -c 300000 /dev/zero && echo written"
    ending = jobs.run(f"echo early; ({late}; echo on >> {jobs.root}/alive) &")
    assert jobs.output(ending) == b"early\n"
    jobs.shell.settled([ending.claim.key])
    holder = holder_pid(jobs.holder.folder)
    jobs.vanish()
    (jobs.root / "go").touch()
    until((jobs.root / "alive").exists, "the process that was left behind lives, and was not blocked")
    until(lambda: not lives(holder), "the holder has gone when nobody can print any more")
    assert jobs.output(ending) == b"early\n" + bytes(300000) + b"written\n"


def test_what_is_left_behind_has_the_bound_of_its_job(jobs: ShellJobs) -> None:
    ending = jobs.run(f"(head -c {20 * BOUND} /dev/zero; echo end) &", log_max_bytes=BOUND)
    until(lambda: b" bytes cut ...]\n" in jobs.output(ending), "the log was cut when it could not grow any more")
    assert len(jobs.output(ending)) < BOUND + 100
    assert jobs.output(ending).endswith(b"\0end\n")


def test_what_is_left_behind_does_not_print_into_the_log_of_a_run_that_has_the_number_now(jobs: ShellJobs) -> None:
    ending = jobs.run("(while [ ! -e go ]; do sleep 0.02; done; echo late; touch done) &")
    log = jobs.folder.log(ending.claim.run_id, ending.claim.fence)
    log.unlink()
    log.write_bytes(b"another's\n")
    (jobs.root / "go").touch()
    until((jobs.root / "done").exists, "it has printed")
    jobs.shell.settled([ending.claim.key])
    holder = holder_pid(jobs.holder.folder)
    jobs.vanish()
    until(lambda: not lives(holder), "the holder has gone")
    assert log.read_bytes() == b"another's\n"


def test_the_pipe_of_a_child_that_ended_is_closed(jobs: ShellJobs) -> None:
    holder = holder_pid(jobs.holder.folder)
    jobs.run("echo warm")
    before = len(tree.open_files(holder))
    for job in ("true", "echo x", "exec >&- 2>&-", "head -c 100000 /dev/zero"):
        jobs.run(job)
    assert len(tree.open_files(holder)) == before


def test_a_stop_of_the_job_ends_what_prints_too(jobs: ShellJobs) -> None:
    claim = jobs.start("(while :; do echo x; sleep 0.01; done) & wait", timeout=timedelta(seconds=0.3))
    jobs.ending(claim)
    size = len(jobs.output(claim))
    jobs.run("sleep 0.1")
    assert len(jobs.output(claim)) == size


def test_a_log_that_finds_no_room_for_a_while_keeps_a_little_and_says_how_much_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    log = Log(str(folder / "1.1.log"), 1 << 20)
    folder.rmdir()
    folder.write_bytes(b"in the way")
    for piece in (b"first\n", b"x" * 200_000, b"lost"):
        log.write(piece)
    folder.unlink()
    log.write(b"last\n")
    log.finish()
    kept = b"first\n" + b"x" * (65536 - 6)
    missing = 200_000 + 4 + 6 - 65536
    assert (folder / "1.1.log").read_bytes() == kept + b"\n[... %d bytes cut ...]\nlast\n" % missing


def test_what_is_left_behind_by_very_many_takes_no_descriptors_from_others(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    try:
        jobs = ShellJobs(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        for number in range(80):
            assert jobs.run(f"echo {number}; while [ ! -e go ]; do sleep 0.1; done &").outcome == Exited(0)
        (tmp_path / "go").touch()
    finally:
        jobs.close()
