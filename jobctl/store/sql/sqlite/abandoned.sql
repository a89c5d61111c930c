-- Runs of a queue that wait for a process of their own which is gone.
SELECT r.run_id, r.job FROM lanes l JOIN runs r ON r.lane_id = l.lane_id AND r.state = 'waiting'
LEFT JOIN daemons d ON d.daemon_id = r.daemon_id
WHERE l.queue = ? AND (d.daemon_id IS NULL OR d.state = 'stopped' OR d.foreground = 0)
