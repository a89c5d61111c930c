-- Forget counts that came down to nothing.
DELETE FROM tallies WHERE job = ? AND state = ? AND hour_at = ? AND queue = ? AND runs = 0
