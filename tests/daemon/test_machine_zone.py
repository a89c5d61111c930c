"""The machine's time zone: schedules that name none do not move in silence."""

import json

from tests.kit.installation import Installation
from tests.kit.until import until

CATALOG = """
jobs:
  nightly: {run: "true", schedule: "30 2 * * *"}
  fixed: {run: "true", schedule: "30 2 * * *", timezone: Asia/Tokyo}
"""
MOVES = (
    "the machine's time zone is `UTC`: the schedule of `nightly`, which names none, moves there from `Europe/Berlin`"
)


def _doctor(here: Installation) -> dict[str, str]:
    """What doctor says of the zone; without a daemon it finds other things too."""
    checks = json.loads(here.jobctl("doctor", "--quick", "--json", check=False).stdout)
    return next(check for check in checks if check["name"] == "time zone")


def test_a_schedule_that_moves_with_the_machines_zone_is_told_by_plan_doctor_and_daemon(here: Installation) -> None:
    here.environment["TZ"] = "Europe/Berlin"
    here.apply(CATALOG)
    assert {row["name"]: row["timezone"] for row in here.json("jobs")} == {
        "nightly": "Europe/Berlin",
        "fixed": "Asia/Tokyo",
    }
    here.environment["TZ"] = "UTC"
    assert MOVES in here.jobctl("plan").stderr
    zone = _doctor(here)
    assert (zone["verdict"], zone["found"]) == (
        "warn",
        "here it is `UTC`, where the catalog was applied last `Europe/Berlin`",
    )
    here.daemon("--catalog", "jobs.yaml")
    until(lambda: MOVES in here.log(), "the daemon tells what has moved")
    assert MOVES not in here.jobctl("apply").stderr


def test_a_zone_without_a_name_is_refused_where_it_counts_and_told_by_doctor(here: Installation) -> None:
    here.environment["TZ"] = "Europe/Berlin"
    here.apply(CATALOG)
    here.environment["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
    refused = here.jobctl("apply", check=False)
    assert refused.returncode == 2
    assert "jobs.yaml:3:36: jobs.nightly.schedule: the machine's time zone is not known: " in refused.stderr
    asked = here.jobctl("enqueue", "fixed", "--at", "2999-01-01T03:00", check=False)
    assert (asked.returncode, "there is no time zone `CET-1CEST" in asked.stderr) == (2, True)
    assert here.enqueue("fixed", "--at", "2999-01-01T03:00Z")
    zone = _doctor(here)
    assert (zone["verdict"], "a POSIX rule names no zone" in zone["advice"]) == ("warn", True)
    assert here.json("jobs")[0]["timezone"] in ("Europe/Berlin", "Asia/Tokyo")
