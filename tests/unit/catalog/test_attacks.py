"""Hostile YAML costs little more than an innocent catalog does, in time and in memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ATTACKS = {
    "a bomb of aliases": (
        "'a: &a [x,x,x,x,x,x,x,x,x]\\n' + ''.join(f'{chr(98+i)}: &{chr(98+i)} [{\",\".join([\"*\"+chr(97+i)]*9)}]\\n'"
        " for i in range(20))",
        "more than 250,000 values, aliases expanded",
    ),
    "a bomb of merges": (
        "'a: &a {' + ','.join(f'k{i}: 1' for i in range(5000)) + '}\\n'"
        " + ''.join(f'b{i}: {{<<: *a}}\\n' for i in range(5000))",
        "more than 250,000 values, aliases expanded",
    ),
    "aliases that nest what is nested": (
        "'a0: &a0 x\\n' + ''.join(f'a{i}: &a{i} {\"[\" * 60}*a{i-1}{\"]\" * 60}\\n' for i in range(1, 50))",
        "nested more than 64 levels deep",
    ),
    "11 MB": ("'a: ' + 'x' * 11_000_000", "the file is larger than 10 MB; split it and `include` the parts"),
    "9 MB of small values": (
        "'a: [' + '1,' * 4_500_000 + ']'",
        "more than 10,000 values in one list or mapping",
    ),
    "9 MB of small jobs": ("'jobs: [' + '1,' * 4_500_000 + ']'", "more than 250,000 values, aliases expanded"),
    "9 MB of brackets": ("'[' * 9_000_000", "nested more than 64 levels deep"),
    "9 MB of braces": ("'{a: ' * 2_200_000", "nested more than 64 levels deep"),
    "9 MB of nested dashes": ("'- ' * 4_500_000", "nested more than 64 levels deep"),
    "9 MB of anchors": ("''.join(f'- &a{i} x\\n' for i in range(700_000))", "more than 1,000 anchors"),
    "9 MB of tabs": ("'jobs:\\n' + '\\ta: 1\\n' * 1_500_000", "a tab indents this line; YAML takes spaces only"),
    "a quote that never ends": ("'a: \\'' + '\\'\\'' * 4_000_000", "the quote opened in line 1 is never closed"),
    "a number of a million digits": (
        "'jobs: {a: {run: x, priority: ' + '9' * 1_000_000 + '}}'",
        "expected a whole number",
    ),
    "a pattern of open brackets": (
        "'jobs: {a: {run: x, params: {p: {pattern: \"' + '(' * 100_000 + '\"}}}}'",
        "expected a regular expression",
    ),
    "20,000 wrong jobs": (
        "'jobs:\\n' + ''.join(f'  j{i}: {{runn: x, foo: 3}}\\n' for i in range(20_000))",
        "unknown key `runn`; did you mean `run`?",
    ),
    "60,000 unknown keys in a job": (
        "'jobs:\\n  a:\\n    run: x\\n' + ''.join(f'    k{i}: 1\\n' for i in range(60_000))",
        "more than 10,000 values in one list or mapping",
    ),
    "9,000 unknown keys in a job": (
        "'jobs:\\n  a:\\n    run: x\\n' + ''.join(f'    k{i}: 1\\n' for i in range(9_000))",
        "unknown key `k0`",
    ),
    "9,000 unknown keys": (
        "''.join(f'k{i}: 1\\n' for i in range(9_000)) + 'jobs: {a: {run: x}}'",
        "unknown key `k0`",
    ),
    "9,000 variables that are lists": (
        "'jobs:\\n  a:\\n    run: x\\n    env:\\n' + ''.join(f'      K{i}: [x]\\n' for i in range(9_000))",
        "expected text",
    ),
    "9,000 params of no type": (
        "'jobs:\\n  a:\\n    run: x\\n    params:\\n' + ''.join(f'      k{i}: {{tipe: x}}\\n' for i in range(9_000))",
        "unknown key `tipe`",
    ),
    "9,000 schedules": (
        "'jobs: {a: {run: x, schedule: [' + ','.join(['\"61 * * * *\"'] * 9_000) + ']}}'",
        "expected at most 366 expressions, got 9,000",
    ),
    "30,000 keys that are typed twice": (
        "'jobs:\\n' + '  a: {run: x}\\n' * 30_000",
        "duplicate key `a`, first given at",
    ),
    "30,000 names that are none": (
        "'jobs:\\n' + ''.join(f'  a/{i}: {{run: x}}\\n' for i in range(30_000))",
        "expected a name of letters",
    ),
    "30,000 jobs without a name": ("'jobs:\\n' + '  - {run: x}\\n' * 30_000", "`name` is missing"),
    "defaults that multiply": (
        "'defaults:\\n  env:\\n' + ''.join(f'    K{i}: x\\n' for i in range(3_000))"
        " + 'jobs:\\n' + ''.join(f'  a{i}: {{run: x}}\\n' for i in range(3_000))",
        "more than 1,000,000 values once each job has its defaults",
    ),
}
INNOCENT = "jobs:\n" + "".join(f"  j{i}:\n    run: echo {i}\n    schedule: '0 4 * * *'\n" for i in range(2_000))
SECONDS, PEAK = 12, 6
"""So many times what two thousand innocent jobs cost may an attack take: 3.3 and 3.2 were measured for the worst."""
PROGRAM = """
import json, os, resource, sys, time
from pathlib import Path
from jobctl.catalog.load import load

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def answer(file):
    before, start = peak(), time.process_time()
    loaded = load([Path(file)], "UTC", 1000)
    cost = (time.process_time() - start, peak() - before)
    return [*cost, loaded.catalog is None, [p.message for p in loaded.problems[:5]]]

