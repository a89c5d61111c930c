-- Runs older than one.
r.run_id < :before
