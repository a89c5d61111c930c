-- What a claim needs of the given runs, which run.
SELECT r.run_id, r.claims, r.definition_id, r.job, r.job_version, l.queue, r.params, r.correlation_id, r.scheduled_for, r.due_at,
    r.expires_at, min(r.failures, 1000000000), min(r.losses, 1000000000)
FROM json_each(?) j
CROSS JOIN runs r ON r.run_id = j.value
LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.state = 'running' ORDER BY j.key
