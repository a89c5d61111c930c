-- Every name that has finished runs.
WITH RECURSIVE name (job) AS (
    SELECT min(job) FROM runs WHERE finished_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(r.job) FROM runs r WHERE r.finished_at IS NOT NULL AND r.job > name.job)
    FROM name WHERE name.job IS NOT NULL
)
SELECT name.job, j.definition_id
FROM name LEFT JOIN jobs j ON j.name = name.job AND j.retired_at IS NULL
WHERE name.job IS NOT NULL
