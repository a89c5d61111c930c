-- Every queue that a catalog declares or a deployed job is in, and the one that is always there.
SELECT 'default'
UNION SELECT name FROM queues
UNION SELECT CASE WHEN json_valid(d.body) THEN coalesce(json_extract(d.body, '$.queue'), 'default') ELSE 'default' END
FROM jobs j JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL
