-- name: undecided
-- The schedule of a job, if it has nominal times to decide.
SELECT j.job_id, j.definition_id, coalesce(d.body, '') AS body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name) AS paused, s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.name = :job AND s.next_at <= :until;

-- name: standing
-- Where a schedule in force stands.
SELECT s.cursor_at, j.version, s.booted, j.definition_id,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name) AS paused
FROM schedules s JOIN jobs j ON j.job_id = s.job_id WHERE s.job_id = :job_id AND j.retired_at IS NULL;

-- name: cursor
-- Up to where a schedule is decided.
SELECT cursor_at FROM schedules WHERE job_id = :job_id;

-- name: move_cursor
-- A schedule's past is decided up to its cursor.
UPDATE schedules SET cursor_at = :cursor_at, next_at = :next_at, booted = :booted WHERE job_id = :job_id;

-- name: begin
-- Begin a schedule anew.
INSERT INTO schedules (job_id, cursor_at, next_at, reboot) VALUES (:job_id, :cursor_at, :next_at, :reboot)
ON CONFLICT (job_id) DO UPDATE SET cursor_at = excluded.cursor_at, next_at = excluded.next_at, reboot = excluded.reboot;

-- name: end
-- A retired job fires no more; its cursor stays, in case it comes back after the clock has stepped back.
UPDATE schedules SET next_at = NULL, reboot = 0 WHERE job_id = (SELECT job_id FROM jobs WHERE name = :job);

-- name: earliest
-- The earliest coming fire.
SELECT min(next_at) AS next_at FROM schedules WHERE next_at IS NOT NULL;

-- name: ended_pauses
-- What was held until now.
SELECT kind, name, until_at FROM pauses WHERE until_at <= :now;

-- name: end_pauses
-- Let go of what was held until now.
DELETE FROM pauses WHERE until_at <= :now;

-- name: nominal
-- Whether a nominal time of a job has its record.
SELECT run_id FROM runs WHERE job = :job AND scheduled_for = :at;

-- name: nominal_between
-- The nominal times of a job in a range that have a record.
SELECT scheduled_for FROM runs WHERE job = :job AND scheduled_for BETWEEN :from_at AND :to_at ORDER BY scheduled_for;

-- name: missed_over
-- The first record of a job at or after a nominal time, and whether it covers a range.
SELECT r.run_id, r.missed_from, r.missed_times, r.scheduled_for, r.definition_id, r.job_version,
    coalesce(l.queue, 'default') AS queue, r.finished_at
FROM runs r LEFT JOIN lanes l ON l.lane_id = r.lane_id
WHERE r.job = :job AND r.scheduled_for >= :at ORDER BY r.scheduled_for LIMIT 1;
