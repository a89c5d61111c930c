"""The types of a catalog's keys: what is typed, what becomes of it, and how a JSON Schema describes it."""

from datetime import timedelta
from typing import Annotated

from jobctl.catalog import values as r
from jobctl.catalog.kind import Read, Schema, matching, one_or_more, text, whole
from jobctl.decide.text.names import JOB_NAME, NAME
from jobctl.decide.text.variables import VARIABLE
from jobctl.model.job import Rate

PARAM_NAME = r"[a-z][a-z0-9_-]*"
CALL = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_TEXT: Schema = {"type": "string"}
_LOOSE: Schema = {"type": ["string", "number", "boolean"]}
_COMMAND: Schema = {"anyOf": [_LOOSE, {"type": "array", "items": _LOOSE, "minItems": 1}]}
Text = Annotated[str, Read(text, _TEXT)]
Texts = Annotated[tuple[Text, ...], one_or_more(_TEXT)]
Path = Annotated[str, Read(r.path, _TEXT)]
Paths = Annotated[tuple[Path, ...], one_or_more(_TEXT)]
Bool = Annotated[bool, Read(r.boolean, {"type": "boolean"})]
Duration = Annotated[timedelta, r.duration()]
Period = Annotated[timedelta, r.duration(timedelta(milliseconds=1))]
Hours = Annotated[str, Read(r.hours, {"type": "string", "pattern": r"^\s*\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}\s*$"})]
Every = Annotated[timedelta | r.AfterEnd, Read(r.every, r.EVERY)]
Size = Annotated[int, Read(r.size, {"anyOf": [{"type": "integer", "minimum": 1}, _TEXT]})]
RateText = Annotated[Rate, Read(r.rate, {"type": "string", "pattern": r"^\s*\d+\s*/\s*(s|min|h|day)\s*$"})]
Cron = Annotated[str, Read(r.cron, _TEXT)]
# One for each day of a year is more than anybody writes; each is parsed, and asked at every fire.
Crons = Annotated[tuple[Cron, ...], one_or_more(_TEXT, 366, "expressions")]
Zone = Annotated[str, Read(r.zone, _TEXT)]
Instant = Annotated[str, Read(r.instant, _TEXT)]
Command = Annotated[str | tuple[str, ...], Read(r.command, _COMMAND)]
Signal = Annotated[str, Read(r.signal_name, _TEXT)]
Owner = Annotated[str, Read(r.owner, _TEXT)]
Umask = Annotated[int, Read(r.umask, {"type": ["string", "integer"]})]
EnvName = Annotated[str, matching(VARIABLE, "the name of a variable: letters, digits and _, no digit first")]
EnvValue = Annotated[str, Read(r.env_value, _LOOSE)]
InheritEnv = Annotated[
    bool | tuple[str, ...], Read(r.names_or_switch, {"anyOf": [{"type": "boolean"}, {"type": "array", "items": _TEXT}]})
]
Unique = Annotated[bool | str, Read(r.template_or_switch, {"type": ["string", "boolean"]})]
JOB_NAME_KIND = matching(JOB_NAME, "a name of letters, digits, _ . and -, not of digits alone, at most 100 long")
JobName = Annotated[str, JOB_NAME_KIND]
QueueName = Annotated[str, matching(NAME, "a name of letters, digits, _ . and -, at most 100 long")]
ParamName = Annotated[str, matching(PARAM_NAME, "a name like album or album-id: small letters, digits, _ and -")]
Call = Annotated[str, matching(CALL, "a callable like package.module:function")]
ExitCode = Annotated[int, whole(0, 255)]
ExitCodes = Annotated[tuple[ExitCode, ...], one_or_more({"type": "integer", "minimum": 0, "maximum": 255})]
