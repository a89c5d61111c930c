"""What systemd's words for times become: each expectation is what `systemd-analyze calendar` says of the same text."""

from datetime import UTC, datetime, timedelta

import pytest

from jobctl.decide.schedule.fire import next_fire
from jobctl.importers.systemd.exec_line import as_run, read_exec
from jobctl.importers.systemd.on_calendar import read_calendar
from jobctl.importers.systemd.time_span import read_span
from jobctl.importers.systemd.unit_file import expand, read_unit, words
from jobctl.model.job import Schedule

TUESDAY = datetime(2026, 3, 3, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "cron", "first"),
    [
        ("minutely", "* * * * *", "2026-03-03 05:07:00"),
        ("hourly", "0 * * * *", "2026-03-03 06:00:00"),
        ("daily", "0 0 * * *", "2026-03-04 00:00:00"),
        ("weekly", "0 0 * * 1", "2026-03-09 00:00:00"),
        ("monthly", "0 0 1 * *", "2026-04-01 00:00:00"),
        ("quarterly", "0 0 1 1,4,7,10 *", "2026-04-01 00:00:00"),
        ("semiannually", "0 0 1 1,7 *", "2026-07-01 00:00:00"),
        ("yearly", "0 0 1 1 *", "2027-01-01 00:00:00"),
        ("12:00", "0 12 * * *", "2026-03-03 12:00:00"),
        ("*-*-* 02:30", "30 2 * * *", "2026-03-04 02:30:00"),
        ("Mon..Fri *-*-* 02:30", "30 2 * * 1,2,3,4,5", "2026-03-04 02:30:00"),
        ("Sat,Sun 08:00", "0 8 * * 0,6", "2026-03-07 08:00:00"),
        ("Fri..Sun 08:00", "0 8 * * 0,5,6", "2026-03-06 08:00:00"),
        ("Wed", "0 0 * * 3", "2026-03-04 00:00:00"),
        ("*:0/15", "*/15 * * * *", "2026-03-03 05:15:00"),
        ("*:5/20", "5-59/20 * * * *", "2026-03-03 05:25:00"),
        ("*-*-* 0/2:00:00", "0 */2 * * *", "2026-03-03 06:00:00"),
        ("9..17:30", "30 9-17 * * *", "2026-03-03 09:30:00"),
        ("*-*-* *:*:0/10", "*/10 * * * * *", "2026-03-03 05:06:10"),
        ("*-*-* 04:05:06", "6 5 4 * * *", "2026-03-04 04:05:06"),
        ("Sat *-*-1..7 18:00:00", "0 18 * * 6#1", "2026-03-07 18:00:00"),
        ("Mon *-*-08..14 03:00", "0 3 * * 1#2", "2026-03-09 03:00:00"),
        ("*-*~01 03:00", "0 3 L * *", "2026-03-31 03:00:00"),
        ("*-*~03 03:00", "0 3 L-2 * *", "2026-03-29 03:00:00"),
        ("Mon *-*~07/1 03:00", "0 3 * * 1L", "2026-03-30 03:00:00"),
        ("*-02-29", "0 0 29 2 *", "2028-02-29 00:00:00"),
    ],
)
def test_a_calendar_event_becomes_an_expression_that_fires_when_it_does(text: str, cron: str, first: str) -> None:
    found = read_calendar(text)
    assert found.cron == cron
    at = next_fire(Schedule(cron=(cron,)), "job", TUESDAY)
    assert at == datetime.fromisoformat(first).replace(tzinfo=UTC)


def test_a_zone_behind_a_calendar_event_is_its_zone() -> None:
    assert read_calendar("*-*-* 02:30 Europe/Berlin").zone == "Europe/Berlin"
    assert read_calendar("daily UTC").zone == "UTC"
    assert read_calendar("daily").zone is None


def test_a_single_instant_is_an_at() -> None:
    assert read_calendar("2027-01-01 00:30").at == "2027-01-01T00:30:00"


@pytest.mark.parametrize(
    "text",
    [
        "Mon *-*-1..15 03:00",
        "2026-*-* 03:00",
        "Mon *-*~03",
        "*-*-* 00:00:00.5",
        "Mon 2026-03-02",
        "now and then",
        "*-*-* 25:00",
        "Mon Tue 10:00",
        "",
    ],
)
def test_what_an_expression_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_calendar(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15min", timedelta(minutes=15)),
        ("1d 6h", timedelta(hours=30)),
        ("2h30min5s", timedelta(hours=2, minutes=30, seconds=5)),
        ("1.5h", timedelta(minutes=90)),
        ("300ms", timedelta(milliseconds=300)),
        ("1week", timedelta(days=7)),
        ("10", timedelta(seconds=10)),
        ("infinity", None),
    ],
)
def test_a_time_span(text: str, span: timedelta | None) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["soon", "", "5 parsecs", "min"])
def test_what_is_no_time_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time span"):
        read_span(text)


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("/bin/true", ("/bin/true",)),
        ('/bin/sh -c "echo $$HOME; echo \\"x\\""', ("/bin/sh", "-c", 'echo $HOME; echo "x"')),
        ("/usr/bin/rsync -a ${SOURCE}/ /srv", '/usr/bin/rsync -a "${SOURCE}/" /srv'),
        ("/usr/bin/x $OPTS 'a b'", "/usr/bin/x $OPTS 'a b'"),
        ("-/bin/false", "/bin/false || true"),
        ("@/bin/busybox sh -c true", ("/bin/busybox", "-c", "true")),
        (":/bin/echo ${HOME}", ("/bin/echo", "${HOME}")),
        ("/bin/a ; /bin/b", "/bin/a && /bin/b"),
        ("/bin/echo %i 100%%", ("/bin/echo", "main", "100%")),
        ("/bin/printf a\\tb\\x41", ("/bin/printf", "a\tbA")),
    ],
)
def test_a_command_of_systemd(text: str, run: str | tuple[str, ...]) -> None:
    assert as_run(read_exec(text, {"i": "main", "%": "%"})) == run


def test_lines_are_continued_and_comments_between_them_skipped() -> None:
    unit = read_unit("a", "[Service]\nExecStart=/bin/a \\\n# between\n  --x \\\n  --y\nNice=5\n")
    assert unit.last("Service", "ExecStart") == "/bin/a --x --y"
    assert unit.last("Service", "Nice") == "5"


def test_an_empty_value_forgets_those_before_it() -> None:
    unit = read_unit("a", "[Timer]\nOnCalendar=daily\n", "[Timer]\nOnCalendar=\nOnCalendar=weekly\n")
    assert unit.all("Timer", "OnCalendar") == ("weekly",)


def test_a_specifier_that_only_systemd_knows_is_named() -> None:
    with pytest.raises(ValueError, match="`%H`"):
        expand("/srv/%H", {})


def test_a_quote_that_is_not_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="not closed"):
        words("/bin/echo 'a")
