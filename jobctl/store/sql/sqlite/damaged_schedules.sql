-- Schedules that stand at no instant.
SELECT j.name FROM schedules s JOIN jobs j ON j.job_id = s.job_id
WHERE NOT s.cursor_at BETWEEN 0 AND ?1 OR NOT coalesce(s.next_at BETWEEN 0 AND ?1, 1)
