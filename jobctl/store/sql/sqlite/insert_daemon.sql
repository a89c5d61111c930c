-- Add a daemon.
INSERT INTO daemons (name, host, pid, pid_started, boot_id, pid_namespace, slots, queues, foreground, wake_path, holders,
    state, started_at, seen_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?) RETURNING daemon_id
