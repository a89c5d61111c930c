-- The folders of the processes that hold a daemon's jobs.
UPDATE daemons SET holders = ? WHERE daemon_id = ?
