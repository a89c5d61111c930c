"""Who is said to have asked: the user behind sudo, and nobody who merely says so."""

import os
import pwd

import pytest

from jobctl.cli.context import actor


def told(monkeypatch: pytest.MonkeyPatch, user: str, uid: str | None) -> str:
    monkeypatch.setenv("SUDO_USER", user)
    if uid is None:
        monkeypatch.delenv("SUDO_UID", raising=False)
    else:
        monkeypatch.setenv("SUDO_UID", uid)
    return actor()


def test_root_behind_sudo_is_the_user_who_called_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert told(monkeypatch, "nobody", str(pwd.getpwnam("nobody").pw_uid)) == "nobody"


@pytest.mark.parametrize(
    ("user", "uid"),
    [
        ("nobody", None),
        ("nobody", "0"),
        ("nobody", "65534\n"),
        ("nobody", "99999999999999999999"),
        ("nobody", "-1"),
        ("nobody", "\u0661"),
        ("anna\nroot", "65534"),
        ("x" * 5000, "65534"),
        ("\udcff", "65534"),
    ],
)
def test_a_name_that_does_not_fit_its_number_is_not_believed(
    user: str, uid: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert told(monkeypatch, user, uid) == "root"


def test_nobody_but_root_is_behind_sudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    assert told(monkeypatch, "root", "0") == "nobody"
