"""Daemons, their processes, and the claims that dead ones leave."""

from jobctl.decide.runs.settle import settle
from jobctl.model.claim import ClaimKey
from jobctl.model.outcome import Lost
from jobctl.model.run import Progress
from jobctl.model.view import Pause
from jobctl.store.protocol import Store
from jobctl.store.values import LeftClaim, Started
from tests.store.making import NOON, at, daemon, enqueue, identity, request, settled, swap, take


def left_claims(store: Store, dead: int, heir: int) -> list[LeftClaim]:
    """The claims that an heir gets."""
    estate = store.take_over(dead, heir, at(2))
    assert estate is not None
    return estate.claims


def test_a_daemon_comes_back_as_it_was_registered(store: Store) -> None:
    who = identity(queues=("a", "b"), foreground=True, wake_path="/w")
    number = store.register(who, at(2))
    (found,) = store.daemons()
    assert (found.daemon_id, found.identity, found.state, found.running) == (number, who, "running", 0)
    assert (found.started_at, found.seen_at) == (at(2), at(2))


def test_a_store_that_has_read_ahead_answers_as_before(store: Store) -> None:
    number = daemon(store)
    store.read_ahead()
    assert [found.daemon_id for found in store.daemons()] == [number]


def test_a_beat_moves_the_last_sign_of_life(store: Store) -> None:
    number = daemon(store)
    store.beat(number, "stopping", at(9))
    (found,) = store.daemons()
    assert (found.state, found.started_at, found.seen_at) == ("stopping", NOON, at(9))


def test_a_daemon_that_has_ended_orderly_is_not_listed(store: Store) -> None:
    number = daemon(store)
    store.beat(number, "stopped", at(9))
    assert store.daemons() == []


def test_a_daemon_says_how_much_it_has_in_flight(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request(), request())
    take(store, number, at(1))
    assert store.daemons()[0].running == 2


def test_a_started_process_is_on_record(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, number, at(1))
    store.started([Started(claim.key, 4711, 99, at(2))])
    (attempt,) = store.attempts(1)
    run = store.run(1)
    assert run is not None
    assert (attempt.pid, attempt.started_at, run.started_at) == (4711, at(2), at(2))


def test_a_stale_start_changes_nothing(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request())
    take(store, number, at(1))
    before = (store.run(1), store.attempts(1))
    store.started([Started(ClaimKey(1, 2), 4711, 99, at(2)), Started(ClaimKey(9, 1), 1, 1, at(2))])
    assert (store.run(1), store.attempts(1)) == before


def test_progress_is_shown(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, number, at(1))
    store.report([(claim.key, Progress(70.0, "album 7"))])
    run = store.run(1)
    assert run is not None
    assert run.progress == Progress(70.0, "album 7")


def test_stale_progress_changes_nothing(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, number, at(1))
    swap(store, number, at(2), settled(claim, at(2)))
    store.report([(claim.key, Progress(70.0, None))])
    run = store.run(1)
    assert run is not None
    assert run.progress is None


def test_a_new_attempt_begins_without_progress(store: Store) -> None:
    number = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, number, at(1))
    store.report([(claim.key, Progress(70.0, None))])
    swap(store, number, at(2), settled(claim, at(2), "waiting", reason="retry", due_at=at(2)), capacity=1)
    run = store.run(1)
    assert run is not None
    assert run.progress is None


def test_an_operators_stop_reaches_the_daemon_that_runs_it(store: Store) -> None:
    one, other = daemon(store, "one"), daemon(store, "other")
    enqueue(store, request())
    (claim,) = take(store, one, at(1))
    store.cancel([1], "ann", at(2))
    assert (store.stop_requests(one), store.stop_requests(other)) == ([(claim.key, "operator")], [])


def test_a_stop_is_no_longer_asked_for_when_the_run_has_ended(store: Store) -> None:
    one = daemon(store)
    enqueue(store, request())
    (claim,) = take(store, one, at(1))
    store.cancel([1], "ann", at(2))
    swap(store, one, at(3), settled(claim, at(3), "cancelled", reason="operator"))
    assert store.stop_requests(one) == []


