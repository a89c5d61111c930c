"""What jobs write: into one bounded log, byte by byte, secrets masked."""

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobctl.execute.holder_program import proc as tree
from jobctl.model.claim import Claim
from jobctl.model.job import Resources, Secret
from jobctl.model.outcome import Exited
from tests.kit.shell_jobs import ShellJobs, holder_pid, lives, stop
from tests.kit.until import until

BOUND = 1_000_000
FLOOD = f"{sys.executable} -c \"import sys; [sys.stdout.write('%09d\\n' % n) for n in range(1_000_000)]\""


def test_case_31_binary_output_is_left_as_it_is(jobs: ShellJobs) -> None:
    script = "import os; os.write(1, bytes(range(256)) * 40)"
    assert jobs.output(jobs.run((sys.executable, "-c", script))) == bytes(range(256)) * 40


def test_case_31_a_flood_is_cut_in_the_middle_with_a_mark(jobs: ShellJobs) -> None:
    output = jobs.output(jobs.run(FLOOD, log_max_bytes=BOUND))
    head, mark, tail = output.partition(b"\n[... 9000000 bytes cut ...]\n")
    assert mark
    assert head == b"".join(b"%09d\n" % n for n in range(50_000))
    assert tail == b"".join(b"%09d\n" % n for n in range(950_000, 1_000_000))


def test_case_31_a_flood_takes_no_more_of_the_disk_than_its_bound_while_it_lasts(jobs: ShellJobs) -> None:
    claim = jobs.start(FLOOD + "; echo done; sleep 300", log_max_bytes=BOUND, timeout=timedelta(seconds=300))
    log = jobs.folder.log(claim.run_id, 1)
    until(lambda: log.exists() and log.stat().st_size > 10 * BOUND - 100, "everything is written")
    jobs.until(lambda: log.stat().st_blocks * 512 < 2 * BOUND, "the middle is given back")


def another_runs_log(jobs: ShellJobs, claim: Claim) -> Path:
    """What a run wrote that had the same number before a restore."""
    log = jobs.folder.log(claim.run_id, claim.fence)
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log.write_bytes(b"somebody else's\n")
    return log


def test_an_attempt_does_not_begin_with_the_output_of_another_run_that_had_its_number(jobs: ShellJobs) -> None:
    claim = jobs.claim("echo mine")
    another_runs_log(jobs, claim)
    jobs.shell.start(claim, datetime.now(UTC))
    assert jobs.output(jobs.ending(claim)) == b"mine\n"


def test_an_attempt_that_writes_nothing_does_not_show_what_another_run_of_its_number_wrote(jobs: ShellJobs) -> None:
    claim = jobs.claim("true")
    log = another_runs_log(jobs, claim)
    jobs.shell.start(claim, datetime.now(UTC))
    jobs.ending(claim)
    assert not log.exists()


def test_output_up_to_the_bound_is_left_as_it_is(jobs: ShellJobs) -> None:
    output = jobs.output(jobs.run("head -c 1000000 /dev/zero | tr '\\0' x", log_max_bytes=BOUND))
    assert output == b"x" * BOUND


def test_case_04_a_grandchild_that_keeps_the_output_open_does_not_hold_the_run(jobs: ShellJobs) -> None:
    ending = jobs.run("sleep 300 & echo $!")
    assert ending.outcome == Exited(0)
    grandchild = int(jobs.output(ending))
    assert lives(grandchild)
    stop(grandchild)


def test_case_04_nor_when_the_output_is_masked(jobs: ShellJobs, tmp_path: Path) -> None:
    ending = jobs.run("sleep 300 & echo $!", secrets=secret(tmp_path, "hunter22"))
    assert ending.outcome == Exited(0)
    stop(int(jobs.output(ending)))


def test_case_04_nor_when_it_goes_on_writing_into_a_mask(jobs: ShellJobs, tmp_path: Path) -> None:
    ending = jobs.run("(while :; do echo x; done) & echo $!", secrets=secret(tmp_path, "hunter22"))
    assert ending.outcome == Exited(0)
    pid = re.search(rb"\d+", jobs.output(ending))
    assert pid is not None
    stop(int(pid[0]))


def test_case_32_a_log_folder_that_is_deleted_in_mid_run_does_no_harm(jobs: ShellJobs) -> None:
    claim = jobs.start("echo ready; sleep 0.4; echo more; exit 3")
    jobs.wrote(claim, b"ready")
    log = jobs.folder.log(claim.run_id, 1)
    log.unlink()
    log.parent.rmdir()
    assert jobs.ending(claim).outcome == Exited(3)
    assert jobs.output(jobs.run("echo again")) == b"again\n"


def test_case_33_a_secret_is_masked(jobs: ShellJobs, tmp_path: Path) -> None:
    ending = jobs.run('echo "token $TOKEN."', secrets=secret(tmp_path, "hunter22"))
    assert jobs.output(ending) == b"token ***.\n"


def test_case_33_a_secret_is_masked_when_it_comes_in_pieces(jobs: ShellJobs, tmp_path: Path) -> None:
    script = "printf 'a hunt'; sleep 0.3; printf er22; printf ' b hunt'"
    assert jobs.output(jobs.run(script, secrets=secret(tmp_path, "hunter22"))) == b"a *** b hunt"


