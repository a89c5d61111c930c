"""Ways to break each promise, and the test that must notice."""

from typing import NamedTuple


class Edit(NamedTuple):
    """Text of a file below `jobctl/`, which must be there once, and what takes its place."""

    file: str
    old: str
    new: str


class Mutant(NamedTuple):
    """A program that breaks a promise of docs/explanation/guarantees.md, and the test that fails for it."""

    name: str
    test: str
    edits: tuple[Edit, ...]


MUTANTS = (
    Mutant(
        "a commit is not flushed",
        "tests/store/test_power_cut.py::test_case_14_what_was_promised_survives_the_loss_of_all_that_was_not_flushed",
        (Edit("store/sql/sqlite/file.sql", "synchronous = FULL", "synchronous = OFF"),),
    ),
    Mutant(
        "a settlement needs no fence",
        "tests/store/test_exchange.py::test_a_settlement_with_an_old_fence_is_stale_and_writes_nothing",
        (
            Edit(
                "store/sql/common/ends.sql",
                "stop = NULL\nWHERE run_id = :run_id AND claims = :fence",
                "stop = NULL\nWHERE run_id = :run_id AND claims >= :fence",
            ),
            Edit(
                "store/relational/work/settle.py",
                "facts = held.pop(settlement.claim, None)",
                "facts = held.pop(next((k for k in held if k.run_id == settlement.claim.run_id), None), None)",
            ),
        ),
    ),
    Mutant(
        "a plain success needs no fence",
        "tests/store/test_exchange.py::test_successes_of_calls_with_an_old_fence_are_stale_and_write_nothing",
        (
            Edit("store/sql/sqlite/ends.sql", "AND claims = :fence", "AND claims >= :fence"),
            Edit(
                "store/sql/common/ends.sql",
                "unique_for END\nWHERE run_id = :run_id AND claims = :fence",
                "unique_for END\nWHERE run_id = :run_id AND claims >= :fence",
            ),
        ),
    ),
    Mutant(
        "what waits in a holder is started beside what is there",
        "tests/execute/test_shell_waiting.py::test_never_more_are_there_at_once_than_slots",
        (Edit("execute/holder_program/queued.py", "max(0, self.most - running)", "self.most"),),
    ),
    Mutant(
        "an end is told before what was printed is read",
        "tests/execute/test_shell_reopen.py::test_all_that_was_printed_before_the_end_is_in_the_log_when_it_is_told",
        (
            Edit(
                "execute/holder_program/supervisor.py",
                "self._take_leave_of(child.output)",
                "child.output.outlive()",
            ),
        ),
    ),
    Mutant(
        "a holder leaves while others can print",
        "tests/execute/test_shell_reopen.py"
        "::test_what_a_job_left_behind_prints_on_into_its_log_and_the_holder_stays_for_it",
        (Edit("execute/holder_program/program.py", " or self._care.outliving:", ":"),),
    ),
    Mutant(
        "who waits in a worker that dies is taken for dead too",
        "tests/execute/test_worker_sharing.py::test_a_death_is_the_loss_of_the_call_under_way_alone",
        (Edit("execute/callables/line.py", "        return count\n", "        return 0\n"),),
    ),
    Mutant(
        "a run is started before its claim is on disk",
        "tests/store/test_exchange.py::test_a_run_is_given_once",
        (
            Edit(
                "store/relational/work/exchange.py",
                'session.run(HEAR, {"now": at, "daemon_id": daemon_id})',
                'session._connection.execute("ROLLBACK"); session._connection.execute("BEGIN IMMEDIATE")',
            ),
        ),
    ),
    Mutant(
        "a job that outlived its daemon is started again",
        "tests/daemon/test_adoption.py::test_an_adopted_job_can_be_cancelled",
        (Edit("execute/shell/takeover.py", "for key in known & left.keys():", "for key in ():"),),
    ),
    Mutant(
        "two daemons take over the same estate",
        "tests/store/test_daemons.py::test_of_two_that_take_over_one_gets_the_claims_and_the_other_is_told_so",
        (Edit("store/sql/common/daemons.sql", " AND state <> 'stopped';", ";"),),
    ),
    Mutant(
        "who comes second to an estate clears it up",
        "tests/daemon/test_keep.py::test_who_comes_second_to_a_dead_daemons_estate_leaves_its_jobs_alone",
        (
            Edit(
                "store/relational/work/daemons.py",
                "            return None\n",
                "            return Estate(_one(session, dead_id, {}), [])\n",
            ),
        ),
    ),
    Mutant(
        "what is left of a dead holder is not killed",
        "tests/execute/test_shell_inherit.py::test_daemon_and_holder_both_killed_the_next_daemon_kills_what_is_left",
        (Edit("execute/holder/leftovers.py", "        kill_all(record)\n", "        pass\n"),),
    ),
    Mutant(
        "who has the number of a dead holder's child is killed",
        "tests/execute/test_remains.py::test_case_06_who_has_the_number_of_a_child_now_lives_with_all_that_it_started",
        (Edit("execute/holder/remains.py", "birth.first <= leader.started <= birth.last", "True"),),
    ),
    Mutant(
        "descriptors that come for others are inherited",
        "tests/execute/test_holder_peer.py::"
        "test_descriptors_that_come_for_one_operation_are_inherited_by_nobody_and_stay_with_it",
        (Edit("execute/holder_program/peer.py", "_ROOM_FOR_FDS, socket.MSG_CMSG_CLOEXEC", "_ROOM_FOR_FDS, 0"),),
    ),
    Mutant(
        "what must not start twice is started again after a loss",
        "tests/daemon/test_losses.py::"
        "test_case_02_a_worker_that_is_killed_is_a_loss_with_its_signal_and_the_daemon_goes_on",
        (Edit("decide/runs/settle.py", "    if not claim.job.idempotent:\n        return loss\n", ""),),
    ),
    Mutant(
        "losses have no end",
        "tests/unit/test_settle.py::test_the_last_loss_is_poison",
        (Edit("decide/runs/settle.py", "claim.losses + 1 >= claim.job.loss_limit", "claim.losses > 1000"),),
    ),
    Mutant(
        "a shutdown counts as a failure",
        "tests/daemon/test_stopping.py::test_case_09_what_outlasts_the_grace_goes_back_to_waiting_without_a_failure",
        (
            Edit(
                "decide/runs/settle.py",
                '_Verdict("interrupted", "waiting", "interrupted", now)',
                '_Verdict("interrupted", "waiting", "interrupted", now, failed=True)',
            ),
        ),
    ),
    Mutant(
        "a stop is forgotten when its daemon dies",
        "tests/execute/test_shell_inherit.py::test_a_stop_whose_end_its_daemon_did_not_live_to_hear_keeps_its_reason",
        (Edit("execute/shell/endings.py", "why or end.why", "why"),),
    ),
    Mutant(
        "a cursor moves without being compared",
        "tests/store/test_fires.py::test_a_recording_is_void_when_the_cursor_has_moved",
        (
            Edit(
                "store/relational/schedule/fires.py",
                "(near_ms(row.cursor_at), row.version, row.booted) != stood",
                "(row.version, row.booted) != stood[1:]",
            ),
            Edit(
                "store/relational/schedule/nominal.py",
                'if session.one(NOMINAL, {"job": schedule.job.name, "at": to_ms(fire.nominal_at)}) is not None:',
                "if False:",
            ),
        ),
    ),
    Mutant(
        "a daemon that works is not heard of",
        "tests/store/test_daemons.py::test_a_beat_moves_the_last_sign_of_life",
        (
            Edit(
                "store/sql/common/daemons.sql",
                "WHEN seen_at > :now THEN seen_at ELSE :now END\nWHERE daemon_id = :daemon_id;",
                "WHEN seen_at < :now THEN seen_at ELSE :now END\nWHERE daemon_id = :daemon_id;",
            ),
        ),
    ),
    Mutant(
        "a deadline does not bound a run",
        "tests/store/test_exchange.py::test_a_run_past_its_deadline_is_skipped_as_expired",
        (Edit("store/sql/common/time.sql", "r.expires_at <= :now", "r.expires_at <= :now AND 0"),),
    ),
)
