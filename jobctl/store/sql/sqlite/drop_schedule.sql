-- A retired job fires no more.
DELETE FROM schedules WHERE job_id = (SELECT job_id FROM jobs WHERE name = ?)
