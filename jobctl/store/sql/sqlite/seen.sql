-- When a daemon was last heard of.
SELECT seen_at FROM daemons WHERE daemon_id = ?
