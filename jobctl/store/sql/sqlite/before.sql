-- How many ready runs of all lanes are claimed before the given one, so many at most.
SELECT count(*) FROM (
    SELECT 1 FROM runs WHERE state = 'waiting' AND ready = 1 AND run_id <> :run_id
        AND (priority > :priority OR (priority = :priority AND (due_at, run_id) < (:due_at, :run_id)))
    LIMIT :most)
