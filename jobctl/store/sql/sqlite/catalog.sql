-- name: definition_of_job
-- The deployed job for enqueueing.
-- only here: JSON is taken apart.
SELECT j.version, j.enabled, coalesce(d.body, '') AS body,
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'job' AND name = j.name) AS paused,
    EXISTS (SELECT 1 FROM pauses WHERE kind = 'queue'
            AND name = CASE WHEN json_valid(d.body) THEN coalesce(d.body ->> '$.queue', 'default') END) AS queue_paused
FROM jobs j LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = :job AND j.retired_at IS NULL;

-- name: catalog_queues
-- Every queue that a catalog declares or a deployed job is in, and the one that is always there.
-- only here: JSON is taken apart.
SELECT 'default' AS name
UNION SELECT name FROM queues
UNION SELECT CASE WHEN json_valid(d.body) THEN coalesce(json_extract(d.body, '$.queue'), 'default') ELSE 'default' END
FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL;

-- name: attendance
-- When a daemon that takes runs of a queue was last heard of, and whether the queue is held.
-- only here: a list in JSON is looked through.
SELECT
    (SELECT max(seen_at) FROM daemons
     WHERE state <> 'stopped' AND state = 'running' AND foreground = 0
     AND (queues = '[]' OR EXISTS (SELECT 1 FROM json_each(daemons.queues) WHERE value = :queue))) AS seen_at,
    EXISTS (SELECT 1 FROM pauses
            WHERE kind = 'queue' AND name = :queue AND (until_at IS NULL OR until_at > :now)) AS paused;
