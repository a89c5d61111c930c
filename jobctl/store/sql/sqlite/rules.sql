-- name: job_rules
-- What bounds each deployed job.
-- only here: JSON is taken apart.
WITH deployed (name, body) AS MATERIALIZED (
    SELECT j.name, d.body FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
    WHERE j.retired_at IS NULL AND json_valid(d.body)
)
SELECT name, body ->> '$.max_parallel' AS max_parallel, body -> '$.uses' AS uses, body -> '$.rate' AS rate FROM deployed
WHERE body -> '$.max_parallel' IS NOT NULL OR body -> '$.uses' IS NOT NULL OR body -> '$.rate' IS NOT NULL;
