-- A daemon says how it is.
UPDATE daemons SET state = ?, seen_at = max(seen_at, ?) WHERE daemon_id = ?
