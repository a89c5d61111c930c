-- Begin an attempt of each of the given runs.
INSERT INTO attempts (run_id, number, daemon_id, claimed_at, started_at)
SELECT r.run_id, r.claims, ?1, ?2, ?2 FROM json_each(?3) j CROSS JOIN runs r ON r.run_id = j.value
