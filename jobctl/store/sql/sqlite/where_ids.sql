-- Runs among some.
r.run_id IN (SELECT value FROM json_each(:ids))
