-- Forget a daemon that has ended.
DELETE FROM daemons WHERE daemon_id = ? AND state = 'stopped'
