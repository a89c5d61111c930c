-- What is shown of a run; conditions and an order follow.
SELECT r.run_id, r.job, r.job_version, r.state, r.reason, l.queue, r.priority, r.params, r.key, r.correlation_id, r.claims,
    r.failures, r.losses, r.exit_code, r.signal, r.error, r.result, r.percent, r.progress_message, r.scheduled_for,
    r.missed_from, r.missed_times, r.due_at, r.created_at, r.created_by, r.started_at, r.finished_at, d.host
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id LEFT JOIN daemons d ON d.daemon_id = r.daemon_id
