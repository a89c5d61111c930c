-- The machine's zone at the newest deployment that tells it.
SELECT zone FROM deployment_zones ORDER BY deployment_id DESC LIMIT 1
