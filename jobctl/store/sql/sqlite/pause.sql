-- Hold a job or a queue.
INSERT INTO pauses (kind, name, until_at, reason, actor, paused_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (kind, name) DO UPDATE SET until_at = excluded.until_at, reason = excluded.reason, actor = excluded.actor,
    paused_at = excluded.paused_at
