-- Deployed jobs with their holds and next fires.
SELECT j.name, j.definition_id, coalesce(d.body, ''), j.version, coalesce(d.digest, ''), j.source, p.until_at, p.reason, p.actor, p.paused_at,
    s.next_at, (SELECT max(run_id) FROM runs r WHERE r.job = j.name), j.job_id
FROM jobs j
LEFT JOIN definitions d ON d.definition_id = j.definition_id
LEFT JOIN schedules s ON s.job_id = j.job_id
LEFT JOIN pauses p ON p.kind = 'job' AND p.name = j.name
WHERE j.retired_at IS NULL AND (?1 IS NULL OR j.name = ?1) ORDER BY j.name
