-- What an operator's verb needs to know of a run.
SELECT r.job, r.state, r.key, r.finished_at, coalesce(l.queue, 'default'), r.reason FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id = ?
