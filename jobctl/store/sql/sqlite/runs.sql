-- name: by_ids
-- Runs among some.
-- only here: the list of ids is JSON.
AND r.run_id IN (SELECT value FROM json_each(:ids));

-- name: by_definition_ids
-- Runs of any of these definitions: of those that bear a tag.
-- only here: the list of ids is JSON.
AND r.definition_id IN (SELECT value FROM json_each(:definition_ids));

-- name: by_key
-- Runs with a key.
-- only here: the plus keeps its index out, since which runs are looked at is given already.
AND +r.key = :key;

-- name: by_search
-- Runs that mention a text. A million of them may be looked at. Names are few, so each is compared once; of what most
-- runs do not have, that it is missing is found out sooner than that it is not like the text.
-- only here: LIKE does not ask whether letters are small or capital.
AND (r.job IN (SELECT job FROM lanes WHERE job LIKE :search ESCAPE '\')
    OR (r.params <> '{}' AND r.params LIKE :search ESCAPE '\')
    OR (r.error IS NOT NULL AND r.error LIKE :search ESCAPE '\')
    OR (r.key IS NOT NULL AND r.key LIKE :search ESCAPE '\')
    OR (r.correlation_id IS NOT NULL AND r.correlation_id LIKE :search ESCAPE '\'));

-- name: in_the_way
-- Runs of a job that are due or under way, waits for a retry included.
-- only here: the index is named, else all runs of the job may be walked through.
AND r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_live
    WHERE live.job = :job AND live.finished_at IS NULL AND (live.state = 'running' OR live.ready = 1 OR live.claims > 0));

-- name: promised
-- Runs of a job that are due later and have not begun.
-- only here: the index is named, else all runs of the job may be walked through.
AND r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_live
    WHERE live.job = :job AND live.finished_at IS NULL AND live.state = 'waiting' AND live.ready = 0 AND live.claims = 0);

-- name: running
-- Runs that are running.
-- only here: their own index is named.
AND r.run_id IN (SELECT live.run_id FROM runs live INDEXED BY runs_running WHERE live.state = 'running');

-- name: tagged
-- Jobs that bear a tag in one of their versions, and the definitions that do.
-- only here: JSON is taken apart.
SELECT j.name AS job, d.definition_id
FROM job_versions v JOIN definitions d ON d.definition_id = v.definition_id JOIN jobs j ON j.job_id = v.job_id
WHERE EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.tags') t WHERE t.value = :tag);
