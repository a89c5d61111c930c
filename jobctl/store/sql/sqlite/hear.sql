-- A daemon lives.
UPDATE daemons SET seen_at = max(seen_at, ?) WHERE daemon_id = ?
