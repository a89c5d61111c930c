-- name: rows
-- Deployed jobs with their holds and next fires.
SELECT j.name, j.definition_id, coalesce(d.body, '') AS body, j.version, coalesce(d.digest, '') AS digest, j.source,
    p.until_at, p.reason, p.actor, p.paused_at, s.next_at,
    (SELECT max(run_id) FROM runs r WHERE r.job = j.name) AS last_run_id, j.job_id
FROM jobs j
LEFT JOIN definitions d ON d.definition_id = j.definition_id
LEFT JOIN schedules s ON s.job_id = j.job_id
LEFT JOIN pauses p ON p.kind = 'job' AND p.name = j.name
WHERE j.retired_at IS NULL AND (:name IS NULL OR j.name = :name) ORDER BY j.name;

-- name: tallies
-- How many runs of a job ended in each state.
SELECT state, sum(CASE WHEN runs BETWEEN 0 AND 9007199254740992 THEN runs ELSE 0 END) AS runs
FROM tallies WHERE job = :job GROUP BY state;

-- name: times
-- When the newest runs of a job were due, began and ended.
SELECT due_at, started_at, finished_at, state FROM runs
WHERE job = :job AND started_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY run_id DESC LIMIT 1000;
