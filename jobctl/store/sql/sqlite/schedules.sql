-- name: due
-- Schedules with a nominal time to decide, earliest first.
-- only here: plus and abs() hide values whose every change would have the statement prepared anew.
SELECT j.job_id, j.definition_id, coalesce(d.body, '') AS body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name AND (p.until_at IS NULL OR p.until_at > :now))
        AS paused,
    s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NOT NULL AND s.next_at <= +:now
ORDER BY s.next_at LIMIT abs(:most);

-- name: of_boot
-- Schedules with @reboot that have not fired for this boot.
-- only here: `IS NOT` compares what may be NULL.
SELECT j.job_id, j.definition_id, coalesce(d.body, '') AS body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name) AS paused, s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.reboot = 1 AND s.booted IS NOT :boot_id
ORDER BY j.name;

-- name: of_start
-- Schedules with @start: asked once in a daemon's life, so no row keeps it.
-- only here: JSON is taken apart.
SELECT j.job_id, j.definition_id, coalesce(d.body, '') AS body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name) AS paused, s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE j.retired_at IS NULL AND j.enabled = 1 AND d.body LIKE '%@start%'
    AND EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.schedule.cron') e
                WHERE lower(trim(e.value)) LIKE '%@start')
ORDER BY j.name;

-- name: forgotten
-- Intervals from the end of the last run without a coming fire: an older program, which did not know them, took it for the last.
-- only here: JSON is taken apart.
SELECT j.job_id, j.definition_id, coalesce(d.body, '') AS body, j.version, s.cursor_at, j.deployed_at,
    EXISTS (SELECT 1 FROM pauses p WHERE p.kind = 'job' AND p.name = j.name) AS paused, s.booted, j.name
FROM schedules s
JOIN jobs j ON j.job_id = s.job_id
LEFT JOIN definitions d ON d.definition_id = j.definition_id
WHERE s.next_at IS NULL AND j.retired_at IS NULL AND j.enabled = 1 AND d.body LIKE '%"after_end"%'
    AND json_extract(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.schedule.after_end') IS NOT NULL
ORDER BY j.name;

-- name: last_run
-- What an interval from the end of the last run needs: up to where it is decided, the earliest coming fire, whether a
-- run is under way (one that somebody enqueued for later is not), and when the last one ended.
-- only here: the index is named, else all runs of the job may be walked through.
SELECT s.cursor_at, s.next_at,
    EXISTS (SELECT 1 FROM runs r INDEXED BY runs_live
            WHERE r.job = :job AND r.finished_at IS NULL
            AND (r.state = 'running' OR r.ready = 1 OR r.claims > 0 OR r.scheduled_for IS NOT NULL)) AS under_way,
    (SELECT max(ended.at) FROM (
        SELECT (SELECT max(r.finished_at) FROM runs r
                WHERE r.job = :job AND r.state = over.state AND r.finished_at IS NOT NULL) AS at
        FROM (SELECT 'succeeded' AS state UNION ALL SELECT 'failed' UNION ALL SELECT 'cancelled' UNION ALL SELECT 'skipped')
        AS over) AS ended) AS ended_at
FROM schedules s WHERE s.job_id = :job_id;
