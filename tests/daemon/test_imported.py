"""An imported crontab does under jobctl what it does under cron."""

from tests.kit.installation import Installation
from tests.kit.until import until

CRONTAB = r"""
MAILTO=ops@example.org,ada@example.org
MAILFROM=cron@example.org
PATH={folder}/bin:/usr/bin:/bin
GREETING="hello there"

0 0 1 1 * echo "$GREETING, 100\% from $(pwd)"
0 0 1 1 * cat; echo end%one%two, \% and \n
0 0 1 1 * echo no route >&2; exit 7
SHELL=/bin/bash
0 0 1 1 * set +e; false | true; false; echo "${{BASH_VERSION:+bash}} goes on"
"""
MAIL = """#!/bin/sh
printf '%s\\n' "$@" > {folder}/mail.part
cat >> {folder}/mail.part
mv {folder}/mail.part {folder}/mail
"""


def imported(here: Installation) -> None:
    """Deploy what the import of the crontab prints."""
    (here.folder / "bin").mkdir()
    (here.folder / "bin/mail").write_text(MAIL.format(folder=here.folder))
    (here.folder / "bin/mail").chmod(0o755)
    (here.folder / "crontab").write_text(CRONTAB.format(folder=here.folder))
    here.apply(here.jobctl("import", "crontab", "crontab").stdout)


def test_commands_find_their_variables_their_folder_and_their_input(here: Installation) -> None:
    imported(here)
    assert here.jobctl("run", "echo").stdout == f"hello there, 100% from {here.folder}\n"
    assert here.jobctl("run", "cat").stdout == "one\ntwo, % and \\n\nend\n"


def test_bash_does_not_stop_at_the_first_failure(here: Installation) -> None:
    imported(here)
    assert here.jobctl("run", "false").stdout == "bash goes on\n"


def test_a_failure_is_mailed_to_those_whom_cron_mailed_to(here: Installation) -> None:
    imported(here)
    run_id = here.enqueue("echo-2")
    here.drain()
    until((here.folder / "mail").exists, "the mail")
    _, subject, *options, text = (here.folder / "mail").read_text().splitlines()
    assert subject.startswith("echo-2 failed on ")
    assert subject.endswith(f", run {run_id}")
    assert options == ["-r", "cron@example.org", "ops@example.org", "ada@example.org"]
    assert text == "no route"
