"""Calls that wait for their turn."""

from __future__ import annotations

import json
import os
import select
import sys

from .calls import Call, Form
from .files import BLOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TOKEN = 8
FORMS = 1000

# A job may put another function into the module.
from_json = json.JSONDecoder().decode


class Inbox:
    """The calls that have come, and the tokens of those that may begin."""

    def __init__(self, tokens: int, calls: int, unread: bytes) -> None:
        self.tokens = tokens
        self.calls = calls
        self.poll = select.poll()
        self.poll.register(tokens, select.POLLIN)
        self.received = bytearray(unread)
        self.known: dict[bytes, Form] = {}
        self.lines: list[bytes] = []
        self.forms: list[Form] = []
        self.first = 0
        self.batch: list[Any] = []

    def wait(self) -> None:
        """Until a call may begin, or there will be no more."""
        self.poll.poll()

    def take(self) -> Call | None:
        """The next call that may begin, or None when there will be no more. Raises BlockingIOError if none may yet."""
        token = os.read(self.tokens, TOKEN)
        if not token:
            return None
        number = int.from_bytes(token, sys.byteorder)
        while number - self.first >= len(self.batch):
            self.next_batch()
        form, *rest = self.batch[number - self.first]
        return Call(self.forms[form], *rest)

    def next_batch(self) -> None:
        self.lines = [self.line()]
        self.forms = []
        while self.lines[-1].startswith(b"{"):
            self.forms.append(self.form(self.lines[-1]))
            self.lines.append(self.line())
        self.first, *self.batch = from_json(self.lines[-1].decode())

    def form(self, line: bytes) -> Form:
        form = self.known.get(line)
        if form is None:
            if len(self.known) >= FORMS:
                self.known.clear()
            form = self.known[line] = Form(from_json(line.decode()))
        return form

    def line(self) -> bytes:
        searched = 0
        while True:
            end = self.received.find(b"\n", searched)
            if end >= 0:
                line = bytes(self.received[:end])
                del self.received[: end + 1]
                return line
            searched = len(self.received)
            data = os.read(self.calls, BLOCK)
            if not data:
                os._exit(0)
            self.received += data

    def unread(self) -> bytes:
        """All from which calls may still be taken."""
        return b"".join([line + b"\n" for line in self.lines]) + self.received


def handed_over(unread: list[int]) -> bytes:
    """What the process that started anew as this one had read."""
    data = b""
    for fd in unread:
        data += os.pread(fd, os.fstat(fd).st_size, 0)
        os.close(fd)
    return data
