"""`enqueue --from`: many at once, a thousand in a transaction."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from jobctl.actions.enqueue.lines import enqueue_lines
from jobctl.actions.enqueue.request import Wish
from tests.kit.prompt import Prompt

CATALOG = """
jobs:
  thumb: {run: "true", params: {n: {type: integer, required: true}}}
  once: {run: "true", overlap: skip}
  off: {run: "true", enabled: false}
  hurry: {run: "true", deadline: 1h}
"""


@pytest.fixture(autouse=True)
def _deployed(jobctl: Prompt) -> None:
    jobctl.apply(CATALOG)


def lines(*data: Any) -> str:
    return "".join(json.dumps(item) + "\n" for item in data)


def thumbs(count: int) -> list[Any]:
    return [{"job": "thumb", "params": {"n": n}} for n in range(1, count + 1)]


def test_it_prints_an_id_for_each_line_in_order(jobctl: Prompt) -> None:
    assert jobctl.ok("enqueue", "--from", "-", stdin=lines(*thumbs(3))).out == "1\n2\n3\n"
    assert [jobctl.run(n)["params"]["n"] for n in (1, 2, 3)] == [1, 2, 3]


def test_its_json_has_the_ids_and_which_of_them_were_there_already(jobctl: Prompt) -> None:
    keyed = lines(*({"job": "thumb", "params": {"n": 1}, "key": key} for key in ("a", "b", "a")))
    assert jobctl.ok("enqueue", "--from", "-", "--json", stdin=keyed).json == {"ids": [1, 2, 1], "existing": [1]}


def test_it_reads_a_file_with_every_key(jobctl: Prompt) -> None:
    wish = {
        "job": "thumb",
        "params": {"n": 1},
        "at": "2031-01-01T03:00",
        "key": "k",
        "priority": 5,
        "queue": "images",
        "correlation_id": "c",
    }
    (jobctl.folder / "items.jsonl").write_text("\ufeff" + lines(wish) + "\n")
    jobctl.ok("enqueue", "--from", "items.jsonl")
    run = jobctl.run(1)
    told = {key: run[key] for key in ("key", "priority", "queue", "correlation_id", "due_at")}
    assert told == {
        "key": "k",
        "priority": 5,
        "queue": "images",
        "correlation_id": "c",
        "due_at": "2031-01-01T02:00:00.000Z",
    }


def test_a_bad_line_is_named_and_nothing_of_its_thousand_is_enqueued(jobctl: Prompt) -> None:
    wishes = [*thumbs(1500), {"job": "thumb", "params": {"n": "many"}}, *thumbs(10)]
    said = jobctl("enqueue", "--from", "-", stdin=lines(*wishes))
    assert said.status == 2
    assert said.err.splitlines() == [
        'error: line 1501: param `n` must be a whole number, got "many"',
        "hint: the job takes: n (integer, required); "
        "nothing from line 1001 on was enqueued, 1,000 runs were enqueued before",
    ]
    assert len(said.out.splitlines()) == 1000
    assert len(jobctl.ok("runs", "--limit", "5000", "--json").json) == 1000


def test_its_json_is_whole_also_when_a_bad_line_ends_it(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--from", "-", "--json", stdin=lines(*thumbs(1000), {"job": "nix"}))
    assert said.status == 2
    assert len(said.json["ids"]) == 1000
    assert said.error["message"] == "line 1001: there is no job `nix`"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "it is not JSON"),
        ('{"job": NaN}', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ('{"job": "thumb", "job": "off"}', "the key `job` is there twice"),
        ('{"job": "thumb", "params": {"n": 1, "n": 2}}', "the key `n` is there twice"),
        ('{"job": "thumb", "params": {"n": 1}, "queue": "a b"}', "`a b` cannot be the name of a queue"),
        ('{"job": "thumb", "params": {"n": 1}, "correlation_id": "\\u0000"}', "the correlation id holds a control"),
        ("[]", "expected an object"),
        ("{}", "`job` is missing"),
        ('{"job": "thumb", "param": {}}', "unknown key `param`; did you mean `params`?"),
        ('{"job": "thumb", "params": []}', "`params` must be an object"),
        ('{"job": "thumb", "priority": true}', "`priority` must be a whole number"),
        ('{"job": "thumb", "params": {"n": 1}, "at": "soon"}', "`at`: expected an instant like"),
        ('{"job": "off"}', "job `off` is disabled"),
        ('{"job": "thumb"}', "param `n` is required"),
        ('{"job": "thumb", "key": "' + "x" * 1_100_000 + '"}', "it is longer than 1 MiB"),
    ],
)
def test_every_bad_line_is_refused_in_words(jobctl: Prompt, line: str, message: str) -> None:
    said = jobctl("enqueue", "--from", "-", stdin=lines(*thumbs(1)) + line + "\n")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith(f"error: line 2: {message}")
    assert "nothing from line 1 on was enqueued, no run was enqueued before" in said.err


def test_text_that_is_not_utf8_is_refused(jobctl: Prompt) -> None:
    assert jobctl("enqueue", "--from", "-", stdin=b'{"job": "\xff"}\n').status == 2


def test_runs_that_are_skipped_are_counted_and_give_4(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--from", "-", stdin=lines({"job": "once"}, {"job": "once"}, {"job": "once"}))
    assert said.status == 4
    assert "error: 2 of 3 runs are skipped: other runs of their jobs have not ended" in said.err


def test_a_file_that_is_not_there_is_refused(jobctl: Prompt) -> None:
    said = jobctl("enqueue", "--from", "nix.jsonl")
    assert said.status == 2
    assert said.err.startswith("error: `nix.jsonl` cannot be read: no such file or directory\n")


def test_no_more_than_a_transaction_is_read_ahead(jobctl: Prompt) -> None:
    from datetime import UTC, datetime

    from jobctl.store.opening import open_store

    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b'{"job": "thumb", "params": {"n": 1}}\n'

    store = open_store(str(jobctl.db))
    promises = enqueue_lines(store, endless(), lambda: datetime(2026, 3, 8, tzinfo=UTC), "UTC", Wish(""))
    assert len(next(promises).answers) == 1000
    assert read == 1000
    store.close()


def test_that_a_deadline_passes_before_runs_are_due_is_told_once(jobctl: Prompt) -> None:
    late, soon = {"job": "hurry", "at": "2099-01-01T00:00"}, {"job": "hurry"}
    said = jobctl.ok("enqueue", "--from", "-", stdin=lines(late, soon, late)).err
    assert said.count("the deadline of job `hurry` counts from now and passes before the run is due") == 1
    assert "deadline" not in jobctl.ok("enqueue", "--from", "-", stdin=lines(soon)).err
