-- Jobs that bear a tag in one of their versions, and the definitions that do.
SELECT j.name, d.definition_id
FROM job_versions v JOIN definitions d ON d.definition_id = v.definition_id JOIN jobs j ON j.job_id = v.job_id
WHERE EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(d.body) THEN d.body ELSE '{}' END, '$.tags') t WHERE t.value = ?)
