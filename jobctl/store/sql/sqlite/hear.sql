-- A daemon lives; said once a second it is enough.
UPDATE daemons SET seen_at = ?1 WHERE daemon_id = ?2 AND seen_at < ?1 - 1000
