-- A daemon has ended without saying so; only the first who says it changes a row.
UPDATE daemons SET state = 'stopped', seen_at = max(seen_at, ?) WHERE daemon_id = ? AND state <> 'stopped'
