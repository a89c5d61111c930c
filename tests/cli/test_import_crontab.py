"""Ten crontabs of different style, imported without loss: what they say is written down here by hand."""

import os
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from jobctl.catalog.load import load
from jobctl.importers.catalog_text import Imported
from jobctl.importers.crontab.to_catalog import Source, import_crontab
from jobctl.model.job import Job
from tests.kit.prompt import Prompt

FOLDER = Path(__file__).parent / "crontabs"
HOMES = {"root": "/root", "www-data": "/var/www", "munin": "/var/lib/munin", "backup": "/var/backups"}


class Line(NamedTuple):
    """What an active line of a crontab says: when, what, as whom, with what on stdin."""

    when: str
    command: str
    user: str | None = None
    stdin: str | None = None


ACTIVE = {
    "debian-system": [
        Line("17 * * * *", "cd / && run-parts --report /etc/cron.hourly", "root"),
        Line("25 6 * * *", "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }", "root"),
        Line("47 6 * * 7", "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.weekly; }", "root"),
        Line("52 6 1 * *", "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.monthly; }", "root"),
    ],
    "debian-user": [
        Line("30 2 * * *", 'pg_dump shop | gzip > "$HOME/dumps/shop-$(date +%F).sql.gz"'),
        Line("*/15 9-17 * * mon-fri", "/home/ada/bin/poll-imap --quiet"),
        Line("0 8 1,15 * 3", "echo \"pay the rent\" | mail -s 'rent: due' ada"),
        Line("@reboot", "sleep 60 && /home/ada/bin/tunnel.sh"),
        Line("@weekly", "tar czf backups/$(date +%G-%V).tgz docs"),
    ],
    "cronie-user": [
        Line("30 9 * * 1-5", "source ~/.venv/bin/activate && python -m quotes.fetch | tee -a quotes.log"),
        Line("H(0-29) 4 * * *", "/opt/tools/mirror --all"),
        Line("H 5 * * 0", "/opt/tools/compact"),
        Line("0 9 * * *", 'curl -fsS "https://example.com/ping?a=1&b=2" > /dev/null'),
    ],
    "rhel-anacron": [
        Line("5 3 * * *", "nice run-parts /etc/cron.daily"),
        Line("25 3 * * 0", "nice run-parts /etc/cron.weekly"),
        Line("45 3 1 * *", "nice run-parts /etc/cron.monthly"),
        Line("every 10 days, 0:00:00", "/usr/local/sbin/vacuum-db --full"),
    ],
    "cron-d": [
        Line(
            "0 */12 * * *",
            "test -x /usr/bin/certbot -a \\! -d /run/systemd/system"
            " && perl -e 'sleep int(rand(43200))' && certbot -q renew",
            "root",
        ),
        Line(
            "09,39 * * * *",
            "[ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi",
            "www-data",
        ),
        Line(
            "*/10 * * * *",
            "if [ -x /etc/munin/plugins/apt_all ]; then munin-run apt_all update 7200 12 >/dev/null; fi",
            "munin",
        ),
    ],
    "vixie-stdin": [
        Line("5 0 * * *", "$HOME/bin/daily.job >> $HOME/tmp/out 2>&1"),
        Line("15 14 1 * *", "$HOME/bin/monthly"),
        Line("0 22 * * 1-5", 'mail -s "It\'s 10pm" joe', stdin="Joe,\n\nWhere are your kids?\n"),
        Line("23 0-23/2 * * *", 'echo "run 23 minutes after midn, 2am, 4am ..., everyday"'),
        Line("5 4 * * sun", 'echo "run at 5 after 4 every sunday"'),
        Line("0 0 13 * 5", "echo 100% bad luck: \\\\o/", stdin="- one\n  - two\n"),
    ],
    "windows-odd": [
        Line("0 4 * * *", "/opt/tools/sync.sh   --quick"),
        Line("15 5 1-7 * *", "/opt/tools/report.sh"),
        Line("@daily", "/opt/tools/tidy.sh"),
        Line("0 0 * JAN,jul Sun", 'echo "no newline at the end"'),
    ],
    "web-host": [
        Line("* * * * *", "cd /srv/app && php artisan schedule:run >> /dev/null 2>&1"),
        Line("*/5 * * * *", "/usr/bin/flock -n /tmp/sync.lock /usr/bin/rsync -az --delete /srv/a/ backup:/srv/a/"),
        Line("*/5 * * * *", "/usr/bin/flock -n /tmp/sync2.lock /usr/bin/rsync -az --delete /srv/b/ backup:/srv/b/"),
        Line("0 3 * * *", "/srv/app/venv/bin/python /srv/app/manage.py clearsessions"),
        Line(
            "0 4 * * *",
            'docker exec -t db pg_dumpall -c -U postgres > /srv/dumps/dump_`date +%d-%m-%Y"_"%H_%M_%S`.sql',
        ),
        Line("10 4 * * *", "docker ps --format '{{.Names}}: {{.Status}}' | grep -v ': Up' && exit 1"),
        Line("0 0 1 1 *", "/usr/bin/env -i HOME=/srv sh -c 'echo \"happy new year\" # really'"),
    ],
    "sysadmin": [
        Line("0 6 * * 0", 'smartctl -H /dev/sda || echo "disk is dying"', "root"),
        Line("@hourly", "/usr/local/sbin/snap", "backup"),
        Line("@yearly", "/bin/date", "nobody-here"),
        Line("15 3 * * *", "nice -n 19 ionice -c3 /usr/local/sbin/scrub.sh", "root"),
        Line("*/7 1-5/2,22 * */3 *", "timeout 5m /usr/local/sbin/check_raid.py", "root"),
        Line("5/20 * * * *", "logger tick", "root"),
        Line("0 1 31 2 *", "echo never", "root"),
    ],
    "bsd": [
        Line("* * * * *", "/usr/libexec/atrun"),
        Line("every 1:00:00", "/usr/local/bin/poll --once"),
        Line("H 2 * * *", "/usr/local/bin/mirror.zsh"),
        Line("1,31 0-5 * * *", "adjkerntz -a"),
        Line("30 5 H(1-28)/9 * *", "/usr/local/bin/rotate"),
        Line("0,H(10-20) 3 * * *", "/usr/local/bin/listed"),
    ],
}
SYSTEM = {"debian-system", "cron-d", "sysadmin"}
_PATH = "/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin"
ENV = {
    "debian-system": {"SHELL": "/bin/sh"},
    "debian-user": {"PATH": "/home/ada/bin:/usr/local/bin:/usr/bin:/bin", "LANG": "en_GB.UTF-8"},
    "cronie-user": {"SHELL": "/bin/bash"},
    "rhel-anacron": {"SHELL": "/bin/sh", "PATH": "/sbin:/bin:/usr/sbin:/usr/bin"},
    "cron-d": {"SHELL": "/bin/sh", "PATH": _PATH},
    "vixie-stdin": {"SHELL": "/bin/sh"},
    "windows-odd": {"TOOLS": "/opt/tools"},
    "web-host": {},
    "sysadmin": {
        "SHELL": "/bin/sh",
        "HOME": "/var/lib/ops",
        "EMPTY": "",
        "QUOTED": "  two spaces  ",
        "HASH": "a # b",
        "OPTS": '--level=3 --tag="x y"',
        "TZ": "Asia/Kathmandu",
    },
    "bsd": {"SHELL": "/bin/zsh"},
}


