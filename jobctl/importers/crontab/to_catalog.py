"""Turn crontabs into a catalog that does the same."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from jobctl.decide.params.template import problems
from jobctl.decide.text.variables import is_jobctls_own, is_variable, unexpanded
from jobctl.decide.time.zone import exists
from jobctl.importers.catalog_text import Imported, catalog_text
from jobctl.importers.crontab.anacron import hours
from jobctl.importers.crontab.lines import Crontab, Entry, Form, form_of, read_crontab
from jobctl.importers.crontab.wrapped_line import is_wrapped, read_wrapped_line
from jobctl.importers.draft import Draft, Drafts, FreeNames, Note
from jobctl.importers.job_name import is_vague, name_from, name_from_comment
from jobctl.importers.yaml_text import Value

Home = Callable[[str | None], str | None]
"""The home of a user by name (None: of whoever imports); None if there is no such user here."""

_FOR_CRON = {"MAILTO", "MAILFROM", "CRON_TZ", "RANDOM_DELAY", "START_HOURS_RANGE"}
_INTRODUCTION = (
    "From {sources}, by `jobctl import crontab`.",
    "",
    "What differs from cron: output goes to a log (`jobctl logs JOB`) and is not mailed; MAILTO has become a mail when",
    "a job has failed. Where there is no MAILTO nobody is told: `on_failure` is the key for it.",
)
_AS_CRON = (
    "As cron does it: runs may overlap, and what was missed is not made up for.",
    "Most jobs are better off with `overlap: skip` and `catchup: last`.",
)


class Source(NamedTuple):
    """A crontab: what it is called, its text, its form (None: recognise it), and whose it is.

    `system`: each line names its user. `user` is None where jobs are to run as the daemon does.
    """

    name: str
    text: str
    form: Form | None = None
    system: bool = False
    user: str | None = None


def import_crontab(sources: Sequence[Source], home: Home, *, mails: bool = True) -> Imported:
    """The catalog of one or several crontabs; `mails` says that there is a program `mail` here."""
    names = FreeNames()
    drafts = [_drafts(source, names, home) for source in sources]
    introduction = [line.format(sources=_called(sources)) for line in _INTRODUCTION]
    jobs = sum(not job.off for each in drafts for job in each.jobs)
    notes = tuple(note for each in drafts for note in each.notes)
    if not mails and any("on_failure" in job.settings for each in drafts for job in each.jobs):
        notes = (*notes, Note("MAILTO", "there is no program `mail` here: install one, or write another `on_failure`"))
    return Imported(catalog_text(drafts, introduction, _AS_CRON), jobs, notes)


def _called(sources: Sequence[Source]) -> str:
    return ", ".join(source.name for source in sources) if len(sources) < 4 else f"{len(sources)} crontabs"


def _drafts(source: Source, names: FreeNames, home: Home) -> Drafts:
    form = source.form or form_of(source.text, source.system)
    crontab = read_crontab(source.text, form)
    notes = [Note(f"{source.name}:{remark.line}", remark.message, remark.lost) for remark in crontab.remarks]
    notes += _suspicions(source, crontab, form, home)
    jobs = []
    foot = list(crontab.foot)
    for entry in crontab.entries:
        place = f"{source.name}:{entry.line}"
        if entry.user is None:
            entry = replace(entry, user=source.user)
        if problems(_command(entry), ()):
            message = "a command with `{{ params.` cannot be written as it is"
            notes += [] if entry.off else [Note(place, message, lost=True)]
            foot.append(f"Not carried over, line {entry.line}: {message}: {entry.command}")
            continue
        wrapped = read_wrapped_line(entry.command)
        if wrapped is not None:
            entry = replace(entry, command=wrapped.command, name=wrapped.name)
        settings, remarks = _settings(entry, home(entry.user), form)
        if wrapped is not None:
            settings |= wrapped.settings
            remarks += wrapped.remarks
        elif is_wrapped(entry.command):
            remarks.append("`jobctl exec` is in this line: as a job it is wrapped twice, take the inner one out")
        notes += [Note(place, remark) for remark in remarks if not entry.off]
        name = names.free(_name(entry))
        jobs.append(Draft(name, settings, entry.comments, tuple(remarks), entry.off))
    return Drafts(source.name, tuple(jobs), crontab.head, tuple(foot), tuple(notes))


def _name(entry: Entry) -> str:
    """From the command; where that says nothing, from what is said about it."""
    found = name_from(entry.name or entry.command)
    said = next((text for text in entry.comments if not text.startswith("Not carried over")), "")
    return found if entry.name or not is_vague(found) else name_from_comment(said) or found


def _suspicions(source: Source, crontab: Crontab, form: Form, home: Home) -> list[Note]:
    """What looks as if the crontab was taken for one of another form."""
    active = [entry for entry in crontab.entries if not entry.off]
    found = []
    first = {entry.command.split()[0] for entry in active}
    if form == "user" and "root" in first and all(home(word) is not None for word in first - {"root"}):
        found.append(Note(source.name, "every command begins with a user: a system's crontab needs `--system`"))
    if not active:
        found.append(Note(source.name, "there is no job in it"))
    return found


def _settings(entry: Entry, home: str | None, form: Form) -> tuple[dict[str, Value], list[str]]:
    """The keys of a job, and what there is to say about it."""
    remarks = list(entry.when.remarks)
    variables = entry.variables
    settings: dict[str, Value] = {"run": _command(entry)}
    shell = variables.get("SHELL", "/bin/sh")
    if shell != "/bin/sh" and not isinstance(settings["run"], tuple):
        settings["shell"] = shell
    if entry.stdin is not None:
        settings["stdin"] = entry.stdin
    settings |= _when(entry, remarks)
    settings |= {name: text for name, text in (("user", entry.user), ("group", entry.group)) if text is not None}
    settings |= _folder(entry, home, form, remarks)
    settings["umask"] = "022"
    settings |= _policy(entry, form)
    settings |= _mail(variables, "shell" in settings, remarks)
    env = _environment(variables, remarks)
    if entry.user is not None:
        # With `user`, jobctl says which shell the account has (nologin, often); cron says which one it uses.
        env = {"SHELL": shell, **env}
    return {**settings, **({"env": env} if env else {})}, remarks


def _environment(variables: Mapping[str, str], remarks: list[str]) -> dict[str, str]:
    given = {name: value for name, value in variables.items() if name not in _FOR_CRON}
    unfit = [name for name in given if not is_variable(name) or is_jobctls_own(name)]
    remarks += [f"`{name}` cannot be set by a catalog" for name in unfit]
    return {name: value for name, value in given.items() if name not in unfit}


def _command(entry: Entry) -> str | tuple[str, ...]:
    """jobctl's `shell: bash` stops at the first failure and cron's does not: bash is called as cron calls it."""
    shell = entry.variables.get("SHELL", "/bin/sh")
    return (shell, "-c", entry.command) if shell.rpartition("/")[2] == "bash" else entry.command


def _when(entry: Entry, remarks: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if entry.when.schedule is not None:
        found["schedule"] = entry.when.schedule
    if entry.when.every is not None:
        found["every"] = {"after_end": entry.when.every} if entry.when.after_end else entry.when.every
    zone = entry.variables.get("CRON_TZ", "")
    if zone and exists(zone):
        found["timezone"] = zone
    elif zone:
        remarks.append(f"there is no time zone `{zone}`: the machine's is taken, as cron does")
    delay = entry.variables.get("RANDOM_DELAY", "").strip()
    if delay.isdecimal() and int(delay):
        found["jitter"] = f"{int(delay)}m"
    elif delay and delay != "0":
        remarks.append(f"RANDOM_DELAY `{delay}` is no number of minutes")
    return found


def _folder(entry: Entry, home: str | None, form: Form, remarks: list[str]) -> dict[str, Value]:
    """cron starts every command in a home, anacron in the root folder."""
    if form == "anacron":
        return {"working_dir": "/"}
    given = entry.variables.get("HOME") or home
    if given and given.startswith("/") and unexpanded(given) is None:
        return {"working_dir": given}
    who = f"`{entry.user}` is no user of this machine" if entry.user else "the home of this user is not known"
    remarks.append(f"{who}: set `working_dir` to the home in which cron started this")
    return {}


def _policy(entry: Entry, form: Form) -> dict[str, Value]:
    if form == "anacron":
        between = hours(entry.variables)
        found = {"overlap": "skip", "catchup": "last", "catchup_window": entry.window or "1d"}
        return {**found, **({"catchup_between": between} if between else {})}
    seconds = entry.when.every is not None
    return {"overlap": "skip" if entry.single or seconds else "allow", "catchup": "none"}


def _mail(variables: Mapping[str, str], other_shell: bool, remarks: list[str]) -> dict[str, Value]:
    """`on_failure` in MAILTO's place. A MAILTO that is empty is somebody's wish not to be told."""
    receivers = [part for part in variables.get("MAILTO", "").replace(",", " ").split() if not part.startswith("-")]
    if not receivers:
        return {}
    sender = variables.get("MAILFROM", "").strip()
    options = f" -r {shlex.quote(sender)}" if sender else ""
    subject = '"$JOBCTL_JOB failed on $(hostname), run $JOBCTL_RUN_ID"'
    command = f"mail -s {subject}{options} {' '.join(map(shlex.quote, receivers))}"
    if problems(command, ()):
        remarks.append("MAILTO cannot be written as it is")
        return {}
    return {"on_failure": ("/bin/sh", "-c", command) if other_shell else command}
