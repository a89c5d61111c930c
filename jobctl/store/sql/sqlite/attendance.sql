-- When a daemon that takes runs of a queue was last heard of, and whether the queue is held.
SELECT
    (SELECT max(seen_at) FROM daemons
     WHERE state <> 'stopped' AND state = 'running' AND foreground = 0
     AND (queues = '[]' OR EXISTS (SELECT 1 FROM json_each(daemons.queues) WHERE value = :queue))),
    EXISTS (SELECT 1 FROM pauses
            WHERE kind = 'queue' AND name = :queue AND (until_at IS NULL OR until_at > :now))
