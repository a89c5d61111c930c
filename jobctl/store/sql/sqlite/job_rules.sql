-- What bounds each deployed job.
SELECT j.name, d.body ->> '$.max_parallel', d.body -> '$.uses', d.body -> '$.rate'
FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL
    AND (d.body -> '$.max_parallel' IS NOT NULL OR d.body -> '$.uses' IS NOT NULL OR d.body -> '$.rate' IS NOT NULL)
