-- name: pause
-- Hold a job or a queue.
INSERT INTO pauses (kind, name, until_at, reason, actor, paused_at)
VALUES (:kind, :name, :until_at, :reason, :actor, :paused_at)
ON CONFLICT (kind, name) DO UPDATE SET until_at = excluded.until_at, reason = excluded.reason, actor = excluded.actor,
    paused_at = excluded.paused_at;

-- name: held
-- Whether a job or a queue is held.
SELECT 1 AS held FROM pauses WHERE kind = :kind AND name = :name;

-- name: resume
-- Let go of a job or a queue.
DELETE FROM pauses WHERE kind = :kind AND name = :name;
