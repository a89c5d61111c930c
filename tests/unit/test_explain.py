"""Why a run or a job is not running: what is said of each hold."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jobctl.decide.admission.admit import Gate, JobRule, Lane, QueueRule, Rules
from jobctl.decide.admission.token_bucket import Bucket
from jobctl.decide.explain.facts import MOST_COUNTED, Explanation, InFlight, Standing
from jobctl.decide.explain.job import JobFacts, explain_job, explain_retired
from jobctl.decide.explain.run import explain_run
from jobctl.model.daemon import Daemon, Identity
from jobctl.model.job import Job, Rate, Schedule
from jobctl.model.run import Attempt, Event, Missed
from jobctl.model.view import JobRow, Pause
from tests.cli.scenes import HOUR, MINUTE, NOW, SECOND, run

OPEN = Rules({}, {}, {})
LANE = Lane("reports", "digest", False)


def daemon(*queues: str, busy: int = 0, silent: timedelta = SECOND, **other: Any) -> Daemon:
    """A daemon with four slots."""
    foreground = other.pop("foreground", False)
    identity = Identity("web-01", "web", 4711, 1, "boot", "pid:[1]", 4, queues, foreground)
    return Daemon(1, identity, other.pop("state", "running"), busy, NOW - HOUR, NOW - silent)


def standing(**facts: Any) -> Standing:
    """A run that nothing holds, but for what `facts` say."""
    usual: dict[str, Any] = {
        "lane": LANE,
        "ready": True,
        "daemon_id": None,
        "expires_at": None,
        "stop": None,
        "key_holder": None,
        "key_until": None,
        "before_in_lane": 0,
        "before": 0,
        "under_way": None,
        "rules": OPEN,
        "buckets": {},
        "in_flight": (),
        "pauses": {},
    }
    return Standing(**(usual | facts))


def waiting(where: Standing, *daemons: Daemon, **other: Any) -> Explanation:
    """What is said of run 7, which waits; a daemon is there unless others are named."""
    usual = {"queue": "reports", "started_at": None, "attempt": 0, "due_at": NOW - MINUTE, "host": None}
    seven = run(7, "digest", "waiting", **(usual | other))
    return explain_run(seven, None, [], [], where, daemons or (daemon(),), (), NOW)


def codes(explanation: Explanation) -> list[str]:
    """What an explanation rests on."""
    return [fact.code for fact in explanation.facts]


def test_a_run_that_nothing_holds_is_about_to_start() -> None:
    assert waiting(standing()).answer == "run 7 is about to start"


def test_a_run_that_others_come_before_says_how_many() -> None:
    explanation = waiting(standing(before=3, before_in_lane=1))
    assert explanation.answer == "run 7 is about to start, after 3 runs that come first"
    assert codes(explanation) == ["before"]


def test_a_single_run_that_comes_before_is_told_of_as_one() -> None:
    explanation = waiting(standing(before=1))
    assert explanation.answer == "run 7 is about to start, after 1 run that comes first"
    assert explanation.facts[0].text == "1 run that is ready comes first by priority and due time"


@pytest.mark.parametrize(
    ("before", "in_lane", "said"),
    [
        (3, 1, "3 runs that are ready come first by priority and due time, 1 of them of the same job"),
        (1, 1, "1 run that is ready comes first by priority and due time, of the same job"),
        (2, 2, "2 runs that are ready come first by priority and due time, of the same job"),
    ],
)
def test_how_many_of_the_runs_that_come_before_are_of_the_same_job_is_told(
    before: int, in_lane: int, said: str
) -> None:
    assert waiting(standing(before=before, before_in_lane=in_lane)).facts[0].text == said


def test_a_single_missed_time_is_told_of_as_one() -> None:
    missed = run(7, "digest", "skipped", reason="missed", missed=Missed(NOW - HOUR, NOW - HOUR, 1))
    assert "1 nominal time was missed" in [fact.text for fact in job(fires=[missed]).facts]
    assert finished("skipped", reason="missed", missed=missed.missed).facts[1].text == "it stands for 1 nominal time"


def test_a_count_that_was_given_up_says_so() -> None:
    assert "at least 10,000 runs" in waiting(standing(before=MOST_COUNTED)).answer


def test_a_run_that_is_not_due_says_when() -> None:
    explanation = waiting(standing(ready=False), due_at=NOW + HOUR)
    assert (explanation.answer, explanation.facts[0].at) == ("run 7 waits: it is not due yet", NOW + HOUR)


def test_a_retry_says_what_failed_and_when_it_goes_on() -> None:
    explanation = waiting(
        standing(ready=False), due_at=NOW + MINUTE, reason="retry", attempt=1, exit_code=7, error="exit 7"
    )
    assert explanation.answer == "run 7 waits: attempt 1 failed (exit 7), and the next one is not due yet"
    assert explanation.facts[0].at == NOW + MINUTE


def test_a_paused_queue_is_named_with_who_why_and_until_when() -> None:
    pause = Pause(NOW + HOUR, "deploy", "anna", NOW)
    rules = Rules({}, {}, {}, paused_queues=frozenset({"reports"}))
    explanation = waiting(standing(rules=rules, pauses={("queue", "reports"): pause}))
    assert explanation.answer == "run 7 waits: queue `reports` is paused by anna (deploy)"
    assert (explanation.facts[0].at, explanation.hint) == (NOW + HOUR, "`jobctl resume --queue reports` lets it go on")


def test_a_paused_job_is_named() -> None:
    rules = Rules({}, {}, {}, paused_jobs=frozenset({"digest"}))
    explanation = waiting(standing(rules=rules, pauses={("job", "digest"): Pause(None, None, "anna", NOW)}))
    assert explanation.answer == "run 7 waits: job `digest` is paused by anna"
    assert explanation.hint == "`jobctl resume digest` lets it go on"


def test_full_slots_name_the_runs_that_take_them() -> None:
    rules = Rules({"reports": QueueRule(slots=2)}, {}, {})
    flights = (InFlight(3, "other", Lane("reports", "other", False)), InFlight(4, "digest", LANE))
    elsewhere = InFlight(5, "mail", Lane("mail", "mail", False))
    explanation = waiting(standing(rules=rules, in_flight=(*flights, elsewhere)))
    assert explanation.answer == "run 7 waits: all 2 slots of queue `reports` are taken"
    assert explanation.facts[0].runs == (3, 4)


def test_slots_that_are_free_hold_nothing() -> None:
    rules = Rules({"reports": QueueRule(slots=2)}, {}, {})
    assert codes(waiting(standing(rules=rules, in_flight=(InFlight(4, "digest", LANE),)))) == []


def test_max_parallel_names_the_runs_of_the_job() -> None:
    rules = Rules({}, {"digest": JobRule(max_parallel=1)}, {})
    explanation = waiting(standing(rules=rules, in_flight=(InFlight(4, "digest", LANE),)))
    assert (codes(explanation), explanation.facts[0].runs) == (["max_parallel"], (4,))


def test_a_limit_names_the_runs_of_all_jobs_that_use_it() -> None:
    rules = Rules({}, {"digest": JobRule(uses=("db",)), "sync": JobRule(uses=("db",))}, {"db": 1})
    explanation = waiting(standing(rules=rules, in_flight=(InFlight(5, "sync", Lane("x", "sync", False)),)))
    assert explanation.answer == "run 7 waits: the only unit of limit `db` is taken"
    assert explanation.facts[0].runs == (5,)


def test_a_rate_says_when_the_next_token_comes() -> None:
    rules = Rules({"reports": QueueRule(rate=Rate(2, MINUTE))}, {}, {})
    bucket = {Gate("queue_rate", "reports"): Bucket(0.0, NOW - 10 * SECOND)}
    explanation = waiting(standing(rules=rules, buckets=bucket))
    assert (codes(explanation), explanation.facts[0].at) == (["rate"], NOW + 20 * SECOND)


def test_overlap_names_the_run_that_has_not_ended() -> None:
    lane = Lane("reports", "digest", True)
    explanation = waiting(standing(lane=lane, in_flight=(InFlight(4, "digest", LANE),)))
    assert explanation.answer == "run 7 waits: another run of `digest` has not ended, and they may not overlap"
    assert explanation.facts[0].runs == (4,)


def test_overlap_names_the_run_that_waits_for_its_retry() -> None:
    explanation = waiting(standing(lane=Lane("reports", "digest", True), under_way=4))
    assert (codes(explanation), explanation.facts[0].runs) == (["overlap"], (4,))


def test_a_run_behind_others_that_may_not_overlap_waits_for_its_turn() -> None:
    explanation = waiting(standing(lane=Lane("reports", "digest", True), before_in_lane=2, before=2))
    assert codes(explanation) == ["turn", "before"]


@pytest.mark.parametrize(
    "gone",
    [daemon(silent=31 * SECOND), daemon(foreground=True), daemon(state="stopping")],
    ids=["silent", "of one command", "stopping"],
)
def test_a_daemon_that_takes_nothing_is_none(gone: Daemon) -> None:
    explanation = waiting(standing(), gone)
    assert (explanation.answer, explanation.hint) == (
        "run 7 waits: no daemon is alive",
        "start one: `jobctl daemon`",
    )


def test_a_daemon_of_other_queues_does_not_help() -> None:
    explanation = waiting(standing(), daemon("mail", "default"))
    assert explanation.answer == "run 7 waits: no living daemon serves queue `reports`"


def test_busy_daemons_are_counted_with_their_slots() -> None:
    explanation = waiting(standing(), daemon(busy=4), daemon("reports", busy=5))
    assert explanation.answer == "run 7 waits: all 8 slots of the 2 daemons are taken"


def test_a_daemon_with_a_free_slot_is_not_busy() -> None:
    assert codes(waiting(standing(), daemon(busy=4), daemon("reports", busy=3))) == []


def test_a_run_of_a_wrapped_command_waits_for_its_own_process() -> None:
    explanation = waiting(standing(lane=Lane("exec", "digest", True), daemon_id=1), queue="exec")
    assert explanation.answer == "run 7 waits: only the `jobctl exec` that promised it will start it"


def test_a_run_of_a_wrapped_command_that_is_gone_says_so() -> None:
    explanation = waiting(standing(lane=Lane("exec", "digest", True), daemon_id=2), queue="exec")
    assert "has ended, and nobody else will start it" in explanation.answer


def test_what_bounds_wrapped_commands_comes_before_their_process() -> None:
    rules = Rules({"exec": QueueRule(slots=1)}, {}, {})
    flight = InFlight(4, "other", Lane("exec", "other", True))
    where = standing(lane=Lane("exec", "digest", True), daemon_id=1, rules=rules, in_flight=(flight,))
    assert codes(waiting(where, queue="exec")) == ["slots", "own_process"]


def test_all_holds_are_told_the_decisive_one_first() -> None:
    rules = Rules({"reports": QueueRule(slots=0)}, {}, {}, paused_queues=frozenset({"reports"}))
    pauses = {("queue", "reports"): Pause(None, None, "anna", NOW)}
    explanation = waiting(standing(rules=rules, pauses=pauses, expires_at=NOW + HOUR), daemon("mail"))
    assert codes(explanation) == ["pause", "no_daemon", "slots", "deadline"]


def test_a_running_run_says_where_it_is_and_when_it_must_end() -> None:
    attempt = Attempt(1, None, None, None, NOW - MINUTE, None, "web", 4811, None)
    where = standing(daemon_id=1, expires_at=NOW + HOUR)
    job = Job(name="digest", run="true", timeout=30 * MINUTE)
    explanation = explain_run(
        run(7, "digest", started_at=NOW - MINUTE), job, [attempt], [], where, (daemon(),), (), NOW
    )
    assert explanation.answer == "run 7 is running"
    assert [(fact.code, fact.at) for fact in explanation.facts] == [
        ("since", NOW - MINUTE),
        ("timeout", NOW + 29 * MINUTE),
        ("deadline", NOW + HOUR),
    ]
    assert "process 4811" in explanation.facts[0].text


def running(*daemons: Daemon, dead: tuple[Daemon, ...] = (), job: Job | None = None, **where: Any) -> Explanation:
    """What is said of run 7, which runs under daemon 1."""
    return explain_run(run(7, "digest"), job, [], [], standing(daemon_id=1, **where), (*daemons, *dead), dead, NOW)


def test_a_running_run_whose_daemon_is_silent_says_so() -> None:
    explanation = running(daemon(silent=2 * MINUTE))
    who = "its daemon web-01 (process 4711 on web)"
    assert explanation.answer == f"run 7 is running, but {who} has been silent for longer than 30 s"
    assert explanation.facts[0].at == NOW - 2 * MINUTE


def test_a_running_run_whose_daemon_is_dead_says_so_whenever_it_was_heard_of_last() -> None:
    explanation = running(dead=(daemon(),))
    assert explanation.answer == "run 7 is running, but its daemon web-01 (process 4711 on web) is dead"
    assert explanation.facts[0].at == NOW - SECOND
    assert codes(explanation)[1] == "rescue"
    assert explanation.hint == "start a daemon, which takes it over: `jobctl daemon`"


def test_a_living_daemon_is_named_as_the_one_that_takes_a_run_over() -> None:
    heir = replace(daemon(), daemon_id=2, identity=replace(daemon().identity, name="web-02"))
    assert running(heir, dead=(daemon(),)).hint == "nothing has to be done: web-02 takes it over when it looks next"


def test_a_run_whose_command_is_dead_does_not_speak_of_a_daemon() -> None:
    explanation = running(dead=(daemon(foreground=True),))
    assert explanation.answer == "run 7 is running, but the command that it belongs to (process 4711 on web) is dead"


@pytest.mark.parametrize(
    ("job", "fate"),
    [
        (Job(name="digest", run="true"), "it may go on"),
        (Job(name="digest", call="a:b"), "a callable ends with its daemon: the next one settles it as lost and starts"),
    ],
)
def test_what_will_become_of_a_run_without_its_daemon_depends_on_its_kind(job: Job, fate: str) -> None:
    assert running(dead=(daemon(),), job=job).facts[1].text.startswith(fate)


def test_a_callable_that_is_not_idempotent_fails_with_its_daemon() -> None:
    job = Job(name="digest", call="a:b", idempotent=False)
    assert running(dead=(daemon(),), job=job).facts[1].text.endswith("and it fails, since it is not idempotent")


def test_a_run_that_waits_does_not_count_on_a_dead_daemon() -> None:
    seven = run(7, "digest", "waiting", queue="reports", started_at=None, attempt=0, due_at=NOW - MINUTE, host=None)
    explanation = explain_run(seven, None, [], [], standing(), (daemon(),), (daemon(),), NOW)
    assert explanation.answer == "run 7 waits: no daemon is alive"


def test_a_running_run_that_was_asked_to_stop_says_so() -> None:
    explanation = running(daemon(), stop="operator")
    assert explanation.answer == "run 7 is running, but it was asked to stop (operator)"


def finished(state: str, where: Standing | None = None, **other: Any) -> Explanation:
    """What is said of run 7, which has ended."""
    events = other.pop("events", [])
    ended = run(7, "digest", state, finished_at=NOW - MINUTE, **other)
    return explain_run(ended, None, [], events, where or standing(), (), (), NOW)


def test_a_failed_run_says_why_and_what_brings_it_back() -> None:
    explanation = finished("failed", exit_code=7, error="exit 7", attempt=3)
    assert explanation.answer == "run 7 failed: exit 7, 3 attempts"
    assert explanation.hint == "`jobctl logs 7` tells what it wrote; `jobctl retry 7` runs it again"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("overlap", "another run of its job had not ended"),
        ("paused", "its job or queue was paused"),
        ("expired", "its deadline passed before it could start"),
        ("missed", "no daemon was on duty"),
        ("skip_code", "the job itself said that there was nothing to do"),
    ],
)
def test_a_skipped_run_says_why(reason: str, words: str) -> None:
    assert finished("skipped", reason=reason).answer == f"run 7 was skipped: {words}"


def test_a_cancelled_run_says_who_did_it() -> None:
    event = Event(NOW, "cancel", "waiting", "cancelled", "operator", "anna")
    assert finished("cancelled", reason="operator", events=[event]).answer == "run 7 was cancelled by anna"


def test_a_run_that_stands_for_missed_times_says_how_many() -> None:
    explanation = finished("skipped", reason="missed", missed=Missed(NOW - 9 * HOUR, NOW - HOUR, 5))
    assert explanation.facts[1].text == "it stands for 5 nominal times"


def test_a_key_that_is_held_is_told() -> None:
    explanation = finished("succeeded", standing(key_until=NOW + HOUR), key="k", exit_code=0)
    assert (codes(explanation), explanation.facts[1].at) == (["ended", "key"], NOW + HOUR)


def test_a_key_that_another_run_holds_refuses_a_retry() -> None:
    explanation = finished("failed", standing(key_holder=9), key="k", exit_code=1)
    assert explanation.hint == "`jobctl retry 7` is refused until run 9 has ended"


def job(*daemons: Daemon, **facts: Any) -> Explanation:
    """What is said of a deployed job that fires in an hour; a daemon is there unless others are named."""
    rules: dict[str, Any] = {"enabled": facts.pop("enabled", True), "overlap": facts.pop("overlap", "skip")}
    schedule = facts.pop("schedule", Schedule())
    definition = Job(name="digest", run="true", queue="reports", schedule=schedule, **rules)
    row = JobRow(definition, 1, "d", "jobs.yaml", facts.pop("pause", None), facts.pop("next_at", NOW + HOUR), None)
    usual: dict[str, Any] = {"queue_pause": None, "fires": (), "live": (), "silence": "it does not fire any more"}
    return explain_job(JobFacts(row=row, **(usual | facts)), daemons or (daemon(),), NOW)


def test_a_job_that_nothing_holds_says_when_it_fires() -> None:
    explanation = job()
    assert explanation.answer == "nothing holds job `digest`: it fires when its schedule says so"
    assert explanation.facts[0].at == NOW + HOUR


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"enabled": False}, "its catalog says `enabled: false`"),
        ({"pause": Pause(None, "deploy", "anna", NOW)}, "job `digest` is paused by anna (deploy)"),
        ({"queue_pause": Pause(None, None, "anna", NOW)}, "queue `reports` is paused by anna"),
    ],
)
def test_a_job_that_is_held_says_by_what(facts: dict[str, Any], words: str) -> None:
    assert job(**facts).answer == f"job `digest` does not run: {words}"


def test_a_job_without_a_daemon_does_not_fire() -> None:
    assert job(daemon(silent=HOUR)).answer == "job `digest` does not run: no daemon is alive, so nothing fires"


def test_a_time_that_has_passed_without_a_daemon_is_due_not_next() -> None:
    late = job(daemon(silent=HOUR), next_at=NOW - MINUTE).facts[1]
    assert (late.code, late.text, late.at) == ("next_fire", "it is due to fire", NOW - MINUTE)


def test_a_job_without_coming_fires_says_why() -> None:
    explanation = job(next_at=None)
    assert explanation.answer == "job `digest` does not fire: it does not fire any more"
    assert explanation.hint == "`jobctl enqueue digest` runs it now"


def test_a_job_that_waits_for_the_end_of_a_run_names_no_time_and_is_not_silent() -> None:
    rules: dict[str, Any] = {"schedule": Schedule(after_end=HOUR), "next_at": None, "silence": "it is not known"}
    held = job(**rules, live=(run(9, "digest", "running", started_at=NOW),))
    assert held.answer.startswith("job `digest` is held by a run of its own")
    assert "next_fire" not in [fact.code for fact in held.facts]
    promised = job(**rules, later=(run(9, "digest", "waiting", due_at=NOW + HOUR),))
    assert promised.answer == "nothing holds job `digest`: it fires when its schedule says so"


def test_a_job_tells_what_became_of_its_last_nominal_time_and_what_was_missed() -> None:
    last = run(9, "digest", "skipped", reason="overlap", scheduled_for=NOW - MINUTE, finished_at=NOW)
    missed = run(8, "digest", "skipped", reason="missed", scheduled_for=NOW - HOUR, finished_at=NOW)
    missed = missed._replace(missed=Missed(NOW - 9 * HOUR, NOW - HOUR, 5))
    explanation = job(fires=(last, missed))
    assert codes(explanation) == ["next_fire", "last_fire", "missed"]
    assert explanation.facts[1].text == "its last nominal time was skipped (overlap)"
    assert (explanation.facts[2].text, explanation.facts[2].at) == (
        "5 nominal times were missed",
        NOW - 9 * HOUR,
    )


def test_a_job_points_to_its_run_that_has_not_ended() -> None:
    assert "`jobctl explain 9`" in (job(live=(run(9, "digest"),)).hint or "")


@pytest.mark.parametrize(
    ("overlap", "state", "due", "answer"),
    [
        ("skip", "waiting", MINUTE, "a run waits for its retry (exit 7), and its fires are skipped until that"),
        ("skip", "waiting", -MINUTE, "a run that is due has not started, and its fires are skipped until that"),
        ("queue", "running", -MINUTE, "a run is under way, and its next fire waits for its end"),
    ],
)
def test_a_job_that_its_own_run_holds_says_so(overlap: str, state: str, due: timedelta, answer: str) -> None:
    own = run(9, "digest", state, due_at=NOW + due, exit_code=7, reason="retry" if due > timedelta(0) else None)
    told = job(overlap=overlap, live=(own,))
    assert told.answer.startswith(f"job `digest` is held by a run of its own: {answer}")
    assert told.facts[0].runs == (9,)
    assert "`jobctl explain 9`" in (told.hint or "")


@pytest.mark.parametrize("overlap", ["replace", "allow"])
def test_a_run_that_is_under_way_does_not_hold_what_replaces_it_or_may_overlap_it(overlap: str) -> None:
    told = job(overlap=overlap, live=(run(9, "digest", "running"),))
    assert told.answer == "nothing holds job `digest`: it fires when its schedule says so"


def test_a_run_that_is_promised_for_later_is_told_and_holds_nothing() -> None:
    told = job(later=(run(9, "digest", due_at=NOW + 9 * HOUR),))
    assert told.answer == "nothing holds job `digest`: it fires when its schedule says so"
    assert ("due", NOW + 9 * HOUR, (9,)) in [(fact.code, fact.at, fact.runs) for fact in told.facts]


def test_a_job_in_a_queue_that_nobody_serves_says_so() -> None:
    told = job(daemon("other"))
    assert told.answer == (
        "job `digest` does not run: no living daemon serves queue `reports`: its fires are recorded and wait"
    )
    assert told.hint == "start one: `jobctl daemon --queue reports`"


def test_a_retired_job_says_so() -> None:
    explanation = explain_retired("digest", run(9, "digest", "succeeded", finished_at=NOW))
    assert explanation.answer == "job `digest` is retired: the deployed catalog does not have it"
    assert explanation.facts[0].runs == (9,)
