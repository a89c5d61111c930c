-- name: insert
-- Add a daemon.
INSERT INTO daemons (name, host, pid, pid_started, boot_id, pid_namespace, slots, queues, foreground, wake_path, holders,
    state, started_at, seen_at)
VALUES (:name, :host, :pid, :pid_started, :boot_id, :pid_namespace, :slots, :queues, :foreground, :wake_path, :holders,
    'running', :now, :now) RETURNING daemon_id;

-- name: insert_version
-- Say of which version a daemon is.
INSERT INTO daemon_versions (daemon_id, version) VALUES (:daemon_id, :version);

-- name: alive
-- Daemons that have not ended orderly.
SELECT daemon_id, name, host, pid, pid_started, boot_id, pid_namespace, slots, queues, foreground, wake_path, holders,
    state, started_at, seen_at, version
FROM daemons LEFT JOIN daemon_versions USING (daemon_id)
WHERE state <> 'stopped' ORDER BY daemon_id;

-- name: one
-- One daemon.
SELECT daemon_id, name, host, pid, pid_started, boot_id, pid_namespace, slots, queues, foreground, wake_path, holders,
    state, started_at, seen_at, version
FROM daemons LEFT JOIN daemon_versions USING (daemon_id)
WHERE daemon_id = :daemon_id;

-- name: seen
-- When a daemon was last heard of.
SELECT seen_at FROM daemons WHERE daemon_id = :daemon_id;

-- name: hear
-- A daemon lives; said once a second it is enough.
UPDATE daemons SET seen_at = :now WHERE daemon_id = :daemon_id AND seen_at < :now - 1000;

-- name: beat
-- A daemon says how it is.
UPDATE daemons SET state = :state, seen_at = CASE WHEN seen_at > :now THEN seen_at ELSE :now END
WHERE daemon_id = :daemon_id;

-- name: strike_off
-- A daemon has ended without saying so; only the first who says it changes a row.
UPDATE daemons SET state = 'stopped', seen_at = CASE WHEN seen_at > :now THEN seen_at ELSE :now END
WHERE daemon_id = :daemon_id AND state <> 'stopped';

-- name: set_holders
-- The folders of the processes that hold a daemon's jobs.
UPDATE daemons SET holders = :holders WHERE daemon_id = :daemon_id;

-- name: hand_over
-- The claims of one daemon become those of another; their fences stay.
UPDATE runs SET daemon_id = :heir_id WHERE state = 'running' AND daemon_id = :dead_id;

-- name: running
-- How much each daemon has in flight.
SELECT daemon_id, count(*) AS runs FROM runs WHERE state = 'running' GROUP BY daemon_id;

-- name: stop_requests
-- Runs of a daemon that somebody wants stopped.
SELECT run_id, claims AS fence, stop FROM runs WHERE state = 'running' AND stop IS NOT NULL AND daemon_id = :daemon_id
ORDER BY run_id;

-- name: start_attempt
-- Record the process of a claim.
UPDATE attempts SET pid = :pid, pid_started = :pid_started, started_at = :started_at
WHERE run_id = :run_id AND number = :fence
    AND EXISTS (SELECT 1 FROM runs WHERE run_id = :run_id AND claims = :fence AND state = 'running');

-- name: start_run
-- Record when a claim's process began.
UPDATE runs SET started_at = :started_at WHERE run_id = :run_id AND claims = :fence AND state = 'running';

-- name: report
-- Record how far a run says it is.
UPDATE runs SET percent = :percent, progress_message = :message
WHERE run_id = :run_id AND claims = :fence AND state = 'running';
