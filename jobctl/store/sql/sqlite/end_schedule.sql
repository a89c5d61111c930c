-- A retired job fires no more; its cursor stays, in case it comes back after the clock has stepped back.
UPDATE schedules SET next_at = NULL, reboot = 0 WHERE job_id = (SELECT job_id FROM jobs WHERE name = ?)
