"""`jobctl enqueue --from`: many runs, streamed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from jobctl.actions.enqueue.answers import was_skipped
from jobctl.actions.enqueue.lines import LONGEST, enqueue_lines
from jobctl.actions.enqueue.request import Wish
from jobctl.catalog.zone import machine_zone
from jobctl.cli.context import actor
from jobctl.cli.context import now as present
from jobctl.cli.output import note, told_anyway
from jobctl.cli.waiting_notes import say_too_late, say_what_holds
from jobctl.model.errors import Refused, UsageError, reason_of
from jobctl.model.run import Enqueued
from jobctl.store.protocol import Store


def enqueue_from(store: Store, source: str, correlation_id: str | None, as_json: bool) -> None:
    """Enqueue a run for each line of a file; ids are printed as they are on disk, in the order of the lines."""
    answers = _JsonAnswers() if as_json else _PlainAnswers()
    defaults = Wish("", params={}, correlation_id=correlation_id, created_by=actor())
    skipped, late, jobs, queues = 0, dict[str, None](), dict[str, None](), dict[str, None]()
    try:
        with _opened(source) as file:
            for promised in enqueue_lines(store, _lines(file), present, machine_zone(os.environ), defaults):
                answers.add(promised.answers)
                skipped += sum(map(was_skipped, promised.answers))
                late.update(dict.fromkeys(promised.too_late))
                jobs.update(dict.fromkeys(promised.paused_jobs))
                queues.update(dict.fromkeys(promised.queues))
    finally:
        answers.end()
    if not (answers.created or answers.existing):
        note(f"there is no line in {'standard input' if source == '-' else f'`{source}`'}: nothing was enqueued")
    say_too_late(late)
    say_what_holds(store, jobs, queues, present())
    if skipped:
        raise Refused(
            f"{skipped} of {answers.created} runs are skipped: other runs of their jobs have not ended",
            hint="`jobctl runs --state skipped` lists them",
        )


class _PlainAnswers:
    """An id a line."""

    def __init__(self) -> None:
        self.created = 0
        self.existing = 0

    def add(self, answers: list[Enqueued]) -> None:
        """Print the ids of one transaction."""
        self.created += sum(answer.created for answer in answers)
        self.existing += sum(not answer.created for answer in answers)
        with told_anyway(_promised(answers)):
            sys.stdout.write("".join(f"{answer.run_id}\n" for answer in answers))

    def end(self) -> None:
        """Say how many keys were held."""
        if self.existing:
            keys = "1 key is" if self.existing == 1 else f"{self.existing} keys are"
            note(f"{keys} held by what was there already: nothing was enqueued for that")


class _JsonAnswers:
    """One object, written as it grows: the ids of a million runs need not fit into memory."""

    def __init__(self) -> None:
        self.created = 0
        self.existing: list[int] = []
        self._between = ""
        sys.stdout.write('{"ids": [')

    def add(self, answers: list[Enqueued]) -> None:
        """Write the ids of one transaction."""
        self.created += sum(answer.created for answer in answers)
        self.existing += [answer.run_id for answer in answers if not answer.created]
        with told_anyway(_promised(answers)):
            sys.stdout.write(self._between + ", ".join(str(answer.run_id) for answer in answers))
        self._between = ", "

    def end(self) -> None:
        """Close the object, also when a bad line has ended it early."""
        sys.stdout.write(f'], "existing": {self.existing}}}\n')


def _promised(answers: list[Enqueued]) -> str:
    ids = [answer.run_id for answer in answers]
    return f"runs {min(ids)} to {max(ids)} are enqueued" if len(ids) > 1 else f"run {ids[0]} is enqueued"


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(source, "rb")  # noqa: SIM115 - closed below; only the opening may be refused
    except OSError as error:
        raise UsageError(
            f"`{source}` cannot be read: {reason_of(error)}", hint="name a file of JSON lines, or `-`"
        ) from error
    with file:
        yield file


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines, each read no further than what is too long anyway."""
    while line := file.readline(LONGEST + 2):
        yield line
