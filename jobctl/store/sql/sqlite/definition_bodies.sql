-- The definitions of deployed jobs, and of other runs that are not over.
SELECT j.name, j.definition_id, coalesce(d.body, ''), 1
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id WHERE j.retired_at IS NULL
UNION
SELECT r.job, r.definition_id, coalesce(d.body, ''), 0
FROM runs r LEFT JOIN definitions d ON d.definition_id = r.definition_id
WHERE r.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.definition_id = r.definition_id)
