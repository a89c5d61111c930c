"""Every refusal: its line, its column, its path and its words."""

import textwrap

import pytest

from tests.unit.catalog.conftest import Folder

# Each stands in line 4 of a catalog from column 5 on; what is in braces is the whole job.
BY_KEY = {
    "an unknown key with a did you mean": (
        "timout: 3",
        "4:5: jobs.a.timout: unknown key `timout`; did you mean `timeout`?",
    ),
    "an unknown key that resembles none": ("xyzzy: 3", "4:5: jobs.a.xyzzy: unknown key `xyzzy`"),
    "a key that comes later": ("needs: [b]", "4:5: jobs.a.needs: `needs` is not available in this version of jobctl"),
    "a duration that is none": (
        "timeout: soon",
        '4:14: jobs.a.timeout: expected a duration like 90s or 2h30m, got "soon"',
    ),
    "a duration that is a list": (
        "timeout: [1]",
        "4:14: jobs.a.timeout: expected a duration like 90s or 2h30m, got a list",
    ),
    "a negative duration": ("timeout: -1", "4:14: jobs.a.timeout: expected a duration like 90s or 2h30m, got -1"),
    "a timeout of nothing": ("timeout: 0", "4:14: jobs.a.timeout: expected a duration longer than 0, got 0"),
    "a key without a value": ("timeout:", "4:13: jobs.a.timeout: expected a value, got nothing"),
    "a null": ("timeout: null", "4:14: jobs.a.timeout: expected a value, got nothing"),
    "an unquoted on": (
        "enabled: on",
        '4:14: jobs.a.enabled: unquoted on is a boolean to some readers of YAML; write true, or "on" in quotes',
    ),
    "an unquoted No": (
        "owner: No",
        '4:12: jobs.a.owner: unquoted No is a boolean to some readers of YAML; write false, or "No" in quotes',
    ),
    "an unquoted YES in a list": (
        "tags: [a, YES]",
        '4:15: jobs.a.tags[1]: unquoted YES is a boolean to some readers of YAML; write true, or "YES" in quotes',
    ),
    "an unquoted off in the environment": (
        "env: {DEBUG: off}",
        '4:18: jobs.a.env.DEBUG: unquoted off is a boolean to some readers of YAML; write false, or "off" in quotes',
    ),
    "a number with a leading zero": (
        "priority: 010",
        '4:15: jobs.a.priority: unquoted 010 is octal to some readers of YAML; write 10, or "010" in quotes',
    ),
    "a number in base 60": (
        "timeout: 1:30",
        "4:14: jobs.a.timeout: unquoted 1:30 is a number in base 60 to some readers of YAML; "
        'write "1:30" in quotes, or a duration like 1h30m',
    ),
    "a tag that builds an object": (
        "owner: !!python/object/apply:os.system [id]",
        "4:12: jobs.a.owner: the tag `!!python/object/apply:os.system` is not allowed; write plain values",
    ),
    "a tag of an application": (
        "owner: !vault x",
        "4:12: jobs.a.owner: the tag `!vault` is not allowed; write plain values",
    ),
    "a tag that the value does not fit": (
        "priority: !!int x",
        "4:15: jobs.a.priority: `x` is no value of the tag !!int",
    ),
    "an alias of nothing": (
        "owner: *me",
        "4:12: jobs.a.owner: the alias `*me` names nothing defined before it; write text that starts with * in quotes",
    ),
    "an alias inside what it names": (
        "tags: &t [*t]",
        "4:15: jobs.a.tags[0]: the alias `*t` lies inside what it names; write text that starts with * in quotes",
    ),
    "an unquoted star schedule": (
        "schedule: */5 * * * *",
        '4:15: jobs.a.schedule: a leading * means an alias to YAML; write it in quotes: "*/5 * * * *"',
    ),
    "an unquoted star schedule of every minute": (
        "schedule: * * * * *  # each minute",
        '4:15: jobs.a.schedule: a leading * means an alias to YAML; write it in quotes: "* * * * *"',
    ),
    "an unquoted @daily": (
        "schedule: @daily",
        '4:15: jobs.a.schedule: a leading @ means something reserved to YAML; write it in quotes: "@daily"',
    ),
    "an unquoted @daily in a list": (
        "schedule: [@daily, '0 1 * * *']",
        '4:16: jobs.a.schedule[0]: a leading @ means something reserved to YAML; write it in quotes: "@daily"',
    ),
    "an unquoted colon": (
        "owner: a: b",
        "4:13: jobs.a: a colon followed by a space starts a mapping here; "
        "indent it as one, or write the value in quotes",
    ),
    "a quote that is never closed": ("owner: 'a", "5:1: jobs.a.owner: the quote opened in line 4 is never closed"),
    "an unknown escape": (
        'owner: "\\q"',
        "4:13: jobs.a.owner: an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes",
    ),
    "a bracket that is never closed": (
        "tags: [a",
        "5:1: jobs.a.tags[1]: the [ or { opened in line 4 is not closed before this, or a comma is missing",
    ),
    "a NUL": (
        'owner: "a\\0b"',
        "4:12: jobs.a.owner: holds a NUL character, which no file name, argument or variable can carry",
    ),
    "a cron expression with a wrong minute": (
        "schedule: '61 * * * *'",
        "4:15: jobs.a.schedule: cannot read the schedule `61 * * * *`: `61` is not a minute (0-59)",
    ),
    "a wrong cron expression in a list": (
        "schedule: ['0 1 * * *', nightly]",
        "4:29: jobs.a.schedule[1]: cannot read the schedule `nightly`: it has 1 field, not 5 or 6",
    ),
    "a schedule that is a number": (
        "schedule: 5",
        '4:15: jobs.a.schedule: expected a cron expression in quotes like "30 2 * * *" or "@daily", got 5',
    ),
    "a time zone that does not exist": (
        "tz: Europe/Berln",
        "4:9: jobs.a.tz: expected a time zone like Europe/Berlin or UTC, "
        'got "Europe/Berln"; did you mean Europe/Berlin?',
    ),
    "a time zone that is a path": (
        "timezone: ../../etc/passwd",
        '4:15: jobs.a.timezone: expected a time zone like Europe/Berlin or UTC, got "../../etc/passwd"',
    ),
    "an instant that is none": (
        "at: noon",
        '4:9: jobs.a.at: expected an instant like 2026-03-08T02:30 or 2026-03-08T02:30Z, got "noon"',
    ),
    "an end before the start": (
        "{start: 2026-02-01, end: 2026-01-01}",
        "4:30: jobs.a.end: expected an instant after the start 2026-02-01, got 2026-01-01",
    ),
    "an overlap that is none": (
        "overlap: never",
        '4:14: jobs.a.overlap: expected skip, queue, replace or allow, got "never"',
    ),
    "a dst that is none": ("dst: {gap: jump}", '4:16: jobs.a.dst.gap: expected shift or skip, got "jump"'),
    "a mapping that is text": (
        "dst: shift",
        '4:10: jobs.a.dst: expected a mapping with keys of `gap` and `repeat`, got "shift"',
    ),
    "a number that is text": ("priority: high", '4:15: jobs.a.priority: expected a whole number, got "high"'),
    "a number that is too large": (
        "nice: 20",
        "4:11: jobs.a.nice: expected a whole number of at most 19, got 20",
    ),
    "a number that is too small": (
        "max_parallel: 0",
        "4:19: jobs.a.max_parallel: expected a whole number of at least 1, got 0",
    ),
    "text that is a number": ("owner: 5", '4:12: jobs.a.owner: expected text, got 5; write "5" in quotes'),
    "text that is a list": ("owner: [a]", "4:12: jobs.a.owner: expected text, got a list"),
    "a boolean that is text": ("enabled: maybe", '4:14: jobs.a.enabled: expected true or false, got "maybe"'),
    "a queue name with a space": (
        "queue: a b",
        '4:12: jobs.a.queue: expected a name of letters, digits, _ . and -, at most 100 long, got "a b"',
    ),
    "a limit that is not declared": ("uses: [shop]", "4:12: jobs.a.uses[0]: `shop` is not declared under `limits`"),
    "a rate that is none": (
        "rate: 10/week",
        '4:11: jobs.a.rate: expected a rate like 10/min (per s, min, h or day), got "10/week"',
    ),
    "a signal that is none": (
        "stop_signal: SIGFOO",
        '4:18: jobs.a.stop_signal: expected the name of a signal like SIGTERM or SIGINT, got "SIGFOO"',
    ),
    "a signal as a number": (
        "stop_signal: 15",
        "4:18: jobs.a.stop_signal: expected the name of a signal like SIGTERM or SIGINT, got 15",
    ),
    "a retry without a limit": ("retry: {delay: 5s}", "4:5: jobs.a.retry: `limit` is missing"),
    "a retry with a wrong key": (
        "retry: {limit: 3, dellay: 5s}",
        "4:23: jobs.a.retry.dellay: unknown key `dellay`; did you mean `delay`?",
    ),
    "a retry that is text": (
        "retry: often",
        "4:12: jobs.a.retry: expected a number of retries, or a mapping with keys of `limit`, `delay`, `backoff`, "
        '`max_delay`, `jitter`, `exit_codes`, `except_exit_codes` and `exceptions`, got "often"',
    ),
    "a retry that is a switch": (
        "retry: true",
        "4:12: jobs.a.retry: expected a number of retries, or a mapping with keys of `limit`, `delay`, `backoff`, "
        "`max_delay`, `jitter`, `exit_codes`, `except_exit_codes` and `exceptions`, got true",
    ),
    "a retry in quotes": (
        "retry: '3'",
        '4:12: jobs.a.retry: expected a number of retries, got "3"; write 3 without quotes',
    ),
    "a keep without its mapping": (
        "keep: 7d",
        '4:11: jobs.a.keep: expected a mapping with keys of `succeeded`, `failed`, `skipped` and `runs`, got "7d"',
    ),
    "a log without its mapping": (
        "log: 5M",
        '4:10: jobs.a.log: expected a mapping with `max_bytes`, got "5M"',
    ),
    "a queue that is a number": (
        "queue: 5",
        "4:12: jobs.a.queue: expected a name of letters, digits, _ . and -, at most 100 long, got 5; "
        'write "5" in quotes',
    ),
    "a word of a later version that resembles a key": (
        "on_success: x",
        "4:5: jobs.a.on_success: `on_success` is not available in this version of jobctl",
    ),
    "a backoff below one": (
        "retry: {limit: 3, backoff: 0.5}",
        "4:32: jobs.a.retry.backoff: expected a number of at least 1, got 0.5",
    ),
    "an exit code above 255": (
        "success_codes: [0, 256]",
        "4:24: jobs.a.success_codes[1]: expected a whole number of at most 255, got 256",
    ),
    "no success at all": (
        "success_codes: []",
        "4:20: jobs.a.success_codes: expected at least one exit code, got an empty list",
    ),
    "a skip code that is a success": (
        "skip_code: 0",
        "4:16: jobs.a.skip_code: exit code 0 already counts as success; choose another one",
    ),
    "a umask that is no octal": (
        "umask: 999",
        '4:12: jobs.a.umask: expected an octal umask like 022 or 0077, got "999"',
    ),
    "a size that is none": (
        "log: {max_bytes: lots}",
        '4:22: jobs.a.log.max_bytes: expected a size like 512M or 1G, got "lots"',
    ),
    "a path with a tilde": (
        "cwd: ~/x",
        '4:10: jobs.a.cwd: `~` is not expanded; write the whole path instead of "~/x"',
    ),
    "a variable name with a space": (
        "env: {A B: x}",
        '4:11: jobs.a.env.A B: expected the name of a variable: letters, digits and _, no digit first, got "A B"',
    ),
    "a variable without a value": (
        "env: {A: }",
        '4:14: jobs.a.env.A: expected a value, got nothing; write "" for an empty one, '
        "or name it under `inherit_env` to pass the daemon's on",
    ),
    "a variable that is null": (
        "env: {A: null}",
        '4:14: jobs.a.env.A: expected a value, got nothing; write "null" in quotes for text',
    ),
    "a listed variable without a value": (
        "env: [A]",
        "4:11: jobs.a.env[0]: expected NAME=value; to pass a variable of the daemon on, name it under `inherit_env`",
    ),
    "an inherit_env that is a word": (
        "inherit_env: all",
        '4:18: jobs.a.inherit_env: expected true, false or a list of names of variables, got "all"',
    ),
    "a secret of two kinds": (
        "secrets: {A: {file: x, env: Y}}",
        "4:18: jobs.a.secrets.A: expected exactly one of `file`, `env`, `credential` and `command`",
    ),
    "a secret of no kind": (
        "secrets: {A: {}}",
        "4:18: jobs.a.secrets.A: expected exactly one of `file`, `env`, `credential` and `command`",
    ),
    "a secret typed in": (
        "secrets: {A: hunter2}",
        "4:18: jobs.a.secrets.A: expected a mapping with keys of `file`, `env`, `credential` and `command`, "
        'got "hunter2"',
    ),
    "a param name in capitals": (
        "params: {Album: string}",
        "4:14: jobs.a.params.Album: expected a name like album or album-id: small letters, digits, _ and -, "
        'got "Album"',
    ),
    "two params of one variable": (
        "params: {a-b: string, a_b: string}",
        "4:32: jobs.a.params.a_b: `a_b` and `a-b` would be the same variable JOBCTL_PARAM_A_B",
    ),
    "a param type that is none": (
        "params: {p: int}",
        '4:17: jobs.a.params.p: expected string, integer, number, boolean, date, datetime or json, got "int"',
    ),
    "a default of another type": (
        "params: {p: {type: integer, default: big}}",
        '4:42: jobs.a.params.p.default: the default must be a whole number, got "big"',
    ),
    "a default that is no choice": (
        "params: {p: {choices: [a, b], default: c}}",
        '4:44: jobs.a.params.p.default: the default must be one of "a", "b", got "c"',
    ),
    "a default that the pattern forbids": (
        "params: {p: {pattern: '[a-z]+', default: A1}}",
        '4:46: jobs.a.params.p.default: the default must match the pattern [a-z]+, got "A1"',
    ),
    "a default of a required param": (
        "params: {p: {required: true, default: x}}",
        "4:43: jobs.a.params.p.default: a required param has no default; remove one of the two",
    ),
    "a choice of another type": (
        "params: {p: {type: integer, choices: [1, two]}}",
        '4:46: jobs.a.params.p.choices[1]: a choice must be a whole number, got "two"',
    ),
    "a pattern that is none": (
        "params: {p: {pattern: '('}}",
        "4:27: jobs.a.params.p.pattern: expected a regular expression: "
        "missing ), unterminated subpattern at position 0",
    ),
    "a pattern of a number": (
        "params: {p: {type: integer, pattern: a}}",
        "4:42: jobs.a.params.p.pattern: only text has a pattern, and the type is integer",
    ),
    "a minimum of text": (
        "params: {p: {minimum: 1}}",
        "4:27: jobs.a.params.p.minimum: only an integer or a number has a minimum, and the type is string",
    ),
    "a minimum above the maximum": (
        "params: {p: {type: integer, minimum: 2, maximum: 1}}",
        "4:54: jobs.a.params.p.maximum: expected at least the minimum 2, got 1",
    ),
    "a key that names no declared param": (
        "unique: 'o-{{ params.id }}'",
        "4:13: jobs.a.unique: `{{ params.id }}` names a param that is not declared under `params`",
    ),
    "a key that would be the same for all params": (
        "{unique: 'o-{{ param.o }}', params: {o: string}}",
        "4:14: jobs.a.unique: `{{ param.o }}` would be the same text in each key; "
        "write `{{ params.name }}`, with a param that is declared",
    ),
    "a key with a template that is not closed": (
        "unique: 'o-{{ nope'",
        "4:13: jobs.a.unique: `{{ nope` would be the same text in each key; "
        "write `{{ params.name }}`, with a param that is declared",
    ),
    "a failure hook with a pasted param": (
        "on_failure: mail {{ params.x }}",
        '4:17: jobs.a.on_failure: text pasted into a shell can be executed; write "$JOBCTL_PARAM_X" '
        "instead of {{ params.x }}",
    ),
    "a second schedule": (
        "{schedule: '@daily', every: 5m}",
        "4:26: jobs.a.every: only one of `schedule`, `every` and `at` may be given; "
        "`schedule` is given at jobs.yaml:4:6",
    ),
    "a key under two of its names": (
        "{timezone: UTC, tz: UTC}",
        "4:21: jobs.a.tz: `tz` is another name of `timezone`, which is given at jobs.yaml:4:6",
    ),
    "a name inside a mapping of jobs": ("name: b", "4:5: jobs.a.name: unknown key `name`"),
}


