-- Every deployed job.
SELECT j.name, j.definition_id, d.body, j.version, d.digest, j.source
FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL ORDER BY j.name
