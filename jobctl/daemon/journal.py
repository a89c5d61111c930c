"""The daemon's own log: one line an event, as text or JSON, on stderr."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from jobctl.daemon.log_lines import LogLines
from jobctl.decide.text.visible import visible
from jobctl.model.claim import Claim
from jobctl.model.instant import iso

LOGGER = "jobctl"
_FACTS = "facts"


def open_journal(stream: TextIO, form: Literal["text", "json"]) -> logging.Logger:
    """The logger of the daemon, writing to `stream`."""
    logger = logging.getLogger(LOGGER)
    handler = LogLines(stream)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger


def with_facts(**facts: Any) -> dict[str, Any]:
    """The `extra` of a log call: facts that follow the message, and stand by themselves in JSON."""
    return {_FACTS: facts}


def about(claim: Claim, **more: Any) -> dict[str, Any]:
    """The `extra` of a log call that concerns one attempt."""
    return with_facts(
        run_id=claim.run_id,
        job=claim.job.name,
        attempt=claim.fence,
        correlation_id=claim.correlation_id,
        **more,
    )


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"at": _when(record), "level": record.levelname.lower(), "message": record.getMessage()}
        line |= getattr(record, _FACTS, {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, _FACTS, {})
        tail = "".join(f" {key}={_quoted(value)}" for key, value in facts.items() if value is not None)
        line = f"{_when(record)} {record.levelname.lower():<7} {visible(record.getMessage())}{tail}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def _when(record: logging.LogRecord) -> str:
    return iso(datetime.fromtimestamp(record.created, UTC))


def _quoted(value: Any) -> str:
    text = str(value)
    return json.dumps(text) if not text or any(c in text for c in ' "=\n\t') else visible(text)
