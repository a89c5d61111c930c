-- name: find_lane
-- A lane by job, queue and whether its runs may overlap.
SELECT lane_id FROM lanes WHERE job = :job AND queue = :queue AND exclusive = :exclusive;

-- name: insert_lane
-- Open a lane.
INSERT INTO lanes (job, queue, exclusive) VALUES (:job, :queue, :exclusive) RETURNING lane_id;

-- name: find_definition
-- A definition by its digest.
SELECT definition_id, body FROM definitions WHERE digest = :digest;

-- name: insert_definition
-- Keep a definition.
INSERT INTO definitions (digest, body) VALUES (:digest, :body) RETURNING definition_id;

-- name: mend_definition
-- Write a definition as its digest says it was.
UPDATE definitions SET body = :body WHERE definition_id = :definition_id;

-- name: version_definition
-- The definition of one version of a job, if it is word for word this one.
SELECT d.definition_id FROM jobs j
JOIN job_versions v ON v.job_id = j.job_id
JOIN definitions d ON d.definition_id = v.definition_id
WHERE j.name = :job AND v.version = :version AND d.body = :body;
