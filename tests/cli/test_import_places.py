"""Where a crontab lies says what form it has; folders are gone through."""

import pytest
import yaml

from jobctl.importers.crontab.places import is_read, names_users, owner
from tests.kit.prompt import Prompt


@pytest.mark.parametrize("path", ["/etc/crontab", "/etc/cron.d/php"])
def test_a_crontab_of_the_system_names_its_users(path: str) -> None:
    assert names_users(path)


@pytest.mark.parametrize("path", ["/etc/anacrontab", "/etc/cron.daily/man-db", "/root/crontab", ""])
def test_other_crontabs_do_not(path: str) -> None:
    assert not names_users(path)


@pytest.mark.parametrize("path", ["/var/spool/cron/crontabs/ada", "/var/spool/cron/ada", "/var/cron/tabs/ada"])
def test_a_crontab_that_cron_keeps_belongs_to_the_user_it_is_named_after(path: str) -> None:
    assert owner(path) == "ada"


def test_a_crontab_elsewhere_belongs_to_nobody() -> None:
    assert owner("/home/ada/crontab") is None


@pytest.mark.parametrize("name", [".placeholder", "php.dpkg-dist", "sysstat.rpmsave", "backup~", "#backup#"])
def test_what_packages_and_editors_leave_behind_is_not_read(name: str) -> None:
    assert not is_read(name)


def test_a_folder_means_the_crontabs_in_it(jobctl: Prompt) -> None:
    folder = jobctl.folder / "cron.d"
    folder.mkdir()
    (folder / "b").write_text("@daily root /opt/b.sh\n")
    (folder / "a").write_text("@daily root /opt/a.sh\n")
    (folder / "a~").write_text("@daily root /opt/old.sh\n")
    printed = jobctl.ok("import", "crontab", "--system", "cron.d").out
    assert list(yaml.safe_load(printed)["jobs"]) == ["a", "b"]


@pytest.mark.parametrize("name", ["certbot.disabled", "old.off", "backup.sh"])
def test_a_file_that_cron_does_not_read_for_its_name_is_left_out_and_named(jobctl: Prompt, name: str) -> None:
    folder = jobctl.folder / "cron.d"
    folder.mkdir()
    (folder / name).write_text("@daily root /opt/b.sh\n")
    said = jobctl.ok("import", "crontab", "--system", "cron.d")
    assert yaml.safe_load(said.out)["jobs"] == {}
    assert f"`cron.d/{name}` is left out: Debian's cron reads no file of such a name" in said.err
    named = jobctl.ok("import", "crontab", "--system", f"cron.d/{name}")
    assert list(yaml.safe_load(named.out)["jobs"]) == ["b"]
