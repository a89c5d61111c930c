-- Every deployed job.
SELECT j.name, j.definition_id, coalesce(d.body, ''), j.version, coalesce(d.digest, ''), j.source
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL ORDER BY j.name
