-- The number of the last deployment; 0 before the first.
SELECT coalesce(max(deployment_id), 0) FROM deployments
