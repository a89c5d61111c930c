"""Which file a path or a URL means."""

import os
from pathlib import Path

import pytest

from jobctl.client import Client
from jobctl.model.errors import JobctlError, Unusable
from jobctl.store.opening import open_store
from jobctl.store.place import read_place, url_of


def test_a_url_may_be_relative_and_of_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert read_place("sqlite:///./rel.db").path == tmp_path / "rel.db"
    assert read_place("sqlite:///../rel.db").path == tmp_path.parent / "rel.db"
    assert read_place("sqlite:///~/rel.db").path == tmp_path / "home" / "rel.db"
    assert read_place("rel.db").path == tmp_path / "rel.db"


@pytest.mark.parametrize("name", ["what?.db", "100%.db", "a%3Fb.db", "a b#c.db", "?synchronous=normal"])
def test_the_url_of_a_store_leads_back_to_its_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert read_place(url_of(path)).path == path
    store = open_store(str(path))
    assert (read_place(store.url).path, path.exists()) == (path, True)
    store.close()


def test_a_link_means_the_file_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.db").symlink_to("real/jobctl.db")
    open_store(str(tmp_path / "link.db")).close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.db", "real"]
    assert read_place(str(tmp_path / "link.db")).path == tmp_path / "real" / "jobctl.db"


@pytest.mark.parametrize("name", [b"\xff", b"caf\xe9/x.db", b"x\xed\xa0\x80.db"])
def test_a_path_that_is_no_text_is_refused_in_a_sentence(name: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="is not valid UTF-8 text") as caught:
        read_place(f"{tmp_path}/{os.fsdecode(name)}")
    caught.value.message.encode()


def test_a_client_makes_no_database_unless_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "typo.db"
    with pytest.raises(Unusable, match=rf"there is no database `{path}`"):
        Client(path)
    monkeypatch.setenv("JOBCTL_DB", str(path))
    with pytest.raises(Unusable, match=rf"there is no database `{path}`"):
        Client()
    assert list(tmp_path.iterdir()) == []
    Client(path, create=True).close()
    Client().close()


def test_a_client_in_a_job_does_not_make_the_default_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOBCTL_DB", raising=False)
    monkeypatch.setenv("JOBCTL_RUN_ID", "1")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("jobctl.client.default_path", lambda: tmp_path / "jobctl" / "jobctl.db")
    with pytest.raises(JobctlError) as caught:
        Client()
    assert "inherit_env" in str(caught.value.hint)


def test_errors_name_the_database(tmp_path: Path) -> None:
    with Client(tmp_path / "a.db", create=True) as client:
        pass
    with pytest.raises(Unusable, match=rf"closed: `{tmp_path}/a.db`"):
        client.runs()
