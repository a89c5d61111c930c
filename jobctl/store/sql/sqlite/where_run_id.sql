-- Runs by run_id.
r.run_id = :run_id
