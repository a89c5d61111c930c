"""Whatever a crontab holds, the catalog made from it is valid and says the same."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobctl.catalog.load import load
from jobctl.importers.crontab.fields import read_when
from jobctl.importers.crontab.lines import form_of, read_crontab, split_percent
from jobctl.importers.crontab.to_catalog import Source, import_crontab
from jobctl.importers.crontab.wrapped_line import read_wrapped_line
from jobctl.importers.job_name import name_from
from jobctl.importers.yaml_text import Value, entry

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
COMMAND = TEXT.filter(lambda text: not set("\n\0") & set(text)).map(str.strip).filter(bool)
FIELDS = st.sampled_from(
    [
        "30 2 * * *",
        "*/5 * * * *",
        "@daily",
        "@reboot",
        "0~9 3 * * mon",
        "~,0~9/3 3~ ~ 1,~9 5~7",
        "1,2 3-4/2 1-7 jan sun",
        "61 1 1 1 1",
    ]
)
VARIABLES = st.sampled_from(
    [
        "MAILTO=a@b.c",
        "MAILTO=",
        "SHELL=/bin/bash",
        "SHELL=/bin/zsh",
        "CRON_TZ=Asia/Tokyo",
        "CRON_TZ=No/Where",
        "HOME=/x",
        "HOME=/x/$Y",
        "RANDOM_DELAY=5",
    ]
)
LINES = st.one_of(
    COMMAND,
    COMMAND.map("#{}".format),
    VARIABLES,
    st.builds("{} {}".format, FIELDS, COMMAND),
    st.builds("# {} {}".format, FIELDS, COMMAND),
    st.builds("{}={}".format, st.sampled_from(["A", "b_c", "TZ", '"x"', "1A", "A-B", "JOBCTL_JOB"]), COMMAND),
    st.builds("{} {} {}".format, FIELDS, st.sampled_from(["root", "nobody:users"]), COMMAND),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=8), st.booleans())
def test_whatever_is_printed_is_valid(lines: list[str], system: bool) -> None:
    found = import_crontab([Source("stdin", "\n".join(lines), system=system)], lambda user: "/root")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "jobs.yaml"
        path.write_text(found.text, encoding="utf-8")
        assert len(load([path], "UTC", os.geteuid()).valid().jobs) == found.jobs


@settings(max_examples=150, deadline=None)
@given(COMMAND, FIELDS)
def test_the_command_of_a_line_and_its_input_come_through_unchanged(command: str, fields: str) -> None:
    crontab = read_crontab(f"{fields} {command}", "user")
    if not crontab.entries:
        return
    text = import_crontab([Source("stdin", f"{fields} {command}")], lambda user: "/root").text
    jobs = yaml.safe_load(text)["jobs"]
    expected, stdin = crontab.entries[0].command, crontab.entries[0].stdin
    assert [(job["run"], job.get("stdin")) for job in jobs.values()] in ([(expected, stdin)], [])


@given(st.one_of(TEXT, st.lists(TEXT, max_size=3), st.dictionaries(TEXT, TEXT, min_size=1, max_size=3)))
def test_a_value_is_read_back_as_it_was_written(value: Value) -> None:
    assert yaml.safe_load("\n".join(entry("key", value, 0)) + "\n") == {"key": value}


@given(TEXT)
def test_a_name_is_legal_whatever_the_command(command: str) -> None:
    assert re.fullmatch(r"(?![0-9]+$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", name_from(command))


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/local/bin/backup.sh", "backup"),
        ("cd /srv && ./bin/deploy.sh --now", "deploy"),
        ("[ -x /usr/bin/mrtg ] && env LANG=C /usr/bin/mrtg /etc/mrtg.cfg", "mrtg"),
        ("sudo -u www-data php /srv/cli.php queue:work --once", "cli-queue-work"),
        ("bash -lc 'cd /x && make nightly'", "make-nightly"),
        ("FOO=1 timeout 10m python3 -m shop.sync", "shop.sync"),
        ("find /tmp -mtime +7 -delete", "find"),
        ("apt-get update -qq", "apt-get-update"),
        ("echo 'unbalanced", "echo"),
        ("42", "job-42"),
        ("$(which x)", "job"),
        ("A=", "A"),
    ],
)
def test_a_name_says_what_the_command_does(command: str, name: str) -> None:
    assert name_from(command) == name


@pytest.mark.parametrize(
    ("line", "command", "stdin"),
    [
        ("a%b", "a", "b\n"),
        ("a\\%b", "a%b", None),
        ("a\\\\%b", "a\\\\", "b\n"),
        ("a %", "a", None),
        ("a%%", "a", "\n"),
        ("a%b%", "a", "b\n"),
        ("a%b\\%c\\d", "a", "b%c\\d\n"),
        ("ends in \\", "ends in \\", None),
    ],
)
def test_percent_signs(line: str, command: str, stdin: str | None) -> None:
    assert split_percent(line) == (command, stdin)


@pytest.mark.parametrize("text", ["0~60 * * * *", "9~5 * * * *", "1~2~3 * * * *", "a~b * * * *", "@nightly"])
def test_a_schedule_that_cron_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        read_when(text)


@pytest.mark.parametrize(
    ("random", "hashed"),
    [
        ("30~45 * * * *", "H(30-45) * * * *"),
        ("10~ 3 * * *", "H(10-59) 3 * * *"),
        ("~20 3 * * *", "H(0-20) 3 * * *"),
        ("~ ~ * * *", "H H * * *"),
        ("0~59 0~23 * * *", "H H * * *"),
        ("5 3 ~ * *", "5 3 H * *"),
        ("5 3 15~ * *", "5 3 H(15-31) * *"),
        ("5 3 * * ~", "5 3 * * H"),
        ("5 3 * * 5~7", "5 3 * * H(5-7)"),
        ("7~7 3 * * *", "7 3 * * *"),
        ("5 3 * mar~Jun *", "5 3 * H(3-6) *"),
        ("5 3 * * mon~fri", "5 3 * * H(1-5)"),
        ("0~29/10 3 * * *", "H(0-29)/10 3 * * *"),
        ("0,30~45 * * * *", "0,H(30-45) * * * *"),
        ("~10,30~45/5 * * * *", "H(0-10),H(30-45)/5 * * * *"),
    ],
)
def test_a_random_value_becomes_one_that_is_hashed_from_the_name_of_the_job(random: str, hashed: str) -> None:
    found = read_when(random)
    assert found.schedule == hashed
    assert all("follows from the job's name" in remark for remark in found.remarks)
    assert len(found.remarks) == hashed.count("H")


def test_a_random_range_that_runs_backwards_is_named_as_such() -> None:
    with pytest.raises(ValueError, match="`45~30` is no random minute: write the smaller value first"):
        read_when("45~30 * * * *")


def test_an_anacrontab_is_recognised_by_its_lines() -> None:
    assert form_of("7\t25\tcron.weekly\tnice run-parts /etc/cron.weekly\n", system=False) == "anacron"
    assert form_of("1 5 * * 1 /bin/weekly\n", system=False) == "user"
    assert form_of("0 25 * * * root oops\n", system=True) == "system"


def test_the_head_of_etc_crontab_is_no_commented_out_job() -> None:
    crontab = read_crontab("# *  *  *  *  * user-name command to be executed\n# * * * * * command\n", "system")
    assert crontab.entries == ()


def test_a_command_that_looks_like_a_template_is_not_carried_over() -> None:
    found = import_crontab([Source("stdin", "@daily echo '{{ params.x }}'\n")], lambda user: "/root")
    assert found.jobs == 0
    assert [note.lost for note in found.notes][:1] == [True]


@pytest.mark.parametrize(
    ("line", "run", "said"),
    [
        ("jobctl exec sync -- rsync -a /a b:", "rsync -a /a b:", {"overlap": "skip"}),
        (
            "/opt/bin/jobctl exec --timeout=30s --retry 2 --retry-delay 1m sync -- sh -c 'a; b' >> /var/log/s.log 2>&1",
            "sh -c 'a; b'",
            {"timeout": "30s", "retry": {"limit": 2, "delay": "1m"}, "overlap": "skip"},
        ),
        ("jobctl --db /srv/j.db exec sync --overlap queue -- cat < /in 2>/dev/null", "cat < /in", {"overlap": "queue"}),
        ("A=1 jobctl exec sync -- true &>> x", "true", {"overlap": "skip"}),
        ("cd /srv/app && jobctl exec sync -- ./sync > x", "cd /srv/app && ./sync", {"overlap": "skip"}),
    ],
)
def test_a_line_that_is_wrapped_already_becomes_its_job_without_the_wrapping(
    line: str, run: str, said: dict[str, Value]
) -> None:
    found = read_wrapped_line(line)
    assert found is not None
    assert (found.name, found.command, found.settings) == ("sync", run, said)


@pytest.mark.parametrize(
    "line",
    [
        "jobctl exec a -- true && jobctl exec b -- true",
        "jobctl exec a -- true | mail ops",
        "jobctl exec a --unknown 3 -- true",
        "echo jobctl exec a -- true; true",
        "jobctl exec a --",
    ],
)
def test_a_line_that_is_more_than_a_wrapped_command_stays_as_it_is(line: str) -> None:
    assert read_wrapped_line(line) is None


def test_a_wrapping_that_stays_is_told() -> None:
    found = import_crontab([Source("stdin", "@daily jobctl exec a -- x | tee y\n")], lambda user: "/root")
    assert any("wrapped twice" in note.message for note in found.notes)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('@daily tar czf "x-$(date +%F).tgz" /etc', "`%` in quotes ends the command there"),
        ("@daily rsync -a \\", "a backslash at the end continues no line"),
        ("PATH=$PATH:/opt/bin\n@daily x", "`PATH` holds `$PATH` as it stands there"),
        ("HOME=${BASE}/x\n@daily x", "`HOME` holds `${BASE}` as it stands there"),
    ],
)
def test_what_the_author_hardly_meant_is_told(lines: str, said: str) -> None:
    found = import_crontab([Source("stdin", lines + "\n")], lambda user: "/root")
    assert any(said in note.message for note in found.notes), found.notes


@pytest.mark.parametrize(
    "lines", [r"@daily date +\%F", "@daily cat%hello", r'@daily date "+\%F"', "@daily a \\\\", "A=5$\n@daily x"]
)
def test_nothing_is_told_of_what_is_meant_so(lines: str) -> None:
    found = import_crontab([Source("stdin", lines + "\n")], lambda user: "/root")
    assert found.notes == ()


def test_a_receiver_of_mail_is_doubted_where_there_is_no_mail() -> None:
    crontab = [Source("stdin", "MAILTO=ops\n@daily x\n")]
    assert import_crontab(crontab, lambda user: "/root").notes == ()
    (note,) = import_crontab(crontab, lambda user: "/root", mails=False).notes
    assert "no program `mail` here" in note.message


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("@daily ps aux | grep -q worker || /srv/bin/restart-worker.sh", "restart-worker"),
        ("@daily false || reindex", "reindex"),
        ("# Remove old sessions, nightly\n@daily : $X", "remove-old-sessions"),
        ("# -----\n@daily grep -c x /y", "grep"),
    ],
)
def test_a_job_is_called_after_what_it_does(lines: str, name: str) -> None:
    found = import_crontab([Source("stdin", lines + "\n")], lambda user: "/root")
    assert list(yaml.safe_load(found.text)["jobs"]) == [name]
