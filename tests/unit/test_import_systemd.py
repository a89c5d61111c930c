"""Whatever timers and services hold, the catalog made from them is valid, or nothing is carried over."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobctl.catalog.load import load
from jobctl.importers.systemd.to_catalog import Place, import_timers

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
SPAN = st.sampled_from(["15min", "1h 30min", "90", "0", "1us", "300ms", "infinity", "soon", "200y", "1.5h"])
CALENDAR = st.sampled_from(
    ["daily", "Mon..Fri 02:30 UTC", "*:0/15", "2027-01-01", "Mon *-*-1..15", "*-*~01", "nonsense", "*:*:30"]
)
COMMAND = st.one_of(
    st.sampled_from(
        [
            "/bin/true",
            "-/bin/a ${X} $Y",
            "+/bin/b 'c d'",
            "/bin/sh -c '{{ params.x }}'",
            "/bin/c %i %H",
            "@",
            '/bin/d "',
        ]
    ),
    TEXT,
)
NUMBER = st.sampled_from(
    ["0", "10", "-20", "99", "x", "0022", "77777", "9", "SIGINT", "TERM", "SIGNONE", "2 3 300 DATAERR"]
)


def lines(**values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Some of the keys, each with a value, as lines of a unit file."""
    some = [value.map(f"{key}={{}}".format) for key, value in values.items()]
    return st.lists(st.one_of(some), max_size=8).map("\n".join)


TIMER = lines(
    OnCalendar=CALENDAR,
    OnUnitActiveSec=SPAN,
    OnBootSec=SPAN,
    RandomizedDelaySec=SPAN,
    Persistent=st.sampled_from(["yes", "no", "maybe"]),
    WakeSystem=st.just("true"),
)
SERVICE = lines(
    ExecStart=COMMAND,
    ExecStartPre=COMMAND,
    Type=st.sampled_from(["oneshot", "simple"]),
    User=st.one_of(st.sampled_from(["root", "%i"]), TEXT),
    Group=TEXT,
    WorkingDirectory=st.sampled_from(["/srv", "-/srv", "~", "relative", "%h"]),
    Environment=st.one_of(st.sampled_from(["A=1 B=2", '"C=d e"', '"F G=h"', "I", '"J']), TEXT),
    EnvironmentFile=st.sampled_from(["/etc/default/x", "-/etc/default/y", "relative"]),
    TimeoutStartSec=SPAN,
    RuntimeMaxSec=SPAN,
    TimeoutStopSec=SPAN,
    Nice=NUMBER,
    UMask=NUMBER,
    KillSignal=NUMBER,
    SuccessExitStatus=NUMBER,
    PrivateTmp=st.just("yes"),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TIMER, SERVICE, TEXT)
def test_whatever_is_printed_is_valid(timer: str, service: str, description: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a@.timer").write_text(f"[Timer]\nOnActiveSec=\nAccuracySec=1s\n{timer}\n", encoding="utf-8")
        service = f"[Unit]\nDescription={description}\n[Service]\n{service}\n"
        (folder / "a@.service").write_text(service, encoding="utf-8")
        place = Place((folder,), {"folder": "/", "h": "/root", "S": "/var/lib"})
        found = import_timers(["a@b.timer"], place, lambda user: "/root")
        path = folder / "jobs.yaml"
        path.write_text(found.text, encoding="utf-8")
        assert len(load([path], "UTC", os.geteuid()).valid().jobs) == found.jobs
