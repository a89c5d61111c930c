-- Daemons that have not ended orderly.
SELECT daemon_id, name, host, pid, pid_started, boot_id, pid_namespace, slots, queues, foreground, wake_path, holders,
    state, started_at, seen_at, version
FROM daemons LEFT JOIN daemon_versions USING (daemon_id)
WHERE state <> 'stopped' ORDER BY daemon_id
