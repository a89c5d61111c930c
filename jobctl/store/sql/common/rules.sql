-- name: definition_body
-- A definition.
SELECT body FROM definitions WHERE definition_id = :definition_id;

-- name: lane
-- What a lane stands for.
SELECT queue, job, exclusive FROM lanes WHERE lane_id = :lane_id;

-- name: generation
-- Which state of the catalog is in force.
SELECT number FROM generation WHERE only_row = 1;

-- name: next_generation
-- The catalog, a limit or a pause has changed.
UPDATE generation SET number = number + 1 WHERE only_row = 1;

-- name: last_deployment
-- The number of the last deployment; 0 before the first.
SELECT coalesce(max(deployment_id), 0) FROM deployments;

-- name: queues
-- Every declared queue.
SELECT name, slots, rate_count, rate_per FROM queues ORDER BY name;

-- name: limits
-- Every limit.
SELECT name, units FROM limits ORDER BY name;

-- name: pauses
-- Everything that is held.
SELECT kind, name, until_at, reason, actor, paused_at FROM pauses;
