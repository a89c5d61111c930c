"""As whom a job runs: the numbers behind `user` and `group`."""

import grp
import os
import pwd
from typing import NamedTuple

from jobctl.model.errors import ExecutionError
from jobctl.model.job import Job
from jobctl.trust.as_user import Who

_UNCHANGED = 2**32 - 1
_NO_SHELLS = {"nologin", "false", "true", "sync"}


class Account(NamedTuple):
    """Numbers and variables of the user a job runs as; all None and empty for the daemon's own."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None
    variables: tuple[tuple[str, str], ...] = ()


def account(job: Job) -> Account:
    """Look up `user` and `group`, names or numbers. Raises ExecutionError for unknown ones and for want of rights."""
    if job.user is None and job.group is None:
        return Account()
    entry = None if job.user is None else _user(job.user)
    group = _group(job.group) if job.group is not None else entry.pw_gid if entry is not None else os.getegid()
    wanted = Account(
        user=None if entry is None else entry.pw_uid,
        group=group,
        extra_groups=tuple(os.getgrouplist(entry.pw_name, group)) if entry is not None else None,
        variables=() if entry is None else _variables(entry),
    )
    return wanted if os.geteuid() == 0 else _without_rights(wanted, job)


def who(job: Job) -> Who | None:
    """As whom files are read for a job that root's daemon runs as somebody else; None: as the daemon itself."""
    if (job.user is None and job.group is None) or os.geteuid() != 0:
        return None
    found = account(job)
    user, group = found.user or 0, os.getegid() if found.group is None else found.group
    return Who(user, group, (group,) if found.extra_groups is None else found.extra_groups)


def _without_rights(wanted: Account, job: Job) -> Account:
    """A daemon that is not root can only run jobs as itself."""
    if wanted.user in (None, os.geteuid()) and wanted.group in (os.getegid(), *os.getgroups()):
        own_group = wanted.group == os.getegid()
        return Account(group=None if own_group else wanted.group, variables=wanted.variables)
    names = ":".join(name for name in (job.user, job.group) if name is not None)
    raise ExecutionError(
        f"the daemon may not run jobs as {names}", hint="start the daemon as root, or remove `user` and `group`"
    )


def _variables(entry: pwd.struct_passwd) -> tuple[tuple[str, str], ...]:
    # Accounts of services have none: what would a program do with nologin that starts the user's shell?
    shell = "/bin/sh" if entry.pw_shell.rpartition("/")[2] in _NO_SHELLS else entry.pw_shell
    variables = {"HOME": entry.pw_dir, "USER": entry.pw_name, "LOGNAME": entry.pw_name, "SHELL": shell}
    return tuple((name, value) for name, value in variables.items() if value)


def _user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(_number(name)) if name.isdecimal() else pwd.getpwnam(name)
    except (KeyError, OverflowError, ValueError) as error:
        raise ExecutionError(
            f"there is no user `{name}` on this machine", hint="create the user, or mend `user`"
        ) from error


def _group(name: str) -> int:
    try:
        return _number(name) if name.isdecimal() else grp.getgrnam(name).gr_gid
    except (KeyError, ValueError) as error:
        raise ExecutionError(
            f"there is no group `{name}` on this machine", hint="create the group, or mend `group`"
        ) from error


def _number(name: str) -> int:
    """Raises KeyError for what the kernel takes for "leave it as it is", which would be root's, and beyond."""
    if len(name) > 10 or int(name) >= _UNCHANGED:
        raise KeyError(name)
    return int(name)
