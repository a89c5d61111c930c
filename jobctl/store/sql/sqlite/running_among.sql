-- The facts that settling needs, for those of the given runs that run.
SELECT r.run_id, r.claims, r.job, l.queue, r.stop, CASE WHEN r.key IS NOT NULL THEN r.unique_for ELSE 0 END
FROM runs r JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.run_id IN (SELECT value FROM json_each(?)) AND r.state = 'running'