@pytest.mark.parametrize(("keys", "problem"), BY_KEY.values(), ids=BY_KEY.keys())
def test_a_job_is_refused_for(folder: Folder, keys: str, problem: str) -> None:
    if keys.startswith("{"):
        text = "jobs:\n # one line\n  a:\n    " + "{" + keys[1:-1] + ", run: x}\n"
    else:
        text = f"jobs:\n  a:\n    run: x\n    {keys}\n"
    assert folder.problems(text) == ["jobs.yaml:" + problem]


WHOLE = {
    "a job with nothing to run": (
        "jobs:\n  a:\n    timeout: 5m\n",
        "jobs.yaml:2:3: jobs.a: expected `run` or `call`: a job needs something to execute",
    ),
    "a job with run and call": (
        "jobs:\n  a:\n    run: x\n    call: a:b\n",
        "jobs.yaml:4:5: jobs.a.call: only one of `run` and `call` may be given; `run` is given at jobs.yaml:3:5",
    ),
    "an empty run": (
        'jobs: {a: {run: ""}}',
        'jobs.yaml:1:17: jobs.a.run: expected a command as text, or a list of its arguments, got ""',
    ),
    "an empty list to run": (
        "jobs: {a: {run: []}}",
        "jobs.yaml:1:17: jobs.a.run: expected a command as text, or a list of its arguments, got a list",
    ),
    "a list to run with a list in it": (
        "jobs: {a: {run: [echo, [a]]}}",
        "jobs.yaml:1:17: jobs.a.run: expected a list of texts that starts with a program, got a list in it",
    ),
    "a call without a function": (
        "jobs: {a: {call: shop.images}}",
        'jobs.yaml:1:18: jobs.a.call: expected a callable like package.module:function, got "shop.images"',
    ),
    "a pasted param": (
        "jobs: {a: {run: 'echo {{ params.who }}', params: {who: string}}}",
        'jobs.yaml:1:17: jobs.a.run: text pasted into a shell can be executed; write "$JOBCTL_PARAM_WHO" '
        "instead of {{ params.who }}",
    ),
    "a param in code": (
        'jobs: {a: {run: [sh, -c, "{{ params.who }}"], params: {who: string}}}',
        "jobs.yaml:1:26: jobs.a.run[2]: this element is code, and text pasted into code can be executed; "
        "read $JOBCTL_PARAM_WHO from the environment, or pass the value as an element of its own",
    ),
    "an undeclared param in a list": (
        'jobs: {a: {run: [echo, "{{ params.who }}"]}}',
        "jobs.yaml:1:24: jobs.a.run[1]: `{{ params.who }}` names a param that is not declared under `params`",
    ),
    "a job that is text": ("jobs: {a: echo}", 'jobs.yaml:1:11: jobs.a: expected a mapping, got "echo"'),
    "a job that is empty": ("jobs:\n  a:\n", "jobs.yaml:2:5: jobs.a: expected a value, got nothing"),
    "a job name of digits": (
        "jobs: {'123': {run: x}}",
        "jobs.yaml:1:8: jobs.123: expected a name of letters, digits, _ . and -, not of digits alone, "
        'at most 100 long, got "123"',
    ),
    "a job name with a slash": (
        "jobs: {a/b: {run: x}}",
        "jobs.yaml:1:8: jobs.a/b: expected a name of letters, digits, _ . and -, not of digits alone, "
        'at most 100 long, got "a/b"',
    ),
    "a listed job without a name": ("jobs:\n  - run: x\n", "jobs.yaml:2:5: jobs[0]: `name` is missing"),
    "a listed job that is text": (
        "jobs: [x]",
        "jobs.yaml:1:8: jobs[0]: expected a mapping with `name:` and the keys of a job",
    ),
    "jobs that are text": (
        "jobs: x",
        'jobs.yaml:1:7: jobs: expected a mapping of jobs by name, or a list of them, got "x"',
    ),
    "a duplicate key": (
        "jobs:\n  a:\n    run: x\n    run: y\n",
        "jobs.yaml:4:5: jobs.a.run: duplicate key `run`, first given at jobs.yaml:3:5",
    ),
    "a duplicate job": (
        "jobs:\n  a: {run: x}\n  a: {run: y}\n",
        "jobs.yaml:3:3: jobs.a: duplicate key `a`, first given at jobs.yaml:2:3",
    ),
    "a duplicate listed job": (
        "jobs:\n  - {name: a, run: x}\n  - {name: a, run: y}\n",
        "jobs.yaml:3:12: jobs.a: job `a` is already defined at jobs.yaml:2:12",
    ),
    "a key that is a list": ("? [a]\n: b\n", "jobs.yaml:1:3: a key must be text, not a list or a mapping"),
    "an unknown section": (
        "job: {}\n",
        "jobs.yaml:1:1: job: unknown key `job`; did you mean `jobs`?",
    ),
    "another version": ("version: 2\njobs: {}\n", "jobs.yaml:1:10: version: expected version 1, got 2"),
    "a queue without slots": (
        "queues: {q: {slots: 0}}",
        "jobs.yaml:1:21: queues.q.slots: expected a whole number of at least 1, got 0",
    ),
    "a queue without its mapping": (
        "queues: {q: 4}",
        "jobs.yaml:1:13: queues.q: expected a mapping with keys of `slots` and `rate`, got 4",
    ),
    "an unknown key of a queue": (
        "queues: {q: {slot: 1}}",
        "jobs.yaml:1:14: queues.q.slot: unknown key `slot`; did you mean `slots`?",
    ),
    "a limit that is text": ("limits: {w: two}", 'jobs.yaml:1:13: limits.w: expected a whole number, got "two"'),
    "a wrong default, once": (
        "defaults: {timeout: soon}\njobs:\n  a: {run: x}\n  b: {run: x}\n",
        'jobs.yaml:1:21: defaults.timeout: expected a duration like 90s or 2h30m, got "soon"',
    ),
    "a second document": (
        "jobs: {}\n---\njobs: {}\n",
        "jobs.yaml:2:1: a second document starts here; put it in a file of its own and `include` it",
    ),
    "a tab": ("jobs:\n\ta: {run: x}\n", "jobs.yaml:2:1: jobs: a tab indents this line; YAML takes spaces only"),
    "a tab after spaces": (
        "jobs:\n  a:\n    run: x\n  \ttimeout: 5m\n",
        "jobs.yaml:4:3: jobs.a.run: a tab indents this line; YAML takes spaces only",
    ),
    "a line that does not fit": (
        "jobs:\n  a:\n    run: x\n   timeout: 5m\n",
        "jobs.yaml:4:4: jobs: this line does not fit the lines before it; "
        "look at its indentation and at quotes that end too early",
    ),
    "a line without a colon": (
        "jobs:\n  a:\n    run x\n    timeout: 5m\n",
        "jobs.yaml:3:5: jobs: expected `key: value`; there is no colon",
    ),
    "a bracket too many": (
        "jobs: {a: {run: x}}}\n",
        "jobs.yaml:1:20: this line does not fit the lines before it; "
        "look at its indentation and at quotes that end too early",
    ),
    "a text beside its bar": (
        "jobs: {}\nx: | echo\n",
        "jobs.yaml:2:6: x: nothing may follow | or > in its line; the text begins in the next line",
    ),
    "a list beside its key": (
        "jobs: - a\n",
        "jobs.yaml:1:7: jobs: a list item cannot stand here; give it a line of its own, or write the value in quotes",
    ),
    "an empty file": ("", "jobs.yaml:1:1: the file is empty; expected a mapping with `jobs:`"),
    "a file of comments": ("# nothing\n", "jobs.yaml:1:1: the file is empty; expected a mapping with `jobs:`"),
    "a file that is a list": ("- a\n", "jobs.yaml:1:1: expected a mapping with `jobs:`, got a list"),
    "a control character": (
        "jobs: {a: {run: 'x\x07'}}",
        "jobs.yaml:1:19: the character U+0007 is not allowed; write it as an escape in double quotes",
    ),
    "a merge of text": ("jobs: {a: {run: x, <<: b}}", "jobs.yaml:1:24: jobs.a.<<: expected a mapping to merge"),
}


