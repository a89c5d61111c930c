-- Finished runs :first to :last of :size, spread over jobs and over the time since :begin, as if they had been executed.
WITH RECURSIVE
    n (n) AS (SELECT :first UNION ALL SELECT n + 1 FROM n WHERE n < :last),
    -- Two scrambled numbers for each run; `odd` are ten of all, which nobody finds without looking at every one.
    dice (n, a, b, odd) AS (
        SELECT n, (n * 2654435761) & 0xffffffff, (n * 2246822519) & 0xffffffff, n % :tenth = :tenth / 2 FROM n
    ),
    fate (n, a, b, odd, job, fate, created_at) AS (
        SELECT n, a, b, odd, CASE WHEN (a >> 5) % 3 = 0 THEN 0 ELSE min((a >> 7) % :jobs, (a >> 16) % :jobs) END,
            CASE WHEN odd THEN 940 ELSE (b >> 9) % 1000 END, :begin + n * :step
        FROM dice
    ),
    life AS (
        SELECT f.*, j.*,
            CASE WHEN fate < 930 THEN 'succeeded' WHEN fate < 970 THEN 'failed'
                WHEN fate < 985 THEN 'cancelled' ELSE 'skipped' END AS state,
            CASE WHEN fate < 910 THEN 1 WHEN fate < 930 THEN 2 WHEN fate < 950 THEN 1 WHEN fate < 970 THEN 3
                WHEN fate < 978 THEN 1 ELSE 0 END AS claims
        FROM fate f CROSS JOIN history_jobs j ON j.number = f.job
    )
INSERT INTO runs (run_id, job, job_version, definition_id, lane_id, state, reason, priority, ready, due_at, params, key,
    unique_for, correlation_id, scheduled_for, claims, failures, daemon_id, exit_code, error, created_at, created_by,
    started_at, finished_at)
SELECT :base + n, name, version, definition_id, lane_id, state,
    CASE state WHEN 'cancelled' THEN 'operator' WHEN 'skipped' THEN 'overlap' END,
    b % 3, 0, CASE WHEN state <> 'skipped' THEN created_at END,
    CASE WHEN a % 10 < 3 THEN json_object('order', n, 'mail', 'nobody' || (b % 9973) || '@example.org') ELSE '{}' END,
    CASE WHEN a % 100 < 5 THEN 'order-' || n END, 0,
    CASE WHEN b % 100 < 3 THEN 'trace-' || (n / 10) END,
    CASE WHEN b % 10 < 2 THEN created_at END,
    claims, max(claims - (state = 'succeeded'), 0), CASE WHEN claims > 0 THEN :daemon_id END,
    CASE WHEN odd THEN 99 WHEN state = 'failed' THEN 1 + b % 2 WHEN state = 'succeeded' AND shell THEN 0 END,
    CASE WHEN odd THEN 'ended with exit code 99 beside a needle' WHEN state = 'failed' THEN 'ended with a failure' END,
    created_at, 'bench',
    CASE WHEN claims > 0 THEN created_at + 5 + b % 200 END, created_at + 205 + a % 30000
FROM life
