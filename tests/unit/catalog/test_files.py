"""Which files make a catalog, and which are refused."""

import os
import stat
from pathlib import Path

import pytest

from jobctl.catalog.load import load
from jobctl.model.errors import CatalogInvalid, NotFound
from jobctl.trust.guards import Guard, why_untrusted
from tests.unit.catalog.conftest import Folder


def test_an_included_file_adds_its_jobs(folder: Folder) -> None:
    folder.write("other.yaml", "jobs: {b: {run: y}}\nlimits: {w: 1}")
    loaded = folder.read("include: [other.yaml]\njobs: {a: {run: x, uses: [w]}}")
    assert loaded.catalog is not None
    assert (list(loaded.catalog.jobs), loaded.catalog.limits) == (["a", "b"], {"w": 1})


def test_jobs_of_an_included_file_count_as_from_the_given_one(folder: Folder) -> None:
    folder.write("other.yaml", "jobs: {b: {run: y}}")
    loaded = folder.read("include: [other.yaml]\njobs: {a: {run: x}}")
    assert loaded.catalog is not None
    assert loaded.catalog.sources == {"a": f"{folder.path}/jobs.yaml", "b": f"{folder.path}/jobs.yaml"}


def test_an_include_is_relative_to_the_file_that_names_it(folder: Folder) -> None:
    folder.write("sub/one.yaml", "include: [two.yaml]")
    folder.write("sub/two.yaml", "jobs: {b: {run: y}}")
    loaded = folder.read("include: [sub/one.yaml]\n")
    assert loaded.catalog is not None
    assert loaded.catalog.jobs["b"].working_dir == f"{folder.path}/sub"


def test_a_problem_in_an_included_file_names_that_file(folder: Folder) -> None:
    folder.write("sub/one.yaml", "jobs: {b: {}}")
    assert folder.problems("include: [sub/one.yaml]\n") == [
        "sub/one.yaml:1:8: jobs.b: expected `run` or `call`: a job needs something to execute"
    ]


def test_a_circle_of_includes_is_refused(folder: Folder) -> None:
    folder.write("other.yaml", "include: [jobs.yaml]\njobs: {}")
    assert folder.problems("include: [other.yaml]\n") == [
        "other.yaml:1:11: include[0]: includes itself: jobs.yaml -> other.yaml -> jobs.yaml"
    ]


def test_a_file_that_includes_itself_is_refused(folder: Folder) -> None:
    assert folder.problems("include: jobs.yaml\n") == [
        "jobs.yaml:1:10: include: includes itself: jobs.yaml -> jobs.yaml"
    ]


def test_includes_go_eight_deep(folder: Folder) -> None:
    for depth in range(1, 8):
        folder.write(f"{depth}.yaml", f"include: {depth + 1}.yaml")
    folder.write("8.yaml", "jobs: {deep: {run: x}}")
    assert folder.read("include: 1.yaml").problems == ()


def test_a_ninth_level_of_includes_is_refused(folder: Folder) -> None:
    for depth in range(1, 9):
        folder.write(f"{depth}.yaml", f"include: {depth + 1}.yaml")
    folder.write("9.yaml", "jobs: {deep: {run: x}}")
    assert folder.problems("include: 1.yaml") == ["8.yaml:1:10: include: included more than 8 deep"]


def test_an_absolute_include_is_refused(folder: Folder) -> None:
    assert folder.problems("include: [/etc/x.yaml]\n") == [
        'jobs.yaml:1:11: include[0]: expected a path relative to this file, got "/etc/x.yaml"'
    ]


def test_a_missing_include_is_refused(folder: Folder) -> None:
    assert folder.problems("include: [x.yaml]\n") == [
        f"jobs.yaml:1:11: include[0]: there is no file `{folder.path}/x.yaml`"
    ]


def test_a_file_included_twice_is_read_once(folder: Folder) -> None:
    folder.write("a.yaml", "include: [c.yaml]")
    folder.write("b.yaml", "include: [c.yaml]")
    folder.write("c.yaml", "jobs: {c: {run: x}}")
    assert folder.read("include: [a.yaml, b.yaml]").problems == ()


def test_a_folder_gives_its_yaml_files_in_the_order_of_their_names(folder: Folder) -> None:
    folder.write("jobs.d/b.yml", "jobs: {b: {run: x}}")
    folder.write("jobs.d/a.yaml", "jobs: {a: {run: x}}")
    folder.write("jobs.d/.hidden.yaml", "nonsense")
    folder.write("jobs.d/notes.txt", "nonsense")
    loaded = folder.load("jobs.d")
    assert loaded.catalog is not None
    assert loaded.catalog.sources == {"a": f"{folder.path}/jobs.d/a.yaml", "b": f"{folder.path}/jobs.d/b.yml"}
    assert loaded.catalog.paths == (f"{folder.path}/jobs.d",)


