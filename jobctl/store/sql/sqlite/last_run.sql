-- What an interval from the end of the last run needs.
-- Up to where it is decided, the earliest coming fire, whether a run is under way (one that somebody enqueued for later is
-- not), and when the last one ended.
SELECT s.cursor_at, s.next_at,
    EXISTS (SELECT 1 FROM runs r INDEXED BY runs_live
            WHERE r.job = ?1 AND r.finished_at IS NULL
            AND (r.state = 'running' OR r.ready = 1 OR r.claims > 0 OR r.scheduled_for IS NOT NULL)),
    (SELECT max(ended.at) FROM (
        SELECT (SELECT max(r.finished_at) FROM runs r
                WHERE r.job = ?1 AND r.state = over.state AND r.finished_at IS NOT NULL) AS at
        FROM (SELECT 'succeeded' AS state UNION ALL SELECT 'failed' UNION ALL SELECT 'cancelled' UNION ALL SELECT 'skipped')
        AS over) AS ended)
FROM schedules s WHERE s.job_id = ?2