def home(user: str | None) -> str | None:
    """Where the users of these crontabs live."""
    return "/home/ada" if user is None else HOMES.get(user)


def imported(name: str) -> Imported:
    """The import of one of the ten."""
    text = (FOLDER / f"{name}.crontab").read_bytes().decode("utf-8-sig")
    return import_crontab([Source(f"{name}.crontab", text, system=name in SYSTEM)], home)


def jobs(text: str, folder: Path) -> list[Job]:
    """The jobs of a catalog in the order of its text, all checked."""
    path = folder / "jobs.yaml"
    path.write_text(text, encoding="utf-8")
    catalog = load([path], "UTC", os.geteuid()).valid()
    return [catalog.jobs[str(name)] for name in yaml.safe_load(text)["jobs"]]


def said(job: Job) -> Line:
    """A job in the terms of a crontab."""
    interval = job.schedule.every or job.schedule.after_end
    when = ", ".join(job.schedule.cron) if job.schedule.cron else f"every {interval}"
    command = job.run if isinstance(job.run, str) else (job.run or ())[2]
    return Line(when, command, job.user, job.stdin)


@pytest.mark.parametrize("name", ACTIVE)
def test_every_active_line_becomes_one_job_that_says_the_same(name: str, tmp_path: Path) -> None:
    assert [said(job) for job in jobs(imported(name).text, tmp_path)] == ACTIVE[name]


@pytest.mark.parametrize("name", ACTIVE)
def test_every_job_has_the_variables_of_its_crontab(name: str, tmp_path: Path) -> None:
    assert [dict(job.env) for job in jobs(imported(name).text, tmp_path)] == [ENV[name]] * len(ACTIVE[name])


