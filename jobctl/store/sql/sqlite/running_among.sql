-- The facts that settling needs, for those of the given runs that run.
SELECT run_id, claims, stop, CASE WHEN key IS NOT NULL THEN unique_for ELSE 0 END
FROM runs WHERE run_id IN (SELECT value FROM json_each(?)) AND state = 'running'
