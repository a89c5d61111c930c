-- Runs in a range of ids.
r.run_id >= :low AND r.run_id < :high