@pytest.mark.parametrize(("text", "problem"), WHOLE.values(), ids=WHOLE.keys())
def test_a_catalog_is_refused_for(folder: Folder, text: str, problem: str) -> None:
    assert folder.problems(text) == [problem]


def test_every_problem_is_told_from_top_to_bottom(folder: Folder) -> None:
    text = """
        versoin: 1
        jobs:
          a:
            run: x
            schedule: */5 * * * *
            timeout: soon
          b:
            schedule: @daily
            retry: {limit: -1}
    """
    assert [problem.split(": ")[0] + " " + problem.split(": ")[1] for problem in folder.problems(text)] == [
        "jobs.yaml:1:1 versoin",
        "jobs.yaml:5:15 jobs.a.schedule",
        "jobs.yaml:6:14 jobs.a.timeout",
        "jobs.yaml:7:3 jobs.b",
        "jobs.yaml:8:15 jobs.b.schedule",
        "jobs.yaml:9:20 jobs.b.retry.limit",
    ]


def test_nothing_is_loaded_from_a_catalog_with_a_problem(folder: Folder) -> None:
    assert folder.read("jobs: {a: {run: x}, b: {}}").catalog is None


def test_a_wrong_param_does_not_hide_what_is_wrong_with_another(folder: Folder) -> None:
    text = "jobs: {a: {run: x, params: {p: int, q: {type: integer, default: z}}}}"
    assert [problem.split(": ")[1] for problem in folder.problems(text)] == [
        "jobs.a.params.p",
        "jobs.a.params.q.default",
    ]


def test_columns_count_characters_not_bytes(folder: Folder) -> None:
    assert folder.problems("jobs: {ä: {run: x}, a: {run: x, timeout: soon}}")[1].startswith("jobs.yaml:1:42: ")


def test_a_schedule_that_never_matches_is_a_warning(folder: Folder) -> None:
    loaded = folder.read("jobs:\n  a:\n    run: x\n    schedule: '0 0 30 2 *'\n")
    assert loaded.catalog is not None
    assert [(p.severity, str(p)) for p in loaded.problems] == [
        ("warning", "jobs.yaml:4:15: jobs.a.schedule: this schedule never matches")
    ]


def test_a_value_that_is_refused_once_is_not_refused_again(folder: Folder) -> None:
    text = textwrap.dedent("""
        defaults: {enabled: on}
        jobs: {a: {run: x}, b: {run: x}}
    """)
    assert len(folder.problems(text)) == 1


def test_the_queue_of_wrapped_commands_is_for_no_job(folder: Folder) -> None:
    problems = folder.problems("jobs: {a: {run: x, queue: exec}}")
    assert problems == [
        "jobs.yaml:1:27: jobs.a.queue: queue `exec` is for commands that `jobctl exec` wraps: no daemon serves it; "
        "choose another one"
    ]
