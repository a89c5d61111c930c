"""Make a unit of systemd for an installation of jobctl."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from jobctl.model.errors import UsageError

_STATE = PurePath("/var/lib")


@dataclass(frozen=True, slots=True)
class Installation:
    """Where things are. `db` is a path or an SQLite URL."""

    command: tuple[str, ...] = ("/usr/local/bin/jobctl",)
    db: str = "/var/lib/jobctl/jobctl.db"
    catalogs: tuple[str, ...] = ("/etc/jobctl/jobs.yaml",)


def unit(installation: Installation = Installation(), *, user: bool = False, strict: bool = False) -> str:
    """The text of a unit: for the system or, with `user`, for a user's own manager; `strict` is what jobs may feel.

    Raises UsageError for a path that no unit can hold.
    """
    for text in (*installation.command, installation.db, *installation.catalogs):
        if not text.isprintable():
            raise UsageError(f"{text!a} cannot stand in a unit", hint="give it a name without control characters")
    sections = [
        _introduction(user=user),
        _unit(installation, user=user),
        _service(installation, user=user),
        _stopping(),
        _surroundings(strict=strict and not user),
        "" if user else _HARDLY_FELT,
        _strict(installation, user=user) if strict else "",
        f"[Install]\nWantedBy={'default' if user else 'multi-user'}.target\n",
    ]
    return "\n".join(section for section in sections if section)


def quoted(words: Iterable[str]) -> str:
    """Words of a command line in a unit: neither `%` nor `$` means anything in them.

    >>> quoted(["/opt/job ctl/bin", "100%", "a$b"])
    '"/opt/job ctl/bin" 100%% a$$b'
    """
    return " ".join(_quoted(word.replace("%", "%%").replace("$", "$$")) for word in words)


def _quoted(word: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9_./:@%$+=,?&^~-]+", word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _introduction(*, user: bool) -> str:
    kind = "a service of a user" if user else "a system service"
    return f"# jobctl as {kind}, by `jobctl systemd`; docs/how-to/run-under-systemd.md tells how to install it.\n"


def _unit(installation: Installation, *, user: bool) -> str:
    lines = ["[Unit]", "Description=jobctl: durable background jobs"]
    if not user:
        lines += [
            "# Not network-online.target: jobs that need a network have retries, others should not wait for one.",
            "After=local-fs.target time-sync.target",
        ]
    mounts = [path for path in _folders(installation) if not path.startswith(("/etc/", "/var/lib/", "/home/"))]
    if mounts and not user:
        lines.append(f"RequiresMountsFor={_paths(mounts)}")
    return "\n".join(lines) + "\n"


def _folders(installation: Installation) -> list[str]:
    """The folders of the database and of the catalogs."""
    catalogs = [str(PurePath(path).parent) + "/" for path in installation.catalogs]
    return list(dict.fromkeys([_database_folder(installation.db), *catalogs]))


def _database_folder(db: str) -> str:
    return str(PurePath(db.removeprefix("sqlite://").partition("?")[0]).parent) + "/"


def _paths(paths: Sequence[str]) -> str:
    return " ".join(_quoted((path.rstrip("/") or "/").replace("%", "%%")) for path in paths)


def _service(installation: Installation, *, user: bool) -> str:
    catalogs = [word for path in installation.catalogs for word in ("--catalog", path)]
    start = quoted([*installation.command, "daemon", *catalogs, "--grace", "30s"])
    lines = [
        "[Service]",
        "Type=notify",
        "NotifyAccess=main",
        f"ExecStart={start}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "",
        *_database(installation.db, user=user),
        "# Jobs inherit it, unless they say `umask:`.",
        "UMask=0077",
    ]
    return "\n".join(lines) + "\n"


def _database(db: str, *, user: bool) -> list[str]:
    setting = f"Environment={_quoted('JOBCTL_DB=' + db.replace('%', '%%'))}"
    folder = _state_directory(db)
    if folder is None or user:
        return [setting]
    return [
        f"# The database and the logs: {_STATE}/{folder}, for the owner alone.",
        f"StateDirectory={folder}",
        "StateDirectoryMode=0700",
        setting,
    ]


def _state_directory(db: str) -> str | None:
    """The folder of the database below /var/lib, if it is there and systemd can make it."""
    folder = PurePath(_database_folder(db))
    if not folder.is_relative_to(_STATE) or folder == _STATE:
        return None
    relative = str(folder.relative_to(_STATE))
    return relative if re.fullmatch(r"[A-Za-z0-9_./-]+", relative) else None


def _stopping() -> str:
    return """\