def test_the_claims_of_a_dead_daemon_are_taken_over_with_their_fences(store: Store) -> None:
    dead, alive = daemon(store, "dead"), daemon(store, "alive")
    enqueue(store, request(), request())
    (claim,) = take(store, dead, at(1), 1)
    take(store, alive, at(2), 1)
    store.started([Started(claim.key, 4711, 99, at(3))])
    estate = store.take_over(dead, alive, at(4))
    assert estate is not None
    (left,) = estate.claims
    assert (left.claim, estate.daemon.daemon_id) == (claim, dead)
    assert (left.pid, left.pid_started, left.started_at) == (4711, 99, at(3))


def test_a_taken_over_run_belongs_to_the_new_daemon(store: Store) -> None:
    dead, alive = daemon(store, "dead"), daemon(store, "alive")
    enqueue(store, request())
    take(store, dead, at(1))
    store.take_over(dead, alive, at(2))
    store.cancel([1], "ann", at(3))
    assert (store.stop_requests(dead), len(store.stop_requests(alive))) == ([], 1)
    assert [(one.identity.name, one.running) for one in store.daemons()] == [("alive", 1)]


def test_of_two_that_take_over_one_gets_the_claims_and_the_other_is_told_so(store: Store, second: Store) -> None:
    dead, one, other = daemon(store, "dead"), daemon(store, "one"), daemon(store, "other")
    enqueue(store, request())
    take(store, dead, at(1))
    assert (len(left_claims(store, dead, one)), second.take_over(dead, other, at(3))) == (1, None)


def test_an_heir_gets_the_holders_that_the_dead_daemon_had_inherited(store: Store) -> None:
    first, second, third = (store.register(identity(name, holders=(f"/{name}",)), at(0)) for name in "abc")
    store.take_over(first, second, at(1))
    estate = store.take_over(second, third, at(2))
    assert estate is not None
    assert estate.daemon.identity.holders == ("/b", "/a")


def test_a_claim_says_how_many_attempts_have_vanished_before_it(store: Store) -> None:
    dead, heir = daemon(store), daemon(store)
    enqueue(store, request(), request())
    take(store, dead, at(1))
    lost = [
        settle(left.claim, Lost("its daemon died", counts=False), at(1), at(2), 0.5)
        for left in left_claims(store, dead, heir)
    ]
    assert [claim.lost for claim in swap(store, heir, at(2), *lost, capacity=1).claims] == [1]
    enqueue(store, request())
    assert sorted(claim.lost for claim in take(store, heir, at(3))) == [0, 1]


def test_a_claim_that_is_left_without_a_process_has_no_pid(store: Store) -> None:
    dead = daemon(store)
    enqueue(store, request())
    take(store, dead, at(1))
    assert left_claims(store, dead, daemon(store))[0].pid is None


def test_a_dead_daemon_without_claims_leaves_none(store: Store) -> None:
    assert left_claims(store, daemon(store), daemon(store)) == []


def test_a_queue_is_attended_by_a_daemon_that_takes_from_it(store: Store) -> None:
    store.register(identity(queues=("images",)), at(1))
    assert store.attendance("images", at(2)).seen_at == at(1)
    assert store.attendance("default", at(2)).seen_at is None


def test_attendance_says_that_a_queue_is_held(store: Store) -> None:
    store.pause("queue", "default", Pause(None, None, "ann", at(1)))
    assert store.attendance("default", at(2)).paused


def test_a_run_is_begun_before_another_daemon_can_take_it(store: Store) -> None:
    enqueued, exchange = store.begin(daemon(store), request(), at(1))
    assert [claim.run_id for claim in exchange.claims] == [enqueued.run_id]


def test_a_run_that_is_held_is_promised_but_not_begun(store: Store) -> None:
    store.pause("queue", "default", Pause(None, None, "ann", at(1)))
    enqueued, exchange = store.begin(daemon(store), request(), at(2))
    assert (enqueued.state, exchange.claims) == ("waiting", [])