def test_case_33_secrets_in_a_flood_are_masked_everywhere(jobs: ShellJobs, tmp_path: Path) -> None:
    script = f"{sys.executable} -c \"import sys; [sys.stdout.write('%dhunter22' % n) for n in range(200_000)]\""
    output = jobs.output(jobs.run(script, secrets=secret(tmp_path, "hunter22")))
    assert output == b"".join(b"%d***" % n for n in range(200_000))


def test_many_quick_jobs_with_secrets_do_the_holder_no_harm(jobs: ShellJobs, tmp_path: Path) -> None:
    holder = holder_pid(jobs.holder.folder)
    for _ in range(10):
        claims = [jobs.start("echo $TOKEN", secrets=secret(tmp_path, "hunter22")) for _ in range(20)]
        assert [jobs.ending(claim).outcome for claim in claims] == [Exited(0)] * 20
    assert holder_pid(jobs.holder.folder) == holder


def test_a_masked_log_is_bounded_too(jobs: ShellJobs, tmp_path: Path) -> None:
    output = jobs.output(jobs.run(FLOOD, log_max_bytes=BOUND, secrets=secret(tmp_path, "hunter22")))
    assert len(output) < BOUND + 100
    assert b" bytes cut ...]" in output


def test_a_value_of_five_characters_is_not_masked(jobs: ShellJobs, tmp_path: Path) -> None:
    assert jobs.output(jobs.run("echo $TOKEN", secrets=secret(tmp_path, "12345"))) == b"12345\n"


def test_a_secret_is_not_on_a_command_line(jobs: ShellJobs, tmp_path: Path) -> None:
    claim = jobs.start("echo ready; sleep 300", secrets=secret(tmp_path, "hunter22"), timeout=timedelta(seconds=300))
    jobs.wrote(claim, b"ready")
    assert not [pid for pid in tree.pids() if b"hunter22" in command_line(pid)]


def test_progress_is_passed_on(jobs: ShellJobs) -> None:
    claim = jobs.start("""echo '{"percent": 40, "message": "half"}' >&$JOBCTL_PROGRESS_FD; sleep 0.5""")
    jobs.ending(claim)
    assert [(r.claim, *r.progress) for r in jobs.news.reports] == [(claim.key, 40.0, "half")]


def test_the_last_word_of_a_quick_job_is_passed_on(jobs: ShellJobs) -> None:
    jobs.run("""for n in 1 2 3; do echo "{\\"percent\\": $n}" >&$JOBCTL_PROGRESS_FD; done""")
    assert [report.progress.percent for report in jobs.news.reports] == [3.0]


def test_the_last_word_needs_no_newline(jobs: ShellJobs) -> None:
    jobs.run("""printf '{"percent": 1}\\n{"percent": 2}' >&$JOBCTL_PROGRESS_FD""")
    assert [report.progress.percent for report in jobs.news.reports] == [2.0]


def test_nonsense_instead_of_progress_is_dropped(jobs: ShellJobs) -> None:
    jobs.run("""printf '%s\\n' hello '{"percent": 200}' '[1]' '{"percent": "x", "message": 7}' >&$JOBCTL_PROGRESS_FD""")
    assert jobs.news.reports == []


def test_half_a_character_in_a_progress_message_harms_nobody(jobs: ShellJobs) -> None:
    other = jobs.start("sleep 0.4; exit 4")
    ending = jobs.run(r"""printf '%s\n' '{"percent": 5, "message": "half \ud800 \udcff"}' >&3; sleep 0.2; exit 3""")
    assert [report.progress.message for report in jobs.news.reports] == ["half ? ?"]
    assert (ending.outcome, jobs.ending(other).outcome) == (Exited(3), Exited(4))


def test_a_secret_in_a_progress_message_is_masked(jobs: ShellJobs, tmp_path: Path) -> None:
    script = """echo "{\\"message\\": \\"using $TOKEN\\"}" >&$JOBCTL_PROGRESS_FD"""
    jobs.run(script, secrets=secret(tmp_path, "hunter22"))
    assert [report.progress.message for report in jobs.news.reports] == ["using ***"]


def test_a_flood_of_progress_ends_and_is_thinned_out(jobs: ShellJobs) -> None:
    script = "import os\nfor n in range(300_000): os.write(3, b'{\"percent\": %d}\\n' % (n // 3_000))"
    ending = jobs.run((sys.executable, "-c", script + "\nos.write(3, b'x' * 500_000)"))
    seconds = (ending.finished_at - ending.started_at).total_seconds()
    assert ending.outcome == Exited(0)
    assert 1 <= len(jobs.news.reports) <= seconds / 0.2 + 2


def test_case_31_ten_megabytes_without_a_newline_pass(jobs: ShellJobs) -> None:
    ending = jobs.run("head -c 10000000 /dev/zero | tr '\\0' x")
    assert len(jobs.output(ending)) == 10_000_000


def test_a_limit_on_file_sizes_counts_for_what_a_job_writes_into_files_and_not_for_its_output(jobs: ShellJobs) -> None:
    limits = Resources(file_size=8192)
    assert len(jobs.output(jobs.run("head -c 100000 /dev/zero", resources=limits))) == 100_000
    assert jobs.run("head -c 100000 /dev/zero > big", resources=limits).outcome != Exited(0)


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def secret(folder: Path, value: str) -> dict[str, Secret]:
    file = folder / "secret"
    file.write_text(value + "\n")
    return {"TOKEN": Secret(file=str(file))}
