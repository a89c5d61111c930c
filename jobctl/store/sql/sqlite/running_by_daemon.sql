-- How much each daemon has in flight.
SELECT daemon_id, count(*) FROM runs WHERE state = 'running' GROUP BY daemon_id
