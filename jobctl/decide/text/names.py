"""What jobs and queues may be called, and how other texts become such names.

Quick by design: `enqueue` imports this at every start.
"""

import re

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
"""A queue may have any of these names; a job none of digits alone, which would be taken for the id of a run."""

JOB_NAME = rf"(?![0-9]+$){NAME}"

_NAME = re.compile(NAME)
_FOREIGN = re.compile(r"[^A-Za-z0-9_.-]")


def is_job_name(name: str) -> bool:
    """Whether a job may have this name.

    >>> is_job_name("backup"), is_job_name("42"), is_job_name("a b")
    (True, False, False)
    """
    return is_queue_name(name) and not name.isdigit()


def is_queue_name(name: str) -> bool:
    """Whether a queue may have this name.

    >>> is_queue_name("reports"), is_queue_name("42"), is_queue_name("a b")
    (True, True, False)
    """
    return bool(_NAME.fullmatch(name))


def name_of(command: str) -> str:
    """A job name for an ad-hoc command: the last part of its path, letter by letter.

    >>> name_of("/usr/local/bin/re index.sh"), name_of("./7"), name_of("-x")
    ('re_index.sh', 'run-7', '_-x')
    """
    name = _FOREIGN.sub("_", command.rstrip("/").rpartition("/")[2])[:90] or "command"
    if name.isdigit():
        return f"run-{name}"
    return name if is_job_name(name) else f"_{name}"


def name_from_text(text: str, longest: int, prefix: str) -> str:
    """A job name of at most `longest` letters, a dash for each stretch that no name can hold; else `prefix`.

    >>> name_from_text("back up (daily)", 60, "job"), name_from_text("7", 60, "job"), name_from_text("..", 60, "job")
    ('back-up-daily', 'job-7', 'job')
    """
    name = re.sub(rf"{_FOREIGN.pattern}+", "-", text).strip("-.")[:longest].rstrip("-.")
    return name if is_job_name(name) else f"{prefix}-{name}".rstrip("-")