for file in sys.stdin:
    # Each in a process of its own, since a peak is never forgotten.
    if os.fork() == 0:
        print(json.dumps(answer(file.strip())), flush=True)
        os._exit(0)
    os.wait()
"""


class Cost(NamedTuple):
    """What reading a file took."""

    seconds: float
    peak: int
    refused: bool
    said: list[str]


class Reader:
    """A process that reads catalogs and tells what each has cost."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "jobs.yaml"
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=pipe, stdout=pipe, text=True)
        self.innocent = self.read(INNOCENT)

    def read(self, text: str) -> Cost:
        """Have a catalog read."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._file.write_text(text)
        self._process.stdin.write(f"{self._file}\n")
        self._process.stdin.flush()
        return Cost(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """No more."""
        self._process.communicate()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """One process for all attacks that come to this one."""
    started = Reader(tmp_path_factory.mktemp("read"))
    yield started
    started.close()


@pytest.mark.parametrize(("text", "said"), ATTACKS.values(), ids=ATTACKS.keys())
def test_case_30_an_attack_costs_some_times_what_an_innocent_catalog_costs(
    reader: Reader, text: str, said: str
) -> None:
    assert (reader.innocent.refused, reader.innocent.said) == (False, [])
    cost = reader.read(eval(text))
    assert cost.refused
    assert cost.seconds < SECONDS * reader.innocent.seconds
    assert cost.peak < PEAK * reader.innocent.peak
    assert any(message.startswith(said) for message in cost.said), cost.said


def test_ten_thousand_jobs_are_read(tmp_path: Path) -> None:
    text = "jobs:\n" + "".join(
        f"  j{i}:\n    run: echo {i}\n    schedule: '{i % 60} * * * *'\n    timeout: 5m\n" for i in range(10_000)
    )
    (tmp_path / "jobs.yaml").write_text(text)
    from jobctl.catalog.load import load

    catalog = load([tmp_path / "jobs.yaml"], "UTC", 1000).catalog
    assert catalog is not None
    assert len(catalog.jobs) == 10_000


def test_problems_are_told_up_to_a_thousand_and_the_last_one_says_so(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text("jobs:\n" + "".join(f"  j{i}: {{rnu: x}}\n" for i in range(3_000)))
    from jobctl.catalog.load import load

    problems = load([tmp_path / "jobs.yaml"], "UTC", 1000).problems
    assert len(problems) == 1_001
    assert problems[-1].message == "more than 1,000 problems; what follows is not told"
    assert problems[-1].line == problems[-2].line
