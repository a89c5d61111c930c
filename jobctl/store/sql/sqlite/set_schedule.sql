-- Begin a schedule anew.
INSERT INTO schedules (job_id, cursor_at, next_at, reboot) VALUES (?, ?, ?, ?)
ON CONFLICT (job_id) DO UPDATE SET cursor_at = excluded.cursor_at, next_at = excluded.next_at, reboot = excluded.reboot