# Only the daemon gets the SIGTERM, and nobody is killed behind its back. On a stop it ends its jobs itself. When it
# crashes they go on, and the next daemon adopts them and records their real exit status; with the default mode
# (control-group) systemd would kill them all before that daemon starts.
KillMode=process
# More than --grace and the longest stop_grace_period of the jobs together: time to settle what was interrupted.
TimeoutStopSec=120
TimeoutStartSec=60
Restart=on-failure
RestartSec=1
# Exit status 2: the command line is wrong. 5: the database cannot be used. Starting again would not help.
RestartPreventExitStatus=2 5

# The daemon says every 30 s that its loop turns; when it hangs it is killed and started again.
WatchdogSec=60
"""


def _surroundings(*, strict: bool) -> str:
    lines = [
        "# A job that runs out of memory takes neither the daemon nor the other jobs with it: continue, do not stop the"
        " unit.",
        "OOMPolicy=continue",
    ]
    if not strict:
        lines += ["# What jobs make below this unit (containers, scopes) is theirs to arrange.", "Delegate=yes"]
    return "\n".join([*lines, "", "LimitNOFILE=65536", "TasksMax=infinity"]) + "\n"


def _strict(installation: Installation, *, user: bool) -> str:
    if user:
        return _STRICT_FOR_ALL
    elsewhere = _state_directory(installation.db) is None
    writable = f"ReadWritePaths={_paths([_database_folder(installation.db)])}\n" if elsewhere else ""
    return _STRICT_FOR_ALL + _STRICT.format(writable=writable)


_HARDLY_FELT = """\
# What hardly any job needs: to load modules, to set the clock, to reboot past systemd, to read the kernel's log, raw
# devices and packets. What a job mounts is seen by jobs only. Remove the line that stands in the way of yours.
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectHostname=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
CapabilityBoundingSet=~CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_BOOT CAP_SYS_TIME CAP_SYS_PACCT CAP_WAKE_ALARM CAP_SYSLOG
CapabilityBoundingSet=~CAP_MAC_ADMIN CAP_MAC_OVERRIDE CAP_BPF CAP_SYS_TTY_CONFIG CAP_BLOCK_SUSPEND CAP_LEASE
"""
_STRICT_FOR_ALL = """\
# --strict, and what jobs feel of it: no sudo and no setuid programs, no namespaces (containers without root), no
# real-time priorities, no programs of another architecture.
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
"""
_STRICT = """\
# Jobs write to the state folder, /tmp and /var/tmp, and to what is named here:
{writable}# ReadWritePaths=/srv/backup
ReadWritePaths=-/tmp -/var/tmp
ProtectSystem=strict
ProtectHome=read-only
PrivateDevices=yes
ProtectControlGroups=yes
ProtectKernelTunables=yes
ProtectClock=yes
ProtectProc=invisible
PrivateMounts=yes
SystemCallFilter=~@debug @mount
# Empty first: what was listed above would be added to. Programs that list network interfaces need AF_NETLINK too.
RestrictAddressFamilies=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
# Other users' jobs need to be started, signalled and recognised by their environment. A job with a `nice` below 0
# needs CAP_SYS_NICE too, and one that gives files away CAP_CHOWN.
CapabilityBoundingSet=
CapabilityBoundingSet=CAP_SETUID CAP_SETGID CAP_KILL CAP_SYS_PTRACE CAP_FOWNER CAP_DAC_OVERRIDE
# No PrivateTmp: jobs outlive a daemon that crashes, and its restart would take their /tmp away.
"""