def test_a_folder_without_catalogs_is_refused(folder: Folder) -> None:
    Path("jobs.d").mkdir()
    assert [str(p) for p in folder.load("jobs.d").problems] == ["jobs.d:1:1: the folder holds no .yaml or .yml file"]


def test_a_name_in_two_files_is_refused_with_both_places(folder: Folder) -> None:
    folder.write("a.yaml", "jobs:\n  backup: {run: x}\n")
    folder.write("b.yaml", "jobs:\n\n  backup: {run: x}\n")
    assert [str(p) for p in folder.load("a.yaml", "b.yaml").problems] == [
        "b.yaml:3:3: jobs.backup: job `backup` is already defined at a.yaml:2:3"
    ]


def test_a_queue_in_two_files_is_refused_with_both_places(folder: Folder) -> None:
    folder.write("a.yaml", "queues: {q: {slots: 1}}")
    folder.write("b.yaml", "queues: {q: {slots: 2}}")
    assert [str(p) for p in folder.load("a.yaml", "b.yaml").problems] == [
        "b.yaml:1:10: queues.q: queue `q` is already defined at a.yaml:1:10"
    ]


def test_a_missing_catalog_is_not_found(folder: Folder) -> None:
    with pytest.raises(NotFound, match=r"there is no catalog `jobs\.yaml`") as caught:
        folder.load()
    assert caught.value.hint == "run `jobctl init` to write a first one, or name another path"


def test_who_wants_a_valid_catalog_is_told_all_problems(folder: Folder) -> None:
    folder.write("jobs.yaml", "jobs: {a: {}, b: {}}")
    with pytest.raises(CatalogInvalid, match="the catalog has 2 problems") as caught:
        load([Path("jobs.yaml")], "UTC", os.geteuid()).valid()
    assert len(caught.value.problems) == 2


def test_a_fifo_is_refused_without_waiting(folder: Folder) -> None:
    os.mkfifo("jobs.yaml")
    assert [str(p) for p in folder.load().problems] == ["jobs.yaml:1:1: the file is not a regular file"]


def test_a_link_in_a_circle_is_refused(folder: Folder) -> None:
    Path("jobs.yaml").symlink_to("jobs.yaml")
    assert [str(p) for p in folder.load().problems] == [
        "jobs.yaml:1:1: the file cannot be read: too many levels of symbolic links"
    ]


def test_a_file_that_is_no_text_is_refused(folder: Folder) -> None:
    Path("jobs.yaml").write_bytes(b"jobs:\n  a: \xff\n")
    assert [str(p) for p in folder.load().problems] == ["jobs.yaml:1:1: the file is not UTF-8 text (line 2)"]


def test_root_refuses_a_catalog_that_others_may_write(folder: Folder) -> None:
    file = folder.write("jobs.yaml", "jobs: {a: {run: x}}")
    file.chmod(0o666)
    [problem, *_] = load([file], "UTC", 0).problems
    assert str(problem).startswith("jobs.yaml:1:1: a catalog that root reads must not be open to change by others")


def test_a_job_with_a_user_refuses_a_catalog_that_its_group_may_write(folder: Folder) -> None:
    file = folder.write("jobs.yaml", "jobs: {a: {run: x, user: nobody}}")
    file.chmod(0o664)
    assert [str(p) for p in load([file], "UTC", os.geteuid() or 1000).problems if "0664" in str(p)] == [
        "jobs.yaml:1:1: a catalog with `user:` must not be open to change by others, "
        "but others may write `jobs.yaml` (mode 0664); run `chmod go-w jobs.yaml`"
    ]


def test_an_include_that_others_may_write_is_refused_too(folder: Folder) -> None:
    folder.write("other.yaml", "jobs: {a: {run: x}}").chmod(0o666)
    problems = load([folder.write("jobs.yaml", "include: other.yaml")], "UTC", 0).problems
    assert "other.yaml" in [p.file for p in problems]


def test_without_root_and_user_a_loose_catalog_is_read(folder: Folder) -> None:
    file = folder.write("jobs.yaml", "jobs: {a: {run: x}}")
    file.chmod(0o666)
    assert load([file], "UTC", 1000).problems == ()


@pytest.mark.parametrize(
    ("guard", "why"),
    [
        (Guard("jobs.yaml", 0, stat.S_IFREG | 0o644), None),
        (Guard("jobs.yaml", 1000, stat.S_IFREG | 0o600), None),
        (Guard("/tmp", 0, stat.S_IFDIR | 0o1777), None),
        (
            Guard("jobs.yaml", 1001, stat.S_IFREG | 0o600),
            "`jobs.yaml` belongs to user 1001, who may change it; run `chown root jobs.yaml`",
        ),
        (Guard("/srv", 0, stat.S_IFDIR | 0o775), "others may write `/srv` (mode 0775); run `chmod go-w /srv`"),
    ],
)
def test_a_file_is_trusted_when_only_root_and_the_user_may_change_it(guard: Guard, why: str | None) -> None:
    assert why_untrusted([guard], 1000) == why