@pytest.mark.parametrize("name", ACTIVE)
def test_the_catalog_is_the_one_that_was_looked_at(name: str) -> None:
    path = FOLDER / f"{name}.yaml"
    text = imported(name).text
    if os.environ.get("JOBCTL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ACTIVE)
def test_a_comment_is_kept(name: str) -> None:
    text = imported(name).text
    crontab = (FOLDER / f"{name}.crontab").read_text(encoding="utf-8-sig")
    comments = [line.strip().strip("# \t") for line in crontab.splitlines() if line.strip().startswith("#")]
    assert [
        comment for comment in comments if comment not in text and "/old.sh" not in comment and "reindex" not in comment
    ] == []


@pytest.mark.parametrize("name", ACTIVE)
def test_what_is_printed_is_valid_and_plans(name: str, jobctl: Prompt) -> None:
    system = ["--system"] if name in SYSTEM else []
    printed = jobctl.ok("import", "crontab", *system, str(FOLDER / f"{name}.crontab")).out
    (jobctl.folder / "jobs.yaml").write_text(printed, encoding="utf-8")
    assert jobctl.ok("validate", "--json").json["jobs"] == len(ACTIVE[name])
    assert len(jobctl.ok("plan", "--json").json["add"]) == len(ACTIVE[name])


def test_cron_tz_and_mailto_hold_for_the_lines_after_them(tmp_path: Path) -> None:
    first, *_, last = jobs(imported("cronie-user").text, tmp_path)
    assert (first.schedule.timezone, last.schedule.timezone) == ("America/New_York", "Asia/Tokyo")
    assert str(first.on_failure).startswith("mail -s ")
    assert last.on_failure is None


def test_bash_is_called_as_cron_calls_it(tmp_path: Path) -> None:
    assert jobs(imported("cronie-user").text, tmp_path)[2].run == ("/bin/bash", "-c", "/opt/tools/compact")


def test_another_shell_is_the_jobs_shell_and_mails_go_through_sh(tmp_path: Path) -> None:
    job = jobs(imported("bsd").text, tmp_path)[0]
    assert job.shell == "/bin/zsh"
    assert job.on_failure is not None
    assert job.on_failure[:2] == ("/bin/sh", "-c")


def test_a_command_starts_in_the_home_of_its_user(tmp_path: Path) -> None:
    folders = [job.working_dir for job in jobs(imported("cron-d").text, tmp_path)]
    assert folders == ["/root", "/var/www", "/var/lib/munin"]


def test_runs_may_overlap_and_are_not_made_up_for_as_under_cron(tmp_path: Path) -> None:
    for job in jobs(imported("web-host").text, tmp_path):
        assert (job.overlap, job.schedule.catchup, job.umask) == ("allow", "none", 0o022)


def test_anacron_makes_up_for_what_was_missed(tmp_path: Path) -> None:
    weekly = jobs(imported("rhel-anacron").text, tmp_path)[1]
    assert (weekly.overlap, weekly.schedule.catchup, weekly.schedule.catchup_window.days) == ("skip", "last", 7)
    assert weekly.schedule.jitter.total_seconds() == 45 * 60


def test_what_is_not_carried_over_is_named_in_a_comment_and_on_stderr(jobctl: Prompt) -> None:
    done = jobctl.ok("import", "crontab", "--system", str(FOLDER / "sysadmin.crontab"))
    for line in (2, 3, 15, 16, 17, 18, 19):
        assert f"sysadmin.crontab:{line}: " in done.err
        assert f"# Not carried over, line {line}: " in done.out


def test_a_commented_out_job_can_be_put_back_by_removing_its_marks(tmp_path: Path) -> None:
    lines = imported("debian-user").text.split("\n")
    start = lines.index("  # reindex:")
    lines[start : start + 3] = [line.replace("# ", "", 1) for line in lines[start : start + 3]]
    assert "/home/ada/bin/reindex.sh --all" in [job.run for job in jobs("\n".join(lines), tmp_path)]


def test_several_crontabs_become_one_catalog_with_distinct_names(jobctl: Prompt) -> None:
    for name in ("one", "two"):
        (jobctl.folder / name).write_text("@daily /opt/tidy.sh\n@hourly /opt/tidy.sh\n")
    printed = jobctl.ok("import", "crontab", "one", "two").out
    assert list(yaml.safe_load(printed)["jobs"]) == ["tidy", "tidy-2", "tidy-3", "tidy-4"]


def test_a_crontab_comes_from_stdin(jobctl: Prompt) -> None:
    assert "run: /bin/true" in jobctl.ok("import", "crontab", stdin="@daily /bin/true\n").out


def test_a_crontab_of_a_user_runs_as_that_user(jobctl: Prompt) -> None:
    printed = jobctl.ok("import", "crontab", "--user", "root", stdin="@daily /bin/true\n").out
    job = yaml.safe_load(printed)["jobs"]["true"]
    assert job["user"] == "root"


def test_a_system_crontab_without_its_option_is_suspected(jobctl: Prompt) -> None:
    assert "`--system`" in jobctl.ok("import", "crontab", stdin="@daily root /bin/true\n").err


def test_a_system_crontab_with_several_users_is_suspected_too(jobctl: Prompt) -> None:
    lines = "@daily root /bin/true\n0 3 * * * nobody /bin/false\n"
    assert "`--system`" in jobctl.ok("import", "crontab", stdin=lines).err


def test_a_crontab_whose_commands_are_called_like_users_is_not_suspected(jobctl: Prompt) -> None:
    assert "`--system`" not in jobctl.ok("import", "crontab", stdin="@daily sync\n@hourly mail -s hi ada\n").err


def test_a_file_that_is_missing_is_not_found(jobctl: Prompt) -> None:
    assert jobctl("import", "crontab", "nowhere").status == 3
